"""Trained on resampled rows, calibrated on others: who sees what, and what comes of it."""

import pickle

import numpy as np
import pytest
import sklearn
from imblearn.over_sampling import SMOTE as PeerSMOTE
from imblearn.under_sampling import RandomUnderSampler as PeerUnderSampler
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedShuffleSplit
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from medresample import SMOTE, RandomOverSampler, RandomUnderSampler
from medresample.calibration import (
    BetaCalibrator,
    LogisticCalibrator,
    PriorCorrectedClassifier,
    ResampledClassifier,
    SigmoidCalibrator,
)
from medresample.ensemble import EasyEnsembleClassifier
from medresample.exceptions import (
    ApproximateCorrectionWarning,
    SamplerInputError,
    TooFewRowsError,
    UnreliableCalibrationWarning,
)
from medresample.pipeline import make_pipeline

METHODS = ["sigmoid", "logistic", "isotonic", "beta", "temperature"]
SCALED = SMOTE(neighbor_space=StandardScaler())
SEEN: list["Recorder"] = []


class Recorder(ClassifierMixin, BaseEstimator):
    """Remembers the rows it was fitted on and asked about, by their number in the first column."""

    def fit(self, X, y, sample_weight=None):
        self.classes_, self.rows_, self.y_ = np.unique(y), X[:, 0].astype(int), np.asarray(y)
        self.sample_weight_, self.asked_ = sample_weight, []
        SEEN.append(self)
        return self

    def predict_proba(self, X):
        self.asked_.append(X[:, 0].astype(int))
        risk = expit(X[:, 1] - 1)
        return np.column_stack([1 - risk, risk])

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class RecordingCalibrator(BaseEstimator):
    """Remembers what it learned from, and changes nothing."""

    def fit(self, scores, y, sample_weight=None):
        self.scores_, self.y_, self.sample_weight_ = scores, y, sample_weight
        return self

    def predict(self, scores):
        return scores


@pytest.fixture
def seen():
    SEEN.clear()
    return SEEN


@pytest.fixture
def visits():
    """X with the row number in front, y and patient: 1,800 visits of 600, a fifth ill."""
    random = np.random.default_rng(6)
    groups = random.permutation(np.repeat(np.arange(600), 3))
    y = np.array(["fit", "sick"])[(groups % 5 == 0).astype(int)]
    values = random.normal(size=(1800, 2)) + (groups % 5 == 0)[:, np.newaxis]
    return np.column_stack([np.arange(1800), values]), y, groups


@pytest.fixture
def table(patients):
    return patients(3000, seed=3)[:2]


# -- nobody on both sides --------------------------------------------------------------------


@pytest.mark.parametrize("sampler", [RandomUnderSampler(), RandomOverSampler(), None])
@pytest.mark.parametrize("by_patient", [False, True])
def test_no_row_and_no_patient_trains_and_calibrates(visits, seen, sampler, by_patient):
    X, y, groups = visits
    model = ResampledClassifier(sampler, Recorder(), calibrate="logistic", random_state=0)
    model.fit(X, y, groups=groups if by_patient else None)
    (learner,) = seen
    held = model.calibration_rows_
    assert_array_equal(learner.asked_[0], held)  # asked about what was kept out, and nothing else
    assert not set(learner.rows_) & set(held)
    if by_patient:
        assert not set(groups[learner.rows_]) & set(groups[held])
    if not isinstance(sampler, RandomUnderSampler):
        assert sorted({*learner.rows_, *held}) == list(range(1800))  # nobody is lost


@pytest.mark.parametrize("by_patient", [False, True])
def test_the_part_kept_out_is_a_fifth_as_it_is(visits, seen, by_patient):
    X, y, groups = visits
    model = ResampledClassifier(
        RandomUnderSampler(), Recorder(), calibrate=RecordingCalibrator(), random_state=0
    )
    model.fit(X, y, groups=groups if by_patient else None)
    held = model.calibration_rows_
    assert len(set(held)) == len(held) == 360
    assert np.mean(y[held] == "sick") == pytest.approx(0.2, abs=0.01)
    assert_array_equal(model.calibrator_.y_, y[held])
    assert np.mean(seen[0].y_ == "sick") == 0.5  # while the learner saw halves
    assert_array_equal(model.calibrator_.scores_, seen[0].predict_proba(X[held]))


@pytest.mark.parametrize("by_patient", [False, True])
def test_folds_predict_what_they_were_not_trained_on(visits, seen, by_patient):
    X, y, groups = visits
    model = ResampledClassifier(
        RandomUnderSampler(), Recorder(), calibrate=RecordingCalibrator(), held_out=4
    )
    model.fit(X, y, groups=groups if by_patient else None)
    assert len(seen) == 5
    assert model.estimator_ is seen[-1]
    for learner in seen[:-1]:
        assert not set(learner.rows_) & set(learner.asked_[0])
        if by_patient:
            assert not set(groups[learner.rows_]) & set(groups[learner.asked_[0]])
    assert seen[-1].asked_ == []  # the last one, trained on all, is not asked
    assert sorted(model.calibration_rows_) == list(range(1800))
    assert_array_equal(model.calibrator_.y_, y[model.calibration_rows_])


