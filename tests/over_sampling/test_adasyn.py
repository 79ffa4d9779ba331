"""ADASYN: how difficult a row is, and how many new rows it starts."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.neighborhood import enemies_around

from medresample.exceptions import FallbackWarning, FewNeighborsWarning
from medresample.over_sampling import ADASYN

# a to i of the worked example, on a line
LINE = np.array([[0.0], [1.0], [2.0], [2.3], [2.7], [4.0], [5.0], [5.4], [7.0]])
RARE = np.array([0, 0, 1, 0, 1, 1, 0, 0, 0])


@st.composite
def tables(draw):
    """Two or three classes that overlap, the third cell of some rows missing."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = [20, draw(st.integers(4, 9)), draw(st.integers(0, 1)) * 5]
    y = random.permutation(np.repeat(np.arange(3), sizes))
    X = random.normal(size=(len(y), 3)) + 0.5 * y[:, None]
    X[random.random(len(y)) < draw(st.sampled_from([0, 0.2])), 2] = np.nan
    return X, y, draw(st.integers(2, 8))


def _quietly(sampler, X, y, **metadata):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FallbackWarning)
        warnings.simplefilter("ignore", FewNeighborsWarning)
        return sampler.fit_resample(X, y, **metadata)


def _started(sampler, X):
    """Count the new rows that each row started."""
    return np.bincount(sampler.provenance_["seed"][len(X) :], minlength=len(X))


def test_the_worked_example():
    """K = 3: r is 2/3, 1/3, 2/3, and three new rows are one for each: 1.2, 0.6 and 1.2."""
    sampler = ADASYN(n_neighbors=3, random_state=0)
    with pytest.warns(FewNeighborsWarning, match="n_neighbors lowered from 3 to 2"):
        sampler.fit_resample(LINE, RARE)
    nan = np.nan
    expected = [nan, nan, 2 / 3, nan, 1 / 3, 2 / 3, nan, nan, nan]
    np.testing.assert_allclose(sampler.difficulty_, expected)
    assert _started(sampler, LINE)[RARE == 1].tolist() == [1, 1, 1]


def test_the_worked_example_of_rounding():
    """K = 5: 4, 2 and 0 enemies share seven new rows: 4.67 and 2.33 become 5 and 2."""
    own, enemies = 0.01 * np.arange(1, 6), 0.02 * np.arange(1, 6)
    X = np.r_[0, own[:1], enemies[:4], 50, 50 + own[:3], 50 + enemies[3:5], 90, 90 + own]
    y = np.r_[1, 1, np.zeros(4), 1, np.ones(3), np.zeros(2), 1, np.ones(5)].astype(int)
    X, y = np.r_[X, 200 + np.arange(30)][:, None], np.r_[y, np.zeros(30, int)]
    sampler = ADASYN(n_neighbors=5, sampling_strategy={1: 40}, random_state=0)
    sampler.fit_resample(X, y)
    r = sampler.difficulty_
    assert (r[0], r[6], r[12]) == (0.8, 0.4, 0.0)
    started = _started(sampler, X)
    assert started[y == 1].sum() == 28
    quota = 28 * r[y == 1] / r[y == 1].sum()
    assert np.all(np.abs(started[y == 1] - quota) < 1)
    assert np.all(started[y == 1][r[y == 1] == 0] == 0)


@given(data=tables())
def test_the_difficulty_is_the_share_of_enemies_counted_by_hand(data):
    X, y, k = data
    sampler = ADASYN(n_neighbors=k, random_state=0)
    _quietly(sampler, X, y)
    for row, found in enumerate(sampler.difficulty_):
        if y[row] == 0:
            assert np.isnan(found)
        else:
            n_enemies, n_found = enemies_around(X, y, row, k)
            assert found == pytest.approx(n_enemies / n_found)


@given(data=tables(), extra=st.integers(0, 300))
def test_each_row_starts_its_share_of_new_rows_up_to_one(data, extra):
    """By largest remainder: no row misses its share by a whole one, and none gets an undue one."""
    X, y, k = data
    target = dict.fromkeys(np.unique(y).tolist(), 20 + extra)
    sampler = ADASYN(n_neighbors=k, sampling_strategy=target, random_state=0)
    _quietly(sampler, X, y)
    started = _started(sampler, X)
    for each in np.unique(y)[1:]:
        r = sampler.difficulty_[y == each]
        if r.sum():
            quota = started[y == each].sum() * r / r.sum()
            rest = started[y == each] - np.floor(quota + 1e-9)
            assert set(rest) <= {0, 1}
            fraction = quota - np.floor(quota + 1e-9)
            lucky, unlucky = fraction[rest == 1], fraction[rest == 0]
            assert lucky.min(initial=1) >= unlucky.max(initial=0) - 1e-9
            assert np.all(started[y == each][r == 0] == 0)


def test_the_order_of_the_rows_favors_none_of_equal_difficulty():
    """Twenty rows of one difficulty share one new row, which falls to each of them now and then."""
    X = np.r_[np.arange(20), np.arange(20) + 0.1, 900][:, None]
    y = np.repeat([1, 0], [20, 21])
    seeds = set()
    for random_state in range(60):
        sampler = ADASYN(n_neighbors=1, random_state=random_state)
        sampler.fit_resample(X, y)
        seeds |= set(sampler.provenance_["seed"][41:].tolist())
    assert len(seeds) > 15


class TestNothingDifficult:
    """Classes that do not touch."""

    @pytest.fixture
    def apart(self, blobs):
        X, y = blobs((40, 12))
        return X + 100 * y[:, None], np.array(["well", "ill"])[y]

    def test_all_rows_serve_equally_often_and_this_is_said(self, apart):
        X, y = apart
        sampler = ADASYN(random_state=0)
        with pytest.warns(FallbackWarning, match=r"Class 'ill'.*equally often") as caught:
            sampler.fit_resample(X, y)
        assert len(caught) == 1
        assert np.all(sampler.difficulty_[y == "ill"] == 0)
        assert set(_started(sampler, X)[y == "ill"]) == {2, 3}

    def test_a_class_that_touches_is_not_concerned(self, blobs):
        X, y = blobs((40, 12, 10))
        X[y == 1] -= 1.5
        X[y == 2] += 100
        sampler = ADASYN(random_state=0)
        with pytest.warns(FallbackWarning) as caught:
            sampler.fit_resample(X, y)
        assert [str(each.message)[:7] for each in caught] == ["Class 2"]


def test_a_difficult_row_without_a_partner_starts_none():
    groups = np.array(["a", "b", "c", "d", "c", "e", "f", "g", "h"])
    sampler = ADASYN(n_neighbors=2, partner_groups="same", random_state=0)
    with pytest.warns(FewNeighborsWarning, match="1 of them have none"):
        sampler.fit_resample(LINE, RARE, groups=groups)
    assert sampler.difficulty_[5] > 0  # told by all rows
    assert _started(sampler, LINE)[[2, 4, 5]].tolist() in ([2, 1, 0], [1, 2, 0])


def test_twins_of_another_class_are_seen():
    """By position, the first hit would pass for the row itself, and its twin go unseen."""
    X = np.r_[np.arange(4), np.arange(4), 50 + np.arange(9)].astype(float)[:, None]
    y = np.repeat([1, 0], [4, 13])
    sampler = ADASYN(n_neighbors=1, random_state=0)
    sampler.fit_resample(X, y)
    assert sampler.difficulty_[:4].tolist() == [1, 1, 1, 1]
