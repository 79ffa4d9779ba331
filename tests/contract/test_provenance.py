"""Where every output row came from: one record per row, in the words of the glossary."""

import numpy as np
import pandas as pd
import pytest
from sklearn.utils import get_tags

from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

from .samplers import make

FIELDS = ("origin", "seed", "partner", "step", "label")


@pytest.fixture
def resampled(sampler_class, multiclass):
    """A fitted sampler with its input and output."""
    X, y = multiclass
    sampler = make(sampler_class)
    return sampler, X, y, *sampler.fit_resample(X, y)


def test_there_is_one_record_per_output_row(resampled):
    sampler, _, _, X_res, _ = resampled
    assert isinstance(sampler.provenance_, np.ndarray)
    assert sampler.provenance_.shape == (len(X_res),)
    assert sampler.provenance_.dtype.names == FIELDS


def test_pandas_takes_the_records_as_they_are(resampled):
    sampler, _, _, X_res, y_res = resampled
    frame = pd.DataFrame(sampler.provenance_)
    assert tuple(frame.columns) == FIELDS
    assert len(frame) == len(X_res)
    assert set(frame["origin"]) <= {"original", "copy", "synthetic", "prototype"}
    np.testing.assert_array_equal(frame["label"], y_res)


def test_an_original_row_is_its_own_seed_and_has_no_partner(resampled):
    sampler, X, _, X_res, _ = resampled
    kept = sampler.provenance_["origin"] == "original"
    records = sampler.provenance_[kept]
    np.testing.assert_array_equal(X_res[kept], X[records["seed"]])
    assert np.all(records["partner"] == -1)
    assert np.isnan(records["step"]).all()


def test_rows_are_numbered_as_in_the_input(resampled):
    sampler, X, y, _, y_res = resampled
    seed = sampler.provenance_["seed"]
    assert seed.min() >= 0
    assert seed.max() < len(X)
    np.testing.assert_array_equal(y[seed], y_res)


def test_an_over_sampler_lists_the_originals_first(over_sampler_class, multiclass):
    X, y = multiclass
    sampler = make(over_sampler_class)
    sampler.fit_resample(X, y)
    np.testing.assert_array_equal(sampler.provenance_["seed"][: len(X)], np.arange(len(X)))
    assert set(sampler.provenance_["origin"][: len(X)]) == {"original"}
    assert "original" not in sampler.provenance_["origin"][len(X) :]


def test_a_new_row_can_be_rebuilt_from_its_record(multiclass):
    X, y = multiclass
    sampler = SMOTE(random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    made = sampler.provenance_[len(X) :]
    assert set(made["origin"]) == {"synthetic"}
    seed, partner, step = X[made["seed"]], X[made["partner"]], made["step"][:, None]
    np.testing.assert_allclose(
        X_res[len(X) :], seed + step * (partner - seed), rtol=1e-12, atol=1e-12
    )


def test_a_copy_is_called_a_copy_and_a_disturbed_copy_synthetic(multiclass):
    X, y = multiclass
    plain = RandomOverSampler(random_state=0)
    plain.fit_resample(X, y)
    assert set(plain.provenance_["origin"][len(X) :]) == {"copy"}
    smooth = RandomOverSampler(shrinkage=1.0, random_state=0)
    smooth.fit_resample(X, y)
    assert set(smooth.provenance_["origin"][len(X) :]) == {"synthetic"}


def test_labels_in_the_records_are_the_labels_given(sampler_class, multiclass):
    X, y = multiclass
    names = np.array(["benign", "malignant", "relapse"])
    sampler = make(sampler_class)
    _, y_res = sampler.fit_resample(X, names[y])
    assert sampler.provenance_["label"].tolist() == y_res.tolist()
    assert set(pd.DataFrame(sampler.provenance_)["label"]) == set(names)


def test_sample_indices_exist_exactly_where_the_tag_says_so(resampled):
    sampler, *_ = resampled
    assert hasattr(sampler, "sample_indices_") is get_tags(sampler).sampler_tags.sample_indices


def test_sample_indices_are_the_rows_taken(copier_class, multiclass):
    X, y = multiclass
    sampler = make(copier_class)
    X_res, y_res = sampler.fit_resample(X, y)
    assert sampler.sample_indices_.dtype.kind == "i"
    np.testing.assert_array_equal(X_res, X[sampler.sample_indices_])
    np.testing.assert_array_equal(y_res, y[sampler.sample_indices_])
    np.testing.assert_array_equal(sampler.sample_indices_, sampler.provenance_["seed"])


def test_random_samplers_expose_sample_indices_and_smote_does_not():
    assert get_tags(RandomOverSampler()).sampler_tags.sample_indices
    assert get_tags(RandomUnderSampler()).sampler_tags.sample_indices
    assert not get_tags(SMOTE()).sampler_tags.sample_indices


def test_no_row_is_taken_twice_without_replacement(selector_class, multiclass):
    X, y = multiclass
    sampler = make(selector_class)
    sampler.fit_resample(X, y)
    assert len(np.unique(sampler.sample_indices_)) == len(sampler.sample_indices_)


def test_rows_may_be_taken_twice_with_replacement(multiclass):
    X, y = multiclass
    sampler = RandomUnderSampler(replacement=True, random_state=0)
    X_res, y_res = sampler.fit_resample(X, y)
    assert len(np.unique(sampler.sample_indices_)) < len(sampler.sample_indices_)
    assert np.bincount(y_res).tolist() == [12, 12, 12]
    np.testing.assert_array_equal(X_res, X[sampler.sample_indices_])
