"""Nearest rows: tiles of 64 rows against a few queries, and sorted lists of the nearest."""

import numpy as np

from ._jit import kernel

LANES = 64
SOME = 32
TOGETHER = 8
ANY, SAME, DIFFERENT = 0, 1, 2


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
def squared_distances_with_holes(tiles, t, queries, q, p, near):
    # The mean over the columns that both rows have, times the number of columns; +inf without any.
    d = tiles.shape[1]
    for which in range(2):
        row = p if which else q
        for i in range(LANES):
            total, shared = 0.0, 0
            for j in range(d):
                a = tiles[t, j, i] - queries[row, j]
                if a == a:
                    total += a * a
                    shared += 1
            near[which, i] = total * (d / shared) if shared else np.inf


@kernel
def any_below(near, which, n, limit):
    hits = 0
    for i in range(n):
        hits += 1 if near[which, i] < limit else 0
    return hits > 0


@kernel
def groups_fit(one, other, want):
    return want == ANY or (one == other) == (want == SAME)


@kernel
def insert(value, place, q, values, places):
    # Put a candidate into the sorted list of query q, behind equal ones, and drop the last.
    at = values.shape[1] - 1
    while at > 0 and values[q, at - 1] > value:
        values[q, at] = values[q, at - 1]
        places[q, at] = places[q, at - 1]
        at -= 1
    values[q, at] = value
    places[q, at] = place


@kernel
def keep_nearest(near, which, n, first, q, own, own_groups, groups, want, values, places):
    # Merge n candidates, whose places are first, first + 1, ..., into the list of query q. Places
    # come in rising order, so among equal values the lower place stays in front.
    last = values.shape[1] - 1
    for i in range(n):
        value = near[which, i]
        place = first + i
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
    n, last = queries.shape[0], values.shape[1] - 1
    for block in range(0, n, TOGETHER):
        for t in range(tiles.shape[0]):
            start = first + t * LANES
            for q in range(block, min(block + TOGETHER, n), 2):
                p = min(q + 1, n - 1)
                if holes:
                    squared_distances_with_holes(tiles, t, queries, q, p, near)
                else:
                    squared_distances(tiles, t, queries, q, p, near)
                for which in range(2 if p > q else 1):
                    row = q + which
                    if any_below(near, which, LANES, values[row, last]):
                        keep_nearest(
                            near,
                            which,
                            LANES,
                            start,
                            row,
                            own,
                            own_groups,
                            groups,
                            want,
                            values,
                            places,
                        )


@kernel
def next_strip_below(products, lengths, start, limit):
    # The first strip of SOME values from `start` on with one below the limit. What is left at the
    # end counts as one. (The known length makes it vector instructions, and a function to which no
    # list of candidates is passed keeps reference counts out of the loop. `2 *` would turn float32
    # into float64 here.)
    while start + SOME <= products.shape[0]:
        some = products[start : start + SOME]
        sizes = lengths[start : start + SOME]
        hits = np.int32(0)
        for i in range(SOME):
            hits |= np.int32(sizes[i] - (some[i] + some[i]) < limit)
        if hits != 0:
            return start
        start += SOME
    return start


@kernel
def scan_products(products, lengths, own, own_groups, first, groups, want, values, places):
    # Merge a block of matrix products into the lists: near = |row|^2 - 2 * product.
    n, last = products.shape[1], values.shape[1] - 1
    for q in range(products.shape[0]):
        row = products[q]
        start = next_strip_below(row, lengths, 0, values[q, last])
        while start < n:
            stop = min(start + SOME, n)
            for i in range(start, stop):
                value, place = lengths[i] - (row[i] + row[i]), first + i
                if (
                    value < values[q, last]
                    and place != own[q]
                    and groups_fit(own_groups[q], groups[place], want)
                ):
                    insert(value, place, q, values, places)
            start = next_strip_below(row, lengths, stop, values[q, last])


@kernel
def next_strip_below_either(products, length, lengths, start, limit, limits):
    # The same for both ends of each pair: below the limit of the one row, or of the other.
    while start + SOME <= products.shape[0]:
        some = products[start : start + SOME]
        sizes = lengths[start : start + SOME]
        bounds = limits[start : start + SOME]
        hits = np.int32(0)
        for i in range(SOME):
            twice = some[i] + some[i]
            hits |= np.int32(sizes[i] - twice < limit) | np.int32(length - twice < bounds[i])
        if hits != 0:
            return start
        start += SOME
    return start


@kernel
def scan_products_both_ways(products, a, b, lengths, groups, want, values, places, limits):
    # Merge the products of the rows a, a + 1, ... with the rows b, b + 1, ... into the lists of
    # both, so that no pair is compared twice. limits[i] is the last of values[i].
    n, last = products.shape[1], values.shape[1] - 1
    others, bounds = lengths[b : b + n], limits[b : b + n]
    for q in range(a, a + products.shape[0]):
        row, length = products[q - a], lengths[q]
        start = q + 1 - a if a == b else 0  # a block against itself: each pair once
        start = next_strip_below_either(row, length, others, start, limits[q], bounds)
        while start < n:
            stop = min(start + SOME, n)
            for i in range(start, stop):
                r, twice = b + i, row[i] + row[i]
                near, far = others[i] - twice, length - twice
                if near < limits[q] and groups_fit(groups[q], groups[r], want):
                    insert(near, r, q, values, places)
                    limits[q] = values[q, last]
                if far < limits[r] and groups_fit(groups[q], groups[r], want):
                    insert(far, q, r, values, places)
                    limits[r] = values[r, last]
            start = next_strip_below_either(row, length, others, stop, limits[q], bounds)


@kernel
def precedes(value, place, other_value, other_place):
    return value < other_value or (value == other_value and place < other_place)


@kernel
def rank_exactly(queries, corpus, candidates, values, places):
    # Exact squared distances of a few candidates (-1: none), sorted by distance, then place.
    d = corpus.shape[1]
    whole = d - d % 4
    for q in range(queries.shape[0]):
        last = values.shape[1] - 1
        for c in range(candidates.shape[1]):
            place = candidates[q, c]
            if place < 0:
                continue
            total = 0.0
            for j in range(0, whole, 4):
                a = np.float64(corpus[place, j]) - np.float64(queries[q, j])
                b = np.float64(corpus[place, j + 1]) - np.float64(queries[q, j + 1])
                e = np.float64(corpus[place, j + 2]) - np.float64(queries[q, j + 2])
                f = np.float64(corpus[place, j + 3]) - np.float64(queries[q, j + 3])
                total += (a * a + b * b) + (e * e + f * f)
            for j in range(whole, d):
                a = np.float64(corpus[place, j]) - np.float64(queries[q, j])
                total += a * a
            at = last
            if not precedes(total, place, values[q, at], places[q, at]):
                continue
            while at > 0 and precedes(total, place, values[q, at - 1], places[q, at - 1]):
                values[q, at] = values[q, at - 1]
                places[q, at] = places[q, at - 1]
                at -= 1
            values[q, at] = total
            places[q, at] = place
