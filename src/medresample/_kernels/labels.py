"""Nearest rows of numbers and labels: tiles of 64 rows against a few queries."""

import numpy as np

from ._jit import kernel
from .tiles import LANES, TOGETHER, any_below, keep_nearest


@kernel
def lay_mixed_tiles(numbers, codes, tiles, labels):
    # tiles[t, j, i] = numbers[t * LANES + i, j], labels[t, j, i] = codes[t * LANES + i, j]
    for place in range(numbers.shape[0]):
        t, i = place // LANES, place % LANES
        for j in range(tiles.shape[1]):
            tiles[t, j, i] = numbers[place, j]
        for j in range(labels.shape[1]):
            labels[t, j, i] = codes[place, j]


@kernel
def compare_mixed(tiles, labels, t, numbers, codes, q, penalty, unequal, near):
    # near[0, i] = sum over j of (tiles[t, j, i] - numbers[q, j])^2 + penalty * labels that differ
    for i in range(LANES):
        near[0, i] = 0
        unequal[i] = 0
    for j in range(tiles.shape[1]):
        here = numbers[q, j]
        for i in range(LANES):
            gap = tiles[t, j, i] - here
            near[0, i] += gap * gap
    for j in range(labels.shape[1]):
        label = codes[q, j]
        for i in range(LANES):
            unequal[i] += np.int32(labels[t, j, i] != label)
    for i in range(LANES):
        near[0, i] += penalty * unequal[i]


@kernel
def compare_mixed_with_holes(tiles, labels, t, numbers, codes, q, penalty, unequal, near, shared):
    # The same over the columns that both rows have, times all columns / those in common.
    for i in range(LANES):
        near[0, i] = 0
        unequal[i] = 0
        shared[i] = labels.shape[1]
    for j in range(tiles.shape[1]):
        here = numbers[q, j]
        for i in range(LANES):
            gap = tiles[t, j, i] - here
            both = gap == gap
            near[0, i] += gap * gap if both else 0
            shared[i] += 1 if both else 0
    for j in range(labels.shape[1]):
        label = codes[q, j]
        for i in range(LANES):
            unequal[i] += np.int32(labels[t, j, i] != label)
    for i in range(LANES):
        near[0, i] = (
            (near[0, i] + penalty * unequal[i]) * (tiles.shape[1] + labels.shape[1]) / shared[i]
        )


@kernel
def scan_mixed_tiles(
    numbers, codes, penalty, own, own_groups, tiles, labels, first, groups, want, holes, values,
    places,
):  # fmt: skip
    # Merge the rows of some tiles into the list of each query.
    near = np.empty((1, LANES))
    unequal, shared = np.empty(LANES, np.int32), np.empty(LANES)
    n, last = numbers.shape[0], values.shape[1] - 1
    for block in range(0, n, TOGETHER):
        for t in range(tiles.shape[0]):
            start = first + t * LANES
            for q in range(block, min(block + TOGETHER, n)):
                if holes:
                    compare_mixed_with_holes(
                        tiles, labels, t, numbers, codes, q, penalty, unequal, near, shared
                    )
                else:
                    compare_mixed(tiles, labels, t, numbers, codes, q, penalty, unequal, near)
                for i in range(groups.shape[0] - start, LANES):  # behind the last row
                    near[0, i] = np.inf
                if any_below(near, 0, values[q, last]):
                    keep_nearest(near, 0, start, q, own, own_groups, groups, want, values, places)
