"""What every strategy of fuzzy c-means under-sampling promises, and who may cluster."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.compose import make_column_transformer
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import get_tags

from medresample.exceptions import (
    ColumnTypeError,
    SamplerInputError,
)
from medresample.under_sampling import FuzzyCMeansUnderSampler

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


@pytest.mark.parametrize("strategy", ALL)
class TestEveryStrategy:
    """What all of them promise."""

    def test_counts_are_met_and_small_classes_are_not_touched(self, strategy, blobs):
        X, y = blobs((90, 40, 12), n_features=2)
        for wanted in ({0: 33, 1: 40}, {0: 1, 1: 7}, {0: 0}):
            sampler = FuzzyCMeansUnderSampler(
                strategy=strategy, sampling_strategy=wanted, random_state=0
            )
            X_res, y_res = sampler.fit_resample(X, y)
            assert np.bincount(y_res).tolist() == [wanted[0], wanted.get(1, 40), 12]
            np.testing.assert_array_equal(X_res[y_res == 2], X[y == 2])
            for label, found in sampler.clusters_.items():
                assert found["kept"].sum() == wanted[label]

    def test_rows_are_kept_once_and_the_tag_follows_the_strategy(self, strategy, blobs):
        X, y = blobs((60, 12))
        sampler = FuzzyCMeansUnderSampler(strategy=strategy, random_state=0)
        X_res, _ = sampler.fit_resample(X, y)
        assert get_tags(sampler).sampler_tags.sample_indices is (strategy in KEEPING)
        assert hasattr(sampler, "sample_indices_") is (strategy in KEEPING)
        if strategy in KEEPING:
            assert len(np.unique(sampler.sample_indices_)) == 24
            np.testing.assert_array_equal(X_res, X[sampler.sample_indices_])

    def test_the_number_of_threads_changes_no_bit(self, strategy, blobs):
        X, y = blobs((900, 40))
        for dtype in ("f4", "f8"):
            tables = {
                FuzzyCMeansUnderSampler(strategy=strategy, random_state=0, n_jobs=n_jobs)
                .fit_resample(X.astype(dtype), y)[0]
                .tobytes()
                for n_jobs in (1, 2, None)
            }
            assert len(tables) == 1

    def test_clusters_are_found_in_the_space(self, strategy, blobs):
        X, y = blobs((60, 12))
        inside = FuzzyCMeansUnderSampler(
            strategy=strategy, cluster_space=StandardScaler(), random_state=0
        )
        outside = FuzzyCMeansUnderSampler(strategy=strategy, random_state=0)
        X_res, _ = inside.fit_resample(X, y)
        outside.fit_resample(StandardScaler().fit_transform(X), y)
        np.testing.assert_array_equal(inside.provenance_["seed"], outside.provenance_["seed"])
        np.testing.assert_allclose(X_res, outside.plan_.operator() @ X, rtol=1e-12)

    def test_a_sparse_table_is_clustered_as_a_dense_one(self, strategy, blobs):
        X, y = blobs((60, 12))
        X[X < 0.3] = 0
        sampler = FuzzyCMeansUnderSampler(strategy=strategy, random_state=0)
        X_res, _ = sampler.fit_resample(sparse.csr_array(X), y)
        expected, _ = sampler.fit_resample(X, y)
        np.testing.assert_allclose(X_res.toarray(), expected, rtol=1e-12)

    def test_words_are_let_in_by_a_space_unless_they_would_be_averaged(self, strategy, blobs):
        X, y = blobs((60, 12))
        table = pd.DataFrame({"age": X[:, 0], "ward": np.where(X[:, 1] > 1, "a", "b")})
        space = make_column_transformer((OneHotEncoder(), ["ward"]), remainder=StandardScaler())
        plain = FuzzyCMeansUnderSampler(strategy=strategy)
        spaced = FuzzyCMeansUnderSampler(strategy=strategy, cluster_space=space, random_state=0)
        with pytest.raises(ColumnTypeError, match="ward"):
            plain.fit_resample(table, y)
        if strategy == "center":
            with pytest.raises(ColumnTypeError, match="ward"):
                spaced.fit_resample(table, y)
        else:
            X_res, _ = spaced.fit_resample(table, y)
            pd.testing.assert_frame_equal(X_res, table.iloc[spaced.sample_indices_])


def test_a_mixture_of_gaussians_serves_as_clusterer(blobs):
    X, y = blobs((90, 12), n_features=2)
    mixture = GaussianMixture(3)
    sampler = FuzzyCMeansUnderSampler(estimator=mixture, random_state=0)
    first, y_res = sampler.fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [12, 12]
    assert len(sampler.clusters_[0]) == 3
    np.testing.assert_array_equal(sampler.fit_resample(X, y)[0], first)
    assert not hasattr(mixture, "means_")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda X: X[:, 0], r"gave memberships of shape \(20,\) for 20 rows"),
        (lambda X: X[1:], "for 20 rows; expected"),
        (lambda X: X - 10, "missing, infinite or negative"),
        (lambda X: X * np.nan, "missing, infinite or negative"),
    ],
)
def test_memberships_that_are_none_are_refused(answer, message):
    class Broken(Told):
        def memberships(self, X):
            return answer(np.asarray(X))

    with pytest.raises(SamplerInputError, match=message):
        FuzzyCMeansUnderSampler(estimator=Broken()).fit_resample(*_table(_random_shares(20, 3), 5))


def test_a_constant_column_stays_constant_where_centers_replace_rows(blobs):
    X, y = blobs((200, 20), n_features=3)
    X[:, 1], X[:, 2] = 0.1, 3.7
    for dtype in ("f4", "f8"):
        sampler = FuzzyCMeansUnderSampler(strategy="center", m=1.3, random_state=0)
        X_res, _ = sampler.fit_resample(X.astype(dtype), y)
        np.testing.assert_array_equal(X_res[:, 1:], X[:40, 1:].astype(dtype))


def test_a_clear_table_draws_no_warning(blobs):
    X, y = blobs((60, 12), n_features=2)
    X[np.flatnonzero(y == 0)[:30]] += 50
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FuzzyCMeansUnderSampler(random_state=0).fit_resample(X, y)
