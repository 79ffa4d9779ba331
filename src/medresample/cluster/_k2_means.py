"""How are thousands of clusters found? By k2-means: rows look at the centers near their own.

Each round of k-means compares every row with every center, though a row hardly ever moves far.
Here it does so once. Then a row is compared with its own center and those nearest to it alone, so
that a round costs the same for any number of clusters. With few clusters these are all of them,
and the rounds are those of k-means.

E. Agustsson, R. Timofte, L. Van Gool, "k2-means for fast and accurate large scale clustering",
ECML PKDD 2017. Its bounds, by which some comparisons are left out, are not used: comparing takes
less time than keeping them. Clusters none of whose candidates have moved are left out instead.
"""

from __future__ import annotations

import numpy as np

from .._core.loading import compiled_pays
from .._core.nearest_direct import power_of_two_below
from .._core.nearest_numpy import sum_of_squares
from .._core.threads import for_each_chunk
from ._many_starts import many_starts
from ._members import CHUNK, Members, members_of
from ._near import near_centers

# Centers that a row is compared with: as many as the kernel takes at once.
CANDIDATES = 64
# Rounds at most, and the share of the sum of squares that a round has to gain: less, and the lists
# of near centers are made anew, once; less again, and that was the last round.
ROUNDS, WORTH = 30, 3e-4
# Seconds per cell that comparing by NumPy takes, and cells held at a time.
BY_NUMPY, CELLS = 4e-9, 1_000_000


def k2_means(
    X: np.ndarray, n_clusters: int, rng: np.random.Generator, threads: int = 1
) -> np.ndarray:
    """Find many clusters, starting from rows far apart.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Finite numbers; float32 stays float32.
    n_clusters : int
        Clusters wanted, from 1 to the number of rows.
    rng : Generator
        Source of chance.
    threads : int, default=1
        Threads to use; they change no bit.

    Returns
    -------
    labels : ndarray of int of shape (n_rows,)
        Cluster of each row. None is empty unless there are fewer distinct rows.
    """
    X = _conditioned(X)
    start, labels = many_starts(X, n_clusters, rng, threads)
    centers = X[start]
    squares = np.full(len(X), np.inf, X.dtype)
    near, renew, settled, loss = np.empty((0, 0), np.intp), True, False, np.inf
    for _ in range(ROUNDS):
        members = members_of(labels, n_clusters)
        before = centers.copy()
        members.means(X, centers, threads)
        if renew:
            near = near_centers(centers, centers, min(CANDIDATES, n_clusters), threads)
        moved = (centers != before).any(axis=1)
        active = np.flatnonzero(moved[near].any(axis=1) | renew)
        labels = _compare(X, members, active, near, centers, squares, threads)
        _fill_empty(labels, squares, n_clusters, X.shape[1])
        earlier, loss = loss, float(squares.sum(dtype=np.float64))
        renew = earlier - loss <= WORTH * loss
        if renew and settled:
            break
        settled = settled or renew
    return labels


def _conditioned(X: np.ndarray) -> np.ndarray:
    """Move and scale rows to around 0 and within 1, where differences lose least."""
    scale = X.dtype.type(power_of_two_below(float(np.abs(X).max(initial=0))))
    X = X * scale
    X -= X.mean(axis=0, dtype=np.float64).astype(X.dtype)
    return np.ascontiguousarray(X)


def _compare(
    X: np.ndarray,
    members: Members,
    active: np.ndarray,
    near: np.ndarray,
    centers: np.ndarray,
    squares: np.ndarray,
    threads: int,
) -> np.ndarray:
    """Give the new label of each row, and in `squares` how far it is from that center.

    Rows of clusters that are not active keep both.
    """
    labels = members.labels.copy()
    cells = members.sizes[active].sum() * near.shape[1] * X.shape[1]
    if not compiled_pays(BY_NUMPY * cells):
        _compare_by_numpy(X, active, near, centers, labels, squares)
        return labels
    from .._kernels.centers import choose_centers

    def work(chunk: slice) -> None:
        some = active[chunk]
        choose_centers(X, members.order, members.start, some, near, centers, labels, squares)

    for_each_chunk(work, len(active), CHUNK, threads)
    return labels


def _compare_by_numpy(
    X: np.ndarray,
    active: np.ndarray,
    near: np.ndarray,
    centers: np.ndarray,
    labels: np.ndarray,
    squares: np.ndarray,
) -> None:
    is_active = np.zeros(len(centers), bool)
    is_active[active] = True
    rows = np.flatnonzero(is_active[labels])
    size = max(1, CELLS // (near.shape[1] * X.shape[1]))
    for at in range(0, len(rows), size):
        some = rows[at : at + size]
        candidates = near[labels[some]]
        move = centers[candidates] - X[some, None]
        found = sum_of_squares(move.reshape(-1, X.shape[1])).reshape(candidates.shape)
        best = found.argmin(axis=1)
        labels[some] = candidates[np.arange(len(some)), best]
        squares[some] = found[np.arange(len(some)), best]


def _fill_empty(labels: np.ndarray, squares: np.ndarray, n_clusters: int, d: int) -> None:
    """Give each empty cluster the row that is farthest from its center, at most one of a cluster.

    Again until none is empty, or all rows are at their centers.
    """
    at_center = d * (2 * np.finfo(squares.dtype).eps) ** 2
    while True:
        sizes = np.bincount(labels, minlength=n_clusters)
        empty = np.flatnonzero(sizes == 0)
        if not len(empty):
            return
        able = np.flatnonzero((squares > at_center) & (sizes[labels] > 1))
        if not len(able):
            return
        able = able[np.argsort(-squares[able], kind="stable")]
        farthest = able[np.sort(np.unique(labels[able], return_index=True)[1])][: len(empty)]
        labels[farthest] = empty[: len(farthest)]
        squares[farthest] = 0
