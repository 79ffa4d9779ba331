"""K-means under-sampling: which clusters give how many rows, and which rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.clusters import naive_means, naive_nearest_rows, naive_quotas_by_ratio
from sklearn.base import BaseEstimator
from sklearn.cluster import DBSCAN, KMeans

from medresample.exceptions import FallbackWarning, SamplerInputError
from medresample.under_sampling import KMeansUnderSampler

KEEPING = ["quota", "nearest", "sbc"]
ALL = [*KEEPING, "centroid"]
pytestmark = pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning")


class ByHundreds(BaseEstimator):
    """A clusterer: rows whose first cells agree in their hundreds lie together."""

    def fit_predict(self, X, y=None):
        return (np.asarray(X)[:, 0] // 100).astype(int)


def _in_hundreds(large, small):
    """A table with so many rows of a large and of a small class in each hundred, mixed up."""
    random = np.random.default_rng(0)
    cluster = np.concatenate([np.repeat(np.arange(len(n)), n) for n in (large, small)])
    y = np.repeat(["well", "ill"], [sum(large), sum(small)])
    X = np.column_stack(
        [100 * cluster + random.uniform(20, 80, len(y)), random.normal(size=len(y))]
    )
    order = random.permutation(len(y))
    return X[order], y[order]


def _kept(sampler, X, label):
    """Rows of a class kept from each hundred."""
    rows = sampler.sample_indices_[sampler.provenance_["label"] == label]
    return np.bincount(X[rows, 0].astype(int) // 100).tolist()


class TestQuota:
    """Rows in proportion to sizes."""

    def test_clusters_give_rows_in_proportion_and_at_least_one(self):
        X, y = _in_hundreds([600, 397, 3], [50, 50])
        sampler = KMeansUnderSampler(estimator=ByHundreds(), sampling_strategy={"well": 10})
        sampler.fit_resample(X, y)
        assert _kept(sampler, X, "well") == [5, 4, 1]
        found = sampler.clusters_["well"]
        assert found["cluster"].tolist() == [0, 1, 2]
        assert found["size"].tolist() == [600, 397, 3]
        assert found["quota"].tolist() == found["kept"].tolist() == [5, 4, 1]
        assert list(sampler.clusters_) == ["well"]
        assert pd.DataFrame(found).columns.tolist() == ["cluster", "size", "quota", "kept"]

    @given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6), share=st.floats(0.01, 0.99))
    def test_every_share_is_rounded_up_or_down_where_no_cluster_is_small(self, sizes, share):
        X, y = _in_hundreds([100 + size for size in sizes], [9])
        n_kept = max(6 * len(sizes), int(share * (y == "well").sum()))
        sampler = KMeansUnderSampler(estimator=ByHundreds(), sampling_strategy={"well": n_kept})
        sampler.fit_resample(X, y)
        found = sampler.clusters_["well"]
        np.testing.assert_array_equal(_kept(sampler, X, "well"), found["kept"])
        share = n_kept * found["size"] / found["size"].sum()
        assert np.all(np.abs(found["kept"] - share) < 1)

    def test_the_nearest_of_a_cluster_are_kept_where_that_is_asked_for(self):
        X, y = _in_hundreds([30, 20], [10])
        sampler = KMeansUnderSampler(estimator=ByHundreds(), selection="nearest")
        sampler.fit_resample(X, y)
        for cluster, n_kept in ((0, 6), (1, 4)):
            rows = np.flatnonzero((y == "well") & (X[:, 0] // 100 == cluster))
            gap = np.linalg.norm(X[rows] - X[rows].mean(axis=0), axis=1)
            assert set(rows[np.argsort(gap)[:n_kept]]) <= set(sampler.sample_indices_)

    def test_rows_far_from_their_center_are_trimmed_in_units_of_their_cluster(self):
        """A tight and a wide island, each with a straggler at ten times its own width."""
        random = np.random.default_rng(0)
        tight, wide = random.normal(size=(30, 2)), 8 * random.normal(size=(30, 2)) + [150, 0]
        X = np.r_[tight, [[10, 0]], wide, [[150, 80]], random.normal(size=(20, 2)) - 90]
        y = np.repeat([0, 1], [62, 20])
        X[:62] += 100  # all in hundreds that are not below 0
        sampler = KMeansUnderSampler(
            n_clusters=2, trim=2 / 62, sampling_strategy={0: 60}, random_state=0
        )
        sampler.fit_resample(X, y)
        left_out = set(range(62)) - set(sampler.sample_indices_)
        assert left_out == {30, 61}
        assert sampler.clusters_[0]["size"].sum() == 60

    def test_no_more_is_trimmed_than_there_is_to_lose(self, blobs):
        X, y = blobs((60, 50))
        _, y_res = KMeansUnderSampler(trim=0.9, random_state=0).fit_resample(X, y)
        assert np.bincount(y_res).tolist() == [50, 50]

    def test_the_number_of_clusters_is_found_where_it_is_clear(self):
        random = np.random.default_rng(0)
        centers = np.array([[0, 0], [30, 0], [0, 30], [30, 30], [60, 60]])
        X = np.r_[np.repeat(centers, 50, axis=0), np.full((20, 2), 99)] + random.normal(
            size=(270, 2)
        )
        y = np.repeat([0, 1], [250, 20])
        sampler = KMeansUnderSampler(random_state=0)
        sampler.fit_resample(X, y)
        assert sampler.clusters_[0]["size"].tolist() == [50] * 5
        assert sampler.clusters_[0]["kept"].tolist() == [4] * 5

    def test_more_clusters_than_rows_are_lowered_with_a_warning(self, blobs):
        X, y = blobs((9, 4))
        sampler = KMeansUnderSampler(n_clusters=20, random_state=0)
        with pytest.warns(FallbackWarning, match="Class 0 has 9 rows: n_clusters lowered from 20"):
            _, y_res = sampler.fit_resample(X, y)
        assert np.bincount(y_res).tolist() == [4, 4]
        assert len(sampler.clusters_[0]) == 9

    def test_classes_of_one_and_two_rows_need_no_clusters(self, blobs):
        X, y = blobs((6, 2, 1))
        _, y_res = KMeansUnderSampler(random_state=0).fit_resample(X, y)
        assert np.bincount(y_res).tolist() == [1, 1, 1]


class TestRatio:
    """Yen and Lee's rule."""

    def test_the_worked_example(self):
        X, y = _in_hundreds([500, 300, 200], [10, 50, 40])
        sampler = KMeansUnderSampler(strategy="sbc", estimator=ByHundreds(), random_state=0)
        sampler.fit_resample(X, y)
        assert _kept(sampler, X, "well") == [82, 10, 8]
        assert sampler.clusters_["well"]["quota"].tolist() == [82, 10, 8]

    def test_what_a_cluster_does_not_have_the_others_give(self):
        X, y = _in_hundreds([60, 300, 240], [1, 50, 49])
        sampler = KMeansUnderSampler(strategy="sbc", estimator=ByHundreds(), random_state=0)
        sampler.fit_resample(X, y)
        found = sampler.clusters_["well"]
        assert found["quota"].tolist() == naive_quotas_by_ratio(100, [60, 300, 240], [1, 50, 49])
        assert found["quota"][0] > 60
        # the 40 that are left, by 300 / 50 and 240 / 49
        assert found["kept"].tolist() == _kept(sampler, X, "well") == [60, 22, 18]

    def test_no_row_of_the_smallest_class_counts_as_one(self):
        X, y = _in_hundreds([40, 80], [0, 30])
        sampler = KMeansUnderSampler(strategy="sbc", estimator=ByHundreds(), random_state=0)
        sampler.fit_resample(X, y)
        assert _kept(sampler, X, "well") == naive_quotas_by_ratio(30, [40, 80], [0, 30])

    def test_the_ratio_of_the_classes_comes_from_the_strategy(self):
        X, y = _in_hundreds([500, 300, 200], [10, 50, 40])
        sampler = KMeansUnderSampler(
            strategy="sbc", estimator=ByHundreds(), sampling_strategy=0.5, random_state=0
        )
        sampler.fit_resample(X, y)
        assert _kept(sampler, X, "well") == naive_quotas_by_ratio(
            200, [500, 300, 200], [10, 50, 40]
        )

    def test_each_class_is_compared_with_the_smallest_of_the_others(self):
        X, y = _in_hundreds([40, 60], [30, 10])
        Z, z = _in_hundreds([20, 60], [3, 12])
        X, y = (
            np.r_[X, Z[z == "well"], Z[z == "ill"]],
            np.r_[y, np.repeat("worse", 80), np.repeat("rare", 15)],
        )
        sampler = KMeansUnderSampler(
            strategy="sbc",
            estimator=ByHundreds(),
            sampling_strategy={"well": 30, "worse": 20, "rare": 9},
            random_state=0,
        )
        sampler.fit_resample(X, y)
        assert sampler.clusters_["well"]["quota"].tolist() == naive_quotas_by_ratio(
            30, [40, 60], [3, 12]
        )
        assert sampler.clusters_["worse"]["quota"].tolist() == naive_quotas_by_ratio(
            20, [20, 60], [3, 12]
        )
        assert sampler.clusters_["rare"]["quota"].tolist() == naive_quotas_by_ratio(
            9, [3, 12], [30, 10]
        )


