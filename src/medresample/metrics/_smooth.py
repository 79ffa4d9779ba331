"""How far are the risks from a smooth calibration curve? ICI, E50 and E90."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from medresample.metrics._average import Score, score_risks
from medresample.metrics._inputs import BoolArray, FloatArray, IntArray, ratio

_GRID = np.linspace(0, 1, 101)
_ROUNDING = 1e-12


class _Smoother(NamedTuple):
    """Local linear smoother on a grid of risks; linear in the outcomes and in the weights."""

    kernel: FloatArray  # (grid, n)
    shift: FloatArray  # (grid, n): risk of the row minus the grid point
    below: IntArray  # (n,): grid point below each row
    part: FloatArray  # (n,): how far the row lies to the next grid point


def _smoother(risk: FloatArray, weight: FloatArray, span: float) -> _Smoother:
    """Windows around quantiles of the risk that hold a share ``span`` of the weight."""
    order = np.argsort(risk, kind="stable")
    ordered, mass = risk[order], weight[order]
    grid = np.unique(ordered[_first_to_reach(_GRID, np.cumsum(mass))])
    width = np.array([_width(np.abs(ordered - point), mass, span) for point in grid])
    width = np.where(width > 0, width, max(float(np.ptp(risk)), 1e-12)) * (1 + 1e-9)
    shift = risk - grid[:, np.newaxis]
    kernel = np.clip(1 - (np.abs(shift) / width[:, np.newaxis]) ** 3, 0, 1) ** 3
    below = np.clip(np.searchsorted(grid, risk, side="right") - 1, 0, max(0, len(grid) - 2))
    above = np.minimum(below + 1, len(grid) - 1)
    part = np.nan_to_num(ratio(risk - grid[below], grid[above] - grid[below]))
    return _Smoother(kernel, shift, below, part)


def _width(distance: FloatArray, mass: FloatArray, span: float) -> float:
    """Distance within which the nearest rows hold a share ``span`` of the weight."""
    nearest = np.argsort(distance, kind="stable")
    return float(distance[nearest[_first_to_reach(span, np.cumsum(mass[nearest]))]])


def _first_to_reach(share: Any, upto: FloatArray) -> Any:
    """Place where a cumulated weight first comes to a share of the whole."""
    return np.searchsorted(upto, share * upto[-1] * (1 - _ROUNDING), side="left")


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
    """ICI with the same windows for all weightings: those of the rows as they are.

    Made for the many draws of a bootstrap. One weighting with windows of its own: _index_of.
    """
    curve = _smoothed(positive, weights, _smoother(risk, np.ones(len(risk)), span))
    return np.einsum("bn,bn->b", weights, np.abs(curve - risk)) / weights.sum(axis=1)


def _index_of(
    positive: BoolArray, risk: FloatArray, weights: FloatArray, span: float
) -> FloatArray:
    errors = (_errors_of(positive, risk, weight, span) for weight in weights)
    return np.array([weight @ error / weight.sum() for weight, error in errors])


def _quantile_of(
    positive: BoolArray, risk: FloatArray, weights: FloatArray, span: float, q: float
) -> FloatArray:
    found = []
    for weight in weights:
        held, error = _errors_of(positive, risk, weight, span)
        order = np.argsort(error, kind="stable")
        found.append(error[order][_first_to_reach(q, np.cumsum(held[order]))])
    return np.array(found)


def _errors_of(
    positive: BoolArray, risk: FloatArray, weight: FloatArray, span: float
) -> tuple[FloatArray, FloatArray]:
    """Weight, and distance of the risk from the curve, of the rows that weigh anything."""
    held = weight > 0
    positive, risk, weight = positive[held], risk[held], weight[held]
    curve = _smoothed(positive, weight[np.newaxis], _smoother(risk, weight, span))[0]
    return weight, np.abs(curve - risk)


def integrated_calibration_index(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    span: float = 0.75,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Mean distance of the risks from a smooth calibration curve (ICI); 0 is ideal.

    The curve is a local linear regression of the outcome on the risk with tricube weights, on up
    to 101 quantiles of the risk and linear between them.

    Parameters
    ----------
    y_true, y_prob, pos_label, average, labels, sample_weight
        As in :func:`auroc`.
    span : float, default=0.75
        Share of the rows in each window.

    Returns
    -------
    score : float, or ndarray of shape (n_classes,) with average=None
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
    _check_span(span)
    score = Score("integrated calibration index", partial(_index_of, span=span), "a row")
    return score_risks(score, y_true, y_prob, pos_label, average, labels, sample_weight)


def calibration_error_quantile(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    q: float = 0.5,
    span: float = 0.75,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Distance from a smooth calibration curve that a share q of the risks keeps within.

    E50, the median, with ``q=0.5``; E90 with ``q=0.9``; the largest with ``q=1``. The curve is
    that of :func:`integrated_calibration_index`.

    Parameters
    ----------
    y_true, y_prob, pos_label, average, labels, sample_weight
        As in :func:`auroc`.
    q : float, default=0.5
        Share of the rows, between 0 and 1. The distance is one that occurs, not interpolated.
    span : float, default=0.75
        Share of the rows in each window.

    Returns
    -------
    score : float, or ndarray of shape (n_classes,) with average=None
        0 is ideal. Always defined.

    References
    ----------
    P. C. Austin, E. W. Steyerberg, Statistics in Medicine 38, 4051-4065, 2019.

    Examples
    --------
    >>> from medresample.metrics import calibration_error_quantile
    >>> calibration_error_quantile([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], q=0.9)
    0.25
    """
    _check_span(span)
    if not 0 <= q <= 1:
        raise ValueError(f"q must be between 0 and 1; got {q!r}.")
    score = Score("calibration error quantile", partial(_quantile_of, span=span, q=q), "a row")
    return score_risks(score, y_true, y_prob, pos_label, average, labels, sample_weight)


def _check_span(span: float) -> None:
    if not 0 < span <= 1:
        raise ValueError(f"span must be above 0 and at most 1; got {span!r}.")
