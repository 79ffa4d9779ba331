"""What came out? A row per fold with every score, and a row per prediction."""

from __future__ import annotations

from typing import Any

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare._input import Data
from medresample.compare._jobs import Job, JobResult
from medresample.compare._learning import Outcome
from medresample.compare._routes import Route
from medresample.compare._splits import Split
from medresample.metrics import Metric

COUNTS = (
    "n_before_negative",
    "n_before_positive",
    "n_after_negative",
    "n_after_positive",
    "rows_made",
    "rows_dropped",
)
SECONDS = ("resample", "fit", "predict")


def result_tables(
    jobs: list[Job],
    results: list[JobResult],
    routes: tuple[Route, ...],
    data: Data,
    metrics: dict[str, Metric],
) -> tuple[Any, Any]:
    """The two tables of a result: a row per fold, and a row per prediction."""
    pd = load_extra("pandas", "compare_samplers")
    prevalence = float(data.positive.mean())
    folds, parts = [], []
    for job, result in zip(jobs, results, strict=True):
        for route in routes:
            outcome = result.outcomes[route.name]
            folds.append(_fold_row(job, route, outcome, result.warnings, data, metrics, prevalence))
            if outcome.risk is not None:
                parts.append((job, route, outcome))
    frame = pd.DataFrame(folds)
    order = {job.method.name: i for i, job in enumerate(jobs[: len(frame)])}
    return frame, _predictions(parts, data, list(order), [route.name for route in routes], pd)


def _fold_row(
    job: Job,
    route: Route,
    outcome: Outcome,
    warned: str,
    data: Data,
    metrics: dict[str, Metric],
    prevalence: float,
) -> dict[str, Any]:
    split, positive = job.split, data.positive[job.split.test]
    scores = dict.fromkeys(metrics, np.nan)
    if outcome.risk is not None:
        decided = outcome.risk >= outcome.threshold
        ones = np.ones((1, len(positive)))
        for name, metric in metrics.items():
            value = metric.compute(positive, outcome.risk, decided, ones, prevalence)
            scores[name] = float(value[0])
    patients = {} if data.groups is None else _patients(split, data.groups)
    return {
        "sampler": job.method.name,
        "estimator": route.name,
        "repeat": split.repeat,
        "fold": split.fold,
        "status": outcome.status,
        "error": outcome.error,
        "warnings": warned,
        **scores,
        "threshold": outcome.threshold,
        "n_train": len(split.train),
        "n_test": len(split.test),
        "n_test_positive": int(positive.sum()),
        **patients,
        **{name: outcome.counts.get(name, np.nan) for name in COUNTS},
        **{f"seconds_{name}": outcome.seconds.get(name, np.nan) for name in SECONDS},
    }


def _patients(split: Split, groups: np.ndarray) -> dict[str, int]:
    return {
        "n_train_patients": len(np.unique(groups[split.train])),
        "n_test_patients": len(np.unique(groups[split.test])),
    }


def _predictions(
    parts: list[tuple[Job, Route, Outcome]],
    data: Data,
    samplers: list[str],
    estimators: list[str],
    pd: Any,
) -> Any:
    sizes = [len(job.split.test) for job, _, _ in parts]

    def column(values: list[Any]) -> np.ndarray:
        return np.repeat(np.asarray(values, dtype=np.intp), sizes)

    rows = np.concatenate([np.empty(0, dtype=np.intp), *(job.split.test for job, _, _ in parts)])
    risks = [outcome.risk for _, _, outcome in parts if outcome.risk is not None]
    risk = np.concatenate([np.empty(0), *risks])
    cut = np.repeat([outcome.threshold for _, _, outcome in parts], sizes)
    return pd.DataFrame(
        {
            "row": rows,
            "repeat": column([job.split.repeat for job, _, _ in parts]),
            "fold": column([job.split.fold for job, _, _ in parts]),
            "sampler": pd.Categorical.from_codes(
                column([samplers.index(job.method.name) for job, _, _ in parts]), samplers
            ),
            "estimator": pd.Categorical.from_codes(
                column([estimators.index(route.name) for _, route, _ in parts]), estimators
            ),
            "y": data.positive[rows],
            "risk": risk,
            "decision": risk >= cut,
        }
    )
