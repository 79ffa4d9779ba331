"""SMOTEIPF: what SMOTE gives, less the rows that models of parts of the table misjudge."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.partition_filter import noise
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.tree import DecisionTreeClassifier

from medresample.combine import SMOTEIPF
from medresample.combine._partition_filter import Rule, deal, filter_noise, find_noise
from medresample.exceptions import FallbackWarning
from medresample.over_sampling import SMOTE, SMOTEENC, RandomOverSampler

HOW = [
    (train_on, voting)
    for train_on in ("subset", "complement")
    for voting in ("majority", "consensus")
]


def _rule(estimator, n_partitions, train_on="subset", voting="majority"):
    return Rule(estimator, n_partitions, train_on, voting, 0.01, 3, 100)


def _chance(n_classes, seed=0):
    return [np.random.default_rng((seed, code)) for code in range(n_classes + 1)]


class Nearest(ClassifierMixin, BaseEstimator):
    """A row is of the class of the nearest number learned; of equal ones, of the lowest class."""

    def fit(self, X, y):
        self.seen_ = sorted((float(value), int(label)) for value, label in zip(X[:, 0], y))  # noqa: B905
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.array([self.one(value) for value in X[:, 0]])

    def one(self, value):
        return min((abs(value - seen), label) for seen, label in self.seen_)[1]


@given(
    seed=st.integers(0, 2**32 - 1), n_parts=st.sampled_from([2, 3, 4, 5]), how=st.sampled_from(HOW)
)
def test_noise_is_that_of_the_slow_twin(seed, n_parts, how):
    random = np.random.default_rng(seed)
    y = random.permutation(np.repeat([0, 1, 2], [17, 9, 6]))
    X = random.integers(0, 9, (32, 1)) + 2.0 * y[:, None]
    train_on, voting = how
    rule = _rule(Nearest(), n_parts, train_on, voting)
    found = np.flatnonzero(find_noise(rule, X, y, _chance(3, seed), threads=2))
    part = deal(y, n_parts, _chance(3, seed))
    parts = [np.flatnonzero(part == number).tolist() for number in range(n_parts)]

    def predict(learned_from, row, number):
        return Nearest().fit(X[learned_from], y[learned_from]).one(X[row, 0])

    expected = noise(
        parts,
        predict,
        y,
        range(32),
        complement=train_on == "complement",
        consensus=voting == "consensus",
    )
    assert found.tolist() == expected


@given(
    sizes=st.lists(st.integers(1, 30), min_size=2, max_size=4),
    n_parts=st.integers(1, 9),
    seed=st.integers(0, 2**32 - 1),
)
def test_parts_have_equal_shares_of_every_class(sizes, n_parts, seed):
    codes = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    part = deal(codes, n_parts, _chance(len(sizes), seed))
    for code, size in enumerate(sizes):
        shares = np.bincount(part[codes == code], minlength=n_parts)
        assert shares.sum() == size
        assert shares.max() - shares.min() <= 1
    total = np.bincount(part, minlength=n_parts)
    assert total.max() - total.min() <= 1


def test_the_dealing_of_a_class_is_its_own():
    codes = np.repeat([0, 1], [20, 12])
    moved = np.repeat([0, 1], [40, 12])  # twice as many rows of the other class
    part, other = deal(codes, 4, _chance(2)), deal(moved, 4, _chance(2))
    np.testing.assert_array_equal(part[codes == 1], other[moved == 1])


@pytest.mark.parametrize(("train_on", "voting"), HOW)
def test_noise_in_an_overlap_is_removed_in_both_classes(train_on, voting, blobs):
    """60 rows among 300: smote_variants removes none of them, in either mode."""
    X, y = blobs((300, 60), n_features=2)
    sampler = SMOTEIPF(train_on=train_on, voting=voting, random_state=0)
    X_res, y_res = sampler.fit_resample(X, y)
    assert len(X_res) == 600 - sampler.n_removed_.sum()
    assert np.all(np.bincount(y_res) < 300)
    assert (5 if voting == "consensus" else 50) < sampler.n_removed_.sum() < 200


def test_consensus_removes_less_than_a_majority(blobs):
    X, y = blobs((300, 60), n_features=2)
    some = SMOTEIPF(voting="consensus", max_iter=1, random_state=0)
    more = SMOTEIPF(voting="majority", max_iter=1, random_state=0)
    with pytest.warns(FallbackWarning, match="max_iter=1"):
        some.fit_resample(X, y)
    with pytest.warns(FallbackWarning, match="max_iter=1"):
        more.fit_resample(X, y)
    kept, fewer = some.provenance_.tolist(), more.provenance_.tolist()
    assert set(map(repr, fewer)) < set(map(repr, kept))


def test_what_is_left_are_rows_of_smote_in_their_order(multiclass):
    X, y = multiclass
    smote = SMOTE(random_state=7)
    grown, labels = smote.fit_resample(X, y)
    sampler = SMOTEIPF(random_state=7)
    X_res, y_res = sampler.fit_resample(X, y)
    known = [repr(record) for record in smote.provenance_.tolist()]
    left = [known.index(repr(record)) for record in sampler.provenance_.tolist()]
    assert np.all(np.diff(left) > 0)
    np.testing.assert_array_equal(X_res, grown[left])
    np.testing.assert_array_equal(y_res, labels[left])


def test_nothing_is_removed_where_classes_lie_apart(blobs):
    X, y = blobs((200, 60, 40), n_features=3)
    X = X + 20 * y[:, None]
    sampler = SMOTEIPF(random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    expected, _ = SMOTE(random_state=0).fit_resample(X, y)
    assert X_res.tobytes() == expected.tobytes()
    assert sampler.n_removed_.tolist() == [0, 0, 0]


def test_what_is_removed_is_planted_noise(blobs):
    X, y = blobs((200, 120), n_features=2)
    X = X + 8 * y[:, None]
    wrong = np.r_[np.flatnonzero(y == 0)[:10], np.flatnonzero(y == 1)[:6]]
    flipped = y.copy()
    flipped[wrong] = 1 - flipped[wrong]
    sampler = SMOTEIPF(smote=SMOTE(sampling_strategy={1: 130}), random_state=0)
    sampler.fit_resample(X, flipped)
    kept = sampler.provenance_["seed"][sampler.provenance_["origin"] == "original"]
    removed = set(range(320)) - set(kept.tolist())
    assert removed <= set(wrong.tolist())
    assert len(removed) >= 10


def test_it_stops_after_some_iterations_that_remove_hardly_anything(blobs):
    X, y = blobs((300, 60), n_features=2)
    for patience in (1, 2, 4):
        sampler = SMOTEIPF(patience=patience, random_state=0)
        sampler.fit_resample(X, y)
        quiet = sampler.n_removed_ < 0.01 * 600
        assert quiet[-patience:].all()
        runs = "".join("q" if each else "-" for each in quiet)
        assert "q" * patience not in runs[:-1]


@pytest.mark.parametrize(
    ("planned", "n_removed"),
    [([50, 4, 4, 9], [50, 4, 4]), ([4, 50, 4, 4, 9], [4, 50, 4, 4]), ([5, 4, 0], [5, 4, 0])],
)
def test_hardly_anything_is_a_share_of_the_rows_handed_to_the_filter(planned, n_removed):
    """Of 100, whatever is left of them: 5 are something; then the count of two starts anew."""
    n_fits = []

    class Planned(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):
            n_fits.append(len(y))  # two in each iteration
            return self

        def predict(self, X):
            return np.where(X[:, 1] == (len(n_fits) - 1) // 2, 1 - X[:, 0], X[:, 0])

    codes = np.arange(100) % 2
    when = np.repeat([*range(len(planned)), 99], [*planned, 100 - sum(planned)])
    task = SimpleNamespace(entropy=0, target=SimpleNamespace(classes=[0, 1]), class_name=repr)
    rule = Rule(Planned(), 2, "subset", "majority", 0.05, 2, 100)
    rows, found = filter_noise(rule, task, np.column_stack([codes, when]), codes, n_jobs=1)
    assert found == n_removed
    assert rows.tolist() == np.flatnonzero(when >= len(n_removed)).tolist()


def test_the_number_of_threads_changes_nothing_and_the_seed_does(blobs):
    X, y = blobs((300, 60), n_features=5)
    one, two, other = (
        SMOTEIPF(random_state=seed, n_jobs=n_jobs).fit_resample(X, y)[0]
        for seed, n_jobs in ((0, 1), (0, 3), (1, 1))
    )
    assert one.tobytes() == two.tobytes()
    assert one.shape != other.shape or not np.array_equal(one, other)


class Contrary(ClassifierMixin, BaseEstimator):
    """Whatever a row is, it is taken for class 0; class 0 for class 1."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.where(X[:, 0] > 0, 0, 1)


