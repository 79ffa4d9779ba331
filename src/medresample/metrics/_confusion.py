"""Who was called what? Tables of true and decided classes, and the scores that follow from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from medresample.metrics._average import Score
from medresample.metrics._inputs import BoolArray, FloatArray, IntArray, ratio


class TwoByTwo(NamedTuple):
    """Weighted counts of the two-by-two table, one entry per weighting."""

    tp: FloatArray
    fp: FloatArray
    tn: FloatArray
    fn: FloatArray


def two_by_two(positive: BoolArray, decided: BoolArray, weights: FloatArray) -> TwoByTwo:
    """Count the table for every row of ``weights`` (n_weightings, n) at once."""
    cells = np.stack(
        [positive & decided, ~positive & decided, ~positive & ~decided, positive & ~decided], axis=1
    )
    return TwoByTwo(*(weights @ cells.astype(np.float64)).T)


# Each score below is a pure function of the table; NaN where a denominator is empty.


def sensitivity_of(table: TwoByTwo) -> FloatArray:
    return ratio(table.tp, table.tp + table.fn)


def specificity_of(table: TwoByTwo) -> FloatArray:
    return ratio(table.tn, table.tn + table.fp)


def ppv_of(table: TwoByTwo) -> FloatArray:
    return ratio(table.tp, table.tp + table.fp)


def npv_of(table: TwoByTwo) -> FloatArray:
    return ratio(table.tn, table.tn + table.fn)


def f1_of(table: TwoByTwo) -> FloatArray:
    return ratio(2 * table.tp, 2 * table.tp + table.fp + table.fn)


def balanced_accuracy_of(table: TwoByTwo) -> FloatArray:
    return (sensitivity_of(table) + specificity_of(table)) / 2


def geometric_mean_of(table: TwoByTwo) -> FloatArray:
    return np.sqrt(sensitivity_of(table) * specificity_of(table))


def matthews_of(table: TwoByTwo) -> FloatArray:
    tp, fp, tn, fn = table
    margins = np.sqrt((tp + fp) * (tp + fn)) * np.sqrt((tn + fp) * (tn + fn))
    return ratio(tp * tn - fp * fn, margins)


# The forms for k classes, from the k-by-k table.


def square_tables(codes: IntArray, decided: IntArray, weights: FloatArray, k: int) -> FloatArray:
    """Weighted counts, shape (n_weightings, k, k): true classes down, decided ones across."""
    cell = codes * k + decided
    return np.array([np.bincount(cell, weight, k * k).reshape(k, k) for weight in weights])


def recalls_of(tables: FloatArray) -> FloatArray:
    """Share of each class that was called by its name, shape (n_weightings, k)."""
    return ratio(np.diagonal(tables, axis1=1, axis2=2), tables.sum(axis=2))


def mean_recall_of(tables: FloatArray) -> FloatArray:
    return recalls_of(tables).mean(axis=1)


def geometric_mean_recall_of(tables: FloatArray) -> FloatArray:
    recalls = recalls_of(tables)
    return recalls.prod(axis=1) ** (1 / recalls.shape[1])


def correlation_of(tables: FloatArray) -> FloatArray:
    """Gorodkin's R_K: the correlation of two columns of indicators."""
    true, called = tables.sum(axis=2), tables.sum(axis=1)
    n, right = true.sum(axis=1), np.trace(tables, axis1=1, axis2=2)
    spread_true = n**2 - (true**2).sum(axis=1)
    spread_called = n**2 - (called**2).sum(axis=1)
    return ratio(
        right * n - (true * called).sum(axis=1), np.sqrt(spread_true) * np.sqrt(spread_called)
    )


def _by_table(
    name: str,
    of: Callable[[TwoByTwo], FloatArray],
    needs: str,
    of_square: Callable[[FloatArray], FloatArray] | None = None,
    all_need: str = "",
) -> Score:
    def score(positive: BoolArray, decided: BoolArray, weights: FloatArray) -> FloatArray:
        return of(two_by_two(positive, decided, weights))

    def multiclass(codes: IntArray, decided: IntArray, weights: FloatArray, k: int) -> FloatArray:
        assert of_square is not None
        return of_square(square_tables(codes, decided, weights, k))

    return Score(name, score, needs, multiclass if of_square else None, all_need)


_BOTH = "a positive and a negative case"
_EVERY = "a case of every class"
_TWO_EACH = "two classes among the cases, and two among the calls"

SENSITIVITY = _by_table("sensitivity", sensitivity_of, "a positive case")
SPECIFICITY = _by_table("specificity", specificity_of, "a negative case")
PPV = _by_table("positive predictive value", ppv_of, "a row that is called positive")
NPV = _by_table("negative predictive value", npv_of, "a row that is called negative")
F1 = _by_table("F1 score", f1_of, "a positive case or a row that is called positive")
BALANCED_ACCURACY = _by_table(
    "balanced accuracy", balanced_accuracy_of, _BOTH, mean_recall_of, _EVERY
)
GEOMETRIC_MEAN = _by_table(
    "geometric mean", geometric_mean_of, _BOTH, geometric_mean_recall_of, _EVERY
)
MATTHEWS = _by_table("Matthews correlation", matthews_of, _TWO_EACH, correlation_of, _TWO_EACH)
