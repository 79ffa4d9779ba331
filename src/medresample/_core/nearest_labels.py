"""Who is near whom where labels count? All pairs of the rows of a class, exactly, block by block.

Labels have no coordinates: any two may be equally different (SMOTE-NC), or as different as their
classes say (SMOTE-N). So each pair is compared, in memory for a block of rows, and ranked by
distance, ties by place. A row is never its own neighbor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .loading import compiled_pays
from .nearest_direct import TILES
from .nearest_numpy import forbid
from .neighbors import Found, Neighbors
from .query import ANY, CHUNK, DIFFERENT, SAME, Answer, Query
from .threads import for_each_chunk, n_threads

# Seconds that comparing two rows in one column takes without compiled code.
CELL = 2e-9
# Pairs of rows compared at a time by one thread.
BLOCK_PAIRS = 250_000

# Squared distances of some rows to all, shape (n_some, n), to be overwritten.
Compare = Callable[[slice], np.ndarray]


@dataclass(frozen=True, eq=False)
class Mismatches:
    """Rows of numbers and labels, where labels are equal or not.

    The squared distance of two rows is the sum of squared differences of their numbers and
    `penalty` for each label that differs; over the columns that both rows have, scaled up to all.

    Parameters
    ----------
    numbers : ndarray of float of shape (n, d)
        NaN where missing.
    codes : ndarray of int of shape (n, c)
        Levels; a missing label is one of them.
    penalty : float
        Squared distance of two labels.
    """

    numbers: np.ndarray
    codes: np.ndarray
    penalty: float

    def search(self, query: Query) -> Answer:
        """Find the k nearest rows of each row, among the groups that the query allows."""
        cells = len(self.codes) ** 2 * (self.numbers.shape[1] + self.codes.shape[1])
        if compiled_pays(cells * CELL):
            return self.compiled(query)
        return self.plain(query)

    def plain(self, query: Query) -> Answer:
        """Search by NumPy."""
        return search_pairs(query, self.compare)

    def compare(self, block: slice) -> np.ndarray:
        """Squared distances of some rows to all."""
        n, d = self.numbers.shape
        total = np.zeros((len(range(n)[block]), n))
        shared = np.full(total.shape, self.codes.shape[1]) if has_holes(self.numbers) else None
        for values in np.asarray(self.numbers, np.float64).T:
            gap = values[None, :] - values[block, None]
            if shared is not None:
                there = ~np.isnan(gap)
                shared += there
                gap[~there] = 0
            np.multiply(gap, gap, out=gap)
            total += gap
        unequal = np.zeros(total.shape, np.intp)
        for codes in self.codes.T:
            unequal += codes[None, :] != codes[block, None]
        total += self.penalty * unequal
        return total if shared is None else total * (d + self.codes.shape[1]) / shared

    def compiled(self, query: Query) -> Answer:
        """Search by compiled code, which gives the same bits."""
        from .._kernels.labels import LANES, lay_mixed_tiles, scan_mixed_tiles

        values, places = query.empty_lists(query.k)
        n, d = self.numbers.shape
        holes = has_holes(self.numbers)

        def work(chunk: slice) -> None:
            numbers = self.numbers[chunk].astype(np.float64)
            tiles = np.empty((min(TILES, -(-n // LANES)), d, LANES))
            labels = np.empty((len(tiles), self.codes.shape[1], LANES), self.codes.dtype)
            for first in range(0, n, len(tiles) * LANES):
                rows = slice(first, first + len(tiles) * LANES)
                n_tiles = -(-len(self.codes[rows]) // LANES)
                lay_mixed_tiles(self.numbers[rows], self.codes[rows], tiles, labels)
                scan_mixed_tiles(
                    numbers,
                    self.codes[chunk],
                    self.penalty,
                    query.own[chunk],
                    query.own_groups[chunk],
                    tiles[:n_tiles],
                    labels[:n_tiles],
                    first,
                    query.groups,
                    query.want,
                    holes,
                    values[chunk],
                    places[chunk],
                )

        for_each_chunk(work, n, CHUNK, query.threads)
        return values, places


@dataclass(frozen=True, eq=False)
class ProfileGaps:
    """Rows of labels, which differ as the classes of the rows that carry them do.

    The squared distance of two rows is the sum over the columns of the squared difference of their
    labels, which is the sum over the classes of the absolute difference of their shares.

    Parameters
    ----------
    codes : ndarray of int of shape (n, c)
        Levels.
    profiles : list of ndarray of shape (n_levels, n_classes)
        Share of each class among the rows that carry a level, for each column.
    """

    codes: np.ndarray
    profiles: list[np.ndarray]

    def search(self, query: Query) -> Answer:
        """Find the k nearest rows of each row, among the groups that the query allows."""
        return search_pairs(query, self.compare)

    def compare(self, block: slice) -> np.ndarray:
        """Squared distances of some rows to all; only levels that occur are compared."""
        n = len(self.codes)
        total = np.zeros((len(range(n)[block]), n))
        for codes, profile in zip(self.codes.T, self.profiles, strict=True):
            here, place = np.unique(codes[block], return_inverse=True)
            levels, of_row = np.unique(codes, return_inverse=True)
            gap = np.zeros((len(here), len(levels)))
            for share in profile.T:
                gap += np.abs(share[here, None] - share[None, levels])
            total += np.square(gap)[place[:, None], of_row[None, :]]
        return total


def search_labels(space: Mismatches | ProfileGaps, like: Neighbors, rows: Any, k: int) -> Found:
    """Find the nearest of some rows among themselves.

    Parameters
    ----------
    space : Mismatches or ProfileGaps
        The rows, in order.
    like : Neighbors
        Whose groups may be neighbors of whom, and how many threads to use.
    rows : ndarray of int of shape (n,)
        Their row numbers, rising.
    k : int
        Neighbors wanted.
    """
    groups, want = np.zeros(len(rows), np.int8), ANY
    if like.groups is not None and like.partner_groups != "any":
        groups = like.groups[rows]
        want = SAME if like.partner_groups == "same" else DIFFERENT
    nothing = np.empty((len(rows), 0))  # the rows are in the space
    own = np.arange(len(rows))
    query = Query(nothing, nothing, own, k, groups, groups, want, n_threads(like.n_jobs))
    squares, places = space.search(query)
    return Found(np.where(places >= 0, rows[places], -1), np.sqrt(squares))


def has_holes(numbers: np.ndarray) -> bool:
    """Say whether a number is missing."""
    return bool(np.isnan(numbers).any())


def search_pairs(query: Query, compare: Compare) -> Answer:
    """Rank all pairs by NumPy."""
    values, places = query.empty_lists(query.k)
    n = len(query.groups)
    k = min(query.k, n)

    def work(block: slice) -> None:
        squares = compare(block)
        forbid(squares, query, block)
        kth = np.partition(squares, k - 1, axis=1)[:, k - 1]
        for i, row in enumerate(squares):
            near = np.flatnonzero((row <= kth[i]) & (row < np.inf))
            order = near[np.lexsort((near, row[near]))][:k]
            places[block.start + i, : len(order)] = order
            values[block.start + i, : len(order)] = row[order]

    for_each_chunk(work, n, max(1, BLOCK_PAIRS // n), query.threads)
    return values, places
