"""SMOTE-N: new rows of categories, each by the vote of a row and its neighbors."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from .._compat import StrOptions
from .._core.base import OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.plan import SamplingPlan
from .._core.task import Task, grow_each_class
from ._label_space import learn_profiles
from ._mixed_columns import label_all
from ._partners import CONSTRAINTS
from ._value_differences import grow_by_vote, read_profiles


class SMOTEN(BaseSampler):
    """Balance classes of a table of categories with rows that neighbors vote on.

    To make a row, one of the class is drawn, its seed; in each column, the label that most of the
    seed and its neighbors carry is taken. Two labels are near when the classes of the rows that
    carry them are alike: the value difference metric, on the whole table. The original rows come
    first, untouched; the new ones follow.

    Not to be used for columns of numbers, whose values are taken for labels that have no order:
    use :class:`SMOTEENC` or :class:`SMOTENC` for mixed tables. Not where variety matters: what a
    row and its neighbors vote is the same each time, but for ties.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the largest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    k_neighbors : int or object, default=5
        Neighbors of a seed that vote beside it. An integer is an upper bound: in a class of ``n``
        rows there are at most ``n - 1``. An object with `fit` and `kneighbors` is used for the
        search instead of ours, in the shares of the classes among the rows of each label, which
        give the same distances for two classes only; its `n_neighbors` says how many.
    allocation : {"random", "even"}, default="random"
        How seeds are chosen: each new row draws its own, or every row of the class serves equally
        often and only the remainder is drawn.
    partner_groups : {"any", "same", "different"}, default="any"
        Whose rows may vote when `groups` are given: anybody's, only those of the seed's group
        (patient), or only those of others.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same result at every call. Every class has an
        independent generator of its own.
    n_jobs : int, default=None
        Threads of the neighbor search; the result is the same for any number.

    Attributes
    ----------
    neighbor_space_ : transformer
        Fitted; it measures distances as they were here, also in other tables of these columns and
        labels. Hand it on as ``FrozenEstimator(sampler.neighbor_space_)``.
    sampling_strategy_ : dict
        Rows added per class.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed and label of every output row; ``plan_.parents()`` has the rows whose labels
        were taken. There are no partners and steps.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    See Also
    --------
    SMOTEENC : For tables that mix numbers and categories.

    Notes
    -----
    Where labels tie, the seed's own wins if it is among them, else one of them is drawn for each
    new row. A missing label is a level of its own.

    References
    ----------
    .. [1] N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, "SMOTE: Synthetic Minority
       Over-sampling Technique", Journal of Artificial Intelligence Research 16, 321-357, 2002,
       section 6.2.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.over_sampling import SMOTEN
    >>> ill = [list("ABCDE"), list("AFCGN"), list("HBCDN")]
    >>> well = [list("XYZXY")] * 5
    >>> X, y = np.array(ill + well), ["ill"] * 3 + ["well"] * 5
    >>> X_new, y_new = SMOTEN(k_neighbors=2, random_state=0).fit_resample(X, y)
    >>> ["".join(row) for row in X_new[8:]]
    ['ABCDN', 'ABCDN']
    """

    _sampling_type: ClassVar[str] = "over-sampling"
    _takes_labels: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict] = {
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "k_neighbors": CONSTRAINTS["k_neighbors"],
        "allocation": [StrOptions({"random", "even"})],
        "partner_groups": CONSTRAINTS["partner_groups"],
        "random_state": CONSTRAINTS["random_state"],
        "n_jobs": CONSTRAINTS["n_jobs"],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        k_neighbors: Any = 5,
        allocation: str = "random",
        partner_groups: str = "any",
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.k_neighbors = k_neighbors
        self.allocation = allocation
        self.partner_groups = partner_groups
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _plan(self, task: Task) -> SamplingPlan:
        profiles = read_profiles(label_all(task.table), task.target)
        self.neighbor_space_ = learn_profiles(profiles)
        return grow_each_class(task, partial(grow_by_vote, self, profiles))
