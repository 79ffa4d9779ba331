"""How many clusters are there? As many as separate a sample of the rows best, from 2 to 10."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..exceptions import CollapsedCentersWarning
from ._ask import ask_labels
from ._fuzzy_c_means import FuzzyCMeans

# Rows of the sample, and clusters that are tried at most.
SAMPLE, MOST = 2_000, 10


def by_silhouette(coordinates: np.ndarray, at_most: int, rng: np.random.Generator) -> int:
    """Give the number of k-means clusters with the largest mean silhouette, the lower among equals.

    The silhouette of a row compares its mean distance ``a`` from the rows of its cluster with that
    from the rows of the nearest other one, ``b``: ``(b - a) / max(a, b)``.

    Parameters
    ----------
    coordinates : ndarray of shape (n_rows, n_columns)
        Where distances are taken; 2,000 of the rows are looked at.
    at_most : int
        The largest number that will do.
    rng : Generator
        Source of chance.

    Returns
    -------
    n_clusters : int
        From 2 to 10; 1 where there is no choice.
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import pairwise_distances, silhouette_score

    sample = _sample(coordinates, rng)
    distances = pairwise_distances(sample.astype(np.float64, copy=False))
    np.fill_diagonal(distances, 0)

    def clearness(k: int) -> float:
        labels = ask_labels(KMeans(k, n_init=1), sample, rng)
        if not 1 < len(np.unique(labels)) < len(sample):
            return -np.inf
        return float(silhouette_score(distances, labels, metric="precomputed"))

    return _clearest(clearness, min(at_most, len(sample) - 1))


def by_xie_beni(coordinates: np.ndarray, at_most: int, m: float, rng: np.random.Generator) -> int:
    """Give the number of fuzzy clusters with the lowest Xie-Beni index, the lower among equals.

    The index is the mean objective of a row over the squared distance of the two nearest centers.

    Parameters
    ----------
    coordinates : ndarray of shape (n_rows, n_columns)
        Where distances are taken; 2,000 of the rows are looked at.
    at_most : int
        The largest number that will do.
    m : float
        The fuzzifier.
    rng : Generator
        Source of chance.

    Returns
    -------
    n_clusters : int
        From 2 to 10; 1 where there is no choice.
    """
    sample = _sample(coordinates, rng)

    def clearness(k: int) -> float:
        clusters = FuzzyCMeans(k, m=m, n_init=1, random_state=rng).fit(sample)
        return -clusters.xie_beni_ if np.isfinite(clusters.xie_beni_) else -np.inf

    with warnings.catch_warnings():  # of numbers of clusters that are not chosen
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", CollapsedCentersWarning)
        return _clearest(clearness, min(at_most, len(sample) - 1))


def _sample(coordinates: np.ndarray, rng: np.random.Generator) -> Any:
    if len(coordinates) <= SAMPLE:
        return coordinates
    return coordinates[np.sort(rng.choice(len(coordinates), SAMPLE, replace=False))]


def _clearest(clearness: Callable[[int], float], at_most: int) -> int:
    found = {k: clearness(k) for k in range(2, min(MOST, at_most) + 1)}
    best = max(found, key=lambda k: found[k], default=1)
    return best if best > 1 and found[best] > -np.inf else 1
