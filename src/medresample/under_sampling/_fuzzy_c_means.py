"""Fuzzy c-means under-sampling: the rows that belong most, or least, to clusters of a class."""

from __future__ import annotations

from functools import partial
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from .._compat import HasMethods, Interval, StrOptions
from .._core.base import UNDER_SAMPLING_STRATEGY, BaseSampler
from .._core.plan import SamplingPlan
from .._core.recipes import Values
from .._core.task import Task, pick_each_class
from ..exceptions import SamplerInputError
from ._clusters import (
    AUTO,
    Coordinates,
    affordable_number,
    check_number,
    dense,
    replace_each_class,
    with_clusters,
    within,
)
from ._memberships import Shares, distinct_nearest, shares_of

# Strategies that find a cluster for each row wanted, and the most bytes of memberships for them.
ONE_EACH = ("nearest", "center")
MOST = 2**30
# Centers at rest, as a share of the spread: finer, and the same rows are chosen.
TOL = 1e-4


class FuzzyCMeansUnderSampler(BaseSampler):
    """Balance classes by keeping the rows that belong most, or least, to clusters of a class.

    Each larger class is clustered by fuzzy c-means, in which every row belongs to all clusters, to
    near ones more (see :class:`medresample.cluster.FuzzyCMeans`). Five strategies:

    ``"core"``
        A few clusters give rows in proportion to the sum of their memberships: those that belong to
        the cluster most.
    ``"mixed"``
        The same, but half of the rows are those that belong to it least, on its border.
    ``"weighted"``
        The same, but rows are drawn, with chances that rise with ``membership ** m``.
    ``"nearest"``
        As many clusters as rows are wanted; the row nearest to each center is kept, no row twice.
    ``"center"``
        The same, but the centers themselves replace the class: means of all its rows, weighted by
        ``membership ** m``. They are averages and no patients.

    Not for many columns as they are, where all rows belong to all clusters alike: a warning says so
    (see `m` and `cluster_space`). ``"core"`` leaves out what is rare in the class, and all but
    ``"weighted"`` change its density, which changes risks beyond what the shift of the prior
    explains. No source defines fuzzy under-sampling in closed form: ``"center"`` follows [1]_, the
    others are common practice or our analogues of k-means under-sampling.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the smallest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    strategy : {"core", "mixed", "weighted", "nearest", "center"}, default="core"
        What is done with the clusters, see above.
    n_clusters : int or "auto", default="auto"
        Clusters of a class for the first three strategies, at most its rows. "auto" takes the
        number from 2 to 10 with the lowest Xie-Beni index on a sample of 2,000 rows.
    m : float, default=2.0
        The fuzzifier, above 1: near 1 a row belongs to one cluster alone. The more columns, the
        nearer to 1 it should be.
    estimator : object, default=None
        An unfitted clusterer with `fit` and `memberships` or `predict_proba`, such as
        ``GaussianMixture(5)``, instead of fuzzy c-means. For "nearest" and "center" its
        `n_clusters` is set to the number of rows wanted. One whose `random_state` is None is given
        one from ours.
    cluster_space : transformer, default=None
        An unfitted transformer, such as ``StandardScaler()`` or ``PCA(5)``, fitted inside on the
        table; clusters are found and distances taken in its output. With it, columns of any kind
        and missing values are allowed as far as it takes them, unless the strategy is "center",
        whose new rows are averages in the original units.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance: the starts of the clustering, ties, and the draws of "weighted". Every
        class has an independent generator of its own.
    n_jobs : int, default=None
        Threads of the clustering; the result is the same for any number.

    Attributes
    ----------
    clusters_ : dict of {class label: structured ndarray of shape (n_clusters,)}
        For each class that lost rows, a record per cluster: ``cluster`` (its number), ``size``
        (rows that belong to it most), ``quota`` (rows that the rule gives it) and ``kept`` (rows of
        the output that it gave, or its center). ``pandas.DataFrame`` takes it.
    sampling_strategy_ : dict
        Rows wanted per class concerned.
    sample_indices_ : ndarray of shape (n_rows_new,)
        Row of the input that each output row is; not for "center".
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed and label of every output row; the seed of a center is the row that belongs to
        it most.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Raises
    ------
    SamplerInputError
        When memberships of a cluster for each row wanted would take more than 1 GiB.

    Warns
    -----
    CollapsedCentersWarning
        When centers fall into one place, or all rows belong to all clusters alike.

    See Also
    --------
    KMeansUnderSampler : Clusters with borders.
    medresample.cluster.FuzzyCMeans : The clustering alone.

    References
    ----------
    .. [1] L. Xiao, M. Gao, X. Su, "An under-sampling ensemble classification algorithm based on
       fuzzy c-means clustering for imbalanced data", Data Analysis and Knowledge Discovery 3(4),
       90-96, 2019.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.under_sampling import FuzzyCMeansUnderSampler
    >>> X = np.array([[0.0], [1.0], [2.0], [50.0], [51.0], [52.0], [20.0], [22.0]])
    >>> y = np.array(["well"] * 6 + ["ill"] * 2)
    >>> sampler = FuzzyCMeansUnderSampler(n_clusters=2, random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> X_res.ravel()
    array([ 1., 51., 20., 22.])
    """

    _sampling_type: ClassVar[str] = "under-sampling"

    _parameter_constraints: ClassVar[dict] = {
        "sampling_strategy": UNDER_SAMPLING_STRATEGY,
        "strategy": [StrOptions({"core", "mixed", "weighted", *ONE_EACH})],
        "n_clusters": [Interval(Integral, 1, None, closed="left"), StrOptions({AUTO})],
        "m": [Interval(Real, 1, None, closed="neither")],
        "estimator": [
            HasMethods(["fit", "memberships"]),
            HasMethods(["fit", "predict_proba"]),
            None,
        ],
        "cluster_space": [HasMethods(["fit", "transform"]), None],
        "random_state": ["random_state", np.random.Generator],
        "n_jobs": [Integral, None],
    }

    clusters_: dict[Any, np.ndarray]

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        strategy: str = "core",
        n_clusters: int | str = AUTO,
        m: float = 2.0,
        estimator: Any = None,
        cluster_space: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.strategy = strategy
        self.n_clusters = n_clusters
        self.m = m
        self.estimator = estimator
        self.cluster_space = cluster_space
        self.random_state = random_state
        self.n_jobs = n_jobs

    @property
    def _selects_rows(self) -> bool:  # type: ignore[override]
        return self.strategy != "center"

    @property
    def _looks_through(self) -> str:  # type: ignore[override]
        return "cluster_space" if self._selects_rows else ""

    @property
    def _takes_holes(self) -> bool:  # type: ignore[override]
        return not self._computes_with_cells()

    def _plan(self, task: Task) -> SamplingPlan:
        coordinates = Coordinates(task, self.cluster_space)
        self.clusters_ = {}
        if self.strategy == "center":
            return replace_each_class(task, partial(self._stand_for, coordinates))
        return pick_each_class(task, partial(self._pick, coordinates))

    def _pick(
        self,
        coordinates: Coordinates,
        task: Task,
        code: int,
        n_kept: int,
        rng: np.random.Generator,
    ) -> np.ndarray:
        rows = task.rows_of(code)
        if n_kept in (0, len(rows)):
            return rows[:n_kept]
        X = coordinates.of(rows)
        shares = self._shares(X, task, code, n_kept, rng)
        label = task.target.classes[code]
        if self.strategy == "nearest":
            self.clusters_[label] = shares.ledger(*2 * [np.ones(n_kept, np.intp)])
            return rows[distinct_nearest(X, shares.centers(X))]
        quota, kept = shares.quotas(n_kept)
        self.clusters_[label] = shares.ledger(quota, kept)
        return rows[shares.take(kept, self.strategy, rng)]

    def _stand_for(
        self,
        coordinates: Coordinates,
        task: Task,
        code: int,
        n_wanted: int,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, Values]:
        rows = task.rows_of(code)
        shares = self._shares(coordinates.of(rows), task, code, n_wanted, rng)
        self.clusters_[task.target.classes[code]] = shares.ledger(*2 * [np.ones(n_wanted, np.intp)])
        numbers = dense(task.table.numbers(rows))
        start, members, weight = shares.parts()
        made = Values(
            within(shares.centers(numbers), numbers), start, task.ids(rows[members]), weight
        )
        return rows[:0], made

    def _shares(
        self, X: np.ndarray, task: Task, code: int, n_wanted: int, rng: np.random.Generator
    ) -> Shares:
        """Cluster a class; give how strongly its rows belong to each cluster."""
        from ..cluster import FuzzyCMeans
        from ..cluster._ask import ask_memberships

        who = f"Class {task.class_name(code)}"
        ours = FuzzyCMeans(m=self.m, tol=TOL, n_jobs=self.n_jobs)
        if self.strategy not in ONE_EACH:
            if self.estimator is None:
                ours.set_params(n_clusters=self._number(X, who, n_wanted, rng))
            estimator = ours if self.estimator is None else self.estimator
            return shares_of(ask_memberships(estimator, X, rng), self.m)
        if len(X) * n_wanted * 8 > MOST:
            raise SamplerInputError(
                f"{who}: strategy={self.strategy!r} finds a cluster for each row wanted, and the "
                f"memberships of {len(X)} rows x {n_wanted} clusters take more than 1 GiB. Use "
                "strategy='core', which finds a few clusters, or KMeansUnderSampler."
            )
        estimator = ours.set_params(n_init=1) if self.estimator is None else self.estimator
        estimator = with_clusters(estimator, n_wanted, self.strategy)
        memberships = ask_memberships(estimator, X, rng)
        check_number(estimator, int(memberships.any(axis=0).sum()), n_wanted)
        return shares_of(memberships, self.m)

    def _number(self, X: np.ndarray, who: str, at_most: int, rng: np.random.Generator) -> int:
        if isinstance(self.n_clusters, Integral):
            return affordable_number(int(self.n_clusters), len(X), who)
        from ..cluster._how_many import by_xie_beni

        return by_xie_beni(X, at_most, self.m, rng)
