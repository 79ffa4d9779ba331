"""What can an ensemble not work with? Said by parameter, class or column, with what to try."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import is_regressor
from sklearn.utils.validation import has_fit_parameter

from .._core.columns import some_of
from .._core.table import is_frame, refuse_infinite, wrap
from ..exceptions import ColumnTypeError, SamplerInputError


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
    if learner is not None and is_regressor(learner):
        raise ValueError(
            f"{type(learner).__name__} is a regressor: give a classifier, which predicts one of "
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
