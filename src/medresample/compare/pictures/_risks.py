"""Which risks do ill and well patients get? Their distribution, class by class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medresample._core.drawing import COLORS, QUIET, new_axes, plain
from medresample._core.extras import load_extra
from medresample.compare.pictures._chosen import choose
from medresample.compare.pictures._rows import label_rows, place_rows, room

if TYPE_CHECKING:
    import pandas as pd

    from medresample.compare._result import ComparisonResult

_QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
_SIDES = {
    "negative": {"color": COLORS[2], "marker": "o", "markerfacecolor": "white"},
    "positive": {"color": COLORS[1], "marker": "D", "markerfacecolor": COLORS[1]},
}


@dataclass
class RisksDisplay:
    """Predicted risks of each class: median, middle half, and 5 to 95 %.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, side ("negative", "positive"), n, mean, q05, q25, q50, q75, q95`` of the
        risks predicted for rows left out, all repeats together.
    labels : tuple of str
        Names of the negative and the positive class.
    prevalence : float
        The mean of risks that are right on average.
    estimator : str
        Whose risks.
    subject : str
        Which of more than two classes, and whether of the external test set.
    """

    table: pd.DataFrame
    labels: tuple[str, str]
    prevalence: float
    estimator: str
    subject: str

    @classmethod
    def from_result(
        cls,
        result: ComparisonResult,
        estimator: str | None = None,
        label: str | None = None,
        external: bool = False,
    ) -> RisksDisplay:
        """Compute the quantiles.

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
        chosen, rows = choose(result, estimator, label, external), []
        for sampler in chosen.names:
            part = chosen.predictions(sampler)
            for side, is_case in (("negative", False), ("positive", True)):
                risk = part.loc[part["y"] == is_case, "risk"]
                row = {"sampler": sampler, "side": side, "n": len(risk), "mean": risk.mean()}
                rows.append(row | {name: risk.quantile(q) for name, q in _QUANTILES.items()})
        table = pd.DataFrame(rows, columns=["sampler", "side", "n", "mean", *_QUANTILES])
        return cls(table, chosen.labels, chosen.prevalence, chosen.estimator, chosen.subject)

    @property
    def size(self) -> tuple[float, float]:
        """Inches of a figure that holds it."""
        width, height = room(self.table["sampler"].nunique())
        return width, height + 0.3

    def plot(self, ax: Any = None) -> Any:
        """Draw on the axes or the figure given, or on new ones; returns the axes."""
        ax = new_axes(ax, figsize=self.size)
        shift = {"negative": -0.17, "positive": 0.17}
        for side, label in zip(_SIDES, self.labels, strict=True):
            mine = self.table[self.table["side"] == side]
            for number, (_, _, y, row) in enumerate(place_rows(mine)):
                self._draw_row(ax, side, y + shift[side], row, plain(label) if not number else "")
        label_rows(ax, list(place_rows(self.table[self.table["side"] == "negative"])))
        ax.axvline(self.prevalence, color=QUIET, linewidth=1.0, linestyle=":", label="prevalence")
        ax.set(xlim=(-0.02, 1.02))
        ax.set_xlabel("Predicted risk of rows left out\nmark: median; thick: half; thin: 90 %")
        ax.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        return ax

    def _draw_row(self, ax: Any, side: str, y: float, row: Any, label: str) -> None:
        look = _SIDES[side]
        for low, high, width in (("q05", "q95", 1.0), ("q25", "q75", 3.4)):
            ends = {"color": look["color"], "linewidth": width, "solid_capstyle": "butt"}
            ax.plot([row[low], row[high]], [y, y], **ends)
        ax.plot(row["q50"], y, linestyle="none", markersize=4.5, label=label or None, **look)
