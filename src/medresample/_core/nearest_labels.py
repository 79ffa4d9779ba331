"""Who is near whom where labels count? Every row compared with all, exactly, block by block.

Labels have no coordinates: any two may be equally different (SMOTE-NC), or as different as their
classes say (SMOTE-N). So each pair is compared, in memory for a block of rows, and ranked by
distance, ties by place. A row is never its own neighbor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .loading import compiled_pays
from .nearest_direct import TILES
from .nearest_numpy import forbid
from .neighbors import Found, Neighbors, own_places
from .query import ANY, CHUNK, DIFFERENT, SAME, Answer, Query
from .threads import for_each_chunk, n_threads

# Seconds that comparing two rows in one column takes without compiled code.
CELL = 2e-9
# Pairs of rows compared at a time by one thread.
BLOCK_PAIRS = 250_000

# Squared distances of some of the rows that ask to all, shape (n_some, n), to be overwritten.
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

    def __len__(self) -> int:
        return len(self.codes)

    def some(self, rows: np.ndarray | slice) -> Mismatches:
        """Some of the rows."""
        return replace(self, numbers=self.numbers[rows], codes=self.codes[rows])

    def search(self, query: Query, asking: Mismatches) -> Answer:
        """Find the k rows nearest to each that asks, among the groups that the query allows."""
        cells = len(asking) * len(self) * (self.numbers.shape[1] + self.codes.shape[1])
        if compiled_pays(cells * CELL):
            return self.compiled(query, asking)
        return self.plain(query, asking)

    def plain(self, query: Query, asking: Mismatches) -> Answer:
        """Search by NumPy."""
        return search_pairs(query, lambda block: self.compare(asking.some(block)))

    def compare(self, asking: Mismatches) -> np.ndarray:
        """Squared distances of some rows to all of these."""
        n, d = self.numbers.shape
        total = np.zeros((len(asking), n))
        shared = np.full(total.shape, self.codes.shape[1]) if _holes(self, asking) else None
        for here, there in zip(asking.numbers.T, self.numbers.T, strict=True):
            gap = there.astype(np.float64)[None, :] - here.astype(np.float64)[:, None]
            if shared is not None:
                both = ~np.isnan(gap)
                shared += both
                gap[~both] = 0
            np.multiply(gap, gap, out=gap)
            total += gap
        unequal = np.zeros(total.shape, np.intp)
        for here, there in zip(asking.codes.T, self.codes.T, strict=True):
            unequal += there[None, :] != here[:, None]
        total += self.penalty * unequal
        return total if shared is None else total * (d + self.codes.shape[1]) / shared

    def compiled(self, query: Query, asking: Mismatches) -> Answer:
        """Search by compiled code, which gives the same bits."""
        from .._kernels.labels import LANES, lay_mixed_tiles, scan_mixed_tiles

        values, places = query.empty_lists(query.k)
        n, d = self.numbers.shape
        holes = _holes(self, asking)

        def work(chunk: slice) -> None:
            numbers = asking.numbers[chunk].astype(np.float64)
            tiles = np.empty((min(TILES, -(-n // LANES)), d, LANES))
            labels = np.empty((len(tiles), self.codes.shape[1], LANES), self.codes.dtype)
            for first in range(0, n, len(tiles) * LANES):
                rows = slice(first, first + len(tiles) * LANES)
                n_tiles = -(-len(self.codes[rows]) // LANES)
                lay_mixed_tiles(self.numbers[rows], self.codes[rows], tiles, labels)
                scan_mixed_tiles(
                    numbers,
                    asking.codes[chunk],
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

        for_each_chunk(work, len(asking), CHUNK, query.threads)
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

    def __len__(self) -> int:
        return len(self.codes)

    def some(self, rows: np.ndarray | slice) -> ProfileGaps:
        """Some of the rows."""
        return replace(self, codes=self.codes[rows])

    def search(self, query: Query, asking: ProfileGaps) -> Answer:
        """Find the k rows nearest to each that asks, among the groups that the query allows."""
        return search_pairs(query, lambda block: self.compare(asking.some(block)))

    def compare(self, asking: ProfileGaps) -> np.ndarray:
        """Squared distances of some rows to all of these; only levels that occur are compared."""
        total = np.zeros((len(asking), len(self)))
        columns = zip(asking.codes.T, self.codes.T, self.profiles, strict=True)
        for asked, codes, profile in columns:
            here, place = np.unique(asked, return_inverse=True)
            levels, of_row = np.unique(codes, return_inverse=True)
            gap = np.zeros((len(here), len(levels)))
            for share in profile.T:
                gap += np.abs(share[here, None] - share[None, levels])
            total += np.square(gap)[place[:, None], of_row[None, :]]
        return total


Pairs = Mismatches | ProfileGaps


@dataclass(frozen=True, eq=False)
class LabelNeighbors(Neighbors):
    """Nearest-row search in a space that compares rows: ``pairs()`` prepares all of them."""

    def search(self, rows: np.ndarray, among: np.ndarray, k: int) -> Found:
        """Find the k nearest of the rows `among` to each of `rows`, itself excluded."""
        if self.index is not None:
            return super().search(rows, among, k)
        rows, among = np.asarray(rows), np.sort(np.asarray(among))
        every = self.space.pairs()
        return search_labels(every.some(among), self, rows, k, every.some(rows), among)


def search_labels(
    space: Any, like: Neighbors, rows: Any, k: int, asking: Any = None, among: Any = None
) -> Found:
    """Find the nearest of some rows among themselves, or of some rows among others.

    Parameters
    ----------
    space : Mismatches or ProfileGaps
        The rows that may be found, in order.
    like : Neighbors
        Whose groups may be neighbors of whom, and how many threads to use.
    rows : ndarray of int of shape (n_asking,)
        Row numbers of those that ask.
    k : int
        Neighbors wanted.
    asking : Mismatches or ProfileGaps, default=None
        The rows that ask, in order; None where they are those of `space`.
    among : ndarray of int of shape (n,), default=None
        Row numbers of those of `space`, rising; None where they are `rows`.
    """
    among = rows if among is None else among
    everybody = np.zeros(int(max(rows.max(initial=0), among.max(initial=0))) + 1, np.int8)
    groups, want = everybody, ANY
    if like.groups is not None and like.partner_groups != "any":
        groups = like.groups
        want = SAME if like.partner_groups == "same" else DIFFERENT
    nothing = np.empty((len(rows), 0))  # the rows are in the space
    query = Query(
        nothing,
        nothing,
        own_places(rows, among),
        k,
        groups[rows],
        groups[among],
        want,
        n_threads(like.n_jobs),
    )
    squares, places = space.search(query, space if asking is None else asking)
    return Found(np.where(places >= 0, among[places], -1), np.sqrt(squares))


def has_holes(numbers: np.ndarray) -> bool:
    """Say whether a number is missing."""
    return bool(np.isnan(numbers).any())


def _holes(space: Mismatches, asking: Mismatches) -> bool:
    return has_holes(space.numbers) or (asking is not space and has_holes(asking.numbers))


def search_pairs(query: Query, compare: Compare) -> Answer:
    """Rank all pairs by NumPy."""
    values, places = query.empty_lists(query.k)
    n = len(query.groups)
    k = min(query.k, n)
    if not k:
        return values, places

    def work(block: slice) -> None:
        squares = compare(block)
        forbid(squares, query, block)
        kth = np.partition(squares, k - 1, axis=1)[:, k - 1]
        for i, row in enumerate(squares):
            near = np.flatnonzero((row <= kth[i]) & (row < np.inf))
            order = near[np.lexsort((near, row[near]))][:k]
            places[block.start + i, : len(order)] = order
            values[block.start + i, : len(order)] = row[order]

    for_each_chunk(work, len(query.own), max(1, BLOCK_PAIRS // n), query.threads)
    return values, places
