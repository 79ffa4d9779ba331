"""What does a table look like from inside? Arrays, lists and sparse matrices behind one view.

The only other file that knows containers is `frame`, for dataframes. A table answers four
questions: which columns are there, what are the numbers of some rows, what are some of its rows,
and what is the table that keeps some rows and adds new ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_array

from ..exceptions import SamplerInputError
from .holes import fill_whole
from .pages import MANY, gather, is_mapped, let_go, rows_at_a_time
from .recipes import BLOCK, Mixed, Recipe, is_plain_copy, is_voted, round_to, segments_of
from .threads import for_each_chunk, n_threads

NO_OUT = "out is for arrays: a {} is always built anew."
KINDS = ("float", "integer", "boolean", "nominal", "date", "other")


class Table(Protocol):
    """The view of a table that samplers, plans and the neighbor search share."""

    n_rows: int
    n_columns: int
    names: list[Any]

    def kinds(self) -> list[str]:
        """Kind of each column: one of `KINDS`."""
        ...

    def numbers(self, rows: Any = None) -> Any:
        """Rows as a float32 or float64 matrix (sparse if the table is), NaN where missing."""
        ...

    def column(self, column: int, rows: Any = None) -> np.ndarray:
        """One column of numbers (all rows, or some) as a dense array, NaN where missing."""
        ...

    def cells(self, column: int) -> Any:
        """One column as it is: an array, or a Series of the frame."""
        ...

    def take(self, rows: np.ndarray) -> Any:
        """Rows in the user's container, in the order asked for."""
        ...

    def grow(
        self, keep: np.ndarray | None, made: Sequence[Recipe], out: np.ndarray | None = None
    ) -> Any:
        """Kept rows (None: all), then the new ones, in the user's container or in `out`."""
        ...


def is_frame(X: Any) -> bool:
    """Say whether X is a dataframe: pandas, polars or another that narwhals knows."""
    if isinstance(X, np.ndarray | list | tuple) or sparse.issparse(X):
        return False
    import narwhals.stable.v1.dependencies as known

    return bool(known.is_into_dataframe(X) or known.is_polars_lazyframe(X))


def wrap(X: Any) -> Table:
    """Put any input behind the internal view, without copying it."""
    if is_frame(X):
        if not (hasattr(X, "iloc") or type(X).__module__.startswith("polars.dataframe")):
            raise SamplerInputError(
                f"X is a {type(X).__module__}.{type(X).__qualname__}: pass a pandas or polars "
                "DataFrame (a lazy one collected first), an array, a sparse matrix or a list."
            )
        from .frame import FrameTable

        return FrameTable(X)
    if sparse.issparse(X):
        return SparseTable(X)
    return DenseTable(X)


def take_rows(values: Any, rows: np.ndarray, *, renumber: bool) -> Any:
    """Take rows of any container; `renumber` gives pandas objects a fresh RangeIndex."""
    if isinstance(values, list | tuple):
        return type(values)([values[row] for row in rows])
    if hasattr(values, "iloc"):
        taken = values.iloc[rows]
        return taken.reset_index(drop=True) if renumber else taken
    if hasattr(values, "tocsr"):
        return type(values)(values.tocsr()[rows])
    if isinstance(values, np.ndarray) or hasattr(values, "schema"):
        return values[rows]
    if hasattr(values, "gather"):  # a polars Series
        return values.gather(rows)
    return np.asarray(values)[rows]


def same_index(values: Any, X: Any) -> Any:
    """Give a pandas object the row labels of a pandas table of the same length."""
    if hasattr(values, "iloc") and hasattr(X, "iloc"):
        return values.set_axis(X.index, axis=0)
    return values


def is_per_row(value: Any, n_rows: int) -> bool:
    """Say whether a value holds one entry for each of `n_rows` rows."""
    if isinstance(value, str | bytes | Mapping):
        return False
    shape = getattr(value, "shape", None)
    if shape is not None:
        return len(shape) > 0 and shape[0] == n_rows
    return hasattr(value, "__len__") and len(value) == n_rows


def is_plain(array: np.ndarray) -> bool:
    """Say whether compiled code takes an array as it takes a copy of it."""
    return type(array) is np.ndarray and array.flags.c_contiguous and array.flags.writeable


def is_everything(rows: np.ndarray, n_rows: int) -> bool:
    """Say whether these are all rows, in order."""
    return len(rows) == n_rows and bool(np.array_equal(rows, np.arange(n_rows)))


