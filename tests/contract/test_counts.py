"""The counts asked for are the counts delivered, and bad requests are refused in known words."""

import re
from collections import Counter

import numpy as np
import pytest
from imblearn.over_sampling import RandomOverSampler as PeerOver
from imblearn.under_sampling import RandomUnderSampler as PeerUnder
from imblearn.utils import check_sampling_strategy

from medresample.exceptions import NothingToDoWarning

from .samplers import has_parameter, make


def _delivered(sampler, X, y):
    _, y_res = sampler.fit_resample(X, y)
    return dict(Counter(np.asarray(y_res).tolist()))


def _asked(strategy, y, kind):
    """What imbalanced-learn understands by the strategy: rows to add, or rows to keep."""
    counts = dict(Counter(y.tolist()))
    for label, number in check_sampling_strategy(strategy, y, kind).items():
        counts[int(label)] = number + (counts[int(label)] if kind == "over-sampling" else 0)
    return counts


@pytest.mark.parametrize(
    "strategy",
    [
        "auto",
        "minority",
        "not minority",
        "not majority",
        "all",
        {1: 31},
        {2: 13, 0: 77},
        {0: 50, 1: 24, 2: 99},
        lambda y: {2: int(np.sum(y == 0))},
    ],
    ids=lambda given: getattr(given, "__name__", repr(given)),
)
def test_an_over_sampler_delivers_the_counts_asked_for(over_sampler_class, strategy, multiclass):
    X, y = multiclass
    sampler = make(over_sampler_class, sampling_strategy=strategy)
    assert _delivered(sampler, X, y) == _asked(strategy, y, "over-sampling")


@pytest.mark.parametrize("ratio", [0.36, 0.5, 0.77, 0.999, 1.0, 1])
def test_an_over_sampler_reaches_the_ratio_asked_for(over_sampler_class, ratio, binary):
    X, y = binary
    sampler = make(over_sampler_class, sampling_strategy=ratio)
    assert _delivered(sampler, X, y) == _asked(ratio, y, "over-sampling")


@pytest.mark.parametrize(
    "strategy",
    [
        "auto",
        "majority",
        "not minority",
        "not majority",
        "all",
        {0: 31},
        {1: 13, 0: 49},
        {0: 50, 1: 1, 2: 12},
        lambda y: {0: int(np.sum(y == 1))},
    ],
    ids=lambda given: getattr(given, "__name__", repr(given)),
)
def test_an_under_sampler_delivers_the_counts_asked_for(under_sampler_class, strategy, multiclass):
    X, y = multiclass
    sampler = make(under_sampler_class, sampling_strategy=strategy)
    assert _delivered(sampler, X, y) == _asked(strategy, y, "under-sampling")


@pytest.mark.parametrize("ratio", [0.34, 0.5, 0.77, 0.999, 1.0])
def test_an_under_sampler_reaches_the_ratio_asked_for(under_sampler_class, ratio, binary):
    X, y = binary
    sampler = make(under_sampler_class, sampling_strategy=ratio)
    assert _delivered(sampler, X, y) == _asked(ratio, y, "under-sampling")


def test_fit_says_how_many_rows_each_class_gets(sampler_class, multiclass):
    X, y = multiclass
    sampler = make(sampler_class)
    assert sampler.fit(X, y) is sampler
    if has_parameter(sampler_class, "sampling_strategy"):
        kind = sampler._sampling_type
        assert dict(sampler.sampling_strategy_) == dict(check_sampling_strategy("auto", y, kind))
    resampling = make(sampler_class)
    resampling.fit_resample(X, y)
    assert resampling.sampling_strategy_ == sampler.sampling_strategy_


def test_the_order_of_a_mapping_does_not_matter(over_sampler_class, multiclass):
    X, y = multiclass
    forth = make(over_sampler_class, sampling_strategy={1: 40, 2: 30}).fit_resample(X, y)
    back = make(over_sampler_class, sampling_strategy={2: 30, 1: 40}).fit_resample(X, y)
    np.testing.assert_array_equal(forth[0], back[0])
    np.testing.assert_array_equal(forth[1], back[1])


def test_a_class_left_out_of_the_mapping_is_left_alone(counted_class, multiclass):
    X, y = multiclass
    target = {1: 30} if counted_class._sampling_type == "over-sampling" else {0: 30}
    sampler = make(counted_class, sampling_strategy=target)
    assert _delivered(sampler, X, y) == {**Counter(y.tolist()), **target}


