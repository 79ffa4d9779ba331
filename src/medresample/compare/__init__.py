"""Does balancing help on these data? Honest comparisons under repeated cross-validation."""

from medresample.compare._evaluate import compare_samplers
from medresample.compare._many import compare_samplers_many
from medresample.compare._many_result import ManyComparisons
from medresample.compare._result import ComparisonResult
from medresample.compare._splits import RepeatedStratifiedGroupKFold
from medresample.compare.pictures import (
    CalibrationDisplay,
    ClassCountsDisplay,
    CriticalDifferenceDisplay,
    CurvesDisplay,
    DecisionCurvesDisplay,
    DifferencesDisplay,
    MadeRowsDisplay,
    RisksDisplay,
    SecondsDisplay,
)

__all__ = [
    "CalibrationDisplay",
    "ClassCountsDisplay",
    "ComparisonResult",
    "CriticalDifferenceDisplay",
    "CurvesDisplay",
    "DecisionCurvesDisplay",
    "DifferencesDisplay",
    "MadeRowsDisplay",
    "ManyComparisons",
    "RepeatedStratifiedGroupKFold",
    "RisksDisplay",
    "SecondsDisplay",
    "compare_samplers",
    "compare_samplers_many",
]
