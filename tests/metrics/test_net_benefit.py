"""Net benefit is true positives, less false positives at the odds of the threshold."""

import numpy as np
import pytest

from medresample import metrics
from medresample.exceptions import UndefinedScoreWarning


def test_net_benefit_weighs_false_positives_by_the_odds_of_the_threshold():
    y, risk = [1, 1, 0, 0, 0], [0.9, 0.1, 0.3, 0.25, 0.05]
    # at 0.25 one true and two false positives are treated: 1/5 - 2/5 * (1/3)
    assert metrics.net_benefit(y, risk, threshold=0.25) == pytest.approx(1 / 5 - 2 / 15)


def test_treating_all_has_the_net_benefit_of_the_text_book():
    y = np.array([1] * 3 + [0] * 7)
    treat_all = metrics.net_benefit(y, np.ones(10), threshold=0.2)
    assert treat_all == pytest.approx(0.3 - 0.7 * 0.2 / 0.8)
    assert metrics.net_benefit(y, np.zeros(10), threshold=0.2) == 0


@pytest.mark.parametrize("threshold", [0, 1, -0.1, np.nan])
def test_net_benefit_refuses_a_threshold_that_is_no_risk(threshold):
    with pytest.raises(ValueError, match="threshold must be above 0 and below 1"):
        metrics.net_benefit([0, 1], [0.1, 0.9], threshold=threshold)


def test_without_a_threshold_it_is_the_prevalence_of_each_class():
    y, risk = [1, 0, 0, 0], [0.9, 0.4, 0.2, 0.1]
    # at 1/4 one true and one false positive are treated: 1/4 - 1/4 * (1/3)
    assert metrics.net_benefit(y, risk) == pytest.approx(1 / 4 - 1 / 12)
    assert metrics.net_benefit(y, np.ones(4)) == pytest.approx(0)
    risks = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.1, 0.3, 0.6], [0.4, 0.1, 0.5]])
    each = metrics.net_benefit([0, 1, 2, 2], risks, average=None)
    # at 1/4, 1/4 and 1/2: (1 true, 1 false), (1 true, 2 false), (2 true, 0 false)
    np.testing.assert_allclose(each, [1 / 4 - 1 / 12, 1 / 4 - 2 / 12, 1 / 2])


def test_without_a_threshold_one_class_has_no_prevalence():
    with pytest.warns(UndefinedScoreWarning, match="needs a threshold="):
        assert np.isnan(metrics.net_benefit([0, 0], [0.1, 0.2]))
    assert metrics.net_benefit([0, 0], [0.1, 0.2], threshold=0.5) == 0


def test_the_decision_curve_is_a_row_of_net_benefits():
    rng = np.random.default_rng(3)
    risk = rng.beta(1, 5, 80)
    y, weight = (rng.random(80) < risk).astype(int), rng.random(80)
    curve = metrics.decision_curve(y, risk, sample_weight=weight)
    prevalence = np.average(y, weights=weight)
    assert len(curve["threshold"]) == 51
    assert curve["threshold"][25] == pytest.approx(prevalence)
    odds = curve["threshold"] / (1 - curve["threshold"])
    assert odds[[0, -1]] == pytest.approx(prevalence / (1 - prevalence) * np.array([0.25, 4]))
    by_hand = [
        metrics.net_benefit(y, risk, threshold=t, sample_weight=weight) for t in curve["threshold"]
    ]
    np.testing.assert_allclose(curve["model"], by_hand)
    np.testing.assert_allclose(curve["treat_all"], prevalence - (1 - prevalence) * odds, atol=1e-12)
    assert curve["treat_all"][25] == pytest.approx(0)
    assert not curve["treat_none"].any()


def test_the_decision_curve_needs_thresholds_or_two_classes():
    with pytest.raises(ValueError, match="There is one class only"):
        metrics.decision_curve([0, 0], [0.1, 0.2])
    with pytest.raises(ValueError, match="above 0 and below 1"):
        metrics.decision_curve([0, 1], [0.1, 0.2], thresholds=[0.1, 1])
    assert metrics.decision_curve([0, 0], [0.1, 0.2], thresholds=[0.15])["model"] < 0
