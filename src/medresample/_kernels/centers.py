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


@kernel
def spread_starts(rows, order, begin, parts, first, chance, start, labels):
    # For the rows order[begin[p]:begin[p + 1]] of some parts p: start[first[p]:first[p + 1]] are
    # rows of them chosen by greedy k-means++, and labels says which of these is the nearest one,
    # the first among equals. chance[c] holds a number below 1 for each trial for start[c].
    for p in parts:
        n, n_starts = begin[p + 1] - begin[p], first[p + 1] - first[p]
        if n_starts == 0:
            continue
        tiles = np.empty(((n + LANES - 1) // LANES, rows.shape[1], LANES), rows.dtype)
        lay_members(rows, order, begin[p], n, tiles)
        n_trials = min(2 + int(np.log(n_starts)), chance.shape[1])
        # Squared distances to the nearest start: so far, and with that of each trial.
        near = np.full((tiles.shape[0], LANES), np.inf, rows.dtype)
        near[-1, n - (tiles.shape[0] - 1) * LANES :] = 0
        tried = np.empty((n_trials, tiles.shape[0], LANES), rows.dtype)
        drawn, loss = np.empty(n_trials, np.intp), np.empty(n_trials)
        below = np.empty(n)
        for c in range(first[p], first[p + 1]):
            if c == first[p]:
                drawn[:] = order[begin[p] + int(chance[c, 0] * n)]
            else:
                draw_by_weight(near, chance[c], below, order, begin[p], drawn)
            try_starts(tiles, rows, drawn, near, tried, loss)
            best = np.argmin(loss)
            start[c] = drawn[best]
            for place in range(n):
                t, i = place // LANES, place % LANES
                if tried[best, t, i] < near[t, i]:
                    near[t, i] = tried[best, t, i]
                    labels[order[begin[p] + place]] = c


@kernel
def lay_members(rows, order, at, n, tiles):
    # tiles[t, j, i] = rows[order[at + t * LANES + i], j], +inf behind the last of n rows
    for place in range(tiles.shape[0] * LANES):
        t, i = place // LANES, place % LANES
        for j in range(rows.shape[1]):
            tiles[t, j, i] = rows[order[at + place], j] if place < n else np.inf


@kernel
def draw_by_weight(near, chance, below, order, at, drawn):
    # drawn = rows order[at:at + n], each with a chance in proportion to its weight in near
    total = 0.0
    for place in range(below.shape[0]):
        total += near[place // LANES, place % LANES]
        below[place] = total
    for trial in range(drawn.shape[0]):
        place = np.searchsorted(below, chance[trial] * total, side="right")
        drawn[trial] = order[at + min(place, below.shape[0] - 1)]


@kernel
def try_starts(tiles, rows, drawn, near, tried, loss):
    # tried[r] = near, or the squared distances to the row drawn[r] where these are less, and
    # loss[r] their sum, in fixed order
    found, sums = np.empty((2, LANES), rows.dtype), np.zeros((drawn.shape[0], LANES))
    for t in range(tiles.shape[0]):
        for r in range(0, drawn.shape[0], 2):
            n = min(2, drawn.shape[0] - r)
            squared_distances(tiles, t, rows, drawn[r], drawn[r + n - 1], found)
            for which in range(n):
                for i in range(LANES):
                    least = min(near[t, i], found[which, i])
                    tried[r + which, t, i] = least
                    sums[r + which, i] += least
    for r in range(drawn.shape[0]):
        loss[r] = 0.0
        for i in range(LANES):
            loss[r] += sums[r, i]
