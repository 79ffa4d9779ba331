"""How good are yes/no decisions? Scores of a two-by-two table, and net benefit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from medresample.metrics._inputs import (
    BoolArray,
    FloatArray,
    as_risks,
    as_weights,
    is_positive,
    ratio,
)


class TwoByTwo(NamedTuple):
    """Weighted counts of the two-by-two table, one entry per weighting."""

    tp: FloatArray
    fp: FloatArray
    tn: FloatArray
    fn: FloatArray


def two_by_two(positive: BoolArray, decided: BoolArray, weights: FloatArray) -> TwoByTwo:
    """Count the table for every row of ``weights`` (n_weightings, n) at once."""
    cells = np.stack(
        [positive & decided, ~positive & decided, ~positive & ~decided, positive & ~decided], axis=1
    )
    return TwoByTwo(*(weights @ cells.astype(np.float64)).T)


# Each score below is a pure function of the table; NaN where a denominator is empty.


def sensitivity_of(table: TwoByTwo) -> FloatArray:
    return ratio(table.tp, table.tp + table.fn)


def specificity_of(table: TwoByTwo) -> FloatArray:
    return ratio(table.tn, table.tn + table.fp)


def ppv_of(table: TwoByTwo) -> FloatArray:
    return ratio(table.tp, table.tp + table.fp)


def npv_of(table: TwoByTwo) -> FloatArray:
    return ratio(table.tn, table.tn + table.fn)


def f1_of(table: TwoByTwo) -> FloatArray:
    return ratio(2 * table.tp, 2 * table.tp + table.fp + table.fn)


def balanced_accuracy_of(table: TwoByTwo) -> FloatArray:
    return (sensitivity_of(table) + specificity_of(table)) / 2


def gmean_of(table: TwoByTwo) -> FloatArray:
    return np.sqrt(sensitivity_of(table) * specificity_of(table))


def mcc_of(table: TwoByTwo) -> FloatArray:
    tp, fp, tn, fn = table
    margins = np.sqrt((tp + fp) * (tp + fn)) * np.sqrt((tn + fp) * (tn + fn))
    return ratio(tp * tn - fp * fn, margins)


def net_benefit_of(table: TwoByTwo, threshold: float) -> FloatArray:
    n = table.tp + table.fp + table.tn + table.fn
    return ratio(table.tp - table.fp * threshold / (1 - threshold), n)


def _score(
    score: Callable[[TwoByTwo], FloatArray],
    y_true: ArrayLike,
    y_pred: ArrayLike,
    pos_label: Any,
    sample_weight: ArrayLike | None,
) -> float:
    positive = is_positive(y_true, pos_label)
    decided = is_positive(y_pred, pos_label, "y_pred")
    if len(decided) != len(positive):
        raise ValueError(f"y_true has {len(positive)} labels, y_pred has {len(decided)}.")
    table = two_by_two(positive, decided, as_weights(sample_weight, len(positive)))
    return float(score(table)[0])


def sensitivity(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of positive cases that were called positive (recall, true positive rate).

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
        True and predicted labels.
    pos_label : label, default=None
        The positive label; needed unless the labels are 0/1, -1/+1 or bool.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    score : float
        Between 0 and 1; NaN without positive cases.

    Examples
    --------
    >>> from medresample.metrics import sensitivity
    >>> sensitivity(["ill", "ill", "well"], ["ill", "well", "well"], pos_label="ill")
    0.5
    """
    return _score(sensitivity_of, y_true, y_pred, pos_label, sample_weight)


