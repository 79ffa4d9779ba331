"""Classifiers that see balanced parts of the table, and say what all parts agree on."""

from ._balance_cascade import BalanceCascadeClassifier
from ._display import CascadeDisplay, ErrorPropagationDisplay, StabilityDisplay
from ._easy_ensemble import EasyEnsembleClassifier
from ._error_propagation import ErrorPropagation
from ._stability import StabilityReport

__all__ = [
    "BalanceCascadeClassifier",
    "CascadeDisplay",
    "EasyEnsembleClassifier",
    "ErrorPropagation",
    "ErrorPropagationDisplay",
    "StabilityDisplay",
    "StabilityReport",
]
