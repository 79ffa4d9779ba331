"""Which row of a chart belongs to whom? A row per method, below the name of its estimator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medresample._core.drawing import plain

_FEW, _MANY = 12, 40


def room(n: int, width: float = 6.4) -> tuple[float, float]:
    """Inches of a chart of `n` rows: lines stand closer where there are many."""
    return width, 1.4 + n * (0.34 if n <= _FEW else 0.27 if n <= _MANY else 0.23)


def place_rows(table: Any) -> Iterator[tuple[str, str | None, float, Any]]:
    """Give ``estimator, sampler, y, row``; a heading, one per estimator, has no sampler or row.

    Without estimators, or with one that is not named, there are no headings.
    """
    y = 0.0
    if "estimator" not in table:
        for row in table.to_dict("records"):
            yield "", row["sampler"], y, row
            y += 1
        return
    for estimator, part in table.groupby("estimator", sort=False):
        yield str(estimator), None, y, None
        for row in part.to_dict("records"):
            y += 1
            yield str(estimator), row["sampler"], y, row
        y += 1.4


def label_rows(ax: Any, places: list[tuple[str, str | None, float, Any]]) -> None:
    """Write the names beside the rows, the first on top, estimators in bold."""
    ys = [y for _, _, y, _ in places]
    ax.set_ylim(max(ys, default=0) + 0.8, min(ys, default=0) - 0.7)
    names = [
        plain(estimator if sampler is None else sampler) for estimator, sampler, _, _ in places
    ]
    ax.set_yticks(ys, names)
    for tick, (_, sampler, _, _) in zip(ax.get_yticklabels(), places, strict=True):
        tick.set_fontweight("bold" if sampler is None else "normal")
    ax.tick_params(axis="y", length=0)
    if len(ys) > _MANY:
        ax.tick_params(axis="y", labelsize=8.5)
    ax.spines[["top", "right", "left"]].set_visible(False)
