"""Fuzzy c-means: clusters of which every row has a share."""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    ClusterMixin,
    TransformerMixin,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted, validate_data

from .._compat import Interval, StrOptions, fit_context
from .._core.randomness import draw_entropy, generator
from .._core.threads import n_threads, single_threaded_blas
from ._coordinates import Coordinates, coordinates_of
from ._input import check_fuzzifier, check_init, check_weight
from ._iterations import settle
from ._membership import Block, Centers
from ._starts import starting_places
from ._validity import assess, objective, warn_if_collapsed

TYPES = [np.float64, np.float32]
# Runs whose objectives differ by less found the same: the first of them is kept.
SAME_LOSS = 1e-6


class FuzzyCMeans(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator):
    """Find centers of which every row has a share: near ones large, far ones small.

    Centers and memberships minimize the sum over rows ``i`` and clusters ``k`` of
    ``u[i, k] ** m * |X[i] - center[k]| ** 2``, where the memberships ``u`` of a row sum to 1: each
    center is the mean of all rows, weighted by ``u ** m``, and memberships fall with the distance.

    Not for many columns as they are: far from everything, rows belong to all clusters alike and
    the centers collapse into one place, about which a warning is given. Reduce the columns, or
    bring `m` near to 1. Scale matters: a column in large units decides alone.

    Parameters
    ----------
    n_clusters : int, default=8
        Clusters to find.
    m : float, default=2.0
        The fuzzifier, above 1. Near 1 a row belongs to the nearest center alone, as in k-means;
        the larger it is, the more evenly rows are shared.
    n_init : int, default=5
        Starts; the result with the lowest objective is kept. With an array as `init` there is one.
    max_iter : int, default=300
        How often the centers are moved at most, for each start.
    tol : float, default=1e-5
        A run ends when no center moves by more than this share of the root mean squared distance
        of the rows from their mean. The number of rows does not matter.
    init : {"k-means++", "random"} or array of shape (n_clusters, n_features), default="k-means++"
        Where the centers start: at rows far from each other, at random rows, or as given.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance for the starts; an integer gives the same result at every call.
    n_jobs : int, default=None
        Threads; the result is the same for any number.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
        The centers, in the type of the table.
    labels_ : ndarray of shape (n_samples,)
        The cluster to which each row belongs most; the lower number among equals.
    objective_ : float
        The sum that was minimized.
    n_iter_ : int
        How often the centers were moved.
    partition_coefficient_ : float
        Mean of the sum of squared memberships of a row: 1 for hard clusters, ``1 / n_clusters``
        where every row belongs to all alike.
    normalized_partition_coefficient_ : float
        The same on a scale from 0 to 1; NaN for a single cluster.
    partition_entropy_ : float
        Mean entropy of the memberships of a row, in nats: 0 for hard clusters.
    xie_beni_ : float
        Mean objective of a row over the squared distance of the two nearest centers; the lower,
        the clearer the clusters. NaN for a single cluster.
    memberships_ : ndarray of shape (n_samples, n_clusters)
        The memberships of the rows of `fit`, computed when asked for. The rows are not pickled with
        the estimator: afterwards ask :meth:`memberships` for those of a table.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    References
    ----------
    .. [1] J. C. Bezdek, "Pattern Recognition with Fuzzy Objective Function Algorithms", Plenum
       Press, New York, 1981.
    .. [2] R. Winkler, F. Klawonn, R. Kruse, "Problems of Fuzzy c-Means Clustering and Similar
       Algorithms with High Dimensional Data Sets", Challenges at the Interface of Data Analysis,
       Computer Science, and Optimization, 79-87, 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.cluster import FuzzyCMeans
    >>> X = np.array([[0.0], [1.0], [3.0], [4.0]])
    >>> clusters = FuzzyCMeans(n_clusters=2, init=[[0.5], [3.5]], max_iter=100).fit(X)
    >>> clusters.labels_
    array([0, 0, 1, 1], dtype=int32)
    >>> clusters.transform([[2.0], [3.5]]).round(2)
    array([[0.5, 0.5],
           [0. , 1. ]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "m": [Interval(Real, 1, None, closed="neither")],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "init": [StrOptions({"k-means++", "random"}), "array-like"],
        "random_state": ["random_state", np.random.Generator],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        m: float = 2.0,
        n_init: int = 5,
        max_iter: int = 300,
        tol: float = 1e-5,
        init: Any = "k-means++",
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.m = m
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.init = init
        self.random_state = random_state
        self.n_jobs = n_jobs

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> FuzzyCMeans:
        """Find the centers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The rows, without missing values; float32 stays float32.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, not negative: a weight of 2 counts as the row twice.

        Returns
        -------
        self : FuzzyCMeans
            The fitted estimator.

        Raises
        ------
        ValueError
            If there are fewer rows with a weight than clusters, or the weights or `init` do not
            fit the table, or `m` is so large that numbers do not hold the memberships to its power.
        """
        X = validate_data(self, X, dtype=TYPES)
        weight = check_weight(sample_weight, X, self.n_clusters)
        check_fuzzifier(self.m, self.n_clusters)
        init = check_init(self.init, (self.n_clusters, X.shape[1]))
        threads = n_threads(self.n_jobs)
        with single_threaded_blas():
            coordinates = coordinates_of(X, weight, threads)
            centers, self.n_iter_, converged = self._best_run(X, weight, coordinates, init, threads)
            self.cluster_centers_ = coordinates.leave(centers.places)
            self._coordinates = coordinates
            centers = self._centers(threads)  # as rounded to the type of the table
            validity, self.labels_ = assess(X, weight, centers)
        for name, value in vars(validity).items():
            setattr(self, f"{name}_", value)
        self._rows = X
        if not converged:
            warnings.warn(
                f"The centers still moved after max_iter={self.max_iter} rounds: raise max_iter "
                f"or tol.",
                ConvergenceWarning,
                stacklevel=3,
            )
        warn_if_collapsed(validity, centers)
        return self

    def memberships(self, X: Any) -> np.ndarray:
        """Say how strongly each row belongs to each cluster.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows, without missing values.

        Returns
        -------
        memberships : ndarray of shape (n_samples, n_clusters)
            Between 0 and 1, the sum of a row is 1. A row that sits on centers belongs to those
            alone, in equal shares.
        """
        X = self._check_rows(X)
        out = np.empty((len(X), len(self.cluster_centers_)), X.dtype)

        def write(chunk: slice, block: Block) -> None:
            out[chunk] = block.memberships().T

        self._for_each_block(write, X)
        return out

    def transform(self, X: Any) -> np.ndarray:
        """Replace the columns by memberships, as :meth:`memberships` does.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows, without missing values.

        Returns
        -------
        memberships : ndarray of shape (n_samples, n_clusters)
            A column for each cluster.
        """
        return self.memberships(X)

    def predict(self, X: Any) -> np.ndarray:
        """Give the cluster to which each row belongs most.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows, without missing values.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Numbers of clusters; the lower one among equals.
        """
        X = self._check_rows(X)
        labels = np.empty(len(X), np.int32)

        def write(chunk: slice, block: Block) -> None:
            labels[chunk] = block.memberships().argmax(axis=0)

        self._for_each_block(write, X)
        return labels

    @property
    def memberships_(self) -> np.ndarray:
        """Memberships of the rows of `fit`, computed anew each time."""
        check_is_fitted(self)
        if "_rows" not in vars(self):
            raise AttributeError(
                "The rows of fit were not pickled with the estimator: ask memberships(X) instead."
            )
        return self.memberships(self._rows)

    @property
    def _n_features_out(self) -> int:
        return len(self.cluster_centers_)

    def __getstate__(self) -> dict:
        state = dict(super().__getstate__())
        state.pop("_rows", None)
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _best_run(
        self,
        X: np.ndarray,
        weight: np.ndarray,
        coordinates: Coordinates,
        init: np.ndarray | None,
        threads: int,
    ) -> tuple[Centers, int, bool]:
        """Start as often as asked for; give the run with the lowest objective."""
        entropy = draw_entropy(self.random_state)
        weight = weight / weight.max()  # float32 may not hold weights in other units
        best, lowest = None, np.inf
        for run in range(1 if init is not None else self.n_init):
            if init is not None:
                places = coordinates.enter(init)
            else:
                rng = generator(entropy, run)
                places = starting_places(X, weight, coordinates, self.n_clusters, self.init, rng)
            centers = Centers(places, coordinates, float(self.m), threads)
            ended = settle(X, weight, centers, self.tol, self.max_iter)
            loss = objective(X, weight, ended[0])
            if best is None or loss < lowest * (1 - SAME_LOSS):
                best, lowest = ended, loss
        assert best is not None
        return best

    def _centers(self, threads: int) -> Centers:
        places = self._coordinates.enter(self.cluster_centers_)
        return Centers(places, self._coordinates, float(self.m), threads)

    def _check_rows(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return validate_data(self, X, dtype=TYPES, reset=False)

    def _for_each_block(self, work: Any, X: np.ndarray) -> None:
        centers = self._centers(n_threads(self.n_jobs))
        with single_threaded_blas():
            centers.for_each_block(work, X)
