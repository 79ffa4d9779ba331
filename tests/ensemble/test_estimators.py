"""Any classifier as a member, and any sampler to balance what it sees."""

import numpy as np
import pandas as pd
import pytest
from imblearn.under_sampling import RandomUnderSampler as PeerUnderSampler
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.exceptions import RepeatedMembersWarning, SamplerInputError
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.pipeline import make_pipeline
from medresample.under_sampling import (
    FuzzyCMeansUnderSampler,
    KMeansUnderSampler,
    RandomUnderSampler,
    TomekLinks,
)

BOTH = [EasyEnsembleClassifier, BalanceCascadeClassifier]
either = pytest.mark.parametrize("classifier", BOTH, ids=["easy", "cascade"])
SMALL_BOOSTING = HistGradientBoostingClassifier(max_iter=10, min_samples_leaf=5)
ESTIMATORS = {
    "gradient boosting": SMALL_BOOSTING,
    "logistic": LogisticRegression(),
    "margins only": LinearSVC(),
    "shares only": KNeighborsClassifier(),
    "forest": RandomForestClassifier(5),
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
}


class Keep(LogisticRegression):
    """A classifier that remembers what it was given."""

    def fit(self, X, y, sample_weight=None):
        self.given_ = X, y, sample_weight
        return super().fit(X, y, sample_weight)


@either
@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("sizes", [(90, 20), (20, 90), (60, 30, 20)])
def test_the_score_of_a_member_is_what_its_classifier_offers(classifier, name, sizes, blobs):
    X, y = blobs(sizes)
    names = np.array(["benign", "malignant", "relapse"])
    model = classifier(3, estimator=ESTIMATORS[name], random_state=0).fit(X, names[y])
    total = 0
    for each in model.estimators_:
        assert each.classes_.tolist() == names[: len(sizes)].tolist()
        if hasattr(each, "decision_function"):
            total = total + each.decision_function(X)
        else:
            shares = each.predict_proba(X)
            total = total + (shares[:, 1] - 0.5 if len(sizes) == 2 else shares - 1 / 3)
    np.testing.assert_allclose(model.decision_function(X), total, atol=1e-11)
    assert np.mean(model.predict(X) == names[y]) > 0.6
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)


def test_members_are_fitted_on_the_rows_they_were_given(blobs):
    X, y = blobs((90, 20))
    model = EasyEnsembleClassifier(3, estimator=LogisticRegression(), random_state=0).fit(X, y)
    for rows, each in zip(model.estimators_samples_, model.estimators_, strict=True):
        alone = LogisticRegression().fit(X[rows], y[rows])
        np.testing.assert_allclose(each.coef_, alone.coef_)


def test_an_estimator_without_a_seed_is_given_one_and_one_with_a_seed_keeps_it(blobs):
    X, y = blobs((90, 20))
    forest = RandomForestClassifier(2)
    model = EasyEnsembleClassifier(3, estimator=forest, random_state=0).fit(X, y)
    assert len({each.random_state for each in model.estimators_}) == 3
    forest.set_params(random_state=7)
    model = EasyEnsembleClassifier(3, estimator=forest, random_state=0).fit(X, y)
    assert {each.random_state for each in model.estimators_} == {7}


@either
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_gradient_boosting_takes_holes_and_categories(classifier, n_jobs):
    random = np.random.default_rng(0)
    y = random.permutation(np.repeat(["well", "ill"], [200, 40]))
    frame = pd.DataFrame(
        {
            "age": random.normal(60, 10, 240),
            "scanner": pd.Categorical(np.where(random.random(240) < 0.8, y, "other")),
        }
    )
    frame.loc[::7, "age"] = np.nan
    estimator = HistGradientBoostingClassifier(
        max_iter=5, categorical_features="from_dtype", min_samples_leaf=5
    )
    model = classifier(3, estimator=estimator, n_jobs=n_jobs, random_state=0).fit(frame, y)
    assert model.positive_class_ == "ill"
    assert roc_auc_score(y == "well", model.decision_function(frame)) > 0.8
    assert model.feature_names_in_.tolist() == ["age", "scanner"]
    assert model.estimators_[0].is_categorical_.tolist() == [False, True]


def test_a_search_reaches_the_parameters_of_the_learner(blobs):
    X, y = blobs((90, 20))
    model = EasyEnsembleClassifier(2, estimator=LogisticRegression(), random_state=0)
    search = GridSearchCV(model, {"estimator__C": [0.1, 1], "n_estimators": [1, 2]}, cv=2)
    assert search.fit(X, y).best_params_["estimator__C"] in (0.1, 1)


# -- samplers ------------------------------------------------------------------------------------

SAMPLERS = {
    "random": RandomUnderSampler(),
    "k-means, quota": KMeansUnderSampler(n_clusters=3),
    "k-means, nearest": KMeansUnderSampler(strategy="nearest"),
    "k-means, centers": KMeansUnderSampler(strategy="centroid"),
    "fuzzy c-means": FuzzyCMeansUnderSampler(n_clusters=3),
    "of imbalanced-learn": PeerUnderSampler(),
}
quiet = pytest.mark.filterwarnings("ignore::medresample.exceptions.CollapsedCentersWarning")


@quiet
@either
@pytest.mark.parametrize("name", SAMPLERS)
def test_any_under_sampler_balances_the_members(classifier, name, blobs):
    X, y = blobs((80, 15))
    model = classifier(3, n_rounds=3, sampler=SAMPLERS[name], random_state=0).fit(X, y)
    made = name == "k-means, centers"
    for rows in model.estimators_samples_:
        assert len(rows) == 30
        assert (rows == -1).sum() <= (15 if made else 0)
        assert set(np.flatnonzero(y == 1)) <= set(rows.tolist())
    if made:
        assert (model.estimators_samples_[0] == -1).sum() == 15
    else:
        assert len({rows.tobytes() for rows in model.estimators_samples_}) == 3
    assert np.mean(model.predict(X) == y) > 0.7
    again = classifier(3, n_rounds=3, sampler=SAMPLERS[name], random_state=0).fit(X, y)
    np.testing.assert_array_equal(again.decision_function(X), model.decision_function(X))


