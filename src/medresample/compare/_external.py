"""Is this a test set? Another table of the same columns and classes, and of other patients."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare._input import (
    Data,
    as_table,
    check_groups,
    codes_of,
    read_columns,
    read_labels,
    refuse_resampled,
    row_hashes,
)
from medresample.compare._splits import FEW_EVENTS


def check_external(
    X_test: Any, y_test: Any, groups_test: Any, data: Data, groups: Any, pos_label: Any
) -> Data | None:
    """Read the external test set and hold it against the table that trains; None without one."""
    if X_test is None and y_test is None and groups_test is None:
        return None
    if X_test is None or y_test is None:
        raise ValueError("X_test and y_test go together.")
    pd = load_extra("pandas", "compare_samplers")
    table = as_table(X_test, pd, "X_test")
    if hasattr(table, "columns"):
        refuse_resampled(table)
    _check_columns(table, data, pd)
    kind, values, columns = read_columns(table, pd, "X_test")
    if kind == "numeric":
        values = values.astype(data.values.dtype, copy=False)
    y = _check_labels(y_test, data, pos_label, pd)
    if len(y) != len(table):
        raise ValueError(f"X_test has {len(table)} rows, y_test has {len(y)}.")
    outside = replace(
        data,
        values=values,
        columns=columns,
        raw=table,
        y=y,
        codes=codes_of(y, data.labels),
        groups=_check_patients(groups_test, groups, len(y), pd),
    )
    _check_classes(outside)
    return outside


def share_seen(outside: Data, data: Data) -> float:
    """Share of the test rows that also train, cell for cell; a warning if there are any."""
    share = float(np.isin(row_hashes(outside), row_hashes(data)).mean())
    if share > 0:
        warnings.warn(
            f"{share:.1%} of the rows of X_test are, cell for cell, rows of X. In a table of a few "
            "categories that is natural; otherwise the test set is not external.",
            UserWarning,
            stacklevel=4,
        )
    return share


def _check_columns(table: Any, data: Data, pd: Any) -> None:
    """The same columns in the same order, numbers where there are numbers."""
    if table.shape[1] != data.n_features:
        raise ValueError(f"X has {data.n_features} columns, X_test has {table.shape[1]}.")
    known = [str(name) for name in getattr(data.raw, "columns", [])]
    names = [str(name) for name in getattr(table, "columns", [])]
    if bool(known) != bool(names):
        with_names, without = ("X", "X_test") if known else ("X_test", "X")
        raise ValueError(f"{with_names} has names of columns, {without} has none.")
    for mine, theirs in zip(names, known, strict=True):
        if mine == theirs:
            continue
        if set(names) == set(known):
            raise ValueError(
                f"X_test has the columns of X in another order ({mine!r} where {theirs!r} is): "
                "pass X_test[X.columns]."
            )
        missing = next(name for name in known if name not in names)
        raise ValueError(f"X_test has no column {missing!r}, and X has.")
    if not known:
        return
    is_numeric = pd.api.types.is_numeric_dtype
    for name, mine, theirs in zip(names, table.dtypes, data.raw.dtypes, strict=True):
        if is_numeric(mine) != is_numeric(theirs):
            raise TypeError(f"Column {name!r} is of type {theirs} in X, and of {mine} in X_test.")


def _check_labels(y_test: Any, data: Data, pos_label: Any, pd: Any) -> np.ndarray:
    y = read_labels(y_test, pd, "y_test")
    if data.labels == (f"not {pos_label}", str(pos_label)):  # one class against the rest
        y = np.where(y == pos_label, data.labels[1], data.labels[0])
    unknown = [label for label in set(y.tolist()) if label not in data.labels]
    if unknown:
        raise ValueError(f"y_test holds {unknown[0]!r}; y holds {list(data.labels)}.")
    return y


def _check_patients(groups_test: Any, groups: Any, n: int, pd: Any) -> np.ndarray | None:
    if groups is None:
        if groups_test is not None:
            raise ValueError("groups_test goes with groups, the patient of each row of X.")
        return None
    if groups_test is None:
        raise ValueError(
            "groups_test is missing: give the patient of each row of X_test, so that it can be "
            "checked that none of them trains. Where patients can not be the same, any other "
            "names will do."
        )
    codes = check_groups(groups_test, n, pd, "groups_test", "X_test")
    mine, theirs = (set(map(_name, pd.Series(ids).unique())) for ids in (groups_test, groups))
    both = sorted(mine & theirs)
    if both:
        are = "1 patient is" if len(both) == 1 else f"{len(both)} patients are"
        raise ValueError(
            f"{are} in X and in X_test (for example {both[0]!r}): who trains can not test."
        )
    return codes


def _name(patient: Any) -> str:
    """Patients 1 and 1.0 are one: a hole in a column turns its integers into floats."""
    whole = isinstance(patient, float | np.floating) and float(patient).is_integer()
    return str(int(patient)) if whole else str(patient)


def _check_classes(outside: Data) -> None:
    for label, n in zip(outside.labels, outside.counts, strict=True):
        if n == 0:
            raise ValueError(f"y_test holds no row of class {label!r}: it can not be scored.")
    fewest = int(outside.counts[1:].min() if len(outside.labels) == 2 else outside.counts.min())
    if fewest < FEW_EVENTS:
        warnings.warn(
            f"The external test set has only {fewest} cases of a class: its scores are very noisy.",
            UserWarning,
            stacklevel=5,
        )
