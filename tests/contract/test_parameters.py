"""Constructors only store, take keywords only, and bad values are refused by name."""

import inspect
import pickle

import numpy as np
import pytest
from imblearn.utils.estimator_checks import check_param_validation
from sklearn.base import clone
from sklearn.utils._param_validation import InvalidParameterError

from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

from .samplers import make, make_as_it_comes, strategy_parameter


def _parameters(sampler_class):
    return list(inspect.signature(sampler_class).parameters.values())


def test_parameters_are_keywords_only(sampler_class):
    kinds = {each.kind for each in _parameters(sampler_class)}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}
    with pytest.raises(TypeError, match="positional"):
        sampler_class("auto")


def test_the_constructor_stores_what_it_is_given_and_nothing_else(sampler_class):
    given = {each.name: object() for each in _parameters(sampler_class)}
    sampler = sampler_class(**given)
    assert vars(sampler) == given


def test_every_parameter_has_a_declared_constraint(sampler_class):
    declared = set(sampler_class._parameter_constraints)
    assert declared == {each.name for each in _parameters(sampler_class)}


@pytest.mark.parametrize("method", ["fit", "fit_resample", "plan"])
def test_a_bad_value_is_refused_by_the_name_of_the_parameter(sampler_class, method, binary):
    for parameter in _parameters(sampler_class):
        sampler = sampler_class(**{parameter.name: object()})
        expected = f"The '{parameter.name}' parameter of {sampler_class.__name__} must be"
        with pytest.raises(InvalidParameterError, match=expected):
            getattr(sampler, method)(*binary)


def test_the_parameter_check_of_imbalanced_learn_passes(sampler_class):
    check_param_validation(sampler_class.__name__, sampler_class())


@pytest.mark.parametrize(
    ("sampler", "name"),
    [
        (SMOTE(k_neighbors=0), "k_neighbors"),
        (SMOTE(k_neighbors=2.5), "k_neighbors"),
        (SMOTE(k_neighbors="5"), "k_neighbors"),
        (SMOTE(allocation="fair"), "allocation"),
        (SMOTE(partner_groups="own"), "partner_groups"),
        (SMOTE(neighbor_space="pca"), "neighbor_space"),
        (SMOTE(random_state="seed"), "random_state"),
        (SMOTE(random_state=-1), "random_state"),
        (SMOTE(n_jobs="all"), "n_jobs"),
        (SMOTE(discrete_features=3.5), "discrete_features"),
        (RandomOverSampler(shrinkage=-0.1), "shrinkage"),
        (RandomOverSampler(shrinkage={1: -0.1}), "shrinkage"),
        (RandomOverSampler(shrinkage="some"), "shrinkage"),
        (RandomOverSampler(clip="no"), "clip"),
        (RandomUnderSampler(replacement="no"), "replacement"),
    ],
    ids=repr,
)
def test_a_value_out_of_range_is_refused_by_the_name_of_the_parameter(sampler, name, binary):
    with pytest.raises(ValueError, match=name):
        sampler.fit_resample(*binary)


def test_shrinkage_by_class_must_name_every_class_that_grows(multiclass):
    with pytest.raises(ValueError, match=r"shrinkage.*2"):
        RandomOverSampler(shrinkage={1: 0.5}).fit_resample(*multiclass)


def test_fitting_leaves_the_parameters_as_they_were(sampler_class, multiclass):
    sampler = make(sampler_class)
    before = sampler.get_params(deep=False)
    sampler.fit_resample(*multiclass)
    after = sampler.get_params(deep=False)
    assert all(after[name] is before[name] for name in before)


def test_a_strategy_given_as_a_mapping_is_not_changed(counted_class, multiclass):
    strategy = {1: 50, 2: 50} if counted_class._sampling_type == "over-sampling" else {0: 12, 1: 12}
    given = dict(strategy)
    make(counted_class, sampling_strategy=given).fit_resample(*multiclass)
    assert given == strategy


def test_a_clone_has_the_parameters_and_nothing_fitted(sampler_class, multiclass):
    X, y = multiclass
    sampler = make_as_it_comes(sampler_class)  # steps, which are cloned too, equal only themselves
    X_res, _ = sampler.fit_resample(X, y)
    copy = clone(sampler)
    assert copy.get_params() == sampler.get_params()
    assert not hasattr(copy, "plan_")
    np.testing.assert_array_equal(copy.fit_resample(X, y)[0], X_res)


def test_parameters_are_set_by_name(sampler_class):
    sampler = sampler_class()
    name = strategy_parameter(sampler_class)
    assert sampler.set_params(**{name: 0.9}) is sampler
    assert sampler.get_params()[name] == 0.9
    with pytest.raises(ValueError, match="Invalid parameter 'no_such'"):
        sampler.set_params(no_such=1)


def test_a_fitted_sampler_survives_pickling(sampler_class, multiclass):
    X, y = multiclass
    sampler = make(sampler_class)
    X_res, _ = sampler.fit_resample(X, y)
    again = pickle.loads(pickle.dumps(sampler))
    np.testing.assert_array_equal(again.plan_.apply(X), X_res)
    np.testing.assert_array_equal(again.fit_resample(X, y)[0], X_res)
    assert again.provenance_.dtype == sampler.provenance_.dtype
    assert again.sampling_strategy_ == sampler.sampling_strategy_


def test_fitted_attributes_wait_for_fitting(sampler_class):
    sampler = make(sampler_class)
    for name in ("plan_", "provenance_", "sampling_strategy_", "sample_indices_", "groups_"):
        assert not hasattr(sampler, name)


def test_nothing_learned_from_an_earlier_table_outlives_a_fit(sampler_class, multiclass):
    X, y = multiclass
    fitted_once = make(sampler_class).fit(X, y)
    sampler = make(sampler_class)
    sampler.fit_resample(X, y)
    sampler.fit(X, y)
    assert vars(sampler).keys() == vars(fitted_once).keys()
    assert not hasattr(sampler, "plan_")
