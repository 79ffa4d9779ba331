"""Decisions, probabilities and classes say the same, and no probability saturates."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.ensemble._scores import decisions, levels, probabilities, shares
from medresample.exceptions import NothingToDoWarning

MODELS = {
    "easy": EasyEnsembleClassifier(3, n_rounds=4, random_state=0),
    "cascade": BalanceCascadeClassifier(3, n_rounds=4, random_state=0),
    "sum of thresholds": BalanceCascadeClassifier(
        3, n_rounds=4, threshold="sum_theta", random_state=0
    ),
    "margins": EasyEnsembleClassifier(3, estimator=LogisticRegression(), random_state=0),
    "margins, sum of thresholds": BalanceCascadeClassifier(
        3, estimator=LogisticRegression(), threshold="sum_theta", random_state=0
    ),
}
FLOATS = st.floats(0, 1)


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]


class Flat(ClassifierMixin, BaseEstimator):
    """A classifier whose margins are all zero."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X):
        return np.zeros(len(X))


@pytest.mark.parametrize("sizes", [(80, 20), (20, 80)])
def test_probabilities_are_monotone_and_agree_with_everything(model, sizes, blobs):
    X, y = blobs(sizes)
    new = np.random.default_rng(1).normal(size=(500, 4)) * 3
    model.fit(X, y)
    decision, both = model.decision_function(new), model.predict_proba(new)
    np.testing.assert_allclose(both.sum(axis=1), 1, rtol=1e-15)
    assert ((both >= 0) & (both <= 1)).all()
    np.testing.assert_array_equal(both[:, 1] > 0.5, decision > 0)
    np.testing.assert_array_equal(model.predict(new), model.classes_[(decision > 0).astype(int)])
    np.testing.assert_array_equal(model.predict(new), model.classes_[both.argmax(axis=1)])
    levels, first = np.unique(np.round(decision, 9), return_index=True)
    assert len(levels) > 20
    assert (np.diff(both[first, 1]) > 0).all()


@pytest.mark.parametrize("threshold", ["half_alpha", "sum_theta"])
def test_probabilities_are_those_of_the_formula(threshold, blobs):
    """F / (2t) below the threshold t and 1/2 + (F - t) / (2 (A - t)) above, A the largest score."""
    X, y = blobs((150, 20))
    model = BalanceCascadeClassifier(3, n_rounds=5, threshold=threshold, random_state=0)
    model.fit(X, y)
    score = sum(member.scores(X, model.classes_)[:, 1] for member in model.members_)
    ceiling = sum(boosting.alphas.sum() for boosting in model.estimators_)
    t = model.cascade_report_["threshold"].sum() if threshold == "sum_theta" else ceiling / 2
    assert 0 < t < ceiling
    low, high = score / (2 * t), 0.5 + (score - t) / (2 * (ceiling - t))
    expected = np.where(score < t, low, high)
    probability = model.predict_proba(X)[:, 1]
    np.testing.assert_allclose(probability, expected, rtol=1e-12, atol=1e-12)
    close = 1e-9 * ceiling
    np.testing.assert_array_equal(probability > 1 - 1e-12, score > ceiling - close)
    np.testing.assert_array_equal(probability < 1e-12, score < close)
    assert score.max() > ceiling - close  # so that the line above is not empty


