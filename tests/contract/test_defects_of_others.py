"""Known defects of imbalanced-learn, shown, each beside what this package does instead.

Every test first asserts the wrong outcome of the peer.
"""

import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
import polars as pl
import pytest
from imblearn import over_sampling as peer
from imblearn import under_sampling as peer_under
from sklearn.neighbors import NearestNeighbors

from medresample.exceptions import FewNeighborsWarning, NothingToDoWarning
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

# The day the peer mends one of these, its users are better off, and ours are not to be bothered.
pytestmark = pytest.mark.skipif(
    not version("imbalanced-learn").startswith("0.14."),
    reason="observed with imbalanced-learn 0.14",
)


@pytest.fixture
def flagged():
    """A 0/1 flag, five measurements, 2000 healthy rows and 200 of a disease; half have the flag."""
    random = np.random.default_rng(0)
    flag = np.tile([0, 1], 1100)
    return flag, random.normal(size=(2200, 5)), np.repeat([0, 1], [2000, 200])


def test_whole_numbers_are_truncated_by_the_peer_and_rounded_here(flagged):
    flag, value, y = flagged
    X = np.c_[flag, np.rint(3 * value)].astype(int)
    theirs, _ = peer.SMOTE(random_state=0).fit_resample(X, y)
    ours, _ = SMOTE(random_state=0).fit_resample(X, y)
    assert theirs[2200:, 0].mean() < 0.45  # half the patients had the flag
    assert ours[2200:, 0].mean() == pytest.approx(0.5, abs=0.04)


def test_flags_are_inflated_by_the_peer_and_rounded_here(flagged):
    flag, value, y = flagged
    X = pd.DataFrame(value, columns=list("abcde")).assign(flag=flag.astype(bool))
    theirs, _ = peer.SMOTE(random_state=0).fit_resample(X, y)
    ours, _ = SMOTE(random_state=0).fit_resample(X, y)
    assert theirs["flag"].iloc[2200:].mean() > 0.6
    assert ours["flag"].iloc[2200:].mean() == pytest.approx(0.5, abs=0.04)


def test_an_array_of_flags_crashes_the_peer_and_is_resampled_here(flagged):
    flag, value, y = flagged
    X = np.c_[flag > 0, value > 0]
    with pytest.raises(TypeError, match="numpy boolean subtract"):
        peer.SMOTE(random_state=0).fit_resample(X, y)
    ours, _ = SMOTE(random_state=0).fit_resample(X, y)
    assert ours.dtype == bool


def test_nullable_integers_crash_the_peer_and_are_resampled_here(flagged):
    flag, value, y = flagged
    X = pd.DataFrame(value, columns=list("abcde")).assign(flag=pd.array(flag, dtype="Int64"))
    with pytest.raises(TypeError, match="cannot safely cast"):
        peer.SMOTE(random_state=0).fit_resample(X, y)
    ours, _ = SMOTE(random_state=0).fit_resample(X, y)
    assert ours["flag"].dtype == "Int64"


@pytest.fixture
def translated():
    """Classes 1 and 2 are the same cloud of 20 rows, 50 apart."""
    random = np.random.default_rng(0)
    cloud = random.normal(size=(20, 2))
    X = np.r_[random.normal(size=(60, 2)) - 20, cloud, cloud + 50]
    return X, np.repeat([0, 1, 2], [60, 20, 20])


def test_classes_share_noise_in_the_peer_and_have_their_own_here(translated):
    X, y = translated
    theirs, _ = peer.SMOTE(random_state=0).fit_resample(X, y)
    np.testing.assert_allclose(theirs[140:] - theirs[100:140], 50)  # class 2 is class 1, moved
    ours, _ = SMOTE(random_state=0).fit_resample(X, y)
    assert np.isclose(ours[140:] - ours[100:140], 50).all(axis=1).mean() < 0.1


def test_a_tiny_class_is_an_opaque_error_of_the_peer_and_a_clear_warning_here(blobs):
    X, y = blobs((30, 3))
    y = np.array(["healthy", "relapse"])[y]
    with pytest.raises(ValueError, match="Expected n_neighbors <= n_samples_fit") as error:
        peer.SMOTE(random_state=0).fit_resample(X, y)
    assert "relapse" not in str(error.value)
    with pytest.warns(FewNeighborsWarning, match="relapse"):
        _, y_res = SMOTE(random_state=0).fit_resample(X, y)
    assert np.sum(y_res == "relapse") == 30


