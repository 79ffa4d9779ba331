"""Is it worth treating by these risks? Net benefit, and the decision curve."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from medresample.metrics._average import Score, score_risks
from medresample.metrics._confusion import two_by_two
from medresample.metrics._inputs import (
    BoolArray,
    FloatArray,
    as_risks,
    as_weights,
    has_both,
    is_positive,
    ratio,
)

_ODDS = np.geomspace(0.25, 4, 51)  # the thresholds shown by default, times the odds of a case


def net_benefit_of(
    positive: BoolArray, risk: FloatArray, weights: FloatArray, threshold: float
) -> FloatArray:
    """Net benefit of treating from a risk of ``threshold`` on, below 1."""
    table = two_by_two(positive, risk >= threshold, weights)
    return ratio(table.tp - table.fp * threshold / (1 - threshold), weights.sum(axis=1))


def _at_the_prevalence(positive: BoolArray, risk: FloatArray, weights: FloatArray) -> FloatArray:
    values = np.full(len(weights), np.nan)
    for place in np.flatnonzero(has_both(positive, weights)):
        weight = weights[place : place + 1]
        prevalence = float(weight[0, positive].sum() / weight.sum())
        values[place] = net_benefit_of(positive, risk, weight, prevalence)[0]
    return values


def net_benefit(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    threshold: float | None = None,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """True positives gained per person, less the false positives they are worth at a threshold.

    ``TP/n - FP/n * t/(1 - t)``, where a person is treated if the risk is at least t. Treating
    nobody has a net benefit of 0.

    Parameters
    ----------
    y_true, y_prob, pos_label, average, labels, sample_weight
        As in :func:`auroc`.
    threshold : float, default=None
        Risk t from which on you would treat, above 0 and below 1. It states how many false
        positives one true positive is worth, and belongs to the disease and its treatment, not to
        the model. ``None``: the share of positive cases in these rows, where treating all is worth
        as much as treating nobody.

    Returns
    -------
    score : float, or ndarray of shape (n_classes,) with average=None
        At most the prevalence. Defined for any data if a threshold is given; without one NaN
        unless both classes are present.

    References
    ----------
    A. J. Vickers, E. B. Elkin, "Decision curve analysis", Medical Decision Making 26, 2006.

    Examples
    --------
    >>> from medresample.metrics import net_benefit
    >>> net_benefit([1, 1, 0, 0], [0.9, 0.4, 0.6, 0.1], threshold=0.5)
    0.0
    >>> round(net_benefit([1, 0, 0, 0], [0.9, 0.4, 0.2, 0.1]), 6)  # at 0.25: 1/4 - 1/4 * 1/3
    0.166667
    """
    if threshold is not None:
        _check_thresholds(np.asarray(threshold), threshold)
    of = _at_the_prevalence if threshold is None else partial(net_benefit_of, threshold=threshold)
    score = Score("net benefit", of, "a threshold=, or a positive and a negative case")
    return score_risks(score, y_true, y_prob, pos_label, average, labels, sample_weight)


def decision_curve(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    thresholds: ArrayLike | None = None,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> dict[str, FloatArray]:
    """Net benefit over thresholds, beside treating everybody and treating nobody.

    The table behind a decision curve. A model is worth using at the thresholds where its net
    benefit is above both others. For one class against the rest, pass ``y_true == label``.

    Parameters
    ----------
    y_true, y_prob, pos_label, sample_weight
        As in :func:`auroc`.
    thresholds : array-like of shape (n_thresholds,), default=None
        Risks from which on you would treat, above 0 and below 1. By default 51 around the share
        of positive cases: their odds go from a quarter to four times the odds of a case.

    Returns
    -------
    curve : dict of arrays of shape (n_thresholds,)
        ``threshold``, ``model``, ``treat_all`` and ``treat_none`` (zeros).

    Raises
    ------
    ValueError
        Without ``thresholds`` if there is one class only, and for thresholds out of range.

    References
    ----------
    A. J. Vickers, E. B. Elkin, "Decision curve analysis", Medical Decision Making 26, 2006.

    Examples
    --------
    >>> from medresample.metrics import decision_curve
    >>> curve = decision_curve([1, 0, 0, 0], [0.9, 0.4, 0.2, 0.1], thresholds=[0.2, 0.5])
    >>> curve["model"].round(4).tolist(), curve["treat_all"].round(4).tolist()
    ([0.125, 0.25], [0.0625, -0.5])
    """
    positive = is_positive(y_true, pos_label)
    risk = as_risks(y_prob, len(positive))
    weights = as_weights(sample_weight, len(positive))
    if thresholds is None:
        chosen = _around_the_prevalence(positive, weights)
    else:
        chosen = np.asarray(thresholds, dtype=np.float64).reshape(-1)
        _check_thresholds(chosen, thresholds)

    return {
        "threshold": chosen,
        "model": _benefits(positive, risk, weights[0], chosen),
        "treat_all": _benefits(positive, np.ones(len(risk)), weights[0], chosen),
        "treat_none": np.zeros(len(chosen)),
    }


def _benefits(
    positive: BoolArray, risk: FloatArray, weight: FloatArray, thresholds: FloatArray
) -> FloatArray:
    """Net benefit at each threshold, from one pass over the sorted risks."""
    order = np.argsort(risk, kind="stable")
    first = np.searchsorted(risk[order], thresholds)  # from here on a row is treated
    treated = [
        np.append(np.cumsum(np.where(side, weight, 0.0)[order][::-1])[::-1], 0.0)[first]
        for side in (positive, ~positive)
    ]
    return (treated[0] - treated[1] * thresholds / (1 - thresholds)) / weight.sum()


def _around_the_prevalence(positive: BoolArray, weights: FloatArray) -> FloatArray:
    if not has_both(positive, weights)[0]:
        raise ValueError(
            "There is one class only: say at which risks you would treat, thresholds=."
        )
    odds = _ODDS * (weights[0, positive].sum() / weights[0, ~positive].sum())
    return odds / (1 + odds)


def _check_thresholds(thresholds: np.ndarray, given: Any) -> None:
    if not np.all((thresholds > 0) & (thresholds < 1)):
        raise ValueError(f"threshold must be above 0 and below 1; got {given!r}.")
