"""Lists of neighbors of a table that loses rows are those of a search in the rows left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medresample._core.neighbors import Neighbors
from medresample.under_sampling._cleaning import Coordinates
from medresample.under_sampling._lists import NeighborLists, search_some

from .cleaned_tables import tables


@given(data=tables(), k=st.integers(1, 4), spare=st.integers(0, 3), seed=st.integers(0, 99))
def test_lists_are_those_of_a_new_search(data, k, spare, seed):
    X, _ = data
    random = np.random.default_rng(seed)
    neighbors = Neighbors(Coordinates(X))
    lists = NeighborLists(neighbors, len(X), k, spare)
    left, before = np.ones(len(X), bool), None
    while left.sum() > 1:
        rows = np.flatnonzero(left & (random.random(len(X)) < 0.8))
        expected = neighbors.search(rows, np.flatnonzero(left), k)
        if before is not None:
            of_rows = np.isin(rows, lists.bereaved(rows, left))
            np.testing.assert_array_equal(of_rows, ~_intact(before[rows], left))
        found = lists.nearest(rows, left)
        np.testing.assert_array_equal(found.ids, expected.ids)
        np.testing.assert_array_equal(found.distances, expected.distances)
        before = np.full((len(X), k), -1) if before is None else before
        before[rows] = found.ids
        left &= random.random(len(X)) < 0.7


def _intact(ids, left):
    return np.where(ids >= 0, left[ids], True).all(axis=1)


class Counting:
    """A search that counts how many rows ask."""

    def __init__(self, neighbors):
        self.neighbors, self.asked = neighbors, []

    def search(self, rows, among, k):
        self.asked.append(len(rows))
        return self.neighbors.search(rows, among, k)


def test_a_list_is_searched_again_only_when_it_runs_out():
    X = np.arange(100.0)[:, None]
    counting = Counting(Neighbors(Coordinates(X)))
    lists = NeighborLists(counting, 100, 2, spare=2)
    left = np.ones(100, bool)
    lists.nearest(np.arange(100), left)
    assert counting.asked == [100]
    left[[10, 11]] = False  # the lists of 9 and 12 are the shortest, with two of four
    lists.nearest(np.flatnonzero(left), left)
    assert counting.asked == [100]
    left[8] = False  # 9 has 7 left
    lists.nearest(np.flatnonzero(left), left)
    assert counting.asked == [100, 1]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_asking_all_gives_what_asking_some_does(share):
    random = np.random.default_rng(1)
    X = random.normal(size=(80, 3))
    neighbors = Neighbors(Coordinates(X))
    among = np.flatnonzero(random.random(80) < 0.8)
    rows = among[random.random(len(among)) < share]
    found, expected = search_some(neighbors, rows, among, 4), neighbors.search(rows, among, 4)
    np.testing.assert_array_equal(found.ids, expected.ids)
    np.testing.assert_array_equal(found.distances, expected.distances)
