"""What does building the table cost? A plan applied in memory, and one to a table on disk."""

from __future__ import annotations

import tempfile
from functools import partial
from typing import Any

import machine
import numpy as np
from bounds import bound
from cases import FULL_ROUNDS
from measure import fresh, paired
from workloads import WORKLOADS, Workload


def interpolation(quick: bool) -> dict[str, Any]:
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


def memory_map(quick: bool) -> dict[str, Any]:
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
        row[f"{step}_s"], row[f"{step}_peak_mb"] = seen["seconds"], seen["peak"] / 2**20
    return row
