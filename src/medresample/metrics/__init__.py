"""Scores for diagnostic models: discrimination, calibration, decisions.

All of them are binary, take the positive label by name, and return NaN (never 0) where the score
is undefined; each docstring says when that is.
"""

from medresample.metrics._calibration import (
    calibration_curve,
    calibration_intercept,
    calibration_slope,
    expected_calibration_error,
    integrated_calibration_index,
    observed_expected_ratio,
)
from medresample.metrics._clinical import CLINICAL, Metric
from medresample.metrics._decision import (
    balanced_accuracy,
    f1_score,
    geometric_mean,
    matthews_correlation,
    negative_predictive_value,
    net_benefit,
    positive_predictive_value,
    sensitivity,
    specificity,
)
from medresample.metrics._risk import (
    auroc,
    average_precision,
    brier_score,
    log_loss,
    scaled_brier_score,
    sensitivity_at_specificity,
)

__all__ = [
    "CLINICAL",
    "Metric",
    "auroc",
    "average_precision",
    "balanced_accuracy",
    "brier_score",
    "calibration_curve",
    "calibration_intercept",
    "calibration_slope",
    "expected_calibration_error",
    "f1_score",
    "geometric_mean",
    "integrated_calibration_index",
    "log_loss",
    "matthews_correlation",
    "negative_predictive_value",
    "net_benefit",
    "observed_expected_ratio",
    "positive_predictive_value",
    "scaled_brier_score",
    "sensitivity",
    "sensitivity_at_specificity",
    "specificity",
]
