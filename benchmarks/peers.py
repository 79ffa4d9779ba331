"""What is compared with what? One table: ours, and what one would use without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import numba  # noqa: F401 (what lasts is measured: a process that has loaded compiled code)
import numpy as np

K = 5
# Clusters of K-means SMOTE, as far as there are a hundred rows for each.
CLUSTERS, ROWS_PER_CLUSTER = 20, 100
UNDER = "under_sampling"


@dataclass(frozen=True)
class Pair:
    """Two callables that take the same arguments and do the same work.

    Parameters
    ----------
    ours, peer : callable
        Functions of (X, y), or of X alone for a search.
    searches : callable, default=None
        Pairs of rows that the method has to compare, from the numbers of majority and minority
        rows: what the bound is computed from. None where other work outweighs the search, or no
        bound is told.
    exact : bool, default=True
        Whether the peer adds as many rows as were asked for; ours always does.
    slow : bool, default=False
        Whether a call that only loads kernels has to do with few rows.
    loss : callable, default=None
        How bad a result is: a function of (X, y, X_resampled, y_resampled).
    """

    ours: Callable[..., Any]
    peer: Callable[..., Any]
    searches: Callable[[int, int], int] | None = None
    exact: bool = True
    slow: bool = False
    loss: Callable[..., float] | None = None


def within_the_class(majority: int, minority: int) -> int:
    return minority**2


def with_all_rows(majority: int, minority: int) -> int:
    return minority * (majority + minority)


def resample(
    library: str, room: str, sampler: str, X: Any, y: np.ndarray, **parameters: Any
) -> Any:
    """Resample by the sampler of that name; what is loaded at a first call is loaded here."""
    made = getattr(import_module(f"{library}.{room}"), sampler)(**parameters)
    if hasattr(made, "random_state"):
        made.random_state = 0
    return made.fit_resample(X, y)


def our(sampler: str, room: str = "over_sampling", **parameters: Any) -> Callable[..., Any]:
    return partial(resample, "medresample", room, sampler, **parameters)


def their(sampler: str, room: str = "over_sampling", **parameters: Any) -> Callable[..., Any]:
    return partial(resample, "imblearn", room, sampler, **parameters)


def peer_smotenc(X: Any, y: np.ndarray) -> Any:
    return their("SMOTENC", categorical_features=columns_of_words(X), k_neighbors=K)(X, y)


def columns_of_words(X: Any) -> list[Any]:
    """Names of the categorical columns of a frame of `workloads`, or their places in an array."""
    if hasattr(X, "columns"):
        return [name for name in X.columns if name.startswith("words")]
    return [place for place, cell in enumerate(X[0]) if isinstance(cell, str)]


def our_svm_smote(X: np.ndarray, y: np.ndarray) -> Any:
    return our("SVMSMOTE", k_neighbors=K, svm_estimator=_machine())(X, y)


def peer_svm_smote(X: np.ndarray, y: np.ndarray) -> Any:
    return their("SVMSMOTE", k_neighbors=K, svm_estimator=_machine())(X, y)


def _machine() -> Any:
    from sklearn.svm import SVC

    return SVC(gamma="scale")


def our_kmeans_smote(X: np.ndarray, y: np.ndarray) -> Any:
    """Let every cluster take part of whose rows at least one in a hundred is of the class."""
    call = our("KMeansSMOTE", k_neighbors=2, density_exponent=2.0, imbalance_ratio_threshold=99.0)
    return call(X, y, kmeans_estimator=_clusters(len(y)))


def peer_kmeans_smote(X: np.ndarray, y: np.ndarray) -> Any:
    call = their("KMeansSMOTE", k_neighbors=2, density_exponent=2.0, cluster_balance_threshold=0.01)
    return call(X, y, kmeans_estimator=_clusters(len(y)))


def _clusters(n_rows: int) -> Any:
    from sklearn.cluster import MiniBatchKMeans

    n_clusters = max(2, min(CLUSTERS, n_rows // ROWS_PER_CLUSTER))
    return MiniBatchKMeans(n_clusters=n_clusters, n_init=3, random_state=0)


def smote_enn(library: str, X: np.ndarray, y: np.ndarray) -> Any:
    """Clean by the vote that imbalanced-learn takes unless told otherwise."""
    room = import_module(f"{library}.under_sampling")
    cleaner = room.EditedNearestNeighbours(sampling_strategy="all", kind_sel="all")
    return resample(library, "combine", "SMOTEENN", X, y, enn=cleaner)


def inertia(X: np.ndarray, y: np.ndarray, X_new: np.ndarray, y_new: np.ndarray) -> float:
    """Sum the squared distances, in float64, from the majority to what stands nearest for it."""
    from sklearn.metrics import pairwise_distances_argmin

    rows, stand_ins = X[y == 0].astype(np.float64), X_new[y_new == 0].astype(np.float64)
    rows -= stand_ins[pairwise_distances_argmin(rows, stand_ins)]
    return float(np.einsum("ij,ij->", rows, rows))


def our_search(X: np.ndarray) -> Any:
    from medresample._core.neighbors import Neighbors
    from medresample._core.table import DenseTable

    rows = np.arange(len(X))
    return Neighbors(DenseTable(X)).search(rows, rows, K).distances


def peer_search(X: np.ndarray) -> Any:
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=K, algorithm="brute").fit(X)
    return search.kneighbors()[0]


PAIRS = {
    "SMOTE": Pair(our("SMOTE", k_neighbors=K), their("SMOTE", k_neighbors=K), within_the_class),
    "BorderlineSMOTE": Pair(
        our("BorderlineSMOTE", k_neighbors=K, m_neighbors=2 * K),
        their("BorderlineSMOTE", k_neighbors=K, m_neighbors=2 * K),
        with_all_rows,
    ),
    "ADASYN": Pair(
        our("ADASYN", n_neighbors=K), their("ADASYN", n_neighbors=K), with_all_rows, exact=False
    ),
    "SVMSMOTE": Pair(our_svm_smote, peer_svm_smote, exact=False, slow=True),
    "KMeansSMOTE": Pair(our_kmeans_smote, peer_kmeans_smote, exact=False),
    "SMOTENC": Pair(our("SMOTENC", k_neighbors=K), peer_smotenc, within_the_class),
    # imbalanced-learn has no SMOTE-ENC; its SMOTE-NC does the same work
    "SMOTEENC": Pair(our("SMOTEENC", k_neighbors=K), peer_smotenc, within_the_class),
    "SMOTEN": Pair(our("SMOTEN", k_neighbors=K), their("SMOTEN", k_neighbors=K), within_the_class),
    "KMeansUnderSampler centroid": Pair(
        our("KMeansUnderSampler", UNDER, strategy="centroid"),
        their("ClusterCentroids", UNDER, voting="soft"),
        slow=True,
        loss=inertia,
    ),
    "KMeansUnderSampler nearest": Pair(
        our("KMeansUnderSampler", UNDER, strategy="nearest"),
        their("ClusterCentroids", UNDER, voting="hard"),
        slow=True,
        loss=inertia,
    ),
    "TomekLinks": Pair(our("TomekLinks", UNDER), their("TomekLinks", UNDER), slow=True),
    "EditedNearestNeighbours": Pair(
        our("EditedNearestNeighbours", UNDER, kind_sel="all"),
        their("EditedNearestNeighbours", UNDER, kind_sel="all"),
        slow=True,
    ),
    "SMOTETomek": Pair(
        our("SMOTETomek", "combine"), their("SMOTETomek", "combine"), exact=False, slow=True
    ),
    "SMOTEENN": Pair(
        partial(smote_enn, "medresample"), partial(smote_enn, "imblearn"), exact=False, slow=True
    ),
    "search": Pair(our_search, peer_search, lambda majority, minority: (majority + minority) ** 2),
}
