"""A comparison as text for a terminal or a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from medresample._core.extras import load_extra
from medresample.compare._notes import failures, replacing
from medresample.compare._words import findings

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

_WIDTH = 110
_SCORES = {
    "auroc": "AUROC",
    "average_precision": "Avg. prec.",
    "brier": "Brier",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
}
_COMPARED = {"auroc": "AUROC", "brier": "Brier", "sensitivity": "Sensitivity"}


def print_result(result: ComparisonResult, stream: TextIO) -> None:
    """Scores and differences of every estimator, then what they say.

    A stream that is no terminal gets lines of 110 characters, whatever the environment says.
    """
    rich = load_extra("rich.console", "a table")
    width = None if stream.isatty() else _WIDTH
    console = rich.Console(file=stream, width=width, highlight=False, markup=False)
    data = result.data_
    for text in (data["title"], data["description"]):
        if text:
            console.print(text)
    console.print(f"{_about(data)}\n")
    said = findings(result)
    each = "" if len(result.classes) == 1 else "; each class against the rest, their mean"
    for estimator in result.estimators:
        console.print(
            f"{estimator}: means over folds; sensitivity and specificity pooled within a repeat"
            f"{each}"
        )
        console.print(_scores(result, estimator))
        if result.external_ is not None:
            console.print(f"{estimator}: the external test set, means over repeats")
            console.print(_scores(result, estimator, "external_"))
        console.print(
            f"{estimator}: differences to {result.settings_['control']!r} "
            "[95 % interval: corrected t; sensitivity: patient bootstrap]"
        )
        console.print(_differences(result, estimator))
        for finding in said[estimator]:
            console.print(f"* {finding.headline} {finding.sentence}")
        console.print()
    if note := replacing(result):
        console.print(f"{note}\n")
    for text in failures(result):
        console.print(f"! {text}")


def _about(data: dict[str, Any]) -> str:
    """The data in a line."""
    least, most = data["test_positives_min"], data["test_positives_max"]
    n = least if least == most else f"{least}-{most}"
    if data["positive"] is None:
        counts = ", ".join(f"{n_rows} {name}" for name, n_rows in data["classes"].items())
        what, in_each = f"classes: {counts}", f"{n} cases of {data['rarest']!r} in each"
    else:
        what = f"{data['n_positive']} of class {data['positive']!r} ({data['prevalence']:.1%})"
        in_each = f"{n} positive cases in each"
    outside = data["external"]
    tested = "" if outside is None else f"; an external test set of {outside['n_rows']} rows"
    return (
        f"{data['n_rows']} rows, {data['n_features']} features, {what}; {data['n_splits']} test "
        f"folds, {in_each}{tested}"
    )


def print_plan(plan: dict[str, Any], title: str, about: str, stream: TextIO) -> None:
    """What a comparison would do, in a line for each question."""
    patients = "" if plan["n_patients"] is None else f", {plan['n_patients']} patients"
    todo = plan["n_jobs"] - plan["n_done"]
    found = f", of which {plan['n_done']} are in the store" if plan["n_done"] else ""
    workers, table, job = plan["n_workers"], plan["bytes_table"], plan["bytes_job"]
    lines = [
        title,
        about,
        f"Table:      {plan['n_rows']} rows, {plan['n_features']} features ({plan['table']}), "
        f"{plan['n_positive']} of class {plan['positive']!r}{patients}",
        f"Splits:     {plan['n_splits']} in {_counted(plan['n_repeats'], 'repeat')}",
        f"  training: {_range(plan['train'])} rows, {_range(plan['train_positive'])} positive",
        _held(plan),
        f"  test:     {_range(plan['test'])} rows, {_range(plan['test_positive'])} positive",
        _external(plan),
        f"Methods:    {'; '.join(plan['methods'])}",
        f"Estimators: {'; '.join(plan['estimators'])}",
        f"Jobs:       {plan['n_jobs']} (methods x splits){found}; "
        f"up to {_counted(plan['n_models'], 'model')} to fit in {_counted(todo, 'job')}",
        f"Memory:     about {_size(table + workers * job)} for the rows: the table "
        f"{_size(table)}, and {_size(job)} in each of {_counted(workers, 'worker')}; "
        "models come on top",
        "Nothing was run.",
    ]
    stream.write("".join(f"{line}\n" for line in lines if line))


def _held(plan: dict[str, Any]) -> str:
    most = plan["calibrate"][1]
    return f"  of these: {_range(plan['calibrate'])} rows to calibrate on" if most else ""


def _external(plan: dict[str, Any]) -> str:
    outside = plan["external"]
    if outside is None:
        return ""
    return (
        f"External:   {outside['n_rows']} rows, {outside['n_positive']} of class "
        f"{plan['positive']!r}, tested in {_counted(outside['n_jobs'], 'job')} that train on all"
    )


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' * (n != 1)}"


def _range(span: tuple[int, int]) -> str:
    least, most = span
    return str(least) if least == most else f"{least}-{most}"


def _size(n_bytes: float) -> str:
    unit = "bytes"
    for larger in ("KiB", "MiB", "GiB"):
        if n_bytes < 1024:
            break
        unit, n_bytes = larger, n_bytes / 1024
    return f"{n_bytes:.0f} {unit}" if n_bytes >= 10 or unit == "bytes" else f"{n_bytes:.1f} {unit}"


def _table(columns: list[str]) -> Any:
    box, tables = load_extra("rich.box", "a table"), load_extra("rich.table", "a table")
    table = tables.Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if i else "left", no_wrap=True)
    return table


def _scores(result: ComparisonResult, estimator: str, part: str = "") -> Any:
    table = _table(["", *_SCORES.values(), "s/fold", "failed"])
    overview = result.summary()
    for row in overview[overview["estimator"] == estimator].to_dict("records"):
        failed = f"{row['n_failed']}/{row['n_ok'] + row['n_failed']}" if row["n_failed"] else ""
        cells = [_number(row[part + name]) for name in _SCORES]
        table.add_row(row["sampler"], *cells, _number(row["seconds"], 2), failed)
    return table


def _differences(result: ComparisonResult, estimator: str) -> Any:
    control = result.settings_["control"]
    table = _table(["", *_COMPARED.values()])
    tables = {name: result.summary(name) for name in _COMPARED}
    for sampler in result.samplers:
        if sampler == control:
            continue
        cells = []
        for found in tables.values():
            match = (found["estimator"] == estimator) & (found["sampler"] == sampler)
            row = found[match].iloc[0]
            cells.append(_interval(row))
        table.add_row(sampler, *cells)
    return table


def _number(value: float, digits: int = 3) -> str:
    return "-" if value != value else f"{value:.{digits}f}"


def _interval(row: Any) -> str:
    if row["difference"] != row["difference"]:
        return "-"
    if row["difference"] == row["low"] == row["high"] == 0:
        return "0 (exactly equal)"
    text = f"{row['difference']:+.3f}"
    return text if row["low"] != row["low"] else f"{text} [{row['low']:+.3f}, {row['high']:+.3f}]"
