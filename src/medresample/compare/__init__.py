"""Does a sampler help on these data? Honest comparisons under repeated cross-validation."""

from medresample.compare._display import (
    CalibrationDisplay,
    ClassCountsDisplay,
    CurvesDisplay,
    DifferencesDisplay,
    SecondsDisplay,
)
from medresample.compare._evaluate import compare_samplers
from medresample.compare._result import ComparisonResult
from medresample.compare._splits import RepeatedStratifiedGroupKFold

__all__ = [
    "CalibrationDisplay",
    "ClassCountsDisplay",
    "ComparisonResult",
    "CurvesDisplay",
    "DifferencesDisplay",
    "RepeatedStratifiedGroupKFold",
    "SecondsDisplay",
    "compare_samplers",
]
