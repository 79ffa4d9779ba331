"""What do the calibrators share? Scores in, probabilities of the same shape out."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .._compat import fit_context
from .._core.groups import check_weights
from .._core.targets import Target, read_target
from ..exceptions import SamplerInputError
from ._priors import is_self_evident


class Calibrator(BaseEstimator, metaclass=ABCMeta):
    """A map from what a model says to probabilities, learned on rows that it was not trained on.

    A subclass says in `_learn` what it learns, and in `_say` what follows for other rows.
    """

    _parameter_constraints: ClassVar[dict] = {}
    takes_scores: ClassVar[bool] = False  # whether any score will do, or only probabilities

    classes_: np.ndarray

    @abstractmethod
    def _learn(self, columns: np.ndarray, target: Target, weights: np.ndarray) -> None:
        """Learn from one column for two classes, that of the second, or one a class for more."""

    @abstractmethod
    def _say(self, columns: np.ndarray) -> np.ndarray:
        """Give probabilities in as many columns."""

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, scores: Any, y: Any, sample_weight: Any = None) -> Any:
        """Learn the map from rows that were neither trained on nor resampled.

        Parameters
        ----------
        scores : array-like of shape (n_rows,) or (n_rows, n_classes)
            What the model says: of the positive class alone, or a column for each of the sorted
            classes.
        y : array-like of shape (n_rows,)
            The labels. Beside a single column they have to say by themselves which is the positive
            one: 0/1, -1/+1 or bool, such as ``y == "ill"``.
        sample_weight : array-like of shape (n_rows,), default=None
            Weights, not negative. Rows without weight take no part.

        Returns
        -------
        self : object
        """
        columns, target, weights = self._check(scores, y, sample_weight)
        self.classes_ = target.classes
        self._learn(columns, target, weights)
        return self

    def predict(self, scores: Any) -> np.ndarray:
        """Give calibrated probabilities.

        Parameters
        ----------
        scores : array-like of shape (n_rows,) or (n_rows, n_classes)
            What the model says, in the form that it was fitted with.

        Returns
        -------
        probabilities : ndarray of the same shape
        """
        check_is_fitted(self, "classes_")
        values = self._read(scores)
        if values.shape[1:] != self._shape:
            raise ValueError(
                f"scores have the shape {values.shape}; the calibrator was fitted with "
                f"{(len(values), *self._shape)}."
            )
        columns = self._say(self._columns(values))
        if columns.shape[1] > 1:
            return columns
        return columns[:, 0] if not self._shape else np.hstack([1 - columns, columns])

    def _check(
        self, scores: Any, y: Any, sample_weight: Any
    ) -> tuple[np.ndarray, Target, np.ndarray]:
        values, target = self._read(scores), read_target(y)
        n_rows = len(target.codes)
        if len(values) != n_rows:
            raise SamplerInputError(f"scores have {len(values)} rows, and y has {n_rows}.")
        weights = check_weights(sample_weight, n_rows)
        if weights is not None:
            if (weights < 0).any():
                raise SamplerInputError("sample_weight must not be negative.")
            some = weights > 0
            values, target = values[some], read_target(target.labels[some])
            weights = weights[some].astype(np.float64)
        if len(target.classes) < 2:
            raise SamplerInputError(
                f"{type(self).__name__} needs rows of at least 2 classes, found 1 class: every "
                f"row is labeled {target.class_name(0)}."
            )
        if values.ndim == 1 and not is_self_evident(target.classes):
            raise SamplerInputError(
                "scores are of one class, and y does not say of which: its labels are "
                f"{', '.join(map(repr, target.classes.tolist()))}. Give y as True and False, such "
                f"as y == {target.class_name(0)}, or a column of scores for each class."
            )
        if values.ndim == 2 and values.shape[1] != len(target.classes):
            raise SamplerInputError(
                f"scores have {values.shape[1]} columns, and y has {len(target.classes)} classes: "
                f"{', '.join(map(repr, target.classes.tolist()))}."
            )
        self._shape = values.shape[1:]
        return (
            self._columns(values),
            target,
            np.ones(len(values)) if weights is None else weights,
        )

    def _columns(self, values: np.ndarray) -> np.ndarray:
        """Give one column for two classes, that of the positive one, and one a class for more."""
        if values.ndim == 1:
            return values[:, np.newaxis]
        return values[:, 1:] if values.shape[1] == 2 else values

    def _read(self, scores: Any) -> np.ndarray:
        values = np.asarray(scores, dtype=np.float64)
        if values.ndim not in (1, 2) or (values.ndim == 2 and values.shape[1] < 2):
            raise ValueError(
                "scores must have one column, shape (n_rows,), or one for each class, shape "
                f"(n_rows, n_classes); found the shape {values.shape}."
            )
        if not np.isfinite(values).all():
            raise ValueError("scores must be finite, none missing.")
        if not self.takes_scores and not np.all((values >= 0) & (values <= 1)):
            raise ValueError(
                f"{type(self).__name__} maps probabilities, between 0 and 1; found values from "
                f"{values.min():g} to {values.max():g}. SigmoidCalibrator and IsotonicCalibrator "
                "take any score."
            )
        return values
