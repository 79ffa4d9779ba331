"""Which rows does a member learn from? As many of each class as the smallest class has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import joblib
import numpy as np

from .._core.groups import group_codes
from .._core.randomness import seeded
from .._core.table import is_frame, take_rows, wrap
from .._core.targets import Target
from ..combine._steps import plan_of
from ..exceptions import SamplerInputError


@dataclass(frozen=True, eq=False)
class Draw:
    """What a member learns from.

    Parameters
    ----------
    rows : ndarray of shape (n_drawn,)
        Rows of the table, in its order; -1 for rows that a sampler made.
    codes : ndarray of shape (n_drawn,)
        Their classes.
    weights : ndarray of shape (n_drawn,), default=None
        Their weights, where the table has weights.
    table : container, default=None
        The rows themselves, where some were made.
    """

    rows: np.ndarray
    codes: np.ndarray
    weights: np.ndarray | None = None
    table: Any = None

    @property
    def mark(self) -> str:
        """What is the same for draws of the same rows."""
        return str(joblib.hash((self.rows, self.table)))


@dataclass(frozen=True, eq=False)
class Training:
    """The table that an ensemble is fitted on.

    Parameters
    ----------
    X : container
        The table, as members take it.
    given : container
        The table, as samplers take it: a data frame if it was one.
    target : Target
        Its classes.
    rows : list of ndarray
        Row numbers of each class, those without weight left out.
    weights, groups : ndarray or None
        Weight and group of each row.
    """

    X: Any
    given: Any
    target: Target
    rows: list[np.ndarray]
    weights: np.ndarray | None
    groups: np.ndarray | None

    @property
    def classes(self) -> np.ndarray:
        """Sorted labels."""
        return self.target.classes

    @property
    def codes(self) -> np.ndarray:
        """Class of each row, as a number."""
        return self.target.codes

    def draw(self, rows: np.ndarray) -> Draw:
        """Give rows of the table to a member."""
        weights = None if self.weights is None else self.weights[rows]
        return Draw(rows, self.target.codes[rows].astype(np.intp), weights)


def random_rows(
    remaining: Sequence[np.ndarray], groups: np.ndarray | None, rng: np.random.Generator
) -> np.ndarray:
    """Draw as many rows of each class as the smallest one has, without replacement.

    With `groups`, whole ones are drawn, in any order; of the last one only as many rows as are
    still needed.
    """
    smallest = min(len(rows) for rows in remaining)
    drawn = []
    for rows in remaining:
        if len(rows) == smallest:
            drawn.append(rows)
        elif groups is None:
            drawn.append(rng.choice(rows, smallest, replace=False, shuffle=False))
        else:
            drawn.append(_by_group(rows, group_codes(groups[rows]), smallest, rng))
    return np.sort(np.concatenate(drawn))


def _by_group(
    rows: np.ndarray, codes: np.ndarray, n_drawn: int, rng: np.random.Generator
) -> np.ndarray:
    turn = rng.permutation(codes.max() + 1)[codes]
    return np.asarray(rows[np.lexsort((rng.random(len(rows)), turn))[:n_drawn]])


def sampled(
    sampler: Any, number: int, training: Training, rows: np.ndarray, rng: np.random.Generator
) -> Draw:
    """Let a sampler balance some rows of a table for the member of this number.

    Its chance is the member's, and a number of clusters grows by one from member to member, so that
    members see different rows.
    """
    target, classes = training.target, training.classes
    if len(set(np.bincount(target.codes[rows]))) == 1:
        return training.draw(rows)  # balanced as they are
    own = seeded(sampler, rng)
    clusters = own.get_params(deep=False).get("n_clusters")
    if isinstance(clusters, Integral):
        own.set_params(n_clusters=int(clusters) + number)
    everything = len(rows) == len(target.codes)
    X = training.given if everything else take_rows(training.given, rows, renumber=True)
    groups = None if training.groups is None else training.groups[rows]
    plan = plan_of(own, X, classes[target.codes[rows]], groups)
    labels = plan.labels
    left = np.unique(labels)
    if len(left) < len(classes):
        raise SamplerInputError(
            f"{type(sampler).__name__} leaves {len(left)} of {len(classes)} classes to a member of "
            "the ensemble: use a sampler that balances them."
        )
    if not plan.n_made:
        return training.draw(np.sort(rows[plan.sample_indices]))
    record = plan.provenance()
    source = np.where(record["origin"] == "original", rows[record["seed"]], -1)
    weights = None if training.weights is None else plan.carry(training.weights[rows])
    table = plan.apply(X)
    if is_frame(table) and not is_frame(training.X):
        table = wrap(table).numbers()
    return Draw(source, np.searchsorted(classes, labels), weights, table)
