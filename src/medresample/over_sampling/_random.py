"""Random over-sampling: rows repeated as they are, or with a little noise (smoothed bootstrap)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from .._compat import Interval
from .._core.base import NUMERIC, OVER_SAMPLING_STRATEGY, BaseSampler
from .._core.columns import column_positions
from .._core.noise import Noise
from .._core.plan import SamplingPlan
from .._core.recipes import Copies
from .._core.refused import refuse_infinite
from .._core.task import Task, grow_each_class
from ..exceptions import FewNeighborsWarning, SamplerInputError


class RandomOverSampler(BaseSampler):
    """Balance classes by repeating rows of the smaller ones, drawn at random with replacement.

    The plainest remedy, and the one whose effect on risks is exactly a shift of the prior, which
    can be corrected afterwards. It takes columns of any type, missing values included. With
    `shrinkage` each copy gets normal noise: the smoothed bootstrap known as ROSE, in the form that
    keeps the originals.

    Not to be used where the learner can take class weights, which say the same without longer
    training; nor with unpruned trees or nearest neighbors, which learn repeated rows by heart.

    Parameters
    ----------
    sampling_strategy : str, float, dict or callable, default="auto"
        Rows wanted per class, by imbalanced-learn's rules: "auto" brings every class to the size
        of the largest; a float (two classes only) is the wanted ratio of the classes; a dict or a
        function of `y` gives the rows wanted per class.
    shrinkage : float or dict, default=None
        None repeats rows as they are. A number multiplies the rule-of-thumb bandwidth of the
        noise, ``(4 / ((d + 2) * n)) ** (1 / (d + 4))`` standard deviations of each of the ``d``
        numeric columns within a class of ``n`` rows; 0 is no noise, 1 the rule itself. A dict
        gives a number per class. Columns of categories are copied.
    clip : bool, default=False
        Keep noisy values within the range that the class has in each column, so that a laboratory
        value can not become negative.
    discrete_features : array-like of names, positions or bool, default=None
        Float columns to round to the nearest integer after noise was added. Integer and boolean
        columns are rounded always.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same result at every call. Every class has an
        independent generator of its own.

    Attributes
    ----------
    sampling_strategy_ : dict
        Rows added per class.
    sample_indices_ : ndarray of shape (n_rows_new,)
        Row of the input that each output row is, or was copied from.
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
    SMOTE : New rows between neighbors instead of copies.

    References
    ----------
    .. [1] G. Menardi, N. Torelli, "Training and assessing classification rules with imbalanced
       data", Data Mining and Knowledge Discovery 28, 92-122, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.over_sampling import RandomOverSampler
    >>> X = np.array([["f"], ["m"], ["f"], ["m"]], dtype=object)
    >>> y = np.array(["well", "well", "well", "ill"])
    >>> X_res, y_res = RandomOverSampler(random_state=0).fit_resample(X, y)
    >>> X_res.ravel().tolist(), y_res.tolist()
    (['f', 'm', 'f', 'm', 'm', 'm'], ['well', 'well', 'well', 'ill', 'ill', 'ill'])
    """

    _sampling_type: ClassVar[str] = "over-sampling"
    _any_column: ClassVar[bool] = True
    _selects_rows: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict] = {
        "sampling_strategy": OVER_SAMPLING_STRATEGY,
        "shrinkage": [Interval(Real, 0, None, closed="left"), Mapping, None],
        "clip": ["boolean"],
        "discrete_features": ["array-like", None],
        "random_state": ["random_state", np.random.Generator],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        shrinkage: Any = None,
        clip: bool = False,
        discrete_features: Any = None,
        random_state: Any = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.shrinkage = shrinkage
        self.clip = clip
        self.discrete_features = discrete_features
        self.random_state = random_state

    @property
    def prior_shift_only(self) -> bool:
        """Whether each class stays spread as it was: yes, unless noise is added."""
        given = self.shrinkage
        return not (any(given.values()) if isinstance(given, Mapping) else given)

    def _plan(self, task: Task) -> SamplingPlan:
        discrete = column_positions(self.discrete_features, task.table.names, "discrete_features")
        if self.shrinkage is not None:
            refuse_infinite(task.table)
        return grow_each_class(task, partial(self._grow, discrete))

    def _grow(
        self, discrete: tuple[int, ...], task: Task, code: int, n_new: int, rng: np.random.Generator
    ) -> Copies:
        rows = task.rows_of(code)
        seed = task.ids(rows[rng.integers(0, len(rows), n_new)])
        shrinkage = self._shrinkage_of(task, code)
        if not shrinkage:
            return Copies(seed)
        key = rng.integers(0, np.iinfo(np.uint64).max, (1, 2), dtype=np.uint64)
        width, low, high = self._bandwidth(task, code, rows, shrinkage)
        band = np.zeros(n_new, np.int8)
        return Copies(seed, Noise(np.arange(n_new), band, key, width, low, high), discrete)

    def _shrinkage_of(self, task: Task, code: int) -> float | None:
        if not isinstance(self.shrinkage, Mapping):
            return self.shrinkage
        label = task.target.classes[code]
        if label not in self.shrinkage:
            raise SamplerInputError(
                f"shrinkage has no entry for class {task.class_name(code)}, which is to be "
                f"over-sampled. It has entries for: {', '.join(map(repr, self.shrinkage))}."
            )
        value = self.shrinkage[label]
        if not isinstance(value, int | float | np.number) or not value >= 0:
            raise SamplerInputError(
                f"shrinkage of class {task.class_name(code)} must be a number from 0, found "
                f"{value!r}."
            )
        return float(value)

    def _bandwidth(
        self, task: Task, code: int, rows: np.ndarray, shrinkage: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Standard deviation of the noise in each column, and the limits it may not cross."""
        table = task.table
        numeric = np.flatnonzero(np.isin(table.kinds(), NUMERIC))
        width = np.zeros((1, table.n_columns))
        low, high = np.full_like(width, -np.inf), np.full_like(width, np.inf)
        if len(rows) < 2:
            warnings.warn(
                f"Class {task.class_name(code)} has 1 row, so its spread is unknown: it is copied "
                "without noise.",
                FewNeighborsWarning,
                stacklevel=2,
            )
            return width, low, high
        share = smoothing_factor(len(numeric), len(rows))
        for column in numeric:
            values = np.asarray(table.column(int(column), rows), dtype=np.float64)
            values = values[~np.isnan(values)]
            if len(values) > 1 and values.min() < values.max():
                width[0, column] = shrinkage * share * values.std(ddof=1)
            if self.clip and len(values):
                low[0, column], high[0, column] = values.min(), values.max()
        return width, low, high


def smoothing_factor(n_columns: int, n_rows: int) -> float:
    """Bandwidth of a normal kernel, in standard deviations, for a class of `n_rows` rows.

    Rule of thumb of Bowman and Azzalini as used by ROSE: ``(4 / ((d + 2) n)) ** (1 / (d + 4))``.
    """
    return float((4 / ((n_columns + 2) * n_rows)) ** (1 / (n_columns + 4)))