class DenseTable:
    """A two-dimensional array, or a list of rows."""

    def __init__(self, X: Any) -> None:
        self._is_list = isinstance(X, list | tuple)
        self.array: np.ndarray = np.asarray(
            check_array(_from_list(X) if self._is_list else X, dtype=None, ensure_all_finite=False)
        )
        self.n_rows, self.n_columns = self.array.shape
        self.names: list[Any] = list(range(self.n_columns))

    def kinds(self) -> list[str]:
        """Kind of each column."""
        kind = self.array.dtype.kind
        if kind == "O":
            return [_kind_of_objects(column) for column in self.array.T]
        words = {"f": "float", "i": "integer", "u": "integer", "b": "boolean", "U": "nominal"}
        words |= {"S": "nominal", "M": "date", "m": "date"}
        return [words.get(kind, "other")] * self.n_columns

    def numbers(self, rows: Any = None) -> np.ndarray:
        """Rows as floats; a float table as it is, so float32 stays float32."""
        whole = rows is None or (is_plain(self.array) and is_everything(rows, self.n_rows))
        values = self.array if whole else gather(self.array, rows)
        try:
            return values if values.dtype in (np.float32, np.float64) else values.astype(np.float64)
        except TypeError:  # pandas.NA among objects
            return np.column_stack([self.column(column, rows) for column in range(self.n_columns)])

    def column(self, column: int, rows: Any = None) -> np.ndarray:
        """One column of numbers."""
        values = self.array[:, column] if rows is None else self.array[rows, column]
        floats = _as_floats(values) if values.dtype.kind == "O" else values
        return np.empty(0) if floats is None else floats

    def cells(self, column: int) -> np.ndarray:
        """One column as it is."""
        return self.array[:, column]

    def take(self, rows: np.ndarray) -> Any:
        """Rows in the order asked for."""
        return self._out(self.array[rows])

    def grow(
        self, keep: np.ndarray | None, made: Sequence[Recipe], out: np.ndarray | None = None
    ) -> Any:
        """Kept rows, then the new ones, written once into one block of memory."""
        n_kept = self.n_rows if keep is None else len(keep)
        shape = (n_kept + sum(len(recipe) for recipe in made), self.n_columns)
        out = np.empty(shape, self.array.dtype) if out is None else self._usable(out, shape)
        threads = n_threads() if out.nbytes > MANY else 1
        size = rows_at_a_time(out)

        def copy(rows: slice) -> None:
            if keep is None:
                out[rows] = self.array[rows]
            else:
                gather(self.array, keep[rows], out[rows])
            let_go(self.array, out)

        # out: [ kept rows ........ | new rows of made[0] | new rows of made[1] | ... ]
        for_each_chunk(copy, n_kept, size, threads)
        at = n_kept
        for recipe in made:
            fill = partial(self._fill_piece, recipe, out[at : at + len(recipe)])
            for_each_chunk(fill, len(recipe), size, threads)
            at += len(recipe)
        return self._out(out)

    def _usable(self, out: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
        if self._is_list or out.shape != shape or out.dtype != self.array.dtype:
            raise SamplerInputError(
                f"out must be an array of shape {shape} and type {self.array.dtype} for this "
                f"table, found shape {out.shape} and type {out.dtype}."
            )
        return out

    def _fill_piece(self, recipe: Recipe, out: np.ndarray, rows: slice) -> None:
        recipe = recipe.take(rows)
        if is_mapped(self.array):
            # read the rows once and in their order, so that few pages are touched at a time
            used = np.unique(recipe.links(self.n_rows).indices)
            place = np.zeros(self.n_rows, np.int32)
            place[used] = np.arange(len(used))
            DenseTable(gather(self.array, used))._fill(recipe.renumber(place), out[rows])
        else:
            self._fill(recipe, out[rows])
        let_go(out)

    def _fill(self, recipe: Recipe, out: np.ndarray) -> None:
        if is_plain_copy(recipe):
            gather(self.array, recipe.seed, out)
        elif self.array.dtype.kind in "fiub":
            recipe.fill(self.array, np.arange(self.n_columns), out)
        else:
            for column in range(self.n_columns):
                self._fill_objects(recipe, column, out)

    def _fill_objects(self, recipe: Recipe, column: int, out: np.ndarray) -> None:
        objects = self.array[:, column]
        if is_voted(recipe, column):
            out[:, column] = objects[recipe.donors(column)]
            return
        whole = _as_whole(objects)
        if whole is not None:
            new, holes = fill_whole(recipe, *whole, column)
            out[:, column] = new.tolist()
            out[holes, column] = next((v for v in objects if _is_hole(v)), None)
            return
        values = _as_floats(objects)
        if values is None:
            out[:, column] = objects[recipe.donors(column)]
            return
        numbers = np.empty((len(recipe), 1))
        recipe.fill(values[:, None], np.array([column]), numbers)
        out[:, column] = numbers[:, 0]

    def _out(self, array: np.ndarray) -> Any:
        return array.tolist() if self._is_list else array


class SparseTable:
    """A CSR or CSC matrix or array; other formats pass through CSR and come back as they were."""

    def __init__(self, X: Any) -> None:
        self._container = type(X)
        checked = check_array(X, accept_sparse=["csr", "csc"], dtype=None, ensure_all_finite=False)
        self.rows: Any = checked.tocsr()
        self.n_rows, self.n_columns = self.rows.shape
        self.names: list[Any] = list(range(self.n_columns))

    def kinds(self) -> list[str]:
        """Kind of each column."""
        word = {"f": "float", "b": "boolean"}.get(self.rows.dtype.kind, "integer")
        return [word] * self.n_columns

    def numbers(self, rows: Any = None) -> Any:
        """Rows as a CSR matrix of floats."""
        values = self.rows if rows is None else self.rows[rows]
        return values if values.dtype in (np.float32, np.float64) else values.astype(np.float64)

    def column(self, column: int, rows: Any = None) -> np.ndarray:
        """One column of numbers."""
        values = self.rows[:, [column]] if rows is None else self.rows[rows][:, [column]]
        return np.asarray(values.toarray()).ravel()

    def cells(self, column: int) -> np.ndarray:
        """One column as a dense array."""
        return self.column(column)

    def take(self, rows: np.ndarray) -> Any:
        """Rows in the order asked for."""
        return self._container(self.rows[rows])

    def grow(
        self, keep: np.ndarray | None, made: Sequence[Recipe], out: np.ndarray | None = None
    ) -> Any:
        """Kept rows, then the new ones, never made dense."""
        if out is not None:
            raise SamplerInputError(NO_OUT.format("sparse table"))
        kept = self.rows if keep is None else self.rows[keep]
        blocks = [kept, *[self._new(recipe) for recipe in made]]
        return self._container(sparse.vstack(blocks, format="csr", dtype=self.rows.dtype))

    def _new(self, recipe: Recipe) -> Any:
        start = self.rows[recipe.seed]
        if is_plain_copy(recipe):
            return start
        numbers = segments_of(recipe)
        if numbers is None or isinstance(recipe, Mixed):
            return self._new_by_columns(recipe)
        move = self.rows[numbers.partner].astype(np.float64) - start.astype(np.float64)
        move.data *= np.repeat(numbers.step.astype(np.float64), np.diff(move.indptr))
        if self.rows.dtype.kind != "f":
            np.rint(move.data, out=move.data)
        new = (start.astype(np.float64) + move).tocsr()
        if numbers.discrete:
            chosen = np.isin(new.indices, numbers.discrete)
            new.data[chosen] = np.rint(new.data[chosen])
        new.data = round_to(self.rows.dtype, new.data, discrete=False)
        new.eliminate_zeros()
        return new.astype(self.rows.dtype)

    def _new_by_columns(self, recipe: Recipe) -> Any:
        # Noise or explicit values fill every cell, so only one block of columns is dense at a time.
        width = max(1, BLOCK // max(1, self.n_rows))
        by_columns = self.rows.tocsc()
        blocks = []
        for start in range(0, self.n_columns, width):
            columns = np.arange(start, min(start + width, self.n_columns))
            dense = np.ascontiguousarray(by_columns[:, columns].toarray())
            out = np.empty((len(recipe), len(columns)), dense.dtype)
            recipe.fill(dense, columns, out)
            blocks.append(sparse.csr_matrix(out))
        return sparse.hstack(blocks, format="csr", dtype=self.rows.dtype)


def _from_list(rows: Any) -> Any:
    """Keep a list that mixes numbers and words as objects, instead of turning all into words."""
    array = np.asarray(rows)
    if array.dtype.kind not in "US" or array.ndim != 2:
        return array
    objects = np.array(rows, dtype=object)
    return array if all(isinstance(cell, str) for cell in objects.ravel()) else objects


def _holds(column: np.ndarray, *kinds: type) -> bool:
    """Say whether some object of a column is of one of these types."""
    return any(issubclass(found, kinds) for found in set(map(type, column.tolist())))


def _kind_of_objects(column: np.ndarray) -> str:
    if _holds(column, str, bytes):
        return "nominal"
    return "other" if _as_floats(column) is None else "float"


def _is_hole(value: Any) -> bool:
    if isinstance(value, float):
        return value != value
    return value is None or type(value).__name__ == "NAType"  # pandas.NA, without loading pandas


def _as_whole(objects: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Read objects as whole numbers or flags with holes; None where they are anything else."""
    if not _holds(objects, int, np.integer, np.bool_):
        return None
    holes = np.array([_is_hole(value) for value in objects])
    present = objects[~holes]
    for kinds, dtype, zero in ((bool | np.bool_, bool, False), (int | np.integer, np.int64, 0)):
        if len(present) and all(isinstance(value, kinds) for value in present):
            try:
                return np.where(holes, zero, objects).astype(dtype), holes
            except OverflowError:
                return None
    return None


def _as_floats(column: np.ndarray) -> np.ndarray | None:
    if _holds(column, str, bytes):
        return None
    try:
        return column.astype(np.float64)  # None becomes NaN
    except (TypeError, ValueError):
        pass
    try:  # pandas.NA is no number, and it takes longer to look for
        return np.array([np.nan if _is_hole(value) else value for value in column], np.float64)
    except (TypeError, ValueError):
        return None
