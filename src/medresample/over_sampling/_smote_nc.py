"""SMOTE-NC: neighbors by numbers and by how many labels differ; new labels by their vote."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import numpy as np

from .._compat import StrOptions
from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.nearest_labels import search_labels
from .._core.plan import SamplingPlan
from .._core.recipes import Recipe
from .._core.task import Task, grow_each_class
from ._coded_table import IndicatorTable, mismatches, search_through
from ._label_space import learn_mismatches, learn_profiles
from ._mixed_columns import (
    CATEGORICAL,
    COLUMNS,
    MixedColumns,
    check_scales,
    read_columns,
    typical_spread,
)
from ._mixed_rows import make_rows
from ._partners import CONSTRAINTS, affordable_k, check_partners
from ._value_differences import grow_by_vote, read_profiles


class SMOTENC(BaseSampler):
    """Balance classes of a table that mixes numbers and categories, all labels equally different.

    Neighbors are searched by the numbers and by how many labels differ; a label that differs counts
    as much as a typical spread of the numbers. A new row goes part of the way from a row, its seed,
    to one of these neighbors in the columns of numbers, and takes in each column of categories the
    label that most of the seed's neighbors carry. The original rows come first, untouched; the new
    ones follow.

    Not to be used to make risks better: predicted risks come out too high and need recalibration.
    Not with many columns of categories that say little of the class: each difference counts alike;
    :class:`SMOTEENC` weighs labels by what they say. Scale matters: bring the columns of numbers to
    comparable scales before.

    Parameters
    ----------
    categorical_features : "auto" or array-like of names, positions or bool, default="auto"
        Columns of categories. "auto" takes those of type category, string, object and bool of a
        dataframe, and those that hold words, or flags of type bool, of an array.
    ordinal_features : array-like of names, positions or bool, default=None
        Columns of categories with an order: ordered categoricals of pandas, an Enum of polars, or
        numbers. They are treated by rank: interpolated, then rounded to the nearest level that
        occurs in the class (with `partner_groups`, in the seed or its neighbors); the lowest and
        the highest level are one unit apart.
    discrete_features : array-like of names, positions or bool, default=None
        Float columns to round to the nearest integer in new rows, such as a count that became float
        through missing values. Integer columns are rounded always.
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the largest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    k_neighbors : int or object, default=5
        Neighbors of a seed: its partner is drawn among them, and they vote on its labels. An
        integer is an upper bound: in a class of ``n`` rows there are at most ``n - 1``. An object
        with `fit` and `kneighbors` is used for the search instead of ours. It is given the numbers,
        and for each label of the class a column that is the typical spread divided by the root of 2
        in the rows that carry it, so that Euclidean distances are those of the method. Its
        `n_neighbors` says how many.
    allocation : {"random", "even"}, default="random"
        How seeds are chosen: each new row draws its own, or every row of the class serves equally
        often and only the remainder is drawn.
    partner_groups : {"any", "same", "different"}, default="any"
        Whose rows may be partners and voters when `groups` are given: anybody's, only those of the
        seed's group (patient), or only those of others.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same result at every call. Every class has an
        independent generator of its own.
    n_jobs : int, default=None
        Threads of the neighbor search; the result is the same for any number.

    Attributes
    ----------
    neighbor_space_ : transformer
        Fitted; it measures distances as they were here, also in other tables of these columns and
        labels. Where several classes grew, squared distances in it are the mean of those for each.
        Hand it on as ``FrozenEstimator(sampler.neighbor_space_)``.
    sampling_strategy_ : dict
        Rows added per class.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed, partner, step and label of every output row; ``plan_.parents()`` has the rows
        whose labels were taken too.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    See Also
    --------
    SMOTEENC : Weighs labels by how strongly they belong to the class.
    SMOTEN : For tables of categories alone.
    SMOTE : For tables of numbers alone.

    Notes
    -----
    The typical spread is the median of the standard deviations of the columns of numbers within the
    class. Where labels tie, the seed's own wins if it is among them, else one of them is drawn for
    each new row. A missing label is a level of its own. Missing numbers are treated as
    :class:`SMOTE` does: distances are taken over the columns that both rows have, scaled up to all.
    Without columns of categories the rows are those of SMOTE, without columns of numbers those of
    :class:`SMOTEN`.

    References
    ----------
    .. [1] N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, "SMOTE: Synthetic Minority
       Over-sampling Technique", Journal of Artificial Intelligence Research 16, 321-357, 2002,
       section 6.1.

    Examples
    --------
    >>> import pandas as pd
    >>> from medresample.over_sampling import SMOTENC
    >>> X = pd.DataFrame(
    ...     {"age": [61.0, 64.0, 70.0, 33.0, 35.0, 41.0, 38.0, 36.0],
    ...      "smoker": ["yes", "yes", "never", "never", "never", "no", "no", "never"]}
    ... )
    >>> y = ["ill", "ill", "ill", "well", "well", "well", "well", "well"]
    >>> X_new, y_new = SMOTENC(k_neighbors=2, random_state=0).fit_resample(X, y)
    >>> X_new["smoker"].iloc[8:].isin(["yes", "never"]).all(), y_new[8:]
    (np.True_, ['ill', 'ill'])
    """

    _sampling_type: ClassVar[str] = "over-sampling"
    _takes_labels: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict] = {
        "categorical_features": CATEGORICAL,
        "ordinal_features": COLUMNS,
        "discrete_features": COLUMNS,
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "k_neighbors": CONSTRAINTS["k_neighbors"],
        "allocation": [StrOptions({"random", "even"})],
        "partner_groups": CONSTRAINTS["partner_groups"],
        "random_state": CONSTRAINTS["random_state"],
        "n_jobs": CONSTRAINTS["n_jobs"],
    }

    def __init__(
        self,
        *,
        categorical_features: Any = "auto",
        ordinal_features: Any = None,
        discrete_features: Any = None,
        sampling_strategy: Any = "auto",
        k_neighbors: Any = 5,
        allocation: str = "random",
        partner_groups: str = "any",
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.categorical_features = categorical_features
        self.ordinal_features = ordinal_features
        self.discrete_features = discrete_features
        self.sampling_strategy = sampling_strategy
        self.k_neighbors = k_neighbors
        self.allocation = allocation
        self.partner_groups = partner_groups
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        columns = read_columns(self, task.table)
        check_scales(task, columns)
        if not columns.numbers and not columns.ranks:
            profiles = read_profiles(columns, task.target)
            self.neighbor_space_ = learn_profiles(profiles)
            return grow_each_class(task, partial(grow_by_vote, self, profiles))
        units: list[float] = []
        plan = grow_each_class(task, partial(self._grow, columns, units))
        every_class = range(len(task.target.classes))
        self.neighbor_space_ = learn_mismatches(
            columns, units or [self._unit(columns, task, code) for code in every_class]
        )
        return plan

    def _unit(self, columns: MixedColumns, task: Task, code: int) -> float:
        return 1.0 if columns.all_numbers else typical_spread(task, code, columns)

    def _grow(
        self,
        columns: MixedColumns,
        units: list[float],
        task: Task,
        code: int,
        n_new: int,
        rng: np.random.Generator,
    ) -> Recipe:
        rows = task.rows_of(code)
        k = affordable_k(self, task, code, len(rows))
        unit = self._unit(columns, task, code)
        units.append(unit)
        neighbors = search_through(self, task, IndicatorTable(columns, unit))
        if columns.labels and neighbors.index is None:
            found = search_labels(mismatches(columns, unit, rows), neighbors, rows, k)
        else:
            found = neighbors.search(rows, rows, k)
        check_partners(self, task, code, found)
        who = self.partner_groups
        return make_rows(task, code, n_new, rng, columns, found, self.allocation, who)
