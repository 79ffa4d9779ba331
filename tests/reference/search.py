"""Nearest rows by comparing every pair, in exact arithmetic where that is possible."""

import math
from fractions import Fraction

import numpy as np


def naive_distance(a, b):
    """Squared distance: exact for finite rows; scaled to all columns where some are missing."""
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if not (math.isnan(x) or math.isnan(y))]
    if not pairs:
        return math.inf
    total = sum((Fraction(float(x)) - Fraction(float(y))) ** 2 for x, y in pairs)
    return total * Fraction(len(a), len(pairs))


def naive_search(table, rows, among, k, groups=None, partner_groups="any"):
    """Row numbers of the k nearest, ties by row number, -1 where there are fewer."""
    ids = np.full((len(rows), k), -1)
    for i, row in enumerate(rows):
        ranked = []
        for other in among:
            if other == row:
                continue
            if partner_groups == "same" and groups[other] != groups[row]:
                continue
            if partner_groups == "different" and groups[other] == groups[row]:
                continue
            distance = naive_distance(table[row], table[other])
            if distance < math.inf:
                ranked.append((distance, other))
        ranked.sort()
        ids[i, : min(k, len(ranked))] = [other for _, other in ranked[:k]]
    return ids


def search_in_float64(query):
    """Places of the k nearest by comparing all pairs in float64, summed four columns at a time."""
    places = np.full((len(query.own), query.k), -1)
    corpus = query.corpus.astype(np.float64)
    for i, row in enumerate(query.queries.astype(np.float64)):
        total = np.zeros(len(corpus))
        d = corpus.shape[1]
        with np.errstate(over="ignore"):
            square = (corpus - row) ** 2
            for j in range(0, d - d % 4, 4):
                a, b, c, e = square[:, j : j + 4].T
                total += (a + b) + (c + e)
            for j in range(d - d % 4, d):
                total += square[:, j]
        order = [
            j for j in sorted(range(len(corpus)), key=lambda j: (total[j], j)) if j != query.own[i]
        ]
        places[i, : len(order)] = order[: query.k]
    return places
