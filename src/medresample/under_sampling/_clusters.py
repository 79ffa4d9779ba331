"""What did each cluster hold, and what does it give? Quotas, rows nearest to a mean, prototypes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from .._core.plan import SamplingPlan
from .._core.recipes import Values
from .._core.task import Task, warn_of_scales
from ..exceptions import FallbackWarning, SamplerInputError

if TYPE_CHECKING:
    from ..cluster._members import Members

AUTO = "auto"
REMEDY = "Find clusters on comparable scales: cluster_space=StandardScaler()."
# What `clusters_` tells of a cluster.
FIELDS = [("cluster", np.int64), ("size", np.int64), ("quota", np.int64), ("kept", np.int64)]
# Cells of differences held at a time.
CELLS = 1_000_000


class Coordinates:
    """Where distances between the rows of a task are taken: the table, or a space of the user's.

    Parameters
    ----------
    task : Task
        What is asked.
    space : transformer or None
        The value of `cluster_space`.
    """

    def __init__(self, task: Task, space: Any) -> None:
        self._view = task.view(space, "cluster_space")
        if space is None:
            shrinking = [task.rows_of(code) for code, n in shrinking_classes(task)]
            if shrinking:
                warn_of_scales(task.table, np.concatenate(shrinking), REMEDY)

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Give the coordinates of some rows as a dense array; a sparse table is filled in."""
        found = dense(self._view.numbers(rows))
        if np.isnan(found).any():
            raise SamplerInputError(
                "cluster_space leaves values missing, and clusters are not found around them: let "
                "an imputer be part of it."
            )
        return found


def dense(numbers: Any) -> np.ndarray:
    """Fill in a sparse matrix."""
    return np.asarray(numbers.toarray() if hasattr(numbers, "tocsr") else numbers)


def shrinking_classes(task: Task) -> list[tuple[int, int]]:
    """Give the classes that lose rows, each with the number of rows it keeps."""
    counts = task.target.counts()
    return [(code, n_kept) for code, n_kept in task.wanted.items() if n_kept < counts[code]]


def affordable_number(n_clusters: int, n_rows: int, who: str) -> int:
    """Lower a number of clusters to the number of rows, and say so."""
    if n_clusters > n_rows:
        warnings.warn(
            f"{who} has {n_rows} row{'s' * (n_rows > 1)}: n_clusters lowered from {n_clusters} to "
            f"{n_rows} for it.",
            FallbackWarning,
            stacklevel=2,
        )
    return min(n_clusters, n_rows)


def ledger(*columns: np.ndarray) -> np.ndarray:
    """Write what is told of each cluster, in the order of the fields."""
    return np.array(list(zip(*columns, strict=True)), FIELDS)


@dataclass(frozen=True, eq=False)
class Clusters:
    """The rows of a class in its clusters; rows are known by their place among them.

    Attributes
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Coordinates of the rows.
    names : ndarray of shape (n_clusters,)
        Labels that the clusterer gave.
    members : Members
        Who is in which cluster, by its place among the names.
    """

    X: np.ndarray
    names: np.ndarray
    members: Members

    def squares(self) -> np.ndarray:
        """Squared distance of each row from the mean of its cluster, in float64."""
        centers = self.members.means(self.X)
        out = np.empty(len(self.X))
        size = max(1, CELLS // self.X.shape[1])
        for at in range(0, len(out), size):
            some = slice(at, at + size)
            gap = self.X[some].astype(np.float64) - centers[self.members.labels[some]]
            out[some] = np.einsum("ij,ij->i", gap, gap)
        return out

    def nearest_first(self) -> np.ndarray:
        """List the rows cluster by cluster, the nearest to its mean first."""
        return self.members.sorted_by(self.squares())

    def ledger(self, quota: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """Note what each cluster held, what the rule gives it, and how many rows it gave."""
        return ledger(self.names, self.members.sizes, quota, kept)


def clusters_of(X: np.ndarray, labels: np.ndarray, names: np.ndarray | None = None) -> Clusters:
    """Put rows into clusters by their labels; `names` lists the labels where some do not occur."""
    from ..cluster._members import members_of

    names = np.unique(labels) if names is None else names
    return Clusters(X, names, members_of(np.searchsorted(names, labels), len(names)))


def with_clusters(estimator: Any, n_clusters: int, strategy: str) -> Any:
    """Tell a clusterer how many clusters are wanted."""
    estimator = clone(estimator)
    if "n_clusters" not in estimator.get_params(deep=False):
        raise SamplerInputError(
            f"strategy={strategy!r} needs a cluster for each row wanted, but "
            f"{type(estimator).__name__} has no parameter n_clusters: use another strategy, or "
            "leave estimator out."
        )
    return estimator.set_params(n_clusters=n_clusters)


def check_number(estimator: Any, found: int, asked: int, *, fewer: bool = False) -> None:
    """Refuse another number of clusters than was asked for; fewer may do."""
    if found > asked or (found < asked and not fewer):
        raise SamplerInputError(
            f"{type(estimator).__name__} found {found} clusters where {asked} were asked for."
        )


def draw_the_rest(
    task: Task, code: int, used: np.ndarray, n_kept: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw rows for clusters that could not be found, and say so.

    Parameters
    ----------
    task : Task
        What is asked.
    code : int
        The class.
    used : ndarray of int
        Places, among the rows of the class, of those that were taken.
    n_kept : int
        Rows wanted.
    rng : Generator
        Source of chance.

    Returns
    -------
    places : ndarray of int
        Places of other rows.
    """
    short = n_kept - len(used)
    if not short:
        return np.empty(0, np.intp)
    warnings.warn(
        f"Class {task.class_name(code)}: {n_kept} clusters were asked for, a cluster for each row "
        f"wanted, but only {len(used)} could be found (rows that repeat share one): {short} of the "
        "other rows were drawn at random.",
        FallbackWarning,
        stacklevel=2,
    )
    free = np.setdiff1d(np.arange(len(task.rows_of(code))), used)
    return np.sort(rng.choice(free, short, replace=False))


def within(centers: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Take centers that rounding put beyond the rows back, so that constant columns stay so."""
    return np.clip(centers, X.min(axis=0), X.max(axis=0))


def replace_each_class(
    task: Task,
    stand_for: Callable[[Task, int, int, np.random.Generator], tuple[np.ndarray, Values]],
) -> SamplingPlan:
    """Let new rows stand for those of each class that loses rows; keep the other classes.

    Parameters
    ----------
    task : Task
        What is asked.
    stand_for : callable
        ``stand_for(task, code, n_wanted, rng)`` gives the row numbers that stay after all, and the
        recipe of the new rows.
    """
    kept = [task.rows_of(code) for code in range(len(task.target.classes))]
    made, label = [], [np.empty(0, task.target.codes.dtype)]
    for code, n_wanted in shrinking_classes(task):
        if not n_wanted:
            kept[code] = kept[code][:0]
            continue
        kept[code], values = stand_for(task, code, n_wanted, task.generator(code))
        made.append(values)
        label.append(np.full(len(values), code, task.target.codes.dtype))
    return task.plan(np.sort(np.concatenate(kept)), tuple(made), np.concatenate(label))
