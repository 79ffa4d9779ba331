"""Search without a compiler: for small jobs, sparse tables, and what nothing else could settle."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np

from .query import ANY, SAME, Answer, Query
from .threads import single_threaded_blas

# Screened distances held at a time, in cells.
BLOCK_CELLS = 4_000_000


def search(query: Query) -> Answer:
    """Screen by a matrix product in float64, then rank by exact differences.

    Every row whose screened distance is within the rounding error of the product of the k-th
    nearest is ranked by its exact distance, so the answer is that of comparing all pairs.
    """
    n_queries, n, d = query.shape
    values, places = query.empty_lists(query.k)
    k = min(query.k, n)
    if not k:
        return values, places
    queries, corpus = _as_float64(query.queries), _as_float64(query.corpus)
    lengths, own_lengths = squared_lengths(corpus), squared_lengths(queries)
    doubt = doubt_of(own_lengths, lengths, d)
    size = max(1, BLOCK_CELLS // n)
    for start in range(0, n_queries, size):
        block = slice(start, min(start + size, n_queries))
        with single_threaded_blas() if query.threads == 1 else nullcontext():
            products = queries[block] @ corpus.T
        screened = products.toarray() if hasattr(products, "tocsr") else products
        screened *= -2
        screened += lengths[None, :]
        screened += own_lengths[block, None]
        forbid(screened, query, block)
        limit = _limit(screened, k, doubt[block])
        for i in range(len(screened)):
            near = np.flatnonzero((screened[i] <= limit[i]) & np.isfinite(screened[i]))
            exact = _squared_distances(queries, start + i, corpus, near)
            order = np.lexsort((near, exact))[:k]
            places[start + i, : len(order)] = near[order]
            values[start + i, : len(order)] = exact[order]
    return values, places


def search_with_holes(query: Query) -> Answer:
    """Compare every pair over the columns that both rows have."""
    n_queries, _, d = query.shape
    values, places = query.empty_lists(query.k)
    queries, corpus = _as_float64(query.queries), _as_float64(query.corpus)
    for i in range(n_queries):
        move = corpus - queries[i]
        present = ~np.isnan(move)
        shared = present.sum(axis=1)
        total = np.cumsum(np.square(np.where(present, move, 0.0)), axis=1)[:, -1]
        exact = np.full((1, len(corpus)), np.inf)
        np.divide(total * d, shared, out=exact[0], where=shared > 0)
        forbid(exact, query, slice(i, i + 1))
        near = np.flatnonzero(np.isfinite(exact[0]))
        order = near[np.lexsort((near, exact[0, near]))][: query.k]
        places[i, : len(order)] = order
        values[i, : len(order)] = exact[0, order]
    return values, places


def forbid(screened: np.ndarray, query: Query, block: slice) -> None:
    """Put every pair that must not meet infinitely far apart: a row and itself, wrong groups."""
    own = query.own[block]
    known = np.flatnonzero(own >= 0)
    screened[known, own[known]] = np.inf
    if query.want != ANY:
        same = query.own_groups[block, None] == query.groups[None, :]
        screened[same != (query.want == SAME)] = np.inf


def _limit(screened: np.ndarray, k: int, doubt: np.ndarray) -> np.ndarray:
    """Screened value up to which a row may be among the k nearest."""
    kth = np.partition(screened, k - 1, axis=1)[:, k - 1]
    return np.where(np.isfinite(kth), kth + 2 * doubt, np.finfo(np.float64).max)


def _as_float64(matrix: Any) -> Any:
    return matrix if matrix.dtype == np.float64 else matrix.astype(np.float64)


def squared_lengths(matrix: Any) -> np.ndarray:
    """Sum of squares of each row, in float64."""
    if hasattr(matrix, "tocsr"):
        return np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    return np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64)


def doubt_of(own_lengths: np.ndarray, lengths: np.ndarray, d: int) -> np.ndarray:
    """Error of a query's squared distances by a product: the bound of a dot product of d terms."""
    limits = np.finfo(np.float64)
    return 2 * (d + 4) * (limits.eps * (own_lengths + lengths.max()) + 2 * limits.tiny)


def sum_of_squares(move: np.ndarray) -> np.ndarray:
    """Sum of squares of each row (overwritten), in the order in which the kernels sum.

    Four columns at a time, so that every way to search gives the same bits.
    """
    square = np.square(move, out=move)
    whole = move.shape[1] // 4 * 4
    a, b, c, e = (square[:, start:whole:4] for start in range(4))
    terms = np.concatenate([(a + b) + (c + e), square[:, whole:]], axis=1)
    return np.cumsum(terms, axis=1)[:, -1] if terms.shape[1] else np.zeros(len(move))


def _squared_distances(queries: Any, row: int, corpus: Any, near: np.ndarray) -> np.ndarray:
    if not hasattr(corpus, "tocsr"):
        return sum_of_squares(corpus[near] - queries[row])
    here = np.asarray(queries[[row]].toarray())
    exact = np.empty(len(near))
    size = max(1, BLOCK_CELLS // corpus.shape[1])
    for start in range(0, len(near), size):
        some = slice(start, start + size)
        exact[some] = sum_of_squares(np.asarray(corpus[near[some]].toarray()) - here)
    return exact
