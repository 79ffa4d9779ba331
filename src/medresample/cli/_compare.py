"""`medresample compare`: does balancing help on this table? Options in, table and report out."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from medresample.cli._columns import Categorical, with_categories
from medresample.cli._mistakes import (
    check_output,
    known_names,
    one_line_errors,
    refuse_same_file,
)
from medresample.cli._names import CONTROLS, ENSEMBLES, SAMPLERS

if TYPE_CHECKING:
    from medresample.datasets import TableFile

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="Feature table: CSV, Parquet or NPZ (arrays X, y, groups). Left out: embedded "
        "data of cell nuclei, malignant cases thinned to 10 %.",
    ),
]
Target = Annotated[str | None, typer.Option(metavar="COL", help="Column with the label.")]
Positive = Annotated[
    str | None,
    typer.Option(
        metavar="LABEL",
        help="Positive label; default: the rarer one. With more than two labels: this one "
        "against the rest.",
    ),
]
Groups = Annotated[
    str | None,
    typer.Option(metavar="COL", help="Column with the patient: patients are never split."),
]
Samplers = Annotated[
    str,
    typer.Option(
        metavar="A,B,C",
        help=f"From: {CONTROLS}, {SAMPLERS}. The first three are always shown. Also the balanced "
        f"ensembles {ENSEMBLES}, which take the place of the estimators.",
    ),
]
Estimators = Annotated[str, typer.Option(metavar="A,B", help="From: logistic, boosting, forest.")]
Folds = Annotated[int, typer.Option(min=2, help="Folds.")]
Repeats = Annotated[int, typer.Option(min=1, help="Repeats of the folds.")]
Output = Annotated[Path, typer.Option(metavar="HTML", help="The report.")]
Jobs = Annotated[int, typer.Option(help="Parallel jobs; -1: one per core.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed repeats the same numbers.")]
Store = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Keep every finished job in this folder. After an interruption the same command does "
        "what is missing, and gives the same numbers. No cell of the table is written there.",
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Print the plan (splits, counts, jobs, memory) and stop; nothing is run or written.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]


def compare(
    file: File = None,
    target: Target = None,
    positive: Positive = None,
    groups: Groups = None,
    categorical: Categorical = None,
    samplers: Samplers = "none,class_weight,threshold_tuned,random_over,random_under,smote",
    estimators: Estimators = "logistic,boosting",
    cv: Folds = 5,
    repeats: Repeats = 5,
    output: Output = Path("medresample-report.html"),
    jobs: Jobs = -1,
    seed: Seed = 0,
    store: Store = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Compare samplers under repeated cross-validation: a table here, a report in HTML.

    Samplers and preprocessing see training folds only; test folds keep their natural prevalence.
    Beside samplers and balanced ensembles stand the untouched data, class weights, and the
    untouched data with a threshold tuned on training rows.

    Examples
    --------
    - `medresample compare`

    - `medresample compare lesions.csv --target diagnosis --positive malignant --groups patient`

    - `medresample compare lesions.csv --target diagnosis --dry-run`

    - `medresample compare lesions.csv --target diagnosis --store runs/lesions`
    """
    with one_line_errors():
        refuse_same_file(FILE=file, **{"--output": output})
        check_output(output, (".html", ".htm"))
        _check_folder(store)
        from medresample.compare import compare_samplers
        from medresample.compare._terminal import print_result

        methods, models = _chosen(samplers, estimators)
        asked = _asked(file, target, groups, positive, categorical)
        settings: dict[str, Any] = {"cv": cv, "n_repeats": repeats, "random_state": seed}
        if dry_run:
            _print_plan(methods, models, asked, settings, jobs, store)
            return
        result = compare_samplers(
            methods,
            models,
            **asked._asdict(),
            **settings,
            n_jobs=jobs,
            store=store,
            progress=not quiet,
        )
        print_result(result, sys.stdout)
        result.report(output)
        sys.stdout.write(f"Report: {output}\n")


