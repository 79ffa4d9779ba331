"""How good are the risks? Ranking of cases, and distance from what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn import metrics as skm

from medresample.metrics._inputs import (
    BoolArray,
    FloatArray,
    as_risks,
    as_weights,
    is_positive,
    ratio,
)

RiskScore = Callable[[BoolArray, FloatArray, FloatArray], FloatArray]


def _both_classes(positive: BoolArray, weight: FloatArray) -> bool:
    return bool(weight[positive].sum() > 0 and weight[~positive].sum() > 0)


def _one_by_one(
    score: Callable[..., float], positive: BoolArray, risk: FloatArray, weights: FloatArray
) -> FloatArray:
    return np.array(
        [
            score(positive, risk, sample_weight=weight)
            if _both_classes(positive, weight)
            else np.nan
            for weight in weights
        ]
    )


def auroc_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    return _one_by_one(skm.roc_auc_score, positive, risk, weights)


def average_precision_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    return np.array(
        [
            skm.average_precision_score(positive, risk, sample_weight=weight)
            if weight[positive].sum() > 0
            else np.nan
            for weight in weights
        ]
    )


def brier_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    return ratio(weights @ (risk - positive) ** 2, weights.sum(axis=1))


def scaled_brier_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    prevalence = ratio(weights @ positive.astype(np.float64), weights.sum(axis=1))
    return 1 - ratio(brier_of(positive, risk, weights), prevalence * (1 - prevalence))


def log_loss_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    eps = np.finfo(np.float64).eps
    clipped = np.clip(risk, eps, 1 - eps)
    loss = -np.where(positive, np.log(clipped), np.log1p(-clipped))
    return ratio(weights @ loss, weights.sum(axis=1))


def sensitivity_at_specificity_of(
    positive: BoolArray, risk: FloatArray, weights: FloatArray, wanted: float = 0.95
) -> FloatArray:
    def score(positive: BoolArray, risk: FloatArray, sample_weight: FloatArray) -> float:
        fpr, tpr, _ = skm.roc_curve(
            positive, risk, sample_weight=sample_weight, drop_intermediate=False
        )
        return float(tpr[1 - fpr >= wanted - 1e-12].max())

    return _one_by_one(score, positive, risk, weights)


def score_risks(
    score: RiskScore,
    y_true: ArrayLike,
    y_prob: ArrayLike,
    pos_label: Any,
    sample_weight: ArrayLike | None,
) -> float:
    """Check the input, then score it under one weighting."""
    positive = is_positive(y_true, pos_label)
    risk = as_risks(y_prob, len(positive))
    return float(score(positive, risk, as_weights(sample_weight, len(positive)))[0])


def auroc(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Chance that a random positive case has a higher risk than a random negative one.

    The area under the receiver operating characteristic; ties count one half.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        True labels.
    y_prob : array-like of shape (n,)
        Risks of the positive class, between 0 and 1.
    pos_label : label, default=None
        The positive label; needed unless the labels are 0/1, -1/+1 or bool.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    score : float
        Between 0 and 1, 0.5 for risks that know nothing; NaN unless both classes are present.

    Examples
    --------
    >>> from medresample.metrics import auroc
    >>> auroc(["well", "ill", "well", "ill"], [0.1, 0.9, 0.4, 0.3], pos_label="ill")
    0.75
    """
    return score_risks(auroc_of, y_true, y_prob, pos_label, sample_weight)


def average_precision(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Precision averaged over the positive cases (area under the precision-recall steps).

    Parameters as in :func:`auroc`. Risks that know nothing score about the prevalence, so read
    it beside the prevalence. Not interpolated. NaN without positive cases.

    Examples
    --------
    >>> from medresample.metrics import average_precision
    >>> average_precision([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])
    0.8333333333333333
    """
    return score_risks(average_precision_of, y_true, y_prob, pos_label, sample_weight)


def brier_score(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean squared distance of the risk from what happened (0 or 1); lower is better.

    Parameters as in :func:`auroc`. Always defined.

    References
    ----------
    G. W. Brier, Monthly Weather Review 78, 1-3, 1950.

    Examples
    --------
    >>> from medresample.metrics import brier_score
    >>> brier_score([1, 0], [0.5, 0.5])
    0.25
    """
    return score_risks(brier_of, y_true, y_prob, pos_label, sample_weight)


def scaled_brier_score(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Brier score as a share of what stating the prevalence would reach: 1 is perfect, 0 useless.

    ``1 - Brier / (p (1 - p))`` with the prevalence p of the scored rows. Below 0: worse than
    telling everybody the prevalence. Parameters as in :func:`auroc`. NaN unless both classes are
    present (then p (1 - p) is 0).

    References
    ----------
    E. W. Steyerberg et al., Epidemiology 21, 128-138, 2010.

    Examples
    --------
    >>> from medresample.metrics import scaled_brier_score
    >>> scaled_brier_score([1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25])
    0.0
    """
    return score_risks(scaled_brier_of, y_true, y_prob, pos_label, sample_weight)


def log_loss(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean of ``-log`` of the probability given to what happened; lower is better.

    Parameters as in :func:`auroc`. Risks of exactly 0 and 1 are moved inward by the machine
    epsilon 2.2e-16, as in scikit-learn, so that the score stays finite. Always defined.

    Examples
    --------
    >>> from medresample.metrics import log_loss
    >>> round(log_loss([1, 0], [0.5, 0.5]), 6)
    0.693147
    """
    return score_risks(log_loss_of, y_true, y_prob, pos_label, sample_weight)


def sensitivity_at_specificity(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    specificity: float = 0.95,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Highest sensitivity among the thresholds with at least the wanted specificity.

    A fixed threshold of 0.5 favors resampled training data by construction; this score does not
    depend on the scale of the risks.

    Parameters
    ----------
    y_true, y_prob, pos_label, sample_weight
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

    def score(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
        return sensitivity_at_specificity_of(positive, risk, weights, specificity)

    return score_risks(score, y_true, y_prob, pos_label, sample_weight)
