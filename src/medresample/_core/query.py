"""What is asked of a neighbor search? Coordinates, who may be whose neighbor, and how many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .extent import Extent, extent_of

ANY, SAME, DIFFERENT = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Query:
    """A search in places: positions in `corpus`, whose order decides ties.

    Parameters
    ----------
    queries, corpus : ndarray or CSR matrix of shape (n_queries, d) and (n, d)
        Coordinates, float32 or float64.
    own : ndarray of int of shape (n_queries,)
        Place of each query in the corpus, -1 where it is not there; never found.
    k : int
        Neighbors wanted.
    own_groups, groups : ndarray of int
        Group of each query and of each row of the corpus.
    want : int
        ANY group, the SAME, or a DIFFERENT one.
    threads : int
        Threads to use.
    holes : bool
        Whether some coordinate is missing.
    unit : float
        What distances have to be multiplied by to be those of the table.
    limits : Extent, default=None
        Limits of the coordinates, where they are known.
    """

    queries: Any
    corpus: Any
    own: np.ndarray
    k: int
    own_groups: np.ndarray
    groups: np.ndarray
    want: int = ANY
    threads: int = 1
    holes: bool = False
    unit: float = 1.0
    limits: Extent | None = None

    @property
    def extent(self) -> Extent:
        """Limits of the coordinates."""
        return self.limits or extent_of(self.queries, self.corpus, threads=self.threads)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of queries, rows and columns."""
        return len(self.own), len(self.groups), self.corpus.shape[1]

    @property
    def within(self) -> bool:
        """Whether every row of the corpus asks for its neighbors, in order, and nobody else."""
        n = len(self.groups)
        return self.queries is self.corpus and np.array_equal(self.own, np.arange(n))

    def only(self, which: np.ndarray | slice) -> Query:
        """Ask for some of the queries."""
        return replace(
            self,
            queries=self.queries[which],
            own=self.own[which],
            own_groups=self.own_groups[which],
        )

    def empty_lists(self, width: int, dtype: Any = np.float64) -> tuple[np.ndarray, np.ndarray]:
        """Lists of squared distances and places to be filled, nearest first."""
        shape = (len(self.own), width)
        return np.full(shape, np.inf, dtype), np.full(shape, -1, np.int64)


Answer = tuple[np.ndarray, np.ndarray]


def is_resolved(values: np.ndarray, d: int) -> np.ndarray:
    """Say where squared distances are large enough that no square in them was lost to underflow."""
    return values > 2 * (d + 4) * np.finfo(np.float64).tiny


# Queries of a chunk, which is worked on by one thread.
CHUNK = 256
# Queries tried first where there are more than a few, and the share of uncertain ones among them
# from which a screen is not worth its while.
FEW, TRIED = 2_048, 64
GIVE_UP = 0.2


def settle(
    query: Query,
    screen: Callable[[Query], tuple[np.ndarray, np.ndarray, np.ndarray]],
    again: Callable[[Query], Answer],
) -> Answer:
    """Search by a fast screen, and again by a sure way where the screen is not certain.

    Parameters
    ----------
    query : Query
        What is asked.
    screen : callable
        Gives squared distances, places, and which queries are certain to be right.
    again : callable
        Gives squared distances and places that need no certificate. It takes over altogether when
        too many of the first queries turn out uncertain.
    """
    few = len(query.own) <= FEW
    values, places, certain = screen(query if few else query.only(slice(TRIED)))
    if certain.mean() < 1 - GIVE_UP:
        return again(query)
    if not few and query.within:  # all together, where no pair is compared twice
        values, places, certain = screen(query)
    elif not few:
        more = screen(query.only(slice(TRIED, None)))
        values = np.concatenate([values, more[0]])
        places = np.concatenate([places, more[1]])
        certain = np.concatenate([certain, more[2]])
    rest = np.flatnonzero(~certain)
    if len(rest):
        values[rest], places[rest] = again(query.only(rest))
    return values, places
