"""Clusters in which every row has a share: fuzzy c-means."""

from medresample.cluster._fuzzy_c_means import FuzzyCMeans

__all__ = ["FuzzyCMeans"]
