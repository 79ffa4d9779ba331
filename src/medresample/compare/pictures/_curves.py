"""Who is ranked above whom? ROC and precision-recall curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

from medresample._core.drawing import QUIET
from medresample._core.extras import load_extra
from medresample.compare.pictures._chosen import choose
from medresample.compare.pictures._panels import Look, Panels, titled

if TYPE_CHECKING:
    import pandas as pd

    from medresample.compare._result import ComparisonResult

_GRID = np.linspace(0, 1, 101)
_KINDS = ("roc", "pr")


@dataclass
class CurvesDisplay:
    """ROC and precision-recall curves: a thin line per repeat, and their mean.

    More than 8 methods are drawn on panels, the control in gray behind each.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, repeat, curve ("roc" or "pr"), x, y``, from predictions pooled within
        a repeat, on a grid of 101 values of x.
    prevalence : float
        Precision of risks that know nothing.
    estimator : str
        Whose curves.
    subject : str
        Which of more than two classes, and whether of the external test set.
    panels : Panels
        How the methods share the figure.
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
    ) -> CurvesDisplay:
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
        """
        pd = load_extra("pandas", "a display")
        chosen, parts = choose(result, estimator, label, external), []
        for sampler in chosen.names:
            for repeat, pool in chosen.pools(sampler).items():
                for curve, y in _curves(pool.positive, pool.risk).items():
                    address = {"sampler": sampler, "repeat": repeat, "curve": curve}
                    parts.append(pd.DataFrame({**address, "x": _GRID, "y": y}))
        columns = ["sampler", "repeat", "curve", "x", "y"]
        table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        panels = chosen.panels(len(_KINDS))
        return cls(table, chosen.prevalence, chosen.estimator, chosen.subject, panels)

    @property
    def size(self) -> tuple[float, float]:
        """Inches of a figure that holds it."""
        return self.panels.size

    def plot(self, ax: Any = None) -> Any:
        """Draw on a pair of axes or a figure given, or on new ones; returns the axes."""
        return self.panels.draw(ax, self._line, self._dress)

    def _line(self, ax: Any, kind: int, name: str, look: Look) -> None:
        table = self.table
        lines = table[(table["sampler"] == name) & (table["curve"] == _KINDS[kind])]
        behind = self.panels.is_apart and name == self.panels.control
        for _, line in lines.groupby("repeat") if not behind else ():
            thin = {"linewidth": 0.6, "alpha": 0.25}
            ax.plot(line["x"], line["y"], color=look["color"], **thin)
        mean = lines.groupby("x")["y"].mean()
        # Markers of one method stand beside those of the others, not on them.
        first = 2 * self.panels.methods.index(name) % 20
        ax.plot(mean.index, mean, markevery=(first, 20), **look)

    def _dress(self, ax: Any, kind: int) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 1.01))
        dotted = {"color": QUIET, "linewidth": 1.0, "linestyle": ":"}
        if kind == 0:
            ax.plot([0, 1], [0, 1], label="as good as chance", **dotted)
            ax.set(
                xlabel="1 - specificity", ylabel="Sensitivity", title=titled("ROC", self.subject)
            )
            return
        ax.axhline(self.prevalence, **dotted)
        if not self.panels.is_apart:
            above = self.prevalence < 0.15  # where the curves leave room
            y = self.prevalence + (0.015 if above else -0.015)
            va = "bottom" if above else "top"
            ax.text(0.99, y, f"prevalence {self.prevalence:.3f}", ha="right", va=va)
        ax.set(xlabel="Sensitivity", ylabel="PPV", title="Precision-recall")


def _curves(positive: np.ndarray, risk: np.ndarray) -> dict[str, np.ndarray]:
    """Sensitivity over 1 - specificity, and precision where each sensitivity is just reached."""
    fpr, tpr, _ = roc_curve(positive, risk)
    roc = np.interp(_GRID, fpr, tpr)
    precision, recall, _ = precision_recall_curve(positive, risk)
    precision, recall = precision[:-1], recall[:-1]  # the last point is made up, not observed
    reached = recall[np.newaxis] >= _GRID[:, np.newaxis] - 1e-12
    # The highest threshold that reaches the sensitivity: the step curve of the average precision,
    # not an interpolated one.
    last = reached.shape[1] - 1 - np.argmax(reached[:, ::-1], axis=1)
    return {"roc": roc, "pr": precision[last]}
