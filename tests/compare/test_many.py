"""A data set counts as one, by its own seed; what fails is said; parts of one table are refused."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from medresample.compare import ManyComparisons, compare_samplers, compare_samplers_many
from medresample.compare._statistics import holm
from medresample.metrics import CLINICAL
from medresample.over_sampling import RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

SAMPLERS = {"over": RandomOverSampler(), "under": RandomUnderSampler()}
SETTINGS = {"cv": 2, "n_repeats": 2, "progress": False}
SCORES = ["auroc", "brier", "calibration_slope", "sensitivity"]


def table(seed, n=60):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 4 == 0
    return rng.normal(size=(n, 3)) + 0.7 * y[:, None], y


def tables(n):
    return {f"center {i}": table(i) for i in range(n)}


def compare(data_sets, samplers=SAMPLERS, estimator=None, **settings):
    estimator = LogisticRegression() if estimator is None else estimator
    settings = {"scoring": ["auroc"], **SETTINGS, **settings}
    return compare_samplers_many(data_sets, samplers, estimator, **settings)


@pytest.fixture(scope="module")
def many():
    """A comparison on 11 data sets with four scores; nobody may change it."""
    return compare(tables(11), scoring=SCORES)


@pytest.fixture(scope="module")
def two():
    """A comparison on two data sets; nobody may change it."""
    return compare(tables(2))


def test_each_data_set_is_compared_as_if_it_were_alone(many):
    facts = many.sets_.set_index("data_set")
    for name in ("center 0", "center 7"):
        X, y = table(int(name.split()[1]))
        alone = compare_samplers(
            SAMPLERS, LogisticRegression(), X, y, scoring=SCORES,
            random_state=int(facts.loc[name, "seed"]), **SETTINGS,
        )  # fmt: skip
        seconds = [column for column in alone.folds_ if column.startswith("seconds")]
        pd.testing.assert_frame_equal(
            alone.folds_.drop(columns=seconds), many.results_[name].folds_.drop(columns=seconds)
        )
        pd.testing.assert_frame_equal(alone.predictions_, many.results_[name].predictions_)
    assert facts["seed"].nunique() == 11
    assert (facts["n_rows"] == 60).all()
    assert (facts["status"] == "ok").all()


def test_another_data_set_changes_nothing_for_the_others(many):
    fewer = compare({name: table(seed) for name, seed in (("center 7", 7), ("new", 99))})
    pd.testing.assert_series_equal(
        fewer.results_["center 7"].folds_["auroc"], many.results_["center 7"].folds_["auroc"]
    )
    other = compare(tables(2), {}, random_state=1, n_repeats=1)
    assert set(other.sets_["seed"]).isdisjoint(many.sets_["seed"])


def scores_by_hand(many, metric):
    """Mean distance of every method on every data set, from the tables of the results."""
    score, rows = CLINICAL[metric], {}
    for name, result in many.results_.items():
        rows[name] = {}
        for sampler in result.samplers:
            if not score.pooled:
                values = result.folds_.query("sampler == @sampler")[metric]
            else:
                parts = result.predictions_of("LogisticRegression", sampler).groupby("repeat")
                values = [
                    score.compute(
                        part["y"].to_numpy(), part["risk"].to_numpy(), part["decision"].to_numpy(),
                        np.ones((1, len(part))), result.data_["prevalence"],
                    )[0]
                    for _, part in parts
                ]  # fmt: skip
            values = np.asarray(values)
            if metric == "calibration_slope":  # ideal is 1; below 0 there is no distance from it
                values = np.abs(np.log(np.where(values > 0, values, np.nan)))
            rows[name][sampler] = np.mean(values)
    return pd.DataFrame(rows).T


@pytest.mark.parametrize("metric", SCORES)
def test_ranks_and_tests_are_those_of_the_mean_scores(many, metric):
    wide = scores_by_hand(many, metric)
    if metric != "sensitivity":
        wide = wide.drop(columns="none, threshold tuned")
    wide = wide.dropna()
    scores = many.scores(metric).set_index("data_set")
    np.testing.assert_allclose(scores.loc[wide.index, wide.columns].astype(float), wide)
    assert scores["used"].sum() == len(wide) >= 10
    sign = -1 if metric in ("brier", "calibration_slope") else 1
    ranks = (-sign * wide).round(12).rank(axis=1).mean().sort_values()
    found = many.ranks(metric).dropna(subset="rank").set_index("sampler")
    assert found["rank"].to_dict() == pytest.approx(ranks.to_dict())
    assert found["rank"].is_monotonic_increasing
    assert found["mean"].to_dict() == pytest.approx(wide.mean().to_dict())
    test = many.friedman(metric).iloc[0]
    assert test["chi2"] == pytest.approx(
        stats.friedmanchisquare(*wide.round(12).T.to_numpy()).statistic
    )
    pairs = many.pairwise(metric)
    k = len(wide.columns)
    assert len(pairs) == k * (k - 1) / 2
    ropes = np.array([many.results_[name].ropes_[metric] for name in wide.index])
    for pair in pairs.itertuples():
        d = (wide[pair.sampler] - wide[pair.other]).round(12).to_numpy()
        assert pair.difference == pytest.approx(d.mean())
        assert (pair.ahead, pair.behind) == ((sign * d > ropes).sum(), (sign * d < -ropes).sum())
        if len(np.unique(np.abs(d))) == len(d) and (d != 0).all():  # scipy has no exact ties
            assert pair.p_value == pytest.approx(stats.wilcoxon(d).pvalue)
    np.testing.assert_allclose(pairs["p_holm"], holm(pairs["p_value"]))


def test_the_summary_holds_ranks_beside_differences_to_the_control(many):
    found = many.summary("brier").set_index("sampler")
    pairs = many.pairwise("brier", against="none").set_index("sampler")
    assert set(pairs["other"]) == {"none"}
    np.testing.assert_allclose(pairs["p_holm"], holm(pairs["p_value"]))
    for name in ("over", "under", "class_weight"):
        assert found.loc[name, "p_holm"] == pairs.loc[name, "p_holm"]
        assert found.loc[name, "difference"] == pairs.loc[name, "difference"]
    assert np.isnan(found.loc["none", "difference"])
    assert found.loc["over", "difference"] > 0.01  # worse: balanced risks are too high
    assert found.loc["over", "p_holm"] < 0.05


def test_a_tuned_threshold_is_ranked_only_where_it_changes_anything(many):
    ranks = many.ranks("auroc").set_index("sampler")
    assert ranks.loc["none, threshold tuned", "note"] == "the same scores as 'none'"
    assert np.isnan(ranks.loc["none, threshold tuned", "rank"])
    assert many.ranks("sensitivity").set_index("sampler")["rank"].notna().all()


def test_below_ten_data_sets_there_are_ranks_and_the_reason():
    few = compare(tables(3), n_repeats=1)
    assert few.ranks()["rank"].notna().sum() == 4
    for found in (few.friedman(), few.pairwise(), few.summary().dropna(subset="difference")):
        assert found["p_value"].isna().all()
        assert found["note"].str.startswith("ranks only: 3 data sets are too few").all()
    assert few.pairwise()["p_holm"].isna().all()


def test_a_data_set_that_fails_is_a_row_and_never_averaged_in(two):
    broken = {"three classes": (table(50)[0], np.arange(60) % 3), "short": (table(51)[0], [0, 1])}
    found = compare({**tables(2), **broken})
    facts = found.sets_.set_index("data_set")
    assert facts["status"].to_dict() == {
        "center 0": "ok", "center 1": "ok", "three classes": "failed", "short": "failed"
    }  # fmt: skip
    assert facts.loc["short", "error"] == "ValueError: X has 60 rows, y has 2."
    assert list(found.results_) == ["center 0", "center 1"]
    assert "2 data sets failed" in repr(found)
    scores = found.scores().set_index("data_set")
    assert scores["used"].to_dict() == {
        "center 0": True, "center 1": True, "three classes": False, "short": False
    }  # fmt: skip
    assert scores.loc["short", "note"] == facts.loc["short", "error"]
    assert scores.loc["short", ["none", "over"]].isna().all()
    pd.testing.assert_frame_equal(found.ranks(), two.ranks())
    assert found.friedman().loc[0, "left_out"] == "three classes, short"


def test_where_a_method_has_no_score_the_data_set_is_left_out_for_all():
    class Picky(RandomOverSampler):
        def _plan(self, task):
            if task.table.n_rows == 31:
                raise ValueError("not 31 rows")
            return super()._plan(task)

    data_sets = {**tables(2), "odd": table(9, n=61)}
    found = compare(data_sets, {"picky": Picky(), "under": RandomUnderSampler()})
    scores = found.scores().set_index("data_set")
    assert not scores.loc["odd", "used"]
    assert scores.loc["odd", "note"] == "no score of picky"
    assert np.isfinite(scores.loc["odd", "under"])
    ranks = found.ranks().dropna(subset="rank").set_index("sampler")
    assert (ranks["n_sets"] == 2).all()
    assert ranks.loc["under", "mean"] == pytest.approx(scores.loc[scores["used"], "under"].mean())
    assert found.friedman().loc[0, "left_out"] == "odd"


def test_a_method_without_any_score_is_not_ranked_and_takes_nothing_away():
    found = compare(tables(2), estimator=KNeighborsClassifier(), n_repeats=1)
    ranks = found.ranks().set_index("sampler")
    assert ranks.loc["class_weight", "note"] == "no score on any data set"
    assert (ranks.loc[["none", "over", "under"], "n_sets"] == 2).all()


def test_a_control_without_any_score_has_no_differences():
    found = compare(tables(2), estimator=KNeighborsClassifier(), control="class_weight")
    summary = found.summary().set_index("sampler")
    assert summary["difference"].isna().all()
    assert summary.loc[["none", "over", "under"], "rank"].notna().all()
    assert found.pairwise(against="class_weight").empty


def test_several_estimators_are_ranked_apart():
    estimators = {"a": LogisticRegression(), "b": LogisticRegression(C=1e-3)}
    found = compare(tables(2), estimator=estimators, n_repeats=1)
    for one in (found.scores(), found.ranks(), found.friedman(), found.pairwise()):
        assert set(one["estimator"]) == {"a", "b"}
    with pytest.raises(ValueError, match="No estimator 'c'; there are: a, b"):
        found.estimator_named("c")


def test_patients_and_positive_classes_go_by_data_set():
    X, y = table(0)
    patient = np.repeat(np.arange(30), 2)
    named = np.where(np.repeat(y[::2], 2), "ill", "well")
    found = compare(
        {"patients": (X, named, patient), "rows": table(1)}, {}, pos_label={"patients": "well"}
    )
    facts = found.sets_.set_index("data_set")
    assert facts["positive"].to_dict() == {"patients": "well", "rows": True}
    assert facts.loc["patients", "n_patients"] == 30
    assert found.results_["patients"].data_["unit"] == "patients"


def test_warnings_are_kept_and_said_with_the_name():
    X, y = table(0)
    rare = np.arange(60) < 4
    with pytest.warns(UserWarning, match="rare: A test fold has only 2 positive cases"):
        found = compare({"common": (X, y), "rare": (table(1)[0], rare)}, {})
    facts = found.sets_.set_index("data_set")
    assert facts.loc["rare", "warnings"].startswith("A test fold has only 2")
    assert facts.loc["common", "warnings"] == ""


def test_wrong_settings_are_errors_and_no_rows(two):
    with pytest.raises(TypeError, match=r"no setting 'n_repeat'. There are: .*n_repeats"):
        compare(tables(2), n_repeat=3)
    with pytest.raises(TypeError, match="no setting 'title'"):
        compare(tables(2), title="goes by data set")
    with pytest.raises(ValueError, match=r"No data set could be compared. 'center 0': Unknown"):
        compare(tables(2), scoring=["auc"])
    with pytest.raises(ValueError, match="random_state must be"):
        compare(tables(2), random_state=-1)
    with pytest.raises(ValueError, match=r"not there: \['centre 0'\]. There are: center 0"):
        compare(tables(2), pos_label={"centre 0": False, "center 1": False})
    with pytest.raises(ValueError, match="The score 'auc' was not compared"):
        two.ranks("auc")
    with pytest.raises(ValueError, match="No method 'rus'; there are: none, "):
        two.pairwise(against="rus")


def test_it_is_pickled_with_its_tables(many):
    many.ranks()
    again = pickle.loads(pickle.dumps(many))
    assert isinstance(again, ManyComparisons)
    pd.testing.assert_frame_equal(again.ranks(), many.ranks())
    pd.testing.assert_frame_equal(again.sets_, many.sets_)
    assert repr(again) == "ManyComparisons(11 data sets, 5 methods, 1 estimator)"


def test_progress_names_the_data_sets(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compare(tables(2), {}, progress=True, n_repeats=1)
    said = capsys.readouterr().err
    assert "data set 1 of 2: center 0\n" in said
    assert "data set 2 of 2: center 1\n" in said
