"""SMOTEN: differences of labels by the classes that carry them, and the vote."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.mixed import value_difference, winners

from medresample._core.levels import read_levels
from medresample._core.nearest_labels import ProfileGaps, search_labels
from medresample._core.neighbors import Neighbors
from medresample._core.targets import read_target
from medresample.over_sampling import SMOTEN
from medresample.over_sampling._value_differences import class_shares

SEEDS = st.integers(0, 2**32 - 1)


def test_the_worked_example_of_three_colors():
    """green 8 of 10, red 7 of 10, blue 1 of 10: differences 0.2, 1.4 and 1.2."""
    color = np.repeat(["green", "red", "blue"], 10)
    y = np.r_[np.repeat([1, 0], [8, 2]), np.repeat([1, 0], [7, 3]), np.repeat([1, 0], [1, 9])]
    shares = class_shares(read_levels(color), read_target(y))
    gap = np.abs(shares[:, None] - shares[None]).sum(axis=2)
    np.testing.assert_allclose(gap, [[0, 0.2, 1.4], [0.2, 0, 1.2], [1.4, 1.2, 0]], atol=1e-15)
    codes = np.array([[0], [1], [2]], np.uint8)
    found = search_labels(ProfileGaps(codes, [shares]), Neighbors(None), np.arange(3), 2)
    assert found.ids.tolist() == [[1, 2], [0, 2], [1, 0]]
    np.testing.assert_allclose(found.distances**2, [[0.04, 1.96], [0.04, 1.44], [1.44, 1.96]])


@st.composite
def tables(draw, n_classes=None):
    """Draw a table of words, with holes, and its classes."""
    random = np.random.default_rng(draw(SEEDS))
    n_classes = n_classes or draw(st.integers(2, 4))
    sizes = np.r_[30, random.integers(6, 14, n_classes - 1)]
    y = random.permutation(np.repeat(np.arange(n_classes), sizes))
    d = draw(st.integers(1, 4))
    words = np.array(list("abcdefgh"), dtype=object)
    X = words[(random.integers(0, draw(st.integers(2, 7)), (len(y), d)) + y[:, None] // 2) % 8]
    if draw(st.booleans()):
        X[random.random(X.shape) < 0.1] = None
    return X, y


def _squares(X, y, row, others):
    return {
        other: sum(
            value_difference(X[:, j], y, X[row, j], X[other, j]) ** 2 for j in range(X.shape[1])
        )
        for other in others
    }


@given(data=tables(), k=st.integers(1, 5))
def test_labels_are_the_vote_of_the_seed_and_its_neighbors(data, k):
    X, y = data
    sampler = SMOTEN(k_neighbors=k, random_state=0)
    X_res, y_res = sampler.fit_resample(X, y)
    seeds = sampler.provenance_["seed"][len(y) :]
    for new, row, label in list(zip(X_res[len(y) :], seeds, y_res[len(y) :], strict=True))[:6]:
        far = _squares(X, y, row, [i for i in np.flatnonzero(y == label) if i != row])
        ranked = sorted(far, key=lambda other: (far[other], other))
        if k < len(ranked) and float(far[ranked[k]] - far[ranked[k - 1]]) < 1e-12:
            continue  # who is the k-th neighbor is a matter of rounding
        for j, cell in enumerate(new):
            voters = [X[row, j], *[X[other, j] for other in ranked[:k]]]
            assert ("missing" if cell is None else cell) in winners(voters, X[row, j])


@given(data=tables(n_classes=2), k=st.integers(1, 5))
def test_two_classes_are_searched_on_a_line_with_the_same_distances(data, k):
    X, y = data
    target, levels = read_target(y), [read_levels(column) for column in X.T]
    rows = np.flatnonzero(y == 1)
    shares = [class_shares(each, target) for each in levels]
    codes = np.column_stack([each.codes[rows] for each in levels])
    general = search_labels(ProfileGaps(codes, shares), Neighbors(None), rows, k)
    line = np.column_stack([2 * s[c, 0] for s, c in zip(shares, codes.T, strict=True)])
    far = np.sqrt(((line[:, None] - line[None]) ** 2).sum(axis=2))
    np.fill_diagonal(far, np.inf)
    np.testing.assert_allclose(general.distances, np.sort(far, axis=1)[:, :k], atol=1e-12)


def test_labels_of_the_same_classes_are_no_distance_apart():
    y = np.array([0, 1] * 30)
    X = np.array([["a"] * 2 + ["b"] * 2] * 15).reshape(-1, 1)
    shares = class_shares(read_levels(X[:, 0]), read_target(y))
    assert np.array_equal(shares[0], shares[1])


def test_equal_rows_of_votes_come_from_equal_seeds_only():
    """Where all words differ, each seed keeps its own: not one row for all."""
    y = np.repeat([0, 1], [30, 6])
    X = np.array([[f"{i} {j}" for j in range(3)] for i in range(36)])
    X_res, _ = SMOTEN(random_state=0).fit_resample(X, y)
    assert {tuple(row) for row in X_res[36:]} <= {tuple(row) for row in X[30:]}
    assert len(np.unique(X_res[36:], axis=0)) > 3


def test_a_row_of_fixed_words_keeps_its_type():
    X = np.array([["f", "left"], ["m", "right"]] * 20)
    y = np.repeat([0, 1], [30, 10])
    X_res, _ = SMOTEN(random_state=0).fit_resample(X, y)
    assert X_res.dtype == X.dtype


@pytest.mark.parametrize("dtype", ["category", "Int64", "boolean", object])
def test_any_column_is_taken_for_labels(dtype):
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [30, 10])
    X = pd.DataFrame({"a": random.integers(0, 2, 40), "b": random.integers(0, 2, 40)}).astype(dtype)
    X_res, _ = SMOTEN(random_state=0).fit_resample(X, y)
    pd.testing.assert_series_equal(X_res.dtypes, X.dtypes)
    assert set(X_res["a"].iloc[40:]) <= set(X["a"].iloc[30:])
