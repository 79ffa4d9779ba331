"""What may cleaning remove? Rows of the classes asked for, and never a class as a whole."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np

from .._compat import Interval
from .._core.base import CLEAN_SAMPLING_STRATEGY
from .._core.n_neighbors import SPACE, index_of, number_of
from .._core.neighbors import Neighbors
from .._core.plan import SamplingPlan
from .._core.task import Task, warn_of_scales
from ..exceptions import FallbackWarning, FewNeighborsWarning

# Parameters of every sampler that cleans.
CONSTRAINTS: dict[str, Any] = {
    "sampling_strategy": CLEAN_SAMPLING_STRATEGY,
    "min_keep": [Interval(Integral, 1, None, closed="left")],
    "neighbor_space": SPACE,
    "n_jobs": [Integral, None],
}
REMEDY = (
    "Search neighbors on comparable scales: neighbor_space=StandardScaler(); rows come out in the "
    "original units."
)


class Cleaning:
    """A table while it is cleaned: which rows stay, and which classes may still lose some.

    A class that a pass would leave with too few rows loses none in it, and none later.

    Parameters
    ----------
    task : Task
        What is asked; only the classes in `wanted` lose rows.
    min_keep : int
        Rows that have to stay of each class.
    """

    def __init__(self, task: Task, min_keep: int) -> None:
        self.stays = np.ones(task.table.n_rows, bool)
        self._task = task
        self._min_keep = min_keep
        self._cleaned = set(task.wanted)

    @property
    def rows(self) -> np.ndarray:
        """Rows that stay so far."""
        return np.flatnonzero(self.stays)

    @property
    def at_stake(self) -> np.ndarray:
        """Rows that stay so far and may still go."""
        return np.flatnonzero(self.stays & np.isin(self._task.target.codes, [*self._cleaned]))

    def counts(self) -> np.ndarray:
        """Rows of each class that stay so far."""
        codes = self._task.target.codes[self.stays]
        return np.bincount(codes, minlength=len(self._task.target.classes))

    def close(self, codes: np.ndarray) -> None:
        """Let these classes lose no more."""
        self._cleaned -= set(codes.tolist())

    def remove(self, rows: np.ndarray) -> bool:
        """Remove those of some rows that may go, and say whether there are any."""
        codes, removed = self._task.target.codes, False
        rows = np.unique(rows)
        rows = rows[self.stays[rows]]
        for code in np.unique(codes[rows]).tolist():
            going = rows[codes[rows] == code]
            if code in self._cleaned and self._may_lose(code, len(going)):
                self.stays[going] = False
                removed = True
        return removed

    def _may_lose(self, code: int, n_going: int) -> bool:
        here = int(self.counts()[code])
        if here - n_going >= self._min_keep:
            return True
        self._cleaned.remove(code)
        warnings.warn(
            f"Class {self._task.class_name(code)}: cleaning would leave {here - n_going} of its "
            f"{here} rows, and at least {self._min_keep} must stay, so it loses no more.",
            FallbackWarning,
            stacklevel=2,
        )
        return False

    def plan(self) -> SamplingPlan:
        """Keep what stays, in the order of the table."""
        return self._task.plan(self.rows)


@dataclass(frozen=True, eq=False)
class Coordinates:
    """The rows of a table where neighbors are searched, computed once.

    A row has the same coordinates in every search then, to the bit.
    """

    matrix: Any

    def numbers(self, rows: np.ndarray) -> Any:
        """Coordinates of some rows."""
        return self.matrix[rows]


def open_search(sampler: Any, task: Task, n_neighbors: Any = 1) -> Neighbors:
    """Open the search that a cleaner's parameters describe, and look at the scales of the table.

    Parameters
    ----------
    sampler : BaseSampler
        Has `neighbor_space` and `n_jobs`.
    task : Task
        What is asked.
    n_neighbors : int or object, default=1
        How many neighbors are wanted, or a search object of the user's own.
    """
    everything = np.arange(task.table.n_rows)
    space = sampler.neighbor_space
    neighbors = task.neighbors(index=index_of(n_neighbors), space=space, n_jobs=sampler.n_jobs)
    if space is None:
        warn_of_scales(task.table, everything, REMEDY)
        return neighbors
    if hasattr(space, "pairs"):  # rows are compared, which is prepared once in any case
        return neighbors
    return replace(neighbors, space=Coordinates(neighbors.space.numbers(everything)))


def affordable_k(task: Task, n_neighbors: Any) -> int:
    """Lower k where the table is too small for it, saying so."""
    k, others = number_of(n_neighbors, "n_neighbors"), task.table.n_rows - 1
    if k > others:
        warnings.warn(
            f"The table has {others + 1} rows: n_neighbors lowered from {k} to {others}.",
            FewNeighborsWarning,
            stacklevel=2,
        )
    return min(k, others)
