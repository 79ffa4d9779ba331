"""How well do members of an ensemble do? They are judged on rows whose classes are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import roc_auc_score

from .._core.targets import read_target
from ..exceptions import SamplerInputError
from ._scores import decisions, shares

if TYPE_CHECKING:
    from ._ensemble import BalancedEnsemble

SCORES = ("sensitivity", "specificity", "auroc")


@dataclass(frozen=True, eq=False)
class Verdict:
    """What members say of some rows.

    Parameters
    ----------
    marks : ndarray of shape (n_rows, n_asked)
        How strongly they speak for each class that is asked about: the positive of two, or all.
    codes : ndarray of shape (n_rows,)
        Code of the class that they name.
    """

    marks: np.ndarray
    codes: np.ndarray


def verdict(ensemble: BalancedEnsemble, scores: np.ndarray, first: int, last: int) -> Verdict:
    """Say what the members from `first` up to before `last` mean by the sum of their scores."""
    members, threshold = ensemble.members_[first:last], ensemble._cuts()[first:last].sum()
    ceiling = sum(member.ceiling for member in members)
    if len(ensemble.classes_) > 2:
        size = len(members)
        return Verdict(shares(scores / size, ceiling / size), scores.argmax(axis=1))
    positive = ensemble._positive
    distance = decisions(scores[:, positive], float(threshold), ceiling)
    return Verdict(distance[:, None], np.where(distance > 0, positive, 1 - positive))


def asked(ensemble: BalancedEnsemble) -> list[int]:
    """Give the codes of the classes that scores are about: the positive of two, or all."""
    n_classes = len(ensemble.classes_)
    return [ensemble._positive] if n_classes == 2 else list(range(n_classes))


def judge(truth: np.ndarray, said: Verdict, classes: list[int]) -> tuple[float, float, float]:
    """Give sensitivity, specificity and AUROC, each class against the rest, and their means."""
    each = np.empty((len(classes), len(SCORES)))
    for place, code in enumerate(classes):
        ill, called = truth == code, said.codes == code
        auroc = roc_auc_score(ill, said.marks[:, place])
        each[place] = called[ill].mean(), 1 - called[~ill].mean(), auroc
    sensitivity, specificity, auroc = each.mean(axis=0).tolist()
    return sensitivity, specificity, auroc


def true_codes(classes: np.ndarray, y: Any, name: str = "y") -> np.ndarray:
    """Read labels as codes of known classes, all of which must occur."""
    target = read_target(y)
    numbers = {label: code for code, label in enumerate(classes.tolist())}
    found = target.classes.tolist()
    strange = [label for label in found if label not in numbers]
    if strange:
        raise SamplerInputError(
            f"{name} holds the class {strange[0]!r}, which no row to learn from has: they are of "
            f"{', '.join(map(repr, numbers))}."
        )
    missing = [label for label in numbers if label not in found]
    if missing:
        raise SamplerInputError(
            f"{name} holds no row of class {missing[0]!r}: sensitivity, specificity and AUROC are "
            "defined only where every class occurs. Pass rows of all classes."
        )
    return np.array([numbers[label] for label in found])[target.codes]
