"""How is a number written for readers? With a true minus, and a dash where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np


def number(value: Any, digits: int = 3, signed: bool = False) -> str:
    """A number for a table, with a true minus sign; a dash where there is none."""
    if value is None or not np.isfinite(value):
        return "–"
    return f"{value:{'+' if signed else ''}.{digits}f}".replace("-", "−")


def interval(row: Any, digits: int = 3) -> str:
    """A difference with its interval."""
    if not np.isfinite(row.difference):
        return "–"
    text = number(row.difference, digits, signed=True)
    if np.isfinite(row.low):
        text += f" ({number(row.low, digits, True)} to {number(row.high, digits, True)})"
    return text


def two_lines(difference: float, low: float, high: float, digits: int = 3) -> tuple[str, str]:
    """A difference and its interval, one below the other in a table."""
    if difference == low == high == 0:
        return "0", "exactly equal"
    if not np.isfinite(difference):
        return "–", ""
    between = f"{number(low, digits, True)} to {number(high, digits, True)}"
    return number(difference, digits, signed=True), between if np.isfinite(low) else ""


def plain_width(rope: float) -> str:
    """The half-width of a region of equivalence, without idle zeros."""
    text = number(rope, 4)
    return text.rstrip("0").rstrip(".") if "." in text else text
