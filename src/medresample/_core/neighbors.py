"""Who is near whom? One seam: row numbers in, row numbers of the nearest other rows out.

Search is exact: however candidates are found, they are ranked by differences computed in float64 in
a fixed order, ties by row number. A row is excluded from its own neighbors by its number, never by
its place in the list, so exact duplicates are found as the neighbors they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exceptions import SamplerInputError
from . import nearest_brute, nearest_direct, nearest_numpy, nearest_products, nearest_tree
from .extent import Extent, extent_of
from .loading import compiled_pays
from .query import ANY, DIFFERENT, SAME, Answer, Query, settle
from .threads import is_forked, n_threads

PARTNER_GROUPS = ("any", "same", "different")
# Seconds that comparing two rows takes without compiled code: by NumPy, and by scikit-learn and for
# each of its multiplications.
PAIR, BRUTE, PRODUCT = 2e-8, 1e-9, 4e-11
# Columns up to which, and rows from which, a tree beats comparing all pairs.
TREE_COLUMNS, TREE_ROWS = 10, 20_000
# Columns up to which direct differences beat matrix products.
DIRECT_COLUMNS = 16
# The same for a table within itself, of less rows than these.
DIRECT_COLUMNS_WITHIN, DIRECT_ROWS_WITHIN = 64, 2_000
# Times as many rows from which on a second comparison with a few is cheaper than a copy.
FEW_NEAR = 10


@dataclass(frozen=True, eq=False)
class Found:
    """Neighbors of each query row, nearest first; -1 at an infinite distance where none is left."""

    ids: np.ndarray
    distances: np.ndarray

    @property
    def n_found(self) -> np.ndarray:
        """Neighbors that each query row really has."""
        return np.count_nonzero(self.ids >= 0, axis=1)


@dataclass(frozen=True, eq=False)
class Neighbors:
    """Nearest-row search in a table.

    Parameters
    ----------
    space : object with ``numbers(rows)``
        Gives the coordinates of some rows as a dense float or CSR matrix.
    groups : ndarray of int, default=None
        Group of each row, for searches within or between groups.
    partner_groups : {"any", "same", "different"}, default="any"
        Which rows may be neighbors, by their group.
    index : object with ``fit`` and ``kneighbors``, default=None
        The user's own search, used instead of ours.
    n_jobs : int, default=None
        Threads to use; None is all that may be used, one inside a joblib worker.
    """

    space: Any
    groups: np.ndarray | None = None
    partner_groups: str = "any"
    index: Any = None
    n_jobs: int | None = None

    def search(self, rows: np.ndarray, among: np.ndarray, k: int) -> Found:
        """Find the k nearest of the rows `among` to each of `rows`, itself excluded.

        Parameters
        ----------
        rows, among : ndarray of int
            Row numbers of the queries and of the rows that may be found.
        k : int
            Neighbors wanted. Fewer are found where there are fewer; the rest is -1.

        Returns
        -------
        found : Found
            ``ids`` and Euclidean ``distances``, both of shape (len(rows), k).
        """
        if self.index is not None:
            return _ask_index(self.index, self.space, rows, among, k)
        among = np.sort(np.asarray(among))
        query = self._query(np.asarray(rows), among, k)
        ids, squares = _rows_found(query, among)
        return Found(ids, _lengths(squares, query.unit))

    def search_both(
        self, rows: np.ndarray, near: np.ndarray, far: np.ndarray, k_near: int, k_all: int
    ) -> tuple[Found, Found]:
        """Find the nearest of the rows `near`, and of `near` and `far` together, comparing once.

        Where `near` are few, they are compared twice: that costs less than a copy of all others,
        which a search of the whole table does without.

        Parameters
        ----------
        rows, near, far : ndarray of int
            Row numbers of the queries, and two sets of rows without common members.
        k_near, k_all : int
            Neighbors wanted in `near`, and in both together.

        Returns
        -------
        found_near, found_all : Found
        """
        if self.index is not None:
            inner, outer = (
                self.search(rows, near, max(k_near, k_all)),
                self.search(rows, far, k_all),
            )
            nearest = _merged(inner.ids, inner.distances, outer.ids, outer.distances, k_all)
            return Found(inner.ids[:, :k_near], inner.distances[:, :k_near]), Found(*nearest)
        rows, near, far = np.asarray(rows), np.sort(np.asarray(near)), np.sort(np.asarray(far))
        if FEW_NEAR * len(near) <= len(far):
            both = np.sort(np.concatenate([near, far]))
            return self.search(rows, near, k_near), self.search(rows, both, k_all)
        close, remote = self.space.numbers(near), self.space.numbers(far)
        queries = close if np.array_equal(rows, near) else self.space.numbers(rows)
        # Of all, so that both searches have one unit.
        extent = extent_of(queries, close, remote, threads=n_threads(self.n_jobs))
        query = self._query(rows, near, max(k_near, k_all), (queries, close), extent)
        ids, squares = _rows_found(query, near)
        query = self._query(rows, far, k_all, (queries, remote), extent)
        all_ids, all_squares = _merged(ids, squares, *_rows_found(query, far), k_all)
        return (
            Found(ids[:, :k_near], _lengths(squares[:, :k_near], extent.unit)),
            Found(all_ids, _lengths(all_squares, extent.unit)),
        )

    def _query(
        self,
        rows: np.ndarray,
        among: np.ndarray,
        k: int,
        coordinates: tuple[Any, Any] | None = None,
        extent: Extent | None = None,
    ) -> Query:
        if coordinates is None:
            corpus = self.space.numbers(among)
            same = np.array_equal(rows, among)
            coordinates = (corpus if same else self.space.numbers(rows)), corpus
        queries, corpus = coordinates
        threads = n_threads(self.n_jobs)
        extent = extent or extent_of(queries, corpus, threads=threads)
        if self.groups is not None and self.partner_groups != "any":
            groups, want = self.groups, SAME if self.partner_groups == "same" else DIFFERENT
        else:
            highest = max(rows.max(initial=0), among.max(initial=0))
            groups, want = np.zeros(highest + 1, np.int8), ANY
        conditioned = extent.condition(corpus)
        return Query(
            conditioned if queries is corpus else extent.condition(queries),
            conditioned,
            own_places(rows, among),
            k,
            groups[rows],
            groups[among],
            want,
            threads,
            extent.holes,
            extent.unit,
            extent.in_its_unit(),
        )


def _lengths(squares: np.ndarray, unit: float) -> np.ndarray:
    """Give distances from squared ones; infinity where float64 can not hold one."""
    with np.errstate(over="ignore"):
        return np.sqrt(squares, dtype=np.float64) * unit


def own_places(rows: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Place of each row in the sorted `among`, -1 where it is not there."""
    if not len(among):
        return np.full(len(rows), -1)
    places = np.searchsorted(among, rows)
    places[places == len(among)] = 0
    return np.where(among[places] == rows, places, -1)


