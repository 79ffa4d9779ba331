"""The benchmarks of clusters and cleaning: both sides do the same, and what is told is right."""

import json
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.distance import cdist

FOLDER = Path(__file__).parents[2] / "benchmarks"
SETTING = {"threads": 2, "processor": "p", "memory_gib": 1, "system": "s", "python": "3"}
SETTING |= {"packages": {"numpy": "2"}, "blas": ["b"], "blas_kernels": ["k"]}
SUMMARY = {"ours_s": 1.0, "peer_s": 2.0, "ratio": 2.0, "ratio_low": 1.9, "ratio_high": 2.1}

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


def both(method, majority=900, minority=300):
    """Give a small table of classes that overlap altogether, and what both sides make of it."""
    from peers import PAIRS
    from workloads import CLOUDS, Workload

    X, y = Workload("crowded", majority, minority, 5, shared=CLOUDS).table("float32")
    return X, y, PAIRS[method].ours(X, y), PAIRS[method].peer(X, y)


@pytest.mark.parametrize("method", ["TomekLinks", "EditedNearestNeighbours"])
def test_cleaners_leave_the_same_rows(method):
    X, _, ours, peer = both(method)
    assert len(ours[0]) < len(X)
    # the peer's come class by class
    mine, other = (np.column_stack(each)[np.lexsort(each[0].T)] for each in (ours, peer))
    np.testing.assert_array_equal(mine, other)


@pytest.mark.parametrize("method", ["SMOTETomek", "SMOTEENN"])
def test_hybrids_leave_about_as_many_rows_of_each_class(method):
    _, y, ours, peer = both(method)
    mine, other = Counter(ours[1].tolist()), Counter(peer[1].tolist())
    n_majority = np.sum(y == 0)
    assert len(ours[1]) < 2 * n_majority
    for label in (0, 1):  # new rows are drawn by chance
        assert mine[label] == pytest.approx(other[label], abs=0.04 * n_majority)


@pytest.mark.parametrize("strategy", ["centroid", "nearest"])
def test_both_cluster_the_majority_about_equally_well(strategy):
    from peers import inertia

    X, y, ours, peer = both(f"KMeansUnderSampler {strategy}", 1_400, 70)
    assert Counter(ours[1].tolist()) == Counter(peer[1].tolist())
    assert ours[0].dtype == peer[0].dtype == X.dtype
    some = y == 0
    some[np.flatnonzero(some)[np.sum(y == 1) :]] = False  # as many rows, none chosen
    careless = inertia(X, y, X[some], y[some])
    assert inertia(X, y, *ours) < 1.1 * inertia(X, y, *peer) < careless


def test_inertia_is_that_of_the_majority_about_the_nearest_that_stands_for_it():
    from peers import inertia

    X, y = np.array([[0.0], [1.0], [10.0], [12.0], [50.0]], np.float32), np.array([0, 0, 0, 0, 1])
    X_new, y_new = np.array([[0.5], [11.0], [50.0]]), np.array([0, 0, 1])
    assert inertia(X, y, X_new, y_new) == 0.25 + 0.25 + 1 + 1


@pytest.mark.parametrize(("round_takes", "rounds"), [(10, 3), (30, 2), (90, 1)])
def test_calls_apart_take_turns_until_patience_ends(monkeypatch, round_takes, rounds):
    import cases
    from workloads import Workload

    calls, now = [], 0.0

    def fresh(task, *, method, who, table):
        nonlocal now
        assert np.load(f"{table}/X.npy").shape == (100, 2)
        now += round_takes / 2
        calls.append(who)
        size = 2**20 if who == "ours" else 2**21
        seconds = {"ours": 1.0, "peer": 5.0}[who]
        return {"seconds": seconds, "peak": 3 * size, "output": size, "loss": float(size)}

    monkeypatch.setattr(cases, "fresh", fresh)
    monkeypatch.setattr(cases, "time", SimpleNamespace(perf_counter=lambda: now))
    table = Workload("small", 90, 10, 2)
    case = cases.PairedCase("cleaning", "SMOTEENN", table, "float32", patience=40, apart=True)
    row = case.measure(quick=False)
    assert calls == ["ours", "peer", "peer", "ours", "ours", "peer"][: 2 * rounds]
    assert (row["ours_s"], row["peer_s"], row["ratio"], row["rounds"]) == (1, 5, 5, rounds)
    assert (row["peak_mb"], row["peer_peak_mb"], row["peak_of_output"]) == (3, 6, 3)
    assert row["loss_of_peer"] == 0.5


def test_a_process_of_its_own_tells_time_memory_and_loss(tmp_path, elsewhere):
    from workloads import WORKLOADS

    X, y = WORKLOADS["W3"].at_most(4_000).table("float32")
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", y)
    method = "KMeansUnderSampler centroid"
    found = elsewhere("one_call", method=method, who="ours", table=str(tmp_path))
    n_rows = 2 * np.sum(y == 1)
    assert found["output"] == n_rows * (X.itemsize * X.shape[1] + y.itemsize)
    assert found["seconds"] > 0
    assert 0 < found["loss"] < X[y == 0].var(axis=0).sum() * np.sum(y == 0)


