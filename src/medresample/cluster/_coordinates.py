"""In which coordinates are distances taken? Those whose origin is the mean row.

A squared distance by matrix products is a difference of squared lengths. It is the more exact the
shorter the rows are, and no square overflows on a scale where a row is about as long as 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._core.threads import for_each_chunk

ROWS = 1024
# A row is on a center when it is nearer than this share of the typical distance from the mean row.
ON_CENTER = 1e-6


@dataclass(frozen=True)
class Coordinates:
    """Coordinates ``(x - origin) * scale``, and what they say about the table.

    Attributes
    ----------
    origin : ndarray of shape (n_features,)
        The mean row, in the type of the table.
    scale : float
        A power of two, so that scaling rounds nothing.
    spread : float
        Root of the mean squared distance of the rows from their mean, in these coordinates.
    tiny : float
        Squared distances up to this count as none.
    """

    origin: np.ndarray
    scale: float
    spread: float
    tiny: float

    def columns_of(self, X: np.ndarray, dtype: np.dtype) -> np.ndarray:
        """Turn rows into columns: the moved row, then a 1, then the squared length."""
        d = X.shape[1]
        columns = np.empty((d + 2, len(X)), dtype)
        moved = columns[:d]
        with np.errstate(over="ignore"):  # of rows far outside of the table: see Centers.face
            np.subtract(X.T, self.origin[:, None], out=moved, dtype=dtype)
            moved *= dtype.type(self.scale)
            np.einsum("ji,ji->i", moved, moved, out=columns[d + 1])
        columns[d] = 1
        return columns

    def enter(self, centers: np.ndarray) -> np.ndarray:
        """Move centers, or a few rows, into these coordinates, in float64."""
        return (centers.astype(np.float64) - self.origin) * self.scale

    def leave(self, places: np.ndarray) -> np.ndarray:
        """Move places back to where the table is, in the table's type."""
        return (places / self.scale + self.origin).astype(self.origin.dtype)


def coordinates_of(X: np.ndarray, weight: np.ndarray, threads: int) -> Coordinates:
    """Find the coordinates that suit a table and the weights of its rows."""

    def add(chunk: slice) -> np.ndarray:
        return weight[chunk] @ X[chunk]

    origin = (sum(for_each_chunk(add, len(X), ROWS, threads)) / weight.sum()).astype(X.dtype)

    def add_squares(chunk: slice) -> float:
        gap = np.subtract(X[chunk], origin, dtype=np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            return float(weight[chunk] @ np.einsum("ij,ij->i", gap, gap))

    squares = sum(for_each_chunk(add_squares, len(X), ROWS, threads)) / weight.sum()
    if not np.isfinite(squares):
        raise ValueError("X holds values too large to be squared: scale its columns first.")
    # A power of two that the table's type holds.
    power = min(-int(np.frexp(np.sqrt(squares))[1]), np.finfo(X.dtype).maxexp - 1)
    scale = 2.0**power
    spread = float(np.sqrt(squares)) * scale
    # Centers are stored in the table's type, so no two rows can be told apart below its rounding.
    rounding = float(np.finfo(X.dtype).eps) * scale * float(np.linalg.norm(origin.astype(float)))
    return Coordinates(origin, scale, spread, max(ON_CENTER * spread, rounding) ** 2)
