"""Feature tables in files: CSV, Parquet, Feather and NPZ in, the same kind out."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample.datasets._arrow import read_arrow, write_arrow
from medresample.datasets._csv import read_csv, write_csv
from medresample.datasets._hints import as_number, nearest, some

if TYPE_CHECKING:
    import pandas as pd

    from medresample._core.plan import SamplingPlan

RESAMPLED_MARK = "medresample_resampled"
_KINDS = {
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".feather": "feather",
    ".npz": "npz",
}
ENDINGS = tuple(_KINDS)
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
    cells: pd.DataFrame | None = None  # of a CSV file, as they are written there
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    resampled: bool = False


def file_kind(path: str | Path) -> str:
    """'csv', 'parquet', 'feather' or 'npz', by the ending of the name."""
    suffix = Path(path).suffix.lower()
    if suffix not in _KINDS:
        found = f"the ending {suffix!r} is not known" if suffix else "the name has no ending"
        raise ValueError(f"{path}: {found}; use .csv, .parquet (or .pq), .feather or .npz.")
    return _KINDS[suffix]


def read_table(
    path: str | Path, *, target: str | None = None, groups: str | None = None
) -> TableFile:
    r"""Features, target and groups of a feature table in a file.

    Parameters
    ----------
    path : str or Path
        ``.csv`` (with a header line), ``.parquet`` or ``.pq``, ``.feather``, or ``.npz`` with the
        arrays ``X`` (n, d), ``y`` (n,) and, if there, ``groups`` or ``group`` (n,) and
        ``feature_names`` (d,). NPZ files are read without pickle.
    target : str, default=None
        Column with the label; needed but for NPZ, where the target is ``y``.
        In CSV files it is read as text, so that a label stays as it is written.
    groups : str, default=None
        Column (or array) with the patient of each row; it is not used as a feature. In CSV files
        it is read as text: patient 007 is not patient 7. A named index of a Parquet or Feather
        file is a column like the others.

    Returns
    -------
    table : TableFile
        ``X`` (pandas DataFrame), ``y``, ``groups`` (pandas Series or None).

    Raises
    ------
    ValueError
        If the file is no such table (a CSV row longer or shorter than the header is an error), a
        column is not there (the nearest name is suggested), or the target has missing values.
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
    if path.stat().st_size == 0:
        raise _unreadable(path, kind, ValueError("it is empty"))
    if kind == "npz":
        table = _read_npz(path, target, groups)
    else:
        named = tuple(name for name in (target, groups) if name is not None)
        table = _read_frame(path, kind, named)
        table = _divided(path, table.X, target, groups, table)
    missing = int(table.y.isna().sum())
    if missing:
        raise ValueError(f"{path}: the target has {missing} missing values; drop those rows first.")
    if table.groups is not None and table.groups.isna().any():
        raise ValueError(f"{path}: the group of {int(table.groups.isna().sum())} rows is missing.")
    return table


def _read_frame(path: Path, kind: str, named: tuple[str, ...]) -> TableFile:
    cells = None
    try:
        if kind == "csv":
            frame, cells = read_csv(path, named)
        else:
            frame = read_arrow(path, kind)
    except OSError:
        raise
    except Exception as error:
        raise _unreadable(path, kind, error) from error
    frame.columns = [str(column) for column in frame.columns]
    if frame.columns.has_duplicates:
        name = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(f"{path}: the column {name!r} is there twice; rename one.")
    if len(frame) == 0:
        raise ValueError(f"{path}: the table has no rows.")
    return TableFile(
        X=frame,
        y=frame.iloc[:, 0],
        kind=kind,
        columns=tuple(frame.columns),
        cells=cells,
        resampled=RESAMPLED_MARK in frame.attrs,
    )


def _unreadable(path: Path, kind: str, error: Exception) -> ValueError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, UnicodeDecodeError):
        reason = "it is no text in UTF-8; save it as such, or name it by what it is"
    return ValueError(f"{path}: not a readable {kind} file ({reason}).")


def _divided(
    path: Path, frame: pd.DataFrame, target: str | None, groups: str | None, read: TableFile
) -> TableFile:
    if target is None:
        raise ValueError(
            f"{path}: say which column holds the label with --target (target=). "
            f"Columns: {some(read.columns)}."
        )
    for name in (target, groups):
        if name is not None and name not in read.columns:
            raise ValueError(f"{path}: no column {name!r}.{nearest(name, read.columns)}")
    if target == groups:
        raise ValueError(f"{path}: the column {target!r} can not be both target and groups.")
    if read.cells is not None:
        _refuse_two_spellings(path, frame[target].dropna().unique().tolist())
    left_out = [name for name in (target, groups) if name is not None]
    X = frame.drop(columns=left_out)
    if X.shape[1] == 0:
        raise ValueError(f"{path}: no feature columns are left besides {some(tuple(left_out))}.")
    return replace(read, X=X, y=frame[target], groups=None if groups is None else frame[groups])


