"""Parquet and Feather tables: columns as they were stored, named row labels among them."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

# Where pandas keeps the attributes of a table in a Parquet file; Feather files get the same.
_ATTRIBUTES = b"PANDAS_ATTRS"


def read_arrow(path: Path, kind: str) -> pd.DataFrame:
    """The table with a named index as columns; whole numbers and flags keep their empty cells."""
    import pandas as pd

    read = pd.read_parquet if kind == "parquet" else _read_feather
    frame = read(path)
    holed = [
        column
        for column in frame.columns
        if frame[column].dtype in (np.float64, object) and frame[column].isna().any()
    ]
    if holed:
        stored = read(path, columns=holed, dtype_backend="numpy_nullable")
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


def _read_feather(path: Path, **settings: Any) -> pd.DataFrame:
    import pandas as pd
    import pyarrow.feather

    frame = pd.read_feather(path, **settings)
    kept = pyarrow.feather.read_table(path, columns=[]).schema.metadata or {}
    frame.attrs.update(json.loads(kept.get(_ATTRIBUTES, b"{}")))
    return frame


def write_arrow(path: Path, frame: pd.DataFrame, kind: str) -> None:
    """Write the columns, without row labels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if kind == "parquet":
            frame.to_parquet(path, index=False)
        else:
            _write_feather(path, frame)


def _write_feather(path: Path, frame: pd.DataFrame) -> None:
    import pyarrow as pa
    import pyarrow.feather

    table = pa.Table.from_pandas(frame, preserve_index=False)
    attributes = {_ATTRIBUTES: json.dumps(frame.attrs).encode()}
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **attributes})
    pyarrow.feather.write_feather(table, str(path))
