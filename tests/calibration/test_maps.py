"""Each map against its definition: minimized by scipy, or by the package of others."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, logit
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from medresample.calibration import (
    BetaCalibrator,
    IsotonicCalibrator,
    LogisticCalibrator,
    SigmoidCalibrator,
    TemperatureCalibrator,
)
from medresample.calibration._maps import platt_targets
from medresample.metrics import calibration_slope


def cross_entropy(line, target, weight):
    return float(weight @ (np.logaddexp(0, line) - target * line))


def best(loss, start, **options):
    found = minimize(loss, start, tol=1e-13, options={"maxiter": 10_000}, **options)
    return found.x, found.fun


def test_targets_of_lin_lin_weng():
    target = platt_targets(np.arange(100) < 10, np.ones(100))
    assert_allclose([target[0], target[-1]], [0.916667, 0.010870], atol=5e-7)


def test_sigmoid_is_where_platts_loss_is_lowest(scored):
    score, y, weight = scored
    n_positive, n_negative = weight[y == 1].sum(), weight[y == 0].sum()
    target = np.where(y == 1, (n_positive + 1) / (n_positive + 2), 1 / (n_negative + 2))

    def loss(ab):
        return cross_entropy(ab[0] * score + ab[1], target, weight)

    x, lowest = best(loss, [0, 0])
    found = SigmoidCalibrator().fit(score, y, weight).maps_[0]
    assert_allclose([found.slope, found.intercept], x, atol=1e-4)
    assert loss([found.slope, found.intercept]) <= lowest + 1e-9


def test_sigmoid_does_not_mind_the_scale_of_the_scores(scored):
    score, y, _ = scored
    plain = SigmoidCalibrator().fit(score, y)
    for scale, shift in ((1e6, 3e6), (1e-6, 2.0)):
        moved = SigmoidCalibrator().fit(score * scale + shift, y)
        assert_allclose(moved.predict(score * scale + shift), plain.predict(score), atol=1e-8)


@pytest.fixture(scope="module")
def machine(patients):
    X, y, _ = patients(4000, seed=7)
    return LinearSVC().fit(X[:2000], y[:2000]), X[2000:], y[2000:]


@pytest.mark.parametrize(
    ("method", "calibrator"),
    [("sigmoid", SigmoidCalibrator()), ("isotonic", IsotonicCalibrator())],
)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.filterwarnings("ignore:Since FrozenEstimator does not appear to accept")
def test_parity_with_scikit_learn(machine, method, calibrator, weighted):
    model, X, y = machine
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y)) if weighted else None
    theirs = CalibratedClassifierCV(FrozenEstimator(model), method=method, ensemble=False)
    theirs.fit(X, y, sample_weight=weight)
    score = model.decision_function(X)
    ours = calibrator.fit(score, y, weight).predict(score)
    assert_allclose(ours, theirs.predict_proba(X)[:, 1], atol=2e-5)


def test_logistic_is_the_unpenalized_regression_on_the_logit(scored):
    score, y, weight = scored
    risk = expit(score)

    def loss(ab):
        return cross_entropy(ab[0] * score + ab[1], y, weight)

    x, lowest = best(loss, [0, 0])
    found = LogisticCalibrator().fit(risk, y, weight).maps_[0]
    assert_allclose([found.slope, found.intercept], x, atol=1e-4)
    assert loss([found.slope, found.intercept]) <= lowest + 1e-9


def test_slope_is_the_calibration_slope_of_the_metrics(scored):
    risk, y = expit(scored[0]), scored[1]
    found = LogisticCalibrator().fit(risk, y)
    assert found.maps_[0].slope == pytest.approx(calibration_slope(y, risk), abs=1e-8)
    assert calibration_slope(y, found.predict(risk)) == pytest.approx(1, abs=1e-8)


def exact(risk):
    """Rows of two kinds, with the outcomes that the risks announce to the letter."""
    times = np.full(len(risk), 1000)
    rows = np.repeat(np.arange(len(risk)), times)
    within = np.arange(len(rows)) % 1000
    return risk[rows], within < 1000 * risk[rows]


@pytest.mark.parametrize(
    "calibrator",
    [
        LogisticCalibrator(),
        IsotonicCalibrator(),
        BetaCalibrator(),
        BetaCalibrator("am"),
        BetaCalibrator("ab"),
        TemperatureCalibrator(),
    ],
)
def test_risks_that_are_right_stay(calibrator):
    risk, y = exact(np.array([0.05, 0.2, 0.5, 0.9]))
    assert_allclose(calibrator.fit(risk, y).predict(risk), risk, atol=1e-6)


def test_a_sigmoid_of_the_risk_does_not_let_them_stay():
    risk, y = exact(np.array([0.05, 0.2, 0.5, 0.9]))
    assert np.abs(SigmoidCalibrator().fit(risk, y).predict(risk) - risk).max() > 0.02


def beta_loss(risk, y, weight, form):
    def loss(found):
        a, b, c = {
            "abm": lambda v: v,
            "am": lambda v: (v[0], v[0], v[1]),
            "ab": lambda v: (v[0], v[1], (v[0] - v[1]) * np.log(2)),
        }[form](found)
        return cross_entropy(a * np.log(risk) - b * np.log1p(-risk) + c, y, weight)

    return loss


@pytest.mark.parametrize("form", ["abm", "am", "ab"])
@pytest.mark.parametrize("bend", [(1, 1), (1.5, -0.4), (-0.4, 1.5), (-1, -0.5)])
def test_beta_is_the_bounded_minimum(form, bend):
    random = np.random.default_rng(8)
    risk = random.beta(1, 1.5, 2000)
    line = bend[0] * np.log(risk) - bend[1] * np.log1p(-risk) - 0.3
    y, weight = (random.random(2000) < expit(line)).astype(int), random.uniform(0.5, 2, 2000)
    loss = beta_loss(risk, y, weight, form)
    bounds = [(0, None)] * (1 if form == "am" else 2) + [(None, None)] * (form != "ab")
    _, lowest = best(loss, [1.0] * len(bounds), bounds=bounds, method="L-BFGS-B")
    found = BetaCalibrator(form).fit(risk, y, weight).maps_[0]
    assert found.a >= 0
    assert found.b >= 0
    own = {"abm": [found.a, found.b, found.c], "am": [found.a, found.c], "ab": [found.a, found.b]}
    assert loss(own[form]) <= lowest + 1e-6
    assert_allclose(
        cross_entropy(logit(BetaCalibrator(form).fit(risk, y, weight).predict(risk)), y, weight),
        loss(own[form]),
        rtol=1e-9,
    )


def test_the_middle_of_ab_stays():
    risk, y = np.linspace(0.01, 0.99, 500), np.random.default_rng(0).random(500) < 0.3
    assert BetaCalibrator("ab").fit(risk, y).predict([0.5])[0] == pytest.approx(0.5)


def test_temperature_is_the_minimum_and_undoes_what_was_done(three):
    bold, y, true = three
    code = np.searchsorted(["a", "b", "c"], y)

    def loss(u):
        z = np.log(bold) / np.exp(u)
        return float((np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), code]).sum())

    lowest = minimize_scalar(loss, bounds=(-5, 5), method="bounded", options={"xatol": 1e-12})
    found = TemperatureCalibrator().fit(bold, y)
    assert found.temperature_ == pytest.approx(np.exp(lowest.x), rel=1e-6)
    assert found.temperature_ == pytest.approx(2, rel=0.1)  # bold is the square of the true ones
    said = found.predict(bold)
    assert (said.argmax(axis=1) == bold.argmax(axis=1)).all()
    assert_allclose(said, true, atol=0.05)


def test_temperature_of_two_classes_is_a_slope_without_intercept(scored):
    score, y, weight = scored
    found = TemperatureCalibrator().fit(expit(score), y, weight)
    line = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10)
    line.fit(score[:, None], y, sample_weight=weight)
    assert 1 / found.temperature_ == pytest.approx(line.coef_[0, 0], rel=1e-4)


def test_isotonic_is_the_best_rising_step_function():
    # Pooled by hand: shares 0.2, 0.5, 0.3 and 0.8 of 10, 10, 20 and 10 rows.
    risk = np.repeat([0.1, 0.2, 0.3, 0.4], [100, 100, 200, 100])
    y = np.concatenate([np.arange(n) < k for n, k in ((100, 20), (100, 50), (200, 60), (100, 80))])
    found = IsotonicCalibrator().fit(risk, y)
    pooled = 110 / 300
    assert_allclose(found.predict([0, 0.1, 0.2, 0.3, 0.4, 1]), [0.2, 0.2, pooled, pooled, 0.8, 0.8])
    assert_allclose(found.predict([0.15]), (0.2 + pooled) / 2)  # linear between
