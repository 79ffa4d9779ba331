"""The smoothed bootstrap: bandwidth of the class, variance law, and what it leaves alone."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from medresample.exceptions import FewNeighborsWarning
from medresample.over_sampling import RandomOverSampler

N_NEW = 40_000


def _grow(X, y, **parameters):
    """Grow class 1 by 40,000 rows; return the new rows and their seeds."""
    n_rows = int(np.sum(y == 1))
    sampler = RandomOverSampler(
        **{"shrinkage": 1.0, "sampling_strategy": {1: n_rows + N_NEW}, "random_state": 0}
        | parameters
    )
    X_res, _ = sampler.fit_resample(X, y)
    return X_res[len(y) :], sampler.sample_indices_[len(y) :]


@pytest.mark.parametrize(("n_rows", "expected"), [(10, 0.68129), (100, 0.46416)])
@pytest.mark.parametrize("n_others", [150, 900])
def test_the_bandwidth_of_two_features_is_that_of_the_worked_example(
    n_rows, expected, n_others, blobs
):
    """Whatever the number of rows of other classes: n is the size of the class."""
    X, y = blobs((n_others, n_rows), n_features=2)
    new, seed = _grow(X, y)
    width = (new - X[seed]).std(axis=0) / X[y == 1].std(axis=0, ddof=1)
    np.testing.assert_allclose(width, expected, rtol=0.02)


@pytest.mark.parametrize("shrinkage", [0.5, 2.0])
@pytest.mark.parametrize("n_features", [1, 5])
def test_mean_and_variance_follow_the_law(shrinkage, n_features, blobs):
    n_rows = 40
    X, y = blobs((60, n_rows), n_features=n_features)
    X = X * np.linspace(1, 5, n_features)
    new, _ = _grow(X, y, shrinkage=shrinkage)
    spread = X[y == 1].std(axis=0, ddof=1)
    factor = (4 / ((n_features + 2) * n_rows)) ** (1 / (n_features + 4))
    expected = spread**2 * (n_rows - 1) / n_rows + (shrinkage * factor * spread) ** 2
    np.testing.assert_allclose(new.var(axis=0), expected, rtol=0.03)
    error = 4 * np.sqrt(expected / N_NEW)
    assert np.all(np.abs(new.mean(axis=0) - X[y == 1].mean(axis=0)) < error)


def test_the_noise_is_normal_and_independent_between_columns_and_rows(blobs):
    X, y = blobs((60, 30), n_features=3)
    new, seed = _grow(X, y)
    noise = (new - X[seed]) / (new - X[seed]).std(axis=0)
    for column in range(3):
        assert stats.kstest(noise[:, column], "norm").pvalue > 1e-3
    assert np.abs(np.corrcoef(noise.T) - np.eye(3)).max() < 0.02
    assert np.abs(np.sum(noise[1:] * noise[:-1], axis=0) / N_NEW).max() < 0.02
    assert len(np.unique(noise[:, 0])) == N_NEW


def test_two_classes_do_not_share_noise(blobs):
    X, y = blobs((60, 20, 20), n_features=2)
    sampler = RandomOverSampler(shrinkage=1.0, random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    noise = X_res[100:] - X[sampler.sample_indices_[100:]]
    assert abs(np.corrcoef(noise[:40, 0], noise[40:, 0])[0, 1]) < 0.5


@pytest.mark.parametrize("shrinkage", [0, 0.0, {1: 0}])
def test_no_shrinkage_means_plain_copies(shrinkage, blobs):
    X, y = blobs((60, 20))
    plain, _ = RandomOverSampler(random_state=0).fit_resample(X, y)
    smooth, _ = RandomOverSampler(shrinkage=shrinkage, random_state=0).fit_resample(X, y)
    assert smooth.tobytes() == plain.tobytes()


def test_the_seeds_do_not_depend_on_the_shrinkage(blobs):
    X, y = blobs((60, 20))
    plain, smooth = (
        RandomOverSampler(random_state=0),
        RandomOverSampler(shrinkage=1.0, random_state=0),
    )
    plain.fit_resample(X, y)
    smooth.fit_resample(X, y)
    np.testing.assert_array_equal(smooth.sample_indices_, plain.sample_indices_)


def test_each_class_may_have_its_own_shrinkage(blobs):
    X, y = blobs((60, 20, 20))
    sampler = RandomOverSampler(shrinkage={1: 0.0, 2: 1.0}, random_state=0)
    X_res, y_res = sampler.fit_resample(X, y)
    noise = np.abs(X_res - X[sampler.sample_indices_])
    assert np.all(noise[y_res == 1] == 0)
    assert np.all(noise[100:][y_res[100:] == 2] > 0)


def test_clip_keeps_new_values_in_the_range_of_the_class(blobs):
    X, y = blobs((60, 20))
    loose, _ = _grow(X, y)
    tight, _ = _grow(X, y, clip=True)
    low, high = X[y == 1].min(axis=0), X[y == 1].max(axis=0)
    assert np.any(loose < low)
    assert np.any(loose > high)
    assert np.all((tight >= low) & (tight <= high))


def test_a_constant_column_stays_constant_exactly(blobs):
    X, y = blobs((60, 20))
    X[y == 1, 2] = 0.1
    new, _ = _grow(X, y)
    assert np.all(new[:, 2] == 0.1)


def test_one_row_is_copied_and_that_is_said(blobs):
    X, y = blobs((60, 1))
    with pytest.warns(FewNeighborsWarning, match=r"Class 1 has 1 row"):
        X_res, _ = RandomOverSampler(shrinkage=1.0, random_state=0).fit_resample(X, y)
    np.testing.assert_array_equal(X_res[61:], np.repeat(X[y == 1], 59, axis=0))


def test_categories_keep_the_value_of_their_seed(blobs):
    X, y = blobs((60, 20))
    site = np.array(["Basel", "Oslo", "Ulm"])[np.arange(80) % 3]
    table = pd.DataFrame({"age": X[:, 0], "site": pd.Categorical(site)})
    sampler = RandomOverSampler(shrinkage=1.0, random_state=0)
    X_res, _ = sampler.fit_resample(table, y)
    assert X_res["site"].dtype == table["site"].dtype
    np.testing.assert_array_equal(X_res["site"], site[sampler.sample_indices_])
    assert not np.array_equal(X_res["age"], X[sampler.sample_indices_, 0])


def test_categories_do_not_count_as_features_of_the_bandwidth(blobs):
    X, y = blobs((90, 10), n_features=2)
    table = pd.DataFrame(X, columns=["a", "b"]).assign(site=pd.Categorical(["Ulm"] * 100))
    new, seed = _grow(table, y)
    noise = new[["a", "b"]].to_numpy() - X[seed]
    np.testing.assert_allclose(
        noise.std(axis=0) / X[y == 1].std(axis=0, ddof=1), 0.68129, rtol=0.02
    )


def test_float32_and_sparse_tables_are_smoothed_alike(blobs):
    X, y = blobs((60, 20))
    expected, _ = RandomOverSampler(shrinkage=1.0, random_state=0).fit_resample(X, y)
    single, _ = RandomOverSampler(shrinkage=1.0, random_state=0).fit_resample(X.astype("f4"), y)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, expected, rtol=1e-4, atol=1e-5)
    thin, _ = RandomOverSampler(shrinkage=1.0, random_state=0).fit_resample(sparse.csr_array(X), y)
    np.testing.assert_allclose(thin.toarray(), expected, rtol=1e-12)
