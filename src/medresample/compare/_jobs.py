"""One job of a comparison: one method on one split, for every estimator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from medresample.compare._input import Data
from medresample.compare._learning import Outcome, Prepared, learn_and_predict, prepare
from medresample.compare._methods import Method
from medresample.compare._recording import record_warnings
from medresample.compare._routes import Route
from medresample.compare._seeds import branches, state
from medresample.compare._splits import RepeatedStratifiedGroupKFold, Split
from medresample.compare._thresholds import ThresholdRule, best_threshold
from medresample.exceptions import MixedGroupsWarning

INNER_FOLDS = 5


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
    if method.classifier is not None:
        return _in_place_of_estimators(method, routes, data, train, test, seed)
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
            learn_and_predict(method, route, prepared, data, test, outcome)
        except Exception as error:
            outcome.fail(error)
    return outcomes


def _attempt(work: Callable[..., Prepared], *args: Any) -> Prepared | Exception:
    try:
        return work(*args)
    except Exception as error:
        return error


def _in_place_of_estimators(
    method: Method,
    routes: tuple[Route, ...],
    data: Data,
    train: np.ndarray,
    test: np.ndarray,
    seed: int,
) -> dict[str, Outcome]:
    """Risks of a classifier of its own, fitted once for all estimators with one preprocessing."""
    shared: dict[str, Outcome] = {}
    outcomes = {}
    for estimators in routes:
        unseeded = estimators.led_by(method.classifier)
        if unseeded.preparation not in shared:
            outcome = shared[unseeded.preparation] = Outcome()
            try:
                route = unseeded.seeded(seed)
                prepared = prepare(method, route, data, train, seed)
                outcome.counts, outcome.seconds["resample"] = prepared.counts, prepared.seconds
                learn_and_predict(method, route, prepared, data, test, outcome)
            except Exception as error:
                outcome.fail(error)
        outcomes[estimators.name] = shared[unseeded.preparation].copy()
    return outcomes


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
