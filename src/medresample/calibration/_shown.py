"""What prior did the learner see? The weight of each class among the rows that reached its fit.

A pipeline may resample, carry weights and resample again; what counts is what comes out at its end.
So the learner there is watched while it is fitted, whoever wrote the samplers before it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.utils import get_tags
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.metadata_routing import get_routing_for_object

from .._core.groups import check_weights
from .._core.prior_shift import shifts_prior_only
from .._core.targets import Target, read_target
from ..exceptions import ApproximateCorrectionWarning, SamplerInputError

# Ensembles that balance the rows of each member, and whose numbers are no risks at any prior.
BALANCING = ("medresample.ensemble.", "imblearn.ensemble.")
REMEDY = (
    "Put PriorCorrectedClassifier around the pipeline with the sampler, give prior_train=, or "
    "recalibrate with ResampledClassifier(None, estimator, calibrate='logistic')."
)


@dataclass(frozen=True)
class Shown:
    """Classes that a learner was shown, and the sum of the weights of each."""

    classes: np.ndarray
    mass: np.ndarray

    def prior(self, classes: np.ndarray) -> np.ndarray:
        """Shares of these classes, which are to be those shown."""
        if self.classes.tolist() != classes.tolist():
            missing = sorted(set(classes.tolist()) ^ set(self.classes.tolist()), key=str)
            raise SamplerInputError(
                f"The learner was not shown the classes that were given: {missing[0]!r} was on one "
                "side only. A prior can not be corrected for a class as a whole."
            )
        return self.mass / self.mass.sum()


class Watched(BaseEstimator):
    """Stands in a learner's place while that is fitted, and notes what it was shown."""

    def __init__(self, learner: Any) -> None:
        self.learner = learner

    def fit(self, X: Any, y: Any, **params: Any) -> Any:
        """Fit the learner on what came through the pipeline."""
        self.shown_ = _shown(self.learner, y, params.get("sample_weight"))
        self.learner.fit(X, y, **params)
        return self

    def get_metadata_routing(self) -> Any:
        """Ask for what the learner asks for."""
        return get_routing_for_object(self.learner)

    def __sklearn_tags__(self) -> Any:
        return get_tags(self.learner)


def fit_watched(estimator: Any, X: Any, y: Any, params: dict[str, Any]) -> Shown:
    """Fit an estimator, and tell what the learner at its end was shown.

    Raises
    ------
    SamplerInputError
        When the learner resamples or weights inside itself, where nobody can count.
    """
    pipeline, learner = _end_of(estimator)
    _refuse_hidden(learner)
    watched = Watched(learner)
    if pipeline is None:
        watched.fit(X, y, **params)
        return watched.shown_
    name = pipeline.steps[-1][0]
    pipeline.steps[-1] = (name, watched)
    try:
        estimator.fit(X, y, **params)
    finally:
        pipeline.steps[-1] = (name, learner)
    return watched.shown_


def samplers_in(estimator: Any) -> list[Any]:
    """Samplers among the steps of a pipeline, at any depth."""
    found = _steps_of(estimator)
    return [step for step in found if hasattr(step, "fit_resample") and not hasattr(step, "steps")]


def learner_address(estimator: Any) -> str:
    """What stands before the name of a parameter of the learner at the end of a pipeline."""
    steps = getattr(estimator, "steps", None)
    return f"{steps[-1][0]}__{learner_address(steps[-1][1])}" if steps else ""


def warn_if_approximate(samplers: list[Any], stacklevel: int) -> None:
    """Warn of samplers that do more than to shift the prior."""
    others = [type(one).__name__ for one in samplers if not shifts_prior_only(one)]
    if others:
        warnings.warn(
            f"More than the prior was changed: {', '.join(dict.fromkeys(others))} changes how the "
            "rows of a class are spread, and correcting the prior undoes a part of what that did "
            "to the risks. Recalibrate on rows that were not resampled: "
            "ResampledClassifier(sampler, estimator, calibrate='logistic').",
            ApproximateCorrectionWarning,
            stacklevel=stacklevel + 1,
        )


def _steps_of(estimator: Any) -> Iterator[Any]:
    for _, step in getattr(estimator, "steps", ()):
        yield step
        yield from _steps_of(step)


def _end_of(estimator: Any) -> tuple[Any, Any]:
    """Give the innermost pipeline, None where there is none, and the learner at its end."""
    pipeline, learner = None, estimator
    while not isinstance(learner, FrozenEstimator) and getattr(learner, "steps", None):
        pipeline, learner = learner, learner.steps[-1][1]
    return pipeline, learner


def _refuse_hidden(learner: Any) -> None:
    name = type(learner).__name__
    if isinstance(learner, CalibratedClassifierCV):
        return  # its folds bring the risks back to the prior of the rows it is given
    if isinstance(learner, FrozenEstimator):
        raise SamplerInputError(
            f"{name} was fitted before, so that nobody can count what it was shown: give "
            "prior_train=, such as the plan_.counts['after'] of its sampler."
        )
    if f"{type(learner).__module__}.".startswith(BALANCING):
        raise SamplerInputError(
            f"{name} balances inside itself, and its numbers are no risks at any one prior. "
            "Recalibrate: ResampledClassifier(None, estimator, calibrate='logistic')."
        )
    for parameter, value in learner.get_params(deep=True).items():
        if hasattr(value, "fit_resample"):
            what = f"holds a sampler ({parameter}={type(value).__name__}())"
        elif parameter.endswith("__class_weight") and value is not None:
            what = f"holds weights ({parameter}={value!r})"
        else:
            continue
        raise SamplerInputError(
            f"{name} {what}, whose effect can not be counted from outside. {REMEDY}"
        )


def _shown(learner: Any, y: Any, sample_weight: Any) -> Shown:
    target = read_target(y)
    rows = target.counts().astype(np.float64)
    told = getattr(learner, "priors", None)  # of naive Bayes and discriminant analysis
    if told is not None:
        return Shown(target.classes, np.asarray(told, dtype=np.float64))
    weights = check_weights(sample_weight, len(target.codes))
    mass = rows if weights is None else np.bincount(target.codes, weights, minlength=len(rows))
    if not (mass > 0).all():
        raise SamplerInputError(
            f"All rows of class {target.class_name(int(np.argmin(mass)))} that the learner was "
            "shown have zero sample_weight."
        )
    return Shown(target.classes, mass * _class_weights(learner, target, rows, mass))


def _class_weights(
    learner: Any, target: Target, rows: np.ndarray, mass: np.ndarray
) -> np.ndarray | float:
    """Weights that the learner itself gives to the classes."""
    given = getattr(learner, "class_weight", None)
    if given is None:
        factor = getattr(learner, "scale_pos_weight", None)  # of gradient boosting
        return 1.0 if factor is None or len(rows) != 2 else np.array([1.0, float(factor)])
    if not isinstance(given, str):
        labels = target.labels
        return np.asarray(compute_class_weight(given, classes=target.classes, y=labels), float)
    if not np.allclose(mass / rows, mass.sum() / rows.sum(), rtol=1e-6):
        raise SamplerInputError(
            f"{type(learner).__name__} has class_weight={given!r} and was given sample_weight as "
            "well; whether the one counts the other differs between learners. Write the weights "
            "out as a dict, or give prior_train=."
        )
    return 1 / rows
