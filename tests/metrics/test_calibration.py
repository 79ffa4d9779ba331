"""Calibration scores agree with independent fits, and see a known distortion."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit

from medresample import metrics
from medresample.exceptions import UndefinedScoreWarning


@pytest.fixture
def risks():
    rng = np.random.default_rng(5)
    risk = expit(rng.normal(-1.5, 1.2, 400))
    return (rng.random(400) < risk).astype(int), risk


def loss(parameters, y, x):
    eta = parameters[0] + parameters[1] * x
    return np.sum(np.logaddexp(0, eta) - y * eta)


def test_the_slope_is_the_maximum_likelihood_one(risks):
    y, risk = risks
    fit = minimize(loss, [0, 1], args=(y, logit(risk)), method="Nelder-Mead", tol=1e-12)
    assert metrics.calibration_slope(y, risk) == pytest.approx(fit.x[1], rel=1e-5)


rows = st.tuples(st.booleans(), st.floats(-30, 30), st.integers(1, 50))


@given(st.lists(rows, min_size=4, max_size=12))
def test_the_slope_is_the_maximum_likelihood_one_in_every_case(cases):
    y, x, weight = (np.array(column) for column in zip(*cases, strict=True))
    x = np.round(x, 1)
    overlap = y.any() and not y.all() and x[y].min() < x[~y].max() and x[~y].min() < x[y].max()
    assume(overlap)
    found = metrics.calibration_slope(y, expit(x), sample_weight=weight)
    x = logit(np.clip(expit(x), 1e-12, 1 - 1e-12))
    # at the maximum the likelihood is flat: no residual is left, neither as such nor along x
    shift = brentq(lambda a: weight @ (expit(a + found * x) - y), -1e4, 1e4, xtol=1e-12)
    left = weight * (expit(shift + found * x) - y)
    assert left @ x == pytest.approx(0, abs=1e-5 * weight @ np.abs(x))


def test_the_intercept_makes_the_mean_risk_right(risks):
    y, risk = risks
    root = brentq(lambda a: expit(logit(risk) + a).mean() - y.mean(), -10, 10, xtol=1e-13)
    assert metrics.calibration_intercept(y, risk) == pytest.approx(root, abs=1e-9)


@pytest.mark.parametrize("logit_of_all", [-27, -7.4, -2.4, 2.4, 12.4])
def test_the_intercept_is_found_from_afar(logit_of_all):
    # Newton's method alone jumps to and fro where the root is 2.4 away, however short its steps.
    found = metrics.calibration_intercept([0, 1], expit([logit_of_all] * 2))
    assert found == pytest.approx(-logit_of_all, abs=1e-6)


def test_the_intercept_of_two_distant_clusters_is_the_root():
    y = np.array([1] * 6 + [0] * 4)
    risk = expit(np.repeat([-20.0, 20.0], 5))
    root = brentq(lambda a: expit(logit(risk) + a).mean() - y.mean(), -60, 60, xtol=1e-13)
    assert metrics.calibration_intercept(y, risk) == pytest.approx(root, abs=1e-8)


def test_a_shift_of_the_logits_moves_the_intercept_by_it(risks):
    y, risk = risks
    shifted = metrics.calibration_intercept(y, expit(logit(risk) + 2))
    assert shifted == pytest.approx(metrics.calibration_intercept(y, risk) - 2, abs=1e-8)


def test_doubled_logits_halve_the_slope(risks):
    y, risk = risks
    doubled = metrics.calibration_slope(y, expit(2 * logit(risk)))
    assert doubled == pytest.approx(metrics.calibration_slope(y, risk) / 2, rel=1e-8)


@pytest.mark.parametrize(
    ("y", "risk"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]),  # separated
        ([0, 0, 1, 1], [0.1, 0.2, 0.2, 0.4]),  # separated but for a tie
        ([1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4]),  # separated the wrong way round
        ([0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3]),  # one risk for all
    ],
)
def test_no_finite_slope_is_missing(y, risk):
    with pytest.warns(UndefinedScoreWarning, match="do not separate the two"):
        assert np.isnan(metrics.calibration_slope(y, risk))


def test_risks_of_zero_and_one_have_a_slope():
    y = [0, 1, 0, 1, 0, 1, 1, 0]
    risk = [0.0, 0.0, 0.2, 0.3, 0.6, 0.7, 1.0, 1.0]
    assert np.isfinite(metrics.calibration_slope(y, risk))


def test_observed_to_expected_is_a_ratio_of_sums(risks):
    y, risk = risks
    assert metrics.observed_expected_ratio(y, risk) == pytest.approx(y.sum() / risk.sum())
    with pytest.warns(UndefinedScoreWarning, match="a risk above 0"):
        assert np.isnan(metrics.observed_expected_ratio([0, 1], [0.0, 0.0]))


def naive_ece(y, risk, n_bins):
    """Bins by the middle of the mass of each distinct risk, in plain loops."""
    bins, before = {}, 0
    for value in np.unique(risk):
        tied = risk == value
        middle = before + tied.sum() / 2
        bins.setdefault(int(middle * n_bins / len(y)), []).extend(np.flatnonzero(tied))
        before += tied.sum()
    return sum(
        len(rows) / len(y) * abs(y[rows].mean() - risk[rows].mean()) for rows in bins.values()
    )


@pytest.mark.parametrize("digits", [1, 2, 8])
def test_the_calibration_error_keeps_ties_together(risks, digits):
    y, risk = risks
    risk = np.round(risk, digits)
    assert metrics.expected_calibration_error(y, risk) == pytest.approx(naive_ece(y, risk, 10))


def test_the_calibration_error_of_a_published_example():
    score = metrics.expected_calibration_error([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], n_bins=2)
    assert score == pytest.approx(0.275)


def test_one_risk_for_all_is_one_bin():
    assert metrics.expected_calibration_error([0, 0, 0, 1], [0.5] * 4) == pytest.approx(0.25)
    curve = metrics.calibration_curve([0, 0, 0, 1], [0.5] * 4)
    assert {name: values.tolist() for name, values in curve.items()} == {
        "risk": [0.5],
        "observed": [0.25],
        "n": [4],
    }


def test_the_calibration_curve_carries_the_calibration_error(risks):
    y, risk = risks
    curve = metrics.calibration_curve(y, risk)
    gap = np.sum(curve["n"] * np.abs(curve["risk"] - curve["observed"])) / curve["n"].sum()
    assert gap == pytest.approx(metrics.expected_calibration_error(y, risk))


def test_the_calibration_index_sees_a_constant_shift():
    rng = np.random.default_rng(0)
    risk = rng.uniform(0.1, 0.5, 20_000)
    y = rng.random(20_000) < risk
    assert metrics.integrated_calibration_index(y, risk) < 0.012
    assert metrics.integrated_calibration_index(y, risk + 0.3) == pytest.approx(0.3, abs=0.012)


def test_the_calibration_index_is_exact_on_a_line():
    # Outcomes as means of a line: local lines reproduce it, so only the shift remains.
    risk = np.repeat(np.linspace(0.1, 0.9, 9), 10)
    y = np.concatenate([[1] * k + [0] * (10 - k) for k in range(1, 10)])
    assert metrics.integrated_calibration_index(y, risk) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: metrics.expected_calibration_error([0, 1], [0.1, 0.9], n_bins=0), "n_bins"),
        (lambda: metrics.integrated_calibration_index([0, 1], [0.1, 0.9], span=0), "span"),
    ],
)
def test_bad_settings_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
