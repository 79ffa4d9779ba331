"""Data frames keep their columns: names, order and the dtype of each."""

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest

from medresample.exceptions import SamplerInputError

from .samplers import make

PANDAS_DTYPES = [
    "float32",
    "float64",
    "int8",
    "int64",
    "uint16",
    "bool",
    "Float32",
    "Float64",
    "Int64",
    "UInt8",
    "boolean",
    "float[pyarrow]",
    "int64[pyarrow]",
    "bool[pyarrow]",
    pd.SparseDtype("float64", 0.0),
    pd.SparseDtype("int64", 0),
]
POLARS_DTYPES = [pl.Float32, pl.Float64, pl.Int8, pl.Int64, pl.UInt16, pl.Boolean]


def _counts(n_rows, n_columns):
    """Whole numbers 0 or 1: a value that every dtype can hold."""
    return np.random.default_rng(3).integers(0, 2, size=(n_rows, n_columns))


@pytest.fixture
def pandas_table(multiclass):
    """A pandas frame with one column of each dtype, and its labels."""
    X, y = multiclass
    cells = _counts(len(y), len(PANDAS_DTYPES))
    columns = {
        str(dtype): pd.Series(cells[:, i]).astype(dtype) for i, dtype in enumerate(PANDAS_DTYPES)
    }
    return pd.DataFrame({"first": X[:, 0], **columns, "last": X[:, 1]}), y


@pytest.fixture
def polars_table(multiclass):
    """A polars frame with one column of each dtype, and its labels."""
    X, y = multiclass
    cells = _counts(len(y), len(POLARS_DTYPES))
    columns = [
        pl.Series(str(dtype), cells[:, i]).cast(dtype) for i, dtype in enumerate(POLARS_DTYPES)
    ]
    return pl.DataFrame([pl.Series("first", X[:, 0]), *columns, pl.Series("last", X[:, 1])]), y


def test_pandas_columns_keep_name_order_and_dtype(sampler_class, pandas_table):
    X, y = pandas_table
    X_res, _ = make(sampler_class).fit_resample(X, y)
    pd.testing.assert_series_equal(X_res.dtypes, X.dtypes)


def test_polars_columns_keep_name_order_and_dtype(sampler_class, polars_table):
    X, y = polars_table
    X_res, _ = make(sampler_class).fit_resample(X, y)
    assert X_res.schema == X.schema


def test_original_rows_of_a_pandas_frame_come_first_untouched(over_sampler_class, pandas_table):
    X, y = pandas_table
    X_res, y_res = make(over_sampler_class).fit_resample(X, y)
    pd.testing.assert_frame_equal(X_res.iloc[: len(X)], X)
    np.testing.assert_array_equal(y_res[: len(X)], y)


def test_original_rows_of_a_polars_frame_come_first_untouched(over_sampler_class, polars_table):
    X, y = polars_table
    X_res, _ = make(over_sampler_class).fit_resample(X, y)
    assert X_res.head(len(y)).equals(X)


def test_a_selector_takes_whole_rows_of_a_pandas_frame(selector_class, pandas_table):
    X, y = pandas_table
    sampler = make(selector_class)
    X_res, _ = sampler.fit_resample(X, y)
    pd.testing.assert_frame_equal(X_res, X.iloc[sampler.sample_indices_])


def test_column_names_that_are_not_strings_are_kept(sampler_class, multiclass):
    X, y = multiclass
    names = [10, 3, 7, 1]
    sampler = make(sampler_class)
    X_res, _ = sampler.fit_resample(pd.DataFrame(X, columns=names), y)
    assert list(X_res.columns) == names
    assert not hasattr(sampler, "feature_names_in_")


def test_columns_of_several_levels_are_kept(sampler_class, multiclass):
    X, y = multiclass
    levels = pd.MultiIndex.from_product([["mri", "ct"], ["mean", "std"]], names=["scan", "value"])
    X_res, _ = make(sampler_class).fit_resample(pd.DataFrame(X, columns=levels), y)
    pd.testing.assert_index_equal(X_res.columns, levels)


def test_the_name_of_the_columns_is_kept(sampler_class, multiclass):
    X, y = multiclass
    names = pd.Index(list("abcd"), name="marker")
    X_res, _ = make(sampler_class).fit_resample(pd.DataFrame(X, columns=names), y)
    pd.testing.assert_index_equal(X_res.columns, names)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_feature_names_are_remembered_and_given_out(sampler_class, frame, multiclass):
    X, y = multiclass
    names = ["age", "volume", "flow", "dose"]
    table = frame({name: X[:, i] for i, name in enumerate(names)})
    sampler = make(sampler_class).fit(table, y)
    assert sampler.n_features_in_ == 4
    assert list(sampler.feature_names_in_) == names
    assert list(sampler.get_feature_names_out()) == names


def test_features_without_names_are_numbered(sampler_class, multiclass):
    X, y = multiclass
    sampler = make(sampler_class).fit(X, y)
    assert list(sampler.get_feature_names_out()) == ["x0", "x1", "x2", "x3"]