def test_labels_of_the_other_part_change_nothing(visits):
    X, y, _ = visits
    model = ResampledClassifier(
        RandomUnderSampler(random_state=0),
        KNeighborsClassifier(),
        calibrate="logistic",
        random_state=0,
    )
    held = model.fit(X, y).calibration_rows_
    rest = np.setdiff1d(np.arange(1800), held)
    parts = _Parts(rest, held)
    first = clone(model).set_params(held_out=parts).fit(X, y)
    turned = y.copy()
    turned[held] = np.where(turned[held] == "sick", "fit", "sick")
    with pytest.warns(UnreliableCalibrationWarning, match="falls"):
        second = clone(model).set_params(held_out=parts).fit(X, turned)
    assert_array_equal(first.estimator_.predict_proba(X), second.estimator_.predict_proba(X))
    moved = X.copy()
    moved[held, 1] += 0.5
    third = clone(model).set_params(held_out=parts).fit(moved, y)
    assert_array_equal(first.estimator_.predict_proba(X), third.estimator_.predict_proba(X))


class _Parts:
    """A splitter of one part."""

    def __init__(self, train, held):
        self.parts = [(train, held)]

    def split(self, X, y=None, groups=None):
        return iter(self.parts)


@pytest.mark.filterwarnings("ignore:The groups parameter is ignored")
def test_splitters_are_taken_and_watched(visits):
    X, y, groups = visits
    model = ResampledClassifier(RandomUnderSampler(), Recorder(), calibrate="logistic")
    model.set_params(held_out=GroupKFold(3)).fit(X, y, groups=groups)
    assert len(model.calibration_rows_) == 1800
    model.set_params(held_out=StratifiedShuffleSplit(1, test_size=0.3, random_state=0))
    assert len(model.fit(X, y).calibration_rows_) == 540
    with pytest.raises(ValueError, match=r"lets \d+ patients \(groups\) train and calibrate"):
        model.fit(X, y, groups=groups)
    everything = np.arange(1800)
    with pytest.raises(ValueError, match="lets row 0 train and calibrate"):
        model.set_params(held_out=_Parts(everything, everything)).fit(X, y)


# -- weights and patients --------------------------------------------------------------------


def test_weights_follow_the_rows_to_both_sides(visits, seen):
    X, y, groups = visits
    weight = np.random.default_rng(0).uniform(1, 2, 1800)
    for sampler in (RandomOverSampler(), PeerUnderSampler(), SCALED, None):
        model = ResampledClassifier(sampler, Recorder(), calibrate=RecordingCalibrator())
        model.fit(X, y, sample_weight=weight, groups=groups)
        assert_array_equal(model.calibrator_.sample_weight_, weight[model.calibration_rows_])
        arrived = seen[-1].sample_weight_
        if sampler is not SCALED:
            assert_array_equal(arrived, weight[seen[-1].rows_])
        assert len(arrived) == len(seen[-1].rows_)


def test_weights_reach_the_end_of_a_pipeline(visits, seen):
    X, y, _ = visits
    weight = np.random.default_rng(0).uniform(1, 2, 1800)
    inner = make_pipeline(RandomUnderSampler(), Recorder())
    ResampledClassifier(None, inner).fit(X, y, sample_weight=weight)
    assert_array_equal(seen[-1].sample_weight_, weight[seen[-1].rows_])
    with pytest.raises(SamplerInputError, match="KNeighborsClassifier takes no sample_weight"):
        ResampledClassifier(None, KNeighborsClassifier()).fit(X, y, sample_weight=weight)


def test_the_sampler_is_told_the_patients(visits):
    X, y, groups = visits
    sampler = clone(SCALED).set_params(k_neighbors=2, partner_groups="same")
    model = ResampledClassifier(sampler, Recorder(), calibrate="logistic", random_state=0)
    model.fit(X, y, groups=groups)
    rest = np.setdiff1d(np.arange(1800), model.calibration_rows_)
    made = model.sampler_.provenance_[len(rest) :]
    own = groups[rest]
    assert_array_equal(own[made["seed"]], own[made["partner"]])


