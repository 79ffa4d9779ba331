"""The stability report says what can be counted by hand, and refuses what it can not say."""

import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, confusion_matrix, recall_score, roc_auc_score

from medresample.ensemble import (
    BalanceCascadeClassifier,
    EasyEnsembleClassifier,
    StabilityReport,
    _stability,
)
from medresample.exceptions import SamplerInputError


@pytest.fixture(scope="module")
def table(blobs):
    """Rows to learn from and rows to be judged on, of overlapping classes with words for labels."""
    X, y = blobs((300, 60), n_features=3)
    X[:, 1:] = np.random.default_rng(1).normal(size=(len(X), 2))
    words = np.array(["well", "ill"])[y]
    return X[:180], words[:180], X[180:], words[180:]


def fitted(table, kind=EasyEnsembleClassifier, n=3, **settings):
    model = kind(n, random_state=0, **({"n_rounds": 4} | settings))
    return model.fit(table[0], table[1])


def votes_by_hand(boosting, X, code):
    """Sum up the weights of the learners of a boosting that vote for a class."""
    total = np.zeros(len(X))
    for learner, alpha in zip(boosting.learners, boosting.alphas, strict=True):
        total += alpha * (learner.predict(X) == code)
    return total


def three_scores(truth, said, score):
    return recall_score(truth, said), recall_score(~truth, ~said), roc_auc_score(truth, score)


def test_each_member_is_judged_by_its_own_votes_and_half_of_them(table):
    model = fitted(table)
    report = model.stability_report(*table[2:])
    ill, code = table[3] == "ill", list(model.classes_).index("ill")
    for boosting, row in zip(model.estimators_, report.members_, strict=False):
        votes = votes_by_hand(boosting, table[2], code)
        said = votes >= boosting.alphas.sum() / 2
        assert row.tolist()[1:] == pytest.approx(three_scores(ill, said, votes))
    assert report.members_["member"].tolist() == ["0", "1", "2", "ensemble"]
    assert report.positive_class == "ill"
    assert (report.n_rows, report.ensemble) == (180, "EasyEnsembleClassifier")


@pytest.mark.parametrize("labels", [("well", "ill"), ("healthy", "sick"), (0, 1), (False, True)])
def test_the_last_row_is_the_ensemble_as_it_predicts(table, labels):
    names = dict(zip(("well", "ill"), labels, strict=True))
    X, y, X_new, y_new = table
    y, y_new = (np.array([names[label] for label in part]) for part in (y, y_new))
    model = EasyEnsembleClassifier(3, n_rounds=4, random_state=0).fit(X, y)
    ill = y_new == labels[1]
    score = model.decision_function(X_new) * (1 if model.classes_[1] == labels[1] else -1)
    expected = three_scores(ill, model.predict(X_new) == labels[1], score)
    report = model.stability_report(X_new, y_new)
    assert report.members_[-1].tolist()[1:] == pytest.approx(expected)
    assert repr(report.positive_class) in str(report)


def test_settling_follows_the_staged_predictions(table):
    model = fitted(table, n=5)
    X, y = table[2:]
    settling = model.stability_report(X, y).settling_
    said = list(model.staged_predict(X))
    shares = list(model.staged_predict_proba(X))
    assert settling["n_members"].tolist() == [1, 2, 3, 4, 5]
    for n, row in enumerate(settling):
        score = shares[n][:, list(model.classes_).index("ill")]
        expected = three_scores(y == "ill", said[n] == "ill", score)
        assert row[["sensitivity", "specificity", "auroc"]].tolist() == pytest.approx(expected)
    assert np.isnan(settling[["changed", "moved"]][0].tolist()).all()
    for n in range(1, 5):
        assert settling["changed"][n] == pytest.approx(np.mean(said[n] != said[n - 1]))
        assert settling["moved"][n] == pytest.approx(np.mean(np.abs(shares[n] - shares[n - 1])))


def test_the_first_member_settles_as_it_does_alone_and_the_last_as_the_ensemble(table):
    report = fitted(table).stability_report(*table[2:])
    names = ["sensitivity", "specificity", "auroc"]
    assert report.settling_[names][0].tolist() == report.members_[names][0].tolist()
    assert report.settling_[names][-1].tolist() == report.members_[names][-1].tolist()


