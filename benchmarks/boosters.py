"""Which boosters of trees meet in the study of ensembles? Each learns, and says something of rows.

All begin with the same numbers: labels are one-hot encoded, for trees of scikit-learn split numbers
only. A booster of 40 trees in all is what the article gave each of its methods.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from folds import Fold, one_hot, seed_of, standardize
from real_tables import RealTable
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from medresample import over_sampling
from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.ensemble._boosting import Boosting, _grow, boost

TREES = 40


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a booster is given.

    Parameters
    ----------
    table : RealTable
        Where the rows are from.
    coded : ndarray of shape (n_train, d)
        The training rows, with labels as codes.
    X, y : ndarray
        The training rows, with labels one-hot encoded, and their classes.
    X_test : ndarray
        The rows to be judged.
    encode : callable
        What encodes the labels of other coded rows.
    seed : int
        Source of chance.
    """

    table: RealTable
    coded: np.ndarray
    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    encode: Callable[[np.ndarray], np.ndarray]
    seed: int


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a booster says of rows: a score that rises with the risk, and yes or no."""

    score: np.ndarray
    positive: np.ndarray


Booster = Callable[[Lesson], Verdict]


def lesson_of(fold: Fold) -> Lesson:
    """Prepare a fold: everything is learned from its training rows."""
    coded, X_test = standardize(fold)
    encode = one_hot(fold.table, coded)
    y = fold.table.y[fold.train]
    X, X_test = (np.ascontiguousarray(encode(part), np.float32) for part in (coded, X_test))
    return Lesson(fold.table, coded, X, y, X_test, encode, seed_of(fold.number))


def classifier(make: Callable[..., Any], lesson: Lesson) -> Verdict:
    """Fit a classifier, and take its probabilities and its decisions as they come."""
    model = make(random_state=lesson.seed).fit(lesson.X, lesson.y)
    return Verdict(model.predict_proba(lesson.X_test)[:, 1], model.predict(lesson.X_test))


def plain_adaboost(lesson: Lesson) -> Verdict:
    """AdaBoost on all rows, which weigh the same at the start."""
    X, y, rng = lesson.X, lesson.y, np.random.default_rng(lesson.seed)
    start = np.full(len(y), 1 / len(y))
    weight, learners, alphas = start, [], []
    for _ in range(TREES):
        grown, missed, error = _grow(DecisionTreeClassifier(), X, y, weight, False, rng)
        if error >= 0.5:
            weight = start
            continue
        alpha = 0.5 * np.log((1 - error) / error)
        learners.append(grown)
        alphas.append(alpha)
        weight = np.where(missed, weight * np.exp(2 * alpha), weight)
        weight /= weight.sum()
    return _judged(Boosting(tuple(learners), np.array(alphas), 2), lesson)


def even_adaboost(lesson: Lesson) -> Verdict:
    """AdaBoost on all rows, whose classes weigh the same at the start."""
    return _judged(_boosted(lesson.X, lesson.y, lesson.seed), lesson)


def adaboost_after_smote(lesson: Lesson) -> Verdict:
    """AdaBoost on the rows and new ones that balance the classes."""
    labels, kind = list(lesson.table.labels), lesson.table.kind
    if kind == "mixed":
        sampler = over_sampling.SMOTENC(categorical_features=labels)
    else:
        sampler = over_sampling.SMOTE() if kind == "continuous" else over_sampling.SMOTEN()
    coded, y = sampler.set_params(random_state=lesson.seed).fit_resample(lesson.coded, lesson.y)
    X = np.ascontiguousarray(lesson.encode(coded), np.float32)
    return _judged(_boosted(X, y, lesson.seed), lesson)


def _boosted(X: np.ndarray, y: np.ndarray, seed: int) -> Boosting:
    ones, rng = np.ones(len(y)), np.random.default_rng(seed)
    return boost(DecisionTreeClassifier(), X, y, ones, 2, TREES, False, rng)


def _judged(boosting: Boosting, lesson: Lesson) -> Verdict:
    """Take the share of the votes for the positive class, and half of them as the threshold."""
    share = np.minimum(boosting.votes(lesson.X_test)[:, 1] / boosting.ceiling, 1)
    return Verdict(share, (share >= 0.5).astype(int))


def their_easy_ensemble(n_estimators: int, n_stumps: int, random_state: int) -> Any:
    from imblearn.ensemble import EasyEnsembleClassifier as Peer

    boosted = AdaBoostClassifier(n_estimators=n_stumps)
    return Peer(n_estimators, estimator=boosted, random_state=random_state)


EASY, CASCADE, THETAS = "EasyEnsemble", "BalanceCascade", "BalanceCascade (sum of thetas)"
PLAIN, EVEN = "AdaBoost", "AdaBoost (even classes)"
UNDER, SMOTED = "under-sampling + AdaBoost", "SMOTE + AdaBoost"
PEER, PEER_DEFAULT = "imbalanced-learn 4 x 10", "imbalanced-learn 10 x 50"
CART, LARGER = "CART", "EasyEnsemble of 10 members"

BOOSTERS: dict[str, Booster] = {
    EASY: partial(classifier, EasyEnsembleClassifier),
    CASCADE: partial(classifier, BalanceCascadeClassifier),
    THETAS: partial(classifier, partial(BalanceCascadeClassifier, threshold="sum_theta")),
    PLAIN: plain_adaboost,
    EVEN: even_adaboost,
    UNDER: partial(classifier, partial(EasyEnsembleClassifier, 1, n_rounds=TREES)),
    SMOTED: adaboost_after_smote,
    PEER: partial(classifier, partial(their_easy_ensemble, 4, 10)),
    PEER_DEFAULT: partial(classifier, partial(their_easy_ensemble, 10, 50)),
    CART: partial(classifier, DecisionTreeClassifier),
    LARGER: partial(classifier, partial(EasyEnsembleClassifier, 10)),
}
COMPARED = (EASY, CASCADE, THETAS, PLAIN, EVEN, UNDER, SMOTED, PEER, PEER_DEFAULT)
CHECKED = (EASY, LARGER, CART)


def run_fold(fold: Fold, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Let boosters learn from the training rows, and score what they say of the others."""
    from medresample.metrics import auroc, f1_score, geometric_mean

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that classes are balanced, or that nothing was to be done
        lesson, y = lesson_of(fold), fold.table.y[fold.test]
        records = []
        for name in names:
            said = BOOSTERS[name](lesson)
            record = {"method": name, "fold": fold.number}
            record["auroc"] = auroc(y, said.score, pos_label=1)
            record["f1"] = f1_score(y, said.positive, pos_label=1)
            record["g_mean"] = geometric_mean(y, said.positive, pos_label=1)
            records.append(record)
    return records
