"""What does a clusterer say of some rows? Its labels, or memberships, checked."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from .._core.randomness import seeded
from .._core.threads import openmp_threads, single_threaded_blas
from ..exceptions import SamplerInputError


def ask_labels(estimator: Any, coordinates: Any, rng: np.random.Generator) -> np.ndarray:
    """Cluster rows; on one thread, whose sums do not depend on the machine.

    Parameters
    ----------
    estimator : object with ``fit_predict``
        An unfitted clusterer; it is cloned, and given a `random_state` where it has none.
    coordinates : ndarray or CSR matrix of shape (n_rows, n_columns)
        Where distances are taken.
    rng : Generator
        Source of chance.

    Returns
    -------
    labels : ndarray of int of shape (n_rows,)
        Cluster of each row, -1 for none.

    Raises
    ------
    SamplerInputError
        If the clusterer gives anything else than a whole number for each row.
    """
    with single_threaded_blas(), openmp_threads(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # less distinct rows than clusters
        labels = np.asarray(seeded(estimator, rng).fit_predict(coordinates))
    n_rows = coordinates.shape[0]
    if labels.shape != (n_rows,) or labels.dtype.kind not in "iu":
        raise SamplerInputError(
            f"fit_predict of {type(estimator).__name__} gave an array of type {labels.dtype} and "
            f"shape {labels.shape} for {n_rows} rows; expected the number of a cluster for each."
        )
    return labels.astype(np.intp)


def ask_memberships(estimator: Any, coordinates: Any, rng: np.random.Generator) -> np.ndarray:
    """Ask how strongly rows belong to clusters.

    Parameters
    ----------
    estimator : object with ``fit`` and ``memberships`` or ``predict_proba``
        An unfitted clusterer; it is cloned, and given a `random_state` where it has none.
    coordinates : ndarray of shape (n_rows, n_columns)
        Where distances are taken.
    rng : Generator
        Source of chance.

    Returns
    -------
    memberships : ndarray of shape (n_rows, n_clusters), float64
        Finite and not negative.

    Raises
    ------
    SamplerInputError
        If the clusterer gives anything else than that.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last digits choose no rows
        fitted = seeded(estimator, rng).fit(coordinates)
    ask = getattr(fitted, "memberships", None) or fitted.predict_proba
    found = np.asarray(ask(coordinates), dtype=np.float64)
    who = type(estimator).__name__
    if found.ndim != 2 or len(found) != len(coordinates):
        raise SamplerInputError(
            f"{who} gave memberships of shape {found.shape} for {len(coordinates)} rows; expected "
            "a row for each and a column for each cluster."
        )
    if not (np.isfinite(found).all() and (found >= 0).all()):
        raise SamplerInputError(f"{who} gave memberships that are missing, infinite or negative.")
    return found
