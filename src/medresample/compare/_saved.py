"""How does a result get into a file and back? A zip archive of Parquet and JSON, without pickle."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample._core.extras import load_extra

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

_FORMAT = 2
_RECORD = ("data", "settings", "ropes")
_TABLES = ("folds", "predictions", "classes", "external", "external_predictions")
_ARRAYS = ("row_groups", "external_groups")


def save_parts(result: ComparisonResult, path: Path) -> Path:
    """Write the record, the tables and the arrays that a result has."""
    record: dict[str, Any] = {name: getattr(result, f"{name}_") for name in _RECORD}
    record |= {"format": _FORMAT, "metrics": list(result.metrics_)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("record.json", json.dumps(record, indent=1))
        for name in _TABLES:
            frame = getattr(result, f"{name}_")
            if frame is not None:
                archive.writestr(f"{name}.parquet", frame.to_parquet(index=False))
        for name in _ARRAYS:
            array = getattr(result, f"{name}_")
            if array is not None:
                buffer = io.BytesIO()
                np.save(buffer, array, allow_pickle=False)
                archive.writestr(f"{name}.npy", buffer.getvalue())
    return path


def load_parts(path: Path) -> dict[str, Any]:
    """Read what was written, under the names of a result's attributes."""
    pd = load_extra("pandas", "ComparisonResult.load")
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read("record.json"))
        if record["format"] != _FORMAT:
            raise ValueError(f"{path} was written by another version of medresample.")
        found: dict[str, Any] = {f"{name}_": record[name] for name in _RECORD}
        found["metrics_"] = tuple(record["metrics"])
        there = set(archive.namelist())
        for name in _TABLES:
            if f"{name}.parquet" in there:
                found[f"{name}_"] = pd.read_parquet(io.BytesIO(archive.read(f"{name}.parquet")))
        for name in _ARRAYS:
            if f"{name}.npy" in there:
                buffer = io.BytesIO(archive.read(f"{name}.npy"))
                found[f"{name}_"] = np.load(buffer, allow_pickle=False)
    return found
