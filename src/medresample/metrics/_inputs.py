"""What is every score given? Who is positive, or of which class; the risks; the weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
IntArray = np.ndarray[Any, np.dtype[np.intp]]

_SUM_TOLERANCE = 1e-4  # probabilities of float32 models sum to 1 within about 1e-6


def as_labels(labels: ArrayLike, name: str = "y_true") -> np.ndarray:
    """Labels as a one-dimensional array, none of them missing."""
    values = np.asarray(labels)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"{name} must be one-dimensional and not empty; its shape: {values.shape}")
    floats = values.dtype.kind == "f" and np.isnan(values).any()
    if floats or (values.dtype.kind == "O" and any(_is_missing(value) for value in values)):
        raise ValueError(f"{name} holds missing labels.")
    return values


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


def is_positive(labels: ArrayLike, pos_label: Any, name: str = "y_true") -> BoolArray:
    """Labels as True (positive) or False; two classes at most, none of them missing."""
    values = as_labels(labels, name)
    found = set(values.tolist())
    if len(found) > 2:
        raise ValueError(
            f"{name} holds {len(found)} classes; this compares two. Pass average='macro' (the mean "
            "over the classes, each against the rest) or average=None where they are offered."
        )
    if pos_label is not None:
        if len(found) == 2 and pos_label not in found:
            raise ValueError(
                f"{name} holds {sorted(found, key=str)}, and neither is pos_label={pos_label!r}."
            )
        return np.asarray(values == pos_label, dtype=bool)
    if found <= {0, 1} or found <= {-1, 1}:
        return np.asarray(values == 1, dtype=bool)
    raise ValueError(
        f"{name} holds {sorted(found, key=str)}: say which one is positive with pos_label=."
    )


def classes_of(labels: ArrayLike | None, *columns: np.ndarray) -> list[Any]:
    """Classes in order: as named by the caller, or sorted as found in columns of labels."""
    if labels is None:
        return np.unique(np.concatenate(columns)).tolist()
    classes = as_labels(labels, "labels").tolist()
    if len(set(classes)) < len(classes):
        raise ValueError("labels names a class twice.")
    return classes


def codes_of(values: np.ndarray, classes: list[Any], name: str = "y_true") -> IntArray:
    """Place of each label among the classes."""
    places = {label: place for place, label in enumerate(classes)}
    unknown = set(values.tolist()) - set(places)
    if unknown:
        raise ValueError(f"{name} holds {sorted(unknown, key=str)}, which labels= does not name.")
    return np.array([places[label] for label in values.tolist()], dtype=np.intp)


def as_risks(y_prob: ArrayLike, n: int) -> FloatArray:
    """Risks of the positive class as float64, checked to be probabilities, one per row."""
    risk = np.asarray(y_prob, dtype=np.float64)
    if risk.shape != (n,):
        raise ValueError(
            f"y_prob must have one risk per row, shape ({n},); got {risk.shape}. Of the output of "
            "predict_proba, take the column of the positive class."
        )
    _check_probabilities(risk)
    return risk


def as_risk_table(y_prob: ArrayLike, n: int, classes: list[Any]) -> FloatArray:
    """Risks of all classes as float64, shape (n, n_classes); rows sum to 1.

    With two classes the risks of the second alone will do.
    """
    risks = np.asarray(y_prob, dtype=np.float64)
    if risks.ndim == 1 and len(classes) == 2:
        risks = np.stack([1 - risks, risks], axis=1)
    if risks.shape != (n, len(classes)):
        raise ValueError(
            f"y_prob must have a row per label and a column per class, shape ({n}, "
            f"{len(classes)}); got {risks.shape}. Where y_true lacks a class, name all with "
            "labels=, in the order of the columns (the classes_ of a classifier)."
        )
    check_risk_table(risks)
    return risks


def check_risk_table(risks: FloatArray) -> None:
    """Refuse what can not be the probabilities of all classes."""
    _check_probabilities(risks)
    if np.abs(risks.sum(axis=1) - 1).max(initial=0) > _SUM_TOLERANCE:
        raise ValueError("The rows of y_prob must sum to 1: one probability for each class.")


def _check_probabilities(risk: FloatArray) -> None:
    if not np.all((risk >= 0) & (risk <= 1)):
        raise ValueError("y_prob must hold probabilities between 0 and 1, none missing.")


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


def check_count(n: int, name: str) -> None:
    """Refuse a number of bins or groups below 1."""
    if n < 1:
        raise ValueError(f"{name} must be at least 1; got {n!r}.")


def has_both(positive: BoolArray, weights: FloatArray) -> BoolArray:
    """Weightings under which there are a positive and a negative case."""
    held = weights > 0
    return np.asarray((held & positive).any(axis=1) & (held & ~positive).any(axis=1))


def ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Part / whole, NaN where the whole is zero."""
    out = np.full(np.broadcast(part, whole).shape, np.nan)
    np.divide(part, whole, out=out, where=whole != 0)
    return out