def test_probabilities_of_margins_are_those_of_the_formula(blobs):
    """1/2 + D / (2 (T + |D|)), where D is the sum of the margins of T members."""
    X, y = blobs((80, 20))
    model = EasyEnsembleClassifier(3, estimator=LogisticRegression(), random_state=0).fit(X, y)
    margin = sum(each.decision_function(X) for each in model.estimators_)
    np.testing.assert_allclose(model.decision_function(X), margin, rtol=1e-12)
    expected = 0.5 + margin / (2 * (3 + abs(margin)))
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], expected, rtol=1e-12)


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
@pytest.mark.parametrize("estimator", [DummyClassifier(), Flat()], ids=["shares", "margins"])
@pytest.mark.parametrize("sizes", [(12, 4), (4, 12)])
@pytest.mark.parametrize("n_members", [1, 3, 7])
@pytest.mark.filterwarnings("ignore::medresample.exceptions.RepeatedMembersWarning")
def test_a_tie_goes_to_the_smaller_class_in_every_answer(estimator, sizes, n_members, blobs):
    X, y = blobs(sizes)
    smaller = int(np.argmin(sizes))
    models = [EasyEnsembleClassifier(n_members, estimator=estimator, random_state=0)]
    models += [
        BalanceCascadeClassifier(n_members, estimator=estimator, threshold=rule, random_state=0)
        for rule in ("half_alpha", "sum_theta")
    ]
    for model in models:
        model.fit(X, y)
        assert set(model.predict(X)) == {smaller}
        assert set(model.predict_proba(X).argmax(axis=1)) == {smaller}
        assert ((model.decision_function(X) > 0) == smaller).all()
        np.testing.assert_allclose(model.decision_function(X), 0, atol=1e-12)
        if model.get_params().get("threshold") != "sum_theta":
            np.testing.assert_allclose(model.predict_proba(X), 0.5, atol=1e-12)


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
def test_of_classes_as_large_the_last_is_the_positive_one(blobs):
    X, y = blobs((9, 9))
    with pytest.warns(NothingToDoWarning):
        model = EasyEnsembleClassifier(1, estimator=DummyClassifier(), random_state=0).fit(X, y)
    assert model.positive_class_ == 1
    assert set(model.predict(X)) == {1}
    X, y = blobs((9, 20, 9))
    model = EasyEnsembleClassifier(1, n_rounds=1, random_state=0).fit(X, y)
    assert model.positive_class_ == 2


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
def test_an_even_vote_of_trees_is_a_tie():
    """Two identical rows, one of each class: whatever the trees say, they say of both."""
    X, y = np.zeros((8, 1)), np.repeat([0, 1], [6, 2])
    for seed in range(20):
        model = EasyEnsembleClassifier(2, n_rounds=2, random_state=seed).fit(X, y)
        decision, both = model.decision_function(X), model.predict_proba(X)
        np.testing.assert_array_equal(model.predict(X), (decision > 0).astype(int))
        np.testing.assert_array_equal(model.predict(X), both.argmax(axis=1))


@pytest.mark.parametrize("threshold", ["half_alpha", "sum_theta"])
def test_the_last_stage_is_the_whole(threshold, blobs):
    X, y = blobs((150, 20))
    model = BalanceCascadeClassifier(4, n_rounds=3, threshold=threshold, random_state=0)
    model.fit(X, y)
    _check_stages(model, X, 4)


@pytest.mark.parametrize("sizes", [(80, 20), (20, 80), (50, 24, 12)])
@pytest.mark.parametrize("estimator", [None, LogisticRegression()], ids=["votes", "margins"])
def test_a_stage_is_the_ensemble_of_so_many_members(sizes, estimator, blobs):
    X, y = blobs(sizes)
    model = EasyEnsembleClassifier(4, n_rounds=3, estimator=estimator, random_state=0).fit(X, y)
    stages = _check_stages(model, X, 4)
    for n, (decision, both, labels) in enumerate(stages, start=1):
        alone = EasyEnsembleClassifier(n, n_rounds=3, estimator=estimator, random_state=0)
        alone.fit(X, y)
        np.testing.assert_allclose(decision, alone.decision_function(X), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(both, alone.predict_proba(X), rtol=1e-12)
        np.testing.assert_array_equal(labels, alone.predict(X))


def _check_stages(model, X, n_members):
    stages = [
        *zip(
            model.staged_decision_function(X),
            model.staged_predict_proba(X),
            model.staged_predict(X),
            strict=True,
        )
    ]
    assert len(stages) == n_members
    decision, both, labels = stages[-1]
    np.testing.assert_array_equal(decision, model.decision_function(X))
    np.testing.assert_array_equal(both, model.predict_proba(X))
    np.testing.assert_array_equal(labels, model.predict(X))
    for decision, both, labels in stages:
        best = both.argmax(axis=1) if both.shape[1] > 2 else (decision > 0).astype(int)
        np.testing.assert_array_equal(labels, model.classes_[best])
        np.testing.assert_array_equal(both.argmax(axis=1), best)
    return stages


def test_several_classes_share_the_votes(multiclass):
    X, y = multiclass
    model = EasyEnsembleClassifier(3, n_rounds=4, random_state=0).fit(X, y)
    votes = np.zeros((len(X), 3))
    for boosting in model.estimators_:
        for alpha, learner in zip(boosting.alphas, boosting.learners, strict=True):
            votes[np.arange(len(X)), learner.predict(X.astype(np.float32))] += alpha
    total = votes.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(X), votes / total, rtol=1e-12)
    np.testing.assert_allclose(model.decision_function(X), votes - total / 3, atol=1e-10)
    np.testing.assert_array_equal(model.predict(X), votes.argmax(axis=1))


