"""Rows of clusters and a few centers: the nearest for each row, and the mean of each cluster."""

import numpy as np

from ._jit import kernel
from .tiles import LANES, squared_distances


@kernel
def lay_centers(centers, chosen, tiles):
    # tiles[0, j, i] = centers[chosen[i], j], +inf behind the last of them
    for i in range(LANES):
        for j in range(tiles.shape[1]):
            tiles[0, j, i] = centers[chosen[i], j] if i < chosen.shape[0] else np.inf


@kernel
def choose_centers(rows, order, start, clusters, near, centers, labels, squares):
    # For the rows order[start[c]:start[c + 1]] of some clusters c: the nearest of the centers
    # near[c], the first of them among equals, and the squared distance.
    tiles = np.empty((1, rows.shape[1], LANES), rows.dtype)
    found = np.empty((2, LANES), rows.dtype)
    for c in clusters:
        if start[c] == start[c + 1]:
            continue
        lay_centers(centers, near[c], tiles)
        for at in range(start[c], start[c + 1], 2):
            n = min(2, start[c + 1] - at)
            squared_distances(tiles, 0, rows, order[at], order[at + n - 1], found)
            for which in range(n):
                best = 0
                for i in range(1, near.shape[1]):
                    if found[which, i] < found[which, best]:
                        best = i
                labels[order[at + which]] = near[c, best]
                squares[order[at + which]] = found[which, best]


@kernel
def mean_rows(rows, order, start, clusters, out):
    # out[c] = mean of the rows order[start[c]:start[c + 1]] of some clusters c, summed in that
    # order; that of an empty one is left as it was.
    total = np.empty(rows.shape[1], np.float64)
    for c in clusters:
        n = start[c + 1] - start[c]
        if n == 0:
            continue
        total[:] = 0
        for at in range(start[c], start[c + 1]):
            row = order[at]
            for j in range(rows.shape[1]):
                total[j] += rows[row, j]
        for j in range(rows.shape[1]):
            out[c, j] = total[j] / n
