"""Neighbors are searched in the space asked for; rows are built in the original units."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import SelectKBest
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from medresample.exceptions import FallbackWarning, ScaleWarning
from medresample.over_sampling import SMOTE

from .samplers import SEARCHERS, has_parameter, make

SPACED = [each for each in SEARCHERS if has_parameter(each, "neighbor_space")]


@pytest.fixture(params=SPACED, ids=[each.__name__ for each in SPACED])
def spaced_class(request):
    """A sampler that takes ``neighbor_space``."""
    return request.param


@pytest.fixture
def mixed_units(multiclass):
    """A table of age in years, dose in micrograms and two ratios."""
    X, y = multiclass
    X = X * [10.0, 1e6, 0.1, 0.1]
    return pd.DataFrame(X, columns=["age", "dose", "flow", "ratio"]), y


def test_wildly_different_scales_draw_one_warning_with_two_columns_and_the_answer(
    interpolator_class, mixed_units
):
    X, y = mixed_units
    with pytest.warns(ScaleWarning) as caught:
        make(interpolator_class).fit_resample(X, y)
    assert len(caught) == 1
    message = str(caught[0].message)
    assert "StandardScaler()" in message
    assert ("neighbor_space=" in message) is has_parameter(interpolator_class, "neighbor_space")
    assert "dose" in message
    assert ("flow" in message) != ("ratio" in message)
    assert "age" not in message


def test_columns_of_an_array_are_named_by_number(interpolator_class, mixed_units):
    X, y = mixed_units
    with pytest.warns(ScaleWarning, match=r"(?s)\b1\b|x1"):
        make(interpolator_class).fit_resample(X.to_numpy(), y)


def test_a_sparse_table_is_warned_about_too(interpolator_class, mixed_units):
    X, y = mixed_units
    with pytest.warns(ScaleWarning, match="StandardScaler"):
        make(interpolator_class).fit_resample(sparse.csr_array(X.to_numpy()), y)


def test_a_space_that_scales_draws_no_warning(spaced_class, mixed_units):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make(spaced_class, neighbor_space=StandardScaler()).fit_resample(*mixed_units)


def test_constant_columns_draw_no_warning(searcher_class, multiclass):
    X, y = multiclass
    X[:, 0] = 1e9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", FallbackWarning)
        make(searcher_class).fit_resample(X, y)


def test_copying_samplers_care_for_no_scale(copier_class, mixed_units):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make(copier_class).fit_resample(*mixed_units)


@pytest.mark.parametrize(
    "space", [StandardScaler(), PCA(2, random_state=0)], ids=["StandardScaler", "PCA"]
)
def test_partners_are_the_nearest_in_the_space_and_rows_keep_their_units(space, mixed_units):
    X, y = mixed_units
    sampler = SMOTE(
        neighbor_space=space, k_neighbors=2, sampling_strategy={2: 1000}, random_state=0
    )
    X_res, _ = sampler.fit_resample(X.to_numpy(), y)
    made = sampler.provenance_[len(X) :]
    Z = type(space)(**space.get_params()).fit_transform(X.to_numpy())
    rows = np.flatnonzero(y == 2)
    for row in rows:
        others = rows[rows != row]
        nearest = others[np.argsort(np.linalg.norm(Z[others] - Z[row], axis=1))[:2]]
        assert set(made["partner"][made["seed"] == row]) == set(nearest)
    table = X.to_numpy()
    seed, partner, step = table[made["seed"]], table[made["partner"]], made["step"][:, None]
    np.testing.assert_allclose(X_res[len(X) :], seed + step * (partner - seed), rtol=1e-9)


def test_the_transformer_given_is_not_fitted_itself(spaced_class, multiclass):
    space = StandardScaler()
    sampler = make(spaced_class, neighbor_space=space)
    sampler.fit_resample(*multiclass)
    assert sampler.neighbor_space is space
    with pytest.raises(NotFittedError):
        check_is_fitted(space)


def test_a_space_that_needs_the_labels_is_given_them(spaced_class, multiclass):
    X, y = multiclass
    make(spaced_class, neighbor_space=SelectKBest(k=2)).fit_resample(X, y)


def test_a_space_of_a_sparse_table(spaced_class, multiclass):
    X, y = multiclass
    sampler = make(spaced_class, neighbor_space=TruncatedSVD(2, random_state=0))
    X_res, _ = sampler.fit_resample(sparse.csr_array(X), y)
    expected, _ = sampler.fit_resample(X, y)
    np.testing.assert_allclose(X_res.toarray(), expected, rtol=1e-10, atol=1e-12)


def test_missing_values_are_searched_around_in_the_space(multiclass):
    X, y = multiclass
    X[np.random.default_rng(2).random(X.shape) < 0.2] = np.nan
    inside = SMOTE(neighbor_space=StandardScaler(), random_state=0)
    inside.fit_resample(X, y)
    outside = SMOTE(random_state=0)
    outside.fit_resample(StandardScaler().fit_transform(X), y)
    for name in ("seed", "partner", "step"):
        np.testing.assert_array_equal(inside.provenance_[name], outside.provenance_[name])


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, np.ndarray.tolist])
def test_the_space_is_the_same_for_every_container(spaced_class, frame, multiclass):
    X, y = multiclass
    expected, _ = make(spaced_class, neighbor_space=PCA(2)).fit_resample(X, y)
    X_res, _ = make(spaced_class, neighbor_space=PCA(2)).fit_resample(frame(X), y)
    np.testing.assert_allclose(np.asarray(X_res), expected, rtol=1e-12)


def test_a_space_parameter_is_reached_by_its_name(spaced_class):
    sampler = spaced_class(neighbor_space=PCA(3))
    sampler.set_params(neighbor_space__n_components=2)
    assert sampler.neighbor_space.n_components == 2
