"""Between whom may a new row lie? A row of a class and one of its nearest neighbors there."""

from __future__ import annotations

import warnings
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from .._compat import StrOptions
from .._core.n_neighbors import NEIGHBORS, SPACE, index_of, number_of
from .._core.neighbors import PARTNER_GROUPS, Found, Neighbors
from .._core.task import Task, warn_of_scales
from ..exceptions import FewNeighborsWarning, SamplerInputError, TooFewRowsError

# Parameters of every sampler that interpolates between neighbors.
CONSTRAINTS: dict[str, Any] = {
    "k_neighbors": NEIGHBORS,
    "partner_groups": [StrOptions(set(PARTNER_GROUPS))],
    "neighbor_space": SPACE,
    "random_state": ["random_state", np.random.Generator],
    "n_jobs": [Integral, None],
}


def open_search(sampler: Any, task: Task, neighbors: Any = None) -> Neighbors:
    """Open the search that a sampler's parameters describe, and look at the scales of the table.

    Parameters
    ----------
    sampler : BaseSampler
        Has `k_neighbors`, `neighbor_space`, `partner_groups` and `n_jobs`.
    task : Task
        What is asked.
    neighbors : int or object, default=None
        Another number of neighbors, or search object, than `k_neighbors`.
    """
    neighbors = sampler.k_neighbors if neighbors is None else neighbors
    opened = task.neighbors(
        index=index_of(neighbors),
        space=sampler.neighbor_space,
        partner_groups=sampler.partner_groups,
        n_jobs=sampler.n_jobs,
    )
    if sampler.neighbor_space is None:
        growing = [task.rows_of(code) for code, n_new in task.wanted.items() if n_new]
        if growing:
            warn_of_scales(task.table, np.concatenate(growing))
    return opened


def open_around(neighbors: Neighbors, number: Any) -> Neighbors:
    """Open the search for rows of any class and any group, in the space that partners live in.

    Parameters
    ----------
    neighbors : Neighbors
        The search for partners.
    number : int or object
        How many such rows are wanted, or a search object of the user's own.
    """
    return replace(neighbors, partner_groups="any", index=index_of(number))


def affordable_k(
    sampler: Any, task: Task, code: int, n_rows: int, parameter: str = "k_neighbors"
) -> int:
    """Lower k where the class is too small for it, saying so; refuse a class of one row."""
    k = number_of(getattr(sampler, parameter), parameter)
    if n_rows < 2:
        raise TooFewRowsError(
            f"Class {task.class_name(code)} has 1 row; {type(sampler).__name__} needs 2. Use "
            "RandomOverSampler, or leave the class out of sampling_strategy."
        )
    if k > n_rows - 1:
        warnings.warn(
            f"Class {task.class_name(code)} has {n_rows} rows: {parameter} lowered from {k} "
            f"to {n_rows - 1} for it.",
            FewNeighborsWarning,
            stacklevel=2,
        )
    return min(k, n_rows - 1)


def check_partners(
    sampler: Any, task: Task, code: int, found: Found, parameter: str = "k_neighbors"
) -> None:
    """Say so when groups or missing values leave a row too few partners, or none."""
    alone = int(np.count_nonzero(found.n_found == 0))
    if alone == len(found.ids):
        why, remedy = _NO_PARTNER[sampler.partner_groups]
        raise SamplerInputError(
            f"Class {task.class_name(code)} has {len(found.ids)} rows, but no row has {why}, "
            f"so there is no seed. {remedy}"
        )
    short = int(np.count_nonzero(found.n_found < found.ids.shape[1]))
    if short:
        warnings.warn(
            f"Class {task.class_name(code)}: {short} of {len(found.ids)} rows have fewer "
            f"partners than the {found.ids.shape[1]} that {parameter} asks for"
            + (f"; {alone} of them have none and are no seeds." if alone else "."),
            FewNeighborsWarning,
            stacklevel=2,
        )


_NO_PARTNER = {
    "any": (
        "a value in a column in common with another one",
        "Impute the missing values first, or use RandomOverSampler.",
    ),
    "same": (
        "a partner in its own group",
        "Use partner_groups='any', or RandomOverSampler.",
    ),
    "different": (
        "a partner in another group",
        "Use partner_groups='any', or RandomOverSampler.",
    ),
}


def draw_seeds(
    seeds: np.ndarray, n_new: int, rng: np.random.Generator, allocation: str
) -> np.ndarray:
    """Choose the seed of each new row: at random, or every one equally often."""
    if allocation == "random":
        return seeds[rng.integers(0, len(seeds), n_new, dtype=seeds.dtype)]
    times, rest = divmod(n_new, len(seeds))
    return np.concatenate([np.repeat(seeds, times), rng.permutation(seeds)[:rest]])


def draw_partners(partners: np.ndarray, at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose the partner of each new row among those of its seed.

    Parameters
    ----------
    partners : ndarray of int of shape (n_rows, k)
        Partners of each row, nearest first, then -1 where there are no more.
    at : ndarray of int of shape (n_new,)
        Row of `partners` that belongs to the seed of each new row.
    rng : Generator
        Source of chance.
    """
    n_partners = np.count_nonzero(partners >= 0, axis=1).astype(at.dtype)
    return partners[at, rng.integers(0, n_partners[at], dtype=at.dtype)]


def gathered(partners: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Move the partners wanted to the front of each row, in their order, and drop the others."""
    order = np.argsort(~wanted, axis=1, kind="stable")
    return np.take_along_axis(np.where(wanted, partners, -1), order, axis=1)
