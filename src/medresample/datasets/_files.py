"""Feature tables in files: CSV, Parquet and NPZ in, the same kind out."""

from __future__ import annotations

import csv
import difflib
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

RESAMPLED_MARK = "medresample_resampled"
_KINDS = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet", ".npz": "npz"}
_NPZ_GROUPS = ("groups", "group")
_NPZ_NAMES = ("feature_names", "columns")


@dataclass(frozen=True)
class TableFile:
    """A table read from a file: features, target, groups, and what is needed to write it back."""

    X: pd.DataFrame
    y: pd.Series
    groups: pd.Series | None = None
    kind: str = "csv"
    columns: tuple[str, ...] = ()
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    resampled: bool = False


def file_kind(path: str | Path) -> str:
    """'csv', 'parquet' or 'npz', by the ending of the name."""
    suffix = Path(path).suffix.lower()
    if suffix not in _KINDS:
        raise ValueError(
            f"{path}: the ending {suffix!r} is not known; use .csv, .parquet (or .pq) or .npz."
        )
    return _KINDS[suffix]


def read_table(
    path: str | Path, *, target: str | None = None, groups: str | None = None
) -> TableFile:
    r"""Features, target and groups of a feature table in a file.

    Parameters
    ----------
    path : str or Path
        ``.csv`` (with a header line), ``.parquet`` or ``.pq``, or ``.npz`` with the arrays ``X``
        (n, d), ``y`` (n,) and, if there, ``groups`` or ``group`` (n,) and ``feature_names`` (d,).
        NPZ files are read without pickle.
    target : str, default=None
        Column with the label; needed for CSV and Parquet. In NPZ files the target is ``y``.
    groups : str, default=None
        Column (or array) with the patient of each row; it is not used as a feature.

    Returns
    -------
    table : TableFile
        ``X`` (pandas DataFrame), ``y``, ``groups`` (pandas Series or None).

    Raises
    ------
    ValueError
        If the file is no such table, a column is not there (the nearest name is suggested), or
        the target has missing values.
    OSError
        If the file can not be read.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from medresample.datasets import read_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "lesions.csv"
    ...     _ = path.write_text("size,shape,grade\n1.5,0.2,low\n2.5,0.7,high\n")
    ...     table = read_table(path, target="grade")
    >>> table.X.columns.tolist(), table.y.tolist()
    (['size', 'shape'], ['low', 'high'])
    """
    kind, path = file_kind(path), Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file.")
    table = _read_npz(path, target, groups) if kind == "npz" else _read_frame(path, kind)
    if kind != "npz":
        table = _divided(path, table.X, target, groups, table)
    missing = int(table.y.isna().sum())
    if missing:
        raise ValueError(f"{path}: the target has {missing} missing values; drop those rows first.")
    if table.groups is not None and table.groups.isna().any():
        raise ValueError(f"{path}: the group of {int(table.groups.isna().sum())} rows is missing.")
    return table


def _read_frame(path: Path, kind: str) -> TableFile:
    import pandas as pd

    try:
        if kind == "csv":
            _check_header(path)
            frame = pd.read_csv(path, low_memory=False)
        else:
            frame = pd.read_parquet(path)
    except OSError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path}: not a readable {kind} file ({reason}).") from error
    frame.columns = [str(column) for column in frame.columns]
    if frame.columns.has_duplicates:
        name = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(f"{path}: the column {name!r} is there twice.")
    if len(frame) == 0:
        raise ValueError(f"{path}: the table has no rows.")
    return TableFile(
        X=frame,
        y=frame.iloc[:, 0],
        kind=kind,
        columns=tuple(frame.columns),
        resampled=RESAMPLED_MARK in frame.attrs,
    )


