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
from sklearn.cluster import KMeans
from sklearn.neighbors import NearestNeighbors

from medresample.exceptions import FallbackWarning, FewNeighborsWarning, NothingToDoWarning
from medresample.over_sampling import (
    ADASYN,
    SMOTE,
    SMOTEENC,
    SMOTEN,
    SMOTENC,
    SVMSMOTE,
    BorderlineSMOTE,
    KMeansSMOTE,
    RandomOverSampler,
)
from medresample.under_sampling import KMeansUnderSampler, RandomUnderSampler

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


def test_without_danger_the_peer_returns_its_input_silently_and_smote_is_said_here(blobs):
    X, y = blobs((100, 15))
    X = X + 100 * y[:, None]
    _, theirs = peer.BorderlineSMOTE(random_state=0).fit_resample(X, y)
    assert np.bincount(theirs).tolist() == [100, 15]  # without a word
    with pytest.warns(FallbackWarning, match="no row in danger"):
        _, ours = BorderlineSMOTE(random_state=0).fit_resample(X, y)
    assert np.bincount(ours).tolist() == [100, 100]


def test_steps_to_enemies_are_products_in_the_peer_and_uniform_here():
    """One row in danger, at 0, whose neighbors are all enemies, at 1: the new cell is the step."""
    X = np.r_[0, np.ones(6), 30 + np.arange(12), 90 + np.arange(40)][:, None].astype(float)
    y = np.repeat([1, 0, 1, 0], [1, 6, 12, 40])
    request = {"kind": "borderline-2", "k_neighbors": 6, "m_neighbors": 8, "random_state": 0}
    request["sampling_strategy"] = {1: 20_013}
    theirs, _ = peer.BorderlineSMOTE(**request).fit_resample(X, y)
    assert theirs[59:].mean() == pytest.approx(0.125, abs=0.01)
    ours, _ = BorderlineSMOTE(negative_share=1.0, **request).fit_resample(X, y)
    assert ours[59:].mean() == pytest.approx(0.25, abs=0.01)


def test_adasyn_misses_its_counts_in_the_peer_and_meets_them_here(blobs):
    theirs, ours = set(), set()
    for seed in range(8):
        X, y = blobs((150, 40), seed=seed)
        X[y == 1] -= 1
        theirs.add(int(np.sum(peer.ADASYN(random_state=0).fit_resample(X, y)[1])))
        ours.add(int(np.sum(ADASYN(random_state=0).fit_resample(X, y)[1])))
    assert len(theirs) > 1
    assert ours == {150}


def test_separable_classes_stop_adasyn_of_the_peer_and_are_balanced_here(blobs):
    X, y = blobs((40, 12))
    X = X + 100 * y[:, None]
    with pytest.raises(RuntimeError, match="not suited"):
        peer.ADASYN(random_state=0).fit_resample(X, y)
    with pytest.warns(FallbackWarning, match="equally often"):
        _, ours = ADASYN(random_state=0).fit_resample(X, y)
    assert np.bincount(ours).tolist() == [40, 40]


def test_whole_numbers_hide_the_categories_from_the_peer_and_not_here():
    """What a label counts, 0.75, is kept as a whole number by the peer: as 0."""
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [100, 40])
    X = np.c_[random.integers(0, 3, 140), random.integers(0, 2, 140)]
    theirs = peer.SMOTENC(categorical_features=[1], k_neighbors=2, random_state=0)
    theirs.fit_resample(X, y)
    assert X[y == 1, 0].std() > 0.5
    assert not theirs.nn_k_._fit_X.toarray()[:, 1:].any()
    ours = SMOTENC(categorical_features=[1], k_neighbors=2, random_state=0)
    ours.fit_resample(X, y)
    made = ours.provenance_[140:]
    np.testing.assert_array_equal(X[made["seed"], 1], X[made["partner"], 1])


def test_ties_give_one_and_the_same_row_in_the_peer_and_many_here():
    X = np.array([[f"{i:02d}", f"{99 - i}"] for i in range(26)], dtype=object)
    y = np.repeat([0, 1], [20, 6])
    theirs, _ = peer.SMOTEN(random_state=0).fit_resample(X, y)
    assert len({tuple(row) for row in theirs[26:]}) == 1
    ours, _ = SMOTEN(random_state=0).fit_resample(X, y)
    assert len({tuple(row) for row in ours[26:]}) > 3


