"""Known defects of programs that are not at hand, retold in a few lines beside what we do instead.

Each function says in short what the published code does; every test asserts its wrong outcome.
"""

import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import NearestNeighbors

from medresample.over_sampling import SMOTE, SMOTEENC, BorderlineSMOTE, SafeLevelSMOTE


def gaps_of_smote_variants(n, random):
    """Two uniform numbers, divided by their sum."""
    pair = random.random((n, 2))
    return pair[:, 0] / pair.sum(axis=1)


def test_steps_crowd_around_the_middle_there_and_are_uniform_here(blobs):
    X, y = blobs((30, 10))
    theirs = gaps_of_smote_variants(40_000, np.random.default_rng(0))
    assert theirs.var() == pytest.approx(0.057, abs=0.002)
    assert np.mean(theirs < 0.1) == pytest.approx(0.056, abs=0.005)
    sampler = SMOTE(sampling_strategy={1: 40_010}, random_state=0)
    sampler.fit_resample(X, y)
    ours = sampler.provenance_["step"][40:]
    assert ours.var() == pytest.approx(1 / 12, abs=0.002)
    assert np.mean(ours < 0.1) == pytest.approx(0.1, abs=0.005)


def partners_of_smote_variants(rows, k):
    """Row itself, taken for the first hit, is dropped, and then the first of the rest again."""
    places = NearestNeighbors(n_neighbors=k + 1).fit(rows).kneighbors(rows, return_distance=False)
    return places[:, 1:][:, 1:]


def test_the_nearest_row_is_never_a_partner_there_and_is_one_here(blobs):
    X, y = blobs((60, 20), n_features=2)
    X[y == 1] -= 0.7
    rows = np.flatnonzero(y == 1)
    nearest = NearestNeighbors(n_neighbors=2).fit(X[rows]).kneighbors(X[rows])[1][:, 1]
    assert not np.any(partners_of_smote_variants(X[rows], 3) == nearest[:, None])
    sampler = BorderlineSMOTE(k_neighbors=2, sampling_strategy={1: 2020}, random_state=0)
    sampler.fit_resample(X, y)
    made = sampler.provenance_[80:]
    place = np.searchsorted(rows, made["seed"])
    assert np.mean(made["partner"] == rows[nearest[place]]) == pytest.approx(0.5, abs=0.05)


def _off_the_segment(new, start, end):
    """Say how far rows are from the segments of their parents."""
    along = end - start
    share = np.sum((new - start) * along, axis=1) / np.sum(along**2, axis=1)
    return np.linalg.norm(new - start - share[:, None] * along, axis=1)


def test_safe_level_rows_leave_the_segment_there_and_lie_on_it_here(blobs):
    """smote_variants draws a gap for each column, as the pseudo-code of the paper does."""
    X, y = blobs((60, 20))
    sampler = SafeLevelSMOTE(random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    made = sampler.provenance_[80:]
    start, end = X[made["seed"]], X[made["partner"]]
    theirs = start + np.random.default_rng(0).random(start.shape) * (end - start)
    assert np.median(_off_the_segment(theirs, start, end)) > 0.1
    assert _off_the_segment(X_res[80:], start, end).max() < 1e-9


def safe_level_of_keel(is_own, neighbors):
    """In the loop over the neighbors, the class of one and the same neighbor is counted."""
    nn = 0
    return sum(is_own[neighbors[nn]] for _ in neighbors)


def test_safe_levels_are_all_or_nothing_there_and_counted_here(blobs):
    X, y = blobs((60, 20))
    X[y == 1] -= 0.7
    search = NearestNeighbors(n_neighbors=5).fit(X)
    around = search.kneighbors(return_distance=False)
    theirs = [safe_level_of_keel(y == 1, around[row]) for row in np.flatnonzero(y == 1)]
    assert set(theirs) == {0, 5}
    sampler = SafeLevelSMOTE(random_state=0)
    sampler.fit_resample(X, y)
    counted = np.sum(y[around] == 1, axis=1)
    assert len(set(counted[y == 1])) > 2
    np.testing.assert_array_equal(sampler.safe_levels_[y == 1], counted[y == 1])


def decoded_by_the_notebooks(X, y, unit):
    """Encode and decode columns of labels: one table for all columns, codes of four digits."""
    table, coded = {}, {}
    for name in X:
        for label in X[name].unique():
            of_label = X[name] == label
            expected = of_label.sum() * y.mean()
            table[label] = round((np.sum(of_label & (y == 1)) - expected) / expected * unit, 4)
        coded[name] = [table[label] for label in X[name]]
    label_of = {code: label for label, code in table.items()}
    return pd.DataFrame({name: [label_of.get(c, c) for c in coded[name]] for name in X})


def _labels_and_their_return(**columns):
    """Give labels, what the notebooks make of these rows, and what SMOTEENC makes of them."""
    y = np.repeat([0, 1], [40, 8])
    X = pd.DataFrame(columns)
    sampler = SMOTEENC(categorical_features=list(X), random_state=0)
    value = np.random.default_rng(0).normal(size=48)
    X_res, _ = sampler.fit_resample(X.assign(value=value), y)
    return X, decoded_by_the_notebooks(X, y, value[y == 1].std()), X_res[list(X)]


def test_labels_of_equal_code_are_merged_there_and_kept_here():
    X, theirs, ours = _labels_and_their_return(stain=["a", "b"] * 20 + ["c", "d"] * 4)
    assert theirs["stain"].nunique() == 2  # in the original rows
    pd.testing.assert_frame_equal(ours[:48], X)
    assert set(ours["stain"][48:]) == {"c", "d"}


def test_labels_move_to_another_column_there_and_stay_here():
    X, theirs, ours = _labels_and_their_return(
        stage=["I", "II"] * 20 + ["III", "I"] * 4,
        site=["left", "right"] * 20 + ["both", "left"] * 4,
    )
    assert set(theirs["stage"]) <= set(X["site"])
    pd.testing.assert_frame_equal(ours[:48], X)
    assert set(ours["stage"]) == {"I", "II", "III"}


def test_codes_are_left_undecoded_there_and_never_get_into_the_table_here():
    """Both columns use the numbers 0 to 2, so that the table of the second replaces the first."""
    X, theirs, ours = _labels_and_their_return(
        stage=[0] * 15 + [1] * 25 + [2, 0] * 4, site=[0] * 22 + [1] * 18 + [2, 1] * 4
    )
    assert not set(theirs["stage"]) <= {0, 1, 2}
    pd.testing.assert_frame_equal(ours[:48], X)
    assert set(ours["stage"]) == {0, 1, 2}
