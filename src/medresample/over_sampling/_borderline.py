"""Borderline-SMOTE: which rows should new ones start from? Those that other classes press on."""

from __future__ import annotations

import warnings
from functools import partial
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from .._compat import Interval, StrOptions
from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.columns import column_positions
from .._core.n_neighbors import NEIGHBORS, number_of
from .._core.neighbors import Neighbors
from .._core.plan import SamplingPlan
from .._core.recipes import Segments
from .._core.surroundings import Surroundings, search_around
from .._core.task import Task, grow_each_class
from ..exceptions import FallbackWarning, SamplerInputError
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


class BorderlineSMOTE(BaseSampler):
    """Balance classes with new rows that start from the rows in danger, near the other classes.

    Every row of the class is judged by its `m_neighbors` nearest rows of any class. It is noise
    if all of them are of other classes, in danger if at least half are, and safe otherwise. Only
    rows in danger are seeds. Their partners are found as in SMOTE; noise may be a partner.

    Not to be used where labels are uncertain: near the border, wrong labels look like rows in
    danger, and the method multiplies them. Where classes do not touch, no row is in danger and
    the method has nothing to add to SMOTE, which it then says.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the largest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    kind : {"borderline-1", "borderline-2"}, default="borderline-1"
        Whether partners are of the seed's class only, or now and then of another: see
        `negative_share`.
    k_neighbors : int or object, default=5
        Neighbors of a seed among which its partner is drawn. An integer is an upper bound: in a
        class of ``n`` rows there are at most ``n - 1``. An object with `fit` and `kneighbors`
        is used for the search instead of ours; its `n_neighbors` says how many.
    m_neighbors : int or object, default=10
        Nearest rows of any class, whatever their group, by which a row is judged. An integer is an
        upper bound here too.
    negative_share : float, default=0.5
        With "borderline-2", the probability that a partner is one of the `k_neighbors` nearest rows
        of other classes. The step is then uniform between 0 and 1/2, so that the new row stays
        nearer to its seed. 0 is "borderline-1".
    on_no_danger : {"smote", "raise"}, default="smote"
        What to do for a class without a row in danger: warn and let all its rows be seeds, or
        refuse.
    allocation : {"random", "even"}, default="random"
        How seeds are chosen: each new row draws its own, or every seed serves equally often and
        only the remainder is drawn.
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
    surroundings_ : ndarray of str of shape (n_rows,)
        "danger", "noise" or "safe" for each row of a class that was to grow, "" for all others.
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
        When a class has no row in danger.

    See Also
    --------
    SMOTE : All rows of the class are seeds.
    ADASYN : The more other classes around a row, the more new rows start from it.

    References
    ----------
    .. [1] H. Han, W.-Y. Wang, B.-H. Mao, "Borderline-SMOTE: A New Over-Sampling Method in
       Imbalanced Data Sets Learning", ICIC 2005, LNCS 3644, 878-887.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.over_sampling import BorderlineSMOTE
    >>> X = np.array([[0.0], [1.0], [2.0], [2.3], [2.7], [4.0], [5.0], [5.4], [7.0]])
    >>> y = np.array(["well", "well", "ill", "well", "ill", "ill", "well", "well", "well"])
    >>> sampler = BorderlineSMOTE(m_neighbors=3, k_neighbors=2, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> sampler.surroundings_[y == "ill"].tolist()
    ['danger', 'safe', 'danger']
    >>> set(sampler.provenance_["seed"][9:].tolist()) <= {2, 5}
    True
    """

    _sampling_type: ClassVar[str] = "over-sampling"

    _parameter_constraints: ClassVar[dict] = {
        **CONSTRAINTS,
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "kind": [StrOptions({"borderline-1", "borderline-2"})],
        "m_neighbors": NEIGHBORS,
        "negative_share": [Interval(Real, 0, 1, closed="both")],
        "on_no_danger": [StrOptions({"smote", "raise"})],
        "allocation": [StrOptions({"random", "even"})],
        "discrete_features": ["array-like", None],
    }

    surroundings_: np.ndarray

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        kind: str = "borderline-1",
        k_neighbors: Any = 5,
        m_neighbors: Any = 10,
        negative_share: float = 0.5,
        on_no_danger: str = "smote",
        allocation: str = "random",
        partner_groups: str = "any",
        neighbor_space: Any = None,
        discrete_features: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.kind = kind
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.negative_share = negative_share
        self.on_no_danger = on_no_danger
        self.allocation = allocation
        self.partner_groups = partner_groups
        self.neighbor_space = neighbor_space
        self.discrete_features = discrete_features
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task)
        around = open_around(neighbors, self.m_neighbors)
        discrete = column_positions(self.discrete_features, task.table.names, "discrete_features")
        self.surroundings_ = np.full(task.table.n_rows, "", "<U6")
        return grow_each_class(task, partial(self._grow, neighbors, around, discrete))

    def _grow(
        self,
        neighbors: Neighbors,
        around: Neighbors,
        discrete: tuple[int, ...],
        task: Task,
        code: int,
        n_new: int,
        rng: np.random.Generator,
    ) -> Segments:
        rows = task.rows_of(code)
        k = affordable_k(self, task, code, len(rows))
        m = number_of(self.m_neighbors, "m_neighbors")
        found, surroundings = search_around(task, neighbors, around, code, k, m)
        self.surroundings_[rows] = _in_words(surroundings)
        check_partners(self, task, code, found)
        seeds = np.flatnonzero(surroundings.danger & (found.n_found > 0))
        as_smote = not len(seeds)
        if as_smote:
            self._fall_back(task, code)
            seeds = np.flatnonzero(found.n_found)
        at = draw_seeds(task.ids(seeds), n_new, rng, self.allocation)
        partner = draw_partners(task.ids(found.ids), at, rng)
        step = rng.random(n_new, dtype=np.float32)
        if self.kind == "borderline-2" and not as_smote:
            enemies = self._enemies(neighbors, around, task, code, surroundings, seeds)
            place = np.searchsorted(seeds, at).astype(at.dtype)
            turn_to_enemies(enemies, place, self.negative_share, partner, step, rng)
        return Segments(task.ids(rows)[at], partner, step, discrete)

    def _fall_back(self, task: Task, code: int) -> None:
        """Refuse a class without a row in danger, or say that all of its rows will be seeds."""
        name = task.class_name(code)
        if self.on_no_danger == "raise":
            raise SamplerInputError(
                f"Class {name} has no row in danger that has a partner, so {type(self).__name__} "
                "has no seed. Change m_neighbors, or use on_no_danger='smote', or SMOTE."
            )
        warnings.warn(
            f"Class {name} has no row in danger that has a partner: all its rows are seeds, as in "
            "SMOTE. Change m_neighbors to move the border.",
            FallbackWarning,
            stacklevel=2,
        )

    def _enemies(
        self,
        neighbors: Neighbors,
        around: Neighbors,
        task: Task,
        code: int,
        surroundings: Surroundings,
        seeds: np.ndarray,
    ) -> Any:
        """Find the nearest rows of other classes that may be partners of the seeds."""
        is_enemy = task.target.codes != code
        k = min(number_of(self.k_neighbors), int(np.count_nonzero(is_enemy)))
        alike = neighbors.index is around.index and neighbors.partner_groups == "any"
        if alike and surroundings.n_other[seeds].min() >= k:  # found among the rows around
            ids = surroundings.found.ids[seeds]
            return task.ids(gathered(ids, is_enemy[ids] & (ids >= 0))[:, :k])
        rows = surroundings.rows[seeds]
        return task.ids(neighbors.search(rows, np.flatnonzero(is_enemy), k).ids)


def turn_to_enemies(
    enemies: np.ndarray,
    at: np.ndarray,
    share: float,
    partner: np.ndarray,
    step: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Give some new rows a partner of another class instead, and half the step.

    Parameters
    ----------
    enemies : ndarray of int of shape (n_seeds, k)
        Nearest rows of other classes, -1 where there are no more.
    at : ndarray of int of shape (n_new,)
        Row of `enemies` that belongs to the seed of each new row.
    share : float
        Probability of a turn, where the seed has an enemy.
    partner, step : ndarray of shape (n_new,)
        Changed in place.
    rng : Generator
        Source of chance.
    """
    turned = (rng.random(len(at)) < share) & (enemies[at, 0] >= 0)
    partner[turned] = draw_partners(enemies, at[turned], rng)
    step[turned] *= np.float32(0.5)


def _in_words(surroundings: Surroundings) -> np.ndarray:
    cases = [surroundings.noise, surroundings.danger]
    return np.select(cases, ["noise", "danger"], "safe")
