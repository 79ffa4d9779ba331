"""What every test may ask for: tables with classes in them, and one fixed course of chance."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

import medresample

# Threads of OpenMP that have nothing to do sleep, here and in processes that tests start: tables
# are so small that waiting busily, for cores that other tests use, would take most of the time.
# (It is read when scikit-learn is loaded, later than this.)
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

settings.register_profile(
    "medresample", derandomize=True, deadline=None, max_examples=30, database=None
)
settings.load_profile("medresample")


def pytest_configure():
    """Forget compiled kernels that are older than a source: one file's may hold another's code."""
    kernels = Path(medresample.__file__).parent / "_kernels"
    newest = max(source.stat().st_mtime for source in kernels.glob("*.py"))
    for compiled in kernels.glob("__pycache__/*.nb[ci]"):
        if compiled.stat().st_mtime < newest:
            compiled.unlink(missing_ok=True)


def _blobs(sizes, n_features=4, *, seed=0, shuffle=True):
    """Return X (float64, unit scale, no ties) and y with ``sizes[c]`` rows of class ``c``."""
    random = np.random.default_rng(seed)
    y = np.repeat(np.arange(len(sizes)), sizes)
    X = random.normal(size=(len(y), n_features)) + 1.5 * y[:, None]
    if shuffle:
        order = random.permutation(len(y))
        X, y = X[order], y[order]
    return X, y


@pytest.fixture(scope="session")
def blobs():
    """Make tables: ``blobs((60, 20, 9), n_features=3)`` has three classes of these sizes."""
    return _blobs


@pytest.fixture
def binary():
    """A table of 60 rows of class 0 and 20 rows of class 1, in mixed order."""
    return _blobs((60, 20))


@pytest.fixture
def multiclass():
    """A table of 50, 24 and 12 rows of the classes 0, 1 and 2, in mixed order."""
    return _blobs((50, 24, 12))
