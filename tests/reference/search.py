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
