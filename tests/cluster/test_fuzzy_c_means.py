"""Fuzzy c-means does what its formulas say, also where a straight reading of them fails."""

import math
import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.fuzzy_c_means import naive_memberships, naive_objective, naive_round
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from medresample.cluster import FuzzyCMeans, _iterations, _membership, _validity
from medresample.exceptions import CollapsedCentersWarning

pytestmark = [
    pytest.mark.filterwarnings("ignore::medresample.exceptions.CollapsedCentersWarning"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]

FUZZIFIERS = st.sampled_from([1.05, 1.5, 2.0, 3.0])
SEEDS = st.integers(0, 2**32 - 1)


def islands(n=60, d=3, n_islands=3, *, seed=0, apart=4.0):
    """Rows around a few places."""
    rng = np.random.default_rng(seed)
    places = apart * rng.normal(size=(n_islands, d))
    return rng.normal(size=(n, d)) + places[rng.integers(0, n_islands, n)]


def after(X, start, rounds, *, m=2.0, sample_weight=None, **parameters):
    """Fuzzy c-means stopped after some rounds."""
    clusters = FuzzyCMeans(
        len(start), m=m, init=start, max_iter=rounds, tol=0, **{"n_jobs": 1, **parameters}
    )
    return clusters.fit(X, sample_weight=sample_weight)


# -- the formulas ---------------------------------------------------------------------------------


def test_worked_example():
    X = np.array([[0.0], [1.0], [3.0], [4.0]])
    far, near = 1 / 50, 1 / 26  # shares of the center that is 49, and 25, times as far
    one = after(X, [[0.5], [3.5]], 1)
    np.testing.assert_allclose(one.cluster_centers_, [[0.493204], [3.506796]], atol=5e-7)
    settled = FuzzyCMeans(2, init=[[0.5], [3.5]], tol=10).fit(X)
    settled.cluster_centers_ = np.array([[0.5], [3.5]])
    shares = settled.transform(X)
    np.testing.assert_allclose(shares[:, 1], [far, near, 1 - near, 1 - far], rtol=1e-12)
    np.testing.assert_allclose((shares**2).sum() / 4, 0.943418, atol=5e-7)
    assert naive_objective(X, [[0.5], [3.5]], 2) == pytest.approx(0.970769, abs=5e-7)


@pytest.mark.parametrize("m", [1.1, 1.7, 2.0, 3.5])
@pytest.mark.parametrize(("dtype", "error"), [(np.float64, 1e-9), (np.float32, 2e-5)])
@pytest.mark.parametrize("weighted", [False, True])
def test_rounds_equal_those_of_the_naive_twin(m, dtype, error, weighted):
    X = islands().astype(dtype)
    weight = np.random.default_rng(1).random(len(X)) if weighted else None
    centers = X[:4].astype(float) + 0.1
    clusters = after(X, centers, 5, m=m, sample_weight=weight)
    for _ in range(5):
        centers = naive_round(X, centers, m, weight)
    np.testing.assert_allclose(clusters.cluster_centers_, centers, rtol=error, atol=error)
    np.testing.assert_allclose(
        clusters.memberships_, naive_memberships(X, clusters.cluster_centers_, m), atol=5 * error
    )
    expected = naive_objective(X, clusters.cluster_centers_, m, weight)
    assert clusters.objective_ == pytest.approx(expected, rel=5 * error)


def test_validity_is_computed_from_memberships_and_centers():
    X = islands(90)
    weight = np.arange(1.0, 91)
    clusters = FuzzyCMeans(3, m=1.8, random_state=0).fit(X, sample_weight=weight)
    shares, centers = clusters.memberships_, clusters.cluster_centers_
    coefficient = np.average((shares**2).sum(axis=1), weights=weight)
    entropy = np.average(-(shares * np.log(shares)).sum(axis=1), weights=weight)
    apart = min(math.dist(centers[a], centers[b]) for a, b in [(0, 1), (0, 2), (1, 2)])
    assert clusters.partition_coefficient_ == pytest.approx(coefficient)
    assert clusters.normalized_partition_coefficient_ == pytest.approx((3 * coefficient - 1) / 2)
    assert clusters.partition_entropy_ == pytest.approx(entropy)
    expected = clusters.objective_ / weight.sum() / apart**2
    assert clusters.xie_beni_ == pytest.approx(expected)


def test_one_cluster_is_the_mean_and_has_no_validity():
    X = islands()
    clusters = FuzzyCMeans(1).fit(X)
    np.testing.assert_allclose(clusters.cluster_centers_, [X.mean(axis=0)])
    assert clusters.partition_coefficient_ == 1
    assert clusters.partition_entropy_ == 0
    assert math.isnan(clusters.normalized_partition_coefficient_)
    assert math.isnan(clusters.xie_beni_)


def test_same_rounds_as_scikit_fuzzy():
    skfuzzy = pytest.importorskip("skfuzzy")
    X = islands(200, 4)
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.ones(3), len(X)).T
    theirs, *_ = skfuzzy.cmeans(X.T, 3, 2, error=0, maxiter=12, init=shares)
    first = (shares**2 @ X) / (shares**2).sum(axis=1)[:, None]
    np.testing.assert_allclose(after(X, first, 11).cluster_centers_, theirs, rtol=1e-8)


