"""From the risks of a model trained on resampled rows back to those of the patients."""

from ._beta import BetaCalibrator
from ._corrected import PriorCorrectedClassifier
from ._isotonic import IsotonicCalibrator
from ._lines import LogisticCalibrator, SigmoidCalibrator
from ._priors import prior_correct, uncorrected_threshold
from ._resampled import ResampledClassifier
from ._temperature import TemperatureCalibrator
from ._unknown_prior import estimate_prior

__all__ = [
    "BetaCalibrator",
    "IsotonicCalibrator",
    "LogisticCalibrator",
    "PriorCorrectedClassifier",
    "ResampledClassifier",
    "SigmoidCalibrator",
    "TemperatureCalibrator",
    "estimate_prior",
    "prior_correct",
    "uncorrected_threshold",
]
