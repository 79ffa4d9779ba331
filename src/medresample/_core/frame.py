"""What does a dataframe look like from inside? pandas by its own means, polars through narwhals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import narwhals.stable.v1 as nw
import numpy as np

from ..exceptions import SamplerInputError
from .holes import fill_whole
from .recipes import Recipe, is_plain_copy, is_voted


class FrameTable:
    """A dataframe, read and rebuilt column by column, so that only the output is a copy."""

    def __init__(self, X: Any) -> None:
        self.native = X
        self._is_pandas = hasattr(X, "iloc")
        self.n_rows, self.n_columns = X.shape
        if not self.n_rows or not self.n_columns:
            raise ValueError(
                f"Found array with {self.n_rows} sample(s) and {self.n_columns} feature(s) "
                f"(shape={X.shape}) while a minimum of 1 is required."
            )
        self.names: list[Any] = list(X.columns)
        repeated = sorted(str(name) for name, n in Counter(self.names).items() if n > 1)
        if repeated:
            raise SamplerInputError(
                f"Column names must be unique, but these occur more than once: "
                f"{', '.join(repeated[:5])}. Rename them first."
            )

    def kinds(self) -> list[str]:
        """Kind of each column."""
        return self._kinds

    @cached_property
    def _kinds(self) -> list[str]:
        return [_kind(self._series(column)) for column in range(self.n_columns)]

    def column(self, column: int, rows: Any = None) -> np.ndarray:
        """One column as numbers, NaN where missing."""
        return _numbers(self._series(column), rows)

    def cells(self, column: int) -> Any:
        """One column as it is: a Series."""
        return self._series(column)

    def numbers(self, rows: Any = None) -> np.ndarray:
        """Rows as a matrix of floats: float32 if every column is, else float64."""
        first = self.column(0, rows)
        single = all(str(dtype).lower() == "float32" for dtype in self.native.dtypes)
        out = np.empty((len(first), self.n_columns), np.float32 if single else np.float64)
        for column in range(self.n_columns):
            out[:, column] = first if column == 0 else self.column(column, rows)
        return out

    def take(self, rows: np.ndarray) -> Any:
        """Rows in the order asked for, with their index labels."""
        return self.native.iloc[rows] if self._is_pandas else self.native[rows]

    def grow(
        self, keep: np.ndarray | None, made: Sequence[Recipe], out: np.ndarray | None = None
    ) -> Any:
        """Kept rows, then the new ones, with a fresh RangeIndex."""
        if out is not None:
            raise SamplerInputError("out is for arrays: a dataframe is always built anew.")
        if all(is_plain_copy(recipe) for recipe in made):
            kept = np.arange(self.n_rows) if keep is None else keep
            taken = self.take(np.concatenate([kept, *[recipe.seed for recipe in made]]))
            return taken.reset_index(drop=True) if self._is_pandas else taken
        dtypes = set(self.native.dtypes)
        if self._is_pandas and len(dtypes) == 1:
            (dtype,) = dtypes
            if isinstance(dtype, np.dtype) and dtype.kind in "fiub":
                return self._grow_block(dtype, keep, made)
        columns = [self._grown(column, keep, made) for column in range(self.n_columns)]
        return self._assemble(columns)

    def _grow_block(self, dtype: np.dtype, keep: np.ndarray | None, made: Sequence[Recipe]) -> Any:
        """Write columns of one type into one block of memory, as a frame made from an array has."""
        import pandas

        n_kept = self.n_rows if keep is None else len(keep)
        n_rows = n_kept + sum(len(recipe) for recipe in made)
        out = np.empty((n_rows, self.n_columns), dtype, order="F")
        for column in range(self.n_columns):
            values = self._series(column).to_numpy()
            out[:n_kept, column] = values if keep is None else values[keep]
            at = n_kept
            for recipe in made:
                here = out[at : at + len(recipe), column : column + 1]
                recipe.fill(values[:, None], np.array([column]), here)
                at += len(recipe)
        return pandas.DataFrame(out, columns=self.native.columns, copy=False)

    def _series(self, column: int) -> Any:
        if self._is_pandas:
            return self.native.iloc[:, column]
        return self.native[self.names[column]]

    def _grown(self, column: int, keep: np.ndarray | None, made: Sequence[Recipe]) -> Any:
        series = self._series(column)
        kept = series if keep is None else _take(series, keep)
        computed = self._kinds[column] in ("float", "integer", "boolean")
        return _append(
            kept,
            [
                _new_cells(series, column, recipe)
                if computed and not is_voted(recipe, column)
                else _take(series, recipe.donors(column))
                for recipe in made
            ],
        )

    def _assemble(self, columns: list[Any]) -> Any:
        if not self._is_pandas:
            return self.native.__class__(dict(zip(self.names, columns, strict=True)))
        import pandas

        frame = pandas.DataFrame(dict(enumerate(columns)), copy=False)
        frame.columns = self.native.columns
        return frame


def _dtype(series: Any) -> Any:
    if str(series.dtype).startswith("Sparse"):
        series = series.iloc[:0].sparse.to_dense()
    return nw.from_native(series, series_only=True).dtype


def _kind(series: Any) -> str:
    dtype = _dtype(series)
    if dtype.is_float():
        return "float"
    if dtype.is_integer():
        return "integer"
    if dtype == nw.Boolean:
        return "boolean"
    if dtype in (nw.String, nw.Categorical, nw.Enum, nw.Object):
        return "nominal"
    return "date" if dtype.is_temporal() else "other"


def _numbers(series: Any, rows: Any = None) -> np.ndarray:
    if rows is not None:
        series = _take(series, rows)
    if hasattr(series, "iloc"):
        if isinstance(series.dtype, np.dtype):
            return series.to_numpy()
        if str(series.dtype).startswith("Sparse"):
            return np.asarray(series.sparse.to_dense())
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    if series.null_count():
        return series.cast(_float_of(series)).to_numpy()
    return series.to_numpy()


def _float_of(series: Any) -> Any:
    import polars

    return polars.Float32 if series.dtype == polars.Float32 else polars.Float64


def _take(series: Any, rows: np.ndarray) -> Any:
    return series.iloc[rows] if hasattr(series, "iloc") else series.gather(rows)


def _new_cells(series: Any, column: int, recipe: Recipe) -> Any:
    """New cells of a column of numbers, in the column's own type."""
    if is_plain_copy(recipe):
        return _take(series, recipe.seed)
    if _kind(series) == "float":
        values = _numbers(series)
        out = np.empty((len(recipe), 1), values.dtype)
        recipe.fill(values[:, None], np.array([column]), out)
        return _as_floats_of(series, out[:, 0])
    values, holes = _whole(series)
    return _as_whole_of(series, *fill_whole(recipe, values, holes, column))


