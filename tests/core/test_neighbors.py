"""Search is exact, on every input: the neighbors are those that comparing all pairs finds."""

from functools import partial

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from reference.search import naive_distance, naive_search
from scipy import sparse
from scipy.spatial import cKDTree
from sklearn.neighbors import NearestNeighbors

from medresample._core import (
    loading,
    nearest_brute,
    nearest_direct,
    nearest_numpy,
    nearest_products,
    nearest_tree,
)
from medresample._core.neighbors import Neighbors
from medresample._core.query import settle
from medresample._core.table import wrap
from medresample.exceptions import SamplerInputError


@st.composite
def tables(draw):
    n, d = draw(st.integers(2, 14)), draw(st.integers(1, 4))
    kind = draw(st.sampled_from(["few integers", "floats", "duplicates", "constant", "offset"]))
    scale = draw(st.sampled_from([1.0, 1e-160, 1e-12, 1e12, 1e160]))
    seed = draw(st.integers(0, 2**16))
    rng = np.random.default_rng(seed)
    if kind == "few integers":
        table = rng.integers(0, 3, (n, d)).astype(float)
    elif kind == "duplicates":
        table = rng.normal(size=(n, d))[rng.integers(0, n, n)]
    elif kind == "constant":
        table = np.ones((n, d))
    elif kind == "offset":
        table = 1e6 + rng.normal(size=(n, d))
    else:
        table = rng.normal(size=(n, d))
    return table * scale


@settings(max_examples=150)
@given(tables(), st.integers(1, 6), st.data())
def test_finds_what_comparing_all_pairs_finds(table, k, data):
    rows = np.arange(len(table))
    among = np.array(sorted(data.draw(st.sets(st.sampled_from(rows.tolist()), min_size=1))))
    found = Neighbors(wrap(table)).search(rows, among, k)
    assert_same_neighbors(table, rows, found.ids, naive_search(table, rows, among, k))


def assert_same_neighbors(table, rows, found, expected):
    """Equal row numbers; or, where float64 can not tell two distances apart, equal distances."""
    np.testing.assert_array_equal(found >= 0, expected >= 0)
    for i, j in np.argwhere(found != expected):
        ours = naive_distance(table[rows[i]], table[found[i, j]])
        theirs = naive_distance(table[rows[i]], table[expected[i, j]])
        assert abs(ours - theirs) <= 1e-14 * float(max(ours, theirs))


def _by_brute_force(nearest, query):
    return settle(query, partial(nearest_brute.screen_by, nearest), nearest_numpy.search)


BACKENDS = {
    "numpy": nearest_numpy.search,
    "brute force": partial(_by_brute_force, nearest_brute.by_numpy),
    "brute force of scikit-learn": partial(_by_brute_force, nearest_brute.by_scikit_learn),
    "direct": nearest_direct.search,
    "products": nearest_products.search,
    "tree": nearest_tree.search,
    "tree alone": lambda query: nearest_tree._search_in(cKDTree(query.corpus), query),
}


def ask(backend, table, rows, among, k, **options):
    """Search with one backend, whatever the rule would choose for a table of this size."""
    query = Neighbors(wrap(table), n_jobs=1, **options)._query(rows, among, k)
    squares, places = backend(query)
    return np.where(places >= 0, among[places], -1), squares, query


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(max_examples=60)
@given(table=tables(), k=st.integers(1, 6), data=st.data())
def test_every_way_to_search_is_exact(name, dtype, table, k, data):
    with np.errstate(all="ignore"):
        table = table.astype(dtype)
    if not np.isfinite(table).all():
        table = np.zeros_like(table)
    rows = np.arange(len(table))
    among = np.array(sorted(data.draw(st.sets(st.sampled_from(rows.tolist()), min_size=1))))
    ids, _, query = ask(BACKENDS[name], table, rows, among, k)
    conditioned = np.asarray(query.queries, dtype=np.float64)
    assert_same_neighbors(conditioned, rows, ids, naive_search(conditioned, rows, among, k))


