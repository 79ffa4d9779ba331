"""Safe-level SMOTE: how far may a new row go? Not far toward a partner that is less safe."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any, ClassVar

import numpy as np

from .._compat import StrOptions
from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.columns import column_positions
from .._core.n_neighbors import number_of
from .._core.neighbors import Neighbors
from .._core.plan import SamplingPlan
from .._core.recipes import Copies, Segments
from .._core.surroundings import search_around, surroundings_of
from .._core.task import Task, grow_each_class
from ..exceptions import FallbackWarning
from ._partners import (
    CONSTRAINTS,
    affordable_k,
    check_partners,
    draw_partners,
    draw_seeds,
    gathered,
    open_around,
    open_search,
)


class SafeLevelSMOTE(BaseSampler):
    """Balance classes with new rows that stay near the safer one of their two parents.

    The safe level of a row is how many of its `k_neighbors` nearest rows, of any class, belong to
    the class that grows. A new row lies between a seed and a partner, nearer to the one with the
    higher level: with levels ``s`` and ``p`` of seed and partner, the step is uniform

    - between 0 and 1 where ``s == p``,
    - between 0 and ``p / s`` where the seed is safer; with ``p = 0`` the new row is a copy of it,
    - between ``1 - s / p`` and 1 where the partner is safer.

    Between two rows of level 0 nothing is made: other pairs are drawn instead.

    Not to be used where the border itself has to be learned: few new rows come near it. Where all
    rows of a class are isolated, there is no safe place, and the method can only copy.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the largest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    k_neighbors : int or object, default=5
        Neighbors among which the partner is drawn, and from which the safe level is counted. An
        integer is an upper bound: in a class of ``n`` rows there are at most ``n - 1`` partners. An
        object with `fit` and `kneighbors` is used for both searches instead of ours; its
        `n_neighbors` says how many.
    partner : {"minority", "all"}, default="minority"
        Whether partners are the nearest rows of the seed's class or of any class.
    allocation : {"random", "even"}, default="random"
        How seeds are chosen: each new row draws its own, or every seed serves equally often and
        only the remainder is drawn.
    partner_groups : {"any", "same", "different"}, default="any"
        Whose rows may be partners when `groups` are given: anybody's, only those of the seed's
        group (patient), or only those of others. Safe levels count all rows.
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
    safe_levels_ : ndarray of int of shape (n_rows,)
        Rows of the same class among the nearest of each row of a class that was to grow; -1 for
        all other rows.
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
        When every pair of seed and partner has level 0 twice: rows are copied.

    See Also
    --------
    BorderlineSMOTE : The opposite idea: new rows start where other classes are near.
    SMOTE : Steps are uniform whatever lies around.

    References
    ----------
    .. [1] C. Bunkhumpornpat, K. Sinapiromsaran, C. Lursinsap, "Safe-Level-SMOTE:
       Safe-Level-Synthetic Minority Over-Sampling TEchnique for Handling the Class Imbalanced
       Problem", PAKDD 2009, LNCS 5476, 475-482.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.over_sampling import SafeLevelSMOTE
    >>> X = np.array([[0.0], [1.0], [2.0], [2.3], [2.7], [2.9], [4.0], [5.0], [5.4], [7.0]])
    >>> y = np.array(["well"] * 2 + ["ill", "well", "ill", "ill", "ill"] + ["well"] * 3)
    >>> sampler = SafeLevelSMOTE(k_neighbors=3, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> sampler.safe_levels_.tolist()
    [-1, -1, 2, -1, 2, 2, 2, -1, -1, -1]
    """

    _sampling_type: ClassVar[str] = "over-sampling"

    _parameter_constraints: ClassVar[dict] = {
        **CONSTRAINTS,
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "partner": [StrOptions({"minority", "all"})],
        "allocation": [StrOptions({"random", "even"})],
        "discrete_features": ["array-like", None],
    }

    safe_levels_: np.ndarray

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        k_neighbors: Any = 5,
        partner: str = "minority",
        allocation: str = "random",
        partner_groups: str = "any",
        neighbor_space: Any = None,
        discrete_features: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.k_neighbors = k_neighbors
        self.partner = partner
        self.allocation = allocation
        self.partner_groups = partner_groups
        self.neighbor_space = neighbor_space
        self.discrete_features = discrete_features
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task)
        discrete = column_positions(self.discrete_features, task.table.names, "discrete_features")
        self.safe_levels_ = np.full(task.table.n_rows, -1)
        return grow_each_class(task, partial(self._grow, neighbors, discrete))

    def _grow(
        self,
        neighbors: Neighbors,
        discrete: tuple[int, ...],
        task: Task,
        code: int,
        n_new: int,
        rng: np.random.Generator,
    ) -> Segments | Copies:
        rows = task.rows_of(code)
        partners, levels = self._look_around(neighbors, task, code, rows)
        # A pair of rows of level 0 makes nothing, so it is no pair.
        hopeful = (partners >= 0) & ((levels[rows][:, None] > 0) | (levels[partners] > 0))
        partners = gathered(partners, hopeful)
        seeds = np.flatnonzero(hopeful.any(axis=1))
        if not len(seeds):
            _warn_of_isolation(task, code)
            return Copies(draw_seeds(task.ids(rows), n_new, rng, self.allocation))
        at = draw_seeds(task.ids(seeds), n_new, rng, self.allocation)
        partner = draw_partners(task.ids(partners), at, rng)
        low, high = step_limits(levels[rows[at]], levels[partner])
        step = draw_steps(low, high, rng)
        return Segments(task.ids(rows)[at], partner, step, discrete)

    def _look_around(
        self, neighbors: Neighbors, task: Task, code: int, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the partners of each row of a class, and the levels of all rows concerned."""
        k = affordable_k(self, task, code, len(rows))
        k_all = min(number_of(self.k_neighbors), task.table.n_rows - 1)
        around = open_around(neighbors, self.k_neighbors)
        found, own = search_around(task, neighbors, around, code, k, k_all)
        levels = np.full(task.table.n_rows, -1)
        levels[rows] = own.found.n_found - own.n_other
        self.safe_levels_[rows] = levels[rows]
        if self.partner == "all":
            everybody = np.arange(task.table.n_rows)
            alike = self.partner_groups == "any"
            found = own.found if alike else neighbors.search(rows, everybody, k_all)
            strangers = np.setdiff1d(found.ids[found.ids >= 0], rows)
            if len(strangers):
                places = around.search(strangers, everybody, k_all)
                theirs = surroundings_of(task, code, places)
                levels[strangers] = places.n_found - theirs.n_other
        check_partners(self, task, code, found)
        return found.ids, levels


def step_limits(seed: np.ndarray, partner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Say between which limits a step lies, from the safe levels of seed and partner.

    Parameters
    ----------
    seed, partner : ndarray of int of shape (n_new,)
        Safe levels, not both 0.

    Returns
    -------
    low, high : ndarray of float of shape (n_new,)
    """
    low = 1 - seed / np.maximum(partner, seed)
    high = partner / np.maximum(partner, seed)
    return low, high


def draw_steps(low: np.ndarray, high: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw float32 steps between limits, which are kept although float32 is coarser than they."""
    share = rng.random(len(low), dtype=np.float32).astype(np.float64)
    step = (low + share * (high - low)).astype(np.float32)
    step = np.where(step > high, np.nextafter(step, np.float32(-1)), step)
    return np.where(step < low, np.nextafter(step, np.float32(2)), step)


def _warn_of_isolation(task: Task, code: int) -> None:
    warnings.warn(
        f"Class {task.class_name(code)} has no row that is safe, nor a partner that is: its rows "
        "are copied. Raise k_neighbors to look farther around.",
        FallbackWarning,
        stacklevel=2,
    )
