"""Cleaning in another space: columns of any kind are taken, and rows come out as they are."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import SelectKBest
from sklearn.frozen import FrozenEstimator
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from medresample.exceptions import ScaleWarning

from .samplers import make


@pytest.fixture
def patients_table(overlapping):
    """A frame with columns of every kind, two of which tell distances."""
    X, y = overlapping
    table = pd.DataFrame(X[:, :2], columns=["age", "dose"]) * [10.0, 1e5]
    table["stage"] = pd.Categorical(np.where(X[:, 2] > 0, "I", "II"))
    table["note"] = [f"note {row}" for row in range(len(y))]
    table["visit"] = pd.date_range("2020-01-01", periods=len(y))
    return table, y


def _space():
    return make_column_transformer(
        (StandardScaler(), ["age", "dose"]), (OneHotEncoder(sparse_output=False), ["stage"])
    )


def test_columns_of_any_kind_are_taken_through_a_space(cleaner_class, patients_table):
    table, y = patients_table
    seen = _space().fit_transform(table)
    expected = make(cleaner_class)
    expected.fit_resample(seen, y)
    cleaner = make(cleaner_class, neighbor_space=_space())
    X_res, _ = cleaner.fit_resample(table, y)
    np.testing.assert_array_equal(cleaner.sample_indices_, expected.sample_indices_)
    assert len(X_res) < len(table)
    pd.testing.assert_frame_equal(X_res, table.iloc[cleaner.sample_indices_])


def test_without_a_space_words_and_dates_are_refused_and_the_answer_is_named(
    cleaner_class, patients_table
):
    table, y = patients_table
    for names in (["age", "stage", "note"], ["age", "visit"]):
        with pytest.raises(TypeError) as error:
            make(cleaner_class).fit_resample(table[names], y)
        message = str(error.value)
        assert ", ".join(names[1:]) in message
        assert "neighbor_space=" in message
        assert "SMOTE" not in message


def test_tags_say_that_a_space_lets_any_column_in(cleaner_class):
    assert not get_tags(cleaner_class()).input_tags.string
    assert get_tags(cleaner_class(neighbor_space=_space())).input_tags.string


def test_a_fitted_space_is_used_as_it_is(cleaner_class, overlapping):
    X, y = overlapping
    fitted = StandardScaler().fit(X * [1, 10, 1])
    cleaner = make(cleaner_class, neighbor_space=FrozenEstimator(fitted))
    cleaner.fit_resample(X, y)
    expected = make(cleaner_class)
    expected.fit_resample(fitted.transform(X), y)
    np.testing.assert_array_equal(cleaner.sample_indices_, expected.sample_indices_)


def test_the_transformer_given_is_not_fitted_itself(cleaner_class, overlapping):
    space = StandardScaler()
    cleaner = make(cleaner_class, neighbor_space=space)
    cleaner.fit_resample(*overlapping)
    assert cleaner.neighbor_space is space
    with pytest.raises(NotFittedError):
        check_is_fitted(space)


def test_a_space_is_given_the_labels_and_may_be_sparse(cleaner_class, overlapping):
    X, y = overlapping
    best = make(cleaner_class, neighbor_space=SelectKBest(k=2))
    best.fit_resample(X, y)
    thin = make(cleaner_class, neighbor_space=SelectKBest(k=2))
    thin.fit_resample(sparse.csr_array(X), y)
    np.testing.assert_array_equal(best.sample_indices_, thin.sample_indices_)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, np.ndarray.tolist])
def test_the_space_is_the_same_for_every_container(cleaner_class, frame, overlapping):
    X, y = overlapping
    expected, _ = make(cleaner_class, neighbor_space=PCA(2)).fit_resample(X, y)
    X_res, _ = make(cleaner_class, neighbor_space=PCA(2)).fit_resample(frame(X), y)
    np.testing.assert_array_equal(np.asarray(X_res), expected)


def test_wildly_different_scales_draw_one_warning_with_the_answer(cleaner_class, overlapping):
    X, y = overlapping
    table = pd.DataFrame(X * [1.0, 1e6, 1.0], columns=["age", "dose", "flow"])
    with pytest.warns(ScaleWarning) as caught:
        make(cleaner_class).fit_resample(table, y)
    (message,) = [str(each.message) for each in caught if each.category is ScaleWarning]
    for word in ("dose", "neighbor_space=StandardScaler()", "original units"):
        assert word in message
    assert "new rows" not in message
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make(cleaner_class, neighbor_space=StandardScaler()).fit_resample(table, y)
