"""Tomek links and edited neighbors as they are defined, in exact numbers, one row at a time."""

import math
from collections import Counter
from fractions import Fraction
from itertools import combinations


def square(a, b):
    """Squared distance over the columns that both rows have, scaled up to all."""
    shared = [(x, y) for x, y in zip(a, b, strict=True) if not (math.isnan(x) or math.isnan(y))]
    if not shared:
        return math.inf
    total = sum((Fraction(float(x)) - Fraction(float(y))) ** 2 for x, y in shared)
    return total * Fraction(len(a), len(shared))


def nearest(table, rows, row, k):
    """The k nearest of some rows to one of them, ties by row number."""
    far = sorted((square(table[row], table[other]), other) for other in rows if other != row)
    return [other for distance, other in far[:k] if distance < math.inf]


def tomek_links(table, y, rows):
    """Pairs of different classes to neither of which another row is nearer."""
    closest = {
        row: min((square(table[row], table[z]) for z in rows if z != row), default=math.inf)
        for row in rows
    }
    links = set()
    for a, b in combinations(rows, 2):
        distance = square(table[a], table[b])
        if y[a] != y[b] and distance < math.inf and distance == closest[a] == closest[b]:
            links.add((a, b))
    return links


def is_misjudged(own, votes, kind_sel):
    """Say whether some neighbor, or more of them than are of its own class, speak against a row."""
    counts = Counter(votes)
    if kind_sel == "all":
        return counts[own] < len(votes)
    return any(n > counts[own] for label, n in counts.items() if label != own)


def edited(table, y, rows, cleaned, k, kind_sel="mode"):
    """Rows left by one pass over the rows of the classes cleaned."""
    return [
        row
        for row in rows
        if y[row] not in cleaned
        or not is_misjudged(y[row], [y[z] for z in nearest(table, rows, row, k)], kind_sel)
    ]
