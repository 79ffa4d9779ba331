"""Risks at the prior of the patients, from a model that was trained at another: by counting."""

from __future__ import annotations

from copy import copy
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.validation import check_is_fitted, column_or_1d

from .._compat import HasMethods, fit_context, routing_enabled
from .._core.targets import read_target
from ._around import tags_around, tell_columns
from ._priors import prior_correct, read_prior
from ._shown import Shown, fit_watched, samplers_in, warn_if_approximate
from ._unknown_prior import estimate_prior


class PriorCorrectedClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A classifier whose risks are those at the patients' prior, whatever it was trained at.

    Random over- and under-sampling and class weights change how frequent each class seems to the
    learner, and nothing else, so that Bayes' rule takes the change back exactly, without rows kept
    out. The classes are counted where the learner is fitted: after the samplers of a pipeline
    (ours or imbalanced-learn's), with the `sample_weight` that reaches the learner and its
    `class_weight`.

    Not for SMOTE and its relatives, cleaning, clusters, or balanced ensembles, which change more
    than the prior: recalibrate on rows left out, with :class:`ResampledClassifier`. Not to catch
    more cases: a threshold does that. Where a disease is rare, nobody may have a risk above one
    half, and `predict` may name nobody; scikit-learn's ``FixedThresholdClassifier`` and
    ``TunedThresholdClassifierCV`` go around this classifier.

    Parameters
    ----------
    estimator : classifier
        Unfitted, with `predict_proba`: a pipeline with samplers, or any classifier that is fitted
        with weights. For one that is fitted already, a ``FrozenEstimator`` with `prior_train`.
    prior : float, dict or array-like of shape (n_classes,), default=None
        Shares of the classes to give risks for; None takes those of the labels given to `fit`,
        before resampling and without weights. A dict goes from labels to shares, and may leave one
        out; an array has the order of `classes_`; a float is the share of the positive of two
        classes whose labels are 0/1, -1/+1 or bool.
    prior_train : float, dict or array-like of shape (n_classes,), default=None
        Shares (or counts) of the classes as the learner saw them; None counts. Needed where it can
        not be counted: fitted before, or resampled inside the learner.

    Attributes
    ----------
    estimator_ : classifier
        The fitted estimator, whose risks are not corrected.
    prior_train_ : ndarray of shape (n_classes,)
        Shares that the learner saw.
    prior_ : ndarray of shape (n_classes,)
        Shares that the risks are for.
    classes_ : ndarray of shape (n_classes,)
        Sorted labels.
    n_features_in_ : int
        Columns of the table, where the estimator tells.
    feature_names_in_ : ndarray of str
        Names of the columns, where the estimator tells.

    Warns
    -----
    ApproximateCorrectionWarning
        When a sampler of the pipeline does more than to shift the prior.

    See Also
    --------
    prior_correct : The formula by itself.
    ResampledClassifier : Recalibrates, where the correction would be approximate.

    References
    ----------
    .. [1] M. Saerens, P. Latinne, C. Decaestecker, "Adjusting the outputs of a classifier to new a
       priori probabilities: a simple procedure", Neural Computation 14(1), 21-41, 2002.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.preprocessing import StandardScaler
    >>> from medresample.calibration import PriorCorrectedClassifier
    >>> from medresample.datasets import load_nuclei
    >>> from medresample.pipeline import make_pipeline
    >>> from medresample.under_sampling import RandomUnderSampler
    >>> nuclei = load_nuclei()
    >>> X, y = nuclei.data, nuclei.target
    >>> balanced = make_pipeline(
    ...     StandardScaler(), RandomUnderSampler(random_state=0), LogisticRegression()
    ... )
    >>> model = PriorCorrectedClassifier(balanced).fit(X, y)
    >>> model.classes_.tolist(), model.prior_train_.tolist(), model.prior_.round(2).tolist()
    (['benign', 'malignant'], [0.5, 0.5], [0.9, 0.1])

    Where a third of those who come are ill:

    >>> at_clinic = model.with_prior({"malignant": 1 / 3})
    >>> bool((at_clinic.predict_proba(X)[:, 1] >= model.predict_proba(X)[:, 1]).all())
    True
    """

    _parameter_constraints: ClassVar[dict] = {
        "estimator": [HasMethods(["fit", "predict_proba"])],
        "prior": "no_validation",
        "prior_train": "no_validation",
    }

    def __init__(self, estimator: Any, *, prior: Any = None, prior_train: Any = None) -> None:
        self.estimator = estimator
        self.prior = prior
        self.prior_train = prior_train

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: Any, **params: Any) -> Any:
        """Fit the estimator, and count what its learner is shown.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table, before resampling.
        y : array-like of shape (n_rows,)
            The labels.
        **params : dict
            What the estimator's `fit` takes, such as ``logisticregression__sample_weight``; with
            metadata routing, what was asked for.

        Returns
        -------
        self : object
        """
        y = column_or_1d(y, warn=True)
        target = read_target(y)
        fitted = clone(self.estimator)
        warn_if_approximate(samplers_in(fitted), stacklevel=3)
        if routing_enabled():
            params = process_routing(self, "fit", **params).estimator.fit
        shown = None
        if self.prior_train is None:
            shown = fit_watched(fitted, X, y, params)
        else:
            fitted.fit(X, y, **params)
        self.estimator_ = fitted
        tell_columns(self, fitted)
        given = Shown(target.classes, target.counts().astype(np.float64))
        self.prior_train_ = self._shares("prior_train", shown)
        self.prior_ = self._shares("prior", given)
        return self

    def _shares(self, name: str, counted: Shown | None) -> np.ndarray:
        """Shares of the classes that were given, or counted instead."""
        given = getattr(self, name)
        if given is None:
            assert counted is not None
            return counted.prior(self.classes_)
        return read_prior(given, len(self.classes_), name, self.classes_)

    @property
    def classes_(self) -> np.ndarray:
        """Sorted labels, as the fitted estimator has them."""
        check_is_fitted(self)
        return self.estimator_.classes_

    def predict_proba(self, X: Any) -> np.ndarray:
        """Give risks at the prior.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Returns
        -------
        probabilities : ndarray of shape (n_rows, n_classes)
            In the order of `classes_`.
        """
        check_is_fitted(self)
        said = self.estimator_.predict_proba(X)
        return prior_correct(said, self.prior_train_, self.prior_)

    def predict(self, X: Any) -> np.ndarray:
        """Give the most probable class of each row, after correction.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Returns
        -------
        labels : ndarray of shape (n_rows,)
        """
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def estimate_prior(self, X: Any, *, sample_weight: Any = None) -> dict[Any, float]:
        """Estimate how frequent the classes are among rows without labels, by EM.

        See :func:`estimate_prior` for what it takes: many rows, calibrated risks, and patients of a
        class who are alike in both places. Never done by itself.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            Rows from where the risks will be told.
        sample_weight : array-like of shape (n_rows,), default=None
            Weights.

        Returns
        -------
        prior : dict
            Share of each class, to be given to :meth:`with_prior`.
        """
        check_is_fitted(self)
        said = self.estimator_.predict_proba(X)
        prior = estimate_prior(said, self.prior_train_, sample_weight=sample_weight)
        return dict(zip(self.classes_.tolist(), prior.tolist(), strict=True))

    def with_prior(self, prior: Any) -> Any:
        """Give the same fitted model, with risks for another prior.

        Parameters
        ----------
        prior : float, dict or array-like of shape (n_classes,)
            As the parameter of that name.

        Returns
        -------
        model : PriorCorrectedClassifier
            It shares the fitted estimator with this one.
        """
        check_is_fitted(self)
        other = copy(self)
        other.prior = prior
        other.prior_ = read_prior(prior, len(self.classes_), "prior", self.classes_)
        return other

    def __sklearn_tags__(self) -> Any:
        return tags_around(super().__sklearn_tags__(), self.estimator)

    def get_metadata_routing(self) -> Any:
        """Say that what `fit` is given goes to the estimator.

        Returns
        -------
        router : MetadataRouter
        """
        router = MetadataRouter(owner=type(self).__name__).add_self_request(self)
        mapping = MethodMapping().add(caller="fit", callee="fit")
        return router.add(estimator=self.estimator, method_mapping=mapping)
