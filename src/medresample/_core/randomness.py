"""Where does chance come from? One seed per call, one independent generator per class."""

from __future__ import annotations

import numpy as np

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
