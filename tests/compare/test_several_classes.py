"""With more than two classes each is told from the rest, and all of them count alike."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sklearn_metrics
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from medresample import metrics
from medresample.compare import ComparisonResult, compare_samplers
from medresample.compare._statistics import corrected_t
from medresample.compare._work import check_work
from medresample.compare._workload import workload
from medresample.metrics import CLINICAL
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

GRADES = ["benign", "malignant", "unclear"]
SIZES = {"benign": 80, "malignant": 20, "unclear": 40}
RNG = np.random.default_rng(0)
Y = np.repeat(list(SIZES), list(SIZES.values()))
CENTERS = {"benign": 0.0, "malignant": 1.2, "unclear": 0.7}
X = RNG.normal(size=(140, 3)) + np.array([CENTERS[grade] for grade in Y])[:, None]
QUICK = {"cv": 2, "n_repeats": 2, "progress": False}


def compare(samplers=None, estimator=None, X=X, y=Y, groups=None, **settings):
    samplers = {"over": RandomOverSampler()} if samplers is None else samplers
    estimator = GaussianNB() if estimator is None else estimator
    return compare_samplers(samplers, estimator, X, y, groups, **{**QUICK, **settings})


@pytest.fixture(scope="module")
def found():
    return compare()


def fold_of(found, sampler="over", repeat=1, fold=0):
    """Labels, probabilities in the order of the classes, and decisions of one fold."""
    part = found.predictions_of("GaussianNB", sampler)
    part = part[(part["repeat"] == repeat) & (part["fold"] == fold)]
    wide = part.pivot(index="row", columns="class", values="risk")
    told = part[part["decision"]].set_index("row")["class"].astype(str)
    return Y[wide.index], wide[GRADES].to_numpy(), told[wide.index].to_numpy()


def row_of(table, sampler="over", repeat=1, fold=0):
    mine = (table["sampler"] == sampler) & (table["repeat"] == repeat) & (table["fold"] == fold)
    return table[mine]


def test_the_classes_are_counted_and_none_is_positive(found):
    assert found.classes == tuple(GRADES)
    assert found.data_["classes"] == SIZES
    assert found.data_["positive"] is None
    assert found.data_["rarest"] == "malignant"
    assert found.data_["prevalences"] == pytest.approx([80 / 140, 20 / 140, 40 / 140])
    assert "3 classes" in repr(found)
    folds = found.folds_
    assert set(folds["status"]) == {"ok"}
    over = folds.query("sampler == 'over'")
    for grade in GRADES:
        assert set(folds[f"n_test_{grade}"]) == {SIZES[grade] // 2}
        assert set(folds[f"n_before_{grade}"]) == {SIZES[grade] // 2}
        assert set(over[f"n_after_{grade}"]) == {40}
    assert set(over["rows_made"]) == {30 + 20}


def test_each_row_is_decided_for_the_most_probable_class(found):
    _, risks, told = fold_of(found)
    np.testing.assert_allclose(risks.sum(axis=1), 1)
    np.testing.assert_array_equal(told, np.array(GRADES)[risks.argmax(axis=1)])
    part = found.predictions_of("GaussianNB", "over", "malignant")
    assert len(part) == 140 * 2
    np.testing.assert_array_equal(part["y"], Y[part["row"]] == "malignant")


BY_HAND = {
    "auroc": metrics.auroc,
    "average_precision": metrics.average_precision,
    "brier": metrics.brier_score,
    "log_loss": metrics.log_loss,
    "ece": metrics.expected_calibration_error,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_scores_of_risks_are_means_of_one_against_the_rest(found, name):
    y, risks, _ = fold_of(found)
    score = BY_HAND[name]
    each = [score(y == grade, risks[:, k]) for k, grade in enumerate(GRADES)]
    assert row_of(found.folds_)[name].item() == pytest.approx(np.mean(each))
    classes = row_of(found.classes_).set_index("class")
    np.testing.assert_allclose(classes.loc[GRADES, name], each)
    if name == "auroc":
        expected = sklearn_metrics.roc_auc_score(y, risks, multi_class="ovr", average="macro")
        assert np.mean(each) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["sensitivity", "specificity", "f1", "ppv", "mcc"])
def test_scores_of_decisions_are_means_too(found, name):
    y, _, told = fold_of(found)
    score = {"ppv": metrics.positive_predictive_value, "mcc": metrics.matthews_correlation}
    score = score.get(name) or getattr(metrics, f"{name}_score", getattr(metrics, name, None))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        each = [score(y == grade, told == grade) for grade in GRADES]
    assert row_of(found.folds_)[name].item() == pytest.approx(np.mean(each), nan_ok=True)
    np.testing.assert_allclose(row_of(found.classes_).set_index("class").loc[GRADES, name], each)


def test_errors_of_calibration_do_not_cancel_out(found):
    y, risks, _ = fold_of(found)
    slopes = [metrics.calibration_slope(y == g, risks[:, k]) for k, g in enumerate(GRADES)]
    row = row_of(found.folds_)
    assert row["calibration_slope"].item() == pytest.approx(np.mean(np.abs(np.log(slopes))))
    np.testing.assert_allclose(row_of(found.classes_)["calibration_slope"], slopes)
    assert found.score("calibration_slope").ideal is None
    assert "mean distance from the ideal" in found.score("calibration_slope").label
    table = found.summary("calibration_slope")
    best = found.best("calibration_slope")
    assert best.value == table["value"].min()


def test_differences_per_fold_are_tested_as_before(found):
    wide = found.folds_.pivot(index=["repeat", "fold"], columns="sampler", values="auroc")
    row = found.summary("auroc").set_index("sampler").loc["over"]
    expected = corrected_t(
        (wide["over"] - wide["none"]).to_numpy(), found.data_["ratio_test_train"]
    )
    assert tuple(row[["difference", "low", "high", "p_value"]]) == pytest.approx(expected)


def test_pooled_scores_are_drawn_by_patient_for_all_classes_at_once(found):
    def told(sampler):
        part = found.predictions_of("GaussianNB", sampler)
        part = part[part["decision"]]
        wide = part.pivot(index="row", columns="repeat", values="class")
        return (wide.astype(str).to_numpy() == Y[:, None]).mean(axis=1)  # share of hits, by row

    def macro(hits, rows):
        return np.mean([hits[rows][Y[rows] == grade].mean() for grade in GRADES])

    gain, everyone = told("over") - told("none"), np.arange(140)
    row = found.summary("sensitivity").set_index("sampler").loc["over"]
    assert row["difference"] == pytest.approx(macro(gain, everyone))
    rng = np.random.default_rng(1)
    draws = [macro(gain, rng.integers(140, size=140)) for _ in range(3000)]
    assert (row["low"], row["high"]) == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.03)


def test_the_controls_are_those_that_need_no_threshold(found):
    assert found.samplers == ("none", "class_weight", "over")
    assert found.settings_["threshold"] == "the most probable class"
    assert found.folds_["threshold"].isna().all()


def test_scorers_see_the_labels_as_they_are():
    found = compare(scoring=["auroc", "roc_auc_ovr", "f1_macro", "neg_log_loss", "accuracy"])
    y, risks, told = fold_of(found)
    row = row_of(found.folds_)
    assert row["roc_auc_ovr"].item() == pytest.approx(row["auroc"].item())
    assert row["f1_macro"].item() == pytest.approx(
        sklearn_metrics.f1_score(y, told, average="macro")
    )
    assert row["neg_log_loss"].item() == pytest.approx(-sklearn_metrics.log_loss(y, risks))
    assert row["accuracy"].item() == np.mean(y == told)
    two = compare(scoring=["auroc", "auroc_macro", "neg_ace", "precision"], n_repeats=1)
    np.testing.assert_allclose(two.folds_["auroc_macro"], two.folds_["auroc"])
    assert two.folds_["neg_ace"].notna().all()  # the mean over the classes
    assert two.folds_["precision"].isna().all()  # for two classes only, and says so
    assert two.folds_["unscored"].str.contains("precision: ValueError").all()


def test_one_class_against_the_rest_is_a_comparison_of_two():
    found = compare(pos_label="malignant", n_repeats=1)
    assert found.data_["classes"] == {"not malignant": 120, "malignant": 20}
    by_hand = compare(y=np.where(Y == "malignant", "malignant", "not malignant"), n_repeats=1)
    np.testing.assert_array_equal(found.predictions_["risk"], by_hand.predictions_["risk"])
    assert "none, threshold tuned" in found.samplers


def test_every_class_is_in_every_part_or_it_is_an_error():
    rare = np.where(np.arange(140) < 138, Y, "rare")
    with pytest.raises(ValueError, match="3 folds need at least 3 'rare' cases"):
        compare(y=rare, cv=3)
    with pytest.warns(UserWarning, match="only 1 case of class 'rare'"):
        compare(y=rare, n_repeats=1, scoring=["auroc"])
    halves = [(np.arange(70, 140), np.arange(70)), (np.arange(70), np.arange(70, 140))]
    with pytest.raises(ValueError, match="test part holds no row of 'malignant'"):
        compare(y=np.sort(rare), cv=halves, n_repeats=None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threshold": 0.3}, r"threshold=0.3 needs two classes; y has 3.*pos_label="),
        ({"threshold": "youden"}, "needs two classes"),
        ({"samplers": {"t": "threshold_tuned"}}, "A tuned threshold needs two classes"),
        ({"pos_label": "bad"}, "pos_label='bad' is not in y"),
    ],
)
def test_what_needs_two_classes_says_what_to_do(change, words):
    with pytest.raises(ValueError, match=words):
        compare(**change)


def test_several_samplers_estimators_and_patients():
    patients = np.concatenate([np.arange(n) // 2 + 1000 * i for i, n in enumerate(SIZES.values())])
    found = compare(
        {"smote": SMOTE(), "under": RandomUnderSampler()},
        {"bayes": GaussianNB(), "logistic": LogisticRegression()},
        groups=patients, n_repeats=1, scoring=["auroc", "sensitivity"],
    )  # fmt: skip
    assert set(found.folds_["status"]) == {"ok"}
    assert len(found.classes_) == len(found.folds_) * 3
    assert found.data_["groups_disjoint"] is True
    assert (found.folds_["n_train_patients"] + found.folds_["n_test_patients"] == 70).all()


@pytest.mark.parametrize("way", ["prior", "logistic", "isotonic", "temperature"])
def test_risks_of_all_classes_are_recalibrated(way):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = compare(
            calibrate=way, n_repeats=1, scoring=["auroc", "brier"],
            X=np.tile(X, (4, 1)) + RNG.normal(scale=0.1, size=(560, 3)), y=np.tile(Y, 4),
        )  # fmt: skip
    assert set(found.folds_["status"]) == {"ok"}
    sums = found.predictions_.groupby(["sampler", "row"], observed=True)["risk"].sum()
    np.testing.assert_allclose(sums, 1)
    if way != "temperature":
        brier = found.summary().set_index("sampler")["brier"]
        assert brier["over, recalibrated"] < brier["over"]


def test_an_external_test_set_saving_and_the_plan(tmp_path):
    outside = {"X_test": X[::2] + 0.2, "y_test": Y[::2]}
    found = compare(n_repeats=1, store=tmp_path / "store", **outside)
    assert set(found.external_["n_test_malignant"]) == {10}
    row = found.external_.query("sampler == 'none'").iloc[0]
    part = found.predictions_of("GaussianNB", "none", external=True)
    each = [metrics.auroc(own["y"], own["risk"]) for _, own in part.groupby("class", observed=True)]
    assert row["auroc"] == pytest.approx(np.mean(each))
    back = ComparisonResult.load(found.save(tmp_path / "result.zip"))
    pd.testing.assert_frame_equal(back.classes_, found.classes_)
    for name in ("auroc", "sensitivity", "o_to_e"):
        pd.testing.assert_frame_equal(back.summary(name), found.summary(name))
    plan = workload(check_work({}, GaussianNB(), X, Y, cv=2, n_repeats=1))
    assert (plan["positive"], plan["n_positive"]) == ("malignant", 20)
    assert plan["train_positive"] == (10, 10)


def test_numbers_as_labels_and_the_whole_preset_has_values(found):
    codes = np.searchsorted(GRADES, Y)
    numbers = compare(y=codes)
    assert numbers.classes == ("0", "1", "2")
    np.testing.assert_array_equal(numbers.predictions_["risk"], found.predictions_["risk"])
    assert found.summary()[list(CLINICAL)].notna().all().all()
