"""Search stays exact where floating point is hardest: extreme scales, near ties, and underflow."""

from functools import partial

import numpy as np
import pytest
from reference.search import naive_search, search_in_float64
from scipy.spatial import cKDTree
from sklearn import config_context

from medresample import SMOTE
from medresample._core import (
    nearest_brute,
    nearest_direct,
    nearest_numpy,
    nearest_products,
    nearest_tree,
    neighbors,
)
from medresample._core.neighbors import Neighbors
from medresample._core.query import ANY, Query, settle
from medresample._core.table import wrap
from medresample.exceptions import SamplerInputError


def _by_brute_force(nearest, query):
    return settle(query, partial(nearest_brute.screen_by, nearest), nearest_numpy.search)


BACKENDS = {
    "numpy": nearest_numpy.search,
    "brute force": partial(_by_brute_force, nearest_brute.by_numpy),
    "brute force of scikit-learn": partial(_by_brute_force, nearest_brute.by_scikit_learn),
    "direct": nearest_direct.search,
    "products": nearest_products.search,
    "products in float64": nearest_products._in_float64,
    "tree": lambda query: nearest_tree._search_in(cKDTree(query.corpus), query),
}
every_backend = pytest.mark.parametrize("name", BACKENDS)


def asked(queries, corpus, k=3):
    """Ask as `Neighbors` would, but on the numbers as they are."""
    within = queries is corpus
    own = np.arange(len(corpus)) if within else np.full(len(queries), -1)
    nobody = np.zeros(max(len(queries), len(corpus)), np.int8)
    return Query(queries, corpus, own, k, nobody[: len(queries)], nobody[: len(corpus)], ANY)


def shuffled(n, step):
    return np.random.default_rng(0).permutation(n) * step