# -- laws -----------------------------------------------------------------------------------------


@given(seed=SEEDS, m=FUZZIFIERS, n_clusters=st.integers(1, 6), whole=st.booleans())
def test_memberships_are_shares_and_the_objective_never_rises(seed, m, n_clusters, whole):
    X = islands(40, 2, seed=seed)
    X = np.rint(X) if whole else X
    start = X[:n_clusters]
    spread = X.var(axis=0).sum() * len(X)
    before = naive_objective(X, start, m)
    for rounds in (1, 2, 3, 6):
        clusters = after(X, start, rounds, m=m)
        shares = clusters.memberships_
        assert shares.min() >= 0
        assert shares.max() <= 1
        np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
        assert clusters.objective_ <= before + 1e-9 * spread
        before = clusters.objective_


@given(seed=SEEDS, m=FUZZIFIERS)
def test_a_weight_counts_the_row_so_often(seed, m):
    X = islands(30, 2, seed=seed)
    times = np.random.default_rng(seed).integers(0, 4, len(X))
    parameters = {"n_clusters": 3, "m": m, "random_state": 7, "n_init": 1, "max_iter": 10}
    weighted = FuzzyCMeans(**parameters).fit(X, sample_weight=times)
    repeated = FuzzyCMeans(**parameters).fit(np.repeat(X, times, axis=0))
    np.testing.assert_allclose(weighted.cluster_centers_, repeated.cluster_centers_, atol=1e-7)
    assert weighted.objective_ == pytest.approx(repeated.objective_)


@given(seed=SEEDS)
def test_the_order_of_the_rows_changes_nothing_but_rounding(seed):
    X = islands(50, seed=seed)
    order = np.random.default_rng(seed).permutation(len(X))
    parameters = {"n_clusters": 3, "random_state": 0, "n_init": 1, "max_iter": 10}
    one, other = FuzzyCMeans(**parameters).fit(X), FuzzyCMeans(**parameters).fit(X[order])
    np.testing.assert_allclose(one.cluster_centers_, other.cluster_centers_, atol=1e-7)
    np.testing.assert_allclose(one.memberships_[order], other.memberships_, atol=1e-6)


@given(
    seed=SEEDS,
    shift=st.sampled_from([0.0, -3.0, 1e4]),
    factor=st.sampled_from([1.0, 0.3, 1e-155, 1e145]),
)
def test_moving_and_scaling_the_table_moves_and_scales_the_centers(seed, shift, factor):
    X = islands(40, seed=seed)
    start = X[:3] + 0.1
    one = after(X, start, 8)
    other = after((X + shift) * factor, (start + shift) * factor, 8)
    np.testing.assert_allclose(
        other.cluster_centers_ / factor - shift, one.cluster_centers_, atol=1e-6
    )
    np.testing.assert_allclose(other.memberships_, one.memberships_, atol=1e-6)


@pytest.mark.parametrize("factor", [1e-36, 1e30])
def test_squares_beyond_float32_are_no_problem(factor):
    X = islands().astype(np.float32)
    start = X[:3] + np.float32(0.1)
    one, other = after(X, start, 8), after(X * np.float32(factor), start * factor, 8)
    np.testing.assert_allclose(other.memberships_, one.memberships_, atol=1e-4)


def test_an_m_near_1_is_k_means():
    X = islands(300, 4, 5)
    start = X[:5]
    hard = KMeans(5, init=start, n_init=1, tol=0).fit(X)
    soft = FuzzyCMeans(5, m=1 + 1e-9, init=start, tol=0).fit(X)
    np.testing.assert_array_equal(soft.labels_, hard.labels_)
    np.testing.assert_allclose(soft.cluster_centers_, hard.cluster_centers_, atol=1e-9)
    np.testing.assert_allclose(soft.memberships_.max(axis=1), 1)
    assert soft.objective_ == pytest.approx(hard.inertia_)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_powers_beyond_float32_are_no_problem(dtype):
    """Of six equal shares, 1/6 to the power 60 is less than float32 holds."""
    X = islands().astype(dtype)
    expected = naive_round(X, X[:6] + dtype(0.1), 60)
    centers = after(X, X[:6] + dtype(0.1), 1, m=60).cluster_centers_
    np.testing.assert_allclose(centers, expected, rtol=1e-5)


