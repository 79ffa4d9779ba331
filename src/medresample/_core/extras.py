"""Packages of the extra 'report', loaded when needed, missing in one line."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..exceptions import MissingExtraError


def load_extra(module: str, purpose: str) -> Any:
    """Import a package of the extra 'report', or say how to install it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{purpose} needs the extra 'report': pip install \"medresample[report]\""
        ) from error
