"""The questions asked of a result have the answers its tables hold."""

import pickle

import numpy as np
import pandas as pd
import pytest

from medresample import metrics
from medresample.compare import ComparisonResult, _pools
from medresample.compare._statistics import corrected_t, correlated_t, holm


def rows_of(result, metric, estimator="logistic"):
    table = result.summary(metric)
    return table[table["estimator"] == estimator].set_index("sampler")


@pytest.mark.parametrize("metric", ["auroc", "brier", "sensitivity_at_95_specificity"])
def test_scores_per_fold_are_compared_by_the_corrected_test(result, metric):
    folds = result.folds_.query("estimator == 'logistic'")
    wide = folds.pivot(index=["repeat", "fold"], columns="sampler", values=metric)
    found, ratio = rows_of(result, metric), result.data_["ratio_test_train"]
    for sampler in ("class_weight", "random_under", "smote"):
        d = (wide[sampler] - wide["none"]).to_numpy()
        expected = corrected_t(d, ratio)
        row = found.loc[sampler]
        assert tuple(row[["difference", "low", "high", "p_value"]]) == pytest.approx(expected)
        posterior = correlated_t(d, ratio, result.ropes_[metric])
        if metric == "brier":  # lower is better
            posterior = posterior[::-1]
        assert tuple(row[["p_worse", "p_equivalent", "p_better"]]) == pytest.approx(posterior)
        assert row["value"] == pytest.approx(wide[sampler].mean())
    others = found.drop(index="none")
    np.testing.assert_allclose(others["p_holm"], holm(others["p_value"]))
    assert np.isnan(found.loc["none", "difference"])


def test_the_test_counts_patients_not_rows(mixed):
    from sklearn.linear_model import LogisticRegression

    from medresample.compare import compare_samplers

    X, y, patient = mixed
    X = X[["age", "size", "lesions"]]
    lone = np.where(np.arange(len(patient)) < 120, patient, 1000 + np.arange(len(patient)))
    found = compare_samplers(
        {}, LogisticRegression(), X, y, lone, cv=4, n_repeats=1, progress=False
    )
    folds = found.folds_.query("sampler == 'none'")
    ratio = (folds["n_test_patients"] / folds["n_train_patients"]).mean()
    assert found.data_["ratio_test_train"] == pytest.approx(ratio)
    assert found.data_["unit"] == "patients"


@pytest.mark.parametrize("metric", ["sensitivity", "ppv", "calibration_slope", "net_benefit"])
def test_pooled_scores_are_means_over_repeats_of_pooled_predictions(result, metric):
    found = rows_of(result, metric)
    score = metrics.CLINICAL[metric]
    for sampler in ("none", "smote"):
        part = result.predictions_of("logistic", sampler)
        values = [
            score.compute(
                one["y"].to_numpy(), one["risk"].to_numpy(), one["decision"].to_numpy(),
                np.ones((1, len(one))), result.data_["prevalence"],
            )[0]
            for _, one in part.groupby("repeat")
        ]  # fmt: skip
        assert found.loc[sampler, "value"] == pytest.approx(np.mean(values))
    assert set(found["basis"]) == {"patient bootstrap"}


def test_the_bootstrap_agrees_with_drawing_patients_by_hand(result):
    row = rows_of(result, "sensitivity").loc["smote"]
    none, smote = (result.predictions_of("logistic", name) for name in ("none", "smote"))

    def hits(part):
        wide = part.pivot(index="row", columns="repeat", values="decision")
        return wide.to_numpy(dtype=float)

    y = none.query("repeat == 0").sort_values("row")["y"].to_numpy()
    gain = (hits(smote) - hits(none)).mean(axis=1)[y]  # per positive patient
    assert row["difference"] == pytest.approx(gain.mean())
    rng, draws = np.random.default_rng(0), []
    rows = np.flatnonzero(y)
    place = np.full(len(y), -1)
    place[rows] = np.arange(len(rows))
    for _ in range(4000):
        drawn = place[rng.integers(len(y), size=len(y))]
        draws.append(gain[drawn[drawn >= 0]].mean())
    low, high = np.quantile(draws, [0.025, 0.975])
    assert row["low"] == pytest.approx(low, abs=0.03)
    assert row["high"] == pytest.approx(high, abs=0.03)
    assert row["p_better"] == 1