def test_a_callable_is_given_the_labels(counted_class, multiclass):
    X, y = multiclass
    seen = []

    def strategy(labels):
        seen.append(np.asarray(labels))
        return {0: 50}

    with pytest.warns(NothingToDoWarning):
        make(counted_class, sampling_strategy=strategy).fit_resample(X, y)
    np.testing.assert_array_equal(seen[0], y)


TWO = np.repeat([0, 1], [60, 20])
THREE = np.repeat([0, 1, 2], [40, 24, 16])
REFUSED_BY_BOTH = [
    ("nonsense", TWO),
    (0.0, TWO),
    (-0.2, TWO),
    (1.5, TWO),
    (None, TWO),
    ([0, 1], TWO),
    (0.5, THREE),
    ({7: 30}, TWO),
    ({1: -3}, TWO),
    (lambda y: {7: 30}, TWO),
    (lambda y: {1: -3}, TWO),
    ("auto", np.zeros(80, dtype=int)),
    ({0: 90}, np.zeros(80, dtype=int)),
]
REFUSED_WHEN_ADDING = [("majority", TWO), (0.2, TWO), ({1: 19}, TWO), (lambda y: {1: 19}, TWO)]
REFUSED_WHEN_REMOVING = [("minority", TWO), (0.2, TWO), ({1: 21}, TWO), (lambda y: {1: 21}, TWO)]


def _message(sampler, y):
    """Return the refusal, less the name of the sampler and the order of words in a set."""
    X = np.random.default_rng(0).normal(size=(len(y), 2))
    with pytest.raises(ValueError) as error:
        sampler.fit_resample(X, y)
    text = str(error.value).replace(type(sampler).__name__, "the sampler")
    return re.sub(r"{[^}]*}", lambda words: str(sorted(words[0][1:-1].split(", "))), text)


@pytest.mark.parametrize(("strategy", "y"), REFUSED_BY_BOTH + REFUSED_WHEN_ADDING)
def test_a_bad_request_is_refused_as_the_peer_over_sampler_does(over_sampler_class, strategy, y):
    ours = _message(over_sampler_class(sampling_strategy=strategy), y)
    assert ours.startswith(_message(PeerOver(sampling_strategy=strategy), y))


@pytest.mark.parametrize(("strategy", "y"), REFUSED_BY_BOTH + REFUSED_WHEN_REMOVING)
def test_a_bad_request_is_refused_as_the_peer_under_sampler_does(under_sampler_class, strategy, y):
    ours = _message(under_sampler_class(sampling_strategy=strategy), y)
    assert ours.startswith(_message(PeerUnder(sampling_strategy=strategy), y))


def test_half_a_row_is_refused(counted_class, multiclass):
    half = {1: 30.5} if counted_class._sampling_type == "over-sampling" else {1: 13.5}
    with pytest.raises((ValueError, TypeError)):
        make(counted_class, sampling_strategy=half).fit_resample(*multiclass)


def test_counts_may_be_numpy_integers(counted_class, multiclass):
    X, y = multiclass
    n_rows = {0: 50, 1: 30} if counted_class._sampling_type == "over-sampling" else {0: 30, 1: 24}
    asked = {np.int64(label): np.int32(number) for label, number in n_rows.items()}
    sampler = make(counted_class, sampling_strategy=asked)
    assert _delivered(sampler, X, y) == {**n_rows, 2: 12}


@pytest.mark.parametrize("y", [np.linspace(0, 1, 80), np.linspace(0, 1, 80).tolist()])
def test_a_continuous_target_is_refused(sampler_class, y):
    with pytest.raises(ValueError, match="Unknown label type"):
        make(sampler_class).fit_resample(np.random.default_rng(0).normal(size=(80, 2)), y)


def test_several_labels_per_row_are_refused(sampler_class, binary):
    X, y = binary
    with pytest.raises(ValueError, match="Multilabel and multioutput targets are not supported"):
        make(sampler_class).fit_resample(X, np.c_[y, np.ones_like(y)])


def test_missing_labels_are_refused(sampler_class, binary):
    X, y = binary
    y = y.astype(float)
    y[3] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        make(sampler_class).fit_resample(X, y)
