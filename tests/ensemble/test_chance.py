"""One seed, one ensemble: for any number of jobs, in steps, as a clone, from disk, in memory."""

import pickle
import tracemalloc

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier, _members
from medresample.exceptions import NothingToDoWarning, RepeatedMembersWarning
from medresample.under_sampling import KMeansUnderSampler

BOTH = [EasyEnsembleClassifier, BalanceCascadeClassifier]
either = pytest.mark.parametrize("classifier", BOTH, ids=["easy", "cascade"])
STUMP = DecisionTreeClassifier(max_depth=1)
KINDS = {
    "as published": {},
    "stumps by weight": {"weak_learner": STUMP, "boost_by": "weight"},
    "gradient boosting": {
        "estimator": HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=3)
    },
    "clusters": {"sampler": KMeansUnderSampler(n_clusters=2)},
}


@pytest.fixture(params=KINDS)
def options(request):
    return {"n_rounds": 3, "random_state": 0, **KINDS[request.param]}


def _same(one, other, X):
    assert len(one.members_) == len(other.members_)
    for rows, twins in zip(one.estimators_samples_, other.estimators_samples_, strict=True):
        np.testing.assert_array_equal(rows, twins)
    np.testing.assert_array_equal(one.decision_function(X), other.decision_function(X))
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))


@either
def test_one_seed_gives_one_ensemble_and_another_gives_another(classifier, options, blobs):
    X, y = blobs((90, 15))
    one = classifier(3, **options).fit(X, y)
    _same(one, classifier(3, **options).fit(X, y), X)
    other = classifier(3, **{**options, "random_state": 1}).fit(X, y)
    assert not np.array_equal(one.estimators_samples_[0], other.estimators_samples_[0])


@either
@pytest.mark.parametrize("n_jobs", [2, -1])
def test_the_number_of_jobs_changes_nothing(classifier, n_jobs, options, monkeypatch, blobs):
    monkeypatch.setattr(_members, "TOGETHER", 16)  # so that there are blocks to share out
    X, y = blobs((90, 15))
    alone = classifier(4, n_jobs=1, **options).fit(X, y)
    _same(alone, classifier(4, n_jobs=n_jobs, **options).fit(X, y), X)


@either
@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_the_backend_changes_nothing(classifier, backend, blobs):
    X, y = blobs((90, 15))
    alone = classifier(4, n_rounds=3, random_state=0).fit(X, y)
    with parallel_config(backend=backend, n_jobs=2):
        _same(alone, classifier(4, n_rounds=3, random_state=0).fit(X, y), X)


def test_blocks_change_nothing(monkeypatch, multiclass):
    X, y = multiclass
    models = []
    for together in (10_000, 7):
        monkeypatch.setattr(_members, "TOGETHER", together)
        models.append(BalanceCascadeClassifier(3, n_rounds=3, random_state=0).fit(X, y))
    _same(*models, X)
    assert len(models[0].predict(X[:3])) == 3


@either
def test_the_global_state_of_chance_is_neither_used_nor_moved(classifier, blobs):
    X, y = blobs((60, 12))
    np.random.seed(0)  # noqa: NPY002
    one = classifier(2, n_rounds=2, random_state=3).fit(X, y)
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    _same(one, classifier(2, n_rounds=2, random_state=3).fit(X, y), X)
    np.random.seed(0)  # noqa: NPY002
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002


@either
@pytest.mark.parametrize("make", [np.random.RandomState, np.random.default_rng])
def test_a_source_of_chance_is_drawn_from(classifier, make, blobs):
    X, y = blobs((60, 12))
    source = make(0)
    model = classifier(2, n_rounds=2, random_state=source)
    first, second = clone(model).fit(X, y), model.fit(X, y)
    again = classifier(2, n_rounds=2, random_state=make(0)).fit(X, y)
    _same(first, again, X)
    if make is np.random.default_rng:  # clones of a RandomState are copies of it
        return
    third = model.fit(X, y).estimators_samples_[0].tolist()
    assert third != first.estimators_samples_[0].tolist()
    assert second is model


# -- in steps ------------------------------------------------------------------------------------


def test_members_added_in_steps_are_those_of_one_fit(options, multiclass):
    X, y = multiclass
    fresh = EasyEnsembleClassifier(5, **options).fit(X, y)
    model = EasyEnsembleClassifier(2, warm_start=True, **options).fit(X, y)
    kept = list(model.members_)
    model.set_params(n_estimators=5).fit(X, y)
    _same(model, fresh, X)
    assert model.members_[:2] == kept


