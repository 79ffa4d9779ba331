"""Every score of the preset computes many weightings at once, and knows how to be read."""

import numpy as np
import pytest

from medresample.metrics import CLINICAL


@pytest.fixture
def cases():
    rng = np.random.default_rng(7)
    risk = np.round(rng.beta(1, 3, 150), 2)
    positive = rng.random(150) < risk
    weights = rng.integers(0, 3, (6, 150)).astype(float)
    return positive, risk, risk >= 0.3, weights


@pytest.mark.parametrize("metric", CLINICAL.values(), ids=lambda metric: metric.name)
def test_a_block_of_weightings_equals_one_at_a_time(metric, cases):
    positive, risk, decided, weights = cases
    together = metric.compute(positive, risk, decided, weights, 0.2)
    one_by_one = [
        metric.compute(positive, risk, decided, weight[np.newaxis], 0.2)[0] for weight in weights
    ]
    assert together.shape == (6,)
    np.testing.assert_allclose(together, one_by_one, rtol=1e-9)


@pytest.mark.parametrize("metric", CLINICAL.values(), ids=lambda metric: metric.name)
def test_perfect_risks_are_never_worse_in_the_stated_direction(metric, cases):
    positive, risk, decided, _ = cases
    ones = np.ones((1, len(positive)))
    # as good as perfect, and announcing as many cases as there are
    truth = np.where(positive, 1 - 0.001 * (~positive).sum() / positive.sum(), 0.001)
    perfect = metric.distance(metric.compute(positive, truth, positive, ones, 0.2))[0]
    real = metric.distance(metric.compute(positive, risk, decided, ones, 0.2))[0]
    if metric.name != "calibration_slope":  # perfect risks separate: no finite slope
        assert metric.direction * perfect >= metric.direction * real - 1e-12


@pytest.mark.parametrize("metric", CLINICAL.values(), ids=lambda metric: metric.name)
def test_every_score_has_a_region_of_equivalence(metric):
    assert 0 < metric.rope(0.1) < 0.1


def test_brier_and_scaled_brier_call_the_same_differences_equivalent():
    p = 0.1
    assert CLINICAL["brier"].rope(p) / (p * (1 - p)) == CLINICAL["scaled_brier"].rope(p)


def test_distances_are_taken_from_the_ideal():
    assert CLINICAL["calibration_intercept"].distance(np.array([-2.0]))[0] == 2
    slopes = CLINICAL["calibration_slope"].distance(np.array([0.5, 2.0, -1.0]))
    assert slopes[0] == slopes[1] == pytest.approx(np.log(2))
    assert np.isnan(slopes[2])


@pytest.mark.parametrize("metric", CLINICAL.values(), ids=lambda metric: metric.name)
def test_several_classes_are_each_scored_against_the_rest(metric):
    rng = np.random.default_rng(1)
    risks = rng.dirichlet([3, 2, 2], 90)
    codes, decided = rng.integers(0, 3, 90), risks.argmax(axis=1)
    weights = rng.integers(0, 3, (4, 90)).astype(float)
    prevalences = np.array([0.2, 0.3, 0.5])
    found = metric.per_class(codes, risks, decided, weights, prevalences)
    assert found.shape == (4, 3)
    for k in range(3):
        alone = metric.compute(codes == k, risks[:, k], decided == k, weights, prevalences[k])
        np.testing.assert_array_equal(found[:, k], alone)
