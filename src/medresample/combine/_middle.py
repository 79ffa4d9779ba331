"""Where do classes meet? At a size to which small ones grow and large ones shrink."""

from __future__ import annotations

import warnings
from numbers import Real
from typing import Any

import numpy as np

from .._compat import Interval, StrOptions
from .._core.plan import SamplingPlan
from .._core.targets import Target
from .._core.task import Task
from ..exceptions import FallbackWarning, NothingToDoWarning, SamplerInputError
from ._steps import equip, first_plan, look_alike, seed_of, side_by_side

# What `target` and `max_synth_factor` may be.
TARGET = [Interval(Real, 0, 1, closed="right"), StrOptions({"geometric", "mean"})]
FACTOR = [Interval(Real, 0, None, closed="neither")]


def sizes_in_the_middle(target: Target, rule: Any, max_synth_factor: float) -> dict[Any, int]:
    """Rows that each class is to have.

    Parameters
    ----------
    target : Target
        The classes.
    rule : {"geometric", "mean"} or float
        The geometric or arithmetic mean of the sizes of all classes, or a share of the largest.
    max_synth_factor : float
        New rows of a class at most, as a multiple of the rows it has.

    Raises
    ------
    SamplerInputError
        When a share of the largest class is less than the smallest has.
    """
    counts = target.counts()
    if isinstance(rule, Real):
        size = round(float(rule) * int(counts.max()))
        if size < counts.min():
            raise SamplerInputError(
                f"target={rule!r} asks for {size} rows of each class, but class "
                f"{target.class_name(int(counts.argmin()))}, the smallest, has {counts.min()}: "
                f"give at least {counts.min() / counts.max():.3g}, or use an under-sampler."
            )
    elif rule == "mean":
        size = round(len(target.codes) / len(counts))
    else:
        size = round(float(np.exp(np.log(counts).mean())))
    most = counts + (max_synth_factor * counts).astype(np.intp)
    for code in np.flatnonzero(most < size):
        warnings.warn(
            f"Class {target.class_name(int(code))} has {counts[code]} rows, so it grows to "
            f"{most[code]} and not to {size} as the others shrink to: "
            f"max_synth_factor={max_synth_factor:g} allows no more new rows.",
            FallbackWarning,
            stacklevel=2,
        )
    wanted = np.minimum(most, size)
    return dict(zip(target.classes.tolist(), wanted.tolist(), strict=True))


def meet(
    sampler: Any, over_sampler: Any, under_sampler: Any, task: Task
) -> tuple[Any, Any, SamplingPlan]:
    """Let small classes grow and large ones shrink, both seeing the table as it was given.

    Parameters
    ----------
    sampler : CombinedSampler
        Has `n_jobs`, for what its steps leave open.
    over_sampler, under_sampler : samplers
        The steps, unfitted.
    task : Task
        What is asked: the rows that each class is to have.

    Returns
    -------
    over_sampler, under_sampler : samplers
        The same, fitted.
    plan : SamplingPlan
        What both did.
    """
    counts, labels = task.target.counts(), task.target.classes.tolist()
    grow = {labels[code]: n for code, n in task.wanted.items() if n > counts[code]}
    shrink = {labels[code]: n for code, n in task.wanted.items() if n < counts[code]}
    left_open = {"random_state": seed_of(task), "n_jobs": sampler.n_jobs}
    over_sampler, under_sampler = (
        equip(step, **left_open).set_params(sampling_strategy=strategy)
        for step, strategy in ((over_sampler, grow), (under_sampler, shrink))
    )
    if not grow and not shrink:
        warnings.warn(
            f"{type(sampler).__name__} has nothing to do: the classes already have the size that "
            f"target={sampler.target!r} asks for. The rows are returned as they are.",
            NothingToDoWarning,
            stacklevel=2,
        )
        return over_sampler, under_sampler, task.plan("all")
    with warnings.catch_warnings():
        if not grow:  # it is asked all the same, for how it takes distances
            warnings.simplefilter("ignore", NothingToDoWarning)
        plan = first_plan(over_sampler, task)
    if shrink:
        under_sampler = look_alike(under_sampler, over_sampler, task)
        plan = side_by_side(plan, first_plan(under_sampler, task))
    return over_sampler, under_sampler, plan