class TestOneEach:
    """As many clusters as rows wanted."""

    def test_the_row_nearest_to_each_center_is_kept(self, blobs):
        X, y = blobs((90, 12))
        clusterer = KMeans(n_init=1, random_state=4)
        sampler = KMeansUnderSampler(strategy="nearest", estimator=clusterer, random_state=0)
        sampler.fit_resample(X, y)
        rows = np.flatnonzero(y == 0)
        labels = KMeans(12, n_init=1, random_state=4).fit_predict(X[rows])
        expected = naive_nearest_rows(X[rows].tolist(), labels.tolist())
        assert set(sampler.sample_indices_) == set(rows[list(expected.values())]) | set(
            np.flatnonzero(y == 1)
        )
        np.testing.assert_array_equal(sampler.clusters_[0]["size"], np.bincount(labels))

    @pytest.mark.parametrize("dtype", ["f4", "f8"])
    def test_centers_are_means_of_their_members_which_the_plan_names(self, dtype, blobs):
        X, y = blobs((90, 12))
        X = X.astype(dtype)
        sampler = KMeansUnderSampler(strategy="centroid", random_state=0)
        X_res, y_res = sampler.fit_resample(X, y)
        assert X_res.dtype == X.dtype
        assert y_res.tolist() == [1] * 12 + [0] * 12
        np.testing.assert_array_equal(X_res[:12], X[y == 1])
        (recipe,) = sampler.plan_.made
        rows = np.flatnonzero(y == 0)
        assert sorted(recipe.members.tolist()) == rows.tolist()
        label = np.empty(len(X), int)
        label[recipe.members] = np.repeat(np.arange(12), np.diff(recipe.start))
        expected = naive_means(X[rows].astype(float).tolist(), label[rows].tolist(), 12)
        np.testing.assert_allclose(X_res[12:], expected, rtol=1e-6 if dtype == "f4" else 1e-12)
        np.testing.assert_allclose(
            sampler.plan_.operator() @ X, X_res, rtol=1e-6 if dtype == "f4" else 1e-12
        )
        nearest = naive_nearest_rows(X[rows].astype(float).tolist(), label[rows].tolist())
        assert recipe.seed.tolist() == [rows[nearest[cluster]] for cluster in range(12)]
        assert set(sampler.provenance_["origin"][12:]) == {"prototype"}

    def test_centers_of_flags_and_counts_are_rounded(self, blobs):
        X, y = blobs((60, 6))
        table = pd.DataFrame({"age": X[:, 0], "flag": X[:, 1] > 0, "visits": np.rint(9 * X[:, 2])})
        table["visits"] = table["visits"].astype("int64")
        sampler = KMeansUnderSampler(strategy="centroid", random_state=0)
        X_res, _ = sampler.fit_resample(table, y)
        assert X_res.dtypes.tolist() == table.dtypes.tolist()
        exact = sampler.plan_.operator() @ table.astype(float).to_numpy()
        np.testing.assert_array_equal(X_res["visits"], np.rint(exact[:, 2]))
        np.testing.assert_array_equal(X_res["flag"], exact[:, 1] >= 0.5 - 1e-6)

    def test_weights_and_patients_travel_from_the_nearest_row(self, blobs):
        X, y = blobs((60, 6))
        groups, weight = np.arange(66), np.linspace(3, 4, 66)
        sampler = KMeansUnderSampler(strategy="centroid", random_state=0)
        sampler.fit_resample(X, y, groups=groups, sample_weight=weight)
        seed = sampler.provenance_["seed"]
        np.testing.assert_array_equal(sampler.sample_weight_, weight[seed])
        assert sampler.plan_.n_mixed_groups == 6

    @pytest.mark.parametrize("strategy", ["nearest", "centroid"])
    def test_rows_that_repeat_are_filled_up_at_random_with_a_warning(self, strategy, blobs):
        X, y = blobs((4, 9))
        X, y = np.r_[np.repeat(X[y == 0], 10, axis=0), X[y == 1]], np.repeat([0, 1], [40, 9])
        sampler = KMeansUnderSampler(strategy=strategy, random_state=0)
        message = "Class 0: 9 clusters were asked for.*only 4 could be found.*5 of the other rows"
        with pytest.warns(FallbackWarning, match=message):
            X_res, y_res = sampler.fit_resample(X, y)
        assert np.bincount(y_res).tolist() == [9, 9]
        assert sampler.clusters_[0]["kept"].sum() == 9
        assert sampler.clusters_[0]["quota"].tolist() == [1] * 4
        assert len(np.unique(X_res[y_res == 0].round(9), axis=0)) == 4
        if strategy == "nearest":
            assert len(np.unique(sampler.sample_indices_)) == 18

    def test_a_clusterer_that_takes_no_number_is_refused(self, blobs):
        for strategy in ("nearest", "centroid"):
            sampler = KMeansUnderSampler(strategy=strategy, estimator=DBSCAN())
            with pytest.raises(SamplerInputError, match="DBSCAN has no parameter n_clusters"):
                sampler.fit_resample(*blobs((30, 9)))

    def test_a_clusterer_that_finds_too_many_is_refused(self, blobs):
        class Everybody(BaseEstimator):
            def __init__(self, n_clusters=2):
                self.n_clusters = n_clusters

            def fit_predict(self, X, y=None):
                return np.arange(len(X))

        sampler = KMeansUnderSampler(strategy="nearest", estimator=Everybody())
        with pytest.raises(SamplerInputError, match="found 30 clusters where 9 were asked for"):
            sampler.fit_resample(*blobs((30, 9)))

    def test_asking_for_no_row_leaves_none(self, blobs):
        X, y = blobs((30, 9))
        for strategy in ALL:
            sampler = KMeansUnderSampler(
                strategy=strategy, sampling_strategy={0: 0}, random_state=0
            )
            X_res, y_res = sampler.fit_resample(X, y)
            np.testing.assert_array_equal(X_res, X[y == 1])
            assert set(y_res) == {1}
