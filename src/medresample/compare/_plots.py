"""Which pictures can be drawn of a result? A method for each."""

from __future__ import annotations

from typing import Any


class Plots:
    """The ``plot_*`` methods of a result.

    Each draws a Display of :mod:`medresample.compare`, which keeps what is drawn in its ``table``,
    and returns the matplotlib axes. ``estimator=None`` takes the first, where a picture shows one.
    ``label`` is the class that is told from the rest (None: the positive one, or the rarest of
    more than two); ``external=True`` shows the external test set; ``ax`` is where to draw: axes, a
    figure, or None for a figure of its own.
    """

    def plot_differences(
        self, metric: str = "auroc", estimator: str | None = None, ax: Any = None
    ) -> Any:
        """Forest plot of the differences to the control, with the region of equivalence.

        With ``estimator=None`` of all estimators.
        """
        from medresample.compare.pictures import DifferencesDisplay

        return _drawn(DifferencesDisplay, ax, self, metric, estimator)

    def plot_curves(
        self,
        estimator: str | None = None,
        label: str | None = None,
        external: bool = False,
        ax: Any = None,
    ) -> Any:
        """ROC and precision-recall curves: thin for each repeat, thick for their mean."""
        from medresample.compare.pictures import CurvesDisplay

        return _drawn(CurvesDisplay, ax, self, estimator, label, external)

    def plot_calibration(
        self,
        estimator: str | None = None,
        label: str | None = None,
        external: bool = False,
        ax: Any = None,
    ) -> Any:
        """Calibration curves, and how the risks are spread."""
        from medresample.compare.pictures import CalibrationDisplay

        return _drawn(CalibrationDisplay, ax, self, estimator, label, external)

    def plot_decision_curves(
        self,
        estimator: str | None = None,
        label: str | None = None,
        external: bool = False,
        ax: Any = None,
    ) -> Any:
        """Net benefit over thresholds of treatment, beside treating all and nobody."""
        from medresample.compare.pictures import DecisionCurvesDisplay

        return _drawn(DecisionCurvesDisplay, ax, self, estimator, label, external)

    def plot_risks(
        self,
        estimator: str | None = None,
        label: str | None = None,
        external: bool = False,
        ax: Any = None,
    ) -> Any:
        """Risks predicted for each class."""
        from medresample.compare.pictures import RisksDisplay

        return _drawn(RisksDisplay, ax, self, estimator, label, external)

    def plot_class_counts(self, estimator: str | None = None, ax: Any = None) -> Any:
        """Training rows of each class before and after each sampler."""
        from medresample.compare.pictures import ClassCountsDisplay

        return _drawn(ClassCountsDisplay, ax, self, estimator)

    def plot_seconds(self, estimator: str | None = None, ax: Any = None) -> Any:
        """Seconds per fold of every method; with ``estimator=None`` beside all estimators."""
        from medresample.compare.pictures import SecondsDisplay

        return _drawn(SecondsDisplay, ax, self, estimator)


def _drawn(display: Any, ax: Any, *chosen: Any) -> Any:
    return display.from_result(*chosen).plot(ax=ax)
