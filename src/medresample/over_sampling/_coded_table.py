"""Where does a row of numbers and labels lie? At its numbers, and at a code for each label."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from .._core.base import NUMERIC
from .._core.levels import Ranks
from .._core.nearest_labels import Mismatches
from .._core.neighbors import Neighbors
from .._core.task import Task
from ._mixed_columns import MixedColumns


@dataclass(frozen=True, eq=False)
class CodedTable:
    """A table with a number in place of each label: a view that neighbors are searched in.

    Parameters
    ----------
    columns : MixedColumns
        What is done with each column.
    codes : dict of {int: ndarray of float of shape (n_levels,)}
        Number of each level, for each column of labels.
    unit : float
        How far the lowest and the highest level of a column of ranks are apart.
    """

    columns: MixedColumns
    codes: dict[int, np.ndarray]
    unit: float = 1.0

    def numbers(self, rows: np.ndarray) -> Any:
        """Coordinates of some rows, in the order of the columns."""
        table, columns = self.columns.table, self.columns
        if columns.all_numbers:
            return table.numbers(rows)
        out = self._measured(rows)
        for j, code in self.codes.items():
            out[:, j] = code[columns.labels[j].codes[rows]]
        for j, ranks in columns.ranks.items():
            out[:, j] = scaled(ranks, self.unit)[rows]
        return out

    def _measured(self, rows: np.ndarray) -> np.ndarray:
        """Make room for all columns, with the columns of numbers filled in."""
        table, columns = self.columns.table, self.columns
        if all(kind in NUMERIC for kind in table.kinds()):
            out = table.numbers(rows)
            return out.toarray() if hasattr(out, "tocsr") else out
        measured = columns.measured(rows)
        out = np.empty((len(rows), table.n_columns), measured.dtype)
        out[:, columns.numbers] = measured
        return out


@dataclass(frozen=True, eq=False)
class IndicatorTable:
    """A table with a column for each label: a view for search objects of the user's own.

    Rows whose labels differ are a unit apart: each has ``unit / sqrt(2)`` where the other has 0.

    Parameters
    ----------
    columns : MixedColumns
        What is done with each column.
    unit : float
        How far two labels are apart.
    """

    columns: MixedColumns
    unit: float = 1.0

    def numbers(self, rows: np.ndarray) -> Any:
        """Coordinates of some rows: numbers, ranks, then indicators of the labels they carry."""
        if self.columns.all_numbers:
            return self.columns.table.numbers(rows)
        parts = [measured_and_ranked(self.columns, self.unit, rows)]
        for levels in self.columns.labels.values():
            occurring, place = np.unique(levels.codes[rows], return_inverse=True)
            parts.append(np.eye(len(occurring))[place] * (self.unit / np.sqrt(2)))
        return np.concatenate(parts, axis=1)


def measured_and_ranked(columns: MixedColumns, unit: float, rows: np.ndarray) -> np.ndarray:
    """Numbers and scaled ranks of some rows as a matrix of floats."""
    places = [scaled(ranks, unit)[rows] for ranks in columns.ranks.values()]
    return np.column_stack([columns.measured(rows), *places])


def mismatches(columns: MixedColumns, unit: float, rows: np.ndarray) -> Mismatches:
    """Prepare the comparison of some rows, where a label that differs counts as one unit."""
    labels = [levels.codes[rows] for levels in columns.labels.values()]
    scale = 2.0 ** min(-int(np.frexp(unit)[1]), 1000)  # a power of two: nothing is rounded
    numbers = measured_and_ranked(columns, unit, rows).astype(np.float64) * scale
    return Mismatches(numbers, np.column_stack(labels), (unit * scale) ** 2)


def scaled(ranks: Ranks, unit: float) -> np.ndarray:
    """Places of ordered labels, with the lowest and the highest level one unit apart."""
    return ranks.places * (unit / max(1, ranks.n_levels - 1))


def search_through(sampler: Any, task: Task, view: Any) -> Neighbors:
    """Open the search that a sampler's parameters describe, in the coordinates of a view."""
    return task.neighbors(
        index=None if isinstance(sampler.k_neighbors, Integral) else sampler.k_neighbors,
        view=view,
        partner_groups=sampler.partner_groups,
        n_jobs=sampler.n_jobs,
    )
