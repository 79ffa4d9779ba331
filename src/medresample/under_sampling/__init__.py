"""Samplers that drop rows: of the larger classes, or where classes overlap."""

from ._all_knn import AllKNN
from ._edited import EditedNearestNeighbours, RepeatedEditedNearestNeighbours
from ._fuzzy_c_means import FuzzyCMeansUnderSampler
from ._k_means import KMeansUnderSampler
from ._random import RandomUnderSampler
from ._tomek import TomekLinks

__all__ = [
    "AllKNN",
    "EditedNearestNeighbours",
    "FuzzyCMeansUnderSampler",
    "KMeansUnderSampler",
    "RandomUnderSampler",
    "RepeatedEditedNearestNeighbours",
    "TomekLinks",
]
