"""The number of clusters: that of the clearest ones, found on a sample."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples

from medresample.cluster import FuzzyCMeans
from medresample.cluster._how_many import MOST, SAMPLE, by_silhouette, by_xie_beni


def _rng(seed=0):
    return np.random.default_rng(seed)


def _islands(n_islands, n_each, d=3):
    places = 30 * np.eye(10, d + 10)[:n_islands]
    return np.repeat(places, n_each, axis=0) + _rng().normal(size=(n_islands * n_each, d + 10))


def _by_xie_beni(X, at_most, rng):
    return by_xie_beni(X, at_most, 1.5, rng)


@pytest.fixture(params=[by_silhouette, _by_xie_beni], ids=["silhouette", "Xie-Beni"])
def rule(request):
    return request.param


@pytest.mark.parametrize("n_islands", [2, 3, 6])
def test_islands_are_counted(rule, n_islands):
    assert rule(_islands(n_islands, 40), 99, _rng()) == n_islands


def test_islands_are_counted_on_a_sample(rule):
    assert rule(_islands(4, SAMPLE), 99, _rng()) == 4


@pytest.mark.parametrize("at_most", [2, 3])
def test_no_more_are_found_than_will_do(rule, at_most):
    assert 2 <= rule(_islands(6, 20), at_most, _rng()) <= at_most


@pytest.mark.parametrize(("n_rows", "at_most"), [(1, 9), (2, 9), (40, 1)])
def test_there_is_one_where_there_is_no_choice(rule, n_rows, at_most):
    assert rule(_islands(1, n_rows), at_most, _rng()) == 1


def test_rows_that_coincide_are_one_cluster():
    assert by_silhouette(np.ones((30, 2)), 9, _rng()) == 1


def test_the_same_generator_gives_the_same_number(rule):
    X = _rng(3).normal(size=(300, 2))
    assert len({rule(X, 99, _rng(1)) for _ in range(3)}) == 1


def test_no_other_number_is_clearer():
    """By the mean silhouette of scikit-learn, and the index of the best of many starts."""
    X = _islands(3, 30, d=1)
    found = by_silhouette(X, 99, _rng())
    from sklearn.cluster import KMeans

    silhouettes = {
        k: silhouette_samples(X, KMeans(k, n_init=5, random_state=0).fit_predict(X)).mean()
        for k in range(2, MOST + 1)
    }
    assert found == max(silhouettes, key=silhouettes.get)
    index = {k: FuzzyCMeans(k, m=1.5, random_state=0).fit(X).xie_beni_ for k in range(2, 6)}
    assert by_xie_beni(X, 5, 1.5, _rng()) == min(index, key=index.get)
