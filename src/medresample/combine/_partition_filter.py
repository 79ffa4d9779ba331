"""Which rows do models of parts of the table take for another class? Those are noise.

The iterative-partitioning filter: the table is split into parts, a model learns from each, and all
of them judge every row. What enough of them misjudge is removed, and the rest is split anew, until
hardly anything is removed any more.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._core.randomness import generator, seeded
from .._core.task import Task
from .._core.threads import for_each, n_threads
from ..exceptions import FallbackWarning

# Draws of a class other than those of over-sampling live at the address (class, FILTER).
FILTER = 1


@dataclass(frozen=True)
class Rule:
    """What noise is, and when to stop looking for it.

    Parameters
    ----------
    estimator : classifier
        What learns from each part, unfitted.
    n_partitions : int
        Parts; no more than the smallest class has rows.
    train_on : {"subset", "complement"}
        Whether a model learns from its part, or from all others.
    voting : {"majority", "consensus"}
        Whether more than half of the models must be wrong about a row, or all of them; the model of
        the row's own part must be in any case.
    stop_share : float
        Share of the rows at the beginning below which an iteration removed hardly anything.
    patience : int
        Such iterations in a row after which the filter stops.
    max_iter : int
        Iterations at most.
    """

    estimator: Any
    n_partitions: int
    train_on: str
    voting: str
    stop_share: float
    patience: int
    max_iter: int


def filter_noise(
    rule: Rule, task: Task, coordinates: Any, codes: np.ndarray, n_jobs: int | None
) -> tuple[np.ndarray, list[int]]:
    """Remove noise from the rows of a table, again and again.

    Parameters
    ----------
    rule : Rule
        What noise is.
    task : Task
        Gives chance, and class names for messages.
    coordinates : ndarray or CSR matrix of shape (n_rows, n_columns)
        What the models see of each row.
    codes : ndarray of int of shape (n_rows,)
        Class of each row.
    n_jobs : int or None
        Threads.

    Returns
    -------
    rows : ndarray of int
        Places of the rows that are left, rising.
    n_removed : list of int
        Rows removed in each iteration.
    """
    n_classes = len(task.target.classes)
    chance = [generator(task.entropy, code, FILTER) for code in range(n_classes + 1)]
    left, quiet = np.arange(len(codes)), 0
    n_removed: list[int] = []
    while quiet < rule.patience and len(n_removed) < rule.max_iter:
        noisy = find_noise(rule, coordinates[left], codes[left], chance, n_threads(n_jobs))
        spare_last_rows(noisy, codes[left], task)
        left = left[~noisy]
        n_removed.append(int(noisy.sum()))
        quiet = quiet + 1 if n_removed[-1] < rule.stop_share * len(codes) else 0
    if quiet < rule.patience:
        warnings.warn(
            f"The filter still removed rows after max_iter={rule.max_iter} iterations "
            f"({n_removed[-1]} in the last one), and was stopped.",
            FallbackWarning,
            stacklevel=2,
        )
    return left, n_removed


def find_noise(
    rule: Rule,
    coordinates: Any,
    codes: np.ndarray,
    chance: list[np.random.Generator],
    threads: int,
) -> np.ndarray:
    """Say which rows are noise, in one iteration, shape (n_rows,), bool.

    `chance` has a generator for each class, which deals out its rows, and one for the models.
    """
    sizes = np.bincount(codes)
    n_parts = min(rule.n_partitions, int(sizes[sizes > 0].min()))
    part = deal(codes, n_parts, chance)
    models = [seeded(rule.estimator, chance[-1]) for _ in range(n_parts)]

    def judge(number: int) -> np.ndarray:
        own = part == number
        learned_from = ~own if rule.train_on == "complement" and n_parts > 1 else own
        model = models[number].fit(coordinates[learned_from], codes[learned_from])
        return np.asarray(model.predict(coordinates) != codes)

    wrong = np.array(for_each(judge, range(n_parts), threads))
    votes = np.count_nonzero(wrong, axis=0)
    enough = votes == n_parts if rule.voting == "consensus" else 2 * votes > n_parts
    return enough & wrong[part, np.arange(len(codes))]


def deal(codes: np.ndarray, n_parts: int, chance: list[np.random.Generator]) -> np.ndarray:
    """Deal out the rows of each class in random order, so that parts have equal shares of it."""
    part, next_one = np.empty(len(codes), np.intp), 0
    for code in np.unique(codes):
        rows = chance[code].permutation(np.flatnonzero(codes == code))
        part[rows] = (next_one + np.arange(len(rows))) % n_parts
        next_one += len(rows)
    return part


def spare_last_rows(noisy: np.ndarray, codes: np.ndarray, task: Task) -> None:
    """Take back the removal of all rows that a class has left."""
    for code in np.unique(codes):
        of_class = codes == code
        if noisy[of_class].all():
            noisy[of_class] = False
            warnings.warn(
                f"Class {task.class_name(code)}: the filter takes all of its {of_class.sum()} rows "
                "for noise, so they are kept.",
                FallbackWarning,
                stacklevel=3,
            )
