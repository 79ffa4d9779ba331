"""What may follow rows of unknown origin? What all rows of a class share, such as the label."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..exceptions import SamplerInputError
from .table import take_rows


def stand_ins(values: Any, seeds: np.ndarray, codes: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Name a row whose value each row takes: its seed, or where that is unknown any of its class.

    Parameters
    ----------
    values : container
        One value per input row.
    seeds : ndarray of int of shape (n_rows_out,)
        Row that each output row starts from, -1 where nobody knows.
    codes : ndarray of int of shape (n_rows_in,)
        Class code of each input row.
    label : ndarray of int of shape (n_rows_out,)
        Class code of each output row.

    Raises
    ------
    SamplerInputError
        When rows of a class have different values.
    """
    classes, first = np.unique(codes, return_index=True)
    example = np.zeros(int(codes.max()) + 1, np.intp)
    example[classes] = first
    alike = take_rows(values, example[codes], renumber=False)
    if not np.array_equal(_as_array(values), _as_array(alike)):
        raise SamplerInputError(
            f"{np.count_nonzero(seeds < 0)} rows were made by a sampler that does not tell from "
            "which, so that only what all rows of a class share, such as the label, can follow "
            "them. Use a sampler of medresample in its place."
        )
    return np.where(seeds < 0, example[label.astype(np.intp)], seeds)


def _as_array(values: Any) -> np.ndarray:
    return np.asarray(values.toarray() if hasattr(values, "tocsr") else values)
