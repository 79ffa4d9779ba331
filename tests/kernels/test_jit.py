"""Compiled kernels are kept between processes, and no process takes what is not meant for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core.caching import IndexDataCacheFile

from medresample._kernels import _jit
from medresample._kernels._jit import _FilePerKernel
from medresample._kernels.interpolate import interpolate

STAMP = (0.0, 1)


@pytest.mark.parametrize(
    ("cache", "seen"), [(IndexDataCacheFile, "of another"), (_FilePerKernel, None)]
)
def test_a_file_is_never_read_in_place_of_another(tmp_path, monkeypatch, cache, seen):
    # One process is about to write its file, beside those of an older version, as another one
    # looks for it. With the cache of numba, that one finds the older file under the same number.
    cache(str(tmp_path), "double-1.py311", (0.0, 0)).save("float32", "of another")
    found = []

    def look_first(self, name, data):
        found.append(cache(str(tmp_path), "double-1.py311", STAMP).load("float64"))
        save(self, name, data)

    save = cache._save_data
    monkeypatch.setattr(cache, "_save_data", look_first)
    writes = cache(str(tmp_path), "double-1.py311", STAMP)
    writes.save("float64", "compiled")
    assert found == [seen]
    assert writes.load("float64") == "compiled"


def test_processes_that_save_at_once_find_what_each_has_saved(tmp_path):
    # Both looked at the folder before either wrote: numba gives both files one number.
    first, second = (_FilePerKernel(str(tmp_path), "double-1.py311", STAMP) for _ in range(2))
    first.save("float32", "a")
    second.save("float64", "b")
    first.save("float64", "b")
    assert [second.load(key) for key in ("float32", "float64", "int64")] == ["a", "b", None]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (_jit.numba, "__version__", "0.0"),
        (_jit, "_sources", lambda: (("lists.py", 1, 1),)),
    ],
)
def test_what_another_version_compiled_is_not_found(tmp_path, monkeypatch, where, name, value):
    cache = _FilePerKernel(str(tmp_path), "double-1.py311", STAMP)
    cache.save("float32", "a")
    monkeypatch.setattr(where, name, value)
    assert cache.load("float32") is None
    cache.save("float32", "b")
    assert cache.load("float32") == "b"
    monkeypatch.undo()
    assert cache.load("float32") == "a"


def test_files_older_than_the_sources_are_removed(tmp_path):
    cache = _FilePerKernel(str(tmp_path), "double-1.py311", STAMP)
    cache.save("float32", "a")
    old, other = tmp_path / "double-1.py311.abc.nbc", tmp_path / "halve-9.py311.abc.nbc"
    for file in (old, other):
        file.write_bytes(b"")
        os.utime(file, (0, 0))
    cache.flush()
    cache.save("float64", "b")
    assert not old.exists()
    assert other.exists()  # of another function
    assert cache.load("float32") == "a"


PROGRAM = """
import numpy as np
from medresample._kernels.interpolate import interpolate

for dtype in (np.float32, np.float64):
    table, rows = np.arange(6, dtype=dtype).reshape(3, 2), np.zeros(4, np.int32)
    interpolate(table, rows, rows + 1, np.full(4, 0.5, np.float32), np.empty((4, 2), dtype))
print(sum(interpolate.stats.cache_hits.values()), sum(interpolate.stats.cache_misses.values()))
"""


def test_a_kernel_is_compiled_once_for_all_processes(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True
        )
        for _ in range(2)
    ]
    assert [each.stdout.split() for each in said] == [["0", "2"], ["2", "0"]], said[0].stderr
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} == {".nbc"}


def test_it_is_the_cache_of_the_kernels():
    assert type(interpolate._cache._cache_file) is _FilePerKernel
    names = [name for name, _, _ in _jit._sources()]
    assert names == sorted(file.name for file in Path(_jit.__file__).parent.glob("*.py"))


def test_kernels_run_as_python_where_numba_is_told_to_leave_them_so():
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    program = PROGRAM.rpartition("print")[0] + "print(type(interpolate).__name__)"
    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert said.stdout.strip() == "function", said.stderr
