"""Search in a k-d tree, for long tables of few columns whose rows lie in clumps.

Whether a tree pays depends on the data more than on their size: it does where rows form clusters,
and not where they fill the space evenly. So a few queries are tried both ways. The answer is the
same whichever wins: both are exact, and their distances are summed in the same order.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from . import nearest_direct
from .query import Answer, Query, is_resolved

SPARE = 2
TRIED = 64


def search(query: Query) -> Answer:
    """Find the k nearest of each query; ties at the border are settled by direct differences."""
    from scipy.spatial import cKDTree

    tree = cKDTree(query.corpus, leafsize=32)
    if not _pays(tree, query):
        return nearest_direct.search(query)
    return _search_in(tree, query)


def _pays(tree: Any, query: Query) -> bool:
    """Try a few queries both ways, on one thread each."""
    tried = np.linspace(0, len(query.own) - 1, min(TRIED, len(query.own))).astype(np.intp)
    some = replace(query.only(tried), threads=1)
    nearest_direct.search(some.only(np.arange(2)))  # load the kernels before the clock runs
    begun = time.perf_counter()
    nearest_direct.search(some)
    direct = time.perf_counter() - begun
    begun = time.perf_counter()
    _search_in(tree, some)
    return time.perf_counter() - begun < direct


def _search_in(tree: Any, query: Query) -> Answer:
    from .._kernels.lists import rank_exactly

    width = min(query.k + SPARE, len(query.groups))
    distances, found = tree.query(query.queries, k=width, workers=query.threads)
    distances = np.asarray(distances).reshape(-1, width)
    found = np.asarray(found).reshape(-1, width)
    candidates = np.where(found == query.own[:, None], -1, found).astype(np.int64)
    values, places = query.empty_lists(query.k)
    rank_exactly(query.queries, query.corpus, candidates, values, places)
    kth = values[:, -1]
    certain = (np.sqrt(kth) * (1 + 1e-12) < distances[:, -1]) & is_resolved(kth, query.shape[2])
    again = np.flatnonzero(~certain & (width < len(query.groups)))
    if len(again):
        values[again], places[again] = nearest_direct.search(query.only(again))
    return values, places
