"""The benchmark of ensembles: all contestants boost as many stumps, and what is told is right."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

FOLDER = Path(__file__).parents[2] / "benchmarks"
SETTING = {"threads": 2, "processor": "p", "memory_gib": 1, "system": "s", "python": "3"}
SETTING |= {"packages": {"numpy": "2"}, "blas": ["b"], "blas_kernels": ["k"]}

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


def noisy(n=400):
    """Make a table that no booster learns by heart, one row in four positive."""
    rng = np.random.default_rng(0)
    y = (np.arange(n) % 4 == 0).astype(int)
    return rng.normal(0.3 * y[:, None], 1, (n, 3)).astype(np.float32), y


def weak_learners(model):
    """List the trees of a contestant, from wherever it keeps them."""
    if hasattr(model, "models"):
        return [tree for member in model.models for tree in member.estimators_]
    members = model.estimators_
    if hasattr(members[0], "learners"):
        return [tree for member in members for tree in member.learners]
    if hasattr(members[0], "_predictors"):
        return [tree for member in members for (tree,) in member._predictors]
    return [tree for member in members for tree in member[-1].estimators_]


def depth_of(tree):
    return tree.get_max_depth() if hasattr(tree, "get_max_depth") else tree.get_depth()


def test_all_contestants_boost_as_many_stumps():
    from ensemble_costs import ROWS, contestants

    X, y = noisy()
    made = contestants(members=3, stumps=4)
    assert {name for row in ROWS for name in row} == set(made)
    for name, make in made.items():
        model = make()
        if "processes" in name:
            model.set_params(n_jobs=None)
        trees = weak_learners(model.fit(X, y))
        assert len(trees) == 12, name
        assert {depth_of(tree) for tree in trees} == {1}, name
        assert model.predict_proba(X).shape == (400, 2)


class Watched(LogisticRegression):
    """Notes how many rows it is fitted on and asked about."""

    fitted: list
    asked: list

    def fit(self, X, y):
        self.fitted.append((int(np.sum(y == 0)), int(np.sum(y == 1))))
        return super().fit(X, y)

    def decision_function(self, X):
        self.asked.append(len(X))
        return super().decision_function(X)


@pytest.mark.parametrize(("drops", "asked"), [(False, []), (True, [450, 216, 104])])
def test_copies_shrink_as_the_published_cascade(drops, asked):
    from ensemble_costs import Copies

    Watched.fitted, Watched.asked = [], []
    y = (np.arange(500) % 10 == 0).astype(int)
    X = np.random.default_rng(0).normal(y[:, None], 1, (500, 2))
    Copies(Watched(), members=4, drops=drops).fit(X, y)
    assert Watched.asked == asked
    assert Watched.fitted == [(50, 50)] * 4


def test_what_takes_long_is_called_once(monkeypatch):
    import ensemble_costs

    found = dict.fromkeys(["fit", "predict", "peak", "auroc", "average_precision"], 0.5)
    monkeypatch.setattr(ensemble_costs, "call", lambda *_: found)
    rounds = [
        ensemble_costs.against("W3", *row, quick=False)["rounds"] for row in ensemble_costs.ROWS
    ]
    assert rounds == [2, 2, 2, 2, 1, 1, 1]


def test_a_row_holds_calls_of_the_same_round_against_each_other(monkeypatch):
    import ensemble_costs

    seconds = {("mine", 0): 1, ("other", 0): 4, ("mine", 1): 2, ("other", 1): 4}
    order = []

    def call(course, who, number):
        order.append((who, number))
        size = 2**20 if who == "mine" else 2**21
        found = {"fit": seconds[who, number], "predict": 0.5 + number, "peak": size}
        return found | {"auroc": 0.8, "average_precision": 0.3 if who == "mine" else 0.2}

    monkeypatch.setattr(ensemble_costs, "call", call)
    row = ensemble_costs.against("W3", "mine", "other", quick=False)
    assert order == [("mine", 0), ("other", 0), ("mine", 1), ("other", 1)]
    assert (row["ratio"], row["ours_s"], row["peer_s"], row["rounds"]) == (3, 1.5, 4, 2)
    assert (row["peak_mb"], row["peer_peak_mb"], row["predict_s"]) == (1, 2, 1)
    assert (row["average_precision"], row["peer_average_precision"]) == (0.3, 0.2)
    assert (row["members"], row["stumps"], row["workload"]) == (10, 50, "W3")


def test_a_process_of_its_own_fits_predicts_and_scores(tmp_path, elsewhere):
    X, y = noisy(2_000)
    for name, part in (("train", slice(1_400)), ("test", slice(1_400, None))):
        np.save(tmp_path / f"X_{name}.npy", X[part])
        np.save(tmp_path / f"y_{name}.npy", y[part])
    who = "EasyEnsemble, weights, 2 threads"
    found = elsewhere("ensemble", who=who, folder=str(tmp_path), members=2, stumps=5)
    assert min(found["fit"], found["predict"]) > 0
    assert found["peak"] >= 0
    assert 0.5 < found["auroc"] < 1
    assert np.mean(y) < found["average_precision"] < 1


def test_worker_processes_count_as_long_as_they_live():
    from fresh import family, resident

    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        everyone = family()
        assert str(child.pid) in everyone
        assert min(resident("VmRSS", process) for process in everyone) > 0
        child.communicate(b"\n")
    assert str(child.pid) not in family()


def test_the_page_has_a_line_for_each_case_of_the_catalog(monkeypatch):
    import catalog
    import ensemble_costs
    from page import page

    found = {"fit": 1.0, "predict": 0.25, "peak": 3 * 2**20}
    found |= {"auroc": 0.87654, "average_precision": 0.3}
    monkeypatch.setattr(ensemble_costs, "call", lambda *_: found)
    cases = [case for case in catalog.other_cases(quick=False) if case.section == "ensembles"]
    assert sum(case.quick for case in cases) == 1
    rows = [{"section": c.section, "name": c.name, **c.measure(False)} for c in cases]
    text = page(json.loads(json.dumps({"machine": SETTING, "quick": False, "rows": rows})))
    assert text.count("| 1.00 s | 1.00 s | 1.00") == len(cases)
    assert text.count("| 250.0 ms | 250.0 ms | 3 MB | 3 MB | 0.877 | 0.877 |") == len(cases)
    assert "W2: 30,000 / 6,000 x 512; 10 members of 5 weak learners:" in text
