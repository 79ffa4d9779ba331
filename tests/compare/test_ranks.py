"""The tests over data sets are the published ones: a worked example, scipy, and counting."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from medresample.compare._ranks import (
    friedman,
    groups_not_apart,
    ranks_of,
    signed_rank,
    why_no_test,
)

# Demšar (2006), Table 6: areas under the curve of C4.5, C4.5+m, C4.5+cf and C4.5+m+cf on 14 data
# sets. (On "voting" the last two are equal in three digits; the ranks given are 2 and 3.)
DEMSAR = np.array(
    [
        [0.763, 0.768, 0.771, 0.798],
        [0.599, 0.591, 0.590, 0.569],
        [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657],
        [0.882, 0.888, 0.886, 0.898],
        [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685],
        [0.583, 0.583, 0.563, 0.625],
        [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000],
        [0.940, 0.962, 0.965, 0.962],
        [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.975, 0.9749],
        [0.957, 0.978, 0.946, 0.970],
    ]
)


def test_the_mean_ranks_of_the_worked_example():
    np.testing.assert_allclose(
        ranks_of(DEMSAR).mean(axis=0), [3.143, 2.000, 2.893, 1.964], atol=5e-4
    )


def test_friedman_and_iman_davenport_of_the_worked_example():
    # The paper's 9.28 and 3.69 are without the correction for ties, which a factor undoes.
    found, ranks = friedman(DEMSAR), ranks_of(DEMSAR)
    untied = 4 * 5 / 12
    spread = ((ranks - 2.5) ** 2).sum() / (14 * 3)
    chi2 = found.chi2 * spread / untied
    assert chi2 == pytest.approx(9.28, abs=0.005)
    assert 13 * chi2 / (14 * 3 - chi2) == pytest.approx(3.69, abs=0.005)
    assert found.f == pytest.approx(13 * found.chi2 / (14 * 3 - found.chi2))


def test_the_signed_ranks_of_the_worked_example():
    # C4.5 against C4.5+m: R+ = 93 and R- = 12, in which the two zeros count 1.5 each
    d = DEMSAR[:, 1] - DEMSAR[:, 0]
    lean, p = signed_rank(d)
    assert lean == pytest.approx((93 - 12) / (93 + 12 - 2 * 1.5))
    assert 0.005 < p < 0.02  # the paper: below 0.05, as 12 is below the critical value of 21


def tables(most=3):
    return st.integers(2, 5).flatmap(
        lambda k: st.lists(
            st.lists(st.integers(0, most), min_size=k, max_size=k), min_size=2, max_size=12
        )
    )


@given(tables())
def test_friedman_is_the_analysis_of_variance_of_the_ranks(table):
    merits = np.array(table, dtype=float)
    n, k = merits.shape
    ranks = np.array([stats.rankdata(-row) for row in merits])
    found = friedman(merits)
    total = ((ranks - ranks.mean()) ** 2).sum()
    methods = n * ((ranks.mean(axis=0) - ranks.mean()) ** 2).sum()
    if total == 0:
        assert found == (0, 1, 0, 1)
    elif np.isclose(methods, total):
        assert found.f == np.inf
    else:
        f = (methods / (k - 1)) / ((total - methods) / ((k - 1) * (n - 1)))
        assert found.f == pytest.approx(f)
        assert found.p_value == pytest.approx(stats.f.sf(f, k - 1, (k - 1) * (n - 1)))
    if total and k > 2:
        theirs = stats.friedmanchisquare(*merits.T)
        assert found[:2] == pytest.approx((theirs.statistic, theirs.pvalue))


def test_the_same_ranks_everywhere_are_as_likely_as_counting_says():
    orders = list(itertools.permutations([1.0, 2.0, 3.0]))
    found = [friedman(table) for table in itertools.product(orders, repeat=3)]
    alike = [test for test in found if np.isinf(test.f)]
    assert len(alike) == 6
    assert alike[0].p_value == pytest.approx(6 / 6**3)
    tied = [[1.0, 1.0, 0.0]] * 4  # three orders, as the first two are equal
    assert friedman(tied).p_value == pytest.approx(1 / 3**3)


def test_under_no_difference_iman_and_davenport_keep_the_level():
    rng = np.random.default_rng(0)
    p = np.array([friedman(rng.normal(size=(12, 5)))[1::2] for _ in range(2000)])
    wide = 3 * np.sqrt(0.05 * 0.95 / 2000)
    assert abs((p[:, 1] < 0.05).mean() - 0.05) < wide
    assert (p[:, 0] < 0.05).mean() <= (p[:, 1] < 0.05).mean()  # Friedman's own rejects less


def test_equal_up_to_rounding_is_equal():
    merits = [[0.1 + 0.2, 0.3, 0.0]]
    assert ranks_of(merits).tolist() == [[1.5, 1.5, 3]]
    assert signed_rank([0.1 + 0.2 - 0.3, 0.5, 0.25]) == (1, 0.5)


@pytest.mark.parametrize("n", [5, 12, 20])
def test_signed_ranks_are_those_of_scipy(n):
    d = np.random.default_rng(n).normal(0.3, 1, n)
    assert signed_rank(d)[1] == pytest.approx(stats.wilcoxon(d).pvalue)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=9))
def test_signed_ranks_count_all_signs_where_sizes_are_equal_or_zero(differences):
    d = np.array(differences) / 10
    sizes = stats.rankdata(np.abs(d))[d != 0]
    observed = sizes @ np.sign(d[d != 0])
    sums = [sizes @ signs for signs in itertools.product([-1, 1], repeat=len(sizes))]
    lean, p = signed_rank(d)
    assert p == pytest.approx(np.mean(np.abs(sums) >= abs(observed) - 1e-9))
    assert lean == pytest.approx(observed / sizes.sum() if len(sizes) else 0)


def test_many_data_sets_are_no_trouble():
    d = np.random.default_rng(0).normal(0.05, 1, 1100)  # 2**1100 is no float
    theirs = stats.wilcoxon(d)  # the normal approximation
    assert signed_rank(d)[1] == pytest.approx(theirs.pvalue, rel=0.01)


def test_swapping_the_methods_mirrors_the_test():
    d = DEMSAR[:, 3] - DEMSAR[:, 2]
    (lean, p), (other_lean, other_p) = signed_rank(d), signed_rank(-d)
    assert (lean, p) == (-other_lean, other_p)


def test_why_nothing_can_be_told_apart():
    assert why_no_test(9, 3).startswith("ranks only: 9 data sets are too few")
    assert why_no_test(10, 21) == ""  # 7 methods: 21 * 2 / 2**10 = 0.041
    assert "adjusted p-value of 0.055 among 28 pairs" in why_no_test(10, 28)
    assert "of 1 among 1000 pairs" in why_no_test(10, 1000)
    assert why_no_test(14, 300) == ""  # 25 methods


@given(st.integers(1, 8).flatmap(lambda k: st.tuples(st.just(k), st.integers(0, 2**28 - 1))))
def test_two_share_a_group_if_and_only_if_they_are_not_apart(drawn):
    k, bits = drawn
    names = [f"m{i}" for i in range(k)]
    pairs = [frozenset(pair) for pair in itertools.combinations(names, 2)]
    apart = {pair for i, pair in enumerate(pairs) if bits >> i & 1}
    groups = groups_not_apart(names, apart)
    for pair in pairs:
        assert any(pair <= set(group) for group in groups) == (pair not in apart)
    for group, other in itertools.permutations(groups, 2):
        assert not set(group) <= set(other)
    assert all(list(group) == sorted(group) for group in groups)
