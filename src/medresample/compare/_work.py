"""What is there to do? The input of a comparison, checked, as one flat list of jobs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare import _splits
from medresample.compare._input import Data, check_data, row_ids
from medresample.compare._jobs import Job
from medresample.compare._methods import Method, check_methods
from medresample.compare._routes import Route, check_routes
from medresample.compare._seeds import branches
from medresample.compare._splits import Split, make_splits
from medresample.compare._thresholds import ThresholdRule, check_threshold
from medresample.metrics import CLINICAL, Metric


@dataclass(frozen=True)
class Work:
    """All that a comparison does, before anything of it is done.

    ``jobs`` are sorted by split, then method; ``repeated`` is the share of test rows that also
    train, cell for cell; every seed is a branch of ``root``.
    """

    data: Data
    methods: tuple[Method, ...]
    routes: tuple[Route, ...]
    rule: ThresholdRule
    metrics: dict[str, Metric]
    ropes: dict[str, float]
    splits: list[Split]
    repeated: float
    jobs: list[Job]
    root: np.random.SeedSequence


def check_work(
    samplers: Mapping[str, Any],
    estimator: Any,
    X: Any,
    y: Any,
    groups: Any = None,
    *,
    pos_label: Any = None,
    cv: Any = 5,
    n_repeats: int | None = None,
    scoring: str | Sequence[str] = "clinical",
    control: str = "none",
    threshold: Any = None,
    rope: float | Mapping[str, float] | None = None,
    random_state: int | None = 0,
) -> Work:
    """Read the arguments of ``compare_samplers``, or say what is wrong with them."""
    rule, metrics = check_threshold(threshold), check_scoring(scoring)
    load_extra("pandas", "compare_samplers")
    data = check_data(X, y, groups, pos_label)
    methods = check_methods(samplers, control, rule.tuned)
    routes = check_routes(estimator, data)
    ropes = check_ropes(rope, metrics, float(data.positive.mean()))
    root = np.random.SeedSequence(check_seed(random_state))
    split_seed, job_seed = branches(root, 2)
    splits = make_splits(cv, n_repeats, data.positive, data.groups, split_seed)
    repeated = _warn_of_repeated_rows(data, splits)
    jobs = [
        Job(method, split, seed)
        for split, seed in zip(splits, branches(job_seed, len(splits)), strict=True)
        for method in methods
    ]
    return Work(data, methods, routes, rule, metrics, ropes, splits, repeated, jobs, root)


def check_seed(random_state: int | None) -> int | None:
    """A seed that can be written down and used again: a number, or none yet."""
    if random_state is None or (isinstance(random_state, Integral) and random_state >= 0):
        return None if random_state is None else int(random_state)
    raise ValueError(f"random_state must be None or a number from 0 on; got {random_state!r}.")


def check_scoring(scoring: str | Sequence[str]) -> dict[str, Metric]:
    """Metrics of the preset by name."""
    if isinstance(scoring, str):
        if scoring != "clinical":
            raise ValueError(f"scoring must be 'clinical' or a list of names; got {scoring!r}.")
        return dict(CLINICAL)
    unknown = [name for name in scoring if name not in CLINICAL]
    if unknown or not scoring:
        raise ValueError(f"Unknown scores {unknown}. There are: {', '.join(CLINICAL)}.")
    return {name: CLINICAL[name] for name in scoring}


def check_ropes(
    rope: float | Mapping[str, float] | None, metrics: Mapping[str, Metric], prevalence: float
) -> dict[str, float]:
    """Half-width of the region of practical equivalence, per score."""
    ropes = {name: metric.rope(prevalence) for name, metric in metrics.items()}
    if isinstance(rope, Mapping):
        unknown = [name for name in rope if name not in metrics]
        if unknown:
            raise ValueError(f"rope names scores that are not compared: {unknown}.")
        ropes.update({name: float(width) for name, width in rope.items()})
    elif rope is not None:
        ropes = dict.fromkeys(ropes, float(rope))
    if any(not width >= 0 for width in ropes.values()):
        raise ValueError("rope must not be negative.")
    return ropes


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