def _bandwidth(sampler, X, y):
    """Return the width of the noise in standard deviations of the class, per feature."""
    X_res, _ = sampler.fit_resample(X, y)
    noise = X_res[len(X) :] - X[sampler.sample_indices_[len(X) :]]
    return noise.std(axis=0) / X[y == 1].std(axis=0, ddof=1)


def test_the_bandwidth_counts_all_rows_in_the_peer_and_the_rows_of_the_class_here(blobs):
    """Two features, 60 rows of 360: 0.505 by the formula of ROSE, 0.375 with the total."""
    X, y = blobs((300, 60), n_features=2)
    request = {"shrinkage": 1.0, "sampling_strategy": {1: 30060}, "random_state": 0}
    theirs = _bandwidth(peer.RandomOverSampler(**request), X, y)
    ours = _bandwidth(RandomOverSampler(**request), X, y)
    np.testing.assert_allclose(theirs, (4 / (4 * 360)) ** (1 / 6), rtol=0.03)
    np.testing.assert_allclose(ours, (4 / (4 * 60)) ** (1 / 6), rtol=0.03)


def test_twins_are_their_own_neighbors_in_the_peer_and_never_here():
    """Three identical rows and a fourth: by position, the first hit is not always the row."""
    X = np.array([[0.0], [0.0], [0.0], [10.0]] + [[100.0 + i] for i in range(20)])
    y = np.repeat([1, 0], [4, 20])
    theirs = peer.SMOTE(k_neighbors=1, random_state=0)
    theirs.fit_resample(X, y)
    neighbors = theirs.nn_k_.kneighbors(X[:4], return_distance=False)[:, 1:]  # as its code does
    assert np.any(neighbors[:, 0] == np.arange(4))
    ours = SMOTE(k_neighbors=1, random_state=0)
    ours.fit_resample(X, y)
    made = ours.provenance_[24:]
    assert not np.any(made["seed"] == made["partner"])


def test_an_object_of_k_neighbors_means_one_less_in_the_peer_and_k_here(blobs):
    X, y = blobs((30, 10))
    search = NearestNeighbors(n_neighbors=1)
    with pytest.raises(ValueError, match="high <= 0"):
        peer.SMOTE(k_neighbors=search, random_state=0).fit_resample(X, y)
    expected, _ = SMOTE(k_neighbors=1, random_state=0).fit_resample(X, y)
    ours, _ = SMOTE(k_neighbors=search, random_state=0).fit_resample(X, y)
    np.testing.assert_allclose(ours, expected)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (peer.SMOTE, SMOTE),
        (peer.RandomOverSampler, RandomOverSampler),
        (peer_under.RandomUnderSampler, RandomUnderSampler),
    ],
)
def test_polars_is_mistaken_for_pandas_by_the_peer_and_known_here(theirs, ours, blobs):
    X, y = blobs((30, 10), n_features=2)
    table = pl.DataFrame(X, schema=["age", "dose"])
    with pytest.raises(TypeError, match="Field elements"):
        theirs(random_state=0).fit_resample(table, y)
    X_res, _ = ours(random_state=0).fit_resample(table, y)
    assert isinstance(X_res, pl.DataFrame)


def test_nothing_to_do_is_silent_in_the_peer_and_said_here(blobs):
    X, y = blobs((20, 20))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        peer.SMOTE(random_state=0).fit_resample(X, y)
    with pytest.warns(NothingToDoWarning):
        SMOTE(random_state=0).fit_resample(X, y)


def test_missing_values_are_refused_by_the_peer_and_worked_around_here(blobs):
    X, y = blobs((30, 10))
    X[::3, 0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        peer.SMOTE(random_state=0).fit_resample(X, y)
    X_res, y_res = SMOTE(random_state=0).fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [30, 30]
    assert not np.isnan(X_res[:, 1:]).any()


def test_a_class_of_one_row_breaks_the_smoothed_bootstrap_of_neither_but_is_said_here(blobs):
    X, y = blobs((30, 1))
    theirs, _ = peer.RandomOverSampler(shrinkage=1.0, random_state=0).fit_resample(X, y)
    assert len(np.unique(theirs[31:], axis=0)) == 1  # thirty copies, without a word
    with pytest.warns(UserWarning, match="1 row"):
        ours, _ = RandomOverSampler(shrinkage=1.0, random_state=0).fit_resample(X, y)
    np.testing.assert_array_equal(ours[31:], np.repeat(X[y == 1], 29, axis=0))
