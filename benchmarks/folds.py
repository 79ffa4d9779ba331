"""What do classifiers score on rows that no step has seen, after either library's sampler?

Numbers are standardized by the training rows, the sampler adds rows to them, labels are one-hot
encoded, and each classifier is trained once per table that a sampler made.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from real_tables import RealTable
from rivals import Rival

METRICS = ("auroc", "average_precision", "g_mean")
LIBRARIES = ("ours", "peer")
Record = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Fold:
    """One split of one table.

    Parameters
    ----------
    table : RealTable
        The whole table.
    number : int
        Which split it is.
    train, test : ndarray of int
        Row numbers.
    """

    table: RealTable
    number: int
    train: np.ndarray
    test: np.ndarray


def classifiers() -> dict[str, Any]:
    """One that sees the whole table at once, and one that sees the neighborhood only."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    return {
        "logistic regression": LogisticRegression(max_iter=2000),
        "5 nearest neighbors": KNeighborsClassifier(5),
    }


def split(table: RealTable, n_folds: int, n_repeats: int) -> list[Fold]:
    """Repeat stratified folds, the same for every method and library."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    splitter = RepeatedStratifiedKFold(n_splits=n_folds, n_repeats=n_repeats, random_state=0)
    pairs = splitter.split(table.X, table.y)
    return [Fold(table, number, *rows) for number, rows in enumerate(pairs)]


def run_fold(fold: Fold, rival: Rival, n_seeds: int) -> list[Record]:
    """Sample, train and score with both libraries and all seeds: one record each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        X_train, X_test = standardize(fold)
        encode = one_hot(fold.table, X_train)
        return [
            {
                "method": rival.name,
                "table": fold.table.name,
                "split": fold.number,
                "seed": seed,
                "library": library,
                **_run(fold, rival, library, seed, X_train, X_test, encode),
            }
            for seed in range(n_seeds)
            for library in LIBRARIES
        ]


def _run(
    fold: Fold,
    rival: Rival,
    library: str,
    seed: int,
    X_train: np.ndarray,
    X_test: np.ndarray,
    encode: Callable[[np.ndarray], np.ndarray],
) -> Record:
    sampler = rival.make(library, fold.table.labels, seed_of(fold.number, seed))
    y_train, y_test = fold.table.y[fold.train], fold.table.y[fold.test]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            X, y = sampler.fit_resample(X_train, y_train)
        except Exception as error:  # whatever it is, it is counted and named
            return {"status": f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"}
    counts = np.bincount(y)
    found: Record = {
        "status": "ok",
        "missed": int(counts.max() - counts.min()),
        "fell_back": any(each.category.__name__ == "FallbackWarning" for each in caught),
    }
    X, X_test = encode(X), encode(X_test)
    for name, classifier in classifiers().items():
        risk = classifier.fit(X, y).predict_proba(X_test)[:, 1]
        found |= {(name, metric): value for metric, value in score(y_test, risk).items()}
    return found


def score(y: np.ndarray, risk: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Score the risks, and the decisions at a threshold."""
    from medresample.metrics import auroc, average_precision, geometric_mean

    return {
        "auroc": auroc(y, risk, pos_label=1),
        "average_precision": average_precision(y, risk, pos_label=1),
        "g_mean": geometric_mean(y, (risk >= threshold).astype(int), pos_label=1),
    }


def standardize(fold: Fold) -> tuple[np.ndarray, np.ndarray]:
    """Bring the columns of numbers to mean 0 and spread 1 in the training rows."""
    from sklearn.preprocessing import StandardScaler

    X, numbers = fold.table.X.copy(), fold.table.numbers
    if numbers:
        scaler = StandardScaler().fit(X[fold.train][:, numbers])
        X[:, numbers] = scaler.transform(X[:, numbers])
    return X[fold.train], X[fold.test]


def one_hot(table: RealTable, X_train: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Learn the labels of the training rows; unknown ones become zeros."""
    from sklearn.preprocessing import OneHotEncoder

    numbers, labels = table.numbers, list(table.labels)
    if not labels:
        return lambda X: X
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(X_train[:, labels])
    return lambda X: np.hstack([X[:, numbers], encoder.transform(X[:, labels])])


def seed_of(*address: int) -> int:
    """Give each split and seed its own number, so that splits share no draws."""
    return int(np.random.SeedSequence(address).generate_state(1)[0])
