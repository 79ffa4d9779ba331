"""Nearest rows from matrix products: |row|^2 - 2 * product, in strips that fit vectors."""

import numpy as np

from ._jit import kernel
from .lists import groups_fit, insert

# Products looked at together. The compiler makes vector instructions of a loop of this length; one
# of 32 turns is unrolled before it could, unless there is more to do in each.
SOME, SOME_PAIRS = 64, 32


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
    while start + SOME_PAIRS <= products.shape[0]:
        some = products[start : start + SOME_PAIRS]
        sizes = lengths[start : start + SOME_PAIRS]
        bounds = limits[start : start + SOME_PAIRS]
        hits = np.int32(0)
        for i in range(SOME_PAIRS):
            twice = some[i] + some[i]
            hits |= np.int32(sizes[i] - twice < limit) | np.int32(length - twice < bounds[i])
        if hits != 0:
            return start
        start += SOME_PAIRS
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
            stop = min(start + SOME_PAIRS, n)
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
