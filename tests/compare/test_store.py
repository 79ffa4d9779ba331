"""A comparison that was killed is finished by the same call, and gives the same bits."""

import json
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import OneHotEncoder

from medresample.compare import _running, _store, compare_samplers, compare_samplers_many
from medresample.compare._store import find_store, load_job, open_folder, save_job
from medresample.compare._work import check_work
from medresample.ensemble import EasyEnsembleClassifier
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

RNG = np.random.default_rng(0)
Y = np.arange(60) % 4 == 0
X = RNG.normal(size=(60, 3)) + Y[:, None]
QUICK = {"cv": 3, "n_repeats": 1, "scoring": ["auroc", "sensitivity"], "progress": False}
N_JOBS = 4 * 3  # methods x splits


def compare(store=None, samplers=None, estimator=None, table=X, labels=Y, **settings):
    return compare_samplers(
        {"over": RandomOverSampler()} if samplers is None else samplers,
        LogisticRegression() if estimator is None else estimator,
        table, labels, store=store, **{**QUICK, **settings},
    )  # fmt: skip


def same(first, second):
    """Two results agree in everything but seconds, bit for bit."""
    timed = [column for column in first.folds_ if column.startswith("seconds")]
    pd.testing.assert_frame_equal(
        first.folds_.drop(columns=timed), second.folds_.drop(columns=timed), check_exact=True
    )
    pd.testing.assert_frame_equal(first.predictions_, second.predictions_, check_exact=True)


@pytest.fixture
def done(monkeypatch):
    """Names of the methods whose jobs are done from here on, in this process."""
    names = []

    def run_job(job, *rest):
        names.append(job.method.name)
        return real(job, *rest)

    real = _running.run_job
    monkeypatch.setattr(_running, "run_job", run_job)
    return names


def files(folder):
    return sorted(Path(folder).glob("*.npz"))


# Jobs that are done stay done


def test_a_second_call_does_nothing_and_gives_the_same_even_the_seconds(tmp_path, done):
    plain = compare()
    first = compare(tmp_path / "made" / "here")
    assert len(files(tmp_path / "made" / "here")) == N_JOBS
    assert len(done) == 2 * N_JOBS
    second = compare(tmp_path / "made" / "here")
    assert len(done) == 2 * N_JOBS
    same(plain, first)
    pd.testing.assert_frame_equal(first.folds_, second.folds_, check_exact=True)
    pd.testing.assert_frame_equal(first.predictions_, second.predictions_, check_exact=True)


def test_without_resume_all_is_done_anew(tmp_path, done):
    first = compare(tmp_path)
    before = [path.stat().st_mtime_ns for path in files(tmp_path)]
    same(first, compare(tmp_path, resume=False))
    assert len(done) == 2 * N_JOBS
    assert all(
        path.stat().st_mtime_ns > old for path, old in zip(files(tmp_path), before, strict=True)
    )


def test_without_resume_old_files_are_gone_before_the_first_job(tmp_path, monkeypatch):
    compare(tmp_path)

    def interrupted(job, *rest):
        if len(files(tmp_path)) == 2:
            raise KeyboardInterrupt
        return real(job, *rest)

    real = _running.run_job
    monkeypatch.setattr(_running, "run_job", interrupted)
    with pytest.raises(KeyboardInterrupt):
        compare(tmp_path, resume=False)
    assert len(files(tmp_path)) == 2


CHANGED = X.copy()
CHANGED[7, 1] = np.nextafter(CHANGED[7, 1], 9)
ALL_ANEW = {
    "a cell": {"table": CHANGED},
    "labels": {"labels": ~Y},
    "positive class": {"pos_label": False},
    "patients": {"groups": np.arange(60)},
    "estimator": {"estimator": LogisticRegression(C=2)},
    "name of the estimator": {"estimator": {"other": LogisticRegression()}},
    "threshold": {"threshold": 0.4},
    "seed": {"random_state": 1},
    "folds": {"cv": 2},
}


@pytest.mark.parametrize("change", ALL_ANEW)
def test_whatever_a_job_depends_on_makes_it_another_job(tmp_path, change):
    settings = {"cv": 3, "random_state": 0, **ALL_ANEW[change]}
    first = _paths(tmp_path)
    other = _paths(tmp_path, **settings)
    assert len(set(first)) == N_JOBS
    assert not set(first) & set(other)


