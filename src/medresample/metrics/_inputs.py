"""What every score is given: who is positive, the risks, the weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
BoolArray = np.ndarray[Any, np.dtype[np.bool_]]


def is_positive(labels: ArrayLike, pos_label: Any, name: str = "y_true") -> BoolArray:
    """Labels as True (positive) or False; two classes at most, none of them missing."""
    values = np.asarray(labels)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"{name} must be one-dimensional and not empty; its shape: {values.shape}")
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise ValueError(f"{name} holds missing labels.")
    found = set(values.tolist())
    if len(found) > 2:
        raise ValueError(f"{name} holds {len(found)} classes; these scores compare two.")
    if pos_label is not None:
        return np.asarray(values == pos_label, dtype=bool)
    if found <= {0, 1} or found <= {-1, 1}:
        return np.asarray(values == 1, dtype=bool)
    raise ValueError(
        f"{name} holds {sorted(found, key=str)}: say which one is positive with pos_label=."
    )


def as_risks(y_prob: ArrayLike, n: int) -> FloatArray:
    """Risks of the positive class as float64, checked to be probabilities, one per row."""
    risk = np.asarray(y_prob, dtype=np.float64)
    if risk.shape != (n,):
        raise ValueError(f"y_prob must have one risk per row, shape ({n},); got {risk.shape}.")
    if not np.all((risk >= 0) & (risk <= 1)):
        raise ValueError("y_prob must hold probabilities between 0 and 1, none missing.")
    return risk


def as_weights(sample_weight: ArrayLike | None, n: int) -> FloatArray:
    """Weights as a (1, n) array: the scores below take any number of weightings at once."""
    if sample_weight is None:
        return np.ones((1, n))
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (n,) or not np.all(np.isfinite(weight) & (weight >= 0)):
        raise ValueError(f"sample_weight must hold {n} finite weights, none negative.")
    if weight.sum() == 0:
        raise ValueError("sample_weight is zero everywhere.")
    return weight[np.newaxis]


def ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Part / whole, NaN where the whole is zero."""
    out = np.full(np.broadcast(part, whole).shape, np.nan)
    np.divide(part, whole, out=out, where=whole != 0)
    return out
