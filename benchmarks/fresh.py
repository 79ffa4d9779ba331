"""What does a process of its own pay? Tasks that have to begin in a new interpreter.

Called by ``measure.fresh`` as ``python benchmarks/fresh.py TASK '{"argument": ...}'``; the last
line printed is the answer as JSON. Nothing heavy is imported before the clock of a task begins.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

LOOPS = 4


def first_table(who: str, rows: int, columns: int) -> float:
    """Seconds from before the first import to the first resampled table."""
    begun = time.perf_counter()
    import numpy as np

    if who == "ours":
        from medresample.over_sampling import SMOTE
    else:
        from imblearn.over_sampling import SMOTE
    X = np.random.default_rng(0).normal(size=(rows, columns))
    y = (np.arange(rows) % 5 == 0).astype(int)
    X_resampled, _ = SMOTE(random_state=0).fit_resample(X, y)
    passed = time.perf_counter() - begun
    assert len(X_resampled) == 2 * int(np.sum(y == 0))
    return passed


def peak(method: str, who: str, table: str) -> dict[str, float]:
    """Peak memory of a call above the loaded table, after a call that compiles the kernels."""
    import numpy as np
    from peers import PAIRS

    call = getattr(PAIRS[method], who)
    y = np.load(f"{table}/y.npy")
    if Path(table, "X.npy").exists():
        X = np.load(f"{table}/X.npy")
        call(*_just_large_enough(X.shape[1], X.dtype))
    else:
        import pandas as pd

        X = pd.read_pickle(f"{table}/X.pickle")
        rows = np.r_[np.flatnonzero(y == 0)[:2000], np.flatnonzero(y == 1)[:1000]]
        call(X.iloc[rows], y[rows])
    give_back()
    begin_peak()
    before = resident("VmRSS")
    output = sum(_bytes_of(part) for part in call(X, y))
    return {"peak": resident("VmHWM") - before, "output": output, "input": _bytes_of(X)}


def _bytes_of(table: Any) -> int:
    return int(table.memory_usage(deep=True).sum() if hasattr(table, "iloc") else table.nbytes)


def _just_large_enough(columns: int, dtype: Any) -> Any:
    """A table that is searched and interpolated by kernels, but hardly."""
    from workloads import Workload

    minority = int((31e6 / columns) ** 0.5) + 1
    majority = minority + int(2.1e6 / columns) + 1
    return Workload("warm-up", majority, minority, columns).table(dtype)


def inside_workers(one_thread: bool, rows: int, columns: int) -> float:
    """Seconds of a few calls in two worker processes, as they are or with one thread each."""
    from joblib import Parallel, delayed

    with Parallel(n_jobs=2) as parallel:
        parallel(delayed(_resample_often)(one_thread, rows, columns, 1) for _ in range(2))
        found = []
        for _ in range(3):
            begun = time.perf_counter()
            parallel(delayed(_resample_often)(one_thread, rows, columns, LOOPS) for _ in range(2))
            found.append(time.perf_counter() - begun)
    return sorted(found)[1]


def _resample_often(one_thread: bool, rows: int, columns: int, times: int) -> None:
    from contextlib import nullcontext

    from threadpoolctl import threadpool_limits
    from workloads import Workload

    from medresample.over_sampling import SMOTE

    X, y = Workload("worker", rows * 4 // 5, rows // 5, columns).table("float32")
    with threadpool_limits(1) if one_thread else nullcontext():
        for _ in range(times):
            SMOTE(random_state=0, n_jobs=1 if one_thread else None).fit_resample(X, y)


def large_plan(folder: str) -> dict[str, float]:
    """Seconds and peak memory of planning on a memory map that can only be read."""
    from medresample.over_sampling import SMOTE

    X, y = _map_of(folder)
    sampler = SMOTE(random_state=0)
    sampler.plan(*_just_large_enough(X.shape[1], X.dtype))
    return _observed(lambda: sampler.plan(X, y).save(f"{folder}/plan.npz"), X)


def large_apply(folder: str) -> dict[str, float]:
    """Seconds and peak memory of building the resampled table in another memory map."""
    import numpy as np

    from medresample import SamplingPlan

    X, _ = _map_of(folder)
    plan = SamplingPlan.load(f"{folder}/plan.npz")
    shape = (plan.n_rows_out, X.shape[1])
    out = np.lib.format.open_memmap(f"{folder}/out.npy", "w+", X.dtype, shape)
    return _observed(lambda: plan.apply(X, out=out), X)


def large_batches(folder: str, size: int) -> dict[str, float]:
    """Seconds and peak memory of one pass over the resampled table in batches."""
    from medresample import SamplingPlan

    X, _ = _map_of(folder)
    plan = SamplingPlan.load(f"{folder}/plan.npz")

    def one_pass() -> None:
        rows = sum(len(batch) for batch, _ in plan.batches(X, size, random_state=0))
        assert rows == plan.n_rows_out

    return _observed(one_pass, X)


def _map_of(folder: str) -> Any:
    import numpy as np

    return np.load(f"{folder}/X.npy", mmap_mode="r"), np.load(f"{folder}/y.npy")


def _observed(work: Any, X: Any) -> dict[str, float]:
    give_back()
    begin_peak()
    before = resident("VmRSS")
    begun = time.perf_counter()
    work()
    passed = time.perf_counter() - begun
    return {"ours_s": passed, "peak": resident("VmHWM") - before, "input": X.nbytes}


def our_times(quick: bool, only: list[str], rounds: int) -> dict[str, float]:
    """Median seconds of our part of each case, by name."""
    import numpy as np
    from cases import paired_cases
    from measure import seconds

    found = {}
    for case in paired_cases(quick):
        if not only or case.matches(only):
            job = case.build()
            job.ours()
            found[case.name] = float(
                np.median([seconds(job.ours, job.n_bytes) for _ in range(rounds)])
            )
    return found


def resident(field: str) -> int:
    """Bytes of resident memory now ("VmRSS") or at most since `begin_peak` ("VmHWM").

    Linux only. ``getrusage`` would not do: a child starts with the largest size of its parent.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"No {field} in /proc/self/status.")


def begin_peak() -> None:
    """Forget the largest size so far."""
    Path("/proc/self/clear_refs").write_text("5")


def give_back() -> None:
    """Return freed memory to the system, so that it is not counted as there already."""
    import ctypes
    import gc

    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


TASKS = (
    first_table,
    peak,
    inside_workers,
    large_plan,
    large_apply,
    large_batches,
    our_times,
)

if __name__ == "__main__":
    tasks = {task.__name__: task for task in TASKS}
    print(json.dumps(tasks[sys.argv[1]](**json.loads(sys.argv[2]))))
