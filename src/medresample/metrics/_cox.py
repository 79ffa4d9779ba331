"""Are the risks right on average, and spread rightly? Cox's intercept and slope, and O:E."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from medresample.metrics._average import Score, score_risks
from medresample.metrics._inputs import BoolArray, FloatArray, has_both, ratio

_CLIP = 1e-12  # risks of exactly 0 and 1 have no logit
_EPS = np.finfo(np.float64).eps
_TINY = np.finfo(np.float64).tiny
_ITERATIONS = 100
_CUTS = 40


def observed_expected_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    return ratio(weights @ positive.astype(np.float64), weights @ risk)


def intercept_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    """Find the shift by Newton's method, inside a bracket that is halved where Newton leaves it."""
    offset = logit(np.clip(risk, _CLIP, 1 - _CLIP))
    solvable = has_both(positive, weights)
    shares = weights[solvable] / weights[solvable].sum(axis=1, keepdims=True)
    prevalence = np.clip(shares @ positive.astype(np.float64), _EPS, 1 - _EPS)
    low, high = logit(prevalence) - offset.max(), logit(prevalence) - offset.min()
    intercept = np.clip(logit(prevalence) - shares @ offset, low, high)
    for _ in range(_ITERATIONS):
        fitted = expit(offset + intercept[:, np.newaxis])
        excess = np.einsum("bn,bn->b", shares, fitted) - prevalence
        low, high = np.where(excess < 0, intercept, low), np.where(excess > 0, intercept, high)
        slope = np.einsum("bn,bn->b", shares, fitted * (1 - fitted))
        step = intercept - excess / np.maximum(slope, 1e-300)
        middle = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        moved, intercept = np.abs(middle - intercept), middle
        if np.all(moved < 1e-11):
            break
    found = np.full(len(weights), np.nan)
    found[solvable] = intercept
    return found


def slope_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    x = logit(np.clip(risk, _CLIP, 1 - _CLIP))
    solvable = ~_separated(positive, x, weights)
    slopes = np.full(len(weights), np.nan)
    if solvable.any():
        slopes[solvable] = _newton_slope(positive, x, weights[solvable])
    return slopes


def _separated(positive: BoolArray, x: FloatArray, weights: FloatArray) -> BoolArray:
    """Weightings for which no finite slope exists: one class, one risk, or no overlap."""

    def highest(which: BoolArray, values: FloatArray) -> FloatArray:
        return np.where((weights > 0) & which, values, -np.inf).max(axis=1)

    high_pos, high_neg = highest(positive, x), highest(~positive, x)
    low_pos, low_neg = -highest(positive, -x), -highest(~positive, -x)
    one_class = ~(np.isfinite(high_pos) & np.isfinite(high_neg))
    return one_class | (low_pos >= high_neg) | (low_neg >= high_pos)


def _newton_slope(positive: BoolArray, x: FloatArray, weights: FloatArray) -> FloatArray:
    """Maximum likelihood by Newton's method; steps that overshoot are cut."""
    shares = weights / weights.sum(axis=1, keepdims=True)
    z = x - (shares @ x)[:, np.newaxis]
    spread = np.sqrt(np.einsum("bn,bn->b", shares, z**2))
    z /= spread[:, np.newaxis]
    a, b = logit(shares @ positive.astype(np.float64)), np.zeros(len(weights))
    likelihood = _likelihood(positive, z, shares, a, b)
    settled = np.zeros(len(a), dtype=bool)
    for _ in range(_ITERATIONS):
        step_a, step_b = _newton_step(positive, z, shares, a, b)
        scale, worse = np.ones(len(a)), np.ones(len(a), dtype=bool)
        for _ in range(_CUTS):
            found = _likelihood(positive, z, shares, a + scale * step_a, b + scale * step_b)
            worse = found < likelihood - 1e-12 * np.abs(likelihood)
            if not worse.any():
                break
            scale = np.where(worse, scale / 4, scale)
        scale = np.where(worse, 0.0, scale)
        a, b = a + scale * step_a, b + scale * step_b
        likelihood = np.where(worse, likelihood, found)
        settled = np.abs(step_a) + np.abs(step_b) < 1e-9 * (1 + np.abs(a) + np.abs(b))
        if settled.all():
            break
    return np.where(settled, b / spread, np.nan)


