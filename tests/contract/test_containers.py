"""What goes in comes out: the container, the dtype, and nothing of the input is touched."""

from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from .samplers import make, make_as_it_comes

NAMES = ["a", "b", "c", "d"]


def _frozen(X):
    X = X.copy()
    X.flags.writeable = False
    return X


WRAPPERS = {
    "ndarray": np.array,
    "Fortran order": np.asfortranarray,
    "strided view": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "read-only": _frozen,
    "list": np.ndarray.tolist,
    "csr_matrix": sparse.csr_matrix,
    "csc_matrix": sparse.csc_matrix,
    "csr_array": sparse.csr_array,
    "csc_array": sparse.csc_array,
    "pandas": lambda X: pd.DataFrame(X, columns=NAMES),
    "pandas Float64": lambda X: pd.DataFrame(X, columns=NAMES).astype("Float64"),
    "pandas arrow": lambda X: pd.DataFrame(X, columns=NAMES).astype("double[pyarrow]"),
    "pandas sparse": lambda X: pd.DataFrame(X, columns=NAMES).astype(pd.SparseDtype(float, 0.0)),
    "pandas sparse, missing filled": lambda X: pd.DataFrame(X, columns=NAMES).astype(
        pd.SparseDtype(float)
    ),
    "polars": lambda X: pl.DataFrame(X, schema=NAMES),
}


def _dense(X):
    if sparse.issparse(X):
        return X.toarray()
    if hasattr(X, "to_numpy"):
        return np.asarray(X.to_numpy(), dtype=np.float64)
    return np.asarray(X)


@pytest.fixture(params=WRAPPERS)
def wrap(request):
    return WRAPPERS[request.param]


@pytest.fixture(scope="module")
def as_arrays(blobs):
    """What a sampler class gives for the table `multiclass` as it is; found once for each class."""

    @cache
    def resampled(sampler_class):
        X_res, y_res = make(sampler_class).fit_resample(*blobs((50, 24, 12)))
        X_res.flags.writeable = y_res.flags.writeable = False
        return X_res, y_res

    return resampled


def test_a_sampler_works_as_it_comes(sampler_class, multiclass):
    """With all its defaults, but for the seed; other tests make some samplers cheaper."""
    X, y = multiclass
    X_res, y_res = make_as_it_comes(sampler_class).fit_resample(X, y)
    frame = pd.DataFrame(X, columns=NAMES)
    again, y_again = make_as_it_comes(sampler_class).fit_resample(frame, y)
    assert set(y_res) == {0, 1, 2}
    np.testing.assert_array_equal(again, X_res)
    np.testing.assert_array_equal(y_again, y_res)


def test_the_container_that_goes_in_comes_out(sampler_class, wrap, multiclass):
    X, y = multiclass
    X_res, _ = make(sampler_class).fit_resample(wrap(X), y)
    assert type(X_res) is type(wrap(X))


def test_the_container_does_not_change_the_rows(sampler_class, wrap, multiclass, as_arrays):
    X, y = multiclass
    expected, y_expected = as_arrays(sampler_class)
    X_res, y_res = make(sampler_class).fit_resample(wrap(X), y)
    np.testing.assert_allclose(_dense(X_res), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(y_res, y_expected)


def test_the_input_is_left_as_it_was(sampler_class, wrap, multiclass):
    X, y = multiclass
    given = wrap(X)
    y_given = y.copy()
    X_res, y_res = make(sampler_class).fit_resample(given, y_given)
    if isinstance(X_res, np.ndarray):
        X_res[:] = -1
        y_res[:] = -1
    np.testing.assert_array_equal(_dense(given), X)
    np.testing.assert_array_equal(y_given, y)


def test_a_read_only_memory_map_is_resampled(sampler_class, multiclass, as_arrays, tmp_path):
    X, y = multiclass
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", y)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    X_res, y_res = make(sampler_class).fit_resample(
        mapped, np.load(tmp_path / "y.npy", mmap_mode="r")
    )
    expected, y_expected = as_arrays(sampler_class)
    np.testing.assert_array_equal(X_res, expected)
    np.testing.assert_array_equal(y_res, y_expected)


