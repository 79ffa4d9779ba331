"""How far is each method from the control, and does it matter? The forest plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample._core.drawing import BAND, COLORS, QUIET, new_axes, plain
from medresample.compare.pictures._chosen import estimator_of
from medresample.compare.pictures._rows import label_rows, place_rows, room

if TYPE_CHECKING:
    import pandas as pd

    from medresample.compare._result import ComparisonResult
    from medresample.compare._scoring import Score


@dataclass
class DifferencesDisplay:
    """Forest plot: difference to the control per method, with the region of equivalence.

    Attributes
    ----------
    table : DataFrame
        ``result.summary(metric)``.
    metric : str
        Name of the score that is compared.
    control : str
        What it is compared to.
    score : Score
        How it is read: its ``label``, ``direction`` and ``ideal``.
    rope : float
        Half-width of the shaded region.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from medresample.compare import DifferencesDisplay, compare_samplers
    >>> from medresample.datasets import load_nuclei
    >>> nuclei = load_nuclei()
    >>> result = compare_samplers(
    ...     {}, LogisticRegression(), nuclei.data, nuclei.target, cv=2, n_repeats=1, progress=False
    ... )
    >>> display = DifferencesDisplay.from_result(result, "brier")
    >>> display.control, display.table["sampler"].to_list()
    ('none', ['none', 'class_weight', 'none, threshold tuned'])
    """

    table: pd.DataFrame
    metric: str
    control: str
    score: Score
    rope: float

    @classmethod
    def from_result(
        cls, result: ComparisonResult, metric: str = "auroc", estimator: str | None = None
    ) -> DifferencesDisplay:
        """Take the table from a comparison, of one estimator or (None) of all."""
        table = result.summary(metric)
        if estimator is not None:
            table = table[table["estimator"] == estimator_of(result, estimator)]
        control, rope = result.settings_["control"], result.ropes_[metric]
        return cls(table, metric, control, result.score(metric), rope)

    @property
    def _shown(self) -> Any:
        return self.table[self.table["sampler"] != self.control].reset_index(drop=True)

    @property
    def size(self) -> tuple[float, float]:
        """Inches of a figure that holds it."""
        return room(len(self._shown) + 2 * self._shown["estimator"].nunique())

    def plot(self, ax: Any = None) -> Any:
        """Draw, on the axes or the figure given or on new ones; returns the axes."""
        ax = new_axes(ax, figsize=self.size)
        ax.axvspan(-self.rope, self.rope, color=BAND, zorder=0, linewidth=0)
        ax.axvline(0, color=QUIET, linewidth=1, zorder=1)
        places = list(place_rows(self._shown))
        for _, sampler, y, row in places:
            if sampler is not None:
                self._draw_row(ax, row, y)
        label_rows(ax, places)
        score, label = self.score, plain(self.score.label)
        side = "higher is better" if score.direction > 0 else "lower is better"
        what = label if score.ideal is None else f"distance of {label} from its ideal"
        ax.set_xlabel(f"Difference in {what}\nto {plain(repr(self.control))} ({side})")
        _few_ticks(ax)
        return ax

    def _draw_row(self, ax: Any, row: dict[str, Any], y: float) -> None:
        if not np.isfinite(row["difference"]):
            ax.text(0, y, " failed", va="center", color=QUIET)
            return
        better = self.score.direction * row["difference"]
        low, high = row["low"], row["high"]
        outside = np.isfinite(low) and (low > self.rope or high < -self.rope)
        color = QUIET if not outside else (COLORS[2] if better > 0 else COLORS[1])
        if np.isfinite(low):
            ax.plot([low, high], [y, y], color=color, linewidth=2.2, zorder=2)
        # In gray the shapes tell what the colors do: worse is an open diamond.
        face = "white" if outside and better < 0 else color
        look = {"color": color, "markerfacecolor": face, "zorder": 3}
        ax.plot(row["difference"], y, "D" if outside else "o", **look)


def _few_ticks(ax: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(6))
