"""Who is near whom? One seam: row numbers in, row numbers of the nearest other rows out.

Search is exact: candidates are screened by a matrix product, then ranked by differences computed
in float64 in a fixed order, ties by row number. A row is excluded from its own neighbors by its
number, never by its place in the list, so exact duplicates are found as the neighbors they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exceptions import SamplerInputError
from . import nearest_brute, nearest_direct, nearest_numpy, nearest_products, nearest_tree
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
        among = np.sort(np.asarray(among))  # so that ties by place are ties by row number
        query = self._query(np.asarray(rows), among, k)
        values, places = _find(query)
        ids = np.where(places >= 0, among[places], -1) if len(among) else places
        return Found(ids, np.sqrt(values))

    def search_both(
        self, rows: np.ndarray, near: np.ndarray, far: np.ndarray, k_near: int, k_all: int
    ) -> tuple[Found, Found]:
        """Find the nearest of the rows `near`, and of `near` and `far` together, comparing once.

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
        inner = self.search(rows, near, max(k_near, k_all))
        outer = self.search(rows, far, k_all)
        ids = np.concatenate([inner.ids, outer.ids], axis=1)
        distances = np.concatenate([inner.distances, outer.distances], axis=1)
        order = np.lexsort((ids, distances), axis=1)[:, :k_all]
        merged = Found(
            np.take_along_axis(ids, order, axis=1), np.take_along_axis(distances, order, axis=1)
        )
        return Found(inner.ids[:, :k_near], inner.distances[:, :k_near]), merged

    def _query(self, rows: np.ndarray, among: np.ndarray, k: int) -> Query:
        corpus = self.space.numbers(among)
        own = np.searchsorted(among, rows)
        own[own == len(among)] = 0
        if len(among):
            own = np.where(among[own] == rows, own, -1)
        same = np.array_equal(rows, among)
        queries = corpus if same else self.space.numbers(rows)
        groups, want = np.zeros(1, np.int64), ANY
        if self.groups is not None and self.partner_groups != "any":
            groups, want = self.groups, SAME if self.partner_groups == "same" else DIFFERENT
        else:
            groups = np.zeros(max(rows.max(initial=0), among.max(initial=0)) + 1, np.int8)
        queries, corpus, holes = _conditioned(queries, corpus)
        return Query(
            queries,
            corpus,
            own,
            k,
            groups[rows],
            groups[among],
            want,
            n_threads(self.n_jobs),
            holes,
        )


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
            return settle(query, nearest_brute.screen, nearest_numpy.search)
        return nearest_numpy.search(query)
    if query.holes:
        return nearest_direct.search(query)
    if d <= TREE_COLUMNS and n >= TREE_ROWS and query.want == ANY:
        return nearest_tree.search(query)
    if query.within or d > DIRECT_COLUMNS:
        return nearest_products.search(query)
    return nearest_direct.search(query)


def _conditioned(queries: Any, corpus: Any) -> tuple[Any, Any, bool]:
    """Look once for missing values, and bring extreme scales to one where squares fit float64."""
    largest, holes = _extent(corpus)
    if queries is not corpus:
        other, more_holes = _extent(queries)
        largest, holes = max(largest, other), holes or more_holes
    if largest > 0 and not 1e-100 < largest < 1e100:
        scale = 2.0 ** (np.frexp(largest)[1] - 1)
        same = queries is corpus
        queries = queries.astype(np.float64) / scale
        corpus = queries if same else corpus.astype(np.float64) / scale
    return queries, corpus, holes


def _extent(matrix: Any) -> tuple[float, bool]:
    values = matrix.data if hasattr(matrix, "tocsr") else matrix
    low, high = values.min(initial=0), values.max(initial=0)
    if not np.isnan(low):
        return float(max(high, -low)), False
    return float(np.nanmax(np.abs(values), initial=0)), True


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
    return Found(ids, np.take_along_axis(distances, keep, axis=1))
