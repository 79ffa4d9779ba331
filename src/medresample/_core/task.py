"""What is a sampler asked to do? The table, its classes, the rows wanted, and the chance to use."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils.sparsefuncs import mean_variance_axis

from ..exceptions import SamplerInputError, ScaleWarning
from .groups import group_codes
from .nearest_labels import LabelNeighbors, Pairs
from .neighbors import Neighbors
from .plan import SamplingPlan
from .randomness import generator
from .recipes import Recipe, row_ids
from .table import Table, take_rows
from .targets import Target

# One column decides alone who is a neighbor when it varies this much more than a typical other one.
SCALE_RATIO = 100.0
# Rows that tell how much a column varies.
SCALE_ROWS = 500


@dataclass(frozen=True, eq=False)
class Task:
    """Everything a sampler may look at while it makes its plan.

    Parameters
    ----------
    X : container
        The table as the user gave it.
    table : Table
        The internal view of it.
    target : Target
        Classes and class codes.
    wanted : dict of {class code: int}
        Rows to add, or to keep, for each class concerned, in sorted order of the classes.
    entropy : int
        The one seed of the call.
    groups, weights : ndarray, default=None
        Group and weight of each row, where given.
    """

    X: Any
    table: Table
    target: Target
    wanted: dict[int, int]
    entropy: int
    groups: np.ndarray | None = None
    weights: np.ndarray | None = None

    def rows_of(self, code: int) -> np.ndarray:
        """Row numbers of a class."""
        return np.flatnonzero(self.target.codes == code)

    def class_name(self, code: int) -> str:
        """Label of a class, for messages."""
        return self.target.class_name(code)

    def generator(self, code: int) -> np.random.Generator:
        """Give the generator that belongs to a class alone."""
        return generator(self.entropy, code)

    def ids(self, rows: np.ndarray) -> np.ndarray:
        """Row numbers in the compact type that recipes store."""
        return row_ids(rows, self.table.n_rows)

    def neighbors(
        self,
        *,
        index: Any = None,
        space: Any = None,
        view: Any = None,
        partner_groups: str = "any",
        n_jobs: int | None = None,
    ) -> Neighbors:
        """Open the neighbor search on this table.

        Its rows are seen as they are, or under a transformer `space`, or through a `view` of one's
        own that gives their coordinates as ``numbers(rows)``. A transformer that has ``pairs(X)``,
        beside ``transform(X)``, compares rows whose distances no coordinates give.
        """
        if partner_groups != "any" and self.groups is None:
            raise SamplerInputError(
                f"partner_groups={partner_groups!r} needs to know the groups: pass them as "
                "fit_resample(X, y, groups=...), inside a pipeline by metadata routing."
            )
        if partner_groups != "any" and index is not None:
            raise SamplerInputError(
                f"partner_groups={partner_groups!r} needs a number of neighbors: a search object "
                "of one's own knows nothing of groups."
            )
        codes = None if self.groups is None else group_codes(self.groups)
        if view is None or space is not None:
            view = self.view(space)
        search = LabelNeighbors if hasattr(space, "pairs") else Neighbors
        return search(view, codes, partner_groups, index, n_jobs)

    def view(self, space: Any = None, parameter: str = "neighbor_space") -> Any:
        """Give what tells coordinates as ``numbers(rows)``: the table, or it under a transformer.

        `parameter` is what the sampler calls the transformer, for messages.
        """
        return self.table if space is None else _Transformed(self.X, self.target, space, parameter)

    def plan(self, keep: str | np.ndarray, made: tuple[Recipe, ...] = (), label: Any = ()) -> Any:
        """Make the plan that keeps and makes these rows of this table."""
        kept = keep if isinstance(keep, str) else self.ids(keep)
        codes = np.asarray(label, dtype=self.target.codes.dtype)
        return SamplingPlan(self.target, kept, made, codes, self.groups, self.weights)


class _Transformed:
    """The rows of a table, seen through a transformer fitted on all of it."""

    def __init__(self, X: Any, target: Target, transformer: Any, parameter: str) -> None:
        self._X = X
        self._parameter = parameter
        self._transformer = clone(transformer).fit(X, target.labels)
        self._pairs: Pairs | None = None

    def numbers(self, rows: np.ndarray) -> Any:
        image = self._transformer.transform(take_rows(self._X, rows, renumber=False))
        image = image.tocsr() if hasattr(image, "tocsr") else np.asarray(image)
        if image.dtype not in (np.float32, np.float64):
            image = image.astype(np.float64)
        values = image.data if hasattr(image, "tocsr") else image
        if np.isinf(np.asarray(values)).any():
            raise SamplerInputError(
                f"{self._parameter}={self._transformer!r} turned a finite table into infinite "
                "values, between which there are no distances. Use a transformer that gives finite "
                "numbers."
            )
        return image

    def pairs(self) -> Pairs:
        """All rows, prepared to be compared."""
        if self._pairs is None:
            self._pairs = self._transformer.pairs(self._X)
        return self._pairs


def grow_each_class(
    task: Task, grow: Callable[[Task, int, int, np.random.Generator], Recipe]
) -> SamplingPlan:
    """Keep all rows and let `grow` make the new ones, class by class.

    Parameters
    ----------
    task : Task
        What is asked.
    grow : callable
        ``grow(task, code, n_new, rng)`` gives the recipe of `n_new` rows of a class; `rng` is the
        generator of that class, which no other class sees.
    """
    made, label = [], []
    for code, n_new in task.wanted.items():
        if n_new:
            made.append(grow(task, code, n_new, task.generator(code)))
            label.append(np.full(n_new, code, task.target.codes.dtype))
    return task.plan("all", tuple(made), np.concatenate(label) if label else ())


def pick_each_class(
    task: Task, pick: Callable[[Task, int, int, np.random.Generator], np.ndarray]
) -> SamplingPlan:
    """Keep the rows that `pick` chooses, class by class, in the order of the table.

    Parameters
    ----------
    task : Task
        What is asked.
    pick : callable
        ``pick(task, code, n_kept, rng)`` gives the row numbers of a class that stay.
    """
    kept = [task.rows_of(code) for code in range(len(task.target.classes))]
    for code, n_kept in task.wanted.items():
        kept[code] = pick(task, code, n_kept, task.generator(code))
    return task.plan(np.sort(np.concatenate(kept)))


REMEDY = (
    "Search neighbors on comparable scales: neighbor_space=StandardScaler(); new rows are still "
    "built in the original units."
)


def warn_of_scales(table: Any, rows: np.ndarray, remedy: str = REMEDY) -> None:
    """Warn when one column varies so much more than the others that it alone decides."""
    names, coordinates = table.names, table.numbers(_evenly(rows, SCALE_ROWS))
    if min(coordinates.shape) < 2:
        return
    spread = _spread(coordinates)
    largest = int(np.argmax(spread))
    others = np.flatnonzero((spread > 0) & (np.arange(len(spread)) != largest))
    if not len(others):
        return
    typical = others[np.argsort(spread[others])[(len(others) - 1) // 2]]
    if spread[largest] > SCALE_RATIO * spread[typical]:
        warnings.warn(
            f"Column {names[largest]!r} (standard deviation {spread[largest]:.3g}) drowns column "
            f"{names[typical]!r} ({spread[typical]:.3g}) in every distance. {remedy}",
            ScaleWarning,
            stacklevel=2,
        )


def _evenly(rows: np.ndarray, at_most: int) -> np.ndarray:
    """Pick some of many rows at equal distances."""
    if len(rows) <= at_most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, at_most).astype(np.intp)]


def _spread(coordinates: Any) -> np.ndarray:
    """Standard deviation of each column, 0 where it has none."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # columns without any value
        if hasattr(coordinates, "tocsr"):
            spread = np.sqrt(mean_variance_axis(coordinates, axis=0)[1])
        else:
            spread = coordinates.std(axis=0, dtype=np.float64)
            if np.isnan(spread).any():
                spread = np.nanstd(coordinates, axis=0, dtype=np.float64)
    return np.where(np.isfinite(spread), spread, 0)
