"""Edited neighbors: who is outvoted, in one pass, in many, and by how many neighbors."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.cleaning import edited, is_misjudged, nearest
from sklearn.neighbors import NearestNeighbors

from medresample.exceptions import FallbackWarning, FewNeighborsWarning
from medresample.under_sampling import (
    AllKNN,
    EditedNearestNeighbours,
    RepeatedEditedNearestNeighbours,
)

from .cleaned_tables import LINE, RARE, tables

pytestmark = [
    pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning"),
    pytest.mark.filterwarnings("ignore::medresample.exceptions.FewNeighborsWarning"),
]
EDITORS = [EditedNearestNeighbours, RepeatedEditedNearestNeighbours, AllKNN]
STRATEGIES = st.sampled_from(["auto", "majority", "not majority", "all", [1], [0, 1]])
KINDS = st.sampled_from(["mode", "all"])


def _left(cleaner, X, y):
    """Rows left, and whether a class was spared."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", FallbackWarning)
        cleaner.fit_resample(X, y)
    spared = any(each.category is FallbackWarning for each in caught)
    return cleaner.sample_indices_.tolist(), spared


def test_the_worked_example():
    """The vote of three removes c, d and f, of which d is common; c, d and f."""
    assert _left(EditedNearestNeighbours(), LINE, RARE) == ([0, 1, 2, 4, 5, 6, 7, 8], False)
    cleaner = EditedNearestNeighbours(sampling_strategy="all")
    assert _left(cleaner, LINE, RARE) == ([0, 1, 4, 6, 7, 8], False)


def test_all_neighbors_would_remove_every_row_of_the_worked_example_so_classes_are_spared():
    cleaner = EditedNearestNeighbours(sampling_strategy="all", kind_sel="all")
    assert _left(cleaner, LINE, RARE) == (list(range(9)), True)
    cleaner.set_params(sampling_strategy=[0], min_keep=1)
    assert _left(cleaner, LINE, RARE) == (list(range(9)), True)


@given(data=tables(), k=st.integers(1, 6), kind=KINDS, strategy=STRATEGIES)
def test_one_pass_removes_what_its_neighbors_outvote(data, k, kind, strategy):
    X, y = data
    cleaner = EditedNearestNeighbours(n_neighbors=k, kind_sel=kind, sampling_strategy=strategy)
    left, _ = _left(cleaner, X, y)
    rows, cleaned = range(len(y)), set(cleaner.sampling_strategy_)
    expected = _guarded(y, rows, edited(X, y, rows, cleaned, k, kind))
    assert left == expected


def _guarded(y, before, after, at_least=1):
    """A class of which too few rows would stay keeps them all."""
    spared = {y[row] for row in before} - {
        label for label in np.unique(y) if sum(y[row] == label for row in after) >= at_least
    }
    return sorted({*after, *(row for row in before if y[row] in spared)})


@given(data=tables(), k=st.integers(1, 5), kind=KINDS, strategy=STRATEGIES)
def test_passes_go_on_until_nothing_changes(data, k, kind, strategy):
    X, y = data
    cleaner = RepeatedEditedNearestNeighbours(
        n_neighbors=k, kind_sel=kind, sampling_strategy=strategy
    )
    left, _ = _left(cleaner, X, y)
    rows, cleaned, n_iter = list(range(len(y))), set(cleaner.sampling_strategy_), 0
    while True:
        n_iter += 1
        after = edited(X, y, rows, cleaned, k, kind)
        guarded = _guarded(y, rows, after)
        cleaned -= {y[row] for row in set(guarded) - set(after)}  # spared from now on
        if guarded == rows:
            break
        rows = guarded
    assert left == rows
    assert cleaner.n_iter_ == n_iter