def clumps(step, d=6, n=240, n_clumps=10):
    """Make rows of which half are spread out, and half a few small steps apart."""
    rng = np.random.default_rng(1)
    table = rng.normal(size=(n, d))
    table[n // 2 :] = table[rng.integers(0, n_clumps, n // 2)]
    table[n // 2 :] += step * rng.integers(-3, 4, (n // 2, d))
    return table


@every_backend
@pytest.mark.parametrize("step", [1e-3, 1e-5, 1e-7, 1e-8, 1e-9, 1e-12, 1e-14])
@pytest.mark.parametrize("within", [True, False])
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_small_differences_between_near_rows_decide(name, step, within, offset):
    table = clumps(step) + offset
    query = asked(table if within else table[50:200].copy(), table)
    np.testing.assert_array_equal(BACKENDS[name](query)[1], search_in_float64(query))


@every_backend
@pytest.mark.parametrize(
    "table",
    [
        np.column_stack([np.ones(150), shuffled(150, 1e-165)]),
        np.column_stack([np.ones(150), shuffled(150, 1e-158)]),
        np.column_stack([np.ones(150), shuffled(150, 5e-324)]),
        np.random.default_rng(2).integers(0, 3, (150, 2)).astype(float),
        np.tile([[1.0, 2.0]], (150, 1)),
        clumps(1e-3, n=150) * 1e30,
        clumps(1e-3, n=150) * 1e-30,
    ],
    ids=["1e-165", "1e-158", "subnormal", "few values", "identical", "large", "small"],
)
def test_ties_and_lost_squares_go_by_row_number(name, table):
    query = asked(table, table)
    np.testing.assert_array_equal(BACKENDS[name](query)[1], search_in_float64(query))


@every_backend
@pytest.mark.parametrize(("outlier", "d"), [(1e17, 6), (1e21, 2), (1e22, 20)])
def test_one_far_query_does_not_blind_the_others(name, outlier, d):
    rng = np.random.default_rng(3)
    corpus, queries = rng.normal(size=(2000, d)), rng.normal(size=(60, d))
    queries[-1] = outlier
    query = asked(queries, corpus)
    expected = search_in_float64(query)
    np.testing.assert_array_equal(BACKENDS[name](query)[1][:-1], expected[:-1])


def test_float64_products_know_the_rounding_of_their_lengths():
    """Build rows whose dot products and lengths all round the same way, against the nearest row."""
    d, unit = 200, 2.0**-53
    seed = np.full(d, np.sqrt(unit * 1.0001))
    seed[0] = np.sqrt(1 + 4 * d * unit)
    mirrored = -seed
    mirrored[0] = seed[0]
    rows = [seed, mirrored, seed.copy()]
    rows[2][-1] += np.sqrt((4 * (d - 1) + 60) * unit)
    for i in range(4):
        rows.append(seed.copy())
        rows[-1][-2 - i] += np.sqrt((8 * (d - 1) - 40 - i) * unit)
    elsewhere = np.zeros((300, d))
    elsewhere[np.arange(300), 1 + np.arange(300) % (d - 1)] = 0.5 + np.arange(300) / 600
    rows.extend(elsewhere)
    table = np.array([row for one in rows for row in (one, -one)])
    query = asked(table, table, k=1)
    np.testing.assert_array_equal(nearest_products._in_float64(query)[1], search_in_float64(query))


@pytest.fixture(params=[True, False], ids=["compiled", "not compiled"])
def loaded(request, monkeypatch):
    monkeypatch.setattr(neighbors, "compiled_pays", lambda seconds: request.param)


@pytest.mark.parametrize("d", [2, 20])
@pytest.mark.parametrize("scale", [1e-310, 1e-200, 1e-50, 1e-30, 1e30, 1e50, 1e150, 1e300])
def test_scale_changes_no_neighbor_and_scales_every_distance(loaded, d, scale):
    table = np.random.default_rng(4).normal(size=(90, d))
    rows = np.arange(90)
    plain, scaled = (Neighbors(wrap(t)).search(rows, rows, 2) for t in (table, table * scale))
    if scale > 1e-300:  # below that, digits are lost
        np.testing.assert_array_equal(scaled.ids, plain.ids)
        np.testing.assert_allclose(scaled.distances, plain.distances * scale, rtol=1e-12)
    assert (scaled.ids >= 0).all()


@pytest.mark.parametrize("extreme", [1e200, 1e280])
def test_a_huge_constant_column_hides_nothing(loaded, extreme):
    table = np.random.default_rng(5).normal(size=(60, 4))
    rows = np.arange(60)
    plain = Neighbors(wrap(table)).search(rows, rows, 3)
    table = np.column_stack([np.full(60, extreme), table])
    np.testing.assert_array_equal(Neighbors(wrap(table)).search(rows, rows, 3).ids, plain.ids)


@pytest.mark.parametrize("value", [1e-41, 3.0e38])
def test_the_ends_of_float32_are_searched_exactly(loaded, value):
    table = np.random.default_rng(6).uniform(-1, 1, (80, 20)) * value
    table = table.astype(np.float32)
    rows = np.arange(80)
    found = Neighbors(wrap(table)).search(rows, rows, 3)
    np.testing.assert_array_equal(found.ids, naive_search(table.astype(float), rows, rows, 3))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("largest", [1, 9, 3000, 2.0**27])
def test_whole_numbers_are_searched_exactly_by_products(dtype, largest):
    rng = np.random.default_rng(7)
    table = rng.integers(-largest, largest, (300, 30), endpoint=True).astype(dtype)
    query = asked(table, table, k=6)
    found = nearest_products.search_whole(query)
    if largest > 2**20:
        assert found is None  # their products are not exact
    else:
        plain = nearest_numpy.search(query)
        np.testing.assert_array_equal(found[0], plain[0])
        np.testing.assert_array_equal(found[1], plain[1])
    assert nearest_products.search_whole(asked(table + dtype(0.5), table)) is None


def test_two_searches_merge_by_exact_squares():
    table = np.zeros((3, 3))
    table[1], table[2] = [1, 1, 2**-25.5], [1, 1, 0]
    search = Neighbors(wrap(table))
    _, both = search.search_both(np.array([0]), np.array([0, 1]), np.array([2]), 1, 2)
    assert both.ids.tolist() == search.search(np.array([0]), np.arange(3), 2).ids.tolist()


def test_two_searches_share_one_unit_when_only_one_is_extreme():
    table = np.random.default_rng(8).normal(size=(40, 3))
    table[25] = 1e200
    search, near, far = Neighbors(wrap(table)), np.arange(20), np.arange(20, 40)
    _, both = search.search_both(near, near, far, 5, 5)
    one = search.search(near, np.arange(40), 5)
    np.testing.assert_array_equal(both.ids, one.ids)
    np.testing.assert_array_equal(both.distances, one.distances)


def test_rows_are_equally_far_whatever_the_number_of_columns_they_share(loaded):
    """Two rows at a mean squared difference of 1: one shares 15 columns, the other one 11."""
    table = np.zeros((3, 15))
    table[1] = 1
    table[2] = 1
    table[2, :4] = np.nan
    found = Neighbors(wrap(table)).search(np.array([0]), np.array([1, 2]), 2)
    assert found.ids.tolist() == [[1, 2]]
    assert found.distances.tolist() == [[np.sqrt(15)] * 2]


@pytest.mark.parametrize("k", [0, 3])
@pytest.mark.parametrize(("n_rows", "n_among"), [(0, 5), (5, 0), (0, 0), (1, 1)])
def test_nobody_to_ask_or_to_find_is_no_error(loaded, k, n_rows, n_among):
    search = Neighbors(wrap(np.ones((5, 2))))
    found = search.search(np.arange(n_rows), np.arange(n_among), k)
    assert found.ids.shape == found.distances.shape == (n_rows, k)
    assert (found.ids == -1).all()
    assert np.isinf(found.distances).all()
    _, both = search.search_both(np.arange(n_rows), np.arange(n_among), np.arange(0), k, k)
    assert both.ids.shape == (n_rows, k)


def test_scikit_learns_configuration_does_not_matter(monkeypatch):
    monkeypatch.setattr(neighbors, "compiled_pays", lambda seconds: False)
    table = (1e3 + clumps(1e-4, d=3)).astype(np.float32)
    rows = np.arange(len(table))
    plain = Neighbors(wrap(table)).search(rows, rows, 3)
    with config_context(enable_cython_pairwise_dist=False):
        again = Neighbors(wrap(table)).search(rows, rows, 3)
    np.testing.assert_array_equal(again.ids, plain.ids)


def test_a_neighbor_space_without_distances_is_refused():
    from sklearn.preprocessing import FunctionTransformer

    X = np.arange(20.0)[:, None]
    sampler = SMOTE(neighbor_space=FunctionTransformer(np.log))
    with (
        np.errstate(divide="ignore"),
        pytest.raises(SamplerInputError, match="turned a finite table into infinite values"),
    ):
        sampler.fit_resample(X, np.repeat([0, 1], [8, 12]))
