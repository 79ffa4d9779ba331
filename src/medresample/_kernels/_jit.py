"""How is a kernel compiled, and where is it kept? One decorator owns every option."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import IndexDataCacheFile


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` on first use: without the interpreter lock, cached where that is possible.

    No ``parallel=True``: one of numba's threading layers dies after a fork, another one under two
    Python threads. No ``fastmath``: kernels rank and write numbers, so the same input must give the
    same bits.
    """
    try:
        compiled: Any = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba found no folder where it may write its cache
        return numba.njit(nogil=True)(function)
    if not hasattr(compiled, "_cache"):  # NUMBA_DISABLE_JIT: the function itself
        return compiled
    numbas = compiled._cache._cache_file
    compiled._cache._cache_file = _FilePerKernel(
        numbas._cache_path, numbas._index_name.removesuffix(".nbi"), numbas._source_stamp
    )
    return compiled


class _FilePerKernel(IndexDataCacheFile):
    """A cache in which the name of a file says all that its content depends on.

    numba numbers the files of a function, and keeps in an index which is which. The index is
    written first: a process that reads it before the file takes what an older version, or another
    process under the same number, had left there, and calls it with arguments of other types.
    Workers that start at the same time meet this. A name of its own for each content leaves nothing
    to agree upon. It covers the sources of all kernels, because they are compiled into each other.
    """

    def save(self, key: Any, data: Any) -> None:
        """Write `data` in one step: other processes find all of it, or nothing."""
        self._save_data(self._named(key), data)
        newest = max((changed for _, changed, _ in _sources()), default=0)
        for file in Path(self._cache_path).glob(f"{self._base()}.*.nbc"):
            with suppress(OSError):  # of other users, or removed by another process
                if file.stat().st_mtime_ns < newest:
                    file.unlink()

    def load(self, key: Any) -> Any:
        """Read what was saved under `key`; None if nothing was."""
        try:
            return self._load_data(self._named(key))
        except OSError:
            return None

    def flush(self) -> None:
        """Do nothing: what is out of date is never asked for, and removed by the next `save`."""

    def _named(self, key: Any) -> str:
        everything = (numba.__version__, self._source_stamp, _sources(), key)
        digest = hashlib.sha256(repr(everything).encode()).hexdigest()[:24]
        return f"{self._base()}.{digest}.nbc"

    def _base(self) -> str:
        return str(self._index_name).removesuffix(".nbi")


@cache
def _sources() -> tuple[tuple[str, int, int], ...]:
    files = sorted(Path(__file__).parent.glob("*.py"))
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