@given(data=tables(), k=st.integers(1, 5))
def test_what_is_left_of_many_passes_is_left_by_another(data, k):
    X, y = data
    cleaner = RepeatedEditedNearestNeighbours(n_neighbors=k, sampling_strategy="all")
    left, spared = _left(cleaner, X, y)
    again, _ = _left(cleaner, X[left], y[left])
    if not spared:
        assert again == list(range(len(left)))
        assert cleaner.n_iter_ == 1


@given(data=tables(), n_passes=st.integers(1, 3))
def test_no_more_passes_than_asked_for(data, n_passes):
    X, y = data
    rows, spared = list(range(len(y))), False
    for _ in range(n_passes):
        once = EditedNearestNeighbours(sampling_strategy=[0, 1])
        left, now = _left(once, X[rows], y[rows])
        rows, spared = [rows[place] for place in left], spared or now
    cleaner = RepeatedEditedNearestNeighbours(max_iter=n_passes, sampling_strategy=[0, 1])
    left, _ = _left(cleaner, X, y)
    assert cleaner.n_iter_ <= n_passes
    if not spared:
        assert left == rows


@pytest.mark.parametrize("allow", [False, True])
@given(data=tables(), k=st.integers(1, 6), kind=KINDS, strategy=STRATEGIES)
def test_any_number_of_neighbors_may_outvote_a_row(allow, data, k, kind, strategy):
    X, y = data
    cleaner = AllKNN(n_neighbors=k, kind_sel=kind, sampling_strategy=strategy, allow_minority=allow)
    left, _ = _left(cleaner, X, y)
    rows, cleaned = list(range(len(y))), set(cleaner.sampling_strategy_)
    lists = {row: [y[z] for z in nearest(X, rows, row, k)] for row in rows}
    left_so_far = rows
    for few in range(1, k + 1):
        gone = {
            row
            for row in left_so_far
            if y[row] in cleaned and is_misjudged(y[row], lists[row][:few], kind)
        }
        after = [row for row in left_so_far if row not in gone]
        guarded = _guarded(y, left_so_far, after)
        cleaned -= {y[row] for row in set(guarded) - set(after)}
        left_so_far = guarded
        if not allow:
            cleaned -= _overtaken(y, left_so_far)
    assert left == left_so_far


def _overtaken(y, left):
    """Classes that were larger than the smallest one and are now smaller than it was."""
    size = {label: np.sum(y == label) for label in np.unique(y)}
    smallest = min(size.values())
    return {c for c, n in size.items() if n > smallest > sum(y[row] == c for row in left)}


@given(data=tables(), k=st.integers(1, 6))
def test_all_knn_removes_no_less_than_one_vote(data, k):
    X, y = data
    once, _ = _left(EditedNearestNeighbours(n_neighbors=k), X, y)
    often, spared = _left(AllKNN(n_neighbors=k, allow_minority=True), X, y)
    if not spared:
        assert set(often) <= set(once)


def test_a_class_that_is_smaller_than_the_smallest_was_loses_no_more_unless_allowed():
    """Of six common rows three lie beside a rare one; the pair at 1.5 has two among three."""
    X = np.array([[0, 0.5, 20, 30, 20.1, 30.1, 19.9, 1.5, 1.8, 100]]).T
    y = np.repeat([1, 0], [4, 6])
    assert _left(AllKNN(), X, y) == ([0, 1, 2, 3, 7, 8, 9], False)
    assert _left(AllKNN(allow_minority=True), X, y) == ([0, 1, 2, 3, 9], False)


def test_the_size_of_the_smallest_class_is_no_limit_for_classes_of_that_size():
    X, y = np.array([[0.0], [0.1], [0.2], [9.0], [9.1], [0.3]]), np.array([0, 1, 0, 1, 1, 0])
    left, spared = _left(AllKNN(n_neighbors=1, sampling_strategy="all"), X, y)
    assert not spared
    assert left == [2, 3, 4, 5]