# -- where a straight reading of the formulas fails -----------------------------------------------


@pytest.mark.parametrize("m", [1.01, 2.0, 4.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shift", [0, 1000])
def test_a_row_on_centers_belongs_to_those_alone(m, dtype, shift):
    X = islands().astype(dtype) + dtype(shift)
    clusters = FuzzyCMeans(3, m=m, random_state=0).fit(X)
    np.testing.assert_array_equal(clusters.transform(clusters.cluster_centers_), np.eye(3))
    clusters.cluster_centers_[2] = clusters.cluster_centers_[0]
    np.testing.assert_array_equal(
        clusters.transform(clusters.cluster_centers_), [[0.5, 0, 0.5], [0, 1, 0], [0.5, 0, 0.5]]
    )


@pytest.mark.parametrize(("dtype", "error"), [(np.float64, 1e-6), (np.float32, 1e-2)])
@pytest.mark.parametrize("gaps", [7, _membership.GAPS])
def test_digits_lost_in_products_are_recovered(dtype, error, gaps, monkeypatch):
    """Pairs of centers 0.002 apart at places 200 apart: as products, float32 sees no difference."""
    monkeypatch.setattr(_membership, "GAPS", gaps)
    rng = np.random.default_rng(0)
    places = np.array([[100.0, 0.0], [-100.0, 0.0], [0.0, 100.0]])
    X = (np.repeat(places, 20, axis=0) + 0.01 * rng.normal(size=(60, 2))).astype(dtype)
    start = (np.repeat(places, 2, axis=0) + 0.001 * rng.normal(size=(6, 2))).astype(dtype)
    clusters = after(X, start, 1)
    np.testing.assert_allclose(
        clusters.cluster_centers_ - np.repeat(places, 2, axis=0),
        np.array(naive_round(X, start, 2)) - np.repeat(places, 2, axis=0),
        atol=0.002 * error if dtype is np.float64 else 2e-5,
    )
    expected = naive_memberships(X, clusters.cluster_centers_, 2)
    np.testing.assert_allclose(clusters.memberships_, expected, atol=error)


def test_rows_in_the_smallest_numbers_that_float32_knows():
    X = np.array([[0.0], [1.0], [30.0], [31.0]]) * 1e-43
    clusters = FuzzyCMeans(2, random_state=0).fit(X.astype(np.float32))
    np.testing.assert_array_equal(
        clusters.labels_ == clusters.labels_[0], [True, True, False, False]
    )


def test_new_rows_beyond_the_squares_of_float32_are_shared_evenly():
    clusters = FuzzyCMeans(3, random_state=0).fit(islands().astype(np.float32))
    far = np.array([[1e30, 0, 0], [0, -1e38, 0]], np.float32)
    np.testing.assert_allclose(clusters.transform(far), 1 / 3, rtol=1e-5)


@pytest.mark.parametrize("unit", [1e-60, 1e60])
def test_weights_in_any_unit(unit):
    X = islands().astype(np.float32)
    weight = np.arange(1.0, 61)
    one = FuzzyCMeans(3, random_state=0).fit(X, sample_weight=weight)
    other = FuzzyCMeans(3, random_state=0).fit(X, sample_weight=unit * weight)
    np.testing.assert_allclose(other.cluster_centers_, one.cluster_centers_, rtol=1e-5)
    assert other.objective_ == pytest.approx(unit * one.objective_)


@pytest.mark.parametrize("rows", [2, 100])
def test_the_closest_centers_are_found(rows, monkeypatch):
    monkeypatch.setattr(_validity, "ROWS", rows)
    centers = islands(9, 2)
    pairs = {(a, b): math.dist(centers[a], centers[b]) for a in range(9) for b in range(a)}
    apart, first, second = _validity.closest_centers(centers)
    assert apart == pytest.approx(min(pairs.values()))
    assert pairs[max(first, second), min(first, second)] == pytest.approx(apart)


def test_more_clusters_than_distinct_rows():
    X = np.repeat([[0.0, 0.0], [1.0, 5.0]], 6, axis=0)
    with pytest.warns(CollapsedCentersWarning, match="at the same place"):
        clusters = FuzzyCMeans(4, random_state=0).fit(X)
    shares = clusters.memberships_
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert clusters.objective_ == pytest.approx(0, abs=1e-9)
    assert {tuple(center) for center in clusters.cluster_centers_.round(9)} == {(0, 0), (1, 5)}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.0, 0.1, 12345.678])
