"""The tests are the published formulas: by hand, by scipy, and on data without an effect."""

import numpy as np
import pytest
from scipy import integrate, stats

from medresample.compare import _statistics as statistics
from medresample.compare._statistics import (
    PatientDraws,
    corrected_t,
    correlated_t,
    holm,
    percentile_interval,
    share_in_rope,
)

D = np.array([0.02, -0.01, 0.03, 0.00, 0.01, 0.04, -0.02, 0.01, 0.02, 0.00])


def test_the_corrected_t_by_hand():
    # J = 10, mean 0.01, var 0.0034/9 - by the textbook formula with n_test/n_train = 1/4
    variance = ((D - 0.01) ** 2).sum() / 9
    error = np.sqrt((1 / 10 + 1 / 4) * variance)
    found = corrected_t(D, 0.25)
    t975 = 2.262157162740992  # from a table, 9 degrees of freedom
    assert found.mean == pytest.approx(0.01)
    assert found.low == pytest.approx(0.01 - t975 * error)
    assert found.high == pytest.approx(0.01 + t975 * error)
    assert found.p_value == pytest.approx(2 * stats.t.sf(0.01 / error, 9))


def test_without_correction_it_is_the_paired_t_test_of_scipy():
    naive = corrected_t(D, 0.0)
    theirs = stats.ttest_1samp(D, 0)
    assert naive.p_value == pytest.approx(theirs.pvalue)
    assert (naive.low, naive.high) == pytest.approx(tuple(theirs.confidence_interval()))


def test_the_correction_widens_by_the_known_factor():
    # 10 x 10 folds: sqrt((1/100 + 1/9) / (1/100)) = 3.48, the inflation of the naive t
    d = np.tile(D, 10)
    wide, naive = corrected_t(d, 1 / 9), corrected_t(d, 0)
    assert (wide.high - wide.low) / (naive.high - naive.low) == pytest.approx(3.4801, abs=1e-4)


def test_the_posterior_integrates_the_published_density():
    rho, rope = 0.2, 0.01
    scale2 = (1 / 10 + rho / (1 - rho)) * D.var(ddof=1)

    def density(x):
        return stats.t.pdf((x - D.mean()) / np.sqrt(scale2), 9) / np.sqrt(scale2)

    lower = integrate.quad(density, -np.inf, -rope)[0]
    inside = integrate.quad(density, -rope, rope)[0]
    found = correlated_t(D, rho / (1 - rho), rope)
    assert found.lower == pytest.approx(lower, abs=1e-8)
    assert found.equivalent == pytest.approx(inside, abs=1e-8)
    assert sum(found) == pytest.approx(1)


def test_interval_and_posterior_tell_the_same_story():
    # Without a rope the posterior tail is half the two-sided p-value.
    tail = correlated_t(D, 0.25, 0.0).lower
    assert tail == pytest.approx(corrected_t(D, 0.25).p_value / 2)


def test_swapping_the_two_methods_mirrors_everything():
    one, other = corrected_t(D, 0.25), corrected_t(-D, 0.25)
    assert (one.low, one.high, one.p_value) == (-other.high, -other.low, other.p_value)
    assert correlated_t(D, 0.25, 0.01)[::-1] == pytest.approx(correlated_t(-D, 0.25, 0.01))


def test_differences_without_spread():
    assert corrected_t(np.full(5, 0.1), 0.25)[:3] == (pytest.approx(0.1),) * 3
    assert corrected_t(np.full(5, 0.1), 0.25).p_value == 0
    assert np.isnan(corrected_t(np.zeros(5), 0.25).p_value)  # t is 0/0
    assert correlated_t(np.zeros(5), 0.25, 0.01) == (0, 1, 0)
    assert correlated_t(np.full(5, 0.1), 0.25, 0.01) == (0, 0, 1)


@pytest.mark.parametrize("d", [[], [0.1]])
def test_fewer_than_two_differences_have_no_interval(d):
    assert np.isnan(corrected_t(d, 0.25).low)
    assert all(np.isnan(correlated_t(d, 0.25, 0.01)))


def test_holm_by_hand():
    # sorted .01 .02 .03 .04 -> 4 * .01, 3 * .02, 2 * .03, 1 * .04 made monotone
    np.testing.assert_allclose(holm([0.04, 0.01, 0.03, 0.02]), [0.06, 0.04, 0.06, 0.06])
    np.testing.assert_allclose(holm([0.6, 0.5]), [1, 1])


def test_holm_does_not_count_missing_p_values():
    np.testing.assert_allclose(holm([0.02, np.nan, 0.03]), [0.04, np.nan, 0.04])


def test_under_no_effect_the_corrected_test_keeps_its_level():
    # Two fixed predictors of equal merit: a difference on a fold is noise of its test rows, and
    # every repeat shuffles the same rows. The naive test takes them for new evidence each time.
    rng = np.random.default_rng(0)
    corrected = naive = 0
    n_runs, k, repeats = 400, 5, 4
    for _ in range(n_runs):
        values = rng.normal(size=100)
        d = []
        for _ in range(repeats):
            shuffled = rng.permutation(values)
            d.extend(part.mean() for part in np.array_split(shuffled, k))
        corrected += corrected_t(d, 1 / (k - 1)).p_value < 0.05
        naive += corrected_t(d, 0).p_value < 0.05
    assert corrected / n_runs < 0.09
    assert naive / n_runs > 0.2


def test_patients_are_drawn_whole():
    patients = np.repeat([4, 7, 9], [1, 3, 2])
    weights = np.concatenate(list(PatientDraws(patients, n_draws=50).blocks()))
    assert weights.shape == (50, 6)
    assert np.all(weights[:, 1] == weights[:, 2])
    assert np.all(weights[:, 1] == weights[:, 3])
    assert np.all(weights[:, 4] == weights[:, 5])
    np.testing.assert_array_equal(weights[:, [0, 1, 4]].sum(axis=1), 3)


def test_draws_do_not_depend_on_the_memory_they_fit_in(monkeypatch):
    patients = np.arange(40)
    whole = PatientDraws(patients).values(lambda w: w @ np.arange(40.0), np.arange(40))
    monkeypatch.setattr(statistics, "_BLOCK_CELLS", 40 * 7)
    blocks = PatientDraws(patients)
    assert blocks.block == 7
    np.testing.assert_array_equal(
        blocks.values(lambda w: w @ np.arange(40.0), np.arange(40)), whole
    )


def test_the_bootstrap_interval_of_a_mean_is_close_to_the_normal_one():
    values = np.random.default_rng(0).normal(size=200)
    draws = PatientDraws(np.arange(200), n_draws=2000).values(
        lambda w: w @ values / w.sum(axis=1), np.arange(200)
    )
    found = percentile_interval(values.mean(), draws)
    half = 1.96 * values.std() / np.sqrt(200)
    assert found.low == pytest.approx(values.mean() - half, abs=0.15 * half)
    assert found.high == pytest.approx(values.mean() + half, abs=0.15 * half)
    assert np.isnan(found.p_value)


def test_shares_of_draws_add_up_and_undefined_draws_are_left_out():
    draws = np.array([-0.5, 0.0, 0.005, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, np.nan])
    found = share_in_rope(draws, 0.01)
    assert found == pytest.approx((1 / 9, 2 / 9, 6 / 9))
    too_many = np.where(np.arange(10) < 3, np.nan, draws)
    assert all(np.isnan(share_in_rope(too_many, 0.01)))
    assert np.isnan(percentile_interval(0.1, too_many).low)
