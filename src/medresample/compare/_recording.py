"""Warnings of a job, kept as text, in any thread and whatever the filters outside say."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# warnings.catch_warnings swaps global state and is not safe between threads. Here the first one
# in swaps it, the last one out swaps it back, and each thread writes to its own list.
_lock = threading.Lock()
_here = threading.local()
_inside = 0
_outside: Any = None
_show: Callable[..., Any] = warnings.showwarning


@contextmanager
def hold_filters() -> Iterator[None]:
    """Keep the recording filters in place around jobs that run in several threads."""
    global _inside, _outside, _show
    with _lock:
        if _inside == 0:
            _outside = warnings.catch_warnings()
            _outside.__enter__()
            warnings.simplefilter("always")
            _show, warnings.showwarning = warnings.showwarning, _note
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _outside.__exit__(None, None, None)


@contextmanager
def record_warnings() -> Iterator[list[str]]:
    """Collect the warnings of this thread as ``Category: text``, instead of showing them."""
    with hold_filters():
        log: list[str] = []
        _here.log = log
        try:
            yield log
        finally:
            del _here.log


def _note(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
    log = getattr(_here, "log", None)
    if log is None:
        _show(message, category, *rest, **named)
    else:
        log.append(f"{category.__name__}: {' '.join(str(message).split())}")
