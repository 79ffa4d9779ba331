"""How is a plan kept on disk? Arrays in an ``.npz`` file and their layout as JSON, no pickle."""

from __future__ import annotations

import dataclasses
import json
from os import PathLike
from typing import Any

import numpy as np

from ..exceptions import SamplerInputError
from . import recipes
from .noise import Noise
from .targets import Target

FORMAT = "medresample plan 1"
RECORDS = {kind.__name__: kind for kind in (*recipes.KINDS, Noise, Target)}


def save(path: str | PathLike[str], record: Any) -> None:
    """Write a record made of arrays, words, numbers, tuples and other records."""
    arrays: dict[str, Any] = {}
    layout = json.dumps({"format": FORMAT, "record": _encode(record, arrays)})
    with open(path, "wb") as file:
        np.savez_compressed(file, layout=np.array(layout), **arrays)


def load(path: str | PathLike[str], kind: type) -> Any:
    """Read back a record of the given kind."""
    with np.load(path, allow_pickle=False) as arrays:
        if "layout" not in arrays:
            raise SamplerInputError(f"{path} is not a plan: it was not written by plan.save().")
        layout = json.loads(str(arrays["layout"]))
        if layout.get("format") != FORMAT:
            raise SamplerInputError(
                f"{path} has the format {layout.get('format')!r}; this version reads {FORMAT!r}."
            )
        return _decode(layout["record"], arrays, {**RECORDS, kind.__name__: kind})


def _encode(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "O":
            return {"objects": _plain(value)}
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if dataclasses.is_dataclass(value):
        fields = {
            field.name: _encode(getattr(value, field.name), arrays)
            for field in dataclasses.fields(value)
        }
        return {"kind": type(value).__name__, "fields": fields}
    if isinstance(value, tuple):
        return {"tuple": [_encode(item, arrays) for item in value]}
    return {"value": value}


def _plain(values: np.ndarray) -> list[Any]:
    plain = [item.item() if isinstance(item, np.generic) else item for item in values.tolist()]
    strange = next((v for v in plain if not isinstance(v, str | int | float | bool)), None)
    if strange is not None:
        raise SamplerInputError(
            f"A plan with labels or groups of type {type(strange).__name__} can not be saved: use "
            "strings, numbers or booleans."
        )
    return plain


def _decode(node: dict[str, Any], arrays: Any, kinds: dict[str, type]) -> Any:
    if "array" in node:
        return arrays[node["array"]]
    if "objects" in node:
        return np.array(node["objects"], dtype=object)
    if "kind" in node:
        fields = {name: _decode(item, arrays, kinds) for name, item in node["fields"].items()}
        return kinds[node["kind"]](**fields)
    if "tuple" in node:
        return tuple(_decode(item, arrays, kinds) for item in node["tuple"])
    return node["value"]
