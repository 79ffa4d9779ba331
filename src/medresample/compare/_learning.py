"""What does one method make of a training fold? Prepared rows, a model, risks of test rows."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import has_fit_parameter

from medresample.compare._input import Data
from medresample.compare._methods import Method
from medresample.compare._routes import Route, seeded_clone


class Unavailable(Exception):
    """A control that an estimator can not do."""


@dataclass
class Outcome:
    """What one estimator made of one training and test part."""

    risk: np.ndarray | None = None
    status: str = "ok"
    error: str = ""
    threshold: float = np.nan
    counts: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def copy(self) -> Outcome:
        """The same once more, to be changed on its own."""
        return replace(self, counts=dict(self.counts), seconds=dict(self.seconds))

    def fail(self, error: Exception) -> None:
        """Turn into a failure: no risks, and the exception's own words."""
        self.risk = None
        self.status = "unavailable" if isinstance(error, Unavailable) else "failed"
        text = " ".join(str(error).split())
        self.error = text if isinstance(error, Unavailable) else f"{type(error).__name__}: {text}"


@dataclass(frozen=True)
class Prepared:
    """A training fold after preprocessing and sampling, ready for any number of classifiers.

    ``groups`` are the patients of its rows, unless these were resampled.
    """

    before: Any
    X: Any
    y: np.ndarray
    counts: dict[str, float]
    seconds: float
    groups: np.ndarray | None = None


def prepare(method: Method, route: Route, data: Data, train: np.ndarray, seed: int) -> Prepared:
    """Preprocess and resample a training fold; nothing else of the data is looked at."""
    X, y = data.rows(train, raw=route.own), data.y[train]
    if route.before is not None:
        X = route.before.fit_transform(X, y)
    before = _class_counts(y, data.labels)
    groups = None if data.groups is None else data.groups[train]
    if method.sampler is None:
        return Prepared(route.before, X, y, _counts(before, before, 0), 0.0, groups)
    sampler = seeded_clone(method.sampler, seed)
    start = time.perf_counter()
    if groups is not None and _names_groups(sampler.fit_resample):
        X_new, y_new = sampler.fit_resample(X, y, groups=groups)
    else:
        X_new, y_new = sampler.fit_resample(X, y)
    seconds = time.perf_counter() - start
    after = _class_counts(np.asarray(y_new), data.labels)
    made = _rows_made(sampler, before, after)
    return Prepared(route.before, X_new, np.asarray(y_new), _counts(before, after, made), seconds)


def _names_groups(function: Callable[..., Any]) -> bool:
    return "groups" in inspect.signature(function).parameters


def _class_counts(y: np.ndarray, labels: tuple[Any, Any]) -> tuple[int, int]:
    return int((y == labels[0]).sum()), int((y == labels[1]).sum())


def _rows_made(sampler: Any, before: tuple[int, int], after: tuple[int, int]) -> int:
    plan = getattr(sampler, "plan_", None)
    if plan is not None:
        return int(plan.n_made)
    return sum(max(0, new - old) for old, new in zip(before, after, strict=True))


def _counts(before: tuple[int, int], after: tuple[int, int], made: int) -> dict[str, float]:
    return {
        "n_before_negative": before[0],
        "n_before_positive": before[1],
        "n_after_negative": after[0],
        "n_after_positive": after[1],
        "rows_made": made,
        "rows_dropped": sum(before) + made - sum(after),
    }


def learn_and_predict(
    method: Method,
    route: Route,
    prepared: Prepared,
    data: Data,
    test: np.ndarray,
    outcome: Outcome,
) -> None:
    """Fit the learner of a route on a prepared fold, and write risks and seconds into `outcome`."""
    start = time.perf_counter()
    X = prepared.X
    if route.after is not None:
        X = route.after.fit_transform(X, prepared.y)
    route.learner.fit(X, prepared.y, **_fit_params(method, route.learner, prepared))
    outcome.seconds["fit"] = time.perf_counter() - start
    start = time.perf_counter()
    X_test = data.rows(test, raw=route.own)
    for stage in (prepared.before, route.after):
        if stage is not None:
            X_test = stage.transform(X_test)
    risks = route.learner.predict_proba(X_test)
    classes = list(route.learner.classes_)
    risk = risks[:, classes.index(data.labels[1])]
    # Contiguous, as it is after a trip between processes: sums of strided numbers can differ in
    # their last bit.
    outcome.risk = np.ascontiguousarray(risk, dtype=np.float64)
    outcome.seconds["predict"] = time.perf_counter() - start
    if not np.isfinite(outcome.risk).all():
        raise ValueError("the predicted risks hold missing or infinite values.")


def _fit_params(method: Method, learner: Any, prepared: Prepared) -> dict[str, np.ndarray]:
    """What a learner is given beside table and labels: weights, or the patients if it asks."""
    if method.weighted:
        return _weighting(learner, prepared.y)
    if method.classifier is None or prepared.groups is None:
        return {}
    last, asked = "", learner
    if isinstance(learner, Pipeline):  # its last step may ask
        last, asked = learner.steps[-1]
    if not _names_groups(asked.fit):
        return {}
    return {f"{last}__groups" if last else "groups": prepared.groups}


def _weighting(learner: Any, y: np.ndarray) -> dict[str, np.ndarray]:
    """Balance by ``class_weight`` if the estimator has it, else by weights of the rows."""
    if "class_weight" in learner.get_params(deep=False):
        learner.set_params(class_weight="balanced")
        return {}
    if has_fit_parameter(learner, "sample_weight"):
        return {"sample_weight": compute_sample_weight("balanced", y)}
    raise Unavailable(
        f"{type(learner).__name__} takes neither class_weight nor sample_weight: "
        "this control is not available for it."
    )
