"""Neighbors: never oneself, k of them whoever counts, and any object that can search."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted

from medresample.over_sampling import SMOTE

from .samplers import make, neighbors_parameter


def _pairs(sampler, X, y):
    """Resample and return the seeds and partners of the new rows."""
    sampler.fit_resample(X, y)
    made = sampler.provenance_[X.shape[0] :]
    return made["seed"], made["partner"]


@pytest.mark.parametrize("dtype", ["f4", "f8", "i8"])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_a_row_is_never_its_own_neighbor_even_among_exact_duplicates(
    searcher_class, container, dtype, blobs
):
    X, y = blobs((60, 20))
    X = np.repeat(np.rint(X), 3, axis=0).astype(dtype)
    sampler = make(searcher_class, k_neighbors=2)
    seed, partner = _pairs(sampler, container(X), np.repeat(y, 3))
    assert not np.any(seed == partner)


def test_all_rows_of_a_class_identical_still_have_partners(searcher_class, blobs):
    X, y = blobs((60, 8))
    X[y == 1] = 4.0
    sampler = make(searcher_class, k_neighbors=3)
    seed, partner = _pairs(sampler, X, y)
    assert not np.any(seed == partner)
    assert np.all(y[partner] == 1)


def _nearest(X, rows, k):
    """Return a dict row -> its k nearest others among rows, the slow way."""
    nearest = {}
    for row in rows:
        distances = {other: np.sum((X[row] - X[other]) ** 2) for other in rows if other != row}
        nearest[row] = set(sorted(distances, key=distances.get)[:k])
    return nearest


@pytest.mark.parametrize("k", [1, 2, 5, 11])
def test_partners_are_all_of_the_k_nearest_of_the_class(k, binary):
    X, y = binary
    sampler = SMOTE(k_neighbors=k, sampling_strategy={0: 60, 1: 4000}, random_state=0)
    seed, partner = _pairs(sampler, X, y)
    chosen = {row: set(partner[seed == row].tolist()) for row in np.flatnonzero(y == 1).tolist()}
    assert chosen == _nearest(X, np.flatnonzero(y == 1).tolist(), k)


class OwnSearch:
    """The least an object must do to count as a neighbor search: no base class, no get_params."""

    def __init__(self, n_neighbors):
        self.n_neighbors = n_neighbors

    def fit(self, X, y=None):
        self.rows_ = np.asarray(X)
        return self

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        X = self.rows_ if X is None else np.asarray(X)
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        distances = np.sqrt(((X[:, None, :] - self.rows_[None]) ** 2).sum(axis=2))
        order = np.argsort(distances, axis=1, kind="stable")[:, :k]
        if not return_distance:
            return order
        return np.take_along_axis(distances, order, axis=1), order


class OthersOnly(OwnSearch):
    """A search that leaves the row itself out, as some approximate ones do."""

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        k = min(k, len(self.rows_) - 1)
        distances, order = super().kneighbors(X, k + 1)
        return distances[:, 1:], order[:, 1:]


@pytest.mark.parametrize(
    "search",
    [
        lambda k: NearestNeighbors(n_neighbors=k),
        lambda k: NearestNeighbors(n_neighbors=k, algorithm="kd_tree"),
        OwnSearch,
        OthersOnly,
    ],
    ids=["NearestNeighbors", "kd-tree", "own class", "others only"],
)
@pytest.mark.parametrize("k", [1, 4])
def test_an_object_that_searches_means_k_neighbors_and_not_one_less(search, k, binary):
    X, y = binary
    counted = SMOTE(k_neighbors=k, sampling_strategy={1: 3000}, random_state=0)
    searched = SMOTE(k_neighbors=search(k), sampling_strategy={1: 3000}, random_state=0)
    expected, _ = counted.fit_resample(X, y)
    X_res, _ = searched.fit_resample(X, y)
    np.testing.assert_allclose(X_res, expected, rtol=1e-12, atol=1e-12)


def test_the_metric_of_the_object_is_the_metric_used():
    """By Euclid row 1 is nearer to row 0; by the largest difference row 2 is."""
    X = np.array([[0.0, 0.0], [1.3, 0.0], [1.0, 1.0], [60.0, 0.0]] + [[5.0, 5.0]] * 9)
    y = np.repeat([1, 0], [4, 9])
    for metric, expected in (("euclidean", 1), ("chebyshev", 2)):
        search = NearestNeighbors(n_neighbors=1, metric=metric)
        sampler = SMOTE(k_neighbors=search, sampling_strategy={1: 60}, random_state=0)
        seed, partner = _pairs(sampler, X, y)
        assert set(partner[seed == 0]) == {expected}


def test_the_object_given_is_not_fitted_itself(searcher_class, binary):
    X, y = binary
    search = NearestNeighbors(n_neighbors=3)
    sampler = make(searcher_class, k_neighbors=search)
    sampler.fit_resample(X, y)
    assert getattr(sampler, neighbors_parameter(searcher_class)) is search
    with pytest.raises(NotFittedError):
        check_is_fitted(search)


def test_an_object_that_searches_survives_clone(searcher_class, binary):
    X, y = binary
    sampler = make(searcher_class, k_neighbors=OwnSearch(3))
    expected, _ = sampler.fit_resample(X, y)
    X_res, _ = clone(sampler).fit_resample(X, y)
    np.testing.assert_array_equal(X_res, expected)


def test_a_search_for_tables_with_holes_agrees_with_ours(binary):
    X, y = binary
    X[np.random.default_rng(1).random(X.shape) < 0.3] = np.nan
    X[:, 0] = np.arange(len(X)) / 50
    search = NearestNeighbors(n_neighbors=4, metric="nan_euclidean")
    expected = _pairs(SMOTE(k_neighbors=4, random_state=0), X, y)
    found = _pairs(SMOTE(k_neighbors=search, random_state=0), X, y)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("offset", [0, 1000], ids=["centered", "far from zero"])
def test_neighbors_in_a_large_class_are_exact(dtype, offset, blobs):
    """Large enough to be searched in blocks; offset enough for products to lose digits."""
    X, y = blobs((3300, 3000), n_features=5)
    X = (X + offset).astype(dtype)
    seed, partner = _pairs(SMOTE(k_neighbors=3, random_state=0), X, y)
    rows = np.flatnonzero(y == 1)
    wide = X[rows].astype(np.float64)
    for a, b in zip(seed, partner, strict=True):
        squares = ((wide - X[a].astype(np.float64)) ** 2).sum(axis=1)
        distance = ((X[b].astype(np.float64) - X[a].astype(np.float64)) ** 2).sum()
        assert np.sum(squares < distance) <= 3  # the row itself and at most two others


@pytest.mark.parametrize("search", [NearestNeighbors, OwnSearch])
def test_an_object_that_searches_never_returns_the_row_itself_among_duplicates(search, binary):
    X, y = binary
    X, y = np.repeat(X, 3, axis=0), np.repeat(y, 3)
    sampler = SMOTE(k_neighbors=search(n_neighbors=2), random_state=0)
    seed, partner = _pairs(sampler, X, y)
    assert not np.any(seed == partner)
