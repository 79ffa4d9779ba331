"""Known defects of imbalanced-learn's cleaners, shown, each beside what this package does instead.

Every test first asserts the wrong outcome of the peer.
"""

from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest
from imblearn import under_sampling as peer
from sklearn.neighbors import NearestNeighbors

from medresample.exceptions import FallbackWarning
from medresample.under_sampling import (
    AllKNN,
    EditedNearestNeighbours,
    RepeatedEditedNearestNeighbours,
    TomekLinks,
)

# The day the peer mends one of these, its users are better off, and ours are not to be bothered.
pytestmark = pytest.mark.skipif(
    not version("imbalanced-learn").startswith("0.14."),
    reason="observed with imbalanced-learn 0.14",
)


@pytest.fixture
def scattered():
    """300 common rows and 60 rare ones among them, common ones first."""
    random = np.random.default_rng(0)
    X = np.r_[random.normal(size=(300, 2)), random.normal(size=(60, 2)) + 1]
    return X, np.repeat([0, 1], [300, 60])


def test_twins_of_different_classes_are_no_link_of_the_peer_and_one_here():
    X = np.r_[np.zeros((2, 2)), np.arange(40.0).reshape(20, 2) ** 2 + 50]
    y = np.r_[1, 0, np.zeros(17, int), 1, 1, 1]
    theirs, ours = peer.TomekLinks(), TomekLinks()
    theirs.fit_resample(X, y)
    ours.fit_resample(X, y)
    assert 1 in theirs.sample_indices_
    assert 1 not in ours.sample_indices_
    assert [0, 1] in ours.links_.tolist()


def test_one_neighbor_removes_a_row_in_the_peer_and_the_vote_does_here(scattered):
    X, y = scattered
    _, theirs = peer.EditedNearestNeighbours(sampling_strategy="all").fit_resample(X, y)
    _, voted = peer.EditedNearestNeighbours(sampling_strategy="all", kind_sel="mode").fit_resample(
        X, y
    )
    _, ours = EditedNearestNeighbours(sampling_strategy="all").fit_resample(X, y)
    assert np.sum(theirs == 1) < np.sum(voted == 1) / 2
    assert np.bincount(ours).tolist() == np.bincount(voted).tolist()


def test_a_vote_among_words_crashes_the_peer_and_is_counted_here(scattered):
    X, y = scattered
    words = np.array(["well", "ill"])[y]
    with pytest.raises(TypeError, match="not recognized as numeric"):
        peer.EditedNearestNeighbours(kind_sel="mode").fit_resample(X, words)
    X_res, _ = EditedNearestNeighbours().fit_resample(X, words)
    expected, _ = EditedNearestNeighbours().fit_resample(X, y)
    np.testing.assert_array_equal(X_res, expected)


def test_ties_go_to_the_first_name_in_the_peer_and_keep_the_row_here(scattered):
    """With two neighbors of which each class has one, the name of the class decides."""
    X, y = scattered
    request = {"sampling_strategy": "all", "kind_sel": "mode", "n_neighbors": 2}
    for cleaner, same in (
        (peer.EditedNearestNeighbours(**request), False),
        (EditedNearestNeighbours(**request), True),
    ):
        _, named = cleaner.fit_resample(X, y)
        _, renamed = cleaner.fit_resample(X, 1 - y)
        assert (np.bincount(named) == np.bincount(renamed)[::-1]).all() == same


def test_rows_change_their_order_in_the_peer_and_keep_it_here(scattered):
    X, y = scattered
    order = np.random.default_rng(0).permutation(len(y))
    theirs, ours = peer.EditedNearestNeighbours(), EditedNearestNeighbours()
    theirs.fit_resample(X[order], y[order])
    ours.fit_resample(X[order], y[order])
    assert (np.diff(theirs.sample_indices_) < 0).any()
    assert (np.diff(ours.sample_indices_) > 0).all()


def test_indices_are_not_those_of_the_rows_in_the_peer_and_are_here(blobs):
    """Nothing is removed, so the first pass is the last."""
    X, y = blobs((30, 10))
    X = X + 50 * y[:, None]
    table = pd.DataFrame(X, index=[f"patient {row}" for row in range(40)])
    for cleaner, right in (
        (peer.RepeatedEditedNearestNeighbours(), False),
        (RepeatedEditedNearestNeighbours(), True),
    ):
        X_res, _ = cleaner.fit_resample(table, y)
        assert len(X_res) == 40
        assert X_res.equals(table.iloc[cleaner.sample_indices_]) is right


def test_all_knn_judges_by_a_table_already_cut_in_the_peer_and_by_the_whole_one_here(scattered):
    X, y = scattered
    request = {"sampling_strategy": [0], "kind_sel": "mode", "allow_minority": True}
    theirs, ours = peer.AllKNN(**request), AllKNN(**request)
    theirs.fit_resample(X, y)
    ours.fit_resample(X, y)
    found = NearestNeighbors(n_neighbors=4).fit(X).kneighbors(X, return_distance=False)[:, 1:]
    rare = y[found] == 1  # of one, two and three neighbors, outvoted by the rare class
    outvoted = rare[:, 0] | (rare[:, :2].sum(axis=1) > 1) | (rare.sum(axis=1) > 1)
    expected = np.flatnonzero((y == 1) | ~outvoted)
    np.testing.assert_array_equal(ours.sample_indices_, expected)
    assert not np.array_equal(np.sort(theirs.sample_indices_), expected)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (peer.TomekLinks(), TomekLinks()),
        (peer.EditedNearestNeighbours(kind_sel="mode"), EditedNearestNeighbours()),
    ],
)
def test_a_class_vanishes_in_the_peer_and_is_spared_here(theirs, ours):
    X = np.r_[np.arange(0.0, 60, 10), np.arange(0.1, 60, 10), np.arange(20) / 50 + 100][:, None]
    y = np.repeat([1, 0], [6, 26])
    _, y_res = theirs.set_params(sampling_strategy="all").fit_resample(X, y)
    assert set(y_res) == {0}
    with pytest.warns(FallbackWarning, match="0 of its 6 rows"):
        _, y_res = ours.set_params(sampling_strategy="all").fit_resample(X, y)
    assert np.sum(y_res == 1) == 6


def test_a_function_for_the_classes_is_never_taken_by_the_peer_and_taken_here(scattered):
    X, y = scattered
    for answer in ([0], {0: 100}):
        with pytest.raises((AttributeError, ValueError), match=r"no attribute|not supported"):
            peer.TomekLinks(sampling_strategy=lambda y, answer=answer: answer).fit(X, y)
    assert len(TomekLinks(sampling_strategy=lambda y: [0]).fit_resample(X, y)[0]) < 360


def test_an_object_of_k_neighbors_means_one_less_in_the_peers_cleaners_and_k_here(scattered):
    X, y = scattered
    search = NearestNeighbors(n_neighbors=1)
    theirs, _ = peer.EditedNearestNeighbours(n_neighbors=search).fit_resample(X, y)
    assert len(theirs) == 360  # nobody was asked
    expected, _ = EditedNearestNeighbours(n_neighbors=1).fit_resample(X, y)
    ours, _ = EditedNearestNeighbours(n_neighbors=search).fit_resample(X, y)
    np.testing.assert_array_equal(ours, expected)
    assert len(ours) < 360