def _check_header(path: Path) -> None:
    """Pandas renames repeated columns in silence; look at the header first."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        header = next(csv.reader(file), [])
    if not header:
        raise ValueError("it is empty")
    twice = [name for i, name in enumerate(header) if name in header[:i]]
    if twice:
        raise ValueError(f"the column {twice[0]!r} is there twice")


def _divided(
    path: Path, frame: pd.DataFrame, target: str | None, groups: str | None, read: TableFile
) -> TableFile:
    if target is None:
        raise ValueError(
            f"{path}: say which column holds the label with --target (target=). "
            f"Columns: {_some(read.columns)}."
        )
    for name in (target, groups):
        if name is not None and name not in read.columns:
            raise ValueError(f"{path}: no column {name!r}.{nearest(name, read.columns)}")
    if target == groups:
        raise ValueError(f"{path}: the column {target!r} can not be both target and groups.")
    left_out = [name for name in (target, groups) if name is not None]
    X = frame.drop(columns=left_out)
    if X.shape[1] == 0:
        raise ValueError(f"{path}: no feature columns are left besides {_some(tuple(left_out))}.")
    return replace(read, X=X, y=frame[target], groups=None if groups is None else frame[groups])


def nearest(name: str, known: tuple[str, ...] | list[str]) -> str:
    """A hint at the nearest known name, or the list of what there is."""
    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]!r}?" if near else f" There are: {_some(tuple(known))}."


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _read_npz(path: Path, target: str | None, groups: str | None) -> TableFile:
    import pandas as pd

    arrays = _load_arrays(path)
    target = "y" if target is None else target
    for name in ("X", target):
        if name not in arrays:
            raise ValueError(f"{path}: no array {name!r}.{nearest(name, list(arrays))}")
    X, y = arrays["X"], arrays[target]
    if groups is not None and groups not in arrays:
        raise ValueError(f"{path}: no array {groups!r}.{nearest(groups, list(arrays))}")
    patient = groups or next((name for name in _NPZ_GROUPS if name in arrays), None)
    if X.ndim != 2 or y.shape != (len(X),) or len(X) == 0:
        raise ValueError(
            f"{path}: X must be (n, d) and {target} (n,); they are {X.shape} and {y.shape}."
        )
    if patient is not None and arrays[patient].shape != y.shape:
        raise ValueError(f"{path}: {patient} has shape {arrays[patient].shape}, y {y.shape}.")
    named = next((name for name in _NPZ_NAMES if name in arrays), None)
    names = [str(name) for name in arrays[named]] if named else [f"x{i}" for i in range(X.shape[1])]
    if len(names) != X.shape[1]:
        raise ValueError(f"{path}: {named} has {len(names)} names for {X.shape[1]} columns.")
    return TableFile(
        X=pd.DataFrame(X, columns=names, copy=False),
        y=pd.Series(y, name=target),
        groups=None if patient is None else pd.Series(arrays[patient], name=patient),
        kind="npz",
        columns=tuple(names),
        arrays={name: value for name, value in arrays.items() if name != "X"},
        resampled=RESAMPLED_MARK in arrays,
    )


def _load_arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            raise ValueError("a single array, not an NPZ archive")
        with loaded as file:
            return {name: file[name] for name in file.files}
    except OSError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path}: not a readable npz file ({reason}).") from error


def write_table(
    path: str | Path,
    table: TableFile,
    X: pd.DataFrame,
    y: Any,
    groups: Any = None,
    *,
    mark: str | None = None,
) -> None:
    """Write features, target and groups as a file of the kind that ``table`` was read from.

    Columns keep their order and dtypes. ``mark`` says how the rows were made; Parquet and NPZ
    files carry it, and the comparison then refuses them.
    """
    path, kind = Path(path), file_kind(path)
    if kind != table.kind:
        raise ValueError(f"{path}: the input is {table.kind}; write the same kind of file.")
    if kind == "npz":
        _write_npz(path, table, X, y, groups, mark)
        return
    frame = X.copy(deep=False)
    frame[table.y.name] = np.asarray(y) if not hasattr(y, "array") else y.array
    if table.groups is not None:
        frame[table.groups.name] = groups
    frame = frame[list(table.columns)]
    for column in frame.columns:
        original = table.y.dtype if column == table.y.name else _dtype_of(table, column)
        if frame[column].dtype != original:
            frame[column] = frame[column].astype(original)
    if kind == "csv":
        frame.to_csv(path, index=False)
        return
    if mark is not None:
        frame.attrs[RESAMPLED_MARK] = mark
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        frame.to_parquet(path, index=False)


def _dtype_of(table: TableFile, column: str) -> Any:
    if table.groups is not None and column == table.groups.name:
        return table.groups.dtype
    return table.X[column].dtype


def _write_npz(
    path: Path, table: TableFile, X: pd.DataFrame, y: Any, groups: Any, mark: str | None
) -> None:
    arrays = {name: value for name, value in table.arrays.items() if name in _NPZ_NAMES}
    arrays["X"] = X.to_numpy()
    target = str(table.y.name)
    arrays[target] = np.asarray(y).astype(table.arrays[target].dtype)
    if table.groups is not None:
        name = str(table.groups.name)
        arrays[name] = np.asarray(groups).astype(table.arrays[name].dtype)
    if mark is not None:
        arrays[RESAMPLED_MARK] = np.array(mark)
    np.savez(path, **arrays)  # type: ignore[arg-type]
