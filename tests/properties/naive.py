"""The slow, obvious twin of the neighbor search."""

import numpy as np


def distances(X):
    """Return all distances, NaN-aware: scaled up to all columns, infinite with none in common."""
    n, d = X.shape
    out = np.full((n, n), np.inf)
    for i in range(n):
        for j in range(n):
            both = ~(np.isnan(X[i]) | np.isnan(X[j]))
            if both.any():
                out[i, j] = np.sqrt(d / both.sum() * np.sum((X[i, both] - X[j, both]) ** 2))
    return out


def is_among_nearest(far, row, other, candidates, k):
    """Say whether `other` is one of the k nearest candidates of `row`, ties counted in."""
    others = np.setdiff1d(candidates, [row])
    nearest = np.sort(far[row, others])[: min(k, len(others))]
    return other in others and far[row, other] <= nearest[-1] * (1 + 1e-9) + 1e-12
