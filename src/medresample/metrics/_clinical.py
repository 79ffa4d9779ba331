"""The clinical preset: which scores, how each is pooled, compared, and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from medresample.metrics import _confusion, _cox, _distance
from medresample.metrics._average import Score
from medresample.metrics._binned_errors import ece_of
from medresample.metrics._inputs import BoolArray, FloatArray, IntArray
from medresample.metrics._net_benefit import net_benefit_of
from medresample.metrics._ranking import (
    auroc_of,
    average_precision_of,
    sensitivity_at_specificity_of,
)
from medresample.metrics._smooth import ici_of


@dataclass(frozen=True)
class Metric:
    """One score of the preset and how to read it.

    Attributes
    ----------
    name, label : str
        Column name and the words shown to a reader.
    compute : callable
        ``compute(positive, risk, decided, weights, prevalence)`` with ``weights`` of shape
        (b, n) returns (b,) values; ``prevalence`` is the treatment threshold of net benefit.
    pooled : bool
        Computed from the predictions pooled within a repeat (True), or per fold and averaged.
    direction : int
        1: higher is better, -1: lower is better; applies after ``distance``.
    ideal : float or None
        For calibration scores the perfect value; differences then compare distances from it,
        ``|x|`` for the ideal 0 and ``|log x|`` for the ideal 1.
    rope : callable
        ``rope(prevalence)``: the half-width within which a difference does not matter.
    """

    name: str
    label: str
    compute: Callable[[BoolArray, FloatArray, BoolArray, FloatArray, float], FloatArray]
    pooled: bool
    direction: int
    rope: Callable[[float], float]
    ideal: float | None = None

    def distance(self, value: FloatArray) -> FloatArray:
        """The scale on which differences are taken: the score, or its distance from the ideal."""
        value = np.asarray(value, dtype=np.float64)
        if self.ideal is None:
            return value
        if self.ideal == 0:
            return np.abs(value)
        positive = np.where(value > 0, value, np.nan)
        return np.abs(np.log(positive))

    def per_class(
        self,
        codes: IntArray,
        risks: FloatArray,
        decided: IntArray,
        weights: FloatArray,
        prevalences: FloatArray,
    ) -> FloatArray:
        """Compute the score of each class against the rest, shape (b, n_classes).

        ``codes`` and ``decided`` are places of classes, ``risks`` have a column for each. The
        macro form is the mean of the last axis: of ``distance`` for calibration scores, whose
        errors in opposite directions would otherwise cancel out.
        """
        classes = range(risks.shape[1])
        scores = [
            self.compute(codes == k, risks[:, k], decided == k, weights, float(prevalences[k]))
            for k in classes
        ]
        return np.stack(scores, axis=-1)


def _of_risk(score: Callable[[BoolArray, FloatArray, FloatArray], FloatArray]) -> Callable:
    def compute(
        positive: BoolArray,
        risk: FloatArray,
        decided: BoolArray,
        weights: FloatArray,
        prevalence: float,
    ) -> FloatArray:
        return score(positive, risk, weights)

    return compute


def _of_decision(score: Score) -> Callable:
    def compute(
        positive: BoolArray,
        risk: FloatArray,
        decided: BoolArray,
        weights: FloatArray,
        prevalence: float,
    ) -> FloatArray:
        return score.of(positive, decided, weights)

    return compute


def _net_benefit(
    positive: BoolArray,
    risk: FloatArray,
    decided: BoolArray,
    weights: FloatArray,
    prevalence: float,
) -> FloatArray:
    return net_benefit_of(positive, risk, weights, prevalence)


def _width(width: float) -> Callable[[float], float]:
    return lambda prevalence: width


def _entropy(p: float) -> float:
    return float(-p * np.log(p) - (1 - p) * np.log1p(-p))


_ONE, _TWO, _FIVE = _width(0.01), _width(0.02), _width(0.05)


def _per_fold(name: str, label: str, score: Callable, direction: int, rope: Callable) -> Metric:
    return Metric(name, label, _of_risk(score), pooled=False, direction=direction, rope=rope)


def _decided(name: str, label: str, score: Score) -> Metric:
    return Metric(name, label, _of_decision(score), pooled=True, direction=1, rope=_TWO)


def _calibrated(
    name: str, label: str, score: Callable, rope: Callable, ideal: float | None = None
) -> Metric:
    return Metric(name, label, _of_risk(score), pooled=True, direction=-1, rope=rope, ideal=ideal)


# The ropes of Brier score and log loss are 1 % of what the prevalence alone would score, so that
# they agree with the scaled Brier score.
_PRESET = (
    _per_fold("auroc", "AUROC", auroc_of, 1, _ONE),
    _per_fold("average_precision", "Average precision", average_precision_of, 1, _ONE),
    _per_fold("brier", "Brier score", _distance.brier_of, -1, lambda p: 0.01 * p * (1 - p)),
    _per_fold("scaled_brier", "Scaled Brier score", _distance.scaled_brier_of, 1, _ONE),
    _per_fold("log_loss", "Log loss", _distance.log_loss_of, -1, lambda p: 0.01 * _entropy(p)),
    _decided("sensitivity", "Sensitivity", _confusion.SENSITIVITY),
    _decided("specificity", "Specificity", _confusion.SPECIFICITY),
    _decided("ppv", "Positive predictive value", _confusion.PPV),
    _decided("npv", "Negative predictive value", _confusion.NPV),
    _decided("f1", "F1 score", _confusion.F1),
    _decided("mcc", "Matthews correlation", _confusion.MATTHEWS),
    _decided("balanced_accuracy", "Balanced accuracy", _confusion.BALANCED_ACCURACY),
    _decided("g_mean", "G-mean", _confusion.GEOMETRIC_MEAN),
    _per_fold(
        "sensitivity_at_95_specificity",
        "Sensitivity at 95 % specificity",
        sensitivity_at_specificity_of,
        1,
        _TWO,
    ),
    _calibrated("calibration_intercept", "Calibration intercept", _cox.intercept_of, _FIVE, 0.0),
    _calibrated("calibration_slope", "Calibration slope", _cox.slope_of, _FIVE, 1.0),
    _calibrated("o_to_e", "O:E ratio", _cox.observed_expected_of, _FIVE, 1.0),
    _calibrated("ece", "Expected calibration error", ece_of, _ONE),
    _calibrated("ici", "Integrated calibration index", ici_of, _ONE),
    Metric("net_benefit", "Net benefit", _net_benefit, True, 1, lambda p: 0.01 * p),
)

CLINICAL: dict[str, Metric] = {metric.name: metric for metric in _PRESET}