def test_metadata_is_asked_for_by_routing(visits, seen):
    X, y, groups = visits
    weight = np.random.default_rng(0).uniform(1, 2, 1800)
    with sklearn.config_context(enable_metadata_routing=True):
        model = ResampledClassifier(RandomUnderSampler(), Recorder(), calibrate="logistic")
        model = model.set_fit_request(groups=True, sample_weight=True)
        make_pipeline(model).fit(X, y, groups=groups, sample_weight=weight)
    assert not set(groups[seen[-1].rows_]) & set(groups[seen[-1].asked_[0]])
    assert_array_equal(seen[-1].sample_weight_, weight[seen[-1].rows_])


# -- the maps --------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_name_is_the_calibrator_of_that_name(method, table):
    X, y = table
    model = ResampledClassifier(
        RandomUnderSampler(random_state=0),
        LogisticRegression(),
        calibrate=method,
        held_out=0.4,
        random_state=0,
    ).fit(X, y)
    held, learner = model.calibration_rows_, model.estimator_
    scores = (
        learner.predict_proba
        if method not in ("sigmoid", "isotonic")
        else (lambda rows: np.column_stack([-learner.decision_function(rows)] * 2) * [1, -1])
    )
    expected = clone(model.calibrator_).fit(scores(X[held]), y[held])
    assert_allclose(model.predict_proba(X), expected.predict(scores(X)))
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    assert_array_equal(model.predict(X), model.predict_proba(X).argmax(axis=1))


def test_scores_of_a_machine_without_probabilities_are_mapped(table):
    X, y = table
    model = ResampledClassifier(RandomUnderSampler(), LinearSVC(), calibrate="sigmoid")
    assert model.fit(X, y).predict_proba(X)[:, 1].mean() == pytest.approx(y.mean(), abs=0.02)
    with pytest.raises(SamplerInputError, match="LinearSVC has no predict_proba"):
        model.set_params(calibrate="logistic").fit(X, y)
    assert not hasattr(model.set_params(calibrate=None), "predict_proba")
    assert set(model.fit(X, y).predict(X)) == {0, 1}


def test_an_ensemble_that_balances_inside_is_calibrated(table):
    X, y = table
    model = ResampledClassifier(
        None, EasyEnsembleClassifier(2, random_state=0), calibrate="logistic", random_state=0
    ).fit(X, y)
    raw = model.estimator_.predict_proba(X)[:, 1].mean()
    assert raw > 3 * y.mean()
    assert model.predict_proba(X)[:, 1].mean() == pytest.approx(y.mean(), rel=0.3)


@pytest.mark.parametrize("method", METHODS)
def test_several_classes_and_each_method(method):
    random = np.random.default_rng(0)
    y = np.repeat(["a", "b", "c"], [600, 240, 120])
    X = random.normal(size=(960, 3)) + 1.5 * (y[:, np.newaxis] == ["a", "b", "c"])
    model = ResampledClassifier(
        RandomOverSampler(), LogisticRegression(), calibrate=method, held_out=5, random_state=0
    ).fit(X, y)
    said = model.predict_proba(X)
    assert_allclose(said.sum(axis=1), 1)
    raw = model.estimator_.predict_proba(X)
    truth = y[:, np.newaxis] == model.classes_
    # One temperature can not undo a shift of the prior; it does no harm.
    better = 1.001 if method == "temperature" else 0.98
    assert ((said - truth) ** 2).sum() < better * ((raw - truth) ** 2).sum()


def test_a_calibrator_of_ones_own_is_taken(table):
    X, y = table
    given = BetaCalibrator("am")
    model = ResampledClassifier(RandomUnderSampler(), LogisticRegression(), calibrate=given)
    assert model.fit(X, y).calibrator_.parameters == "am"
    assert not hasattr(given, "maps_")
    assert isinstance(clone(model).set_params(calibrate=SigmoidCalibrator()), ResampledClassifier)


# -- without rows kept out -------------------------------------------------------------------


def test_none_is_the_sampler_and_the_estimator_and_nothing_else(table):
    X, y = table
    sampler = RandomUnderSampler(random_state=0)
    model = ResampledClassifier(sampler, LogisticRegression()).fit(X, y)
    alone = make_pipeline(sampler, LogisticRegression()).fit(X, y)
    assert_array_equal(model.predict_proba(X), alone.predict_proba(X))
    assert_array_equal(model.predict(X), alone.predict(X))
    assert model.calibrator_ is None
    assert len(model.calibration_rows_) == 0


@pytest.mark.parametrize(
    "sampler", [RandomUnderSampler(random_state=0), PeerUnderSampler(random_state=0)]
)
def test_prior_is_the_correction_by_counts(table, sampler):
    X, y = table
    model = ResampledClassifier(sampler, LogisticRegression(), calibrate="prior").fit(X, y)
    other = PriorCorrectedClassifier(make_pipeline(sampler, LogisticRegression())).fit(X, y)
    assert_allclose(model.predict_proba(X), other.predict_proba(X))
    assert_allclose(model.prior_train_, [0.5, 0.5])
    assert_allclose(model.prior_, other.prior_)
    assert_array_equal(model.predict(X), other.predict(X))


