"""Chance has an address: independent generators, and no touch of anybody's global state."""

import numpy as np
import pytest

from medresample._core.randomness import draw_entropy, generator


def test_an_integer_is_its_own_seed():
    assert draw_entropy(7) == draw_entropy(np.int64(7)) == 7


@pytest.mark.parametrize("make", [np.random.RandomState, np.random.default_rng])
def test_a_generator_is_advanced_and_reproducible(make):
    first, second = make(3), make(3)
    drawn = [draw_entropy(first), draw_entropy(first)]
    assert drawn[0] != drawn[1]
    assert drawn == [draw_entropy(second), draw_entropy(second)]


def test_none_differs_from_call_to_call_and_leaves_the_global_state_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    assert draw_entropy(None) != draw_entropy(None)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_generators_at_different_addresses_share_no_draws():
    draws = [generator(5, rank).random(1000) for rank in range(4)]
    correlations = np.corrcoef(draws) - np.eye(4)
    assert np.abs(correlations).max() < 0.15
    np.testing.assert_array_equal(generator(5, 2).random(1000), draws[2])
