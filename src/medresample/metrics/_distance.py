"""How far are the risks from what happened? Brier score and log loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from medresample.metrics._average import Score, score_risks
from medresample.metrics._inputs import BoolArray, FloatArray, IntArray, has_both, ratio

_EPS = np.finfo(np.float64).eps


def brier_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    return ratio(weights @ (risk - positive) ** 2, weights.sum(axis=1))


def scaled_brier_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    prevalence = ratio(weights @ positive.astype(np.float64), weights.sum(axis=1))
    useless = np.where(has_both(positive, weights), prevalence * (1 - prevalence), 0.0)
    return 1 - ratio(brier_of(positive, risk, weights), useless)


def log_loss_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    clipped = np.clip(risk, _EPS, 1 - _EPS)
    loss = -np.where(positive, np.log(clipped), np.log1p(-clipped))
    return ratio(weights @ loss, weights.sum(axis=1))


# The forms for k classes.


def _happened(codes: IntArray, k: int) -> FloatArray:
    """Probability 1 for what happened, 0 for what did not."""
    return np.eye(k)[codes]


def brier_of_all(codes: IntArray, risks: FloatArray, weights: FloatArray, k: int) -> FloatArray:
    return ratio(weights @ ((risks - _happened(codes, k)) ** 2).sum(axis=1), weights.sum(axis=1))


def scaled_brier_of_all(
    codes: IntArray, risks: FloatArray, weights: FloatArray, k: int
) -> FloatArray:
    shares = (weights @ _happened(codes, k)) / weights.sum(axis=1, keepdims=True)
    several = np.count_nonzero(shares, axis=1) > 1  # not by rounding: a share of 1 - 1e-16
    useless = np.where(several, (shares * (1 - shares)).sum(axis=1), 0.0)
    return 1 - ratio(brier_of_all(codes, risks, weights, k), useless)


def log_loss_of_all(codes: IntArray, risks: FloatArray, weights: FloatArray, k: int) -> FloatArray:
    told = np.clip(risks[np.arange(len(codes)), codes], _EPS, 1 - _EPS)
    return ratio(weights @ -np.log(told), weights.sum(axis=1))


BRIER = Score("Brier score", brier_of, "a row", brier_of_all)
SCALED_BRIER = Score(
    "scaled Brier score",
    scaled_brier_of,
    "a positive and a negative case",
    scaled_brier_of_all,
    "cases of two classes",
)
LOG_LOSS = Score("log loss", log_loss_of, "a row", log_loss_of_all)


def brier_score(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Mean squared distance of the risk from what happened (0 or 1); lower is better.

    Parameters as in :func:`auroc`. ``average="multiclass"`` is Brier's score for several classes:
    the sum over all classes, from 0 to 2, where ``"macro"`` is the mean. Always defined.

    References
    ----------
    G. W. Brier, Monthly Weather Review 78, 1-3, 1950.

    Examples
    --------
    >>> from medresample.metrics import brier_score
    >>> brier_score([1, 0], [0.5, 0.5])
    0.25
    >>> brier_score([1, 0], [0.5, 0.5], average="multiclass")
    0.5
    """
    return score_risks(BRIER, y_true, y_prob, pos_label, average, labels, sample_weight)


def scaled_brier_score(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Brier score as a share of what stating the prevalence would reach: 1 is perfect, 0 useless.

    ``1 - Brier / (p (1 - p))`` with the prevalence p of the scored rows. Below 0: worse than
    telling everybody the prevalence. It is also called the Brier skill score. Parameters as in
    :func:`auroc`. ``average="multiclass"`` divides sums over all classes. NaN unless two classes
    are present (p (1 - p) is 0).

    References
    ----------
    E. W. Steyerberg et al., Epidemiology 21, 128-138, 2010.

    Examples
    --------
    >>> from medresample.metrics import scaled_brier_score
    >>> scaled_brier_score([1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25])
    0.0
    """
    return score_risks(SCALED_BRIER, y_true, y_prob, pos_label, average, labels, sample_weight)


def log_loss(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Mean of ``-log`` of the probability given to what happened; lower is better.

    Parameters as in :func:`auroc`. Risks of exactly 0 and 1 are moved inward by the machine
    epsilon 2.2e-16, as in scikit-learn, so that the score stays finite.
    ``average="multiclass"`` looks at the probability of the true class alone. Always defined.

    Examples
    --------
    >>> from medresample.metrics import log_loss
    >>> round(log_loss([1, 0], [0.5, 0.5]), 6)
    0.693147
    """
    return score_risks(LOG_LOSS, y_true, y_prob, pos_label, average, labels, sample_weight)
