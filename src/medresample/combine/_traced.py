"""What did another package's sampler do? A plan, from what it tells or from the rows it gave.

imbalanced-learn's samplers build the table themselves. Those that only drop or copy rows tell which
(`sample_indices_`); of others, a row that is found in the table bit for bit was kept, and any other
was made, nobody knows from what.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.base import NUMERIC
from .._core.columns import some_of
from .._core.plan import SamplingPlan
from .._core.recipes import Copies, Recipe, Values, row_ids
from .._core.table import Table, take_rows, wrap
from .._core.targets import Target, missing_values, read_target
from ..exceptions import ColumnTypeError, SamplerInputError


def traced_plan(sampler: Any, X: Any, y: Any, groups: Any, weights: Any) -> SamplingPlan:
    """Run a sampler, and tell what it did as a plan: kept rows first, then copies, then new ones.

    Raises
    ------
    SamplerInputError
        When groups or weights would have to follow rows of unknown origin.
    ColumnTypeError
        When rows of unknown origin hold labels.
    """
    X_new, y_new = sampler.fit_resample(X, y)
    table, target = wrap(X), read_target(y)
    codes = np.searchsorted(target.classes, read_target_labels(y_new))
    source = _told(sampler, X, X_new, y, codes, target)
    if source is None:
        source = _found(sampler, table, wrap(X_new), target, codes)
    unknown = source < 0
    known = source[~unknown]
    first = np.zeros(len(known), bool)
    first[np.unique(known, return_index=True)[1]] = True
    made: list[Recipe] = []
    if not first.all():
        made.append(Copies(row_ids(known[~first], table.n_rows)))
    if unknown.any():
        _refuse_metadata(sampler, groups, weights)
        made.append(_of_unknown_origin(wrap(X_new).numbers(np.flatnonzero(unknown))))
    keep = row_ids(known[first], table.n_rows)
    all_kept = np.array_equal(keep, np.arange(table.n_rows))
    label = np.concatenate([target.codes[known[~first]], codes[unknown]])
    label = label.astype(target.codes.dtype)
    return SamplingPlan(target, "all" if all_kept else keep, tuple(made), label, groups, weights)


def read_target_labels(y: Any) -> np.ndarray:
    """Labels of a result, which may be of one class."""
    return read_target(y).labels


def _told(
    sampler: Any, X: Any, X_new: Any, y: Any, codes: np.ndarray, target: Target
) -> np.ndarray | None:
    """Rows that the sampler says it took, where they are those that it gave."""
    indices = getattr(sampler, "sample_indices_", None)
    if indices is None:
        return None
    indices = np.asarray(indices)
    if len(indices) != len(codes) or not np.array_equal(target.codes[indices], codes):
        return None
    return indices if _is_same(take_rows(X, indices, renumber=True), X_new) else None


def _is_same(expected: Any, found: Any) -> bool:
    """Say whether two tables hold the same cells."""
    if hasattr(expected, "iloc"):
        return bool(expected.equals(found.reset_index(drop=True)))
    if hasattr(expected, "equals"):
        return bool(expected.equals(found))
    if hasattr(expected, "tocsr"):
        return expected.shape == found.shape and (expected != found).nnz == 0
    one, other = np.asarray(expected, object), np.asarray(found, object)
    if one.shape != other.shape:
        return False
    holes, others = missing_values(one.ravel()), missing_values(other.ravel())
    return bool(
        np.array_equal(holes, others) and np.array_equal(one.ravel()[~holes], other.ravel()[~holes])
    )


def _found(
    sampler: Any, table: Table, after: Table, target: Target, codes: np.ndarray
) -> np.ndarray:
    """Row of the table that each row of the result is, bit for bit; -1 where it is none."""
    words = [
        name for name, kind in zip(table.names, table.kinds(), strict=True) if kind not in NUMERIC
    ]
    if words:
        raise ColumnTypeError(
            f"{type(sampler).__name__} of {type(sampler).__module__.split('.')[0]} does not tell "
            f"where its rows come from, and column {some_of(words)} holds no numbers, so that they "
            "can not be traced. Use the sampler of that name of medresample."
        )
    rows: dict[tuple[int, bytes], list[int]] = {}
    for row, key in reversed(list(enumerate(_keys(table, target.codes)))):
        rows.setdefault(key, []).append(row)
    taken = [rows[key].pop() if rows.get(key) else -1 for key in _keys(after, codes)]
    return np.array(taken, np.intp)


def _keys(table: Table, codes: np.ndarray) -> list[tuple[int, bytes]]:
    """Give equal rows of a class equal keys."""
    numbers = table.numbers()
    if hasattr(numbers, "tocsr"):
        numbers = numbers.copy()
        numbers.sum_duplicates()
        numbers.eliminate_zeros()
        cuts = numbers.indptr[1:-1]
        pieces = zip(np.split(numbers.indices, cuts), np.split(numbers.data, cuts), strict=True)
        contents = [where.tobytes() + what.tobytes() for where, what in pieces]
    else:
        contents = [row.tobytes() for row in np.ascontiguousarray(numbers, np.float64)]
    return list(zip(codes.tolist(), contents, strict=True))


def _of_unknown_origin(rows: Any) -> Values:
    rows = rows.toarray() if hasattr(rows, "tocsr") else rows
    nobody = np.empty(0, np.int32)
    return Values(rows, np.zeros(len(rows) + 1, np.int32), nobody, np.empty(0, np.float32))


def _refuse_metadata(sampler: Any, groups: Any, weights: Any) -> None:
    for name, value in (("groups", groups), ("sample_weight", weights)):
        if value is not None:
            raise SamplerInputError(
                f"{type(sampler).__name__} of {type(sampler).__module__.split('.')[0]} does not "
                f"tell where its rows come from, so that {name} can not follow them. Use the "
                "sampler of that name of medresample."
            )
