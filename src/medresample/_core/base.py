"""What is a sampler? A plan maker behind scikit-learn's and imbalanced-learn's face."""

from __future__ import annotations

import warnings
from abc import ABCMeta, abstractmethod
from collections.abc import Mapping
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from .._compat import (
    Interval,
    StrOptions,
    check_feature_names,
    check_n_features,
    fit_context,
    sampler_tags,
)
from ..exceptions import NothingToDoWarning, SamplerInputError
from .groups import check_groups, check_weights
from .plan import SamplingPlan
from .randomness import draw_entropy
from .refused import refuse_columns, refuse_holes, refuse_infinite, refuse_sparse_holes
from .table import Table, same_index, wrap
from .targets import Target, read_target
from .task import Task

NUMERIC = ("float", "integer", "boolean")

# What `sampling_strategy` may be: the words, numbers and types of imbalanced-learn.
_WORDS = {"auto", "not minority", "not majority", "all"}
OVER_SAMPLING_STRATEGY = [
    Interval(Real, 0, 1, closed="right"),
    StrOptions(_WORDS | {"minority"}),
    Mapping,
    callable,
]
UNDER_SAMPLING_STRATEGY = [
    Interval(Real, 0, 1, closed="right"),
    StrOptions(_WORDS | {"majority"}),
    Mapping,
    callable,
]
CLEAN_SAMPLING_STRATEGY = [
    Interval(Real, 0, 1, closed="right"),
    StrOptions(_WORDS | {"majority"}),
    list,
    callable,
]


