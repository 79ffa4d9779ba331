"""What is a map a class? Each class against the rest, and every row brought to a sum of 1."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from typing import Protocol

import numpy as np

from .._core.targets import Target
from ..exceptions import FallbackWarning, UnreliableCalibrationWarning
from ._calibrator import Calibrator

# Probabilities of exactly 0 and 1 have no logit.
CLIP = 1e-12


class Map(Protocol):
    """What was learned for a class: from its scores to its probabilities."""

    def predict(self, scores: np.ndarray) -> np.ndarray:
        """Probabilities of the class, shape (n_rows,)."""
        ...


class MapPerClass(Calibrator):
    """A calibrator that learns, in `_fit_map`, a map for each class against the rest."""

    @abstractmethod
    def _fit_map(
        self, column: np.ndarray, positive: np.ndarray, weights: np.ndarray, who: str
    ) -> Map:
        """Learn the map of one class from its scores; `who` names the class in messages."""

    def _learn(self, columns: np.ndarray, target: Target, weights: np.ndarray) -> None:
        share = np.bincount(target.codes, weights, minlength=len(target.classes))
        self._share = share / share.sum()
        first = len(target.classes) - columns.shape[1]
        self.maps_: list[Map] = [
            self._fit_map(column, target.codes == code, weights, target.class_name(code))
            for code, column in enumerate(columns.T, start=first)
        ]

    def _say(self, columns: np.ndarray) -> np.ndarray:
        said = np.column_stack(
            [one.predict(column) for one, column in zip(self.maps_, columns.T, strict=True)]
        )
        if said.shape[1] == 1:
            return said
        total = said.sum(axis=1, keepdims=True)
        # Where every class is said to be impossible, nothing better is known than the shares.
        return np.where(total > 0, said / np.where(total > 0, total, 1), self._share)


def platt_targets(positive: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Probabilities to aim at that are not quite 0 and 1, so that no slope becomes infinite."""
    n_positive, n_negative = weights[positive].sum(), weights[~positive].sum()
    return np.where(positive, (n_positive + 1) / (n_positive + 2), 1 / (n_negative + 2))


def targets_for(
    column: np.ndarray, positive: np.ndarray, weights: np.ndarray, who: str, cut: float | None
) -> np.ndarray:
    """Aim at 0 and 1, and short of them where the scores make no mistake.

    Without a mistake on either side of some score, or of `cut`, the best slope is infinite.
    """
    own, others = column[positive], column[~positive]
    if cut is None:
        one_sided = own.min() >= others.max() or own.max() <= others.min()
        separated = one_sided and column.min() < column.max()
    else:
        separated = own.min() >= cut >= others.max()
    if not separated:
        return positive.astype(np.float64)
    warnings.warn(
        f"The scores tell class {who} from the rest without a mistake in all {len(column)} rows, "
        "so that the best slope would be infinite: the probabilities aimed at were held off 0 and "
        "1 as in Platt's method. Calibrate on more rows.",
        FallbackWarning,
        stacklevel=6,
    )
    return platt_targets(positive, weights)


def warn_if_falling(slope: float, n_rows: int, who: str) -> None:
    """Warn of a map that turns the ranking of the patients around."""
    if slope < 0:
        warnings.warn(
            f"The map of class {who} falls: the higher the score, the rarer it is among the "
            f"{n_rows} rows. Are the scores those of another class, or is there nothing to "
            "learn?",
            UnreliableCalibrationWarning,
            stacklevel=6,
        )
