"""What does a flat score say? Decisions and probabilities that agree, and never saturate."""

from __future__ import annotations

import numpy as np

TINY = np.finfo(np.float64).tiny
# Scores that differ by less than this share of the largest are equal.
ROUNDING = 1e-13


def decisions(scores: np.ndarray, threshold: float, ceiling: float) -> np.ndarray:
    """Give how far scores are above the threshold.

    A tie, also one that only rounding undoes, counts as positive: it is given a distance that is
    next to none.
    """
    distance = scores - threshold
    rounding = ROUNDING * ceiling if np.isfinite(ceiling) else 0.0
    return np.where(np.abs(distance) <= rounding, max(rounding, TINY), distance)


def probabilities(distance: np.ndarray, threshold: float, ceiling: float, size: int) -> np.ndarray:
    """Turn distances from the threshold into numbers from 0 to 1, strictly monotone.

    With the score F, the threshold t and the largest score A it is F/(2t) below the threshold and
    1/2 + (F - t)/(2(A - t)) above. Scores without bounds give 1/2 + D/(2(size + |D|)), where D is
    the distance and `size` the number of members. No distance is so small that its side is lost.
    """
    if np.isfinite(ceiling):
        span = np.where(distance < 0, threshold, ceiling - threshold)
        half = distance / np.maximum(span, TINY)
    else:
        half = distance / (size + np.abs(distance))
    sides = np.nextafter(0.5, np.where(distance < 0, 0.0, 1.0))
    share = np.clip((1 + half) / 2, 0, 1)
    return np.where(distance < 0, np.minimum(share, sides), np.maximum(share, sides))


def levels(scores: np.ndarray) -> np.ndarray:
    """Number scores in their order; those that only rounding tells apart share a number.

    Sums of the same votes in another order, or of votes of the same weight, are ties.
    """
    order = np.argsort(scores)
    steps = np.diff(scores[order], prepend=scores[order[0]])
    level = np.empty(len(scores), np.intp)
    level[order] = np.cumsum(steps > ROUNDING * np.abs(scores).max())
    return level


def shares(scores: np.ndarray, ceiling: float) -> np.ndarray:
    """Turn the scores of several classes into shares that sum to 1.

    Votes and probabilities are divided by their sum. For scores without bounds it is
    1/2 + D/(2(1 + |D|)) that is, where D is how far a class is ahead of the others.
    """
    if not np.isfinite(ceiling):
        first = scores.max(axis=1, keepdims=True)
        second = np.partition(scores, -2, axis=1)[:, -2:-1]
        ahead = scores - np.where(scores == first, second, first)
        scores = 0.5 + ahead / (2 * (1 + np.abs(ahead)))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))
