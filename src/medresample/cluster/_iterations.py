"""Where do the centers come to rest? Each moves to the mean of the rows that belong to it."""

from __future__ import annotations

import numpy as np

from .._core.threads import for_each
from ._membership import Block, Centers

# Bytes that a table may take, laid as columns, to be kept so from one round to the next.
ROOM = 2**26
# Center sums that are kept apart and added in order: as many for one thread as for many.
PARTS = 16

# Blocks of a table as columns, by their first row; None where none are kept.
Laid = dict[int, np.ndarray] | None


def settle(
    X: np.ndarray, weight: np.ndarray, centers: Centers, tol: float, max_iter: int
) -> tuple[Centers, int, bool]:
    """Move the centers until none of them moves by more than `tol` times the spread.

    Returns
    -------
    centers : Centers
        Where they came to rest, or were when `max_iter` was reached.
    n_iter : int
        How often they were moved.
    converged : bool
        Whether they came to rest.
    """
    laid: Laid = {} if X.nbytes <= ROOM else None
    converged = False
    n_iter = 0
    while n_iter < max_iter and not converged:
        n_iter += 1
        means, mass = weighted_means(X, weight, centers, laid)
        (empty,) = (mass == 0).nonzero()
        if len(empty):  # one at a time: two centers on the same row would never part
            means[empty] = centers.places[empty]
            means[empty[0]] = _farthest_row(X, weight, centers)
        moved = np.sqrt(((means - centers.places) ** 2).sum(axis=1).max())
        centers = centers.moved_to(means)
        converged = not len(empty) and moved <= tol * centers.coordinates.spread
    return centers, n_iter, converged


def weighted_means(
    X: np.ndarray, weight: np.ndarray, centers: Centers, laid: Laid = None
) -> tuple[np.ndarray, np.ndarray]:
    """Average the rows for each cluster, weighted by membership to the power m.

    Blocks that are found in `laid`, by their first row, need not be laid as columns again.

    Returns
    -------
    means : ndarray of shape (n_clusters, n_features), float64
        The new places of the centers; not finite where nothing belongs to a cluster.
    mass : ndarray of shape (n_clusters,), float64
        The sums of the weights.
    """
    c, d = centers.places.shape
    size = centers.rows_of_a_block()
    n_blocks = -(-len(X) // size)
    # All sums together take no more room than the table.
    n_parts = max(1, min(PARTS, n_blocks, len(X) // (2 * c)))
    bounds = [n_blocks * part // n_parts * size for part in range(n_parts)] + [len(X)]

    def add(part: int) -> np.ndarray:
        sums = np.zeros((c, d + 1))
        for at in range(bounds[part], bounds[part + 1], size):
            rows = slice(at, min(at + size, bounds[part + 1]))
            block = centers.face(_columns(X, rows, centers, laid))
            # u ** m = shares * ratios / total ** m, because shares ** (m - 1) = ratios
            factor = (weight[rows] * block.total**-centers.m).astype(block.total.dtype)
            powers = np.multiply(block.shares, block.ratios, out=block.ratios)
            sums += powers @ (block.columns[: d + 1] * factor).T
        return sums

    sums = sum(for_each(add, range(n_parts), centers.threads))
    mass = sums[:, d]
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums[:, :d] / mass[:, None], mass


def _columns(X: np.ndarray, rows: slice, centers: Centers, laid: Laid) -> np.ndarray:
    """Give rows as columns, once found from then on."""
    columns = None if laid is None else laid.get(rows.start)
    if columns is None:
        columns = centers.lay(X[rows])
        if laid is not None:
            laid[rows.start] = columns
    return columns


def _farthest_row(X: np.ndarray, weight: np.ndarray, centers: Centers) -> np.ndarray:
    """Give the place of the row that is farthest from its nearest center."""

    def farthest(chunk: slice, block: Block) -> tuple[float, int]:
        far = np.where(weight[chunk] > 0, block.nearest, -1)
        at = int(np.argmax(far))
        return float(far[at]), chunk.start + at

    found = centers.for_each_block(farthest, X)
    _, row = max(found, key=lambda pair: pair[0])
    return centers.coordinates.enter(X[row])