class BaseSampler(OneToOneFeatureMixin, BaseEstimator, metaclass=ABCMeta):
    """A sampler in one method: subclasses say in `_plan` which rows stay and which are made.

    Checking the input, counting what each class needs, building the output in the user's own
    container, provenance, groups and weights are done here, once for every sampler.

    A subclass sets class attributes: ``_sampling_type`` ("over-sampling", "under-sampling", or
    "clean-sampling" where no count is asked for) and, where it never computes with cell values,
    ``_any_column = True``; ``_looks_through``, the name of the parameter, where a transformer may
    be given that it looks at the cells through; ``_takes_labels = True`` where it knows what to do
    with categories and words; ``_selects_rows = True`` where every output row is a row of the
    input; ``_takes_holes = False`` where missing values can not be worked with.
    """

    _sampling_type: ClassVar[str]
    _estimator_type: ClassVar[str] = "sampler"
    _any_column: ClassVar[bool] = False
    _looks_through: ClassVar[str] = ""
    _takes_labels: ClassVar[bool] = False
    _selects_rows: ClassVar[bool] = False
    _takes_holes: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict] = {}

    sampling_strategy: Any
    random_state: Any = None
    sampling_strategy_: dict[Any, int]
    plan_: SamplingPlan

    @abstractmethod
    def _plan(self, task: Task) -> SamplingPlan:
        """Choose the rows that stay and the rows that are made."""

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any) -> Any:
        """Check the input and learn how many rows each class needs, without resampling.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,)
            The labels.

        Returns
        -------
        self : object
        """
        self._check(X, y)
        return self

    @fit_context(prefer_skip_nested_validation=True)
    def plan(self, X: Any, y: Any, *, sample_weight: Any = None, groups: Any = None) -> Any:
        """Decide what to do with the rows, without building the resampled table.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,)
            The labels.
        sample_weight : array-like of shape (n_rows,), default=None
            Weights, which travel with the rows; new rows inherit their seed's.
        groups : array-like of shape (n_rows,), default=None
            Groups (patients), which travel with the rows; new rows inherit their seed's.

        Returns
        -------
        plan : SamplingPlan
        """
        return self._make_plan(X, y, sample_weight, groups)

    @fit_context(prefer_skip_nested_validation=True)
    def fit_resample(self, X: Any, y: Any, *, sample_weight: Any = None, groups: Any = None) -> Any:
        """Resample a table.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,)
            The labels; a one-vs-rest matrix or a one-column frame are taken too.
        sample_weight : array-like of shape (n_rows,), default=None
            Weights, which travel with the rows; new rows inherit their seed's (`sample_weight_`).
        groups : array-like of shape (n_rows,), default=None
            Groups (patients), which travel with the rows; new rows inherit their seed's
            (`groups_`).

        Returns
        -------
        X_resampled : same container as X, shape (n_rows_new, n_columns)
            The resampled table, in the same columns and types.
        y_resampled : same container as y
            Its labels.

        Raises
        ------
        SamplerInputError
            When the table, the labels or the per-row arguments can not be worked with; the message
            names the column or class.
        """
        plan = self._make_plan(X, y, sample_weight, groups)
        if isinstance(y, np.ndarray) and y.ndim == 2 and y.shape[1] == 1:
            y = y[:, 0]
        X_resampled = plan.apply(X)
        return X_resampled, same_index(plan.carry(y), X_resampled)

    def _make_plan(self, X: Any, y: Any, sample_weight: Any, groups: Any) -> SamplingPlan:
        table, target = self._check(X, y)
        wanted = {target.rank(label): int(n) for label, n in self.sampling_strategy_.items()}
        weights = check_weights(sample_weight, table.n_rows)
        groups = check_groups(groups, table.n_rows)
        self._warn_if_balanced(target, wanted)
        entropy = draw_entropy(self.random_state)
        self.plan_ = self._plan(Task(X, table, target, wanted, entropy, groups, weights))
        return self.plan_

    def _check(self, X: Any, y: Any) -> tuple[Table, Target]:
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)  # learned from an earlier table
        table = wrap(X)
        check_feature_names(self, X, reset=True)
        target = read_target(y)
        check_consistent_length(X, y)
        check_n_features(self, X if hasattr(X, "shape") else np.empty((1, table.n_columns)), True)
        if not hasattr(self, "feature_names_in_") and all(isinstance(n, str) for n in table.names):
            # older scikit-learn does not know newer dataframes
            self.feature_names_in_ = np.asarray(table.names, dtype=object)
        if len(target.classes) < 2:
            raise SamplerInputError(
                f"The target 'y' needs to have more than 1 class. Got 1 class instead: every row "
                f"is labeled {target.class_name(0)}."
            )
        refuse_sparse_holes(table)
        if self._computes_with_cells():
            refuse_columns(
                table,
                type(self).__name__,
                takes_labels=self._takes_labels,
                space=self._looks_through,
            )
            refuse_infinite(table)
        if not self._takes_holes:
            refuse_holes(table, type(self).__name__)
        self.sampling_strategy_ = self._wanted(target)
        return table, target

    def _wanted(self, target: Target) -> dict[Any, int]:
        """Rows to add, or to keep, for each class concerned."""
        return target.wanted(self.sampling_strategy, self._sampling_type)

    def _computes_with_cells(self) -> bool:
        """Say whether the cells are computed with as they are, so that they have to be numbers."""
        through = getattr(self, self._looks_through) if self._looks_through else None
        return not self._any_column and through is None

    def _warn_if_balanced(self, target: Target, wanted: dict[int, int]) -> None:
        if self._sampling_type == "clean-sampling":
            return  # no count is asked for
        have = target.counts()
        over = self._sampling_type == "over-sampling"
        if all(n == (0 if over else have[code]) for code, n in wanted.items()):
            warnings.warn(
                f"{type(self).__name__} has nothing to do: the classes already have the counts "
                f"that sampling_strategy={self.sampling_strategy!r} asks for. The rows are "
                "returned as they are.",
                NothingToDoWarning,
                stacklevel=5,
            )

    @property
    def prior_shift_only(self) -> bool:
        """Whether each class stays spread as it was, so that risks can be corrected exactly."""
        return False

    @property
    def provenance_(self) -> np.ndarray:
        """Origin of every output row: see :meth:`medresample.SamplingPlan.provenance`."""
        return self._fitted_plan("provenance_").provenance()

    @property
    def sample_indices_(self) -> np.ndarray:
        """Row of the input that each output row is, for samplers that only copy or drop rows."""
        if not self._selects_rows:
            raise AttributeError(
                f"{type(self).__name__} makes new rows, so there is no 'sample_indices_': see "
                "provenance_."
            )
        return self._fitted_plan("sample_indices_").sample_indices

    @property
    def groups_(self) -> Any:
        """Group of every output row, when groups were given."""
        plan = self._fitted_plan("groups_")
        if plan.first.groups is None:
            raise AttributeError("No groups were given to fit_resample, so there is no 'groups_'.")
        return plan.carry(plan.first.groups)

    @property
    def sample_weight_(self) -> Any:
        """Weight of every output row, when weights were given."""
        plan = self._fitted_plan("sample_weight_")
        if plan.first.weights is None:
            raise AttributeError(
                "No sample_weight was given to fit_resample, so there is no 'sample_weight_'."
            )
        return plan.carry(plan.first.weights)

    def _fitted_plan(self, name: str) -> SamplingPlan:
        if not hasattr(self, "plan_"):
            raise AttributeError(
                f"{type(self).__name__} has no '{name}' yet: call fit_resample first."
            )
        return self.plan_

    def __sklearn_tags__(self) -> Any:
        return sampler_tags(
            sample_indices=self._selects_rows,
            allow_nan=self._takes_holes,
            string=self._takes_labels or not self._computes_with_cells(),
        )

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "sampling_strategy_")

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Names of the output's columns, which are the input's.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names to use when the sampler was fitted on a table without names.

        Returns
        -------
        names : ndarray of str
        """
        check_is_fitted(self)
        return super().get_feature_names_out(input_features)
