"""Samplers made of samplers: any one after any other, and the combinations that have a name."""

from ._chain import Chain
from ._smote_enn import SMOTEENN
from ._smote_fuzzy_c_means import SMOTEFuzzyCMeans
from ._smote_ipf import SMOTEIPF
from ._smote_k_means import SMOTEKMeans
from ._smote_tomek import SMOTETomek

__all__ = [
    "SMOTEENN",
    "SMOTEIPF",
    "Chain",
    "SMOTEFuzzyCMeans",
    "SMOTEKMeans",
    "SMOTETomek",
]
