"""Which cells can a sampler not work with? Said by column, with what to do about them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..exceptions import ColumnTypeError, SamplerInputError
from .columns import some_of
from .pages import MANY, let_go, rows_at_a_time
from .table import DenseTable, SparseTable, Table
from .threads import for_each_chunk, n_threads

_REFUSED = {
    "nominal": (
        "holds categories or words.",
        "Use SMOTEENC, which takes numbers and categories together (RandomOverSampler and "
        "RandomUnderSampler take any column), or encode it as numbers first.",
    ),
    "date": (
        "holds dates, between which there is no meaningful step.",
        "Turn it into a number first, such as days since admission or age in years.",
    ),
    "other": (
        "holds values that have no distance: each argument must be a string or a number.",
        "Turn it into a number, or drop it.",
    ),
}
_THROUGH_A_SPACE = (
    "Give {}= a transformer that turns every column into numbers, such as "
    "make_column_transformer((OneHotEncoder(), ['sex']), remainder=StandardScaler()): it serves to "
    "measure distances, and rows come out as they are."
)


def refuse_columns(table: Table, who: str, *, takes_labels: bool, space: str = "") -> None:
    """Refuse columns that are not numbers, naming them and what to do.

    Parameters
    ----------
    table : Table
        What was given.
    who : str
        The sampler, for the message.
    takes_labels : bool
        Whether it knows what to do with categories and words.
    space : str, default=""
        Its parameter for a transformer that makes numbers of any column, if it has one.
    """
    kinds = table.kinds()
    for kind, (what, remedy) in _REFUSED.items():
        columns = [table.names[j] for j, found in enumerate(kinds) if found == kind]
        if columns and not (takes_labels and kind == "nominal"):
            takes = "numbers and categories" if takes_labels else "numbers"
            raise ColumnTypeError(
                f"{who} works with {takes}, but column {some_of(columns)} {what} "
                + (_THROUGH_A_SPACE.format(space) if space else remedy)
            )


def refuse_sparse_holes(table: Table) -> None:
    """Refuse missing values in a sparse table, naming the columns."""
    if not isinstance(table, SparseTable) or table.rows.dtype.kind != "f":
        return
    bad = np.unique(table.rows.indices[np.isnan(table.rows.data)])
    if len(bad):
        raise SamplerInputError(
            f"Input X contains NaN in column {some_of(_named(table, bad))} of a sparse matrix, "
            "where most values are zeros that are not stored: impute it first, or pass a dense "
            "table."
        )


def refuse_infinite(table: Table) -> None:
    """Refuse infinite values, naming the columns."""
    if isinstance(table, SparseTable):
        bad = np.unique(table.rows.indices[~np.isfinite(table.rows.data)])
    else:
        bad = _infinite_columns(table)
    if len(bad):
        raise SamplerInputError(
            f"Input X contains infinity or a value too large in column "
            f"{some_of(_named(table, bad))}: replace it by a number, or by NaN if it is missing."
        )


def refuse_holes(table: Table, who: str) -> None:
    """Refuse missing numbers, naming the columns, for a sampler that can not work with them."""
    if isinstance(table, SparseTable):
        return  # there they are refused for everybody
    if isinstance(table, DenseTable):
        kind = table.array.dtype.kind
        if kind in "iub" or (kind == "f" and _is_finite(table.array)):
            return
    numbers = np.flatnonzero(np.isin(table.kinds(), ("float", "integer", "boolean"))).tolist()
    bad = [table.names[j] for j in numbers if np.isnan(table.column(j)).any()]
    if bad:
        raise SamplerInputError(
            f"Input X contains NaN in column {some_of(bad)}, and {who} does not work with missing "
            "values. Impute them first, in the pipeline before it, or use a sampler that works "
            "around them, such as SMOTE or RandomUnderSampler."
        )


def _named(table: Table, columns: np.ndarray) -> list[Any]:
    return [table.names[column] for column in columns]


def _is_finite(array: np.ndarray) -> bool:
    """Look at every value once; a sum that overflows is no proof, so False means "look closer"."""

    def finite(rows: slice) -> bool:
        with np.errstate(all="ignore"):
            total = array[rows].sum()
        let_go(array)
        return bool(np.isfinite(total))

    threads = n_threads() if array.nbytes > MANY else 1
    return all(for_each_chunk(finite, len(array), rows_at_a_time(array), threads))


def _infinite_columns(table: Table) -> np.ndarray:
    columns = np.flatnonzero([kind == "float" for kind in table.kinds()])
    if isinstance(table, DenseTable):
        if table.array.dtype.kind not in "fO":
            return np.empty(0, np.intp)
        if table.array.dtype.kind == "f" and _is_finite(table.array):
            return np.empty(0, np.intp)
    infinite = [bool(np.isinf(table.column(int(column))).any()) for column in columns]
    return columns[np.array(infinite, dtype=bool)]
