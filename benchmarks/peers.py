"""What is compared with what? One table: ours, and what one would use without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numba  # noqa: F401 (what lasts is measured: a process that has loaded compiled code)
import numpy as np

K = 5


@dataclass(frozen=True)
class Pair:
    """Two callables that take the same arguments and do the same work.

    Parameters
    ----------
    ours, peer : callable
        Functions of (X, y), or of X alone for a search.
    searches : callable
        Pairs of rows that the method has to compare, from the numbers of majority and minority
        rows: what the bound is computed from.
    """

    ours: Callable[..., Any]
    peer: Callable[..., Any]
    searches: Callable[[int, int], int]


def our_smote(X: np.ndarray, y: np.ndarray) -> Any:
    from medresample.over_sampling import SMOTE

    return SMOTE(k_neighbors=K, random_state=0).fit_resample(X, y)


def peer_smote(X: np.ndarray, y: np.ndarray) -> Any:
    from imblearn.over_sampling import SMOTE

    return SMOTE(k_neighbors=K, random_state=0).fit_resample(X, y)


def our_smotenc(X: Any, y: np.ndarray) -> Any:
    from medresample.over_sampling import SMOTENC

    return SMOTENC(k_neighbors=K, random_state=0).fit_resample(X, y)


def our_smoteenc(X: Any, y: np.ndarray) -> Any:
    from medresample.over_sampling import SMOTEENC

    return SMOTEENC(k_neighbors=K, random_state=0).fit_resample(X, y)


def peer_smotenc(X: Any, y: np.ndarray) -> Any:
    from imblearn.over_sampling import SMOTENC

    words = [name for name in X.columns if name.startswith("words")]
    sampler = SMOTENC(categorical_features=words, k_neighbors=K, random_state=0)
    return sampler.fit_resample(X, y)


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
    "SMOTE": Pair(our_smote, peer_smote, lambda majority, minority: minority**2),
    "SMOTENC": Pair(our_smotenc, peer_smotenc, lambda majority, minority: minority**2),
    # imbalanced-learn has no SMOTE-ENC; its SMOTE-NC does the same work
    "SMOTEENC": Pair(our_smoteenc, peer_smotenc, lambda majority, minority: minority**2),
    "search": Pair(our_search, peer_search, lambda majority, minority: (majority + minority) ** 2),
}
