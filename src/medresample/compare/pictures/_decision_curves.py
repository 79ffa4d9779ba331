"""From which risk on is it worth to treat? Decision curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from medresample._core.drawing import QUIET
from medresample._core.extras import load_extra
from medresample.compare.pictures._chosen import choose
from medresample.compare.pictures._panels import Look, Panels, titled
from medresample.metrics import decision_curve

if TYPE_CHECKING:
    import pandas as pd

    from medresample.compare._result import ComparisonResult

_ODDS = np.geomspace(0.25, 4, 51)


@dataclass
class DecisionCurvesDisplay:
    """Net benefit over the risk from which on one would treat, beside treating all or nobody.

    A method is worth using at the thresholds where its line is above both others. More than 8
    methods are drawn on panels, the control in gray behind each.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, threshold, model, treat_all, treat_none``: means over the repeats, from
        predictions pooled within a repeat.
    prevalence : float
        Where treating all is worth as much as treating nobody.
    estimator : str
        Whose risks.
    subject : str
        Which of more than two classes, and whether of the external test set.
    panels : Panels
        How the methods share the figure.

    References
    ----------
    A. J. Vickers, E. B. Elkin, "Decision curve analysis", Medical Decision Making 26, 2006.
    """

    table: pd.DataFrame
    prevalence: float
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
        thresholds: ArrayLike | None = None,
    ) -> DecisionCurvesDisplay:
        """Compute the curves.

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
        thresholds : array-like of shape (n_thresholds,), default=None
            Risks from which on you would treat, above 0 and below 1; None takes 51 around the
            prevalence, whose odds go from a quarter to four times the odds of a case.
        """
        pd = load_extra("pandas", "a display")
        chosen = choose(result, estimator, label, external)
        prevalence = chosen.prevalence
        odds = _ODDS * prevalence / (1 - prevalence)
        cuts = odds / (1 + odds) if thresholds is None else np.asarray(thresholds, dtype=float)
        parts = []
        for sampler in chosen.names:
            curves = [
                pd.DataFrame(
                    decision_curve(pool.positive, pool.risk, thresholds=cuts, pos_label=True)
                )
                for pool in chosen.pools(sampler).values()
            ]
            mean = pd.concat(curves).groupby("threshold", as_index=False).mean()
            parts.append(pd.DataFrame({"sampler": sampler, **mean}))
        columns = ["sampler", "threshold", "model", "treat_all", "treat_none"]
        table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        panels = chosen.panels(kinds=1)
        return cls(table, prevalence, chosen.estimator, chosen.subject, panels)

    @property
    def size(self) -> tuple[float, float]:
        """Inches of a figure that holds it."""
        return self.panels.size

    def plot(self, ax: Any = None) -> Any:
        """Draw on the axes or the figure given, or on new ones; returns the axes."""
        return self.panels.draw(ax, self._line, self._dress)

    def _line(self, ax: Any, kind: int, name: str, look: Look) -> None:
        curve = self.table[self.table["sampler"] == name]
        first = self.panels.methods.index(name) % 10
        ax.plot(curve["threshold"], curve["model"], markevery=(first, 10), **look)

    def _dress(self, ax: Any, kind: int) -> None:
        if self.table.empty:
            return
        name = self.panels.control if self.panels.control in self.panels.names else None
        curve = self.table[self.table["sampler"] == (name or self.panels.names[0])]
        dotted = {"color": QUIET, "linewidth": 1.0}
        ax.plot(curve["threshold"], curve["treat_all"], linestyle=":", label="treat all", **dotted)
        ax.axhline(0, linestyle=(0, (6, 3)), label="treat nobody", **dotted)
        top = max(self.prevalence, float(self.table["model"].max()))
        ax.set_ylim(-0.25 * top, 1.08 * top)
        ax.set_xlim(curve["threshold"].min(), curve["threshold"].max())
        ax.set(xlabel="Threshold risk", ylabel="Net benefit")
        ax.set_title(titled("Decision curves", self.subject))