def _refuse_two_spellings(path: Path, labels: list[str]) -> None:
    """Labels are read as text, so that 1 and 1.0 would be two classes."""
    spelled: dict[float, str] = {}
    for label in labels:
        number = as_number(label)
        first = label if number is None else spelled.setdefault(number, label)
        if first != label:
            raise ValueError(
                f"{path}: the target spells one number in two ways, {first!r} and {label!r}."
            )


def _read_npz(path: Path, target: str | None, groups: str | None) -> TableFile:
    import pandas as pd

    target = "y" if target is None else target
    arrays = _load_arrays(path, ("X", target, groups, *_NPZ_GROUPS))
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


def _load_arrays(path: Path, needed: tuple[str | None, ...]) -> dict[str, np.ndarray]:
    """All arrays that can be read without pickle; one that is needed must be among them."""
    arrays = {}
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            raise ValueError("a single array, not an NPZ archive")
        with loaded as file:
            for name in file.files:
                try:
                    arrays[name] = file[name]
                except ValueError as error:
                    if name in needed:
                        raise _pickled(name, error) from error
                    warnings.warn(
                        f"{path}: the array {name!r} holds Python objects and is left out.",
                        UserWarning,
                        stacklevel=4,
                    )
    except OSError:
        raise
    except Exception as error:
        raise _unreadable(path, "npz", error) from error
    return arrays


def _pickled(name: str, error: ValueError) -> ValueError:
    """Words for an array of Python objects; numpy's own for anything else."""
    if "pickle" not in str(error):
        return error
    return ValueError(
        f"the array {name!r} holds Python objects, and reading those could run any code; store "
        "numbers or words: np.savez(..., y=y.astype(str))"
    )


def write_table(
    path: str | Path,
    table: TableFile,
    X: pd.DataFrame,
    y: Any,
    groups: Any = None,
    *,
    plan: SamplingPlan | None = None,
    mark: str | None = None,
) -> None:
    """Write features, target and groups as a file of the kind that ``table`` was read from.

    Columns keep their order and dtypes. With the ``plan`` that made the rows, kept rows of a CSV
    file are written cell for cell as they were, and further arrays of an NPZ file with a value
    per row travel along. ``mark`` says how the rows were made; all but CSV files carry it,
    and the comparison then refuses them.
    """
    path, kind = Path(path), file_kind(path)
    if kind != table.kind:
        raise ValueError(f"{path}: the input is {table.kind}; write the same kind of file.")
    if kind == "npz":
        _write_npz(path, table, X, y, groups, plan, mark)
        return
    frame = X.copy(deep=False)
    frame[table.y.name] = np.asarray(y) if not hasattr(y, "array") else y.array
    if table.groups is not None:
        frame[table.groups.name] = groups
    frame = frame[list(table.columns)]
    read = _as_read(table)
    for column in frame.columns:
        if frame[column].dtype != read[column].dtype:
            frame[column] = frame[column].astype(read[column].dtype)
    if table.cells is not None:
        write_csv(path, frame, read, table.cells, _kept_rows(plan, len(frame)))
        return
    if mark is not None:
        frame.attrs[RESAMPLED_MARK] = mark
    write_arrow(path, frame, kind)


def _as_read(table: TableFile) -> pd.DataFrame:
    """Features, target and groups side by side again."""
    apart = [part for part in (table.y, table.groups) if part is not None]
    return table.X.assign(**{str(part.name): part for part in apart})


def _kept_rows(plan: SamplingPlan | None, n_rows: int) -> np.ndarray:
    """Row of the input that each row was, -1 for new ones."""
    rows = np.full(n_rows, -1)
    if plan is not None:
        record = plan.provenance()
        kept = record["origin"] == "original"
        rows[kept] = record["seed"][kept]
    return rows


def _write_npz(
    path: Path,
    table: TableFile,
    X: pd.DataFrame,
    y: Any,
    groups: Any,
    plan: SamplingPlan | None,
    mark: str | None,
) -> None:
    arrays: dict[str, Any] = {"X": X.to_numpy()}
    done = {str(table.y.name): y}
    if table.groups is not None:
        done[str(table.groups.name)] = groups
    for name, value in table.arrays.items():
        if name in done:
            arrays[name] = np.asarray(done[name]).astype(value.dtype)
        elif name in _NPZ_NAMES or not value.ndim or len(value) != len(table.y):
            arrays[name] = value
        elif plan is not None:
            arrays[name] = np.asarray(plan.carry(value))
        else:
            warnings.warn(
                f"{path}: the array {name!r} has a value per row and is left out; pass plan= to "
                "carry it along.",
                UserWarning,
                stacklevel=3,
            )
    if mark is not None:
        arrays[RESAMPLED_MARK] = np.array(mark)
    with Path(path).open("wb") as file:  # NumPy would add an ending to a path
        np.savez(file, **arrays)
