"""The cells of the output: originals bit for bit, flags and counts rounded, floats as they are."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from medresample.over_sampling import SMOTE, RandomOverSampler

from .samplers import allows_holes, make, neighbors_parameter


def _rounders():
    """Samplers that compute new cells: those that interpolate, and the smoothed bootstrap."""
    return [
        pytest.param(lambda **more: SMOTE(random_state=0, **more), id="SMOTE"),
        pytest.param(
            lambda **more: RandomOverSampler(shrinkage=0.5, random_state=0, **more),
            id="smoothed bootstrap",
        ),
    ]


@pytest.fixture(params=_rounders())
def rounder(request):
    return request.param


@pytest.mark.parametrize("dtype", ["f4", "f8", "i8"])
def test_original_rows_come_first_bit_for_bit(over_sampler_class, dtype, multiclass):
    X, y = multiclass
    X = (1000 * X).astype(dtype)
    X_res, y_res = make(over_sampler_class).fit_resample(X, y)
    assert X_res[: len(X)].tobytes() == X.tobytes()
    np.testing.assert_array_equal(y_res[: len(y)], y)


def test_large_whole_numbers_survive(sampler_class, multiclass):
    _, y = multiclass
    identifier = 2**53 + 1 + 2 * np.arange(len(y))  # not one of them is a float64
    sampler = make(sampler_class)
    X_res, _ = sampler.fit_resample(np.c_[identifier, identifier + 2], y)
    provenance = sampler.provenance_
    originals = provenance["origin"] == "original"
    np.testing.assert_array_equal(X_res[originals, 0], identifier[provenance["seed"][originals]])


def test_negative_zero_and_missing_bits_survive(over_sampler_class):
    X = np.array([[-0.0, 1.0], [0.0, -0.0], [1.0, 2.0], [np.nan, 0.5], [0.5, 1.5], [0.1, 0.7]])
    y = np.array([0, 0, 0, 0, 1, 1])
    if not allows_holes(over_sampler_class):
        X[3, 0] = 0.25
    X_res, _ = make(over_sampler_class, **_one_neighbor(over_sampler_class)).fit_resample(X, y)
    assert X_res[:6].tobytes() == X.tobytes()


def _one_neighbor(sampler_class):
    return {"k_neighbors": 1} if neighbors_parameter(sampler_class) else {}


def test_new_rows_come_class_by_class_in_sorted_order(over_sampler_class, blobs):
    X, y = blobs((12, 50, 24))
    _, y_res = make(over_sampler_class).fit_resample(X, y)
    np.testing.assert_array_equal(y_res[len(y) :], np.repeat([0, 2], [38, 26]))


def test_an_under_sampler_keeps_the_order_of_the_rows(selector_class, multiclass):
    X, y = multiclass
    sampler = make(selector_class)
    X_res, y_res = sampler.fit_resample(X, y)
    assert np.all(np.diff(sampler.sample_indices_) > 0)
    np.testing.assert_array_equal(X_res, X[sampler.sample_indices_])
    np.testing.assert_array_equal(y_res, y[sampler.sample_indices_])


def test_a_float32_table_is_not_widened(rounder, multiclass):
    X, y = multiclass
    X = X.astype(np.float32)
    X_res, _ = rounder().fit_resample(X, y)
    assert X_res.dtype == np.float32
    X_wide, _ = rounder().fit_resample(X.astype(np.float64), y)
    np.testing.assert_allclose(X_res, X_wide, rtol=1e-5, atol=1e-5)


def _with_flag(kind, n_rows, share, random):
    flag = random.random(n_rows) < share
    return {
        "int array": lambda noise: np.rint(np.c_[flag, 3 * noise]).astype(int),
        "bool array": lambda noise: np.c_[flag, noise > 0],
        "int8 csr": lambda noise: sparse.csr_array(np.rint(np.c_[flag, 3 * noise]).astype("i1")),
        "frame of bool": lambda noise: pd.DataFrame({"flag": flag, "value": noise}),
        "frame of int": lambda noise: pd.DataFrame({"flag": flag.astype(int), "value": noise}),
        "frame of boolean": lambda noise: pd.DataFrame(
            {"flag": pd.array(flag, dtype="boolean"), "value": noise}
        ),
        "frame of Int64": lambda noise: pd.DataFrame(
            {"flag": pd.array(flag.astype(int), dtype="Int64"), "value": noise}
        ),
        "frame of arrow": lambda noise: pd.DataFrame(
            {"flag": pd.Series(flag).astype("bool[pyarrow]"), "value": noise}
        ),
    }[kind](random.normal(size=n_rows))


FLAG_KINDS = [
    "int array",
    "bool array",
    "int8 csr",
    "frame of bool",
    "frame of int",
    "frame of boolean",
    "frame of Int64",
    "frame of arrow",
]


def _first_column(X):
    if isinstance(X, pd.DataFrame):
        return X["flag"].to_numpy(dtype=float)
    return np.asarray(X.todense() if sparse.issparse(X) else X, dtype=float)[:, 0]


@pytest.mark.parametrize("kind", FLAG_KINDS)
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_the_prevalence_of_a_flag_is_kept(kind, share):
    random = np.random.default_rng(1)
    y = np.repeat([0, 1], [4400, 400])
    X = _with_flag(kind, len(y), share, random)
    X_res, _ = SMOTE(random_state=0).fit_resample(X, y)
    flag = _first_column(X_res)
    assert set(np.unique(flag)) == {0.0, 1.0}
    assert flag[4800:].mean() == pytest.approx(flag[4400:4800].mean(), abs=0.04)


def test_whole_numbers_are_rounded_to_the_nearest(rounder, multiclass):
    X, y = multiclass
    whole = np.rint(3 * X)
    as_floats, _ = rounder().fit_resample(whole, y)
    as_integers, _ = rounder().fit_resample(whole.astype(int), y)
    assert np.abs(as_integers - as_floats).max() <= 0.5 + 1e-6
    assert not np.array_equal(as_integers, np.trunc(as_floats))


@pytest.mark.parametrize(
    "discrete",
    [["visits"], [1], [-2], np.array([False, True, False]), [False, True, False]],
    ids=["name", "position", "position from the end", "mask", "list mask"],
)
def test_discrete_features_are_rounded_and_stay_floats(rounder, discrete, multiclass):
    X, y = multiclass
    table = pd.DataFrame({"age": X[:, 0], "visits": np.rint(2 * X[:, 1]), "dose": X[:, 2]})
    X_res, _ = rounder(discrete_features=discrete).fit_resample(table, y)
    assert X_res["visits"].dtype == np.float64
    np.testing.assert_array_equal(X_res["visits"], np.rint(X_res["visits"]))
    assert not np.array_equal(X_res["dose"], np.rint(X_res["dose"]))


def test_discrete_features_of_an_array_go_by_position(rounder, multiclass):
    X, y = multiclass
    X[:, 2] = np.rint(2 * X[:, 2])
    X_res, _ = rounder(discrete_features=[2]).fit_resample(X, y)
    np.testing.assert_array_equal(X_res[:, 2], np.rint(X_res[:, 2]))


def test_discrete_features_are_rounded_by_all_that_interpolate(interpolator_class, multiclass):
    X, y = multiclass
    X[:, 2] = np.rint(2 * X[:, 2])
    X_res, _ = make(interpolator_class, discrete_features=[2]).fit_resample(X, y)
    np.testing.assert_array_equal(X_res[:, 2], np.rint(X_res[:, 2]))
    as_floats, _ = make(interpolator_class).fit_resample(X, y)
    assert not np.array_equal(as_floats[:, 2], np.rint(as_floats[:, 2]))


def test_a_discrete_feature_may_be_missing(rounder, multiclass):
    X, y = multiclass
    X[:, 2] = np.rint(2 * X[:, 2])
    X[::4, 2] = np.nan
    X_res, _ = rounder(discrete_features=[2]).fit_resample(X, y)
    known = ~np.isnan(X_res[len(X) :, 2])
    assert 0 < known.sum() < len(known)
    np.testing.assert_array_equal(X_res[len(X) :][known, 2], np.rint(X_res[len(X) :][known, 2]))


@pytest.mark.parametrize("discrete", [["no such column"], [17], [True, False]])
def test_discrete_features_that_are_not_there_are_refused(rounder, discrete, multiclass):
    X, y = multiclass
    table = pd.DataFrame(X, columns=list("abcd"))
    with pytest.raises(ValueError, match=r"discrete_features"):
        rounder(discrete_features=discrete).fit_resample(table, y)


@pytest.mark.parametrize("dtype", ["u1", "i1"])
def test_values_stay_within_what_the_dtype_holds(dtype, blobs):
    _, y = blobs((400, 40))
    limits = np.iinfo(dtype)
    random = np.random.default_rng(0)
    X = random.integers(limits.max - 3, limits.max, size=(440, 2), endpoint=True).astype(dtype)
    X_res, _ = RandomOverSampler(shrinkage=20, random_state=0).fit_resample(X, y)
    new = X_res[440:].astype(int)
    assert new.max() == limits.max  # clipped, where it would have wrapped round to the minimum
    assert new.min() > 0


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_the_ends_of_a_float_do_not_overflow(dtype):
    huge = np.finfo(dtype).max
    X = np.array([-huge, huge, -huge, huge, 0, 1, 2, 3, 4, 5], dtype=dtype)[:, None]
    y = np.repeat([1, 0], [4, 6])
    sampler = SMOTE(k_neighbors=3, sampling_strategy={1: 40}, random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    assert np.isfinite(X_res).all()


@pytest.mark.parametrize("dtype", ["i8", "u8", "i1"])
def test_the_ends_of_an_integer_do_not_wrap_round(dtype, multiclass):
    _, y = multiclass
    ends = np.iinfo(dtype)
    X = np.random.default_rng(0).choice(np.array([ends.min, ends.max], dtype=dtype), (len(y), 2))
    sampler = SMOTE(random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    made = sampler.provenance_[len(X) :]
    for new, seed, partner, step in zip(
        X_res[len(X) :], X[made["seed"]], X[made["partner"]], made["step"], strict=True
    ):
        for cell, a, b in zip(new.tolist(), seed.tolist(), partner.tolist(), strict=True):
            assert min(a, b) <= cell <= max(a, b)
            assert abs(cell - (a + step * (b - a))) <= max(1, abs(b - a) * 1e-15)


@pytest.mark.parametrize("grow", [SMOTE, RandomOverSampler])
def test_the_table_is_copied_only_into_the_output(grow, blobs):
    """Beside its output, a call needs less memory than the new rows: no copy, and no wide one."""
    X, y = blobs((9000, 150), n_features=100)
    X = X.astype(np.float32)
    grow(random_state=0).fit_resample(X[:40], np.repeat([0, 1], [30, 10]))  # imports come first
    tracemalloc.start()
    try:
        X_res, _ = grow(random_state=0).fit_resample(X, y)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < X_res.nbytes + X_res[len(X) :].nbytes


@pytest.mark.parametrize("holes", [False, True], ids=["no holes", "holes"])
@pytest.mark.parametrize("whole", [True, 3], ids=["flags", "counts"])
def test_whole_objects_are_rounded(whole, holes, rounder, multiclass):
    """A column of an object array that holds flags or whole numbers goes on holding such."""
    X, y = multiclass
    column = np.array([whole if i % 2 else type(whole)(0) for i in range(len(y))], dtype=object)
    if holes:
        column[::7] = None
    X_res, _ = rounder().fit_resample(np.c_[column, X.astype(object)], y)
    new = X_res[len(X) :, 0].astype(float)
    known = ~np.isnan(new)
    assert known.any()
    np.testing.assert_array_equal(new[known], np.rint(new[known]))
    if whole is True:
        assert set(new[known]) <= {0, 1}