def test_agreement_and_kappa_are_those_of_scikit_learn(table):
    model = fitted(table)
    report = model.stability_report(*table[2:])
    code = list(model.classes_).index("ill")
    said = [
        votes_by_hand(boosting, table[2], code) >= boosting.alphas.sum() / 2
        for boosting in model.estimators_
    ]
    for (i, j), share in np.ndenumerate(report.agreement_):
        assert share == pytest.approx(np.mean(said[i] == said[j]))
        assert report.kappa_[i, j] == pytest.approx(cohen_kappa_score(said[i], said[j]))
    assert (np.diag(report.agreement_) == 1).all()
    off = ~np.eye(3, dtype=bool)
    assert (report.kappa_[off] < report.agreement_[off]).all()


def test_agreement_does_not_depend_on_how_many_rows_are_counted_together(table, monkeypatch):
    model = fitted(table)
    expected = model.stability_report(*table[2:])
    monkeypatch.setattr(_stability, "TOGETHER", 7)
    found = model.stability_report(*table[2:])
    np.testing.assert_array_equal(found.agreement_, expected.agreement_)
    np.testing.assert_array_equal(found.kappa_, expected.kappa_)


def test_the_spread_is_that_of_the_members_without_the_ensemble(table):
    report = fitted(table, n=4).stability_report(*table[2:])
    members = pd.DataFrame(report.members_).iloc[:-1].drop(columns="member")
    spread = pd.DataFrame(report.spread_).set_index("score")
    for name in ("sensitivity", "specificity", "auroc"):
        told = members[name].agg(["mean", "std", "min", "max"]).tolist()
        assert spread.loc[name].tolist() == pytest.approx(told)


def test_a_single_member_has_no_one_to_be_compared_with(table):
    report = fitted(table, n=1).stability_report(*table[2:])
    assert np.isnan(report.spread_["standard_deviation"]).all()
    assert report.agreement_.tolist() == report.kappa_.tolist() == [[1.0]]
    assert "with 1 member on 180 rows" in str(report)
    assert "Members alone" not in str(report)


def test_more_classes_are_scored_one_against_the_rest(multiclass):
    X, y = multiclass
    model = EasyEnsembleClassifier(3, n_rounds=3, random_state=0).fit(X[::2], y[::2])
    X_new, y_new = X[1::2] + 0.5, y[1::2]
    report = model.stability_report(X_new, y_new)
    cells = confusion_matrix(y_new, model.predict(X_new))
    missed, false = cells.sum(axis=1) - cells.diagonal(), cells.sum(axis=0) - cells.diagonal()
    others = cells.sum() - cells.diagonal() - missed - false
    expected = (
        np.mean(cells.diagonal() / cells.sum(axis=1)),
        np.mean(others / (others + false)),
        roc_auc_score(y_new, model.predict_proba(X_new), multi_class="ovr", average="macro"),
    )
    assert report.members_[-1].tolist()[1:] == pytest.approx(expected)
    votes = np.stack(
        [votes_by_hand(model.estimators_[1], X_new, code) for code in range(3)], axis=1
    )
    alone = roc_auc_score(
        y_new, votes / votes.sum(axis=1, keepdims=True), multi_class="ovr", average="macro"
    )
    assert report.members_["auroc"][1] == pytest.approx(alone)
    said = [model.members_[i].scores(X_new, model.classes_).argmax(axis=1) for i in (0, 2)]
    assert report.kappa_[0, 2] == pytest.approx(cohen_kappa_score(*said))
    assert report.positive_class is None
    assert "macro averages" in str(report)


def test_members_of_another_kind_are_judged_by_what_they_predict(table):
    model = fitted(table, estimator=LogisticRegression())
    report = model.stability_report(*table[2:])
    ill = table[3] == "ill"
    for member, row in zip(model.estimators_, report.members_, strict=False):
        score = member.predict_proba(table[2])[:, list(model.classes_).index("ill")]
        expected = three_scores(ill, member.predict(table[2]) == "ill", score)
        assert row.tolist()[1:] == pytest.approx(expected)


