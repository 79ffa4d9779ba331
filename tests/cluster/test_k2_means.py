"""Many clusters: every step is what it says, and the sum of squares is about that of k-means."""

import numpy as np
import pytest
from reference.clusters import naive_choice, naive_inertia, naive_means
from sklearn.cluster import KMeans

from medresample.cluster import _k2_means, _many_starts, _members
from medresample.cluster._k2_means import CANDIDATES, _compare, _fill_empty, k2_means
from medresample.cluster._members import members_of
from medresample.cluster._near import near_centers


def _rng(seed=0):
    return np.random.default_rng(seed)


def _table(n, d, dtype="f8", islands=9):
    random = _rng(3)
    X = 4 * random.normal(size=(islands, d))[random.integers(0, islands, n)]
    return (X + random.normal(size=(n, d))).astype(dtype)


def _inertia(X, labels):
    return naive_inertia(X.astype(float).tolist(), labels.tolist())


@pytest.fixture(params=[False, True], ids=["NumPy", "compiled"])
def way(request, monkeypatch):
    """Both ways to compute, one at a time."""
    for module in (_k2_means, _members):
        monkeypatch.setattr(module, "compiled_pays", lambda seconds: request.param)


class TestSteps:
    """What a round consists of."""

    @pytest.mark.usefixtures("way")
    @pytest.mark.parametrize("d", [1, 2, 3, 4, 7, 33])
    def test_means_are_those_of_the_members(self, d):
        X, labels = _table(80, d), _rng().integers(0, 7, 80)
        labels[labels == 3] = 2  # nobody is left in 3
        found = members_of(labels, 7).means(X)
        for mean, expected in zip(found, naive_means(X.tolist(), labels.tolist(), 7), strict=True):
            np.testing.assert_allclose(mean, expected or 0, rtol=1e-12, atol=1e-14)

    @pytest.mark.usefixtures("way")
    @pytest.mark.parametrize("d", [1, 3, 4, 10])
    def test_a_row_goes_to_the_nearest_center_of_its_list(self, d):
        X, random = _table(120, d), _rng(1)
        members = members_of(random.integers(0, 12, 120), 12)
        centers = X[random.choice(120, 12)]
        near = np.sort(np.argsort(random.random((12, 12)), axis=1)[:, :5], axis=1)
        active = np.array([0, 3, 4, 9, 11])
        squares = np.full(120, -1.0)
        labels = _compare(X, members, active, near, centers, squares, 2)
        expected = naive_choice(X.tolist(), members.labels.tolist(), near, centers.tolist())
        compared = np.isin(members.labels, active)
        np.testing.assert_array_equal(labels, np.where(compared, expected, members.labels))
        gap = np.linalg.norm(X - centers[labels], axis=1)
        np.testing.assert_allclose(squares[compared], gap[compared] ** 2, rtol=1e-12)
        assert np.all(squares[~compared] == -1)

    @pytest.mark.parametrize("dtype", ["f4", "f8"])
    @pytest.mark.parametrize("n", [1, 2, 9])
    def test_near_centers_are_the_nearest(self, n, dtype):
        X = _table(300, 6, dtype) / 20
        centers = X[:40] + X[60:100] / 10
        gap = np.linalg.norm(X[:, None].astype(float) - centers[None], axis=2)
        expected = np.sort(np.argsort(gap, axis=1)[:, :n], axis=1)
        np.testing.assert_array_equal(near_centers(X, centers, n, 2), expected)

    @pytest.mark.parametrize("dtype", ["f4", "f8"])
    def test_near_centers_are_told_apart_far_from_the_middle(self, dtype):
        """Two islands that lie so far apart that float32 products have no digit for distances."""
        X = _table(400, 5) * 1e-5
        X[::2] += 0.5
        X = (X - X.mean(axis=0)).astype(dtype)
        centers = X[:100]
        gap = np.linalg.norm(X[:, None].astype(float) - centers[None], axis=2)
        found = near_centers(X, centers, 1, 1)[:, 0]
        chosen = gap[np.arange(400), found]
        np.testing.assert_allclose(chosen, gap.min(axis=1), rtol=1e-3, atol=1e-7)

    def test_empty_clusters_get_far_rows_one_of_a_cluster_first(self):
        labels = np.array([0, 0, 0, 0, 2, 2, 2, 5])
        squares = np.array([9.0, 8.0, 0.0, 1.0, 4.0, 0.0, 3.0, 7.0])
        _fill_empty(labels, squares, 6, 1)
        assert labels.tolist() == [1, 4, 0, 0, 3, 2, 2, 5]
        assert squares.tolist() == [0, 0, 0, 1, 0, 0, 3, 7]

    def test_rows_at_their_centers_fill_nothing(self):
        labels = np.array([0, 0, 1, 1])
        _fill_empty(labels, np.zeros(4), 3, 1)
        assert labels.tolist() == [0, 0, 1, 1]


