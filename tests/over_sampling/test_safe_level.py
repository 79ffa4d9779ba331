"""Safe-level SMOTE: the level of every row, the pairs that count, and how far new rows go."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.neighborhood import safe_level, step_range
from scipy import stats

from medresample.exceptions import FallbackWarning, FewNeighborsWarning
from medresample.over_sampling import SafeLevelSMOTE
from medresample.over_sampling._safe_level import draw_steps, step_limits

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
        sampler.fit_resample(X, y, **metadata)
    return sampler.provenance_[len(X) :]


def test_the_worked_example():
    """Levels of c, e and f are 1, 2 and 1; from e to c at most half of the way, back at least."""
    sampler = SafeLevelSMOTE(k_neighbors=3, sampling_strategy={1: 3000}, random_state=0)
    with pytest.warns(FewNeighborsWarning):
        sampler.fit_resample(LINE, RARE)
    assert sampler.safe_levels_.tolist() == [-1, -1, 1, -1, 2, 1, -1, -1, -1]
    made = sampler.provenance_[9:]
    forth = made["step"][(made["seed"] == 4) & (made["partner"] == 2)]
    back = made["step"][(made["seed"] == 2) & (made["partner"] == 4)]
    even = made["step"][(made["seed"] == 2) & (made["partner"] == 5)]
    assert stats.kstest(forth, stats.uniform(0, 0.5).cdf).pvalue > 0.01
    assert stats.kstest(back, stats.uniform(0.5, 0.5).cdf).pvalue > 0.01
    assert stats.kstest(even, stats.uniform(0, 1).cdf).pvalue > 0.01
    assert forth.max() <= 0.5 <= back.min()


@pytest.mark.parametrize(
    ("seed", "partner", "expected"),
    [(4, 2, (0, 0.5)), (1, 4, (0.75, 1)), (3, 3, (0, 1)), (5, 0, (0, 0)), (0, 5, (1, 1))],
)
def test_the_five_cases(seed, partner, expected):
    low, high = step_limits(np.array([seed]), np.array([partner]))
    assert (low[0], high[0]) == expected
    assert step_range(seed, partner) == expected


@pytest.mark.parametrize("seed", range(1, 12))
@pytest.mark.parametrize("partner", range(1, 12))
def test_steps_keep_to_their_limits_to_the_last_bit(seed, partner):
    """A third is no float32: a step must not reach the float32 above it."""

    class Extreme:
        """Chance that only gives the ends."""

        def random(self, n, dtype):
            return np.array([0, 1 - 2**-24, 1], dtype)

    low, high = step_range(seed, partner)
    ends = draw_steps(np.full(3, float(low)), np.full(3, float(high)), Extreme())
    assert ends.dtype == np.float32
    assert np.all((ends >= low) & (ends <= high))
    np.testing.assert_allclose(ends, [low, high, high], atol=1e-6)


@given(data=tables(), partner=st.sampled_from(["minority", "all"]))
def test_levels_and_steps_are_those_counted_by_hand(data, partner):
    X, y, k = data
    sampler = SafeLevelSMOTE(k_neighbors=k, partner=partner, random_state=0)
    made = _quietly(sampler, X, y)
    for row, level in enumerate(sampler.safe_levels_):
        assert level == (safe_level(X, y, row, k, y[row]) if y[row] else -1)
    levels = {}
    for seed, other, step, label in made[["seed", "partner", "step", "label"]].tolist():
        if other < 0:  # copied, where no pair is safe
            continue
        for row in (seed, other):
            levels.setdefault((row, label), safe_level(X, y, row, k, label))
        low, high = step_range(levels[seed, label], levels[other, label])
        assert low <= step <= high


@given(data=tables())
def test_partners_of_any_class_are_the_nearest(data):
    X, y, k = data
    X = np.nan_to_num(X)
    sampler = SafeLevelSMOTE(k_neighbors=k, partner="all", random_state=0)
    made = _quietly(sampler, X, y)
    for seed, other in made[["seed", "partner"]].tolist():
        if other >= 0:
            distance = np.linalg.norm(X - X[seed], axis=1)
            assert np.sum(distance < distance[other]) <= k  # k - 1 others and the seed


def test_partners_of_another_class_are_used_where_asked(blobs):
    X, y = blobs((60, 20))
    X[y == 1] -= 1
    strict = _quietly(SafeLevelSMOTE(random_state=0), X, y)
    loose = _quietly(SafeLevelSMOTE(partner="all", random_state=0), X, y)
    assert set(y[strict["partner"]]) == {1}
    assert set(y[loose["partner"]]) == {0, 1}


class TestIsolation:
    """Rows with no row of their class around."""

    @pytest.fixture
    def mixed(self):
        """Two rare rows (0 and 1) are isolated, six sit together; all have k partners."""
        X = np.r_[0, 10, 50 + np.arange(6) / 10, np.arange(20) / 10 - 1, 9 + np.arange(20) / 10]
        return X[:, None], np.r_[np.ones(8, int), np.zeros(40, int)]

    def test_pairs_of_isolated_rows_are_not_drawn(self, mixed):
        X, y = mixed
        sampler = SafeLevelSMOTE(k_neighbors=3, sampling_strategy={1: 2008}, random_state=0)
        made = _quietly(sampler, X, y)
        assert sampler.safe_levels_[:8].tolist() == [0, 0, 3, 3, 3, 3, 3, 3]
        pairs = set(made[["seed", "partner"]].tolist())
        assert (0, 1) not in pairs
        assert (1, 0) not in pairs
        assert {seed for seed, _ in pairs} == set(range(8))  # some with a safe partner
        assert len(made) == 2000
        assert np.all(made["step"][made["seed"] < 2] == 1)

    def test_where_all_are_isolated_rows_are_copied_and_this_is_said(self):
        X = np.r_[np.arange(4) * 10, np.repeat(np.arange(4) * 10, 6) + np.tile(np.arange(6), 4)]
        X, y = X[:, None] + 0.25, np.repeat([1, 0], [4, 24])
        X[:4] -= 0.1
        sampler = SafeLevelSMOTE(k_neighbors=3, random_state=0)
        with pytest.warns(FallbackWarning, match="Class 1 has no row that is safe") as caught:
            X_res, y_res = sampler.fit_resample(X, y)
        assert len(caught) == 1
        assert sampler.safe_levels_[:4].tolist() == [0, 0, 0, 0]
        np.testing.assert_array_equal(X_res[28:], X[sampler.provenance_["seed"][28:]])
        assert set(sampler.provenance_["origin"][28:]) == {"copy"}
        assert np.bincount(y_res).tolist() == [24, 24]


def test_levels_are_those_of_the_whole_table_whoever_may_be_a_partner(blobs):
    X, y = blobs((40, 12), n_features=2)
    free = SafeLevelSMOTE(random_state=0)
    free.fit_resample(X, y)
    bound = SafeLevelSMOTE(partner_groups="different", random_state=0)
    bound.fit_resample(X, y, groups=np.arange(52) // 2)
    np.testing.assert_array_equal(free.safe_levels_, bound.safe_levels_)
