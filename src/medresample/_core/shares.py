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


def capped_shares(total: int, weights: np.ndarray, caps: np.ndarray) -> np.ndarray:
    """Split `total` by weights where nobody can take more than their cap.

    What is above a cap goes, again by weights, to those who have room; to those without a weight
    only when nobody else has any.

    Parameters
    ----------
    total : int
        What is split; not more than all caps together.
    weights : ndarray of shape (n,)
        Non-negative and finite.
    caps : ndarray of int of shape (n,)
        The most that each can take.

    Returns
    -------
    parts : ndarray of int of shape (n,)
        They sum to `total`.

    Examples
    --------
    >>> import numpy as np
    >>> capped_shares(9, np.array([8.0, 2.0, 2.0]), np.array([4, 10, 10]))
    array([4, 3, 2])
    """
    parts = np.zeros(len(caps), np.intp)
    while (left := total - int(parts.sum())) > 0:
        room = caps - parts
        able = room > 0
        shares = np.where(able, weights, 0)
        if not shares.any():
            shares = able.astype(float)
        parts += np.minimum(largest_remainder(left, shares), room)
    return parts


def shares_for_all(total: int, weights: np.ndarray) -> np.ndarray:
    """Split `total` by weights so that everybody gets at least 1, where there is enough.

    Whose share would be nothing gets 1, and the others share what is left.

    Parameters
    ----------
    total : int
        What is split.
    weights : ndarray of shape (n,)
        Positive and finite.

    Returns
    -------
    parts : ndarray of int of shape (n,)
        They sum to `total`.

    Examples
    --------
    >>> import numpy as np
    >>> shares_for_all(10, np.array([600.0, 400.0, 3.0]))
    array([5, 4, 1])
    """
    parts = largest_remainder(total, weights)
    if total < len(weights):
        return parts
    small = np.zeros(len(parts), bool)
    while not parts.all():
        small |= parts == 0
        parts[small] = 1
        parts[~small] = largest_remainder(total - int(small.sum()), weights[~small])
    return parts
