"""How is a row of numbers and labels made? Numbers on a segment, labels by vote, ranks by rounding.

Everything is drawn in a fixed order: seeds, partners, steps, then for each column of labels one
number for each new row, which decides where labels tie.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.levels import Ranks
from .._core.neighbors import Found
from .._core.recipes import Donors, Mixed, Segments
from .._core.task import Task
from ._mixed_columns import MixedColumns
from ._partners import draw_partners, draw_seeds
from ._votes import vote


def make_rows(
    task: Task,
    code: int,
    n_new: int,
    rng: np.random.Generator,
    columns: MixedColumns,
    found: Found,
    allocation: str,
    partner_groups: str,
) -> Segments | Mixed | Donors:
    """Choose seeds, partners and steps, and let the neighbors of each seed vote on its labels.

    Parameters
    ----------
    task, code, n_new, rng
        What is asked: `n_new` rows of the class `code`.
    columns : MixedColumns
        What is done with each column.
    found : Found
        The neighbors of each row of the class, in order.
    allocation : {"random", "even"}
        How seeds are chosen.
    partner_groups : {"any", "same", "different"}
        Whose rows may contribute: if not anybody's, a level is taken from the seed or a neighbor.
    """
    rows, partners = task.ids(task.rows_of(code)), task.ids(found.ids)
    at = draw_seeds(task.ids(np.flatnonzero(found.n_found)), n_new, rng, allocation)
    partner = draw_partners(partners, at, rng)
    step = rng.random(n_new, dtype=np.float32)
    segments = Segments(rows[at], partner, step, columns.discrete)
    if columns.all_numbers:
        return segments
    # one column after the other in memory, as they are read
    cells = np.empty((n_new, len(columns.ranks) + len(columns.labels)), rows.dtype, order="F")
    for place, ranks in enumerate(columns.ranks.values()):
        if partner_groups == "any":
            cells[:, place] = _round_to_level(ranks, rows, segments)
        else:
            cells[:, place] = _round_to_neighbor(ranks, partners[at], segments)
    elect(cells[:, len(columns.ranks) :], columns, rows, partners, at, rng)
    donors = Donors(rows[at], cells, (*columns.ranks, *columns.labels))
    return Mixed(segments, donors) if columns.numbers or columns.ranks else donors


def elect(
    cells: np.ndarray,
    columns: MixedColumns,
    rows: np.ndarray,
    voters: np.ndarray,
    at: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Write into `cells`, for each column of labels, the row whose label each new row takes.

    Parameters
    ----------
    cells : ndarray of int of shape (n_new, n_label_columns)
        Filled with row numbers.
    columns : MixedColumns
        What is done with each column.
    rows : ndarray of int of shape (n_rows,)
        Rows of the class.
    voters : ndarray of int of shape (n_rows, n_voters)
        Rows that vote about each of them, -1 where there are no more.
    at : ndarray of int of shape (n_new,)
        Which of `rows` each new row starts from.
    rng : Generator
        Source of chance.
    """
    for place, levels in enumerate(columns.labels.values()):
        outcome = vote(voters, levels.codes, levels.codes[rows])
        cells[:, place] = outcome.draw(at, rng)


def _round_to_level(ranks: Ranks, rows: np.ndarray, segments: Segments) -> Any:
    """Give, for each new row, a row of the class that carries the level it was interpolated to.

    The level is the nearest one that occurs in the class, the lower of two that are equally near. A
    missing cell is treated as that of a number: missing where the seed's is, and the seed's where
    only the partner's is missing.
    """
    start, end, between = _on_the_segment(ranks, segments)
    there = rows[~np.isnan(ranks.places[rows])]
    if not len(there):
        return segments.seed
    occurring, first = np.unique(ranks.places[there], return_index=True)
    middle = (occurring[1:] + occurring[:-1]) / 2
    level = np.searchsorted(middle, np.where(np.isnan(between), 0, between))
    donor = there[first[level]]
    donor = np.where(occurring[level] == end, segments.partner, donor)
    return np.where((occurring[level] == start) | np.isnan(start), segments.seed, donor)


def _round_to_neighbor(ranks: Ranks, neighbors: np.ndarray, segments: Segments) -> Any:
    """Give, for each new row, the seed or a neighbor of it, by whose level is the nearest.

    Where somebody's rows may not contribute, they may not give a level either. The lower of two
    levels that are equally near is taken, from the seed or the partner if they carry it. Missing
    cells are treated as above.
    """
    able = np.column_stack([segments.seed, segments.partner, neighbors])
    start, _, between = _on_the_segment(ranks, segments)
    level = np.where(able >= 0, ranks.places[able], np.nan)
    gap = np.where(np.isnan(level), np.inf, np.abs(level - between[:, None]))
    nearest = np.where(gap == gap.min(axis=1)[:, None], level, np.inf)
    donor = able[np.arange(len(able)), nearest.argmin(axis=1)]
    return np.where(np.isnan(start), segments.seed, donor)


def _on_the_segment(ranks: Ranks, segments: Segments) -> tuple[Any, Any, Any]:
    """Places of seed and partner, and of the point between them; NaN where that of the seed is."""
    start, end = ranks.places[segments.seed], ranks.places[segments.partner]
    end = np.where(np.isnan(end), start, end)
    return start, end, start + segments.step.astype(np.float64) * (end - start)
