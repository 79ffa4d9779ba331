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

from medresample.compare._calibrating import (
    PRIOR,
    Unavailable,
    at_prior,
    fit_learner,
    recalibrate,
)
from medresample.compare._input import Data
from medresample.compare._methods import Method
from medresample.compare._routes import Route, seeded_clone


@dataclass(frozen=True)
class Part:
    """Rows of a table to learn from, and rows of it, or of another one, to tell the risks of.

    ``held`` are kept out of learning, to calibrate on.
    """

    data: Data
    train: np.ndarray
    test: np.ndarray
    held: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    outside: Data | None = None  # where the test rows are, if not in the same table

    def some(self, rows: np.ndarray, raw: bool) -> Any:
        """Rows of the table learned from."""
        return self.data.rows(rows, raw=raw)

    def unseen(self, raw: bool) -> Any:
        """The rows to tell the risks of."""
        return (self.outside or self.data).rows(self.test, raw=raw)


@dataclass
class Outcome:
    """What one estimator made of one part: risks of its test rows.

    ``risk`` is that of the positive one of two classes, shape (n,), or has a column for each of
    more. ``recalibrated`` is the same after calibration, if that was asked for.
    """

    risk: np.ndarray | None = None
    status: str = "ok"
    error: str = ""
    threshold: float = np.nan
    counts: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    recalibrated: Outcome | None = None

    @property
    def both(self) -> list[Outcome]:
        """As it is and, if asked for, recalibrated."""
        return [self] if self.recalibrated is None else [self, self.recalibrated]

    def copy(self) -> Outcome:
        """The same once more, to be changed on its own."""
        other = None if self.recalibrated is None else self.recalibrated.copy()
        return replace(
            self, counts=dict(self.counts), seconds=dict(self.seconds), recalibrated=other
        )

    def fail(self, error: Exception) -> None:
        """Turn into a failure: no risks, and the exception's own words."""
        if self.recalibrated is not None:
            self.recalibrated.fail(error)
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

    def natural(self, labels: tuple[Any, ...], classes: np.ndarray) -> np.ndarray:
        """Rows of each class before resampling, in the order of a learner's classes."""
        names = dict(zip(labels, class_names(labels), strict=True))
        return np.array([self.counts[f"n_before_{names[label]}"] for label in classes.tolist()])


def prepare(method: Method, route: Route, part: Part, seed: int) -> Prepared:
    """Preprocess and resample a training fold; nothing else of the data is looked at."""
    data = part.data
    X, y = part.some(part.train, route.own), data.y[part.train]
    if route.before is not None:
        X = route.before.fit_transform(X, y)
    before = _class_counts(y, data.labels)
    groups = None if data.groups is None else data.groups[part.train]
    if method.sampler is None:
        counts = _counts(before, before, 0, data.labels)
        return Prepared(route.before, X, y, counts, 0.0, groups)
    sampler = seeded_clone(method.sampler, seed)
    start = time.perf_counter()
    if groups is not None and _names_groups(sampler.fit_resample):
        X_new, y_new = sampler.fit_resample(X, y, groups=groups)
    else:
        X_new, y_new = sampler.fit_resample(X, y)
    seconds = time.perf_counter() - start
    after = _class_counts(np.asarray(y_new), data.labels)
    made = _rows_made(sampler, before, after)
    counts = _counts(before, after, made, data.labels)
    return Prepared(route.before, X_new, np.asarray(y_new), counts, seconds)


def _names_groups(function: Callable[..., Any]) -> bool:
    return "groups" in inspect.signature(function).parameters


def _class_counts(y: np.ndarray, labels: tuple[Any, ...]) -> list[int]:
    return [int((y == label).sum()) for label in labels]


def _rows_made(sampler: Any, before: list[int], after: list[int]) -> int:
    plan = getattr(sampler, "plan_", None)
    if plan is not None:
        return int(plan.n_made)
    return sum(max(0, new - old) for old, new in zip(before, after, strict=True))


def _counts(
    before: list[int], after: list[int], made: int, labels: tuple[Any, ...]
) -> dict[str, float]:
    names = class_names(labels)
    return {
        **{f"n_before_{name}": n for name, n in zip(names, before, strict=True)},
        **{f"n_after_{name}": n for name, n in zip(names, after, strict=True)},
        "rows_made": made,
        "rows_dropped": sum(before) + made - sum(after),
    }


def class_names(labels: tuple[Any, ...]) -> list[str]:
    """What classes are called in the names of columns."""
    return ["negative", "positive"] if len(labels) == 2 else [str(label) for label in labels]


def count_names(labels: tuple[Any, ...]) -> list[str]:
    """Names of the counts of an outcome."""
    nothing = [0] * len(labels)
    return list(_counts(nothing, nothing, 0, labels))


@dataclass(frozen=True)
class Fitted:
    """A learner and the steps before it, fitted, for rows of a table as given."""

    before: Any
    after: Any
    learner: Any
    labels: tuple[Any, ...]

    def prepared(self, X: Any) -> Any:
        """Rows as the learner knows them."""
        for stage in (self.before, self.after):
            if stage is not None:
                X = stage.transform(X)
        return X

    def columns(self) -> list[int]:
        """The columns of the learner's probabilities, in the order of the labels."""
        known = list(self.learner.classes_)
        missing = [label for label in self.labels if label not in known]
        if missing:
            raise ValueError(
                f"class {missing[0]!r} was not among the rows that the classifier was fitted on."
            )
        return [known.index(label) for label in self.labels]

    def risk(self, risks: np.ndarray) -> np.ndarray:
        """The risk of the positive one of two classes, or those of all of more."""
        columns = self.columns()
        wanted: Any = columns[1] if len(columns) == 2 else columns
        # Contiguous, as it is after a trip between processes: sums of strided numbers can differ
        # in their last bit.
        risk = np.ascontiguousarray(risks[:, wanted], dtype=np.float64)
        if not np.isfinite(risk).all():
            raise ValueError("the predicted risks hold missing or infinite values.")
        return risk


def learn_and_predict(
    method: Method,
    route: Route,
    prepared: Prepared,
    part: Part,
    outcome: Outcome,
    calibrate: str | None = None,
) -> None:
    """Fit the learner of a route on a prepared fold, and write risks and seconds into `outcome`."""
    start = time.perf_counter()
    X = prepared.X
    if route.after is not None:
        X = route.after.fit_transform(X, prepared.y)
    params = _fit_params(method, route.learner, prepared)
    shown = fit_learner(route.learner, X, prepared.y, params, calibrate)
    outcome.seconds["fit"] = time.perf_counter() - start
    start = time.perf_counter()
    fitted = Fitted(prepared.before, route.after, route.learner, part.data.labels)
    table = fitted.prepared(part.unseen(route.own))
    risks = route.learner.predict_proba(table)
    outcome.risk = fitted.risk(risks)
    outcome.seconds["predict"] = time.perf_counter() - start
    if calibrate is None:
        return
    outcome.recalibrated = again = outcome.copy()
    start = time.perf_counter()
    try:
        if calibrate == PRIOR:
            natural = prepared.natural(part.data.labels, route.learner.classes_)
            risks = at_prior(method, route.learner, risks, shown, natural)
        else:
            known = fitted.prepared(part.some(part.held, route.own))
            risks = recalibrate(calibrate, route.learner, known, part.data.y[part.held], table)
        again.risk = fitted.risk(risks)
        again.seconds["fit"] += time.perf_counter() - start
    except Exception as error:  # the risks as they are stand, whatever becomes of these
        again.fail(error)


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
