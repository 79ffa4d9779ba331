"""Counting what a learner was shown, and correcting for it: every way of shifting the prior."""

import pickle

import numpy as np
import pytest
import sklearn
from imblearn.ensemble import BalancedRandomForestClassifier
from imblearn.over_sampling import RandomOverSampler as PeerOverSampler
from imblearn.pipeline import make_pipeline as peer_pipeline
from imblearn.under_sampling import RandomUnderSampler as PeerUnderSampler
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from medresample import SMOTE, Chain, RandomOverSampler, RandomUnderSampler, TomekLinks
from medresample.calibration import (
    PriorCorrectedClassifier,
    ResampledClassifier,
    estimate_prior,
    prior_correct,
)
from medresample.ensemble import EasyEnsembleClassifier
from medresample.exceptions import (
    ApproximateCorrectionWarning,
    SamplerInputError,
    UnreliableCalibrationWarning,
)
from medresample.pipeline import make_pipeline

UNDER = RandomUnderSampler(random_state=0)
PLAIN = LogisticRegression(C=1e8)


@pytest.fixture
def table(patients):
    return patients(1500, seed=3)[:2]


PIPELINES = {
    "ours": make_pipeline(StandardScaler(), UNDER, PLAIN),
    "imblearn's": peer_pipeline(StandardScaler(), UNDER, PLAIN),
    "their sampler": peer_pipeline(PeerUnderSampler(random_state=0), PLAIN),
    "their sampler in ours": make_pipeline(PeerOverSampler(random_state=0), PLAIN),
    "two samplers": make_pipeline(
        RandomUnderSampler(sampling_strategy=0.2, random_state=0),
        RandomOverSampler(random_state=0),
        PLAIN,
    ),
    "a chain": make_pipeline(
        Chain(RandomUnderSampler(sampling_strategy=0.2), RandomOverSampler()), PLAIN
    ),
    "a pipeline in a pipeline": make_pipeline(StandardScaler(), make_pipeline(UNDER, PLAIN)),
    "weights": LogisticRegression(C=1e8, class_weight="balanced"),
    "weights in a forest": RandomForestClassifier(
        20, max_depth=3, class_weight="balanced_subsample", random_state=0
    ),
    "a prior": GaussianNB(priors=[0.5, 0.5]),
}


@pytest.mark.parametrize("name", PIPELINES)
def test_every_way_to_even_classes_is_counted_and_corrected(name, table):
    X, y = table
    model = PriorCorrectedClassifier(PIPELINES[name]).fit(X, y)
    assert_allclose(model.prior_train_, [0.5, 0.5])
    assert_allclose(model.prior_, [1 - y.mean(), y.mean()])
    said = model.estimator_.predict_proba(X)
    assert_allclose(model.predict_proba(X), prior_correct(said, 0.5, y.mean()), atol=1e-12)


def test_the_fitted_estimator_is_what_it_would_be_by_itself(table):
    X, y = table
    model = PriorCorrectedClassifier(PIPELINES["a pipeline in a pipeline"]).fit(X, y)
    alone = clone(PIPELINES["a pipeline in a pipeline"]).fit(X, y)
    assert repr(model.estimator_) == repr(alone)
    assert_array_equal(model.estimator_.predict_proba(X), alone.predict_proba(X))
    assert not hasattr(PIPELINES["a pipeline in a pipeline"][0], "mean_")


def test_it_agrees_with_dal_pozzolo(table):
    X, y = table
    model = PriorCorrectedClassifier(PIPELINES["ours"]).fit(X, y)
    raw = model.estimator_.predict_proba(X)[:, 1]
    beta = y.sum() / (y == 0).sum()  # as many negative rows are kept as there are positive ones
    assert_allclose(model.predict_proba(X)[:, 1], beta * raw / (beta * raw - raw + 1))


def test_without_a_shift_nothing_changes(table):
    model = PriorCorrectedClassifier(PLAIN).fit(*table)
    assert_allclose(model.predict_proba(table[0]), PLAIN.fit(*table).predict_proba(table[0]))


# -- weights ---------------------------------------------------------------------------------


def weighted(fit_params=None, **parameters):
    model = PriorCorrectedClassifier(LogisticRegression(C=1e8, tol=1e-10, **parameters))
    return lambda X, y: model.fit(X, y, **(fit_params or (lambda y: {}))(y))


