"""Which rows lie together? Those that k-means, or a clusterer of the user's, gives one label."""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from .._core.randomness import seeded
from .._core.threads import openmp_threads, single_threaded_blas
from ..exceptions import SamplerInputError

# Clusters that are looked for at most when their number is left to us.
MANY = 100


def find_clusters(estimator: Any, coordinates: Any, rng: np.random.Generator) -> np.ndarray:
    """Cluster all rows; on one thread, whose sums do not depend on the machine.

    Parameters
    ----------
    estimator : None, int or object
        Nothing, a number of clusters, or an unfitted clusterer.
    coordinates : ndarray or CSR matrix of shape (n_rows, n_columns)
        Where distances are taken.
    rng : Generator
        Source of chance.

    Returns
    -------
    labels : ndarray of int of shape (n_rows,)
        Cluster of each row, -1 for none.
    """
    n_rows = coordinates.shape[0]
    if estimator is None or isinstance(estimator, Integral):
        from sklearn.cluster import MiniBatchKMeans

        wanted = min(max(2, round(np.sqrt(n_rows / 2))), MANY) if estimator is None else estimator
        estimator = MiniBatchKMeans(n_clusters=min(int(wanted), n_rows), n_init=3)
    with single_threaded_blas(), openmp_threads(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # less distinct rows than clusters
        labels = np.asarray(seeded(estimator, rng).fit_predict(coordinates))
    if labels.shape != (n_rows,) or labels.dtype.kind not in "iu":
        raise SamplerInputError(
            f"fit_predict of {type(estimator).__name__} gave an array of type {labels.dtype} and "
            f"shape {labels.shape} for {n_rows} rows; expected the number of a cluster for each."
        )
    return labels.astype(np.intp)
