"""Samplers that add rows to the smaller classes."""

from ._adasyn import ADASYN
from ._borderline import BorderlineSMOTE
from ._kmeans_smote import KMeansSMOTE
from ._random import RandomOverSampler
from ._safe_level import SafeLevelSMOTE
from ._smote import SMOTE
from ._smote_enc import SMOTEENC
from ._smote_n import SMOTEN
from ._smote_nc import SMOTENC
from ._svm_smote import SVMSMOTE

__all__ = [
    "ADASYN",
    "SMOTE",
    "SMOTEENC",
    "SMOTEN",
    "SMOTENC",
    "SVMSMOTE",
    "BorderlineSMOTE",
    "KMeansSMOTE",
    "RandomOverSampler",
    "SafeLevelSMOTE",
]
