"""Which rows are held out, and which of the others are given a wrong label? Chance says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.utils.validation import check_consistent_length

from .._core.groups import check_groups, group_codes
from .._core.randomness import generator
from .._core.table import take_rows
from .._core.targets import read_target
from ..exceptions import SamplerInputError
from ._judging import true_codes

# What the chance of a repeat is for.
SPLIT, EXCHANGE, SEED = range(3)


@dataclass(frozen=True, eq=False)
class Tables:
    """Rows to learn from, and rows to be judged on, where they are given.

    Parameters
    ----------
    X : table of n rows
    codes : ndarray of shape (n,)
        Code of the class of each row.
    groups : ndarray of shape (n,) or None
        Group of each row.
    classes : ndarray of shape (2,)
        Sorted labels.
    positive : int
        Code of the smallest class.
    X_test : table or None
        Rows to be judged on; None before they are held out.
    codes_test : ndarray or None
        Their classes.
    """

    X: Any
    codes: np.ndarray
    groups: np.ndarray | None
    classes: np.ndarray
    positive: int
    X_test: Any = None
    codes_test: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Trial:
    """One repeat.

    Parameters
    ----------
    number : int
        Which one.
    tables : Tables
        Rows to learn from, and rows held out.
    turns : tuple of ndarray
        Rows of each class in the order in which they are given the other label.
    seed : int
        With which the methods are fitted.
    """

    number: int
    tables: Tables
    turns: tuple[np.ndarray, np.ndarray]
    seed: int

    def noisy(self, rate: float) -> tuple[np.ndarray, int]:
        """Exchange the labels of a share of the smallest class, and of as many other rows.

        Gives the codes, and the rows of each class that are wrong.
        """
        n_wrong = int(np.floor(rate * len(self.turns[self.tables.positive]) + 0.5))
        codes = self.tables.codes.copy()
        for code, turn in enumerate(self.turns):
            codes[turn[:n_wrong]] = 1 - code
        return codes, n_wrong


def read_tables(X: Any, y: Any, groups: Any, X_test: Any, y_test: Any) -> Tables:
    """Check the tables: two classes of different sizes, and both among rows to be judged on."""
    check_consistent_length(X, y)
    target = read_target(y)
    if len(target.classes) != 2:
        raise SamplerInputError(
            f"error_propagation exchanges the labels of two classes, found {len(target.classes)}: "
            "leave some out, or give all but the smallest one label."
        )
    groups, positive = check_groups(groups, len(target.codes)), int(target.counts().argmin())
    tables = Tables(X, target.codes.astype(np.intp), groups, target.classes, positive)
    _check_sizes(tables)
    if X_test is None and y_test is None:
        return tables
    if X_test is None or y_test is None:
        raise ValueError("X_test and y_test belong together: pass both, or neither.")
    check_consistent_length(X_test, y_test)
    codes_test = true_codes(target.classes, y_test, "y_test")
    return replace(tables, X_test=X_test, codes_test=codes_test)


def _check_sizes(tables: Tables) -> None:
    """Refuse rows to learn from that a cascade has nothing to drop of."""
    sizes = np.bincount(tables.codes, minlength=2)
    small, large = sizes[tables.positive], sizes[1 - tables.positive]
    if not 0 < small < large:
        names = tables.classes[[tables.positive, 1 - tables.positive]].tolist()
        raise SamplerInputError(
            f"Of the rows to train on, {small} are of class {names[0]!r} and {large} of class "
            f"{names[1]!r}: error_propagation needs rows of both, and fewer of the former, since "
            "a cascade drops rows of the larger class only. Use more rows, or another test_size."
        )


def draw_trial(tables: Tables, test_size: float, entropy: int, number: int) -> Trial:
    """Draw one repeat: what is held out, and in which order labels go wrong."""
    if tables.codes_test is None:
        tables = _split(tables, test_size, generator(entropy, number, SPLIT))
    chance = generator(entropy, number, EXCHANGE)
    first, second = (chance.permutation(np.flatnonzero(tables.codes == code)) for code in (0, 1))
    seed = int(generator(entropy, number, SEED).integers(2**31))
    return Trial(number, tables, (first, second), seed)


def _split(tables: Tables, test_size: float, rng: np.random.Generator) -> Tables:
    """Hold rows out."""
    held_out = _held_out(tables.codes, tables.groups, test_size, rng)
    train, test = np.flatnonzero(~held_out), np.flatnonzero(held_out)
    codes_test = tables.codes[test]
    for code, label in enumerate(tables.classes.tolist()):
        if code not in codes_test:
            unit = "rows" if tables.groups is None else "groups"
            raise SamplerInputError(
                f"No row of class {label!r} was held out to be judged on: there are too few {unit} "
                f"of it for test_size={test_size:g}. Raise it, or pass X_test and y_test."
            )
    parts = replace(
        tables,
        X=take_rows(tables.X, train, renumber=True),
        codes=tables.codes[train],
        groups=None if tables.groups is None else tables.groups[train],
        X_test=take_rows(tables.X, test, renumber=True),
        codes_test=codes_test,
    )
    _check_sizes(parts)
    return parts


def _held_out(
    codes: np.ndarray, groups: np.ndarray | None, test_size: float, rng: np.random.Generator
) -> np.ndarray:
    """Say which rows are held out: the same share of each class, and groups as a whole."""
    if groups is None:
        held_out = np.zeros(len(codes), bool)
        for code in range(2):
            rows = rng.permutation(np.flatnonzero(codes == code))
            held_out[rows[: int(np.floor(test_size * len(rows) + 0.5))]] = True
        return held_out
    numbers = group_codes(groups)
    share = np.zeros((numbers.max() + 1, 2))
    np.add.at(share, (numbers, codes), 1)
    share /= share.sum(axis=0)
    held, chosen = np.zeros(2), np.zeros(len(share), bool)
    for group in rng.permutation(len(share)):
        more = held + share[group]
        if ((more - test_size) ** 2).sum() < ((held - test_size) ** 2).sum():
            held, chosen[group] = more, True
    return np.asarray(chosen[numbers])
