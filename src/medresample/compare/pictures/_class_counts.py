"""How many rows of each class does a learner see? Before and after each sampler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample._core.drawing import QUIET, new_axes, plain
from medresample._core.extras import load_extra
from medresample.compare._learning import class_names
from medresample.compare.pictures._chosen import estimator_of
from medresample.compare.pictures._rows import label_rows, place_rows, room

if TYPE_CHECKING:
    import pandas as pd

    from medresample.compare._result import ComparisonResult

_BARS: dict[str, tuple[float, float]] = {"before": (-0.3, 0.16), "after": (0.08, 0.5)}
# Light and plain, dark and hatched in turn, so that neighbors differ in gray, too.
_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": "#9CC7E4"},
    {"color": "#C14F00", "hatch": "////", "edgecolor": "white"},
    {"color": "#E8D28A"},
    {"color": "#00523C", "hatch": "\\\\\\\\", "edgecolor": "white"},
)


@dataclass
class ClassCountsDisplay:
    """Rows per class before and after each sampler, and as they are.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, stage ("before", "after")`` and one for each class, means per fold: of
        two classes ``negative, positive``.
    labels : tuple of str
        Names of the classes, in the order of the columns.
    """

    table: pd.DataFrame
    labels: tuple[str, ...]

    @classmethod
    def from_result(
        cls, result: ComparisonResult, estimator: str | None = None
    ) -> ClassCountsDisplay:
        """Mean counts over the folds that ran, for one estimator (None: the first)."""
        pd = load_extra("pandas", "a display")
        estimator = estimator_of(result, estimator)
        folds = result.folds_[result.folds_["estimator"] == estimator]
        labels, rows = tuple(result.data_["classes"]), []
        for sampler in result.samplers:
            mine = folds[(folds["sampler"] == sampler) & (folds["status"] == "ok")]
            if result.settings_["effort"][sampler] != 3 and sampler != "none":
                continue  # thresholds, weights and other classifiers leave the rows as they are
            for stage in ("before", "after"):
                row: dict[str, Any] = {"sampler": sampler, "stage": stage}
                for name in class_names(labels):
                    row[name] = float(mine[f"n_{stage}_{name}"].mean())
                rows.append(row)
        return cls(pd.DataFrame(rows), labels)

    @property
    def size(self) -> tuple[float, float]:
        """Inches of a figure that holds it."""
        width, height = room(len(self.table) // 2)
        return width, height + 0.3 + 0.2 * (len(self.labels) // 4)

    @property
    def _classes(self) -> list[str]:
        return class_names(self.labels)

    def plot(self, ax: Any = None) -> Any:
        """Draw a thin bar before and a thick one after resampling; returns the axes."""
        ax = new_axes(ax, figsize=self.size)
        most = np.nanmax(self.table[self._classes].sum(axis=1), initial=1.0)
        for stage, (shift, height) in _BARS.items():
            mine = self.table[self.table["stage"] == stage]
            for number, (_, _, y, row) in enumerate(place_rows(mine)):
                left = 0.0
                for place, (name, label) in enumerate(zip(self._classes, self.labels, strict=True)):
                    said = plain(label) if stage == "after" and not number else None
                    width = float(np.nan_to_num(row[name]))
                    bar = {"left": left, "height": height, "linewidth": 0, "label": said}
                    ax.barh(y + shift, width, **bar, **_LOOKS[place % len(_LOOKS)])
                    left += width
                if stage == "after":
                    self._write(ax, row, left + 0.01 * most, y + shift)
        label_rows(ax, list(place_rows(self.table[self.table["stage"] == "after"])))
        ax.set_xlim(0, 1.3 * most)
        ax.set_xlabel("Training rows per fold\n(thin: before, thick: after resampling)")
        ax.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        return ax

    def _write(self, ax: Any, row: Any, x: float, y: float) -> None:
        counts = [row[name] for name in self._classes]
        if not np.isfinite(counts).all():
            text = "failed"
        elif len(counts) > 3:
            text = f"{sum(counts):,.0f}"
        else:
            text = " + ".join(f"{n:,.0f}" for n in counts)
        ax.text(x, y, text, va="center", fontsize=8, color=QUIET)
