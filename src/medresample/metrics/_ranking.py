"""Do the risks rank cases? Areas under curves, and sensitivity at a specificity."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sklearn import metrics as skm

from medresample.metrics._average import Score, score_risks
from medresample.metrics._inputs import BoolArray, FloatArray, has_both


def _one_by_one(
    score: Callable[..., float], positive: BoolArray, risk: FloatArray, weights: FloatArray
) -> FloatArray:
    return np.array(
        [
            score(positive, risk, sample_weight=weight) if both else np.nan
            for weight, both in zip(weights, has_both(positive, weights), strict=True)
        ]
    )


class Curves(NamedTuple):
    """Weights called positive at each distinct risk, from the highest down, under many weightings.

    ``cases`` and ``others`` are of shape (b, n_distinct); the totals of shape (b, 1).
    """

    cases: FloatArray
    others: FloatArray
    n_cases: FloatArray
    n_others: FloatArray


def _curves(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> Curves:
    """Sort once for all weightings: a bootstrap has hundreds."""
    order = np.argsort(-risk, kind="stable")
    starts = np.flatnonzero(np.diff(risk[order], prepend=np.inf))
    ranked, hits = weights[:, order], positive[order]
    cases = np.add.reduceat(np.where(hits, ranked, 0.0), starts, axis=1)
    others = np.add.reduceat(np.where(hits, 0.0, ranked), starts, axis=1)
    totals = (part.sum(axis=1, keepdims=True) for part in (cases, others))
    return Curves(cases, others, *(np.where(total > 0, total, np.nan) for total in totals))


# A single weighting is left to scikit-learn; of many, the same sums are taken at once.


def auroc_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    if len(weights) == 1:
        return _one_by_one(skm.roc_auc_score, positive, risk, weights)
    cases, others, n_cases, n_others = _curves(positive, risk, weights)
    above = np.cumsum(cases, axis=1) - cases / 2
    return np.asarray((above * (others / n_others) / n_cases).sum(axis=1))


def average_precision_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    if len(weights) > 1:
        cases, others, n_cases, _ = _curves(positive, risk, weights)
        called = np.cumsum(cases + others, axis=1)
        precision = np.cumsum(cases, axis=1) / np.where(called > 0, called, 1)
        return np.asarray((precision * cases / n_cases).sum(axis=1))
    return np.array(
        [
            skm.average_precision_score(positive, risk, sample_weight=weight)
            if weight[positive].sum() > 0
            else np.nan
            for weight in weights
        ]
    )


def sensitivity_at_specificity_of(
    positive: BoolArray, risk: FloatArray, weights: FloatArray, wanted: float = 0.95
) -> FloatArray:
    if len(weights) > 1:
        cases, others, n_cases, n_others = _curves(positive, risk, weights)
        specific = 1 - np.cumsum(others, axis=1) / n_others >= wanted - 1e-12
        found = (np.where(specific, cases, 0.0) / n_cases).sum(axis=1)
        return np.asarray(np.where(np.isnan(n_others[:, 0]), np.nan, found))

    def score(positive: BoolArray, risk: FloatArray, sample_weight: FloatArray) -> float:
        fpr, tpr, _ = skm.roc_curve(
            positive, risk, sample_weight=sample_weight, drop_intermediate=False
        )
        return float(tpr[1 - fpr >= wanted - 1e-12].max())

    return _one_by_one(score, positive, risk, weights)


_BOTH = "a positive and a negative case"

AUROC = Score("AUROC", auroc_of, _BOTH)
AVERAGE_PRECISION = Score("average precision", average_precision_of, "a positive case")
_AT_SPECIFICITY = Score("sensitivity at a specificity", sensitivity_at_specificity_of, _BOTH)


def auroc(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Chance that a random positive case has a higher risk than a random negative one.

    The area under the receiver operating characteristic; ties count one half.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        True labels.
    y_prob : array-like of shape (n,) or (n, n_classes)
        Risks of the positive class, between 0 and 1; with another ``average`` those of all
        classes, a column each, rows summing to 1.
    pos_label : label, default=None
        The positive label; needed unless the labels are 0/1, -1/+1 or bool.
    average : {"binary", "macro", None}, default="binary"
        For more than two classes: ``None`` gives the score of each class against the rest, and
        ``"macro"`` the plain mean of these. (Some scores also offer ``"multiclass"``, a
        definition for all classes at once.)
    labels : array-like of shape (n_classes,), default=None
        All classes in the order of the columns of ``y_prob``: the ``classes_`` of a classifier. By
        default those found in ``y_true``, sorted.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row; a weight of 2 counts like the row given twice.

    Returns
    -------
    score : float, or ndarray of shape (n_classes,) with average=None
        Between 0 and 1, 0.5 for risks that know nothing. NaN unless both classes are present, and
        a mean is NaN if a part of it is; an
        :class:`~medresample.exceptions.UndefinedScoreWarning` then says why.

    Raises
    ------
    ValueError
        If labels or risks are missing, risks are no probabilities or of the wrong shape, the
        weights are negative or all zero, or there are more than two classes with
        ``average="binary"``.

    Examples
    --------
    >>> from medresample.metrics import auroc
    >>> auroc(["well", "ill", "well", "ill"], [0.1, 0.9, 0.4, 0.3], pos_label="ill")
    0.75
    >>> risks = [[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4], [0.1, 0.7, 0.2]]
    >>> auroc(["a", "b", "c", "c"], risks, average=None).round(3).tolist()
    [1.0, 0.667, 0.75]
    """
    return score_risks(AUROC, y_true, y_prob, pos_label, average, labels, sample_weight)


def average_precision(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Precision averaged over the positive cases (area under the precision-recall steps).

    Parameters as in :func:`auroc`. Risks that know nothing score about the prevalence, so read
    it beside the prevalence. Not interpolated. NaN without positive cases.

    Examples
    --------
    >>> from medresample.metrics import average_precision
    >>> average_precision([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])
    0.8333333333333333
    """
    return score_risks(AVERAGE_PRECISION, y_true, y_prob, pos_label, average, labels, sample_weight)


def sensitivity_at_specificity(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    specificity: float = 0.95,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Highest sensitivity among the thresholds with at least the wanted specificity.

    A fixed threshold of 0.5 favors resampled training data by construction; this score does not
    depend on the scale of the risks.

    Parameters
    ----------
    y_true, y_prob, pos_label, average, labels, sample_weight
        As in :func:`auroc`.
    specificity : float, default=0.95
        Specificity to hold, between 0 and 1, on the scored rows themselves: an optimistic
        reading, the same for every model compared.

    Returns
    -------
    score : float
        Between 0 and 1; NaN unless both classes are present.

    Examples
    --------
    >>> from medresample.metrics import sensitivity_at_specificity
    >>> sensitivity_at_specificity([1, 1, 0, 0], [0.9, 0.3, 0.5, 0.1], specificity=0.95)
    0.5
    """
    if not 0 <= specificity <= 1:
        raise ValueError(f"specificity must be between 0 and 1; got {specificity!r}.")

    score = _AT_SPECIFICITY._replace(of=partial(sensitivity_at_specificity_of, wanted=specificity))
    return score_risks(score, y_true, y_prob, pos_label, average, labels, sample_weight)
