"""Score for score, row for row, the ensembles are those of the naive reference."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reference.ensembles import Setting, balance_cascade, easy_ensemble
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier

pytestmark = [
    pytest.mark.filterwarnings("ignore::medresample.exceptions.NothingToDoWarning"),
    pytest.mark.filterwarnings("ignore::medresample.exceptions.RepeatedMembersWarning"),
]

STUMP = DecisionTreeClassifier(max_depth=1)
BOTH = ["easy", "cascade"]


def _table(sizes, n_columns=3, *, seed=0, kind="plain", apart=0.7):
    random = np.random.default_rng(seed)
    y = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = random.normal(size=(len(y), n_columns)) + apart * y[:, None]
    if kind == "integers":
        X = np.rint(2 * X).astype(np.int64)
    elif kind == "twins":  # two values a column, so that most rows are there many times
        X = (X > 0.5).astype(float)
    elif kind == "float32":
        X = X.astype(np.float32)
    elif kind == "holes":
        X[random.random(X.shape) < 0.2] = np.nan
    return X, y


def _weights(y, *, zeros=True, seed=1):
    random = np.random.default_rng(seed)
    weights = random.uniform(0.5, 3, len(y))
    if zeros:
        weights[random.random(len(y)) < 0.2] = 0
    return weights


def _patients(y, seed=2):
    return np.random.default_rng(seed).integers(0, max(2, len(y) // 4), len(y))


def _ours(kind, n_members, setting, threshold, groups):
    more = {"threshold": threshold} if kind == "cascade" else {}
    classifier = {"easy": EasyEnsembleClassifier, "cascade": BalanceCascadeClassifier}[kind]
    return classifier(
        n_members,
        n_rounds=setting.n_rounds,
        weak_learner=setting.learner,
        boost_by="weight" if setting.by_weight else "drawing",
        draw_by="row" if groups is None else "group",
        random_state=setting.seed,
        **more,
    )


def _compare(kind, X, y, n_members, setting, threshold="half_alpha", weights=None, groups=None):
    """Fit both, and let them agree about everything."""
    ours = _ours(kind, n_members, setting, threshold, groups)
    ours.fit(X, y, sample_weight=weights, groups=groups)
    if kind == "easy":
        theirs = easy_ensemble(X, y, n_members, setting, weights, groups)
    else:
        theirs = balance_cascade(X, y, n_members, setting, weights, groups, threshold)
    assert [rows.tolist() for rows in ours.estimators_samples_] == theirs.samples
    _agree_about_members(ours, theirs)
    _agree_about_scores(ours, theirs, X)
    if kind == "cascade":
        _agree_about_stages(ours, theirs)
    return ours, theirs


def _agree_about_members(ours, theirs):
    for boosting, member in zip(ours.estimators_, theirs.members, strict=True):
        np.testing.assert_allclose(boosting.alphas, [alpha for alpha, _ in member], rtol=1e-12)
        for learner, (_, twin) in zip(boosting.learners, member, strict=True):
            if hasattr(twin, "tree_"):
                np.testing.assert_array_equal(learner.tree_.feature, twin.tree_.feature)
                np.testing.assert_array_equal(learner.tree_.threshold, twin.tree_.threshold)


def _agree_about_scores(ours, theirs, X):
    random = np.random.default_rng(9)
    elsewhere = X[random.integers(0, len(X), 50)] + random.normal(size=(50, X.shape[1]))
    for table in (X, elsewhere):
        votes = theirs.votes(table)
        decision = ours.decision_function(table)
        if theirs.n_classes > 2:
            even = votes.sum(axis=1, keepdims=True) / theirs.n_classes
            np.testing.assert_allclose(decision, votes - even, rtol=1e-12, atol=1e-10)
            best = votes > votes.max(axis=1, keepdims=True) - 1e-10
            assert best[np.arange(len(table)), ours.predict(table)].all()
            continue
        score = votes[:, theirs.positive]
        sign = 1 if theirs.positive == 1 else -1
        expected = sign * (score - theirs.threshold())
        largest = votes.sum(axis=1).max()
        np.testing.assert_allclose(decision, expected, rtol=1e-12, atol=1e-12 * largest)
        # At least the threshold is positive, as in the authors' code; rounding makes no difference.
        is_positive = score >= theirs.threshold() - 1e-12 * largest
        said = np.where(is_positive, theirs.positive, 1 - theirs.positive)
        np.testing.assert_array_equal(ours.predict(table), said)


def _agree_about_stages(ours, theirs):
    for rank, rows in theirs.remaining.items():
        assert ours.remaining_[rank].tolist() == rows
    report = ours.cascade_report_
    if not theirs.thetas:
        assert len(report) == 0
        return
    stages = [(n, rank, size) for n, each in enumerate(theirs.sizes) for rank, size in each.items()]
    assert report[["stage", "label", "negatives_before"]].tolist() == stages
    assert report["rows_removed"].tolist() == [len(rows) for rows in theirs.removed]
    of_last = report["label"] == max(theirs.sizes[0])
    np.testing.assert_allclose(report["threshold"][of_last], theirs.thetas, rtol=1e-12, atol=1e-12)


SIZES = {
    "30 rows": (22, 8),
    "the first class is the smaller": (9, 40),
    "one row in the smallest": (12, 1),
    "balanced": (15, 15),
    "600 rows": (540, 60),
    "three classes": (60, 25, 12),
    "four classes, two smallest": (40, 10, 22, 10),
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("name", SIZES)
def test_tables_of_all_sizes(kind, name):
    X, y = _table(SIZES[name])
    _compare(kind, X, y, 3, Setting(n_rounds=4))


@pytest.mark.parametrize("kind", BOTH)
def test_as_published(kind):
    """T = 4, s = 10, trees grown to the end."""
    X, y = _table((180, 20))
    ours, _ = _compare(kind, X, y, 4, Setting())
    assert [len(each.learners) for each in ours.estimators_] == [10] * 4


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("table", ["integers", "twins", "float32"])
@pytest.mark.parametrize("sizes", [(50, 14), (40, 20, 9)])
def test_ties_twins_and_whole_numbers(kind, table, sizes):
    X, y = _table(sizes, kind=table)
    _compare(kind, X, y, 4, Setting(n_rounds=3, seed=7))


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("sizes", [(60, 14), (40, 20, 9)])
def test_missing_values(kind, sizes):
    X, y = _table(sizes, kind="holes")
    _compare(kind, X, y, 3, Setting(n_rounds=5))


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(("n_members", "n_rounds"), [(1, 1), (1, 5), (2, 1), (6, 2)])
def test_few_members_and_rounds(kind, n_members, n_rounds):
    X, y = _table((70, 18))
    _compare(kind, X, y, n_members, Setting(n_rounds=n_rounds))


LEARNERS = {
    "stump": (STUMP, False),
    "stump by weight": (STUMP, True),
    "leaves of 8 by weight": (DecisionTreeClassifier(min_samples_leaf=8), True),
    "leaves of 4": (DecisionTreeClassifier(min_samples_leaf=4), False),
    "splits of 6": (DecisionTreeClassifier(min_samples_split=6), False),
    "random splits": (DecisionTreeClassifier(splitter="random"), False),
    "some columns": (DecisionTreeClassifier(max_features=1), False),
    "weighted classes": (DecisionTreeClassifier(class_weight={0: 1, 1: 3}), False),
    "balanced classes": (DecisionTreeClassifier(class_weight="balanced"), False),
    "pruned": (DecisionTreeClassifier(ccp_alpha=0.02), False),
    "entropy": (DecisionTreeClassifier(criterion="entropy", max_leaf_nodes=5), False),
    "its own seed": (DecisionTreeClassifier(max_features=1, random_state=3), False),
    "no tree": (GaussianNB(), False),
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("name", LEARNERS)
def test_weak_learners(kind, name):
    """Also those to which a row with the weight 2 is not the row twice."""
    X, y = _table((70, 20), apart=0.4)
    learner, by_weight = LEARNERS[name]
    _compare(kind, X, y, 3, Setting(n_rounds=4, by_weight=by_weight, learner=learner))


@pytest.mark.parametrize("sizes", [(70, 18), (18, 70), (20, 20)])
@pytest.mark.parametrize("n_members", [1, 2, 4])
def test_the_sum_of_the_thresholds(sizes, n_members):
    X, y = _table(sizes)
    _compare("cascade", X, y, n_members, Setting(n_rounds=3), "sum_theta")


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("sizes", [(80, 25), (25, 80), (60, 30, 16)])
@pytest.mark.parametrize("by_weight", [False, True])
def test_weights(kind, sizes, by_weight):
    X, y = _table(sizes)
    setting = Setting(n_rounds=4, by_weight=by_weight, learner=STUMP)
    _compare(kind, X, y, 3, setting, weights=_weights(y))


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("sizes", [(80, 25), (60, 30, 16)])
def test_groups(kind, sizes):
    X, y = _table(sizes)
    _compare(kind, X, y, 3, Setting(n_rounds=3), groups=_patients(y))


@pytest.mark.parametrize("kind", BOTH)
def test_weights_groups_and_integers_together(kind):
    X, y = _table((80, 25), kind="integers")
    setting = Setting(n_rounds=4, seed=2**31 + 5)
    _compare(kind, X, y, 3, setting, weights=_weights(y), groups=_patients(y))


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
@settings(max_examples=40)
@given(data=st.data())
def test_any_small_table(data):
    sizes = data.draw(st.lists(st.integers(1, 16), min_size=2, max_size=4))
    table = data.draw(st.sampled_from(["plain", "integers", "twins"]))
    seed = data.draw(st.integers(0, 2**32 - 1))
    X, y = _table(sizes, 2, seed=seed, kind=table, apart=data.draw(st.sampled_from([0, 1, 9])))
    weights = groups = None
    if data.draw(st.booleans()):
        weights = _weights(y, seed=seed)
        assume(all(weights[y == each].any() for each in range(len(sizes))))
    if data.draw(st.booleans()):
        groups = _patients(y, seed)
    rules = ["half_alpha", "sum_theta"] if len(sizes) == 2 else ["half_alpha"]
    learner = data.draw(st.sampled_from([DecisionTreeClassifier(), STUMP]))
    setting = Setting(data.draw(st.integers(1, 4)), learner=learner, seed=seed)
    _compare(
        data.draw(st.sampled_from(BOTH)),
        X,
        y,
        data.draw(st.integers(1, 4)),
        setting,
        data.draw(st.sampled_from(rules)),
        weights,
        groups,
    )
