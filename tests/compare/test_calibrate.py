"""Recalibration keeps its rows apart, maps the same model's risks, and stands beside them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from medresample.calibration import ResampledClassifier, SigmoidCalibrator, prior_correct
from medresample.compare import ComparisonResult, compare_samplers, compare_samplers_many
from medresample.compare._work import check_work
from medresample.compare._workload import workload
from medresample.ensemble import EasyEnsembleClassifier
from medresample.exceptions import UnreliableCalibrationWarning
from medresample.over_sampling import SMOTE
from medresample.pipeline import Pipeline
from medresample.under_sampling import RandomUnderSampler

N = 240
RNG = np.random.default_rng(0)
ILL = np.arange(N) % 4 == 0
X = RNG.normal(size=(N, 3)) + 0.8 * ILL[:, None]
Y = np.where(ILL, "ill", "well")
QUICK = {"cv": 2, "n_repeats": 1, "progress": False}
FEW = "ignore:Risks are recalibrated on few cases"


def compare(samplers=None, estimator=None, X=X, y=Y, groups=None, **settings):
    samplers = {"under": RandomUnderSampler()} if samplers is None else samplers
    estimator = GaussianNB() if estimator is None else estimator
    return compare_samplers(samplers, estimator, X, y, groups, **{**QUICK, **settings})


@pytest.fixture(scope="module")
def found():
    with pytest.warns(UnreliableCalibrationWarning, match="class 'ill' has 6 rows"):
        return compare(calibrate="sigmoid", scoring=["auroc", "brier", "o_to_e", "net_benefit"])


def test_raw_and_recalibrated_stand_side_by_side(found):
    assert list(found.samplers) == [
        "none", "none, recalibrated", "class_weight", "class_weight, recalibrated",
        "none, threshold tuned", "under", "under, recalibrated",
    ]  # fmt: skip
    assert len(found.folds_) == 7 * 2
    assert set(found.folds_["status"]) == {"ok"}
    assert found.settings_["calibrate"] == "sigmoid"
    assert found.settings_["recalibrated"]["under, recalibrated"] == "under"
    means = found.summary().set_index("sampler")
    assert means.loc["under", "o_to_e"] < 0.8  # announces more than there are
    assert abs(means.loc["under, recalibrated", "o_to_e"] - 1) < 0.15
    assert means.loc["under, recalibrated", "brier"] < means.loc["under", "brier"]
    assert means.loc["under, recalibrated", "net_benefit"] > means.loc["under", "net_benefit"] - 0.1


def test_a_map_that_rises_keeps_the_ranking(found):
    wide = found.folds_.pivot(index="fold", columns="sampler", values="auroc")
    np.testing.assert_allclose(wide["under"], wide["under, recalibrated"])


@pytest.mark.filterwarnings(FEW)
@pytest.mark.parametrize("groups", [None, np.repeat(np.arange(2 * N), 2)])
def test_the_same_part_of_whole_patients_is_held_for_every_method(groups):
    settings = {"cv": 2, "n_repeats": 2, "calibrate": "logistic"}
    large, ill = RNG.normal(size=(4 * N, 2)), np.repeat(np.arange(2 * N) % 4 == 0, 2)
    work = check_work({"under": RandomUnderSampler()}, GaussianNB(), large, ill, groups, **settings)
    patients = np.arange(4 * N) if groups is None else groups
    held = {}
    for job in work.jobs:
        split = job.split
        same = held.setdefault((split.repeat, split.fold), split.held)
        np.testing.assert_array_equal(same, split.held)
        assert not set(split.held) & set(split.test)
        assert set(split.held) <= set(split.train)
        assert sorted([*split.fitted, *split.held]) == sorted(split.train)
        assert not set(patients[split.held]) & set(patients[split.fitted])
        assert 0.15 < ill[split.held].sum() / ill[split.train].sum() < 0.25
        assert 0.15 < len(split.held) / len(split.train) < 0.25
    assert len({rows.tobytes() for rows in held.values()}) == 4


@pytest.mark.filterwarnings(FEW)
def test_a_plain_loop_finds_the_same_risks():
    """The model learns four fifths of the training rows, and the map the fifth left."""
    model = Pipeline([("sampler", None), ("model", LogisticRegression())])
    found = compare({}, model, calibrate="sigmoid")
    work = check_work({}, model, X, Y, cv=2, n_repeats=1, calibrate="sigmoid")
    for split in work.splits:
        fitted = LogisticRegression().fit(X[split.fitted], Y[split.fitted])
        scores = fitted.decision_function(X)  # of "well", which sorts last
        calibrator = SigmoidCalibrator().fit(-scores[split.held], ILL[split.held])
        for name, risk in (
            ("none", fitted.predict_proba(X[split.test])[:, 0]),
            ("none, recalibrated", calibrator.predict(-scores[split.test])),
        ):
            part = found.predictions_of("LogisticRegression", name)
            part = part[part["fold"] == split.fold]
            np.testing.assert_array_equal(part["row"], split.test)
            np.testing.assert_allclose(part["risk"], risk, atol=1e-6)


def test_the_rows_held_are_not_resampled_nor_learned():
    seen = []

    class Spy(RandomUnderSampler):
        def fit_resample(self, X, y):
            seen.append(set(X[:, -1].astype(int)))
            return super().fit_resample(X, y)

    table = np.column_stack([X, np.arange(N)])
    model = Pipeline([("sampler", None), ("model", GaussianNB())])
    settings = {"cv": 2, "n_repeats": 1, "calibrate": "isotonic"}
    with pytest.warns(UnreliableCalibrationWarning):
        work = check_work({"spy": Spy()}, model, table, Y, **settings)
    with pytest.warns(UnreliableCalibrationWarning):
        compare({"spy": Spy()}, model, X=table, calibrate="isotonic")
    assert seen == [set(split.fitted) for split in work.splits]


# Correction of the prior


def test_the_prior_is_corrected_by_counting_and_holds_no_rows():
    samplers = {"under": RandomUnderSampler(), "smote": SMOTE()}
    found = compare(samplers, calibrate="prior")
    assert set(found.folds_["n_calibrate"]) == {0}
    assert found.settings_["n_calibrate"] == [0, 0]
    plain = compare(samplers)
    for name in ("none", "class_weight", "under", "smote"):
        raw = found.predictions_of("GaussianNB", name)
        np.testing.assert_array_equal(raw["risk"], plain.predictions_of("GaussianNB", name)["risk"])
        corrected = found.predictions_of("GaussianNB", f"{name}, recalibrated")
        shown = [30 / 120, 0.5][name != "none"]  # after balancing, or by weight
        expected = prior_correct(raw["risk"].to_numpy(), shown, 30 / 120)
        np.testing.assert_allclose(corrected["risk"], expected, atol=1e-12)


def test_where_the_correction_is_an_approximation_the_record_says_so():
    found = compare({"under": RandomUnderSampler(), "smote": SMOTE()}, calibrate="prior")
    exact = found.settings_["correction_exact"]
    assert exact["under, recalibrated"]
    assert exact["class_weight, recalibrated"]
    assert not exact["smote, recalibrated"]
    warned = found.folds_.set_index("sampler")["warnings"]
    assert warned["smote, recalibrated"].str.contains("ApproximateCorrectionWarning").all()
    assert (warned["under, recalibrated"] == "").all()
    assert "prior" in found.settings_["methods"]["smote, recalibrated"]


def test_an_ensemble_that_balances_inside_can_not_be_counted():
    found = compare({"easy": EasyEnsembleClassifier(2)}, calibrate="prior")
    status = found.folds_.groupby("sampler")["status"].unique().str[0]
    assert status["easy"] == "ok"
    assert status["easy, recalibrated"] == "unavailable"
    error = found.folds_.query("sampler == 'easy, recalibrated'")["error"].iloc[0]
    assert "what it shows to its parts can not be counted. Use calibrate='logistic'" in error


# Every way, every kind of method


@pytest.mark.filterwarnings(FEW)
@pytest.mark.parametrize("way", ["logistic", "isotonic", "beta", "temperature"])
def test_every_way_gives_risks(way):
    samplers = {"under": RandomUnderSampler(), "easy": EasyEnsembleClassifier(2)}
    models = {"bayes": GaussianNB(), "logistic": LogisticRegression()}
    found = compare(samplers, models, calibrate=way, scoring=["brier"])
    assert set(found.folds_["status"]) == {"ok"}
    assert found.predictions_["risk"].between(0, 1).all()
    brier = found.summary().set_index(["estimator", "sampler"])["brier"]
    if way != "temperature":  # which does not know of a shift
        for name in models:
            assert brier[name, "under, recalibrated"] < brier[name, "under"]


@pytest.mark.filterwarnings(FEW)
def test_a_tuned_threshold_is_tuned_on_the_risks_it_is_for():
    found = compare(calibrate="logistic", threshold="youden")
    assert list(found.samplers)[:2] == ["none", "none, recalibrated"]
    folds = found.folds_.set_index("sampler")
    assert set(folds["status"]) == {"ok"}
    cuts = folds.groupby("sampler")["threshold"].mean()
    assert cuts["under"] > cuts["under, recalibrated"] + 0.1
    means = found.summary().set_index("sampler")
    assert means.loc["under, recalibrated", "sensitivity"] > 0.5


@pytest.mark.filterwarnings(FEW)
def test_what_fails_is_counted_on_both_lines_and_a_missing_control_too():
    class Broken(RandomUnderSampler):
        def fit_resample(self, X, y):
            raise ValueError("not today")

    found = compare({"broken": Broken()}, KNeighborsClassifier(), calibrate="sigmoid")
    status = found.folds_.groupby("sampler")["status"].unique().str[0]
    assert status["broken"] == status["broken, recalibrated"] == "failed"
    assert status["class_weight"] == status["class_weight, recalibrated"] == "unavailable"
    assert status["none, recalibrated"] == "ok"


@pytest.mark.filterwarnings(FEW)
def test_it_comes_back_from_a_store_a_file_and_the_external_test_set(tmp_path):
    settings = {"X_test": X[:100] + 0.1, "y_test": Y[:100], "store": tmp_path / "store"}
    first = compare(calibrate="beta", **settings)
    again = compare(calibrate="beta", **settings)
    pd.testing.assert_frame_equal(first.folds_, again.folds_)
    assert set(first.external_["sampler"]) == set(first.samplers)
    assert set(first.external_["n_calibrate"]) == {48}
    back = ComparisonResult.load(first.save(tmp_path / "result.zip"))
    pd.testing.assert_frame_equal(back.summary("brier"), first.summary("brier"))
    other = compare(calibrate="prior", **settings)
    assert not np.allclose(other.predictions_["risk"][:60], first.predictions_["risk"][:60])


@pytest.mark.filterwarnings(FEW)
def test_the_plan_names_the_lines_and_the_rows_held():
    work = check_work({}, GaussianNB(), X, Y, cv=2, n_repeats=1, calibrate="sigmoid")
    plan = workload(work)
    assert plan["calibrate"] == (24, 24)
    assert "none, recalibrated" in plan["methods"]
    assert plan["n_jobs"] == 3 * 2


def test_it_does_what_the_classifier_of_the_user_guide_does():
    """The same steps as ``ResampledClassifier``, which is tested by itself."""
    model = Pipeline([("sampler", None), ("model", GaussianNB())])
    found = compare({}, model, calibrate="prior")
    part = found.predictions_of("GaussianNB", "none, recalibrated")
    expected = np.empty(N)
    for _, rows in part.groupby("fold")["row"]:
        train = np.setdiff1d(np.arange(N), rows)
        fitted = ResampledClassifier(None, GaussianNB(), calibrate="prior").fit(X[train], Y[train])
        expected[rows] = fitted.predict_proba(X[rows])[:, 0]
    np.testing.assert_allclose(part["risk"], expected[part["row"]])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"calibrate": "platt"}, "calibrate must be None or one of 'prior', 'sigmoid'"),
        ({"calibrate": True}, "calibrate must be None"),
        ({"calibrate": "sigmoid", "cv": 4, "X": X[:80], "y": Y[:80]}, "class 'ill' has 3 rows"),
        (
            {"calibrate": "beta", "X": X[:64], "y": Y[:64], "groups": np.arange(64) // 5},
            r"class 'ill' has \d patients in a fold or the part kept out; 5 are needed",
        ),
        (
            {"calibrate": "prior", "samplers": {"none, recalibrated": SMOTE()}},
            "no name may end in ', recalibrated'",
        ),
    ],
)
def test_what_can_not_be_recalibrated_is_refused_in_words(change, words):
    with pytest.raises(ValueError, match=words):
        compare(**change)


def test_over_several_data_sets_a_line_with_the_same_scores_is_not_ranked():
    sets = {f"center {i}": (np.roll(X, 7 * i, axis=0) + i * X**2, Y) for i in range(2)}
    many = compare_samplers_many(
        sets, {"under": RandomUnderSampler()}, GaussianNB(), calibrate="prior",
        scoring=["auroc", "brier"], **QUICK,
    )  # fmt: skip
    notes = many.ranks("auroc").set_index("sampler")["note"]
    assert notes["under, recalibrated"] == "the same scores as 'under'"
    assert notes["none, recalibrated"] == "the same scores as 'none'"
    notes = many.ranks("brier").set_index("sampler")["note"]
    assert notes["under, recalibrated"] == ""
    assert notes["none, recalibrated"] == "the same scores as 'none'"
