"""What is compared on: the table, the positive class and the patients, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from medresample._core.extras import load_extra
from medresample.datasets._files import RESAMPLED_MARK
from medresample.datasets._hints import looks_continuous

_ORIGINS = {"original", "copy", "synthetic", "prototype"}


@dataclass(frozen=True)
class Data:
    """Features, labels and patients of a comparison; rows are known by their number.

    ``kind`` is "numeric" (``values`` is a float array) or "mixed" (a pandas frame); columns are
    known by their names as text. ``raw`` is the table as it was given, for pipelines that bring
    their own preprocessing.
    """

    kind: str
    values: Any
    columns: tuple[str, ...] | None
    raw: Any
    y: np.ndarray
    codes: np.ndarray  # the place of each row's class among the labels
    labels: tuple[Any, ...]  # negative, positive; or all of more than two, sorted
    groups: np.ndarray | None

    @property
    def positive(self) -> np.ndarray:
        """Whether a row is of the positive one of two classes."""
        return self.codes == 1

    @property
    def counts(self) -> np.ndarray:
        """Rows of each class, in the order of ``labels``."""
        return np.bincount(self.codes, minlength=len(self.labels))

    @property
    def prevalences(self) -> tuple[float, ...]:
        """Share of each class that is scored: of the positive one of two, or of every class."""
        shares = self.counts / len(self.codes)
        return tuple(float(share) for share in (shares[1:] if len(shares) == 2 else shares))

    def rows(self, numbers: np.ndarray, raw: bool = False) -> Any:
        """Some rows of the table, as preprocessing or a pipeline wants them."""
        if raw:
            return self.raw.iloc[numbers] if hasattr(self.raw, "iloc") else self.raw[numbers]
        if self.kind == "mixed":
            return self.values.iloc[numbers]
        if self.columns is None:
            return self.values[numbers]
        pd = load_extra("pandas", "compare_samplers")
        return pd.DataFrame(self.values[numbers], columns=list(self.columns), copy=False)

    @property
    def has_holes(self) -> bool:
        """Whether a number may be missing; words are not looked at."""
        return self.kind == "mixed" or bool(np.isnan(self.values.sum(dtype=np.float64)))

    @property
    def n_bytes(self) -> int:
        """Bytes of the table."""
        if self.kind == "mixed":
            return int(self.values.memory_usage(deep=True).sum())
        return int(self.values.nbytes)

    @property
    def n_features(self) -> int:
        """Columns of the table as given."""
        return int(self.values.shape[1])


def check_data(X: Any, y: Any, groups: Any, pos_label: Any) -> Data:
    """Read the table, the labels and the patients, or say in one line what is wrong with them."""
    pd = load_extra("pandas", "compare_samplers")
    table = as_table(X, pd)
    labels, values_of_y = _check_target(y, pos_label, pd)
    n = table.shape[0]
    if len(values_of_y) != n:
        raise ValueError(f"X has {n} rows, y has {len(values_of_y)}.")
    if hasattr(table, "columns"):
        refuse_resampled(table)
    kind, values, columns = read_columns(table, pd)
    return Data(
        kind=kind,
        values=values,
        columns=columns,
        raw=table,
        y=values_of_y,
        codes=codes_of(values_of_y, labels),
        labels=labels,
        groups=check_groups(groups, n, pd),
    )


def as_table(X: Any, pd: Any, name: str = "X") -> Any:
    """A dense table: an array of numbers, or a pandas frame."""
    if sparse.issparse(X):
        raise TypeError("compare_samplers takes dense tables; pass X.toarray().")
    if isinstance(X, pd.DataFrame):
        table = X
    elif hasattr(X, "__dataframe__") or hasattr(X, "to_pandas"):
        import narwhals as nw

        table = nw.from_native(X, eager_only=True).to_pandas()
        table = table.copy(deep=False)
    else:
        table = np.asarray(X)
        if table.dtype.kind in "OUS":
            table = pd.DataFrame(table).infer_objects()
            table.columns = [f"x{i}" for i in range(table.shape[1])]
    if table.ndim != 2 or 0 in table.shape:
        raise ValueError(f"{name} must be a table (n, d) with rows and columns; got {table.shape}.")
    return table


def _check_target(y: Any, pos_label: Any, pd: Any) -> tuple[tuple[Any, ...], np.ndarray]:
    """The classes, the positive one of two last, and the label of every row."""
    values = read_labels(y, pd)
    found = set(values.tolist())
    classes = sorted(found, key=lambda label: (str(type(label)), label))
    if len(classes) < 2:
        raise ValueError(f"y holds one class only ({classes[0]!r}); a comparison needs two.")
    refuse_continuous(classes)
    if pos_label is not None and pos_label not in classes:
        raise ValueError(f"pos_label={pos_label!r} is not in y; y holds {classes}.")
    if len(classes) > 2:
        return (
            (tuple(classes), values) if pos_label is None else _against_the_rest(values, pos_label)
        )
    if pos_label is None:
        counts = [int((values == label).sum()) for label in classes]
        pos_label = classes[int(np.argmin(counts))] if counts[0] != counts[1] else classes[1]
    negative = classes[1 - classes.index(pos_label)]
    return (negative, pos_label), values


def _against_the_rest(values: np.ndarray, pos_label: Any) -> tuple[tuple[Any, ...], np.ndarray]:
    labels = f"not {pos_label}", str(pos_label)
    return labels, np.where(values == pos_label, labels[1], labels[0])


def read_labels(y: Any, pd: Any, name: str = "y") -> np.ndarray:
    """A label per row, none missing."""
    if np.ndim(y) != 1:
        raise ValueError(
            f"{name} must be one-dimensional, a label per row; its shape is {np.shape(y)}."
        )
    target = pd.Series(np.asarray(y, dtype=object) if isinstance(y, list) else y)
    missing = int(target.isna().sum())
    if missing:
        raise ValueError(f"{name} has {missing} missing labels; drop those rows first.")
    values = np.asarray(target.to_numpy())
    return np.asarray(target.tolist()) if values.dtype.kind in "OUST" else values


def codes_of(values: np.ndarray, labels: tuple[Any, ...]) -> np.ndarray:
    """The place of each label among the classes."""
    codes = np.zeros(len(values), dtype=np.int64)
    for code, label in enumerate(labels):
        codes[values == label] = code
    return codes


def refuse_continuous(labels: list[Any]) -> None:
    """Refuse a target of measurements before its values are taken for classes."""
    if looks_continuous(labels):
        raise ValueError(
            f"The target looks continuous: it holds {len(labels)} different numbers. Cut it into "
            "classes first."
        )


def check_groups(
    groups: Any, n: int, pd: Any, name: str = "groups", table: str = "X"
) -> np.ndarray | None:
    """A code for the patient of each row."""
    if groups is None:
        return None
    patients = pd.Series(groups).reset_index(drop=True)
    if len(patients) != n:
        raise ValueError(f"{table} has {n} rows, {name} has {len(patients)}.")
    if patients.isna().any():
        raise ValueError(f"{name} is missing in {int(patients.isna().sum())} rows.")
    codes, _ = pd.factorize(patients)
    return np.asarray(codes)


def refuse_resampled(table: Any) -> None:
    """Refuse a table that says it was resampled: its rows can no longer be split honestly."""
    found = None
    names = {str(column).lower(): column for column in table.columns}
    if RESAMPLED_MARK in getattr(table, "attrs", {}):
        found = f"a mark ({table.attrs[RESAMPLED_MARK]})"
    elif "provenance" in names:
        found = f"a provenance column ({names['provenance']!r})"
    elif {"seed", "partner"} <= set(names):
        found = "the provenance columns 'seed' and 'partner'"
    elif "origin" in names:
        values = set(map(str, table[names["origin"]].dropna().unique()))
        if values and values <= _ORIGINS:
            found = f"a provenance column ({names['origin']!r})"
    if found:
        raise ValueError(
            f"This table carries {found}: it was resampled before the split, so test rows would "
            "be copies or mixtures of training rows. Compare on the original table; the sampler "
            "runs inside each training fold."
        )


def read_columns(table: Any, pd: Any, name: str = "X") -> tuple[str, Any, tuple[str, ...] | None]:
    """Whether all columns are numbers, their values, and their names as text."""
    if isinstance(table, np.ndarray):
        if table.dtype.kind not in "fiub":
            raise TypeError(f"{name} has dtype {table.dtype}; numbers or a data frame are needed.")
        values = table if table.dtype.kind == "f" else table.astype(np.float64)
        _refuse_infinite(values, [f"x{i}" for i in range(values.shape[1])])
        return "numeric", values, None
    if table.columns.has_duplicates:
        name = table.columns[table.columns.duplicated()][0]
        raise ValueError(f"The column {name!r} is there twice; names must differ.")
    types = pd.api.types
    for column, dtype in table.dtypes.items():
        if types.is_datetime64_any_dtype(dtype) or types.is_timedelta64_dtype(dtype):
            raise TypeError(f"Column {column!r} holds dates; turn it into numbers or drop it.")
        if types.is_complex_dtype(dtype):
            raise TypeError(f"Column {column!r} holds complex numbers.")
    numeric = [types.is_numeric_dtype(dtype) for dtype in table.dtypes]
    single = all(str(dtype).lower() == "float32" for dtype in table.dtypes)
    names = _names_as_text(table.columns)
    if all(numeric):
        values = table.to_numpy(dtype=np.float32 if single else np.float64, na_value=np.nan)
        _refuse_infinite(values, list(names))
        return "numeric", values, names
    frame = table.reset_index(drop=True).set_axis(list(names), axis=1)
    floats = [name for name, is_number in zip(names, numeric, strict=True) if is_number]
    _refuse_infinite(frame[floats].to_numpy(dtype=np.float64, na_value=np.nan), floats)
    return "mixed", frame, names


def _names_as_text(columns: Any) -> tuple[str, ...]:
    """Names that nothing on the way can take for positions."""
    known: dict[str, Any] = {}
    for column in columns:
        other = known.setdefault(str(column), column)
        if other is not column:
            raise ValueError(
                f"The columns {other!r} and {column!r} have the same name as text; rename one."
            )
    return tuple(known)


def _refuse_infinite(values: np.ndarray, names: list[Any]) -> None:
    infinite = np.isinf(values).any(axis=0)
    if infinite.any():
        raise ValueError(f"Column {names[int(np.argmax(infinite))]!r} holds infinite values.")


def row_ids(data: Data) -> np.ndarray:
    """A number per row that two rows share if and only if all their cells are equal."""
    return np.unique(row_hashes(data), return_inverse=True)[1]


def row_hashes(data: Data, dtype: type[np.floating] | None = None) -> np.ndarray:
    """A hash of the cells of each row; ``dtype`` makes tables of unlike precision comparable."""
    pd = load_extra("pandas", "compare_samplers")
    if data.kind == "numeric":  # -0.0 and 0.0 are the same number
        cells = pd.DataFrame(np.ascontiguousarray(data.values, dtype=dtype) + 0.0)
    else:
        is_numeric = pd.api.types.is_numeric_dtype  # 1 and 1.0 are the same number, too
        cells = pd.DataFrame(
            {
                name: column.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
                if is_numeric(column.dtype)
                else column.astype(str)
                for name, column in data.values.items()
            }
        )
    return np.asarray(pd.util.hash_pandas_object(cells, index=False).to_numpy())
