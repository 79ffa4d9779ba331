"""What does a process of its own pay? Tasks that have to begin in a new interpreter.

Called by ``measure.fresh`` as ``python benchmarks/fresh.py TASK '{"argument": ...}'``; the last
line printed is the answer as JSON. Nothing heavy is imported before the clock of a task begins.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
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


def one_call(method: str, who: str, table: str) -> dict[str, float]:
    """Seconds of a call and its peak memory above the loaded table, after one that compiles.

    And the loss, for methods that have one.
    """
    from measure import warm
    from peers import PAIRS

    pair = PAIRS[method]
    call = getattr(pair, who)
    X, y = _saved_in(table)
    call(*_small_table(method, X, y))
    size = _bytes_of(X)
    warm(4 * size + 2**27)
    result, seen = _observed(lambda: call(X, y))
    found = {**seen, "output": sum(map(_bytes_of, result)), "input": size}
    if pair.loss is not None:
        found["loss"] = pair.loss(X, y, *result)
    return found


def iterations(who: str, folder: str, count: int) -> dict[str, float]:
    """Seconds, peak memory and objective of so many iterations of fuzzy c-means."""
    import fuzzy_clusters
    import numpy as np

    X, centers = np.load(f"{folder}/X.npy"), np.load(f"{folder}/centers.npy")
    if who == "ours":
        call, start, few = fuzzy_clusters.ours, centers, centers
    else:
        _, call = fuzzy_clusters.PEERS[who]
        start = fuzzy_clusters.memberships(X, centers)
        few = start[: 2 * len(centers)]
    call(X[: 2 * len(centers)], few, 2)
    result, seen = _observed(lambda: call(X, start, count))
    return {**seen, "loss": fuzzy_clusters.loss(X, result)}


def ensemble(who: str, folder: str, members: int, stumps: int) -> dict[str, float]:
    """Seconds, peak memory and scores of an ensemble that is fitted and predicts."""
    import ensemble_costs
    import numpy as np

    names = ("X_train", "y_train", "X_test", "y_test")
    parts = {name: np.load(f"{folder}/{name}.npy") for name in names}
    return ensemble_costs.observe(who, members, stumps, parts, _observed)


def _saved_in(folder: str) -> tuple[Any, Any]:
    import numpy as np

    y = np.load(f"{folder}/y.npy")
    if Path(folder, "X.npy").exists():
        return np.load(f"{folder}/X.npy", allow_pickle=True), y
    import pandas as pd

    return pd.read_pickle(f"{folder}/X.pickle"), y


def _bytes_of(table: Any) -> int:
    """Bytes of a table with its words, and with the numbers that are objects, each once."""
    if hasattr(table, "iloc"):
        return int(table.memory_usage(deep=True).sum())
    if table.dtype != object:
        return int(table.nbytes)
    return int(table.nbytes) + sum({id(cell): sys.getsizeof(cell) for cell in table.flat}.values())


def _small_table(method: str, X: Any, y: Any) -> Any:
    """Take some of the rows where there are words, or the method is slow on more."""
    import numpy as np
    from peers import PAIRS

    if hasattr(X, "iloc") or X.dtype == object or PAIRS[method].slow:
        rows = np.r_[np.flatnonzero(y == 0)[:2000], np.flatnonzero(y == 1)[:1000]]
        return (X.iloc[rows] if hasattr(X, "iloc") else X[rows]), y[rows]
    return _just_large_enough(X.shape[1], X.dtype)


def _just_large_enough(columns: int, dtype: Any) -> Any:
    """Make a table that is searched and interpolated by kernels, but hardly."""
    from workloads import Workload, overlapping

    minority = int((31e6 / columns) ** 0.5) + 1
    majority = minority + int(2.1e6 / columns) + 1
    return overlapping(Workload("warm-up", majority, minority, columns)).table(dtype)


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
    _, seen = _observed(lambda: sampler.plan(X, y).save(f"{folder}/plan.npz"))
    return {**seen, "input": X.nbytes}


def large_apply(folder: str) -> dict[str, float]:
    """Seconds and peak memory of building the resampled table in another memory map."""
    import numpy as np

    from medresample import SamplingPlan

    X, _ = _map_of(folder)
    plan = SamplingPlan.load(f"{folder}/plan.npz")
    shape = (plan.n_rows_out, X.shape[1])
    out = np.lib.format.open_memmap(f"{folder}/out.npy", "w+", X.dtype, shape)
    return _observed(lambda: plan.apply(X, out=out))[1]


def large_batches(folder: str, size: int) -> dict[str, float]:
    """Seconds and peak memory of one pass over the resampled table in batches."""
    from medresample import SamplingPlan

    X, _ = _map_of(folder)
    plan = SamplingPlan.load(f"{folder}/plan.npz")

    def one_pass() -> None:
        rows = sum(len(batch) for batch, _ in plan.batches(X, size, random_state=0))
        assert rows == plan.n_rows_out

    return _observed(one_pass)[1]


def _map_of(folder: str) -> Any:
    import numpy as np

    return np.load(f"{folder}/X.npy", mmap_mode="r"), np.load(f"{folder}/y.npy")


def _observed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Do it, and give what it gives, with its seconds and the memory that it added at most.

    Worker processes count too, each with the pages that it shares.
    """
    give_back()
    everyone = family()
    for process in everyone:
        begin_peak(process)
    before = sum(resident("VmRSS", process) for process in everyone)
    begun = time.perf_counter()
    result = work()
    passed = time.perf_counter() - begun
    after = sum(resident("VmHWM", process) for process in family())
    return result, {"seconds": passed, "peak": after - before}


