"""The pictures of a comparison: each is drawn from a table that it keeps."""

from medresample.compare.pictures._calibration import CalibrationDisplay
from medresample.compare.pictures._class_counts import ClassCountsDisplay
from medresample.compare.pictures._critical_difference import CriticalDifferenceDisplay
from medresample.compare.pictures._curves import CurvesDisplay
from medresample.compare.pictures._decision_curves import DecisionCurvesDisplay
from medresample.compare.pictures._forest import DifferencesDisplay
from medresample.compare.pictures._made_rows import MadeRowsDisplay
from medresample.compare.pictures._risks import RisksDisplay
from medresample.compare.pictures._seconds import SecondsDisplay

__all__ = [
    "CalibrationDisplay",
    "ClassCountsDisplay",
    "CriticalDifferenceDisplay",
    "CurvesDisplay",
    "DecisionCurvesDisplay",
    "DifferencesDisplay",
    "MadeRowsDisplay",
    "RisksDisplay",
    "SecondsDisplay",
]
