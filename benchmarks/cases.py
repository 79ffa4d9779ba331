"""What is a case? One method on one table, ours and the peer's, or a measurement of its own kind.

Each gives one row of results. Which cases there are is the catalog's to say.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import machine
import numpy as np
from bounds import bound
from measure import Times, fresh, paired
from peers import PAIRS
from workloads import Workload, hard

QUICK_ROUNDS, FULL_ROUNDS = 3, 7
QUICK_PATIENCE = 5.0
APART_ROUNDS = 3


@dataclass(frozen=True)
class Job:
    """A case made ready: both calls, and the memory to warm before each."""

    ours: Callable[[], Any]
    peer: Callable[[], Any]
    n_bytes: int


@dataclass(frozen=True)
class PairedCase:
    """One method on one table, ours and the peer's.

    Parameters
    ----------
    section : str
        Part of the results it belongs to.
    method : str
        Name of a pair in `peers`.
    workload : Workload
        The table.
    dtype : str
        Type of its cells.
    kind : str, default=""
        How it is made hard to search: see `workloads.hard`.
    quick : bool, default=False
        Whether the quick mode has it.
    memory : bool, default=False
        Whether the peak memory is measured too, but for the quick mode.
    patience : float, default=20
        Seconds after which no more rounds begin, where three are done: see `measure.paired`. Where
        calls are `apart`, one round is enough.
    apart : bool, default=False
        Whether every call has a process of its own, which tells the time and the memory at once:
        for methods that take so long that there is no time for calls that only warm up.
    """

    section: str
    method: str
    workload: Workload
    dtype: str
    kind: str = ""
    quick: bool = False
    memory: bool = False
    patience: float = 20.0
    apart: bool = False

    @property
    def name(self) -> str:
        words = [self.method, self.workload.name, self.kind, self.dtype]
        return " ".join(word for word in words if word)

    def matches(self, only: list[str]) -> bool:
        return bool({self.section, self.workload.name} & set(only))

    def build(self, limit: int | None = None) -> Job:
        """Make the table, with at most `limit` rows, and bind both calls to it."""
        workload, pair = self.workload.at_most(limit), PAIRS[self.method]
        X, y = workload.table(self.dtype)
        if self.kind:
            X = hard(X, self.kind)
        if self.method == "search":
            return Job(partial(pair.ours, X), partial(pair.peer, X), 2 * X.nbytes + 2**27)
        n_bytes = 3 * workload.n_bytes_out(self.dtype) + 2**27
        return Job(partial(pair.ours, X, y), partial(pair.peer, X, y), n_bytes)

    def measure(self, quick: bool) -> dict[str, Any]:
        """Time both, compute the bound where there is one, and look at the peak memory if asked."""
        if self.apart:
            return {**self._facts(), **self._times_apart()}
        job = self.build()
        times = paired(
            job.ours,
            job.peer,
            rounds=QUICK_ROUNDS if quick else FULL_ROUNDS,
            n_bytes=job.n_bytes,
            patience=QUICK_PATIENCE if quick else self.patience,
        )
        del job
        found = {**self._facts(), **times.summary()}
        least = self._bound()
        if least is not None:
            found |= {"bound_s": least, "bounds": found["ours_s"] / least}
        if self.memory and not quick:
            found |= self._peaks()
        return found

    def _facts(self) -> dict[str, Any]:
        workload = self.workload
        return {
            "method": self.method,
            "workload": workload.name,
            "majority": workload.majority,
            "minority": workload.minority,
            "columns": workload.columns,
            "dtype": self.dtype,
            "kind": self.kind,
        }

    def _bound(self) -> float | None:
        workload, searches = self.workload, PAIRS[self.method].searches
        if searches is None:
            return None
        pairs = searches(workload.majority, workload.minority)
        n_bytes = 0 if self.method == "search" else workload.n_bytes_out(self.dtype)
        return bound(pairs, round(pairs**0.5), workload.columns, n_bytes, machine.threads())

    def _peaks(self) -> dict[str, float]:
        with self._saved() as folder:
            return _memory(*(self._call(who, folder) for who in ("ours", "peer")))

    def _times_apart(self) -> dict[str, Any]:
        seen: dict[str, list[dict[str, float]]] = {"ours": [], "peer": []}
        with self._saved() as folder:
            begun = time.perf_counter()
            for i in range(APART_ROUNDS):
                if i and time.perf_counter() - begun > self.patience:
                    break
                for who in ("ours", "peer") if i % 2 == 0 else ("peer", "ours"):
                    seen[who].append(self._call(who, folder))
        seconds = {who: tuple(each["seconds"] for each in calls) for who, calls in seen.items()}
        return {**Times(**seconds).summary(), **_memory(seen["ours"][0], seen["peer"][0])}

    def _call(self, who: str, folder: str) -> dict[str, float]:
        return fresh("one_call", method=self.method, who=who, table=folder)

    @contextmanager
    def _saved(self) -> Iterator[str]:
        """Write the table into a folder for as long as it is needed."""
        with tempfile.TemporaryDirectory() as folder:
            X, y = self.workload.table(self.dtype)
            if isinstance(X, np.ndarray):
                np.save(f"{folder}/X.npy", X)
            else:
                X.to_pickle(f"{folder}/X.pickle")
            np.save(f"{folder}/y.npy", y)
            del X
            yield folder


def _memory(ours: dict[str, float], peer: dict[str, float]) -> dict[str, float]:
    """Tell the peaks that two processes saw, and our loss as a share of the peer's."""
    found = {
        "output_mb": ours["output"] / 2**20,
        "peak_mb": ours["peak"] / 2**20,
        "peer_peak_mb": peer["peak"] / 2**20,
        "peak_of_output": ours["peak"] / ours["output"],
    }
    return found | ({"loss_of_peer": ours["loss"] / peer["loss"]} if "loss" in ours else {})


@dataclass(frozen=True)
class OtherCase:
    """A measurement of its own kind: a function of `quick` that gives a row."""

    section: str
    name: str
    measure: Callable[[bool], dict[str, Any]]
    quick: bool = False

    def matches(self, only: list[str]) -> bool:
        return self.section in only or self.name in only
