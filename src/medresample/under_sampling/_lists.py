"""Who is nearest of the rows left? Searched once, and again only where a list has run out."""

from __future__ import annotations

import numpy as np

from .._core.neighbors import Found, Neighbors

# Neighbors found beyond those asked for, which take the places of those that leave.
SPARE = 5


def search_some(neighbors: Neighbors, rows: np.ndarray, among: np.ndarray, k: int) -> Found:
    """Find the nearest of the rows `among` to some of them.

    Where that is more than half, all are asked: a table searched within itself compares each pair
    of rows once.

    Parameters
    ----------
    neighbors : Neighbors
        The search.
    rows, among : ndarray of int
        Row numbers, rising; `rows` are some of `among`.
    k : int
        Neighbors wanted.
    """
    if 2 * len(rows) <= len(among):
        return neighbors.search(rows, among, k)
    found = neighbors.search(among, among, k)
    if len(rows) == len(among):
        return found
    places = np.searchsorted(among, rows)
    return Found(found.ids[places], found.distances[places])


class NeighborLists:
    """The nearest rows of each row of a table that loses rows.

    Each list is longer than asked for, so that it need not be searched again when one of its
    members leaves.

    Parameters
    ----------
    neighbors : Neighbors
        The search.
    n_rows : int
        Rows of the table.
    k : int
        Neighbors wanted.
    spare : int, default=5
        Neighbors found beyond those.
    """

    def __init__(self, neighbors: Neighbors, n_rows: int, k: int, spare: int = SPARE) -> None:
        self._neighbors = neighbors
        self._k = k
        self._ids = np.full((n_rows, k + spare), -1)
        self._distances = np.full((n_rows, k + spare), np.inf)
        self._may_go_on = np.ones(n_rows, bool)  # whether others may follow the last in the list

    def nearest(self, rows: np.ndarray, left: np.ndarray) -> Found:
        """Give the k nearest of the rows that are left.

        Parameters
        ----------
        rows : ndarray of int
            Row numbers, rising, of rows that are left.
        left : ndarray of bool of shape (n_rows,)
            Which rows are left; it may only lose some from call to call.
        """
        short = self._may_go_on[rows] & (self._alive(rows, left).sum(axis=1) < self._k)
        if short.any():
            self._search(rows[short], left)
        alive = self._alive(rows, left)
        first = np.argsort(~alive, axis=1, kind="stable")
        ids = np.where(alive, self._ids[rows], -1)
        distances = np.where(alive, self._distances[rows], np.inf)
        self._ids[rows] = np.take_along_axis(ids, first, axis=1)
        self._distances[rows] = np.take_along_axis(distances, first, axis=1)
        return Found(self._ids[rows, : self._k], self._distances[rows, : self._k])

    def bereaved(self, rows: np.ndarray, left: np.ndarray) -> np.ndarray:
        """Those of some rows of which a neighbor, of those given last, has left."""
        given = self._ids[rows, : self._k]
        return rows[((given >= 0) & ~left[given]).any(axis=1)]

    def _alive(self, rows: np.ndarray, left: np.ndarray) -> np.ndarray:
        ids = self._ids[rows]
        return (ids >= 0) & left[ids]

    def _search(self, rows: np.ndarray, left: np.ndarray) -> None:
        found = search_some(self._neighbors, rows, np.flatnonzero(left), self._ids.shape[1])
        self._ids[rows], self._distances[rows] = found.ids, found.distances
        self._may_go_on[rows] = found.ids[:, -1] >= 0
