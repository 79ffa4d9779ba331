"""SMOTE and fuzzy c-means under-sampling side by side: classes meet at a size between theirs."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from .._core.plan import SamplingPlan
from .._core.targets import Target
from .._core.task import Task
from ..over_sampling import SMOTE
from ..under_sampling import FuzzyCMeansUnderSampler
from ._combined import SAMPLER, CombinedSampler
from ._middle import FACTOR, TARGET, meet, sizes_in_the_middle


class SMOTEFuzzyCMeans(CombinedSampler):
    """Balance classes half-way: SMOTE for the small ones, cores of fuzzy clusters for the rest.

    Every class is brought to a size between the smallest and the largest. Smaller classes grow by
    SMOTE; larger ones are clustered by fuzzy c-means, and each cluster gives the rows that belong
    to it most. Both see the original rows alone, so that no synthetic row has a say in which
    original ones stay, and their order does not matter.

    Not to be used where rare kinds of the common class matter, which the cores leave out, nor for
    many columns as they are, where all rows belong to all clusters alike. Not where missing values
    have not been imputed. Like SMOTE, it makes predicted risks too high.

    Parameters
    ----------
    target : {"geometric", "mean"} or float, default="geometric"
        Rows that every class is to have: the geometric mean of the sizes of all classes (for two
        classes the root of their product), their arithmetic mean, or a share of the largest class.
    max_synth_factor : float, default=5
        New rows of a class at most, as a multiple of its own: a class that would need more grows to
        that, and a warning says so.
    smote : sampler, default=None
        The over-sampler: ``SMOTE()``, or any other. Its `sampling_strategy` is set from `target`.
    fuzzy_c_means : sampler, default=None
        The under-sampler: ``FuzzyCMeansUnderSampler()``, or any other. Its `sampling_strategy` is
        set from `target`. Where it has no `cluster_space` of its own, it takes distances as the
        over-sampler does.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance for steps that have none of their own; an integer gives the same result at
        every call.
    n_jobs : int, default=None
        Threads of the steps that do not say otherwise; the result is the same for any number.

    Attributes
    ----------
    smote_, fuzzy_c_means_ : samplers
        The steps, with what they learned, such as ``fuzzy_c_means_.clusters_``; one that found
        nothing to do is as it was given.
    sampling_strategy_ : dict
        Rows that every class gets.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed, partner, step and label of every output row.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Warns
    -----
    FallbackWarning
        When `max_synth_factor` stops a class from growing to the size of the others.

    See Also
    --------
    SMOTEKMeans : The same with clusters that have borders, all kinds of rows kept.
    medresample.under_sampling.FuzzyCMeansUnderSampler : The other half.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.combine import SMOTEFuzzyCMeans
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["well", "ill"], [1000, 50])
    >>> X = rng.normal(size=(1050, 2)) + (y == "ill")[:, None]
    >>> sampler = SMOTEFuzzyCMeans(random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> sampler.plan_
    SamplingPlan(kept 274 of 1050, made 174: ill 50 -> 224, well 1000 -> 224)
    """

    _sampling_type: ClassVar[str] = "bypass"

    _parameter_constraints: ClassVar[dict] = {
        "target": TARGET,
        "max_synth_factor": FACTOR,
        "smote": SAMPLER,
        "fuzzy_c_means": SAMPLER,
        "random_state": ["random_state", np.random.Generator],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        *,
        target: Any = "geometric",
        max_synth_factor: float = 5,
        smote: Any = None,
        fuzzy_c_means: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.target = target
        self.max_synth_factor = max_synth_factor
        self.smote = smote
        self.fuzzy_c_means = fuzzy_c_means
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _samplers(self) -> list[Any]:
        usual = self.fuzzy_c_means is None
        under_sampler = FuzzyCMeansUnderSampler() if usual else self.fuzzy_c_means
        return [SMOTE() if self.smote is None else self.smote, under_sampler]

    def _wanted(self, target: Target) -> dict[Any, int]:
        return sizes_in_the_middle(target, self.target, self.max_synth_factor)

    def _plan(self, task: Task) -> SamplingPlan:
        smote, fuzzy_c_means = self._samplers()
        self.smote_, self.fuzzy_c_means_, plan = meet(self, smote, fuzzy_c_means, task)
        return plan