def _paths(folder, samplers=None, estimator=None, table=X, labels=Y, resume=True, **settings):
    samplers = {"over": RandomOverSampler()} if samplers is None else samplers
    estimator = LogisticRegression() if estimator is None else estimator
    settings = {"cv": 3, "n_repeats": 1, **settings}
    work = check_work(samplers, estimator, table, labels, **settings)
    store = find_store(folder, resume, work)
    return [store.path(job) for job in work.jobs]


def test_another_seed_on_the_same_rows_makes_other_jobs(tmp_path):
    given = {"cv": [(np.arange(30), np.arange(30, 60))], "n_repeats": None}
    first, other = (_paths(tmp_path, **given, random_state=seed) for seed in (0, 1))
    assert not set(first) & set(other)


def test_versions_make_other_jobs(tmp_path, monkeypatch):
    first = _paths(tmp_path)
    assert _paths(tmp_path) == first
    monkeypatch.setattr(_store, "versions", lambda: {"medresample": "99"})
    assert not set(first) & set(_paths(tmp_path))


def test_every_part_of_a_method_is_in_its_name(tmp_path):
    methods = {
        "over": RandomOverSampler(),
        "shrunk": RandomOverSampler(shrinkage=0.5),
        "under": RandomUnderSampler(),
        "easy": EasyEnsembleClassifier(2),
        "easier": EasyEnsembleClassifier(3),
    }
    assert len(set(_paths(tmp_path, methods))) == (3 + len(methods)) * 3


def test_more_methods_more_repeats_and_other_scores_only_add_jobs(tmp_path, done):
    compare(tmp_path)
    done.clear()
    two = {"renamed": RandomOverSampler(), "under": RandomUnderSampler()}
    compare(tmp_path, two, scoring=["brier"], control="class_weight", rope=0.1)
    assert done == ["under"] * 3
    done.clear()
    result = compare(tmp_path, n_repeats=2)
    assert len(done) == N_JOBS
    same(result, compare(n_repeats=2))


def test_every_data_set_of_several_finds_its_own_jobs(tmp_path, done):
    sets = {"a": (X, Y), "b": (RNG.normal(size=(60, 3)), Y)}
    job = {"samplers": {}, "estimator": LogisticRegression(), "store": tmp_path, **QUICK}
    first = compare_samplers_many(sets, **job)
    assert len(done) == len(files(tmp_path)) == 2 * 3 * 3
    second = compare_samplers_many(sets, **job)
    assert len(done) == 2 * 3 * 3
    same(first.results_["b"], second.results_["b"])


def test_several_estimators_and_classifiers_of_their_own_come_back(tmp_path, done):
    job = {
        "samplers": {"easy": EasyEnsembleClassifier(2)},
        "estimator": {"logistic": LogisticRegression(), "bayes": GaussianNB()},
        "threshold": "youden",
    }
    first = compare(tmp_path, **job)
    n = len(done)
    same(first, compare(tmp_path, **job))
    assert len(done) == n


# Killed


SLOW = """
import os, sys, time
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from medresample.compare import compare_samplers
from medresample.over_sampling import RandomOverSampler

class Slow(BaseEstimator):
    def __init__(self, random_state=None):
        self.random_state = random_state
    def fit_resample(self, X, y):
        time.sleep(float(os.environ.get("NAP", 0)))
        return RandomOverSampler(random_state=self.random_state).fit_resample(X, y)

def compare(store, n_jobs):
    y = np.arange(80) % 4 == 0
    X = np.random.default_rng(0).normal(size=(80, 3)) + y[:, None]
    return compare_samplers(
        {"slow": Slow()}, LogisticRegression(), X, y, cv=4, n_repeats=1, scoring=["auroc"],
        store=store, n_jobs=n_jobs, progress=False,
    )
"""


