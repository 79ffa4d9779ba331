"""Who belongs together? Groups (patients) of the rows, checked and counted."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from ..exceptions import SamplerInputError
from .targets import missing_values


def check_groups(groups: Any, n_rows: int) -> np.ndarray | None:
    """Read one group per row, of any hashable kind; refuse rows without one."""
    if groups is None:
        return None
    values = per_row(groups, "groups", n_rows)
    missing = missing_values(values)
    if missing.any():
        raise SamplerInputError(
            f"groups is missing for {int(missing.sum())} of {n_rows} rows: every row needs one; "
            "give rows of unknown patients a group each of their own."
        )
    return values


def check_weights(sample_weight: Any, n_rows: int) -> np.ndarray | None:
    """Read one finite number per row."""
    if sample_weight is None:
        return None
    values = per_row(sample_weight, "sample_weight", n_rows)
    if values.dtype.kind not in "fiub":
        raise SamplerInputError(f"sample_weight must be numbers, found {values.dtype}.")
    if not np.isfinite(values).all():
        raise SamplerInputError(
            f"sample_weight has {int((~np.isfinite(values)).sum())} missing or infinite values."
        )
    return values


def per_row(values: Any, name: str, n_rows: int) -> np.ndarray:
    """Read one value per row as an array."""
    array = np.asarray(values)
    if array.shape != (n_rows,):
        raise SamplerInputError(
            f"{name} has the shape {array.shape}, but the table has {n_rows} rows: give one "
            "value per row."
        )
    return array


def group_codes(groups: np.ndarray) -> np.ndarray:
    """Number the groups; those that can not be sorted, such as words among numbers, too."""
    try:
        return np.unique(groups, return_inverse=True)[1]
    except TypeError:
        numbers: dict[Any, int] = {}
        return np.array([numbers.setdefault(group, len(numbers)) for group in groups.tolist()])


def count_mixed(parents: sparse.csr_array, groups: np.ndarray) -> int:
    """Count the output rows to which rows of more than one group contributed."""
    codes = group_codes(groups)[parents.indices]
    starts = parents.indptr[:-1]
    if not len(starts):
        return 0
    lowest, highest = np.minimum.reduceat(codes, starts), np.maximum.reduceat(codes, starts)
    return int(np.count_nonzero(lowest != highest))
