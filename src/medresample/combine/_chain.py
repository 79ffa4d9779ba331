"""Any sampler after any sampler, as one sampler with one plan."""

from __future__ import annotations

from typing import Any, ClassVar

from sklearn.utils import get_tags

from .._core.plan import SamplingPlan
from .._core.targets import Target
from .._core.task import Task
from ..exceptions import SamplerInputError
from ._combined import SAMPLER, CombinedSampler
from ._steps import equip, plan_in_turn

STEPS = ("first", "second", "third", "fourth", "fifth")


class Chain(CombinedSampler):
    """Do what several samplers do, one after the other, each on what the one before gave.

    What was done is one plan: provenance tells the rows of the first table that each row of the
    last comes from, and groups and weights travel all the way. Samplers of imbalanced-learn are
    taken, too: rows that they only keep or copy are traced, and rows that they make are of unknown
    origin (a seed of -1), so that neither groups nor weights can follow them.

    Not to be used in place of a pipeline: a chain resamples, and knows nothing of transformers. Not
    where the number of rows matters more than which they are: a cleaner as the last step leaves
    classes of uneven size.

    Parameters
    ----------
    first, second, third, fourth, fifth : sampler, default=None
        What is done, in this order; None is no step. Each has its own `sampling_strategy`,
        `random_state` and `n_jobs`, which are reached by name: ``second__n_jobs``. A chain may be a
        step of a chain.

    Attributes
    ----------
    steps_ : list of samplers
        The fitted steps, with what they learned. Their row numbers are those of the table that
        each of them was given.
    sampling_strategy_ : dict
        Rows that the first step was to add or to keep per class.
    sample_indices_ : ndarray of shape (n_rows_new,)
        Row of the input that each output row is, where every step only drops or copies rows.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed, partner, step and label of every output row, in rows of the input.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    See Also
    --------
    SMOTETomek, SMOTEENN : Chains that have a name, in which the cleaner measures distances as the
        over-sampler does.
    medresample.pipeline.Pipeline : Transformers, samplers and a model.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.combine import Chain
    >>> from medresample.over_sampling import SMOTE
    >>> from medresample.under_sampling import RandomUnderSampler
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(1050, 2)), np.repeat(["well", "ill"], [1000, 50])
    >>> chain = Chain(
    ...     RandomUnderSampler(sampling_strategy=0.2, random_state=0), SMOTE(random_state=0)
    ... )
    >>> X_res, y_res = chain.fit_resample(X, y)
    >>> chain.plan_.counts["after"]
    {'ill': 250, 'well': 250}
    >>> bool(np.all(y[chain.provenance_["seed"]] == y_res))
    True
    """

    _sampling_type: ClassVar[str] = "bypass"

    _parameter_constraints: ClassVar[dict] = dict.fromkeys(STEPS, SAMPLER)

    def __init__(
        self,
        first: Any = None,
        second: Any = None,
        third: Any = None,
        fourth: Any = None,
        fifth: Any = None,
    ) -> None:
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
        self.fifth = fifth

    def _samplers(self) -> list[Any]:
        return [step for step in (getattr(self, name) for name in STEPS) if step is not None]

    @property
    def _selects_rows(self) -> bool:  # type: ignore[override]
        return all(get_tags(step).sampler_tags.sample_indices for step in self._samplers())

    def _computes_with_cells(self) -> bool:
        return not all(get_tags(step).input_tags.string for step in self._samplers())

    def _wanted(self, target: Target) -> dict[Any, int]:
        if not self._samplers():
            raise SamplerInputError(
                "Chain has no step. Give it samplers, as in Chain(SMOTE(), TomekLinks())."
            )
        return super()._wanted(target)

    def _plan(self, task: Task) -> SamplingPlan:
        self.steps_ = [equip(step) for step in self._samplers()]
        return plan_in_turn(self.steps_, task)
