"""Random under-sampling: a random part of the larger classes."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .._core.base import UNDER_SAMPLING_STRATEGY, BaseSampler
from .._core.plan import SamplingPlan
from .._core.task import Task, pick_each_class


class RandomUnderSampler(BaseSampler):
    """Balance classes by keeping a random part of the larger ones.

    Rows stay in the order of the table, untouched, and a dataframe keeps their index labels. It
    takes columns of any type, missing values included, and its effect on risks is exactly a shift
    of the prior, which can be corrected afterwards.

    Not to be used on small tables, where the rows thrown away are needed: with ten healthy
    patients for each ill one, nine tenths of the healthy ones are lost to the model.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the smallest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    replacement : bool, default=False
        Draw with replacement, so that a row may be kept more than once.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same result at every call. Every class has an
        independent generator of its own.

    Attributes
    ----------
    sampling_strategy_ : dict
        Rows kept per class concerned.
    sample_indices_ : ndarray of shape (n_rows_new,)
        Row of the input that each output row is.
    plan_ : SamplingPlan
        What was done, re-appliable.
    provenance_ : structured ndarray
        Origin, seed and label of every output row.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    See Also
    --------
    RandomOverSampler : Repeats rows of the smaller classes instead.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.under_sampling import RandomUnderSampler
    >>> X = np.arange(6).reshape(-1, 1)
    >>> y = np.array(["well", "well", "ill", "well", "well", "ill"])
    >>> X_res, y_res = RandomUnderSampler(random_state=0).fit_resample(X, y)
    >>> y_res.tolist().count("well"), y_res.tolist().count("ill")
    (2, 2)
    """

    _sampling_type: ClassVar[str] = "under-sampling"
    _any_column: ClassVar[bool] = True
    _selects_rows: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict] = {
        "sampling_strategy": UNDER_SAMPLING_STRATEGY,
        "replacement": ["boolean"],
        "random_state": ["random_state", np.random.Generator],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        replacement: bool = False,
        random_state: Any = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement
        self.random_state = random_state

    @property
    def prior_shift_only(self) -> bool:
        """Whether each class stays spread as it was: yes, every row is as likely to be kept."""
        return True

    def _plan(self, task: Task) -> SamplingPlan:
        return pick_each_class(task, self._pick)

    def _pick(self, task: Task, code: int, n_kept: int, rng: np.random.Generator) -> np.ndarray:
        return rng.choice(task.rows_of(code), n_kept, replace=self.replacement)