def specificity(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of negative cases that were called negative (true negative rate).

    Parameters as in :func:`sensitivity`. NaN without negative cases.

    Examples
    --------
    >>> from medresample.metrics import specificity
    >>> specificity([1, 0, 0], [1, 0, 1])
    0.5
    """
    return _score(specificity_of, y_true, y_pred, pos_label, sample_weight)


def positive_predictive_value(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of positive calls that were right (precision).

    Parameters as in :func:`sensitivity`. NaN if nobody was called positive. It depends on the
    prevalence of the rows it is computed on.

    Examples
    --------
    >>> from medresample.metrics import positive_predictive_value
    >>> positive_predictive_value([1, 0, 0], [1, 0, 1])
    0.5
    """
    return _score(ppv_of, y_true, y_pred, pos_label, sample_weight)


def negative_predictive_value(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of negative calls that were right.

    Parameters as in :func:`sensitivity`. NaN if everybody was called positive. It depends on the
    prevalence of the rows it is computed on.

    Examples
    --------
    >>> from medresample.metrics import negative_predictive_value
    >>> negative_predictive_value([1, 1, 0], [1, 0, 0])
    0.5
    """
    return _score(npv_of, y_true, y_pred, pos_label, sample_weight)


def f1_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Harmonic mean of sensitivity and positive predictive value.

    Parameters as in :func:`sensitivity`. NaN with neither positive cases nor positive calls
    (scikit-learn returns 0 there). It ignores true negatives.

    Examples
    --------
    >>> from medresample.metrics import f1_score
    >>> f1_score([1, 1, 0, 0], [1, 0, 1, 0])
    0.5
    """
    return _score(f1_of, y_true, y_pred, pos_label, sample_weight)


def balanced_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean of sensitivity and specificity.

    Parameters as in :func:`sensitivity`. NaN unless both classes are present.

    Examples
    --------
    >>> from medresample.metrics import balanced_accuracy
    >>> balanced_accuracy([1, 1, 0, 0], [1, 0, 0, 0])
    0.75
    """
    return _score(balanced_accuracy_of, y_true, y_pred, pos_label, sample_weight)


def geometric_mean(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Square root of sensitivity times specificity (G-mean).

    Parameters as in :func:`sensitivity`. NaN unless both classes are present.

    References
    ----------
    M. Kubat, S. Matwin, "Addressing the curse of imbalanced training sets", ICML 1997.

    Examples
    --------
    >>> from medresample.metrics import geometric_mean
    >>> geometric_mean([1, 1, 1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0])
    0.5
    """
    return _score(gmean_of, y_true, y_pred, pos_label, sample_weight)


def matthews_correlation(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Correlation of decisions and truth (MCC, the phi coefficient), from -1 to 1.

    Parameters as in :func:`sensitivity`. NaN if cases or calls are all of one class: a
    correlation with a constant does not exist (scikit-learn returns 0 there).

    References
    ----------
    B. W. Matthews, Biochimica et Biophysica Acta 405, 442-451, 1975.

    Examples
    --------
    >>> from medresample.metrics import matthews_correlation
    >>> matthews_correlation([1, 1, 0, 0], [1, 1, 0, 0])
    1.0
    """
    return _score(mcc_of, y_true, y_pred, pos_label, sample_weight)


def net_benefit(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    threshold: float,
    pos_label: Any = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """True positives gained per person, less the false positives they are worth at a threshold.

    ``TP/n - FP/n * t/(1 - t)``, where a person is treated if the risk is at least t. Treating
    nobody has a net benefit of 0.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        True labels.
    y_prob : array-like of shape (n,)
        Risks of the positive class.
    threshold : float
        Risk t from which on you would treat, above 0 and below 1. It states how many false
        positives one true positive is worth.
    pos_label : label, default=None
        The positive label; needed unless the labels are 0/1, -1/+1 or bool.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    score : float
        At most the prevalence. Defined for any data.

    References
    ----------
    A. J. Vickers, E. B. Elkin, "Decision curve analysis", Medical Decision Making 26, 2006.

    Examples
    --------
    >>> from medresample.metrics import net_benefit
    >>> net_benefit([1, 1, 0, 0], [0.9, 0.4, 0.6, 0.1], threshold=0.5)
    0.0
    """
    if not 0 < threshold < 1:
        raise ValueError(f"threshold must be above 0 and below 1; got {threshold!r}.")
    positive = is_positive(y_true, pos_label)
    treated = as_risks(y_prob, len(positive)) >= threshold
    table = two_by_two(positive, treated, as_weights(sample_weight, len(positive)))
    return float(net_benefit_of(table, threshold)[0])
