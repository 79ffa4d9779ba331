"""Which rows lie together? Those that k-means, or a clusterer of the user's, gives one label."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np

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
    from ..cluster._ask import ask_labels

    n_rows = coordinates.shape[0]
    if estimator is None or isinstance(estimator, Integral):
        from sklearn.cluster import MiniBatchKMeans

        wanted = min(max(2, round(np.sqrt(n_rows / 2))), MANY) if estimator is None else estimator
        estimator = MiniBatchKMeans(n_clusters=min(int(wanted), n_rows), n_init=3)
    return ask_labels(estimator, coordinates, rng)
