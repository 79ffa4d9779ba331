"""Edited nearest neighbors: who looks mislabeled? Rows that their neighbors outvote."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from .._compat import Interval, StrOptions
from .._core.base import BaseSampler
from .._core.n_neighbors import NEIGHBORS
from .._core.plan import SamplingPlan
from .._core.task import Task
from ._cleaning import CONSTRAINTS, Cleaning, affordable_k, open_search
from ._lists import NeighborLists, search_some
from ._votes import misjudged


class EditedNearestNeighbours(BaseSampler):
    """Remove rows that their nearest neighbors outvote.

    A row goes when another class has more of its `n_neighbors` nearest rows than its own class
    has. What is left has smoother borders: rows inside another class are gone, and the overlap of
    the classes is thinned.

    Not to be used on a rare class that lies scattered among a common one: with "all" classes
    cleaned, its rows are the ones that are outvoted, and they are the ones that matter. Not to be
    used to balance classes, since no number of rows can be asked for. A model that was trained on
    what is left takes the overlap for smaller than it is, and its risks are too sure of themselves.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Classes that lose rows, by imbalanced-learn's rules: "auto" and "not minority" are all but
        the smallest, "majority" is the largest, "not majority" all but that, "all" is every one; a
        list names the classes; a function of `y` gives such a list.
    n_neighbors : int or object, default=3
        Nearest rows of any class that judge a row, itself not among them. An object with `fit` and
        `kneighbors` is used for the search instead of ours; its `n_neighbors` says how many.
    kind_sel : {"mode", "all"}, default="mode"
        What it takes to stay. "mode": that no class has more of the neighbors than the row's own;
        with as many, it stays. "all": that all neighbors are of its class, which removes far more.
    min_keep : int, default=1
        Rows of each class that have to stay. A class that would be left with fewer is left as it
        is, which is said.
    neighbor_space : transformer, default=None
        A transformer, such as ``StandardScaler()`` or ``PCA(50)``, fitted inside on the table;
        neighbors are searched in its output, and columns may be of any kind that it takes. Rows
        come out as they are.
    n_jobs : int, default=None
        Threads of the neighbor search; the result is the same for any number.

    Attributes
    ----------
    sampling_strategy_ : dict
        The classes that may lose rows are its keys. (The numbers are those of imbalanced-learn, and
        are no counts to be met.)
    sample_indices_ : ndarray of shape (n_rows_new,)
        Row of the input that each output row is, in the order of the table.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed and label of every output row.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Warns
    -----
    FallbackWarning
        When a class would be left with fewer rows than `min_keep`.
    FewNeighborsWarning
        When the table has too few rows for `n_neighbors`.

    See Also
    --------
    RepeatedEditedNearestNeighbours : The same again and again, until no row goes.
    AllKNN : The same with fewer neighbors too, which removes more.
    TomekLinks : Removes rows by their one nearest neighbor, which removes less.

    Notes
    -----
    A row with missing values is judged by the rows that have a column in common with it; one that
    has no such row stays.

    References
    ----------
    .. [1] D. L. Wilson, "Asymptotic Properties of Nearest Neighbor Rules Using Edited Data", IEEE
       Transactions on Systems, Man, and Cybernetics 2, 408-421, 1972.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.under_sampling import EditedNearestNeighbours
    >>> X = np.array([[0.0], [1.0], [2.0], [2.3], [2.7], [4.0], [5.0], [5.4], [7.0]])
    >>> y = np.array(["well", "well", "ill", "well", "ill", "ill", "well", "well", "well"])
    >>> cleaner = EditedNearestNeighbours(sampling_strategy="all")
    >>> X_res, y_res = cleaner.fit_resample(X, y)
    >>> X_res.ravel().tolist()
    [0.0, 1.0, 2.7, 5.0, 5.4, 7.0]
    """

    _sampling_type: ClassVar[str] = "clean-sampling"
    _looks_through: ClassVar[str] = "neighbor_space"
    _selects_rows: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict] = {
        **CONSTRAINTS,
        "n_neighbors": NEIGHBORS,
        "kind_sel": [StrOptions({"mode", "all"})],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        n_neighbors: Any = 3,
        kind_sel: str = "mode",
        min_keep: int = 1,
        neighbor_space: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_neighbors = n_neighbors
        self.kind_sel = kind_sel
        self.min_keep = min_keep
        self.neighbor_space = neighbor_space
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task, self.n_neighbors)
        cleaning = Cleaning(task, self.min_keep)
        rows = cleaning.at_stake
        found = search_some(neighbors, rows, cleaning.rows, affordable_k(task, self.n_neighbors))
        cleaning.remove(rows[misjudged(task, rows, found.ids, self.kind_sel)])
        return cleaning.plan()


class RepeatedEditedNearestNeighbours(BaseSampler):
    """Remove rows that their nearest neighbors outvote, again and again until none is left.

    Each pass does what :class:`EditedNearestNeighbours` does, on the rows that the one before left.
    In the end every row of the classes cleaned has the vote of its neighbors.

    Not to be used on small tables, nor on a rare class that lies scattered among a common one: each
    pass takes the support of rows that the one before had left. See
    :class:`EditedNearestNeighbours` for the rest.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Classes that lose rows, by imbalanced-learn's rules: "auto" and "not minority" are all but
        the smallest, "majority" is the largest, "not majority" all but that, "all" is every one; a
        list names the classes; a function of `y` gives such a list. Sizes are those before the
        first pass.
    n_neighbors : int or object, default=3
        Nearest rows of any class that judge a row, itself not among them. An object with `fit` and
        `kneighbors` is used for the search instead of ours; its `n_neighbors` says how many.
    max_iter : int, default=100
        Passes at most.
    kind_sel : {"mode", "all"}, default="mode"
        What it takes to stay. "mode": that no class has more of the neighbors than the row's own;
        with as many, it stays. "all": that all neighbors are of its class, which removes far more.
    min_keep : int, default=1
        Rows of each class that have to stay. A class that a pass would leave with fewer loses none
        in it, nor in those that follow, which is said.
    neighbor_space : transformer, default=None
        A transformer, such as ``StandardScaler()`` or ``PCA(50)``, fitted once, inside, on the
        table; neighbors are searched in its output, and columns may be of any kind that it takes.
        Rows come out as they are.
    n_jobs : int, default=None
        Threads of the neighbor search; the result is the same for any number.

    Attributes
    ----------
    n_iter_ : int
        Passes made; the last one removed nothing, unless there were `max_iter`.
    sampling_strategy_ : dict
        The classes that may lose rows are its keys. (The numbers are those of imbalanced-learn, and
        are no counts to be met.)
    sample_indices_ : ndarray of shape (n_rows_new,)
        Row of the input that each output row is, in the order of the table.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed and label of every output row.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Warns
    -----
    FallbackWarning
        When a class would be left with fewer rows than `min_keep`.
    FewNeighborsWarning
        When the table has too few rows for `n_neighbors`.

    See Also
    --------
    EditedNearestNeighbours : One pass of it.
    AllKNN : One pass with 1, 2, ... neighbors.

    References
    ----------
    .. [1] I. Tomek, "An Experiment with the Edited Nearest-Neighbor Rule", IEEE Transactions on
       Systems, Man, and Cybernetics 6, 448-452, 1976.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.under_sampling import RepeatedEditedNearestNeighbours
    >>> X = np.array([[0.0], [1.0], [2.0], [2.3], [2.7], [4.0], [5.0], [5.4], [7.0]])
    >>> y = np.array(["well", "well", "ill", "well", "ill", "ill", "well", "well", "well"])
    >>> cleaner = RepeatedEditedNearestNeighbours()
    >>> X_res, y_res = cleaner.fit_resample(X, y)
    >>> X_res.ravel().tolist()
    [2.0, 2.7, 4.0, 5.0, 5.4, 7.0]
    >>> cleaner.n_iter_
    3
    """

    _sampling_type: ClassVar[str] = "clean-sampling"
    _looks_through: ClassVar[str] = "neighbor_space"
    _selects_rows: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict] = {
        **EditedNearestNeighbours._parameter_constraints,
        "max_iter": [Interval(Integral, 1, None, closed="left")],
    }

    n_iter_: int

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        n_neighbors: Any = 3,
        max_iter: int = 100,
        kind_sel: str = "mode",
        min_keep: int = 1,
        neighbor_space: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_neighbors = n_neighbors
        self.max_iter = max_iter
        self.kind_sel = kind_sel
        self.min_keep = min_keep
        self.neighbor_space = neighbor_space
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task, self.n_neighbors)
        k = affordable_k(task, self.n_neighbors)
        lists = NeighborLists(neighbors, task.table.n_rows, k)
        cleaning = Cleaning(task, self.min_keep)
        rows, removed = cleaning.at_stake, True
        self.n_iter_ = 0
        while removed and self.n_iter_ < self.max_iter:
            found = lists.nearest(rows, cleaning.stays)
            removed = cleaning.remove(rows[misjudged(task, rows, found.ids, self.kind_sel)])
            rows = lists.bereaved(cleaning.at_stake, cleaning.stays)  # the others' votes stand
            self.n_iter_ += 1
        return cleaning.plan()