@pytest.mark.parametrize("metric", ["sensitivity", "calibration_slope", "ece", "ici", "o_to_e"])
def test_large_tables_are_drawn_in_cells_that_tell_the_same(result, monkeypatch, metric):
    exact = rows_of(result, metric)
    copy = pickle.loads(pickle.dumps(result))
    monkeypatch.setattr(_pools, "_MOST_CELLS", 380)  # 397 rows: just too many
    rough = rows_of(copy, metric)
    np.testing.assert_array_equal(rough["difference"], exact["difference"])
    decided = metric == "sensitivity"  # cells keep outcomes and decisions apart: nothing is lost
    for side in ("low", "high"):
        np.testing.assert_allclose(rough[side], exact[side], atol=1e-12 if decided else 0.03)


def test_a_tuned_threshold_has_the_same_risks_and_nothing_to_test(result):
    row = rows_of(result, "auroc").loc["none, threshold tuned"]
    assert row["difference"] == row["low"] == row["high"] == 0
    assert np.isnan(row["p_value"])
    assert row["p_equivalent"] == 1


def test_the_overview_holds_every_score_of_every_method(result):
    table = result.summary()
    assert len(table) == 12
    assert set(result.metrics_) <= set(table.columns)
    assert (table["n_ok"] == 10).all()
    for metric in ("auroc", "ppv"):
        np.testing.assert_allclose(table[metric], result.summary(metric)["value"])


def test_the_best_is_the_best_mean_and_the_simplest_does_least(result):
    table = result.summary("auroc")
    best = result.best("auroc")
    assert best.value == table["value"].max()
    simple = result.best("auroc", rule="simplest_within_rope")
    assert simple.estimator == best.estimator
    assert simple.value >= best.value - result.ropes_["auroc"]
    assert result.settings_["effort"][simple.sampler] <= result.settings_["effort"][best.sampler]
    lowest = result.summary("brier")["value"].min()
    assert result.best("brier").value == lowest
    slopes = result.summary("calibration_slope")["value"]
    chosen = result.best("calibration_slope").value
    assert abs(np.log(chosen)) == pytest.approx(np.abs(np.log(slopes)).min())


def test_a_wide_rope_keeps_the_untouched_data(result):
    copy = pickle.loads(pickle.dumps(result))
    copy.ropes_["auroc"] = 1.0
    assert copy.best("auroc", rule="simplest_within_rope").sampler == "none"


def test_unknown_questions_are_answered_with_what_there_is(result):
    with pytest.raises(ValueError, match=r"'auc' was not compared\. There are: auroc"):
        result.summary("auc")
    with pytest.raises(ValueError, match="rule must be"):
        result.best(rule="worst")


def test_a_result_is_pickled_and_saved_whole(result, tmp_path):
    result.summary("auroc")
    for copy in (
        pickle.loads(pickle.dumps(result)),
        ComparisonResult.load(result.save(tmp_path / "run.zip")),
    ):
        pd.testing.assert_frame_equal(copy.folds_, result.folds_, check_exact=True)
        pd.testing.assert_frame_equal(copy.predictions_, result.predictions_, check_exact=True)
        assert copy.data_ == result.data_
        assert copy.settings_ == result.settings_
        assert copy.ropes_ == result.ropes_
        assert repr(copy) == repr(result)
        pd.testing.assert_frame_equal(copy.summary("sensitivity"), result.summary("sensitivity"))


def test_a_summary_can_be_changed_without_changing_the_result(result):
    for table in (result.summary("auroc"), result.summary()):
        table.iloc[:, 2] = 0.0
    assert (result.summary("auroc")["value"] > 0.5).all()
    assert (result.summary()["auroc"] > 0.5).all()


def test_it_says_in_one_line_what_it_is(result):
    assert repr(result) == (
        "ComparisonResult(6 methods, 2 estimators, 10 splits of 397 rows, "
        "positive 'malignant', 0 failed)"
    )
    page = result._repr_html_()
    assert "<table" in page
    assert "ComparisonResult(6 methods" in page
