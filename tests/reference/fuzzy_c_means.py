"""Fuzzy c-means as its formulas read, one row and one cluster at a time."""

import math


def naive_squared_distance(a, b):
    return math.fsum((float(x) - float(y)) ** 2 for x, y in zip(a, b, strict=True))


def naive_memberships(X, centers, m):
    """Memberships of each row; a row on centers belongs to those alone, in equal shares."""
    table = []
    for row in X:
        squared = [naive_squared_distance(row, center) for center in centers]
        on = [r == 0 for r in squared]
        if any(on):
            table.append([hit / sum(on) for hit in on])
            continue
        table.append(
            [1 / math.fsum((r / other) ** (1 / (m - 1)) for other in squared) for r in squared]
        )
    return table


def naive_objective(X, centers, m, weight=None):
    weight = [1.0] * len(X) if weight is None else weight
    return math.fsum(
        w * u**m * naive_squared_distance(row, center)
        for row, shares, w in zip(X, naive_memberships(X, centers, m), weight, strict=True)
        for center, u in zip(centers, shares, strict=True)
    )


def naive_round(X, centers, m, weight=None):
    """Move each center to the mean of the rows, weighted by membership to the power m."""
    weight = [1.0] * len(X) if weight is None else weight
    memberships = naive_memberships(X, centers, m)
    moved = []
    for k in range(len(centers)):
        powers = [w * shares[k] ** m for shares, w in zip(memberships, weight, strict=True)]
        total = math.fsum(powers)
        moved.append(
            [
                math.fsum(p * float(row[j]) for p, row in zip(powers, X, strict=True)) / total
                for j in range(len(X[0]))
            ]
        )
    return moved
