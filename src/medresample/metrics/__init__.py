"""Scores for diagnostic models: discrimination, calibration, decisions.

All take two classes, with the positive label by name, or several (``average=``), and weights of
rows. A score that is undefined is NaN, never 0, and a warning says what it would need.
"""

from medresample.metrics._binned_errors import (
    adaptive_calibration_error,
    calibration_error_by_chance,
    expected_calibration_error,
    squared_calibration_error,
)
from medresample.metrics._bins import calibration_curve
from medresample.metrics._clinical import CLINICAL, Metric
from medresample.metrics._cox import (
    calibration_intercept,
    calibration_slope,
    observed_expected_ratio,
)
from medresample.metrics._decision import (
    balanced_accuracy,
    f1_score,
    geometric_mean,
    matthews_correlation,
    negative_predictive_value,
    positive_predictive_value,
    sensitivity,
    specificity,
)
from medresample.metrics._decomposition import brier_decomposition
from medresample.metrics._distance import brier_score, log_loss, scaled_brier_score
from medresample.metrics._hosmer_lemeshow import HosmerLemeshow, hosmer_lemeshow_test
from medresample.metrics._net_benefit import decision_curve, net_benefit
from medresample.metrics._ranking import auroc, average_precision, sensitivity_at_specificity
from medresample.metrics._scorers import clinical_scorers, get_scorer, get_scorer_names
from medresample.metrics._smooth import calibration_error_quantile, integrated_calibration_index

__all__ = [
    "CLINICAL",
    "HosmerLemeshow",
    "Metric",
    "adaptive_calibration_error",
    "auroc",
    "average_precision",
    "balanced_accuracy",
    "brier_decomposition",
    "brier_score",
    "calibration_curve",
    "calibration_error_by_chance",
    "calibration_error_quantile",
    "calibration_intercept",
    "calibration_slope",
    "clinical_scorers",
    "decision_curve",
    "expected_calibration_error",
    "f1_score",
    "geometric_mean",
    "get_scorer",
    "get_scorer_names",
    "hosmer_lemeshow_test",
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
    "squared_calibration_error",
]
