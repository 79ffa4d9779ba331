"""Which predictions does a picture show? Those of one estimator for one class, here or outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medresample.compare.pictures._panels import Panels

if TYPE_CHECKING:
    from medresample.compare._pools import Pool
    from medresample.compare._result import ComparisonResult


@dataclass(frozen=True)
class Chosen:
    """Predictions of one estimator, of one class against the rest.

    Attributes
    ----------
    result : ComparisonResult
        What was compared.
    estimator : str
        Whose predictions.
    label : str
        The class that is told from the rest.
    external : bool
        Those of the external test set, instead of those of the folds.
    """

    result: ComparisonResult
    estimator: str
    label: str
    external: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Methods with risks of their own."""
        return tuple(ranked(self.result, self.estimator, self.external))

    @property
    def prevalence(self) -> float:
        """Share of the class."""
        data = self.result.data_["external"] if self.external else self.result.data_
        return float(data["prevalences"][self.result.classes.index(self.label)])

    @property
    def labels(self) -> tuple[str, str]:
        """What the rest and the class are called."""
        if len(self.result.classes) > 1:
            return "all others", self.label
        return str(self.result.data_["negative"]), self.label

    @property
    def subject(self) -> str:
        """What must be said beside the picture: which of several classes, and where."""
        words = [self.label] if len(self.result.classes) > 1 else []
        return ", ".join(words + ["external test set"] * self.external)

    def predictions(self, sampler: str) -> Any:
        """All of one method, a row each."""
        return self.result.predictions_of(self.estimator, sampler, self.label, self.external)

    def pools(self, sampler: str) -> dict[int, Pool]:
        """All of one method as arrays, repeat by repeat."""
        return self.result.pools(self.estimator, sampler, self.label, self.external)

    def panels(self, kinds: int) -> Panels:
        """How the methods share a figure of so many pictures per method."""
        settings = self.result.settings_
        twins = {raw: name for name, raw in settings["recalibrated"].items()}
        return Panels(self.names, self.result.samplers, settings["control"], kinds, twins)


def choose(
    result: ComparisonResult,
    estimator: str | None = None,
    label: str | None = None,
    external: bool = False,
) -> Chosen:
    """Read what is to be shown; by default the first estimator and the positive or rarest class."""
    if external and result.external_ is None:
        raise ValueError("There was no external test set (X_test=).")
    if label is None:
        label = result.classes[0] if len(result.classes) == 1 else str(result.data_["rarest"])
    if label not in result.classes:
        raise ValueError(f"No class {label!r}; there are: {', '.join(result.classes)}.")
    return Chosen(result, estimator_of(result, estimator), label, external)


def estimator_of(result: ComparisonResult, estimator: str | None) -> str:
    """An estimator by name, None for the first, or a list of what there is."""
    if estimator is None:
        return result.estimators[0]
    if estimator not in result.estimators:
        raise ValueError(f"No estimator {estimator!r}; there are: {', '.join(result.estimators)}.")
    return estimator


def ranked(result: ComparisonResult, estimator: str, external: bool = False) -> list[str]:
    """Methods with risks of their own: a tuned threshold does not change the risks of 'none'."""
    tuned = {
        name
        for name in result.settings_["tuned"]
        if result.settings_["effort"][name] == 1 and "none" in result.samplers
    }
    return [
        name
        for name in result.samplers
        if name not in tuned and len(result.predictions_of(estimator, name, external=external)) > 0
    ]
