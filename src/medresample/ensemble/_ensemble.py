"""What do the balanced ensembles share? How they check a table, draw rows and fit members."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from scipy.sparse import issparse
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import get_tags
from sklearn.utils.validation import (
    check_consistent_length,
    column_or_1d,
    has_fit_parameter,
    validate_data,
)

from .._compat import (
    HasMethods,
    Interval,
    StrOptions,
    check_feature_names,
    check_n_features,
    fit_context,
)
from .._core.groups import check_groups, check_weights
from .._core.randomness import draw_entropy, generator
from .._core.table import is_frame
from .._core.targets import Target, read_target
from ..exceptions import (
    NothingToDoWarning,
    RepeatedMembersWarning,
    SamplerInputError,
    SilentMembersWarning,
)
from ._draws import Draw, Training, random_rows, sampled
from ._flat_score import FlatScore
from ._members import Schooling, fit_members
from ._refusals import (
    name_columns,
    refuse_choices,
    refuse_classes,
    refuse_large,
    refuse_other_scores,
)

# What the chance of a member is for.
DRAW, LEARN, TIES = range(3)


class BalancedEnsemble(FlatScore):
    """Members that each see balanced classes, and one flat sum of their scores.

    A subclass says in `_extend` how the next members come about.
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "weak_learner": [HasMethods(["fit", "predict"]), None],
        "boost_by": [StrOptions({"drawing", "weight"})],
        "estimator": [
            HasMethods(["fit", "decision_function"]),
            HasMethods(["fit", "predict_proba"]),
            None,
        ],
        "sampler": [HasMethods(["fit_resample"]), None],
        "draw_by": [StrOptions({"row", "group"})],
        "warm_start": ["boolean"],
        "n_jobs": [Integral, None],
        "random_state": ["random_state", np.random.Generator],
    }

    n_estimators: int
    n_rounds: int
    weak_learner: Any
    boost_by: str
    estimator: Any
    sampler: Any
    draw_by: str
    warm_start: bool
    n_jobs: int | None
    random_state: Any

    @abstractmethod
    def _extend(self, training: Training, first: int) -> None:
        """Fit the members from the number `first` on."""

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: Any, *, sample_weight: Any = None, groups: Any = None) -> Any:
        """Fit the members.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table. The trees take numbers, of which some may be missing; with an `estimator` of
            one's own it is whatever that takes, in the container it is given in.
        y : array-like of shape (n_rows,)
            The labels.
        sample_weight : array-like of shape (n_rows,), default=None
            Weights, not negative. Rows without weight take no part; of the others any is drawn,
            and its weight is what the learners see: a boosting gives every class the same sum, an
            `estimator` of one's own is given the weights as they are.
        groups : array-like of shape (n_rows,), default=None
            Groups (patients), for ``draw_by="group"`` and for a `sampler` that knows them.

        Returns
        -------
        self : object
        """
        goes_on = self.warm_start and hasattr(self, "members_")
        training = self._check(X, y, sample_weight, groups, goes_on)
        first = self._go_on() if goes_on else self._begin()
        if first == self.n_estimators:
            return self
        try:
            self._extend(training, first)
        except BaseException:
            if not goes_on:
                del self.members_  # a part of an ensemble is none
            raise
        self._warn_of_members(training)
        return self

    def _begin(self) -> int:
        """Forget what was learned before."""
        self.members_ = []
        self.estimators_samples_: list[np.ndarray] = []
        self._marks: list[str] = []
        self._entropy = draw_entropy(self.random_state)
        return 0

    def _go_on(self) -> int:
        """Count the members that are fitted, to which others are to be added."""
        known = self.members_
        if self.n_estimators < len(known):
            raise ValueError(
                f"n_estimators={self.n_estimators} is fewer than the {len(known)} members that "
                "are fitted, and with warm_start=True none is dropped. Set it higher, or "
                "warm_start=False."
            )
        if self.n_estimators == len(known):
            warnings.warn(
                f"All {len(known)} members are fitted: with warm_start=True, fitting again adds "
                "none unless n_estimators is raised.",
                NothingToDoWarning,
                stacklevel=4,
            )
        return len(known)

    def _check(self, X: Any, y: Any, sample_weight: Any, groups: Any, goes_on: bool) -> Training:
        refuse_choices(self)
        given = X
        X = self._table(X, reset=not goes_on)
        y = column_or_1d(y, warn=True)
        check_consistent_length(X, y)
        target = read_target(y)
        weights = check_weights(sample_weight, len(y))
        groups = check_groups(groups, len(y))
        if self.draw_by == "group" and groups is None:
            raise SamplerInputError(
                "draw_by='group' needs to know the groups: pass them as fit(X, y, groups=...), "
                "inside a pipeline by metadata routing."
            )
        if len(target.classes) < 2:
            raise SamplerInputError(
                f"{type(self).__name__} needs rows of at least 2 classes, found 1 class: every "
                f"row is labeled {target.class_name(0)}."
            )
        rows = [np.flatnonzero(target.codes == code) for code in range(len(target.classes))]
        if weights is not None:
            rows = self._weighted(target, rows, weights)
        refuse_classes(self, target.classes)
        sizes = [len(some) for some in rows]
        self.classes_ = target.classes
        self._positive = len(sizes) - 1 - int(np.argmin(sizes[::-1]))
        return Training(X, given if is_frame(given) else X, target, rows, weights, groups)

    def _weighted(
        self, target: Target, rows: list[np.ndarray], weights: np.ndarray
    ) -> list[np.ndarray]:
        if (weights < 0).any():
            at = int(np.argmax(weights < 0))
            raise SamplerInputError(f"sample_weight of row {at} is negative: {weights[at]:g}.")
        if self.estimator is not None and not has_fit_parameter(self.estimator, "sample_weight"):
            raise SamplerInputError(
                f"{type(self.estimator).__name__} takes no sample_weight: fit without, or use an "
                "estimator that does."
            )
        rows = [some[weights[some] > 0] for some in rows]
        for code, some in enumerate(rows):
            if not len(some):
                raise SamplerInputError(
                    f"All rows of class {target.class_name(code)} have a sample_weight of zero: "
                    "every class needs a row that counts, or is to be left out of the table."
                )
        return rows

    def _table(self, X: Any, *, reset: bool) -> Any:
        """Check a table: numbers for the trees, and as little as can be for other estimators."""
        if self.estimator is not None and is_frame(X):
            check_feature_names(self, X, reset=reset)
            check_n_features(self, X, reset)
            return X
        # (Trees take missing values in dense tables only.)
        holes = bool(self.__sklearn_tags__().input_tags.allow_nan) and not issparse(X)
        numbers = self.estimator is None
        try:
            X = validate_data(
                self,
                X,
                reset=reset,
                accept_sparse="csr",
                dtype=[np.float32, np.float64] if numbers else None,
                ensure_all_finite="allow-nan" if holes else True,
                ensure_min_samples=2 if reset else 1,
            )
        except (TypeError, ValueError) as error:
            name_columns(X, error)
            raise
        if isinstance(self._school().unfitted(), DecisionTreeClassifier):
            refuse_large(X, getattr(self, "feature_names_in_", None))
        return X

    def _school(self) -> Schooling:
        """Say how members are fitted."""
        return Schooling(
            self.estimator,
            self.weak_learner,
            self.n_rounds,
            self.boost_by == "weight",
        )

    def _draw(
        self, training: Training, remaining: list[np.ndarray], number: int
    ) -> tuple[Draw, np.random.Generator]:
        """Draw the rows of a member, and give the chance that it learns with."""
        chance = self._chance(number, DRAW)
        if self.sampler is None:
            groups = training.groups if self.draw_by == "group" else None
            draw = training.draw(random_rows(remaining, groups, chance))
        else:
            rows = np.sort(np.concatenate(remaining))
            draw = sampled(self.sampler, number, training, rows, chance)
        return draw, self._chance(number, LEARN)

    def _chance(self, number: int, purpose: int) -> np.random.Generator:
        return generator(self._entropy, number, purpose)

    def _learn(
        self, training: Training, lessons: Iterable[tuple[Draw, np.random.Generator]]
    ) -> None:
        """Fit a member on each draw, which need not all be there at the same time."""
        rows: list[np.ndarray] = []
        marks: list[str] = []

        def noted() -> Iterator[tuple[Draw, np.random.Generator]]:
            for draw, chance in lessons:
                rows.append(draw.rows.astype(np.int32))
                marks.append(draw.mark)
                yield draw, chance

        school, classes = self._school(), training.classes
        members = fit_members(school, training.X, classes, noted(), self.n_jobs)
        refuse_other_scores(self, members)
        self.members_ += members
        self.estimators_samples_ += rows
        self._marks += marks

    def _warn_of_members(self, training: Training) -> None:
        """Warn of members that add nothing."""
        name, n = type(self).__name__, len(self.members_)
        sizes = [len(rows) for rows in training.rows]
        n_repeated = n - len(set(self._marks))
        n_silent = sum(member.silent for member in self.members_)
        if self.sampler is None and min(sizes) == max(sizes):
            warnings.warn(
                f"{name} has nothing to balance: the classes have {sizes[0]} rows each, and every "
                "member sees all of them.",
                NothingToDoWarning,
                stacklevel=4,
            )
        elif n_repeated:
            advice = "There are too few rows to draw from for so many: use fewer members."
            if self.sampler is not None:
                advice = "Leave the random_state of the sampler at None, or use one that draws."
            warnings.warn(
                f"{n_repeated} of {n} members of {name} came out with the same rows as another one "
                f"and add little. {advice}",
                RepeatedMembersWarning,
                stacklevel=4,
            )
        if n_silent:
            learner = type(self._school().unfitted()).__name__
            warnings.warn(
                f"{n_silent} of {n} members of {name} say nothing: {learner} tells the rows that "
                f"it was fitted on, {len(self.estimators_samples_[0])} in the first member, apart "
                "no better than chance. It may ask for more rows than so small a class leaves it, "
                "such as by min_samples_leaf, or the columns tell nothing.",
                SilentMembersWarning,
                stacklevel=4,
            )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = get_tags(self._school().unfitted()).input_tags
        tags.input_tags.allow_nan = inner.allow_nan
        tags.input_tags.sparse = inner.sparse
        tags.input_tags.categorical = self.estimator is not None and inner.categorical
        tags.input_tags.string = self.estimator is not None and inner.string
        return tags
