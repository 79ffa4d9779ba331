"""How is a kernel compiled? One decorator owns every option."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` on first use: without the interpreter lock, cached where that is possible.

    No ``parallel=True``: one of numba's threading layers dies after a fork, another one under two
    Python threads. No ``fastmath``: kernels rank and write numbers, so the same input must give the
    same bits.
    """
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba found no folder where it may write its cache
        return numba.njit(nogil=True)(function)
