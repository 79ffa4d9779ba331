"""K-means SMOTE: which clusters take part, and how the new rows are divided among them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.pockets import cluster_shares
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.cluster import DBSCAN, KMeans
from sklearn.preprocessing import StandardScaler

from medresample.exceptions import FallbackWarning, FewNeighborsWarning
from medresample.over_sampling import SMOTE, KMeansSMOTE
from medresample.over_sampling._pockets import ROWS, mean_pair_distance, scatter_shares

pytestmark = pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning")
quiet = pytest.mark.filterwarnings("ignore::medresample.exceptions.FallbackWarning")


class ByHundreds(BaseEstimator):
    """A clusterer: rows whose first cells agree in their hundreds lie together; below 0 nowhere."""

    def fit_predict(self, X, y=None):
        return np.maximum(np.asarray(X)[:, 0] // 100, -1).astype(int)


@st.composite
def tables(draw):
    """Two or three classes spread over five clusters a hundred apart."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = [24, draw(st.integers(6, 16)), draw(st.integers(0, 1)) * 12]
    y = random.permutation(np.repeat(np.arange(3), sizes))
    X = random.uniform(0, 50, size=(len(y), 2)) * draw(st.sampled_from([0.02, 1]))
    X[:, 0] += 100 * np.where(random.random(len(y)) < 0.6, y, random.integers(0, 5, len(y)))
    return X, y


def _made(sampler, X, y, **metadata):
    sampler.fit_resample(X, y, **metadata)
    return sampler.provenance_[len(X) :]


def _by_hundreds(**parameters):
    return KMeansSMOTE(
        **{"kmeans_estimator": ByHundreds(), "k_neighbors": 2, "random_state": 0, **parameters}
    )


