"""Which fold does each patient go to? So that patients stay whole and the classes stay alike."""

from __future__ import annotations

import numpy as np


def class_counts_per_group(groups: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Count the rows of each class in each group, both numbered from 0."""
    counts = np.zeros((int(groups.max()) + 1, int(codes.max()) + 1))
    np.add.at(counts, (groups, codes), 1)
    return counts


def deal_groups(counts: np.ndarray, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """Deal groups to folds, one by one, each to where the shares of the classes stay closest.

    The groups are shuffled, and those that spread most unevenly over the classes come first, as in
    scikit-learn's StratifiedGroupKFold (which did not keep the shares in older versions, when it
    shuffled).

    Parameters
    ----------
    counts : ndarray of shape (n_groups, n_classes)
        Rows of each class in each group, as from `class_counts_per_group`.
    n_folds : int
        Number of folds.
    rng : Generator
        Source of chance.

    Returns
    -------
    fold : ndarray of int of shape (n_groups,)
        Fold of each group.
    """
    order = rng.permutation(len(counts))
    order = order[np.argsort(-counts[order].std(axis=1), kind="stable")]
    share = counts / counts.sum(axis=0)
    held, rows_held = np.zeros((n_folds, counts.shape[1])), np.zeros(n_folds)
    fold_of_group = np.empty(len(counts), np.intp)
    for group in order:
        # The sum over the folds is the same wherever it goes: only the squares tell.
        spread = ((held + share[group]) ** 2 - held**2).sum(axis=1)
        best = np.flatnonzero(spread <= spread.min() + 1e-12)
        fold = best[np.argmin(rows_held[best])]
        held[fold] += share[group]
        rows_held[fold] += counts[group].sum()
        fold_of_group[group] = fold
    return fold_of_group
