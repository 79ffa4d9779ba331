"""How different are two labels? As different as the classes of the rows that carry them.

The value difference metric: for two labels of a column, the sum over the classes of the absolute
difference of the class's shares among the rows that carry them, in the whole table. The distance of
two rows is Euclidean over the columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .._core.levels import Levels
from .._core.nearest_labels import ProfileGaps, search_labels
from .._core.neighbors import Found
from .._core.recipes import Donors
from .._core.targets import Target
from .._core.task import Task
from ._coded_table import search_through
from ._mixed_columns import MixedColumns
from ._mixed_rows import elect
from ._partners import affordable_k, check_partners, draw_seeds


@dataclass(frozen=True, eq=False)
class Profiles:
    """The labels of a table and the share of each class among the rows that carry them.

    Parameters
    ----------
    columns : MixedColumns
        Columns of labels, all of them.
    shares : list of ndarray of shape (n_levels, n_classes)
        For each column, shares of the classes; each row sums to 1.
    """

    columns: MixedColumns
    shares: list[np.ndarray]

    @property
    def is_binary(self) -> bool:
        """Whether there are two classes, so that differences are distances on a line."""
        return self.shares[0].shape[1] == 2

    def codes(self, rows: np.ndarray) -> np.ndarray:
        """Levels of some rows, shape (n_rows, n_columns)."""
        return np.column_stack([levels.codes[rows] for levels in self.columns.labels.values()])

    def numbers(self, rows: np.ndarray) -> np.ndarray:
        """Coordinates of some rows: twice the share of the one class, or the shares of all."""
        codes = self.codes(rows).T
        pairs = zip(self.shares, codes, strict=True)
        if self.is_binary:
            return np.column_stack([2 * share[code, 0] for share, code in pairs])
        return np.concatenate([share[code] for share, code in pairs], axis=1)


def read_profiles(columns: MixedColumns, target: Target) -> Profiles:
    """Count the classes among the rows that carry each label."""
    return Profiles(columns, [class_shares(each, target) for each in columns.labels.values()])


def class_shares(levels: Levels, target: Target) -> np.ndarray:
    """Share of each class among the rows that carry each level, shape (n_levels, n_classes)."""
    n_classes = len(target.classes)
    pairs = levels.codes.astype(np.intp) * n_classes + target.codes
    counts = np.bincount(pairs, minlength=len(levels) * n_classes).reshape(-1, n_classes)
    return counts / counts.sum(axis=1, keepdims=True)


def find_alike(sampler: Any, task: Task, rows: np.ndarray, k: int, profiles: Profiles) -> Found:
    """Find the nearest of the rows of a class among themselves."""
    neighbors = search_through(sampler, task, profiles)
    if profiles.is_binary or neighbors.index is not None:
        return neighbors.search(rows, rows, k)
    return search_labels(ProfileGaps(profiles.codes(rows), profiles.shares), neighbors, rows, k)


def grow_by_vote(
    sampler: Any,
    profiles: Profiles,
    task: Task,
    code: int,
    n_new: int,
    rng: np.random.Generator,
) -> Donors:
    """Make rows of labels alone: in each column, the vote of a row and its neighbors.

    Parameters
    ----------
    sampler : BaseSampler
        Has `k_neighbors`, `allocation`, `partner_groups` and `n_jobs`.
    profiles : Profiles
        The labels and what they say of the classes.
    task, code, n_new, rng
        What is asked: `n_new` rows of the class `code`.
    """
    rows = task.rows_of(code)
    k = affordable_k(sampler, task, code, len(rows))
    found = find_alike(sampler, task, rows, k, profiles)
    check_partners(sampler, task, code, found)
    rows = task.ids(rows)
    voters = np.column_stack([rows, task.ids(found.ids)])
    at = draw_seeds(task.ids(np.flatnonzero(found.n_found)), n_new, rng, sampler.allocation)
    columns = profiles.columns
    cells = np.empty((n_new, len(columns.labels)), rows.dtype, order="F")
    elect(cells, columns, rows, voters, at, rng)
    return Donors(rows[at], cells, tuple(columns.labels))
