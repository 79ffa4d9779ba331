"""Labels of any kind: multi-class, strings, flags, -1 and +1; a new name changes nothing."""

import numpy as np
import pandas as pd
import pytest

from .samplers import make

NAMINGS = {
    "int32": lambda y: y.astype(np.int32),
    "uint8": lambda y: y.astype(np.uint8),
    "float": lambda y: y.astype(float),
    "gaps": lambda y: np.array([-5, 0, 1000])[y],
    "text": lambda y: np.array(["a", "b", "c"])[y],
    "long text": lambda y: np.array(["benign", "malignant", "relapse"])[y],
    "objects": lambda y: np.array(["benign", "malignant", "relapse"], dtype=object)[y],
    "categorical": lambda y: pd.Series(pd.Categorical.from_codes(y, ["a", "b", "c"])),
    "string series": lambda y: pd.Series(np.array(["a", "b", "c"])[y], dtype="string"),
}


@pytest.mark.parametrize("naming", NAMINGS)
def test_a_new_name_in_the_same_order_changes_nothing(sampler_class, naming, multiclass):
    X, y = multiclass
    rename = NAMINGS[naming]
    expected, y_expected = make(sampler_class).fit_resample(X, y)
    X_res, y_res = make(sampler_class).fit_resample(X, rename(y))
    np.testing.assert_array_equal(X_res, expected)
    np.testing.assert_array_equal(np.asarray(y_res), np.asarray(rename(y_expected)))
    assert y_res.dtype == rename(y).dtype


TWO_NAMES = {
    "-1 and +1": np.array([-1, 1]),
    "flags": np.array([False, True]),
    "text": np.array(["negative", "positive"]),
}


@pytest.mark.parametrize("names", TWO_NAMES.values(), ids=TWO_NAMES)
def test_two_classes_may_have_any_names(sampler_class, names, binary):
    X, y = binary
    expected, y_expected = make(sampler_class).fit_resample(X, y)
    X_res, y_res = make(sampler_class).fit_resample(X, names[y])
    np.testing.assert_array_equal(X_res, expected)
    np.testing.assert_array_equal(y_res, names[y_expected])
    assert y_res.dtype == names.dtype


def test_a_strategy_speaks_of_the_labels_as_given(over_sampler_class, multiclass):
    X, y = multiclass
    y = np.array(["benign", "malignant", "relapse"])[y]
    sampler = make(over_sampler_class, sampling_strategy={"relapse": 33})
    _, y_res = sampler.fit_resample(X, y)
    assert np.sum(y_res == "relapse") == 33


def test_an_unused_category_stays_a_category(sampler_class, multiclass):
    X, y = multiclass
    categories = ["benign", "malignant", "relapse", "never seen"]
    given = pd.Series(pd.Categorical.from_codes(y, categories))
    _, y_res = make(sampler_class).fit_resample(X, given)
    assert y_res.dtype == given.dtype
