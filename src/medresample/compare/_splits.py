"""Which rows train and which rows test, patient by patient, in every repeat."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import BaseCrossValidator, RepeatedStratifiedKFold

from medresample._core.folds import class_counts_per_group, deal_groups
from medresample.compare._seeds import branches, state

FEW_EVENTS = 5


_NOTHING = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Split:
    """Rows that train and rows that test, by number, in one fold of one repeat.

    ``held`` are rows of the training part on which risks are calibrated: nothing else is learned
    from them.
    """

    repeat: int
    fold: int
    train: np.ndarray
    test: np.ndarray
    held: np.ndarray = field(default_factory=_NOTHING.copy)

    @property
    def fitted(self) -> np.ndarray:
        """Rows that models are fitted to: those that train, without those held."""
        return np.setdiff1d(self.train, self.held) if len(self.held) else self.train


class RepeatedStratifiedGroupKFold(BaseCrossValidator):
    """Repeated folds that keep every patient whole and the share of positives alike.

    In each repeat the groups are shuffled, sorted by how unevenly their rows spread over the
    classes (stable, so that equals stay shuffled), and dealt one by one to the fold in which
    they keep the class shares of the folds closest, as in scikit-learn's StratifiedGroupKFold.

    Parameters
    ----------
    n_splits : int, default=5
        Folds per repeat, at least 2.
    n_repeats : int, default=5
        Repeats, at least 1.
    random_state : int or None, default=None
        Seed of the shuffles; each repeat has its own stream.

    See Also
    --------
    sklearn.model_selection.StratifiedGroupKFold : One repeat.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.compare import RepeatedStratifiedGroupKFold
    >>> patients = np.repeat(np.arange(20), 3)
    >>> y = np.repeat(np.arange(20) % 4 == 0, 3)
    >>> cv = RepeatedStratifiedGroupKFold(n_splits=5, n_repeats=2, random_state=0)
    >>> cv.get_n_splits()
    10
    >>> train, test = next(cv.split(y, y, patients))
    >>> set(patients[train]) & set(patients[test])
    set()
    """

    def __init__(
        self, n_splits: int = 5, *, n_repeats: int = 5, random_state: int | None = None
    ) -> None:
        if n_splits < 2 or n_repeats < 1:
            raise ValueError(
                f"At least 2 folds and 1 repeat are needed; got {n_splits} and {n_repeats}."
            )
        self.n_splits = n_splits
        self.n_repeats = n_repeats
        self.random_state = random_state

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Number of train/test pairs: folds times repeats."""
        return self.n_splits * self.n_repeats

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Row numbers to train and to test on, one pair per fold, repeat after repeat.

        Parameters
        ----------
        X : object
            Not used.
        y, groups : array-like of shape (n,)
            Class and patient of each row.

        Yields
        ------
        train, test : ndarray of int
        """
        if y is None or groups is None:
            raise ValueError("RepeatedStratifiedGroupKFold needs y and groups.")
        counts, group_of_row = _class_counts_per_group(y, groups)
        if len(counts) < self.n_splits:
            raise ValueError(f"{len(counts)} groups can not fill {self.n_splits} folds.")
        for stream in branches(np.random.SeedSequence(self.random_state), self.n_repeats):
            fold_of_group = deal_groups(counts, self.n_splits, np.random.default_rng(stream))
            fold_of_row = fold_of_group[group_of_row]
            for fold in range(self.n_splits):
                yield np.flatnonzero(fold_of_row != fold), np.flatnonzero(fold_of_row == fold)

    def __repr__(self) -> str:
        return (
            f"RepeatedStratifiedGroupKFold(n_splits={self.n_splits}, "
            f"n_repeats={self.n_repeats}, random_state={self.random_state})"
        )


def _class_counts_per_group(y: ArrayLike, groups: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    code = np.unique(np.asarray(y), return_inverse=True)[1]
    group = np.unique(np.asarray(groups), return_inverse=True)[1]
    if code.shape != group.shape:
        raise ValueError(f"y has {len(code)} rows, groups has {len(group)}.")
    return class_counts_per_group(group, code), group


def make_splits(
    cv: Any,
    n_repeats: int | None,
    classes: np.ndarray,
    groups: np.ndarray | None,
    seed: np.random.SeedSequence,
    labels: Sequence[Any] = (),
) -> list[Split]:
    """Train/test pairs of a comparison, checked: disjoint patients, every class in every part.

    ``classes`` says whether a row is positive, or the place of its class among ``labels``.
    """
    codes = np.asarray(classes).astype(np.int64)
    pairs = _pairs(cv, n_repeats, codes, groups, seed, labels)
    splits = _numbered(pairs, len(codes))
    if not splits:
        raise ValueError("cv yields no splits.")
    for split in splits:
        _check(split, codes, groups, labels)
    _warn_of_few(splits, codes, labels)
    return splits


def _names(codes: np.ndarray, labels: Sequence[Any]) -> dict[int, str]:
    """What to call the classes, those to be counted first."""
    if len(labels) > 2:
        return {code: f"{label!r}" for code, label in enumerate(labels)}
    return {1: "positive", 0: "negative"}


def _warn_of_few(splits: list[Split], codes: np.ndarray, labels: Sequence[Any]) -> None:
    counted = [1] if len(labels) <= 2 else range(len(labels))
    names = _names(codes, labels)
    fewest, code = min(
        (int((codes[split.test] == k).sum()), k) for split in splits for k in counted
    )
    if fewest < FEW_EVENTS:
        case = "case" if fewest == 1 else "cases"
        cases = f"{names[code]} {case}" if len(labels) <= 2 else f"{case} of class {names[code]}"
        warnings.warn(
            f"A test fold has only {fewest} {cases}: scores per fold are very noisy. "
            "Use fewer folds and more repeats.",
            UserWarning,
            stacklevel=5,
        )


def _pairs(
    cv: Any,
    n_repeats: int | None,
    codes: np.ndarray,
    groups: np.ndarray | None,
    seed: np.random.SeedSequence,
    labels: Sequence[Any],
) -> list[tuple[np.ndarray, np.ndarray]]:
    rows = np.zeros((len(codes), 1))
    if isinstance(cv, Integral) and not isinstance(cv, bool):
        random_state = state(seed)
        k, repeats = int(cv), 5 if n_repeats is None else n_repeats
        _check_enough(k, codes, groups, labels)
        splitter: Any = (
            RepeatedStratifiedKFold(n_splits=k, n_repeats=repeats, random_state=random_state)
            if groups is None
            else RepeatedStratifiedGroupKFold(
                n_splits=k, n_repeats=repeats, random_state=random_state
            )
        )
        return list(splitter.split(rows, codes, groups))
    if n_repeats is not None:
        raise ValueError("n_repeats goes with a number of folds (cv=5); your cv decides itself.")
    if hasattr(cv, "split"):
        return list(cv.split(rows, codes, groups))
    if isinstance(cv, Sequence) or hasattr(cv, "__iter__"):
        return [(np.asarray(train), np.asarray(test)) for train, test in cv]
    raise ValueError(f"cv must be a number of folds, a splitter or (train, test) pairs; got {cv!r}")


def _check_enough(
    k: int, codes: np.ndarray, groups: np.ndarray | None, labels: Sequence[Any]
) -> None:
    """Say in the user's words why k folds can not each hold every class."""
    for code, name in _names(codes, labels).items():
        which = codes == code
        unit = "cases" if groups is None else "patients"
        n = int(which.sum()) if groups is None else len(np.unique(groups[which]))
        if n < k:
            raise ValueError(
                f"{k} folds need at least {k} {name} {unit}, one per test fold; there are {n}. "
                f"Use cv={max(2, n)} or fewer."
            )


