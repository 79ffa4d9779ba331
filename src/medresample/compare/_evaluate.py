"""Run every sampler on the same folds and score it on rows that no step has seen."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from joblib.parallel import get_active_backend
from threadpoolctl import threadpool_limits

from medresample.compare import _splits
from medresample.compare._extras import load_extra
from medresample.compare._input import Data, check_data, row_ids
from medresample.compare._jobs import Job, JobResult, Outcome, run_job
from medresample.compare._methods import check_methods
from medresample.compare._progress import Progress
from medresample.compare._record import describe_data, describe_settings
from medresample.compare._recording import hold_filters
from medresample.compare._result import ComparisonResult
from medresample.compare._routes import Route, check_routes
from medresample.compare._seeds import branches
from medresample.compare._splits import Split, make_splits
from medresample.compare._thresholds import ThresholdRule, check_threshold
from medresample.metrics import CLINICAL, Metric


def compare_samplers(
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
    n_jobs: int | None = None,
    random_state: int | None = 0,
    progress: bool | str = "auto",
    title: str | None = None,
    description: str | None = None,
) -> ComparisonResult:
    """Compare samplers on the same repeated folds, honestly: a result with tables and a report.

    Preprocessing and sampler see the training fold alone, test folds keep their natural
    prevalence, every sampler gets the same splits and seeds, patients stay whole. Three controls
    are always there: the data as they are ("none"), balanced class weights ("class_weight"), and
    the data as they are with a threshold tuned on training rows ("none, threshold tuned").

    Parameters
    ----------
    samplers : mapping of str to sampler
        What to compare: objects with ``fit_resample``; None leaves the data as they are;
        "class_weight" and "threshold_tuned" stand for the controls, whose names no sampler may
        take. A sampler with a
        ``random_state`` gets a seed of its split, the same one for all samplers.
    estimator : classifier, mapping of str to classifier, or Pipeline
        Classifiers with ``predict_proba``. Numeric tables are imputed (median), scaled and then
        sampled; tables with words or categories are sampled as they are, then imputed, one-hot
        encoded and scaled. A Pipeline with a step named "sampler" brings its own preprocessing:
        that step is exchanged.
    X : array-like of shape (n, d)
        Array or data frame (pandas, polars), dense.
    y : array-like of shape (n,)
        Labels of two classes. (Several classes: compare one against the rest.)
    groups : array-like of shape (n,), default=None
        Patient of each row; a patient is never on both sides of a split.
    pos_label : label, default=None
        The positive class; None takes the rarer one.
    cv : int, splitter or list of (train, test), default=5
        A number of folds is stratified (by patient with ``groups``) and repeated.
    n_repeats : int, default=None
        Repeats for a number of folds; None means 5.
    scoring : "clinical" or list of str, default="clinical"
        Scores, by the names in :data:`medresample.metrics.CLINICAL`.
    control : str, default="none"
        The method that differences are taken to.
    threshold : None, float, "youden" or {"min_sensitivity": s}, default=None
        From which risk on a case is called positive: None is 0.5; the last two are tuned for
        every method by cross-validation inside its training folds.
    rope : float or mapping of str to float, default=None
        Half-width of the region within which a difference does not matter, for all scores or by
        name; None takes the width of each score.
    n_jobs : int, default=None
        Parallel jobs (joblib). The result does not depend on it, nor on the backend.
    random_state : int or None, default=0
        Seed of splits, samplers and estimators; None draws one and records it.
    progress : "auto" or bool, default="auto"
        Say on stderr how far it is.
    title, description : str, default=None
        What the data are, in a line and in a few sentences, for the head of the report.

    Returns
    -------
    result : ComparisonResult
        ``folds_``, ``predictions_``, ``summary()``, ``plot_differences()``, ``report(path)``.

    Raises
    ------
    ValueError, TypeError
        If the input can not be compared; also for tables that were resampled before.
    MissingExtraError
        Without the packages of the extra ``report``.

    Warns
    -----
    UserWarning
        Below 5 positive cases in a test fold, and for rows that repeat across a split.

    Notes
    -----
    A sampler or estimator that fails on a fold becomes a row of ``folds_`` with status "failed"
    and its exception; it is counted, and never averaged in.

    References
    ----------
    C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning 52, 2003.
    G. Corani, A. Benavoli, "A Bayesian approach for comparing cross-validated algorithms",
    Machine Learning 100, 2015.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from medresample.compare import compare_samplers
    >>> from medresample.datasets import load_nuclei
    >>> from medresample.over_sampling import SMOTE
    >>> nuclei = load_nuclei()
    >>> result = compare_samplers(
    ...     {"smote": SMOTE()}, LogisticRegression(), nuclei.data, nuclei.target,
    ...     n_repeats=1, progress=False,
    ... )
    >>> result
    ComparisonResult(4 methods, 1 estimator, 5 splits of 397 rows, positive 'malignant', 0 failed)
    """
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
    results = _run(jobs, routes, rule, data, n_jobs, Progress(len(jobs), progress))
    with threadpool_limits(limits=1):
        folds, predictions = _tables(jobs, results, routes, data, metrics)
    return ComparisonResult(
        folds_=folds,
        predictions_=predictions,
        data_=describe_data(data, splits, repeated, title, description),
        settings_=describe_settings(
            methods, routes, rule, cv, len({split.repeat for split in splits}), root, control
        ),
        metrics_=tuple(metrics),
        ropes_=ropes,
        row_groups_=np.arange(len(data.y)) if data.groups is None else data.groups,
    )


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
            stacklevel=3,
        )
    return share


def _run(
    jobs: list[Job],
    routes: tuple[Route, ...],
    rule: ThresholdRule,
    data: Data,
    n_jobs: int | None,
    progress: Progress,
) -> list[JobResult]:
    """Results in the order of the jobs, whatever the order in which they arrive."""
    backend, _ = get_active_backend()
    streams = getattr(backend, "supports_return_generator", False)
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered" if streams else "list")
    results: list[JobResult | None] = [None] * len(jobs)
    # One thread per job; the limit is also held here, around all jobs, because in the threading
    # backend the first job to end would lift it for the others.
    with threadpool_limits(limits=1), hold_filters():
        arriving: Iterator[tuple[int, JobResult]] = iter(
            parallel(
                delayed(_numbered_job)(i, job, routes, rule, data) for i, job in enumerate(jobs)
            )
        )
        for number, result in arriving:
            results[number] = result
            progress.step()
    return [result for result in results if result is not None]


def _numbered_job(
    number: int, job: Job, routes: tuple[Route, ...], rule: ThresholdRule, data: Data
) -> tuple[int, JobResult]:
    return number, run_job(job, routes, rule, data)


def _tables(
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


COUNTS = (
    "n_before_negative",
    "n_before_positive",
    "n_after_negative",
    "n_after_positive",
    "rows_made",
    "rows_dropped",
)
SECONDS = ("resample", "fit", "predict")


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