def comparison(folder: str, methods: list[str], folds: int) -> dict[str, float]:
    """Seconds of a comparison by two workers, the share of both cores that they used, and memory.

    ``peak`` is what the larger worker added at most to what it held after a small comparison, the
    table that both map among it.
    """
    from comparison_costs import compare, load_compiler
    from joblib import Parallel, delayed

    Parallel(n_jobs=2)(delayed(load_compiler)() for _ in range(8))
    compare(folder, methods, 1, rows=500)
    workers = [process for process in family() if process != str(os.getpid())]
    for process in family():
        begin_peak(process)
    before = {process: resident("VmRSS", process) for process in workers}
    spent, begun = sum(map(processor_seconds, family())), time.perf_counter()
    result = compare(folder, methods, folds)
    passed = time.perf_counter() - begun
    spent = sum(map(processor_seconds, family())) - spent
    return {
        "seconds": passed,
        "use": spent / (2 * passed),
        "peak": max(resident("VmHWM", process) - before[process] for process in workers),
        "jobs": len(result.folds_) // len(result.estimators),
        "failed": int((result.folds_["status"] != "ok").sum()),
    }


def our_times(quick: bool, only: list[str], rounds: int) -> dict[str, float]:
    """Median seconds of our part of each case, by name."""
    import numpy as np
    from catalog import paired_cases
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


def family() -> list[str]:
    """Numbers of this process and of those that it started."""
    own = str(os.getpid())
    others = (path.name for path in Path("/proc").iterdir() if path.name.isdecimal())
    return [own, *(other for other in others if _field("PPid", other) == own)]


def processor_seconds(process: str) -> float:
    """Seconds that a process has computed for, with those of its ended children."""
    times = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def resident(field: str, process: str = "self") -> int:
    """Bytes of resident memory now ("VmRSS") or at most since `begin_peak` ("VmHWM").

    Linux only. ``getrusage`` would not do: a child starts with the largest size of its parent.
    """
    found = _field(field, process)
    if not found:
        raise RuntimeError(f"No {field} in /proc/{process}/status.")
    return int(found.split()[0]) * 1024


def _field(name: str, process: str) -> str:
    """Give what the system says about a process; nothing if it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return ""
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith(f"{name}:")), ""
    )


def begin_peak(process: str = "self") -> None:
    """Forget the largest size so far."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


def give_back() -> None:
    """Return freed memory to the system, so that it is not counted as there already."""
    import ctypes
    import gc

    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


TASKS = (
    first_table,
    one_call,
    iterations,
    ensemble,
    inside_workers,
    large_plan,
    large_apply,
    large_batches,
    comparison,
    our_times,
)

if __name__ == "__main__":
    tasks = {task.__name__: task for task in TASKS}
    print(json.dumps(tasks[sys.argv[1]](**json.loads(sys.argv[2]))))
