"""How frequent is the disease where nobody knows the labels? What the risks themselves suggest."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._core.groups import check_weights
from ..exceptions import UnreliableCalibrationWarning
from ._priors import Prior, both_columns, read_prior

# Probabilities that differ by less than this between rows, or priors that they can not tell apart.
ALIKE = 1e-6


def estimate_prior(
    probabilities: ArrayLike,
    prior_train: Prior,
    *,
    sample_weight: ArrayLike | None = None,
    tol: float = 1e-8,
    max_iter: int = 10_000,
) -> Any:
    """Shares of the classes among rows without labels, by maximum likelihood (EM of Saerens).

    The risks are corrected to the prior believed so far, and their mean is the next one, until it
    moves no more. It holds where the patients of a class are alike in both places, only more or
    fewer, and where the model is calibrated at `prior_train`. The likelihood never falls.

    Not for a single patient or a small batch, whose mean is mostly chance, and not for risks that
    are not calibrated: an error in them becomes one of the prior.

    Parameters
    ----------
    probabilities : array-like of shape (n_rows,) or (n_rows, n_classes)
        Risks of the positive class, or probabilities of all classes, as the model says them at
        `prior_train`.
    prior_train : float, array-like of shape (n_classes,) or dict
        Shares (or counts) of the classes among the rows the model was trained on, after
        resampling, as in :func:`prior_correct`.
    sample_weight : array-like of shape (n_rows,), default=None
        Weights, not negative.
    tol : float, default=1e-8
        Stop when no share moves by more.
    max_iter : int, default=10000
        Iterations at most.

    Returns
    -------
    prior : float or ndarray of shape (n_classes,)
        A float, the share of the positive class, where its risks alone were given.

    Warns
    -----
    UnreliableCalibrationWarning
        When the risks say the same of all rows, or of all classes, so that any prior would do; or
        when the last iteration still moved.

    References
    ----------
    .. [1] M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a
       priori probabilities: a simple procedure", Neural Computation 14(1), 21-41, 2002.

    Examples
    --------
    >>> from medresample.calibration import estimate_prior
    >>> round(estimate_prior([0.9, 0.8, 0.6, 0.3, 0.2], prior_train=0.5), 3)
    0.703
    """
    columns, flat = both_columns(probabilities)
    train = read_prior(prior_train, columns.shape[1], "prior_train")
    weights = check_weights(sample_weight, len(columns))
    if weights is None:
        weights = np.ones(len(columns))
    if (weights < 0).any() or not weights.sum() > 0:
        raise ValueError("sample_weight must not be negative, and not zero everywhere.")
    share = weights / weights.sum()
    _warn_if_any_prior_would_do(columns[share > 0], train)
    prior = before = train
    for step, prior in enumerate(em_steps(columns, train, share), start=1):
        if np.abs(prior - before).max() < tol:
            break
        if step >= max_iter:
            warnings.warn(
                f"The prior still moved by {np.abs(prior - before).max():.1e} after {max_iter} "
                "iterations: raise max_iter, or tol.",
                UnreliableCalibrationWarning,
                stacklevel=2,
            )
            break
        before = prior
    return float(prior[1]) if flat else prior


def em_steps(columns: np.ndarray, train: np.ndarray, row_share: np.ndarray) -> Iterator[np.ndarray]:
    """Give one prior after the other, each the mean of the risks corrected to the one before."""
    odds, prior = columns / train, train
    while True:
        belonging = odds * prior
        belonging /= belonging.sum(axis=1, keepdims=True)
        prior = row_share @ belonging
        yield prior


def log_likelihood(
    columns: np.ndarray, train: np.ndarray, prior: np.ndarray, row_share: np.ndarray
) -> float:
    """Mean log likelihood of the rows under a prior, but for what no prior changes."""
    return float(row_share @ np.log((columns / train) @ prior))


def _warn_if_any_prior_would_do(columns: np.ndarray, train: np.ndarray) -> None:
    odds = columns / train
    # Directions between priors: one that changes the likelihood of no row is not to be found out.
    directions = odds[:, 1:] - odds[:, :1]
    spread = np.linalg.svd(directions, compute_uv=False) / np.sqrt(len(columns))
    if np.ptp(columns, axis=0).max() < ALIKE:
        found = "the probabilities are the same in all rows"
    elif len(spread) < directions.shape[1] or spread[-1] < ALIKE:
        found = "some classes can not be told apart by these probabilities"
    else:
        return
    warnings.warn(
        f"The prior can not be estimated: {found}. The result is a guess that depends on "
        "prior_train.",
        UnreliableCalibrationWarning,
        stacklevel=3,
    )