@pytest.mark.parametrize(
    "name", ["brute force", "brute force of scikit-learn", "direct", "products"]
)
@pytest.mark.parametrize("within", [True, False])
@pytest.mark.parametrize("d", [1, 3, 5, 20, 70])
@pytest.mark.parametrize("kind", ["normal", "integers", "unscaled", "offset", "half duplicated"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_all_ways_give_the_same_bits_on_tables_of_several_blocks(
    name, within, d, kind, dtype, monkeypatch
):
    monkeypatch.setattr(nearest_products, "BLOCK", 60)
    rng = np.random.default_rng(d)
    table = rng.normal(size=(700, d))
    if kind == "integers":
        table = np.rint(table)
    if kind == "unscaled":
        table[:, 0] *= 1e5
    if kind == "offset":
        table += 1e4
    if kind == "half duplicated":
        table[350:] = table[:350]
    table = table.astype(dtype)
    rows, among = np.arange(0 if within else 300, 700), np.arange(700)
    ids, squares, query = ask(BACKENDS[name], table, rows, among, 6)
    assert query.within == within
    plain_ids, plain_squares, _ = ask(nearest_numpy.search, table, rows, among, 6)
    np.testing.assert_array_equal(squares, plain_squares)
    np.testing.assert_array_equal(ids, plain_ids)


@pytest.mark.parametrize("n", [2, 4, 12])
def test_in_a_tournament_everybody_meets_everybody_once(n):
    rounds = list(nearest_products._rounds(n))
    met = sorted(tuple(sorted(pair)) for pairs in rounds for pair in pairs)
    assert met == [(a, b) for a in range(n) for b in range(a, n)]
    for pairs in rounds[1:]:
        assert len({player for pair in pairs for player in pair}) == n


@pytest.mark.parametrize("name", ["direct", "products"])
@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("step", [0.0, 1.0])
def test_threads_change_no_bit(name, threads, step, monkeypatch):
    monkeypatch.setattr(nearest_products, "BLOCK", 70)
    table = np.random.default_rng(1).normal(0, 2, (900, 8)).astype(np.float32)
    if step:
        table = np.rint(table)  # ties, which the screen leaves to the search in float64
    rows = np.arange(900)
    query = Neighbors(wrap(table), n_jobs=threads)._query(rows, rows, 5)
    assert query.threads == threads
    one = Neighbors(wrap(table), n_jobs=1)._query(rows, rows, 5)
    for ours, theirs in zip(BACKENDS[name](query), BACKENDS[name](one), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["direct", "products"])
@pytest.mark.parametrize("d", [3, 70])
@pytest.mark.parametrize("want", ["same", "different"])
def test_compiled_search_keeps_to_the_groups(name, d, want, monkeypatch):
    monkeypatch.setattr(nearest_products, "BLOCK", 50)
    rng = np.random.default_rng(2)
    table, groups = rng.normal(size=(500, d)), rng.integers(0, 60, 500)
    rows = np.arange(500)
    ids, _, _ = ask(BACKENDS[name], table, rows, rows, 5, groups=groups, partner_groups=want)
    plain, _, _ = ask(
        nearest_numpy.search, table, rows, rows, 5, groups=groups, partner_groups=want
    )
    np.testing.assert_array_equal(ids, plain)


def test_compiled_search_with_holes_equals_numpy():
    rng = np.random.default_rng(4)
    table = rng.normal(size=(500, 7))
    table[rng.random(table.shape) < 0.3] = np.nan
    table[17] = np.nan
    rows = np.arange(500)
    ids, squares, query = ask(nearest_direct.search, table, rows, rows, 5)
    assert query.holes
    plain_ids, plain_squares, _ = ask(nearest_numpy.search_with_holes, table, rows, rows, 5)
    np.testing.assert_array_equal(squares, plain_squares)
    np.testing.assert_array_equal(ids, plain_ids)
    assert (ids[17] == -1).all()


def test_the_compiler_is_loaded_when_work_has_taken_as_long(monkeypatch):
    monkeypatch.setattr(loading, "_spent", 0.0)
    monkeypatch.setattr(loading, "sys", type("Process", (), {"modules": {}}))
    assert [loading.compiled_pays(0.3) for _ in range(4)] == [False, False, True, True]
    loading.sys.modules["numba"] = None  # somebody else has loaded it
    monkeypatch.setattr(loading, "_spent", 0.0)
    assert loading.compiled_pays(0.0)


@pytest.mark.parametrize("every", [3, 18])
def test_searching_two_sets_at_once_equals_searching_both(every):
    table = np.random.default_rng(9).integers(0, 4, (90, 3)).astype(float)
    neighbors = Neighbors(wrap(table))
    near = np.arange(0, 90, every)
    far = np.setdiff1d(np.arange(90), near)
    inner, both = neighbors.search_both(near, near, far, 4, 6)
    np.testing.assert_array_equal(inner.ids, neighbors.search(near, near, 4).ids)
    np.testing.assert_array_equal(both.ids, neighbors.search(near, np.arange(90), 6).ids)


def test_a_search_of_the_whole_table_copies_nothing():
    table = np.random.default_rng(0).normal(size=(50, 4))
    everything = np.arange(50)
    assert wrap(table).numbers(everything) is table
    for other in (
        np.asfortranarray(table),
        table[::-1][::-1][:, ::-1],
        np.broadcast_to(1.0, (50, 4)),
    ):
        numbers = wrap(other).numbers(everything)
        assert numbers.flags.c_contiguous
        assert numbers.flags.writeable
        np.testing.assert_array_equal(numbers, other)


@settings(max_examples=60)
@given(tables(), st.integers(1, 4), st.floats(0, 0.8), st.integers(0, 99))
def test_missing_values_use_the_columns_both_rows_have(table, k, share, seed):
    rng = np.random.default_rng(seed)
    table[rng.random(table.shape) < share] = np.nan
    rows = np.arange(len(table))
    found = Neighbors(wrap(table)).search(rows, rows, k)
    assert_same_neighbors(table, rows, found.ids, naive_search(table, rows, rows, k))


@settings(max_examples=60)
@given(tables(), st.integers(1, 4), st.sampled_from(["same", "different"]), st.data())
def test_groups_decide_who_may_be_a_neighbor(table, k, partner_groups, data):
    groups = np.array(
        data.draw(st.lists(st.integers(0, 2), min_size=len(table), max_size=len(table)))
    )
    rows = np.arange(len(table))
    found = Neighbors(wrap(table), groups, partner_groups).search(rows, rows, k)
    expected = naive_search(table, rows, rows, k, groups, partner_groups)
    assert_same_neighbors(table, rows, found.ids, expected)


@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.csc_array, sparse.coo_matrix])
def test_sparse_tables_have_the_neighbors_of_their_dense_twin(make):
    rng = np.random.default_rng(3)
    table = rng.integers(0, 4, (60, 8)) * (rng.random((60, 8)) < 0.3) * 1.0
    rows = np.arange(60)
    dense = Neighbors(wrap(table)).search(rows, rows, 5)
    thin = Neighbors(wrap(make(table))).search(rows, rows, 5)
    np.testing.assert_array_equal(thin.ids, dense.ids)
    np.testing.assert_array_equal(thin.distances, dense.distances)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_agrees_with_scikit_learn_on_a_wide_table(dtype):
    table = np.random.default_rng(5).normal(size=(300, 200)).astype(dtype)
    rows = np.arange(300)
    found = Neighbors(wrap(table)).search(rows, rows, 7)
    distances, ids = NearestNeighbors(n_neighbors=7, algorithm="brute").fit(table).kneighbors()
    np.testing.assert_array_equal(found.ids, ids)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-5)


