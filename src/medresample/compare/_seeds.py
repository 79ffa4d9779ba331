"""Streams of chance by address: the same branch gives the same stream, asked once or twice."""

from __future__ import annotations

import numpy as np


def branches(seed: np.random.SeedSequence, n: int) -> list[np.random.SeedSequence]:
    """The first n children of a seed.

    They are the ones of ``seed.spawn(n)`` on a fresh copy. ``spawn`` itself counts its calls, so
    that jobs which share a seed would draw differently in one process and in many.
    """
    return [np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, i)) for i in range(n)]


def state(seed: np.random.SeedSequence) -> int:
    """A seed as an integer, for ``random_state``."""
    return int(seed.generate_state(1)[0])
