"""Rows are filled where something is missing, and scaled; what was given stays as it was."""

import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import Pipeline
from sklearn.impute import SimpleImputer
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from medresample import SMOTE
from medresample.compare import compare_samplers
from medresample.compare._input import check_data, row_hashes
from medresample.compare._routes import check_routes

N = 90
ILL = np.arange(N) % 3 == 0
QUICK = {"cv": 3, "n_repeats": 1, "scoring": ["auroc"], "progress": False}


def _table(dtype="f8"):
    return (np.random.default_rng(0).normal(3, 2, (N, 4)) + ILL[:, None]).astype(dtype)


def _with_holes(table):
    table = table.copy()
    table[::7, 1] = np.nan
    return table


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("holes", [False, True])
def test_it_is_median_and_standard_scaler_to_the_bit(holes, dtype):
    by_hand = Pipeline(
        [
            ("fill", SimpleImputer(strategy="median")),
            ("scale", StandardScaler()),
            ("sampler", None),
            ("learner", GaussianNB()),
        ]
    )
    X = _with_holes(_table(dtype)) if holes else _table(dtype)
    models = {"ours": GaussianNB(), "by hand": by_hand}
    found = compare_samplers({"smote": SMOTE(random_state=0)}, models, X, ILL, **QUICK)
    risks = found.predictions_.set_index(["sampler", "repeat", "fold", "row"]).sort_index()
    ours, theirs = (risks[risks["estimator"] == name]["risk"] for name in models)
    assert len(ours) == 4 * N
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame])
@pytest.mark.parametrize("holes", [False, True])
def test_the_table_is_not_overwritten(holes, form):
    X = form(_with_holes(_table()) if holes else _table())
    before = np.array(X)
    compare_samplers({"smote": SMOTE(random_state=0)}, GaussianNB(), X, ILL, **QUICK)
    np.testing.assert_array_equal(np.asarray(X), before)


def test_holes_of_the_external_test_set_alone_are_filled_too():
    found = compare_samplers(
        {"smote": SMOTE(random_state=0)},
        GaussianNB(),
        _table(),
        ILL,
        X_test=_with_holes(_table() + 0.1),
        y_test=ILL,
        **QUICK,
    )
    assert set(found.external_["status"]) == {"ok"}


@pytest.mark.parametrize("holes", [False, True])
def test_medians_are_only_sought_where_something_is_missing(holes):
    data = check_data(_with_holes(_table()) if holes else _table(), ILL, None, None)
    (route,) = check_routes(GaussianNB(), data)
    names = [type(step).__name__ for _, step in route.before.steps]
    assert names == ["SimpleImputer", "StandardScaler"][not holes :]


def test_a_patient_is_the_same_as_an_integer_and_as_a_float():
    patients = np.arange(N)
    with pytest.raises(ValueError, match="who trains can not test"):
        compare_samplers(
            {}, GaussianNB(), _table(), ILL, patients,
            X_test=_table() + 0.1, y_test=ILL, groups_test=patients.astype(float), **QUICK,
        )  # fmt: skip


def test_rows_are_recognized_as_integers_and_as_floats():
    frame = pd.DataFrame({"age": np.arange(N), "sex": np.resize(["f", "m"], N)})
    one, other = (
        check_data(each, ILL, None, None) for each in (frame, frame.astype({"age": float}))
    )
    np.testing.assert_array_equal(row_hashes(one), row_hashes(other))


@pytest.mark.filterwarnings("ignore::medresample.exceptions.UnreliableCalibrationWarning")
def test_rows_kept_out_to_calibrate_on_are_not_counted_as_trained_on():
    X, ill = np.concatenate([_table(), _table() + 0.1]), np.tile(ILL, 2)
    found = compare_samplers({}, GaussianNB(), X, ill, calibrate="sigmoid", **QUICK)
    (held,) = set(found.folds_["n_calibrate"])
    assert held > 0
    assert found.data_["ratio_test_train"] == pytest.approx(60 / (120 - held))
