"""What is a Brier score made of? Reliability, resolution and uncertainty, and what bins hide."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from medresample.metrics._bins import bins_of, check_bins, fill_bins
from medresample.metrics._inputs import (
    BoolArray,
    FloatArray,
    as_risks,
    as_weights,
    is_positive,
    ratio,
)


def brier_decomposition(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 10,
    strategy: str = "quantile",
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> dict[str, float]:
    """Parts of the Brier score: what comes from wrong risks, and what from not telling cases apart.

    ``Brier = reliability - resolution + uncertainty + within-bin variance - within-bin
    covariance``, exactly. The last two are 0 where the risks of a bin are all the same. For one
    class against the rest, pass ``y_true == label``.

    Parameters
    ----------
    y_true, y_prob, pos_label, sample_weight
        As in :func:`auroc`.
    n_bins, strategy
        As in :func:`expected_calibration_error`.

    Returns
    -------
    parts : dict of float
        ``reliability``: squared gap between risk and observed share, lower is better.
        ``resolution``: how far observed shares of bins lie from the prevalence, higher is better.
        ``uncertainty``: the score of stating the prevalence. ``within_bin_variance``,
        ``within_bin_covariance``: what the bins hide. ``brier``: the score itself. Always defined.

    References
    ----------
    A. H. Murphy, Journal of Applied Meteorology 12, 595-600, 1973. D. B. Stephenson,
    C. A. S. Coelho, I. T. Jolliffe, Weather and Forecasting 23, 752-757, 2008.

    Examples
    --------
    >>> from medresample.metrics import brier_decomposition
    >>> parts = brier_decomposition([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], n_bins=2)
    >>> for name, value in parts.items():
    ...     print(f"{name:21} {value:.5f}")
    reliability           0.08125
    resolution            0.06250
    uncertainty           0.18750
    within_bin_variance   0.00625
    within_bin_covariance 0.02500
    brier                 0.18750
    """
    check_bins(n_bins, strategy)
    positive = is_positive(y_true, pos_label)
    risk = as_risks(y_prob, len(positive))
    weights = as_weights(sample_weight, len(positive))
    return _decompose(positive, risk, weights, n_bins, strategy)


def _decompose(
    positive: BoolArray, risk: FloatArray, weights: FloatArray, n_bins: int, strategy: str
) -> dict[str, float]:
    bins = bins_of(risk, weights, n_bins, strategy)
    n, events, risks = fill_bins(positive, risk, weights, n_bins, strategy)
    total = float(n.sum())
    prevalence = float(events.sum()) / total
    observed, told = np.nan_to_num(ratio(events, n)), np.nan_to_num(ratio(risks, n))
    off_risk, off_outcome = risk - told[0, bins[0]], positive - observed[0, bins[0]]

    def mean(of_bins: FloatArray) -> float:
        return float((n * of_bins).sum()) / total

    return {
        "reliability": mean((told - observed) ** 2),
        "resolution": mean((observed - prevalence) ** 2),
        "uncertainty": prevalence * (1 - prevalence),
        "within_bin_variance": float((weights[0] * off_risk**2).sum()) / total,
        "within_bin_covariance": 2 * float((weights[0] * off_outcome * off_risk).sum()) / total,
        "brier": float((weights[0] * (risk - positive) ** 2).sum()) / total,
    }
