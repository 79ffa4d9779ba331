"""What is measured? Cases with a name, each of which gives one row of results."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import machine
import numpy as np
from bounds import bound
from measure import fresh, paired
from peers import PAIRS
from workloads import HARD, MIXED, WORKLOADS, Workload, hard

DTYPES = ("float32", "float64")
QUICK_ROUNDS, FULL_ROUNDS = 3, 7
# Rounds of fresh processes, in the full and the quick mode.
COLD_ROUNDS = 5, 2
SEARCH_ROWS = (1_000, 6_000, 20_000)
SEARCH_COLUMNS = (8, 20, 32, 128, 512, 2048)
# A first table that is large enough for compiled kernels to be loaded.
LARGE = {"rows": 150_000, "columns": 50}


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
        Whether the peak memory is measured too.
    """

    section: str
    method: str
    workload: Workload
    dtype: str
    kind: str = ""
    quick: bool = False
    memory: bool = False

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
        """Time both, compute the bound, and look at the peak memory where asked."""
        job = self.build()
        times = paired(
            job.ours,
            job.peer,
            rounds=QUICK_ROUNDS if quick else FULL_ROUNDS,
            n_bytes=job.n_bytes,
            patience=5 if quick else 20,
        )
        found = {**self._facts(), **times.summary()}
        del job
        least = self._bound()
        found |= {"bound_s": least, "bounds": found["ours_s"] / least}
        if self.memory and (not quick or self.workload in (WORKLOADS["W3"], MIXED)):
            found |= self._peaks()
        return found

    def _facts(self) -> dict[str, Any]:
        workload = self.workload
        return {
            "workload": workload.name,
            "majority": workload.majority,
            "minority": workload.minority,
            "columns": workload.columns,
            "dtype": self.dtype,
            "kind": self.kind,
        }

    def _bound(self) -> float:
        workload = self.workload
        pairs = PAIRS[self.method].searches(workload.majority, workload.minority)
        n_bytes = 0 if self.method == "search" else workload.n_bytes_out(self.dtype)
        return bound(pairs, round(pairs**0.5), workload.columns, n_bytes, machine.threads())

    def _peaks(self) -> dict[str, float]:
        with tempfile.TemporaryDirectory() as folder:
            X, y = self.workload.table(self.dtype)
            if isinstance(X, np.ndarray):
                np.save(f"{folder}/X.npy", X)
            else:
                X.to_pickle(f"{folder}/X.pickle")
            np.save(f"{folder}/y.npy", y)
            del X
            ours, peer = (
                fresh("peak", method=self.method, who=who, table=folder) for who in ("ours", "peer")
            )
        return {
            "output_mb": ours["output"] / 2**20,
            "peak_mb": ours["peak"] / 2**20,
            "peer_peak_mb": peer["peak"] / 2**20,
            "peak_of_output": ours["peak"] / ours["output"],
        }


@dataclass(frozen=True)
class OtherCase:
    """A measurement of its own kind: a function of `quick` that gives a row."""

    section: str
    name: str
    measure: Callable[[bool], dict[str, Any]]
    quick: bool = False

    def matches(self, only: list[str]) -> bool:
        return self.section in only or self.name in only


def paired_cases(quick: bool) -> list[PairedCase]:
    cases = [*_smote(), *_mixed(), *_searches(), *_hard_searches(), *_growth()]
    return [case for case in cases if case.quick or not quick]


def other_cases(quick: bool) -> list[OtherCase]:
    cases = [
        OtherCase("cold", "import to the first table, 200 x 10", _first_table, quick=True),
        OtherCase("cold", "the same, 60,000 x 50", _first_middling_table),
        OtherCase("cold", "the same, 150,000 x 50: kernels are loaded", _first_large_table),
        OtherCase("cold", "the same, and none in the cache", _nothing_cached),
        OtherCase("cold", "the same, and no cache can be written", _read_only),
        OtherCase("cold", "two joblib workers, against one thread each", _workers),
        OtherCase("large", "interpolation alone, W1 float32", _interpolation),
        OtherCase("large", "200,000 x 512 float32 from a memory map", _large),
    ]
    return [case for case in cases if case.quick or not quick]


def _smote() -> list[PairedCase]:
    return [
        PairedCase(
            "smote", "SMOTE", workload, dtype, quick=(name in ("W1", "W3")) or dtype == "float32",
            memory=True,
        )
        for name, workload in WORKLOADS.items()
        for dtype in DTYPES
    ]  # fmt: skip


def _mixed() -> list[PairedCase]:
    return [
        PairedCase("mixed", method, MIXED, dtype, quick=dtype == "words", memory=True)
        for method in ("SMOTENC", "SMOTEENC")
        for dtype in ("words", "category")
    ]


def _searches() -> list[PairedCase]:
    return [
        PairedCase(
            "search",
            "search",
            _square(rows, columns),
            "float32",
            quick=rows == 6_000 and columns <= 512,
        )
        for rows in SEARCH_ROWS
        for columns in SEARCH_COLUMNS
    ]


