"""Scores of scikit-learn and of one's own stand beside the preset, from the same predictions."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sklearn_metrics
from sklearn.naive_bayes import GaussianNB

from medresample import metrics
from medresample.compare import ComparisonResult, compare_samplers
from medresample.compare._scoring import check_scoring
from medresample.compare._statistics import corrected_t
from medresample.metrics import CLINICAL
from medresample.over_sampling import RandomOverSampler

N = 120
RNG = np.random.default_rng(0)
ILL = RNG.random(N) < 0.25
X = pd.DataFrame(RNG.normal(size=(N, 3)) + 0.9 * ILL[:, None], columns=["a", "b", "c"])
Y = np.where(ILL, "ill", "well")  # the positive class sorts first


def compare(scoring, y=Y, samplers=None, **settings):
    samplers = {"over": RandomOverSampler()} if samplers is None else samplers
    settings = {"cv": 2, "n_repeats": 1, "progress": False, **settings}
    return compare_samplers(samplers, GaussianNB(), X, y, scoring=scoring, **settings)


def cost(estimator, X, y):
    """A missed patient costs ten."""
    missed = (estimator.predict(X) == "well") & (y == "ill")
    return -(10 * missed.sum() + ((estimator.predict(X) == "ill") & (y == "well")).sum()) / len(y)


def only_on_a(estimator, X, y):
    return float(X["a"].mean())


SCORERS = {
    "roc_auc": "roc_auc",
    "neg_brier_score": "neg_brier_score",
    "recall": "recall",
    "jaccard": "jaccard",
    "neg_ace": "neg_ace",
    "f2": sklearn_metrics.make_scorer(sklearn_metrics.fbeta_score, beta=2, pos_label="ill"),
    "cost": cost,
    "of_the_table": only_on_a,
}


@pytest.fixture(scope="module")
def found():
    return compare({**SCORERS, "auroc": "auroc", "brier": CLINICAL["brier"]}, threshold=0.3)


def by_hand(part, table):
    """The scores of one fold, written with functions of labels."""
    y, risk, told = part["y"].to_numpy(), part["risk"].to_numpy(), part["decision"].to_numpy()
    ill, wrong = (y & told).sum(), (y ^ told).sum()
    return {
        "roc_auc": sklearn_metrics.roc_auc_score(y, risk),
        "neg_brier_score": -np.mean((risk - y) ** 2),
        "recall": ill / y.sum(),
        "jaccard": ill / (ill + wrong),
        "neg_ace": -metrics.adaptive_calibration_error(y, risk),
        "f2": 5 * ill / (5 * ill + 4 * (y & ~told).sum() + (~y & told).sum()),
        "cost": -(10 * (y & ~told).sum() + (~y & told).sum()) / len(y),
        "of_the_table": table["a"].iloc[part["row"]].mean(),
    }


def test_scores_are_those_of_the_predictions_of_each_fold(found):
    assert found.metrics_ == (*SCORERS, "auroc", "brier")
    for (sampler, fold), part in found.predictions_.groupby(["sampler", "fold"], observed=True):
        folds = found.folds_
        row = folds[(folds["sampler"] == sampler) & (folds["fold"] == fold)].iloc[0]
        for name, value in by_hand(part, X).items():
            assert row[name] == pytest.approx(value, abs=1e-12), (sampler, name)
    assert (found.folds_["unscored"] == "").all()


def test_they_enter_means_differences_and_the_best(found):
    wide = found.folds_.pivot(index="fold", columns="sampler", values="cost")
    table = found.summary("cost").set_index("sampler")
    np.testing.assert_allclose(found.summary().set_index("sampler")["cost"], table["value"])
    d = (wide["over"] - wide["none"]).to_numpy()
    expected = corrected_t(d, found.data_["ratio_test_train"])
    assert tuple(table.loc["over", ["difference", "low", "high", "p_value"]]) == pytest.approx(
        expected
    )
    assert set(table["basis"]) == {"corrected t"}
    assert found.best("cost").value == wide.mean().max()  # more is better
    least = found.summary()["brier"].min()
    assert found.best("neg_brier_score").value == pytest.approx(-least)


def test_ropes_are_those_of_the_scale_and_can_be_given():
    p = ILL.mean()
    ropes = compare(["roc_auc", "neg_brier_score", cost]).ropes_
    assert ropes == pytest.approx(
        {"roc_auc": 0.01, "neg_brier_score": 0.01 * p * (1 - p), "cost": 0.01}
    )
    assert compare(["roc_auc", cost], rope={"cost": 2}).ropes_ == {"roc_auc": 0.01, "cost": 2}
    one = compare({"cost": cost}, rope=30.0).summary("cost").set_index("sampler")
    assert one.loc["over", "p_equivalent"] > 0.99


def test_the_preset_can_be_one_of_several():
    found = compare(["clinical", cost, "accuracy"], samplers={})
    assert found.metrics_ == (*CLINICAL, "cost", "accuracy")
    same = compare("clinical", samplers={})
    pd.testing.assert_frame_equal(found.folds_[list(CLINICAL)], same.folds_[list(CLINICAL)])


def test_a_renamed_score_of_the_preset_is_that_score():
    found = compare({"area": "auroc", "slope": "calibration_slope"})
    plain = compare(["auroc", "calibration_slope"])
    for name, other in (("area", "auroc"), ("slope", "calibration_slope")):
        columns = ["value", "difference", "low", "high", "basis"]
        pd.testing.assert_frame_equal(found.summary(name)[columns], plain.summary(other)[columns])
    assert found.score("slope").ideal == 1


def test_without_a_value_there_is_a_reason_and_no_failure():
    def refuses(estimator, X, y):
        raise RuntimeError("not for\nthis fold")

    def asks_of_others(estimator, X, y):
        return estimator.predict_proba(X.iloc[:5])[0, 0]

    def warns(estimator, X, y):
        import warnings

        warnings.warn("a rare case", UserWarning, stacklevel=1)
        return np.nan

    scorers = {"refuses": refuses, "others": asks_of_others, "warns": warns, "list": lambda *_: [1]}
    found = compare({**scorers, "r2": "r2", "auroc": "auroc"}, samplers={})
    folds = found.folds_
    assert set(folds["status"]) == {"ok"}
    assert folds[["refuses", "others", "warns", "list"]].isna().all().all()
    assert folds["auroc"].notna().all()
    for text in folds["unscored"]:
        assert "refuses: RuntimeError: not for this fold" in text
        assert "others: ValueError: a scorer can ask only about the test rows" in text
        assert "warns: the scorer gave nan" in text
        assert "list: TypeError" in text
    assert folds["warnings"].str.contains("warns: UserWarning: a rare case").all()
    assert np.isnan(found.summary("refuses")["value"]).all()
    assert found.best("auroc").sampler


def test_the_answers_keep_the_order_of_risks_and_the_threshold():
    seen = []

    def look(estimator, X, y):
        assert estimator.classes_.tolist() == ["ill", "well"]
        risks, zero = estimator.predict_proba(X), estimator.decision_function(X)
        seen.append((estimator.predict(X), risks, zero))
        return 0

    found = compare({"look": look}, samplers={}, threshold=0.2)
    parts = found.predictions_.query("sampler == 'none'").groupby("fold")
    looked = seen[::3]  # beside those of the two other controls
    for (told, risks, zero), (_, part) in zip(looked, parts, strict=True):
        np.testing.assert_allclose(risks[:, 0], part["risk"])
        np.testing.assert_array_equal(told == "ill", part["decision"])
        np.testing.assert_array_equal(zero < 0, part["decision"])  # "well" sorts last
        np.testing.assert_array_equal(np.argsort(-zero), np.argsort(part["risk"].to_numpy()))


def test_scores_survive_saving(found, tmp_path):
    back = ComparisonResult.load(found.save(tmp_path / "result.zip"))
    for name in ("cost", "auroc", "brier"):
        pd.testing.assert_frame_equal(back.summary(name), found.summary(name))
        assert back.score(name).direction == found.score(name).direction
    assert back.best("cost") == found.best("cost")


@pytest.mark.parametrize(
    ("scoring", "words"),
    [
        ("auc", "Unknown score 'auc'"),
        (["auroc", "auroc"], "names 'auroc' twice"),
        ([lambda *_: 1], "A lambda has no name"),
        ({"fold": "auroc"}, "'fold' is a column of the tables"),
        ({"n_test": "auroc"}, "'n_test' is a column of the tables"),
        ({1: "auroc"}, "named by strings"),
        ([], "names no score"),
        (None, "scoring must be"),
        (sklearn_metrics.roc_auc_score, "takes labels, not a model"),
        (metrics.auroc, "takes labels, not a model"),
        (metrics.Metric("x", "x", None, False, 1, None), "no score of medresample.metrics"),
    ],
)
def test_what_is_no_score_is_refused_in_words(scoring, words):
    with pytest.raises((ValueError, TypeError), match=words):
        check_scoring(scoring)
