"""Scores of risks agree with their definitions, written down the slow way."""

import itertools

import numpy as np
import pytest

from medresample import metrics
from medresample.exceptions import UndefinedScoreWarning


@pytest.fixture
def risks():
    rng = np.random.default_rng(3)
    risk = np.round(rng.beta(1, 4, 120), 2)  # rounded: ties occur
    return (rng.random(120) < risk).astype(int), risk


def test_auroc_is_the_share_of_pairs_ranked_right(risks):
    y, risk = risks
    pairs = [(a > b) + 0.5 * (a == b) for a, b in itertools.product(risk[y == 1], risk[y == 0])]
    assert metrics.auroc(y, risk) == pytest.approx(np.mean(pairs))


def test_average_precision_is_the_sum_over_its_steps(risks):
    y, risk = risks
    total = 0.0
    for cut in np.unique(risk):
        called, above = risk >= cut, risk > cut
        gained = (y[called].sum() - y[above].sum()) / y.sum()
        total += gained * y[called].mean()
    assert metrics.average_precision(y, risk) == pytest.approx(total)


def test_sensitivity_at_specificity_tries_every_threshold(risks):
    y, risk = risks
    best = max(
        (risk[y == 1] >= cut).mean()
        for cut in [*np.unique(risk), 2]
        if (risk[y == 0] < cut).mean() >= 0.9
    )
    assert metrics.sensitivity_at_specificity(y, risk, specificity=0.9) == pytest.approx(best)


def test_log_loss_is_finite_for_certain_and_wrong():
    assert np.isfinite(metrics.log_loss([1, 0], [0.0, 1.0]))
    assert metrics.log_loss([1, 0], [1.0, 0.0]) == pytest.approx(0, abs=1e-15)


def test_stating_the_prevalence_scores_a_scaled_brier_of_zero():
    y = np.array([1, 0, 0, 0, 0])
    assert metrics.scaled_brier_score(y, np.full(5, 0.2)) == pytest.approx(0)
    assert metrics.scaled_brier_score(y, y.astype(float)) == 1
    assert metrics.scaled_brier_score(y, np.full(5, 0.9)) < 0


@pytest.mark.parametrize(
    "score",
    [
        metrics.auroc,
        metrics.scaled_brier_score,
        metrics.sensitivity_at_specificity,
        metrics.calibration_intercept,
        metrics.calibration_slope,
    ],
)
@pytest.mark.parametrize("y", [[0, 0, 0], [1, 1, 1]])
def test_one_class_leaves_the_score_missing(score, y):
    with pytest.warns(UndefinedScoreWarning, match="a positive and a negative case"):
        assert np.isnan(score(y, [0.2, 0.4, 0.6]))


def test_average_precision_without_positive_cases_is_missing():
    with pytest.warns(UndefinedScoreWarning, match="needs a positive case"):
        assert np.isnan(metrics.average_precision([0, 0], [0.2, 0.4]))


@pytest.mark.parametrize(
    ("risk", "words"),
    [
        ([0.1, 1.1], "between 0 and 1"),
        ([0.1, np.nan], "none missing"),
        ([0.1], "one risk per row"),
        ([[0.1, 0.9], [0.5, 0.5]], "one risk per row"),
    ],
)
def test_what_is_no_risk_is_refused(risk, words):
    with pytest.raises(ValueError, match=words):
        metrics.auroc([0, 1], risk)


def test_a_specificity_out_of_range_is_refused():
    with pytest.raises(ValueError, match="specificity must be between 0 and 1"):
        metrics.sensitivity_at_specificity([0, 1], [0.1, 0.9], specificity=95)
