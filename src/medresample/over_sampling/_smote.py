"""SMOTE: new rows between a row and one of its nearest neighbors of the same class."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import numpy as np

from .._compat import StrOptions
from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.columns import column_positions
from .._core.neighbors import Neighbors
from .._core.plan import SamplingPlan
from .._core.recipes import Segments
from .._core.task import Task, grow_each_class
from ._partners import (
    CONSTRAINTS,
    affordable_k,
    check_partners,
    draw_partners,
    draw_seeds,
    open_search,
)


class SMOTE(BaseSampler):
    """Balance classes with new rows on the lines between neighboring rows of a class.

    A new row is ``seed + step * (partner - seed)``: the seed is a row of the class, the partner one
    of its `k_neighbors` nearest rows of the same class, the step uniform between 0 and 1, one for
    the whole row. The original rows come first, untouched; the new ones follow.

    Not to be used to make risks better: the new rows hold no new information, AUROC hardly moves,
    and predicted risks come out too high and need recalibration. Not for categories, and not in
    spaces where the middle of two rows is no plausible patient. Scale matters: see
    `neighbor_space`.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the largest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    k_neighbors : int or object, default=5
        Neighbors of a seed among which its partner is drawn. An integer is an upper bound: in a
        class of ``n`` rows there are at most ``n - 1``. An object with `fit` and `kneighbors`
        is used for the search instead of ours; its `n_neighbors` says how many.
    allocation : {"random", "even"}, default="random"
        How seeds are chosen: each new row draws its own, or every row of the class serves equally
        often and only the remainder is drawn.
    partner_groups : {"any", "same", "different"}, default="any"
        Whose rows may be partners when `groups` are given: anybody's, only those of the seed's
        group (patient), or only those of others.
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

    See Also
    --------
    SMOTEENC : For tables that mix numbers and categories.
    RandomOverSampler : Repeats rows; takes any type of column.

    References
    ----------
    .. [1] N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, "SMOTE: Synthetic Minority
       Over-sampling Technique", Journal of Artificial Intelligence Research 16, 321-357, 2002.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.over_sampling import SMOTE
    >>> X = np.array([[0.0, 0.0], [1.0, 0.0], [4.0, 0.0], [9.0, 9.0], [9.0, 8.0], [8.0, 9.0]])
    >>> y = np.array(["ill", "ill", "well", "well", "well", "well"])
    >>> smote = SMOTE(k_neighbors=1, random_state=0)
    >>> X_res, y_res = smote.fit_resample(X, y)
    >>> X_res.shape
    (8, 2)
    >>> smote.provenance_["origin"][-1], smote.provenance_["label"][-1]
    (np.str_('synthetic'), np.str_('ill'))
    """

    _sampling_type: ClassVar[str] = "over-sampling"

    _parameter_constraints: ClassVar[dict] = {
        **CONSTRAINTS,
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "allocation": [StrOptions({"random", "even"})],
        "discrete_features": ["array-like", None],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        k_neighbors: Any = 5,
        allocation: str = "random",
        partner_groups: str = "any",
        neighbor_space: Any = None,
        discrete_features: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.k_neighbors = k_neighbors
        self.allocation = allocation
        self.partner_groups = partner_groups
        self.neighbor_space = neighbor_space
        self.discrete_features = discrete_features
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task)
        discrete = column_positions(self.discrete_features, task.table.names, "discrete_features")
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
        found = neighbors.search(rows, rows, affordable_k(self, task, code, len(rows)))
        check_partners(self, task, code, found)
        rows, partners = task.ids(rows), task.ids(found.ids)
        at = draw_seeds(task.ids(np.flatnonzero(found.n_found)), n_new, rng, self.allocation)
        partner = draw_partners(partners, at, rng)
        step = rng.random(n_new, dtype=np.float32)
        return Segments(rows[at], partner, step, discrete)
