"""The promise itself: resampling distorts risks that are known, and we undo it."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from medresample import SMOTE, RandomOverSampler, RandomUnderSampler
from medresample.calibration import (
    PriorCorrectedClassifier,
    ResampledClassifier,
    TemperatureCalibrator,
    prior_correct,
)
from medresample.exceptions import ApproximateCorrectionWarning
from medresample.metrics import (
    auroc,
    brier_score,
    calibration_intercept,
    calibration_slope,
    integrated_calibration_index,
    log_loss,
)
from medresample.pipeline import make_pipeline

LEARNER = LogisticRegression(C=1e8)
EXACT = {
    "under": make_pipeline(RandomUnderSampler(random_state=0), LEARNER),
    "under by half": make_pipeline(
        RandomUnderSampler(sampling_strategy=0.5, random_state=0), LEARNER
    ),
    "over": make_pipeline(RandomOverSampler(random_state=0), LEARNER),
    "weights": LogisticRegression(C=1e8, class_weight="balanced"),
}


@pytest.mark.parametrize("way", EXACT)
def test_corrected_risks_are_calibrated_and_uncorrected_are_not(way, train, test):
    X, y, true = test
    model = PriorCorrectedClassifier(EXACT[way]).fit(*train)
    raw, risk = model.estimator_.predict_proba(X)[:, 1], model.predict_proba(X)[:, 1]
    assert calibration_intercept(y, raw) < -1.5
    assert abs(calibration_intercept(y, risk)) < 0.15
    assert calibration_slope(y, risk) == pytest.approx(1, abs=0.1)
    assert np.abs(risk - true).mean() < 0.006
    assert np.abs(raw - true).mean() > 0.15
    assert auroc(y, risk) == auroc(y, raw)  # the ranking stays what it was


def test_the_shift_on_the_logit_scale_is_the_log_of_the_odds(train, test):
    # The intercept of the uncorrected risks is what theory says: log odds before, less after.
    X, y, _ = test
    model = PriorCorrectedClassifier(EXACT["under"]).fit(*train)
    found = calibration_intercept(y, model.estimator_.predict_proba(X)[:, 1])
    assert found == pytest.approx(np.log(model.prior_[1] / model.prior_[0]), abs=0.15)


def test_correcting_smote_by_counts_is_an_approximation(train, test):
    X, y, _ = test
    pipeline = make_pipeline(SMOTE(random_state=0), LogisticRegression())
    with pytest.warns(ApproximateCorrectionWarning):
        model = PriorCorrectedClassifier(pipeline).fit(*train)
    raw, risk = model.estimator_.predict_proba(X)[:, 1], model.predict_proba(X)[:, 1]
    assert brier_score(y, risk) < 0.5 * brier_score(y, raw)
    assert calibration_slope(y, risk) < 0.97  # too extreme: new rows lie closer together


@pytest.fixture(scope="module")
def smote(train):
    """A model of every calibration after SMOTE; None is the one without."""
    sampler = SMOTE(random_state=0)
    return {
        method: ResampledClassifier(
            sampler, LEARNER, calibrate=method, held_out=0.3, random_state=0
        ).fit(*train)
        for method in (None, "sigmoid", "logistic", "isotonic", "beta", "temperature")
    }


@pytest.mark.parametrize("method", ["sigmoid", "logistic", "isotonic", "beta"])
def test_recalibration_repairs_the_risks_of_smote(smote, test, method):
    X, y, true = test
    raw, risk = (smote[one].predict_proba(X)[:, 1] for one in (None, method))
    assert brier_score(y, risk) < 0.5 * brier_score(y, raw)
    assert log_loss(y, np.clip(risk, 1e-6, 1)) < 0.5 * log_loss(y, raw)
    assert abs(calibration_intercept(y, np.clip(risk, 1e-6, 1))) < 0.25
    assert integrated_calibration_index(y[:5000], risk[:5000]) < 0.02
    assert np.abs(risk - true).mean() < 0.1 * np.abs(raw - true).mean()
    assert auroc(y, risk) == pytest.approx(auroc(y, raw), abs=0.005)


@pytest.mark.parametrize("method", ["logistic", "beta"])
def test_the_slope_is_repaired_too(smote, test, method):
    X, y, _ = test
    assert calibration_slope(y, smote[method].predict_proba(X)[:, 1]) == pytest.approx(1, abs=0.15)


def test_a_temperature_helps_but_can_not_take_back_the_shift(smote, test):
    X, y, _ = test
    raw, risk = (smote[one].predict_proba(X)[:, 1] for one in (None, "temperature"))
    assert log_loss(y, risk) < log_loss(y, raw)
    assert abs(calibration_intercept(y, risk)) > 0.5


def test_a_temperature_after_the_correction_is_calibrated(smote, patients, test):
    # What is left of SMOTE after correcting the prior is mostly risks that are too extreme.
    X, y, _ = test
    X_held, y_held, _ = patients(6000, seed=2)
    counts = smote[None].sampler_.plan_.counts

    def corrected(X):
        return prior_correct(smote[None].predict_proba(X), counts["after"], counts["before"])

    calibrator = TemperatureCalibrator().fit(corrected(X_held), y_held)
    before, after = (
        call(X)[:, 1] for call in (corrected, lambda X: calibrator.predict(corrected(X)))
    )
    assert log_loss(y, after) < log_loss(y, before)


def test_folds_calibrate_as_well_as_a_part_kept_out(train, test):
    X, y, true = test
    model = ResampledClassifier(
        SMOTE(random_state=0), LEARNER, calibrate="logistic", held_out=5, random_state=0
    ).fit(*train)
    risk = model.predict_proba(X)[:, 1]
    assert abs(calibration_intercept(y, risk)) < 0.2
    assert np.abs(risk - true).mean() < 0.01


def test_calibrating_on_resampled_rows_would_not_help(train, test):
    # The mistake that the class does not let happen, to show that these tests could see it.
    X, y, _ = test
    X_res, y_res = SMOTE(random_state=0).fit_resample(*train)
    model = ResampledClassifier(None, LEARNER, calibrate="logistic", random_state=0)
    assert calibration_intercept(y, model.fit(X_res, y_res).predict_proba(X)[:, 1]) < -1.5


def test_copies_and_weights_give_nearly_the_same_risks(train, test):
    copies, weights = (
        PriorCorrectedClassifier(EXACT[way]).fit(*train).predict_proba(test[0])
        for way in ("over", "weights")
    )
    assert np.abs(copies - weights).mean() < 0.002  # copies are drawn, weights are not
