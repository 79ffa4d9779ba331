"""Threads, processes or a cluster do the jobs: the same bits, and the table is sent once."""

import contextlib
import importlib.util
import json
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from joblib import Parallel, delayed, parallel_config
from joblib.parallel import ThreadingBackend
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from sklearn.naive_bayes import GaussianNB

from medresample import cli
from medresample.compare import _cluster, _running, compare_samplers
from medresample.compare._cluster import dask_cluster
from medresample.compare._input import Data
from medresample.compare.report import _figures
from medresample.exceptions import MissingExtraError
from medresample.over_sampling import RandomOverSampler

resource = pytest.importorskip("resource", reason="limits of processes are those of POSIX")

RNG = np.random.default_rng(0)
Y = np.arange(60) % 4 == 0
X = RNG.normal(size=(60, 3)) + Y[:, None]
QUICK = {"cv": 3, "n_repeats": 1, "scoring": ["auroc", "sensitivity"], "progress": False}
N_JOBS = 4 * 3  # methods x splits
TABLES = ("folds_", "predictions_")


def compare(sampler=None, estimator=None, table=X, **settings):
    return compare_samplers(
        {"over": RandomOverSampler() if sampler is None else sampler},
        GaussianNB() if estimator is None else estimator,
        table, Y, **{**QUICK, **settings},
    )  # fmt: skip


def same(first, second):
    """Two results agree in everything but seconds, bit for bit."""
    for name in TABLES:
        one, other = (
            table.drop(columns=[column for column in table if column.startswith("seconds")])
            for table in (getattr(first, name), getattr(second, name))
        )
        pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.fixture(scope="module")
def alone():
    """The comparison in one process."""
    return compare()


# A scheduler and two workers, as a user starts them

DASK = ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]


