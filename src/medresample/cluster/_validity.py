"""How clear are the clusters? Four numbers, and a warning where the centers have collapsed."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from ..exceptions import CollapsedCentersWarning
from ._membership import Block, Centers

# Centers nearer than this share of the spread are at one place.
SAME_PLACE = 1e-6
# Centers compared with all others at a time.
ROWS = 256
# Below this normalized partition coefficient every row belongs to all clusters about equally.
NO_CLUSTERS = 0.05


@dataclass(frozen=True)
class Validity:
    """What the memberships of a table say about its clusters; rows count by their weights.

    Attributes
    ----------
    objective : float
        Sum over rows and clusters of membership to the power m times squared distance.
    partition_coefficient : float
        Mean over the rows of the sum of squared memberships: from 1 / n_clusters to 1.
    normalized_partition_coefficient : float
        The same from 0 to 1; NaN for a single cluster.
    partition_entropy : float
        Mean over the rows of the entropy of the memberships: from 0 to log(n_clusters).
    xie_beni : float
        Mean objective of a row over the least squared distance of two centers; NaN for a single
        cluster.
    """

    objective: float
    partition_coefficient: float
    normalized_partition_coefficient: float
    partition_entropy: float
    xie_beni: float


def objective(X: np.ndarray, weight: np.ndarray, centers: Centers) -> float:
    """Give the objective, in the units of the table."""

    def add(chunk: slice, block: Block) -> float:
        return float(weight[chunk] @ block.losses(centers.m))

    return _in_units(sum(centers.for_each_block(add, X)), centers)


def _in_units(loss: float, centers: Centers) -> float:
    scale = centers.coordinates.scale
    return float(loss / scale / scale)  # the square of the scale may be beyond float64


def assess(X: np.ndarray, weight: np.ndarray, centers: Centers) -> tuple[Validity, np.ndarray]:
    """Measure how clear the clusters are; give the label of each row too."""
    labels = np.empty(len(X), np.int32)

    def add(chunk: slice, block: Block) -> np.ndarray:
        shares = block.memberships().astype(np.float64)
        labels[chunk] = shares.argmax(axis=0)
        each = [block.losses(centers.m), (shares**2).sum(axis=0), entr(shares).sum(axis=0)]
        return np.array([weight[chunk] @ values for values in each])

    loss, squares, entropy = sum(centers.for_each_block(add, X)) / weight.sum()
    c = len(centers.places)
    with np.errstate(divide="ignore", invalid="ignore"):
        xie_beni = loss / np.float64(closest_centers(centers.places)[0]) ** 2
    validity = Validity(
        _in_units(loss * weight.sum(), centers),
        float(squares),
        float((squares - 1 / c) / (1 - 1 / c)) if c > 1 else np.nan,
        float(entropy),
        float(xie_beni),
    )
    return validity, labels


def closest_centers(places: np.ndarray) -> tuple[float, int, int]:
    """Give the least distance of two centers, and their numbers; NaN for a single center."""
    least = np.nan, 0, 0
    lengths = np.einsum("kj,kj->k", places, places)
    for first in range(0, len(places) if len(places) > 1 else 0, ROWS):
        some = places[first : first + ROWS]
        squared = lengths[first : first + ROWS, None] - 2 * some @ places.T + lengths
        here = np.arange(len(some))
        squared[here, first + here] = np.inf
        a, b = np.unravel_index(squared.argmin(), squared.shape)
        apart = float(np.linalg.norm(some[a] - places[b]))
        if not apart >= least[0]:
            least = apart, first + int(a), int(b)
    return least


def warn_if_collapsed(validity: Validity, centers: Centers) -> None:
    """Say so where centers share a place, or where all rows belong to all clusters alike."""
    c, d = centers.places.shape
    if c == 1:
        return
    apart, first, second = closest_centers(centers.places)
    if apart <= SAME_PLACE * centers.coordinates.spread:
        found = f"Centers {first} and {second} of {c} are at the same place"
    elif validity.normalized_partition_coefficient < NO_CLUSTERS:
        share = validity.normalized_partition_coefficient
        found = (
            f"Rows belong to all {c} clusters about equally (normalized partition coefficient "
            f"{share:.2g})"
        )
    else:
        return
    warnings.warn(
        f"{found}: the centers have collapsed. Bring m={centers.m:g} nearer to 1, use fewer of the "
        f"{d} columns (such as PCA), or ask for fewer clusters.",
        CollapsedCentersWarning,
        stacklevel=4,  # of the caller of fit, which scikit-learn wraps
    )