def _newton_step(
    positive: BoolArray, z: FloatArray, shares: FloatArray, a: FloatArray, b: FloatArray
) -> tuple[FloatArray, FloatArray]:
    fitted = expit(a[:, np.newaxis] + b[:, np.newaxis] * z)
    residual, curve = shares * (positive - fitted), shares * fitted * (1 - fitted)
    g0, g1 = residual.sum(axis=1), np.einsum("bn,bn->b", residual, z)
    h00, h01 = curve.sum(axis=1), np.einsum("bn,bn->b", curve, z)
    h11 = np.einsum("bn,bn,bn->b", curve, z, z)
    det = np.maximum(h00 * h11 - h01**2, np.maximum(_EPS * h00 * h11, _TINY))
    return (h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det


def _likelihood(
    positive: BoolArray, z: FloatArray, shares: FloatArray, a: FloatArray, b: FloatArray
) -> FloatArray:
    """Mean log-likelihood of the outcomes under each weighting."""
    against = np.where(positive, -1.0, 1.0) * (a[:, np.newaxis] + b[:, np.newaxis] * z)
    return -np.einsum("bn,bn->b", shares, np.logaddexp(0, against))


INTERCEPT = Score("calibration intercept", intercept_of, "a positive and a negative case")
SLOPE = Score(
    "calibration slope",
    slope_of,
    "a positive and a negative case, and risks that differ but do not separate the two perfectly",
)
OBSERVED_EXPECTED = Score("O:E ratio", observed_expected_of, "a risk above 0")


def calibration_intercept(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Shift on the logit scale that would make the mean risk right (calibration in the large).

    The intercept a of ``logit P(y) = a + logit(risk)`` with the slope held at 1. 0 is ideal;
    below 0 the risks are too high on average, as after balancing the classes.

    Parameters
    ----------
    y_true, y_prob, pos_label, average, labels, sample_weight
        As in :func:`auroc`. Risks are moved inward to [1e-12, 1 - 1e-12].

    Returns
    -------
    intercept : float, or ndarray of shape (n_classes,) with average=None
        NaN unless both classes are present (the shift would be infinite).

    References
    ----------
    D. R. Cox, Biometrika 45, 562-565, 1958. B. Van Calster et al., BMC Medicine 17:230, 2019.

    Examples
    --------
    >>> from medresample.metrics import calibration_intercept
    >>> round(calibration_intercept([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5]), 6)
    -1.098612
    """
    return score_risks(INTERCEPT, y_true, y_prob, pos_label, average, labels, sample_weight)


def calibration_slope(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """How far the risks spread: 1 is ideal, below 1 too extreme, above 1 too timid.

    The slope b of the logistic regression ``logit P(y) = a + b logit(risk)``, by maximum
    likelihood without penalty. Parameters as in :func:`calibration_intercept`. With several
    classes look at each (``average=None``): slopes of 0.5 and 1.5 have the mean of perfect ones.

    Returns
    -------
    slope : float, or ndarray of shape (n_classes,) with average=None
        NaN where no finite slope exists: one class only, all risks equal, or risks that separate
        the classes perfectly. With few events it is very uncertain: pool predictions first.

    References
    ----------
    D. R. Cox, Biometrika 45, 562-565, 1958.

    Examples
    --------
    >>> from medresample.metrics import calibration_slope
    >>> y, risk = [0, 0, 0, 1, 0, 1, 1, 1], [0.2] * 4 + [0.8] * 4
    >>> round(calibration_slope(y, risk), 4)
    0.7925
    """
    return score_risks(SLOPE, y_true, y_prob, pos_label, average, labels, sample_weight)


def observed_expected_ratio(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Observed positive cases over the number the risks announce (O:E); 1 is ideal.

    Below 1 the risks are too high on average. Parameters as in :func:`calibration_intercept`.
    NaN if all risks are zero.

    Examples
    --------
    >>> from medresample.metrics import observed_expected_ratio
    >>> observed_expected_ratio([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5])
    0.5
    """
    return score_risks(OBSERVED_EXPECTED, y_true, y_prob, pos_label, average, labels, sample_weight)
