"""Which fold does each patient go to? So that patients stay whole and the classes stay alike."""

from __future__ import annotations

import numpy as np


def deal_groups(
    groups: np.ndarray, codes: np.ndarray, n_folds: int, rng: np.random.Generator
) -> np.ndarray:
    """Deal groups to folds, one by one, each to where the shares of the classes stay closest.

    The groups are shuffled, and those that spread most unevenly over the classes come first, as in
    scikit-learn's StratifiedGroupKFold (which did not keep the shares in older versions, when it
    shuffled).

    Parameters
    ----------
    groups : ndarray of int of shape (n_rows,)
        Number of the group of each row, from 0.
    codes : ndarray of int of shape (n_rows,)
        Class of each row, from 0.
    n_folds : int
        Number of folds.
    rng : Generator
        Source of chance.

    Returns
    -------
    fold : ndarray of int of shape (n_rows,)
        Fold of each row.
    """
    counts = np.zeros((int(groups.max()) + 1, int(codes.max()) + 1))
    np.add.at(counts, (groups, codes), 1)
    order = rng.permutation(len(counts))
    order = order[np.argsort(-counts[order].std(axis=1), kind="stable")]
    share = counts / counts.sum(axis=0)
    held, n_rows = np.zeros((n_folds, counts.shape[1])), np.zeros(n_folds)
    fold_of = np.empty(len(counts), np.intp)
    for group in order:
        # The sum over the folds is the same wherever it goes: only the squares tell.
        spread = ((held + share[group]) ** 2 - held**2).sum(axis=1)
        best = np.flatnonzero(spread <= spread.min() + 1e-12)
        fold = best[np.argmin(n_rows[best])]
        held[fold] += share[group]
        n_rows[fold] += counts[group].sum()
        fold_of[group] = fold
    return fold_of[groups]
