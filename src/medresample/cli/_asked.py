"""What is compared on? The tables of the files that were named, or the embedded data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from medresample.cli._columns import with_categories

if TYPE_CHECKING:
    from medresample.datasets import TableFile


class Asked(NamedTuple):
    """What is compared on, under the names that ``compare_samplers`` gives them."""

    X: Any
    y: Any
    groups: Any
    pos_label: Any
    title: str
    description: str
    X_test: Any = None
    y_test: Any = None
    groups_test: Any = None


def read_asked(
    file: Path | None,
    test: Path | None,
    target: str | None,
    groups: str | None,
    positive: str | None,
    categorical: str | None,
) -> Asked:
    from medresample.datasets import TableFile, load_nuclei

    if file is None:
        if target or groups or categorical or test:
            raise ValueError(
                "--target, --groups, --categorical and --test belong to a FILE; no FILE was given."
            )
        nuclei = load_nuclei()
        table = TableFile(X=nuclei.data, y=nuclei.target)
        title, about = nuclei.title, nuclei.summary
    else:
        table = _read(file, target, groups, categorical)
        title, about = file.name, f"Label: {table.y.name}."
        if table.groups is not None:
            about += f" Patients: {table.groups.name}."
    label, note = _positive(table, positive)
    outside = None if test is None else _read(test, target, groups, categorical)
    if test is not None:
        note += f" External test set: {test.name}."
    tested = {} if outside is None else _under(outside, "_test")
    return Asked(**_under(table), **tested, pos_label=label, title=title, description=about + note)


def _under(table: TableFile, ending: str = "") -> dict[str, Any]:
    """The parts of a table under the names that ``compare_samplers`` gives them."""
    parts = {"X": table.X, "y": table.y, "groups": table.groups}
    return {name + ending: part for name, part in parts.items()}


def _read(file: Path, target: str | None, groups: str | None, categorical: str | None) -> TableFile:
    from medresample.datasets import read_table

    table = with_categories(read_table(file, target=target, groups=groups), categorical)
    _refuse_resampled(file, table)
    return table


def _refuse_resampled(file: Path, table: TableFile) -> None:
    if table.resampled:
        raise ValueError(
            f"{file} was written by 'medresample resample': its rows can not be split into "
            "training and test parts any more. Compare on the original table."
        )


def _positive(table: TableFile, positive: str | None) -> tuple[Any, str]:
    """The positive label, and what to say where several labels become two, or stay."""
    labels = table.y.unique().tolist()
    label = None if positive is None else _label(positive, labels)
    if len(labels) <= 2:
        return label, ""
    from medresample.compare._input import refuse_continuous
    from medresample.datasets._hints import some

    refuse_continuous(labels)
    said = some(sorted(map(str, labels)))
    if label is None:
        return None, f" Each against the rest: {said}."
    return label, f" {label} against the rest of: {said}."


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