def _hard_searches() -> list[PairedCase]:
    return [
        PairedCase("hard", "search", _square(6_000, columns), dtype, kind, quick=columns == 20)
        for kind in HARD
        for columns, dtype in ((20, "float32"), (20, "float64"), (512, "float32"))
    ]


def _growth() -> list[PairedCase]:
    tables = [
        *[Workload(f"rows {n:,}", n, 5_000, 32) for n in (10_000, 40_000, 160_000, 640_000)],
        *[Workload(f"columns {d}", 30_000, 3_000, d) for d in (8, 32, 128, 512, 2048)],
        *[Workload(f"minority {n:,}", 100_000, n, 32) for n in (500, 2_000, 8_000, 32_000)],
    ]
    return [PairedCase("growth", "SMOTE", table, "float32") for table in tables]


def _square(rows: int, columns: int) -> Workload:
    return Workload(f"{rows:,} x {columns}", rows - rows // 10, rows // 10, columns, columns >= 128)


def _first_table(quick: bool, rows: int = 200, columns: int = 10) -> dict[str, Any]:
    return _cold(
        partial(fresh, "first_table", who="ours", rows=rows, columns=columns),
        partial(fresh, "first_table", who="peer", rows=rows, columns=columns),
        quick,
    )


def _first_middling_table(quick: bool) -> dict[str, Any]:
    return _first_table(quick, 60_000, 50)


def _first_large_table(quick: bool) -> dict[str, Any]:
    return _first_table(quick, **LARGE)


def _nothing_cached(quick: bool) -> dict[str, Any]:
    """Time the first call after installation, with an empty folder for compiled kernels."""

    def ours() -> float:
        with tempfile.TemporaryDirectory() as folder:
            cache = {"NUMBA_CACHE_DIR": folder}
            return fresh("first_table", env=cache, who="ours", **LARGE)

    return _cold(ours, partial(fresh, "first_table", who="peer", **LARGE), quick)


def _read_only(quick: bool) -> dict[str, Any]:
    """Time an installation that offers no place to keep compiled kernels.

    Permissions do not stop an administrator, so files stand where the folders would be made.
    """
    import shutil

    import medresample

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "medresample")
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(medresample.__file__).parent, copy, ignore=unwanted)
        (copy / "_kernels" / "__pycache__").touch()
        nowhere = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null", "NUMBA_CACHE_DIR": ""}
        ours = partial(fresh, "first_table", path=folder, env=nowhere, who="ours", **LARGE)
        return _cold(ours, partial(fresh, "first_table", who="peer", **LARGE), quick)


def _workers(quick: bool) -> dict[str, Any]:
    """Time calls in two workers as they are (ours) and with one thread each (peer)."""
    sizes = {"rows": 30_000, "columns": 64}
    return _cold(
        partial(fresh, "inside_workers", one_thread=False, **sizes),
        partial(fresh, "inside_workers", one_thread=True, **sizes),
        quick=True,
    )


def _cold(ours: Callable[[], float], peer: Callable[[], float], quick: bool) -> dict[str, Any]:
    from measure import Times

    ours(), peer()
    rounds = [(ours(), peer()) for _ in range(COLD_ROUNDS[quick])]
    mine, others = zip(*rounds, strict=True)
    return Times(mine, others).summary()


def _interpolation(quick: bool) -> dict[str, Any]:
    """Time the building of the table alone: a plan applied, against plain NumPy."""
    from medresample.over_sampling import SMOTE

    workload = WORKLOADS["W1"]
    X, y = workload.table("float32")
    plan = SMOTE(random_state=0).plan(X, y)
    (made,) = plan.made
    step = made.step[:, None]

    def plain() -> np.ndarray:
        return np.vstack([X, X[made.seed] + step * (X[made.partner] - X[made.seed])])

    n_bytes = workload.n_bytes_out("float32")
    times = paired(
        partial(plan.apply, X), plain, rounds=FULL_ROUNDS, n_bytes=4 * n_bytes, patience=20
    )
    found = times.summary()
    least = bound(0, 1, 1, n_bytes, machine.threads())
    return {**found, "bound_s": least, "bounds": found["ours_s"] / least}


def _large(quick: bool) -> dict[str, Any]:
    """Plan, build and pass through a table that stays on disk."""
    workload = Workload("large", 190_000, 10_000, 512, relu=True)
    with tempfile.TemporaryDirectory() as folder:
        X, y = workload.table("float32")
        np.save(f"{folder}/X.npy", X)
        np.save(f"{folder}/y.npy", y)
        del X
        found = {
            "plan": fresh("large_plan", folder=folder),
            "apply": fresh("large_apply", folder=folder),
            "batches": fresh("large_batches", folder=folder, size=1024),
        }
    row: dict[str, Any] = {"input_mb": found["plan"]["input"] / 2**20}
    row["output_mb"] = workload.n_bytes_out("float32") / 2**20
    for step, seen in found.items():
        row[f"{step}_s"], row[f"{step}_peak_mb"] = seen["ours_s"], seen["peak"] / 2**20
    return row