def test_a_sparse_table_need_not_be_tidy(sampler_class, multiclass):
    """Indices in any order and explicit zeros are taken, and left as they were."""
    X, y = multiclass
    X[X < 0] = 0
    untidy = sparse.csr_array(X)
    untidy.data[::5] = 0
    expected, _ = make(sampler_class).fit_resample(untidy.toarray(), y)
    for start, stop in pairwise(untidy.indptr):
        untidy.indices[start:stop] = untidy.indices[start:stop][::-1]
        untidy.data[start:stop] = untidy.data[start:stop][::-1]
    untidy.has_sorted_indices = False
    before = untidy.indices.copy(), untidy.data.copy()
    X_res, _ = make(sampler_class).fit_resample(untidy, y)
    np.testing.assert_allclose(X_res.toarray(), expected, rtol=1e-12)
    np.testing.assert_array_equal(untidy.indices, before[0])
    np.testing.assert_array_equal(untidy.data, before[1])


@pytest.mark.parametrize("dtype", ["f4", "f8", "i1", "u1", "i4", "i8", "u8", "?"])
def test_an_array_keeps_its_dtype(sampler_class, dtype, multiclass):
    X, y = multiclass
    X = (X > 1) if dtype == "?" else (X + 10).astype(dtype)
    X_res, _ = make(sampler_class).fit_resample(X, y)
    assert X_res.dtype == X.dtype


@pytest.mark.parametrize("format", ["csr_matrix", "csc_array"])
@pytest.mark.parametrize("dtype", ["f4", "f8", "i4"])
def test_a_sparse_table_keeps_its_dtype(sampler_class, dtype, format, multiclass):
    X, y = multiclass
    given = getattr(sparse, format)(np.rint(3 * X).astype(dtype))
    X_res, _ = make(sampler_class).fit_resample(given, y)
    assert X_res.dtype == given.dtype
    assert X_res.format == given.format


Y_WRAPPERS = {
    "ndarray": (np.array, np.ndarray),
    "int32": (lambda y: y.astype(np.int32), np.ndarray),
    "list": (np.ndarray.tolist, list),
    "Series": (lambda y: pd.Series(y, name="outcome"), pd.Series),
    "Series Int64": (lambda y: pd.Series(y, name="outcome", dtype="Int64"), pd.Series),
    "Series int8": (lambda y: pd.Series(y, name="outcome", dtype="int8"), pd.Series),
    "polars Series": (lambda y: pl.Series("outcome", y), pl.Series),
}


@pytest.fixture(params=Y_WRAPPERS)
def wrap_y(request):
    return Y_WRAPPERS[request.param]


def test_y_comes_out_as_it_went_in(sampler_class, wrap_y, multiclass, as_arrays):
    X, y = multiclass
    wrap, container = wrap_y
    given = wrap(y)
    _, y_res = make(sampler_class).fit_resample(X, given)
    assert type(y_res) is container
    assert getattr(y_res, "dtype", None) == getattr(given, "dtype", None)
    assert getattr(y_res, "name", None) == getattr(given, "name", None)
    _, expected = as_arrays(sampler_class)
    np.testing.assert_array_equal(np.asarray(y_res, dtype=int), expected)


def test_a_one_column_frame_of_labels_comes_out_as_one(sampler_class, multiclass):
    X, y = multiclass
    X_res, y_res = make(sampler_class).fit_resample(X, pd.DataFrame({"outcome": y}))
    assert isinstance(y_res, pd.DataFrame)
    assert list(y_res.columns) == ["outcome"]
    assert len(y_res) == len(X_res)
    assert y_res["outcome"].dtype == y.dtype


def test_one_vs_all_labels_come_out_one_vs_all(sampler_class, multiclass, as_arrays):
    X, y = multiclass
    X_res, y_res = make(sampler_class).fit_resample(X, np.eye(3, dtype=int)[y])
    expected, y_expected = as_arrays(sampler_class)
    np.testing.assert_array_equal(X_res, expected)
    np.testing.assert_array_equal(y_res, np.eye(3, dtype=int)[y_expected])


def test_objects_are_copied_where_rows_are_only_copied(copier_class, multiclass):
    X, y = multiclass
    X = np.array([[f"note {i}", i, None, 2.5] for i in range(len(y))], dtype=object)
    sampler = make(copier_class)
    X_res, _ = sampler.fit_resample(X, y)
    assert X_res.dtype == object
    np.testing.assert_array_equal(X_res, X[sampler.sample_indices_])


def test_a_three_dimensional_array_is_refused(sampler_class, multiclass):
    X, y = multiclass
    with pytest.raises(ValueError, match="dim 3"):
        make(sampler_class).fit_resample(X.reshape(-1, 2, 2), y)


def test_labels_of_another_length_are_refused(sampler_class, multiclass):
    X, y = multiclass
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        make(sampler_class).fit_resample(X, y[:-1])
