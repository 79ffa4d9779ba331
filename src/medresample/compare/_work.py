"""What is there to do? The input of a comparison, checked, as one flat list of jobs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare import _splits
from medresample.compare._calibrating import check_calibrate, rows_to_hold, warn_of_few
from medresample.compare._external import check_external, share_seen
from medresample.compare._input import Data, check_data, row_ids
from medresample.compare._jobs import Job, Manner
from medresample.compare._methods import Method, check_methods, lines_of
from medresample.compare._routes import Route, check_routes
from medresample.compare._scoring import PRESET, Score, check_ropes, check_scoring
from medresample.compare._seeds import branches
from medresample.compare._splits import Split, make_splits
from medresample.compare._thresholds import ThresholdRule, check_threshold, refuse_many_classes


@dataclass(frozen=True)
class Work:
    """All that a comparison does, before anything of it is done.

    ``jobs`` are sorted by split, then method, those of the external test set last; ``repeated`` is
    the share of test rows that also train, cell for cell, and ``seen`` that of the external test
    set; every seed is a branch of ``root``.
    """

    data: Data
    outside: Data | None
    methods: tuple[Method, ...]
    manner: Manner
    scores: dict[str, Score]
    ropes: dict[str, float]
    splits: list[Split]
    repeated: float
    seen: float
    jobs: list[Job]
    root: np.random.SeedSequence

    @property
    def routes(self) -> tuple[Route, ...]:
        """The way to each estimator."""
        return self.manner.routes

    @property
    def rule(self) -> ThresholdRule:
        """From which risk on a case is called positive."""
        return self.manner.rule

    @property
    def lines(self) -> tuple[Method, ...]:
        """The lines of the result: methods as they are and, if asked for, recalibrated."""
        return lines_of(self.methods, self.manner.calibrate)


def check_work(
    samplers: Mapping[str, Any],
    estimator: Any,
    X: Any,
    y: Any,
    groups: Any = None,
    *,
    X_test: Any = None,
    y_test: Any = None,
    groups_test: Any = None,
    pos_label: Any = None,
    cv: Any = 5,
    n_repeats: int | None = None,
    scoring: Any = PRESET,
    control: str = "none",
    calibrate: str | None = None,
    threshold: Any = None,
    rope: float | Mapping[str, float] | None = None,
    random_state: int | None = 0,
) -> Work:
    """Read the arguments of ``compare_samplers``, or say what is wrong with them."""
    rule, way = check_threshold(threshold), check_calibrate(calibrate)
    check_scoring(scoring)
    load_extra("pandas", "compare_samplers")
    data = check_data(X, y, groups, pos_label)
    n_classes = len(data.labels)
    refuse_many_classes(rule, threshold, n_classes)
    scores = check_scoring(scoring, n_classes)
    outside = check_external(X_test, y_test, groups_test, data, groups, pos_label)
    methods = check_methods(samplers, control, rule.tuned, n_classes, way)
    manner = Manner(check_routes(estimator, data, outside), rule, way)
    ropes = check_ropes(rope, scores, data.prevalences)
    root = np.random.SeedSequence(check_seed(random_state))
    split_seed, job_seed, outside_seed = branches(root, 3)
    splits = make_splits(cv, n_repeats, data.codes, data.groups, split_seed, data.labels)
    repeated = _warn_of_repeated_rows(data, splits)
    seen = 0.0 if outside is None else share_seen(outside, data)
    splits, jobs = _inner_jobs(splits, methods, data, way, branches(job_seed, len(splits)))
    if outside is not None:
        jobs += _outer_jobs(splits, methods, data, outside, way, outside_seed)
    warn_of_few([split.held for split in splits], data.y, data.groups)
    return Work(data, outside, methods, manner, scores, ropes, splits, repeated, seen, jobs, root)


def _inner_jobs(
    splits: list[Split],
    methods: tuple[Method, ...],
    data: Data,
    calibrate: str | None,
    seeds: list[np.random.SeedSequence],
) -> tuple[list[Split], list[Job]]:
    """Every method on every split, of which a part is held where risks are recalibrated."""
    splits = [
        _holding(split, data, calibrate, seed) for split, seed in zip(splits, seeds, strict=True)
    ]
    jobs = [
        Job(method, split, seed)
        for split, seed in zip(splits, seeds, strict=True)
        for method in methods
    ]
    return splits, jobs


def _outer_jobs(
    splits: list[Split],
    methods: tuple[Method, ...],
    data: Data,
    outside: Data,
    calibrate: str | None,
    seed: np.random.SeedSequence,
) -> list[Job]:
    """Every method on the whole table, once per repeat, to be tested outside."""
    n_repeats = len({split.repeat for split in splits})
    train, test = np.arange(len(data.y)), np.arange(len(outside.y))
    jobs = []
    for repeat, own in enumerate(branches(seed, n_repeats)):
        split = _holding(Split(repeat, 0, train, test), data, calibrate, own)
        jobs += [Job(method, split, own, external=True) for method in methods]
    return jobs


def _holding(
    split: Split, data: Data, calibrate: str | None, seed: np.random.SeedSequence
) -> Split:
    """The split with the rows to calibrate on; the first two branches of the seed are the job's."""
    if calibrate is None:
        return split
    groups = None if data.groups is None else data.groups[split.train]
    places = rows_to_hold(calibrate, data.y[split.train], groups, branches(seed, 3)[2])
    return replace(split, held=split.train[places])


def check_seed(random_state: int | None) -> int | None:
    """A seed that can be written down and used again: a number, or none yet."""
    if random_state is None or (isinstance(random_state, Integral) and random_state >= 0):
        return None if random_state is None else int(random_state)
    raise ValueError(f"random_state must be None or a number from 0 on; got {random_state!r}.")


def _warn_of_repeated_rows(data: Data, splits: list[Split]) -> float:
    share = _splits.share_of_repeated_rows(row_ids(data), splits)
    if share > 0:
        warnings.warn(
            f"{share:.1%} of the test rows also occur, cell for cell, among the rows they are "
            "tested against. In a table of a few categories that is natural; otherwise look for "
            "rows entered twice, or pass groups= with the patient of each row.",
            UserWarning,
            stacklevel=4,
        )
    return share
