"""Who is near whom? One seam: row numbers in, row numbers of the nearest other rows out.

Search is exact: candidates are screened by a matrix product, then ranked by differences computed
in float64 in a fixed order, ties by row number. A row is excluded from its own neighbors by its
number, never by its place in the list, so exact duplicates are found as the neighbors they are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from ..exceptions import SamplerInputError

PARTNER_GROUPS = ("any", "same", "different")
# Screened distances held at a time, in cells.
BLOCK_CELLS = 4_000_000
# Candidates taken beyond k before a row is looked at more closely.
SPARE = 8


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
        Threads of the matrix products; None leaves them as they are.
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
        with _threads(self.n_jobs):
            corpus = self.space.numbers(among)
            same = rows is among or np.array_equal(rows, among)
            queries = corpus if same else self.space.numbers(rows)
            allowed = None
            if self.groups is not None and self.partner_groups != "any":
                allowed = (self.groups[rows], self.groups[among], self.partner_groups == "same")
            if not sparse.issparse(corpus) and (np.isnan(corpus).any() or np.isnan(queries).any()):
                return _search_with_holes(queries, corpus, rows, among, k, allowed)
            return _search_exact(queries, corpus, rows, among, k, allowed)


@contextlib.contextmanager
def _threads(n_jobs: int | None) -> Iterator[None]:
    if n_jobs is None:
        yield
        return
    from joblib import effective_n_jobs
    from threadpoolctl import threadpool_limits

    with threadpool_limits(effective_n_jobs(n_jobs)):
        yield


def _forbid(screened: np.ndarray, block: slice, rows: Any, among: Any, allowed: Any) -> None:
    """Put every pair that must not meet infinitely far apart: a row and itself, wrong groups."""
    order = np.argsort(among, kind="stable")
    at = np.searchsorted(among, rows[block], sorter=order)
    at = order[np.minimum(at, len(among) - 1)]
    own = np.flatnonzero(among[at] == rows[block])
    screened[own, at[own]] = np.inf
    if allowed is not None:
        of_rows, of_among, want_same = allowed
        same = of_rows[block, None] == of_among[None, :]
        screened[same != want_same] = np.inf


def _search_exact(queries: Any, corpus: Any, rows: Any, among: Any, k: int, allowed: Any) -> Found:
    queries, corpus = _rescaled(queries, corpus)
    n, d = corpus.shape
    lengths = _squared_lengths(corpus)
    query_lengths = _squared_lengths(queries)
    # The screened value of a pair is off by at most this much (standard bound of a dot product).
    doubt = 2 * (d + 4) * np.finfo(np.float64).eps * (query_lengths + lengths.max(initial=0))
    ids = np.full((len(rows), k), -1, dtype=np.intp)
    distances = np.full((len(rows), k), np.inf)
    size = max(1, BLOCK_CELLS // max(1, n))
    for start in range(0, len(rows), size):
        block = slice(start, min(start + size, len(rows)))
        products = queries[block] @ corpus.T
        screened = products.toarray() if hasattr(products, "tocsr") else products
        screened *= -2
        screened += lengths[None, :]
        screened += query_lengths[block, None]
        _forbid(screened, block, rows, among, allowed)
        for i, candidates in enumerate(_candidates(screened, min(k, n), doubt[block])):
            row = start + i
            exact = _squared_distances(queries, row, corpus, candidates)
            order = np.lexsort((among[candidates], exact))[:k]
            ids[row, : len(order)] = among[candidates[order]]
            distances[row, : len(order)] = np.sqrt(exact[order])
    return Found(ids, distances)


def _candidates(screened: np.ndarray, k: int, doubt: np.ndarray) -> Iterator[np.ndarray]:
    """Give, for each row, every column that may be among its k nearest, doubt included."""
    n = screened.shape[1]
    width = min(n, k + SPARE)
    near = np.argpartition(screened, width - 1, axis=1)[:, :width]
    values = np.take_along_axis(screened, near, axis=1)
    kth = np.partition(values, k - 1, axis=1)[:, k - 1]
    limit = np.where(np.isfinite(kth), kth + 2 * doubt, np.finfo(np.float64).max)
    certain = (values.max(axis=1) > limit) | (width == n)
    for i in range(len(screened)):
        if certain[i]:
            yield near[i][values[i] <= limit[i]]
        else:
            yield np.flatnonzero(screened[i] <= limit[i])


def _rescaled(queries: Any, corpus: Any) -> tuple[Any, Any]:
    """Bring both to float64 on a scale where squares neither overflow nor vanish."""
    same = queries is corpus
    queries = queries.astype(np.float64)
    corpus = queries if same else corpus.astype(np.float64)
    largest = max(_largest(queries), _largest(corpus))
    if largest > 0 and not 1e-100 < largest < 1e100:
        scale = 2.0 ** (np.frexp(largest)[1] - 1)
        queries = queries / scale
        corpus = queries if same else corpus / scale
    return queries, corpus


def _largest(matrix: Any) -> float:
    values = matrix.data if hasattr(matrix, "tocsr") else matrix
    return float(max(values.max(initial=0), -values.min(initial=0)))


def _squared_lengths(matrix: Any) -> np.ndarray:
    if hasattr(matrix, "tocsr"):
        return np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    return np.einsum("ij,ij->i", matrix, matrix)


def _squared_distances(queries: Any, row: int, corpus: Any, candidates: Any) -> np.ndarray:
    if hasattr(corpus, "tocsr"):
        here = np.asarray(queries[[row]].toarray())
        move = np.asarray(corpus[candidates].toarray()) - here
    else:
        move = corpus[candidates] - queries[row]
    return np.square(move, out=move).sum(axis=1)


def _search_with_holes(
    queries: Any, corpus: Any, rows: Any, among: Any, k: int, allowed: Any
) -> Found:
    """Search with missing values: mean squared difference over the columns both rows have, times d.

    Two rows without a column in common are infinitely far apart, and never neighbors.
    """
    queries, corpus = _rescaled_with_holes(queries, corpus)
    d = corpus.shape[1]
    ids = np.full((len(rows), k), -1, dtype=np.intp)
    distances = np.full((len(rows), k), np.inf)
    here = np.arange(len(among))
    for i in range(len(rows)):
        move = corpus - queries[i]
        present = ~np.isnan(move)
        shared = present.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            squares = np.where(present, move, 0.0)
            exact = np.where(shared > 0, np.square(squares).sum(axis=1) * (d / shared), np.inf)
        exact = exact[None, :]
        _forbid(exact, slice(i, i + 1), rows, among, allowed)
        candidates = here[np.isfinite(exact[0])]
        order = candidates[np.lexsort((among[candidates], exact[0, candidates]))][:k]
        ids[i, : len(order)] = among[order]
        distances[i, : len(order)] = np.sqrt(exact[0, order])
    return Found(ids, distances)


def _rescaled_with_holes(queries: np.ndarray, corpus: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    queries, corpus = queries.astype(np.float64), corpus.astype(np.float64)
    largest = max(np.nanmax(np.abs(corpus), initial=0), np.nanmax(np.abs(queries), initial=0))
    if largest > 0 and not 1e-100 < largest < 1e100:
        scale = 2.0 ** (np.frexp(largest)[1] - 1)
        return queries / scale, corpus / scale
    return queries, corpus


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
