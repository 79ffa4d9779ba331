"""How is a measurement written in a cell of a table?"""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
# Heads of the columns that `memory_of` fills.
MEMORY = "peak above input|of output|imbalanced-learn's peak"


def size_of(row: Row) -> str:
    return f"{row['majority']:,} / {row['minority']:,} x {row['columns']}"


def times_of(row: Row) -> list[str]:
    return [duration(row["ours_s"]), duration(row["peer_s"]), ratio_of(row)]


def ratio_of(row: Row) -> str:
    """Write the median with its quartiles, if there is more than one round."""
    if row["rounds"] == 1:
        return f"{row['ratio']:.2f}"
    return f"{row['ratio']:.2f} ({row['ratio_low']:.2f}–{row['ratio_high']:.2f})"


def bounds_of(row: Row) -> str:
    return f"{row['bounds']:.1f}" if "bounds" in row else ""


def memory_of(row: Row) -> list[str]:
    """Write the cells of the columns `MEMORY`."""
    if "peak_mb" not in row:
        return [""] * 3
    peak, peer = megabytes(row["peak_mb"]), megabytes(row["peer_peak_mb"])
    return [peak, f"{row['peak_of_output']:.2f}", peer]


def duration(seconds: float) -> str:
    return f"{1e3 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def megabytes(size: float) -> str:
    return f"{size:,.0f} MB"