def test_no_class_is_removed_as_a_whole_and_that_is_said(blobs):
    y = np.repeat([0, 1], [30, 10])
    X = np.random.default_rng(0).normal(size=(40, 2))
    X[:, 0] = np.where(y == 1, 1.0, np.where(np.arange(40) < 5, 1.0, -1.0))
    sampler = SMOTEIPF(smote=RandomOverSampler(), estimator=Contrary(), random_state=0)
    with pytest.warns(FallbackWarning, match=r"Class 1: the filter takes all of its 30 rows"):
        _, y_res = sampler.fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [5, 30]


def test_there_are_no_more_parts_than_the_smallest_class_has_rows():
    y = np.repeat([0, 1], [30, 3])
    X = np.random.default_rng(0).normal(size=(33, 2)) + y[:, None]
    seen = []

    class Watching(DecisionTreeClassifier):
        def fit(self, X, y):
            seen.append(np.unique(y).tolist())
            return super().fit(X, y)

    smote = SMOTE(sampling_strategy={1: 4}, k_neighbors=1)
    SMOTEIPF(smote=smote, estimator=Watching(), max_iter=1, patience=1, random_state=0, n_jobs=1)
    sampler = SMOTEIPF(smote=smote, estimator=Watching(), stop_share=0.9, patience=1, n_jobs=1)
    sampler.fit_resample(X, y)
    assert seen == [[0, 1]] * 4


