"""The boosting inside a member: its weights, its guards, and what learners are shown."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier

pytestmark = pytest.mark.filterwarnings("ignore::medresample.exceptions.NothingToDoWarning")


class Actor(ClassifierMixin, BaseEstimator):
    """A learner that misses the rows it is told to: those whose number, in column 0, it has.

    `script` holds for each fit the numbers missed, and `seen` what it was given.
    """

    def __init__(self, script=(), seen=None):
        self.script, self.seen = script, seen

    def __sklearn_clone__(self):
        return Actor(self.script, self.seen)

    def fit(self, X, y, sample_weight=None):
        self.missed_ = set(self.script[len(self.seen)])
        self.seen.append((X[:, 0].astype(int).tolist(), sample_weight))
        return self

    def predict(self, X):
        right = X[:, 1].astype(int)
        misses = [int(number) in self.missed_ for number in X[:, 0]]
        return np.where(misses, (right + 1) % 2, right)


def _play(script, n_rounds, *, by_weight=True, sizes=(4, 4)):
    """Boost ten or so rows with an actor; give the member, and the weights of each round."""
    y = np.repeat(np.arange(len(sizes)), sizes)
    X = np.c_[np.arange(len(y)), y].astype(float)
    seen = []
    model = EasyEnsembleClassifier(
        1,
        n_rounds=n_rounds,
        weak_learner=Actor(script, seen),
        boost_by="weight" if by_weight else "drawing",
        random_state=0,
    ).fit(X, y)
    return model.estimators_[0], seen, model.decision_function(X)


def _alpha(error):
    return 0.5 * np.log((1 - error) / error)


def test_missed_rows_weigh_half_of_all_in_the_next_round():
    boosting, seen, _ = _play([{0}, {1, 4}, {7}], 3)
    weights = [weight / len(weight) for _, weight in seen]
    np.testing.assert_allclose(weights[0], 1 / 8)
    assert weights[1][0] == pytest.approx(1 / 2)
    np.testing.assert_allclose(weights[1][1:], 1 / 14)
    np.testing.assert_allclose(weights[2][[1, 4]], 1 / 4)
    np.testing.assert_allclose(weights[2].sum(), 1)
    third = weights[2][7]
    np.testing.assert_allclose(boosting.alphas, [_alpha(1 / 8), _alpha(2 / 14), _alpha(third)])


def test_the_votes_of_the_worked_example():
    """Errors of 1/8 and 1/7: alphas of 0.973 and 0.896."""
    boosting, _, decision = _play([{0}, {1, 4}], 2)
    np.testing.assert_allclose(boosting.alphas, [0.972955, 0.895880], atol=1e-6)
    # Row 0 is taken for class 1 by the first, rows 1 and 4 for the other class by the second.
    score = np.array([0.972955, 0.895880, 0, 0, 0.972955, 1.868835, 1.868835, 1.868835])
    np.testing.assert_allclose(decision, score - 1.868835 / 2, atol=1e-6)


def test_a_learner_no_better_than_chance_is_replaced_once_from_the_beginning():
    boosting, seen, _ = _play([{0}, {0, 1, 2}, {5}, {6}], 3)
    weights = [weight / len(weight) for _, weight in seen]
    assert weights[1][0] == pytest.approx(1 / 2)  # so that {0, 1, 2} is missed by 9/14
    np.testing.assert_allclose(weights[2], 1 / 8)
    assert weights[3][5] == pytest.approx(1 / 2)
    np.testing.assert_allclose(boosting.alphas[:2], _alpha(1 / 8))
    assert len(seen) == 4
    assert len(boosting.learners) == 3


def test_an_error_of_one_half_is_no_better_than_chance():
    boosting, seen, _ = _play([{0, 1, 4, 5}, {0}, {1}], 2)
    assert len(seen) == 3
    assert len(boosting.learners) == 2


def test_a_second_failure_ends_the_boosting():
    boosting, seen, _ = _play([{0}, {0, 1, 2}, set(range(5)), {1}], 4)
    assert len(seen) == 3
    np.testing.assert_allclose(boosting.alphas, [_alpha(1 / 8)])


def test_each_failure_has_its_own_second_chance():
    bad = set(range(6))
    boosting, seen, _ = _play([{0}, bad, {1}, bad, {2}], 3)
    assert len(seen) == 5
    np.testing.assert_allclose(boosting.alphas, _alpha(1 / 8))


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
def test_there_is_always_a_learner():
    """One that is always wrong is all there is: it has next to no voice, but is heard."""
    bad = set(range(8))
    boosting, seen, decision = _play([bad, bad], 5)
    assert len(seen) == 2
    assert len(boosting.learners) == 1
    assert 0 < boosting.alphas[0] < 1e-6
    assert (decision[:4] > 0).all()
    assert (decision[4:] < 0).all()


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
def test_a_member_that_knows_nothing_does_not_outvote_one_that_does():
    y = np.repeat([0, 1], [40, 4])
    X = np.c_[np.arange(44), y].astype(float)
    every = set(range(44))
    seen = []
    actor = Actor([every, every, {0}], seen)
    model = EasyEnsembleClassifier(2, n_rounds=1, weak_learner=actor, random_state=0).fit(X, y)
    assert len(seen) == 3
    assert (model.predict(X)[1:] == y[1:]).all()


def test_a_learner_without_fault_has_a_large_voice_but_not_the_only_one():
    boosting, seen, _ = _play([set(), {0}, set()], 3)
    np.testing.assert_allclose(boosting.alphas, [_alpha(1e-10), _alpha(1 / 8), _alpha(1e-10)])
    np.testing.assert_allclose(seen[1][1], 1, rtol=1e-9)


def test_rows_are_drawn_by_weight_as_many_as_there_are():
    """Row 0 is missed by the first learner: half of the 200 rows of the second are row 0."""
    (first, _), (second, weight) = _play([{0}, {1}], 2, by_weight=False, sizes=(100, 100))[1]
    assert weight is None
    assert len(first) == len(second) == 200
    assert len(set(first)) == pytest.approx(200 * (1 - np.exp(-1)), abs=20)
    assert second.count(0) == pytest.approx(100, abs=30)


def test_weights_of_rows_are_where_the_boosting_begins():
    """Of each class they make one half, however much it weighs."""
    y = np.repeat([0, 1], [6, 2])
    X = np.c_[np.arange(8), y].astype(float)
    seen = []
    model = EasyEnsembleClassifier(
        1, n_rounds=1, weak_learner=Actor([{0}], seen), boost_by="weight", random_state=0
    )
    given = np.array([1, 2, 3, 4, 5, 6, 10.0, 30.0])
    model.fit(X, y, sample_weight=given)
    ((numbers, weight),) = seen
    zeros = np.array(numbers) < 6
    expected = given[numbers] / np.where(zeros, given[numbers][zeros].sum(), 40) / 2
    np.testing.assert_allclose(weight / 4, expected)


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_more_classes_are_boosted_by_samme(n_classes):
    """A learner is better than chance below an error of 1 - 1/K, and its voice has ln(K - 1)."""
    y = np.repeat(np.arange(n_classes), 10)
    X = np.c_[np.arange(len(y)), y].astype(float)
    n_missed = int(len(y) * (1 - 1 / n_classes)) - 1
    cases = {"better": (set(range(n_missed)), 1), "no better": (set(range(n_missed + 1)), 2)}
    for name, (missed, n_fits) in cases.items():
        seen = []
        actor = Actor([missed, set(range(2))], seen)
        model = EasyEnsembleClassifier(1, n_rounds=1, weak_learner=actor, boost_by="weight")
        model.fit(X, y)
        assert len(seen) == n_fits, name
        error = len(missed if n_fits == 1 else range(2)) / len(y)
        voice = 0.5 * (np.log((1 - error) / error) + np.log(n_classes - 1))
        np.testing.assert_allclose(model.estimators_[0].alphas, [voice])


def test_a_full_tree_by_weight_sees_all_and_says_the_same_each_time(blobs):
    """As the documentation warns: boosting by weight is for pruned learners."""
    X, y = blobs((60, 15))
    model = EasyEnsembleClassifier(2, n_rounds=5, boost_by="weight", random_state=0).fit(X, y)
    for boosting in model.estimators_:
        np.testing.assert_allclose(boosting.alphas, _alpha(1e-10), rtol=1e-6)
    (rows, _) = model.estimators_samples_
    member = model.members_[0]
    said = member.scores(X[rows], model.classes_).argmax(axis=1)
    np.testing.assert_array_equal(said, y[rows])


@pytest.mark.parametrize(
    "learner", [GaussianNB(), LinearSVC(), DecisionTreeClassifier(max_depth=1)]
)
@pytest.mark.parametrize("classifier", [EasyEnsembleClassifier, BalanceCascadeClassifier])
def test_any_classifier_may_be_boosted(learner, classifier, multiclass):
    X, y = multiclass
    names = np.array(["benign", "malignant", "relapse"])[y]
    model = classifier(2, n_rounds=3, weak_learner=learner, random_state=0).fit(X, names)
    assert {type(each) for one in model.estimators_ for each in one.learners} == {type(learner)}
    assert np.mean(model.predict(X) == names) > 0.5
    assert not hasattr(learner, "classes_")


def test_importances_are_the_mean_over_members_of_the_weighted_mean_over_learners(blobs):
    X, y = blobs((60, 15))
    model = EasyEnsembleClassifier(3, n_rounds=4, random_state=0).fit(X, y)
    members = []
    for boosting in model.estimators_:
        voices = zip(boosting.alphas, boosting.learners, strict=True)
        parts = [alpha * learner.feature_importances_ for alpha, learner in voices]
        members.append(np.sum(parts, axis=0) / boosting.alphas.sum())
    np.testing.assert_allclose(model.feature_importances_, np.mean(members, axis=0))
    assert model.feature_importances_.sum() == pytest.approx(1)


def test_learners_that_tell_no_importances_are_named(blobs):
    X, y = blobs((60, 15))
    model = EasyEnsembleClassifier(2, weak_learner=GaussianNB(), random_state=0).fit(X, y)
    assert not hasattr(model, "feature_importances_")
    with pytest.raises(AttributeError, match="GaussianNB does not tell the importances"):
        model.feature_importances_
