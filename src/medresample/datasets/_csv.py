"""CSV tables: values read from cells, and cells written in the manner of the file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def read_csv(path: Path, as_text: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table twice: its values, and its cells as they stand in the file.

    The columns ``as_text`` (labels, patients) are never read as numbers: 007 is not 7. Whole
    numbers and true/false with empty cells among them stay whole numbers and true/false.
    """
    import pandas as pd

    _check_fields(path)
    cells = pd.read_csv(path, dtype=str, keep_default_na=False, index_col=False)
    types = dict.fromkeys(as_text, str)
    frame = pd.read_csv(path, low_memory=False, dtype=types, index_col=False)
    for column in frame.columns:
        values = frame[column]
        if column in as_text:
            stripped = values.str.strip()
            frame[column] = stripped.mask(stripped == "")
        elif values.isna().any() and not values.isna().all():
            frame[column] = _with_holes(values, cells[column])
    return frame, cells


def _check_fields(path: Path) -> None:
    """Pandas renames repeated columns, and shifts the columns of longer rows, in silence."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        if not header:
            raise ValueError("it is empty")
        twice = [name for i, name in enumerate(header) if name in header[:i]]
        if "" in header:
            raise ValueError(f"column {header.index('') + 1} has no name in the header")
        if twice:
            raise ValueError(f"the column {twice[0]!r} is there twice; rename one")
        for number, row in enumerate(rows, start=2):
            if row and len(row) != len(header):
                fields = f"{len(row)} field{'s' * (len(row) != 1)}"
                raise ValueError(f"row {number} has {fields}, the header has {len(header)}")


def _with_holes(values: pd.Series, cells: pd.Series) -> pd.Series:
    """Whole numbers and true/false beside empty cells, in types that know empty cells."""
    import pandas as pd

    present = values.notna()
    if values.dtype == object and all(isinstance(value, bool) for value in values[present]):
        return values.astype("boolean")
    if values.dtype == np.float64:
        written = cells[present].str.strip()
        if written.str.fullmatch(r"[+-]?\d+").all():
            whole: Any = pd.to_numeric(cells.where(present), dtype_backend="numpy_nullable")
            return whole if str(whole.dtype) == "Int64" else values
    return values


def write_csv(
    path: Path,
    frame: pd.DataFrame,
    read: pd.DataFrame,
    cells: pd.DataFrame,
    rows: np.ndarray,
) -> None:
    """Write a table in the manner of the one that was read.

    ``rows`` says for each row of ``frame`` which row of ``cells`` it is, written as it stood
    there, or -1 for a new row. New cells use the words of the column for true, false and missing.
    """
    import pandas as pd

    kept = rows >= 0
    written = {}
    for column in frame.columns:
        out = _in_words(frame[column], read[column], cells[column])
        out[kept] = cells[column].to_numpy(dtype=object)[rows[kept]]
        written[column] = out
    pd.DataFrame(written).to_csv(path, index=False)


def _in_words(values: pd.Series, read: pd.Series, cells: pd.Series) -> np.ndarray:
    holes = values.isna().to_numpy()
    out = values.astype(object).to_numpy(copy=True)
    out[holes] = _word(cells, read.isna().to_numpy(), "")
    if str(values.dtype) in ("bool", "boolean"):
        truth = np.array([value is True for value in out])
        known = read.astype("boolean").fillna(False).to_numpy(dtype=bool)
        out[truth] = _word(cells, known, "True")
        out[~truth & ~holes] = _word(cells, ~known & ~read.isna().to_numpy(), "False")
    return out


def _word(cells: pd.Series, where: np.ndarray, otherwise: str) -> str:
    found = cells.to_numpy(dtype=object)[where]
    return str(found[0]) if len(found) else otherwise
