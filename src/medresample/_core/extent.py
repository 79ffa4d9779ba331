"""How far do coordinates reach? Their limits in each column, found in one look at all numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .threads import for_each_chunk

# Binary exponents between which the largest coordinate may lie for squares to be safe in float64.
LOWEST, HIGHEST = -400, 480
# Numbers looked at together, which stay in the cache between the questions.
TOGETHER = 131_072
# Numbers from which a second thread pays.
MANY = 1_000_000


@dataclass(frozen=True, eq=False)
class Extent:
    """The lowest and the highest coordinate, and whether one is missing.

    Parameters
    ----------
    low, high : ndarray of shape (n_columns,)
        Limits of each column, 0 where it has no number; of a sparse matrix, those of all numbers.
    holes : bool
        Whether some coordinate is missing.
    """

    low: np.ndarray
    high: np.ndarray
    holes: bool

    @property
    def largest(self) -> float:
        """Largest absolute value."""
        return float(max(self.high.max(initial=0), -self.low.min(initial=0)))

    @property
    def unit(self) -> float:
        """Power of two, other than 1 where squares of the numbers would leave float64's range."""
        exponent = int(np.frexp(self.largest)[1])
        if self.largest == 0 or LOWEST <= exponent <= HIGHEST:
            return 1.0
        return 2.0 ** max(exponent - HIGHEST, -1022)

    def condition(self, matrix: Any) -> Any:
        """Give the coordinates in that unit."""
        return matrix if self.unit == 1 else matrix.astype(np.float64) / self.unit

    def in_its_unit(self) -> Extent:
        """Give the limits of coordinates that were conditioned."""
        return Extent(self.low / self.unit, self.high / self.unit, self.holes)

    def shift(self, center: np.ndarray) -> float:
        """Largest distance of a coordinate from the center of its column."""
        gaps = np.maximum(np.abs(self.high - center), np.abs(self.low - center))
        return float(gaps.max(initial=0))


def extent_of(*matrices: Any, threads: int = 1) -> Extent:
    """Look once at all numbers of some matrices of the same columns."""
    different = {id(matrix): matrix for matrix in matrices}.values()
    looks = [look for matrix in different for look in _looks(matrix, threads)]
    if not looks:
        return Extent(np.zeros(1), np.zeros(1), False)
    lows, highs, holes = zip(*looks, strict=True)
    low = np.fmin.reduce(np.array(lows, np.float64))
    high = np.fmax.reduce(np.array(highs, np.float64))
    low[np.isnan(low)] = high[np.isnan(high)] = 0
    return Extent(low, high, any(holes))


def _looks(matrix: Any, threads: int) -> list[tuple[np.ndarray, np.ndarray, bool]]:
    """Give the limits of the columns, and whether a number is missing, of some rows at a time."""
    values = matrix.data[:, None] if hasattr(matrix, "tocsr") else matrix

    def look(rows: slice) -> tuple[np.ndarray, np.ndarray, bool]:
        some = values[rows]
        low = some.min(axis=0)
        if not np.isnan(low).any():
            return low, some.max(axis=0), False
        return np.fmin.reduce(some, axis=0), np.fmax.reduce(some, axis=0), True

    if not values.size:
        return []
    size = max(1, TOGETHER // values.shape[1])
    return for_each_chunk(look, len(values), size, threads if values.size > MANY else 1)
