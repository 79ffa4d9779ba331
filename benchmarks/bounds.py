"""How fast could it be? The time this machine needs for the arithmetic and the writing alone.

A bound is ``2 * pairs * columns / rate + bytes / bandwidth``: the rate of a float32 matrix product
of the case's own shape with all threads, and the bandwidth of filling memory that was just obtained
from the system. It is a bound for searches that compare all pairs through NumPy's BLAS, not for the
chip: other arithmetic, or pruning, can be below it.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

BLOCK = 16_384


@cache
def product_rate(rows: int, columns: int) -> float:
    """Floating-point operations per second of a product of (rows x columns) with its like."""
    m, n = min(rows, 2048), min(rows, BLOCK)
    random = np.random.default_rng(0)
    left = random.standard_normal((m, columns), dtype=np.float32)
    right = random.standard_normal((n, columns), dtype=np.float32).T
    out = np.empty((m, n), np.float32)
    best = np.inf
    begun = time.perf_counter()
    while time.perf_counter() - begun < 0.5:
        start = time.perf_counter()
        np.matmul(left, right, out=out)
        best = min(best, time.perf_counter() - start)
    return 2 * m * n * columns / best


@cache
def write_bandwidth(threads: int, n_bytes: int = 2**28) -> float:
    """Bytes per second of filling fresh memory, in pieces by some threads."""
    best = np.inf
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(5):
            np.ones(n_bytes // 8)
            start = time.perf_counter()
            out = np.empty(n_bytes, np.uint8)
            list(pool.map(lambda piece: piece.fill(1), np.array_split(out, 2 * threads)))
            best = min(best, time.perf_counter() - start)
            del out
    return n_bytes / best


def bound(pairs: int, rows: int, columns: int, n_bytes: int, threads: int) -> float:
    """Least seconds for comparing so many pairs and writing so many bytes."""
    return 2 * pairs * columns / product_rate(rows, columns) + n_bytes / write_bandwidth(threads)
