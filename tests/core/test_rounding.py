"""Computed numbers become values of the column's type: nearest, and never outside of it."""

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from medresample._core.recipes import round_to

WHOLE = [np.int8, np.uint8, np.int32, np.int64, np.uint64]


@pytest.mark.parametrize("dtype", WHOLE)
@given(values=hnp.arrays(np.float64, 5, elements=st.floats(-1e30, 1e30)))
def test_whole_columns_take_the_nearest_value_they_can_hold(dtype, values):
    limits = np.iinfo(dtype)
    rounded = round_to(np.dtype(dtype), values, discrete=False)
    assert rounded.dtype == dtype
    for value, result in zip(values, rounded.tolist(), strict=True):
        assert result == min(max(round(float(value)), limits.min), limits.max)


def test_booleans_turn_at_one_half():
    values = np.array([-1, 0.49, 0.5, 2])
    assert round_to(np.dtype(bool), values, discrete=False).tolist() == [False, False, True, True]


def test_floats_stay_as_they_are_unless_discrete_and_never_become_infinite():
    values = np.array([0.4, 1e300, -1e300])
    largest = float(np.finfo(np.float32).max)
    plain = round_to(np.dtype(np.float32), values, discrete=False)
    assert plain.tolist() == [0.4, largest, -largest]
    assert round_to(np.dtype(np.float32), values, discrete=True)[0] == 0
