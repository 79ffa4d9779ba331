"""How strongly does a label belong to a class? Counts, what chance would give, and their relation.

For a label that ``e`` of ``t`` rows carry, ``o`` of them among the ``s`` rows of the class, chance
would give ``e' = e * s / t`` rows of the class. The association is ``(o - e') / e'``: -1 for a
label that the class never has, 0 for one it has as often as everybody. Weighted by ``e``, the
associations of a column sum to 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .._core.levels import Levels
from .._core.table import take_rows
from .._core.targets import Target
from .._core.task import Task


@dataclass(frozen=True, eq=False)
class Associations:
    """The labels of one column and one class; arrays of shape (n_levels,)."""

    observed: np.ndarray
    expected: np.ndarray
    association: np.ndarray


def associate(levels: Levels, rows: np.ndarray) -> Associations:
    """Relate the labels of a column to a class.

    Parameters
    ----------
    levels : Levels
        Labels of the whole table.
    rows : ndarray of int
        Rows of the class.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample._core.levels import read_levels
    >>> labels = np.repeat(["A", "B", "C"], [10, 5, 5])
    >>> found = associate(read_levels(labels), np.array([0, 10, 11, 12]))
    >>> found.expected.tolist(), found.association.tolist()
    ([2.0, 1.0, 1.0], [-0.5, 2.0, -1.0])
    """
    n_levels, n_rows = len(levels), len(levels.codes)
    everywhere = np.bincount(levels.codes, minlength=n_levels)
    observed = np.bincount(levels.codes[rows], minlength=n_levels)
    # products of whole numbers, so that labels with the same shares get the same bits
    association = (observed * n_rows) / (everywhere * len(rows)) - 1
    return Associations(observed, everywhere * len(rows) / n_rows, association)


def record_type(target: Target) -> list[Any]:
    """Fields of the records of an encoding."""
    return [
        ("column", object),
        ("label", target.classes.dtype),
        ("level", object),
        ("observed", np.int64),
        ("expected", np.float64),
        ("association", np.float64),
        ("code", np.float64),
    ]


def records(
    task: Task, code: int, column: int, levels: Levels, found: Associations, unit: float
) -> np.ndarray:
    """Give the associations of a column and a class as a structured array, a record per label."""
    out = np.empty(len(levels), record_type(task.target))
    out["column"] = [task.table.names[column]] * len(levels)  # a name may be a tuple
    out["label"] = task.target.classes[code]
    out["level"] = level_names(task.table.cells(column), levels)
    out["observed"], out["expected"] = found.observed, found.expected
    out["association"], out["code"] = found.association, found.association * unit
    return out


def level_names(cells: Any, levels: Levels) -> np.ndarray:
    """Labels of a column as they are, by their numbers; None where missing."""
    taken = take_rows(cells, levels.example, renumber=False)
    names = np.empty(len(levels), object)
    names[:] = taken.to_list() if hasattr(taken, "to_list") else taken.tolist()
    if levels.missing >= 0:
        names[levels.missing] = None
    return names
