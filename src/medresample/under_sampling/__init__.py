"""Samplers that drop rows of the larger classes."""

from ._random import RandomUnderSampler

__all__ = ["RandomUnderSampler"]