def test_rows_that_are_all_the_same(value, dtype):
    X = np.full((10, 3), value, dtype)
    with pytest.warns(CollapsedCentersWarning, match="at the same place"):
        clusters = FuzzyCMeans(4, random_state=0).fit(X)
    np.testing.assert_array_equal(clusters.memberships_, np.full((10, 4), 0.25))
    np.testing.assert_allclose(clusters.cluster_centers_, np.full((4, 3), value), rtol=1e-6)


def test_an_empty_cluster_starts_anew_at_the_farthest_row():
    X = np.array([[0.0], [0.1], [10.0], [10.1], [14.0]])
    start = [[0.0], [10.0], [5000.0], [-5000.0]]
    # near m = 1 nothing is left for the far centers: 14 takes in one, then 0.1 or another row
    assert after(X, start, 1, m=1.001).cluster_centers_[2] == 14
    weightless = after(X, start, 1, m=1.001, sample_weight=[1, 1, 1, 1, 0])
    assert weightless.cluster_centers_[2] < 11
    centers = FuzzyCMeans(4, m=1.001, init=start).fit(X).cluster_centers_
    assert centers.min() >= 0
    assert centers.max() <= 14
    assert len(np.unique(centers.round(3))) == 4


# -- promises -------------------------------------------------------------------------------------


def _state(clusters):
    return {name: value for name, value in vars(clusters).items() if name.endswith("_")}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("m", [1.7, 2.0])
def test_any_number_of_threads_gives_the_same_bits(dtype, m, monkeypatch):
    monkeypatch.setattr(_iterations, "PARTS", 3)  # of more blocks than parts
    X = islands(30_000, 6).astype(dtype)
    parameters = {"n_clusters": 7, "m": m, "random_state": 0, "n_init": 2, "max_iter": 4}
    one = FuzzyCMeans(**parameters, n_jobs=1).fit(X)
    for n_jobs in (2, 3, None):
        other = FuzzyCMeans(**parameters, n_jobs=n_jobs).fit(X)
        assert _state(other).keys() == _state(one).keys()
        for name, value in _state(one).items():
            np.testing.assert_array_equal(getattr(other, name), value, err_msg=name)
        np.testing.assert_array_equal(other.memberships_, one.memberships_)


def test_float32_stays_float32():
    X = islands().astype(np.float32)
    clusters = FuzzyCMeans(3, random_state=0).fit(X)
    assert clusters.cluster_centers_.dtype == np.float32
    assert clusters.memberships_.dtype == np.float32
    assert clusters.transform(X.astype(float)).dtype == np.float64


def test_labels_are_the_largest_memberships_and_the_lower_number_among_equals():
    X = np.array([[0.0], [1.0], [3.0], [4.0], [2.0]])
    clusters = FuzzyCMeans(2, init=[[3.5], [0.5]]).fit(X)
    np.testing.assert_array_equal(clusters.labels_[:4], [1, 1, 0, 0])
    np.testing.assert_array_equal(clusters.labels_, clusters.memberships_.argmax(axis=1))
    np.testing.assert_array_equal(clusters.predict(X), clusters.labels_)
    clusters.cluster_centers_ = np.array([[3.5], [0.5]])
    assert clusters.predict([[2.0]]) == [0]


