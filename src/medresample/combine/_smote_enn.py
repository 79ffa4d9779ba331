"""SMOTE, then edited nearest neighbors: rows that their neighbors outvote go, original or new."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from .._core.base import OVER_SAMPLING_STRATEGY
from .._core.plan import SamplingPlan
from .._core.task import Task
from ..over_sampling import SMOTE
from ..under_sampling import EditedNearestNeighbours
from ._cleaned import grow_then_clean
from ._combined import SAMPLER, CombinedSampler
from ._steps import equip


class SMOTEENN(CombinedSampler):
    """Balance classes with SMOTE, then drop the rows that their neighbors outvote.

    After over-sampling, every row, original or new, is judged by its three nearest neighbors: it is
    dropped when another class has more of them than its own. Where classes overlap, many rows go,
    those of the common class above all.

    Not where counts must be exact: classes are of uneven size afterwards. Not where the overlap is
    what a model has to learn: it is thinned, so that models are too sure of themselves, besides the
    risks that are too high after SMOTE.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class before cleaning, by imbalanced-learn's rules, for an over-sampler
        that does not say otherwise.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance for steps that have none of their own; an integer gives the rows that SMOTE
        gives by itself, less those that are cleaned away.
    smote : sampler, default=None
        The over-sampler: ``SMOTE()``, or any other, such as ``SMOTEENC()`` for tables with
        categories.
    enn : sampler, default=None
        The cleaner: ``EditedNearestNeighbours(sampling_strategy="all")``, or any other. Where it
        has no `neighbor_space` of its own, it measures distances as the over-sampler does.
    n_jobs : int, default=None
        Threads of the steps that do not say otherwise; the result is the same for any number.

    Attributes
    ----------
    smote_, enn_ : samplers
        The fitted steps, with what they learned; the row numbers of the second one are those of the
        over-sampled table.
    sampling_strategy_ : dict
        Rows added per class, before cleaning.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed, partner, step and label of every output row.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    See Also
    --------
    SMOTETomek : Drops less rows.
    SMOTEIPF : Models judge a row instead of neighbors.
    Chain : Any samplers, one after the other.

    References
    ----------
    .. [1] G. E. A. P. A. Batista, R. C. Prati, M. C. Monard, "A study of the behavior of several
       methods for balancing machine learning training data", SIGKDD Explorations 6(1), 20-29, 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.combine import SMOTEENN
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["well", "ill"], [60, 20])
    >>> X = rng.normal(size=(80, 2)) + (y == "ill")[:, None]
    >>> sampler = SMOTEENN(random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> kept_of_the_new = np.sum(sampler.provenance_["origin"] == "synthetic")
    >>> len(X_res) < 120, kept_of_the_new < 40
    (True, np.True_)
    """

    _sampling_type: ClassVar[str] = "over-sampling"

    _parameter_constraints: ClassVar[dict] = {
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "random_state": ["random_state", np.random.Generator],
        "smote": SAMPLER,
        "enn": SAMPLER,
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        random_state: Any = None,
        smote: Any = None,
        enn: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.smote = smote
        self.enn = enn
        self.n_jobs = n_jobs

    def _samplers(self) -> list[Any]:
        smote = SMOTE() if self.smote is None else self.smote
        enn = EditedNearestNeighbours(sampling_strategy="all") if self.enn is None else self.enn
        return [equip(smote, sampling_strategy=self.sampling_strategy), enn]

    def _plan(self, task: Task) -> SamplingPlan:
        smote, enn = self._samplers()
        self.smote_, self.enn_, plan = grow_then_clean(self, smote, enn, task)
        return plan
