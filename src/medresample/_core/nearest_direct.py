"""Search by direct differences, for tables of few columns: exact on any scale, ties included.

Differences are first taken in float32, which is twice as fast, keeping a few candidates more than
asked for; these are ranked by their exact float64 distances. A query is certain when no row outside
of its list can be as near as its k-th neighbor, however the rounding fell. Queries that are not
certain, usually because many rows are equally far, are searched again in float64, where the
distances themselves are ranked and nothing is left to certify. When the first queries show that
most would come to that, all go there at once.
"""

from __future__ import annotations

import numpy as np

from .query import CHUNK, Answer, Query, is_resolved, settle
from .threads import for_each_chunk

TILES = 64
SPARE = 4


def search(query: Query) -> Answer:
    """Find the k nearest of each query."""
    return in_float64(query) if query.holes else settle(query, _in_float32, in_float64)


def in_float64(query: Query) -> Answer:
    """Rank all rows by their exact distances; nothing is left to certify."""
    values, places = query.empty_lists(query.k)
    center = np.zeros(query.corpus.shape[1])

    def work(chunk: slice) -> None:
        queries = query.queries[chunk].astype(np.float64)
        _scan(query, chunk, queries, center, 1.0, values[chunk], places[chunk])

    for_each_chunk(work, len(query.own), CHUNK, query.threads)
    return values, places


def _in_float32(query: Query) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from .._kernels.lists import rank_exactly

    n_queries, n, d = query.shape
    values, places = query.empty_lists(query.k)
    certain = np.empty(n_queries, bool)
    center, scale = _frame(query)

    def work(chunk: slice) -> None:
        exact = (query.queries[chunk].astype(np.float64) - center) * scale
        queries = exact.astype(np.float32)
        shape = (len(queries), min(query.k + SPARE, n))
        screened, candidates = np.full(shape, np.inf, np.float32), np.full(shape, -1, np.int64)
        moved = _scan(query, chunk, queries, center, scale, screened, candidates)
        rank_exactly(query.queries[chunk], query.corpus, candidates, values[chunk], places[chunk])
        gap = np.sqrt(np.square(exact - queries).sum(axis=1)) + np.sqrt(moved)
        # A row outside the list is at least this far away: what float32 found for the last one in
        # it, less the rounding of a sum of d squares and the shift of both ends.
        rounding = (d + 8) * np.finfo(np.float32).eps
        beyond = np.sqrt(screened[:, -1].astype(np.float64)) * (1 - rounding) - gap - 1e-18
        full = candidates[:, -1] >= 0
        kth = np.sqrt(values[chunk, -1]) * scale * (1 + 1e-14)
        certain[chunk] = ~full | ((kth < beyond) & is_resolved(values[chunk, -1], d))

    for_each_chunk(work, n_queries, CHUNK, query.threads)
    return values, places, certain


def _frame(query: Query) -> tuple[np.ndarray, float]:
    """Shift and scale under which float32 loses least; a float32 table is not shifted."""
    center = np.zeros(query.corpus.shape[1])
    if query.corpus.dtype != np.float32:
        center += query.corpus[0]
    return center, power_of_two_below(query.extent.shift(center))


def power_of_two_below(largest: float) -> float:
    """Scale under which a largest value comes close to 1, exactly."""
    return 2.0 ** -max(int(np.frexp(largest)[1]), -1000) if largest > 0 else 1.0


def _scan(
    query: Query,
    chunk: slice,
    queries: np.ndarray,
    center: np.ndarray,
    scale: float,
    values: np.ndarray,
    places: np.ndarray,
) -> float:
    from .._kernels.tiles import LANES, lay_tiles, scan_tiles

    n, d = query.corpus.shape
    tiles = np.empty((min(TILES, -(-n // LANES)), d, LANES), queries.dtype)
    moved = 0.0
    for first in range(0, n, len(tiles) * LANES):
        rows = query.corpus[first : first + len(tiles) * LANES]
        some = tiles[: -(-len(rows) // LANES)]
        moved = max(moved, lay_tiles(rows, center, scale, some))
        scan_tiles(
            queries,
            query.own[chunk],
            query.own_groups[chunk],
            some,
            first,
            query.groups,
            query.want,
            query.holes,
            values,
            places,
        )
    return moved
