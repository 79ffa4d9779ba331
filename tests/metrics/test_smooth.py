"""The smooth calibration curve is a local line, row by row, and its errors are what they say."""

import numpy as np
import pytest

from medresample import metrics

QUANTILE = metrics.calibration_error_quantile


@pytest.fixture
def risks():
    rng = np.random.default_rng(6)
    risk = np.round(rng.beta(2, 3, 60), 2)
    return (rng.random(60) < risk).astype(int), risk


def naive_errors(y, risk, span):
    """Distance of each risk from a line fitted by weighted least squares around it.

    For fewer than 101 distinct risks: then the grid of the curve is these risks themselves.
    """
    errors = []
    for point in risk:
        distance = np.abs(risk - point)
        width = np.sort(distance)[int(np.ceil(span * len(risk))) - 1]
        tricube = np.where(distance <= width, (1 - (distance / (width * (1 + 1e-9))) ** 3) ** 3, 0)
        line = np.polyfit(risk - point, y, 1, w=np.sqrt(tricube))
        errors.append(abs(np.clip(line[1], 0, 1) - point))
    return np.array(errors)


@pytest.mark.parametrize("span", [0.3, 0.75, 1])
def test_the_index_is_the_mean_distance_from_local_lines(risks, span):
    found = metrics.integrated_calibration_index(*risks, span=span)
    assert found == pytest.approx(naive_errors(*risks, span).mean(), rel=1e-7)


@pytest.mark.parametrize("q", [0, 0.5, 0.9, 1])
def test_quantiles_are_distances_that_occur(risks, q):
    ordered = np.sort(naive_errors(*risks, 0.75))
    place = max(0, int(np.ceil(q * 60)) - 1)
    assert QUANTILE(*risks, q=q) == pytest.approx(ordered[place], rel=1e-7)


def test_the_grid_is_fine_enough_for_many_distinct_risks():
    rng = np.random.default_rng(1)
    risk = rng.beta(2, 5, 600)
    y = (rng.random(600) < risk**1.5).astype(int)
    naive = naive_errors(y, risk, 0.75)
    assert metrics.integrated_calibration_index(y, risk) == pytest.approx(naive.mean(), abs=1e-4)
    assert QUANTILE(y, risk, q=0.9) == pytest.approx(np.quantile(naive, 0.9), abs=5e-4)


def test_a_constant_shift_is_every_quantile():
    risk = np.repeat(np.linspace(0.1, 0.9, 9), 10)
    y = np.concatenate([[1] * k + [0] * (10 - k) for k in range(1, 10)])
    for q in (0.1, 0.5, 0.9):
        assert QUANTILE(y, risk - 0.05, q=q) == pytest.approx(0.05)


def test_the_preset_and_the_function_agree_without_weights(risks):
    y, risk = risks
    ones = np.ones((1, len(y)))
    found = metrics.CLINICAL["ici"].compute(y == 1, risk, risk >= 0.5, ones, 0.1)[0]
    assert found == pytest.approx(metrics.integrated_calibration_index(y, risk), rel=1e-12)


@pytest.mark.parametrize("q", [-0.1, 1.1])
def test_a_share_out_of_range_is_refused(q):
    with pytest.raises(ValueError, match="q must be between 0 and 1"):
        QUANTILE([0, 1], [0.1, 0.9], q=q)
