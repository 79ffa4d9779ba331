"""Weights of rows and groups of patients: what they do, and how they get there."""

import numpy as np
import pytest
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GroupKFold, cross_validate
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.pipeline import make_pipeline
from medresample.under_sampling import RandomUnderSampler

BOTH = [EasyEnsembleClassifier, BalanceCascadeClassifier]
either = pytest.mark.parametrize("classifier", BOTH, ids=["easy", "cascade"])
STUMP = DecisionTreeClassifier(max_depth=1)
KINDS = {
    "as published": {},
    "stumps by weight": {"weak_learner": STUMP, "boost_by": "weight"},
    "logistic": {"estimator": LogisticRegression()},
    "gradient boosting": {
        "estimator": HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=3)
    },
    "with a sampler": {"sampler": RandomUnderSampler()},
    "logistic, with a sampler": {
        "estimator": LogisticRegression(),
        "sampler": RandomUnderSampler(),
    },
}


@either
@pytest.mark.parametrize("kind", KINDS)
def test_a_row_without_weight_is_as_good_as_absent(classifier, kind, multiclass):
    X, y = multiclass
    random = np.random.default_rng(0)
    weight = random.uniform(0.5, 2, len(y))
    weight[random.random(len(y)) < 0.3] = 0
    kept = weight > 0
    moved = X.copy()
    moved[~kept] += 100
    options = {"n_rounds": 3, "random_state": 0, **KINDS[kind]}
    model = classifier(3, **options).fit(moved, y, sample_weight=weight)
    without = classifier(3, **options).fit(X[kept], y[kept], sample_weight=weight[kept])
    numbers = np.flatnonzero(kept)
    for rows, fewer in zip(model.estimators_samples_, without.estimators_samples_, strict=True):
        np.testing.assert_array_equal(rows, numbers[fewer])
    np.testing.assert_array_equal(model.decision_function(X), without.decision_function(X))


@either
def test_the_smallest_class_is_that_of_most_rows_with_weight(classifier, blobs):
    """Class 0 has 40 rows, but weights for 5 of them only."""
    X, y = blobs((40, 15))
    weight = np.ones(55)
    weight[np.flatnonzero(y == 0)[5:]] = 0
    model = classifier(2, n_rounds=1, random_state=0).fit(X, y, sample_weight=weight)
    assert model.positive_class_ == 0
    assert [len(rows) for rows in model.estimators_samples_] == [10, 10]


@either
def test_weights_of_one_change_nothing_and_those_of_one_class_are_relative(classifier, blobs):
    """The boosting gives every class one half, so only weights within a class matter."""
    X, y = blobs((60, 15))
    options = {"n_rounds": 3, "random_state": 0}
    plain = classifier(2, **options).fit(X, y).decision_function(X)
    for weight in (np.ones(75), np.full(75, 4), np.where(y == 1, 8.0, 0.5)):
        model = classifier(2, **options).fit(X, y, sample_weight=weight)
        np.testing.assert_allclose(model.decision_function(X), plain, atol=1e-10)


def test_an_estimator_sees_the_weights_of_its_rows(blobs):
    X, y = blobs((60, 15))
    weight = np.random.default_rng(0).uniform(0.5, 2, 75)
    estimator = LogisticRegression()
    model = EasyEnsembleClassifier(3, estimator=estimator, random_state=0)
    model.fit(X, y, sample_weight=weight)
    for rows, each in zip(model.estimators_samples_, model.estimators_, strict=True):
        alone = LogisticRegression().fit(X[rows], y[rows], sample_weight=weight[rows])
        np.testing.assert_allclose(each.coef_, alone.coef_)


def test_weights_say_what_so_many_rows_would():
    """The mean score over 150 seeds is that of rows written out, within four standard errors.

    No single ensemble can be the same: a row with the weight 3 is drawn as one, and three rows
    apart. Weights that are ignored are found out: they are twenty standard errors away.
    """
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [600, 80])
    X = random.normal(size=(680, 1)) + 0.8 * y[:, None]
    weight = np.where((y == 0) & (X[:, 0] > 0), 4, 1)
    often = np.repeat(np.arange(680), weight)
    at = np.linspace(-1, 2, 7)[:, None]
    means, errors = [], []
    for rows, given in ((np.arange(680), weight), (often, None), (np.arange(680), None)):
        probabilities = []
        for seed in range(150):
            model = EasyEnsembleClassifier(
                1, n_rounds=3, weak_learner=STUMP, boost_by="weight", random_state=seed
            )
            model.fit(X[rows], y[rows], sample_weight=given)
            probabilities.append(model.predict_proba(at)[:, 1])
        means.append(np.mean(probabilities, axis=0))
        errors.append(np.std(probabilities, axis=0, ddof=1) / np.sqrt(150))
    standard_error = np.sqrt(errors[0] ** 2 + errors[1] ** 2) + 1e-3
    assert (abs(means[0] - means[1]) < 4 * standard_error).all()
    assert (abs(means[2] - means[1]) > 8 * standard_error).any()


# -- groups --------------------------------------------------------------------------------------


