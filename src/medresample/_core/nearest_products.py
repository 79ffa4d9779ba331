"""Search by matrix products, for wide tables: screened in float32, ranked exactly in float64.

The product of a block of queries and a block of rows gives approximate distances at the speed of
BLAS; the k nearest and a few more are ranked by their exact distances. A query is certain when no
row outside of its list can be as near as its k-th neighbor, by the worst-case rounding error of the
product. Queries that are not certain are searched again in one batch: where columns are many,
through the same in float64, and what is still tied after that by direct differences.

Where the rows of one table ask for their neighbors among themselves, a product serves both of its
rows, so only half of them are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from . import nearest_direct
from .nearest_direct import power_of_two_below
from .query import CHUNK, Answer, Query, is_resolved, settle
from .threads import for_each, for_each_chunk, single_threaded_blas

ROWS = 4096
# Rows that tell about where the middle of all is.
SOME = 1024
# Rows of a block multiplied at a time, so that the products stay in the cache.
STRIP = 512
# Columns up to which uncertain queries are searched again by direct differences.
DIRECT = 64
# Candidates kept beyond those asked for; with more columns products are less exact.
SPARE_OF_FEW, SPARE = 2, 4
# Rows of a block where each pair is compared once: about so many, in a number of blocks of which
# a few threads get equal shares.
BLOCK, BLOCKS = 512, 4


def search(query: Query) -> Answer:
    """Find the k nearest of each query."""
    few_columns = query.shape[2] <= DIRECT
    return settle(query, _in_float32, nearest_direct.search if few_columns else _in_float64)


def search_whole(query: Query) -> Answer | None:
    """Search a table of small whole numbers, whose products are exact; give None for others.

    Counts, scores and flags are the tables with most ties, which no rounded product can tell apart.
    """
    if not (_is_whole(query.corpus) and _is_whole(query.queries)):
        return None
    center = np.rint(_middle(query.corpus))
    largest = query.extent.shift(center)
    total = 4 * query.shape[2] * largest**2
    if total > 2**53:
        return None
    dtype = np.float32 if total <= 2**24 else np.float64
    values, places = query.empty_lists(query.k, dtype)
    shift = partial(_shifted, center=center, scale=1.0, dtype=dtype)
    with single_threaded_blas():
        lengths, _ = _compare_all(query, shift, values, places)
    return values + lengths[:, None], places


def _is_whole(matrix: np.ndarray) -> bool:
    return all(
        bool((np.rint(some) == some).all())
        for some in (matrix[first : first + CHUNK] for first in range(0, len(matrix), CHUNK))
    )


def _in_float32(query: Query) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return _screen(query, np.float32)


def _in_float64(query: Query) -> Answer:
    return settle(query, partial(_screen, dtype=np.float64), nearest_direct.in_float64)


def _screen(query: Query, dtype: type) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from .._kernels.lists import rank_exactly

    n_queries, n, d = query.shape
    center, scale = _frame(query, dtype)
    spare = SPARE_OF_FEW if d <= DIRECT else SPARE
    screened, candidates = query.empty_lists(min(query.k + spare, n), dtype)
    shift = partial(_shifted, center=center, scale=scale, dtype=dtype)
    with single_threaded_blas():
        if query.within:
            lengths, longest = _compare_each_pair_once(query, shift, screened, candidates)
        else:
            lengths, longest = _compare_all(query, shift, screened, candidates)
    values, places = query.empty_lists(query.k)

    def rank(chunk: slice) -> None:
        rank_exactly(
            query.queries[chunk], query.corpus, candidates[chunk], values[chunk], places[chunk]
        )

    for_each_chunk(rank, n_queries, CHUNK, query.threads)
    kth = values[:, -1] * scale * scale * (1 + 1e-12)
    doubt = _doubt(lengths, longest, d, dtype)
    beyond = screened[:, -1] + lengths - doubt
    # In a list with room left is every row that may be found; all that if no product overflowed.
    full = candidates[:, -1] >= 0
    certain = ~full | ((kth < beyond) & is_resolved(values[:, -1], d))
    return values, places, certain & np.isfinite(lengths + doubt)


def _compare_all(
    query: Query, shift: Callable[..., Any], screened: np.ndarray, candidates: np.ndarray
) -> tuple[np.ndarray, float]:
    """Compare each query with each row, block by block.

    Returns the squared length of each query, and the largest one of a row.
    """
    from .._kernels.products import scan_products

    own_lengths, longest = np.empty(len(query.own)), 0.0
    for first in range(0, len(query.corpus), ROWS):
        block, lengths = shift(query.corpus[first : first + ROWS], threads=query.threads)
        longest = max(longest, float(lengths.max()))

        def work(
            chunk: slice, first: int = first, block: Any = block, lengths: Any = lengths
        ) -> None:
            queries, own_lengths[chunk] = shift(query.queries[chunk], threads=1)
            for at in range(0, len(block), STRIP):
                scan_products(
                    queries @ block[at : at + STRIP].T,
                    lengths[at : at + STRIP],
                    query.own[chunk],
                    query.own_groups[chunk],
                    first + at,
                    query.groups,
                    query.want,
                    screened[chunk],
                    candidates[chunk],
                )

        for_each_chunk(work, len(query.own), CHUNK, query.threads)
    return own_lengths, longest


def _compare_each_pair_once(
    query: Query, shift: Callable[..., Any], screened: np.ndarray, candidates: np.ndarray
) -> tuple[np.ndarray, float]:
    """Compare the rows of a table with each other, block against block; return the same."""
    from .._kernels.products import scan_products_both_ways

    rows, lengths = shift(query.corpus, threads=query.threads)
    n = len(rows)
    n_blocks = BLOCKS * -(-n // (BLOCKS * BLOCK))
    size = -(-n // n_blocks)
    limits = np.full(n, np.inf, rows.dtype)
    room = [np.empty(size * size, rows.dtype) for _ in range(query.threads)]

    def work(pair: tuple[int, int]) -> None:
        a, b = pair[0] * size, pair[1] * size
        some, others = rows[a : a + size], rows[b : b + size]
        scratch = room.pop()
        products = scratch[: len(some) * len(others)].reshape(len(some), len(others))
        scan_products_both_ways(
            np.matmul(some, others.T, out=products),
            a,
            b,
            lengths,
            query.groups,
            query.want,
            screened,
            candidates,
            limits,
        )
        room.append(scratch)

    for pairs in _rounds(n_blocks):
        for_each(work, pairs, query.threads)
    return lengths, float(lengths.max())


def _rounds(n: int) -> Iterator[list[tuple[int, int]]]:
    """Let each of an even number of players meet itself and each other once.

    Nobody plays twice in a round, so the pairs of a round can be worked on at the same time.
    """
    yield [(player, player) for player in range(n)]
    seats = list(range(n))
    for _ in range(n - 1):
        yield [(seats[i], seats[-1 - i]) for i in range(n // 2)]
        seats.insert(1, seats.pop())


def _shifted(
    rows: np.ndarray, center: np.ndarray, scale: float, dtype: type, threads: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows minus the center, times the scale, and their squared lengths."""
    block: np.ndarray = np.empty(rows.shape, dtype)
    lengths: np.ndarray = np.empty(len(rows), dtype)

    def work(chunk: slice) -> None:
        part = block[chunk]
        if scale == 1:
            np.subtract(rows[chunk], center, out=part, casting="same_kind")
        else:  # the type may not hold the numbers before they are scaled
            np.multiply(
                rows[chunk] - center.astype(np.float64), scale, out=part, casting="same_kind"
            )
        lengths[chunk] = np.einsum("ij,ij->i", part, part, dtype=np.float64)

    for_each_chunk(work, len(rows), CHUNK, threads)
    return block, lengths


