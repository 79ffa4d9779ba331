"""The external test set is scored once per repeat by models of the whole table, and not learned."""

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from medresample.compare import ComparisonResult, _running, compare_samplers
from medresample.compare._store import find_store
from medresample.compare._work import check_work
from medresample.compare._workload import workload
from medresample.over_sampling import RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

RNG = np.random.default_rng(0)
QUICK = {"cv": 2, "n_repeats": 1, "progress": False, "scoring": ["auroc", "brier", "sensitivity"]}


def table(n, shift=0.0):
    ill = np.arange(n) % 4 == 0
    X = pd.DataFrame(RNG.normal(size=(n, 3)) + ill[:, None] + shift, columns=["a", "b", "c"])
    return X, np.where(ill, "ill", "well")


X, Y = table(90)
X_TEST, Y_TEST = table(60, shift=0.3)
ARRAY = X.to_numpy()
OUTSIDE = {"X_test": X_TEST.to_numpy(), "y_test": Y_TEST}


def compare(samplers=None, estimator=None, X=ARRAY, y=Y, groups=None, **settings):
    samplers = {"under": RandomUnderSampler()} if samplers is None else samplers
    estimator = GaussianNB() if estimator is None else estimator
    return compare_samplers(samplers, estimator, X, y, groups, **{**QUICK, **OUTSIDE, **settings})


@pytest.fixture(scope="module")
def found():
    return compare(n_repeats=2)


def test_there_is_a_row_per_method_estimator_and_repeat(found):
    table = found.external_
    assert len(table) == 4 * 2
    assert not table.duplicated(["sampler", "estimator", "repeat"]).any()
    assert set(table["status"]) == {"ok"}
    assert set(table["n_train"]) == {90}
    assert set(table["n_test"]) == {60}
    assert set(table["n_test_positive"]) == {15}
    assert "fold" not in table
    assert "fold" not in found.external_predictions_
    under = table.query("sampler == 'under'")
    assert (under["n_after_negative"] == under["n_after_positive"]).all()


def test_a_model_of_the_whole_table_made_by_hand_has_the_same_risks(found):
    impute, scale = SimpleImputer(strategy="median"), StandardScaler()
    Z = scale.fit_transform(impute.fit_transform(X))
    Z_test = scale.transform(impute.transform(X_TEST))
    risk = GaussianNB().fit(Z, Y).predict_proba(Z_test)[:, 0]
    for repeat in (0, 1):
        part = found.predictions_of("GaussianNB", "none", external=True)
        part = part[part["repeat"] == repeat]
        np.testing.assert_array_equal(part["row"], np.arange(60))
        np.testing.assert_array_equal(part["y"], Y_TEST == "ill")
        np.testing.assert_allclose(part["risk"], risk)
    row = found.external_.query("sampler == 'none' and repeat == 0").iloc[0]
    assert row["auroc"] == pytest.approx(roc_auc_score(Y_TEST == "ill", risk))
    assert row["sensitivity"] == pytest.approx((risk >= 0.5)[Y_TEST == "ill"].mean())


def test_each_repeat_has_a_seed_of_its_own(found):
    part = found.predictions_of("GaussianNB", "under", external=True)
    first, second = (risks["risk"].to_numpy() for _, risks in part.groupby("repeat"))
    assert not np.array_equal(first, second)


def test_nothing_of_the_cross_validation_changes(found):
    plain = compare(n_repeats=2, X_test=None, y_test=None)
    pd.testing.assert_frame_equal(found.predictions_, plain.predictions_)
    timed = [name for name in plain.folds_ if name.startswith("seconds")]
    pd.testing.assert_frame_equal(
        found.folds_.drop(columns=timed), plain.folds_.drop(columns=timed)
    )
    assert plain.external_ is plain.external_predictions_ is plain.data_["external"] is None
    with pytest.raises(ValueError, match="no external test set"):
        plain.predictions_of("GaussianNB", "none", external=True)


def test_the_summary_shows_it_beside(found):
    means = found.external_.groupby("sampler")[["auroc", "sensitivity"]].mean()
    overview = found.summary().set_index("sampler")
    np.testing.assert_allclose(overview["external_auroc"], means["auroc"][overview.index])
    table = found.summary("sensitivity").set_index("sampler")
    gain = means["sensitivity"] - means["sensitivity"]["none"]
    np.testing.assert_allclose(table["external"], means["sensitivity"][table.index])
    np.testing.assert_allclose(
        table["external_difference"].drop("none"), gain[table.index].drop("none")
    )
    assert (table["external_low"] <= table["external_difference"]).drop("none").all()
    assert (table["external_high"] >= table["external_difference"]).drop("none").all()


def test_the_interval_is_that_of_patients_drawn_by_hand(found):
    none, under = (
        found.predictions_of("GaussianNB", name, external=True)
        .pivot(index="row", columns="repeat", values="decision")
        .to_numpy(dtype=float)
        for name in ("none", "under")
    )
    ill = Y_TEST == "ill"
    gain, draws, rng = (under - none).mean(axis=1), [], np.random.default_rng(0)
    for _ in range(3000):
        drawn = rng.integers(60, size=60)
        draws.append(gain[drawn][ill[drawn]].mean())
    row = found.summary("sensitivity").set_index("sampler").loc["under"]
    low, high = np.quantile(draws, [0.025, 0.975])
    assert row["external_low"] == pytest.approx(low, abs=0.05)
    assert row["external_high"] == pytest.approx(high, abs=0.05)


