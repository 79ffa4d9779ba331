"""One number that makes all risks milder or bolder: temperature scaling."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.optimize import brentq
from scipy.special import softmax

from .._core.targets import Target
from ..exceptions import UnreliableCalibrationWarning
from ._calibrator import Calibrator
from ._maps import CLIP

# Limits of the logarithm of the temperature.
COLDEST, HOTTEST = -5.0, 5.0


class TemperatureCalibrator(Calibrator):
    """From probabilities to milder or bolder ones, by one number for all classes.

    The probabilities become ``softmax(ln(p) / T)``, which for a network is ``softmax(logits / T)``.
    A temperature T above 1 takes back risks that are too extreme; the class predicted stays.

    Not after resampling, unless the prior was corrected before: one number that leaves 0.5 where
    it is can not bring down risks that are too high throughout.

    Attributes
    ----------
    temperature_ : float
        What the logarithms of the probabilities are divided by, from exp(-5) to exp(5).
    classes_ : ndarray of shape (n_classes,)
        Sorted labels.

    Warns
    -----
    UnreliableCalibrationWarning
        When the best temperature is beyond the limits.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural networks",
       ICML 2017, 1321-1330.

    Examples
    --------
    >>> from medresample.calibration import TemperatureCalibrator
    >>> risks, y = [0.1] * 4 + [0.9] * 4, [0, 0, 0, 1, 0, 1, 1, 1]
    >>> calibrator = TemperatureCalibrator().fit(risks, y)
    >>> round(calibrator.temperature_, 6), calibrator.predict([0.1, 0.9]).round(6).tolist()
    (2.0, [0.25, 0.75])
    """

    temperature_: float

    def _learn(self, columns: np.ndarray, target: Target, weights: np.ndarray) -> None:
        logs = _logs(columns)
        own = logs[np.arange(len(logs)), target.codes]

        def pull(u: float) -> float:
            """Slope of the loss in 1/T, which only rises with 1/T."""
            said = softmax(logs * np.exp(-u), axis=1)
            return float(weights @ ((said * logs).sum(axis=1) - own))

        if pull(HOTTEST) < 0 < pull(COLDEST):
            u = float(brentq(pull, COLDEST, HOTTEST, xtol=1e-13))
        else:
            u = COLDEST if pull(COLDEST) <= 0 else HOTTEST
            warnings.warn(
                f"The best temperature is beyond the limits, so it was set to {np.exp(u):.3g}: "
                f"the {len(logs)} rows hold no mistake to learn from, or nothing but mistakes.",
                UnreliableCalibrationWarning,
                stacklevel=4,
            )
        self.temperature_ = float(np.exp(u))

    def _say(self, columns: np.ndarray) -> np.ndarray:
        said = softmax(_logs(columns) / self.temperature_, axis=1)
        return said[:, 1:] if columns.shape[1] == 1 else said


def _logs(columns: np.ndarray) -> np.ndarray:
    """Logarithms of the probabilities of all classes."""
    if columns.shape[1] == 1:
        columns = np.hstack([1 - columns, columns])
    return np.log(np.clip(columns, CLIP, None))
