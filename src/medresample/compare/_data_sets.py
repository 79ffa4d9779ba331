"""Are these different data sets? Parts and copies of one table are refused, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from medresample.compare._input import check_data, row_hashes
from medresample.compare._result import ComparisonResult

_WHY = (
    "Folds and other parts of one table are no data sets: they share what is peculiar to it, so "
    "that tests over them find differences where there are none."
)
_OF_FOLDS = {"sampler", "estimator", "repeat", "fold"}
# From this share of common rows on, two tables are taken for parts of one.
_COMMON = 0.5


class DataSet(NamedTuple):
    """A table, its labels, and the patient of each row if rows belong to patients."""

    X: Any
    y: Any
    groups: Any = None


def check_data_sets(data_sets: Any) -> dict[str, DataSet]:
    """Read ``{name: (X, y) or (X, y, groups)}``, or say what is wrong with it."""
    if isinstance(data_sets, ComparisonResult) or _holds_folds(data_sets):
        raise ValueError(f"This is the result of a comparison on one data set. {_WHY}")
    if not isinstance(data_sets, Mapping):
        raise TypeError(
            "data_sets must be a mapping from names to (X, y) or (X, y, groups); "
            f"got {type(data_sets).__name__}."
        )
    found = {name: _check_one(name, value) for name, value in data_sets.items()}
    if len(found) < 2:
        raise ValueError(
            f"{len(found)} data set{'s' * (len(found) != 1)}: use compare_samplers, which compares "
            "on one."
        )
    _refuse_common_rows(found)
    return found


def _check_one(name: Any, value: Any) -> DataSet:
    if not isinstance(name, str) or not name:
        raise TypeError(f"Data sets are named by strings; got {name!r}.")
    if isinstance(value, ComparisonResult) or _holds_folds(value):
        raise ValueError(f"{name!r} is the result of a comparison, not a table. {_WHY}")
    if not isinstance(value, tuple | list) or len(value) not in (2, 3):
        raise TypeError(f"{name!r} must be (X, y) or (X, y, groups); got {type(value).__name__}.")
    if any(_holds_folds(part) for part in value):
        raise ValueError(f"{name!r} holds the folds of a comparison. {_WHY}")
    return DataSet(*value)


def _holds_folds(thing: Any) -> bool:
    columns = getattr(thing, "columns", ())
    return {str(column) for column in columns} >= _OF_FOLDS if len(columns) else False


def _refuse_common_rows(data_sets: Mapping[str, DataSet]) -> None:
    rows = {name: _rows_of(data_set) for name, data_set in data_sets.items()}
    for (one, a), (other, b) in combinations(rows.items(), 2):
        if a is None or b is None:  # it can not be read: a failure of its own, said later
            continue
        small, large = (a, b) if len(a) <= len(b) else (b, a)
        if np.array_equal(small, large):
            raise ValueError(f"{one!r} and {other!r} are the same table. {_WHY}")
        distinct = np.unique(small)
        if len(distinct) < len(small) / 2:  # a few categories: rows repeat by themselves
            continue
        common = float(np.isin(distinct, large).mean())
        if common > _COMMON:
            raise ValueError(
                f"{one!r} and {other!r} are parts of one table: {common:.0%} of the rows of the "
                f"smaller one are, cell for cell, rows of the other. {_WHY}"
            )


def _rows_of(data_set: DataSet) -> np.ndarray | None:
    """A number for each row that tells what is in its cells, in rising order."""
    try:
        data = check_data(data_set.X, data_set.y, data_set.groups, None)
    except (ValueError, TypeError):
        return None
    return np.sort(row_hashes(data, np.float64))
