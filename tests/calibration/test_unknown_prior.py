"""The prior of rows without labels: the worked steps, the likelihood, and what is unanswerable."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize_scalar

from medresample.calibration import estimate_prior, prior_correct
from medresample.calibration._unknown_prior import em_steps, log_likelihood
from medresample.exceptions import UnreliableCalibrationWarning

RISKS = np.array([0.9, 0.8, 0.6, 0.3, 0.2])


def both(risks):
    return np.column_stack([1 - risks, risks])


def test_worked_example_step_by_step():
    steps = em_steps(both(RISKS), np.array([0.5, 0.5]), np.full(5, 0.2))
    found = [prior[1] for prior in itertools.islice(steps, 3)]
    assert_allclose(found, [0.56, 0.601220, 0.629754], atol=5e-7)


@given(st.integers(0, 10_000))
def test_the_likelihood_never_falls(seed):
    random = np.random.default_rng(seed)
    columns = random.dirichlet([0.5, 0.8, 1.5], 30)
    train, share = random.dirichlet(np.full(3, 5)), random.dirichlet(np.ones(30))
    steps = itertools.islice(em_steps(columns, train, share), 40)
    path = [log_likelihood(columns, train, prior, share) for prior in (train, *steps)]
    assert (np.diff(path) > -1e-12).all()


@given(st.integers(0, 10_000), st.floats(0.1, 0.9))
def test_the_result_is_where_the_likelihood_is_highest(seed, train):
    risks = np.random.default_rng(seed).beta(0.7, 1.0, 40)

    def loss(prior):
        return -np.log(risks * prior / train + (1 - risks) * (1 - prior) / (1 - train)).mean()

    best = minimize_scalar(loss, bounds=(0, 1), method="bounded", options={"xatol": 1e-10})
    found = estimate_prior(risks, train)
    assert loss(found) <= best.fun + 1e-8
    assert_allclose(found, best.x, atol=2e-4)


def test_it_finds_the_prior_of_another_place():
    # Two normal classes, whose risks are known: trained on halves, three in a hundred are ill.
    random = np.random.default_rng(1)
    ill = random.random(40_000) < 0.03
    x = random.normal(size=40_000) + 2 * ill
    risks = 1 / (1 + np.exp(-(2 * x - 2)))
    found = estimate_prior(risks, 0.5)
    assert abs(found - ill.mean()) < 0.003
    corrected = prior_correct(risks, 0.5, found)
    assert abs(corrected.mean() - found) < 1e-6  # a fixed point of the iteration


def test_columns_give_shares_of_all_classes():
    random = np.random.default_rng(2)
    columns = random.dirichlet([0.3, 0.3, 0.3], 200)
    prior = estimate_prior(columns, [1, 1, 1])
    assert prior.shape == (3,)
    assert_allclose(prior.sum(), 1)
    assert_allclose(estimate_prior(both(RISKS), 0.5)[1], estimate_prior(RISKS, 0.5))


def test_weights_count_like_repeated_rows():
    times = np.array([1, 3, 0, 2, 5])
    weighted = estimate_prior(RISKS, 0.4, sample_weight=times)
    assert_allclose(weighted, estimate_prior(np.repeat(RISKS, times), 0.4), atol=1e-7)


def test_a_model_that_says_the_prior_of_everybody_stays_there_and_is_reported():
    with pytest.warns(UnreliableCalibrationWarning, match="same in all rows"):
        assert estimate_prior(np.full(10, 0.3), 0.3) == pytest.approx(0.3)


def test_classes_that_are_never_told_apart_are_reported():
    random = np.random.default_rng(3)
    half = random.uniform(0.1, 0.9, 50)
    columns = np.column_stack([1 - half, half / 2, half / 2])
    with pytest.warns(UnreliableCalibrationWarning, match="can not be told apart"):
        estimate_prior(columns, [1, 1, 1])


def test_running_out_of_iterations_is_reported():
    with pytest.warns(UnreliableCalibrationWarning, match="after 3 iterations"):
        estimate_prior(RISKS, 0.5, max_iter=3)


@pytest.mark.parametrize("weight", [[-1, 1, 1, 1, 1], [0] * 5])
def test_impossible_weights_are_refused(weight):
    with pytest.raises(ValueError, match="sample_weight"):
        estimate_prior(RISKS, 0.5, sample_weight=weight)
