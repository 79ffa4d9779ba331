"""Resampling for class-imbalanced medical data: leak-free, auditable, fast, honest.

The public names below are loaded when they are first used, so that ``import medresample`` costs
next to nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0.dev0"

_HOMES = {
    "SMOTE": "over_sampling",
    "SMOTEENC": "over_sampling",
    "SMOTEN": "over_sampling",
    "SMOTENC": "over_sampling",
    "ADASYN": "over_sampling",
    "BorderlineSMOTE": "over_sampling",
    "SafeLevelSMOTE": "over_sampling",
    "KMeansSMOTE": "over_sampling",
    "SVMSMOTE": "over_sampling",
    "RandomOverSampler": "over_sampling",
    "RandomUnderSampler": "under_sampling",
    "KMeansUnderSampler": "under_sampling",
    "FuzzyCMeansUnderSampler": "under_sampling",
    "TomekLinks": "under_sampling",
    "EditedNearestNeighbours": "under_sampling",
    "RepeatedEditedNearestNeighbours": "under_sampling",
    "AllKNN": "under_sampling",
    "SMOTETomek": "combine",
    "SMOTEENN": "combine",
    "SMOTEKMeans": "combine",
    "SMOTEFuzzyCMeans": "combine",
    "SMOTEIPF": "combine",
    "Chain": "combine",
    "EasyEnsembleClassifier": "ensemble",
    "BalanceCascadeClassifier": "ensemble",
    "PriorCorrectedClassifier": "calibration",
    "ResampledClassifier": "calibration",
    "Pipeline": "pipeline",
    "make_pipeline": "pipeline",
    "SamplingPlan": "extend",
    "compare_samplers": "compare",
    "compare_samplers_many": "compare",
}
_ROOMS = (
    "calibration",
    "cluster",
    "combine",
    "compare",
    "datasets",
    "ensemble",
    "exceptions",
    "extend",
    "metrics",
    "over_sampling",
    "pipeline",
    "under_sampling",
)

__all__ = ["__version__", *_HOMES, *_ROOMS]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