def _numbered(pairs: list[tuple[np.ndarray, np.ndarray]], n: int) -> list[Split]:
    """Number the pairs: a new repeat begins where a test row comes back."""
    splits: list[Split] = []
    repeat, fold, seen = 0, 0, np.zeros(n, dtype=bool)
    for train, test in pairs:
        if seen[test].any():
            repeat, fold, seen = repeat + 1, 0, np.zeros(n, dtype=bool)
        seen[test] = True
        splits.append(Split(repeat, fold, np.asarray(train), np.asarray(test)))
        fold += 1
    return splits


def _check(
    split: Split, codes: np.ndarray, groups: np.ndarray | None, labels: Sequence[Any]
) -> None:
    where = f"repeat {split.repeat + 1}, fold {split.fold + 1}"
    if np.intersect1d(split.train, split.test).size:
        raise ValueError(f"{where}: the same row trains and tests.")
    if groups is not None:
        shared = np.intersect1d(groups[split.train], groups[split.test])
        if shared.size:
            raise ValueError(
                f"{where}: {shared.size} patients are in the training and in the test part "
                f"(for example {shared[0]!r}). Use a splitter that keeps groups whole."
            )
    for part, rows in (("training", split.train), ("test", split.test)):
        missing = np.setdiff1d(range(max(2, len(labels))), codes[rows])
        if len(missing) and len(labels) <= 2:
            raise ValueError(f"{where}: the {part} part does not hold both classes.")
        if len(missing):
            raise ValueError(f"{where}: the {part} part holds no row of {labels[missing[0]]!r}.")


def training_ratio(splits: list[Split], groups: np.ndarray | None) -> float:
    """Mean of n_test / n_train over the splits, where n counts patients if there are groups.

    Rows that are kept out to calibrate on train no model, and count for nothing.
    """

    def size(rows: np.ndarray) -> int:
        return len(rows) if groups is None else len(np.unique(groups[rows]))

    return float(np.mean([size(split.test) / size(split.fitted) for split in splits]))


def share_of_repeated_rows(row_ids: np.ndarray, splits: list[Split]) -> float:
    """Share of the test rows that occur, cell for cell, among the rows they are tested against."""
    hits = sum(int(np.isin(row_ids[split.test], row_ids[split.train]).sum()) for split in splits)
    return hits / sum(len(split.test) for split in splits)
