"""Do observed and expected numbers of cases differ more than by chance? Hosmer and Lemeshow."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from medresample.metrics._average import warn_undefined
from medresample.metrics._bins import Binned, fill_bins
from medresample.metrics._inputs import (
    FloatArray,
    as_risks,
    as_weights,
    check_count,
    is_positive,
)

_DATA = {"external": 0, "development": 2}  # degrees of freedom that the fit has used up


class HosmerLemeshow(NamedTuple):
    """Result of :func:`hosmer_lemeshow_test`.

    Attributes
    ----------
    statistic : float
        Sum over the groups of the squared gap over its variance.
    df : int
        Degrees of freedom of the chi-squared distribution.
    p_value : float
        Chance of a statistic at least as large if the risks are right.
    groups : dict of arrays
        ``n``, ``observed`` and ``expected`` of each group, in the order of risk.

    Examples
    --------
    >>> from medresample.metrics import hosmer_lemeshow_test
    >>> result = hosmer_lemeshow_test([0, 1, 1, 0], [0.5, 0.5, 0.5, 0.5])
    >>> result.statistic, result.df, result.p_value
    (0.0, 1, 1.0)
    """

    statistic: float
    df: int
    p_value: float
    groups: dict[str, FloatArray]


def hosmer_lemeshow_test(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_groups: int = 10,
    data: str = "external",
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> HosmerLemeshow:
    """Test whether observed and expected cases differ in groups of equal risk.

    ``sum_g (O_g - E_g)^2 / (n_g p_g (1 - p_g))`` over groups of equal mass, where p_g is the mean
    risk of the group. With few rows it finds nothing, with many it finds everything: read it
    beside a calibration curve, never alone.

    Parameters
    ----------
    y_true, y_prob, pos_label, sample_weight
        As in :func:`auroc`. Weights are taken for counts of rows.
    n_groups : int, default=10
        Number of groups. Equal risks share a group, and a group in which all risks are 0, or all
        are 1, is merged with its neighbor, so there may be fewer.
    data : {"external", "development"}, default="external"
        On rows that the model was not fitted on, there are as many degrees of freedom as groups;
        on the rows it was fitted on, two less.

    Returns
    -------
    result : HosmerLemeshow
        ``statistic``, ``df``, ``p_value`` and ``groups``. The statistic is NaN if all risks are 0
        or all are 1, the p-value also without a degree of freedom.

    References
    ----------
    D. W. Hosmer, S. Lemeshow, "Goodness of fit tests for the multiple logistic regression model",
    Communications in Statistics A9, 1043-1069, 1980.

    Examples
    --------
    >>> from medresample.metrics import hosmer_lemeshow_test
    >>> y, risk = [0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9]
    >>> result = hosmer_lemeshow_test(y, risk, n_groups=2)
    >>> round(result.statistic, 4), result.df, round(result.p_value, 4)
    (2.4216, 2, 0.298)
    """
    check_count(n_groups, "n_groups")
    if data not in _DATA:
        raise ValueError(f"data must be 'external' or 'development'; got {data!r}.")
    positive = is_positive(y_true, pos_label)
    risk = as_risks(y_prob, len(positive))
    weights = as_weights(sample_weight, len(positive))
    groups = _merged(fill_bins(positive, risk, weights, n_groups, "quantile"))
    variance = groups.risk * (1 - groups.risk / groups.n)
    df = len(groups.n) - _DATA[data]
    if variance[0] <= 0:  # of several groups none is left without variance
        statistic = np.nan
        warn_undefined("Hosmer-Lemeshow statistic", "a risk between 0 and 1", stacklevel=2)
    else:
        statistic = float(((groups.events - groups.risk) ** 2 / variance).sum())
        if df < 1:
            needs = "three groups or more on development data"
            warn_undefined("Hosmer-Lemeshow p-value", needs, stacklevel=2)
    p_value = float(chi2.sf(statistic, df)) if df > 0 else np.nan
    table = {"n": groups.n, "observed": groups.events, "expected": groups.risk}
    return HosmerLemeshow(statistic, df, p_value, table)


def _merged(filled: Binned) -> Binned:
    """Leave out empty groups, and merge those without variance: risks of 0 below, of 1 above."""
    n, events, risk = np.stack([part[0] for part in filled])[:, filled.n[0] > 0]
    keep = np.arange(len(n))
    if len(n) > 1 and risk[0] <= 0:
        keep[0] = 1
    if len(n) > 1 and risk[-1] >= n[-1]:
        keep[-1] = keep[-2]
    starts = np.unique(keep, return_index=True)[1]
    return Binned(*(np.add.reduceat(part, starts) for part in (n, events, risk)))
