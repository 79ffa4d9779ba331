"""K-means SMOTE's division of new rows, one pair of rows at a time."""

import math


def cluster_shares(table, y, labels, label, threshold=1.0, exponent=None):
    """Share of the new rows of a class for each cluster; empty where no cluster takes part."""
    weights = {}
    for cluster in sorted(set(labels)):
        members = [row for row in range(len(table)) if labels[row] == cluster]
        own = [row for row in members if y[row] == label]
        if len(own) < 2 or (len(members) - len(own) + 1) / (len(own) + 1) >= threshold:
            continue
        pairs = [(a, b) for a in own for b in own if a < b]
        mean = sum(math.dist(table[a], table[b]) for a, b in pairs) / len(pairs)
        power = len(table[0]) if exponent is None else exponent
        density = len(own) / mean**power if mean else math.inf
        weights[cluster] = 1 / density
    total = sum(weights.values())
    if not total:
        return dict.fromkeys(weights, 1 / len(weights)) if weights else {}
    return {cluster: weight / total for cluster, weight in weights.items()}
