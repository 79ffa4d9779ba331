"""Are the risks right? Observed shares over predicted risks, and how the risks are spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample._core.drawing import QUIET
from medresample._core.extras import load_extra
from medresample.compare.pictures._chosen import choose
from medresample.compare.pictures._panels import Look, Panels, titled
from medresample.metrics import calibration_curve

if TYPE_CHECKING:
    import pandas as pd

    from medresample.compare._result import ComparisonResult

_BARS = 20


@dataclass
class CalibrationDisplay:
    """Observed share over risk, and how the risks are spread.

    More than 8 methods are drawn on panels, the control in gray behind each.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, risk, observed, n``: bins of equal mass over all repeats.
    histogram : DataFrame
        Columns ``sampler, low, high, share`` of the risks.
    estimator : str
        Whose risks.
    subject : str
        Which of more than two classes, and whether of the external test set.
    panels : Panels
        How the methods share the figure.
    """

    table: pd.DataFrame
    histogram: pd.DataFrame
    estimator: str
    subject: str
    panels: Panels

    @classmethod
    def from_result(
        cls,
        result: ComparisonResult,
        estimator: str | None = None,
        label: str | None = None,
        external: bool = False,
        n_bins: int = 10,
    ) -> CalibrationDisplay:
        """Compute the bins.

        Parameters
        ----------
        result : ComparisonResult
            What was compared.
        estimator : str, default=None
            Whose risks; None takes the first.
        label : str, default=None
            The class that is told from the rest; None takes the positive one of two classes, and
            the rarest of more.
        external : bool, default=False
            The external test set instead of the test folds.
        n_bins : int, default=10
            Bins of the calibration curve.
        """
        pd = load_extra("pandas", "a display")
        chosen = choose(result, estimator, label, external)
        tables, histograms = [], []
        for sampler in chosen.names:
            part = chosen.predictions(sampler)
            curve = calibration_curve(part["y"], part["risk"], n_bins=n_bins, pos_label=True)
            tables.append(pd.DataFrame({"sampler": sampler, **curve}))
            counts, edges = np.histogram(part["risk"], bins=_BARS, range=(0, 1))
            bars = {"low": edges[:-1], "high": edges[1:], "share": counts / counts.sum()}
            histograms.append(pd.DataFrame({"sampler": sampler, **bars}))
        return cls(
            pd.concat(tables or [pd.DataFrame(columns=["sampler", "risk", "observed", "n"])]),
            pd.concat(histograms or [pd.DataFrame(columns=["sampler", "low", "high", "share"])]),
            chosen.estimator,
            chosen.subject,
            chosen.panels(kinds=2),
        )

    @property
    def size(self) -> tuple[float, float]:
        """Inches of a figure that holds it."""
        return self.panels.size

    def plot(self, ax: Any = None) -> Any:
        """Draw on a pair of axes, calibration and histogram, a figure, or on new ones."""
        return self.panels.draw(ax, self._line, self._dress)

    def _line(self, ax: Any, kind: int, name: str, look: Look) -> None:
        if kind == 0:
            curve = self.table[self.table["sampler"] == name]
            ax.plot(curve["risk"], curve["observed"], **look)
            return
        bars = self.histogram[self.histogram["sampler"] == name]
        edges, shares = np.append(bars["low"], 1.0), bars["share"].replace(0, np.nan)
        flat = {key: value for key, value in look.items() if not key.startswith("marker")}
        ax.stairs(shares, edges, baseline=None, **flat)
        if look["marker"]:  # on top of the bars, where there are any
            dots = {key: look[key] for key in ("color", "marker", "markersize")}
            ax.plot((bars["low"] + bars["high"]) / 2, shares, linestyle="none", **dots)

    def _dress(self, ax: Any, kind: int) -> None:
        if kind == 0:
            dotted = {"color": QUIET, "linewidth": 1.0, "linestyle": ":"}
            ax.plot([0, 1], [0, 1], label="risks that are right", **dotted)
            ax.set(xlim=(0, 1), ylim=(0, 1))
            ax.set(
                xlabel="Predicted risk",
                ylabel="Observed share",
                title=titled("Calibration", self.subject),
            )
            return
        ax.set(xlabel="Predicted risk", ylabel="Share of rows", title="How risks are spread")
        ax.set(xlim=(0, 1), yscale="log")
        least = self.histogram.loc[self.histogram["share"] > 0, "share"].min()
        ax.set_ylim(min(10 ** np.floor(np.log10(least)), 0.1), 1)
        ticks = load_extra("matplotlib.ticker", "a plot")
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
        ax.yaxis.set_minor_formatter(ticks.NullFormatter())