def _whole(series: Any) -> tuple[np.ndarray, np.ndarray]:
    """Give the values of a column of whole numbers or flags, 0 in its holes, and the holes."""
    dtype = _dtype(series)
    if str(series.dtype).startswith("Sparse"):
        series = series.sparse.to_dense()
    numpy_type = np.dtype(bool if dtype == nw.Boolean else str(dtype).lower())
    if not hasattr(series, "iloc"):
        holes = series.is_null().to_numpy()
        filled = series.fill_null(False if dtype == nw.Boolean else 0)
        return filled.to_numpy().astype(numpy_type, copy=False), holes
    holes = series.isna().to_numpy()
    if holes.any():
        series = series.fillna(False if dtype == nw.Boolean else 0)
    return series.to_numpy(dtype=numpy_type), holes


def _as_whole_of(series: Any, new: np.ndarray, holes: np.ndarray) -> Any:
    if not hasattr(series, "iloc"):
        import polars

        cells = polars.Series(series.name, new, dtype=series.dtype)
        return cells.scatter(np.flatnonzero(holes), None) if holes.any() else cells
    import pandas

    cells = pandas.array(new, dtype=series.dtype)
    if holes.any():
        cells[holes] = pandas.NA
    return pandas.Series(cells)


def _as_floats_of(series: Any, new: np.ndarray) -> Any:
    if not hasattr(series, "iloc"):
        import polars

        # a hole is null where the column marks its holes as null, and NaN where it does so
        cells = polars.Series(series.name, new, nan_to_null=bool(series.null_count()))
        return cells.cast(series.dtype)
    import pandas

    if isinstance(series.dtype, np.dtype) or str(series.dtype).startswith("Sparse"):
        return pandas.Series(pandas.array(new, dtype=series.dtype))
    holes = np.isnan(new)
    cells = pandas.array(np.where(holes, 0, new), dtype=series.dtype)
    if holes.any():
        cells[holes] = pandas.NA
    return pandas.Series(cells)


def _append(kept: Any, parts: list[Any]) -> Any:
    if hasattr(kept, "iloc"):
        import pandas

        if isinstance(kept.dtype, np.dtype) and kept.dtype.kind in "fiub":
            return np.concatenate([kept.to_numpy(), *[part.to_numpy() for part in parts]])
        return pandas.concat([kept, *parts], ignore_index=True)
    import polars

    return polars.concat([kept, *parts], rechunk=True)