def test_the_worked_example():
    """Four rows each, at mean distances 1 and 3, exponent 2: shares of 0.1 and 0.9."""
    np.testing.assert_allclose(scatter_shares(np.array([4, 4]), np.array([1, 3.0]), 2), [0.1, 0.9])
    # tetrahedra of edge length 1 and 3, and a common class elsewhere
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(8)
    right = np.array([50, 0, 0])
    X = np.r_[corners + right, 3 * (corners + right), np.arange(60).reshape(20, 3) + 200.0]
    y = np.repeat([1, 0], [8, 20])
    sampler = _by_hundreds(density_exponent=2, sampling_strategy={1: 108})
    made = _made(sampler, X, y)
    np.testing.assert_allclose(sampler.cluster_shares_[1], [0.1, 0.9, 0], atol=1e-12)
    assert np.bincount(made["seed"] // 4).tolist() == [10, 90]


@quiet
@given(
    data=tables(),
    threshold=st.sampled_from([0.5, 1.0, 3.0]),
    exponent=st.sampled_from([None, 0, 1.5]),
)
def test_shares_are_those_computed_by_hand(data, threshold, exponent):
    X, y = data
    sampler = _by_hundreds(imbalance_ratio_threshold=threshold, density_exponent=exponent)
    _made(sampler.set_params(k_neighbors=1), X, y)
    for label, shares in sampler.cluster_shares_.items():
        expected = cluster_shares(X.tolist(), y, sampler.labels_, label, threshold, exponent)
        found = {c: share for c, share in enumerate(shares) if share}
        assert found == pytest.approx(expected)


@quiet
@given(data=tables(), allocation=st.sampled_from(["random", "even"]))
def test_parents_lie_in_one_cluster_and_each_gets_its_share(data, allocation):
    X, y = data
    sampler = _by_hundreds(allocation=allocation)
    made = _made(sampler, X, y)
    labels = sampler.labels_
    for label, shares in sampler.cluster_shares_.items():
        mine = made[made["label"] == label]
        if shares.any():
            np.testing.assert_array_equal(labels[mine["seed"]], labels[mine["partner"]])
            n_new = np.bincount(labels[mine["seed"]], minlength=len(shares))
            assert np.all(np.abs(n_new - len(mine) * shares) < 1)
            assert np.all(n_new[shares == 0] == 0)
            for seed, partner in mine[["seed", "partner"]].tolist():
                own = np.flatnonzero((y == label) & (labels == labels[seed]))
                gap = np.linalg.norm(X[own] - X[seed], axis=1)
                assert np.sum(gap < gap[own == partner]) <= 2  # the seed itself and one more


def test_the_partner_is_one_of_the_nearest_in_the_cluster(blobs):
    """k is what the cluster affords: its two rows are each other's only partners."""
    X, y = blobs((30, 12), n_features=2)
    X[y == 0] += 1000
    X[np.flatnonzero(y == 1)[:2]] += 200
    made = _made(_by_hundreds(k_neighbors=5, density_exponent=0), np.abs(X), y)
    lonely = set(np.flatnonzero(y == 1)[:2].tolist())
    pairs = {(a, b) for a, b in made[["seed", "partner"]].tolist() if a in lonely}
    assert pairs == {tuple(lonely), tuple(lonely)[::-1]}


class TestMeanPairDistance:
    """The measure of scatter."""

    @pytest.mark.parametrize("n_rows", [1, 2, 3, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS + 5])
    @pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
    def test_it_is_the_mean_of_all_pairs_in_blocks_too(self, n_rows, container):
        rows = np.random.default_rng(0).normal(size=(n_rows, 3)) + 1000
        gaps = np.linalg.norm(rows[:, None] - rows[None], axis=2)
        expected = gaps.sum() / (n_rows * (n_rows - 1)) if n_rows > 1 else 0
        assert mean_pair_distance(container(rows)) == pytest.approx(expected, rel=1e-9)

    @pytest.mark.parametrize("factor", [1e-300, 1e-170, 1e170, 1e300])
    @pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
    def test_it_grows_with_the_table_at_any_scale(self, factor, container):
        rows = np.random.default_rng(0).normal(size=(ROWS + 1, 2))
        expected = mean_pair_distance(rows)
        assert mean_pair_distance(container(rows * factor)) / factor == pytest.approx(expected)

    @pytest.mark.parametrize("dtype", ["f4", "f8"])
    def test_coinciding_rows_are_at_no_distance_exactly(self, dtype):
        rows = np.tile(np.array([[0.1, 1e8, -3.3]], dtype), (ROWS + 3, 1))
        assert mean_pair_distance(rows) == 0

    def test_many_columns_neither_overflow_nor_vanish(self):
        for distance in (1e-3, 1e3):
            shares = scatter_shares(np.array([3, 3]), distance * np.array([1.0, 1.001]), 2000)
            assert shares[1] / shares[0] == pytest.approx(1.001**2000)


class TestCoincidence:
    """Rows of a class at one place."""

    def _table(self, apart):
        X = np.r_[np.full(4, 50.0), 150 + apart * np.arange(4), np.arange(20) + 200][:, None]
        return X, np.repeat([1, 0], [8, 20])

    def test_a_cluster_of_one_place_gets_nothing(self):
        X, y = self._table(apart=1)
        sampler = _by_hundreds()
        made = _made(sampler, X, y)
        assert sampler.cluster_shares_[1].tolist() == [0, 1, 0]
        assert made["seed"].min() >= 4

    def test_where_all_do_they_share_alike(self):
        X, y = self._table(apart=0)
        sampler = _by_hundreds()
        made = _made(sampler, X, y)
        assert sampler.cluster_shares_[1].tolist() == [0.5, 0.5, 0]
        assert np.bincount(made["seed"] // 4).tolist() == [6, 6]


class TestNoCluster:
    """A class that dominates nothing."""

    def test_new_rows_are_made_as_in_smote_and_this_is_said(self, blobs):
        X, y = blobs((60, 12))
        y = np.array(["well", "ill"])[y]
        sampler = KMeansSMOTE(kmeans_estimator=1, random_state=0)
        with pytest.warns(FallbackWarning, match="Class 'ill' dominates no cluster") as caught:
            _, y_res = sampler.fit_resample(X, y)
        assert len(caught) == 1
        assert np.sum(y_res == "ill") == 60
        assert sampler.cluster_shares_["ill"].tolist() == [0]

    def test_rows_in_no_cluster_take_no_part(self, blobs):
        X, y = blobs((30, 12), n_features=2)
        X = np.abs(X) + 200 * (y == 0)[:, None]
        X[np.flatnonzero(y == 1)[:3]] *= -1
        sampler = _by_hundreds()
        made = _made(sampler, X, y)
        outside = np.flatnonzero(sampler.labels_ == -1)
        assert len(outside) == 3
        assert not set(made["seed"]) & set(outside)
        assert not set(made["partner"]) & set(outside)

    def test_a_clusterer_that_finds_nothing_at_all(self, blobs):
        X, y = blobs((30, 12))
        with pytest.warns(FallbackWarning):
            _, y_res = KMeansSMOTE(kmeans_estimator=DBSCAN(eps=1e-9)).fit_resample(X, y)
        assert np.bincount(y_res).tolist() == [30, 30]


class TestClusterer:
    """What may be given."""

    @quiet
    def test_a_number_is_a_number_of_clusters_and_none_is_a_rule(self, blobs):
        X, y = blobs((140, 60), n_features=2)
        X[y == 1] += 5
        for asked, n_clusters in ((7, 7), (None, 10)):
            sampler = KMeansSMOTE(
                kmeans_estimator=asked, imbalance_ratio_threshold=9.0, random_state=0
            )
            sampler.fit_resample(X, y)
            assert len(np.unique(sampler.labels_)) == n_clusters
        sampler = KMeansSMOTE(kmeans_estimator=1000, random_state=0)  # more than rows
        assert np.bincount(sampler.fit_resample(X, y)[1]).tolist() == [140, 140]

    def test_a_clusterer_is_cloned_and_seeded(self, blobs):
        X, y = blobs((60, 20))
        clusterer = KMeans(n_clusters=4, n_init=1)
        first = KMeansSMOTE(kmeans_estimator=clusterer, random_state=3).fit_resample(X, y)[0]
        again = KMeansSMOTE(kmeans_estimator=clusterer, random_state=3).fit_resample(X, y)[0]
        np.testing.assert_array_equal(first, again)
        assert not hasattr(clusterer, "labels_")
        assert clusterer.random_state is None

    def test_labels_that_are_none_are_refused(self, blobs):
        class Halves(ByHundreds):
            def fit_predict(self, X, y=None):
                return np.full(len(X), 0.5)

        with pytest.raises(ValueError, match="Halves gave an array of type float64"):
            KMeansSMOTE(kmeans_estimator=Halves()).fit_resample(*blobs((30, 12)))

    def test_clusters_are_searched_in_the_space_of_the_neighbors(self, blobs):
        X, y = blobs((60, 20))
        inside = KMeansSMOTE(neighbor_space=StandardScaler(), random_state=0)
        outside = KMeansSMOTE(random_state=0)
        made = _made(inside, X * [1, 1000, 1, 0.01], y)
        np.testing.assert_array_equal(made, _made(outside, StandardScaler().fit_transform(X), y))
        np.testing.assert_array_equal(inside.labels_, outside.labels_)

    def test_a_sparse_table_is_clustered_as_a_dense_one(self, blobs):
        X, y = blobs((60, 20))
        X[X < 0] = 0
        dense = _made(KMeansSMOTE(random_state=0), X, y)
        sampler = KMeansSMOTE(random_state=0)
        X_res, _ = sampler.fit_resample(sparse.csr_matrix(X), y)
        assert sparse.issparse(X_res)
        np.testing.assert_array_equal(sampler.provenance_[80:], dense)

    @quiet
    def test_what_other_classes_get_does_not_change_the_clusters(self, blobs):
        X, y = blobs((60, 20, 18))
        one = KMeansSMOTE(sampling_strategy={1: 30}, random_state=0)
        two = KMeansSMOTE(sampling_strategy={1: 30, 2: 60}, random_state=0)
        one.fit_resample(X, y)
        two.fit_resample(X, y)
        np.testing.assert_array_equal(one.labels_, two.labels_)


def test_missing_values_are_refused_by_the_names_of_their_columns(blobs):
    X, y = blobs((30, 12))
    X[3, [1, 3]] = np.nan
    table = pd.DataFrame(X, columns=["age", "dose", "flow", "ratio"])
    with pytest.raises(ValueError, match=r"NaN in column dose, ratio.*KMeansSMOTE.*Impute"):
        KMeansSMOTE().fit_resample(table, y)


def test_a_row_without_a_partner_in_its_cluster_is_no_seed_and_this_is_said():
    X = np.r_[50 + np.arange(4), np.arange(20) + 200.0][:, None]
    y = np.repeat([1, 0], [4, 20])
    groups = np.r_[["a", "a", "b", "b"], np.repeat("c", 20)]
    groups[3] = "z"
    sampler = _by_hundreds(partner_groups="same", k_neighbors=1)
    with pytest.warns(FewNeighborsWarning, match="2 of 4 rows .*; 2 of them have none"):
        made = _made(sampler, X, y, groups=groups)
    assert set(made["seed"]) == {0, 1}


@quiet
def test_one_cluster_and_no_threshold_is_smote_to_the_bit(blobs):
    X, y = blobs((60, 20))
    everything = KMeansSMOTE(kmeans_estimator=1, imbalance_ratio_threshold=100, random_state=0)
    np.testing.assert_array_equal(
        everything.fit_resample(X, y)[0], SMOTE(random_state=0).fit_resample(X, y)[0]
    )