@pytest.mark.parametrize("sampler", [SMOTE(), PeerSMOTE()])
def test_prior_says_where_it_is_not_exact(table, sampler):
    model = ResampledClassifier(sampler, LogisticRegression(), calibrate="prior")
    with pytest.warns(ApproximateCorrectionWarning, match="SMOTE changes"):
        model.fit(*table)
    inside = make_pipeline(sampler, LogisticRegression())
    with pytest.warns(ApproximateCorrectionWarning, match="SMOTE changes"):
        ResampledClassifier(None, inside, calibrate="prior").fit(*table)


# -- too little ------------------------------------------------------------------------------


def few(n_sick, n_rows=200, seed=0):
    random = np.random.default_rng(seed)
    sick = np.arange(n_rows) < n_sick
    return random.normal(size=(n_rows, 2)) + sick[:, np.newaxis], np.where(sick, "sick", "fit")


@pytest.mark.parametrize(
    ("n_sick", "held_out", "words"),
    [
        (12, 0.2, "'sick' has 2 rows among the rows kept out.*Use held_out=5,.*calibrate='prior'"),
        (4, 0.2, r"'sick' has 1 rows .* least 5 are needed\. Use calibrate='prior' or calib"),
        (3, 5, "'sick' has 3 rows, which can not be divided into 5 parts"),
        (4, 4, "'sick' has 4 rows among the rows kept out"),
    ],
)
def test_too_few_cases_to_calibrate_on_are_an_error(n_sick, held_out, words):
    X, y = few(n_sick)
    model = ResampledClassifier(
        RandomOverSampler(), LogisticRegression(), calibrate="logistic", held_out=held_out
    )
    with pytest.raises(TooFewRowsError, match=words):
        model.fit(X, y)
    model.set_params(calibrate="prior").fit(X, y)  # what the message says


def test_patients_are_counted_instead_of_rows():
    X, y = few(60)
    groups = np.where(y == "sick", np.arange(200) // 20, np.arange(200))
    model = ResampledClassifier(RandomOverSampler(), LogisticRegression(), calibrate="logistic")
    with pytest.raises(TooFewRowsError, match=r"'sick' has 3 patients \(groups\), which can not"):
        model.fit(X, y, groups=groups)


def test_few_cases_are_said():
    X, y = few(60)
    model = ResampledClassifier(RandomOverSampler(), LogisticRegression(), calibrate="logistic")
    with pytest.warns(UnreliableCalibrationWarning, match="'sick' has 12 rows among"):
        model.fit(X, y)


def test_a_part_without_a_class_to_train_on_is_an_error():
    X, y = few(60)
    parts = _Parts(np.arange(60, 130), np.r_[:60, 130:200])
    model = ResampledClassifier(None, LogisticRegression(), calibrate="logistic", held_out=parts)
    with pytest.raises(TooFewRowsError, match="No row of class 'sick' is left to train on"):
        model.fit(X, y)


# -- as a member of scikit-learn -------------------------------------------------------------


@pytest.mark.parametrize("held_out", [0.2, 3])
def test_a_seed_is_the_whole_course_of_chance(table, held_out):
    X, y = table
    model = ResampledClassifier(
        RandomUnderSampler(),
        LogisticRegression(),
        calibrate="logistic",
        held_out=held_out,
        random_state=1,
    )
    first, again = (clone(model).fit(X, y).predict_proba(X) for _ in range(2))
    assert_array_equal(first, again)
    other = clone(model).set_params(random_state=2).fit(X, y)
    assert not np.array_equal(first, other.predict_proba(X))


def test_tables_stay_what_they_are_on_both_sides(table):
    pandas = pytest.importorskip("pandas")
    X, y = pandas.DataFrame(table[0], columns=["a", "b", "c"], index=range(5, 3005)), table[1]
    model = ResampledClassifier(
        SMOTE(random_state=0),
        make_pipeline(StandardScaler(), LogisticRegression()),
        calibrate="logistic",
        random_state=0,
    )
    from_frame = model.fit(X, pandas.Series(y, index=X.index)).predict_proba(X)
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    from_array = model.fit(X.to_numpy(), y).predict_proba(X.to_numpy())
    assert_allclose(from_frame, from_array)
    assert not hasattr(model, "feature_names_in_")
    assert model.n_features_in_ == 3


def test_it_is_pickled(table):
    X, y = table
    model = ResampledClassifier(RandomUnderSampler(), LogisticRegression(), calibrate="isotonic")
    fitted = model.set_params(held_out=0.5, random_state=0).fit(X, y)
    copied = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(copied.predict_proba(X), fitted.predict_proba(X))
    assert isinstance(clone(fitted).set_params(calibrate=LogisticCalibrator()), ResampledClassifier)
