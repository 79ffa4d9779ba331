"""How good are the calls? Scores of true and predicted labels."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from medresample.metrics._average import score_decisions
from medresample.metrics._confusion import (
    BALANCED_ACCURACY,
    F1,
    GEOMETRIC_MEAN,
    MATTHEWS,
    NPV,
    PPV,
    SENSITIVITY,
    SPECIFICITY,
)


def sensitivity(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Share of positive cases that were called positive (recall, true positive rate).

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,)
        True and predicted labels.
    pos_label : label, default=None
        The positive label; needed unless the labels are 0/1, -1/+1 or bool.
    average : {"binary", "macro", None}, default="binary"
        For more than two classes: ``None`` gives the score of each class against the rest, and
        ``"macro"`` the plain mean of these. (Some scores also offer ``"multiclass"``, a
        definition for all classes at once.)
    labels : array-like of shape (n_classes,), default=None
        All classes, in the order in which ``average=None`` gives their scores. By default those
        found in the two columns, sorted.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row; a weight of 2 counts like the row given twice.

    Returns
    -------
    score : float, or ndarray of shape (n_classes,) with average=None
        Between 0 and 1. NaN without positive cases, and a mean is NaN if a part of it is; an
        :class:`~medresample.exceptions.UndefinedScoreWarning` then says why.

    Raises
    ------
    ValueError
        If labels are missing or not in ``labels``, the columns differ in length, the weights are
        negative or all zero, or there are more than two classes with ``average="binary"``.

    Examples
    --------
    >>> from medresample.metrics import sensitivity
    >>> sensitivity(["ill", "ill", "well"], ["ill", "well", "well"], pos_label="ill")
    0.5
    >>> sensitivity([0, 1, 2, 2], [0, 1, 2, 1], average=None)
    array([1. , 1. , 0.5])
    """
    return score_decisions(SENSITIVITY, y_true, y_pred, pos_label, average, labels, sample_weight)


def specificity(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Share of negative cases that were called negative (true negative rate).

    Parameters as in :func:`sensitivity`. NaN without negative cases.

    Examples
    --------
    >>> from medresample.metrics import specificity
    >>> specificity([1, 0, 0], [1, 0, 1])
    0.5
    """
    return score_decisions(SPECIFICITY, y_true, y_pred, pos_label, average, labels, sample_weight)


def positive_predictive_value(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Share of positive calls that were right (precision).

    Parameters as in :func:`sensitivity`. NaN if nobody was called positive. It depends on the
    prevalence of the rows it is computed on.

    Examples
    --------
    >>> from medresample.metrics import positive_predictive_value
    >>> positive_predictive_value([1, 0, 0], [1, 0, 1])
    0.5
    """
    return score_decisions(PPV, y_true, y_pred, pos_label, average, labels, sample_weight)


def negative_predictive_value(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Share of negative calls that were right.

    Parameters as in :func:`sensitivity`. NaN if everybody was called positive. It depends on the
    prevalence of the rows it is computed on.

    Examples
    --------
    >>> from medresample.metrics import negative_predictive_value
    >>> negative_predictive_value([1, 1, 0], [1, 0, 0])
    0.5
    """
    return score_decisions(NPV, y_true, y_pred, pos_label, average, labels, sample_weight)


def f1_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Harmonic mean of sensitivity and positive predictive value.

    Parameters as in :func:`sensitivity`. NaN with neither positive cases nor positive calls
    (scikit-learn returns 0 there). It ignores true negatives.

    Examples
    --------
    >>> from medresample.metrics import f1_score
    >>> f1_score([1, 1, 0, 0], [1, 0, 1, 0])
    0.5
    """
    return score_decisions(F1, y_true, y_pred, pos_label, average, labels, sample_weight)


def balanced_accuracy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Mean of sensitivity and specificity.

    Parameters as in :func:`sensitivity`. ``average="multiclass"`` is the mean sensitivity of all
    classes, which is what scikit-learn calls balanced accuracy. NaN unless all classes are
    present (scikit-learn leaves an absent class out of the mean).

    Examples
    --------
    >>> from medresample.metrics import balanced_accuracy
    >>> balanced_accuracy([1, 1, 0, 0], [1, 0, 0, 0])
    0.75
    >>> round(balanced_accuracy([0, 1, 2, 2], [0, 1, 2, 1], average="multiclass"), 6)
    0.833333
    """
    return score_decisions(
        BALANCED_ACCURACY, y_true, y_pred, pos_label, average, labels, sample_weight
    )


def geometric_mean(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Square root of sensitivity times specificity (G-mean).

    Parameters as in :func:`sensitivity`. ``average="multiclass"`` is the geometric mean of the
    sensitivities of all classes: one class that is never found makes it 0. NaN unless all classes
    are present.

    References
    ----------
    M. Kubat, S. Matwin, "Addressing the curse of imbalanced training sets", ICML 1997.

    Examples
    --------
    >>> from medresample.metrics import geometric_mean
    >>> geometric_mean([1, 1, 1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0])
    0.5
    """
    return score_decisions(
        GEOMETRIC_MEAN, y_true, y_pred, pos_label, average, labels, sample_weight
    )


def matthews_correlation(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Correlation of decisions and truth (MCC, the phi coefficient), from -1 to 1.

    Parameters as in :func:`sensitivity`. NaN if cases or calls are all of one class: a
    correlation with a constant does not exist (scikit-learn returns 0 there).
    ``average="multiclass"`` is the correlation of all classes at once (R_K), as in scikit-learn.

    References
    ----------
    B. W. Matthews, Biochimica et Biophysica Acta 405, 442-451, 1975. J. Gorodkin, Computational
    Biology and Chemistry 28, 367-374, 2004.

    Examples
    --------
    >>> from medresample.metrics import matthews_correlation
    >>> matthews_correlation([1, 1, 0, 0], [1, 1, 0, 0])
    1.0
    """
    return score_decisions(MATTHEWS, y_true, y_pred, pos_label, average, labels, sample_weight)
