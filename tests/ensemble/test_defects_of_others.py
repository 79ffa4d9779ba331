"""What other EasyEnsembles and BalanceCascades do, shown, each beside what ours do.

imbalanced-learn is asked itself; of imbens, which is not at hand, the rule is re-enacted.
"""

from importlib.metadata import version

import numpy as np
import pytest
from imblearn import ensemble as peer
from sklearn.datasets import make_classification

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier

# The day the peer mends one of these, its users are better off, and ours are not to be bothered.
of_the_peer = pytest.mark.skipif(
    not version("imbalanced-learn").startswith("0.14."),
    reason="observed with imbalanced-learn 0.14",
)


@pytest.fixture(scope="module")
def table():
    return make_classification(
        600, 8, n_informative=4, weights=[0.9], flip_y=0.05, class_sep=0.7, random_state=0
    )


@pytest.fixture(scope="module")
def theirs(table):
    return peer.EasyEnsembleClassifier(4, random_state=0).fit(*table)


@of_the_peer
def test_the_peer_averages_probabilities_and_ours_sum_up_votes(table, theirs):
    X, y = table
    members = [each.predict_proba(X)[:, 1] for each in theirs.estimators_]
    np.testing.assert_allclose(theirs.predict_proba(X)[:, 1], np.mean(members, axis=0))
    ours = EasyEnsembleClassifier(4, random_state=0).fit(X, y)
    votes = sum(
        alpha * learner.predict(X.astype(np.float32))
        for boosting in ours.estimators_
        for alpha, learner in zip(boosting.alphas, boosting.learners, strict=True)
    )
    half = sum(boosting.alphas.sum() for boosting in ours.estimators_) / 2
    np.testing.assert_allclose(ours.decision_function(X), votes - half, atol=1e-9)


@of_the_peer
def test_the_members_of_the_peer_do_not_speak_with_the_weight_of_their_learners(table, theirs):
    """In one flat sum a member whose learners are good weighs more than one whose are not."""
    X, _ = table
    flat = sum(
        weight * (2 * learner.predict(X[:, columns]) - 1)
        for bagged, columns in zip(theirs.estimators_, theirs.estimators_features_, strict=True)
        for weight, learner in zip(
            bagged.steps[-1][1].estimator_weights_, bagged.steps[-1][1].estimators_, strict=True
        )
    )
    differs = (flat >= 0) != (theirs.predict_proba(X)[:, 1] >= 0.5)
    order = np.argsort(flat)
    averaged = theirs.predict_proba(X)[order, 1]
    assert differs.any() or (np.diff(averaged) < -1e-6).any()


@of_the_peer
def test_the_peer_boosts_fifty_stumps_and_ours_ten_trees(table, theirs):
    X, y = table
    boosted = [each.steps[-1][1] for each in theirs.estimators_]
    assert [len(each.estimators_) for each in boosted] == [50] * 4
    assert {learner.get_depth() for each in boosted for learner in each.estimators_} == {1}
    ours = EasyEnsembleClassifier(random_state=0).fit(X, y)
    assert [len(each.learners) for each in ours.estimators_] == [10] * 4
    depths = [learner.get_depth() for each in ours.estimators_ for learner in each.learners]
    assert min(depths) > 1


@of_the_peer
def test_all_probabilities_of_the_peer_crowd_around_one_half_and_ours_use_the_whole_range(
    table, theirs
):
    """A boosting of scikit-learn divides its votes by the number of classes, not by their range."""
    X, y = table
    spread = theirs.predict_proba(X)[:, 1]
    assert spread.max() - spread.min() < 0.6
    ours = EasyEnsembleClassifier(random_state=0).fit(X, y).predict_proba(X)[:, 1]
    assert ours.max() - ours.min() > 0.8


# -- BalanceCascade of imbens 0.2.3 --------------------------------------------------------------


def _drop_as_imbens(y, n_members, number, probability):
    """Drop the rows of the larger class that the members so far are surest about.

    Its rate has T where the article has T - 1, and it drops before the first member too, when all
    probabilities are zero.
    """
    negatives = np.flatnonzero(y == 0)
    rate = (np.sum(y == 1) / len(negatives)) ** (1 / n_members)
    n_kept = round(len(negatives) * rate ** (number + 1))
    surest_first = np.argsort(probability[negatives], kind="stable")
    return negatives[np.sort(surest_first[len(negatives) - n_kept :])]


def test_there_rows_are_dropped_in_file_order_before_there_is_a_model_and_here_by_none(table):
    X, y = table
    negatives = np.flatnonzero(y == 0)
    left = _drop_as_imbens(y, 4, 0, np.zeros(len(y)))
    dropped = np.setdiff1d(negatives, left)
    assert len(dropped) > 200
    np.testing.assert_array_equal(dropped, negatives[: len(dropped)])  # the first of the file
    seen = set()
    for seed in range(40):
        model = BalanceCascadeClassifier(n_rounds=1, random_state=seed).fit(X, y)
        assert model.cascade_report_["negatives_before"][0] == len(negatives)
        seen |= set(model.estimators_samples_[0].tolist())
    assert set(dropped.tolist()) <= seen


def test_there_the_rate_leaves_fewer_rows_than_published_and_here_as_many(blobs):
    """50 and 450 rows, T = 4: after three members the article has 50 rows left."""
    X, y = blobs((450, 50))
    n_left = [len(_drop_as_imbens(y, 4, number, np.zeros(500))) for number in range(4)]
    assert n_left == [260, 150, 87, 50]  # 260 for the first member, which is to see all 450
    model = BalanceCascadeClassifier(n_rounds=1, random_state=0).fit(X, y)
    assert model.cascade_report_["negatives_before"].tolist() == [450, 216, 104, 50]


# -- the code that the authors released ----------------------------------------------------------


def _adjusted_as_released(scores, rate):
    """``thresh = sorted(round(n * (1 - f)))``, from 1, and all at least there are kept."""
    ascending = np.sort(scores)
    at = round(len(scores) * (1 - rate))
    if at == 0:
        raise IndexError("MATLAB counts from 1")
    return np.flatnonzero(scores >= ascending[at - 1])


def test_there_ties_keep_too_many_rows_and_here_exactly_as_many_as_the_rate_says(blobs):
    """A member of one tree has two scores only, so most rows are tied."""
    X, y = blobs((450, 50))
    model = BalanceCascadeClassifier(n_rounds=1, random_state=0).fit(X, y)
    first = model.members_[0].scores(X[y == 0], model.classes_)[:, 1]
    assert len(np.unique(first)) == 2
    assert len(_adjusted_as_released(first, (1 / 9) ** (1 / 3))) == 450  # nobody leaves
    assert model.cascade_report_["negatives_before"].tolist() == [450, 216, 104, 50]


@pytest.mark.filterwarnings("ignore::medresample.exceptions.RepeatedMembersWarning")
def test_there_a_nearly_balanced_table_is_an_error_and_here_a_cascade(blobs):
    X, y = blobs((51, 50))
    with pytest.raises(IndexError):
        _adjusted_as_released(np.arange(51.0), (50 / 51) ** (1 / 3))
    model = BalanceCascadeClassifier(4, n_rounds=1, random_state=0).fit(X, y)
    assert model.cascade_report_["negatives_before"].tolist() == [51, 50, 50, 50]
