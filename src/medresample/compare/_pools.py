"""What was predicted within a repeat? Arrays in the order of the rows, and cells of like rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from medresample.metrics._inputs import FloatArray


class Pool(NamedTuple):
    """Predictions of one method within one repeat, in the order of the rows."""

    rows: np.ndarray
    positive: np.ndarray
    risk: FloatArray
    decided: np.ndarray

    def only(self, rows: np.ndarray) -> Pool:
        """The same for some of the rows."""
        if len(rows) == len(self.rows):
            return self
        places = np.searchsorted(self.rows, rows)
        return Pool(*(column[places] for column in self))


_MOST_CELLS = 4000


class Cells(NamedTuple):
    """Rows gathered by outcome, decision and nearly equal risk, to make large bootstraps cheap."""

    columns: tuple[np.ndarray, FloatArray, np.ndarray]
    order: np.ndarray
    starts: np.ndarray

    def weights(self, weights: FloatArray) -> FloatArray:
        """Weights of the rows, summed over each cell."""
        return np.add.reduceat(weights[:, self.order], self.starts, axis=1)


def cells(pool: Pool) -> Cells | None:
    """At most 4,000 cells; None where the rows are fewer, and every row stands for itself.

    A cell holds rows of the same outcome and decision that are neighbors in risk; its risk is
    their mean. Only bootstrap draws are computed on cells, never a score itself.
    """
    n = len(pool.rows)
    if n <= _MOST_CELLS:
        return None
    rank = np.empty(n, dtype=np.intp)
    rank[np.argsort(pool.risk, kind="stable")] = np.arange(n)
    code = (rank * (_MOST_CELLS // 4) // n) * 4 + 2 * pool.positive + pool.decided
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    size = np.diff(starts, append=n)
    risk = np.add.reduceat(pool.risk[order], starts) / size
    first = order[starts]
    return Cells((pool.positive[first], risk, pool.decided[first]), order, starts)


def pools(frame: Any) -> dict[int, Pool]:
    """Predictions of one method, repeat by repeat."""
    repeats, rows = frame["repeat"].to_numpy(), frame["row"].to_numpy()
    columns = [frame[name].to_numpy() for name in ("row", "y", "risk", "decision")]
    found = {}
    for repeat in np.unique(repeats):
        places = np.flatnonzero(repeats == repeat)
        places = places[np.argsort(rows[places], kind="stable")]
        found[int(repeat)] = Pool(*(column[places] for column in columns))
    return found


def class_pools(frame: Any) -> dict[int, list[Pool]]:
    """The same for each class against the rest; of two classes, for the positive one alone."""
    parts = [frame] if "class" not in frame else [part for _, part in _by_class(frame)]
    found: dict[int, list[Pool]] = {}
    for part in parts:
        for repeat, pool in pools(part).items():
            found.setdefault(repeat, []).append(pool)
    return found


def _by_class(frame: Any) -> Any:
    return frame.groupby("class", observed=True, sort=True)  # in the order of the categories
