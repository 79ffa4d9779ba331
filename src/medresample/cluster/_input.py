"""Do the weights, the fuzzifier and the starting centers fit? If not, an error says why."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from .._compat import check_sample_weight
from ._membership import BITS


def check_weight(sample_weight: Any, X: np.ndarray, n_clusters: int) -> np.ndarray:
    """Give a weight for each row, in float64; at least `n_clusters` rows must have one."""
    weight = check_sample_weight(sample_weight, X, dtype=np.float64)
    if (weight < 0).any():
        at = int(np.argmax(weight < 0))
        raise ValueError(f"sample_weight of row {at} is negative: {weight[at]:g}.")
    n = int(np.count_nonzero(weight))
    if n < n_clusters:
        which = "rows" if n == len(X) else "rows with a weight above 0"
        raise ValueError(
            f"X has {n} {which} (n_samples={len(X)}), too few for n_clusters={n_clusters}."
        )
    return weight


def check_fuzzifier(m: float, n_clusters: int) -> None:
    """Refuse an m for which equal memberships to its power are less than any number."""
    if m * np.log2(n_clusters) > BITS[np.dtype(np.float64)]:
        raise ValueError(
            f"m={m:g} is too large for {n_clusters} clusters: numbers do not hold memberships to "
            f"that power. Common values lie between 1.05 and 3."
        )


def check_init(init: Any, wanted: tuple[int, int]) -> np.ndarray | None:
    """Give the starting centers, in float64, or None where they are to be drawn."""
    if isinstance(init, str):
        return None
    init = check_array(init, dtype=np.float64, input_name="init")
    if init.shape != wanted:
        raise ValueError(
            f"init has the shape {init.shape}; {wanted} is needed: a row for each of "
            f"n_clusters={wanted[0]} centers and a column for each of X."
        )
    return init