def test_block_size_changes_nothing(monkeypatch):
    table = np.random.default_rng(6).integers(0, 5, (80, 3)).astype(float)
    rows = np.arange(80)
    whole = Neighbors(wrap(table)).search(rows, rows, 5)
    monkeypatch.setattr(nearest_numpy, "BLOCK_CELLS", 300)
    parts = Neighbors(wrap(table)).search(rows, rows, 5)
    np.testing.assert_array_equal(whole.ids, parts.ids)
    np.testing.assert_array_equal(whole.distances, parts.distances)


@pytest.mark.parametrize("n_jobs", [1, 2, -1])
def test_number_of_threads_changes_nothing(n_jobs):
    table = np.random.default_rng(7).normal(size=(400, 50)).astype(np.float32)
    rows = np.arange(400)
    one = Neighbors(wrap(table)).search(rows, rows, 5)
    many = Neighbors(wrap(table), n_jobs=n_jobs).search(rows, rows, 5)
    np.testing.assert_array_equal(one.ids, many.ids)


def test_ties_go_to_the_lower_row_number():
    table = np.array([[0.0], [1.0], [-1.0], [1.0], [-1.0]])
    found = Neighbors(wrap(table)).search(np.array([0]), np.arange(5), 3)
    assert found.ids.tolist() == [[1, 2, 3]]


def test_a_row_is_never_its_own_neighbor_among_exact_duplicates():
    table = np.zeros((6, 2))
    rows = np.arange(6)
    found = Neighbors(wrap(table)).search(rows, rows, 5)
    for row in rows:
        assert sorted(found.ids[row]) == [other for other in rows if other != row]


class TestOnesOwnIndex:
    def test_means_k_neighbors_and_not_k_minus_one(self):
        table = np.random.default_rng(8).normal(size=(50, 3))
        rows = np.arange(10, 40)
        own = Neighbors(wrap(table), index=NearestNeighbors()).search(rows, rows, 4)
        ours = Neighbors(wrap(table)).search(rows, rows, 4)
        np.testing.assert_array_equal(own.ids, ours.ids)
        np.testing.assert_allclose(own.distances, ours.distances)

    def test_excludes_the_row_by_number_among_duplicates(self):
        table = np.zeros((6, 2))
        rows = np.arange(6)
        found = Neighbors(wrap(table), index=NearestNeighbors()).search(rows, rows, 2)
        assert not (found.ids == rows[:, None]).any()

    def test_is_left_unfitted(self):
        index = NearestNeighbors()
        rows = np.arange(9)
        Neighbors(wrap(np.eye(9)), index=index).search(rows, rows, 2)
        assert not hasattr(index, "n_samples_fit_")

    def test_that_answers_in_another_shape_is_refused_by_name(self):
        class Odd:
            def fit(self, X):
                return self

            def kneighbors(self, X, n_neighbors):
                return np.zeros(3), np.zeros(3, int)

        rows = np.arange(9)
        with pytest.raises(SamplerInputError, match="kneighbors of Odd gave an array of shape"):
            Neighbors(wrap(np.eye(9)), index=Odd()).search(rows, rows, 2)


def test_distances_of_whole_numbers_are_no_less_exact_than_others():
    X = np.random.default_rng(0).integers(0, 9, size=(600, 8)).astype(np.float32)
    rows = np.arange(600)
    whole = Neighbors(wrap(X)).search(rows, rows, 3).distances
    halves = Neighbors(wrap(X / 2)).search(rows, rows, 3).distances
    assert whole.dtype == np.float64
    np.testing.assert_array_equal(whole, 2 * halves)
