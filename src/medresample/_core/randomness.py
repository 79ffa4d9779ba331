"""Where does chance come from? One seed per call, one independent generator per class."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone

RandomState = int | np.integer | np.random.Generator | np.random.RandomState | None


def draw_entropy(random_state: RandomState) -> int:
    """Turn whatever the user gave as `random_state` into the one seed of a call.

    An integer is used as it is. A generator is advanced, so that the next call differs; `None`
    asks the operating system. scikit-learn's global state is never touched.
    """
    if random_state is None:
        entropy = np.random.SeedSequence().entropy
        assert isinstance(entropy, int)
        return entropy
    if isinstance(random_state, np.random.Generator):
        return int.from_bytes(random_state.bytes(16), "little")
    if isinstance(random_state, np.random.RandomState):
        return int.from_bytes(random_state.bytes(16), "little")
    return int(random_state)


def generator(entropy: int, *address: int) -> np.random.Generator:
    """Give the generator that lives at an address, such as the rank of a class.

    Generators at different addresses are independent, and which of them are used, or in which
    order, changes nothing: the draws of one class do not depend on the other classes.
    """
    return np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=address))


def seeded(estimator: Any, rng: np.random.Generator) -> Any:
    """Clone an estimator; one without a `random_state` of its own is given one from the generator.

    So are the parts of a pipeline. The generator is advanced in any case, so that what follows does
    not depend on the estimator.
    """
    seed = int(rng.integers(2**31))
    estimator = clone(estimator)
    unset = [
        name
        for name, value in estimator.get_params().items()
        if value is None and name.rpartition("__")[2] == "random_state"
    ]
    return estimator.set_params(**dict.fromkeys(unset, seed))
