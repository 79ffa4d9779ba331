"""Laws of the balanced ensembles: what members see, what the cascade drops, what is summed."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.exceptions import NothingToDoWarning

BOTH = [EasyEnsembleClassifier, BalanceCascadeClassifier]
either = pytest.mark.parametrize("classifier", BOTH, ids=["easy", "cascade"])
threshold_rules = pytest.mark.parametrize("threshold", ["half_alpha", "sum_theta"])


class Watched(BalanceCascadeClassifier):
    """A cascade that remembers which rows were left after each stage."""

    def _pass_on(self, training, stage):
        super()._pass_on(training, stage)
        self.left_ = [*getattr(self, "left_", []), np.concatenate(self.remaining_)]


def _noise(n_rows, n_smaller, *, seed=0, n_columns=2):
    """A table whose columns say nothing of the class, nor does the place of a row."""
    random = np.random.default_rng(seed)
    y = random.permutation(np.arange(n_rows) < n_smaller).astype(int)
    return random.normal(size=(n_rows, n_columns)), y


# -- what members are given --------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_worked_example(seed, blobs):
    """50 and 450 rows, four members: 450, 216, 104, 50 rows before each of them."""
    X, y = blobs((450, 50), seed=seed)
    model = BalanceCascadeClassifier(n_rounds=2, random_state=seed).fit(X, y)
    report = model.cascade_report_
    assert report["stage"].tolist() == [0, 1, 2, 3]
    assert report["label"].tolist() == [0] * 4
    assert report["negatives_before"].tolist() == [450, 216, 104, 50]
    assert report["rows_removed"].tolist() == [234, 112, 54, 0]
    np.testing.assert_allclose(report["rate_wanted"], 0.480750, atol=1e-6)
    assert [len(rows) for rows in model.remaining_] == [50, 50]


@pytest.mark.filterwarnings("ignore::medresample.exceptions.RepeatedMembersWarning")
@either
@given(data=st.data())
def test_a_member_is_given_the_smallest_class_and_as_many_of_every_other(classifier, data):
    sizes = data.draw(st.lists(st.integers(2, 30), min_size=2, max_size=4, unique=True))
    seed = data.draw(st.integers(0, 2**32 - 1))
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = np.random.default_rng(seed).normal(size=(len(y), 2))
    model = classifier(3, n_rounds=1, random_state=seed).fit(X, y)
    smallest = int(np.argmin(sizes))
    for rows in model.estimators_samples_:
        assert (np.diff(rows) > 0).all()  # no row twice
        assert np.bincount(y[rows]).tolist() == [min(sizes)] * len(sizes)
        assert set(np.flatnonzero(y == smallest)) <= set(rows.tolist())


def test_every_row_is_as_likely_to_be_drawn():
    """80 rows, 20 drawn by each of 400 members: 100 +- 8.7 times each."""
    X, y = _noise(100, 20)
    model = EasyEnsembleClassifier(400, n_rounds=1, random_state=0).fit(X, y)
    drawn = np.bincount(np.concatenate(model.estimators_samples_), minlength=100)[y == 0]
    assert abs(drawn - 100).max() < 4.5 * 8.7
    assert drawn.std() == pytest.approx(8.7, rel=0.25)


def test_two_members_are_drawn_independently():
    """Of the 20 rows of one member another has 5 of 80 by chance."""
    X, y = _noise(100, 20)
    model = EasyEnsembleClassifier(100, n_rounds=1, random_state=0).fit(X, y)
    larger = [set(rows[y[rows] == 0].tolist()) for rows in model.estimators_samples_]
    shared = [len(one & other) for one, other in pairwise(larger)]
    assert np.mean(shared) == pytest.approx(5, abs=0.7)  # four standard errors


# -- what the cascade drops --------------------------------------------------------------------


def test_nothing_is_dropped_before_there_is_a_model():
    """Over some seeds the first member is given every row of the larger class."""
    X, y = _noise(100, 20)
    seen = set()
    for seed in range(60):
        model = BalanceCascadeClassifier(2, n_rounds=1, random_state=seed).fit(X, y)
        seen |= set(model.estimators_samples_[0].tolist())
    assert seen == set(range(100))


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
@pytest.mark.parametrize("constant", [False, True], ids=["noise", "all rows alike"])
def test_the_order_of_the_rows_in_the_file_does_not_matter(constant):
    """Dropped rows come from all over the file; if no member can tell rows apart, by chance."""
    X, y = _noise(90, 10)
    if constant:
        X = np.zeros_like(X)
    negatives = np.flatnonzero(y == 0)
    left = np.zeros(90)
    for seed in range(150):
        model = BalanceCascadeClassifier(3, n_rounds=1, random_state=seed).fit(X, y)
        left[model.remaining_[0]] += 1
    halves = [half.mean() for half in np.array_split(left[negatives], 2)]
    # 10 of 80 rows are left: 18.75 times each, and for the mean of 40 rows a standard error of 0.5
    assert halves == pytest.approx([18.75, 18.75], abs=2 if constant else 4)
    assert left[negatives].min() > (5 if constant else -1)


@given(seed=st.integers(0, 2**32 - 1), sizes=st.permutations([60, 30, 9]))
def test_dropped_rows_never_return_and_the_smallest_class_stays(seed, sizes):
    y = np.random.default_rng(seed).permutation(np.repeat([0, 1, 2], sizes))
    X = np.random.default_rng(seed + 1).normal(size=(99, 2)) + y[:, None]
    model = Watched(4, n_rounds=2, random_state=seed).fit(X, y)
    before = set(range(99))
    for rows, left in zip(model.estimators_samples_, model.left_, strict=True):
        assert set(rows.tolist()) <= before
        assert set(left.tolist()) <= before
        assert set(np.flatnonzero(y == np.argmin(sizes))) <= set(left.tolist())
        before = set(left.tolist())
    assert [len(rows) for rows in model.remaining_] == [9, 9, 9]


@either
def test_the_table_and_the_labels_are_left_as_they_were(classifier, blobs):
    X, y = blobs((60, 12))
    before = X.copy(), y.copy()
    classifier(3, n_rounds=2, random_state=0).fit(X, y).predict(X)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_the_rows_that_a_member_is_surest_about_leave(blobs):
    X, y = blobs((200, 25))
    model = Watched(3, n_rounds=5, random_state=0).fit(X, y)
    before = np.arange(len(y))
    for member, left, line in zip(model.members_, model.left_, model.cascade_report_, strict=True):
        score = member.scores(X, model.classes_)[:, 1]
        negatives = before[y[before] == 0]
        gone = np.setdiff1d(negatives, left)
        stays = np.intersect1d(negatives, left)
        assert score[gone].max(initial=-1) <= score[stays].min()
        if len(gone):
            middle = (score[gone].max() + score[stays].min()) / 2
            assert line["threshold"] == pytest.approx(middle, rel=1e-12)
        assert line["rate_reached"] == np.mean(score[negatives] >= line["threshold"])
        before = left


def test_each_of_several_classes_shrinks_at_its_own_rate(blobs):
    """Of 320, 80 and 20 rows a quarter, or a half, is left by each of three members."""
    X, y = blobs((80, 20, 320))
    report = BalanceCascadeClassifier(3, n_rounds=2, random_state=0).fit(X, y).cascade_report_
    lines = report[["stage", "label", "negatives_before"]].tolist()
    assert lines == [(0, 0, 80), (0, 2, 320), (1, 0, 40), (1, 2, 80), (2, 0, 20), (2, 2, 20)]
    np.testing.assert_allclose(report["rate_wanted"], [0.5, 0.25] * 3)


def test_one_member_drops_nothing(blobs):
    X, y = blobs((60, 12))
    model = BalanceCascadeClassifier(1, random_state=0).fit(X, y)
    assert len(model.cascade_report_) == 0
    np.testing.assert_array_equal(np.sort(np.concatenate(model.remaining_)), np.arange(72))
    easy = EasyEnsembleClassifier(1, random_state=0).fit(X, y)
    np.testing.assert_array_equal(model.decision_function(X), easy.decision_function(X))


@pytest.mark.parametrize("sizes", [(20, 20), (11, 11, 11)])
def test_a_cascade_on_balanced_classes_is_one_member_and_says_so(sizes, blobs):
    X, y = blobs(sizes)
    with pytest.warns(NothingToDoWarning, match="nothing to balance"):
        model = BalanceCascadeClassifier(5, n_rounds=2, random_state=0).fit(X, y)
    assert len(model.members_) == 1
    assert len(model.cascade_report_) == 0
    np.testing.assert_array_equal(model.estimators_samples_[0], np.arange(len(y)))


def test_easy_ensemble_on_balanced_classes_says_so_and_boosts_as_often_as_asked(blobs):
    X, y = blobs((20, 20))
    with pytest.warns(NothingToDoWarning, match="20 rows each"):
        model = EasyEnsembleClassifier(3, n_rounds=2, random_state=0).fit(X, y)
    assert [rows.tolist() for rows in model.estimators_samples_] == [list(range(40))] * 3
    assert len({tuple(each.alphas) for each in model.estimators_}) == 3  # drawn anew, each time


# -- what is summed ----------------------------------------------------------------------------


@either
@pytest.mark.parametrize("sizes", [(80, 20), (20, 80)])
def test_the_score_is_the_sum_over_all_weak_learners(classifier, sizes, blobs):
    X, y = blobs(sizes)
    model = classifier(3, n_rounds=4, random_state=0).fit(X, y)
    score = np.zeros(len(X))
    positive = int(np.argmin(sizes))
    for boosting in model.estimators_:
        for alpha, learner in zip(boosting.alphas, boosting.learners, strict=True):
            score += alpha * (learner.predict(X.astype(np.float32)) == positive)
    threshold = sum(boosting.alphas.sum() for boosting in model.estimators_) / 2
    sign = 1 if positive == 1 else -1
    np.testing.assert_allclose(sign * model.decision_function(X), score - threshold, atol=1e-10)
    assert model.positive_class_ == positive


@threshold_rules
def test_the_score_is_additive_over_members(threshold, blobs):
    X, y = blobs((150, 20))
    model = BalanceCascadeClassifier(4, threshold=threshold, random_state=0).fit(X, y)
    scores = sum(member.scores(X, model.classes_)[:, 1] for member in model.members_)
    if threshold == "sum_theta":
        at = model.cascade_report_["threshold"].sum()
    else:
        at = sum(member.ceiling for member in model.members_) / 2
    np.testing.assert_allclose(model.decision_function(X), scores - at, atol=1e-10)


def test_the_two_thresholds_order_rows_alike(blobs):
    X, y = blobs((150, 20))
    new, new_y = blobs((90, 30), seed=1)
    aucs = []
    predicted = []
    for threshold in ("half_alpha", "sum_theta"):
        model = BalanceCascadeClassifier(4, threshold=threshold, random_state=0).fit(X, y)
        aucs.append(roc_auc_score(new_y, model.decision_function(new)))
        aucs.append(roc_auc_score(new_y, model.predict_proba(new)[:, 1]))
        predicted.append(model.predict(new))
    assert np.ptp(aucs) < 1e-12
    assert aucs[0] < 1
    assert not np.array_equal(*predicted)


@either
def test_one_member_of_one_round_is_one_tree_on_one_balanced_part(classifier, blobs):
    X, y = blobs((60, 12))
    tree = DecisionTreeClassifier(random_state=0)
    options = {"n_rounds": 1, "weak_learner": tree, "random_state": 5}
    model = classifier(1, boost_by="weight", **options).fit(X, y)
    (rows,) = model.estimators_samples_
    assert np.bincount(y[rows]).tolist() == [12, 12]
    alone = DecisionTreeClassifier(random_state=0).fit(X[rows], y[rows])
    np.testing.assert_array_equal(model.predict(X), alone.predict(X))
    drawn = classifier(1, **options).fit(X, y)
    np.testing.assert_array_equal(drawn.estimators_samples_[0], rows)
    chance = np.random.default_rng(np.random.SeedSequence(5, spawn_key=(0, 1)))
    some = rows[chance.choice(24, 24, p=np.full(24, 1 / 24))]
    alone = DecisionTreeClassifier(random_state=0).fit(X[some], y[some])
    np.testing.assert_array_equal(drawn.predict(X), alone.predict(X))