@pytest.fixture(scope="module")
def processes():
    """Where processes come from that have everything loaded when they begin."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["medresample.compare._evaluate", "medresample.over_sampling"])
    return context


def _compare_slowly(folder, store, n_jobs):
    os.setsid()  # to be killed with all its workers
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ["NAP"] = "2"
    import slow

    slow.compare(store, n_jobs)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs signals of POSIX")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_killed_comparison_is_finished_by_the_next_call(
    tmp_path, monkeypatch, done, processes, n_jobs
):
    (tmp_path / "slow.py").write_text(SLOW)
    store = tmp_path / "store"
    process = processes.Process(target=_compare_slowly, args=(tmp_path, store, n_jobs))
    process.start()
    deadline = time.monotonic() + 120
    while len(files(store)) < 6 and process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    kept = {path: path.stat().st_mtime_ns for path in files(store)}
    assert 6 <= len(kept) < 16

    monkeypatch.syspath_prepend(tmp_path)
    import slow

    finished = slow.compare(store, 1)
    assert len(done) == 16 - len(kept)
    assert len(files(store)) == 16
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    same(finished, slow.compare(None, 1))
    sys.modules.pop("slow")


def _compare_here(folder, barrier):
    barrier.wait(60)
    compare(folder).folds_["auroc"].to_csv(Path(folder) / f"{os.getpid()}.csv")


def test_two_processes_share_a_store(tmp_path, processes):
    barrier = processes.Barrier(2)
    both = [processes.Process(target=_compare_here, args=(tmp_path, barrier)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
    first, second = (path.read_bytes() for path in tmp_path.glob("*.csv"))
    assert first == second
    assert len(files(tmp_path)) == N_JOBS
    assert not list(tmp_path.glob(".*"))


def test_a_job_that_another_process_finished_meanwhile_is_not_done_again(
    tmp_path, monkeypatch, done
):
    compare(tmp_path)
    done.clear()
    monkeypatch.setattr(_running, "_found", lambda *_: None)  # not there at the start
    compare(tmp_path)
    assert done == []


# Files


@pytest.mark.parametrize("harm", ["cut", "emptied", "a bit", "words", "another record"])
def test_a_damaged_file_is_warned_of_and_its_job_done_again(tmp_path, done, harm):
    whole = compare(tmp_path)
    done.clear()
    path = files(tmp_path)[0]
    content = path.read_bytes()
    flipped = bytearray(content)
    flipped[content.rindex(b"risk_0.npy", 0, -60) - 200] ^= 1
    np.savez(tmp_path / "other.npz", record=np.array(json.dumps({"outcomes": {"a": 1}})))
    other = (tmp_path / "other.npz").read_bytes()
    (tmp_path / "other.npz").unlink()
    damaged = {
        "cut": content[:-50], "emptied": b"", "a bit": bytes(flipped), "words": b"a,b\n1,2\n",
        "another record": other,
    }  # fmt: skip
    path.write_bytes(damaged[harm])
    with pytest.warns(UserWarning, match=r"can not be read \(.*\): the job is done again") as said:
        again = compare(tmp_path)
    assert len(said) == 1
    same(whole, again)
    assert len(done) == 1
    same(whole, compare(tmp_path))
    assert len(done) == 1


def test_no_cell_of_the_table_is_on_disk(tmp_path):
    n = 60
    words = [f"patient-{i}" for i in range(n)]
    table = pd.DataFrame({"secret": RNG.normal(size=n) + 1234.5, "word": words})
    # An encoder that quotes what it does not know fails on every fold, in words of the table.
    strict = OneHotEncoder(categories=[words[:30]])

    class Quoting(BaseEstimator):
        def fit_resample(self, X, y):
            strict.fit(X[["word"]])

    result = compare(tmp_path, {"quoting": Quoting(), "under": RandomUnderSampler()}, table=table)
    assert "patient-" in " ".join(result.folds_["error"])
    assert len(files(tmp_path)) == N_JOBS
    for path in files(tmp_path):
        with np.load(path, allow_pickle=False) as kept:  # nothing in it is compressed
            texts = [kept[name].tobytes() for name in kept.files]
        content = path.read_bytes() + b"".join(texts).replace(b"\0", b"")
        assert b"patient-" not in content
        for value in table["secret"]:
            assert np.float64(value).tobytes() not in content
            assert repr(float(value)).encode() not in content


def test_a_job_that_failed_is_tried_again(tmp_path, done):
    works = tmp_path / "works"

    class Sometimes(BaseEstimator):
        def fit_resample(self, X, y):
            if not works.exists():
                raise MemoryError("not now")
            return X, y

    failed = compare(tmp_path, {"sometimes": Sometimes()})
    assert (failed.folds_["status"] == "failed").sum() == 3
    works.touch()
    done.clear()
    assert (compare(tmp_path, {"sometimes": Sometimes()}).folds_["status"] == "ok").all()
    assert done == ["sometimes"] * 3


def test_a_control_that_is_not_available_is_not_tried_again(tmp_path, done):
    first = compare(tmp_path, estimator=KNeighborsClassifier())
    assert (first.folds_["status"] == "unavailable").sum() == 3
    done.clear()
    same(first, compare(tmp_path, estimator=KNeighborsClassifier()))
    assert done == []


def test_a_result_comes_back_bit_for_bit(tmp_path):
    work = check_work({}, LogisticRegression(), X, Y, cv=3, n_repeats=1, threshold="youden")
    result = _running.run_job(work.jobs[0], work.manner, work.data)
    save_job(tmp_path / "job.npz", result)
    (name, outcome), found = next(iter(result.outcomes.items())), load_job(tmp_path / "job.npz")
    back = found.outcomes[name]
    assert back.risk.tobytes() == outcome.risk.tobytes()
    assert (back.threshold, back.counts, back.seconds) == (
        outcome.threshold, outcome.counts, outcome.seconds,
    )  # fmt: skip
    assert found.warnings == result.warnings
    assert [path.name for path in tmp_path.iterdir()] == ["job.npz"]


# Workers


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_workers_keep_their_jobs_and_find_them(tmp_path, backend):
    with parallel_config(backend=backend, n_jobs=2):
        first = compare(tmp_path)
        kept = {path: path.stat().st_mtime_ns for path in files(tmp_path)}
        assert len(kept) == N_JOBS
        same(first, compare(tmp_path))
    same(first, compare())
    assert {path: path.stat().st_mtime_ns for path in files(tmp_path)} == kept


def test_what_a_worker_can_not_write_is_written_here(tmp_path, monkeypatch):
    calls = []

    def save(path, result):
        calls.append(path)
        if len(calls) % 2:  # the worker's turn: a machine without the folder
            raise FileNotFoundError(path)
        save_job(path, result)

    monkeypatch.setattr(_running, "save_job", save)
    compare(tmp_path)
    assert len(files(tmp_path)) == N_JOBS
    assert len(calls) == 2 * N_JOBS


def test_a_full_disk_ends_no_comparison(tmp_path, monkeypatch):
    def save(path, result):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_running, "save_job", save)
    with pytest.warns(UserWarning, match=r"could not be kept in store= \(.*No space left"):
        result = compare(tmp_path)
    same(result, compare())


def test_what_was_left_half_written_is_cleared_away_after_a_day(tmp_path):
    old, new = tmp_path / ".a-1.part", tmp_path / ".b-2.part"
    for path in (old, new):
        path.write_bytes(b"half")
    yesterday = time.time() - 90_000
    os.utime(old, (yesterday, yesterday))
    open_folder(tmp_path)
    assert not old.exists()
    assert new.exists()


def test_what_can_not_be_looked_into_is_refused_before_any_work(tmp_path, done):
    class Odd(BaseEstimator):
        def __init__(self, draws=None):
            self.draws = draws

        def fit_resample(self, X, y):
            return X, y

    with pytest.raises(TypeError, match="can not be looked into"):
        compare(tmp_path / "new", {"odd": Odd(value for value in range(3))})
    assert done == []


def wrapped(sampler):
    class Wrapped(BaseEstimator):
        def fit_resample(self, X, y):
            return sampler.fit_resample(X, y)

    return Wrapped()


@pytest.mark.parametrize("inside", [False, True])
def test_two_classes_of_one_name_are_not_taken_for_one_another(tmp_path, done, inside):
    over, under = wrapped(RandomOverSampler()), wrapped(RandomUnderSampler())
    if inside:
        over, under = (EasyEnsembleClassifier(2, sampler=sampler) for sampler in (over, under))
    with pytest.raises(TypeError, match="'over' and 'under' hold two classes of one name"):
        compare(tmp_path, {"over": over, "under": under})
    assert done == []
    plan = _paths(tmp_path, {"over": over, "again": clone(over)})
    assert len(set(plan)) == N_JOBS  # one class, and one answer


def test_how_many_were_in_the_store_is_said(tmp_path, capsys):
    compare(tmp_path, progress=True)
    assert "store" not in capsys.readouterr().err
    compare(tmp_path, {"smote": SMOTE()}, progress=True)
    said = capsys.readouterr().err
    assert "9 of 12 jobs were in the store" in said
    assert "compared 3 of 3" in said
