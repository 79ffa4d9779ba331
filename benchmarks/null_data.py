"""On which data are methods equally good? Three simulations, and the scores of each fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy import stats
from sklearn import config_context
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from medresample import SMOTE, RandomOverSampler, RandomUnderSampler

N_FOLDS, N_REPEATS = 5, 5
ROWS, POSITIVE, COLUMNS = 200, 40, 10


class Half(BaseEstimator):
    """Leave the rows as they are and half of the columns without information."""

    def __init__(self, second: bool = False) -> None:
        self.second = second

    def fit_resample(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        X, half = X.copy(), X.shape[1] // 2
        X[:, half:] *= self.second
        X[:, :half] *= not self.second
        return X, y


class Weights(BaseEstimator):
    """Stands for class weights, which are no sampler."""


@dataclass(frozen=True)
class Scenario:
    """Methods that are equally good on new patients, and data to compare them on.

    Parameters
    ----------
    what : str
        Why they are equally good, to be read.
    shift : float
        How far the positive rows lie from the others, in every column.
    methods : callable
        ``methods(seed)`` gives samplers by name; the first is the control.
    """

    what: str
    shift: float
    methods: Callable[[int], dict[str, Any]]


def _real(seed: int) -> dict[str, Any]:
    return {
        "none": None,
        "class_weight": Weights(),
        "RandomOverSampler": RandomOverSampler(random_state=seed),
        "RandomUnderSampler": RandomUnderSampler(random_state=seed),
        "SMOTE": SMOTE(random_state=seed),
    }


def _halves(seed: int) -> dict[str, Any]:
    return {"first half": Half(), "second half": Half(second=True)}


def _luck(seed: int) -> dict[str, Any]:
    return {
        "one draw": RandomUnderSampler(random_state=seed),
        "another draw": RandomUnderSampler(random_state=seed + 1),
    }


SCENARIOS = {
    "random labels": Scenario(
        "The labels have nothing to do with the columns, so the AUROC of any method is 0.5 on new "
        "patients. Class weights and three samplers meet no resampling.",
        0.0,
        _real,
    ),
    "equal halves": Scenario(
        "Either method learns from one half of the columns alone, and the halves are equally "
        "informative. On a given data set one half looks better by chance, in all its folds.",
        0.35,
        _halves,
    ),
    "luck of the draw": Scenario(
        "Both methods are RandomUnderSampler, with different seeds in every fold. Whatever differs "
        "is the luck of the draws, which are independent from fold to fold.",
        0.35,
        _luck,
    ),
}


def simulate(name: str, n_sets: int, n_jobs: int | None) -> np.ndarray:
    """Give the AUROC on every fold: an array of shape (sets, repeats, folds, methods)."""
    place = list(SCENARIOS).index(name)
    seeds = [np.random.SeedSequence(0, spawn_key=(place, i)) for i in range(n_sets)]
    run = delayed(partial(one_set, name))
    return np.array(Parallel(n_jobs=n_jobs)(run(seed) for seed in seeds))


def one_set(name: str, seed: np.random.SeedSequence) -> np.ndarray:
    """Simulate one data set and compare the methods on it."""
    scenario, rng = SCENARIOS[name], np.random.default_rng(seed)
    y = np.arange(ROWS) < POSITIVE
    X = rng.normal(size=(ROWS, COLUMNS)) + scenario.shift * y[:, None]
    start = int(rng.integers(2**30))
    folds = RepeatedStratifiedKFold(n_splits=N_FOLDS, n_repeats=N_REPEATS, random_state=start)
    checked = {"assume_finite": True, "skip_parameter_validation": True}
    with threadpool_limits(1), config_context(**checked):
        scores = [
            fold_scores(scenario.methods(start + 2 * i), X, y, train, test)
            for i, (train, test) in enumerate(folds.split(X, y))
        ]
    return np.reshape(scores, (N_REPEATS, N_FOLDS, -1))


def fold_scores(
    methods: dict[str, Any], X: np.ndarray, y: np.ndarray, train: np.ndarray, test: np.ndarray
) -> list[float]:
    """Scale and resample the training rows, learn from them, and score the test rows."""
    scaler = StandardScaler().fit(X[train])
    rows, unseen = scaler.transform(X[train]), scaler.transform(X[test])
    scores = []
    for sampler in methods.values():
        weighted = isinstance(sampler, Weights)
        weight = "balanced" if weighted else None
        model = LogisticRegression(solver="liblinear", class_weight=weight)  # the quickest here
        plain = sampler is None or weighted
        model.fit(*((rows, y[train]) if plain else sampler.fit_resample(rows, y[train])))
        scores.append(auroc(y[test], model.decision_function(unseen)))
    return scores


def auroc(positive: np.ndarray, risk: np.ndarray) -> float:
    """Area under the ROC curve, by ranks: that of the package checks more and takes longer."""
    n = int(positive.sum())
    wins = stats.rankdata(risk)[positive].sum() - n * (n + 1) / 2
    return float(wins / (n * (len(positive) - n)))
