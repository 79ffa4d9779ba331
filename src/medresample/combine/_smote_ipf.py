"""SMOTE-IPF: SMOTE, then a filter that removes rows which models of parts of the table misjudge."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from .._compat import HasMethods, Interval, StrOptions
from .._core.base import OVER_SAMPLING_STRATEGY
from .._core.plan import SamplingPlan
from .._core.refused import refuse_columns
from .._core.table import wrap
from .._core.targets import read_target
from .._core.task import Task
from ..over_sampling import SMOTE
from ._cleaned import grow
from ._combined import SAMPLER, CombinedSampler
from ._partition_filter import Rule, filter_noise
from ._steps import equip, keep_of, space_of

AT_LEAST_ONE = [Interval(Integral, 1, None, closed="left")]


class SMOTEIPF(CombinedSampler):
    """Balance classes with SMOTE, then drop the rows that models of parts of the table misjudge.

    The over-sampled table is split into parts, with equal shares of each class. A tree learns from
    each part, and all trees judge every row. A row is noise when more than half of them take it for
    another class, that of its own part among them. Noise is dropped, original and new rows alike,
    and the rest is split anew, until hardly anything is dropped any more.

    Not where counts must be exact. Not where rare rows that differ from the rest of their class
    matter: they are what a filter takes for noise. What is left looks easier than it is, so that
    models are too sure of themselves, besides the risks that are too high after SMOTE.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class before filtering, by imbalanced-learn's rules, for an over-sampler
        that does not say otherwise.
    smote : sampler, default=None
        The over-sampler: ``SMOTE()``, or any other, such as ``SMOTEENC()`` for tables with
        categories. Models see rows in the space where it searched for neighbors.
    n_partitions : int, default=9
        Parts of the table, no more than the smallest class has rows.
    train_on : {"subset", "complement"}, default="subset"
        Whether a model learns from its own part, or from all others. With "complement" the model of
        a row's own part has not seen it.
    voting : {"majority", "consensus"}, default="majority"
        Whether more than half of the models must misjudge a row, or all of them.
    estimator : classifier, default=None
        What learns from each part: ``DecisionTreeClassifier(criterion="entropy",
        min_samples_leaf=2, ccp_alpha=0.01)``, which stands in for C4.5, or any other. One whose
        `random_state` is None is given one from ours.
    stop_share : float, default=0.01
        Share of the over-sampled rows below which an iteration counts as having dropped hardly
        anything.
    patience : int, default=3
        Such iterations in a row after which the filter stops.
    max_iter : int, default=100
        Iterations at most.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the rows that SMOTE gives by itself, less those that are
        filtered out. The rows of each class are dealt out by an independent generator of its own.
    n_jobs : int, default=None
        Threads; the result is the same for any number.

    Attributes
    ----------
    smote_ : sampler
        The fitted over-sampler.
    n_removed_ : ndarray of int of shape (n_iterations,)
        Rows dropped in each iteration.
    sampling_strategy_ : dict
        Rows added per class, before filtering.
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
        When all rows of a class are taken for noise, so that they are kept, or when rows were still
        dropped after `max_iter` iterations.

    See Also
    --------
    SMOTEENN : Neighbors judge a row instead of models.

    References
    ----------
    .. [1] J. A. Sáez, J. Luengo, J. Stefanowski, F. Herrera, "SMOTE-IPF: Addressing the noisy and
       borderline examples problem in imbalanced classification by a re-sampling method with
       filtering", Information Sciences 291, 184-203, 2015.
    .. [2] T. M. Khoshgoftaar, P. Rebours, "Improving software quality prediction by noise filtering
       techniques", Journal of Computer Science and Technology 22, 387-396, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.combine import SMOTEIPF
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["well", "ill"], [300, 60])
    >>> X = rng.normal(size=(360, 2)) + (y == "ill")[:, None]
    >>> sampler = SMOTEIPF(random_state=0)
    >>> X_res, y_res = sampler.fit_resample(X, y)
    >>> len(X_res) == 600 - sampler.n_removed_.sum()
    np.True_
    """

    _sampling_type: ClassVar[str] = "over-sampling"

    _parameter_constraints: ClassVar[dict] = {
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "smote": SAMPLER,
        "n_partitions": [Interval(Integral, 2, None, closed="left")],
        "train_on": [StrOptions({"subset", "complement"})],
        "voting": [StrOptions({"majority", "consensus"})],
        "estimator": [HasMethods(["fit", "predict"]), None],
        "stop_share": [Interval(Real, 0, 1, closed="neither")],
        "patience": AT_LEAST_ONE,
        "max_iter": AT_LEAST_ONE,
        "random_state": ["random_state", np.random.Generator],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        smote: Any = None,
        n_partitions: int = 9,
        train_on: str = "subset",
        voting: str = "majority",
        estimator: Any = None,
        stop_share: float = 0.01,
        patience: int = 3,
        max_iter: int = 100,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.smote = smote
        self.n_partitions = n_partitions
        self.train_on = train_on
        self.voting = voting
        self.estimator = estimator
        self.stop_share = stop_share
        self.patience = patience
        self.max_iter = max_iter
        self.random_state = random_state
        self.n_jobs = n_jobs

    @property
    def prior_shift_only(self) -> bool:
        """Whether each class stays spread as it was: no, rows that look like noise go."""
        return False

    def _samplers(self) -> list[Any]:
        smote = SMOTE() if self.smote is None else self.smote
        return [equip(smote, sampling_strategy=self.sampling_strategy)]

    def _plan(self, task: Task) -> SamplingPlan:
        (smote,) = self._samplers()
        self.smote_, grown = grow(self, smote, task)
        X, space = grown.apply(task.X), space_of(self.smote_, task)
        if space is None:
            refuse_columns(task.table, type(self).__name__, takes_labels=False, space="")
        coordinates = wrap(X).numbers() if space is None else space.transform(X)
        codes = read_target(grown.labels).codes
        rows, n_removed = filter_noise(self._rule(), task, coordinates, codes, self.n_jobs)
        self.n_removed_ = np.array(n_removed)
        return keep_of(grown, rows)

    def _rule(self) -> Rule:
        return Rule(
            _usual_tree() if self.estimator is None else self.estimator,
            self.n_partitions,
            self.train_on,
            self.voting,
            self.stop_share,
            self.patience,
            self.max_iter,
        )


def _usual_tree() -> Any:
    """A tree in place of C4.5, pruned by cost and complexity in place of its pessimistic errors."""
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(criterion="entropy", min_samples_leaf=2, ccp_alpha=0.01)
