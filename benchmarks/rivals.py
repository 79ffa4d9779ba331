"""Which samplers do both libraries have, and why would their classifiers differ?

Parameters that mean the same are set to the same value; all others are each library's own. The
reasons are those of the sources: what the paper of the method says, and what either library does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Make = Callable[[Any, Sequence[int], int], Any]


@dataclass(frozen=True)
class Rival:
    """A method that both libraries have.

    Parameters
    ----------
    name : str
        The method.
    kinds : tuple of str
        Kinds of table that it is for: "continuous", "mixed", "nominal".
    reason : str
        Why results may differ, or not.
    ours, peer : str
        Name of the class in either library; `name` where it is not given.
    settings, our_settings, peer_settings : dict
        Parameters of both, of ours, and of the peer.
    told_labels : bool
        Whether the sampler is told which columns hold labels.
    """

    name: str
    kinds: tuple[str, ...]
    reason: str
    ours: str = ""
    peer: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    our_settings: dict[str, Any] = field(default_factory=dict)
    peer_settings: dict[str, Any] = field(default_factory=dict)
    told_labels: bool = False

    @property
    def is_there(self) -> bool:
        """Whether the installed medresample has it."""
        from medresample import over_sampling

        return hasattr(over_sampling, self.ours or self.name)

    def make(self, library: str, labels: Sequence[int], seed: int) -> Any:
        """Make the sampler of one library ("ours", "peer") for a table and a seed."""
        if library == "ours":
            from medresample import over_sampling as room

            name, own = self.ours or self.name, self.our_settings
        else:
            from imblearn import over_sampling as room

            name, own = self.peer or self.name, self.peer_settings
        told = {"categorical_features": list(labels)} if self.told_labels else {}
        return getattr(room, name)(**self.settings, **own, **told, random_state=seed)


RIVALS = (
    Rival(
        "SMOTE",
        ("continuous",),
        "Both draw the seed, one of its 5 neighbors and one uniform step: the same distribution "
        "of rows, other random numbers.",
        settings={"k_neighbors": 5},
    ),
    Rival(
        "BorderlineSMOTE-1",
        ("continuous",),
        "Same rule on both sides; where no row is in danger ours does what SMOTE does and says "
        "so, imbalanced-learn returns the table unbalanced and says nothing.",
        ours="BorderlineSMOTE",
        peer="BorderlineSMOTE",
        settings={"kind": "borderline-1", "k_neighbors": 5, "m_neighbors": 10},
    ),
    Rival(
        "BorderlineSMOTE-2",
        ("continuous",),
        "Ours draws half of the partners from the nearest of the class and half from the nearest "
        "negative rows, toward which the step is uniform up to 1/2, as in the paper; "
        "imbalanced-learn takes the nearest of the whole table, mostly negative where a class is "
        "rare, and multiplies two uniform numbers, so that its steps there are half as long.",
        ours="BorderlineSMOTE",
        peer="BorderlineSMOTE",
        settings={"kind": "borderline-2", "k_neighbors": 5, "m_neighbors": 10},
    ),
    Rival(
        "ADASYN",
        ("continuous",),
        "Same shares; ours gives the count asked for, imbalanced-learn rounds each row's share "
        "and misses it by some, and raises where no row has another class around.",
        settings={"n_neighbors": 5},
    ),
    Rival(
        "KMeansSMOTE",
        ("continuous",),
        "Ours weighs clusters by the paper's exponent, the number of columns, imbalanced-learn by "
        "one that depends on the cluster's size; where no cluster qualifies ours does what SMOTE "
        "does and says so, imbalanced-learn raises, and it overshoots the count.",
        settings={"k_neighbors": 2, "kmeans_estimator": 10},
    ),
    Rival(
        "SVMSMOTE",
        ("continuous",),
        "Ours divides the new rows evenly among the support vectors, as the paper; "
        "imbalanced-learn divides them between those in danger and the safe ones by one draw of a "
        "Beta(10, 10), loses a share where one kind is missing, and raises where all are noise.",
        settings={"k_neighbors": 5, "m_neighbors": 10},
    ),
    Rival(
        "SMOTENC",
        ("mixed",),
        "Same distance and same vote of the neighbors; where labels tie ours keeps the row's own "
        "if it is among them, imbalanced-learn draws one.",
        settings={"k_neighbors": 5},
        told_labels=True,
    ),
    Rival(
        "SMOTEN",
        ("nominal",),
        "Same distance, same voters; where labels tie ours keeps the row's own or draws one, "
        "imbalanced-learn takes the first in order, so that its new rows vary less.",
        settings={"k_neighbors": 5},
    ),
    Rival(
        "SMOTEENC against SMOTENC",
        ("mixed",),
        "Two methods, for orientation only: ours weighs labels by how much they say of the class, "
        "imbalanced-learn's counts every difference alike.",
        ours="SMOTEENC",
        peer="SMOTENC",
        settings={"k_neighbors": 5},
        told_labels=True,
    ),
)
