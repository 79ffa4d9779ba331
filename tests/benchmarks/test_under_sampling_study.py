"""A table counts as one, the tests are those of scipy, and each sentence follows from numbers."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from sklearn.base import BaseEstimator

FOLDER = Path(__file__).parents[2] / "benchmarks"

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


# What each method gains over none in every score, on every table; Brier scores fall by as much.
GAINS = {
    "none": 0.0,
    "none, threshold tuned": 0.3,
    "RandomUnderSampler": 0.02,
    "KMeansUnderSampler": 0.05,
    "SMOTE": -0.02,
    "SMOTEENN": -0.05,
}


def scores_like(gains, n_tables, turns=0.0):
    """Scores of made-up methods: their gains, and turns that favor all of them alike."""
    from under_sampling_findings import METRICS

    return [
        {"table": f"t{i}", "classifier": "tree", "method": method, "o_to_e": 0.5, "size": 0.25}
        | {"seconds": 0.1, "errors": [], "warnings": {}}
        | {
            m: 0.5 + (-gain if m == "brier" else gain) + turns * ((i + j) % len(gains))
            for m in METRICS
        }
        for i in range(n_tables)
        for j, (method, gain) in enumerate(gains.items())
    ]


def report_like(gains, n_tables, turns=0.0):
    from under_sampling_findings import METRICS, findings

    scores = scores_like(gains, n_tables, turns)
    ropes = {f"t{i}": dict.fromkeys(METRICS, 0.01) for i in range(n_tables)}
    fact = {"what": "tests", "rows": 100, "positive": 20, "columns": 3, "repeated": 0.0}
    report = {
        "tables": {name: fact | {"ropes": rope, "seconds": 1.0} for name, rope in ropes.items()},
        "setting": {"folds": 5, "repeats": 2, "trees": 10},
        "scores": scores,
        "quick": False,
        **findings(scores, ropes),
    }
    return json.loads(json.dumps(report))


def told(report, metric, other):
    rows = [r for r in report["contrasts"] if (r["metric"], r["other"]) == (metric, other)]
    return {row["method"]: row["told"] for row in rows}


def grid_like(values, metric="auroc"):
    from ranks import Grid

    tables, methods = (
        [f"{c}{i}" for i in range(n)] for c, n in zip("tm", np.shape(values), strict=True)
    )
    return Grid(metric, "tree", tables, methods, np.asarray(values, float), [])


def test_ranks_and_friedman_by_hand():
    from ranks import friedman, rank

    values = np.random.default_rng(0).normal(size=(12, 4))
    values[0, 1] = values[0, 0] + 1e-15  # equal up to rounding: they share their ranks
    values[0, 2:] = values[0, 0] - 1
    values[0, 3] -= 1
    places = np.argsort(np.argsort(-values, axis=1), axis=1) + 1.0
    places[0] = 1.5, 1.5, 3, 4
    assert [row["rank"] for row in rank(grid_like(values))] == places.mean(axis=0).tolist()
    places = 5 - places  # of a score of which less is better
    assert [row["rank"] for row in rank(grid_like(values, "brier"))] == places.mean(axis=0).tolist()
    sums, n, k = places[1:].sum(axis=0), 11, 4
    chi2 = 12 / (n * k * (k + 1)) * (sums**2).sum() - 3 * n * (k + 1)
    assert friedman(grid_like(values[1:]))["p"] == pytest.approx(stats.chi2.sf(chi2, k - 1))
    assert friedman(grid_like(values[:9]))["p"] is None
    assert friedman(grid_like(np.ones((10, 3))))["p"] == 1


def test_a_table_enters_once_and_one_with_a_failure_not_at_all():
    from ranks import friedman, grid_of

    scores = scores_like(GAINS, 11)
    with pytest.raises(ValueError, match="Folds are no tables"):
        grid_of([*scores, scores[0]], "auroc", "tree")
    scores[0]["auroc"] = None
    grid = grid_of(scores, "auroc", "tree", without=["SMOTE"])
    assert grid.values.shape == (10, 5)
    assert friedman(grid)["left_out"] == ["t0"]


def test_differences_count_where_they_are_beyond_the_rope():
    from ranks import contrast

    values = np.array([[0.5, 0.5 + d] for d in (0.2, 0.04, 0.06, -0.01, -0.3)])
    ropes = {f"t{i}": {"auroc": 0.05, "brier": 0.05} for i in range(5)}
    row = contrast(grid_like(values), "m1", "m0", ropes)
    assert (row["ahead"], row["behind"], row["n_tables"]) == (2, 1, 5)
    assert row["difference"] == pytest.approx(-0.002)
    assert row["p"] is None
    row = contrast(grid_like(values, "brier"), "m1", "m0", ropes)
    assert (row["ahead"], row["behind"]) == (1, 2)


def test_what_differs_on_all_tables_is_told_in_the_right_way():
    report = report_like(GAINS, 12)
    for metric in ("auroc", "brier"):
        assert told(report, metric, "none") == {
            "RandomUnderSampler": "better",
            "KMeansUnderSampler": "better",
            "SMOTE": "worse",
            "SMOTEENN": "worse",
        }
    assert set(told(report, "g_mean", "none, threshold tuned").values()) == {"worse"}
    assert told(report, "g_mean", "none")["none, threshold tuned"] == "better"
    assert told(report, "auroc", "RandomUnderSampler") == {"KMeansUnderSampler": "better"}
    assert told(report, "auroc", "SMOTE") == {"SMOTEENN": "worse"}
    row = next(r for r in report["contrasts"] if r["method"] == "SMOTE" and r["metric"] == "auroc")
    assert row["p"] == pytest.approx(2 / 2**12)
    assert row["p_holm"] == pytest.approx(4 * 2 / 2**12)  # of four methods held against none


def test_answers_say_better_worse_undecided_or_too_few():
    ranked = report_like(GAINS, 12)["answers"][0]
    assert ranked["short"] == (
        "Told to be better: RandomUnderSampler (2 of 2), KMeansUnderSampler (2 of 2). "
        "Told to be worse: SMOTE (2 of 2), SMOTEENN (2 of 2)."
    )
    assert (
        "better than none: RandomUnderSampler (+0.020, ahead on 12 and behind on 0 of 12)"
        in (ranked["cases"][0])
    )
    losers = {"none": 0.0, "RandomUnderSampler": -0.02, "SMOTE": -0.03, "SMOTEENN": -0.03}
    ranked = report_like(losers | {"none, threshold tuned": 0}, 12)["answers"][0]
    assert ranked["short"].startswith("No method is told to be better. Told to be worse: Random")
    chance = report_like(dict.fromkeys(GAINS, 0.0), 12, turns=0.1)["answers"][0]
    assert chance["short"] == "No method is told to be better. No method is told to be worse."
    assert "can not tell the methods apart" in chance["cases"][0]
    equal = GAINS | {"KMeansUnderSampler": GAINS["RandomUnderSampler"]}
    clusters = report_like(equal, 12)["answers"][4]
    assert (
        "(Friedman, p < 0.001); no method is told from RandomUnderSampler. Best on"
        in (clusters["cases"][0])
    )
    assert "KMeansUnderSampler (+0.000, ahead on 0 and behind on 0 of 12)" in clusters["cases"][0]
    few = report_like(GAINS, 9)["answers"][0]
    assert few["short"] == "Too few data sets to test."
    assert "9 data sets are too few to test. Best on average: KMeans" in few["cases"][0]


def test_the_page_tells_what_was_found_and_what_failed():
    from under_sampling_page import page

    report = report_like(GAINS, 12)
    text = page(report)
    assert text.startswith("# Do under-samplers and hybrids help?")
    for each in report["answers"]:
        assert f"- **{each['question']}** {each['short']}" in text
    assert "| KMeansUnderSampler | 1.0 | +0.050 | 12 | 0 | 0.002 |" in text
    assert "| none | 3.0 | (mean 0.500) |" in text
    assert "| RandomUnderSampler | 0.25 | 0.100 | 0.100 | 2.00 |" in text
    assert "With tree and none, predicted risks add up to 2.00 times the events" in text
    assert "No method failed or warned." in text
    assert "quick mode" not in text
    broken = report_like(GAINS, 3) | {"quick": True}
    broken["scores"][0]["errors"] = ["ValueError: why"]
    broken["scores"][1]["warnings"] = {"FallbackWarning": 3}
    text = page(broken)
    assert "quick mode" in text
    assert "- none failed on `t0`: ValueError: why" in text
    assert "- none, threshold tuned: `FallbackWarning` in 3 of 30 splits, on 1 tables." in text


def made_up(n):
    from real_tables import RealTable

    y = (np.arange(n) % 5 == 0).astype(int)
    return RealTable("made up", np.random.default_rng(0).normal(y[:, None], 1, (n, 3)), y)


class Moody(BaseEstimator):
    """Fails on some folds: those with an odd number of rows to learn from."""

    def fit_resample(self, X, y):
        if len(X) % 2:
            raise ValueError("not today")
        return X, y


def test_a_method_that_fails_on_some_folds_has_no_score(monkeypatch):
    from under_sampling_study import compare, scores_of

    monkeypatch.setattr("under_sampling_study.samplers", lambda: {"moody": Moody()})
    result = compare(made_up(52), n_repeats=1, n_trees=2, n_jobs=1)
    assert set(result.folds_.query("sampler == 'moody'")["status"]) == {"ok", "failed"}
    for score in scores_of("made up", result):
        is_moody = score["method"] == "moody"
        assert (score["auroc"] is None) == (score["o_to_e"] is None) == is_moody
        assert score["errors"] == is_moody * ["ValueError: not today"]


def test_all_methods_run_and_their_costs_are_those_of_the_rows(monkeypatch):
    from under_sampling_findings import lines
    from under_sampling_page import page
    from under_sampling_study import measure, samplers

    monkeypatch.setattr("under_sampling_study.N_FOLDS", 3)
    (report,) = measure([made_up(150)], n_repeats=1, n_trees=5, n_jobs=1)
    report = json.loads(json.dumps(report | {"quick": True}))
    scores = {(s["classifier"], s["method"]): s for s in report["scores"]}
    assert len(scores) == 2 * (3 + len(samplers()))
    assert not any(score["errors"] for score in scores.values())
    for classifier in ("logistic regression", "random forest"):
        none, tuned, under = (
            scores[classifier, name]
            for name in ("none", "none, threshold tuned", "RandomUnderSampler")
        )
        assert {m for m in none if none[m] != tuned[m]} == {"method", "g_mean"}
        assert (none["size"], none["seconds"]) == (1, 0)
        assert under["size"] == 2 * 20 / 100
        assert under["o_to_e"] < 0.8 * none["o_to_e"]  # risks too high
    assert "Too few data sets to test." in page(report)
    assert any("are too few to test" in line for line in lines(report))


def test_one_class_of_several_meets_the_rest(tmp_path):
    from real_tables import read_table

    rows = "age,target\n3,a\n4,b\n5,c\n6,b\n"
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(rows.encode()))
    facts = {"file": "t.csv.gz", "num_cols": ["age"], "cat_cols": []}
    facts |= {"target": "target", "positive": None}
    (tmp_path / "meta.json").write_text(json.dumps({"t": facts}))
    assert read_table(tmp_path, "t", "b").y.tolist() == [0, 1, 0, 1]