def test_thresholds_are_tuned_without_it():
    """Other labels there change scores, and neither thresholds nor risks."""
    first = compare(threshold="youden")
    other = compare(threshold="youden", y_test=np.roll(Y_TEST, 1))
    columns = ["sampler", "threshold"]
    pd.testing.assert_frame_equal(first.external_[columns], other.external_[columns])
    assert first.external_["threshold"].nunique() == 3
    pd.testing.assert_series_equal(
        first.external_predictions_["risk"], other.external_predictions_["risk"]
    )
    assert not np.allclose(first.external_["auroc"], other.external_["auroc"])


def test_a_failure_is_a_row_there_too():
    class Small(RandomUnderSampler):
        def fit_resample(self, X, y):
            if len(X) == 90:
                raise ValueError("too many rows")
            return super().fit_resample(X, y)

    found = compare({"small": Small()})
    row = found.external_.query("sampler == 'small'").iloc[0]
    assert (row["status"], row["error"]) == ("failed", "ValueError: too many rows")
    assert (found.folds_["status"] == "ok").all()
    assert found.summary("auroc").set_index("sampler")["external"].isna().to_dict()["small"]


def test_patients_are_kept_apart_and_written_down():
    groups, groups_test = np.arange(90) // 2, 100 + np.arange(60) // 3
    found = compare(groups=groups, groups_test=groups_test)
    assert found.data_["external"]["n_patients"] == 20
    assert found.data_["external"]["groups_disjoint"] is True
    assert set(found.external_["n_test_patients"]) == {20}
    assert set(found.external_["n_train_patients"]) == {45}
    np.testing.assert_array_equal(found.external_groups_, np.arange(60) // 3)


def test_a_mixed_table_is_tested_with_its_words():
    words = X.assign(ward=np.resize(["x", "y"], 90))
    outside = X_TEST.assign(ward=np.resize(["y", "new"], 60))
    found = compare(X=words, X_test=outside)
    assert set(found.external_["status"]) == {"ok"}


def test_its_rows_among_the_others_draw_a_warning():
    again = pd.concat([X_TEST[:45], X[:15]], ignore_index=True)
    with pytest.warns(UserWarning, match=r"25.0% of the rows of X_test are, cell for cell"):
        found = compare(X=X, X_test=again)
    assert found.data_["external"]["share_repeated_rows"] == 0.25


REFUSED = [
    ({"X_test": None}, "X_test and y_test go together"),
    ({"y_test": None}, "X_test and y_test go together"),
    ({"X_test": X_TEST[["b", "a", "c"]]}, "in another order"),
    ({"X_test": X_TEST.rename(columns={"c": "d"})}, "X_test has no column 'c'"),
    ({"X_test": X_TEST[["a", "b"]]}, "X has 3 columns, X_test has 2"),
    ({"X_test": X_TEST.to_numpy()}, "X has names of columns, X_test has none"),
    ({"X_test": X_TEST.assign(c="word")}, "Column 'c' is of type"),
    ({"X_test": X_TEST.assign(b=np.inf)}, "'b' holds infinite values"),
    ({"y_test": Y_TEST[:-1]}, "X_test has 60 rows, y_test has 59"),
    ({"y_test": np.where(Y_TEST == "ill", "sick", "well")}, "y_test holds 'sick'"),
    ({"y_test": np.full(60, "well")}, "holds no row of class 'ill'"),
    ({"groups_test": np.arange(60)}, "groups_test goes with groups"),
    ({"groups": np.arange(90)}, "groups_test is missing"),
    (
        {"groups": np.arange(90), "groups_test": np.arange(88, 148)},
        r"2 patients are in X and in X_test \(for example '88'\)",
    ),
    (
        {"X_test": X_TEST.assign(provenance=1), "X": X.assign(provenance=1)},
        "resampled before the split",
    ),
]


@pytest.mark.parametrize(("change", "words"), REFUSED)
def test_what_is_no_test_set_is_refused_in_words(change, words):
    with pytest.raises((ValueError, TypeError), match=words):
        compare(**{"X": X, "X_test": X_TEST, **change})


def test_it_is_saved_and_loaded(found, tmp_path):
    back = ComparisonResult.load(found.save(tmp_path / "result.zip"))
    pd.testing.assert_frame_equal(back.external_, found.external_)
    pd.testing.assert_frame_equal(back.external_predictions_, found.external_predictions_)
    pd.testing.assert_frame_equal(back.summary("auroc"), found.summary("auroc"))


def test_a_store_keeps_its_jobs_and_another_test_set_does_only_these_anew(tmp_path, monkeypatch):
    done = []

    def run_job(job, *rest):
        done.append(job.external)
        return real(job, *rest)

    real = _running.run_job
    monkeypatch.setattr(_running, "run_job", run_job)
    first = compare(store=tmp_path)
    assert (done.count(False), done.count(True)) == (4 * 2, 4)
    done.clear()
    pd.testing.assert_frame_equal(compare(store=tmp_path).external_, first.external_)
    assert done == []
    changed = OUTSIDE["X_test"].copy()
    changed[0, 0] += 1
    compare(store=tmp_path, X_test=changed)
    assert done == [True] * 4
    done.clear()
    compare(store=tmp_path, samplers={"over": RandomOverSampler()}, X_test=None, y_test=None)
    assert done == [False] * 2


def test_the_plan_counts_it(tmp_path):
    settings = {name: value for name, value in QUICK.items() if name != "progress"}
    work = check_work(
        {"under": RandomUnderSampler()}, GaussianNB(), ARRAY, Y, **settings, **OUTSIDE
    )
    plan = workload(work, store=find_store(tmp_path, True, work))
    assert plan["external"] == {"n_rows": 60, "n_positive": 15, "n_jobs": 4}
    assert plan["n_jobs"] == 4 * (2 + 1)
    assert plan["n_done"] == 0
    assert plan["bytes_table"] == (90 + 60) * 3 * 8