@pytest.mark.parametrize("editor", EDITORS)
def test_a_class_is_never_removed_as_a_whole(editor):
    random = np.random.default_rng(0)
    X = np.r_[random.normal(size=(60, 2)), [[-0.5, 0.5], [1.0, 0.2]]]
    y = np.repeat(["well", "ill"], [60, 2])
    cleaner = editor(sampling_strategy="all")
    with pytest.warns(FallbackWarning) as caught:
        _, y_res = cleaner.fit_resample(X, y)
    (message,) = [str(each.message) for each in caught]
    for word in ("'ill'", "0 of its 2 rows", "at least 1"):
        assert word in message
    assert np.sum(y_res == "ill") == 2


@pytest.mark.parametrize("editor", EDITORS)
def test_as_many_rows_stay_as_are_asked_for(editor, blobs):
    X, y = blobs((60, 30), n_features=2)
    n_left = np.sum(editor(sampling_strategy="all").fit_resample(X, y)[1] == 1)
    assert n_left < 30
    with pytest.warns(FallbackWarning, match=f"at least {n_left + 1} must stay"):
        _, y_res = editor(sampling_strategy="all", min_keep=n_left + 1).fit_resample(X, y)
    assert np.sum(y_res == 1) > n_left


def test_a_tie_of_the_vote_keeps_the_row():
    """Of the two nearest of 0 one is of its class; of its three nearest, only that one."""
    X, y = (
        np.array([[0.0], [1.0], [1.5], [2.0], [9.0], [9.1], [9.2]]),
        np.array([0, 1, 0, 1, 0, 0, 0]),
    )
    assert 0 in _left(EditedNearestNeighbours(n_neighbors=2), X, y)[0]
    assert 0 not in _left(EditedNearestNeighbours(n_neighbors=3), X, y)[0]


def test_a_vote_is_among_all_classes():
    """Four neighbors, of its class and two others: 2, 1, 1 keep a row and 1, 2, 1 do not."""
    X = np.r_[0.0, [1, 1.1, 1.2, 1.3], np.arange(12) + 90][:, None]
    rest = np.repeat([0, 1, 2], [6, 3, 3])
    cleaner = EditedNearestNeighbours(n_neighbors=4, sampling_strategy=[0])
    for around, stays in (([0, 0, 1, 2], True), ([0, 1, 1, 2], False), ([0, 0, 1, 1], True)):
        y = np.r_[0, around, rest]
        assert (0 in _left(cleaner, X, y)[0]) is stays


@pytest.mark.parametrize("editor", EDITORS)
@given(data=tables(holes=False), shift=st.integers(-50, 50))
def test_moving_or_stretching_the_table_changes_nothing(editor, data, shift):
    X, y = data
    expected = _left(editor(), X, y)
    assert _left(editor(), X + shift, y) == expected
    assert _left(editor(), X * 8, y) == expected
    assert _left(editor(), X[:, ::-1], y) == expected


@pytest.mark.parametrize("editor", EDITORS)
def test_an_object_that_searches_means_k_neighbors(editor, blobs):
    X, y = blobs((60, 30), n_features=2)
    counted = editor(n_neighbors=3, sampling_strategy="all")
    searched = editor(n_neighbors=NearestNeighbors(n_neighbors=3), sampling_strategy="all")
    assert _left(searched, X, y) == _left(counted, X, y)


@pytest.mark.parametrize("editor", EDITORS)
def test_a_table_of_few_rows_lowers_k_and_says_so(editor):
    X, y = np.array([[0.0], [1.0], [5.0]]), np.array([0, 0, 1])
    with pytest.warns(FewNeighborsWarning, match="3 rows: n_neighbors lowered from 3 to 2"):
        editor().fit_resample(X, y)


@pytest.mark.parametrize("editor", EDITORS)
def test_a_row_without_a_column_in_common_stays(editor):
    X = np.array([[1.0, np.nan], *[[np.nan, value] for value in (1.0, 2, 3, 7, 8, 9, 10)]])
    y = np.array([0, 1, 1, 1, 0, 0, 0, 0])
    assert 0 in _left(editor(n_neighbors=1), X, y)[0]
