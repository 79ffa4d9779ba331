"""Do the risks get right again? Recalibration of a model within its training fold."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from medresample._core.prior_shift import shifts_prior_only
from medresample._core.targets import Target, read_target
from medresample.calibration import prior_correct
from medresample.calibration._held_out import FEW, FEWEST, hold_out
from medresample.calibration._methods import CALIBRATORS, new_calibrator, scores_of
from medresample.calibration._shown import Shown, fit_watched, samplers_in
from medresample.compare._methods import Method
from medresample.compare._seeds import state
from medresample.exceptions import (
    ApproximateCorrectionWarning,
    SamplerInputError,
    UnreliableCalibrationWarning,
)

PRIOR = "prior"
HELD_OUT = 0.2  # the part of each training fold that is kept out
WAYS = (PRIOR, *CALIBRATORS)


class Unavailable(Exception):
    """What an estimator can not do: a control, or a correction."""


def check_calibrate(calibrate: Any) -> str | None:
    """Read ``None | "prior" | "sigmoid" | "isotonic" | ...``."""
    if calibrate is None or (isinstance(calibrate, str) and calibrate in WAYS):
        return calibrate
    raise ValueError(
        f"calibrate must be None or one of {', '.join(map(repr, WAYS))}; got {calibrate!r}."
    )


def rows_to_hold(
    calibrate: str | None,
    y: np.ndarray,
    groups: np.ndarray | None,
    seed: np.random.SeedSequence,
) -> np.ndarray:
    """Places, within a training fold, of the rows to calibrate on: whole patients, every class.

    Raises
    ------
    ValueError
        When a class has fewer than 5 cases, or patients, in either part.
    """
    if calibrate is None or calibrate == PRIOR:
        return np.empty(0, dtype=np.intp)
    target = read_target(y)
    codes = None if groups is None else np.unique(groups, return_inverse=True)[1]
    n, what = _fewest(target, np.arange(len(y)), codes)
    held = np.empty(0, dtype=np.intp)
    if n >= 2 * FEWEST:  # fewer can not be divided
        rest, held = hold_out(target, codes, HELD_OUT, np.random.default_rng(state(seed)))
        n, what = min(_fewest(target, rows, codes) for rows in (held, rest))
    if n < FEWEST or not len(held):
        raise ValueError(
            f"calibrate={calibrate!r} keeps a fifth of each training fold out to calibrate on, and "
            f"{what} in a fold or the part kept out; {FEWEST} are needed there. Use fewer folds, "
            "calibrate='prior', which keeps none out, or calibrate=None."
        )
    return held


def warn_of_few(held: Iterable[np.ndarray], y: np.ndarray, groups: np.ndarray | None) -> None:
    """Say once how few the cases of a class are on which some risks are recalibrated."""
    target = read_target(y)
    n, what = min((_fewest(target, rows, groups) for rows in held if len(rows)), default=(FEW, ""))
    if n < FEW:
        warnings.warn(
            f"Risks are recalibrated on few cases: {what} in what is kept out of a training fold.",
            UnreliableCalibrationWarning,
            stacklevel=4,
        )


def _fewest(target: Target, rows: np.ndarray, groups: np.ndarray | None) -> tuple[int, str]:
    """Rows, or patients, that the rarest class has among some rows, in a number and in words."""
    found = []
    for code in range(len(target.classes)):
        own = rows[target.codes[rows] == code]
        n = len(own) if groups is None else len(np.unique(groups[own]))
        unit = "rows" if groups is None else "patients"
        found.append((n, f"class {target.class_name(code)} has {n} {unit}"))
    return min(found)


def fit_learner(
    learner: Any, X: Any, y: np.ndarray, params: dict[str, Any], calibrate: str | None
) -> Shown | None:
    """Fit a learner and, to correct the prior, count what it is shown; None if nobody can."""
    if calibrate == PRIOR:
        try:
            return fit_watched(learner, X, y, params)
        except SamplerInputError:  # it hides what it shows to what is inside
            pass
    learner.fit(X, y, **params)
    return None


def at_prior(
    method: Method, learner: Any, risks: np.ndarray, shown: Shown | None, natural: np.ndarray
) -> np.ndarray:
    """Risks at the prior of the natural training rows, by counting."""
    if shown is None:
        raise Unavailable(
            f"calibrate='prior' is not available for {type(learner).__name__}: what it shows to "
            "its parts can not be counted. Use calibrate='logistic'."
        )
    if not is_exact(method):
        warnings.warn(
            "correcting the prior is an approximation here: more than the prior was changed.",
            ApproximateCorrectionWarning,
            stacklevel=2,
        )
    return np.asarray(prior_correct(risks, shown.prior(learner.classes_), natural))


def is_exact(method: Method) -> bool:
    """Whether what a method does to the risks is undone exactly by correcting the prior."""
    inside = samplers_in(method.classifier) if method.classifier is not None else []
    return all(
        shifts_prior_only(sampler) for sampler in [method.sampler, *inside] if sampler is not None
    )


def recalibrate(calibrate: str, learner: Any, known: Any, y: np.ndarray, table: Any) -> np.ndarray:
    """Probabilities of the rows of a table, by a map learned from rows kept out."""
    calibrator = new_calibrator(calibrate)
    calibrator.fit(scores_of(learner, known, calibrator), y)
    return np.asarray(calibrator.predict(scores_of(learner, table, calibrator)))
