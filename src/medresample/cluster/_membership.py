"""How strongly does each row belong to each center? In blocks, so that no large array is held.

The membership of row i in cluster k, with squared distances ``r``, is

    ``u[k, i] = (1 / r[k, i]) ** p / (sum over j of (1 / r[j, i]) ** p)``,  ``p = 1 / (m - 1)``.

Dividing all ``r`` of a row by the smallest changes nothing, and leaves ratios between 0 and 1: no
power of them overflows, however near to 1 the fuzzifier m is. A row that sits on centers belongs to
those alone, in equal shares. A block lies on its side, a row of clusters to a column, so that every
operation runs along the many rows of the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._core.threads import for_each_chunk
from ._coordinates import Coordinates

# Numbers of a block, which is to stay in the cache, and the limits of its rows.
NUMBERS, FEWEST, MOST = 2**18, 64, 4096
# A product loses digits where a row is near a center and both are far from the origin. Below this
# share of the row's squared length the distance is taken from the differences instead.
DOUBTFUL = {np.dtype(np.float32): 4e-3, np.dtype(np.float64): 1e-6}
# Differences formed at a time.
GAPS = 2**16
# How small a membership of 1 / n_clusters may become when it is raised to the power m, in bits, so
# that the type holds it.
BITS = {np.dtype(np.float32): 100, np.dtype(np.float64): 1000}


@dataclass(frozen=True)
class Block:
    """Some rows of a table, facing all centers.

    Attributes
    ----------
    columns : ndarray of shape (n_features + 2, n_rows)
        The rows, as `Coordinates.columns_of` lays them.
    nearest : ndarray of shape (n_rows,)
        Squared distance of the nearest center.
    ratios : ndarray of shape (n_clusters, n_rows)
        That squared distance, divided by each center's.
    shares : ndarray of shape (n_clusters, n_rows)
        Memberships before they are made to sum to 1: ``ratios ** (1 / (m - 1))``.
    total : ndarray of shape (n_rows,)
        What the shares of a row sum to.
    """

    columns: np.ndarray
    nearest: np.ndarray
    ratios: np.ndarray
    shares: np.ndarray
    total: np.ndarray

    def memberships(self) -> np.ndarray:
        """Give the memberships, of shape (n_clusters, n_rows)."""
        return self.shares / self.total

    def losses(self, m: float) -> np.ndarray:
        """Give each row's part of the objective, sum over k of ``u[k] ** m * r[k]``."""
        # u ** m * r = u * (u ** (m - 1) * r), and the bracket is the same for every cluster.
        return self.nearest * self.total.astype(np.float64) ** (1 - m)


@dataclass(frozen=True)
class Centers:
    """Centers, and all it takes to say how strongly rows belong to them.

    Attributes
    ----------
    places : ndarray of shape (n_clusters, n_features)
        The centers in the coordinates, in float64.
    coordinates : Coordinates
        Where distances are taken.
    m : float
        The fuzzifier.
    threads : int
        Threads to use; they change no bit.
    """

    places: np.ndarray
    coordinates: Coordinates
    m: float
    threads: int
    _factors: dict[np.dtype, np.ndarray] = field(default_factory=dict, init=False, repr=False)

    def moved_to(self, places: np.ndarray) -> Centers:
        """Give these centers at other places."""
        return Centers(places, self.coordinates, self.m, self.threads)

    def working_type(self, X: np.ndarray) -> np.dtype:
        """Compute in the table's type, where it holds the smallest membership to the power m."""
        bits = self.m * np.log2(len(self.places))
        return X.dtype if bits < BITS[X.dtype] else np.dtype(np.float64)

    def factors(self, dtype: np.dtype) -> np.ndarray:
        """Give what the columns are multiplied by for squared distances; kept for the next block.

        With ``[x, 1, |x|^2]`` in a column, ``|x - v|^2 = -2 v . x + |v|^2 . 1 + 1 . |x|^2``.
        """
        if dtype not in self._factors:
            c, d = self.places.shape
            factors = np.ones((c, d + 2), dtype)
            factors[:, :d] = -2 * self.places
            factors[:, d] = np.einsum("kj,kj->k", self.places, self.places)
            self._factors[dtype] = factors
        return self._factors[dtype]

    def lay(self, X: np.ndarray) -> np.ndarray:
        """Turn a few rows into columns, in a type that holds their squares."""
        columns = self.coordinates.columns_of(X, self.working_type(X))
        if np.isfinite(columns[-1]).all():
            return columns
        return self.coordinates.columns_of(X, np.dtype(np.float64))

    def face(self, columns: np.ndarray) -> Block:
        """Find out how strongly a few rows, laid as columns, belong to each center."""
        squared = self.factors(columns.dtype) @ columns
        nearest = squared.min(axis=0)
        _recover_digits(squared, nearest, columns, self.places)
        ratios = _ratios(squared, nearest, self.coordinates.tiny)
        shares = ratios if self.m == 2 else _power(ratios, 1 / (self.m - 1))
        return Block(columns, nearest, ratios, shares, shares.sum(axis=0))

    def rows_of_a_block(self) -> int:
        """Say how many rows to face at once; depends on nothing but the shape."""
        c, d = self.places.shape
        return max(FEWEST, min(MOST, NUMBERS // (c + d + 2)))

    def for_each_block(self, work: Callable[[slice, Block], Any], X: np.ndarray) -> list[Any]:
        """Call ``work(chunk, block)`` for all rows, block by block; give the results in order."""
        return for_each_chunk(
            lambda chunk: work(chunk, self.face(self.lay(X[chunk]))),
            len(X),
            self.rows_of_a_block(),
            self.threads,
        )


def _recover_digits(
    squared: np.ndarray, nearest: np.ndarray, columns: np.ndarray, places: np.ndarray
) -> None:
    """Write those squared distances anew that lost digits, from differences."""
    moved, lengths = columns[:-2], columns[-1]
    limit = lengths * lengths.dtype.type(DOUBTFUL[lengths.dtype])
    (near,) = (nearest < limit).nonzero()
    if not len(near):
        return
    cluster, at = np.nonzero(squared[:, near] < limit[near])
    row = near[at]
    at_once = max(1, GAPS // len(moved))
    for first in range(0, len(row), at_once):
        k, i = cluster[first : first + at_once], row[first : first + at_once]
        gap = moved[:, i] - places.T[:, k]
        squared[k, i] = np.einsum("ji,ji->i", gap, gap)
    nearest[near] = squared[:, near].min(axis=0)


def _ratios(squared: np.ndarray, nearest: np.ndarray, tiny: float) -> np.ndarray:
    """Divide the nearest squared distance by each, in place; a row on centers is on them alone."""
    (on_center,) = (nearest <= tiny).nonzero()
    if len(on_center):
        squared[:, on_center] = np.where(squared[:, on_center] <= tiny, 1, np.inf)
        nearest = nearest.copy()
        nearest[on_center] = 1
    return np.divide(nearest, squared, out=squared)


def _power(ratios: np.ndarray, exponent: float) -> np.ndarray:
    """Raise numbers between 0 and 1 to a power, several times faster than ``**``."""
    with np.errstate(divide="ignore"):
        logs = np.log(ratios)
    logs *= ratios.dtype.type(exponent)
    return np.exp(logs, out=logs)
