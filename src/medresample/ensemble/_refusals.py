"""What can an ensemble not work with? Said by parameter, class or column, with what to try."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import is_clusterer, is_outlier_detector, is_regressor
from sklearn.utils.validation import has_fit_parameter

from .._core.columns import some_of
from .._core.refused import refuse_infinite, refuse_sparse_holes
from .._core.table import is_frame, wrap
from ..exceptions import ColumnTypeError, SamplerInputError

# What is no classifier, by scikit-learn's tests for it.
OTHER_KINDS = {
    "a regressor": is_regressor,
    "an outlier detector": is_outlier_detector,
    "a clusterer": is_clusterer,
}


def refuse_choices(ensemble: Any) -> None:
    """Refuse parameters that contradict one another, or are classes instead of objects."""
    for name in ("estimator", "weak_learner", "sampler"):
        kind = getattr(ensemble, name)
        if isinstance(kind, type):
            raise TypeError(f"{name} is the class {kind.__name__}: give {kind.__name__}().")
    estimator, learner = ensemble.estimator, ensemble.weak_learner
    if estimator is not None and learner is not None:
        raise ValueError(
            "Give either estimator, which is fitted for each member as it is, or weak_learner, "
            "which is boosted, not both."
        )
    for kind in (estimator, learner):
        if kind is None:
            continue
        for what, is_one in OTHER_KINDS.items():
            if is_one(kind):
                raise ValueError(
                    f"{type(kind).__name__} is {what}: give a classifier, which predicts one of "
                    "the classes."
                )
    by_weight = learner is not None and ensemble.boost_by == "weight"
    if by_weight and not has_fit_parameter(learner, "sample_weight"):
        raise ValueError(
            f"boost_by='weight' shows the weak_learner weights, and {type(learner).__name__} takes "
            "no sample_weight: use boost_by='drawing', which draws rows instead."
        )
    if ensemble.draw_by == "group" and ensemble.sampler is not None:
        raise ValueError(
            "draw_by='group' is for the random draw, which a sampler stands in for: leave out the "
            "sampler, or draw_by, and give the groups to a sampler that knows them."
        )


def refuse_classes(ensemble: Any, classes: np.ndarray) -> None:
    """Refuse classes that the members so far do not know, or that are compared in pairs."""
    goes_on = ensemble.warm_start and hasattr(ensemble, "members_")
    if goes_on and not np.array_equal(ensemble.classes_, classes):
        raise ValueError(
            "warm_start=True adds members to those fitted on the classes "
            f"{ensemble.classes_.tolist()}, but y holds {classes.tolist()}: fit on the same "
            "classes, or with warm_start=False."
        )
    if ensemble.estimator is None or len(classes) < 3:
        return
    for name, value in ensemble.estimator.get_params().items():
        if name.endswith("decision_function_shape") and value == "ovo":
            raise ValueError(
                "decision_function_shape='ovo' gives a score for each pair of classes, and "
                f"{type(ensemble).__name__} adds up one for each class: use 'ovr'."
            )


def refuse_other_scores(ensemble: Any, members: list[Any]) -> None:
    """Refuse to add members whose scores are of another kind than those so far."""
    for member in members:
        first = (ensemble.members_ or members)[0]
        if type(member.estimator) is not type(first.estimator) or (
            np.isfinite(member.ceiling) != np.isfinite(first.ceiling)
        ):
            raise ValueError(
                f"warm_start=True adds members to those of {type(first.estimator).__name__}, whose "
                f"scores are not those of {type(member.estimator).__name__}: fit with "
                "warm_start=False."
            )


def refuse_columns(X: Any, learner: Any) -> None:
    """Refuse a table that trees would be asked about without looking at it."""
    expected = getattr(learner, "n_features_in_", None)
    if is_frame(X) or not hasattr(X, "shape"):
        raise TypeError(
            f"scores of a member take an array or a sparse matrix, found a {type(X).__name__}: "
            "pass X.to_numpy(), with the columns in the order of the fit."
        )
    if expected is not None and X.shape[1] != expected:
        raise ValueError(f"X has {X.shape[1]} columns, and the member was fitted on {expected}.")


def name_columns(X: Any, error: Exception) -> None:
    """Refuse a table again, in plainer words, where its columns say why scikit-learn did."""
    if not (is_frame(X) or getattr(X, "ndim", 0) == 2):
        return
    table = wrap(X)
    kinds = np.array(table.kinds())
    words, dates = (
        [table.names[column] for column in np.flatnonzero(kinds == kind)]
        for kind in ("nominal", "date")
    )
    if words:
        raise ColumnTypeError(
            f"Input X holds words or categories in column {some_of(words)}, and trees take "
            "numbers. Encode them, in the pipeline before it, or give an estimator that knows "
            "categories, such as HistGradientBoostingClassifier(categorical_features='from_dtype')."
        ) from error
    if dates:
        raise ColumnTypeError(
            f"Input X holds dates in column {some_of(dates)}, and trees take numbers: make them "
            "numbers first, such as days since admission."
        ) from error
    if not (kinds == "other").any():
        refuse_sparse_holes(table)
        refuse_infinite(table)


def refuse_large(X: Any, names: Any) -> None:
    """Refuse numbers that are finite, but too large for the type that trees look at."""
    if not isinstance(X, np.ndarray) or X.dtype != np.float64:
        return
    limit = np.finfo(np.float32).max
    if X.max() <= limit and X.min() >= -limit:
        return
    for column, values in enumerate(X.T):  # large, or only missing
        lowest, highest = np.fmin.reduce(values), np.fmax.reduce(values)
        if highest > limit or lowest < -limit:
            name = column if names is None else names[column]
            raise SamplerInputError(
                f"Input X holds {highest if highest > limit else lowest:g} in column {name}, "
                "which is beyond the numbers that trees look at (float32, up to 3.4e+38): rescale "
                "the column, or mark the value as missing (NaN)."
            )
