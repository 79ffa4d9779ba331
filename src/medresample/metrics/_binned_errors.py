"""How far are the risks from observed shares, bin by bin? ECE, its debiased square, and ACE."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from medresample.metrics._average import Score, check_average, score_risks
from medresample.metrics._bins import DECIMALS, bins_of, check_bins, fill_bins, sums_in
from medresample.metrics._inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    as_risks,
    as_weights,
    check_count,
    check_risk_table,
    ratio,
)


def ece_of(
    positive: BoolArray | FloatArray,
    risk: FloatArray,
    weights: FloatArray,
    n_bins: int = 10,
    strategy: str = "quantile",
) -> FloatArray:
    bins = bins_of(risk, weights, n_bins, strategy)
    gaps = sums_in(bins, weights * (positive - risk), n_bins)
    return ratio(np.abs(gaps).sum(axis=1), weights.sum(axis=1))


def ece_of_top(
    codes: IntArray, risks: FloatArray, weights: FloatArray, k: int, n_bins: int, strategy: str
) -> FloatArray:
    """ECE of the highest risk in each row, and whether that class is the true one.

    Of classes that share the highest risk each is right in its part, whatever their order.
    """
    top = risks.max(axis=1)
    tied = np.round(top[:, np.newaxis] - risks, DECIMALS) == 0
    right = tied[np.arange(len(top)), codes] / tied.sum(axis=1)
    return ece_of(right, top, weights, n_bins, strategy)


def squared_error_of(
    positive: BoolArray,
    risk: FloatArray,
    weights: FloatArray,
    n_bins: int,
    strategy: str,
    debiased: bool,
) -> FloatArray:
    n, events, risks = fill_bins(positive, risk, weights, n_bins, strategy)
    observed = ratio(events, n)
    squares = (observed - ratio(risks, n)) ** 2
    if debiased:
        squares -= np.where(n > 1, ratio(observed * (1 - observed), n - 1), np.nan)
    return ratio(np.where(n > 0, n * squares, 0.0).sum(axis=1), n.sum(axis=1))


def ace_of(
    positive: BoolArray,
    risk: FloatArray,
    weights: FloatArray,
    n_bins: int,
    threshold: float | None,
) -> FloatArray:
    if threshold is not None:
        weights = weights * (risk > threshold)
    n, events, risks = fill_bins(positive, risk, weights, n_bins, "quantile")
    gaps = np.abs(ratio(events - risks, n))
    return ratio(np.nansum(gaps, axis=1), (n > 0).sum(axis=1).astype(np.float64))


_TWO_IN_A_BIN = "at least two rows in each bin that holds any: ask for fewer bins"


def expected_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 10,
    strategy: str = "quantile",
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Mean gap between the risk and the observed share, over bins of equal mass (ECE).

    ``sum_b n_b/n |mean y_b - mean risk_b|``. Several things bear this name. Here
    ``average="binary"`` looks at the risk of the positive class, ``"macro"`` is the mean over all
    classes (classwise ECE), and ``"multiclass"`` looks at the highest risk of each row and whether
    that class is the true one (top-label or confidence ECE).

    Parameters
    ----------
    y_true, y_prob, pos_label, average, labels, sample_weight
        As in :func:`auroc`.
    n_bins : int, default=10
        Number of bins.
    strategy : {"quantile", "uniform"}, default="quantile"
        Bins of equal mass, or of equal width. Equal risks always share a bin, so with few distinct
        risks there are fewer bins than asked for. Bins of equal width are closed on the right;
        the first also holds 0.

    Returns
    -------
    score : float, or ndarray of shape (n_classes,) with average=None
        0 is ideal, but a perfectly calibrated model scores above 0 on a finite sample: see
        :func:`calibration_error_by_chance`. Always defined.

    References
    ----------
    M. P. Naeini, G. F. Cooper, M. Hauskrecht, AAAI 2015. C. Guo et al., ICML 2017 (top label).

    Examples
    --------
    >>> from medresample.metrics import expected_calibration_error
    >>> round(expected_calibration_error([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], n_bins=2), 6)
    0.275
    """
    check_bins(n_bins, strategy)
    of = partial(ece_of, n_bins=n_bins, strategy=strategy)
    of_top = partial(ece_of_top, n_bins=n_bins, strategy=strategy)
    score = Score("expected calibration error", of, "a row", of_top)
    return score_risks(score, y_true, y_prob, pos_label, average, labels, sample_weight)


