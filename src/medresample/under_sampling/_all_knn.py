"""AllKNN: who is of another class? Rows that any number of neighbors, up to k, outvote."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .._compat import StrOptions
from .._core.base import BaseSampler
from .._core.n_neighbors import NEIGHBORS
from .._core.plan import SamplingPlan
from .._core.task import Task
from ._cleaning import CONSTRAINTS, Cleaning, affordable_k, open_search
from ._lists import search_some
from ._votes import misjudged


class AllKNN(BaseSampler):
    """Remove rows that their nearest, or two nearest, ... or `n_neighbors` nearest rows outvote.

    Every row is judged ``n_neighbors`` times, by 1, 2, ... of its nearest rows in the whole table,
    and goes when another class has the most of them once. Rows are removed after all have been
    judged.

    Not to be used where classes touch along a long border: a single neighbor of another class
    removes a row, so the border is cut wide open. See :class:`EditedNearestNeighbours` for the
    rest.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Classes that lose rows, by imbalanced-learn's rules: "auto" and "not minority" are all but
        the smallest, "majority" is the largest, "not majority" all but that, "all" is every one; a
        list names the classes; a function of `y` gives such a list.
    n_neighbors : int or object, default=3
        Nearest rows of any class that judge a row at most, itself not among them. An object with
        `fit` and `kneighbors` is used for the search instead of ours; its `n_neighbors` says how
        many.
    kind_sel : {"mode", "all"}, default="mode"
        What it takes to stay each time. "mode": that no class has more of the neighbors than the
        row's own; with as many, it stays. "all": that all neighbors are of its class, which comes
        to the same as being judged once, by `n_neighbors`.
    allow_minority : bool, default=False
        Whether a class that has become smaller than the smallest one was is judged by yet more
        neighbors. If not, it loses no more.
    min_keep : int, default=1
        Rows of each class that have to stay. A class that a number of neighbors would leave with
        fewer loses none by it, nor by those that follow, which is said.
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
    EditedNearestNeighbours : Judges by `n_neighbors` alone.
    RepeatedEditedNearestNeighbours : Judges again those that are left.

    References
    ----------
    .. [1] I. Tomek, "An Experiment with the Edited Nearest-Neighbor Rule", IEEE Transactions on
       Systems, Man, and Cybernetics 6, 448-452, 1976.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.under_sampling import AllKNN
    >>> X = np.array([[0.0], [1.0], [2.0], [2.1], [9.0]])
    >>> y = np.array(["well", "well", "well", "ill", "ill"])
    >>> X_res, y_res = AllKNN().fit_resample(X, y)
    >>> X_res.ravel().tolist()
    [0.0, 1.0, 2.1, 9.0]
    """

    _sampling_type: ClassVar[str] = "clean-sampling"
    _looks_through: ClassVar[str] = "neighbor_space"
    _selects_rows: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict] = {
        **CONSTRAINTS,
        "n_neighbors": NEIGHBORS,
        "kind_sel": [StrOptions({"mode", "all"})],
        "allow_minority": ["boolean"],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        n_neighbors: Any = 3,
        kind_sel: str = "mode",
        allow_minority: bool = False,
        min_keep: int = 1,
        neighbor_space: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.n_neighbors = n_neighbors
        self.kind_sel = kind_sel
        self.allow_minority = allow_minority
        self.min_keep = min_keep
        self.neighbor_space = neighbor_space
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task, self.n_neighbors)
        k = affordable_k(task, self.n_neighbors)
        cleaning = Cleaning(task, self.min_keep)
        before = cleaning.counts()
        rows = cleaning.at_stake
        found = search_some(neighbors, rows, cleaning.rows, k)
        for few in range(1, k + 1):
            cleaning.remove(rows[misjudged(task, rows, found.ids[:, :few], self.kind_sel)])
            if not self.allow_minority:
                overtaken = (before > before.min()) & (cleaning.counts() < before.min())
                cleaning.close(np.flatnonzero(overtaken))
        return cleaning.plan()