def _chosen(samplers: str, estimators: str) -> tuple[dict[str, Any], dict[str, Any]]:
    from medresample.compare import _registry

    known = {**_registry.CONTROLS, **_registry.SAMPLERS, **_registry.ENSEMBLES}
    methods = known_names(samplers, "method", known)
    models = known_names(estimators, "estimator", _registry.ESTIMATORS)
    return _registry.named_methods(methods), _registry.named_estimators(models)


def _check_folder(store: Path | None) -> None:
    if store is not None and store.exists() and not store.is_dir():
        raise ValueError(f"--store: {store} is a file; name a folder.")


def _print_plan(
    methods: dict[str, Any],
    models: dict[str, Any],
    asked: Asked,
    settings: dict[str, Any],
    jobs: int,
    store: Path | None,
) -> None:
    from medresample.compare._store import find_store
    from medresample.compare._terminal import print_plan
    from medresample.compare._work import check_work
    from medresample.compare._workload import workload

    data = {name: getattr(asked, name) for name in ("X", "y", "groups", "pos_label")}
    work = check_work(methods, models, **data, **settings)
    kept = None if store is None else find_store(store, True, work)
    print_plan(workload(work, jobs, kept), asked.title, asked.description, sys.stdout)


class Asked(NamedTuple):
    """What is compared on, under the names that ``compare_samplers`` gives them."""

    X: Any
    y: Any
    groups: Any
    pos_label: Any
    title: str
    description: str


def _asked(
    file: Path | None,
    target: str | None,
    groups: str | None,
    positive: str | None,
    categorical: str | None,
) -> Asked:
    from medresample.datasets import TableFile, load_nuclei, read_table

    if file is None:
        if target or groups or categorical:
            raise ValueError(
                "--target, --groups and --categorical name columns of a FILE; no FILE was given."
            )
        nuclei = load_nuclei()
        table = TableFile(X=nuclei.data, y=nuclei.target)
        title, about = nuclei.title, nuclei.summary
    else:
        table = with_categories(read_table(file, target=target, groups=groups), categorical)
        _refuse_resampled(file, table)
        title, about = file.name, f"Label: {table.y.name}."
        if table.groups is not None:
            about += f" Patients: {table.groups.name}."
    table, label, note = _two_classes(table, positive)
    return Asked(table.X, table.y, table.groups, label, title, about + note)


def _refuse_resampled(file: Path, table: TableFile) -> None:
    if table.resampled:
        raise ValueError(
            f"{file} was written by 'medresample resample': its rows can not be split into "
            "training and test parts any more. Compare on the original table."
        )


def _two_classes(table: TableFile, positive: str | None) -> tuple[TableFile, Any, str]:
    """The table, the positive label, and what to say where several labels became two."""
    labels = table.y.unique().tolist()
    label = None if positive is None else _label(positive, labels)
    if len(labels) <= 2:
        return table, label, ""
    from medresample.compare._input import refuse_continuous
    from medresample.datasets._hints import some

    refuse_continuous(labels)
    said = some(sorted(map(str, labels)))
    if label is None:
        raise ValueError(
            f"The target holds {len(labels)} classes ({said}): say with --positive which of them "
            "to compare against the rest."
        )
    name = str(label)
    y = (table.y == label).map({True: name, False: f"not {name}"})
    return replace(table, y=y), name, f" {name} against the rest of: {said}."


def _label(positive: str, labels: list[Any]) -> Any:
    """The label that was typed, as the value the target holds."""
    from medresample.datasets._hints import as_number, nearest

    known = {str(label): label for label in labels}
    if positive in known:
        return known[positive]
    typed = as_number(positive)
    for label in labels:
        if typed is not None and as_number(label) == typed:  # 1 typed for 1.0
            return label
    raise ValueError(f"No row has the label {positive!r}.{nearest(positive, list(known))}")
