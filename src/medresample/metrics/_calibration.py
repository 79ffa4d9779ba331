"""Do the risks mean what they say? Intercept, slope, O:E, ECE and ICI."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from medresample.metrics._inputs import (
    BoolArray,
    FloatArray,
    as_risks,
    is_positive,
    ratio,
)
from medresample.metrics._risk import score_risks

_CLIP = 1e-12  # risks of exactly 0 and 1 have no logit
_MAX_STEP = 5.0  # on the logit scale: keeps Newton from overshooting where the curve is flat
_ITERATIONS = 100


def observed_expected_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    return ratio(weights @ positive.astype(np.float64), weights @ risk)


def intercept_of(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    offset = logit(np.clip(risk, _CLIP, 1 - _CLIP))
    events, total = weights @ positive.astype(np.float64), weights.sum(axis=1)
    intercept = np.zeros(len(weights))
    for _ in range(_ITERATIONS):
        fitted = expit(offset + intercept[:, np.newaxis])
        slope = np.maximum(np.einsum("bn,bn->b", weights, fitted * (1 - fitted)), 1e-300)
        step = np.clip((events - np.einsum("bn,bn->b", weights, fitted)) / slope, -5, 5)
        intercept += step
        if np.all(np.abs(step) < 1e-10):
            break
    return np.where((events > 0) & (events < total), intercept, np.nan)


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
    total = weights.sum(axis=1)
    center = (weights @ x) / total
    z = x - center[:, np.newaxis]
    spread = np.sqrt(np.einsum("bn,bn->b", weights, z**2) / total)
    z /= spread[:, np.newaxis]
    a = logit((weights @ positive.astype(np.float64)) / total)
    b = np.zeros_like(a)
    settled = np.zeros(len(a), dtype=bool)
    for _ in range(_ITERATIONS):
        fitted = expit(a[:, np.newaxis] + b[:, np.newaxis] * z)
        residual = weights * (positive - fitted)
        curve = weights * fitted * (1 - fitted)
        g0, g1 = residual.sum(axis=1), np.einsum("bn,bn->b", residual, z)
        h00, h01 = curve.sum(axis=1), np.einsum("bn,bn->b", curve, z)
        h11 = np.einsum("bn,bn,bn->b", curve, z, z)
        det = np.maximum(h00 * h11 - h01**2, 1e-300)
        step_a, step_b = (h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det
        shrink = np.minimum(1, _MAX_STEP / np.maximum(1e-300, np.abs(step_a) + np.abs(step_b)))
        a, b = a + shrink * step_a, b + shrink * step_b
        settled = np.abs(step_a) + np.abs(step_b) < 1e-9
        if settled.all():
            break
    return np.where(settled, b / spread, np.nan)


def ece_of(
    positive: BoolArray, risk: FloatArray, weights: FloatArray, n_bins: int = 10
) -> FloatArray:
    distinct, place = np.unique(risk, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(distinct)))
    mass = np.add.reduceat(weights[:, order], starts, axis=1)
    gap = np.add.reduceat((weights * (positive - risk))[:, order], starts, axis=1)
    bins = _equal_mass_bins(mass, n_bins)
    flat = bins + n_bins * np.arange(len(weights))[:, np.newaxis]
    gaps = np.bincount(flat.ravel(), gap.ravel(), minlength=n_bins * len(weights))
    return np.abs(gaps).reshape(len(weights), n_bins).sum(axis=1) / weights.sum(axis=1)


def _equal_mass_bins(mass: FloatArray, n_bins: int) -> np.ndarray:
    """Bin of each distinct risk, by where the middle of its mass lies: ties stay together."""
    upto = np.cumsum(mass, axis=1)
    middle = (upto - mass / 2) / upto[:, -1:]
    return np.minimum((middle * n_bins).astype(np.intp), n_bins - 1)


class _Smoother(NamedTuple):
    """Local linear smoother on a grid of risks; linear in the outcomes and in the weights."""

    kernel: FloatArray  # (grid, n)
    shift: FloatArray  # (grid, n): risk of the row minus the grid point
    below: np.ndarray  # (n,): grid point below each row
    part: FloatArray  # (n,): how far the row lies to the next grid point


def _smoother(risk: FloatArray, span: float) -> _Smoother:
    grid = np.unique(np.quantile(risk, np.linspace(0, 1, 101)))
    shift = risk[np.newaxis] - grid[:, np.newaxis]
    distance = np.abs(shift)
    k = max(2, int(np.ceil(span * len(risk))))
    width = np.partition(distance, min(k, len(risk)) - 1, axis=1)[:, min(k, len(risk)) - 1]
    width = np.where(width > 0, width, max(float(np.ptp(risk)), 1e-12)) * (1 + 1e-9)
    kernel = np.clip(1 - (distance / width[:, np.newaxis]) ** 3, 0, 1) ** 3
    below = np.clip(np.searchsorted(grid, risk, side="right") - 1, 0, max(0, len(grid) - 2))
    above = np.minimum(below + 1, len(grid) - 1)
    part = np.nan_to_num(ratio(risk - grid[below], grid[above] - grid[below]))
    return _Smoother(kernel, shift, below, part)


def _smoothed(positive: BoolArray, weights: FloatArray, smoother: _Smoother) -> FloatArray:
    kernel, shift = smoother.kernel, smoother.shift
    tilted = kernel * shift
    s0, s1, s2 = weights @ kernel.T, weights @ tilted.T, weights @ (tilted * shift).T
    t0, t1 = weights @ (kernel * positive).T, weights @ (tilted * positive).T
    det = s0 * s2 - s1**2
    line = ratio(s2 * t0 - s1 * t1, np.where(det > 1e-10 * s0 * s2, det, 0.0))
    curve = np.clip(np.where(np.isnan(line), ratio(t0, s0), line), 0, 1)
    above = np.minimum(smoother.below + 1, curve.shape[1] - 1)
    return curve[:, smoother.below] * (1 - smoother.part) + curve[:, above] * smoother.part


def ici_of(
    positive: BoolArray, risk: FloatArray, weights: FloatArray, span: float = 0.75
) -> FloatArray:
    curve = _smoothed(positive, weights, _smoother(risk, span))
    return np.einsum("bn,bn->b", weights, np.abs(curve - risk)) / weights.sum(axis=1)


def calibration_intercept(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Shift on the logit scale that would make the mean risk right (calibration in the large).

    The intercept a of ``logit P(y) = a + logit(risk)`` with the slope held at 1. 0 is ideal;
    below 0 the risks are too high on average, as after balancing the classes.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        True labels.
    y_prob : array-like of shape (n,)
        Risks of the positive class; moved inward to [1e-12, 1 - 1e-12].
    pos_label : label, default=None
        The positive label; needed unless the labels are 0/1, -1/+1 or bool.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    intercept : float
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
    return score_risks(intercept_of, y_true, y_prob, pos_label, sample_weight)


def calibration_slope(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """How far the risks spread: 1 is ideal, below 1 too extreme, above 1 too timid.

    The slope b of the logistic regression ``logit P(y) = a + b logit(risk)``, by maximum
    likelihood without penalty. Parameters as in :func:`calibration_intercept`.

    Returns
    -------
    slope : float
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
    return score_risks(slope_of, y_true, y_prob, pos_label, sample_weight)