@pytest.mark.parametrize("columns", [["age"], ["stage"]])
def test_numbers_or_categories_alone_are_refused_by_the_peer_and_taken_here(columns, blobs):
    X, y = blobs((30, 10))
    stage = pd.Categorical(np.where(X[:, 1] > 1, "I", "II"))
    table = pd.DataFrame({"age": X[:, 0], "stage": stage})[columns]
    with pytest.raises(ValueError, match="categorical"):
        peer.SMOTENC(categorical_features="auto", random_state=0).fit_resample(table, y)
    for sampler in (SMOTENC(random_state=0), SMOTEENC(random_state=0)):
        _, y_res = sampler.fit_resample(table, y)
        assert np.bincount(y_res).tolist() == [30, 30]


def test_missing_numbers_beside_categories_crash_the_peer_and_are_worked_around_here(blobs):
    X, y = blobs((30, 10))
    stage = pd.Categorical(np.where(X[:, 1] > 1, "I", "II"))
    table = pd.DataFrame({"age": X[:, 0], "stage": stage})
    table.loc[::4, "age"] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        peer.SMOTENC(categorical_features="auto", random_state=0).fit_resample(table, y)
    for sampler in (SMOTENC(random_state=0), SMOTEENC(random_state=0)):
        X_res, _ = sampler.fit_resample(table, y)
        assert X_res["stage"].notna().all()


def test_kmeans_smote_overshoots_in_the_peer_and_meets_its_counts_here():
    """Four rare clusters of different width, each of which the peer rounds up."""
    random = np.random.default_rng(0)
    rare = [random.normal(size=(12, 2)) * width + 100 * width for width in (1, 2, 3, 4)]
    X = np.r_[random.normal(size=(151, 2)) - 200, np.vstack(rare)]
    y = np.repeat([0, 1], [151, 48])
    clusters = KMeans(n_clusters=5, n_init=5, random_state=0)
    _, theirs = peer.KMeansSMOTE(kmeans_estimator=clusters, random_state=0).fit_resample(X, y)
    _, ours = KMeansSMOTE(kmeans_estimator=clusters, random_state=0).fit_resample(X, y)
    assert np.sum(theirs) > 151
    assert np.sum(ours) == 151


def test_coinciding_rows_crash_kmeans_smote_of_the_peer_and_are_repeated_here():
    random = np.random.default_rng(0)
    X = np.r_[random.normal(size=(40, 2)), np.full((10, 2), 50.0)]
    y = np.repeat([0, 1], [40, 10])
    request = {"kmeans_estimator": KMeans(n_clusters=2, n_init=5, random_state=0)}
    with pytest.raises(ValueError, match="NaN"), np.errstate(invalid="ignore"):
        peer.KMeansSMOTE(random_state=0, **request).fit_resample(X, y)
    X_res, y_res = KMeansSMOTE(random_state=0, **request).fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [40, 40]
    np.testing.assert_array_equal(X_res[50:], 50.0)


def test_svm_smote_loses_rows_in_the_peer_and_none_here(blobs):
    X, y = blobs((150, 40))
    X = X + 50 * y[:, None]
    _, theirs = peer.SVMSMOTE(random_state=0).fit_resample(X, y)
    assert np.sum(theirs) < 140  # every seed is safe, and the share of those in danger is lost
    _, ours = SVMSMOTE(random_state=0).fit_resample(X, y)
    assert np.sum(ours) == 150


def test_cluster_centroids_keep_a_row_twice_in_the_peer_and_none_here():
    """The center between the first two rows is nearer to the third, which is a cluster itself."""
    X = np.array([[0.0, 3.0], [0.0, -3.0], [2.0, 0.0], [9.0, 9.0], [9.0, 8.0]])
    y = np.array([0, 0, 0, 1, 1])
    clusters = KMeans(init=np.array([[0.0, 0.0], [2.0, 0.0]]), n_init=1)
    theirs, _ = peer_under.ClusterCentroids(voting="hard", estimator=clusters).fit_resample(X, y)
    assert theirs[:2].tolist() == [[2, 0], [2, 0]]
    ours = KMeansUnderSampler(strategy="nearest", estimator=clusters)
    ours.fit_resample(X, y)
    assert ours.sample_indices_.tolist() == [0, 2, 3, 4]


def test_centers_of_whole_numbers_are_truncated_by_the_peer_and_rounded_here(blobs):
    X, y = blobs((300, 60))
    table = pd.DataFrame({"visits": np.rint(2 * X[:, 0] + 20).astype(int), "dose": 30 * X[:, 1]})
    clusters = KMeans(n_init=1, random_state=0)
    theirs, _ = peer_under.ClusterCentroids(estimator=clusters).fit_resample(table, y)
    sampler = KMeansUnderSampler(strategy="centroid", estimator=clusters)
    ours, _ = sampler.fit_resample(table, y)
    exact = (sampler.plan_.operator() @ table.to_numpy())[60:, 0]
    assert theirs["visits"][:60].mean() < exact.mean() - 0.2
    np.testing.assert_array_equal(ours["visits"][60:], np.rint(exact))
