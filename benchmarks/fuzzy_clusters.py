"""What does fuzzy c-means cost? Time to the same objective, and memory, against two packages.

pip install scikit-fuzzy
pip install --no-deps fuzzy-c-means; pip install tqdm pydantic     asks for numpy < 2, runs with 2

All begin with the same memberships and do as many iterations as it takes to come within 0.1 % of
the objective at which they would end.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from importlib.metadata import version
from typing import Any

import numpy as np
from measure import Times, fresh, paired
from scipy.spatial.distance import cdist
from workloads import around

ROWS, COLUMNS = 100_000, 20
# Spread of the clouds' middles in each column, where that of a cloud is 1: with so many columns,
# fuzzy clusters of clouds that are less distinct collapse.
APART = 6
NEAR, MOST = 1.001, 300
ROUNDS, MORE_ROUNDS, PATIENCE = 7, 3, 10.0
# The fuzzifier.
M = 2


@dataclass(frozen=True, eq=False)
class Problem:
    """A table, where the centers start, and what it takes.

    Attributes
    ----------
    X : ndarray of shape (n_rows, n_columns), float64
        As many normal clouds as clusters are wanted.
    centers : ndarray of shape (n_clusters, n_columns)
        Rows drawn at random.
    best : float
        The objective after `MOST` iterations.
    iterations : int
        As many as it takes to come to `NEAR` times that.
    """

    X: np.ndarray
    centers: np.ndarray
    best: float
    iterations: int


@cache
def problem(clusters: int, rows: int = ROWS) -> Problem:
    """Make a table, and count the iterations that it takes."""
    random = np.random.default_rng(20_240_503)
    clouds = APART * random.standard_normal((clusters, COLUMNS), dtype=np.float32)
    X = around(clouds, rows, random).astype(np.float64)
    centers = X[random.choice(rows, clusters, replace=False)]

    def loss_after(iterations: int) -> float:
        return loss(X, ours(X, centers, iterations))

    best = loss_after(MOST)
    # the objective falls with each iteration
    too_few = bisect_left(range(1, MOST), True, key=lambda n: loss_after(n) <= NEAR * best)
    return Problem(X, centers, best, too_few + 1)


def loss(X: np.ndarray, centers: np.ndarray) -> float:
    """Give the least objective that memberships in these centers can have, in float64."""
    return float((1 / _nearness(X, centers).sum(axis=1)).sum())


def memberships(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Give the memberships of all rows, of shape (n_rows, n_clusters)."""
    nearness = _nearness(X, centers)
    return nearness / nearness.sum(axis=1, keepdims=True)


def _nearness(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    squares = cdist(X.astype(np.float64), centers.astype(np.float64), "sqeuclidean")
    return 1 / np.maximum(squares, 1e-200)  # a row may be a center


def ours(X: np.ndarray, centers: np.ndarray, iterations: int) -> np.ndarray:
    """Move the centers so often, with no other rule to stop."""
    from medresample.cluster import FuzzyCMeans

    clusters = FuzzyCMeans(len(centers), m=M, init=centers, tol=0, max_iter=iterations)
    return clusters.fit(X).cluster_centers_


def scikit_fuzzy(X: np.ndarray, shares: np.ndarray, iterations: int) -> np.ndarray:
    from skfuzzy.cluster import cmeans

    start = np.ascontiguousarray(shares.T)
    return cmeans(X.T, shares.shape[1], M, error=0, maxiter=iterations, init=start)[0]


def fuzzy_c_means(X: np.ndarray, shares: np.ndarray, iterations: int) -> np.ndarray:
    """Let its own start be replaced, for which it has no parameter."""
    from fcmeans import FCM

    class Started(FCM):
        def _init_u(self, X: np.ndarray) -> None:
            self.u = shares

    clusters = Started(n_clusters=shares.shape[1], m=M, max_iter=iterations, error=1e-9)
    clusters.fit(X)
    return clusters.centers


# By the name of the package: the module, and the call.
PEERS: dict[str, tuple[str, Callable[..., np.ndarray]]] = {
    "scikit-fuzzy": ("skfuzzy", scikit_fuzzy),
    "fuzzy-c-means": ("fcmeans", fuzzy_c_means),
}


def against(peer: str, clusters: int, dtype: str, quick: bool, rows: int = ROWS) -> dict[str, Any]:
    """Time both to the same objective, and look at their memory; the peer computes in float64.

    What an iteration takes is what a call with twice as many takes longer, the quickest of each.

    Raises
    ------
    ModuleNotFoundError
        If the peer is not installed.
    """
    module, call = PEERS[peer]
    import_module(module)
    task = problem(clusters, rows)
    X, shares = task.X.astype(dtype), memberships(task.X, task.centers)

    def times(iterations: int, rounds: int) -> Times:
        return paired(
            partial(ours, X, task.centers, iterations),
            partial(call, task.X, shares, iterations),
            rounds=rounds,
            n_bytes=10 * shares.nbytes,
            patience=PATIENCE,
        )

    once, twice = times(task.iterations, ROUNDS), times(2 * task.iterations, MORE_ROUNDS)
    found = once.summary()
    for who in ("ours", "peer"):
        more = min(getattr(twice, who)) - min(getattr(once, who))
        found[f"{who}_iteration_s"] = more / task.iterations
    facts = {"clusters": clusters, "dtype": dtype, "rows": rows, "columns": COLUMNS}
    facts |= {"peer": f"{peer} {version(peer)}", "iterations": task.iterations}
    return facts | found | _observed(task, peer, dtype)


def _observed(task: Problem, peer: str, dtype: str) -> dict[str, float]:
    """Run both in processes of their own."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/centers.npy", task.centers)
        found = []
        for who, X in (("ours", task.X.astype(dtype)), (peer, task.X)):
            np.save(f"{folder}/X.npy", X)
            found.append(fresh("iterations", who=who, folder=folder, count=task.iterations))
    mine, other = found
    return {
        "peak_mb": mine["peak"] / 2**20,
        "peer_peak_mb": other["peak"] / 2**20,
        "excess": mine["loss"] / task.best - 1,
        "peer_excess": other["loss"] / task.best - 1,
    }
