"""A line on the logit scale that may bend at either end: beta calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import expit

from .._compat import StrOptions
from ._maps import CLIP, MapPerClass, targets_for
from ._newton import fit_logit


@dataclass(frozen=True)
class BetaMap:
    """Probability ``expit(a * ln(risk) - b * ln(1 - risk) + c)``."""

    a: float
    b: float
    c: float

    def predict(self, scores: np.ndarray) -> np.ndarray:
        x = _features(scores)
        return expit(x @ [self.a, self.b] + self.c)


def _features(risk: np.ndarray) -> np.ndarray:
    risk = np.clip(risk, CLIP, 1 - CLIP)
    return np.column_stack([np.log(risk), -np.log1p(-risk)])


class BetaCalibrator(MapPerClass):
    """From a risk to a calibrated one, by a map that may bend differently at either end.

    The logit of the new risk is ``a ln(risk) - b ln(1 - risk) + c`` with a, b >= 0, which is right
    where the risks of each class follow a beta distribution. Risks that are right stay
    (a = b = 1, c = 0), and the map never falls.

    Parameters
    ----------
    parameters : {"abm", "am", "ab"}, default="abm"
        What is fitted: all three; one slope for both ends, which is :class:`LogisticCalibrator`
        held from falling; or two slopes of a map that leaves 0.5 where it is.

    Attributes
    ----------
    maps_ : list
        Map of the positive class, or of each class against the rest, with `a`, `b` and `c`.
    classes_ : ndarray of shape (n_classes,)
        Sorted labels.

    Warns
    -----
    FallbackWarning
        When the risks make no mistake, so that the best slope would be infinite.

    Notes
    -----
    The authors drop a slope that comes out negative and fit again; here the bounds are part of the
    problem, which gives the same map except where the second fit is negative, too.

    References
    ----------
    .. [1] M. Kull, T. Silva Filho, P. Flach, "Beta calibration: a well-founded and easily
       implemented improvement on logistic calibration for binary classifiers", AISTATS 2017,
       623-631.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.calibration import BetaCalibrator
    >>> risks = np.repeat([0.1, 0.5, 0.9], 100)
    >>> ill = np.concatenate([np.arange(100) < n for n in (2, 20, 60)])
    >>> BetaCalibrator().fit(risks, ill).predict([0.1, 0.5, 0.9]).round(6).tolist()
    [0.02, 0.2, 0.6]
    """

    _parameter_constraints: ClassVar[dict] = {"parameters": [StrOptions({"abm", "am", "ab"})]}

    def __init__(self, parameters: str = "abm") -> None:
        self.parameters = parameters

    def _fit_map(
        self, column: np.ndarray, positive: np.ndarray, weights: np.ndarray, who: str
    ) -> BetaMap:
        through_half = self.parameters == "ab"
        target = targets_for(column, positive, weights, who, 0.5 if through_half else None)
        x = _features(column)
        if self.parameters == "am":
            x = x.sum(axis=1, keepdims=True)
        elif through_half:
            x += np.log(2) * np.array([1, -1])
        slopes, c = _fit_rising(x, target, weights, intercept=not through_half)
        a, b = np.broadcast_to(slopes, 2).tolist()
        return BetaMap(a, b, (a - b) * float(np.log(2)) if through_half else c)


def _fit_rising(
    x: np.ndarray, target: np.ndarray, weights: np.ndarray, *, intercept: bool
) -> tuple[np.ndarray, float]:
    """Fit with slopes from 0 up.

    The loss is convex: where the best slopes are not all from 0, the best of those that are has one
    of them at 0, or both.
    """
    slopes, c, _ = fit_logit(x, target, weights, intercept=intercept)
    if (slopes >= 0).all():
        return slopes, c
    best, lowest = (np.zeros(x.shape[1]), 0.0), np.inf
    sides: list[list[int]] = [[], [0], [1]] if x.shape[1] == 2 else [[]]
    for free in sides:
        some, c, loss = fit_logit(x[:, free], target, weights, intercept=intercept)
        if (some >= 0).all() and loss < lowest:
            slopes, lowest = np.zeros(x.shape[1]), loss
            slopes[free] = some
            best = slopes, c
    return best
