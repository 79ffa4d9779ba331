"""Which rows does a fuzzy cluster give? By how strongly they belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.shares import capped_shares, largest_remainder
from ._clusters import ledger

if TYPE_CHECKING:
    from ..cluster._members import Members


@dataclass(frozen=True, eq=False)
class Shares:
    """How strongly each row of a class belongs to each cluster, and to which it belongs most.

    Attributes
    ----------
    memberships : ndarray of shape (n_rows, n_clusters)
        Not negative.
    m : float
        The fuzzifier.
    members : Members
        The rows that belong to each cluster most; the lower number among equals.
    """

    memberships: np.ndarray
    m: float
    members: Members

    def quotas(self, n_kept: int) -> tuple[np.ndarray, np.ndarray]:
        """Divide by the sums of memberships; what a cluster does not have goes to the others."""
        sums = self.memberships.sum(axis=0)
        return largest_remainder(n_kept, sums), capped_shares(n_kept, sums, self.members.sizes)

    def ledger(self, quota: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """Note what each cluster held, what the rule gives it, and how many rows it gave."""
        return ledger(np.arange(len(self.members)), self.members.sizes, quota, kept)

    def take(self, kept: np.ndarray, how: str, rng: np.random.Generator) -> np.ndarray:
        """Choose among the rows that belong to each cluster most.

        Parameters
        ----------
        kept : ndarray of int of shape (n_clusters,)
            How many of each.
        how : {"core", "mixed", "weighted"}
            Those that belong to it most; half of them those that do least, the odd one of the
            former; or at random, with chances that rise with membership to the power m.
        rng : Generator
            Source of chance, for ties too.

        Returns
        -------
        rows : ndarray of int
            Places of rows.
        """
        chance = rng.exponential(size=len(self.memberships))
        own = np.take_along_axis(self.memberships, self.members.labels[:, None], axis=1)[:, 0]
        if how == "weighted":
            # Whoever waits least, at a rate of u ** m: that is drawing one by one by these chances.
            with np.errstate(divide="ignore"):
                order = self.members.sorted_by(np.log(chance) - self.m * np.log(own))
            return self.members.ends(order, kept)
        order = self.members.sorted_by(-own, chance)
        back = kept // 2 if how == "mixed" else 0
        return self.members.ends(order, kept - back, back)

    def centers(self, X: np.ndarray) -> np.ndarray:
        """Average all rows for each cluster, weighted by membership to the power m."""
        return (self._weights().T @ X).astype(X.dtype, copy=False)

    def parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """List who has a part in each center.

        Returns
        -------
        start : ndarray of int of shape (n_clusters + 1,)
            Where the list of each center begins.
        rows : ndarray of int
            Places of its rows, the largest part first.
        weight : ndarray
            Their parts, which sum to 1.
        """
        rows, parts = [], []
        for weight in self._weights().T:
            order = np.argsort(-weight, kind="stable")
            order = order[: np.count_nonzero(weight)]
            rows.append(order.astype(np.int32))
            parts.append(weight[order])
        start = np.concatenate([[0], np.cumsum([len(some) for some in rows])])
        return start, np.concatenate(rows), np.concatenate(parts)

    def _weights(self) -> np.ndarray:
        weights = self.memberships / self.memberships.max(axis=0)
        weights **= self.m
        weights /= weights.sum(axis=0)
        return weights


def shares_of(memberships: np.ndarray, m: float) -> Shares:
    """Find out to which cluster each row belongs most."""
    from ..cluster._members import members_of

    members = members_of(memberships.argmax(axis=1), memberships.shape[1])
    return Shares(memberships, m, members)


def distinct_nearest(X: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Give each center a row of its own: the nearest pair first, then the nearest of the others.

    Ties go to the lower center, then to the lower row. The rows nearest to a center, as many as
    there are centers, are enough to look at: the other centers can take no more of them.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Coordinates of the rows.
    centers : ndarray of shape (n_centers, n_columns)
        Not more than rows.

    Returns
    -------
    rows : ndarray of int of shape (n_centers,)
        Row of each center.
    """
    from scipy.spatial.distance import cdist

    n = len(centers)
    far = cdist(centers, X)
    near = np.argsort(far, axis=1, kind="stable")[:, :n]
    far = np.take_along_axis(far, near, axis=1)
    pairs = np.argsort(far, axis=None, kind="stable")
    rows, taken = np.full(n, -1), np.zeros(len(X), bool)
    open_centers = n
    for center, row in zip(pairs // n, near.ravel()[pairs], strict=True):
        if rows[center] < 0 and not taken[row]:
            rows[center], taken[row] = row, True
            open_centers -= 1
            if not open_centers:
                break
    return rows
