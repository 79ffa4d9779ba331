"""When does compiled code pay? Loading the compiler takes about a second, once per process.

So a process rents before it buys: jobs are done without compiled code until they have taken about
as long as loading it takes. Nobody pays more than twice what would have been best, and the results
are the same bits either way.
"""

from __future__ import annotations

import sys

# Seconds that loading the compiler and the kernels takes.
LOADING = 0.8

_spent = 0.0


def compiled_pays(seconds: float) -> bool:
    """Say whether to use a compiled kernel for a job that takes so many seconds without."""
    global _spent
    if "numba" in sys.modules:
        return True
    _spent += seconds
    return _spent > LOADING
