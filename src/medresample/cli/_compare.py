"""`medresample compare`: does balancing help on this table? Options in, table and report out."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medresample.cli._asked import Asked, read_asked
from medresample.cli._columns import Categorical
from medresample.cli._compare_options import (
    Calibrate,
    Dask,
    DryRun,
    Estimators,
    File,
    Folds,
    Groups,
    Jobs,
    Output,
    Positive,
    Predictions,
    Repeats,
    Samplers,
    Scores,
    Seed,
    Store,
    Target,
    Test,
)
from medresample.cli._mistakes import (
    FAILED,
    check_output,
    fail,
    known_names,
    one_line_errors,
    refuse_same_file,
)
from medresample.cli._voice import Quiet, Verbose

if TYPE_CHECKING:
    from medresample.compare import ComparisonResult

ALL_CORES = -1


def compare(
    file: File = None,
    target: Target = None,
    positive: Positive = None,
    groups: Groups = None,
    test: Test = None,
    categorical: Categorical = None,
    samplers: Samplers = "none,class_weight,threshold_tuned,random_over,random_under,smote",
    estimators: Estimators = "logistic,boosting",
    calibrate: Calibrate = None,
    cv: Folds = 5,
    repeats: Repeats = 5,
    seed: Seed = 0,
    jobs: Jobs = ALL_CORES,
    dask: Dask = None,
    store: Store = None,
    dry_run: DryRun = False,
    output: Output = Path("medresample-report.html"),
    scores: Scores = None,
    predictions: Predictions = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Compare samplers under repeated cross-validation: a table here, a report in HTML.

    Samplers and preprocessing see training folds only; test folds keep their natural prevalence.
    Beside samplers and balanced ensembles stand the untouched data, class weights, and the
    untouched data with a threshold tuned on training rows.

    Examples
    --------
    - `medresample compare`

    - `medresample compare lesions.csv --target diagnosis --positive malignant --groups patient`

    - `medresample compare lesions.csv --target diagnosis --test other-hospital.csv`

    - `medresample compare lesions.csv --target diagnosis --dry-run`

    - `medresample compare lesions.csv --target diagnosis --store runs/lesions`

    - `medresample compare lesions.csv --target diagnosis --scores scores.csv --quiet`

    Exit codes
    ----------
    0: done. 1: it ran, but a method failed on some fold (it is named, and the report is written).
    2: wrong input or usage, or a file can not be written. 130: interrupted.
    """
    kept = "Without --store, nothing is kept."
    if store is not None:
        kept = f"Finished jobs are kept in {store}: the same command goes on from there."
    with one_line_errors(quiet, verbose, kept) as voice:
        _check_files(file, test, output, scores, predictions, store)
        with voice.doing("Loading packages"):
            from medresample.compare import compare_samplers
            from medresample.compare._terminal import print_result

        methods, models = _chosen(samplers, estimators)
        with voice.doing(f"Reading {file or 'the embedded data'}"):
            asked = read_asked(file, test, target, groups, positive, categorical)
        _check_classes(methods, asked)
        settings: dict[str, Any] = {
            "cv": cv,
            "n_repeats": repeats,
            "random_state": seed,
            "calibrate": calibrate,
        }
        with _workers(dask, jobs):
            n_jobs = jobs if dask is None else None
            if dry_run:
                _print_plan(methods, models, asked, settings, n_jobs, store)
                return
            with voice.doing("Comparing"):
                result = compare_samplers(
                    methods,
                    models,
                    **asked._asdict(),
                    **settings,
                    n_jobs=n_jobs,
                    store=store,
                    progress="jobs" if verbose else not quiet,
                )
        with voice.doing(f"Writing {output}"):
            result.report(output)
        _write_tables(result, scores, predictions)
        print_result(result, sys.stdout)
        sys.stdout.write(f"Report: {output}\n")
        _say_failures(result)


def _check_files(
    file: Path | None,
    test: Path | None,
    output: Path,
    scores: Path | None,
    predictions: Path | None,
    store: Path | None,
) -> None:
    from medresample.datasets._files import ENDINGS

    written = {"--output": output, "--scores": scores, "--predictions": predictions}
    refuse_same_file(FILE=file, **{"--test": test}, **written)
    check_output(output, (".html", ".htm"))
    for path in (scores, predictions):
        if path is not None:
            check_output(path, ENDINGS)
    if store is not None and store.exists() and not store.is_dir():
        raise ValueError(f"--store: {store} is a file; name a folder.")


def _check_classes(methods: dict[str, Any], asked: Asked) -> None:
    """Say in words of the command line that more than two classes have no threshold."""
    from medresample.compare._methods import TUNED
    from medresample.datasets._hints import some

    labels = sorted(map(str, asked.y.unique()))
    if len(labels) > 2 and asked.pos_label is None and TUNED in methods:
        raise ValueError(
            f"The target holds {len(labels)} classes ({some(labels)}): say with --positive which "
            "of them to compare against the rest, or name --samplers without threshold_tuned, "
            "which needs two classes."
        )


def _workers(dask: str | None, jobs: int) -> AbstractContextManager[None]:
    """Let this machine do the jobs, or a cluster."""
    if jobs == 0:
        raise ValueError("--jobs must be -1 (one per core) or a number from 1 on; got 0.")
    if dask is None:
        return nullcontext()
    if jobs != ALL_CORES:
        raise ValueError(
            "--jobs counts processes of this machine, and with --dask the workers of the cluster "
            "do the jobs: leave one of the two out."
        )
    from medresample.compare._cluster import dask_cluster

    return dask_cluster(dask)


def _write_tables(result: ComparisonResult, scores: Path | None, predictions: Path | None) -> None:
    from medresample.datasets._frames import write_frame

    for path, table in ((scores, result.folds_), (predictions, result.predictions_)):
        if path is not None:
            write_frame(path, table)


def _say_failures(result: ComparisonResult) -> None:
    """Leave with an exit code of its own if a method failed."""
    tables = [result.folds_, *([] if result.external_ is None else [result.external_])]
    failed = [name for table in tables for name in table["sampler"][table["status"] == "failed"]]
    if failed:
        names = ", ".join(dict.fromkeys(failed))
        fail(f"not every fit worked; why is said above and in the report: {names}.", FAILED)


def _chosen(samplers: str, estimators: str) -> tuple[dict[str, Any], dict[str, Any]]:
    from medresample.compare import _registry

    known = {**_registry.CONTROLS, **_registry.SAMPLERS, **_registry.ENSEMBLES}
    methods = known_names(samplers, "method", known)
    models = known_names(estimators, "estimator", _registry.ESTIMATORS)
    return _registry.named_methods(methods), _registry.named_estimators(models)


def _print_plan(
    methods: dict[str, Any],
    models: dict[str, Any],
    asked: Asked,
    settings: dict[str, Any],
    jobs: int | None,
    store: Path | None,
) -> None:
    from medresample.compare._store import find_store
    from medresample.compare._terminal import print_plan
    from medresample.compare._work import check_work
    from medresample.compare._workload import workload

    told = ("title", "description")
    data = {name: value for name, value in asked._asdict().items() if name not in told}
    work = check_work(methods, models, **data, **settings)
    kept = None if store is None else find_store(store, True, work)
    print_plan(workload(work, jobs, kept), asked.title, asked.description, sys.stdout)