def test_fit_never_holds_the_memberships():
    X = islands(100_000, 8).astype(np.float32)
    clusters = FuzzyCMeans(40, n_init=1, max_iter=2, random_state=0, n_jobs=2)
    clusters.fit(X[:100])  # what is imported on first use
    tracemalloc.start()
    clusters.fit(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(X) * 40 * X.itemsize


def test_the_stopping_rule_does_not_depend_on_the_number_of_rows():
    X = islands(80)
    one, many = (FuzzyCMeans(3, init=X[:3] + 0.1).fit(np.tile(X, (times, 1))) for times in (1, 50))
    assert one.n_iter_ == many.n_iter_ > 3


def test_the_result_is_a_fixed_point():
    X = islands(80)
    clusters = FuzzyCMeans(3, random_state=0).fit(X)
    moved = np.array(naive_round(X, clusters.cluster_centers_, 2)) - clusters.cluster_centers_
    spread = np.sqrt(X.var(axis=0).sum())
    assert np.linalg.norm(moved, axis=1).max() <= 1e-5 * spread


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_the_best_of_several_starts_is_kept(init):
    X = islands(150, 2, 8, apart=6.0)
    improved = False
    for seed in range(4):
        parameters = {"n_clusters": 8, "m": 1.2, "init": init, "random_state": seed}
        one, some, more = (
            FuzzyCMeans(**parameters, n_init=n_init).fit(X).objective_ for n_init in (1, 3, 6)
        )
        assert more <= some * (1 + 1e-5)
        assert some <= one * (1 + 1e-5)
        improved |= more < one * (1 - 1e-3)
    assert improved


def test_the_same_seed_gives_the_same_bits_and_the_global_state_is_left_alone():
    X = islands()
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, other = (FuzzyCMeans(3, random_state=5).fit(X).cluster_centers_ for _ in range(2))
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("make", [np.random.default_rng, np.random.RandomState])
def test_a_generator_is_advanced(make):
    X = islands()
    parameters = {"n_clusters": 5, "n_init": 1, "max_iter": 1}
    shared = make(0)
    one, other = (
        FuzzyCMeans(**parameters, random_state=shared).fit(X).cluster_centers_ for _ in range(2)
    )
    assert not np.allclose(one, other)
    again = FuzzyCMeans(**parameters, random_state=make(0)).fit(X).cluster_centers_
    np.testing.assert_array_equal(again, one)


def test_a_pickle_holds_no_rows():
    X = islands(5000)
    clusters = FuzzyCMeans(3, random_state=0).fit(X)
    saved = pickle.dumps(clusters)
    assert len(saved) < X.nbytes / 2
    loaded = pickle.loads(saved)
    np.testing.assert_array_equal(loaded.memberships(X), clusters.memberships_)
    with pytest.raises(AttributeError, match=r"ask memberships\(X\) instead"):
        _ = loaded.memberships_
    assert not hasattr(loaded, "memberships_")


# -- words ----------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("error")
def test_centers_that_still_move_are_reported():
    X = islands()
    with pytest.warns(ConvergenceWarning, match="still moved after max_iter=2") as caught:
        FuzzyCMeans(3, max_iter=2, random_state=0).fit(X)
    assert caught[0].filename == __file__
    FuzzyCMeans(3, random_state=0).fit(X)


@pytest.mark.filterwarnings("error")
def test_collapsed_centers_are_reported_with_what_to_do():
    X = np.random.default_rng(0).normal(size=(300, 60))
    words = r"collapsed\. Bring m=2 nearer to 1, use fewer of the 60 columns \(such as PCA\), or"
    with pytest.warns(CollapsedCentersWarning, match=words) as caught:
        FuzzyCMeans(4, random_state=0).fit(X)
    assert caught[0].filename == __file__
    with pytest.warns(
        CollapsedCentersWarning, match=r"about equally \(normalized partition coefficient"
    ):
        FuzzyCMeans(4, random_state=0, n_init=1, tol=1e-2).fit(X)
    FuzzyCMeans(4, m=1.05, tol=1e-3, random_state=0).fit(X)


@pytest.mark.parametrize(
    ("parameters", "weight", "words"),
    [
        ({"n_clusters": 5}, None, r"X has 4 rows \(n_samples=4\), too few for n_clusters=5"),
        ({"n_clusters": 3}, [1, 0, 0, 1], "X has 2 rows with a weight above 0"),
        ({"n_clusters": 2}, [1, 1, -2, 1], "sample_weight of row 2 is negative: -2"),
        ({"n_clusters": 2, "m": 1.0}, None, "'m' parameter"),
        ({"n_clusters": 4, "m": 501}, None, "m=501 is too large for 4 clusters"),
        ({"n_clusters": 2, "init": "far"}, None, "'init' parameter"),
        ({"n_clusters": 2, "init": [[1.0], [2.0]]}, None, r"init has the shape \(2, 1\); \(2, 3\)"),
        ({"n_clusters": 2, "init": [[np.nan] * 3] * 2}, None, "init contains NaN"),
    ],
)
def test_errors_say_what_is_wrong(parameters, weight, words):
    with pytest.raises(ValueError, match=words):
        FuzzyCMeans(**parameters).fit(np.eye(4, 3), sample_weight=weight)


def test_values_whose_squares_are_beyond_float64_are_refused():
    with pytest.raises(ValueError, match="too large to be squared"):
        FuzzyCMeans(2).fit(np.array([[1e200], [2e200], [-1e200]]))


def test_missing_values_are_refused_and_an_unfitted_estimator_says_so():
    with pytest.raises(ValueError, match="X contains NaN"):
        FuzzyCMeans(2).fit([[1.0], [np.nan], [3.0]])
    with pytest.raises(NotFittedError):
        _ = FuzzyCMeans().memberships_
