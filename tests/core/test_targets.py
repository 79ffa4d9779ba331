"""Labels of every kind become classes and codes; what can not be labels is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from medresample._core.targets import read_target
from medresample.exceptions import SamplerInputError


@pytest.mark.parametrize(
    "y",
    [
        ["b", "a", "b"],
        np.array(["b", "a", "b"], dtype=object),
        pd.Series(["b", "a", "b"], dtype="category"),
        pd.DataFrame({"y": ["b", "a", "b"]}),
        pl.Series(["b", "a", "b"]),
    ],
    ids=lambda y: type(y).__name__,
)
def test_classes_are_sorted_and_codes_are_their_ranks(y):
    target = read_target(y)
    assert target.classes.tolist() == ["a", "b"]
    assert target.codes.tolist() == [1, 0, 1]
    assert target.labels.tolist() == ["b", "a", "b"]
    assert target.counts().tolist() == [1, 2]


@pytest.mark.parametrize("make", [np.array, sparse.csr_matrix])
def test_one_vs_rest_matrix_is_read_as_the_position_of_its_one(make):
    assert read_target(make([[0, 0, 1], [1, 0, 0], [0, 1, 0]])).labels.tolist() == [2, 0, 1]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "y to be passed"),
        ([1.0, np.nan, 0.0], "1 of 3 labels are missing"),
        (np.array(["a", None, "b"], dtype=object), "1 of 3 labels are missing"),
        (pd.Series(["a", pd.NA, "b"], dtype="string"), "1 of 3 labels are missing"),
        ([1.0, np.inf], "infinity"),
        ([0.5, 0.1, 0.7], "Unknown label type"),
        (np.array([[1, 1], [0, 1]]), "1 rows of y carry more than one label"),
    ],
)
def test_what_can_not_be_labels_is_refused(y, message):
    with pytest.raises(ValueError, match=message):
        read_target(y)


def test_own_errors_are_value_errors():
    assert issubclass(SamplerInputError, ValueError)


@pytest.mark.parametrize(
    "dtype", [np.int8, np.uint8, np.int16, np.int64, np.uint64, np.float64, str]
)
@pytest.mark.parametrize(
    "y", [[3, 1, 3, 1, 2], [0, 1], [7, 7, 7, 9], [100, 0, 100, 0], [127, 126], [5, 90, 5]]
)
def test_whole_numbers_are_read_as_any_other_labels(y, dtype):
    labels = np.array(y).astype(dtype)
    target = read_target(labels)
    classes, codes = np.unique(labels, return_inverse=True)
    np.testing.assert_array_equal(target.classes, classes)
    np.testing.assert_array_equal(target.codes, codes)
    assert target.classes.dtype == labels.dtype
    assert target.codes.dtype == np.uint8


def test_negative_whole_numbers_are_read_as_any_other_labels():
    target = read_target(np.array([-128, 127, 1, -1] * 100, dtype=np.int8))
    assert target.classes.tolist() == [-128, -1, 1, 127]
    assert target.labels[:4].tolist() == [-128, 127, 1, -1]


@pytest.mark.parametrize("sampling_type", ["over-sampling", "under-sampling"])
@pytest.mark.parametrize("counts", [(5, 2), (2, 5), (3, 3), (4, 9, 9), (2, 7, 2, 5)])
def test_auto_is_what_imbalanced_learn_says_it_is(sampling_type, counts):
    from imblearn.utils import check_sampling_strategy

    target = read_target(np.repeat(np.arange(len(counts)), counts))
    theirs = check_sampling_strategy("auto", target.labels, sampling_type)
    assert target.wanted("auto", sampling_type) == dict(theirs)
