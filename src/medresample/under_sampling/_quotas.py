"""How many rows does a cluster give? By the classes in it; and without rows far from its mean."""

from __future__ import annotations

import numpy as np

from .._core.shares import capped_shares, largest_remainder
from .._core.task import Task
from ._clusters import Clusters


def by_ratio(
    clusters: Clusters, labels: np.ndarray, task: Task, code: int, n_kept: int
) -> tuple[np.ndarray, np.ndarray]:
    """Divide by ``own / smallest`` of each cluster, where none of the smallest counts as one.

    "Smallest" is the smallest class beside this one. The paper is silent on clusters with fewer
    rows than their share: they give all, and the rest is divided among the others, again by ratio.

    Parameters
    ----------
    clusters : Clusters
        The rows of the class.
    labels : ndarray of shape (n_rows,)
        Cluster of each row of the table.
    task : Task
        What is asked.
    code : int
        The class.
    n_kept : int
        Rows wanted.

    Returns
    -------
    quota, kept : ndarray of int of shape (n_clusters,)
        What the rule gives to each cluster, and what it has.
    """
    counts = task.target.counts()
    smallest = min((c for c in range(len(counts)) if c != code), key=lambda c: counts[c])
    others = np.searchsorted(clusters.names, labels[task.rows_of(smallest)])
    own = clusters.members.sizes
    ratio = own / np.maximum(np.bincount(others, minlength=len(own)), 1)
    return largest_remainder(n_kept, ratio), capped_shares(n_kept, ratio, own)


def typical(clusters: Clusters, n_out: int) -> np.ndarray:
    """Leave out the rows that are farthest from the mean of their cluster, by its median distance.

    Parameters
    ----------
    clusters : Clusters
        The rows of the class.
    n_out : int
        Rows to leave out.

    Returns
    -------
    places : ndarray of int
        Places of the others, in order.
    """
    far = np.sqrt(clusters.squares())
    relative = np.where(far > 0, np.inf, 0.0)
    for cluster in range(len(clusters.members)):
        here = clusters.members.of(cluster)
        median = np.median(far[here])
        if median > 0:
            relative[here] = far[here] / median
    return np.sort(np.lexsort((far, relative))[: len(far) - n_out])