def test_the_loss_is_the_objective_of_fuzzy_c_means():
    from fuzzy_clusters import loss, memberships, problem

    task = problem(3, rows=200)
    shares = memberships(task.X, task.centers)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    squares = cdist(task.X, task.centers) ** 2
    assert loss(task.X, task.centers) == pytest.approx(np.sum(shares**2 * squares))


def test_as_many_iterations_are_done_as_it_takes():
    from fuzzy_clusters import MOST, NEAR, loss, ours, problem

    task = problem(4, rows=500)
    losses = [loss(task.X, ours(task.X, task.centers, n)) for n in range(1, task.iterations + 1)]
    assert all(each > NEAR * task.best for each in losses[:-1])
    assert losses[-1] <= NEAR * task.best
    assert task.best == loss(task.X, ours(task.X, task.centers, MOST))


@pytest.mark.parametrize("peer", ["scikit-fuzzy", "fuzzy-c-means"])
def test_both_sides_move_the_centers_alike(peer):
    from fuzzy_clusters import PEERS, memberships, ours, problem

    module, call = PEERS[peer]
    pytest.importorskip(module)
    task = problem(3, rows=300)
    others = call(task.X, memberships(task.X, task.centers), 5)
    np.testing.assert_allclose(ours(task.X, task.centers, 5), others, rtol=1e-8)


def test_a_row_of_fuzzy_clusters_says_that_both_came_as_far_and_what_an_iteration_takes(
    monkeypatch,
):
    pytest.importorskip("skfuzzy")
    import fuzzy_clusters
    from measure import Times

    def paired(ours, peer, **_):
        """Let an iteration take 0.1 s for us and 0.7 s for the peer, after 5 s for all the rest."""
        return Times((5 + 0.1 * ours.args[-1],), (5 + 0.7 * peer.args[-1],))

    monkeypatch.setattr(fuzzy_clusters, "paired", paired)
    row = fuzzy_clusters.against("scikit-fuzzy", 3, "float32", quick=False, rows=400)
    assert row["iterations"] == fuzzy_clusters.problem(3, rows=400).iterations
    assert row["ours_s"] == pytest.approx(5 + 0.1 * row["iterations"])
    assert row["ours_iteration_s"] == pytest.approx(0.1)
    assert row["peer_iteration_s"] == pytest.approx(0.7)
    assert max(row["excess"], row["peer_excess"]) <= fuzzy_clusters.NEAR - 1 + 1e-6
    assert row["excess"] == pytest.approx(row["peer_excess"], abs=1e-6)


def test_a_peer_that_is_not_installed_is_left_out_in_one_line(monkeypatch, capsys):
    import catalog
    import fuzzy_clusters
    import machine
    import run
    from cases import OtherCase

    monkeypatch.setitem(fuzzy_clusters.PEERS, "nobody", ("no_such_module", None))
    case = OtherCase(
        "clusters", "a case", lambda quick: fuzzy_clusters.against("nobody", 2, "", quick)
    )
    monkeypatch.setattr(catalog, "all_cases", lambda quick: [case])
    monkeypatch.setattr(machine, "describe", lambda: {})
    monkeypatch.setattr(sys, "argv", ["run.py"])
    run.main()
    *_, last = capsys.readouterr().out.splitlines()
    assert last == "a case: left out, No module named 'no_such_module'"


def test_the_page_tells_fuzzy_clusters_and_k_means_apart_and_leaves_out_quartiles_of_one_round():
    from page import page

    fuzzy = {"section": "clusters", "name": "a", "peer": "scikit-fuzzy 0.5.0", "clusters": 10}
    fuzzy |= {"iterations": 4, "dtype": "float32", "peak_mb": 3.0, "peer_peak_mb": 99.0}
    fuzzy |= {"ours_iteration_s": 0.1, "peer_iteration_s": 0.4}
    k_means = {"section": "clusters", "name": "b", "method": "KMeansUnderSampler nearest"}
    k_means |= {"workload": "W2", "majority": 30, "minority": 6, "columns": 5, "dtype": "float32"}
    rows = [{**fuzzy, **SUMMARY, "rounds": 7}, {**k_means, **SUMMARY, "rounds": 1}]
    rows[1]["loss_of_peer"] = 1.0149
    text = page(json.loads(json.dumps({"machine": SETTING, "quick": False, "rows": rows})))
    line = "| scikit-fuzzy 0.5.0 | 10 | float32 | 4 | 1.00 s | 2.00 s | 2.00 (1.90–2.10) |"
    assert f"{line} 100.0 ms | 400.0 ms | 4.0 | 3 MB | 99 MB |" in text
    assert "| nearest | W2: 30 / 6 x 5 | float32 | 1.00 s | 2.00 s | 2.00 | 1.015 |  |  |" in text
