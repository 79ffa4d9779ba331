"""How is an over-sampled table cleaned? By distances as the over-sampler measured them."""

from __future__ import annotations

from typing import Any

from .._core.plan import SamplingPlan
from .._core.task import Task
from ._steps import equip, first_plan, look_alike, plan_of, seed_of


def grow_then_clean(
    sampler: Any, over_sampler: Any, cleaner: Any, task: Task
) -> tuple[Any, Any, SamplingPlan]:
    """Run an over-sampler, and a cleaner on all that it gives.

    Parameters
    ----------
    sampler : CombinedSampler
        Has `sampling_strategy` and `n_jobs`, for what its steps leave open.
    over_sampler, cleaner : samplers
        The steps, unfitted.
    task : Task
        What is asked.

    Returns
    -------
    over_sampler, cleaner : samplers
        The same, fitted.
    plan : SamplingPlan
        What both did.
    """
    over_sampler, grown = grow(sampler, over_sampler, task)
    cleaner = equip(cleaner, n_jobs=sampler.n_jobs, random_state=seed_of(task))
    cleaner = look_alike(cleaner, over_sampler, task)
    plan = grown.then(plan_of(cleaner, grown.apply(task.X), grown.labels))
    return over_sampler, cleaner, plan


def grow(sampler: Any, over_sampler: Any, task: Task) -> tuple[Any, SamplingPlan]:
    """Run an over-sampler: give it, fitted, and what it did."""
    over_sampler = equip(
        over_sampler,
        sampling_strategy=sampler.sampling_strategy,
        n_jobs=sampler.n_jobs,
        random_state=seed_of(task),
    )
    return over_sampler, first_plan(over_sampler, task)
