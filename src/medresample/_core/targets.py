"""How many rows does each class need? Labels in, counts and class codes out."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from .._compat import row_targets
from ..exceptions import SamplerInputError

# Labels looked at together, in little memory.
PIECE = 16_384


@dataclass(frozen=True)
class Target:
    """The labels of a table: sorted classes, and for each row the rank of its class."""

    classes: np.ndarray
    codes: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """Label of each row, shape (n_rows,)."""
        return self.classes[self.codes]

    def counts(self) -> np.ndarray:
        """Rows of each class, in the order of `classes`."""
        total = np.zeros(len(self.classes), np.intp)
        for at in range(0, len(self.codes), PIECE):
            total += np.bincount(self.codes[at : at + PIECE], minlength=len(total))
        return total

    def wanted(self, sampling_strategy: Any, sampling_type: str) -> dict[Any, int]:
        """Rows to add (over-sampling) or to keep (under-sampling) for each class concerned.

        The words, float, mapping, list and callable that `sampling_strategy` may be, and the
        errors for bad ones, are those of imbalanced-learn.
        """
        if isinstance(sampling_strategy, str | Real):  # asks for the counts alone
            by_code = row_targets(sampling_strategy, self.codes, sampling_type)
            wanted = {self.classes[code]: n_rows for code, n_rows in by_code.items()}
        else:
            wanted = row_targets(sampling_strategy, self.labels, sampling_type)
        for label, n_rows in wanted.items():
            if int(n_rows) != n_rows:
                raise SamplerInputError(
                    f"sampling_strategy asks for a fractional number of rows of class "
                    f"{self.class_name(self.rank(label))}: give whole numbers."
                )
        return wanted

    def class_name(self, code: int) -> str:
        """Label of a class, for messages."""
        label = self.classes[code]
        return repr(label.item() if isinstance(label, np.generic) else label)

    def rank(self, label: Any) -> int:
        """Position of a label among the sorted classes."""
        return int(np.flatnonzero(self.classes == label)[0])


def read_target(y: Any) -> Target:
    """Read labels from a list, array, Series, one-column frame or one-vs-rest indicator matrix."""
    if y is None:
        raise SamplerInputError(
            "requires y to be passed, but the target y is None: a sampler needs the class labels."
        )
    _refuse_missing(y)
    return Target(*_sorted_classes(_as_labels(y)))


def _as_labels(y: Any) -> np.ndarray:
    if isinstance(y, np.ndarray) and y.ndim == 1 and y.dtype.kind in "iub" and len(y):
        return y  # nothing else than labels
    check_classification_targets(y)
    return _from_indicator(y) if type_of_target(y) == "multilabel-indicator" else column_or_1d(y)


def _sorted_classes(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the sorted classes, and the rank of each label in the smallest type for it."""
    if labels.dtype.kind not in "iu" or int(labels.max()) - int(labels.min()) >= len(labels):
        classes, codes = np.unique(labels, return_inverse=True)
        return classes, codes.astype(np.min_scalar_type(len(classes)), copy=False)
    # Small whole numbers are counted instead of sorted.
    lowest = labels.min()
    pieces = range(0, len(labels), PIECE)

    def places(start: int) -> np.ndarray:
        return labels[start : start + PIECE].astype(np.int64) - lowest.astype(np.int64)

    seen = np.unique(np.concatenate([np.flatnonzero(np.bincount(places(at))) for at in pieces]))
    rank = np.zeros(seen[-1] + 1, np.min_scalar_type(len(seen)))
    rank[seen] = np.arange(len(seen))
    return seen.astype(labels.dtype) + lowest, np.concatenate([rank[places(at)] for at in pieces])


def _refuse_missing(y: Any) -> None:
    values = np.asarray(y.toarray() if hasattr(y, "toarray") else y)
    if values.dtype.kind == "f" and np.isinf(values).any():
        raise SamplerInputError("Input y contains infinity: labels must be finite.")
    missing = missing_values(values.ravel())
    if missing.any():
        raise SamplerInputError(
            f"Input y contains NaN: {int(missing.sum())} of {missing.size} labels are missing. "
            "Drop these rows, or give them a label of their own."
        )


def missing_values(values: np.ndarray) -> np.ndarray:
    """Say which values are missing: NaN, NaT, None or pandas.NA."""
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind in "mM":
        return np.isnat(values)
    if values.dtype.kind == "O":
        # all but None are the objects that are not equal to themselves
        return np.array([value is None or not _equals_itself(value) for value in values], bool)
    return np.zeros(len(values), bool)


def _equals_itself(value: Any) -> bool:
    try:
        return bool(value == value)
    except TypeError:  # pandas.NA has no truth value
        return False


def _from_indicator(y: Any) -> np.ndarray:
    matrix = np.asarray(y.toarray() if hasattr(y, "toarray") else y)
    per_row = matrix.sum(axis=1)
    if (per_row > 1).any():
        raise SamplerInputError(
            "Multilabel and multioutput targets are not supported: "
            f"{int((per_row > 1).sum())} rows of y carry more than one label. "
            "Give one label per row, or a one-vs-rest matrix with a single 1 in each row."
        )
    return matrix.argmax(axis=1)
