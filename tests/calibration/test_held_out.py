"""Rows kept out for calibration: how many, of whom, and that patients stay whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from medresample._core.targets import read_target
from medresample.calibration._held_out import calibration_parts, hold_out
from medresample.exceptions import TooFewRowsError


@given(st.integers(0, 10_000), st.floats(0.02, 0.9))
def test_a_share_of_each_class_is_kept_out(seed, share):
    random = np.random.default_rng(seed)
    y = random.permutation(np.repeat([0, 1, 2], random.integers(20, 200, 3)))
    train, held = hold_out(read_target(y), None, share, random)
    assert_array_equal(np.sort(np.concatenate([train, held])), np.arange(len(y)))
    wanted = share * np.bincount(y)
    assert (np.abs(np.bincount(y[held], minlength=3) - wanted) <= 0.5 + 1e-9).all()


@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.2, 0.25, 0.3, 0.5, 0.6]))
def test_a_share_of_the_patients_is_kept_out_whole(seed, share):
    random = np.random.default_rng(seed)
    patients = np.repeat(np.arange(100), random.integers(1, 6, 100))
    y = (patients % 4 == 0).astype(int)
    train, held = hold_out(read_target(y), patients, share, random)
    assert_array_equal(np.sort(np.concatenate([train, held])), np.arange(len(y)))
    assert not set(patients[train]) & set(patients[held])
    for label in (0, 1):
        own = y == label
        assert np.isin(np.flatnonzero(own), held).mean() == pytest.approx(share, abs=0.12)


def test_large_patients_are_as_likely_to_be_kept_out_as_small_ones():
    patients = np.repeat(np.arange(60), np.where(np.arange(60) < 12, 10, 2))
    target = read_target((patients % 3 == 0).astype(int))
    kept_out = np.zeros(60)
    for seed in range(200):
        _, held = hold_out(target, patients, 0.2, np.random.default_rng(seed))
        kept_out[np.unique(patients[held])] += 1
    assert kept_out[:12].mean() / 200 == pytest.approx(0.2, abs=0.05)
    assert kept_out[12:].mean() / 200 == pytest.approx(0.2, abs=0.05)


@given(st.integers(0, 10_000), st.integers(2, 6), st.booleans())
def test_folds_keep_out_every_row_once(seed, k, by_patient):
    random = np.random.default_rng(seed)
    patients = np.array([f"p{number}" for number in random.permutation(np.arange(300) % 100)])
    y = np.where(np.char.endswith(patients, "3") | np.char.endswith(patients, "7"), 1, 0)
    y[:60] = 1 - y[:60]
    groups = patients if by_patient else None
    parts = calibration_parts(k, np.zeros((300, 1)), read_target(y), groups, random)
    assert len(parts) == k
    assert_array_equal(np.sort(np.concatenate([held for _, held in parts])), np.arange(300))
    for train, held in parts:
        assert len(train) + len(held) == 300
        assert not by_patient or not set(patients[train]) & set(patients[held])


def test_a_class_of_few_patients_can_not_be_divided():
    y = np.repeat([0, 1], [80, 20])
    patients = np.concatenate([np.arange(80), np.repeat([100, 101], 10)])
    with pytest.raises(TooFewRowsError, match=r"Class 1 has 2 patients \(groups\)"):
        hold_out(read_target(y), patients, 0.2, np.random.default_rng(0))
