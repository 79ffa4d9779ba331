"""From which risk on is a case called positive? Fixed, or tuned on training rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_curve

from medresample.compare._methods import ONE_CLASS


@dataclass(frozen=True)
class ThresholdRule:
    """A fixed threshold, Youden's index, or the highest threshold that keeps a sensitivity."""

    fixed: float | None = 0.5
    min_sensitivity: float | None = None

    @property
    def tuned(self) -> bool:
        """Whether the threshold depends on training rows."""
        return self.fixed is None

    def __str__(self) -> str:
        if self.fixed is not None:
            return f"{self.fixed:g}"
        if self.min_sensitivity is not None:
            return f"highest with sensitivity of at least {self.min_sensitivity:g}"
        return "maximal Youden index"


YOUDEN = ThresholdRule(fixed=None)


def check_threshold(threshold: Any) -> ThresholdRule:
    """Read ``None | float | "youden" | {"min_sensitivity": s}``."""
    if threshold is None:
        return ThresholdRule()
    if isinstance(threshold, str) and threshold == "youden":
        return YOUDEN
    if isinstance(threshold, Mapping) and set(threshold) == {"min_sensitivity"}:
        wanted = float(threshold["min_sensitivity"])
        if 0 < wanted <= 1:
            return ThresholdRule(fixed=None, min_sensitivity=wanted)
    is_number = isinstance(threshold, (int, float)) and not isinstance(threshold, bool)
    if is_number and 0 < threshold < 1:
        return ThresholdRule(fixed=float(threshold))
    raise ValueError(
        "threshold must be None (0.5), a number between 0 and 1, 'youden' or "
        f"{{'min_sensitivity': 0.9}}; got {threshold!r}."
    )


def refuse_many_classes(rule: ThresholdRule, given: Any, n_classes: int) -> None:
    """With more than two classes the most probable one is decided for."""
    if given is not None and n_classes > 2:
        raise ValueError(
            f"threshold={rule} needs two classes; y has {n_classes}, and each row is decided for "
            f"the most probable one. Leave threshold= out. {ONE_CLASS}"
        )


def best_threshold(rule: ThresholdRule, positive: np.ndarray, risk: np.ndarray) -> float:
    """Threshold that a rule chooses from the out-of-fold risks of training rows.

    It lies midway between the lowest risk called positive and the next one below.
    """
    if rule.fixed is not None:
        return rule.fixed
    fpr, tpr, cuts = roc_curve(positive, risk, drop_intermediate=False)
    fpr, tpr, cuts = fpr[1:], tpr[1:], cuts[1:]  # the first calls nobody positive
    if rule.min_sensitivity is None:
        gain = tpr - fpr
        chosen = int(np.argmax(gain >= gain.max() - 1e-12))  # the highest of equals
    else:
        chosen = int(np.argmax(tpr >= rule.min_sensitivity - 1e-12))
    lower = cuts[chosen + 1] if chosen + 1 < len(cuts) else 0.0
    return float((cuts[chosen] + lower) / 2)
