"""Missing values: searched around, kept where the seed lacks them, never invented."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.utils import get_tags

from medresample.exceptions import FewNeighborsWarning
from medresample.over_sampling import SMOTE, RandomOverSampler

from .samplers import COMBINED, INTERPOLATORS, SAMPLERS, allows_holes, make


@pytest.fixture
def holed(multiclass):
    """A table with one cell in five missing, and its labels."""
    X, y = multiclass
    X[np.random.default_rng(2).random(X.shape) < 0.2] = np.nan
    return X, y


def _family(members):
    members = [each for each in members if allows_holes(each)]
    return pytest.fixture(params=members, ids=[each.__name__ for each in members])


@_family(SAMPLERS)
def holed_class(request):
    """Samplers that work with missing values."""
    return request.param


@_family(INTERPOLATORS)
def holed_interpolator_class(request):
    """Those of them that interpolate between numbers."""
    return request.param


@pytest.fixture(params=[SMOTE(random_state=0), RandomOverSampler(shrinkage=1.0, random_state=0)])
def computing(request):
    """A sampler that computes new cells."""
    return request.param


def test_a_new_cell_is_missing_where_its_seed_is_missing(computing, holed):
    X, y = holed
    X_res, _ = computing.fit_resample(X, y)
    seed = computing.provenance_["seed"][len(X) :]
    np.testing.assert_array_equal(np.isnan(X_res[len(X) :]), np.isnan(X[seed]))


def test_a_new_cell_takes_the_value_of_its_seed_where_only_the_partner_lacks_it(holed):
    X, y = holed
    sampler = SMOTE(random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    made = sampler.provenance_[len(X) :]
    only_partner = np.isnan(X[made["partner"]]) & ~np.isnan(X[made["seed"]])
    assert only_partner.any()
    np.testing.assert_array_equal(X_res[len(X) :][only_partner], X[made["seed"]][only_partner])


def test_a_missing_flag_or_count_stays_missing_in_a_frame(holed):
    X, y = holed
    table = pd.DataFrame(
        {
            "age": X[:, 0],
            "flag": pd.array(X[:, 1] > 0, dtype="boolean"),
            "visits": pd.array(np.rint(X[:, 2]), dtype="Int64"),
            "dose": pd.Series(X[:, 3]).astype("double[pyarrow]"),
        }
    )
    table.loc[np.isnan(X[:, 1]), "flag"] = pd.NA
    table.loc[np.isnan(X[:, 3]), "dose"] = pd.NA
    sampler = SMOTE(random_state=0)
    X_res, _ = sampler.fit_resample(table, y)
    pd.testing.assert_series_equal(X_res.dtypes, table.dtypes)
    seed = sampler.provenance_["seed"]
    np.testing.assert_array_equal(X_res.isna(), table.isna().to_numpy()[seed])


def test_a_null_of_polars_stays_a_null(holed):
    X, y = holed
    table = pl.DataFrame(
        {
            "age": pl.Series(X[:, 0]).fill_nan(None),
            "visits": pl.Series(np.rint(X[:, 1])).fill_nan(None).cast(pl.Int64),
            "flag": pl.Series(X[:, 2]).fill_nan(None) > 0,
            "dose": X[:, 3],
        }
    ).with_columns(pl.col("dose").fill_nan(0.0))
    sampler = SMOTE(random_state=0)
    X_res, _ = sampler.fit_resample(table, y)
    assert X_res.schema == table.schema
    seed = sampler.provenance_["seed"]
    for name in table.columns:
        expected = table[name].is_null().to_numpy()[seed]
        np.testing.assert_array_equal(X_res[name].is_null().to_numpy(), expected, err_msg=name)


def test_the_kind_of_hole_does_not_change_the_rows(holed_class, holed):
    X, y = holed
    expected, _ = make(holed_class).fit_resample(X, y)
    frame, _ = make(holed_class).fit_resample(pd.DataFrame(X).astype("Float64"), y)
    nulls, _ = make(holed_class).fit_resample(pl.DataFrame(X).fill_nan(None), y)
    objects = np.where(np.isnan(X), pd.NA, X.astype(object))
    mixed, _ = make(holed_class).fit_resample(objects, y)
    np.testing.assert_array_equal(frame.to_numpy(dtype=float, na_value=np.nan), expected)
    np.testing.assert_array_equal(nulls.to_numpy(), expected)
    assert {type(cell) for cell in mixed.ravel()} == {float, type(pd.NA)}
    np.testing.assert_array_equal(np.where(pd.isna(mixed), np.nan, mixed).astype(float), expected)


def test_holes_are_copied_where_rows_are_copied(copier_class, holed):
    X, y = holed
    sampler = make(copier_class)
    X_res, _ = sampler.fit_resample(X, y)
    np.testing.assert_array_equal(X_res, X[sampler.sample_indices_])


def test_rows_with_no_column_in_common_are_infinitely_far():
    """Row 0 shares no column with rows 2 to 4, and its only neighbor is row 1, far as it is."""
    nan = np.nan
    left, right = [[0.0, nan], [100.0, 5.0]], [[nan, 0.0], [nan, 0.1], [nan, 0.2]]
    X = np.array(left + right + [[0.0, 0.0]] * 9)
    y = np.repeat([1, 0], [5, 9])
    sampler = SMOTE(k_neighbors=1, sampling_strategy={1: 60}, random_state=0)
    sampler.fit_resample(X, y)
    made = sampler.provenance_[len(X) :]
    assert set(made["partner"][made["seed"] == 0]) == {1}


def test_distances_over_the_columns_in_common_are_scaled_up():
    """Half the columns in common count double: row 1 is at sqrt(2) from row 0, row 2 at 1.2."""
    X = np.array([[0.0, 0.0], [1.0, np.nan], [0.0, 1.2], [50.0, 50.0]] + [[9.0, 9.0]] * 9)
    y = np.repeat([1, 0], [4, 9])
    sampler = SMOTE(k_neighbors=1, sampling_strategy={1: 80}, random_state=0)
    sampler.fit_resample(X, y)
    made = sampler.provenance_[len(X) :]
    assert set(made["partner"][made["seed"] == 0]) == {2}


@pytest.mark.parametrize("container", [sparse.csr_matrix, sparse.csc_array])
def test_missing_values_in_sparse_input_are_refused(sampler_class, container, holed):
    X, y = holed
    with pytest.raises(ValueError, match="NaN"):
        make(sampler_class).fit_resample(
            container(np.nan_to_num(X) + np.where(X > 1.5, np.nan, 0)), y
        )


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_values_are_refused_by_the_name_of_their_column(computing, value, multiclass):
    X, y = multiclass
    table = pd.DataFrame(X, columns=["age", "volume", "flow", "dose"])
    table.loc[3, "flow"] = value
    with pytest.raises(ValueError, match=r"(?s)(?=.*flow)(?=.*inf)"):
        computing.fit_resample(table, y)


def test_infinite_values_in_an_array_are_refused(computing, multiclass):
    X, y = multiclass
    X[3, 2] = np.inf
    with pytest.raises(ValueError, match="inf"):
        computing.fit_resample(X, y)


def test_a_sampler_that_can_not_handle_holes_names_their_columns(holed):
    """Every sampler either says that it allows NaN, and then resamples, or names the columns."""
    X, y = holed
    table = pd.DataFrame(X, columns=["age", "volume", "flow", "dose"]).assign(age=0.5)
    for sampler_class in SAMPLERS:
        sampler = make(sampler_class)
        if get_tags(sampler).input_tags.allow_nan:
            X_res, _ = sampler.fit_resample(table, y)
            assert X_res["flow"].isna().any() or sampler_class in COMBINED  # which may clean it
        else:
            with pytest.raises(ValueError, match=r"(?s)(?=.*volume)(?=.*flow)(?=.*dose)"):
                sampler.fit_resample(table, y)


def test_a_class_whose_rows_are_all_missing_has_no_neighbors(holed_interpolator_class, binary):
    X, y = binary
    X[y == 1] = np.nan
    with pytest.raises(ValueError, match=r"(?s)(?=.*Class 1)(?=.*RandomOverSampler)") as error:
        make(holed_interpolator_class).fit_resample(X, y)
    assert "partner_groups='any'" not in str(error.value)  # it is 'any' already


def test_a_row_whose_cells_are_all_missing_is_no_seed(holed_interpolator_class, binary):
    X, y = binary
    row = np.flatnonzero(y == 1)[0]
    X[row] = np.nan
    sampler = make(holed_interpolator_class)
    with pytest.warns(FewNeighborsWarning, match="1 of 20 rows"):
        _, y_res = sampler.fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [60, 60]
    made = sampler.provenance_[len(X) :]
    assert row not in made["seed"]
    assert row not in made["partner"]


FLAGS = {
    "boolean": lambda flag: pd.Series(flag, dtype="boolean"),
    "arrow": lambda flag: pd.Series(flag, dtype="bool[pyarrow]"),
    "polars": lambda flag: pl.Series(flag, dtype=pl.Boolean),
}


@pytest.mark.parametrize("kind", FLAGS)
def test_a_flag_with_holes_is_disturbed_alike_in_every_frame(kind, multiclass):
    """The noise of the smoothed bootstrap is added, and what lies nearer to 1 is true."""
    X, y = multiclass
    flag = [None if i % 7 == 0 else bool(i % 2) for i in range(len(y))]
    grow = RandomOverSampler(shrinkage=3.0, random_state=0)
    as_floats, _ = grow.fit_resample(np.c_[np.array(flag, dtype=float), X[:, 0]], y)
    column = FLAGS[kind](flag)
    frame = pl.DataFrame if kind == "polars" else pd.DataFrame
    X_res, _ = grow.fit_resample(frame({"flag": column, "age": X[:, 0]}), y)
    assert X_res["flag"].dtype == column.dtype
    expected = [None if np.isnan(cell) else bool(cell >= 0.5) for cell in as_floats[:, 0]]
    assert [None if cell is pd.NA else cell for cell in list(X_res["flag"])] == expected


SMALL = {
    "UInt8": lambda cells: pd.Series(cells, dtype="UInt8"),
    "arrow": lambda cells: pd.Series(cells, dtype="uint8[pyarrow]"),
    "polars": lambda cells: pl.Series(cells, dtype=pl.UInt8),
}


@pytest.mark.parametrize("kind", SMALL)
def test_small_integers_with_holes_are_clipped(kind, multiclass):
    X, y = multiclass
    cells = SMALL[kind]([None if i % 7 == 0 else 250 + i % 6 for i in range(len(y))])
    frame = pl.DataFrame if kind == "polars" else pd.DataFrame
    table = frame({"dose": cells, "age": X[:, 0]})
    X_res, _ = RandomOverSampler(shrinkage=20.0, random_state=0).fit_resample(table, y)
    assert X_res["dose"].dtype == cells.dtype
    assert (X_res["dose"].max(), X_res["dose"].min() > 0) == (255, True)


@pytest.mark.parametrize("kind", ["Int64", "int64[pyarrow]", "polars"])
def test_a_large_identifier_with_a_hole_survives(kind, multiclass):
    X, y = multiclass
    cells = [2**53 + 1] * (len(y) - 1) + [None]  # no float64 can hold it
    if kind == "polars":
        table = pl.DataFrame({"id": pl.Series(cells, dtype=pl.Int64), "age": X[:, 0]})
    else:
        table = pd.DataFrame({"id": pd.Series(cells, dtype=kind), "age": X[:, 0]})
    X_res, _ = SMOTE(random_state=0).fit_resample(table, y)
    known = X_res["id"].drop_nulls() if kind == "polars" else X_res["id"].dropna()
    assert set(known.to_list()) == {2**53 + 1}
