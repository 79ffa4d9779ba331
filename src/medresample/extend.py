"""For authors of samplers: everything that a sampler of one's own is made of.

A sampler subclasses :class:`BaseSampler` and says in ``_plan(task)`` which rows stay and how new
ones are made; checks, containers, provenance, groups and weights come with it.

Examples
--------
>>> import numpy as np
>>> from medresample.extend import BaseSampler, Copies, grow_each_class
>>> class FirstRowOverSampler(BaseSampler):
...     '''Repeat the first row of every smaller class.'''
...
...     _sampling_type = "over-sampling"
...     _any_column = True
...
...     def __init__(self, *, sampling_strategy="auto"):
...         self.sampling_strategy = sampling_strategy
...
...     def _plan(self, task):
...         return grow_each_class(task, self._grow)
...
...     def _grow(self, task, code, n_new, rng):
...         return Copies(np.repeat(task.ids(task.rows_of(code)[:1]), n_new))
>>> X, y = np.arange(4.0).reshape(-1, 1), np.array([0, 0, 0, 1])
>>> FirstRowOverSampler().fit_resample(X, y)[0].ravel().tolist()
[0.0, 1.0, 2.0, 3.0, 3.0, 3.0]
"""

from ._core.base import (
    CLEAN_SAMPLING_STRATEGY,
    OVER_SAMPLING_STRATEGY,
    UNDER_SAMPLING_STRATEGY,
    BaseSampler,
)
from ._core.neighbors import Found, Neighbors
from ._core.noise import Noise
from ._core.plan import SamplingPlan
from ._core.recipes import Copies, Donors, Mixed, Segments, Values
from ._core.summary import PlanSummary
from ._core.task import Task, grow_each_class, pick_each_class

__all__ = [
    "CLEAN_SAMPLING_STRATEGY",
    "OVER_SAMPLING_STRATEGY",
    "UNDER_SAMPLING_STRATEGY",
    "BaseSampler",
    "Copies",
    "Donors",
    "Found",
    "Mixed",
    "Neighbors",
    "Noise",
    "PlanSummary",
    "SamplingPlan",
    "Segments",
    "Task",
    "Values",
    "grow_each_class",
    "pick_each_class",
]
