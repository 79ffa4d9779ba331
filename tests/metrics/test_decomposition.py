"""The parts of a Brier score add up to it, and are those of the published example."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medresample import metrics


def test_the_worked_example():
    parts = metrics.brier_decomposition([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], n_bins=2)
    assert parts == pytest.approx(
        {
            "reliability": 0.08125,
            "resolution": 0.0625,
            "uncertainty": 0.1875,
            "within_bin_variance": 0.00625,
            "within_bin_covariance": 0.025,
            "brier": 0.1875,
        }
    )


def add_up(parts):
    return (
        parts["reliability"]
        - parts["resolution"]
        + parts["uncertainty"]
        + parts["within_bin_variance"]
        - parts["within_bin_covariance"]
    )


rows = st.tuples(st.booleans(), st.floats(0, 1), st.floats(0.1, 5))


@given(
    st.lists(rows, min_size=1, max_size=20),
    st.integers(1, 8),
    st.sampled_from(["quantile", "uniform"]),
)
def test_the_parts_add_up_to_the_score(cases, n_bins, strategy):
    y, risk, weight = map(np.array, zip(*cases, strict=True))
    parts = metrics.brier_decomposition(
        y, risk, n_bins=n_bins, strategy=strategy, sample_weight=weight
    )
    brier = np.average((risk - y) ** 2, weights=weight)
    assert parts["brier"] == pytest.approx(brier, abs=1e-12)
    assert add_up(parts) == pytest.approx(brier, abs=1e-12)
    assert min(parts["reliability"], parts["resolution"], parts["within_bin_variance"]) >= 0


def test_risks_that_are_the_same_in_a_bin_hide_nothing():
    risk = np.repeat([0.1, 0.5, 0.8], 20)
    y = np.tile([0, 1, 1, 0], 15)
    parts = metrics.brier_decomposition(y, risk)
    assert parts["within_bin_variance"] == pytest.approx(0, abs=1e-15)
    assert parts["within_bin_covariance"] == pytest.approx(0, abs=1e-15)
    # half of each bin is positive: nothing is told apart
    assert parts["resolution"] == pytest.approx(0)
    assert parts["reliability"] == pytest.approx((0.4**2 + 0 + 0.3**2) / 3)


def test_the_scaled_score_is_the_skill_against_the_uncertainty():
    rng = np.random.default_rng(0)
    risk = rng.random(50)
    y = (rng.random(50) < risk).astype(int)
    parts = metrics.brier_decomposition(y, risk)
    skill = 1 - parts["brier"] / parts["uncertainty"]
    assert metrics.scaled_brier_score(y, risk) == pytest.approx(skill)
