"""SMOTE-ENC: categories become numbers by how strongly they belong to the class that grows."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import numpy as np

from .._compat import StrOptions
from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.plan import SamplingPlan
from .._core.recipes import Recipe
from .._core.task import Task, grow_each_class
from ._associations import associate, record_type, records
from ._coded_table import CodedTable, search_through
from ._label_space import learn_codes
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


class SMOTEENC(BaseSampler):
    """Balance classes of a table that mixes numbers and categories, or holds either alone.

    Each label is given a code: how much more often than by chance it occurs in the class, in the
    unit of the columns of numbers. Neighbors are searched in numbers and codes together. A new row
    goes part of the way from a row, its seed, to one of these neighbors in the columns of numbers,
    and takes in each column of categories the label that most of the seed's neighbors carry. The
    original rows come first, untouched; the new ones follow.

    Not to be used to make risks better: predicted risks come out too high and need recalibration.
    Not where two labels that are equally frequent in the class must not be taken for alike: their
    codes are equal, so a row is as near to the one as to the other; :class:`SMOTENC` tells any two
    labels apart. Scale matters: bring the columns of numbers to comparable scales before.

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
        with `fit` and `kneighbors` is used for the search in numbers and codes instead of ours; its
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
    encoding_ : structured ndarray
        A record for each column of categories, class that grew, and label: ``column``, ``label``
        (the class), ``level`` (None where missing), rows of the class ``observed`` with it and
        ``expected`` by chance, their ``association`` and its ``code``. ``pandas.DataFrame`` takes
        it as it is.
    neighbor_space_ : transformer
        Fitted; it gives the coordinates in which neighbors were searched, also of other tables of
        these columns and labels. Where several classes grew, squared distances in it are the mean
        of those for each. Hand it on as ``FrozenEstimator(sampler.neighbor_space_)``.
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
    SMOTENC : Takes any two different labels for equally different.
    SMOTEN : For tables of categories alone.
    SMOTE : For tables of numbers alone.

    Notes
    -----
    Where labels tie, the seed's own wins if it is among them, else one of them is drawn for each
    new row. A missing label is a level of its own. Missing numbers are treated as :class:`SMOTE`
    does. Without columns of categories the rows are those of SMOTE; without columns of numbers
    codes have no unit and the associations themselves are used.

    References
    ----------
    .. [1] M. Mukherjee, M. Khushi, "SMOTE-ENC: A Novel SMOTE-Based Method to Generate Synthetic
       Data for Nominal and Continuous Features", Applied System Innovation 4(1), 18, 2021.

    Examples
    --------
    >>> import pandas as pd
    >>> from medresample.over_sampling import SMOTEENC
    >>> X = pd.DataFrame(
    ...     {"age": [61.0, 64.0, 70.0, 33.0, 35.0, 41.0, 38.0, 36.0],
    ...      "smoker": ["yes", "yes", "never", "never", "never", "no", "no", "never"]}
    ... )
    >>> y = ["ill", "ill", "ill", "well", "well", "well", "well", "well"]
    >>> sampler = SMOTEENC(k_neighbors=2, random_state=0)
    >>> X_new, y_new = sampler.fit_resample(X, y)
    >>> X_new["smoker"].iloc[8:].isin(["yes", "never"]).all(), y_new[8:]
    (np.True_, ['ill', 'ill'])
    >>> pd.DataFrame(sampler.encoding_)[["level", "observed", "expected", "association"]].round(2)
       level  observed  expected  association
    0    yes         2      0.75         1.67
    1  never         1      1.50        -0.33
    2     no         0      0.75        -1.00
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
        encodings: list[np.ndarray] = []
        views: list[CodedTable] = []
        plan = grow_each_class(task, partial(self._grow, columns, encodings, views))
        self.encoding_ = np.concatenate([np.empty(0, record_type(task.target)), *encodings])
        every_class = range(len(task.target.classes))
        self.neighbor_space_ = learn_codes(
            views or [self._encode(columns, task, code)[0] for code in every_class]
        )
        return plan

    def _grow(
        self,
        columns: MixedColumns,
        encodings: list[np.ndarray],
        views: list[CodedTable],
        task: Task,
        code: int,
        n_new: int,
        rng: np.random.Generator,
    ) -> Recipe:
        rows = task.rows_of(code)
        k = affordable_k(self, task, code, len(rows))
        view, told = self._encode(columns, task, code)
        views.append(view)
        encodings += told
        found = search_through(self, task, view).search(rows, rows, k)
        check_partners(self, task, code, found)
        who = self.partner_groups
        return make_rows(task, code, n_new, rng, columns, found, self.allocation, who)

    def _encode(
        self, columns: MixedColumns, task: Task, code: int
    ) -> tuple[CodedTable, list[np.ndarray]]:
        """Code the labels for a class, and tell how."""
        rows = task.rows_of(code)
        unit = 1.0 if columns.all_numbers else typical_spread(task, code, columns)
        found_in = {j: associate(levels, rows) for j, levels in columns.labels.items()}
        told = [records(task, code, j, columns.labels[j], found_in[j], unit) for j in found_in]
        codes = {j: found_in[j].association * unit for j in found_in}
        return CodedTable(columns, codes, unit), told
