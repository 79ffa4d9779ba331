"""How do methods rank over many data sets, and is it more than chance? A data set counts as one.

Friedman's test asks whether methods differ at all, Wilcoxon's signed-rank test whether two of them
do (J. Demšar, Journal of Machine Learning Research 7, 1-30, 2006). Folds of a data set are no data
sets: what enters is their mean.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import factorial, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from medresample.metrics._inputs import FloatArray

# Below this number of data sets, Wilcoxon's test with Holm's adjustment can hardly reject.
LEAST = 10


class Friedman(NamedTuple):
    """Friedman's statistic and p-value, and those of Iman and Davenport."""

    chi2: float
    p_chi2: float
    f: float
    p_value: float


def rounded(values: ArrayLike) -> FloatArray:
    """Equal up to the last bits is equal."""
    return np.asarray(np.round(np.asarray(values, dtype=np.float64), 12))


def ranks_of(merits: ArrayLike) -> FloatArray:
    """Rank methods on each data set: 1 is the best, and equals share their ranks.

    Parameters
    ----------
    merits : array-like of shape (n_sets, n_methods)
        Scores, of which more is better.
    """
    return np.asarray(stats.rankdata(-rounded(merits), axis=1), dtype=np.float64)


def friedman(merits: ArrayLike) -> Friedman:
    """Ask whether methods differ at all.

    Friedman's statistic has about a chi-squared distribution with k - 1 degrees of freedom, but
    too rarely a large value; ``F = (N-1) chi2 / (N(k-1) - chi2)``, with k - 1 and (k-1)(N-1)
    degrees of freedom, is closer. Where all data sets rank the methods in the same way, F is
    infinite, and its p-value the probability of that.

    Parameters
    ----------
    merits : array-like of shape (n_sets, n_methods)
        Scores of at least two methods, of which more is better.

    References
    ----------
    M. Friedman, Annals of Mathematical Statistics 11, 86-92, 1940.
    R. L. Iman, J. M. Davenport, Communications in Statistics A 9, 571-595, 1980.
    """
    places = ranks_of(merits)
    n, k = places.shape
    middle = (k + 1) / 2
    between = n * float(((places.mean(axis=0) - middle) ** 2).sum())
    spread = float(((places - middle) ** 2).sum()) / (n * (k - 1))
    if spread == 0:  # equal on every data set
        return Friedman(0.0, 1.0, 0.0, 1.0)
    chi2, most = between / spread, n * (k - 1)
    p_chi2 = float(stats.chi2.sf(chi2, k - 1))
    if (places == places[0]).all():
        equals = np.unique(places[0], return_counts=True)[1].tolist()
        orders = factorial(k) // prod(map(factorial, equals))
        return Friedman(chi2, p_chi2, np.inf, float(orders) ** (1 - n))
    f = (n - 1) * chi2 / (most - chi2)
    return Friedman(chi2, p_chi2, f, float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))))


def signed_rank(differences: ArrayLike) -> tuple[float, float]:
    """Wilcoxon's signed-rank test: how the differences lean, from -1 to 1, and the p-value.

    Sizes are ranked with the zeros, which are then left out (scipy's ``zero_method="pratt"``). If
    there is no difference, every way to give signs to the ranks is as likely as any other: all are
    counted, so that the p-value is exact also with zeros and equal sizes.

    References
    ----------
    F. Wilcoxon, Biometrics Bulletin 1, 80-83, 1945.
    J. W. Pratt, Journal of the American Statistical Association 54, 655-667, 1959.
    """
    differences = rounded(differences)
    sizes = np.rint(2 * stats.rankdata(np.abs(differences))).astype(int)  # doubled: whole numbers
    sizes, above = sizes[differences != 0], differences[differences != 0] > 0
    if not len(sizes):
        return 0.0, 1.0
    chances = np.ones(1)  # of each sum of the ranks with a plus
    for size in sizes:
        chances = (np.pad(chances, (0, size)) + np.pad(chances, (size, 0))) / 2
    total = int(sizes[above].sum())
    tail = min(chances[: total + 1].sum(), chances[total:].sum())
    return float(2 * total / sizes.sum() - 1), float(min(1, 2 * tail))


def why_no_test(n_sets: int, n_pairs: int, level: float = 0.05) -> str:
    """Say why methods can not be told apart however they score; "" where they can.

    The smallest p-value of n data sets is ``2 / 2**n``, and Holm's adjustment multiplies it by the
    number of pairs.
    """
    if n_sets < LEAST:
        return (
            f"ranks only: {n_sets} data sets are too few for tests, which need {LEAST}; below, the "
            "test of Wilcoxon with the adjustment of Holm can hardly reject"
        )
    least = n_pairs * 2.0 ** (1 - n_sets)
    if least < level:
        return ""
    return (
        f"no pair can be told apart: a method that won on all {n_sets} data sets would have an "
        f"adjusted p-value of {min(1.0, least):.2g} among {n_pairs} pairs"
    )


def groups_not_apart(
    names: Sequence[str], apart: Collection[frozenset[str]]
) -> list[tuple[str, ...]]:
    """Gather names into groups of which no two are apart.

    Two names share a group if and only if they are not apart. That two are not told from a third
    does not make them equal: a name can be in several groups.

    Parameters
    ----------
    names : sequence of str
        In the order in which groups are filled.
    apart : collection of frozenset of str
        The pairs that are told apart.

    Returns
    -------
    groups : list of tuple of str
        Groups of two or more, none within another.
    """
    groups: list[tuple[str, ...]] = []
    for i, first in enumerate(names):
        for second in reversed(names[i + 1 :]):
            pair = {first, second}
            if frozenset(pair) in apart or any(pair <= set(group) for group in groups):
                continue
            for name in names:
                if all(frozenset({name, other}) not in apart for other in pair - {name}):
                    pair.add(name)
            groups.append(tuple(name for name in names if name in pair))
    return [group for group in groups if not any(set(group) < set(other) for other in groups)]