WEIGHTS = {
    "class_weight": weighted(class_weight={0: 1, 1: 3}),
    "sample_weight": weighted(lambda y: {"sample_weight": 1 + 2 * (y == 1)}),
    "in halves": weighted(
        lambda y: {"sample_weight": np.where(y == 1, 1.5, 1)}, class_weight={0: 1, 1: 2}
    ),
    "through a pipeline": lambda X, y: PriorCorrectedClassifier(
        make_pipeline(StandardScaler(), LogisticRegression(C=1e8, tol=1e-10))
    ).fit(X, y, logisticregression__sample_weight=1 + 2 * (y == 1)),
    "by copies": lambda X, y: PriorCorrectedClassifier(
        LogisticRegression(C=1e8, tol=1e-10), prior=[1 - y.mean(), y.mean()]
    ).fit(np.concatenate([X, X[y == 1], X[y == 1]]), np.concatenate([y, y[y == 1], y[y == 1]])),
}


@pytest.mark.parametrize("way", WEIGHTS)
def test_threefold_weight_is_threefold_copies_whoever_says_so(way, table):
    X, y = table
    expected = WEIGHTS["class_weight"](X, y)
    n_ill = y.sum()
    assert_allclose(expected.prior_train_[1], 3 * n_ill / (3 * n_ill + len(y) - n_ill))
    model = WEIGHTS[way](X, y)
    assert_allclose(model.prior_train_, expected.prior_train_)
    assert_allclose(model.predict_proba(X), expected.predict_proba(X), atol=2e-5)


def test_weights_carried_through_a_sampler_are_counted_as_they_arrive(table):
    X, y = table
    weight = np.random.default_rng(0).uniform(1, 2, len(y))
    model = PriorCorrectedClassifier(make_pipeline(UNDER, PLAIN))
    model.fit(X, y, logisticregression__sample_weight=weight)
    kept = model.estimator_[0].sample_indices_
    arrived = np.bincount(y[kept], weight[kept])
    assert_allclose(model.prior_train_, arrived / arrived.sum())


@pytest.mark.parametrize("balanced", ["balanced", {0: 1.0, 1: 20.0}])
def test_balanced_weights_and_uneven_ones_are_only_taken_where_they_are_clear(table, balanced):
    X, y = table
    weight = compute_sample_weight({0: 1, 1: 2}, y)
    model = PriorCorrectedClassifier(LogisticRegression(class_weight=balanced))
    if balanced == "balanced":
        with pytest.raises(SamplerInputError, match="differs between learners"):
            model.fit(X, y, sample_weight=weight)
        weight = np.full(len(y), 2.0)
    assert model.fit(X, y, sample_weight=weight).prior_train_[1] >= 0.5


class Boosting(ClassifierMixin, BaseEstimator):
    """Takes the weight of positive rows as gradient boosting packages do."""

    def __init__(self, scale_pos_weight=None):
        self.scale_pos_weight = scale_pos_weight

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)


def test_the_weight_of_positive_rows_of_boosting_is_counted(table):
    X, y = table
    model = PriorCorrectedClassifier(Boosting(scale_pos_weight=4)).fit(X, y)
    assert model.prior_train_[1] / model.prior_train_[0] == pytest.approx(
        4 * y.mean() / (1 - y.mean())
    )


# -- which prior -----------------------------------------------------------------------------


def test_words_for_labels_and_priors_by_name(table):
    X, y = table
    words = np.where(y == 1, "sick", "fit")
    model = PriorCorrectedClassifier(PIPELINES["ours"], prior={"sick": 0.25}).fit(X, words)
    assert model.classes_.tolist() == ["fit", "sick"]
    assert_allclose(model.prior_, [0.75, 0.25])
    same = PriorCorrectedClassifier(PIPELINES["ours"], prior=0.25).fit(X, y)
    assert_allclose(model.predict_proba(X), same.predict_proba(X))
    assert set(model.predict(X)) == {"fit", "sick"}


@pytest.mark.parametrize(
    ("prior", "words"),
    [
        (0.1, r"share of 'ill' or of 'well': write \{'well': 0.1\}"),
        ({"sick": 0.1}, "'ill', 'well', or leave out one"),
        ({"ill": 1.5}, "leave out one whose share is the rest"),
        ([0.2, 0.3, 0.5], "a share for each of 2 classes"),
    ],
)
def test_a_prior_that_is_not_clear_is_refused(table, prior, words):
    X, y = table
    with pytest.raises(SamplerInputError, match=words):
        PriorCorrectedClassifier(PLAIN, prior=prior).fit(X, np.where(y == 1, "ill", "well"))


