"""Clusters one row at a time: means, the nearest of a few centers, quotas by ratio."""

import math
from fractions import Fraction


def naive_means(rows, labels, n_clusters):
    """Mean row of each cluster; None for an empty one."""
    means = []
    for cluster in range(n_clusters):
        members = [row for row, label in zip(rows, labels, strict=True) if label == cluster]
        columns = zip(*members, strict=True)
        means.append([math.fsum(c) / len(members) for c in columns] if members else None)
    return means


def naive_choice(rows, labels, near, centers):
    """For each row the first of the nearest centers in the list of its own cluster."""
    chosen = []
    for row, label in zip(rows, labels, strict=True):
        gaps = [math.dist(row, centers[candidate]) for candidate in near[label]]
        chosen.append(near[label][gaps.index(min(gaps))])
    return chosen


def naive_inertia(rows, labels):
    """Sum of squared distances from the means of the clusters."""
    means = naive_means(rows, labels, max(labels) + 1)
    return math.fsum(math.dist(row, means[c]) ** 2 for row, c in zip(rows, labels, strict=True))


def naive_nearest_rows(rows, labels):
    """Row nearest to the mean of each cluster, the lower one among equals."""
    means = naive_means(rows, labels, max(labels) + 1)
    nearest = {}
    for i, (row, label) in enumerate(zip(rows, labels, strict=True)):
        gap = math.dist(row, means[label])
        if label not in nearest or gap < nearest[label][0] * (1 - 1e-12):
            nearest[label] = (gap, i)
    return {label: i for label, (_, i) in nearest.items()}


def naive_quotas_by_ratio(total, own, smallest):
    """Yen and Lee's rule in fractions: own / smallest of each cluster, rounded to the total."""
    ratio = [Fraction(a, max(b, 1)) for a, b in zip(own, smallest, strict=True)]
    shares = [total * r / sum(ratio) for r in ratio]
    quotas = [math.floor(share) for share in shares]
    order = sorted(range(len(own)), key=lambda i: (quotas[i] - shares[i], i))
    for i in order[: total - sum(quotas)]:
        quotas[i] += 1
    return quotas
