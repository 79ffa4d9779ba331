"""Does balancing help on these data? Honest comparisons under repeated cross-validation."""

from medresample.compare._critical_difference import CriticalDifferenceDisplay
from medresample.compare._display import (
    CalibrationDisplay,
    ClassCountsDisplay,
    CurvesDisplay,
    DifferencesDisplay,
    SecondsDisplay,
)
from medresample.compare._evaluate import compare_samplers
from medresample.compare._many import compare_samplers_many
from medresample.compare._many_result import ManyComparisons
from medresample.compare._result import ComparisonResult
from medresample.compare._splits import RepeatedStratifiedGroupKFold

__all__ = [
    "CalibrationDisplay",
    "ClassCountsDisplay",
    "ComparisonResult",
    "CriticalDifferenceDisplay",
    "CurvesDisplay",
    "DifferencesDisplay",
    "ManyComparisons",
    "RepeatedStratifiedGroupKFold",
    "SecondsDisplay",
    "compare_samplers",
    "compare_samplers_many",
]