def test_another_prior_needs_no_other_fit(table):
    X, y = table
    model = PriorCorrectedClassifier(PIPELINES["ours"]).fit(X, y)
    before = model.predict_proba(X)
    moved = model.with_prior(0.3)
    fitted = PriorCorrectedClassifier(PIPELINES["ours"], prior=0.3).fit(X, y)
    assert_allclose(moved.predict_proba(X), fitted.predict_proba(X))
    assert moved.get_params()["prior"] == 0.3
    assert moved.estimator_ is model.estimator_
    assert_array_equal(model.predict_proba(X), before)


def test_the_prior_of_another_place_is_estimated_when_asked_for(patients):
    X, y, _ = patients(6000, seed=0)
    model = PriorCorrectedClassifier(PIPELINES["ours"]).fit(X, y)
    # A clinic with the same patients of either kind, but of those not ill only one in eight.
    X, y, _ = patients(60_000, seed=9)
    here = (y == 1) | (np.arange(len(y)) % 8 == 0)
    found = model.estimate_prior(X[here])
    assert found[1] == pytest.approx(y[here].mean(), abs=0.02)
    raw = model.estimator_.predict_proba(X[here])
    assert_allclose(list(found.values()), estimate_prior(raw, [0.5, 0.5]))
    moved = model.with_prior(found).predict_proba(X[here])
    assert moved[:, 1].mean() == pytest.approx(found[1], abs=1e-4)


def test_a_model_fitted_before_takes_the_counts_of_its_plan(table):
    X, y = table
    pipeline = clone(PIPELINES["ours"]).fit(X, y)
    counts = pipeline["randomundersampler"].plan_.counts
    frozen = PriorCorrectedClassifier(
        FrozenEstimator(pipeline), prior_train=counts["after"], prior=counts["before"]
    ).fit(X, y)
    fitted = PriorCorrectedClassifier(PIPELINES["ours"]).fit(X, y)
    assert_allclose(frozen.predict_proba(X), fitted.predict_proba(X))
    with pytest.raises(SamplerInputError, match="was fitted before"):
        PriorCorrectedClassifier(FrozenEstimator(pipeline)).fit(X, y)


def test_several_classes_with_a_prior_for_each(multiclass):
    X, y = multiclass
    model = PriorCorrectedClassifier(make_pipeline(UNDER, PLAIN)).fit(X, y)
    assert_allclose(model.prior_train_, [1 / 3] * 3)
    assert_allclose(model.prior_, np.bincount(y) / len(y))
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    assert_allclose(model.with_prior({0: 0.2, 2: 0.3}).prior_, [0.2, 0.5, 0.3])


# -- where it can not be exact, or not be counted --------------------------------------------


@pytest.mark.parametrize(
    ("sampler", "name"),
    [
        (SMOTE(random_state=0), "SMOTE"),
        (RandomOverSampler(shrinkage=1.0, random_state=0), "RandomOverSampler"),
        (PeerOverSampler(shrinkage=1.0, random_state=0), "RandomOverSampler"),
        (Chain(RandomUnderSampler(), TomekLinks()), "Chain"),
    ],
)
@pytest.mark.parametrize("prior_train", [None, [1, 1]])
def test_more_than_a_shift_of_the_prior_is_said(table, sampler, name, prior_train):
    model = PriorCorrectedClassifier(make_pipeline(sampler, PLAIN), prior_train=prior_train)
    with pytest.warns(ApproximateCorrectionWarning, match=rf"{name} changes .* calibrate='logi"):
        model.fit(*table)


@pytest.mark.parametrize(
    ("estimator", "words"),
    [
        (GridSearchCV(PIPELINES["ours"], {}, cv=2), r"holds a sampler \(estimator__randomunder"),
        (ResampledClassifier(UNDER, PLAIN), r"holds a sampler \(sampler=RandomUnder"),
        (GridSearchCV(LogisticRegression(class_weight="balanced"), {}, cv=2), "holds weights"),
        (EasyEnsembleClassifier(2), "no risks at any one prior"),
        (BalancedRandomForestClassifier(5), "no risks at any one prior"),
    ],
)
def test_what_happens_inside_a_learner_can_not_be_counted(table, estimator, words):
    with pytest.raises(SamplerInputError, match=words):
        PriorCorrectedClassifier(estimator).fit(*table)


