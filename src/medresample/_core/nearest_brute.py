"""Search by brute force, while no compiled code of our own is loaded.

Few pairs are compared by NumPy, many by scikit-learn, whose threads take longer to meet than a
small table takes to search, most of all on a busy machine. The distances of both are off by the
rounding error of a matrix product, so the nearest and a few more are ranked here by their exact
ones. A query is certain when no row outside of its list can be as near as its k-th neighbor; the
others are searched again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .nearest_numpy import doubt_of, squared_lengths, sum_of_squares
from .query import Query, is_resolved
from .threads import openmp_threads, single_threaded_blas

SPARE = 4
# Pairs up to which NumPy compares all, in as long as scikit-learn takes to begin.
FEW_PAIRS = 160_000
# Cells of differences held at a time.
BLOCK_CELLS = 1_000_000


def screen(query: Query) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the k nearest of each query, and which queries are certain to be right."""
    n_queries, n, _ = query.shape
    return screen_by(by_numpy if n_queries * n <= FEW_PAIRS else by_scikit_learn, query)


def screen_by(
    nearest: Callable[[Query, int], np.ndarray], query: Query
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rank what ``nearest(query, width)`` finds by exact distances."""
    n_queries, n, d = query.shape
    width = min(query.k + 1 + SPARE, n)
    found = nearest(query, width)
    doubt = doubt_of(squared_lengths(query.queries), squared_lengths(query.corpus), d)
    values, places = query.empty_lists(query.k)
    certain = np.empty(n_queries, bool)
    size = max(1, BLOCK_CELLS // (width * d))
    for start in range(0, n_queries, size):
        block = slice(start, min(start + size, n_queries))
        near = found[block]
        move = query.corpus[near].astype(np.float64) - query.queries[block, None]
        exact = sum_of_squares(move.reshape(-1, d)).reshape(near.shape)
        farthest = exact.max(axis=1)
        exact[near == query.own[block, None]] = np.inf
        order = np.lexsort((near, exact), axis=1)[:, : query.k]
        ranked = np.take_along_axis(exact, order, axis=1)
        values[block, : order.shape[1]] = ranked
        places[block, : order.shape[1]] = np.where(
            np.isinf(ranked), -1, np.take_along_axis(near, order, axis=1)
        )
        kth = ranked[:, -1]
        certain[block] = (kth < farthest - 2 * doubt[block]) & is_resolved(kth, d)
    return values, places, certain | (width == n)


def by_numpy(query: Query, width: int) -> np.ndarray:
    """Give the places of the nearest of each query, itself among them, in any order."""
    queries, corpus = query.queries.astype(np.float64), query.corpus.astype(np.float64)
    with single_threaded_blas():
        screened = -2 * queries @ corpus.T
    screened += squared_lengths(corpus)  # the query's own length ranks nothing
    return np.argpartition(screened, width - 1, axis=1)[:, :width]


def by_scikit_learn(query: Query, width: int) -> np.ndarray:
    """Give the places of the nearest of each query, itself among them, in any order."""
    from sklearn import config_context
    from sklearn.neighbors import NearestNeighbors

    settings = {"assume_finite": True, "enable_cython_pairwise_dist": True}
    with single_threaded_blas(), openmp_threads(query.threads), config_context(**settings):
        index = NearestNeighbors(n_neighbors=width, algorithm="brute").fit(query.corpus)
        return np.asarray(index.kneighbors(query.queries, return_distance=False))
