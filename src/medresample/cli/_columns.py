"""Which columns are meant? Names that were typed, found among the features of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from medresample.cli._mistakes import listed

if TYPE_CHECKING:
    from medresample.datasets import TableFile

Categorical = Annotated[
    str | None,
    typer.Option(
        metavar="COL[,COL]",
        help="Columns whose numbers are codes of categories, such as a stage or a hospital. "
        "Columns of words are categories anyway.",
        rich_help_panel="Data",
    ),
]


def feature_columns(option: str, text: str, table: TableFile) -> list[str]:
    """Columns of a comma-separated list, each of them a feature of the table."""
    from medresample.datasets._hints import nearest

    known = [str(column) for column in table.X.columns]
    columns = listed(text)
    for column in columns:
        if column not in known:
            raise ValueError(f"{option}: no feature column {column!r}.{nearest(column, known)}")
    return columns


def with_categories(table: TableFile, columns: str | None) -> TableFile:
    """Give the table with the columns that were named for `--categorical` as categories."""
    if columns is None:
        return table
    names = feature_columns("--categorical", columns, table)
    return replace(table, X=table.X.astype(dict.fromkeys(names, "category")))
