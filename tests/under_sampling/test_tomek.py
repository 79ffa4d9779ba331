"""Tomek links: mutual nearest neighbors of different classes, ties and twins among them."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from reference.cleaning import tomek_links
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import StandardScaler

from medresample.exceptions import FallbackWarning
from medresample.under_sampling import TomekLinks

from .cleaned_tables import LINE, RARE, tables

pytestmark = [
    pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning"),
    pytest.mark.filterwarnings("ignore::medresample.exceptions.FallbackWarning"),
]
STRATEGIES = ["auto", "majority", "not minority", "not majority", "all", [1], [0, 1]]


def _fitted(X, y, **parameters):
    cleaner = TomekLinks(**parameters)
    cleaner.fit_resample(X, y)
    return cleaner


def _fitted_without_sparing(X, y, **parameters):
    """Do so for tables of which no class is spared, and its links with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", FallbackWarning)
        try:
            return _fitted(X, y, **parameters)
        except FallbackWarning:
            reject()


def _left(cleaner):
    return cleaner.sample_indices_.tolist()


def _ends(links):
    """Rows that are linked."""
    return {row for link in links for row in link}


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_worked_example(n_jobs):
    """(c, d) is the only link; d is of the majority."""
    cleaner = _fitted(LINE, RARE, n_jobs=n_jobs)
    assert cleaner.links_.tolist() == [[2, 3]]
    assert _left(cleaner) == [0, 1, 2, 4, 5, 6, 7, 8]
    assert _left(_fitted(LINE, RARE, sampling_strategy="all")) == [0, 1, 4, 5, 6, 7, 8]


@given(data=tables(), strategy=st.sampled_from(STRATEGIES))
def test_linked_rows_of_the_classes_asked_for_go_and_no_others(data, strategy):
    X, y = data
    cleaner = _fitted(X, y, sampling_strategy=strategy)
    links = tomek_links(X, y, range(len(y)))
    named = {tuple(link) for link in cleaner.links_.tolist()}
    assert named <= links
    assert _ends(named) == _ends(links)
    cleaned = set(cleaner.sampling_strategy_)
    linked = {row for row in _ends(links) if y[row] in cleaned}
    for label in cleaned:  # the guard
        of_label = {row for row in linked if y[row] == label}
        linked -= of_label if len(of_label) == np.sum(y == label) else set()
    assert _left(cleaner) == [row for row in range(len(y)) if row not in linked]


@given(data=tables(), strategy=st.sampled_from(STRATEGIES))
def test_repeated_until_no_link_is_left_that_could_go(data, strategy):
    X, y = data
    cleaner = _fitted_without_sparing(X, y, sampling_strategy=strategy, repeat=True)
    left, cleaned = _left(cleaner), sorted(cleaner.sampling_strategy_)
    assert not {y[row] for row in _ends(tomek_links(X, y, left))} & set(cleaned)
    again = _fitted(X[left], y[left], sampling_strategy=cleaned, repeat=True)
    assert (_left(again), again.n_iter_) == (list(range(len(left))), 1)


@given(data=tables(), strategy=st.sampled_from(STRATEGIES))
def test_repeating_is_cleaning_what_was_cleaned(data, strategy):
    X, y = data
    rows, passes, links = list(range(len(y))), 0, set()
    cleaner = _fitted_without_sparing(X, y, sampling_strategy=strategy, repeat=True)
    gone = None
    while gone != set():
        found = tomek_links(X, y, rows)
        gone = {row for row in _ends(found) if y[row] in cleaner.sampling_strategy_}
        rows, passes, links = [row for row in rows if row not in gone], passes + 1, links | found
    assert (_left(cleaner), cleaner.n_iter_) == (rows, passes)
    assert _ends(cleaner.links_.tolist()) == _ends(links)


def test_repeating_finds_links_that_removing_makes():
    """1 is removed for its link with 0; then 2 is the nearest of 0."""
    X, y = np.array([[0.0], [1.0], [2.5], [9.0], [9.5]]), np.array([1, 0, 0, 0, 0])
    once = _fitted(X, y)
    assert (_left(once), once.n_iter_) == ([0, 2, 3, 4], 1)
    repeated = _fitted(X, y, repeat=True)
    assert repeated.links_.tolist() == [[0, 1], [0, 2]]
    assert (_left(repeated), repeated.n_iter_) == ([0, 3, 4], 3)


def test_rows_at_equal_distances_are_all_linked():
    """0 is as near to -1 as to 1; each of these has it as its nearest."""
    X, y = np.array([[-1.0], [0.0], [1.0], [50.0], [60.0]]), np.array([0, 1, 0, 0, 0])
    cleaner = _fitted(X, y)
    assert cleaner.links_.tolist() == [[0, 1], [1, 2]]
    assert _left(cleaner) == [1, 3, 4]


