"""Trained on resampled rows, calibrated on rows that were not: with the patients kept apart."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d

from .._compat import HasMethods, Interval, StrOptions, fit_context
from .._core.groups import check_groups, check_weights
from .._core.randomness import draw_entropy, generator
from .._core.targets import read_target
from ..exceptions import SamplerInputError
from ._around import tags_around, tell_columns
from ._fitted_part import Fitted, Given, fit_part
from ._held_out import Part, calibration_parts
from ._methods import CALIBRATORS, new_calibrator, scores_of
from ._priors import prior_correct
from ._shown import samplers_in, warn_if_approximate

# What chance is for.
SPLIT, FINAL, FOLD = range(3)


def _has_probabilities(model: Any) -> bool:
    return model.calibrate is not None or hasattr(model.estimator, "predict_proba")


class ResampledClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A classifier trained on resampled rows, whose risks are calibrated on rows that were not.

    A part of the patients is kept out, neither resampled nor trained on, and keeps the shares of
    the classes as they are. The rest is resampled and fitted; then a map from what the model says
    to what happened is learned from the part kept out. That works after any sampler, where
    correcting the prior is exact only after random ones and weights.

    Not where cases are so few that the part kept out has a handful: ``held_out=5`` calibrates on
    all rows, fold by fold, at the cost of five more fits. Not as a remedy that always works: look
    at the calibration on test data afterwards. And the ranking of the patients does not get better
    by it.

    Parameters
    ----------
    sampler : sampler or None
        Ours or imbalanced-learn's, unfitted; None leaves the rows as they are, for a pipeline or an
        ensemble that resamples inside itself.
    estimator : classifier
        Unfitted, with `predict_proba`, or for "sigmoid" and "isotonic" with `decision_function`; a
        pipeline that ends in one. Steps before which rows should not be resampled, such as a
        scaler, go together with the sampler into a pipeline here, with ``sampler=None``.
    calibrate : {"prior", "sigmoid", "logistic", "isotonic", "beta", "temperature"}, object or None
        The map, default=None. "prior" counts the classes and keeps no rows out (see
        :class:`PriorCorrectedClassifier`); the others are the calibrators of these names, and
        "logistic" is the one to begin with. An unfitted calibrator of one's own is taken, too. None
        leaves the risks as they come, which after resampling are those of nobody.
    held_out : float, int or splitter, default=0.2
        A share of each class, or of its patients when `groups` are given, that is kept out; a
        number of folds, each predicted by a model that was not trained on it, before one more is
        trained on all; or an object with `split`.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance for what is kept out, and for a sampler and an estimator that have no
        `random_state` of their own.

    Attributes
    ----------
    estimator_ : classifier
        The fitted estimator, whose risks are not calibrated.
    sampler_ : sampler or None
        The fitted sampler; the row numbers of its plan are those of the training part.
    calibrator_ : calibrator or None
        The fitted map.
    calibration_rows_ : ndarray of int
        Rows of the table that the map was learned from, in order; empty where none was.
    prior_train_, prior_ : ndarray of shape (n_classes,)
        With ``calibrate="prior"``, the shares that the learner saw and those that were given.
    classes_ : ndarray of shape (n_classes,)
        Sorted labels.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Warns
    -----
    ApproximateCorrectionWarning
        With ``calibrate="prior"``, when a sampler does more than to shift the prior.
    UnreliableCalibrationWarning
        When a class has fewer than 20 cases (patients) to calibrate on; below 5 it is an error.

    See Also
    --------
    PriorCorrectedClassifier : Exact after random resampling and weights, and needs no rows.
    sklearn.calibration.CalibratedClassifierCV : Calibrates without resampling.

    References
    ----------
    .. [1] R. van den Goorbergh, M. van Smeden, D. Timmerman, B. Van Calster, "The harm of class
       imbalance corrections for risk prediction models", Journal of the American Medical
       Informatics Association 29, 1525-1534, 2022.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.preprocessing import StandardScaler
    >>> from medresample.calibration import ResampledClassifier
    >>> from medresample.datasets import load_nuclei
    >>> from medresample.over_sampling import SMOTE
    >>> nuclei = load_nuclei()
    >>> model = ResampledClassifier(
    ...     SMOTE(neighbor_space=StandardScaler()),
    ...     LogisticRegression(max_iter=10_000),
    ...     calibrate="logistic",
    ...     held_out=5,
    ...     random_state=0,
    ... ).fit(nuclei.data, nuclei.target)
    >>> model.predict_proba(nuclei.data).mean(axis=0).round(1).tolist()
    [0.9, 0.1]
    """

    _parameter_constraints: ClassVar[dict] = {
        "sampler": [HasMethods(["fit_resample"]), None],
        "estimator": [HasMethods(["fit", "predict"])],
        "calibrate": [StrOptions({"prior", *CALIBRATORS}), HasMethods(["fit", "predict"]), None],
        "held_out": [
            Interval(Real, 0, 1, closed="neither"),
            Interval(Integral, 2, None, closed="left"),
            HasMethods(["split"]),
        ],
        "random_state": ["random_state", np.random.Generator],
    }

    def __init__(
        self,
        sampler: Any,
        estimator: Any,
        *,
        calibrate: Any = None,
        held_out: Any = 0.2,
        random_state: Any = None,
    ) -> None:
        self.sampler = sampler
        self.estimator = estimator
        self.calibrate = calibrate
        self.held_out = held_out
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: Any, *, sample_weight: Any = None, groups: Any = None) -> Any:
        """Resample the training part, fit, and calibrate on the part kept out.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table, not resampled.
        y : array-like of shape (n_rows,)
            The labels.
        sample_weight : array-like of shape (n_rows,), default=None
            Weights, which travel through the sampler to the estimator, and count in the
            calibration.
        groups : array-like of shape (n_rows,), default=None
            Groups (patients): none is on both sides. A sampler of ours is told, too.

        Returns
        -------
        self : object
        """
        y = column_or_1d(y, warn=True)
        check_consistent_length(X, y)
        target = read_target(y)
        weights, groups = check_weights(sample_weight, len(y)), check_groups(groups, len(y))
        given = Given(X, target.labels, weights, groups)
        entropy = draw_entropy(self.random_state)
        self.classes_ = target.classes
        self.calibrator_: Any = None
        self.calibration_rows_ = np.empty(0, np.intp)
        if self.calibrate is None or self._corrects:
            fitted = self._fit_part(given, generator(entropy, FINAL))
        else:
            chance = generator(entropy, SPLIT)
            parts = calibration_parts(self.held_out, X, target, groups, chance)
            fitted = self._fit_and_calibrate(given, parts, entropy)
        self.sampler_, self.estimator_ = fitted.sampler, fitted.estimator
        if fitted.shown is not None:
            self.prior_train_ = fitted.shown.prior(self.classes_)
            self.prior_ = target.counts() / len(y)
        tell_columns(self, self.estimator_)
        return self

    @property
    def _corrects(self) -> bool:
        return isinstance(self.calibrate, str) and self.calibrate == "prior"

    def _fit_part(self, given: Given, rng: np.random.Generator) -> Fitted:
        if self._corrects:
            own = [] if self.sampler is None else [self.sampler]
            warn_if_approximate([*own, *samplers_in(self.estimator)], stacklevel=4)
        fitted = fit_part(self.sampler, self.estimator, given, rng, watch=self._corrects)
        if fitted.estimator.classes_.tolist() != self.classes_.tolist():
            gone = np.setdiff1d(self.classes_, fitted.estimator.classes_)
            raise SamplerInputError(
                f"Class {gone.tolist()[0]!r} was not among the rows that the estimator was fitted "
                "on: the sampler left none of it."
            )
        return fitted

    def _fit_and_calibrate(self, given: Given, parts: list[Part], entropy: int) -> Fitted:
        """Fit on what trains, and learn the map from what the models say of the rows kept out."""
        calibrator, said = new_calibrator(self.calibrate), []
        for number, (train, held) in enumerate(parts):
            fitted = self._fit_part(given.some(train), generator(entropy, FOLD, number))
            said.append(scores_of(fitted.estimator, given.some(held).X, calibrator))
        if len(parts) > 1:
            fitted = self._fit_part(given, generator(entropy, FINAL))
        rows = np.concatenate([held for _, held in parts])
        kept_out = given.some(rows)
        calibrator.fit(np.concatenate(said), kept_out.y, kept_out.weights)
        self.calibrator_, self.calibration_rows_ = calibrator, rows
        return fitted

    @available_if(_has_probabilities)
    def predict_proba(self, X: Any) -> np.ndarray:
        """Give calibrated risks.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Returns
        -------
        probabilities : ndarray of shape (n_rows, n_classes)
            In the order of `classes_`.
        """
        check_is_fitted(self, "estimator_")
        if self.calibrator_ is not None:
            return self.calibrator_.predict(scores_of(self.estimator_, X, self.calibrator_))
        said = self.estimator_.predict_proba(X)
        return prior_correct(said, self.prior_train_, self.prior_) if self._corrects else said

    def predict(self, X: Any) -> np.ndarray:
        """Give the most probable class of each row.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Returns
        -------
        labels : ndarray of shape (n_rows,)
            After calibration; as the estimator says where there is none.
        """
        check_is_fitted(self, "estimator_")
        if self.calibrate is None:
            return self.estimator_.predict(X)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def __sklearn_tags__(self) -> Any:
        return tags_around(super().__sklearn_tags__(), self.estimator)
