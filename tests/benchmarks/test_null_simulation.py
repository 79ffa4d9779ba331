"""The simulation measures the comparison's own tests, and its page says what it found."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

FOLDER = Path(__file__).parents[2] / "benchmarks"

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


def test_a_fold_is_scored_as_by_the_comparison():
    from null_data import Half, fold_scores

    from medresample.compare import compare_samplers

    rng = np.random.default_rng(0)
    y = np.arange(90) % 3 == 0
    X = rng.normal(size=(90, 4)) + 0.5 * y[:, None]
    folds = list(StratifiedKFold(3, shuffle=True, random_state=0).split(X, y))
    methods = {"first": Half(), "second": Half(second=True)}
    result = compare_samplers(
        methods, LogisticRegression(solver="liblinear"), X, y, cv=folds, scoring=["auroc"],
        progress=False,
    )  # fmt: skip
    theirs = result.folds_.pivot(index="fold", columns="sampler", values="auroc")
    ours = [fold_scores(methods, X, y, train, test) for train, test in folds]
    np.testing.assert_allclose(ours, theirs[["first", "second"]], rtol=1e-12)
    assert (theirs["first"] != theirs["second"]).any()


def test_auroc_is_that_of_scikit_learn():
    from null_data import auroc

    y = np.arange(40) % 4 == 0
    risk = np.random.default_rng(0).integers(0, 9, 40) / 9  # with ties
    assert auroc(y, risk) == pytest.approx(roc_auc_score(y, risk))


def test_methods_differ_as_they_should():
    from null_data import SCENARIOS, Half

    X, y = np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 3 == 0
    first, second = Half().fit_resample(X, y)[0], Half(second=True).fit_resample(X, y)[0]
    np.testing.assert_array_equal(first + second, X)
    assert (first[:, 2:] == 0).all()
    one, other = SCENARIOS["luck of the draw"].methods(3).values()
    assert (one.fit_resample(X, y)[0] != other.fit_resample(X, y)[0]).any()


def scores_with(d, n_sets=4):
    """Scores of a control and two methods that differ from it by d, fold by fold, on every set."""
    scores = np.full((n_sets, 5, 5, 3), 0.7)
    scores[..., 1] += np.reshape(d, (5, 5))
    return scores


def test_claims_are_counted_by_the_tests_of_the_papers():
    from null_simulation import t_tests

    d = np.random.default_rng(0).normal(0.6, 1, 25) / 10
    found = {(row["test"], row["repeats"]): row["found"] for row in t_tests(scores_with(d))}
    for repeats in (1, 5):
        some = d[: 5 * repeats]
        naive = stats.ttest_1samp(some, 0)
        t = naive.statistic * np.sqrt((1 / len(some)) / (1 / len(some) + 1 / 4))
        corrected = 2 * stats.t.sf(abs(t), len(some) - 1)
        assert found["naive", repeats] == 4 * (naive.pvalue < 0.05)
        assert found["corrected", repeats] == 4 * (corrected < 0.05)
    assert set(found.values()) == {0, 4}
    assert {row["of"] for row in t_tests(scores_with(d))} == {4}


def test_equal_methods_are_never_told_apart():
    from null_simulation import bayesian, over_sets, t_tests

    scores = scores_with(np.zeros(25), n_sets=12)
    assert not any(row["found"] for row in [*t_tests(scores), *over_sets(scores)])
    assert bayesian(scores)["equivalent"]["share"] == 1
    better = scores_with(np.full(25, 0.1), n_sets=12)
    assert all(row["found"] == row["of"] for row in over_sets(better))
    assert bayesian(better)["different"] == bayesian(better)["equivalent"]  # one of the two each


def test_shares_have_exact_intervals():
    from null_simulation import share

    row = share(3, 40)
    assert row["share"] == 3 / 40
    assert row["low"] == pytest.approx(stats.beta.ppf(0.025, 3, 38))
    assert row["high"] == pytest.approx(stats.beta.ppf(0.975, 4, 37))
    assert share(0, 0)["share"] is None


def test_data_sets_are_the_same_for_any_number_of_them(monkeypatch):
    import null_data

    monkeypatch.setattr(null_data, "N_REPEATS", 1)
    few, more = (null_data.simulate("equal halves", n, None) for n in (1, 2))
    assert more.shape == (2, 1, 5, 2)
    np.testing.assert_array_equal(few[0], more[0])
    assert (more[0] != more[1]).any()


def test_the_page_says_what_was_found(monkeypatch):
    import null_data
    import null_simulation
    from null_simulation_page import page, verdict

    monkeypatch.setattr(null_data, "N_REPEATS", 2)
    monkeypatch.setattr(null_simulation, "TOGETHER", 2)
    report = json.loads(json.dumps(null_simulation.measure(4)))
    text = page(report)
    assert text.startswith("# Do the tests find differences where there are none?")
    assert "on 4 simulated data sets" in text
    assert len(null_simulation.lines(report)) > 20
    assert "- **Sure of equivalence** within 0.01: random labels " in text
    for found in report["scenarios"].values():
        for row in found["t_tests"]:
            cell = f"{row['test']} t-test, {row['repeats']} x 5 folds"
            assert f"| {cell} | {null_simulation.percent(row)} |" in text
    rows = [{"share": 0.0, "low": low, "high": high} for low, high in ((0.1, 1), (0, 0.04), (0, 1))]
    assert [verdict(row).partition(",")[0] for row in rows] == [
        "claims a difference too often",
        "is more careful than it says",
        "agrees with its level",
    ]
