"""Where do the centers start? At rows far from each other, or at random rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.cluster import kmeans_plusplus

from ._coordinates import Coordinates

# Rows among which k-means++ looks for starting centers, and how many for each center.
SOME, SOME_EACH = 10_000, 4


def starting_places(
    X: np.ndarray,
    weight: np.ndarray,
    coordinates: Coordinates,
    n_clusters: int,
    init: str,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw starting centers among the rows that have a weight; give them in the coordinates."""
    rows = np.flatnonzero(weight)
    if init == "random":
        chance = weight[rows] / weight[rows].sum()
        drawn = rng.choice(rows, n_clusters, replace=False, p=chance)
        return coordinates.enter(X[drawn])
    n_rows = max(SOME, SOME_EACH * n_clusters)
    if len(rows) > n_rows:
        rows = rng.choice(rows, n_rows, replace=False)
    rows = _in_order_of_values(X, rows)
    places, _ = kmeans_plusplus(
        coordinates.enter(X[rows]),
        n_clusters,
        sample_weight=weight[rows],
        random_state=int(rng.integers(2**31)),
    )
    return places


def _in_order_of_values(X: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Sort row numbers by what the rows hold, in any fixed way.

    So the same draws find the same rows in whatever order the table comes, and a row of weight 2
    stands where it would stand twice.
    """
    values: Any = np.ascontiguousarray(X[rows])
    as_bytes = values.view(np.dtype((np.void, values.itemsize * X.shape[1]))).ravel()
    return rows[np.argsort(as_bytes, kind="stable")]