class TestResult:
    """What all rounds come to."""

    @pytest.mark.parametrize(("n", "d", "k"), [(900, 2, 40), (2000, 8, 300), (1500, 60, 300)])
    def test_the_sum_of_squares_is_about_that_of_k_means_from_the_same_start(self, n, d, k):
        X = _table(n, d, "f4")
        start = X[_rng(5).choice(n, k, replace=False)]
        theirs = KMeans(k, init=start, n_init=1, tol=0).fit(X).inertia_
        assert _inertia(X, k2_means(X, k, _rng(5))) < 1.02 * theirs

    def test_with_few_clusters_a_row_is_nearest_to_its_own_center(self):
        """The lists hold all centers then, so what is left is the last, small move."""
        X = _table(600, 3)
        labels = k2_means(X, CANDIDATES // 2, _rng())
        centers = members_of(labels, CANDIDATES // 2).means(X)
        gap = np.linalg.norm(X[:, None] - centers[None], axis=2)
        assert np.mean(gap.argmin(axis=1) == labels) > 0.98

    @pytest.mark.parametrize("careful", [0, 200_000_000])
    @pytest.mark.parametrize("dtype", ["f4", "f8"])
    def test_no_way_to_compute_changes_a_bit(self, dtype, careful, monkeypatch):
        monkeypatch.setattr(_many_starts, "CAREFUL", careful)
        X = _table(3000, 11, dtype)
        found = set()
        for compiled in (False, True):
            for module in (_k2_means, _members):
                monkeypatch.setattr(module, "compiled_pays", lambda seconds, it=compiled: it)
            for threads in (1, 2, 3):
                found.add(k2_means(X, 200, _rng(), threads).tobytes())
        assert len(found) == 1

    @pytest.mark.parametrize("dtype", ["f4", "f8"])
    @pytest.mark.parametrize("power", [-80, 60])
    def test_the_scale_changes_nothing(self, dtype, power):
        X = _table(400, 4, dtype)
        np.testing.assert_array_equal(
            k2_means(X * X.dtype.type(2.0**power), 90, _rng()), k2_means(X, 90, _rng())
        )

    def test_the_largest_numbers_do_no_harm(self):
        X = _table(300, 3)
        X *= np.finfo(float).max / np.abs(X).max()
        assert len(np.unique(k2_means(X, 30, _rng()))) == 30

    @pytest.mark.parametrize("k", [1, 2, 59, 60])
    def test_no_cluster_is_empty(self, k):
        labels = k2_means(_table(60, 2), k, _rng())
        assert np.bincount(labels, minlength=k).min() >= 1
        assert labels.max() == k - 1

    @pytest.mark.parametrize("seed", range(5))
    def test_rows_that_repeat_share_a_cluster(self, seed):
        """With as many clusters as distinct rows each has one; with more, some stay empty."""
        places = _rng(7).normal(size=(12, 3))
        X = places[_rng(8).permutation(np.repeat(np.arange(12), 9))]
        for k in (12, 20):
            labels = k2_means(X, k, _rng(seed))
            assert len(np.unique(labels)) == 12
            assert _inertia(X, np.unique(labels, return_inverse=True)[1]) < 1e-20

    @pytest.mark.parametrize("part", [2**24, 32])
    def test_starting_rows_that_coincide_leave_no_cluster_empty(self, part, monkeypatch):
        # In parts, and from random rows: many of them are the same.
        monkeypatch.setattr(_many_starts, "CAREFUL", 0)
        monkeypatch.setattr(_many_starts, "PART", part)
        X = np.concatenate([np.zeros((300, 2)), _rng().normal(size=(40, 2)) + 5])
        for seed in range(5):
            labels = k2_means(X, 25, _rng(seed))
            assert (np.bincount(labels, minlength=25) > 0).all()

    def test_rows_that_all_coincide_are_one_cluster(self):
        assert len(np.unique(k2_means(np.full((30, 2), 0.1), 4, _rng()))) == 1