def _frame(query: Query, dtype: type) -> tuple[np.ndarray, float]:
    """Shift that shortens the rows, and scale on which squares fit the type."""
    center = _middle(query.corpus)
    if dtype is query.corpus.dtype.type:
        center = center.astype(dtype)
    largest = query.extent.shift(center)
    inside = largest == 0 or 1e-12 < largest < 1e12
    return center, 1.0 if inside else power_of_two_below(largest)


def _middle(rows: np.ndarray) -> np.ndarray:
    """Mean of some of the rows: any point among them makes them shorter."""
    return rows[:: -(-len(rows) // SOME)].mean(axis=0, dtype=np.float64)


def _doubt(lengths: np.ndarray, longest: float, d: int, dtype: type) -> np.ndarray:
    """Give the largest error of the squared distances of each query, by its squared length."""
    own = lengths.astype(np.float64)
    unit, exact = np.finfo(dtype).eps / 2, np.finfo(np.float64).eps / 2
    # Relative to the lengths |q| and |c| of both rows: storing them moves the squared distance by
    # 2 units of (|q| + |c|)^2; twice the dot product of d terms, summed in any order, is off by 2
    # gamma |q| |c|; rounding the squared lengths and the difference adds a unit of each, and
    # summing the former in float64 d units of float64. Last, what underflows.
    gamma = d * unit / (1 - d * unit)
    products = (2 * gamma + 12 * unit) * np.sqrt(own * longest)
    squares = (4 * unit + 2 * d * exact) * (own + longest)
    return products + squares + 4 * (d + 4) * np.finfo(dtype).tiny
