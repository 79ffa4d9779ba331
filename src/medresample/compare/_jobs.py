"""One job of a comparison: one method on one split, for every estimator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from medresample.compare._input import Data
from medresample.compare._learning import Outcome, Part, Prepared, learn_and_predict, prepare
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
    """One method on one split; the seed belongs to the split, so every method has the same.

    An ``external`` job trains on the whole table; its test rows are those of the external test set.
    """

    method: Method
    split: Split
    seed: np.random.SeedSequence
    external: bool = False


@dataclass(frozen=True)
class JobResult:
    """Outcomes by estimator, and the warnings that came up on the way."""

    outcomes: dict[str, Outcome]
    warnings: str


@dataclass(frozen=True)
class Manner:
    """What is the same for all jobs: estimators, threshold rule, and how risks are recalibrated."""

    routes: tuple[Route, ...]
    rule: ThresholdRule
    calibrate: str | None = None

    def calibrates(self, method: Method) -> str | None:
        """How the risks of a method are recalibrated; a tuned threshold has none of its own."""
        return None if method.tuned else self.calibrate


def run_job(job: Job, manner: Manner, data: Data, outside: Data | None = None) -> JobResult:
    """Fit and predict one method on one split: a pure function of its arguments.

    ``outside`` is the external test set, for the jobs that test there.
    """
    split = job.split
    part = Part(data, split.fitted, split.test, split.held, outside if job.external else None)
    with threadpool_limits(limits=1), record_warnings() as log:
        streams = branches(job.seed, 2)
        outcomes = fit_predict(job.method, manner, part, streams[0])
        wanted = tuned_rule(job.method, manner.rule)
        if wanted.tuned:
            _tune(job, replace(manner, rule=wanted), data, streams[1], outcomes)
        elif len(data.labels) == 2:
            for outcome in outcomes.values():
                for one in outcome.both:
                    one.threshold = float(wanted.fixed or 0.5)
    # Rows made here are never split again, so that one warning has nothing to warn of.
    said = [text for text in log if not text.startswith(MixedGroupsWarning.__name__)]
    return JobResult(outcomes, " | ".join(dict.fromkeys(said)))


def tuned_rule(method: Method, rule: ThresholdRule) -> ThresholdRule:
    """The rule of the comparison; a method with a tuned threshold tunes in any case."""
    return rule if rule.tuned or not method.tuned else ThresholdRule(fixed=None)


def fit_predict(
    method: Method, manner: Manner, part: Part, stream: np.random.SeedSequence
) -> dict[str, Outcome]:
    """Risks of the test rows from models of the (resampled) training rows, per estimator."""
    seed = state(stream)
    if method.classifier is not None:
        return _in_place_of_estimators(method, manner, part, seed)
    shared: dict[str, Prepared | Exception] = {}
    outcomes = {}
    for unseeded in manner.routes:
        outcome = outcomes[unseeded.name] = Outcome()
        key = unseeded.name if unseeded.own else ""
        try:
            route = unseeded.seeded(seed)
            if key not in shared:
                shared[key] = _attempt(prepare, method, route, part, seed)
            prepared = shared[key]
            if isinstance(prepared, Exception):
                raise prepared
            _learn(method, route, prepared, part, outcome, manner)
        except Exception as error:
            outcome.fail(error)
        _fail_alike(outcome, manner.calibrates(method))
    return outcomes


def _learn(
    method: Method, route: Route, prepared: Prepared, part: Part, outcome: Outcome, manner: Manner
) -> None:
    outcome.counts, outcome.seconds["resample"] = prepared.counts, prepared.seconds
    learn_and_predict(method, route, prepared, part, outcome, manner.calibrates(method))


def _fail_alike(outcome: Outcome, calibrate: str | None) -> None:
    """What failed before it could be recalibrated failed twice."""
    if calibrate is not None and outcome.recalibrated is None:
        outcome.recalibrated = outcome.copy()


def _attempt(work: Callable[..., Prepared], *args: Any) -> Prepared | Exception:
    try:
        return work(*args)
    except Exception as error:
        return error


def _in_place_of_estimators(
    method: Method, manner: Manner, part: Part, seed: int
) -> dict[str, Outcome]:
    """Risks of a classifier of its own, fitted once for all estimators with one preprocessing."""
    shared: dict[str, Outcome] = {}
    outcomes = {}
    for estimators in manner.routes:
        unseeded = estimators.led_by(method.classifier)
        if unseeded.preparation not in shared:
            outcome = shared[unseeded.preparation] = Outcome()
            try:
                route = unseeded.seeded(seed)
                _learn(method, route, prepare(method, route, part, seed), part, outcome, manner)
            except Exception as error:
                outcome.fail(error)
            _fail_alike(outcome, manner.calibrates(method))
        outcomes[estimators.name] = shared[unseeded.preparation].copy()
    return outcomes


def _tune(
    job: Job,
    manner: Manner,
    data: Data,
    stream: np.random.SeedSequence,
    outcomes: dict[str, Outcome],
) -> None:
    """Choose thresholds from out-of-fold risks of the training rows alone.

    Rows that are held for calibration are so in every inner fold that trains on others; as out of
    fold rows they count like all.
    """
    train, held = job.split.train, job.split.held
    positive = data.positive[train]
    routes = tuple(route for route in manner.routes if outcomes[route.name].status == "ok")
    risks = {
        (route.name, place): np.full(len(train), np.nan)
        for route in routes
        for place in range(len(outcomes[route.name].both))
    }
    try:
        pairs = inner_splits(positive, _groups_of(data, train), stream)
    except ValueError as error:
        for route in routes:
            outcomes[route.name].fail(error)
        return
    for (inner_train, inner_test), inner in zip(pairs, branches(stream, len(pairs)), strict=True):
        rows = train[inner_train]
        calibrating = np.isin(rows, held)
        part = Part(data, rows[~calibrating], train[inner_test], rows[calibrating])
        found = fit_predict(job.method, replace(manner, routes=routes), part, inner)
        for name, inside in found.items():
            for place, (one, mine) in enumerate(zip(inside.both, outcomes[name].both, strict=True)):
                if mine.status != "ok":
                    continue
                if one.status != "ok":
                    mine.fail(RuntimeError(f"while tuning the threshold, {one.error}"))
                    continue
                risks[name, place][inner_test] = one.risk
                mine.seconds["fit"] += sum(one.seconds.values())
    for (name, place), risk in risks.items():
        outcome = outcomes[name].both[place]
        if outcome.status == "ok":
            outcome.threshold = best_threshold(manner.rule, positive, risk)


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
