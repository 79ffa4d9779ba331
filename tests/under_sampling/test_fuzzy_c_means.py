"""Fuzzy c-means under-sampling: quotas by memberships, and rows by how strongly they belong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.fuzzy_c_means import naive_memberships
from sklearn.base import BaseEstimator
from sklearn.mixture import GaussianMixture

from medresample.cluster import FuzzyCMeans
from medresample.exceptions import (
    CollapsedCentersWarning,
    FallbackWarning,
    SamplerInputError,
)
from medresample.under_sampling import FuzzyCMeansUnderSampler
from medresample.under_sampling._memberships import distinct_nearest, shares_of

A_FEW = ["core", "mixed", "weighted"]
KEEPING = [*A_FEW, "nearest"]
ALL = [*KEEPING, "center"]
pytestmark = pytest.mark.filterwarnings(
    "ignore::medresample.exceptions.CollapsedCentersWarning",
    "ignore::medresample.exceptions.ScaleWarning",
)


class Told(BaseEstimator):
    """A clusterer that reads memberships from the cells."""

    def fit(self, X, y=None):
        return self

    def memberships(self, X):
        return np.asarray(X)


def _table(shares, n_small):
    """The shares as the rows of a large class, and a small class with any numbers."""
    X = np.r_[shares, np.ones((n_small, shares.shape[1]))]
    return X, np.repeat(["well", "ill"], [len(shares), n_small])


def _random_shares(n_rows, n_clusters, seed=0):
    shares = np.random.default_rng(seed).dirichlet(np.ones(n_clusters), n_rows)
    return shares / shares.sum(axis=1, keepdims=True)


def _chosen(shares, n_kept, **parameters):
    """Rows of the large class that are kept, and what is told of the clusters."""
    X, y = _table(shares, n_kept)
    sampler = FuzzyCMeansUnderSampler(estimator=Told(), **{"random_state": 0, **parameters})
    sampler.fit_resample(X, y)
    rows = sampler.sample_indices_
    return rows[rows < len(shares)], sampler.clusters_["well"]


class TestAFewClusters:
    """core, mixed and weighted."""

    @pytest.mark.parametrize("strategy", A_FEW)
    @given(seed=st.integers(0, 1000), n_kept=st.integers(1, 60), c=st.integers(1, 5))
    def test_quotas_follow_the_sums_of_memberships(self, strategy, seed, n_kept, c):
        shares = _random_shares(61, c, seed)
        rows, found = _chosen(shares, n_kept, strategy=strategy)
        own = shares.argmax(axis=1)
        np.testing.assert_array_equal(found["size"], np.bincount(own, minlength=c))
        np.testing.assert_array_equal(found["kept"], np.bincount(own[rows], minlength=c))
        assert found["quota"].sum() == found["kept"].sum() == len(set(rows.tolist())) == n_kept
        assert np.all(np.abs(found["quota"] - n_kept * shares.sum(axis=0) / 61) < 1)
        if np.all(found["quota"] <= found["size"]):
            np.testing.assert_array_equal(found["quota"], found["kept"])

    @pytest.mark.parametrize("n_kept", [5, 14, 31])
    def test_core_keeps_those_that_belong_most(self, n_kept):
        shares = _random_shares(60, 3)
        rows, found = _chosen(shares, n_kept)
        for k, kept in enumerate(found["kept"]):
            mine = np.flatnonzero(shares.argmax(axis=1) == k)
            best = mine[np.argsort(-shares[mine, k])[:kept]]
            assert set(best) == set(rows[np.isin(rows, mine)])

    @pytest.mark.parametrize("n_kept", [5, 14, 31])
    def test_mixed_keeps_both_ends(self, n_kept):
        shares = _random_shares(60, 3)
        rows, found = _chosen(shares, n_kept, strategy="mixed")
        for k, kept in enumerate(found["kept"]):
            mine = np.flatnonzero(shares.argmax(axis=1) == k)
            ranked = mine[np.argsort(-shares[mine, k])]
            low = kept // 2
            expected = {*ranked[: kept - low], *ranked[len(ranked) - low :]}
            assert expected == set(rows[np.isin(rows, mine)])

    def test_weighted_draws_one_row_by_membership_to_the_power_m(self):
        own = np.array([0.9, 0.8, 0.7, 0.6])
        shares = np.column_stack([own, 1 - own])
        for m in (1.5, 4):
            drawn = [
                _chosen(shares, 1, strategy="weighted", m=m, random_state=seed)[0][0]
                for seed in range(1500)
            ]
            expected = own**m / (own**m).sum()
            found = np.bincount(drawn, minlength=4) / 1500
            assert np.abs(found - expected).max() < 4 * np.sqrt(0.25 / 1500)

    def test_ties_are_broken_by_chance(self):
        """A single cluster says nothing of its rows: that is random under-sampling."""
        kept = [set(_chosen(np.ones((30, 1)), 10, random_state=s)[0]) for s in range(40)]
        times = np.bincount([row for rows in kept for row in rows], minlength=30)
        assert times.min() >= 3

    def test_what_a_cluster_does_not_have_the_others_give(self):
        """The second cluster has a large sum, but hardly a row that belongs to it most."""
        shares = np.repeat(
            [[0.5, 0.45, 0.05], [0.1, 0.8, 0.1], [0.1, 0.2, 0.7]], [20, 2, 8], axis=0
        )
        _, found = _chosen(shares, 15)
        assert found["size"].tolist() == [20, 2, 8]
        assert found["quota"].tolist() == [6, 6, 3]
        assert found["kept"].tolist() == [8, 2, 5]

    def test_memberships_are_those_of_fuzzy_c_means(self, blobs):
        X, y = blobs((80, 11), n_features=2)
        X[np.flatnonzero(y == 0)[:30]] += 9
        sampler = FuzzyCMeansUnderSampler(n_clusters=2, m=1.7, random_state=0)
        sampler.fit_resample(X, y)
        rows = np.flatnonzero(y == 0)
        centers = FuzzyCMeans(2, m=1.7, random_state=1).fit(X[rows]).cluster_centers_
        u = np.array(naive_memberships(X[rows].tolist(), centers.tolist(), 1.7))
        expected = set()
        for k in range(2):
            mine = np.flatnonzero(u.argmax(axis=1) == k)
            n_here = round(11 * u[:, k].sum() / len(u))
            expected |= set(rows[mine[np.argsort(-u[mine, k])[:n_here]]])
        assert expected == set(sampler.sample_indices_) - set(np.flatnonzero(y == 1))

    def test_the_number_of_clusters_is_found_where_it_is_clear(self):
        random = np.random.default_rng(0)
        centers = np.array([[0, 0], [30, 0], [0, 30], [30, 30]])
        X = np.r_[np.repeat(centers, 50, axis=0), np.full((20, 2), 99)]
        X = X + random.normal(size=X.shape)
        sampler = FuzzyCMeansUnderSampler(random_state=0)
        sampler.fit_resample(X, np.repeat([0, 1], [200, 20]))
        assert sampler.clusters_[0]["size"].tolist() == [50] * 4
        assert sampler.clusters_[0]["kept"].tolist() == [5] * 4

    def test_more_clusters_than_rows_are_lowered_with_a_warning(self, blobs):
        sampler = FuzzyCMeansUnderSampler(n_clusters=20, random_state=0)
        with pytest.warns(FallbackWarning, match="Class 0 has 9 rows: n_clusters lowered from 20"):
            _, y_res = sampler.fit_resample(*blobs((9, 4)))
        assert np.bincount(y_res).tolist() == [4, 4]


class TestOneEach:
    """nearest and center."""

    def test_pairs_are_matched_by_rising_distance(self):
        random = np.random.default_rng(0)
        for _ in range(20):
            X, centers = random.normal(size=(15, 2)), random.normal(size=(8, 2)) / 2
            gap = np.linalg.norm(centers[:, None] - X[None], axis=2)
            expected = {}
            while len(expected) < 8:
                k, i = np.unravel_index(gap.argmin(), gap.shape)
                expected[int(k)] = int(i)
                gap[k], gap[:, i] = np.inf, np.inf
            found = distinct_nearest(X, centers)
            assert dict(enumerate(found.tolist())) == expected

    def test_centers_at_one_place_get_different_rows(self):
        X = np.arange(6.0)[:, None]
        assert sorted(distinct_nearest(X, np.zeros((4, 1)))) == [0, 1, 2, 3]

    def test_the_rows_nearest_to_the_centers_are_kept(self):
        """Ten tight islands of different size, far apart."""
        random = np.random.default_rng(0)
        sizes = np.arange(3, 13)
        place = 100.0 * np.repeat(np.arange(10), sizes)
        X = np.column_stack([place, np.zeros(len(place))]) + random.normal(size=(len(place), 2))
        X, y = np.r_[X, random.normal(size=(10, 2)) - 500], np.repeat([0, 1], [len(place), 10])
        sampler = FuzzyCMeansUnderSampler(strategy="nearest", m=1.5, random_state=0)
        sampler.fit_resample(X, y)
        rows = sampler.sample_indices_[:10]
        np.testing.assert_array_equal(np.sort(place[rows]), 100.0 * np.arange(10))
        for island, row in zip(np.unique(place), rows, strict=True):
            mine = np.flatnonzero(place == island)
            gap = np.linalg.norm(X[mine] - X[mine].mean(axis=0), axis=1)
            assert gap[mine == row] <= gap.min() + 0.1

    @pytest.mark.parametrize("dtype", ["f4", "f8"])
    def test_centers_are_means_by_membership_and_the_plan_says_so(self, dtype, blobs):
        X, y = blobs((60, 7), n_features=2)
        X = X.astype(dtype)
        sampler = FuzzyCMeansUnderSampler(strategy="center", m=1.4, random_state=0)
        X_res, y_res = sampler.fit_resample(X, y)
        assert X_res.dtype == X.dtype
        assert y_res.tolist() == [1] * 7 + [0] * 7
        rtol = 1e-5 if dtype == "f4" else 1e-12
        np.testing.assert_allclose(sampler.plan_.operator() @ X, X_res, rtol=rtol)
        np.testing.assert_allclose(sampler.plan_.operator().sum(axis=1), 1)
        # where the centers came to rest, they are those means
        u = np.array(naive_memberships(X[y == 0].tolist(), X_res[7:].tolist(), 1.4)) ** 1.4
        means = (u / u.sum(axis=0)).T @ X[y == 0]
        np.testing.assert_allclose(X_res[7:], means, atol=5e-3)
        seed = sampler.provenance_["seed"][7:]
        np.testing.assert_array_equal(np.flatnonzero(y == 0)[u.argmax(axis=0)], seed)

    def test_parts_are_the_memberships_to_the_power_m(self):
        shares = _random_shares(9, 3)
        start, rows, weight = shares_of(shares, 2.0).parts()
        for k in range(3):
            here = slice(start[k], start[k + 1])
            assert np.all(np.diff(weight[here]) <= 0)
            np.testing.assert_allclose(
                weight[here], shares[rows[here], k] ** 2 / (shares[:, k] ** 2).sum()
            )

    @pytest.mark.parametrize("strategy", ["nearest", "center"])
    def test_too_large_a_table_of_memberships_is_refused_with_the_way_out(self, strategy):
        X, y = np.arange(26_000.0)[:, None], np.repeat([0, 1], [18_000, 8_000])
        sampler = FuzzyCMeansUnderSampler(strategy=strategy)
        message = r"Class 0: .*18000 rows x 8000 clusters take more than 1 GiB.*strategy='core'"
        with pytest.raises(SamplerInputError, match=message):
            sampler.fit_resample(X, y)

    @pytest.mark.filterwarnings("default::medresample.exceptions.CollapsedCentersWarning")
    @pytest.mark.parametrize("strategy", ALL)
    def test_centers_that_collapse_are_warned_about(self, strategy, blobs):
        X, y = blobs((100, 8), n_features=80)
        sampler = FuzzyCMeansUnderSampler(strategy=strategy, n_clusters=3, random_state=0)
        with pytest.warns(CollapsedCentersWarning, match="nearer to 1"):
            _, y_res = sampler.fit_resample(X, y)
        assert np.bincount(y_res).tolist() == [8, 8]
        if strategy != "center":
            assert len(np.unique(sampler.sample_indices_)) == 16

    def test_a_clusterer_that_takes_no_number_or_another_one_is_refused(self, blobs):
        table = blobs((30, 9))
        sampler = FuzzyCMeansUnderSampler(strategy="nearest", estimator=GaussianMixture(2))
        with pytest.raises(SamplerInputError, match="GaussianMixture has no parameter n_clusters"):
            sampler.fit_resample(*table)

        class Deaf(Told):
            def __init__(self, n_clusters=2):
                self.n_clusters = n_clusters

        sampler = FuzzyCMeansUnderSampler(strategy="center", estimator=Deaf())
        with pytest.raises(SamplerInputError, match="Deaf found 4 clusters where 9 were asked"):
            sampler.fit_resample(np.abs(table[0]), table[1])