@pytest.mark.filterwarnings("ignore::medresample.exceptions.SilentMembersWarning")
def test_rows_that_a_sampler_made_are_learned_from():
    """Two clusters of the larger class become two centers, which are all that a member sees."""
    X = np.r_[np.zeros((10, 1)), np.full((10, 1), 10.0), [[4.0]], [[6.0]]]
    X[:20, 0] += np.tile([-0.5, 0.5], 10)
    y = np.repeat([0, 1], [20, 2])

    sampler = KMeansUnderSampler(strategy="centroid")
    model = EasyEnsembleClassifier(1, estimator=Keep(), sampler=sampler, random_state=0).fit(X, y)
    rows, labels, _ = model.estimators_[0].given_
    order = np.lexsort((rows[:, 0], labels))
    np.testing.assert_allclose(rows[order][:, 0], [0, 10, 4, 6], atol=1e-9)
    np.testing.assert_array_equal(labels[order], [0, 0, 1, 1])
    assert sorted(model.estimators_samples_[0]) == [-1, -1, 20, 21]


def test_rows_that_a_sampler_made_have_the_weights_of_their_seeds(blobs):
    X, y = blobs((60, 15))
    weight = np.random.default_rng(0).uniform(1, 2, 75)
    model = EasyEnsembleClassifier(1, estimator=Keep(), sampler=SMOTE(), random_state=0)
    _, labels, given = model.fit(X, y, sample_weight=weight).estimators_[0].given_
    np.testing.assert_array_equal(given[:75], weight)
    assert len(given) == 120
    assert (labels[75:] == 1).all()
    assert set(given[75:]) <= set(weight[y == 1])


@quiet
def test_the_number_of_clusters_grows_from_member_to_member(monkeypatch, blobs):
    X, y = blobs((80, 15))
    asked = []
    plan = KMeansUnderSampler.plan

    def spy(self, *args, **options):
        asked.append((self.n_clusters, self.random_state))
        return plan(self, *args, **options)

    monkeypatch.setattr(KMeansUnderSampler, "plan", spy)
    EasyEnsembleClassifier(
        4, n_rounds=1, sampler=KMeansUnderSampler(n_clusters=3), random_state=0
    ).fit(X, y)
    assert [n_clusters for n_clusters, _ in asked] == [3, 4, 5, 6]
    assert len({seed for _, seed in asked}) == 4


def test_a_sampler_with_a_seed_of_its_own_draws_the_same_rows_and_that_is_said(blobs):
    X, y = blobs((80, 15))
    for sampler in (RandomUnderSampler(random_state=3), PeerUnderSampler(random_state=3)):
        with pytest.warns(RepeatedMembersWarning, match="2 of 3 members.*random_state of the sam"):
            EasyEnsembleClassifier(3, n_rounds=1, sampler=sampler, random_state=0).fit(X, y)


def test_a_few_members_of_a_nearly_balanced_table_repeat_and_that_is_said():
    X, y = np.arange(5.0)[:, None], np.array([0, 0, 0, 1, 1])
    with pytest.warns(RepeatedMembersWarning, match="too few rows to draw from"):
        EasyEnsembleClassifier(4, n_rounds=1, random_state=0).fit(X, y)


def test_a_cleaner_need_not_balance(blobs):
    """What it leaves is what members see: the sampler is the user's choice."""
    X, y = blobs((80, 15))
    with pytest.warns(RepeatedMembersWarning):
        model = EasyEnsembleClassifier(2, n_rounds=2, sampler=TomekLinks(), random_state=0).fit(
            X, y
        )
    kept = TomekLinks().plan(X, y).sample_indices
    for rows in model.estimators_samples_:
        np.testing.assert_array_equal(rows, np.sort(kept))


@either
@pytest.mark.parametrize("sampler", [SMOTE(), RandomOverSampler()], ids=["SMOTE", "copies"])
def test_an_over_sampler_balances_them_too(classifier, sampler, blobs):
    X, y = blobs((60, 15))
    model = classifier(2, n_rounds=2, sampler=sampler, random_state=0).fit(X, y)
    rows = model.estimators_samples_[0]
    assert (rows == -1).sum() == 45
    np.testing.assert_array_equal(np.sort(rows[rows >= 0]), np.arange(75))
    assert not np.array_equal(*(each.alphas for each in model.estimators_))


def test_a_sampler_that_leaves_one_class_is_refused(blobs):
    X, y = blobs((60, 15, 15))
    sampler = PeerUnderSampler(sampling_strategy={0: 0, 1: 10, 2: 10})
    with pytest.raises(SamplerInputError, match="leaves 2 of 3 classes to a member"):
        EasyEnsembleClassifier(2, sampler=sampler, random_state=0).fit(X, y)


@quiet
def test_the_hybrid_of_the_literature(blobs):
    """Fuzzy c-means picks what members see, and each is a gradient boosting."""
    X, y = blobs((200, 30))
    model = EasyEnsembleClassifier(
        3, estimator=SMALL_BOOSTING, sampler=FuzzyCMeansUnderSampler(n_clusters=4), random_state=0
    ).fit(X, y)
    new, new_y = blobs((100, 100), seed=1)
    assert roc_auc_score(new_y, model.decision_function(new)) > 0.9
