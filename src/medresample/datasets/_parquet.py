"""Parquet tables: columns as they were stored, named row labels among them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def read_parquet(path: Path) -> pd.DataFrame:
    """The table with a named index as columns; whole numbers and flags keep their empty cells."""
    import pandas as pd

    frame = pd.read_parquet(path)
    holed = [
        column
        for column in frame.columns
        if frame[column].dtype in (np.float64, object) and frame[column].isna().any()
    ]
    if holed:
        stored = pd.read_parquet(path, columns=holed, dtype_backend="numpy_nullable")
        for column in holed:
            if str(stored[column].dtype).startswith(("Int", "UInt", "boolean")):
                frame[column] = stored[column]
    if any(name is not None for name in frame.index.names):
        return frame.reset_index()
    if not pd.api.types.is_integer_dtype(frame.index):
        warnings.warn(
            f"{path}: the row labels have no name and are left out; name them to keep them as a "
            "column.",
            UserWarning,
            stacklevel=4,
        )
    return frame


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write the columns, without row labels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        frame.to_parquet(path, index=False)
