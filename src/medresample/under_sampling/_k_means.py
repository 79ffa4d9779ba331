"""K-means under-sampling: every cluster of a large class gives rows, or its center."""

from __future__ import annotations

from functools import partial
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from .._compat import HasMethods, Interval, StrOptions
from .._core.base import UNDER_SAMPLING_STRATEGY, BaseSampler
from .._core.plan import SamplingPlan
from .._core.randomness import generator
from .._core.recipes import Values
from .._core.shares import shares_for_all
from .._core.task import Task, pick_each_class
from .._core.threads import n_threads
from ._clusters import (
    AUTO,
    Clusters,
    Coordinates,
    affordable_number,
    check_number,
    clusters_of,
    dense,
    draw_the_rest,
    replace_each_class,
    shrinking_classes,
    with_clusters,
    within,
)
from ._quotas import by_ratio, typical


class KMeansUnderSampler(BaseSampler):
    """Balance classes by keeping rows of every cluster of the larger ones.

    A random part of a class may miss a small group of patients; here each larger class is cut into
    clusters, and every cluster gives rows, or is replaced by its center. The four strategies are
    methods of their own:

    ``"quota"``
        A few clusters, each of which gives rows in proportion to its size, and at least one. With
        it, rows are left out evenly.
    ``"nearest"``
        As many clusters as rows are wanted; the row nearest to the center of each is kept (Lin et
        al., strategy 2).
    ``"centroid"``
        The same, but the centers themselves replace the class (Lin et al., strategy 1; imbalanced-
        learn's ClusterCentroids). They are averages and no patients.
    ``"sbc"``
        The whole table is cut into a few clusters. Where rows of the smallest class are rare, more
        rows of the larger class are kept, in proportion to ``larger / smallest`` (Yen and Lee).

    Not for missing values or categories as they are (see `cluster_space`), nor for columns in
    different units, of which the largest decides alone. ``"nearest"`` and ``"centroid"`` flatten
    the density of a class, which changes risks beyond what the shift of the prior explains.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the smallest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    strategy : {"quota", "nearest", "centroid", "sbc"}, default="quota"
        What is done with the clusters, see above.
    n_clusters : int or "auto", default="auto"
        Clusters of a class for "quota", of the table for "sbc"; at most its rows. "auto" takes the
        number from 2 to 10 with the largest mean silhouette on a sample of 2,000 rows. The other
        strategies find a cluster for each row wanted.
    selection : {"random", "nearest"}, default="random"
        Which rows a cluster gives for "quota" and "sbc": any, or those nearest to its mean row (for
        "sbc", to the mean of the rows of the class in it).
    trim : float, default=0.0
        Share of the rows of a class that "quota" leaves out first, as not typical: those whose
        distance from the mean of their cluster, divided by the median one there, is largest.
    estimator : object, default=None
        An unfitted clusterer with `fit_predict`, instead of k-means; a label of its own is a
        cluster of its own, -1 (noise) too. For "nearest" and "centroid" its `n_clusters` is set to
        the number of rows wanted. One whose `random_state` is None is given one from ours.
    cluster_space : transformer, default=None
        An unfitted transformer, such as ``StandardScaler()`` or ``PCA(50)``, fitted inside on the
        table; clusters are found and distances taken in its output. With it, columns of any kind
        and missing values are allowed as far as it takes them, unless the strategy is "centroid",
        whose new rows are averages in the original units.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same result at every call. Every class has an
        independent generator of its own, and so has the clustering for "sbc", which all share.
    n_jobs : int, default=None
        Threads for "nearest" and "centroid"; the result is the same for any number. A few clusters
        are found on one.

    Attributes
    ----------
    clusters_ : dict of {class label: structured ndarray of shape (n_clusters,)}
        For each class that lost rows, a record per cluster: ``cluster`` (its label), ``size`` (rows
        of the class in it), ``quota`` (rows that the rule gives it) and ``kept`` (rows of the
        output that it gave, or that stand for it). They differ where a cluster has fewer rows than
        its quota, or fewer clusters than wanted could be found. ``pandas.DataFrame`` takes it.
    sampling_strategy_ : dict
        Rows wanted per class concerned.
    sample_indices_ : ndarray of shape (n_rows_new,)
        Row of the input that each output row is; not for "centroid".
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed and label of every output row; the seed of a center is the row nearest to it.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Warns
    -----
    FallbackWarning
        When there are fewer clusters than rows wanted, or fewer rows than `n_clusters`.

    See Also
    --------
    RandomUnderSampler : Takes any row.
    FuzzyCMeansUnderSampler : Clusters in which every row has a share.

    References
    ----------
    .. [1] W.-C. Lin, C.-F. Tsai, Y.-H. Hu, J.-S. Jhang, "Clustering-based undersampling in
       class-imbalanced data", Information Sciences 409-410, 17-26, 2017.
    .. [2] S.-J. Yen, Y.-S. Lee, "Cluster-based under-sampling approaches for imbalanced data
       distributions", Expert Systems with Applications 36, 5718-5727, 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.under_sampling import KMeansUnderSampler
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0], [50.0], [52.0], [20.0], [21.0], [22.0]])
    >>> y = np.array(["well"] * 6 + ["ill"] * 3)
    >>> sampler = KMeansUnderSampler(n_clusters=2, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> sorted(sampler.clusters_["well"][["size", "kept"]].tolist())
    [(2, 1), (4, 2)]
    >>> X_res[y_res == "ill"].ravel()
    array([20., 21., 22.])
    """

    _sampling_type: ClassVar[str] = "under-sampling"

    _parameter_constraints: ClassVar[dict] = {
        "sampling_strategy": UNDER_SAMPLING_STRATEGY,
        "strategy": [StrOptions({"quota", "nearest", "centroid", "sbc"})],
        "n_clusters": [Interval(Integral, 1, None, closed="left"), StrOptions({AUTO})],
        "selection": [StrOptions({"random", "nearest"})],
        "trim": [Interval(Real, 0, 1, closed="left")],
        "estimator": [HasMethods(["fit_predict"]), None],
        "cluster_space": [HasMethods(["fit", "transform"]), None],
        "random_state": ["random_state", np.random.Generator],
        "n_jobs": [Integral, None],
    }

    clusters_: dict[Any, np.ndarray]

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        strategy: str = "quota",
        n_clusters: int | str = AUTO,
        selection: str = "random",
        trim: float = 0.0,
        estimator: Any = None,
        cluster_space: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.strategy = strategy
        self.n_clusters = n_clusters
        self.selection = selection
        self.trim = trim
        self.estimator = estimator
        self.cluster_space = cluster_space
        self.random_state = random_state
        self.n_jobs = n_jobs

    @property
    def _selects_rows(self) -> bool:  # type: ignore[override]
        return self.strategy != "centroid"

    @property
    def _looks_through(self) -> str:  # type: ignore[override]
        return "cluster_space" if self._selects_rows else ""

    @property
    def _takes_holes(self) -> bool:  # type: ignore[override]
        return not self._computes_with_cells()

    def _plan(self, task: Task) -> SamplingPlan:
        coordinates = Coordinates(task, self.cluster_space)
        self.clusters_ = {}
        if self.strategy == "centroid":
            return replace_each_class(task, partial(self._stand_for, coordinates))
        labels = None
        if self.strategy == "sbc" and shrinking_classes(task):
            every = coordinates.of(np.arange(task.table.n_rows))
            labels = self._few(every, len(every), "The table", generator(task.entropy))
        return pick_each_class(task, partial(self._pick, coordinates, labels))

    def _pick(
        self,
        coordinates: Coordinates,
        labels: np.ndarray | None,
        task: Task,
        code: int,
        n_kept: int,
        rng: np.random.Generator,
    ) -> np.ndarray:
        rows = task.rows_of(code)
        if n_kept in (0, len(rows)):
            return rows[:n_kept]
        X = coordinates.of(rows)
        if self.strategy == "nearest":
            clusters, order, rest = self._one_each(X, task, code, n_kept, rng)
            return rows[np.concatenate([order[clusters.members.start[:-1]], rest])]
        if labels is not None:
            clusters = clusters_of(X, labels[rows], np.unique(labels))
            quota, kept = by_ratio(clusters, labels, task, code, n_kept)
        else:
            found = self._few(X, n_kept, f"Class {task.class_name(code)}", rng)
            if self.trim:
                n_out = min(int(self.trim * len(X)), len(X) - n_kept)
                inside = typical(clusters_of(X, found), n_out)
                rows, X, found = rows[inside], X[inside], found[inside]
            clusters = clusters_of(X, found)
            quota = kept = shares_for_all(n_kept, clusters.members.sizes)
        self.clusters_[task.target.classes[code]] = clusters.ledger(quota, kept)
        if self.selection == "nearest":
            order = clusters.nearest_first()
        else:
            order = clusters.members.sorted_by(rng.random(len(rows)))
        return rows[clusters.members.ends(order, kept)]

    def _stand_for(
        self,
        coordinates: Coordinates,
        task: Task,
        code: int,
        n_wanted: int,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, Values]:
        rows = task.rows_of(code)
        clusters, order, rest = self._one_each(coordinates.of(rows), task, code, n_wanted, rng)
        numbers = dense(task.table.numbers(rows))
        sizes = clusters.members.sizes
        return rows[rest], Values(
            within(clusters.members.means(numbers, threads=n_threads(self.n_jobs)), numbers),
            clusters.members.start,
            task.ids(rows[order]),
            np.repeat(1 / sizes, sizes),
        )

    def _one_each(
        self, X: np.ndarray, task: Task, code: int, n_wanted: int, rng: np.random.Generator
    ) -> tuple[Clusters, np.ndarray, np.ndarray]:
        """Find a cluster for each row wanted; list its rows, nearest first, and rows to fill up."""
        clusters = clusters_of(X, self._many(X, n_wanted, rng))
        order = clusters.nearest_first()
        rest = draw_the_rest(task, code, order[clusters.members.start[:-1]], n_wanted, rng)
        quota = np.ones(len(clusters.names), np.intp)
        more = np.bincount(clusters.members.labels[rest], minlength=len(quota))
        self.clusters_[task.target.classes[code]] = clusters.ledger(quota, quota + more)
        return clusters, order, rest

    def _many(self, X: np.ndarray, n_clusters: int, rng: np.random.Generator) -> np.ndarray:
        """Give the labels of as many clusters as rows are wanted."""
        if self.estimator is None:
            from ..cluster._k2_means import k2_means

            return k2_means(X, n_clusters, rng, n_threads(self.n_jobs))
        from ..cluster._ask import ask_labels

        estimator = with_clusters(self.estimator, n_clusters, self.strategy)
        labels = ask_labels(estimator, X, rng)
        check_number(estimator, len(np.unique(labels)), n_clusters, fewer=True)
        return labels

    def _few(self, X: np.ndarray, at_most: int, who: str, rng: np.random.Generator) -> np.ndarray:
        """Give the labels of a few clusters."""
        from ..cluster._ask import ask_labels

        if self.estimator is not None:
            return ask_labels(self.estimator, X, rng)
        from sklearn.cluster import KMeans

        if isinstance(self.n_clusters, Integral):
            k = affordable_number(int(self.n_clusters), len(X), who)
        else:
            from ..cluster._how_many import by_silhouette

            k = by_silhouette(X, at_most, rng)
        return ask_labels(KMeans(k, n_init=1), X, rng)
