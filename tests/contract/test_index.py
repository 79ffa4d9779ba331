"""The index rule: over-samplers number rows anew, selectors keep the labels, y follows X."""

import numpy as np
import pandas as pd
import pytest

from .samplers import make

INDEXES = {
    "default": lambda n: pd.RangeIndex(n),
    "numbers": lambda n: pd.Index(np.arange(n)[::-1] * 3, name="row"),
    "patients": lambda n: pd.Index([f"patient {i // 2}" for i in range(n)], name="patient"),
    "one label": lambda n: pd.Index(["same"] * n),
    "dates": lambda n: pd.date_range("2020-01-01", periods=n, name="visit"),
    "levels": lambda n: pd.MultiIndex.from_arrays(
        [[f"patient {i // 3}" for i in range(n)], [i % 3 for i in range(n)]],
        names=["patient", "visit"],
    ),
}


@pytest.fixture(params=INDEXES)
def indexed(request, multiclass):
    """A frame and a series of labels with the same index."""
    X, y = multiclass
    index = INDEXES[request.param](len(y))
    return pd.DataFrame(X, columns=list("abcd"), index=index), pd.Series(y, index=index, name="y")


def test_an_over_sampler_numbers_the_rows_anew(over_sampler_class, indexed):
    X, y = indexed
    X_res, y_res = make(over_sampler_class).fit_resample(X, y)
    pd.testing.assert_index_equal(X_res.index, pd.RangeIndex(len(X_res)), exact=True)
    pd.testing.assert_index_equal(y_res.index, X_res.index, exact=True)


def test_a_selector_keeps_the_labels_of_the_rows(selector_class, indexed):
    X, y = indexed
    sampler = make(selector_class)
    X_res, y_res = sampler.fit_resample(X, y)
    pd.testing.assert_index_equal(X_res.index, X.index[sampler.sample_indices_])
    pd.testing.assert_index_equal(y_res.index, X_res.index)


def test_the_index_does_not_change_the_rows(sampler_class, indexed):
    X, y = indexed
    X_res, y_res = make(sampler_class).fit_resample(X, y)
    expected, y_expected = make(sampler_class).fit_resample(X.to_numpy(), y.to_numpy())
    np.testing.assert_array_equal(X_res.to_numpy(), expected)
    np.testing.assert_array_equal(y_res.to_numpy(), y_expected)


def test_labels_follow_the_frame_when_their_index_differs(sampler_class, indexed):
    X, y = indexed
    X_res, y_res = make(sampler_class).fit_resample(X, y.reset_index(drop=True))
    pd.testing.assert_index_equal(y_res.index, X_res.index)


def test_a_frame_of_labels_follows_the_frame_of_features(sampler_class, indexed):
    X, y = indexed
    X_res, y_res = make(sampler_class).fit_resample(X, y.to_frame())
    pd.testing.assert_index_equal(y_res.index, X_res.index)


def test_labels_beside_an_array_keep_their_index_when_rows_are_selected(selector_class, indexed):
    X, y = indexed
    sampler = make(selector_class)
    _, y_res = sampler.fit_resample(X.to_numpy(), y)
    pd.testing.assert_series_equal(y_res, y.iloc[sampler.sample_indices_])


def test_labels_beside_an_array_are_numbered_anew_when_rows_are_added(over_sampler_class, indexed):
    X, y = indexed
    _, y_res = make(over_sampler_class).fit_resample(X.to_numpy(), y)
    pd.testing.assert_index_equal(y_res.index, pd.RangeIndex(len(y_res)), exact=True)