def _rows_found(query: Query, among: np.ndarray) -> Answer:
    """Give the row numbers of the nearest, and their squared distances."""
    if not (len(query.own) and len(among) and query.k):
        return np.full((len(query.own), query.k), -1), np.full((len(query.own), query.k), np.inf)
    squares, places = _find(query)
    return np.where(places >= 0, among[places], -1), squares


def _find(query: Query) -> Answer:
    """Choose the way to search that was measured to be fastest; the answer is the same bits."""
    n_queries, n, d = query.shape
    if hasattr(query.corpus, "tocsr"):
        return nearest_numpy.search(query)
    plain = query.want == ANY and not query.holes and not is_forked()
    per_pair = PAIR * d if query.holes else BRUTE + PRODUCT * d if plain else PAIR
    if not compiled_pays(n_queries * n * per_pair):
        if query.holes:
            return nearest_numpy.search_with_holes(query)
        if plain:
            return settle(query, nearest_brute.screen, _find_again)
        return nearest_numpy.search(query)
    if query.holes:
        return nearest_direct.search(query)
    whole = nearest_products.search_whole(query)
    if whole is not None:
        return whole
    if d <= TREE_COLUMNS and n >= TREE_ROWS and query.want == ANY:
        return nearest_tree.search(query)
    if query.within and n < DIRECT_ROWS_WITHIN:
        few_columns = d <= DIRECT_COLUMNS_WITHIN
    else:
        few_columns = d <= DIRECT_COLUMNS and not query.within
    return nearest_direct.search(query) if few_columns else nearest_products.search(query)


def _find_again(query: Query) -> Answer:
    """Search for what brute force could not tell apart, which are ties in the worst case."""
    n_queries, n, d = query.shape
    if compiled_pays(n_queries * n * d * PAIR):
        return nearest_direct.in_float64(query)
    return nearest_numpy.search(query)


def _merged(ids: Any, near: Any, other_ids: Any, other_near: Any, k: int) -> Answer:
    """Merge two sorted lists into the k nearest of both, ties by row number."""
    ids = np.concatenate([ids, other_ids], axis=1)
    near = np.concatenate([near, other_near], axis=1)
    order = np.lexsort((ids, near), axis=1)[:, :k]
    return np.take_along_axis(ids, order, axis=1), np.take_along_axis(near, order, axis=1)


def _ask_index(index: Any, space: Any, rows: Any, among: Any, k: int) -> Found:
    """Ask the user's own search for k neighbors; the row itself is dropped by its number."""
    from sklearn.base import clone

    index = clone(index, safe=False)
    index.fit(space.numbers(among))
    distances, places = index.kneighbors(space.numbers(rows), n_neighbors=min(k + 1, len(among)))
    distances, places = np.asarray(distances, dtype=np.float64), np.asarray(places)
    if places.ndim != 2 or len(places) != len(rows):
        raise SamplerInputError(
            f"kneighbors of {type(index).__name__} gave an array of shape {places.shape} for "
            f"{len(rows)} rows; expected (distances, indices), each of shape (n_rows, n_neighbors)."
        )
    ids = np.where(places >= 0, among[places], -1)
    # Drop the row itself where it was found, else the farthest one, and keep the order of the rest.
    own = ids == rows[:, None]
    missed = ~own.any(axis=1)
    own[missed, -1] = places.shape[1] > k
    keep = np.argsort(own, axis=1, kind="stable")[:, :k]
    own_last = np.take_along_axis(own, keep, axis=1)
    ids = np.where(own_last, -1, np.take_along_axis(ids, keep, axis=1))
    distances = np.where(ids < 0, np.inf, np.take_along_axis(distances, keep, axis=1))
    missing = ((0, 0), (0, k - ids.shape[1]))
    return Found(
        np.pad(ids, missing, constant_values=-1), np.pad(distances, missing, constant_values=np.inf)
    )
