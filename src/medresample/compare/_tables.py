"""What came out? A row per fold with every score, and a row per prediction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare._answers import Answers, ask
from medresample.compare._input import Data
from medresample.compare._jobs import Job, JobResult
from medresample.compare._learning import Outcome, class_names, count_names
from medresample.compare._methods import RECALIBRATED
from medresample.compare._scoring import Score, View
from medresample.compare._splits import Split
from medresample.compare._work import Work

SECONDS = ("resample", "fit", "predict")


class Tables(NamedTuple):
    """A row per fold, a row per prediction (and class), and a row per fold and class."""

    folds: Any
    predictions: Any
    classes: Any


@dataclass(frozen=True)
class Line:
    """What one method and estimator made of one split, under the name it has in the tables.

    ``views`` are its predictions, of the positive one of two classes or of each of more; none
    where it failed.
    """

    sampler: str
    estimator: str
    split: Split
    outcome: Outcome
    warnings: str
    views: list[View]

    @property
    def address(self) -> dict[str, Any]:
        """The columns that tell rows of the tables apart."""
        split = self.split
        return {
            "sampler": self.sampler,
            "estimator": self.estimator,
            "repeat": split.repeat,
            "fold": split.fold,
        }


class Scored(NamedTuple):
    """The scores of a line, why some are missing, and what was warned of on the way."""

    values: dict[str, float]
    unscored: str
    warnings: str


def result_tables(work: Work, results: list[JobResult], external: bool = False) -> Tables:
    """The tables of the cross-validation, or of the external test set."""
    pd = load_extra("pandas", "compare_samplers")
    tested = work.outside if external and work.outside is not None else work.data
    lines = [
        line
        for job, result in zip(work.jobs, results, strict=True)
        if job.external == external
        for line in _lines(job, result, work, tested)
    ]
    scored = _scores(lines, work, tested)
    rows = [_fold_row(line, found, work, tested) for line, found in zip(lines, scored, strict=True)]
    folds = pd.DataFrame(rows)
    order = [method.name for method in work.lines], [route.name for route in work.routes]
    predictions = _predictions(lines, tested, *order, pd)
    if external:  # where a repeat has no folds
        folds, predictions = folds.drop(columns="fold"), predictions.drop(columns="fold")
    each = [row for line in lines for row in _class_rows(line, work)]
    return Tables(folds, predictions, pd.DataFrame(each) if each else None)


def _lines(job: Job, result: JobResult, work: Work, tested: Data) -> Iterator[Line]:
    """The lines of a job: all estimators as they are, then all of them recalibrated."""
    codes = tested.codes[job.split.test]
    for place, ending in enumerate(("", RECALIBRATED)):
        for route in work.routes:
            both = result.outcomes[route.name].both
            if place < len(both):
                outcome, name = both[place], job.method.name + ending
                failed = outcome.risk is None
                views = [] if failed else views_of(outcome, codes, work.data.prevalences)
                yield Line(name, route.name, job.split, outcome, result.warnings, views)


def _scores(lines: list[Line], work: Work, tested: Data) -> Iterator[Scored]:
    """The scores of every line; scorers are shown the test rows, one table for a split."""
    asks = any(score.scorer is not None for score in work.scores.values())
    table, shown = None, None
    for line in lines:
        if asks and shown is not line.split:
            table, shown = tested.rows(line.split.test, raw=True), line.split
        yield _scored(line, table, work, tested)


def _scored(line: Line, table: Any, work: Work, tested: Data) -> Scored:
    values: dict[str, float] = dict.fromkeys(work.scores, np.nan)
    warned = [line.warnings] if line.warnings else []
    missing = []
    for name, score in work.scores.items() if line.views else ():
        if score.metric is not None:
            values[name] = float(score.of(line.views, _ones(line.views))[0])
            reason = "" if np.isfinite(values[name]) else "undefined for these predictions"
        else:
            answers, y = _answers(score, table, line.outcome, tested, line.split.test)
            values[name], reason = ask(score, answers, y, warned)
        if reason:
            missing.append(f"{name}: {reason}")
    return Scored(values, " | ".join(missing), " | ".join(warned))


def _fold_row(line: Line, scored: Scored, work: Work, tested: Data) -> dict[str, Any]:
    split, outcome, labels = line.split, line.outcome, work.data.labels
    counts = np.bincount(tested.codes[split.test], minlength=len(labels)).tolist()
    in_test = dict(zip(class_names(labels), counts, strict=True))
    if len(labels) == 2:
        in_test.pop("negative")
    held = {"n_calibrate": len(split.held)} if work.manner.calibrate is not None else {}
    return {
        **line.address,
        "status": outcome.status,
        "error": outcome.error,
        "warnings": scored.warnings,
        "unscored": scored.unscored,
        **scored.values,
        "threshold": outcome.threshold,
        "n_train": len(split.train),
        **held,
        "n_test": len(split.test),
        **{f"n_test_{name}": n for name, n in in_test.items()},
        **_patients(split, work.data, tested),
        **{name: outcome.counts.get(name, np.nan) for name in count_names(labels)},
        **{f"seconds_{name}": outcome.seconds.get(name, np.nan) for name in SECONDS},
    }


def views_of(outcome: Outcome, codes: np.ndarray, prevalences: tuple[float, ...]) -> list[View]:
    """Predictions of the positive one of two classes, or of each of more against the rest."""
    assert outcome.risk is not None
    decided = decided_codes(outcome)
    if outcome.risk.ndim == 1:
        return [View(codes == 1, outcome.risk, decided == 1, prevalences[0])]
    return [
        View(codes == k, np.ascontiguousarray(outcome.risk[:, k]), decided == k, prevalence)
        for k, prevalence in enumerate(prevalences)
    ]


def decided_codes(outcome: Outcome) -> np.ndarray:
    """The place of the class that each row is decided for."""
    assert outcome.risk is not None
    if outcome.risk.ndim == 1:
        return (outcome.risk >= outcome.threshold).astype(np.int64)
    return np.asarray(outcome.risk.argmax(axis=1))


def _ones(views: list[View]) -> np.ndarray:
    return np.ones((1, len(views[0].positive)))


def _answers(
    score: Score, table: Any, outcome: Outcome, tested: Data, test: np.ndarray
) -> tuple[Answers, np.ndarray]:
    """Someone to ask about the test rows, and their labels; of two 1 is positive, by name."""
    risk = outcome.risk
    assert risk is not None
    labels, y = tested.labels, tested.y[test]
    if score.named and len(labels) == 2:
        labels, y = (0, 1), tested.codes[test]
    risks = np.column_stack([1 - risk, risk]) if risk.ndim == 1 else risk
    cut = None if len(labels) > 2 else outcome.threshold
    return Answers(table, labels, risks, decided_codes(outcome), cut), y


def _class_rows(line: Line, work: Work) -> list[dict[str, Any]]:
    """With more than two classes, the scores of each against the rest."""
    if len(line.views) < 2:
        return []
    kept = {name: score for name, score in work.scores.items() if score.metric is not None}
    values = {
        name: score.of_classes(line.views, _ones(line.views))[:, 0] for name, score in kept.items()
    }
    return [
        {
            **line.address,
            "class": str(label),
            "n_test": int(view.positive.sum()),
            **{name: float(of[k]) for name, of in values.items()},
        }
        for k, (label, view) in enumerate(zip(work.data.labels, line.views, strict=True))
    ]


def _patients(split: Split, data: Data, tested: Data) -> dict[str, int]:
    if data.groups is None or tested.groups is None:
        return {}
    return {
        "n_train_patients": len(np.unique(data.groups[split.train])),
        "n_test_patients": len(np.unique(tested.groups[split.test])),
    }


def _predictions(
    lines: list[Line], tested: Data, samplers: list[str], estimators: list[str], pd: Any
) -> Any:
    """A row per prediction; with more than two classes, a row per prediction and class."""
    lines = [line for line in lines if line.views]
    k = len(tested.labels) if len(tested.labels) > 2 else 1
    sizes = [k * len(line.split.test) for line in lines]

    def column(values: list[Any]) -> np.ndarray:
        return np.repeat(np.asarray(values, dtype=np.intp), sizes)

    def joined(parts: list[np.ndarray], dtype: Any) -> np.ndarray:
        return np.concatenate([np.empty(0, dtype=dtype), *parts]).astype(dtype, copy=False)

    columns = {
        "row": joined([np.tile(line.split.test, k) for line in lines], np.intp),
        "repeat": column([line.split.repeat for line in lines]),
        "fold": column([line.split.fold for line in lines]),
        "sampler": pd.Categorical.from_codes(
            column([samplers.index(line.sampler) for line in lines]), samplers
        ),
        "estimator": pd.Categorical.from_codes(
            column([estimators.index(line.estimator) for line in lines]), estimators
        ),
    }
    if k > 1:
        places = [np.repeat(np.arange(k), len(line.split.test)) for line in lines]
        names = [str(label) for label in tested.labels]
        columns["class"] = pd.Categorical.from_codes(joined(places, np.intp), names)
    every = [view for line in lines for view in line.views]
    columns["y"] = joined([view.positive for view in every], bool)
    columns["risk"] = joined([view.risk for view in every], np.float64)
    columns["decision"] = joined([view.decided for view in every], bool)
    return pd.DataFrame(columns)
