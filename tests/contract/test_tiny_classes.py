"""Tiny classes: k shrinks with one warning, one row is an error with advice, nothing is silent."""

import warnings

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from medresample.exceptions import FewNeighborsWarning, NothingToDoWarning, TooFewRowsError
from medresample.over_sampling import SMOTE, RandomOverSampler

from .samplers import make, neighbors_parameter

NAMES = np.array(["healthy", "relapse", "rare"])


def test_k_shrinks_with_one_warning_naming_class_count_and_parameter(searcher_class, blobs):
    X, y = blobs((30, 3))
    with pytest.warns(FewNeighborsWarning) as caught:
        _, y_res = make(searcher_class).fit_resample(X, NAMES[y])
    (message,) = [str(each.message) for each in caught if each.category is FewNeighborsWarning]
    for word in ("relapse", "3 rows", neighbors_parameter(searcher_class), "5", "2"):
        assert word in message
    assert np.sum(y_res == "relapse") == 30


def test_a_shrunken_k_takes_all_the_others_as_neighbors(blobs):
    X, y = blobs((30, 3))
    sampler = SMOTE(sampling_strategy={1: 200}, random_state=0)
    with pytest.warns(FewNeighborsWarning):
        sampler.fit_resample(X, y)
    made = sampler.provenance_[len(X) :]
    pairs = set(zip(made["seed"].tolist(), made["partner"].tolist(), strict=True))
    rows = np.flatnonzero(y == 1).tolist()
    assert pairs == {(a, b) for a in rows for b in rows if a != b}


def test_one_row_too_few_draws_the_warning(searcher_class, blobs):
    X, y = blobs((30, 5))
    name = neighbors_parameter(searcher_class)
    with pytest.warns(FewNeighborsWarning, match=f"5 rows: {name} lowered from 5 to 4"):
        make(searcher_class, k_neighbors=5).fit_resample(X, y)


def test_enough_neighbors_draw_no_warning(searcher_class, blobs):
    X, y = blobs((30, 6))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make(searcher_class, k_neighbors=5).fit_resample(X, y)


def test_a_tiny_class_that_is_not_resampled_draws_no_warning(searcher_class, blobs):
    X, y = blobs((30, 12, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make(searcher_class, sampling_strategy={1: 30}).fit_resample(X, y)


def test_the_parameter_itself_is_not_changed(searcher_class, blobs):
    X, y = blobs((30, 3))
    sampler = make(searcher_class)
    with pytest.warns(FewNeighborsWarning):
        sampler.fit_resample(X, y)
    assert getattr(sampler, neighbors_parameter(searcher_class)) == 5


def test_a_class_of_one_row_is_an_error_that_says_what_to_change(searcher_class, blobs):
    X, y = blobs((30, 12, 1))
    with pytest.raises(TooFewRowsError) as error:
        make(searcher_class).fit_resample(X, NAMES[y])
    message = str(error.value)
    for word in (
        "rare",
        "1 row",
        searcher_class.__name__,
        "RandomOverSampler",
        "sampling_strategy",
    ):
        assert word in message


def test_too_few_rows_is_a_value_error():
    assert issubclass(TooFewRowsError, ValueError)


def test_a_class_of_one_row_is_copied_where_no_neighbors_are_needed(blobs):
    X, y = blobs((30, 12, 1))
    X_res, y_res = RandomOverSampler(random_state=0).fit_resample(X, y)
    np.testing.assert_array_equal(X_res[y_res == 2], np.repeat(X[y == 2], 30, axis=0))


def test_a_class_of_two_rows_is_enough(searcher_class, blobs):
    X, y = blobs((30, 2))
    with pytest.warns(FewNeighborsWarning, match="2 rows"):
        _, y_res = make(searcher_class).fit_resample(X, y)
    assert np.sum(y_res == 1) == 30


def test_an_object_that_searches_shrinks_too(searcher_class, blobs):
    X, y = blobs((30, 3))
    with pytest.warns(FewNeighborsWarning, match=neighbors_parameter(searcher_class)):
        _, y_res = make(searcher_class, k_neighbors=NearestNeighbors()).fit_resample(X, y)
    assert np.sum(y_res == 1) == 30


def test_nothing_to_do_is_said_and_the_rows_come_back(counted_class, blobs):
    X, y = blobs((20, 20))
    with pytest.warns(NothingToDoWarning) as caught:
        X_res, y_res = make(counted_class).fit_resample(X, y)
    assert len(caught) == 1
    np.testing.assert_array_equal(X_res, X)
    np.testing.assert_array_equal(y_res, y)


def test_the_rows_that_come_back_are_a_copy(counted_class, blobs):
    X, y = blobs((20, 20))
    with pytest.warns(NothingToDoWarning):
        X_res, y_res = make(counted_class).fit_resample(X, y)
    assert not np.shares_memory(X_res, X)
    assert not np.shares_memory(y_res, y)


def test_a_request_already_met_is_nothing_to_do(counted_class, multiclass):
    X, y = multiclass
    with pytest.warns(NothingToDoWarning):
        X_res, _ = make(counted_class, sampling_strategy={0: 50, 1: 24}).fit_resample(X, y)
    np.testing.assert_array_equal(X_res, X)


def test_an_empty_request_is_nothing_to_do(counted_class, multiclass):
    X, y = multiclass
    with pytest.warns(NothingToDoWarning):
        make(counted_class, sampling_strategy={}).fit_resample(X, y)
