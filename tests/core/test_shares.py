"""Whole numbers split by weights: they sum to the total, and nobody gets more than the cap."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medresample._core.shares import capped_shares, largest_remainder, shares_for_all

weights = st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any)


def naive_split(total, weights):
    """Largest remainder with fractions that round nothing, ties to the lower place."""
    shares = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(share) for share in shares]
    by_rest = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in by_rest[: total - sum(parts)]:
        parts[i] += 1
    return parts


def naive_capped_split(total, weights, caps):
    parts = [0] * len(caps)
    while sum(parts) < total:
        room = [cap - part for cap, part in zip(caps, parts, strict=True)]
        open_weights = [w if r else 0 for w, r in zip(weights, room, strict=True)]
        if not any(open_weights):
            open_weights = [int(r > 0) for r in room]
        more = naive_split(total - sum(parts), open_weights)
        parts = [p + min(m, r) for p, m, r in zip(parts, more, room, strict=True)]
    return parts


@given(total=st.integers(0, 200), weights=weights)
def test_everybody_gets_their_share_rounded_up_or_down(total, weights):
    parts = largest_remainder(total, np.array(weights, float))
    assert parts.sum() == total
    for part, weight in zip(parts.tolist(), weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@pytest.mark.parametrize(
    ("total", "weights"), [(7, [4, 2, 0]), (100, [50, 6, 5]), (2, [1, 1, 1]), (10, [3, 3, 1])]
)
def test_the_largest_fractions_are_rounded_up_the_lower_place_first(total, weights):
    parts = largest_remainder(total, np.array(weights, float))
    assert parts.tolist() == naive_split(total, weights)


@given(
    data=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 40)), min_size=1, max_size=8),
    share=st.floats(0, 1),
)
def test_nobody_takes_more_than_the_cap_and_all_is_taken(data, share):
    weights, caps = np.array(data).T
    total = int(share * caps.sum())
    parts = capped_shares(total, weights, caps)
    assert parts.sum() == total
    assert np.all((parts >= 0) & (parts <= caps))
    if total <= caps[weights > 0].sum():
        assert not parts[weights == 0].any()


def test_what_is_above_a_cap_goes_to_the_others_by_weight():
    for total, weights, caps in [
        (9, [8, 2, 2], [4, 10, 10]),
        (100, [50, 6, 5], [500, 300, 200]),
        (100, [50, 6, 5], [60, 300, 200]),
        (20, [0, 0, 7], [9, 9, 9]),
    ]:
        found = capped_shares(total, np.array(weights, float), np.array(caps))
        assert found.tolist() == naive_capped_split(total, weights, caps)


@given(sizes=st.lists(st.integers(1, 500), min_size=1, max_size=8), share=st.floats(0, 1))
def test_everybody_gets_one_where_there_is_enough(sizes, share):
    total = int(share * sum(sizes))
    parts = shares_for_all(total, np.array(sizes, float))
    assert parts.sum() == total
    assert np.all(parts <= sizes)
    if total >= len(sizes):
        assert parts.min() >= 1


@pytest.mark.parametrize(
    ("total", "sizes", "expected"),
    [(10, [600, 400, 3], [5, 4, 1]), (2, [9, 9, 1], [1, 1, 0]), (4, [1, 1, 98], [1, 1, 2])],
)
def test_small_ones_get_one_and_the_others_share_the_rest(total, sizes, expected):
    assert shares_for_all(total, np.array(sizes, float)).tolist() == expected
