"""How is a part of the rows learned from? Resampled, if asked for, then fitted, weights along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import has_fit_parameter

from .._compat import routing_enabled
from .._core.base import BaseSampler
from .._core.randomness import seeded
from .._core.table import take_rows
from ..combine._steps import plan_of
from ..exceptions import SamplerInputError
from ._shown import Shown, fit_watched, learner_address


@dataclass(frozen=True)
class Given:
    """A table with its labels, weights and patients."""

    X: Any
    y: np.ndarray
    weights: np.ndarray | None
    groups: np.ndarray | None

    def some(self, rows: np.ndarray) -> Given:
        """Give some of the rows, in the same containers."""
        weights = None if self.weights is None else self.weights[rows]
        groups = None if self.groups is None else self.groups[rows]
        return Given(take_rows(self.X, rows, renumber=False), self.y[rows], weights, groups)


@dataclass(frozen=True)
class Fitted:
    """A sampler and an estimator after they were fitted, and what the learner was shown."""

    sampler: Any
    estimator: Any
    shown: Shown | None


def fit_part(
    sampler: Any, estimator: Any, given: Given, rng: np.random.Generator, *, watch: bool
) -> Fitted:
    """Fit clones on a part of the rows; those without a `random_state` draw from the generator."""
    estimator, resampler = seeded(estimator, rng), None
    X, y, weights = given.X, given.y, given.weights
    if sampler is not None:
        resampler = seeded(sampler, rng)
        X, y, weights = _resampled(resampler, given)
    params = _weight_params(estimator, weights)
    if watch:
        return Fitted(resampler, estimator, fit_watched(estimator, X, y, params))
    estimator.fit(X, y, **params)
    return Fitted(resampler, estimator, None)


def _resampled(sampler: Any, given: Given) -> tuple[Any, Any, np.ndarray | None]:
    X, y, weights = given.X, given.y, given.weights
    if isinstance(sampler, BaseSampler):
        X_new, y_new = sampler.fit_resample(X, y, sample_weight=weights, groups=given.groups)
        return X_new, y_new, None if weights is None else sampler.sample_weight_
    if weights is None:
        return (*sampler.fit_resample(X, y), None)
    plan = plan_of(sampler, X, y, None, weights)
    return plan.apply(X), plan.labels, plan.carry(weights)


def _weight_params(estimator: Any, weights: np.ndarray | None) -> dict[str, Any]:
    """Name the weights as the estimator's `fit` takes them."""
    if weights is None:
        return {}
    steps = getattr(estimator, "steps", None)
    if steps and routing_enabled():
        return {"sample_weight": weights}
    learner = estimator
    while getattr(learner, "steps", None):
        learner = learner.steps[-1][1]
    if not has_fit_parameter(learner, "sample_weight"):
        raise SamplerInputError(
            f"{type(learner).__name__} takes no sample_weight: fit without, or use an estimator "
            "that does."
        )
    return {f"{learner_address(estimator)}sample_weight": weights}
