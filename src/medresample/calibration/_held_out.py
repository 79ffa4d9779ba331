"""Which rows are kept out for calibration? Whole patients, each class in its natural share."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold

from .._core.folds import class_counts_per_group, deal_groups
from .._core.groups import group_codes
from .._core.targets import Target
from ..exceptions import TooFewRowsError, UnreliableCalibrationWarning

# Cases (patients, where groups are given) of each class that calibration can not do without, and
# below which it is said that they are few.
FEWEST, FEW = 5, 20

Part = tuple[np.ndarray, np.ndarray]  # rows to train on, rows to calibrate on


def calibration_parts(
    held_out: Any, X: Any, target: Target, groups: np.ndarray | None, rng: np.random.Generator
) -> list[Part]:
    """Divide rows into those that train and those that calibrate, once or fold by fold.

    Parameters
    ----------
    held_out : float, int or splitter
        A share of the rows, kept out once; a number of folds, each kept out in its turn; or an
        object with `split`.
    X : table
        For the splitter.
    target : Target
        Classes of the rows.
    groups : ndarray of shape (n_rows,) or None
        Patients, which stay whole.
    rng : Generator
        Source of chance.

    Raises
    ------
    TooFewRowsError
        When a class has too few cases, or patients, in either part.
    ValueError
        When a splitter lets a row or a patient into both parts.
    """
    codes = None if groups is None else group_codes(groups)
    if hasattr(held_out, "split"):
        pairs = held_out.split(X, target.labels, groups)
        parts = [(np.asarray(train), np.asarray(held)) for train, held in pairs]
    elif isinstance(held_out, Integral):
        parts = _folds(int(held_out), target, codes, rng)
    else:
        parts = [hold_out(target, codes, float(held_out), rng)]
    for train, held in parts:
        _check_disjoint(train, held, groups)
        _check_training(train, target)
    _check_enough(np.concatenate([held for _, held in parts]), target, codes)
    return parts


def hold_out(
    target: Target, groups: np.ndarray | None, share: float, rng: np.random.Generator
) -> Part:
    """Draw a share of each class, or of the patients of each class, to be kept out."""
    n_rows = len(target.codes)
    if groups is None:
        held = [
            rng.permutation(np.flatnonzero(target.codes == code))[: round(share * n)]
            for code, n in enumerate(target.counts().tolist())
        ]
        return _both(np.concatenate(held), n_rows)
    # Patients are dealt to folds that are alike, and as many folds are kept out as the share says.
    exact = Fraction(share).limit_denominator(max(20, math.ceil(1 / share)))
    folds = _folds(exact.denominator, target, groups, rng)
    return _both(np.concatenate([held for _, held in folds[: exact.numerator]]), n_rows)


def _both(held: np.ndarray, n_rows: int) -> Part:
    held = np.sort(held)
    return np.setdiff1d(np.arange(n_rows), held), held


def _folds(
    k: int, target: Target, groups: np.ndarray | None, rng: np.random.Generator
) -> list[Part]:
    _check_divisible(k, target, groups)
    n_rows = len(target.codes)
    if groups is None:
        seed = int(rng.integers(2**31))
        folds = StratifiedKFold(k, shuffle=True, random_state=seed)
        return list(folds.split(np.zeros((n_rows, 1)), target.codes))
    fold = deal_groups(class_counts_per_group(groups, target.codes), k, rng)[groups]
    return [_both(np.flatnonzero(fold == number), n_rows) for number in range(k)]


def _cases(rows: np.ndarray, code: int, target: Target, groups: np.ndarray | None) -> int:
    """Count the rows of a class among some, or the patients who have one."""
    own = rows[target.codes[rows] == code]
    return len(own) if groups is None else len(np.unique(groups[own]))


def _check_divisible(k: int, target: Target, groups: np.ndarray | None) -> None:
    everything, unit = np.arange(len(target.codes)), _unit(groups)
    for code in range(len(target.classes)):
        n = _cases(everything, code, target, groups)
        if n < k:
            raise TooFewRowsError(
                f"Class {target.class_name(code)} has {n} {unit}, which can not be divided into "
                f"{k} parts of which some are kept out for calibration. {_remedy(n)}"
            )


def _check_enough(held: np.ndarray, target: Target, groups: np.ndarray | None) -> None:
    for code in range(len(target.classes)):
        n = _cases(held, code, target, groups)
        if n >= FEW:
            continue
        found = (
            f"Class {target.class_name(code)} has {n} {_unit(groups)} among the rows kept out for "
            "calibration"
        )
        if n < FEWEST:
            total = _cases(np.arange(len(target.codes)), code, target, groups)
            raise TooFewRowsError(f"{found}, and at least {FEWEST} are needed. {_remedy(total)}")
        warnings.warn(
            f"{found}: the calibrated risks rest on them. held_out=5 calibrates on all rows, each "
            "predicted by a model that was not trained on it.",
            UnreliableCalibrationWarning,
            stacklevel=5,
        )


def _unit(groups: np.ndarray | None) -> str:
    return "rows" if groups is None else "patients (groups)"


def _remedy(n: int) -> str:
    folds = f"Use held_out={min(n, 5)}, which calibrates on all rows, fold by fold; or " * (
        n >= FEWEST
    )
    text = f"{folds}calibrate='prior' or calibrate=None, which keep no rows out."
    return text[0].upper() + text[1:] if folds else f"Use {text}"


def _check_training(train: np.ndarray, target: Target) -> None:
    missing = np.setdiff1d(np.arange(len(target.classes)), target.codes[train])
    if len(missing):
        raise TooFewRowsError(
            f"No row of class {target.class_name(missing[0])} is left to train on: all are kept "
            "out for calibration."
        )


def _check_disjoint(train: np.ndarray, held: np.ndarray, groups: np.ndarray | None) -> None:
    shared = np.intersect1d(train, held)
    if len(shared):
        raise ValueError(f"held_out lets row {shared[0]} train and calibrate.")
    if groups is None:
        return
    both = set(groups[train].tolist()) & set(groups[held].tolist())
    if both:
        raise ValueError(
            f"held_out lets {len(both)} patients (groups) train and calibrate, for example "
            f"{min(both, key=str)!r}. Use a splitter that keeps groups whole."
        )
