"""Which columns does the user mean? Names, positions or a mask in, positions out."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..exceptions import SamplerInputError


def column_positions(columns: Any, names: list[Any], parameter: str) -> tuple[int, ...]:
    """Read a column parameter.

    Parameters
    ----------
    columns : None, or array-like of names, positions or bool
        What the user gave; None means no column.
    names : list
        Names of the table's columns, or their positions where it has no names.
    parameter : str
        Name of the parameter, for messages.

    Returns
    -------
    positions : tuple of int, sorted
    """
    if columns is None:
        return ()
    given = _as_array(columns)
    if given.ndim != 1:
        raise SamplerInputError(f"{parameter} must be one-dimensional, found shape {given.shape}.")
    if not given.size:
        return ()
    if given.dtype.kind == "b":
        if len(given) != len(names):
            raise SamplerInputError(
                f"{parameter} is a mask of {len(given)} entries for {len(names)} columns."
            )
        return tuple(np.flatnonzero(given).tolist())
    return tuple(sorted({_position(column, names, parameter) for column in given.tolist()}))


def _as_array(columns: Any) -> np.ndarray:
    """Keep positions beside names as numbers, and names that are tuples in one piece."""
    if not isinstance(columns, list | tuple) or not any(
        isinstance(column, str | tuple) for column in columns
    ):
        return np.asarray(columns)
    given = np.empty(len(columns), dtype=object)
    for place, column in enumerate(columns):
        given[place] = column
    return given


def _position(column: Any, names: list[Any], parameter: str) -> int:
    if column in names:
        return names.index(column)
    if isinstance(column, int) and -len(names) <= column < len(names):
        return column % len(names)
    raise SamplerInputError(
        f"{parameter} names column {column!r}, which the table does not have. It has: "
        f"{some_of(names, 8)}."
    )


def some_of(names: list[Any], at_most: int = 5) -> str:
    """Name some columns, for messages."""
    return ", ".join(map(str, names[:at_most])) + (", ..." if len(names) > at_most else "")
