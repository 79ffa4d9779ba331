"""Scores by name work wherever scikit-learn takes scoring=, and say the same as the functions."""

import pickle

import numpy as np
import pytest
import sklearn
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score, cross_validate
from sklearn.svm import LinearSVC

from medresample import metrics
from medresample.exceptions import UndefinedScoreWarning
from medresample.metrics import CLINICAL, clinical_scorers, get_scorer, get_scorer_names

NAMES = get_scorer_names()
BINARY = [name for name in NAMES if not name.endswith(("_macro", "_multiclass"))]


@pytest.fixture(scope="module")
def two():
    X, y = make_classification(300, 5, weights=[0.8], flip_y=0.2, random_state=0)
    return X, y, LogisticRegression().fit(X, y)


@pytest.fixture(scope="module")
def three():
    X, y = make_classification(
        300, 5, n_informative=3, n_classes=3, weights=[0.5, 0.3], flip_y=0.2, random_state=1
    )
    return X, y, LogisticRegression().fit(X, y)


def direction(name):
    return -1 if name.startswith("neg_") else 1


def test_every_score_of_the_preset_has_a_scorer():
    plain = {name.removeprefix("neg_").removeprefix("abs_").removeprefix("log_") for name in BINARY}
    assert {name.removeprefix("log_") for name in CLINICAL} <= plain
    assert len(clinical_scorers()) == len(CLINICAL)
    assert set(clinical_scorers()) <= set(NAMES)
    assert set(clinical_scorers(average="macro")) <= set(NAMES)


@pytest.mark.parametrize("name", BINARY)
def test_a_scorer_of_two_classes_says_what_the_preset_says(name, two):
    X, y, model = two
    short = name.removeprefix("neg_").removeprefix("abs_log_").removeprefix("abs_")
    found = get_scorer(name)(model, X, y)
    risk = model.predict_proba(X)[:, 1]
    if short == "ace":
        wanted = metrics.adaptive_calibration_error(y, risk)
    else:
        metric = CLINICAL[short]
        call = model.predict(X) == 1
        value = metric.compute(y == 1, risk, call, np.ones((1, len(y))), y.mean())
        wanted = metric.distance(value)[0]
    assert direction(name) * found == pytest.approx(wanted)


@pytest.mark.parametrize("name", BINARY)
def test_names_of_classes_do_not_matter(name, two):
    X, y, model = two
    words = np.array(["well", "ill"])[y]  # "ill" sorts before "well"
    renamed = LogisticRegression().fit(X, words)
    found = get_scorer(name, pos_label="ill")(renamed, X, words)
    assert found == pytest.approx(get_scorer(name)(model, X, y), abs=1e-6)
    truth = LogisticRegression().fit(X, y == 1)
    assert get_scorer(name)(truth, X, y == 1) == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("_macro")])
def test_a_macro_scorer_is_the_mean_of_its_classes(name, three):
    X, y, model = three
    single = name.removesuffix("_macro")
    by_class = []
    for k in range(3):

        class OneAgainstTheRest(LogisticRegression):
            classes_ = np.array([False, True])

            def predict(self, X, k=k):
                return model.predict(X) == k

            def predict_proba(self, X, k=k):
                risk = model.predict_proba(X)[:, k]
                return np.stack([1 - risk, risk], axis=1)

        by_class.append(get_scorer(single)(OneAgainstTheRest().fit(X, y == k), X, y == k))
    assert get_scorer(name)(model, X, y) == pytest.approx(np.mean(by_class))


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("_multiclass")])
def test_a_multiclass_scorer_is_the_function(name, three):
    X, y, model = three
    score = {
        "mcc": metrics.matthews_correlation,
        "balanced_accuracy": metrics.balanced_accuracy,
        "g_mean": metrics.geometric_mean,
        "scaled_brier": metrics.scaled_brier_score,
        "neg_brier": metrics.brier_score,
        "neg_log_loss": metrics.log_loss,
        "neg_ece": metrics.expected_calibration_error,
    }[name.removesuffix("_multiclass")]
    decides = name.startswith(("mcc", "balanced", "g_mean"))
    told = model.predict(X) if decides else model.predict_proba(X)
    wanted = score(y, told, average="multiclass")
    assert direction(name) * get_scorer(name)(model, X, y) == pytest.approx(wanted)


def test_the_whole_preset_in_cross_validate(two, three):
    X, y, _ = two
    found = cross_validate(LogisticRegression(), X, y, scoring=clinical_scorers(), cv=3)
    assert all(np.isfinite(found[f"test_{name}"]).all() for name in clinical_scorers())
    risk = cross_val_score(LogisticRegression(), X, y, scoring="roc_auc", cv=3)
    np.testing.assert_allclose(found["test_auroc"], risk)
    X, y, _ = three
    scorers = clinical_scorers(average="macro", labels=[0, 1, 2])
    found = cross_validate(LogisticRegression(), X, y, scoring=scorers, cv=3)
    assert all(np.isfinite(found[f"test_{name}"]).all() for name in scorers)


