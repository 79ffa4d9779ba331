"""Risks at another prior: the formulas of the papers, their worked numbers, and Bayes' laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from medresample.calibration import prior_correct, uncorrected_threshold
from medresample.exceptions import SamplerInputError

inside = st.floats(0.001, 0.999)
RISKS = np.array([0.0, 1e-12, 0.02, 0.3, 0.5, 0.8, 1 - 1e-9, 1.0])


def elkan(p, b, b_new):
    """Elkan 2001, theorem 2."""
    return b_new * (p - p * b) / (b - p * b + b_new * p - b * b_new)


def dal_pozzolo(p, beta):
    """Dal Pozzolo et al. 2015, equation 4; beta is the share of negative rows kept."""
    return beta * p / (beta * p - p + 1)


def test_worked_example_of_elkan():
    assert_allclose(prior_correct([0.8], 0.5, 0.1), [0.307692], atol=5e-7)


def test_worked_example_of_dal_pozzolo():
    # 10 negative rows for each positive one, of which a tenth is kept
    assert_allclose(prior_correct([0.5], 0.5, [10 / 11, 1 / 11]), [0.090909], atol=5e-7)
    assert_allclose(dal_pozzolo(0.5, 0.1), 0.090909, atol=5e-7)


@given(inside, inside)
def test_two_classes_are_elkans_formula(prior, deployed):
    assert_allclose(
        prior_correct(RISKS, prior, deployed), elkan(RISKS, prior, deployed), rtol=1e-9, atol=1e-12
    )


@given(st.integers(1, 1000), st.integers(1, 1000), st.floats(0.01, 1))
def test_under_sampling_is_dal_pozzolos_formula(n_positive, n_negative, beta):
    corrected = prior_correct(RISKS, [beta * n_negative, n_positive], [n_negative, n_positive])
    assert_allclose(corrected, dal_pozzolo(RISKS, beta), rtol=1e-9, atol=1e-12)


@given(st.floats(1, 100))
def test_over_sampling_r_times_divides_the_odds_by_r(times):
    corrected = prior_correct([0.2, 0.7], [100, 10 * times], [100, 10])
    assert_allclose(corrected / (1 - corrected), np.array([0.25, 7 / 3]) / times)


def test_several_classes_shift_in_logit_space():
    random = np.random.default_rng(0)
    scores = random.normal(size=(50, 4))
    train, deployed = random.dirichlet(np.ones(4), 2)

    def softmax(z):
        return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)

    assert_allclose(
        prior_correct(softmax(scores), train, deployed),
        softmax(scores + np.log(deployed) - np.log(train)),
    )


@given(inside, inside, inside)
def test_corrections_compose_and_undo_each_other(first, second, third):
    through = prior_correct(prior_correct(RISKS[1:-2], first, second), second, third)
    assert_allclose(through, prior_correct(RISKS[1:-2], first, third), rtol=1e-7)
    assert_allclose(prior_correct(RISKS, first, first), RISKS, rtol=1e-7)


def test_certainties_stay_and_the_ranking_too():
    for train, deployed in ((0.5, 1e-9), (1e-9, 0.5), (0.3, 0.3)):
        corrected = prior_correct(RISKS, train, deployed)
        assert corrected[0] == 0
        assert corrected[-1] == 1
        assert (np.diff(corrected) >= 0).all()


def test_rows_sum_to_one_and_shapes_stay():
    table = np.column_stack([1 - RISKS, RISKS])
    corrected = prior_correct(table, 0.5, 0.1)
    assert corrected.shape == table.shape
    assert_allclose(corrected.sum(axis=1), 1)
    assert_allclose(corrected[:, 1], prior_correct(RISKS, 0.5, 0.1))
    assert prior_correct(RISKS.astype(np.float32), 0.5, 0.1).dtype == np.float64


def test_priors_are_shares_counts_or_mappings():
    expected = prior_correct(RISKS, 0.5, 0.1)
    assert_allclose(prior_correct(RISKS, [7, 7], [90, 10]), expected)
    assert_allclose(prior_correct(RISKS, {"b": 3, "a": 3}, {"b": 10, "a": 90}), expected)


@pytest.mark.parametrize(
    ("risks", "train", "words"),
    [
        ([0.2, 1.2], 0.5, "between 0 and 1"),
        ([0.2, np.nan], 0.5, "none missing"),
        ([[[0.2]]], 0.5, "shape"),
        ([[0.0, 0.0]], 0.5, "0 for every class"),
        ([0.2], 1.0, "prior_train must be between 0 and 1, found 1"),
        ([0.2], [0.0, 1.0], "prior_train must be above 0 for every class"),
        ([0.2], [0.2, 0.3, 0.5], "a share for each of 2 classes"),
        ([[0.2, 0.3, 0.5]], 0.5, "prior_train must have a share for each of 3 classes"),
        ([0.2], {"a": 1}, "prior_train has 1 labels"),
    ],
)
def test_what_can_not_be_corrected_is_refused(risks, train, words):
    with pytest.raises(ValueError, match=words):
        prior_correct(risks, train, 0.5)


def test_a_bad_prior_is_an_error_of_the_package():
    with pytest.raises(SamplerInputError, match="prior_deployed"):
        prior_correct([0.5], 0.5, -0.1)


@given(inside, st.floats(0.01, 1))
def test_the_threshold_before_correction_is_that_of_dal_pozzolo(threshold, beta):
    moved = uncorrected_threshold(threshold, [beta * 900, 100], [900, 100])
    assert_allclose(moved, threshold / (threshold + beta * (1 - threshold)))


@given(inside, inside, inside)
def test_the_moved_threshold_decides_as_the_corrected_risks(threshold, train, deployed):
    risks = np.linspace(0.005, 0.995, 100)
    corrected = prior_correct(risks, train, deployed)
    clear = np.abs(corrected - threshold) > 1e-9
    moved = uncorrected_threshold(threshold, train, deployed)
    assert_array_equal((corrected > threshold)[clear], (risks > moved)[clear])


def test_thresholds_come_back_in_their_shape():
    assert isinstance(uncorrected_threshold(0.1, 0.5, 0.1), float)
    assert uncorrected_threshold([[0.1, 0.2]], 0.5, 0.1).shape == (1, 2)
    assert_allclose(uncorrected_threshold([[0.1, 0.2]], 0.5, 0.1), [[0.5, 9 / 13]])