def calibration_error_by_chance(
    y_prob: ArrayLike,
    *,
    n_bins: int = 10,
    strategy: str = "quantile",
    average: str | None = "binary",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Expected calibration error that these risks would have on average if they were all true.

    ``sqrt(2/pi) sum_b sqrt(sum_b p (1 - p)) / n``: the mean of a normal variable's absolute value,
    bin by bin. An ECE near it is no sign of miscalibration. (With bins of n_b rows of one risk p
    this is ``sqrt(2/pi) sum_b sqrt(n_b p (1 - p)) / n``; where risks differ within a bin, ours is
    the variance of independent outcomes.)

    Parameters
    ----------
    y_prob : array-like of shape (n,) or (n, n_classes)
        Risks, as in :func:`auroc`.
    n_bins, strategy, average, sample_weight
        As in :func:`expected_calibration_error`. A weight of 2 counts like two independent rows.

    Returns
    -------
    score : float, or ndarray of shape (n_classes,) with average=None
        Above 0 unless all risks are 0 or 1. Always defined.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.metrics import calibration_error_by_chance
    >>> risk = np.linspace(0.0999, 0.1001, 200)  # 200 rows in 10 bins, risks of about a tenth
    >>> round(calibration_error_by_chance(risk), 4)
    0.0535
    """
    check_bins(n_bins, strategy)
    check_average(average, None, None, multiclass=True)
    risks = np.asarray(y_prob, dtype=np.float64)
    if average == "binary":
        columns = as_risks(risks, len(risks))[:, np.newaxis]
    else:
        columns = np.stack([1 - risks, risks], axis=1) if risks.ndim == 1 else risks
        check_risk_table(columns)
        columns = columns.max(axis=1, keepdims=True) if average == "multiclass" else columns
    weights = as_weights(sample_weight, len(columns))
    values = np.array([_by_chance(risk, weights, n_bins, strategy) for risk in columns.T])
    return values if average is None else float(values.mean())


def _by_chance(risk: FloatArray, weights: FloatArray, n_bins: int, strategy: str) -> float:
    bins = bins_of(risk, weights, n_bins, strategy)
    variance = sums_in(bins, weights * risk * (1 - risk), n_bins)
    return float(np.sqrt(2 / np.pi) * np.sqrt(variance).sum() / weights.sum())


def squared_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 10,
    strategy: str = "quantile",
    debiased: bool = True,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Mean squared gap between risk and observed share over bins, less what chance adds.

    ``sum_b n_b/n [(mean y_b - mean risk_b)^2 - mean y_b (1 - mean y_b)/(n_b - 1)]``. Unlike the
    ECE it does not grow where rows are few, so that data sets of unequal size can be compared.

    Parameters
    ----------
    y_true, y_prob, pos_label, average, labels, sample_weight
        As in :func:`auroc`. Weights are taken for counts of rows.
    n_bins, strategy
        As in :func:`expected_calibration_error`.
    debiased : bool, default=True
        Subtract the second term.

    Returns
    -------
    score : float, or ndarray of shape (n_classes,) with average=None
        About 0, and as often below as above, for perfect calibration. NaN if debiased and a bin
        holds one row only.

    References
    ----------
    A. Kumar, P. Liang, T. Ma, "Verified uncertainty calibration", NeurIPS 2019.

    Examples
    --------
    >>> from medresample.metrics import squared_calibration_error
    >>> y, risk = [0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9]
    >>> round(squared_calibration_error(y, risk, n_bins=2, debiased=False), 6)
    0.08125
    >>> round(squared_calibration_error(y, risk, n_bins=2), 6)
    -0.04375
    """
    check_bins(n_bins, strategy)
    of = partial(squared_error_of, n_bins=n_bins, strategy=strategy, debiased=debiased)
    score = Score("debiased calibration error", of, _TWO_IN_A_BIN)
    return score_risks(score, y_true, y_prob, pos_label, average, labels, sample_weight)


def adaptive_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 10,
    threshold: float | None = None,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Mean gap between risk and observed share, each range of risks counting the same (ACE).

    Ranges of equal mass for every class; with ``average="macro"`` the published score. Where equal
    risks leave ranges empty, the mean is over those that hold rows.

    Parameters
    ----------
    y_true, y_prob, pos_label, average, labels, sample_weight
        As in :func:`auroc`.
    n_bins : int, default=10
        Number of ranges.
    threshold : float, default=None
        Look only at risks above it, for each class (TACE, with 0.01 say): otherwise the many
        tiny risks of rare classes hide the rest.

    Returns
    -------
    score : float, or ndarray of shape (n_classes,) with average=None
        0 is ideal. NaN where no risk is above the threshold.

    References
    ----------
    J. Nixon et al., "Measuring calibration in deep learning", CVPR workshops 2019.

    Examples
    --------
    >>> from medresample.metrics import adaptive_calibration_error
    >>> y, risk = [0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9]
    >>> round(adaptive_calibration_error(y, risk, n_bins=2), 6)
    0.275
    """
    check_count(n_bins, "n_bins")
    if threshold is not None and not 0 <= threshold < 1:
        raise ValueError(f"threshold must be at least 0 and below 1; got {threshold!r}.")
    of = partial(ace_of, n_bins=n_bins, threshold=threshold)
    score = Score("adaptive calibration error", of, "a risk above the threshold")
    return score_risks(score, y_true, y_prob, pos_label, average, labels, sample_weight)
