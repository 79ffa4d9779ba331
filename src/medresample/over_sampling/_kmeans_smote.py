"""K-means SMOTE: where is a class at home? In the clusters that it dominates, and only there."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from .._compat import HasMethods, Interval, StrOptions
from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.columns import column_positions
from .._core.neighbors import Found, Neighbors
from .._core.plan import SamplingPlan
from .._core.randomness import generator
from .._core.recipes import Segments
from .._core.shares import largest_remainder
from .._core.task import Task, grow_each_class
from ..exceptions import FallbackWarning, FewNeighborsWarning
from ._clusters import find_clusters
from ._partners import (
    CONSTRAINTS,
    affordable_k,
    check_partners,
    draw_partners,
    draw_seeds,
    open_search,
)
from ._pockets import mean_pair_distance, scatter_shares


class KMeansSMOTE(BaseSampler):
    """Balance classes with new rows inside the clusters that a class dominates.

    The whole table is clustered by k-means. A cluster takes part for a class where
    ``(others + 1) / (own + 1) < imbalance_ratio_threshold`` and the class has two rows or more. The
    new rows are divided among these clusters, exactly, in proportion to how scattered the rows of
    the class are there: ``mean distance ** density_exponent / own``. Within a cluster they are
    made as in SMOTE, between nearest neighbors of the class and the cluster.

    Not to be used in tables with missing values, in which k-means has no meaning; nor where a class
    dominates no cluster, which is common in small skewed tables: then it says so and does what
    SMOTE does. The outcome depends on the number of clusters.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the largest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    k_neighbors : int or object, default=5
        Neighbors of a seed among which its partner is drawn. An integer is an upper bound: in a
        cluster with ``n`` rows of the class there are at most ``n - 1``. An object with `fit` and
        `kneighbors` is used for the search instead of ours; its `n_neighbors` says how many.
    kmeans_estimator : int or object, default=None
        Number of clusters for scikit-learn's `MiniBatchKMeans`, or an unfitted clusterer with
        `fit_predict`; rows that it labels -1 are in no cluster. None takes as many clusters as the
        square root of half the number of rows, from 2 to 100. A clusterer whose `random_state` is
        None is given one from ours.
    imbalance_ratio_threshold : float, default=1.0
        How many rows of other classes to one of the class, each count plus one, a cluster must stay
        below to take part. Higher lets more mixed clusters in.
    density_exponent : float, default=None
        How much the mean distance counts against the number of rows. None is the number of columns
        in which distances are taken, as for a volume.
    allocation : {"random", "even"}, default="random"
        How seeds are chosen within a cluster: each new row draws its own, or every row serves
        equally often and only the remainder is drawn.
    partner_groups : {"any", "same", "different"}, default="any"
        Whose rows may be partners when `groups` are given: anybody's, only those of the seed's
        group (patient), or only those of others.
    neighbor_space : transformer, default=None
        An unfitted transformer, such as ``StandardScaler()`` or ``PCA(50)``, fitted inside on the
        table; clusters and neighbors are searched in its output, rows are built in the original
        units.
    discrete_features : array-like of names, positions or bool, default=None
        Float columns to round to the nearest integer in new rows, such as a 0/1 flag that became
        float. Integer and boolean columns are rounded always.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same result at every call. Every class has an
        independent generator of its own, and so has the clustering, which all classes share.
    n_jobs : int, default=None
        Threads of the neighbor search; the result is the same for any number. The clustering runs
        on one.

    Attributes
    ----------
    labels_ : ndarray of int of shape (n_rows,)
        Cluster of each row, -1 for none.
    cluster_shares_ : dict of {class label: ndarray of shape (n_clusters,)}
        Share of the new rows of each class that grew that falls to each cluster: 0 for clusters
        that take no part, and for all where no cluster does.
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
        When a class dominates no cluster.

    See Also
    --------
    SMOTE : New rows between neighbors wherever the class has rows.

    References
    ----------
    .. [1] G. Douzas, F. Bacao, F. Last, "Improving imbalanced learning through a heuristic
       oversampling method based on k-means and SMOTE", Information Sciences 465, 1-20, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.over_sampling import KMeansSMOTE
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [40.0], [41.0], [43.0], [44.0], [3.5]])
    >>> y = np.array(["well"] * 5 + ["ill"] * 3 + ["well", "ill"])
    >>> sampler = KMeansSMOTE(kmeans_estimator=2, k_neighbors=2, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> sorted(sampler.cluster_shares_["ill"].tolist())
    [0.0, 1.0]
    >>> bool((X_res[10:] >= 40).all())
    True
    """

    _sampling_type: ClassVar[str] = "over-sampling"
    _takes_holes: ClassVar[bool] = False

    _parameter_constraints: ClassVar[dict] = {
        **CONSTRAINTS,
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "kmeans_estimator": [
            Interval(Integral, 1, None, closed="left"),
            HasMethods(["fit_predict"]),
            None,
        ],
        "imbalance_ratio_threshold": [Interval(Real, 0, None, closed="neither")],
        "density_exponent": [Interval(Real, 0, None, closed="left"), None],
        "allocation": [StrOptions({"random", "even"})],
        "discrete_features": ["array-like", None],
    }

    labels_: np.ndarray
    cluster_shares_: dict[Any, np.ndarray]

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        k_neighbors: Any = 5,
        kmeans_estimator: Any = None,
        imbalance_ratio_threshold: float = 1.0,
        density_exponent: float | None = None,
        allocation: str = "random",
        partner_groups: str = "any",
        neighbor_space: Any = None,
        discrete_features: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.k_neighbors = k_neighbors
        self.kmeans_estimator = kmeans_estimator
        self.imbalance_ratio_threshold = imbalance_ratio_threshold
        self.density_exponent = density_exponent
        self.allocation = allocation
        self.partner_groups = partner_groups
        self.neighbor_space = neighbor_space
        self.discrete_features = discrete_features
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task)
        discrete = column_positions(self.discrete_features, task.table.names, "discrete_features")
        self.labels_ = find_clusters(
            self.kmeans_estimator,
            neighbors.space.numbers(np.arange(task.table.n_rows)),
            generator(task.entropy),
        )
        self.cluster_shares_ = {}
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
        k = affordable_k(self, task, code, len(rows))
        pockets = self._pockets(neighbors, task, code, rows, k)
        shares = np.zeros(self.labels_.max() + 1)
        self.cluster_shares_[task.target.classes[code]] = shares
        if pockets:
            parts = self._shares(neighbors, pockets)
            shares[[pocket.cluster for pocket in pockets]] = parts
        else:
            pockets, parts = [self._whole_class(neighbors, task, code, rows, k)], np.ones(1)
        seeds, partners = [], []
        for pocket, n_here in zip(pockets, largest_remainder(n_new, parts, rng), strict=True):
            able = task.ids(np.flatnonzero(pocket.found.n_found))
            at = draw_seeds(able, int(n_here), rng, self.allocation)
            seeds.append(task.ids(pocket.rows)[at])
            partners.append(draw_partners(task.ids(pocket.found.ids), at, rng))
        step = rng.random(n_new, dtype=np.float32)
        return Segments(np.concatenate(seeds), np.concatenate(partners), step, discrete)

    def _pockets(
        self, neighbors: Neighbors, task: Task, code: int, rows: np.ndarray, k: int
    ) -> list[_Pocket]:
        """Find the clusters that take part for a class, and the partners of its rows there."""
        n_clusters = int(self.labels_.max()) + 1
        own = _count(self.labels_[rows], n_clusters)
        others = _count(self.labels_, n_clusters) - own
        dominated = (others + 1 < self.imbalance_ratio_threshold * (own + 1)) & (own > 1)
        pockets = []
        for cluster in np.flatnonzero(dominated):
            here = rows[self.labels_[rows] == cluster]
            found = neighbors.search(here, here, min(k, len(here) - 1))
            pockets.append(_Pocket(int(cluster), here, found))
        able = [pocket for pocket in pockets if pocket.found.n_found.any()]
        if able:
            _check_pockets(task, code, pockets)
        return able

    def _shares(self, neighbors: Neighbors, pockets: list[_Pocket]) -> np.ndarray:
        """Divide the new rows of a class among its clusters."""
        coordinates = [neighbors.space.numbers(pocket.rows) for pocket in pockets]
        exponent = self.density_exponent
        return scatter_shares(
            np.array([len(pocket.rows) for pocket in pockets]),
            np.array([mean_pair_distance(rows) for rows in coordinates]),
            coordinates[0].shape[1] if exponent is None else exponent,
        )

    def _whole_class(
        self, neighbors: Neighbors, task: Task, code: int, rows: np.ndarray, k: int
    ) -> _Pocket:
        """Fall back on SMOTE for a class that dominates no cluster."""
        found = neighbors.search(rows, rows, k)
        check_partners(self, task, code, found)
        warnings.warn(
            f"Class {task.class_name(code)} dominates no cluster in which two of its rows may be "
            "partners: new rows are made between any neighbors of the class, as in SMOTE. Raise "
            "the number of clusters (kmeans_estimator) or imbalance_ratio_threshold.",
            FallbackWarning,
            stacklevel=2,
        )
        return _Pocket(-1, rows, found)


@dataclass(frozen=True, eq=False)
class _Pocket:
    """The rows of a class in one cluster, and their neighbors among themselves."""

    cluster: int
    rows: np.ndarray
    found: Found


def _count(labels: np.ndarray, n_clusters: int) -> np.ndarray:
    return np.bincount(labels[labels >= 0], minlength=n_clusters)


def _check_pockets(task: Task, code: int, pockets: list[_Pocket]) -> None:
    """Say so when groups leave a row too few partners in its cluster, or none."""
    n_found = [pocket.found.n_found for pocket in pockets]
    alone = sum(int(np.count_nonzero(each == 0)) for each in n_found)
    short = sum(
        int(np.count_nonzero(pocket.found.n_found < pocket.found.ids.shape[1]))
        for pocket in pockets
    )
    if short:
        warnings.warn(
            f"Class {task.class_name(code)}: {short} of {sum(map(len, n_found))} rows have fewer "
            "partners in their cluster than k_neighbors asks for"
            + (f"; {alone} of them have none and are no seeds." if alone else "."),
            FewNeighborsWarning,
            stacklevel=2,
        )
