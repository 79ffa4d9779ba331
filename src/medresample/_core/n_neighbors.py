"""How many neighbors, and who searches for them? A number, or the user's own search."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from .._compat import HasMethods, Interval
from ..exceptions import SamplerInputError

# What a number of neighbors may be: an integer, or a search object of the user's own.
NEIGHBORS = [Interval(Integral, 1, None, closed="left"), HasMethods(["fit", "kneighbors"])]
# What may be given to search neighbors in another space than that of the columns.
SPACE = [HasMethods(["fit", "transform"]), None]


def number_of(neighbors: Any, parameter: str = "k_neighbors") -> int:
    """Read a number of neighbors from an integer or from a search object's `n_neighbors`."""
    k = neighbors if isinstance(neighbors, Integral) else getattr(neighbors, "n_neighbors", None)
    if not isinstance(k, Integral) or k < 1:
        raise SamplerInputError(
            f"{parameter} is a {type(neighbors).__name__} without a usable n_neighbors (found "
            f"{k!r}): set it to the number of neighbors wanted."
        )
    return int(k)


def index_of(neighbors: Any) -> Any:
    """Give the search object of the user's own, None where there is only a number."""
    return None if isinstance(neighbors, Integral) else neighbors
