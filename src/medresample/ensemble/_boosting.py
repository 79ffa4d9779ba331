"""AdaBoost as the authors of EasyEnsemble wrote it: learners vote 0 or 1, weighted, in one sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from .._core.randomness import seeded

# Errors are kept this far from 0 and 1, so that no learner decides alone for ever.
CLOSEST = 1e-10
# What the only learner of a boosting says that is no better than chance: next to nothing.
WHISPER = 1e-10
# Draws, of so few rows that all may be of one class, until one holds two.
TRIES = 100


@dataclass(frozen=True, eq=False)
class Boosting:
    """Weak learners, and the weight of the vote of each.

    Parameters
    ----------
    learners : tuple of classifiers
        Fitted on codes of classes.
    alphas : ndarray of shape (n_learners,)
        Weights of their votes.
    n_classes : int
        Classes that are voted for.
    """

    learners: tuple[Any, ...]
    alphas: np.ndarray
    n_classes: int

    @property
    def ceiling(self) -> float:
        """The largest score that a class can have: all votes."""
        return float(self.alphas.sum())

    def votes(self, X: Any) -> np.ndarray:
        """Give the sum of the votes for each class, of shape (n_rows, n_classes)."""
        total = np.zeros((self.n_classes, X.shape[0]))
        two = self.n_classes == 2  # whoever does not vote for the one votes for the other
        for learner, alpha in zip(self.learners, self.alphas, strict=True):
            leaves = _leaves(learner, X)
            said = _predicted(learner, X) if leaves is None else _verdicts(learner)
            for code in range(two, self.n_classes):
                vote = alpha * (said == code)
                total[code] += vote if leaves is None else np.take(vote, leaves)
        if two:
            total[0] = self.ceiling - total[1]
        return total.T

    @property
    def feature_importances_(self) -> np.ndarray:
        """Importances of the columns for the learners, weighted as their votes are."""
        each = [learner.feature_importances_ for learner in self.learners]
        return np.average(each, axis=0, weights=self.alphas)


def boost(
    learner: Any,
    X: Any,
    codes: np.ndarray,
    weights: np.ndarray,
    n_classes: int,
    n_rounds: int,
    by_weight: bool,
    rng: np.random.Generator,
) -> Boosting:
    """Fit weak learners one after the other, each on what those before it got wrong.

    Every class weighs the same at the start. Before each round rows are drawn with replacement, as
    many as there are and as likely as their weight says; a tree that is grown to the end would be
    right about all rows that it sees, so that weighing them instead is for pruned learners. With
    more than two classes the votes are those of SAMME.

    Parameters
    ----------
    learner : classifier
        The unfitted weak learner.
    X, codes : table of n rows, and the code of the class of each
    weights : ndarray of shape (n_rows,)
        Weights that the rows came with, above 0.
    n_classes, n_rounds : int
    by_weight : bool
        Weigh the rows instead of drawing them.
    rng : Generator
        Source of chance.
    """
    weights = weights / weights.max()
    start = weights / np.bincount(codes, weights, minlength=n_classes)[codes]
    start /= start.sum()
    chance = 1 - 1 / n_classes - CLOSEST  # an error of one half may be a little less by rounding
    learners: list[Any] = []
    alphas: list[float] = []
    weight = start
    while len(learners) < n_rounds:
        grown, missed, error = _grow(learner, X, codes, weight, by_weight, rng)
        if error >= chance:  # once more, from the beginning
            weight = start
            grown, missed, error = _grow(learner, X, codes, weight, by_weight, rng)
        if error >= chance:
            if not learners:
                learners, alphas = [grown], [WHISPER]
            break
        alpha = 0.5 * (np.log((1 - error) / error) + np.log(n_classes - 1))
        learners.append(grown)
        alphas.append(alpha)
        weight = np.where(missed, weight * np.exp(2 * alpha), weight)
        weight /= weight.sum()
    return Boosting(tuple(learners), np.array(alphas), n_classes)


def _grow(
    learner: Any,
    X: Any,
    codes: np.ndarray,
    weight: np.ndarray,
    by_weight: bool,
    rng: np.random.Generator,
) -> tuple[Any, np.ndarray, float]:
    """Fit one weak learner, and give the rows that it gets wrong and what they weigh."""
    n = len(codes)
    drawn = None if by_weight else rng.choice(n, n, p=weight)
    grown = seeded(learner, rng)
    if drawn is None:
        _fit(grown, X, codes, weight * n)
    elif _counts_as_copies(grown, X):
        _fit(grown, X, codes, np.bincount(drawn, minlength=n).astype(np.float64))
    else:
        _fit_copies(grown, X, codes, drawn, weight, rng)
    missed = _predicted(grown, X) != codes
    return grown, missed, float(np.clip(weight[missed].sum(), CLOSEST, 1 - CLOSEST))


def _fit_copies(
    learner: Any,
    X: Any,
    codes: np.ndarray,
    drawn: np.ndarray,
    weight: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Fit on drawn rows; on others where they are of one class and the learner wants two."""
    for left in reversed(range(TRIES)):
        try:
            learner.fit(X[drawn], codes[drawn])
            return
        except ValueError:
            if not left or len(np.unique(codes[drawn])) > 1:
                raise
        drawn = rng.choice(len(codes), len(codes), p=weight)


def _counts_as_copies(learner: Any, X: Any) -> bool:
    """Say whether a row with the weight 2 is to a learner what the row twice is, to the last bit.

    It is to a tree that asks for no number of rows in a leaf; the copies need not be sorted then.
    It is not where values are missing: which way they go depends on the number of rows there.
    """
    if type(learner) is not DecisionTreeClassifier or learner.class_weight is not None:
        return False
    rows = (learner.min_samples_leaf, learner.min_samples_split)
    if learner.splitter != "best" or rows != (1, 2):
        return False
    return not np.isnan((X if isinstance(X, np.ndarray) else X.data).sum(dtype=np.float64))


def _fit(learner: Any, X: Any, codes: np.ndarray, weight: np.ndarray) -> None:
    """Fit on weighted rows; a tree need not look for the third time whether the table is one."""
    if type(learner) is DecisionTreeClassifier and _is_ready(X):
        learner.fit(X, codes, sample_weight=weight, check_input=False)
    else:
        learner.fit(X, codes, sample_weight=weight)


def _is_ready(X: Any) -> bool:
    """Say whether a tree takes a table without looking at it: float32 in rows, nothing missing."""
    if not isinstance(X, np.ndarray) or X.dtype != np.float32 or not X.flags.c_contiguous:
        return False
    return bool(np.isfinite(X.sum(dtype=np.float64)))


def _leaves(learner: Any, X: Any) -> np.ndarray | None:
    """Leaf of each row, for a plain tree and a table that it takes as it is."""
    if type(learner) is DecisionTreeClassifier and isinstance(X, np.ndarray):
        return np.asarray(learner.tree_.apply(X)) if X.dtype == np.float32 else None
    return None


def _predicted(learner: Any, X: Any) -> np.ndarray:
    """Give the code that a learner gives each row."""
    leaves = _leaves(learner, X)
    if leaves is None:
        return np.asarray(learner.predict(X))
    return np.asarray(_verdicts(learner)[leaves])


def _verdicts(tree: Any) -> np.ndarray:
    """Code that each node of a tree stands for."""
    return np.asarray(tree.classes_[tree.tree_.value[:, 0].argmax(axis=1)])
