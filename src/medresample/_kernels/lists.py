"""Sorted lists of the nearest rows: who may join, where, and in which order in the end."""

import numpy as np

from ._jit import kernel

ANY, SAME, DIFFERENT = 0, 1, 2


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
            total = np.float64(0)
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
