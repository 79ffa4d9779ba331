"""The checks of imbalanced-learn and scikit-learn, every sampler, and none of them in vain.

The class-count checks of imbalanced-learn stand behind ``isinstance``. Here a twin of each sampler
is registered as a virtual subclass, so that they count; and a sampler that miscounts shows it.
"""

import numpy as np
import pytest
from imblearn.base import BaseSampler as PeerSampler
from imblearn.over_sampling.base import BaseOverSampler
from imblearn.under_sampling.base import BaseCleaningSampler, BaseUnderSampler
from imblearn.utils import estimator_checks as peer_checks
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks as parametrize_plain_checks

from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

from .samplers import COMBINED, SAMPLERS, make

PEER_BASES = {
    "over-sampling": BaseOverSampler,
    "under-sampling": BaseUnderSampler,
    "clean-sampling": BaseCleaningSampler,
}


def _twin(sampler_class):
    """Return a subclass of the same name that imbalanced-learn takes for its own."""
    twin = type(sampler_class.__name__, (sampler_class,), {"__module__": __name__})
    _peer_base(sampler_class).register(twin)
    return twin


def _peer_base(sampler_class):
    """Return the base of imbalanced-learn's samplers of that kind: combinations meet no counts."""
    if sampler_class in COMBINED:
        return PeerSampler
    return PEER_BASES[sampler_class._sampling_type]


def _check_names(sampler):
    return [peer_checks._check_name(check) for check in peer_checks._yield_all_checks(sampler)]


def _collected(mark):
    """Hand the checks over as a list: a generator is what pytest will soon refuse."""
    names, checks = mark.args
    return pytest.mark.parametrize(names, list(checks), **mark.kwargs)


# The data of some checks is balanced, and in one some rows have no value at all.
@pytest.mark.filterwarnings("ignore::medresample.exceptions.NothingToDoWarning")
@pytest.mark.filterwarnings("ignore::medresample.exceptions.FewNeighborsWarning")
@_collected(peer_checks.parametrize_with_checks([make(_twin(each)) for each in SAMPLERS]))
def test_the_checks_of_imbalanced_learn_pass(estimator, check):
    check(estimator)


def _applicable(mark):
    """Leave out the check for array-API input: no sampler claims support, so it would skip."""
    names, checks = mark.args
    chosen = [each for each in checks if "array_api" not in peer_checks._check_name(each[1])]
    return pytest.mark.parametrize(names, chosen, **mark.kwargs)


@_applicable(_collected(parametrize_plain_checks([make(each) for each in SAMPLERS])))
def test_the_checks_of_scikit_learn_pass(estimator, check):
    check(estimator)


def test_no_check_of_imbalanced_learn_is_left_out(sampler_class):
    """Tags decide what is checked: sparse tables, frames and missing values all are."""
    sampler = make(sampler_class)
    everything = {name for name in dir(peer_checks) if name.startswith("check_sampler")}
    everything -= {"check_samplers_string", "check_samplers_nan"}
    everything |= {"check_target_type"}
    assert everything <= set(_check_names(sampler))
    tags = get_tags(sampler).input_tags
    assert ("check_samplers_string" in _check_names(sampler)) is tags.string
    assert ("check_samplers_nan" in _check_names(sampler)) is tags.allow_nan


def test_random_samplers_are_checked_with_text():
    assert "check_samplers_string" in _check_names(RandomOverSampler())
    assert "check_samplers_string" in _check_names(RandomUnderSampler())


def test_every_kind_of_sampler_stands_behind_an_isinstance_check(sampler_class):
    twin = make(_twin(sampler_class))
    assert isinstance(twin, _peer_base(sampler_class))


class _OneRowShort(SMOTE):
    """A broken over-sampler: its last new row is lost."""

    def fit_resample(self, X, y, **metadata):
        X_res, y_res = super().fit_resample(X, y, **metadata)
        return X_res[:-1], y_res[:-1]


class _OneRowTooMany(RandomUnderSampler):
    """A broken under-sampler: one row of class 2 that should be gone is still there."""

    def fit_resample(self, X, y, **metadata):
        X_res, y_res = super().fit_resample(X, y, **metadata)
        row = np.flatnonzero(np.asarray(y) == 2)[:1]
        return np.r_[X_res, np.asarray(X)[row]], np.r_[y_res, np.asarray(y)[row]]


class _GrowsClassOne(SMOTE):
    """A broken over-sampler: it adds a row to a class that was to be left alone."""

    def fit_resample(self, X, y, **metadata):
        X_res, y_res = super().fit_resample(X, y, **metadata)
        return np.r_[X_res, X_res[:1]], np.r_[y_res, 1]


@pytest.mark.parametrize(
    ("broken", "check"),
    [
        (_OneRowShort, peer_checks.check_samplers_fit_resample),
        (_OneRowTooMany, peer_checks.check_samplers_fit_resample),
        (_GrowsClassOne, peer_checks.check_samplers_sampling_strategy_fit_resample),
    ],
)
def test_a_sampler_that_miscounts_fails_only_when_registered(broken, check):
    check("broken", broken(random_state=0))  # passes in vain: isinstance says "not a sampler"
    with pytest.raises(AssertionError):
        check("broken", _twin(broken)(random_state=0))
