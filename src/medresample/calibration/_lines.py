"""A straight line on the logit scale: from any score (Platt), or from the logit of the risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import expit, logit

from ._maps import CLIP, MapPerClass, platt_targets, targets_for, warn_if_falling
from ._newton import fit_logit


@dataclass(frozen=True)
class Line:
    """Probability ``expit(slope * score + intercept)``."""

    slope: float
    intercept: float

    def predict(self, scores: np.ndarray) -> np.ndarray:
        return expit(self.slope * scores + self.intercept)


@dataclass(frozen=True)
class LogitLine:
    """Probability ``expit(slope * logit(risk) + intercept)``."""

    slope: float
    intercept: float

    def predict(self, scores: np.ndarray) -> np.ndarray:
        return expit(self.slope * clipped_logit(scores) + self.intercept)


def clipped_logit(risk: np.ndarray) -> np.ndarray:
    """Logit of a risk that is held off 0 and 1."""
    return logit(np.clip(risk, CLIP, 1 - CLIP))


class SigmoidCalibrator(MapPerClass):
    """From any score to a probability, by a sigmoid (Platt scaling).

    The probability is ``expit(slope * score + intercept)``, fitted to targets that are a little off
    0 and 1, which holds it steady with few events. Meant for scores of a linear scale, such as a
    `decision_function`: on probabilities the identity is not among its maps, so that risks that
    are right already come out wrong; use :class:`LogisticCalibrator` for these.

    Attributes
    ----------
    maps_ : list
        Map of the positive class, or of each class against the rest, with `slope` and `intercept`
        (-A and -B of Platt).
    classes_ : ndarray of shape (n_classes,)
        Sorted labels.

    Warns
    -----
    UnreliableCalibrationWarning
        When the map falls.

    See Also
    --------
    LogisticCalibrator : For probabilities.

    References
    ----------
    .. [1] J. Platt, "Probabilistic outputs for support vector machines and comparisons to
       regularized likelihood methods", Advances in Large Margin Classifiers, 1999.
    .. [2] H.-T. Lin, C.-J. Lin, R. C. Weng, "A note on Platt's probabilistic outputs for support
       vector machines", Machine Learning 68, 267-276, 2007.

    Examples
    --------
    >>> from medresample.calibration import SigmoidCalibrator
    >>> scores, y = [-3, -2, -1, -1, 0, 0, 1, 2], [0, 0, 0, 1, 0, 1, 1, 1]
    >>> SigmoidCalibrator().fit(scores, y).predict([-2, 0, 2]).round(2).tolist()
    [0.26, 0.59, 0.85]
    """

    takes_scores: ClassVar[bool] = True

    def _fit_map(
        self, column: np.ndarray, positive: np.ndarray, weights: np.ndarray, who: str
    ) -> Line:
        target = platt_targets(positive, weights)
        (slope,), intercept, _ = fit_logit(column[:, np.newaxis], target, weights)
        warn_if_falling(slope, len(column), who)
        return Line(float(slope), intercept)


class LogisticCalibrator(MapPerClass):
    """From a risk to a calibrated one, by a line on the logit scale.

    The logit of the new risk is ``slope * logit(risk) + intercept``, by maximum likelihood. Slope 1
    is a shift of the prior, which is what random resampling does; a slope below 1 takes back risks
    that are too extreme. Risks that are right stay (slope 1, intercept 0): the first choice after
    resampling, and with few events.

    Attributes
    ----------
    maps_ : list
        Map of the positive class, or of each class against the rest, with `slope` and `intercept`.
    classes_ : ndarray of shape (n_classes,)
        Sorted labels.

    Warns
    -----
    UnreliableCalibrationWarning
        When the map falls.
    FallbackWarning
        When the risks make no mistake, so that the best slope would be infinite.

    See Also
    --------
    BetaCalibrator : Bends differently at either end.
    SigmoidCalibrator : For scores that are no probabilities.

    References
    ----------
    .. [1] D. R. Cox, "Two further applications of a model for binary regression", Biometrika 45,
       562-565, 1958.
    .. [2] F. M. Ojeda et al., "Calibrating machine learning approaches for probability estimation:
       a comprehensive comparison", Statistics in Medicine 42, 5451-5478, 2023.

    Examples
    --------
    Risks of a model that was trained on equal halves, and what became of the patients:

    >>> from medresample.calibration import LogisticCalibrator
    >>> risks, y = [0.2] * 20 + [0.8] * 5, [1] + [0] * 19 + [1] * 2 + [0] * 3
    >>> LogisticCalibrator().fit(risks, y).predict([0.2, 0.8]).round(6).tolist()
    [0.05, 0.4]
    """

    def _fit_map(
        self, column: np.ndarray, positive: np.ndarray, weights: np.ndarray, who: str
    ) -> LogitLine:
        target = targets_for(column, positive, weights, who, None)
        (slope,), intercept, _ = fit_logit(clipped_logit(column)[:, np.newaxis], target, weights)
        warn_if_falling(slope, len(column), who)
        return LogitLine(float(slope), intercept)
