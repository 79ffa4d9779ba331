"""One job of a comparison: one method on one split, for every estimator."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import has_fit_parameter
from threadpoolctl import threadpool_limits

from medresample.compare._input import Data
from medresample.compare._methods import Method
from medresample.compare._recording import record_warnings
from medresample.compare._routes import Route, seeded_clone
from medresample.compare._seeds import branches, state
from medresample.compare._splits import RepeatedStratifiedGroupKFold, Split
from medresample.compare._thresholds import ThresholdRule, best_threshold
from medresample.exceptions import MixedGroupsWarning

INNER_FOLDS = 5


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

    def fail(self, error: Exception) -> None:
        """Turn into a failure: no risks, and the exception's own words."""
        self.risk = None
        self.status = "unavailable" if isinstance(error, Unavailable) else "failed"
        text = " ".join(str(error).split())
        self.error = text if isinstance(error, Unavailable) else f"{type(error).__name__}: {text}"


@dataclass(frozen=True)
class Prepared:
    """A training fold after preprocessing and sampling, ready for any number of classifiers."""

    before: Any
    X: Any
    y: np.ndarray
    counts: dict[str, float]
    seconds: float


@dataclass(frozen=True)
class Job:
    """One method on one split; the seed belongs to the split, so every method has the same."""

    method: Method
    split: Split
    seed: np.random.SeedSequence


@dataclass(frozen=True)
class JobResult:
    """Outcomes by estimator, and the warnings that came up on the way."""

    outcomes: dict[str, Outcome]
    warnings: str


def run_job(job: Job, routes: tuple[Route, ...], rule: ThresholdRule, data: Data) -> JobResult:
    """Fit and predict one method on one split: a pure function of its arguments."""
    with threadpool_limits(limits=1), record_warnings() as log:
        streams = branches(job.seed, 2)
        outcomes = fit_predict(
            job.method, routes, data, job.split.train, job.split.test, streams[0]
        )
        wanted = tuned_rule(job.method, rule)
        if wanted.tuned:
            _tune(job, routes, wanted, data, streams[1], outcomes)
        else:
            for outcome in outcomes.values():
                outcome.threshold = float(wanted.fixed or 0.5)
    # Rows made here are never split again, so that one warning has nothing to warn of.
    said = [text for text in log if not text.startswith(MixedGroupsWarning.__name__)]
    return JobResult(outcomes, " | ".join(dict.fromkeys(said)))


def tuned_rule(method: Method, rule: ThresholdRule) -> ThresholdRule:
    """The rule of the comparison; a method with a tuned threshold tunes in any case."""
    return rule if rule.tuned or not method.tuned else ThresholdRule(fixed=None)


def fit_predict(
    method: Method,
    routes: tuple[Route, ...],
    data: Data,
    train: np.ndarray,
    test: np.ndarray,
    stream: np.random.SeedSequence,
) -> dict[str, Outcome]:
    """Risks of the test rows from models of the (resampled) training rows, per estimator."""
    seed = state(stream)
    shared: dict[str, Prepared | Exception] = {}
    outcomes = {}
    for unseeded in routes:
        outcome = outcomes[unseeded.name] = Outcome()
        key = unseeded.name if unseeded.own else ""
        try:
            route = unseeded.seeded(seed)
            if key not in shared:
                shared[key] = _attempt(prepare, method, route, data, train, seed)
            prepared = shared[key]
            if isinstance(prepared, Exception):
                raise prepared
            outcome.counts, outcome.seconds["resample"] = prepared.counts, prepared.seconds
            _learn_and_predict(method, route, prepared, data, test, outcome)
        except Exception as error:
            outcome.fail(error)
    return outcomes


def _attempt(work: Callable[..., Prepared], *args: Any) -> Prepared | Exception:
    try:
        return work(*args)
    except Exception as error:
        return error


def prepare(method: Method, route: Route, data: Data, train: np.ndarray, seed: int) -> Prepared:
    """Preprocess and resample a training fold; nothing else of the data is looked at."""
    X, y = data.rows(train, raw=route.own), data.y[train]
    if route.before is not None:
        X = route.before.fit_transform(X, y)
    before = _class_counts(y, data.labels)
    if method.sampler is None:
        return Prepared(route.before, X, y, _counts(before, before, 0), 0.0)
    sampler = seeded_clone(method.sampler, seed)
    start = time.perf_counter()
    if data.groups is not None and "groups" in inspect.signature(sampler.fit_resample).parameters:
        X_new, y_new = sampler.fit_resample(X, y, groups=data.groups[train])
    else:
        X_new, y_new = sampler.fit_resample(X, y)
    seconds = time.perf_counter() - start
    after = _class_counts(np.asarray(y_new), data.labels)
    made = _rows_made(sampler, before, after)
    return Prepared(route.before, X_new, np.asarray(y_new), _counts(before, after, made), seconds)


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


def _learn_and_predict(
    method: Method,
    route: Route,
    prepared: Prepared,
    data: Data,
    test: np.ndarray,
    outcome: Outcome,
) -> None:
    start = time.perf_counter()
    X = prepared.X
    if route.after is not None:
        X = route.after.fit_transform(X, prepared.y)
    fit_params = _weighting(route.learner, prepared.y) if method.weighted else {}
    route.learner.fit(X, prepared.y, **fit_params)
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


def _tune(
    job: Job,
    routes: tuple[Route, ...],
    rule: ThresholdRule,
    data: Data,
    stream: np.random.SeedSequence,
    outcomes: dict[str, Outcome],
) -> None:
    """Choose thresholds from out-of-fold risks of the training rows alone."""
    train = job.split.train
    risks = {route.name: np.full(len(train), np.nan) for route in routes}
    routes = tuple(route for route in routes if outcomes[route.name].status == "ok")
    try:
        pairs = inner_splits(data.positive[train], _groups_of(data, train), stream)
    except ValueError as error:
        for route in routes:
            outcomes[route.name].fail(error)
        return
    for (inner_train, inner_test), inner in zip(pairs, branches(stream, len(pairs)), strict=True):
        parts = fit_predict(job.method, routes, data, train[inner_train], train[inner_test], inner)
        for name, part in parts.items():
            if part.status != "ok":
                outcomes[name].fail(RuntimeError(f"while tuning the threshold, {part.error}"))
            else:
                risks[name][inner_test] = part.risk
                outcomes[name].seconds["fit"] += sum(part.seconds.values())
    for route in routes:
        outcome = outcomes[route.name]
        if outcome.status == "ok":
            outcome.threshold = best_threshold(rule, data.positive[train], risks[route.name])


def _groups_of(data: Data, rows: np.ndarray) -> np.ndarray | None:
    return None if data.groups is None else data.groups[rows]


def inner_splits(
    positive: np.ndarray, groups: np.ndarray | None, stream: np.random.SeedSequence
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Folds inside a training part, patients kept whole, each with both classes."""
    units = [
        len(np.unique(groups[which])) if groups is not None else int(which.sum())
        for which in (positive, ~positive)
    ]
    k = min(INNER_FOLDS, *units)
    if k < 2:
        raise ValueError("tuning a threshold needs two cases (or patients) of each class to train")
    rows = np.zeros((len(positive), 1))
    if groups is None:
        folds = StratifiedKFold(n_splits=k, shuffle=True, random_state=state(stream))
        return list(folds.split(rows, positive))
    grouped = RepeatedStratifiedGroupKFold(n_splits=k, n_repeats=1, random_state=state(stream))
    return list(grouped.split(rows, positive, groups))
