"""How is a whole number split by weights? By largest remainder, so that the parts sum to it."""

from __future__ import annotations

import numpy as np


def largest_remainder(total: int, weights: np.ndarray) -> np.ndarray:
    """Split `total` into whole numbers in proportion to the weights.

    Everybody gets the whole part of their share; what is left goes one by one to the largest
    fractions, ties to the lower place.

    Parameters
    ----------
    total : int
        What is split.
    weights : ndarray of shape (n,)
        Non-negative, finite, not all zero.

    Returns
    -------
    parts : ndarray of int of shape (n,)
        They sum to `total`.

    Examples
    --------
    >>> import numpy as np
    >>> largest_remainder(7, np.array([4.0, 2.0, 0.0]))
    array([5, 2, 0])
    """
    share = weights / weights.max()
    share = total * (share / share.sum())
    parts = np.floor(share).astype(np.intp)
    left = total - int(parts.sum())
    first = np.argsort(parts - share, kind="stable")[: max(left, 0)]
    parts[first] += 1
    return parts
