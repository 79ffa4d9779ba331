"""SMOTE: new rows between a row and one of its nearest neighbors of the same class."""

from __future__ import annotations

import warnings
from functools import partial
from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from .._compat import HasMethods, Interval, StrOptions
from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.columns import column_positions
from .._core.neighbors import PARTNER_GROUPS, Found, Neighbors
from .._core.plan import SamplingPlan
from .._core.recipes import Segments
from .._core.task import Task, grow_each_class, warn_of_scales
from ..exceptions import FewNeighborsWarning, SamplerInputError, TooFewRowsError


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
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "k_neighbors": [
            Interval(Integral, 1, None, closed="left"),
            HasMethods(["fit", "kneighbors"]),
        ],
        "allocation": [StrOptions({"random", "even"})],
        "partner_groups": [StrOptions(set(PARTNER_GROUPS))],
        "neighbor_space": [HasMethods(["fit", "transform"]), None],
        "discrete_features": ["array-like", None],
        "random_state": ["random_state", np.random.Generator],
        "n_jobs": [Integral, None],
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
        neighbors = task.neighbors(
            index=None if isinstance(self.k_neighbors, Integral) else self.k_neighbors,
            space=self.neighbor_space,
            partner_groups=self.partner_groups,
            n_jobs=self.n_jobs,
        )
        discrete = column_positions(self.discrete_features, task.table.names, "discrete_features")
        if self.neighbor_space is None:
            growing = [task.rows_of(code) for code, n_new in task.wanted.items() if n_new]
            if growing:
                warn_of_scales(task.table, np.concatenate(growing))
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
        found = neighbors.search(rows, rows, self._affordable_k(task, code, len(rows)))
        self._check_partners(task, code, found)
        rows, partners, n_partners = map(task.ids, (rows, found.ids, found.n_found))
        at = draw_seeds(task.ids(np.flatnonzero(n_partners)), n_new, rng, self.allocation)
        nth = rng.integers(0, n_partners[at], dtype=at.dtype)
        step = rng.random(n_new, dtype=np.float32)
        return Segments(rows[at], partners[at, nth], step, discrete)

    def _affordable_k(self, task: Task, code: int, n_rows: int) -> int:
        """Lower k where the class is too small for it, saying so; refuse a class of one row."""
        k = _k_of(self.k_neighbors)
        if n_rows < 2:
            raise TooFewRowsError(
                f"Class {task.class_name(code)} has 1 row; {type(self).__name__} needs 2. Use "
                "RandomOverSampler, or leave the class out of sampling_strategy."
            )
        if k > n_rows - 1:
            warnings.warn(
                f"Class {task.class_name(code)} has {n_rows} rows: k_neighbors lowered from {k} "
                f"to {n_rows - 1} for it.",
                FewNeighborsWarning,
                stacklevel=2,
            )
        return min(k, n_rows - 1)

    def _check_partners(self, task: Task, code: int, found: Found) -> None:
        """Say so when groups or missing values leave a row too few partners, or none."""
        alone = int(np.count_nonzero(found.n_found == 0))
        if alone == len(found.ids):
            why, remedy = _NO_PARTNER[self.partner_groups]
            raise SamplerInputError(
                f"Class {task.class_name(code)} has {len(found.ids)} rows, but no row has {why}, "
                f"so there is no seed. {remedy}"
            )
        short = int(np.count_nonzero(found.n_found < found.ids.shape[1]))
        if short:
            warnings.warn(
                f"Class {task.class_name(code)}: {short} of {len(found.ids)} rows have fewer "
                f"partners than the {found.ids.shape[1]} that k_neighbors asks for"
                + (f"; {alone} of them have none and are no seeds." if alone else "."),
                FewNeighborsWarning,
                stacklevel=2,
            )


_NO_PARTNER = {
    "any": (
        "a value in a column in common with another one",
        "Impute the missing values first, or use RandomOverSampler.",
    ),
    "same": (
        "a partner in its own group",
        "Use partner_groups='any', or RandomOverSampler.",
    ),
    "different": (
        "a partner in another group",
        "Use partner_groups='any', or RandomOverSampler.",
    ),
}


def draw_seeds(
    seeds: np.ndarray, n_new: int, rng: np.random.Generator, allocation: str
) -> np.ndarray:
    """Choose the seed of each new row: at random, or every one equally often."""
    if allocation == "random":
        return seeds[rng.integers(0, len(seeds), n_new, dtype=seeds.dtype)]
    times, rest = divmod(n_new, len(seeds))
    return np.concatenate([np.repeat(seeds, times), rng.permutation(seeds)[:rest]])


def _k_of(neighbors: Any) -> int:
    k = neighbors if isinstance(neighbors, Integral) else getattr(neighbors, "n_neighbors", None)
    if not isinstance(k, Integral) or k < 1:
        raise SamplerInputError(
            f"k_neighbors is a {type(neighbors).__name__} without a usable n_neighbors (found "
            f"{k!r}): set it to the number of neighbors wanted."
        )
    return int(k)
