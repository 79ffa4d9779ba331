"""Who lives around a row? Its nearest rows of any class, and how many of them are of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .neighbors import Found, Neighbors
from .task import Task


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What lies around the rows of a class, in the whole table.

    Parameters
    ----------
    rows : ndarray of int of shape (n_rows,)
        Row numbers of the class, rising.
    found : Found
        Their nearest rows of any class.
    n_other : ndarray of int of shape (n_rows,)
        How many of these are of another class.
    """

    rows: np.ndarray
    found: Found
    n_other: np.ndarray

    @property
    def noise(self) -> np.ndarray:
        """Rows with nothing but other classes around, shape (n_rows,), bool."""
        return (self.n_other == self.found.n_found) & (self.found.n_found > 0)

    @property
    def danger(self) -> np.ndarray:
        """Rows with other classes as at least half of their neighbors, yet not as all of them."""
        return (2 * self.n_other >= self.found.n_found) & (self.n_other < self.found.n_found)

    @property
    def safe(self) -> np.ndarray:
        """Rows with their own class as most of their neighbors; also rows without neighbors."""
        return 2 * self.n_other < np.maximum(self.found.n_found, 1)


def surroundings_of(task: Task, code: int, found: Found) -> Surroundings:
    """Count the other classes among the neighbors `found` of the rows of a class."""
    other = (task.target.codes[found.ids] != code) & (found.ids >= 0)
    return Surroundings(task.rows_of(code), found, np.count_nonzero(other, axis=1))


def search_around(
    task: Task, neighbors: Neighbors, around: Neighbors, code: int, k: int, k_all: int
) -> tuple[Found, Surroundings]:
    """Find the nearest rows of the same class that may be partners, and the nearest of any class.

    Where both are searched alike, every pair of rows is compared once.

    Parameters
    ----------
    task : Task
        What is asked.
    neighbors, around : Neighbors
        The search in the class, whose groups say who may be a partner, and in the whole table.
    code : int
        The class.
    k, k_all : int
        Neighbors wanted in the class, and in the whole table, which may have fewer.
    """
    rows = task.rows_of(code)
    k_all = min(k_all, task.table.n_rows - 1)
    if neighbors.index is around.index and neighbors.partner_groups == around.partner_groups:
        others = np.flatnonzero(task.target.codes != code)
        partners, found = neighbors.search_both(rows, rows, others, k, k_all)
    else:
        partners = neighbors.search(rows, rows, k)
        found = around.search(rows, np.arange(task.table.n_rows), k_all)
    return partners, surroundings_of(task, code, found)
