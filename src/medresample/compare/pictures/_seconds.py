"""What does it cost? Seconds to resample, to fit and to predict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample._core.drawing import new_axes
from medresample._core.extras import load_extra
from medresample.compare.pictures._chosen import estimator_of
from medresample.compare.pictures._rows import label_rows, place_rows, room

if TYPE_CHECKING:
    import pandas as pd

    from medresample.compare._result import ComparisonResult

_STAGES: dict[str, dict[str, str]] = {
    "resample": {"color": "#C14F00", "hatch": "////", "edgecolor": "white"},
    "fit": {"color": "#9CC7E4"},
    "predict": {"color": "#00523C", "hatch": "\\\\\\\\", "edgecolor": "white"},
}


@dataclass
class SecondsDisplay:
    """Seconds per fold to resample, to fit (with tuning) and to predict.

    Attributes
    ----------
    table : DataFrame
        Columns ``estimator, sampler, resample, fit, predict``, medians over the folds that ran.
    """

    table: pd.DataFrame

    @classmethod
    def from_result(cls, result: ComparisonResult, estimator: str | None = None) -> SecondsDisplay:
        """Median seconds of every method, for one estimator or (None) for all."""
        pd = load_extra("pandas", "a display")
        chosen = result.estimators if estimator is None else (estimator_of(result, estimator),)
        folds = result.folds_[result.folds_["status"] == "ok"]
        rows = []
        for name in chosen:
            for sampler in result.samplers:
                mine = folds[(folds["estimator"] == name) & (folds["sampler"] == sampler)]
                row: dict[str, Any] = {"estimator": name, "sampler": sampler}
                for stage in _STAGES:
                    row[stage] = float(mine[f"seconds_{stage}"].median())
                rows.append(row)
        return cls(pd.DataFrame(rows))

    @property
    def size(self) -> tuple[float, float]:
        """Inches of a figure that holds it."""
        return room(len(self.table) + 2 * self.table["estimator"].nunique())

    def plot(self, ax: Any = None) -> Any:
        """Draw stacked bars; returns the axes."""
        ax = new_axes(ax, figsize=self.size)
        places = list(place_rows(self.table))
        ys = [y for _, sampler, y, _ in places if sampler is not None]
        left = np.zeros(len(ys))
        for stage, look in _STAGES.items():
            seconds = np.nan_to_num(self.table[stage].to_numpy())
            ax.barh(ys, seconds, left=left, height=0.62, linewidth=0, label=stage, **look)
            left += seconds
        label_rows(ax, places)
        ax.set_xlim(left=0)
        ax.set_xlabel("Seconds per fold (median)")
        ax.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        return ax
