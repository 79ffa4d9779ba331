"""How long does it take, and how much memory? Paired times in one process, peaks in fresh ones.

Three things spoil naive timing. Memory that nobody used for a while may have been given back by a
virtual machine, and is slow at its first touch: so memory is touched and freed right before each
call. Other work on the machine moves the speed of a whole process: so both contestants run in
turn in the same process, and what counts is the ratio within each round. First calls compile or
load kernels: so the compiler is loaded, and one call of each comes before the clock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FRESH = Path(__file__).with_name("fresh.py")


@dataclass(frozen=True)
class Times:
    """Seconds of each round, ours and the peer's."""

    ours: tuple[float, ...]
    peer: tuple[float, ...]

    def summary(self) -> dict[str, Any]:
        """Medians, and the median and quartiles of the paired ratio."""
        low, middle, high = np.percentile(np.divide(self.peer, self.ours), [25, 50, 75])
        return {
            "ours_s": float(np.median(self.ours)),
            "peer_s": float(np.median(self.peer)),
            "ratio": float(middle),
            "ratio_low": float(low),
            "ratio_high": float(high),
            "rounds": len(self.ours),
        }


def paired(
    ours: Callable[[], Any],
    peer: Callable[[], Any],
    *,
    rounds: int,
    n_bytes: int = 0,
    patience: float = 60.0,
) -> Times:
    """Time two calls in turn; the one that begins changes with each round.

    Parameters
    ----------
    ours, peer : callable
        The work, without arguments.
    rounds : int
        Rounds wanted; after 3 of them no more begin once `patience` seconds have passed.
    n_bytes : int, default=0
        Memory touched and freed before each call.
    patience : float, default=60
        Seconds. Where the first call of the peer takes a third of it, 3 rounds are done; where it
        takes twice as long, 2.
    """
    ours()
    begun = time.perf_counter()
    peer()
    first = time.perf_counter() - begun
    if first > patience / 3:
        rounds = 3 if first < 2 * patience else 2
    found: dict[bool, list[float]] = {True: [], False: []}
    begun = time.perf_counter()
    for i in range(rounds):
        for mine in (True, False) if i % 2 == 0 else (False, True):
            found[mine].append(seconds(ours if mine else peer, n_bytes))
        if i >= 2 and time.perf_counter() - begun > patience:
            break
    return Times(tuple(found[True]), tuple(found[False]))


def seconds(work: Callable[[], Any], n_bytes: int = 0) -> float:
    """Time one call on memory that is warm; what it returns is freed after the clock."""
    warm(n_bytes)
    begun = time.perf_counter()
    result = work()
    passed = time.perf_counter() - begun
    del result
    return passed


def warm(n_bytes: int) -> None:
    """Touch that much memory and free it."""
    if n_bytes:
        np.ones(max(1, n_bytes // 8))


def fresh(
    task: str, *, path: str | None = None, env: Mapping[str, str] | None = None, **details: Any
) -> Any:
    """Do a task of ``fresh.py`` in a process of its own, and give what it found.

    Parameters
    ----------
    task : str
        Name of a function in ``fresh.py``.
    path : str, default=None
        Folder to import medresample from; default: where it is imported from here.
    env : mapping, default=None
        More environment variables.
    **details : json
        Arguments of the task.
    """
    where = {} if path is None else {"PYTHONPATH": path}
    process = subprocess.run(
        [sys.executable, str(FRESH), task, json.dumps(details)],
        env={**os.environ, **where, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise RuntimeError(f"{task}({details}) failed in a fresh process:\n{process.stderr}")
    return json.loads(process.stdout.splitlines()[-1])
