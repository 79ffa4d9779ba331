"""Threads change no bit, survive forks and workers, and keep to the limits that others set."""

import multiprocessing
import os
import subprocess
import sys

import numpy as np
import pytest
from joblib import Parallel, delayed
from threadpoolctl import threadpool_info, threadpool_limits

from medresample._core import neighbors, threads
from medresample._core.threads import for_each_chunk, n_threads, single_threaded_blas
from medresample.over_sampling import SMOTE


def a_table(n_columns=30):
    rng = np.random.default_rng(0)
    return rng.normal(size=(900, n_columns)).astype(np.float32), np.repeat([0, 1], [500, 400])


def resampled(n_jobs=None, n_columns=30):
    return SMOTE(random_state=0, n_jobs=n_jobs).fit_resample(*a_table(n_columns))[0]


@pytest.fixture(autouse=True)
def compiled_search(monkeypatch):
    monkeypatch.setattr(neighbors, "compiled_pays", lambda seconds: True)


@pytest.mark.parametrize("n_columns", [5, 30, 90])
def test_any_number_of_threads_gives_the_same_bits(n_columns):
    one = resampled(1, n_columns)
    for n_jobs in (2, 3, -1, None):
        np.testing.assert_array_equal(resampled(n_jobs, n_columns), one)


def test_chunks_are_worked_on_in_order_and_do_not_depend_on_threads():
    def ends(threads):
        return for_each_chunk(lambda rows: (rows.start, rows.stop), 10, 4, threads)

    assert ends(1) == ends(3) == [(0, 4), (4, 8), (8, 10)]


def test_an_error_in_a_thread_reaches_the_caller():
    def fail(rows):
        raise RuntimeError("in a thread")

    with pytest.raises(RuntimeError, match="in a thread"):
        for_each_chunk(fail, 10, 2, 2)


def test_blas_is_held_to_one_thread_and_let_go_again():
    def blas():
        return [
            library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"
        ]

    before = blas()
    with single_threaded_blas():
        assert set(blas()) == {1}
    assert blas() == before


def test_limits_set_by_others_are_honored():
    with threadpool_limits(1):
        assert n_threads() == 1
        assert n_threads(-1) == 1


def test_counts_from_the_end_as_joblib_does(monkeypatch):
    monkeypatch.setattr(threads, "_usable_cores", lambda: 4)
    assert [n_threads(n_jobs) for n_jobs in (None, 1, 3, -1, -2, -9)] == [4, 1, 3, 4, 3, 1]
    with pytest.raises(ValueError, match="n_jobs == 0"):
        n_threads(0)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_a_worker_uses_one_thread_and_gives_the_same_bits(backend):
    used = Parallel(n_jobs=2, backend=backend)(delayed(n_threads)() for _ in range(2))
    assert used == [1, 1]
    parts = Parallel(n_jobs=2, backend=backend)(delayed(resampled)() for _ in range(2))
    for part in parts:
        np.testing.assert_array_equal(part, resampled())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_makes_a_pool_of_its_own():
    before = resampled(2)  # the parent's pool exists
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    child = context.Process(target=lambda: queue.put(resampled(2)))
    child.start()
    np.testing.assert_array_equal(queue.get(), before)
    child.join(30)
    assert child.exitcode == 0


def test_two_threads_of_the_user_may_search_at_once():
    parts = Parallel(n_jobs=2, backend="threading")(delayed(resampled)(2, 90) for _ in range(4))
    for part in parts:
        np.testing.assert_array_equal(part, resampled(1, 90))


def test_kernels_compile_without_a_folder_for_their_cache(tmp_path):
    """A read-only installation: no cache can be written, and everything works all the same."""
    code = (
        "import numba.core.caching as c; c._CacheLocator.ensure_cache_path = "
        "lambda self: (_ for _ in ()).throw(OSError('read-only'))\n"
        "import numpy as np; from medresample._core import loading; loading.LOADING = 0\n"
        "from medresample import SMOTE\n"
        "X = np.random.default_rng(0).normal(size=(60, 3))\n"
        "print(SMOTE(random_state=0).fit_resample(X, [0] * 40 + [1] * 20)[0].shape)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "(80, 3)"


def blas_threads():
    """Threads of each BLAS that we know; a test may have loaded more since."""
    return threads._blas_limits()


HOLDERS = """
import threading

import numpy
from medresample._core import threads

before, usable = threads._blas_limits(), threads.n_threads(-1)
for _ in range(20):
    inside, leave = threading.Barrier(3), threading.Event()

    def hold(stay):
        with threads.single_threaded_blas():
            inside.wait(10)  # both are inside at once
            if stay:
                leave.wait(10)

    stays, leaves = (threading.Thread(target=hold, args=(stay,)) for stay in (True, False))
    stays.start(), leaves.start()
    inside.wait(10)
    leaves.join(10)
    assert set(threads._blas_limits()) == {1}
    assert threads.n_threads(-1) == usable  # not what BLAS may now
    leave.set()
    stays.join(10)
    assert threads._blas_limits() == before
"""


ONE_AFTER_ANOTHER = """
import threading

import numpy
from medresample._core import threads

before, found = threads._blas_limits(), []

def in_another_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    return thread

def hold():
    with threads.single_threaded_blas():
        found.append(threads._blas_limits())
        inside.set()
        leave.wait(10)

inside, leave = threading.Event(), threading.Event()
with threads.single_threaded_blas():  # the first to hold is not the last to leave
    last = in_another_thread(hold)
    inside.wait(10)
leave.set()
last.join(10)
assert threads._blas_limits() == before
in_another_thread(hold).join(10)
assert [set(limits) for limits in found] == [{1}, {1}], found
assert threads._blas_limits() == before
"""


@pytest.mark.parametrize("program", [HOLDERS, ONE_AFTER_ANOTHER])
def test_the_last_of_several_holders_restores_the_threads_of_blas(program):
    """In a process of its own, where nobody else sets the threads of BLAS."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_blas_gets_its_threads_back_after_an_error():
    before = blas_threads()
    with pytest.raises(KeyboardInterrupt), single_threaded_blas():
        raise KeyboardInterrupt
    assert blas_threads() == before


def test_searches_of_several_threads_leave_blas_as_it_was(monkeypatch):
    monkeypatch.setattr(neighbors, "compiled_pays", lambda seconds: False)
    before = blas_threads()
    Parallel(n_jobs=3, backend="threading")(delayed(resampled)(1) for _ in range(9))
    assert blas_threads() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_forked_during_a_search_has_all_threads():
    before = blas_threads()
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    with single_threaded_blas():
        child = context.Process(target=lambda: queue.put(blas_threads()))
        child.start()
        assert queue.get() == before
        child.join(30)
