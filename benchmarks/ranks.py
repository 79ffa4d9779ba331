"""How do methods rank over many tables? Records of scores, brought to the tests of the package.

The tests are those of `medresample.compare`: Friedman's of whether methods differ at all, then
Wilcoxon's of two of them. Folds of a table are no tables: what enters is their mean.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from medresample.compare._ranks import LEAST, ranks_of, rounded, signed_rank
from medresample.compare._ranks import friedman as friedman_test
from medresample.metrics import CLINICAL

Score = Mapping[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Grid:
    """One score with one classifier, on the tables on which no method failed.

    Parameters
    ----------
    metric, classifier : str
        Which score.
    tables, methods : list of str
        What the rows and columns are.
    values : ndarray of shape (n_tables, n_methods)
        The scores.
    left_out : list of str
        Tables on which a method failed.
    """

    metric: str
    classifier: str
    tables: list[str]
    methods: list[str]
    values: np.ndarray
    left_out: list[str]

    @property
    def direction(self) -> int:
        """1 where more is better, -1 where less is."""
        return CLINICAL[self.metric].direction

    @property
    def name(self) -> Row:
        """What goes into every row of a report."""
        return {"metric": self.metric, "classifier": self.classifier}


def grid_of(
    scores: Sequence[Score], metric: str, classifier: str, without: Collection[str] = ()
) -> Grid:
    """Arrange the scores of one kind.

    Parameters
    ----------
    scores : sequence of mapping
        One per ``table``, ``classifier`` and ``method``, with the value of each score by its name;
        None where the method failed.
    metric, classifier : str
        Which of them.
    without : collection of str, default=()
        Methods to leave out.

    Raises
    ------
    ValueError
        If there is more than one score of a method on a table.
    """
    cells: dict[tuple[str, str], float | None] = {}
    for score in scores:
        if score["classifier"] == classifier and score["method"] not in without:
            key = score["table"], score["method"]
            if key in cells:
                raise ValueError(
                    f"{key[1]!r} has more than one score on {key[0]!r}. Folds are no tables: give "
                    "their mean."
                )
            cells[key] = score[metric]
    tables = list(dict.fromkeys(table for table, _ in cells))
    methods = list(dict.fromkeys(method for _, method in cells))
    whole = [t for t in tables if all(cells[t, method] is not None for method in methods)]
    values = np.array([[cells[t, method] for method in methods] for t in whole], dtype=float)
    left_out = [table for table in tables if table not in whole]
    return Grid(metric, classifier, whole, methods, values.reshape(-1, len(methods)), left_out)


def rank(grid: Grid) -> list[Row]:
    """Mean score and mean rank of each method: 1 is the best, and equals share their ranks."""
    if not grid.tables:
        return []
    places = ranks_of(grid.direction * grid.values).mean(axis=0)
    means = grid.values.mean(axis=0)
    return [
        grid.name | {"method": method, "mean": float(mean), "rank": float(place)}
        for method, mean, place in zip(grid.methods, means, places, strict=True)
    ]


def friedman(grid: Grid) -> Row:
    """Ask whether the methods differ at all; with fewer than 10 tables the p-value is None."""
    p = None
    if len(grid.tables) >= LEAST:
        p = friedman_test(grid.direction * grid.values).p_chi2
    return grid.name | {"p": p, "n_tables": len(grid.tables), "left_out": grid.left_out}


def contrast(grid: Grid, method: str, other: str, ropes: Mapping[str, Mapping[str, float]]) -> Row:
    """Hold a method against another, table by table.

    Parameters
    ----------
    grid : Grid
        The scores.
    method, other : str
        Two of its methods; the difference is that of the first minus the second.
    ropes : mapping
        By table and score, beyond which difference the one counts as ahead of the other.

    Returns
    -------
    row : dict
        ``difference`` (mean), ``ahead``, ``behind``, ``n_tables``; ``lean`` from -1 (worse on all)
        to 1 (better on all), and ``p``, which is None for fewer than 10 tables.
    """
    mine, theirs = (grid.values[:, grid.methods.index(name)] for name in (method, other))
    gain = grid.direction * rounded(mine - theirs)
    width = np.array([ropes[table][grid.metric] for table in grid.tables])
    lean, p = signed_rank(gain)
    return grid.name | {
        "method": method,
        "other": other,
        "difference": float((mine - theirs).mean()),
        "ahead": int((gain > width).sum()),
        "behind": int((gain < -width).sum()),
        "n_tables": len(gain),
        "lean": lean,
        "p": p if len(gain) >= LEAST else None,
    }