def test_a_cascade_in_steps_goes_on_with_the_rows_that_are_left(multiclass):
    X, y = multiclass
    model = BalanceCascadeClassifier(2, n_rounds=2, warm_start=True, random_state=0).fit(X, y)
    first, left = model.cascade_report_.copy(), np.concatenate(model.remaining_)
    with pytest.warns(RepeatedMembersWarning, match="2 of 4 members.*use fewer members"):
        model.set_params(n_estimators=4).fit(X, y)
    np.testing.assert_array_equal(model.cascade_report_[: len(first)], first)
    assert model.cascade_report_["stage"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    for rows in model.estimators_samples_[2:]:
        assert set(rows.tolist()) <= set(left.tolist())
    assert [len(rows) for rows in model.remaining_] == [12, 12, 12]


@pytest.mark.parametrize("threshold", ["half_alpha", "sum_theta"])
def test_a_cascade_that_began_with_one_member_becomes_that_of_one_fit(threshold, blobs):
    X, y = blobs((90, 15))
    options = {"n_rounds": 2, "threshold": threshold, "random_state": 0}
    model = BalanceCascadeClassifier(1, warm_start=True, **options).fit(X, y)
    model.set_params(n_estimators=4).fit(X, y)
    fresh = BalanceCascadeClassifier(4, **options).fit(X, y)
    _same(model, fresh, X)
    assert model.cascade_report_.tolist() == fresh.cascade_report_.tolist()


@either
def test_nothing_left_to_add_is_said_and_fewer_is_refused(classifier, blobs):
    X, y = blobs((60, 12))
    model = classifier(3, n_rounds=1, warm_start=True, random_state=0).fit(X, y)
    before = model.decision_function(X)
    with pytest.warns(NothingToDoWarning, match="All 3 members are fitted"):
        model.fit(X, y)
    np.testing.assert_array_equal(model.decision_function(X), before)
    with pytest.raises(ValueError, match="n_estimators=2 is fewer than the 3 members"):
        model.set_params(n_estimators=2).fit(X, y)


def test_a_cascade_does_not_go_on_with_another_table(blobs):
    X, y = blobs((60, 12))
    model = BalanceCascadeClassifier(2, n_rounds=1, warm_start=True, random_state=0).fit(X, y)
    with pytest.raises(ValueError, match=r"72 rows.*has 70: fit on the same table"):
        model.set_params(n_estimators=3).fit(X[:70], y[:70])


@either
def test_without_warm_start_a_fit_forgets_the_one_before(classifier, blobs):
    X, y = blobs((60, 12))
    model = classifier(3, n_rounds=2, random_state=0).fit(*blobs((12, 70), seed=5))
    _same(model.fit(X, y), classifier(3, n_rounds=2, random_state=0).fit(X, y), X)


# -- clones, pickles, maps and memory ------------------------------------------------------------


@either
def test_a_clone_is_unfitted_and_becomes_the_same(classifier, options, blobs):
    X, y = blobs((60, 12))
    model = classifier(2, **options).fit(X, y)
    copy = clone(model)
    assert not hasattr(copy, "members_")
    _same(copy.fit(X, y), model, X)


@either
def test_a_pickle_says_what_the_ensemble_said(classifier, options, blobs):
    X, y = blobs((60, 12))
    model = classifier(2, **options).fit(X, y)
    _same(pickle.loads(pickle.dumps(model)), model, X)


@either
@pytest.mark.parametrize("larger", ["rows", "columns"])
def test_a_pickle_does_not_grow_with_the_table(classifier, larger):
    """The numbers of the rows that members were given are all that it holds of the table."""
    sizes = []
    for times in (1, 40):
        random = np.random.default_rng(0)
        n_rows, n_columns = (600 * times, 3) if larger == "rows" else (600, 3 * times)
        y = (np.arange(n_rows) < 60).astype(int)
        X = random.normal(size=(n_rows, n_columns))
        X[:, 0] += 20 * y  # so that trees stay as they are
        model = classifier(3, n_rounds=2, random_state=0).fit(X, y)
        sizes.append(len(pickle.dumps(model)))
    assert sizes[1] < 1.1 * sizes[0]


@either
@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_a_read_only_memory_map_is_fitted_on(classifier, backend, tmp_path, blobs):
    X, y = blobs((90, 15))
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", y)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    with parallel_config(backend=backend, n_jobs=2):
        model = classifier(3, n_rounds=2, random_state=0)
        model.fit(mapped, np.load(tmp_path / "y.npy", mmap_mode="r"))
    _same(model, classifier(3, n_rounds=2, random_state=0).fit(X, y), mapped)


@either
def test_only_the_rows_of_a_member_are_copied(classifier, monkeypatch, blobs):
    """2 |P| rows per member for the learning; the cascade also looks at what is left, once."""
    X, y = blobs((900, 20), n_features=5)
    taken = []
    take_rows = _members.take_rows

    def spy(values, rows, **options):
        taken.append(len(rows))
        return take_rows(values, rows, **options)

    monkeypatch.setattr(_members, "take_rows", spy)
    model = classifier(4, n_rounds=1, random_state=0).fit(X, y)
    if classifier is EasyEnsembleClassifier:
        assert taken == [40] * 4
    else:
        before = model.cascade_report_["negatives_before"].tolist()
        assert taken == [n for each in before for n in (40, each)]


def test_memory_does_not_grow_with_the_members():
    """Eight members at once use a fraction of what one copy of the table would."""
    random = np.random.default_rng(0)
    X = random.normal(size=(20_000, 50)).astype(np.float32)
    y = (np.arange(len(X)) < 100).astype(int)
    X[:, 0] += 20 * y
    model = EasyEnsembleClassifier(8, n_rounds=2, n_jobs=4, random_state=0)
    model.fit(X[:2000], y[:2000])  # what is loaded on the way is not counted
    tracemalloc.start()
    try:
        model.fit(X, y)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 0.5 * X.nbytes


@either
def test_members_are_fitted_on_a_sample_that_estimator_and_sampler_may_not_change(
    classifier, blobs
):
    """What the user gave stays unfitted: members are clones."""
    X, y = blobs((60, 12))
    estimator, sampler = LogisticRegression(), KMeansUnderSampler(n_clusters=2)
    classifier(2, estimator=estimator, sampler=sampler, random_state=0).fit(X, y)
    assert not hasattr(estimator, "coef_")
    assert not hasattr(sampler, "plan_")
    assert sampler.n_clusters == 2
    assert sampler.random_state is None