@pytest.fixture
def patients():
    """Sixty patients of 1 to 6 rows, a sixth of them ill."""
    random = np.random.default_rng(0)
    times = random.integers(1, 7, 60)
    groups = random.permutation(np.repeat([f"patient {n}" for n in range(60)], times))
    ill = {f"patient {n}" for n in range(10)}
    y = np.array([int(group in ill) for group in groups])
    X = random.normal(size=(len(y), 3)) + y[:, None]
    return X, y, groups


@either
def test_patients_are_drawn_whole_but_the_last(classifier, patients):
    X, y, groups = patients
    model = classifier(6, n_rounds=1, draw_by="group", random_state=0).fit(X, y, groups=groups)
    left = np.flatnonzero(y == 0)
    for rows in model.estimators_samples_[: 6 if classifier is EasyEnsembleClassifier else 1]:
        negatives = rows[y[rows] == 0]
        assert len(negatives) == y.sum()
        drawn = {each: (groups[negatives] == each).sum() for each in set(groups[negatives])}
        cut = [each for each, n in drawn.items() if n < (groups[left] == each).sum()]
        assert len(cut) <= 1


def test_fewer_patients_are_drawn_by_patient_than_by_row(patients):
    X, y, groups = patients
    seen = {}
    for draw_by in ("row", "group"):
        model = EasyEnsembleClassifier(10, n_rounds=1, draw_by=draw_by, random_state=0)
        model.fit(X, y, groups=groups)
        samples = model.estimators_samples_
        seen[draw_by] = np.mean([len(set(groups[rows[y[rows] == 0]])) for rows in samples])
    assert seen["group"] < 0.7 * seen["row"]


def test_every_patient_is_as_likely_to_be_drawn(patients):
    """Whether a patient has one row or six, about the same share of the members sees them."""
    X, y, groups = patients
    model = EasyEnsembleClassifier(300, n_rounds=1, draw_by="group", random_state=0)
    model.fit(X, y, groups=groups)
    n_drawn = dict.fromkeys(groups[y == 0], 0)
    for rows in model.estimators_samples_:
        for each in set(groups[rows[y[rows] == 0]]):
            n_drawn[each] += 1
    times = np.array([(groups == each).sum() for each in n_drawn])
    share = np.array(list(n_drawn.values())) / 300
    assert share[times == times.max()].mean() == pytest.approx(share[times == 1].mean(), abs=0.08)


@either
def test_groups_without_draw_by_group_change_nothing(classifier, patients):
    X, y, groups = patients
    one = classifier(2, n_rounds=2, random_state=0).fit(X, y)
    other = classifier(2, n_rounds=2, random_state=0).fit(X, y, groups=groups)
    np.testing.assert_array_equal(one.decision_function(X), other.decision_function(X))


def test_names_of_groups_do_not_matter(patients):
    X, y, groups = patients
    numbers = np.unique(groups, return_inverse=True)[1]
    one, other = (
        EasyEnsembleClassifier(2, n_rounds=2, draw_by="group", random_state=0).fit(X, y, groups=it)
        for it in (groups, numbers)
    )
    np.testing.assert_array_equal(one.decision_function(X), other.decision_function(X))


def test_groups_reach_a_sampler_that_asks_for_them(patients, monkeypatch):
    X, y, groups = patients
    given = []
    plan = RandomUnderSampler.plan

    def spy(self, *args, **options):
        given.append(options["groups"])
        return plan(self, *args, **options)

    monkeypatch.setattr(RandomUnderSampler, "plan", spy)
    model = EasyEnsembleClassifier(2, n_rounds=1, sampler=RandomUnderSampler(), random_state=0)
    model.fit(X, y, groups=groups)
    for each in given:
        np.testing.assert_array_equal(each, groups)


# -- routing -------------------------------------------------------------------------------------


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.usefixtures("routing")
@either
def test_weights_and_groups_are_routed_through_a_pipeline(classifier, patients):
    X, y, groups = patients
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    ensemble = classifier(2, n_rounds=2, draw_by="group", random_state=0)
    ensemble.set_fit_request(sample_weight=True, groups=True)
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    model = make_pipeline(scaler, ensemble).fit(X, y, sample_weight=weight, groups=groups)
    alone = classifier(2, n_rounds=2, draw_by="group", random_state=0)
    alone.fit(StandardScaler().fit_transform(X), y, sample_weight=weight, groups=groups)
    np.testing.assert_array_equal(
        model.decision_function(X), alone.decision_function(StandardScaler().fit_transform(X))
    )


@pytest.mark.usefixtures("routing")
@either
def test_weights_and_groups_are_routed_through_a_cross_validation(classifier, patients):
    X, y, groups = patients
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    ensemble = classifier(2, n_rounds=2, draw_by="group", random_state=0)
    ensemble.set_fit_request(sample_weight=True, groups=True)
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    found = cross_validate(
        make_pipeline(scaler, ensemble),
        X,
        y,
        cv=GroupKFold(3),
        params={"sample_weight": weight, "groups": groups},
        scoring=get_scorer("roc_auc").set_score_request(sample_weight=False),
        return_estimator=True,
        error_score="raise",
    )
    assert (found["test_score"] > 0.5).all()
    assert all(len(each[-1].members_) == 2 for each in found["estimator"])
