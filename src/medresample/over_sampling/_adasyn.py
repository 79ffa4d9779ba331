"""ADASYN: how many new rows should start from a row? The more enemies around it, the more."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any, ClassVar

import numpy as np

from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.columns import column_positions
from .._core.n_neighbors import NEIGHBORS, number_of
from .._core.neighbors import Neighbors
from .._core.plan import SamplingPlan
from .._core.recipes import Segments
from .._core.shares import largest_remainder
from .._core.surroundings import search_around
from .._core.task import Task, grow_each_class
from ..exceptions import FallbackWarning
from ._partners import (
    CONSTRAINTS,
    affordable_k,
    check_partners,
    draw_partners,
    open_around,
    open_search,
)


class ADASYN(BaseSampler):
    """Balance classes with new rows that start from each row the more, the harder its place is.

    The difficulty of a row is the share of other classes among its `n_neighbors` nearest rows. The
    new rows of a class are divided among its rows in proportion to it, exactly: each row gets the
    whole part of its share, and the few that are left go to the largest fractions, ties at random.
    Partners are drawn among the `n_neighbors` nearest rows of the class, as in SMOTE.

    Not to be used where labels are uncertain: a row with a wrong label lies among other classes,
    is as difficult as a row can be, and is multiplied most. `BorderlineSMOTE` leaves such rows out.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the largest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class. It takes the place of the paper's `beta`
        and `d_th`, which say how far, and from which imbalance on, to balance.
    n_neighbors : int or object, default=5
        Neighbors by which the difficulty of a row is told, and among which, in the class, its
        partners are drawn. An integer is an upper bound: in a class of ``n`` rows there are at most
        ``n - 1``. An object with `fit` and `kneighbors` is used for both searches instead of ours;
        its `n_neighbors` says how many.
    partner_groups : {"any", "same", "different"}, default="any"
        Whose rows may be partners when `groups` are given: anybody's, only those of the seed's
        group (patient), or only those of others. The difficulty is told by all rows.
    neighbor_space : transformer, default=None
        An unfitted transformer, such as ``StandardScaler()`` or ``PCA(50)``, fitted inside on the
        table; neighbors are searched in its output, rows are built in the original units.
    discrete_features : array-like of names, positions or bool, default=None
        Float columns to round to the nearest integer in new rows, such as a 0/1 flag that became
        float through missing values. Integer and boolean columns are rounded always.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same result at every call. Every class has an
        independent generator of its own.
    n_jobs : int, default=None
        Threads of the neighbor search; the result is the same for any number.

    Attributes
    ----------
    difficulty_ : ndarray of shape (n_rows,)
        Share of other classes among the neighbors of each row of a class that was to grow, from 0
        to 1; NaN for all other rows.
    sampling_strategy_ : dict
        Rows added per class.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed, partner, step and label of every output row.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Warns
    -----
    FallbackWarning
        When no row of a class has another class around: all rows serve equally often.

    See Also
    --------
    BorderlineSMOTE : A row is in danger or not, and noise is left out.
    SMOTE : All rows are as good as seeds.

    References
    ----------
    .. [1] H. He, Y. Bai, E. A. Garcia, S. Li, "ADASYN: Adaptive Synthetic Sampling Approach for
       Imbalanced Learning", IEEE International Joint Conference on Neural Networks, 2008,
       1322-1328.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.over_sampling import ADASYN
    >>> X = np.array([[0.0], [1.0], [2.0], [2.3], [2.7], [4.0], [5.0], [5.4], [7.0]])
    >>> y = np.array(["well", "well", "ill", "well", "ill", "ill", "well", "well", "well"])
    >>> sampler = ADASYN(n_neighbors=2, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> sampler.difficulty_[y == "ill"].tolist()
    [0.5, 0.5, 0.5]
    >>> sorted(sampler.provenance_["seed"][9:].tolist())
    [2, 4, 5]
    """

    _sampling_type: ClassVar[str] = "over-sampling"

    _parameter_constraints: ClassVar[dict] = {
        **{name: kinds for name, kinds in CONSTRAINTS.items() if name != "k_neighbors"},
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "n_neighbors": NEIGHBORS,
        "discrete_features": ["array-like", None],
    }

    difficulty_: np.ndarray

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        n_neighbors: Any = 5,
        partner_groups: str = "any",
        neighbor_space: Any = None,
        discrete_features: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_neighbors = n_neighbors
        self.partner_groups = partner_groups
        self.neighbor_space = neighbor_space
        self.discrete_features = discrete_features
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task, self.n_neighbors)
        discrete = column_positions(self.discrete_features, task.table.names, "discrete_features")
        self.difficulty_ = np.full(task.table.n_rows, np.nan)
        return grow_each_class(task, partial(self._grow, neighbors, discrete))

    def _grow(
        self,
        neighbors: Neighbors,
        discrete: tuple[int, ...],
        task: Task,
        code: int,
        n_new: int,
        rng: np.random.Generator,
    ) -> Segments:
        rows = task.rows_of(code)
        k = affordable_k(self, task, code, len(rows), "n_neighbors")
        k_all = number_of(self.n_neighbors, "n_neighbors")
        around = open_around(neighbors, self.n_neighbors)
        found, surroundings = search_around(task, neighbors, around, code, k, k_all)
        difficulty = surroundings.n_other / np.maximum(surroundings.found.n_found, 1)
        self.difficulty_[rows] = difficulty
        check_partners(self, task, code, found, "n_neighbors")
        weights = np.where(found.n_found, difficulty, 0)
        if not weights.any():
            _warn_of_ease(task, code)
            weights = np.where(found.n_found, 1.0, 0)
        times = largest_remainder(n_new, weights, rng)
        at = task.ids(np.repeat(np.arange(len(rows)), times))
        partner = draw_partners(task.ids(found.ids), at, rng)
        step = rng.random(n_new, dtype=np.float32)
        return Segments(task.ids(rows)[at], partner, step, discrete)


def _warn_of_ease(task: Task, code: int) -> None:
    warnings.warn(
        f"Class {task.class_name(code)} has no row that has both a partner and a row of another "
        "class among its nearest: all its rows serve equally often, as in SMOTE. Raise n_neighbors "
        "to look farther around.",
        FallbackWarning,
        stacklevel=2,
    )
