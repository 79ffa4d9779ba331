"""Search by matrix products, for wide tables: screened in float32, ranked exactly in float64.

The product of a block of queries and a block of rows gives approximate distances at the speed of
BLAS; the k nearest and a few more are ranked by their exact distances. A query is certain when no
row outside of its list can be as near as its k-th neighbor, by the worst-case rounding error of the
product. Queries that are not certain are searched again in one batch: by direct differences where
columns are few, else through the same in float64, and what is still tied after that is settled by
comparing all rows that may be.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from . import nearest_direct, nearest_numpy
from .nearest_direct import largest_shift
from .query import CHUNK, Answer, Query, settle
from .threads import for_each_chunk, single_threaded_blas

ROWS = 4096
# Rows of a block multiplied at a time, so that the products stay in the cache.
STRIP = 1024
# Columns up to which uncertain queries are searched again by direct differences.
DIRECT = 64
SPARE = 4


def search(query: Query) -> Answer:
    """Find the k nearest of each query."""
    few_columns = query.shape[2] <= DIRECT
    return settle(query, _in_float32, nearest_direct.search if few_columns else _in_float64)


def _in_float32(query: Query) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return _screen(query, np.float32)


def _in_float64(query: Query) -> Answer:
    values, places, certain = _screen(query, np.float64)
    rest = np.flatnonzero(~certain)
    if len(rest):
        values[rest], places[rest] = nearest_numpy.search(query.only(rest))
    return values, places


def _screen(query: Query, dtype: type) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from .._kernels.nearest import rank_exactly

    n_queries, n, d = query.shape
    center, scale = _frame(query, dtype)
    width = min(query.k + SPARE, n)
    screened, candidates = query.empty_lists(width, dtype)
    queries: np.ndarray = np.empty((n_queries, d), dtype)
    _shift(query.queries, center, scale, queries)
    longest = 0.0
    with single_threaded_blas():
        for start in range(0, n, ROWS):
            rows = query.corpus[start : start + ROWS]
            block, lengths = _shifted_block(rows, center, scale, dtype, query.threads)
            longest = max(longest, float(lengths.max()))
            merge = partial(_merge, query, queries, block, lengths, start, screened, candidates)
            for_each_chunk(merge, n_queries, CHUNK, query.threads)
    values, places = query.empty_lists(query.k)

    def rank(chunk: slice) -> None:
        rank_exactly(
            query.queries[chunk], query.corpus, candidates[chunk], values[chunk], places[chunk]
        )

    for_each_chunk(rank, n_queries, CHUNK, query.threads)
    kth = values[:, -1] * scale**2
    return values, places, _certain(queries, longest, screened, candidates, kth)


def _shifted_block(
    rows: np.ndarray, center: np.ndarray, scale: float, dtype: type, threads: int
) -> tuple[np.ndarray, np.ndarray]:
    block: np.ndarray = np.empty(rows.shape, dtype)
    lengths: np.ndarray = np.empty(len(rows), dtype)

    def work(chunk: slice) -> None:
        part = block[chunk]
        _shift(rows[chunk], center, scale, part)
        lengths[chunk] = np.einsum("ij,ij->i", part, part, dtype=np.float64)

    for_each_chunk(work, len(rows), CHUNK, threads)
    return block, lengths


def _merge(
    query: Query,
    queries: np.ndarray,
    block: np.ndarray,
    lengths: np.ndarray,
    start: int,
    screened: np.ndarray,
    candidates: np.ndarray,
    chunk: slice,
) -> None:
    from .._kernels.nearest import scan_products

    some = queries[chunk]
    for at in range(0, len(block), STRIP):
        scan_products(
            some @ block[at : at + STRIP].T,
            lengths[at : at + STRIP],
            query.own[chunk],
            query.own_groups[chunk],
            start + at,
            query.groups,
            query.want,
            screened[chunk],
            candidates[chunk],
        )


def _frame(query: Query, dtype: type) -> tuple[np.ndarray, float]:
    """Shift that shortens the rows, and scale on which squares fit the type."""
    center = query.corpus[: 4 * ROWS].mean(axis=0, dtype=np.float64)
    if dtype is query.corpus.dtype.type:
        center = center.astype(dtype)
    largest = max(largest_shift(query.corpus, center), largest_shift(query.queries, center))
    inside = largest == 0 or 1e-12 < largest < 1e12
    return center, 1.0 if inside else 2.0 ** -np.frexp(largest)[1]


def _shift(rows: np.ndarray, center: np.ndarray, scale: float, out: np.ndarray) -> None:
    np.subtract(rows, center, out=out, casting="same_kind")
    if scale != 1:
        out *= out.dtype.type(scale)


def _certain(
    queries: np.ndarray,
    longest: float,
    screened: np.ndarray,
    candidates: np.ndarray,
    kth: np.ndarray,
) -> np.ndarray:
    """Say which queries can have no nearer row outside of their list of candidates."""
    d = queries.shape[1]
    lengths = np.einsum("ij,ij->i", queries, queries, dtype=np.float64)
    unit = np.finfo(queries.dtype).eps / 2
    # Shifting and storing moves each coordinate by a unit; a dot product of d terms is off by at
    # most d units of the product of both lengths; so are the squared length and the difference.
    doubt = unit * ((2 * d + 12) * np.sqrt(lengths * longest) + 4 * longest + 4 * lengths)
    beyond = screened[:, -1].astype(np.float64) + lengths - doubt
    full = candidates[:, -1] >= 0
    return ~full | (kth * (1 + 1e-12) < beyond)