def test_several_classes_share_what_each_is_ahead_by(multiclass):
    X, y = multiclass
    model = EasyEnsembleClassifier(3, estimator=LogisticRegression(), random_state=0).fit(X, y)
    margin = sum(each.decision_function(X) for each in model.estimators_)
    expected = []
    for means in margin / 3:
        ahead = [mean - max(np.delete(means, code)) for code, mean in enumerate(means)]
        halves = [1 / 2 + gap / (2 * (1 + abs(gap))) for gap in ahead]
        expected.append(np.array(halves) / sum(halves))
    np.testing.assert_allclose(model.decision_function(X), margin, rtol=1e-12)
    np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-12)
    np.testing.assert_array_equal(model.predict(X), margin.argmax(axis=1))


# -- the functions beneath -----------------------------------------------------------------------


@settings(max_examples=200)
@given(one=FLOATS, other=FLOATS, at=FLOATS, ceiling=st.floats(1e-6, 1e6), bounded=st.booleans())
def test_more_score_is_never_less_probability(one, other, at, ceiling, bounded):
    """Strictly more, where the difference is more than rounding."""
    scores, limit = ceiling * np.sort([one, other]), ceiling if bounded else np.inf
    distance = decisions(scores, at * ceiling, limit)
    low, high = probabilities(distance, at * ceiling, limit, 4)
    assert 0 <= low <= high <= 1
    assert (distance > 0).tolist() == [low > 0.5, high > 0.5]
    positive = scores >= at * ceiling - (1e-13 * ceiling if bounded else 0)
    assert (distance > 0).tolist() == positive.tolist()
    if scores[1] - scores[0] > 1e-9 * ceiling:
        assert low < high or (distance[0] > 0 and low > 0.5 and at > 1 - 1e-6)


@given(scores=st.lists(st.floats(-30, 30), min_size=3, max_size=5))
def test_shares_of_margins_keep_the_order_and_sum_to_one(scores):
    margins = np.array([scores])
    (share,) = shares(margins, np.inf)
    assert share.sum() == pytest.approx(1)
    assert (share > 0).all()
    assert (np.argsort(share, kind="stable") == np.argsort(scores, kind="stable")).all() or (
        np.diff(np.sort(scores)).min() < 1e-12
    )


def test_scores_that_only_rounding_tells_apart_are_ties():
    assert 0.1 + 0.2 > 0.3
    assert levels(np.array([0.5, 0.1 + 0.2, 0.3, 0.0])).tolist() == [2, 1, 1, 0]
    assert levels(np.array([1e-9, 0.0, 1.0])).tolist() == [1, 0, 2]
    assert levels(np.zeros(3)).tolist() == [0, 0, 0]
    distance = decisions(np.array([0.3, 0.1 + 0.2, 0.29]), 0.1 + 0.2, 1.0)
    assert (distance > 0).tolist() == [True, True, False]