def test_a_grid_search_prefers_what_scores_better(two):
    X, y, _ = two
    grid = {"C": [1e-6, 1.0]}
    scoring = get_scorer("neg_brier")
    search = GridSearchCV(LogisticRegression(), grid, scoring=scoring, cv=3).fit(X, y)
    assert search.best_params_ == {"C": 1.0}
    assert search.best_score_ < 0
    assert search.score(X, y) == pytest.approx(scoring(search, X, y))


def test_settings_reach_the_score(two):
    X, y, model = two
    risk = model.predict_proba(X)[:, 1]
    found = get_scorer("net_benefit", threshold=0.4)(model, X, y)
    assert found == metrics.net_benefit(y, risk, threshold=0.4)
    found = get_scorer("neg_ece", n_bins=3, strategy="uniform")(model, X, y)
    assert -found == metrics.expected_calibration_error(y, risk, n_bins=3, strategy="uniform")


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_passed_on(name, two):
    X, y, model = two
    scorer = get_scorer(name)
    times = np.random.default_rng(0).integers(0, 3, len(y))
    repeated = scorer(model, np.repeat(X, times, axis=0), np.repeat(y, times))
    assert scorer(model, X, y, sample_weight=times) == pytest.approx(repeated)


def test_weights_are_routed(two):
    X, y, _ = two
    weight = np.random.default_rng(1).random(len(y))
    split = StratifiedKFold(3)
    with sklearn.config_context(enable_metadata_routing=True):
        scorer = get_scorer("scaled_brier").set_score_request(sample_weight=True)
        model = LogisticRegression().set_fit_request(sample_weight=False)
        given = {"params": {"sample_weight": weight}, "cv": split}
        found = cross_val_score(model, X, y, scoring=scorer, **given)
    by_hand = []
    for train, test in split.split(X, y):
        risk = LogisticRegression().fit(X[train], y[train]).predict_proba(X[test])[:, 1]
        by_hand.append(metrics.scaled_brier_score(y[test], risk, sample_weight=weight[test]))
    np.testing.assert_allclose(found, by_hand)


def test_an_undefined_score_is_missing_with_its_reason(two):
    X, _, model = two
    with pytest.warns(UndefinedScoreWarning, match="needs a positive case"):
        assert np.isnan(get_scorer("sensitivity")(model, X, np.zeros(len(X), dtype=int)))
    with pytest.warns(UndefinedScoreWarning, match="log of the O:E ratio is undefined"):
        assert np.isnan(get_scorer("neg_abs_log_o_to_e")(model, X, np.zeros(len(X), dtype=int)))


def test_errors_in_opposite_directions_do_not_cancel_out(three):
    X, y, model = three
    each = metrics.calibration_slope(y, model.predict_proba(X), average=None)
    found = get_scorer("neg_abs_log_calibration_slope_macro")(model, X, y)
    assert -found == pytest.approx(np.mean(np.abs(np.log(each))))


def test_a_fold_may_lack_a_class_where_the_classes_are_named(three):
    X, y, model = three
    few = y < 2
    scorer = get_scorer("neg_brier_multiclass", labels=[0, 1, 2])
    risks = model.predict_proba(X[few])
    brier = ((risks - np.eye(3)[y[few]]) ** 2).sum(axis=1).mean()
    assert -scorer(model, X[few], y[few]) == pytest.approx(brier)
    with pytest.raises(ValueError, match="name all with labels="):
        get_scorer("neg_brier_multiclass")(model, X[few], y[few])


@pytest.mark.parametrize("name", NAMES)
def test_scorers_are_pickled_and_told_apart(name):
    assert repr(pickle.loads(pickle.dumps(get_scorer(name)))) == repr(get_scorer(name))


def test_bad_requests_are_refused(two, three):
    with pytest.raises(ValueError, match=r"Unknown scorer 'auc'\. There are: .*auroc"):
        get_scorer("auc")
    with pytest.raises(TypeError, match="no setting"):
        get_scorer("net_benefit", treshold=0.1)
    with pytest.raises(TypeError, match="no setting"):
        get_scorer("auroc", average="macro")
    with pytest.raises(ValueError, match="'binary' or 'macro'"):
        clinical_scorers(average="multiclass")
    with pytest.raises(ValueError, match="average='macro'"):
        get_scorer("auroc")(three[2], three[0], three[1])
    X, y, _ = two
    with pytest.raises(AttributeError, match="predict_proba"):
        get_scorer("auroc")(LinearSVC().fit(X, y), X, y)
    words = np.array(["well", "ill"])[y]
    with pytest.raises(ValueError, match="say which one is positive"):
        get_scorer("auroc")(LogisticRegression().fit(X, words), X, words)
