"""Which columns hold numbers, labels or ranks? Those declared to, or that look so by their type."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._compat import StrOptions
from .._core.columns import column_positions, some_of
from .._core.extent import extent_of
from .._core.levels import Levels, Ranks, read_levels, read_ranks
from .._core.table import Table
from .._core.task import Task, warn_of_scales
from ..exceptions import ColumnTypeError, FallbackWarning

# Kinds of column that categorical_features="auto" takes for labels.
LABELED = ("nominal", "boolean")
# What the parameters that name columns may be.
CATEGORICAL = [StrOptions({"auto"}), "array-like"]
COLUMNS = ["array-like", None]

_REMEDY = (
    "Bring them to comparable scales before, such as with a StandardScaler() for the columns of "
    "numbers."
)


@dataclass(frozen=True, eq=False)
class MixedColumns:
    """The columns of a mixed table, by what is done with them.

    Parameters
    ----------
    table : Table
        Where they are.
    numbers : tuple of int
        Columns that are interpolated.
    labels : dict of {int: Levels}
        Columns that are voted on.
    ranks : dict of {int: Ranks}
        Columns of ordered labels, which are interpolated from level to level.
    discrete : tuple of int
        Float columns that are rounded to whole numbers.
    """

    table: Table
    numbers: tuple[int, ...]
    labels: dict[int, Levels]
    ranks: dict[int, Ranks]
    discrete: tuple[int, ...] = ()

    @property
    def all_numbers(self) -> bool:
        """Whether there is nothing but numbers."""
        return not self.labels and not self.ranks

    @property
    def names(self) -> list[Any]:
        """Names of the columns of numbers."""
        return [self.table.names[j] for j in self.numbers]

    def measured(self, rows: np.ndarray) -> np.ndarray:
        """Columns of numbers of some rows as a matrix of floats, float32 where all of them are."""
        columns = [self.table.column(j, rows) for j in self.numbers]
        single = bool(columns) and all(values.dtype == np.float32 for values in columns)
        out = np.empty((len(rows), len(columns)), np.float32 if single else np.float64)
        for place, values in enumerate(columns):
            out[:, place] = values
        return out


def read_columns(sampler: Any, table: Table) -> MixedColumns:
    """Read what the parameters of a sampler say about the columns of a table.

    Raises
    ------
    ColumnTypeError
        When a column of words is not among the categorical ones, or labels without an order are
        declared ordinal.
    """
    names, kinds = table.names, table.kinds()
    ranked = column_positions(sampler.ordinal_features, names, "ordinal_features")
    given = sampler.categorical_features
    if isinstance(given, str):
        chosen = tuple(j for j, kind in enumerate(kinds) if kind in LABELED)
    else:
        chosen = column_positions(given, names, "categorical_features")
    labeled = tuple(j for j in chosen if j not in ranked)
    numbers = tuple(j for j in range(len(names)) if j not in labeled and j not in ranked)
    words = [names[j] for j in numbers if kinds[j] == "nominal"]
    if words:
        raise ColumnTypeError(
            f"Column {some_of(words)} holds categories or words, but categorical_features does not "
            "list it. Add it there, or use categorical_features='auto'."
        )
    discrete = column_positions(sampler.discrete_features, names, "discrete_features")
    return MixedColumns(
        table,
        numbers,
        {j: _of_column(read_levels, table, j) for j in labeled},
        {j: _of_column(read_ranks, table, j) for j in ranked},
        tuple(j for j in discrete if j in numbers),
    )


def label_all(table: Table) -> MixedColumns:
    """Take every column for labels."""
    columns = range(table.n_columns)
    return MixedColumns(table, (), {j: _of_column(read_levels, table, j) for j in columns}, {})


def _of_column(read: Any, table: Table, column: int) -> Any:
    try:
        return read(table.cells(column))
    except ColumnTypeError as error:
        raise ColumnTypeError(f"Column {table.names[column]} {error}") from None


def check_scales(task: Task, columns: MixedColumns) -> None:
    """Warn when one column of numbers varies so much that the others hardly count."""
    growing = [task.rows_of(code) for code, n_new in task.wanted.items() if n_new]
    if growing and len(columns.numbers) > 1:
        view = task.table if columns.all_numbers else _Measured(columns)
        warn_of_scales(view, np.concatenate(growing), _REMEDY)


@dataclass(frozen=True, eq=False)
class _Measured:
    """The columns of numbers alone, as a table that can be looked at."""

    columns: MixedColumns

    @property
    def names(self) -> list[Any]:
        return self.columns.names

    def numbers(self, rows: np.ndarray) -> np.ndarray:
        return self.columns.measured(rows)


def typical_spread(task: Task, code: int, columns: MixedColumns) -> float:
    """Median of the standard deviations of the columns of numbers within a class.

    It is the unit in which labels are told apart; 1 where there is no such column, and, with a
    warning, where the median is 0. Missing values are left out, and so are columns without any
    value. Standard deviations divide by the number of rows.
    """
    if not columns.numbers:
        return 1.0
    values = columns.measured(task.rows_of(code))
    extent = extent_of(values)
    values = extent.condition(values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # columns without any value
        if np.isnan(values).any():
            spread = np.nanmedian(np.nanstd(values, axis=0, dtype=np.float64))
        else:
            spread = np.median(values.std(axis=0, dtype=np.float64))
    if spread > 0:
        return float(spread) * extent.unit
    warnings.warn(
        f"Class {task.class_name(code)}: most columns of numbers are constant, so they give no "
        "scale for the categories; 1 is used.",
        FallbackWarning,
        stacklevel=2,
    )
    return 1.0
