"""Tomek links: who borders on another class? Rows that are each other's nearest neighbor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from .._core.base import BaseSampler
from .._core.neighbors import Found, Neighbors
from .._core.plan import SamplingPlan
from .._core.task import Task
from ._cleaning import CONSTRAINTS, Cleaning, open_search
from ._lists import SPARE, NeighborLists


class TomekLinks(BaseSampler):
    """Remove rows that are nearest neighbors of a row of another class, and it of them.

    Two rows of different classes form a Tomek link when no row of the table is nearer to either of
    them than they are to each other. One of them is noise, or both lie on the border. The one of
    the larger class goes, or both do: see `sampling_strategy`.

    Not to be used to balance classes: links are few, so that counts hardly change, and no number of
    rows can be asked for. Not to be used where the rare class is scattered among the common one and
    ``sampling_strategy="all"`` is wanted: each rare row that has a common one as its nearest goes.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Classes that lose rows, by imbalanced-learn's rules: "auto" and "not minority" are all but
        the smallest, "majority" is the largest, "not majority" all but that, "all" removes both
        ends of every link; a list names the classes; a function of `y` gives such a list.
    repeat : bool, default=False
        Look for links again among the rows left, until there is none with a row to remove.
    min_keep : int, default=1
        Rows of each class that have to stay. A class that would be left with fewer is left as it
        is, which is said.
    neighbor_space : transformer, default=None
        A transformer, such as ``StandardScaler()`` or ``PCA(50)``, fitted inside on the table;
        distances are those of its output, and columns may be of any kind that it takes. Rows come
        out as they are.
    n_jobs : int, default=None
        Threads of the neighbor search; the result is the same for any number.

    Attributes
    ----------
    links_ : ndarray of int of shape (n_links, 2)
        Row numbers of the two ends of each link, the lower one first. Of a row that several others
        are equally near to, one link is named, that with the first of these.
    n_iter_ : int
        How often links were looked for.
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

    See Also
    --------
    EditedNearestNeighbours : Several neighbors vote, so that more rows go.

    Notes
    -----
    Rows at equal distances are all nearest neighbors: there is a link when ``d(a, b)`` is the
    smallest distance of ``a`` and the smallest distance of ``b``. Two identical rows of different
    classes are a link. Distances are the same bits in both directions, so that equality can be
    relied on. With missing values a distance is that of the columns both rows have.

    References
    ----------
    .. [1] I. Tomek, "Two Modifications of CNN", IEEE Transactions on Systems, Man, and Cybernetics
       6, 769-772, 1976.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.under_sampling import TomekLinks
    >>> X = np.array([[0.0], [1.0], [2.0], [2.3], [2.7], [4.0], [5.0], [5.4], [7.0]])
    >>> y = np.array(["well", "well", "ill", "well", "ill", "ill", "well", "well", "well"])
    >>> cleaner = TomekLinks()
    >>> X_res, y_res = cleaner.fit_resample(X, y)
    >>> cleaner.links_.tolist()
    [[2, 3]]
    >>> X_res.ravel().tolist()
    [0.0, 1.0, 2.0, 2.7, 4.0, 5.0, 5.4, 7.0]
    """

    _sampling_type: ClassVar[str] = "clean-sampling"
    _looks_through: ClassVar[str] = "neighbor_space"
    _selects_rows: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict] = {**CONSTRAINTS, "repeat": ["boolean"]}

    links_: np.ndarray
    n_iter_: int

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        repeat: bool = False,
        min_keep: int = 1,
        neighbor_space: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.repeat = repeat
        self.min_keep = min_keep
        self.neighbor_space = neighbor_space
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        neighbors = open_search(self, task)
        cleaning = Cleaning(task, self.min_keep)
        lists = NeighborLists(neighbors, task.table.n_rows, 1, SPARE if self.repeat else 0)
        links: list[np.ndarray] = []
        again = True
        while again:
            rows = cleaning.rows
            found = lists.nearest(rows, cleaning.stays)
            links.append(find_links(neighbors, rows, found, task.target.codes))
            again = cleaning.remove(links[-1].ravel()) and self.repeat
        self.n_iter_ = len(links)
        self.links_ = np.unique(np.concatenate(links), axis=0)
        return cleaning.plan()


def find_links(
    neighbors: Neighbors, rows: np.ndarray, found: Found, codes: np.ndarray
) -> np.ndarray:
    """Find the pairs of different classes whose distance is the smallest of both.

    Parameters
    ----------
    neighbors : Neighbors
        The search.
    rows : ndarray of int of shape (n_rows,)
        Row numbers of those that may be linked.
    found : Found
        The nearest other one of each.
    codes : ndarray of int
        Class of each row of the table.

    Returns
    -------
    links : ndarray of int of shape (n_links, 2)
        Row numbers, the lower one first; each row that is linked occurs.
    """
    rows, nearest, radius = _spread(rows, found, len(codes))
    # Linked rows are equally far from their nearest. Usually there are two such rows, each the
    # nearest of the other; where there are more, the nearest found may be one of several.
    level = np.full(len(codes), -1)
    _, level[rows], size = np.unique(radius[rows], return_inverse=True, return_counts=True)
    clear = (nearest[nearest[rows]] == rows) & (size[level[rows]] == 2)
    partner = np.full(len(codes), -1)
    partner[rows[clear]] = nearest[rows[clear]]
    partner[codes[partner] == codes] = -1
    tied = rows[~clear]
    tied = tied[_is_mixed(codes[tied], level[tied])]
    within_level = replace(neighbors, groups=level, partner_groups="same")
    for code in np.unique(codes[tied]):
        here, others = tied[codes[tied] == code], tied[codes[tied] != code]
        nearest_other = within_level.search(here, others, 1)
        met = nearest_other.distances[:, 0] == radius[here]
        partner[here[met]] = nearest_other.ids[met, 0]
    linked = np.flatnonzero(partner >= 0)
    pairs = np.sort(np.column_stack([linked, partner[linked]]), axis=1)
    return np.unique(pairs, axis=0)


def _spread(
    rows: np.ndarray, found: Found, n_rows: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the rows that have a nearest other one, and by row number that one and its distance."""
    nearest, radius = np.full(n_rows, -1), np.full(n_rows, np.inf)
    nearest[rows], radius[rows] = found.ids[:, 0], found.distances[:, 0]
    return rows[nearest[rows] >= 0], nearest, radius


def _is_mixed(codes: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Say which rows are of a level that holds rows of several classes."""
    n_levels = int(level.max(initial=-1)) + 1
    lowest, highest = np.full(n_levels, codes.max(initial=0)), np.zeros(n_levels, codes.dtype)
    np.minimum.at(lowest, level, codes)
    np.maximum.at(highest, level, codes)
    return (lowest < highest)[level]