def observed_expected_ratio(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Observed positive cases over the number the risks announce (O:E); 1 is ideal.

    Below 1 the risks are too high on average. Parameters as in :func:`calibration_intercept`.
    NaN if all risks are zero.

    Examples
    --------
    >>> from medresample.metrics import observed_expected_ratio
    >>> observed_expected_ratio([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5])
    0.5
    """
    return score_risks(observed_expected_of, y_true, y_prob, pos_label, sample_weight)


def expected_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 10,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean gap between the risk and the observed share, over bins of equal mass (ECE).

    ``sum_b n_b/n |mean y_b - mean risk_b|`` for the positive class (not the top label). Equal
    risks always share a bin, so with few distinct risks there are fewer bins than asked for.

    Parameters
    ----------
    y_true, y_prob, pos_label, sample_weight
        As in :func:`calibration_intercept`.
    n_bins : int, default=10
        Number of bins.

    Returns
    -------
    score : float
        0 is ideal, but a perfectly calibrated model scores above 0 on a finite sample (about
        ``sqrt(2 n_bins p (1 - p) / (pi n))`` at constant risk p). Always defined.

    Examples
    --------
    >>> from medresample.metrics import expected_calibration_error
    >>> round(expected_calibration_error([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], n_bins=2), 6)
    0.275
    """
    if n_bins < 1:
        raise ValueError(f"n_bins must be at least 1; got {n_bins!r}.")

    def score(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
        return ece_of(positive, risk, weights, n_bins)

    return score_risks(score, y_true, y_prob, pos_label, sample_weight)


def integrated_calibration_index(
    y_true: ArrayLike, y_prob: ArrayLike, *, span: float = 0.75, pos_label: Any = None
) -> float:
    """Mean distance of the risks from a smooth calibration curve (ICI); 0 is ideal.

    The curve is a local linear regression of the outcome on the risk with tricube weights, on up
    to 101 quantiles of the risk and linear between them. No weights are offered: the windows
    count rows.

    Parameters
    ----------
    y_true, y_prob, pos_label
        As in :func:`calibration_intercept`.
    span : float, default=0.75
        Share of the rows in each window.

    Returns
    -------
    score : float
        Always defined; as rough as the curve where events are few.

    References
    ----------
    P. C. Austin, E. W. Steyerberg, Statistics in Medicine 38, 4051-4065, 2019 (their loess is
    quadratic; ours is linear, which is steadier with few events).

    Examples
    --------
    >>> from medresample.metrics import integrated_calibration_index
    >>> round(integrated_calibration_index([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5]), 6)
    0.25
    """
    if not 0 < span <= 1:
        raise ValueError(f"span must be above 0 and at most 1; got {span!r}.")

    def score(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
        return ici_of(positive, risk, weights, span)

    return score_risks(score, y_true, y_prob, pos_label, None)


def calibration_curve(
    y_true: ArrayLike, y_prob: ArrayLike, *, n_bins: int = 10, pos_label: Any = None
) -> dict[str, np.ndarray]:
    """Mean risk, observed share and number of rows in bins of equal mass.

    The table behind a calibration plot, with the bins of :func:`expected_calibration_error`.

    Returns
    -------
    curve : dict of arrays
        ``risk``, ``observed`` and ``n``, an entry per bin that holds rows.

    Examples
    --------
    >>> from medresample.metrics import calibration_curve
    >>> curve = calibration_curve([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], n_bins=2)
    >>> curve["observed"].tolist(), curve["n"].tolist()
    ([0.5, 1.0], [2, 2])
    """
    positive = is_positive(y_true, pos_label)
    risk = as_risks(y_prob, len(positive))
    _, place, n_tied = np.unique(risk, return_inverse=True, return_counts=True)
    bins = _equal_mass_bins(n_tied[np.newaxis].astype(np.float64), n_bins)[0][place]
    n = np.bincount(bins, minlength=n_bins)
    held = n > 0
    return {
        "risk": np.bincount(bins, risk, minlength=n_bins)[held] / n[held],
        "observed": np.bincount(bins, positive, minlength=n_bins)[held] / n[held],
        "n": n[held],
    }
