"""Which centers are near? By float32 products, and float64 ones where those can not tell.

Clusters need no proof that a center is the nearest one: where two are about equally near, either
will do. So this is not the exact search of neighbors, and it takes a fraction of its time. What it
does not give away is places far from the mean row, where float32 has no digits left for distances.
"""

from __future__ import annotations

import numpy as np

from .._core.threads import for_each_chunk, single_threaded_blas

# Products held at a time by a thread.
CELLS = 2**20
# A squared distance below this share of the row's squared length is taken in float64.
DOUBTFUL = 4e-3


def near_centers(X: np.ndarray, centers: np.ndarray, n: int, threads: int) -> np.ndarray:
    """Find the centers nearest to each row.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Rows around 0, within 1.
    centers : ndarray of shape (n_clusters, n_columns)
        Centers, likewise.
    n : int
        How many, at most `n_clusters`.
    threads : int
        Threads to use; they change no bit.

    Returns
    -------
    ids : ndarray of int of shape (n_rows, n)
        Numbers of centers, in rising order.
    """
    ids = np.empty((len(X), n), np.intp)
    rows, size = np.arange(len(X)), max(1, CELLS // len(centers))
    doubtful = np.empty(len(X), bool)
    for dtype in (np.float32, np.float64):
        factors = _factors(centers, dtype)

        def work(chunk: slice, rows: np.ndarray = rows, factors: np.ndarray = factors) -> None:
            some = rows[chunk]
            ids[some], doubtful[some] = _nearest(X[some], factors, n)

        with single_threaded_blas():
            for_each_chunk(work, len(rows), size, threads)
        rows = rows[doubtful[rows]]
        if not len(rows):
            break
    return np.sort(ids, axis=1)


def _factors(centers: np.ndarray, dtype: type) -> np.ndarray:
    """Give what rows ``[x, 1]`` are multiplied by for ``|c|^2 - 2 x . c``."""
    lengths = np.einsum("ij,ij->i", centers, centers, dtype=np.float64)
    return np.ascontiguousarray(np.column_stack([-2 * centers, lengths]).T.astype(dtype))


def _nearest(X: np.ndarray, factors: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the nearest centers of some rows, and whether the farthest of them is doubtful."""
    rows = np.empty((len(X), len(factors)), factors.dtype)
    rows[:, :-1], rows[:, -1] = X, 1
    lengths = np.einsum("ij,ij->i", rows[:, :-1], rows[:, :-1])
    values = rows @ factors
    if n == 1:
        ids = values.argmin(axis=1)[:, None]
    else:
        ids = np.argpartition(values, n - 1, axis=1)[:, :n]
    farthest = np.take_along_axis(values, ids, axis=1).max(axis=1)
    return ids, farthest + lengths < DOUBTFUL * lengths
