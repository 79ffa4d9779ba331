"""SVM-SMOTE: where is the border of a class? Where a support vector machine needs its rows."""

from __future__ import annotations

import warnings
from functools import partial
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from .._compat import HasMethods, Interval
from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.columns import column_positions
from .._core.n_neighbors import NEIGHBORS, number_of
from .._core.neighbors import Neighbors
from .._core.plan import SamplingPlan
from .._core.randomness import seeded
from .._core.recipes import Segments
from .._core.surroundings import search_around
from .._core.task import Task, grow_each_class
from ..exceptions import FallbackWarning, SamplerInputError
from ._partners import (
    CONSTRAINTS,
    affordable_k,
    check_partners,
    draw_partners,
    draw_seeds,
    open_around,
    open_search,
)


class SVMSMOTE(BaseSampler):
    """Balance classes with new rows that start from support vectors, and push the border outward.

    A support vector machine is fitted for each class against all others. The support vectors of
    the class are the seeds, but for noise: those whose `m_neighbors` nearest rows of any class are
    all of other classes. Every seed starts equally many new rows, up to one. Where at least half of
    these neighbors are of other classes, a new row lies between seed and partner, as in SMOTE.
    Where fewer are, it lies on the far side of the seed: the step is between 0 and ``-out_step``.

    Not to be used for large tables: the machine takes time in proportion to the square of the
    number of rows, or worse. Nor where values have limits that must be kept: rows on the far side
    of the seed leave the range of the class.

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
    m_neighbors : int or object, default=10
        Nearest rows of any class, whatever their group, by which a support vector is judged. An
        integer is an upper bound here too.
    svm_estimator : object, default=None
        An unfitted classifier that tells the rows it rests on in `support_`, such as another
        `sklearn.svm.SVC`. None is ``SVC(gamma="scale")``. It is fitted once for each class that
        grows, with the labels True for the class and False for all others.
    out_step : float, default=0.5
        How far a new row may lie on the far side of its seed, from 0 to 1, as a share of the
        distance to the partner.
    partner_groups : {"any", "same", "different"}, default="any"
        Whose rows may be partners when `groups` are given: anybody's, only those of the seed's
        group (patient), or only those of others.
    neighbor_space : transformer, default=None
        An unfitted transformer, such as ``StandardScaler()`` or ``PCA(50)``, fitted inside on the
        table; neighbors and support vectors are searched in its output, rows are built in the
        original units.
    discrete_features : array-like of names, positions or bool, default=None
        Float columns to round to the nearest integer in new rows, such as a 0/1 flag that became
        float. Integer and boolean columns are rounded always.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same result at every call. Every class has an
        independent generator of its own.
    n_jobs : int, default=None
        Threads of the neighbor search; the result is the same for any number.

    Attributes
    ----------
    support_ : dict of {class label: ndarray of int of shape (n_support_vectors,)}
        Row numbers of the support vectors of each class that grew, noise included.
    sampling_strategy_ : dict
        Rows added per class.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed, partner, step and label of every output row; the step is negative on the far
        side of the seed.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Warns
    -----
    FallbackWarning
        When all support vectors of a class are noise: they are seeds all the same.

    See Also
    --------
    BorderlineSMOTE : Finds the border by neighbors alone.

    References
    ----------
    .. [1] H. M. Nguyen, E. W. Cooper, K. Kamei, "Borderline over-sampling for imbalanced data
       classification", International Journal of Knowledge Engineering and Soft Data Paradigms
       3(1), 4-21, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.over_sampling import SVMSMOTE
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0], [3.5], [4.0], [6.0], [7.0], [8.0], [9.0]])
    >>> y = np.array(["ill"] * 4 + ["well"] * 6)
    >>> sampler = SVMSMOTE(k_neighbors=2, m_neighbors=3, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> set(sampler.provenance_["seed"][10:].tolist()) <= set(sampler.support_["ill"].tolist())
    True
    """

    _sampling_type: ClassVar[str] = "over-sampling"
    _takes_holes: ClassVar[bool] = False

    _parameter_constraints: ClassVar[dict] = {
        **CONSTRAINTS,
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "m_neighbors": NEIGHBORS,
        "svm_estimator": [HasMethods(["fit", "predict"]), None],
        "out_step": [Interval(Real, 0, 1, closed="both")],
        "discrete_features": ["array-like", None],
    }

    support_: dict[Any, np.ndarray]

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        k_neighbors: Any = 5,
        m_neighbors: Any = 10,
        svm_estimator: Any = None,
        out_step: float = 0.5,
        partner_groups: str = "any",
        neighbor_space: Any = None,
        discrete_features: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.svm_estimator = svm_estimator
        self.out_step = out_step
        self.partner_groups = partner_groups
        self.neighbor_space = neighbor_space
        self.discrete_features = discrete_features
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task)
        around = open_around(neighbors, self.m_neighbors)
        discrete = column_positions(self.discrete_features, task.table.names, "discrete_features")
        self.support_ = {}
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
        check_partners(self, task, code, found)
        is_support = np.isin(rows, self._support(neighbors, task, code, rng))
        able = is_support & (found.n_found > 0)
        seeds = self._seeds(task, code, able, surroundings.noise)
        at = draw_seeds(task.ids(seeds), n_new, rng, "even")
        partner = draw_partners(task.ids(found.ids), at, rng)
        step = rng.random(n_new, dtype=np.float32)
        outward = surroundings.safe[at]
        step[outward] *= np.float32(-self.out_step)
        return Segments(task.ids(rows)[at], partner, step, discrete)

    def _support(
        self, neighbors: Neighbors, task: Task, code: int, rng: np.random.Generator
    ) -> np.ndarray:
        """Find the support vectors of a class against all others."""
        from sklearn.svm import SVC

        machine = seeded(
            SVC(gamma="scale") if self.svm_estimator is None else self.svm_estimator, rng
        )
        is_own = task.target.codes == code
        machine.fit(neighbors.space.numbers(np.arange(task.table.n_rows)), is_own)
        if not hasattr(machine, "support_"):
            raise SamplerInputError(
                f"svm_estimator is a {type(machine).__name__}, which does not tell its support "
                "vectors in support_ when it is fitted: use a support vector machine, such as SVC."
            )
        support = np.sort(machine.support_[is_own[machine.support_]])
        self.support_[task.target.classes[code]] = support
        return support

    def _seeds(self, task: Task, code: int, able: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Choose the support vectors that start new rows, by their places in the class."""
        name = task.class_name(code)
        if not able.any():
            raise SamplerInputError(
                f"Class {name} has no support vector that has a partner, so {type(self).__name__} "
                "has no seed. Use SMOTE, or partner_groups='any'."
            )
        seeds = np.flatnonzero(able & ~noise)
        if len(seeds):
            return seeds
        warnings.warn(
            f"Class {name}: all support vectors that have a partner are noise, with nothing but "
            "other classes around. They are seeds all the same. Raise m_neighbors to look farther "
            "around.",
            FallbackWarning,
            stacklevel=2,
        )
        return np.flatnonzero(able)