def test_a_stage_with_a_threshold_of_its_own_decides_by_it(table):
    model = fitted(table, BalanceCascadeClassifier, threshold="sum_theta")
    report = model.stability_report(*table[2:])
    ill, code = table[3] == "ill", list(model.classes_).index("ill")
    for stage, theta in enumerate(model.cascade_report_["threshold"]):
        said = votes_by_hand(model.estimators_[stage], table[2], code) >= theta - 1e-9
        assert report.members_["sensitivity"][stage] == pytest.approx(recall_score(ill, said))
        assert report.members_["specificity"][stage] == pytest.approx(recall_score(~ill, ~said))


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
def test_members_that_all_say_one_class_have_no_kappa(table):
    never = DummyClassifier(strategy="constant", constant="well")
    report = fitted(table, estimator=never).stability_report(*table[2:])
    assert (report.agreement_ == 1).all()
    assert np.isnan(report.kappa_).all()
    assert report.members_["auroc"].tolist() == [0.5] * 4
    assert "kappa" not in str(report)


def test_the_time_is_the_median_of_five_predictions_per_row(table, monkeypatch):
    model = fitted(table)
    ticks = iter([0, 7, 10, 11, 20, 23, 30, 39, 40, 42])
    monkeypatch.setattr(_stability, "perf_counter", lambda: next(ticks))
    report = model.stability_report(*table[2:])
    assert report.seconds_per_row_ == pytest.approx(np.median([7, 1, 3, 9, 2]) / 180)
    assert "takes 1.67e+04 microseconds per row" in str(report)
    assert next(ticks, None) is None


def test_the_report_is_the_same_for_any_number_of_jobs(table):
    model = fitted(table)
    one = model.stability_report(*table[2:])
    two = model.set_params(n_jobs=2).stability_report(*table[2:])
    for name in ("members_", "spread_", "agreement_", "kappa_"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_it_takes_a_dataframe_and_a_series(table):
    model = fitted(table)
    frame, series = pd.DataFrame(table[2]), pd.Series(table[3], index=np.arange(180) + 7)
    found = model.stability_report(frame, series)
    expected = model.stability_report(*table[2:])
    np.testing.assert_array_equal(found.members_, expected.members_)


def test_it_says_it_in_words(table):
    report = fitted(table).stability_report(*table[2:])
    together = report.members_[-1]
    said = str(report)
    assert f"sensitivity {together['sensitivity']:.3f}" in said
    assert f"AUROC {together['auroc']:.3f} (of 'ill')" in said
    low, high = report.spread_["lowest"][2], report.spread_["highest"][2]
    assert f"AUROC {low:.3f} to {high:.3f}" in said
    pairs = report.agreement_[np.triu_indices(3, 1)]
    assert f"for {pairs.mean():.1%} of the rows" in said
    assert f"the class of {report.settling_['changed'][-1]:.1%} of the rows" in said
    assert repr(report) == "StabilityReport(EasyEnsembleClassifier, members=3, rows=180)"


def test_it_is_a_record(table):
    report = fitted(table).stability_report(*table[2:])
    with pytest.raises(FrozenInstanceError):
        report.n_rows = 3
    again = pickle.loads(pickle.dumps(report))
    assert isinstance(again, StabilityReport)
    np.testing.assert_array_equal(again.kappa_, report.kappa_)
    assert pd.DataFrame(report.settling_).shape == (3, 6)


def test_rows_of_one_class_alone_are_refused(table):
    model = fitted(table)
    with pytest.raises(SamplerInputError, match=r"y holds no row of class 'ill'.*all classes"):
        model.stability_report(table[2], np.repeat("well", 180))


def test_an_unknown_class_is_refused(table):
    y = table[3].copy()
    y[3] = "ill?"
    with pytest.raises(SamplerInputError, match=r"'ill\?', which no row.*'ill', 'well'"):
        fitted(table).stability_report(table[2], y)


def test_rows_and_labels_must_be_as_many(table):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        fitted(table).stability_report(table[2], table[3][:-1])


def test_what_is_not_fitted_has_no_members_to_report_on(table):
    with pytest.raises(NotFittedError):
        EasyEnsembleClassifier().stability_report(*table[2:])
