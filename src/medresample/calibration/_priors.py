"""What would the risks be if the disease were rarer? The prior exchanged, by Bayes' rule."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..exceptions import SamplerInputError

Prior = Any  # a share, shares or counts per class, or a mapping from labels to either


def prior_correct(probabilities: ArrayLike, prior_train: Prior, prior_deployed: Prior) -> Any:
    """Risks as they would be at another prior than that of the training rows.

    The probability of class k is multiplied by ``prior_deployed[k] / prior_train[k]``, and those
    of a row are brought back to a sum of 1. For two classes this is the formula of Elkan [1]_, and
    after random under-sampling that of Dal Pozzolo [2]_; for any number it is that of Saerens [3]_
    for a known prior. Two classes keep the ranking of the rows.

    Not where more than the prior was changed, as by SMOTE or by cleaning: recalibrate instead.

    Parameters
    ----------
    probabilities : array-like of shape (n_rows,) or (n_rows, n_classes)
        Risks of the positive class, or probabilities of all classes as from `predict_proba`.
    prior_train : float, array-like of shape (n_classes,) or dict
        Shares of the classes among the rows that the model was trained on, after resampling. With
        two classes a float is the share of the positive one (of the second column). Counts are
        taken too, such as ``plan.counts["after"]``; a dict goes by the sorted labels, and the share
        of one class that it leaves out is what is left.
    prior_deployed : float, array-like of shape (n_classes,) or dict
        Shares of the classes among those to whom the risks are told, in the same forms, such as
        ``plan.counts["before"]``.

    Returns
    -------
    corrected : ndarray of shape (n_rows,) or (n_rows, n_classes)
        In the shape that was given, float64. Probabilities of exactly 0 and 1 stay.

    Raises
    ------
    ValueError
        When the numbers are no probabilities, or no priors of that many classes.

    See Also
    --------
    PriorCorrectedClassifier : Does this for a classifier, and finds the priors by itself.
    estimate_prior : The prior of rows whose labels nobody knows.

    References
    ----------
    .. [1] C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001, 973-978.
    .. [2] A. Dal Pozzolo, O. Caelen, R. A. Johnson, G. Bontempi, "Calibrating probability with
       undersampling for unbalanced classification", IEEE SSCI 2015, 159-166.
    .. [3] M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a
       priori probabilities: a simple procedure", Neural Computation 14(1), 21-41, 2002.

    Examples
    --------
    A model that was trained on equal halves says 0.8, but one patient in ten is ill:

    >>> from medresample.calibration import prior_correct
    >>> prior_correct([0.5, 0.8], 0.5, 0.1).round(6).tolist()
    [0.1, 0.307692]

    Three classes, and counts instead of shares:

    >>> prior_correct([[0.2, 0.3, 0.5]], [10, 10, 10], [80, 15, 5]).round(3).tolist()
    [[0.696, 0.196, 0.109]]
    """
    columns, flat = both_columns(probabilities)
    train = read_prior(prior_train, columns.shape[1], "prior_train")
    deployed = read_prior(prior_deployed, columns.shape[1], "prior_deployed")
    shares = columns * (deployed / train)
    shares /= shares.sum(axis=1, keepdims=True)
    return shares[:, 1] if flat else shares


def uncorrected_threshold(threshold: Any, prior_train: Prior, prior_deployed: Prior) -> Any:
    """Threshold for risks as the model says them that does what one for corrected risks would.

    Instead of correcting every risk one may move the threshold: who is above `threshold` after
    :func:`prior_correct` is above this one before. After random under-sampling that kept the share
    beta of the negative rows it is ``t / (t + beta * (1 - t))``.

    Parameters
    ----------
    threshold : float or array-like
        Threshold or thresholds for corrected risks of the positive class, such as the odds at which
        a treatment does more good than harm.
    prior_train, prior_deployed : float, array-like of shape (2,) or dict
        As in :func:`prior_correct`.

    Returns
    -------
    threshold : float or ndarray
        In the shape that was given.

    Examples
    --------
    >>> from medresample.calibration import uncorrected_threshold
    >>> round(uncorrected_threshold(0.1, prior_train=0.5, prior_deployed=0.1), 12)
    0.5
    """
    moved = prior_correct(np.ravel(np.asarray(threshold, float)), prior_deployed, prior_train)
    return float(moved[0]) if np.ndim(threshold) == 0 else moved.reshape(np.shape(threshold))


def both_columns(probabilities: ArrayLike) -> tuple[np.ndarray, bool]:
    """Check probabilities; give a column for each class, and whether there was only one."""
    values = np.asarray(probabilities, dtype=np.float64)
    if values.ndim not in (1, 2) or (values.ndim == 2 and values.shape[1] < 2):
        raise ValueError(
            "probabilities must be risks of the positive class, shape (n_rows,), or have a column "
            f"for each class, shape (n_rows, n_classes); found the shape {values.shape}."
        )
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError("probabilities must be between 0 and 1, none missing.")
    if values.ndim == 1:
        return np.column_stack([1 - values, values]), True
    if not np.all(values.sum(axis=1) > 0):
        raise ValueError("probabilities are 0 for every class in some rows.")
    return values, False


def read_prior(
    prior: Prior, n_classes: int, name: str, classes: np.ndarray | None = None
) -> np.ndarray:
    """Read shares of the classes from a share, shares, counts, or a mapping from the labels.

    Where `classes` are given, a mapping is read by them, and a lone share, which does not say whose
    it is, is refused unless the labels do (0/1, -1/+1, bool).
    """
    if isinstance(prior, Mapping):
        shares = _by_label(prior, n_classes, name, classes)
    elif isinstance(prior, Real) and not isinstance(prior, bool):
        shares = _of_the_second(float(prior), n_classes, name, classes)
    else:
        shares = np.asarray(prior, dtype=np.float64)
    if shares.shape != (n_classes,):
        raise SamplerInputError(
            f"{name} must have a share for each of {n_classes} classes; found the shape "
            f"{shares.shape}."
        )
    if not np.all(np.isfinite(shares) & (shares > 0)):
        raise SamplerInputError(
            f"{name} must be above 0 for every class, found {shares.tolist()}: no correction "
            "brings in, or takes out, a class as a whole."
        )
    return shares / shares.sum()


def _by_label(
    prior: Mapping[Any, Any], n_classes: int, name: str, classes: np.ndarray | None
) -> np.ndarray:
    if classes is None:
        if len(prior) != n_classes:
            raise SamplerInputError(
                f"{name} has {len(prior)} labels, and the probabilities are of {n_classes} classes."
            )
        return np.array([prior[label] for label in sorted(prior)], dtype=np.float64)
    labels = classes.tolist()
    unknown = [label for label in prior if label not in labels]
    left_out = [label for label in labels if label not in prior]
    rest = 1 - sum(float(share) for share in prior.values())
    if unknown or len(left_out) > 1 or (left_out and not 0 < rest < 1):
        raise SamplerInputError(
            f"{name} must have a share for each of the classes "
            f"{', '.join(map(repr, labels))}, or leave out one whose share is the rest to 1; found "
            f"{dict(prior)!r}."
        )
    return np.array([prior.get(label, rest) for label in labels], dtype=np.float64)


def _of_the_second(
    share: float, n_classes: int, name: str, classes: np.ndarray | None
) -> np.ndarray:
    if n_classes != 2:
        raise SamplerInputError(f"{name} must have a share for each of {n_classes} classes.")
    if classes is not None and not is_self_evident(classes):
        first, second = classes.tolist()
        raise SamplerInputError(
            f"{name}={share:g} does not say whether it is the share of {first!r} or of {second!r}: "
            f"write {{{second!r}: {share:g}}}."
        )
    if not 0 < share < 1:
        raise SamplerInputError(f"{name} must be between 0 and 1, found {share:g}.")
    return np.array([1 - share, share])


def is_self_evident(classes: np.ndarray) -> bool:
    """Say whether two labels tell by themselves which is the positive one: 0/1, -1/+1, bool."""
    return set(classes.tolist()) in ({0, 1}, {-1, 1})
