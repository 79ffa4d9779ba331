"""How scattered are the rows of a class within a cluster? By the mean distance of all pairs."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.extent import extent_of
from .._core.threads import single_threaded_blas

# Rows whose distances to as many others are held at a time.
ROWS = 512


def mean_pair_distance(rows: Any) -> float:
    """Mean Euclidean distance of all pairs of rows; exactly 0 where all coincide.

    Parameters
    ----------
    rows : ndarray or sparse matrix of shape (n_rows, n_columns)
        Coordinates without holes. Blocks of them are held in dense float64, and no matrix of all
        distances.

    Returns
    -------
    distance : float
        0 for a single row.
    """
    n_rows = rows.shape[0]
    if n_rows < 2:
        return 0.0
    extent = extent_of(rows)
    first = extent.condition(_dense(rows[:1]))
    total = 0.0
    with single_threaded_blas():
        for at in range(0, n_rows, ROWS):
            here = extent.condition(_dense(rows[at : at + ROWS])) - first
            own = _distances(here, here)
            np.fill_diagonal(own, 0)
            total += own.sum() / 2
            for later in range(at + ROWS, n_rows, ROWS):
                there = extent.condition(_dense(rows[later : later + ROWS])) - first
                total += _distances(here, there).sum()
    return float(total / (n_rows * (n_rows - 1) / 2)) * extent.unit


def scatter_shares(n_rows: np.ndarray, distance: np.ndarray, exponent: float) -> np.ndarray:
    """Divide one among clusters: the more scattered the rows of the class, the more.

    The share of a cluster is proportional to ``distance ** exponent / n_rows``: one over the
    density. It is computed in logarithms, as the power leaves the range of numbers in tables of
    many columns.

    Parameters
    ----------
    n_rows, distance : ndarray of shape (n_clusters,)
        Rows of the class in each cluster, and their mean distance. Where the rows coincide there is
        nothing to fill: the share is 0, unless they do so in all clusters, which then share alike.
    exponent : float
        The higher, the more the distance counts; 0 leaves the number of rows alone.

    Returns
    -------
    shares : ndarray of shape (n_clusters,)
        They sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> scatter_shares(np.array([4, 4]), np.array([1.0, 3.0]), 2)
    array([0.1, 0.9])
    """
    if not distance.any():
        return np.full(len(n_rows), 1 / len(n_rows))
    far = np.log(distance, out=np.full(len(distance), -np.inf), where=distance > 0)
    size = (exponent * far if exponent else np.zeros(len(far))) - np.log(n_rows)
    shares = np.exp(size - size.max())
    return shares / shares.sum()


def _dense(rows: Any) -> np.ndarray:
    dense = rows.toarray() if hasattr(rows, "toarray") else rows
    return np.asarray(dense, dtype=np.float64)


def _distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    squares = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1) - 2 * (a @ b.T)
    return np.sqrt(np.maximum(squares, 0))
