"""Nearest rows by direct differences: tiles of 64 rows against a few queries."""

import numpy as np

from ._jit import kernel
from .lists import groups_fit, insert

LANES = 64
TOGETHER = 8


@kernel
def lay_tiles(corpus, center, scale, tiles):
    # tiles[t, j, i] = (corpus[t * LANES + i, j] - center[j]) * scale, +inf behind the last row
    #
    # Returns the largest squared distance by which the tiles' type moved a row.
    largest = 0.0
    for place in range(tiles.shape[0] * LANES):
        t, i = place // LANES, place % LANES
        if place >= corpus.shape[0]:
            for j in range(tiles.shape[1]):
                tiles[t, j, i] = np.inf
            continue
        moved = 0.0
        for j in range(tiles.shape[1]):
            value = (np.float64(corpus[place, j]) - center[j]) * scale
            tiles[t, j, i] = value
            gap = value - np.float64(tiles[t, j, i])
            moved += gap * gap
        largest = max(largest, moved)
    return largest


@kernel
def squared_distances(tiles, t, queries, q, p, near):
    # near[0, i], near[1, i] = sum over j of (tiles[t, j, i] - queries[q or p, j])^2, four columns
    # at a time, in fixed order; two queries share one reading of the tile
    #
    # (Whole arrays and positions are passed: a view of a row costs more than the row itself.)
    d = tiles.shape[1]
    for i in range(LANES):
        near[0, i] = 0
        near[1, i] = 0
    whole = d - d % 4
    for j in range(0, whole, 4):
        q0, q1, q2, q3 = queries[q, j], queries[q, j + 1], queries[q, j + 2], queries[q, j + 3]
        p0, p1, p2, p3 = queries[p, j], queries[p, j + 1], queries[p, j + 2], queries[p, j + 3]
        for i in range(LANES):
            t0, t1, t2, t3 = (
                tiles[t, j, i],
                tiles[t, j + 1, i],
                tiles[t, j + 2, i],
                tiles[t, j + 3, i],
            )
            a, b, c, e = t0 - q0, t1 - q1, t2 - q2, t3 - q3
            near[0, i] += (a * a + b * b) + (c * c + e * e)
            a, b, c, e = t0 - p0, t1 - p1, t2 - p2, t3 - p3
            near[1, i] += (a * a + b * b) + (c * c + e * e)
    for j in range(whole, d):
        q0, p0 = queries[q, j], queries[p, j]
        for i in range(LANES):
            a, b = tiles[t, j, i] - q0, tiles[t, j, i] - p0
            near[0, i] += a * a
            near[1, i] += b * b


@kernel
def squared_distances_with_holes(tiles, t, queries, q, p, near, shared):
    # The mean over the columns that both rows have, times the number of columns; +inf without any.
    d = tiles.shape[1]
    for which in range(2):
        row = p if which else q
        for i in range(LANES):
            near[which, i] = 0
            shared[i] = 0
        for j in range(d):
            here = queries[row, j]
            for i in range(LANES):
                gap = tiles[t, j, i] - here
                both = gap == gap
                near[which, i] += gap * gap if both else 0
                shared[i] += 1 if both else 0
        for i in range(LANES):
            near[which, i] = near[which, i] * d / shared[i] if shared[i] else np.inf


@kernel
def any_below(near, which, limit):
    hits = np.int32(0)
    for i in range(LANES):
        hits |= np.int32(near[which, i] < limit)
    return hits != 0


@kernel
def keep_nearest(near, which, first, q, own, own_groups, groups, want, values, places):
    # Merge the rows first, first + 1, ... of a tile into the list of query q. Rows come in rising
    # order, so among equal values the lower one stays in front.
    last = values.shape[1] - 1
    for i in range(LANES):
        value, place = near[which, i], first + i
        if (
            value < values[q, last]
            and place != own[q]
            and groups_fit(own_groups[q], groups[place], want)
        ):
            insert(value, place, q, values, places)


@kernel
def scan_tiles(queries, own, own_groups, tiles, first, groups, want, holes, values, places):
    # Merge the rows of some tiles into the list of each query.
    near = np.empty((2, LANES), queries.dtype)
    shared = np.empty(LANES, queries.dtype)
    n, last = queries.shape[0], values.shape[1] - 1
    for block in range(0, n, TOGETHER):
        for t in range(tiles.shape[0]):
            start = first + t * LANES
            for q in range(block, min(block + TOGETHER, n), 2):
                p = min(q + 1, n - 1)
                if holes:
                    squared_distances_with_holes(tiles, t, queries, q, p, near, shared)
                else:
                    squared_distances(tiles, t, queries, q, p, near)
                for which in range(2 if p > q else 1):
                    row = q + which
                    if any_below(near, which, values[row, last]):
                        keep_nearest(
                            near, which, start, row, own, own_groups, groups, want, values, places
                        )
