"""What do all combinations share? They are what their steps are, and leave checking to them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from sklearn.utils import get_tags

from .._compat import HasMethods
from .._core.base import BaseSampler
from .._core.prior_shift import shifts_prior_only
from .._core.table import Table
from .._core.targets import Target

# What a step may be.
SAMPLER = [HasMethods(["fit_resample", "get_params"]), None]


class CombinedSampler(BaseSampler):
    """A sampler made of samplers: it takes the columns that they take, and they warn for it.

    A subclass gives its steps, unfitted, in `_samplers`, and says in `_plan` how they are combined.
    """

    @abstractmethod
    def _samplers(self) -> list[Any]:
        """Give the steps as they were given, or the usual ones in their place."""

    def _check(self, X: Any, y: Any) -> tuple[Table, Target]:
        for name, value in self.get_params(deep=False).items():
            if isinstance(value, type):
                raise TypeError(f"{name} is a class: write {value.__name__}(), which makes one.")
        return super()._check(X, y)

    @property
    def prior_shift_only(self) -> bool:
        """Whether each class stays spread as it was: where every step leaves it so."""
        return all(shifts_prior_only(step) for step in self._samplers())

    def _wanted(self, target: Target) -> dict[Any, int]:
        return wanted_by(self._samplers()[0], target)

    def _computes_with_cells(self) -> bool:
        """Say what the first step does; others look at rows in the same way."""
        return not get_tags(self._samplers()[0]).input_tags.string

    def _warn_if_balanced(self, target: Target, wanted: dict[int, int]) -> None:
        """Say nothing: the steps do, and a step that has nothing to do is followed by others."""

    @property
    def _takes_holes(self) -> bool:  # type: ignore[override]
        return all(get_tags(step).input_tags.allow_nan for step in self._samplers())


def wanted_by(step: Any, target: Target) -> dict[Any, int]:
    """Rows that a step, ours or imbalanced-learn's, is to add or to keep for each class."""
    if isinstance(step, BaseSampler):
        return step._wanted(target)
    kind = getattr(step, "_sampling_type", "bypass")
    if kind not in ("over-sampling", "under-sampling", "clean-sampling"):
        return {}
    return target.wanted(step.sampling_strategy, kind)
