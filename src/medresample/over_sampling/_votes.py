"""Which label wins? The most frequent one among the voters of a row, and who carries it.

A vote is told by rows: the winner is one voter that carries the winning label, so nothing is ever
decoded and no label is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Outcome:
    """The winners of the vote in one column, for each row that was voted about.

    Parameters
    ----------
    winners : ndarray of int of shape (n_rows, n_voters)
        First a voter for each winning label, nearest first; the rest means nothing.
    n_winners : ndarray of int of shape (n_rows,)
        How many labels share the first place; 0 where nobody voted.
    """

    winners: np.ndarray
    n_winners: np.ndarray

    def draw(self, at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Choose a winner for each new row, ties at random.

        Parameters
        ----------
        at : ndarray of int of shape (n_new,)
            Row of the outcome that each new row follows.
        rng : Generator
            Source of chance; one number is drawn for each new row, tie or not.
        """
        share = rng.random(len(at), dtype=np.float32).astype(np.float64)
        return self.winners[at, (share * self.n_winners[at]).astype(np.intp)]


def vote(voters: np.ndarray, labels: np.ndarray, own: np.ndarray) -> Outcome:
    """Count the labels of the voters of each row.

    Parameters
    ----------
    voters : ndarray of int of shape (n_rows, n_voters)
        Row numbers, nearest first, -1 where there are no more.
    labels : ndarray of int of shape (n_rows_of_the_table,)
        Level of each row of the table.
    own : ndarray of int of shape (n_rows,)
        Level of each row that is voted about, which wins every tie it is part of.

    Examples
    --------
    >>> import numpy as np
    >>> labels = np.array([7, 7, 3, 3, 5])
    >>> outcome = vote(np.array([[0, 2, 1], [2, 4, 0]]), labels, np.array([3, 9]))
    >>> outcome.winners[0, 0], outcome.n_winners.tolist()
    (np.int64(0), [1, 3])
    """
    there, said = (voters >= 0).T, np.ascontiguousarray(labels[voters].T)
    votes, first = there.astype(np.intp), there.copy()
    for one in range(1, len(said)):
        for other in range(one):
            same = (said[one] == said[other]) & there[one] & there[other]
            votes[one] += same
            votes[other] += same
            first[one] &= ~same
    best = first & (votes == votes.max(axis=0))
    kept = best & (said == own)
    best = np.where(kept.any(axis=0), kept, best)
    order = np.argsort(~best, axis=0, kind="stable").T
    return Outcome(np.take_along_axis(voters, order, axis=1), np.count_nonzero(best, axis=0))
