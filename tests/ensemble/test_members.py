"""Members that go on with others, that say nothing, and that are asked alone."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.exceptions import RepeatedMembersWarning, SilentMembersWarning
from medresample.over_sampling import RandomOverSampler
from medresample.under_sampling import KMeansUnderSampler

either = pytest.mark.parametrize(
    "classifier", [EasyEnsembleClassifier, BalanceCascadeClassifier], ids=["easy", "cascade"]
)


def _table(n=160, n_ill=30, seed=0):
    random = np.random.default_rng(seed)
    y = np.repeat([0, 1], [n - n_ill, n_ill])
    return random.normal(size=(n, 4)) + y[:, None], y


class TestGoingOn:
    """Fitting again with warm_start."""

    @either
    def test_only_the_same_columns_will_do(self, classifier):
        X, y = _table()
        model = classifier(2, warm_start=True, random_state=0).fit(X, y)
        before = model.predict_proba(X)
        model.set_params(n_estimators=4)
        with pytest.raises(ValueError, match="2 features"):
            model.fit(X[:, :2], y)
        assert model.n_features_in_ == 4
        np.testing.assert_array_equal(model.predict_proba(X), before)

    @either
    def test_only_the_same_names_will_do(self, classifier):
        X, y = _table()
        model = classifier(2, warm_start=True, random_state=0)
        model.fit(pd.DataFrame(X, columns=list("abcd")), y).set_params(n_estimators=4)
        with pytest.raises(ValueError, match="feature names"):
            model.fit(pd.DataFrame(X, columns=list("dcba")), y)
        assert list(model.feature_names_in_) == list("abcd")

    def test_a_cascade_needs_the_rows_that_it_left(self):
        X, y = _table()
        model = BalanceCascadeClassifier(2, warm_start=True, random_state=0).fit(X, y)
        shuffled = np.random.default_rng(1).permutation(len(y))
        with pytest.raises(ValueError, match="same table"):
            model.set_params(n_estimators=4).fit(X[shuffled], y[shuffled])

    @either
    def test_only_scores_of_one_kind_are_added_up(self, classifier):
        X, y = _table()
        model = classifier(2, warm_start=True, random_state=0).fit(X, y)
        model.set_params(n_estimators=3, estimator=LogisticRegression())
        with pytest.raises(ValueError, match="LogisticRegression"):
            model.fit(X, y)
        assert len(model.members_) == 2


class _Breaks(LogisticRegression):
    def fit(self, X, y, sample_weight=None):
        raise RuntimeError("broken")


@either
def test_a_fit_that_fails_leaves_no_model(classifier):
    X, y = _table()
    model = classifier(random_state=0).fit(X, y).set_params(estimator=_Breaks())
    with pytest.raises(RuntimeError, match="broken"):
        model.fit(X, y)
    with pytest.raises(NotFittedError):
        model.predict(X)


@either
def test_nothing_is_told_before_the_fit(classifier):
    for name in ("positive_class_", "estimators_"):
        with pytest.raises(NotFittedError):
            getattr(classifier(), name)


@either
def test_members_that_tell_no_rows_apart_draw_a_warning(classifier):
    X, y = _table(n_ill=12)
    boosting = HistGradientBoostingClassifier()  # leaves of at least 20 rows, of 24
    with pytest.warns(SilentMembersWarning, match="min_samples_leaf"):
        classifier(2, estimator=boosting, random_state=0).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        boosting = HistGradientBoostingClassifier(min_samples_leaf=5)
        classifier(2, estimator=boosting, random_state=0).fit(X, y)


def test_members_on_the_same_made_rows_draw_a_warning():
    X, y = _table()
    sampler = RandomOverSampler(random_state=0)
    with pytest.warns(RepeatedMembersWarning, match="3 of 4"):
        EasyEnsembleClassifier(sampler=sampler, estimator=LogisticRegression()).fit(X, y)


def test_a_sampler_sees_the_names_of_the_columns():
    X, y = _table()
    frame = pd.DataFrame(X, columns=list("abcd"))
    space = make_column_transformer((StandardScaler(), ["a", "b"]))
    for strategy in ("quota", "centroid"):
        sampler = KMeansUnderSampler(strategy=strategy, n_clusters=3)
        if strategy == "quota":
            sampler.set_params(cluster_space=space)
        model = EasyEnsembleClassifier(2, sampler=sampler, random_state=0).fit(frame, y)
        assert model.score(frame, y) > 0.7


class TestAsked:
    """Members asked for their scores, alone."""

    @either
    def test_a_member_takes_no_table_of_other_columns(self, classifier):
        X, y = _table()
        model = classifier(random_state=0).fit(X, y)
        member = model.members_[0]
        with pytest.raises(ValueError, match="X has 2 columns"):
            member.scores(X[:, :2], model.classes_)
        for other in (pd.DataFrame(X), X.tolist()):
            with pytest.raises(TypeError, match="to_numpy"):
                member.scores(other, model.classes_)


@either
def test_probabilities_of_several_classes_do_not_saturate(classifier):
    random = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], [90, 60, 30])
    X = random.normal(size=(180, 3)) + 3 * np.eye(3)[y]
    model = classifier(2, estimator=LogisticRegression(C=1e6), random_state=0).fit(X, y)
    shares, scores = model.predict_proba(X), model.decision_function(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert 0 < shares.min() < shares.max() < 1
    np.testing.assert_array_equal(shares.argmax(axis=1), scores.argmax(axis=1))
    np.testing.assert_array_equal(shares.argsort(axis=1), scores.argsort(axis=1))


@either
def test_what_is_no_classifier_is_refused(classifier):
    X, y = _table()
    with pytest.raises(ValueError, match="outlier detector"):
        classifier(estimator=IsolationForest()).fit(X, y)


@either
def test_weights_may_be_huge(classifier):
    X, y = _table()
    one = classifier(random_state=0).fit(X, y, sample_weight=np.ones(len(y)))
    huge = classifier(random_state=0).fit(X, y, sample_weight=np.full(len(y), 1e308))
    np.testing.assert_array_equal(one.predict_proba(X), huge.predict_proba(X))


def test_messages_about_spreading_errors_name_the_cascade():
    X, y = _table()
    with pytest.raises(ValueError, match="BalanceCascadeClassifier is expecting"):
        BalanceCascadeClassifier(2).error_propagation(
            X, y, X_test=X[:, :2], y_test=y, n_repeats=1, noise_rates=[0.1]
        )


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
@either
def test_learners_that_want_two_classes_are_not_given_one(classifier):
    X, y = _table(40, 2)  # a draw of 4 rows is of one class in one of eight
    for seed in range(20):
        model = classifier(2, weak_learner=LogisticRegression(), random_state=seed).fit(X, y)
        assert all(len(each.learners) > 0 for each in model.estimators_)