def test_what_can_not_be_counted_can_be_told(table):
    X, y = table
    inside = GridSearchCV(PIPELINES["ours"], {}, cv=2)
    told = PriorCorrectedClassifier(inside, prior_train=[1, 1]).fit(X, y)
    outside = GridSearchCV(PriorCorrectedClassifier(PIPELINES["ours"]), {}, cv=2).fit(X, y)
    assert_allclose(told.predict_proba(X), outside.predict_proba(X))


def test_a_learner_that_calibrates_itself_is_left_as_it_is(table):
    X, y = table
    inside = CalibratedClassifierCV(LogisticRegression(class_weight="balanced"), cv=3)
    model = PriorCorrectedClassifier(inside).fit(X, y)
    assert_allclose(model.predict_proba(X), model.estimator_.predict_proba(X))


def test_a_class_that_a_sampler_takes_away_is_named(table):
    X, y = table
    sampler = PeerUnderSampler(sampling_strategy={0: 30, 1: 30, 2: 0})
    labels = np.where(np.arange(len(y)) < 40, 2, y)
    with pytest.raises(SamplerInputError, match="2 was on one side only"):
        PriorCorrectedClassifier(make_pipeline(sampler, PLAIN)).fit(X, labels)


# -- as a member of scikit-learn -------------------------------------------------------------


def test_a_threshold_goes_around_it(table):
    X, y = table
    model = PriorCorrectedClassifier(PIPELINES["ours"])
    named = FixedThresholdClassifier(model, threshold=0.1).fit(X, y).predict(X)
    assert_array_equal(named == 1, model.fit(X, y).predict_proba(X)[:, 1] >= 0.1)


def test_it_is_cloned_pickled_and_searched(table):
    X, y = table
    model = PriorCorrectedClassifier(PIPELINES["ours"], prior=0.1)
    fitted = clone(model).fit(X, y)
    copied = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(copied.predict_proba(X), fitted.predict_proba(X))
    grid = {"estimator__randomundersampler": ["passthrough", UNDER]}
    search = GridSearchCV(model, grid, cv=2, scoring="neg_brier_score").fit(X, y)
    assert len(search.cv_results_["params"]) == 2


def test_columns_are_those_of_the_estimator(table):
    pandas = pytest.importorskip("pandas")
    X, y = pandas.DataFrame(table[0], columns=["a", "b", "c"]), table[1]
    model = PriorCorrectedClassifier(PIPELINES["ours"]).fit(X, y)
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    assert model.n_features_in_ == 3
    model.fit(X.to_numpy(), y)
    assert not hasattr(model, "feature_names_in_")


def test_metadata_is_routed_to_the_estimator(table):
    X, y = table
    weight, groups = np.random.default_rng(0).uniform(1, 2, len(y)), np.arange(len(y)) % 9
    with sklearn.config_context(enable_metadata_routing=True):
        sampler = SMOTE(k_neighbors=1, partner_groups="same", random_state=0)
        sampler = sampler.set_fit_resample_request(groups=True, sample_weight=False)
        learner = LogisticRegression().set_fit_request(sample_weight=True)
        model = PriorCorrectedClassifier(make_pipeline(sampler, learner))
        with pytest.warns(ApproximateCorrectionWarning):
            model.fit(X, y, sample_weight=weight, groups=groups)
    assert_array_equal(model.estimator_[0].groups_[: len(y)], groups)
    arrived = model.estimator_[0].plan_.carry(weight)
    labels = model.estimator_[0].plan_.labels
    assert_allclose(model.prior_train_[1], arrived[labels == 1].sum() / arrived.sum())


def test_a_failure_inside_leaves_the_pipeline_whole(table):
    X, y = table
    pipeline = make_pipeline(UNDER, LogisticRegression(C=-1.0))
    with pytest.raises(ValueError, match="'C' parameter"):
        PriorCorrectedClassifier(pipeline).fit(X, y)
    assert type(pipeline[-1]) is LogisticRegression


def test_an_estimate_that_any_prior_would_do_for_is_reported(table):
    X, y = table
    model = PriorCorrectedClassifier(Boosting()).fit(X, y)
    with pytest.warns(UnreliableCalibrationWarning, match="same in all rows"):
        model.estimate_prior(X)
