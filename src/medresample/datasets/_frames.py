"""How is a table of results written? In the format that the ending of its name says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample.datasets._arrow import write_arrow
from medresample.datasets._files import file_kind

if TYPE_CHECKING:
    import pandas as pd


def write_frame(path: str | Path, frame: pd.DataFrame) -> None:
    """Write a frame as CSV, Parquet, Feather, or NPZ with an array per column.

    Nothing is pickled: in NPZ files, columns of objects become words.
    """
    path, kind = Path(path), file_kind(path)
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "npz":
        arrays: dict[str, Any] = {str(name): _array(frame[name]) for name in frame.columns}
        with path.open("wb") as file:  # NumPy would add an ending to a path
            np.savez(file, **arrays)
    else:
        write_arrow(path, frame, kind)


def _array(column: pd.Series) -> np.ndarray:
    values = column.to_numpy()
    if values.dtype.hasobject:
        return np.asarray(column.astype(object).where(column.notna(), "").astype(str), dtype=str)
    return values