@pytest.mark.parametrize("n_twins", [2, 5, 40])
@pytest.mark.parametrize("dtype", ["f4", "f8", "i8"])
def test_twins_of_different_classes_are_linked(n_twins, dtype):
    random = np.random.default_rng(0)
    X = np.r_[np.full((n_twins, 3), 7), np.rint(20 * random.normal(size=(30, 3)))].astype(dtype)
    y = np.r_[np.arange(n_twins) % 2, np.zeros(30, int)]
    cleaner = _fitted(X, y, sampling_strategy=[0])
    assert not set(_left(cleaner)) & set(range(0, n_twins, 2))
    assert set(range(1, n_twins, 2)) <= set(_left(cleaner))


def _linked(squares, y):
    """Rows that are linked, by all squared distances, which are exact."""
    np.fill_diagonal(squares, np.inf)
    closest = squares.min(axis=1)
    links = (squares == closest) & (squares == closest[:, None]) & (y[:, None] != y)
    return np.flatnonzero(links.any(axis=1))


@pytest.mark.parametrize("kind", ["plain", "float32", "whole", "many", "holes", "space"])
def test_every_way_to_search_finds_the_same_links(kind):
    """Rows repeated and mirrored, so that many distances are equal, in tables of any size."""
    random = np.random.default_rng(3)
    X = np.rint(6 * random.normal(size=(150, 4))) / 4
    X = np.r_[X, X[:40], -X[:40]]
    y = random.integers(0, 3, len(X))
    space = None
    if kind == "float32":
        X = X.astype(np.float32)
    elif kind == "whole":
        X = np.rint(4 * X).astype(int)
    elif kind == "many":
        X = np.tile(X, 20)
    elif kind == "holes":
        X[random.random(X.shape) < 0.1] = np.nan
    elif kind == "space":
        space = StandardScaler(with_mean=False, with_std=False)
    cleaner = _fitted(X, y, sampling_strategy="all", neighbor_space=space)
    gap = X[:, None].astype(float) - X[None]
    shared = (~np.isnan(gap)).sum(axis=2)
    squares = np.where(shared > 0, np.nansum(gap**2, axis=2), np.inf) * X.shape[1]
    expected = _linked(squares / np.maximum(shared, 1), y)
    np.testing.assert_array_equal(np.unique(cleaner.links_), expected)


def test_compiled_search_finds_the_same_links():
    """Large enough for blocks of rows compared by compiled code, once by products."""
    random = np.random.default_rng(0)
    X = np.rint(3 * random.normal(size=(3000, 6))) / 8
    y = (random.random(3000) < 0.2).astype(int)
    cleaner = _fitted(X, y, sampling_strategy="all")
    squares = ((64 * X * X).sum(axis=1)[:, None] + (64 * X * X).sum(axis=1)) - 128 * X @ X.T
    expected = _linked(squares, y)
    assert 0 < len(expected) < 3000
    np.testing.assert_array_equal(np.unique(cleaner.links_), expected)


def test_a_row_without_a_column_in_common_is_in_no_link():
    X = np.array([[1.0, np.nan], [np.nan, 1.0], [np.nan, 2.0], [np.nan, 7.0], [np.nan, 7.5]])
    y = np.array([1, 0, 1, 0, 0])
    assert _fitted(X, y).links_.tolist() == [[1, 2]]


def test_a_class_is_never_removed_as_a_whole():
    X, y = np.array([[0.0], [0.1], [5.0], [5.1], [9.0]]), np.array(["ill", "well"] * 2 + ["well"])
    with pytest.warns(FallbackWarning) as caught:
        cleaner = _fitted(X, y, sampling_strategy="all")
    (message,) = [str(each.message) for each in caught]
    for word in ("'ill'", "0 of its 2 rows", "at least 1"):
        assert word in message
    assert _left(cleaner) == [0, 2, 4]


def test_as_many_rows_stay_as_are_asked_for():
    X, y = np.array([[0.0], [0.1], [5.0], [5.1], [9.0]]), np.array([1, 0, 1, 0, 0])
    assert _left(_fitted(X, y)) == [0, 2, 4]
    assert _left(_fitted(X, y, min_keep=1)) == [0, 2, 4]
    with pytest.warns(FallbackWarning, match="1 of its 3 rows, and at least 2 must stay"):
        assert _left(_fitted(X, y, min_keep=2)) == [0, 1, 2, 3, 4]


@given(data=tables(holes=False), shift=st.integers(-50, 50))
def test_moving_or_stretching_the_table_changes_nothing(data, shift):
    X, y = data
    expected = _left(_fitted(X, y))
    assert _left(_fitted(X + shift, y)) == expected
    assert _left(_fitted(X * 8, y)) == expected
    assert _left(_fitted(X[:, ::-1], y)) == expected


def test_rows_are_linked_in_the_space_asked_for():
    """By age alone 0 and 1 are linked, by dose 0 and 2."""
    X = pd.DataFrame({"age": [30.0, 31, 60, 75, 90], "dose": [0.0, 9, 0.5, 20, 30]})
    y = np.array([1, 0, 0, 0, 0])

    def chosen(column):
        return make_column_transformer(("passthrough", [column]))

    assert _fitted(X, y, neighbor_space=chosen("age")).links_.tolist() == [[0, 1]]
    assert _fitted(X, y, neighbor_space=chosen("dose")).links_.tolist() == [[0, 2]]
