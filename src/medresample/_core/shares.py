"""How is a whole number split by weights? By largest remainder, so that the parts sum to it."""

from __future__ import annotations

import numpy as np


def largest_remainder(
    total: int, weights: np.ndarray, rng: np.random.Generator | None = None
) -> np.ndarray:
    """Split `total` into whole numbers in proportion to the weights.

    Everybody gets the whole part of their share; what is left goes one by one to the largest
    fractions, ties to the lower place, or at random.

    Parameters
    ----------
    total : int
        What is split.
    weights : ndarray of shape (n,)
        Non-negative, finite, not all zero.
    rng : Generator, default=None
        Breaks ties among equal fractions, so that the order of the table favors nobody.

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
    order = np.arange(len(parts)) if rng is None else rng.permutation(len(parts))
    first = order[np.argsort((parts - share)[order], kind="stable")]
    parts[first[: max(left, 0)]] += 1
    return parts
