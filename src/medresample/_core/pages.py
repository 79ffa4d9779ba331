"""How much of a memory map stays in memory? No more than the rows being worked on."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np

# Bytes worked on at a time by one thread.
PIECE = 16 * 2**20
# Rows taken at a time, whose numbers NumPy turns into eight bytes each.
TOGETHER = 16_384
# Rows taken from a memory map before its pages are given back.
TOUCHED = 256
# Bytes of output from which a second thread pays.
MANY = 64 * 2**20


def is_mapped(array: np.ndarray) -> bool:
    """Say whether an array is a view of a memory map."""
    return _map_behind(array) is not None


def rows_at_a_time(array: np.ndarray) -> int:
    """Rows of a table that make up one piece."""
    return max(1, PIECE // max(1, array.itemsize * int(np.prod(array.shape[1:]))))


def let_go(*arrays: np.ndarray) -> None:
    """Give back the memory of the pages of a memory map; what was written stays in the file."""
    for array in arrays:
        source = _map_behind(array)
        if source is not None and hasattr(source, "madvise"):
            source.madvise(mmap.MADV_DONTNEED)


def gather(array: np.ndarray, rows: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Copy some rows, piece by piece: a touch of a map brings in the pages around it too."""
    if out is None:
        out = np.empty((len(rows), *array.shape[1:]), array.dtype)
    size = TOGETHER if _map_behind(array) is None else TOUCHED
    for start in range(0, len(rows), size):
        some = slice(start, start + size)
        np.take(array, rows[some], axis=0, out=out[some], mode="clip")
        let_go(array)
    return out


def _map_behind(array: Any) -> mmap.mmap | None:
    """Find the file map that an array is a view of.

    Only a `numpy.memmap` that shares its pages with a file counts: what was written to the pages of
    a private map (copy on write, or a buffer of the user's own) exists nowhere else.
    """
    shared = False
    while isinstance(array, np.ndarray):
        shared = shared or (isinstance(array, np.memmap) and array.mode != "c")
        array = array.base
    return array if shared and isinstance(array, mmap.mmap) else None
