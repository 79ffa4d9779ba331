"""Packages of the extras, loaded when needed, missing in one line."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..exceptions import MissingExtraError


def load_extra(module: str, purpose: str, extra: str = "report") -> Any:
    """Import a package of an extra, or say how to install it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f'{purpose} needs the extra {extra!r}: pip install "medresample[{extra}]"'
        ) from error