DAY = datetime.date(2024, 5, 17)
OTHER_KINDS = {
    "text": lambda n: pd.Series([f"note {i}" for i in range(n)], dtype=object),
    "string": lambda n: pd.Series([f"note {i}" for i in range(n)], dtype="string"),
    "category": lambda n: pd.Series(pd.Categorical(["low", "high"] * n, ordered=True)[:n]),
    "category of numbers": lambda n: pd.Series(pd.Categorical([1, 2] * n)[:n]),
    "date": lambda n: pd.Series(pd.date_range("2020-01-01", periods=n)),
    "date with zone": lambda n: pd.Series(pd.date_range("2020-01-01", periods=n, tz="UTC")),
    "duration": lambda n: pd.Series(pd.to_timedelta(np.arange(n), unit="D")),
    "Python date": lambda n: pd.Series([DAY] * n, dtype=object),
    "arrow text": lambda n: pd.Series([f"note {i}" for i in range(n)]).astype("string[pyarrow]"),
    "arrow date": lambda n: pd.Series(pd.date_range("2020-01-01", periods=n)).astype(
        "timestamp[us][pyarrow]"
    ),
    "period": lambda n: pd.Series(pd.period_range("2020-01", periods=n, freq="M")),
    "complex": lambda n: pd.Series(np.arange(n) * 1j),
}


@pytest.fixture(params=OTHER_KINDS)
def odd_table(request, multiclass):
    """A pandas frame whose column 'odd one' is neither number nor flag, and its labels."""
    X, y = multiclass
    return pd.DataFrame({"age": X[:, 0], "odd one": OTHER_KINDS[request.param](len(y))}), y


def test_columns_that_can_not_be_interpolated_are_refused_by_name(
    numeric_searcher_class, odd_table
):
    X, y = odd_table
    with pytest.raises((ValueError, TypeError), match="odd one"):
        make(numeric_searcher_class).fit_resample(X, y)


def _takes_no_labels(column):
    dtype = str(column.dtype)
    return not any(word in dtype for word in ("str", "object", "category", "String", "Categorical"))


def test_categories_are_taken_and_dates_refused_by_name(labeler_class, odd_table):
    X, y = odd_table
    if _takes_no_labels(X["odd one"]):
        with pytest.raises((ValueError, TypeError), match="odd one"):
            make(labeler_class).fit_resample(X, y)
        return
    X_res, _ = make(labeler_class).fit_resample(X, y)
    pd.testing.assert_series_equal(X_res.dtypes, X.dtypes)
    assert set(X_res["odd one"]) <= set(X["odd one"])


def test_categories_of_polars_are_taken_and_dates_refused_by_name(labeler_class, odd_polars_table):
    X, y = odd_polars_table
    if _takes_no_labels(X["odd one"]):
        with pytest.raises((ValueError, TypeError), match="odd one"):
            make(labeler_class).fit_resample(X, y)
        return
    X_res, _ = make(labeler_class).fit_resample(X, y)
    assert X_res.schema == X.schema
    assert set(X_res["odd one"]) <= set(X["odd one"])


def test_the_refusal_names_every_category_and_who_takes_them(numeric_searcher_class, multiclass):
    X, y = multiclass
    table = pd.DataFrame({"dose": X[:, 0], "stage": ["I"] * len(y), "sex": ["f"] * len(y)})
    with pytest.raises(TypeError) as error:
        make(numeric_searcher_class).fit_resample(table, y)
    message = str(error.value)
    assert "stage, sex" in message
    assert "SMOTEENC" in message
    assert "dose" not in message
    assert "\n" not in message


def test_columns_of_any_kind_are_copied_where_rows_are_only_copied(copier_class, odd_table):
    X, y = odd_table
    sampler = make(copier_class)
    X_res, _ = sampler.fit_resample(X, y)
    expected = X.iloc[sampler.sample_indices_].reset_index(drop=True)
    pd.testing.assert_frame_equal(X_res.reset_index(drop=True), expected)


POLARS_OTHER_KINDS = {
    "text": lambda n: pl.Series([f"note {i}" for i in range(n)]),
    "category": lambda n: pl.Series((["low", "high"] * n)[:n], dtype=pl.Categorical),
    "date": lambda n: pl.Series([DAY] * n),
    "duration": lambda n: pl.Series([datetime.timedelta(days=i) for i in range(n)]),
    "decimal": lambda n: pl.Series(range(n)).cast(pl.Decimal(10, 3)),
    "list": lambda n: pl.Series([[1.0, 2.0]] * n),
}


@pytest.fixture(params=POLARS_OTHER_KINDS)
def odd_polars_table(request, multiclass):
    X, y = multiclass
    odd = POLARS_OTHER_KINDS[request.param](len(y)).alias("odd one")
    return pl.DataFrame([pl.Series("age", X[:, 0]), odd]), y


def test_polars_columns_that_can_not_be_interpolated_are_refused_by_name(
    numeric_searcher_class, odd_polars_table
):
    X, y = odd_polars_table
    with pytest.raises((ValueError, TypeError), match="odd one"):
        make(numeric_searcher_class).fit_resample(X, y)


def test_polars_columns_of_any_kind_are_copied_where_rows_are_only_copied(
    copier_class, odd_polars_table
):
    X, y = odd_polars_table
    sampler = make(copier_class)
    X_res, _ = sampler.fit_resample(X, y)
    assert X_res.schema == X.schema
    assert X_res.equals(X[sampler.sample_indices_.tolist()])


def test_text_in_an_array_is_refused_where_rows_are_interpolated(
    numeric_searcher_class, multiclass
):
    _, y = multiclass
    X = np.array([["high", "low"]] * len(y), dtype=object)
    with pytest.raises(ValueError, match=r"(?i)convert|number|x0|column 0"):
        make(numeric_searcher_class).fit_resample(X, y)


def test_repeated_column_names_are_refused_by_name(sampler_class, binary):
    X, y = binary
    frame = pd.DataFrame(X[:, :3], columns=["size", "age", "size"])
    with pytest.raises(SamplerInputError, match=r"more than once: size\."):
        make(sampler_class).fit_resample(frame, y)
