"""Which labels does a column hold? Small integer codes, and for each label a row that carries it.

The codes are read straight from what a column is made of: the codes of a categorical, hashes of
words, sorted numbers. A missing cell is a level of its own. How the levels are numbered says
nothing, except for ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exceptions import ColumnTypeError


@dataclass(frozen=True, eq=False)
class Ranks:
    """Ordered labels as numbers.

    Parameters
    ----------
    places : ndarray of float of shape (n_rows,)
        Place of each cell among the levels from 0, NaN where it is missing.
    n_levels : int
        How many levels there are, also such that do not occur.
    """

    places: np.ndarray
    n_levels: int


@dataclass(frozen=True, eq=False)
class Levels:
    """The labels of a column that occur.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        Number of the level of each row, in the smallest type that will do.
    example : ndarray of int of shape (n_levels,)
        First row that carries each level.
    missing : int
        Number of the level of the missing cells, -1 where there are none.
    """

    codes: np.ndarray
    example: np.ndarray
    missing: int

    def __len__(self) -> int:
        return len(self.example)


def read_levels(cells: Any) -> Levels:
    """Number the labels of a column: an array, a pandas Series or a polars Series."""
    keys = _keys(cells)
    seen, codes = _dense(keys)
    missing = 0 if len(seen) and seen[0] < 0 else -1
    example = np.empty(len(seen), np.intp)
    example[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return Levels(codes, example, missing)


def read_ranks(cells: Any) -> Ranks:
    """Read ordered labels: an ordered categorical of pandas, an Enum of polars, or numbers."""
    if hasattr(cells, "cat") and getattr(cells.dtype, "ordered", False):
        keys, n_levels = np.asarray(cells.cat.codes), len(cells.dtype.categories)
    elif str(cells.dtype).startswith("Enum"):
        keys, n_levels = _physical(cells), len(cells.dtype.categories)
    elif is_numeric(cells):
        keys = _keys(cells)
        n_levels = int(keys.max(initial=-1)) + 1
    else:
        raise ColumnTypeError(
            f"has the type {cells.dtype}, whose labels have no order: make it an ordered "
            "categorical (pandas), an Enum (polars) or numbers."
        )
    return Ranks(np.where(keys < 0, np.nan, keys), n_levels)


def is_numeric(cells: Any) -> bool:
    """Say whether a column holds numbers or flags."""
    if hasattr(cells, "null_count"):
        return bool(cells.dtype.is_numeric()) or str(cells.dtype) == "Boolean"
    kind = getattr(cells.dtype, "kind", "O")
    return kind in "fiub" and not hasattr(cells, "cat")


def _dense(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Renumber keys from -1 upward so that every number occurs; the order stays."""
    places = keys.astype(np.intp) + 1
    if places.max(initial=0) > 4 * len(places) + 256:  # codes of polars may have large gaps
        seen, places = np.unique(places, return_inverse=True)
        return seen - 1, places.astype(np.min_scalar_type(len(seen)))
    there = np.bincount(places) > 0
    number = np.cumsum(there) - 1
    return np.flatnonzero(there) - 1, number.astype(np.min_scalar_type(len(there)))[places]


def _keys(cells: Any) -> np.ndarray:
    """Give equal cells equal numbers from 0, and missing ones -1; numbers keep their order."""
    if hasattr(cells, "null_count"):
        return _keys_of_polars(cells)
    if hasattr(cells, "iloc"):
        return _keys_of_pandas(cells)
    if cells.dtype.kind in "fiub":
        return _keys_of_numbers(cells)
    return _keys_of_objects(cells.tolist())


def _keys_of_numbers(cells: np.ndarray) -> np.ndarray:
    seen, keys = np.unique(cells, return_inverse=True)
    if cells.dtype.kind == "f":
        keys = np.where(np.isnan(seen)[keys], -1, keys)
    return keys


def _keys_of_objects(cells: list[Any]) -> np.ndarray:
    number: dict[Any, int] = {}
    try:
        different = dict.fromkeys(cells)
        for cell in different:
            number[cell] = -1 if _is_missing(cell) else len(number)
    except TypeError as error:
        raise ColumnTypeError(f"holds values that are no labels: {error}.") from None
    return np.fromiter(map(number.__getitem__, cells), np.intp, len(cells))


def _is_missing(cell: Any) -> bool:
    if isinstance(cell, str):
        return False
    try:
        return cell is None or bool(cell != cell)
    except TypeError:  # pandas.NA has no truth value
        return True


def _keys_of_pandas(cells: Any) -> np.ndarray:
    if hasattr(cells, "cat"):
        return np.asarray(cells.cat.codes)
    if str(cells.dtype).startswith("Sparse"):
        cells = cells.sparse.to_dense()
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "fiub":
        return _keys_of_numbers(cells.to_numpy())
    try:
        return np.asarray(cells.factorize(sort=is_numeric(cells))[0])
    except TypeError as error:
        raise ColumnTypeError(f"holds values that are no labels: {error}.") from None


def _keys_of_polars(cells: Any) -> np.ndarray:
    import polars

    if cells.dtype in (polars.Categorical, polars.Enum):
        return _physical(cells)
    if cells.dtype == polars.String:
        return _physical(cells.cast(polars.Categorical))
    if cells.dtype == polars.Object:
        return _keys_of_objects(cells.to_list())
    if cells.dtype == polars.Boolean:
        cells = cells.cast(polars.Int8)
    keys = cells.rank("dense").cast(polars.Int64).fill_null(0).to_numpy() - 1
    if cells.dtype.is_float():
        keys = np.where((cells.is_nan() | cells.is_null()).to_numpy(), -1, keys)
    return keys


def _physical(cells: Any) -> np.ndarray:
    import polars

    return np.asarray(cells.to_physical().cast(polars.Int64).fill_null(-1).to_numpy())
