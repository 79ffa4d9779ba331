"""What does the first call cost? Fresh processes, from the import to the first resampled table."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from measure import Times, fresh

# Rounds of fresh processes, in the full and the quick mode.
ROUNDS = 5, 1
# A first table that is large enough for compiled kernels to be loaded.
LARGE = {"rows": 150_000, "columns": 50}


def first_table(quick: bool, rows: int = 200, columns: int = 10) -> dict[str, Any]:
    return _in_turn(
        partial(fresh, "first_table", who="ours", rows=rows, columns=columns),
        partial(fresh, "first_table", who="peer", rows=rows, columns=columns),
        quick,
    )


def first_middling_table(quick: bool) -> dict[str, Any]:
    return first_table(quick, 60_000, 50)


def first_large_table(quick: bool) -> dict[str, Any]:
    return first_table(quick, **LARGE)


def nothing_cached(quick: bool) -> dict[str, Any]:
    """Time the first call after installation, with an empty folder for compiled kernels."""

    def ours() -> float:
        with tempfile.TemporaryDirectory() as folder:
            cache = {"NUMBA_CACHE_DIR": folder}
            return fresh("first_table", env=cache, who="ours", **LARGE)

    return _in_turn(ours, partial(fresh, "first_table", who="peer", **LARGE), quick)


def read_only(quick: bool) -> dict[str, Any]:
    """Time an installation that offers no place to keep compiled kernels.

    Permissions do not stop an administrator, so files stand where the folders would be made.
    """
    import medresample

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "medresample")
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(medresample.__file__).parent, copy, ignore=unwanted)
        (copy / "_kernels" / "__pycache__").touch()
        nowhere = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null", "NUMBA_CACHE_DIR": ""}
        ours = partial(fresh, "first_table", path=folder, env=nowhere, who="ours", **LARGE)
        return _in_turn(ours, partial(fresh, "first_table", who="peer", **LARGE), quick)


def workers(quick: bool) -> dict[str, Any]:
    """Time calls in two workers as they are (ours) and with one thread each (peer)."""
    sizes = {"rows": 30_000, "columns": 64}
    return _in_turn(
        partial(fresh, "inside_workers", one_thread=False, **sizes),
        partial(fresh, "inside_workers", one_thread=True, **sizes),
        quick=True,
    )


def _in_turn(ours: Callable[[], float], peer: Callable[[], float], quick: bool) -> dict[str, Any]:
    ours(), peer()
    rounds = [(ours(), peer()) for _ in range(ROUNDS[quick])]
    mine, others = zip(*rounds, strict=True)
    return Times(mine, others).summary()
