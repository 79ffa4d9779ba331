"""What may leave the house? Counts, and no row of anyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, repr=False)
class PlanSummary:
    """What is left of an anonymized plan: counts, and no row of anyone."""

    n_rows_in: int
    n_rows_out: int
    counts: dict[str, dict[Any, int]]

    def __repr__(self) -> str:
        return f"PlanSummary({self.n_rows_in} rows -> {self.n_rows_out}: {arrows(self.counts)})"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(
            f"This plan was anonymized: it has no row numbers left, so no '{name}'."
        )


def arrows(counts: dict[str, dict[Any, int]]) -> str:
    """Write the counts of each class in one line: before -> after."""
    after = counts["after"]
    return ", ".join(
        f"{label} {n} -> {after.get(label, 0)}" for label, n in counts["before"].items()
    )
