"""The only file that knows private parts and versions of scikit-learn and imbalanced-learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils import _metadata_requests
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import (
    _check_feature_names,
    _check_n_features,
    _check_sample_weight,
    _num_samples,
)

__all__ = [
    "HasMethods",
    "Interval",
    "StrOptions",
    "check_feature_names",
    "check_n_features",
    "check_sample_weight",
    "fit_context",
    "name_estimators",
    "num_samples",
    "pipeline_parts",
    "routing_enabled",
    "row_targets",
    "sampler_tags",
]

check_feature_names = _check_feature_names
check_n_features = _check_n_features
check_sample_weight = _check_sample_weight
fit_context = _fit_context
num_samples = _num_samples
routing_enabled = _metadata_requests._routing_enabled


def _route_fit_resample() -> None:
    """Let scikit-learn route metadata to `fit_resample`, before any sampler class is made.

    imbalanced-learn does the same when it is imported; whoever comes second must not add a second
    entry.
    """
    for methods in (_metadata_requests.SIMPLE_METHODS, _metadata_requests.METHODS):
        if "fit_resample" not in methods:
            methods.append("fit_resample")


_route_fit_resample()


def row_targets(strategy: Any, y: Any, sampling_type: str) -> dict[Any, int]:
    """Give the rows to add (over-sampling) or to keep, by imbalanced-learn's rules.

    For cleaning only the classes count, not the numbers.
    """
    if isinstance(strategy, str) and strategy == "auto" and sampling_type in _BALANCED:
        return _BALANCED[sampling_type](*np.unique(y, return_counts=True))
    from imblearn.utils import check_sampling_strategy

    if callable(strategy) and sampling_type == "clean-sampling":
        strategy = strategy(y)  # a list of classes, which is not understood there
    if isinstance(strategy, Mapping):
        strategy = dict(strategy)  # a mapping of another type is not understood there
    return dict(check_sampling_strategy(strategy, y, sampling_type))


def _all_as_the_largest(classes: np.ndarray, counts: np.ndarray) -> dict[Any, int]:
    largest = int(counts.argmax())
    return {
        label: int(counts[largest] - n)
        for place, (label, n) in enumerate(zip(classes, counts, strict=True))
        if place != largest
    }


def _all_as_the_smallest(classes: np.ndarray, counts: np.ndarray) -> dict[Any, int]:
    smallest = int(counts.argmin())
    return {
        label: int(counts[smallest]) for place, label in enumerate(classes) if place != smallest
    }


# What "auto" means there, said here so that the usual call need not load the whole library.
_BALANCED = {"over-sampling": _all_as_the_largest, "under-sampling": _all_as_the_smallest}


def name_estimators(estimators: Any) -> list[tuple[str, Any]]:
    """Name the steps of a pipeline as scikit-learn does."""
    from sklearn.pipeline import _name_estimators

    return list(_name_estimators(estimators))


def sampler_tags(*, sample_indices: bool, allow_nan: bool, string: bool) -> Any:
    """Give the tags by which scikit-learn and imbalanced-learn recognize a sampler."""
    from imblearn.utils._tags import InputTags, SamplerTags, Tags
    from sklearn.utils import TargetTags

    return Tags(
        estimator_type="sampler",
        target_tags=TargetTags(required=True),
        transformer_tags=None,
        regressor_tags=None,
        classifier_tags=None,
        sampler_tags=SamplerTags(sample_indices=sample_indices),
        input_tags=InputTags(
            two_d_array=True,
            sparse=True,
            dataframe=True,
            string=string,
            categorical=string,
            allow_nan=allow_nan,
        ),
    )


def pipeline_parts() -> tuple[Any, Any, Any]:
    """Give imbalanced-learn's functions that fit one transformer or sampler, and its step timer."""
    from imblearn import pipeline

    return (
        pipeline._fit_transform_one,
        pipeline._fit_resample_one,
        pipeline._print_elapsed_time,
    )