@pytest.mark.parametrize("train_on", ["subset", "complement"])
def test_a_class_of_one_row_is_no_obstacle(train_on):
    y = np.repeat([0, 1, 2], [30, 10, 1])
    X = np.random.default_rng(0).normal(size=(41, 2)) + 9 * y[:, None]
    smote = SMOTE(sampling_strategy={1: 20})
    sampler = SMOTEIPF(smote=smote, train_on=train_on, random_state=0)
    with pytest.warns(FallbackWarning, match="Class 2"):
        _, y_res = sampler.fit_resample(X, y)
    assert np.sum(y_res == 2) == 1


def test_a_table_with_categories_is_filtered_where_neighbors_were_searched(blobs):
    numbers, y = blobs((120, 40), n_features=2)
    random = np.random.default_rng(0)
    word = np.where(random.random(160) < 0.9, np.array(["no", "yes"])[y], "maybe")
    X = pd.DataFrame({"a": numbers[:, 0], "b": numbers[:, 1], "sign": word})
    sampler = SMOTEIPF(smote=SMOTEENC(), random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    assert list(X_res.columns) == list(X.columns)
    assert 0 < sampler.n_removed_.sum() < 120
    seen = []

    class Watching(DecisionTreeClassifier):
        def fit(self, X, y):
            seen.append(X.shape[1])
            return super().fit(X, y)

    SMOTEIPF(smote=SMOTEENC(), estimator=Watching(), random_state=0).fit_resample(X, y)
    assert set(seen) == {3}


def test_words_are_refused_where_the_over_sampler_does_not_measure_them(blobs):
    _, y = blobs((120, 40))
    X = pd.DataFrame({"sign": np.array(["no", "yes"])[y], "age": np.arange(160.0)})
    with pytest.raises(TypeError, match=r"SMOTEIPF works with numbers, but column sign .*SMOTEENC"):
        SMOTEIPF(smote=RandomOverSampler()).fit_resample(X, y)


def test_missing_values_are_filtered_around(blobs):
    X, y = blobs((120, 40), n_features=3)
    X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
    X_res, _ = SMOTEIPF(random_state=0).fit_resample(X, y)
    assert np.isnan(X_res).any()