def start(what, *words, log):
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *DASK, *map(str, words)]
    return subprocess.Popen(command, stdout=log, stderr=log)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster with two workers: where its scheduler listens, and how to add a worker."""
    folder = tmp_path_factory.mktemp("cluster")
    known = folder / "scheduler.json"
    started = []
    with (folder / "log").open("w") as log:
        try:
            started += [start("scheduler", "--port", 0, "--scheduler-file", known, log=log)]
            worker = ["--scheduler-file", known, "--local-directory", folder, "--no-nanny"]
            worker += ["--nthreads", 2, "--memory-limit", 0]

            def add():
                started.append(start("worker", *worker, log=log))

            add(), add()
            yield SimpleNamespace(address=_address(known, started[0]), add=add)
        finally:
            for process in reversed(started):  # workers first: they miss their scheduler
                end(process)


@pytest.fixture(scope="module")
def address(cluster):
    return cluster.address


def end(process):
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    process.kill()
    process.wait()


def _address(known, scheduler, n_workers=2):
    deadline = time.monotonic() + 120
    while not known.exists() and scheduler.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    address = json.loads(known.read_text())["address"]
    if n_workers:
        with _client(address) as client:
            client.wait_for_workers(n_workers, timeout=120)
    return address


def _client(address):
    from distributed import Client

    return Client(address, set_as_default=False)


@pytest.fixture
def client(address):
    with _client(address) as client:
        yield client


def test_a_cluster_of_dask_gives_the_same_bits(client, alone):
    assert len(client.ncores()) == 2
    with parallel_config(backend="dask", client=client):
        there = compare()
    same(alone, there)
    assert (there.folds_["status"] == "ok").all()


def test_the_table_is_pickled_once_for_all_jobs(client, monkeypatch):
    """Workers unpickle in processes of their own, so that only what is sent is counted here."""
    sent = []
    monkeypatch.setattr(
        Data, "__getstate__", lambda self: sent.append(1) or self.__dict__, raising=False
    )
    with parallel_config(backend="dask", client=client):
        compare()
    assert len(sent) == 1
    with parallel_config(backend="loky", n_jobs=2):
        compare()
    assert len(sent) == 1 + N_JOBS  # the count is a count of pickles


def where():
    """A sampler of a class that is pickled by value, as workers do not know this file."""

    class Where(BaseEstimator):
        """Does nothing but say, as its failure, what is around a job."""

        def fit_resample(self, X, y):
            from joblib import effective_n_jobs
            from joblib.parallel import get_active_backend
            from threadpoolctl import threadpool_info

            blas = {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}
            backend = type(get_active_backend()[0]).__name__
            raise RuntimeError(f"{backend} {effective_n_jobs(None)} {blas}")

    return Where()


def test_a_job_keeps_to_its_worker_with_one_thread(client):
    with parallel_config(backend="dask", client=client):
        found = compare(where())
    errors = found.folds_.loc[found.folds_["sampler"] == "over", "error"]
    assert set(errors) == {"RuntimeError: ThreadingBackend 1 {1}"}


def test_forests_are_the_same_bits_there(client):
    forest = {"forest": RandomForestClassifier(5), "bayes": GaussianNB()}
    with parallel_config(backend="dask", client=client):
        there = compare(estimator=forest)
    same(compare(estimator=forest), there)


def test_workers_write_the_store_or_leave_it_to_this_process(client, alone, tmp_path, monkeypatch):
    here = []
    real = _running.save_job
    monkeypatch.setattr(_running, "save_job", lambda *args: here.append(1) or real(*args))
    with parallel_config(backend="dask", client=client):
        same(alone, compare(store=tmp_path / "shared"))
        assert here == []
        _limit_files(client, 0)
        try:
            same(alone, compare(store=tmp_path / "apart"))
        finally:
            _limit_files(client, resource.RLIM_INFINITY)
        assert len(here) == N_JOBS
        same(alone, compare(store=tmp_path / "apart"))
    assert len(here) == N_JOBS
    for folder in ("shared", "apart"):
        assert len(list((tmp_path / folder).iterdir())) == N_JOBS


def _limit_files(client, size):
    """Let workers write files of at most this size; at 0 none can be written."""
    limits = (size, resource.RLIM_INFINITY)
    client.run(resource.setrlimit, resource.RLIMIT_FSIZE, limits)


class Lost(RandomOverSampler):
    """Arrives nowhere."""

    def __reduce__(self):
        return int, ("no number",)


def test_a_job_that_is_lost_ends_the_comparison_and_does_not_hang(client):
    with (
        parallel_config(backend="dask", client=client),
        pytest.raises(RuntimeError, match="deserialization"),
    ):
        compare(Lost())
    with parallel_config(backend="dask", client=client):  # and the cluster goes on
        compare()


def fatal(flag):
    class Fatal(BaseEstimator):
        """Ends its process, once."""

        def __init__(self, flag=flag, random_state=None):
            self.flag, self.random_state = flag, random_state

        def fit_resample(self, X, y):
            import os
            from pathlib import Path

            from medresample.over_sampling import RandomOverSampler

            if not Path(self.flag).exists():
                Path(self.flag).touch()
                os._exit(1)
            return RandomOverSampler(random_state=self.random_state).fit_resample(X, y)

    return Fatal()


def test_a_worker_that_is_lost_changes_nothing(client, cluster, tmp_path):
    sampler = fatal(str(tmp_path / "flag"))
    try:
        with parallel_config(backend="dask", client=client):
            there = compare(sampler)
        assert len(client.ncores()) == 1
    finally:
        cluster.add()
        client.wait_for_workers(2, timeout=120)
    same(compare(sampler), there)
    assert (there.folds_["status"] == "ok").all()


def test_workers_of_other_versions_are_refused_by_name(client, monkeypatch):
    ours = _cluster.versions()
    monkeypatch.setattr(_cluster, "versions", lambda: {**ours, "medresample": "99", "none": "1"})
    done = []
    monkeypatch.setattr(_running, "_do_job", lambda *_: done.append(1))
    with parallel_config(backend="dask", client=client), pytest.raises(RuntimeError) as refused:
        compare()
    said = str(refused.value)
    assert any(f"else: {name} has medresample {ours['medresample']} (here 99), none none (here 1), "
               "and 2 more have others too. " in said for name in client.ncores())  # fmt: skip
    assert done == []


# The command


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run the command line in a folder of its own: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_figures, "image", lambda display: "data:,")
    pd.DataFrame(X).assign(y=Y).to_csv(tmp_path / "in.csv", index=False)

    def call(*words):
        asked = ["in.csv", "--target", "y", "--samplers", "random_over", "--cv", "3"]
        asked += ["--repeats", "1", "--estimators", "logistic", *words]
        monkeypatch.setattr(sys, "argv", ["medresample", "compare", *asked])
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capsys.readouterr()
        return left.value.code or 0, out, err

    return call


def test_the_command_gives_the_same_on_a_cluster(run, address, tmp_path):
    read = {}
    for place, words in {"here": ["--jobs", "1"], "there": ["--dask", address]}.items():
        files = {
            table: tmp_path / f"{table}-{place}.parquet" for table in ("scores", "predictions")
        }
        asked = [word for table, path in files.items() for word in (f"--{table}", str(path))]
        code, out, err = run(*words, *asked, "--quiet")
        assert (code, err) == (0, "")
        assert "random_over" in out
        read[place] = {table: pd.read_parquet(path) for table, path in files.items()}
    scores, others = (tables["scores"] for tables in read.values())
    timed = [column for column in scores if column.startswith("seconds")]
    pd.testing.assert_frame_equal(
        scores.drop(columns=timed), others.drop(columns=timed), check_exact=True
    )
    risks, theirs = (tables["predictions"] for tables in read.values())
    assert len(risks) == N_JOBS * 20  # rows that test
    pd.testing.assert_frame_equal(risks, theirs, check_exact=True)


def test_a_dry_run_counts_the_threads_of_the_cluster(run, address):
    code, out, _ = run("--dask", address, "--dry-run")
    assert (code, "in each of 4 workers" in out) == (0, True)


@pytest.mark.parametrize("where", ["tcp://127.0.0.1:1", "nonsense"])
def test_where_no_scheduler_is_it_is_said_in_one_line(run, where, monkeypatch):
    monkeypatch.setattr(_cluster, "PATIENCE", 0.5)
    code, out, err = run("--dask", where)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"Error: No Dask scheduler answers at {where!r} (" in err
    assert "Start one with 'dask scheduler'" in err


def test_a_scheduler_without_workers_is_told_apart(run, tmp_path, monkeypatch):
    known = tmp_path / "alone.json"
    with (tmp_path / "log").open("w") as log:
        scheduler = start("scheduler", "--port", 0, "--scheduler-file", known, log=log)
        try:
            address = _address(known, scheduler, n_workers=0)
            monkeypatch.setattr(_cluster, "PATIENCE_WITH_WORKERS", 0.2)
            code, _, err = run("--dask", address)
        finally:
            end(scheduler)
    assert (code, err.count("\n")) == (2, 1)
    assert f"Start some with 'dask worker {address}'" in err


def test_jobs_are_for_this_machine(run):
    code, _, err = run("--dask", "tcp://127.0.0.1:1", "--jobs", "2")
    assert (code, err.count("\n")) == (2, 1)
    assert "--jobs" in err
    assert "--dask" in err


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MissingExtraError, match=r'pip install "medresample\[dask\]"'),
        dask_cluster("tcp://127.0.0.1:1"),
    ):
        pass


# Backends of this machine


class Lists(ThreadingBackend):
    """Gives all results at the end, as that of Ray does."""

    supports_return_generator = False


@pytest.mark.parametrize(
    "backend", ["loky", "threading", Lists()], ids=["loky", "threading", "lists"]
)
def test_every_backend_gives_the_same_bits(alone, backend):
    with parallel_config(backend=backend, n_jobs=2):
        same(alone, compare())


def test_the_backend_of_lists_refuses_generators():
    with (
        parallel_config(backend=Lists(), n_jobs=2),
        pytest.raises(ValueError, match="return_as"),
    ):
        Parallel(return_as="generator_unordered")(delayed(int)(i) for i in range(2))


def mapped():
    class Mapped(BaseEstimator):
        """Fails with the sizes of the memory maps that joblib made for a worker."""

        def fit_resample(self, X, y):
            from pathlib import Path

            lines = Path("/proc/self/maps").read_text().splitlines()
            maps = {line.split()[-1] for line in lines if "joblib_memmapping_folder" in line}
            raise RuntimeError(str(sorted(Path(path).stat().st_size for path in maps)))

    return Mapped()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_processes_share_one_memory_map_of_a_large_table():
    """Also of a frame, which is known by its values and in the form that it was given."""
    table = pd.DataFrame(RNG.normal(size=(60, 4000)))  # 1.9 MB: joblib maps what is above 1 MB
    with parallel_config(backend="loky", n_jobs=2):
        found = compare(mapped(), table=table.rename(columns=str))
    for said in found.folds_.loc[found.folds_["sampler"] == "over", "error"]:
        (size,) = json.loads(said.partition(": ")[2])
        assert table.to_numpy().nbytes <= size < 1.01 * table.to_numpy().nbytes


def test_the_extra_is_there_where_tests_run():
    assert importlib.util.find_spec("distributed") is not None
