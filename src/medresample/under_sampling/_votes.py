"""Does a row look mislabeled? Its nearest neighbors, or all of them, say so."""

from __future__ import annotations

import numpy as np

from .._core.task import Task


def misjudged(task: Task, rows: np.ndarray, neighbors: np.ndarray, kind_sel: str) -> np.ndarray:
    """Say which rows their neighbors take for another class.

    Parameters
    ----------
    task : Task
        What is asked.
    rows : ndarray of int of shape (n_rows,)
        Row numbers.
    neighbors : ndarray of int of shape (n_rows, k)
        Row numbers of their neighbors, -1 where there is none.
    kind_sel : {"mode", "all"}
        Whether it takes a vote, or a single neighbor of another class.

    Returns
    -------
    misjudged : ndarray of bool of shape (n_rows,)
    """
    codes = task.target.codes.astype(np.int32)
    own, labels = codes[rows], np.where(neighbors >= 0, codes[neighbors], -1)
    if kind_sel == "all":
        return ((labels != own[:, None]) & (labels >= 0)).any(axis=1)
    return outvoted(own, labels, len(task.target.classes))


def outvoted(own: np.ndarray, labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Say which rows have a class among their neighbors with more votes than their own.

    With as many votes for their own class they are not: a tie keeps the row.
    """
    for_own = (labels == own[:, None]).sum(axis=1)
    for_other = np.zeros_like(for_own)
    for code in range(n_classes):
        votes = (labels == code).sum(axis=1)
        np.maximum(for_other, np.where(own == code, 0, votes), out=for_other)
    return for_own < for_other
