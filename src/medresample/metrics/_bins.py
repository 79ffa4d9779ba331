"""Which rows have about the same risk? Bins of risks, and the calibration curve drawn from them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from medresample.metrics._inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    as_risks,
    as_weights,
    check_count,
    is_positive,
    ratio,
)

DECIMALS = 12  # 1 - 1/3 and 2/3 are the same risk
_ROUNDING = 1e-9  # a place that is a whole number but for rounding is that number


class Binned(NamedTuple):
    """What each bin holds under each weighting, all of shape (n_weightings, n_bins)."""

    n: FloatArray
    events: FloatArray
    risk: FloatArray


def check_bins(n_bins: int, strategy: str) -> None:
    """Refuse bins that do not exist."""
    check_count(n_bins, "n_bins")
    if strategy not in ("quantile", "uniform"):
        raise ValueError(f"strategy must be 'quantile' or 'uniform'; got {strategy!r}.")


def bins_of(risk: FloatArray, weights: FloatArray, n_bins: int, strategy: str) -> IntArray:
    """Bin of each row under each weighting, shape (n_weightings, n).

    Equal widths: bin j holds the risks above j/n_bins up to (j + 1)/n_bins; 0 is in the first.
    Equal masses: see _bins_of_equal_mass. Risks that differ by rounding alone are equal.
    """
    risk = np.round(risk, DECIMALS)
    if strategy == "uniform":
        edges = np.round(np.arange(1, n_bins) / n_bins, DECIMALS)
        bins = np.searchsorted(edges, risk, side="left")
        return np.broadcast_to(bins, weights.shape)
    distinct, place = np.unique(risk, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(distinct)))
    mass = np.add.reduceat(weights[:, order], starts, axis=1)
    return _bins_of_equal_mass(mass, n_bins)[:, place]


def _bins_of_equal_mass(mass: FloatArray, n_bins: int) -> IntArray:
    """Bin of each distinct risk, by where the middle of its mass lies: ties stay together."""
    upto = np.cumsum(mass, axis=1)
    middle = np.nan_to_num(ratio(upto - mass / 2, upto[:, -1:]))
    return np.minimum((middle * n_bins + _ROUNDING).astype(np.intp), n_bins - 1)


def sums_in(bins: IntArray, values: FloatArray, n_bins: int) -> FloatArray:
    """Sum of values (n_weightings, n) in each bin, shape (n_weightings, n_bins)."""
    n_weightings = len(values)
    flat = bins + n_bins * np.arange(n_weightings)[:, np.newaxis]
    sums = np.bincount(flat.ravel(), values.ravel(), minlength=n_bins * n_weightings)
    return np.asarray(sums, dtype=np.float64).reshape(n_weightings, n_bins)


def fill_bins(
    positive: BoolArray, risk: FloatArray, weights: FloatArray, n_bins: int, strategy: str
) -> Binned:
    """Rows, positive cases and summed risks of each bin."""
    bins = bins_of(risk, weights, n_bins, strategy)
    parts = (weights, weights * positive, weights * risk)
    return Binned(*(sums_in(bins, part, n_bins) for part in parts))


def calibration_curve(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 10,
    strategy: str = "quantile",
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> dict[str, np.ndarray]:
    """Mean risk, observed share and number of rows in bins of equal mass, or of equal width.

    The table behind a calibration plot, with the bins of :func:`expected_calibration_error`. For
    one class against the rest, pass ``y_true == label``.

    Parameters
    ----------
    y_true, y_prob, pos_label, sample_weight
        As in :func:`auroc`.
    n_bins, strategy
        As in :func:`expected_calibration_error`.

    Returns
    -------
    curve : dict of arrays
        ``risk``, ``observed`` and ``n`` (rows, or their weight), an entry per bin that holds rows.

    Examples
    --------
    >>> from medresample.metrics import calibration_curve
    >>> curve = calibration_curve([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], n_bins=2)
    >>> curve["observed"].tolist(), curve["n"].tolist()
    ([0.5, 1.0], [2, 2])
    """
    check_bins(n_bins, strategy)
    positive = is_positive(y_true, pos_label)
    risk = as_risks(y_prob, len(positive))
    weights = as_weights(sample_weight, len(positive))
    n, events, risks = (part[0] for part in fill_bins(positive, risk, weights, n_bins, strategy))
    held = n > 0
    return {
        "risk": risks[held] / n[held],
        "observed": events[held] / n[held],
        "n": n[held].astype(np.intp) if sample_weight is None else n[held],
    }
