"""SMOTE, then Tomek links: pairs of nearest rows of different classes go, original or new."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from .._core.base import OVER_SAMPLING_STRATEGY
from .._core.plan import SamplingPlan
from .._core.task import Task
from ..over_sampling import SMOTE
from ..under_sampling import TomekLinks
from ._cleaned import grow_then_clean
from ._combined import SAMPLER, CombinedSampler
from ._steps import equip


class SMOTETomek(CombinedSampler):
    """Balance classes with SMOTE, then drop the rows that stand nearest to another class.

    After over-sampling, every two rows of different classes that are each other's nearest neighbor
    form a Tomek link, and both are dropped, whether they are original or new. The classes move
    apart a little; few rows are lost.

    Not where counts must be exact: the classes are of nearly even size afterwards. Not where rare
    rows in doubt must be kept: some original rows of the rare class may be dropped. Like SMOTE, it
    makes predicted risks too high.

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
    tomek : sampler, default=None
        The cleaner: ``TomekLinks(sampling_strategy="all")``, or any other. Where it has no
        `neighbor_space` of its own, it measures distances as the over-sampler does.
    n_jobs : int, default=None
        Threads of the steps that do not say otherwise; the result is the same for any number.

    Attributes
    ----------
    smote_, tomek_ : samplers
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
    SMOTEENN : Drops more rows.
    Chain : Any samplers, one after the other.

    References
    ----------
    .. [1] G. E. A. P. A. Batista, R. C. Prati, M. C. Monard, "A study of the behavior of several
       methods for balancing machine learning training data", SIGKDD Explorations 6(1), 20-29, 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.combine import SMOTETomek
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["well", "ill"], [60, 20])
    >>> X = rng.normal(size=(80, 2)) + (y == "ill")[:, None]
    >>> sampler = SMOTETomek(random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> len(X_res) == 120 - len(np.unique(sampler.tomek_.links_))
    True
    """

    _sampling_type: ClassVar[str] = "over-sampling"

    _parameter_constraints: ClassVar[dict] = {
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "random_state": ["random_state", np.random.Generator],
        "smote": SAMPLER,
        "tomek": SAMPLER,
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        random_state: Any = None,
        smote: Any = None,
        tomek: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.smote = smote
        self.tomek = tomek
        self.n_jobs = n_jobs

    def _samplers(self) -> list[Any]:
        smote = SMOTE() if self.smote is None else self.smote
        tomek = TomekLinks(sampling_strategy="all") if self.tomek is None else self.tomek
        return [equip(smote, sampling_strategy=self.sampling_strategy), tomek]

    def _plan(self, task: Task) -> SamplingPlan:
        smote, tomek = self._samplers()
        self.smote_, self.tomek_, plan = grow_then_clean(self, smote, tomek, task)
        return plan
