"""How is work spread over cores? Fixed chunks on a pool of our own, with BLAS held to one thread.

The chunks do not depend on the number of threads, so neither do the results. The pool is made when
it is first needed, once per process; a forked child makes its own.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

_lock = threading.RLock()
_pools: dict[int, ThreadPoolExecutor] = {}
_controller: Any = None
_forked = False
# Who holds BLAS to one thread, and what it was allowed before.
_holders = 0
_limiter: Any = None
_allowed: list[int] = []


def _forget() -> None:
    """Start afresh in a forked child: the parent's threads do not exist there."""
    global _lock, _controller, _forked, _holders, _limiter
    if _limiter is not None:  # held by a thread of the parent, which does not exist here
        _restore(_limiter)
    _lock = threading.RLock()
    _pools.clear()
    _controller = _limiter = None
    _holders = 0
    _forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def is_forked() -> bool:
    """Say whether this process is a forked child, where OpenMP may hang if the parent used it."""
    return _forked


def n_threads(n_jobs: int | None = None) -> int:
    """Threads to use: all that may be used, one inside a joblib worker, or as `n_jobs` says.

    The limits that threadpoolctl or the environment set for BLAS are honored, and negative numbers
    count from the end, as in joblib: -1 is all, -2 all but one.
    """
    allowed = _usable_cores()
    if n_jobs is None:
        return 1 if _inside_a_worker() else allowed
    if n_jobs == 0:
        raise ValueError("n_jobs == 0 has no meaning: give a number of threads, or None.")
    return n_jobs if n_jobs > 0 else max(1, allowed + 1 + n_jobs)


def _usable_cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with _lock:
        limits = _allowed if _holders else _blas_limits()
    return max(1, min([cores or 1, *limits]))


def _blas_limits() -> list[int]:
    return [library["num_threads"] for library in _libraries().info()]


def _inside_a_worker() -> bool:
    from joblib.parallel import get_active_backend

    backend, _ = get_active_backend()
    return bool(getattr(backend, "nesting_level", 0))


def _libraries() -> Any:
    global _controller
    if _controller is None:
        from threadpoolctl import ThreadpoolController

        _controller = ThreadpoolController().select(user_api="blas")
    return _controller


@contextlib.contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Hold BLAS to one thread.

    Its limit belongs to the process: the first holder sets it, the last one restores it.
    """
    global _holders, _limiter, _allowed
    with _lock:
        if not _holders:
            _allowed = _blas_limits()
            _release_openblas()
            _limiter = _libraries().limit(limits=1)
        _holders += 1
    try:
        yield
    finally:
        with _lock:
            _holders -= 1
            if not _holders:
                _restore(_limiter)
                _limiter = None


def _restore(limiter: Any) -> None:
    _release_openblas()
    limiter.restore_original_limits()
    _release_openblas()


def _release_openblas() -> None:
    """Let any thread limit OpenBLAS.

    threadpoolctl 3.8 minds only the thread that did so first, and says nothing to the others. Here
    the first and the last holder may be any two threads, one after the other.
    """
    from threadpoolctl import OpenBLASController

    release = getattr(OpenBLASController, "clear_controlling_thread", None)
    if release is not None:
        release(force=True)


def openmp_threads(threads: int) -> Any:
    """Hold OpenMP to some threads, in loops that the calling thread begins."""
    from threadpoolctl import threadpool_limits

    if threads >= _usable_cores():
        return contextlib.nullcontext()
    return threadpool_limits(threads, user_api="openmp")


def for_each(work: Callable[[Any], Any], items: Sequence[Any], threads: int) -> list[Any]:
    """Call `work` on each item and give the results in order; the calling thread takes part."""
    if threads == 1 or len(items) < 2:
        return [work(item) for item in items]
    results: list[Any] = [None] * len(items)
    places = iter(range(len(items)))  # shared: whoever is free takes the next

    def share() -> None:
        for place in places:
            results[place] = work(items[place])

    helpers = [_pool(threads).submit(share) for _ in range(min(threads, len(items)) - 1)]
    try:
        share()
    finally:
        # (One that has not begun has nothing left to do, and may never begin in a nested call.)
        begun = [helper for helper in helpers if not helper.cancel()]
        wait(begun)
    for helper in begun:
        helper.result()
    return results


def for_each_chunk(work: Callable[[slice], Any], n_rows: int, size: int, threads: int) -> list[Any]:
    """Call `work` on slices of `size` rows and give the results in order."""
    chunks = [slice(at, min(at + size, n_rows)) for at in range(0, n_rows, size)]
    return for_each(work, chunks, threads)


def _pool(threads: int) -> ThreadPoolExecutor:
    with _lock:
        if threads not in _pools:
            _pools[threads] = ThreadPoolExecutor(threads - 1, thread_name_prefix="medresample")
        return _pools[threads]
