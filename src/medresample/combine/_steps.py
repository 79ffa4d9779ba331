"""What does a step do to a table? Its plan, whoever wrote the sampler; and how plans are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator

from .._core.base import BaseSampler
from .._core.plan import SamplingPlan
from .._core.recipes import row_ids
from .._core.targets import read_target
from .._core.task import Task
from ..exceptions import SamplerInputError
from ._traced import traced_plan

# What a sampler calls the transformer that it looks at rows through.
SPACES = ("neighbor_space", "cluster_space")


def plan_of(step: Any, X: Any, y: Any, groups: Any = None, weights: Any = None) -> SamplingPlan:
    """Let a sampler, which is fitted by that, decide what to do with the rows."""
    if isinstance(step, BaseSampler):
        return step.plan(X, y, groups=groups, sample_weight=weights)
    return traced_plan(step, X, y, groups, weights)


def first_plan(step: Any, task: Task) -> SamplingPlan:
    """Let a sampler decide about the table that a combination was given."""
    return plan_of(step, task.X, task.target.labels, task.groups, task.weights)


def plan_in_turn(steps: Sequence[Any], task: Task) -> SamplingPlan:
    """Run samplers one after the other, each on what the one before gave; join their plans."""
    X, groups, weights = task.X, task.groups, task.weights
    plan = total = first_plan(steps[0], task)
    for step in steps[1:]:
        X, source = plan.apply(X), plan.sample_indices
        groups = None if groups is None else groups[source]
        weights = None if weights is None else weights[source]
        plan = plan_of(step, X, plan.labels, groups, weights)
        total = total.then(plan)
    return total


def equip(step: Any, **unset: Any) -> Any:
    """Clone a step, and give it those of its parameters that it leaves open: None or "auto"."""
    step = clone(step)
    now = step.get_params(deep=False)
    left = [name for name in unset if name in now and _is_open(now[name])]
    return step.set_params(**{name: unset[name] for name in left})


def _is_open(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value == "auto")


def seed_of(task: Task) -> int:
    """Give the seed of a call as one that any sampler takes; an integer that fits is itself."""
    return task.entropy % 2**32


def look_alike(step: Any, over_sampler: Any, task: Task) -> Any:
    """Let a step, where it has no space of its own, look at rows as a fitted over-sampler does."""
    parameters = step.get_params(deep=False)
    name = next((name for name in SPACES if name in parameters), None)
    if name is None or parameters[name] is not None:
        return step
    return step.set_params(**{name: space_of(over_sampler, task)})


def space_of(over_sampler: Any, task: Task) -> Any:
    """Transformer to coordinates that a fitted over-sampler searched in; None for plain numbers.

    It is the one that the sampler learned of labels, or its `neighbor_space`, fitted on the table
    before over-sampling in either case.
    """
    space = getattr(over_sampler, "neighbor_space_", None)
    if space is None:
        given = getattr(over_sampler, "neighbor_space", None)
        space = None if given is None else clone(given).fit(task.X, task.target.labels)
    return None if space is None else FrozenEstimator(space)


def keep_of(plan: SamplingPlan, rows: np.ndarray) -> SamplingPlan:
    """Give the plan that does `plan` and keeps some rows of what it gives."""
    return plan.then(SamplingPlan(read_target(plan.labels), row_ids(rows, plan.n_rows_out)))


def side_by_side(over: SamplingPlan, under: SamplingPlan) -> SamplingPlan:
    """Join two plans for the same table: one that adds rows, one that drops or replaces some.

    Neither sees what the other does, so their order does not matter.
    """
    if under.earlier is None and over.earlier is None and isinstance(over.keep, str):
        made, label = (*under.made, *over.made), np.concatenate([under.label, over.label])
        return replace(over, keep=under.keep, made=made, label=label.astype(over.label.dtype))
    if under.earlier is not None or under.made:
        raise SamplerInputError(
            "Two samplers that both make rows, one of them in several steps, can not work side by "
            "side: give them to Chain, one after the other."
        )
    record, stays = over.provenance(), np.zeros(over.n_rows_in, bool)
    stays[under.kept_rows] = True
    return keep_of(over, np.flatnonzero((record["origin"] != "original") | stays[record["seed"]]))
