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


def naive_spread(X, rows, n_starts, chance):
    """Greedy k-means++ among some rows: the rows chosen, and the number of the nearest for each."""
    trials = 2 + int(math.log(n_starts))
    chosen, nearest, label = [], [math.inf] * len(rows), [-1] * len(rows)
    for number in range(n_starts):
        if number == 0:
            drawn = [rows[int(chance[0][0] * len(rows))]]
        else:
            drawn = []
            for trial in range(trials):
                target, passed = chance[number][trial] * sum(nearest), 0.0
                for place, row in enumerate(rows):
                    passed += nearest[place]
                    if passed > target or place == len(rows) - 1:
                        drawn.append(row)
                        break
        losses = []
        for candidate in drawn:
            gaps = [_squared_gap(X[row], X[candidate]) for row in rows]
            losses.append(sum(map(min, nearest, gaps)))
        chosen.append(drawn[losses.index(min(losses))])
        for place, row in enumerate(rows):
            gap = _squared_gap(X[row], X[chosen[-1]])
            if gap < nearest[place]:
                nearest[place], label[place] = gap, number
    return chosen, label


def _squared_gap(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
