"""On what was it measured? Versions, processor, threads and BLAS kernels."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "scipy", "scikit-learn", "imbalanced-learn", "numba", "joblib")


def describe() -> dict[str, Any]:
    """Everything that a time depends on besides the case."""
    import numpy as np
    from scipy import linalg
    from threadpoolctl import threadpool_info

    import medresample

    np.ones((2, 2)) @ np.ones((2, 2))
    linalg.norm(np.ones(2))  # brings the BLAS of SciPy, which would otherwise come with some cases
    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return {
        "medresample": medresample.__version__,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "processor": _processor(),
        "threads": threads(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.system(),
        "blas": sorted({f"{b['internal_api']} {b['version']}" for b in blas}),
        "blas_kernels": sorted({str(b.get("architecture")) for b in blas}),
    }


def threads() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _processor() -> str:
    """Name and numbers of the model: virtual machines often hide the name."""
    fields: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    family, model = fields.get("cpu family"), fields.get("model")
    flags = fields.get("flags", "").split()
    vectors = next((f for f in ("avx512f", "avx2", "avx") if f in flags), "no AVX")
    return (
        f"{fields.get('model name', platform.machine())}, family {family}, model {model}, {vectors}"
    )
