"""The pictures of a comparison: each is drawn from a table that it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

from medresample._core.drawing import BAND, COLORS, QUIET, new_axes, plain, styles
from medresample._core.extras import load_extra
from medresample.metrics import CLINICAL, calibration_curve

if TYPE_CHECKING:
    import pandas as pd

    from medresample.compare._result import ComparisonResult

_GRID = np.linspace(0, 1, 101)


def _estimator_of(result: ComparisonResult, estimator: str | None) -> str:
    if estimator is None:
        return result.estimators[0]
    if estimator not in result.estimators:
        raise ValueError(f"No estimator {estimator!r}; there are: {', '.join(result.estimators)}.")
    return estimator


def _ranked(result: ComparisonResult, estimator: str) -> list[str]:
    """Methods with risks of their own: a tuned threshold does not change the risks of 'none'."""
    tuned = {
        name
        for name in result.settings_["tuned"]
        if result.settings_["effort"][name] == 1 and "none" in result.samplers
    }
    return [
        name
        for name in result.samplers
        if name not in tuned and len(result.predictions_of(estimator, name)) > 0
    ]


@dataclass
class DifferencesDisplay:
    """Forest plot: difference to the control per method, with the region of equivalence.

    Attributes
    ----------
    table : DataFrame
        ``result.summary(metric)``.
    metric, control : str
        What is compared, and to what.
    rope : float
        Half-width of the shaded region.
    """

    table: pd.DataFrame
    metric: str
    control: str
    rope: float

    @classmethod
    def from_result(cls, result: ComparisonResult, metric: str = "auroc") -> DifferencesDisplay:
        """Take the table from a comparison."""
        return cls(
            result.summary(metric), metric, result.settings_["control"], result.ropes_[metric]
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw, on the axes given or on new ones; returns the axes."""
        table = self.table[self.table["sampler"] != self.control].reset_index(drop=True)
        ax = new_axes(ax, figsize=(6.4, 1.4 + 0.36 * (len(table) + table["estimator"].nunique())))
        score = CLINICAL[self.metric]
        ax.axvspan(-self.rope, self.rope, color=BAND, zorder=0, linewidth=0)
        ax.axvline(0, color=QUIET, linewidth=1, zorder=1)
        places, labels = [], []
        y = 0.0
        for estimator, part in table.groupby("estimator", sort=False):
            labels.append((y, plain(estimator), True))
            for row in part.itertuples():
                y += 1
                places.append(y)
                labels.append((y, plain(row.sampler), False))
                self._draw_row(ax, row, y)
            y += 1.4
        ax.set_ylim(y - 0.6, -0.7)
        ax.set_yticks([place for place, _, _ in labels], [text for _, text, _ in labels])
        for tick, (_, _, heading) in zip(ax.get_yticklabels(), labels, strict=True):
            tick.set_fontweight("bold" if heading else "normal")
        ax.tick_params(axis="y", length=0)
        side = "higher is better" if score.direction > 0 else "lower is better"
        what = score.label if score.ideal is None else f"distance of {score.label} from its ideal"
        ax.set_xlabel(f"Difference in {what} to {plain(repr(self.control))}\n({side})")
        ax.spines[["top", "right", "left"]].set_visible(False)
        return ax

    def _draw_row(self, ax: Any, row: Any, y: float) -> None:
        if not np.isfinite(row.difference):
            ax.text(0, y, " failed", va="center", color=QUIET)
            return
        better = CLINICAL[self.metric].direction * row.difference
        outside = np.isfinite(row.low) and (row.low > self.rope or row.high < -self.rope)
        color = QUIET if not outside else ("#0072B2" if better > 0 else "#D55E00")
        if np.isfinite(row.low):
            ax.plot([row.low, row.high], [y, y], color=color, linewidth=2.2, zorder=2)
        ax.plot(row.difference, y, "o" if not outside else "D", color=color, zorder=3)


@dataclass
class CurvesDisplay:
    """ROC and precision-recall curves: a thin line per repeat, and their mean.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, repeat, curve ("roc" or "pr"), x, y``, from predictions pooled within
        a repeat, on a grid of 101 values of x.
    prevalence : float
        Precision of risks that know nothing.
    estimator : str
        Whose curves.
    """

    table: pd.DataFrame
    prevalence: float
    estimator: str
    styles: Mapping[str, dict[str, Any]]

    @classmethod
    def from_result(cls, result: ComparisonResult, estimator: str | None = None) -> CurvesDisplay:
        """Compute the curves of one estimator (None: the first)."""
        pd = load_extra("pandas", "a display")
        estimator = _estimator_of(result, estimator)
        parts = []
        for sampler in _ranked(result, estimator):
            for repeat, part in result.predictions_of(estimator, sampler).groupby("repeat"):
                for curve, y in _curves(part["y"].to_numpy(), part["risk"].to_numpy()).items():
                    parts.append(
                        pd.DataFrame(
                            {
                                "sampler": sampler,
                                "repeat": repeat,
                                "curve": curve,
                                "x": _GRID,
                                "y": y,
                            }
                        )
                    )
        columns = ["sampler", "repeat", "curve", "x", "y"]
        table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        return cls(table, result.data_["prevalence"], estimator, styles(result.samplers))

    def plot(self, ax: Any = None) -> Any:
        """Draw on a pair of axes; returns them."""
        axes = np.ravel(new_axes(ax, 1, 2, figsize=(9.6, 4.6)))
        if len(axes) != 2:
            raise ValueError("CurvesDisplay draws on two axes: ROC and precision-recall.")
        for place, curve in zip(axes, ("roc", "pr"), strict=True):
            mine = self.table[self.table["curve"] == curve]
            for sampler, lines in mine.groupby("sampler", sort=False):
                style = self.styles[str(sampler)]
                for _, line in lines.groupby("repeat"):
                    place.plot(
                        line["x"], line["y"], color=style["color"], linewidth=0.6, alpha=0.25
                    )
                mean = lines.groupby("x")["y"].mean()
                place.plot(mean.index, mean, linewidth=1.9, label=plain(sampler), **style)
            place.set(xlim=(0, 1), ylim=(0, 1.01), aspect="equal")
            place.spines[["top", "right"]].set_visible(False)
        axes[0].plot([0, 1], [0, 1], color=QUIET, linewidth=0.8, linestyle=":")
        axes[0].set(xlabel="1 - specificity", ylabel="Sensitivity", title="ROC")
        axes[1].axhline(self.prevalence, color=QUIET, linewidth=0.8, linestyle=":")
        axes[1].text(0.99, self.prevalence + 0.015, f"prevalence {self.prevalence:.3f}", ha="right")
        axes[1].set(xlabel="Sensitivity (recall)", ylabel="PPV (precision)")
        axes[1].set_title("Precision-recall")
        axes[1].legend(frameon=False, loc="upper right")
        return axes


def _curves(positive: np.ndarray, risk: np.ndarray) -> dict[str, np.ndarray]:
    """Sensitivity over 1 - specificity, and best precision at each sensitivity or above."""
    fpr, tpr, _ = roc_curve(positive, risk)
    roc = np.interp(_GRID, fpr, tpr)
    precision, recall, _ = precision_recall_curve(positive, risk)
    precision, recall = precision[:-1], recall[:-1]  # the last point is made up, not observed
    reached = recall[np.newaxis] >= _GRID[:, np.newaxis] - 1e-12
    # The lowest threshold that still belongs to the sensitivity: the step curve of the average
    # precision, not an interpolated one.
    last = reached.shape[1] - 1 - np.argmax(reached[:, ::-1], axis=1)
    return {"roc": roc, "pr": precision[last]}


@dataclass
class CalibrationDisplay:
    """Observed share over risk, and how the risks are spread.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, risk, observed, n``: bins of equal mass over all repeats.
    histogram : DataFrame
        Columns ``sampler, low, high, share`` of the risks.
    estimator : str
        Whose risks.
    """

    table: pd.DataFrame
    histogram: pd.DataFrame
    estimator: str
    styles: Mapping[str, dict[str, Any]]

    @classmethod
    def from_result(
        cls, result: ComparisonResult, estimator: str | None = None, n_bins: int = 10
    ) -> CalibrationDisplay:
        """Compute the bins of one estimator (None: the first)."""
        pd = load_extra("pandas", "a display")
        estimator = _estimator_of(result, estimator)
        tables, histograms = [], []
        for sampler in _ranked(result, estimator):
            part = result.predictions_of(estimator, sampler)
            curve = calibration_curve(part["y"], part["risk"], n_bins=n_bins, pos_label=True)
            tables.append(pd.DataFrame({"sampler": sampler, **curve}))
            counts, edges = np.histogram(part["risk"], bins=20, range=(0, 1))
            histograms.append(
                pd.DataFrame(
                    {
                        "sampler": sampler,
                        "low": edges[:-1],
                        "high": edges[1:],
                        "share": counts / counts.sum(),
                    }
                )
            )
        empty = [pd.DataFrame(columns=["sampler", "risk", "observed", "n"])]
        return cls(
            pd.concat(tables or empty, ignore_index=True),
            pd.concat(histograms or empty, ignore_index=True),
            estimator,
            styles(result.samplers),
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw on a pair of axes, calibration and histogram; returns them."""
        axes = np.ravel(new_axes(ax, 1, 2, figsize=(9.6, 4.6)))
        if len(axes) != 2:
            raise ValueError("CalibrationDisplay draws on two axes: calibration and histogram.")
        axes[0].plot([0, 1], [0, 1], color=QUIET, linewidth=0.8, linestyle=":", label="ideal")
        for sampler, curve in self.table.groupby("sampler", sort=False):
            style = self.styles[str(sampler)]
            axes[0].plot(
                curve["risk"],
                curve["observed"],
                marker="o",
                markersize=4,
                linewidth=1.6,
                label=plain(sampler),
                **style,
            )
            bars = self.histogram[self.histogram["sampler"] == sampler]
            edges = np.append(bars["low"], 1.0)
            axes[1].stairs(bars["share"], edges, linewidth=1.6, **style)
        axes[0].set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
        axes[0].set(xlabel="Predicted risk", ylabel="Observed share", title="Calibration")
        axes[0].legend(frameon=False, loc="upper left")
        axes[1].set(xlabel="Predicted risk", ylabel="Share of rows", title="How risks are spread")
        axes[1].set(xlim=(0, 1), yscale="log")
        for place in axes:
            place.spines[["top", "right"]].set_visible(False)
        return axes


@dataclass
class ClassCountsDisplay:
    """Rows per class before and after each sampler, and as they are.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, stage ("before", "after"), negative, positive``, means per fold.
    labels : tuple of str
        Names of the negative and the positive class.
    """

    table: pd.DataFrame
    labels: tuple[str, str]

    @classmethod
    def from_result(
        cls, result: ComparisonResult, estimator: str | None = None
    ) -> ClassCountsDisplay:
        """Mean counts over the folds that ran, for one estimator (None: the first)."""
        pd = load_extra("pandas", "a display")
        estimator = _estimator_of(result, estimator)
        folds = result.folds_[result.folds_["estimator"] == estimator]
        rows = []
        for sampler in result.samplers:
            mine = folds[(folds["sampler"] == sampler) & (folds["status"] == "ok")]
            if result.settings_["effort"][sampler] != 3 and sampler != "none":
                continue  # thresholds, weights and other classifiers leave the rows as they are
            for stage in ("before", "after"):
                row: dict[str, Any] = {"sampler": sampler, "stage": stage}
                for side in ("negative", "positive"):
                    row[side] = float(mine[f"n_{stage}_{side}"].mean())
                rows.append(row)
        labels = (str(result.data_["negative"]), str(result.data_["positive"]))
        return cls(pd.DataFrame(rows), labels)

    def plot(self, ax: Any = None) -> Any:
        """Draw stacked bars after resampling; returns the axes."""
        after = self.table[self.table["stage"] == "after"].reset_index(drop=True)
        ax = new_axes(ax, figsize=(6.4, 1.3 + 0.36 * len(after)))
        places = np.arange(len(after))
        ax.barh(places, after["negative"], color="#56B4E9", label=plain(self.labels[0]))
        ax.barh(
            places,
            after["positive"],
            left=after["negative"],
            color="#D55E00",
            hatch="//",
            edgecolor="white",
            label=plain(self.labels[1]),
        )
        ax.set_yticks(places, [plain(name) for name in after["sampler"]])
        ax.invert_yaxis()
        ax.set_xlabel("Training rows per fold")
        ax.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        ax.spines[["top", "right"]].set_visible(False)
        return ax


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
    def from_result(cls, result: ComparisonResult) -> SecondsDisplay:
        """Median seconds of every estimator and method."""
        pd = load_extra("pandas", "a display")
        folds = result.folds_[result.folds_["status"] == "ok"]
        rows = []
        for estimator in result.estimators:
            for sampler in result.samplers:
                mine = folds[(folds["estimator"] == estimator) & (folds["sampler"] == sampler)]
                row: dict[str, Any] = {"estimator": estimator, "sampler": sampler}
                for stage in ("resample", "fit", "predict"):
                    row[stage] = float(mine[f"seconds_{stage}"].median())
                rows.append(row)
        return cls(pd.DataFrame(rows))

    def plot(self, ax: Any = None) -> Any:
        """Draw stacked bars; returns the axes."""
        table = self.table
        ax = new_axes(ax, figsize=(6.4, 1.3 + 0.32 * len(table)))
        places, left = np.arange(len(table)), np.zeros(len(table))
        for stage, color in zip(("resample", "fit", "predict"), COLORS[1:4], strict=True):
            seconds = np.nan_to_num(table[stage].to_numpy())
            ax.barh(places, seconds, left=left, color=color, label=stage)
            left += seconds
        names = table["estimator"] + ": " + table["sampler"]
        ax.set_yticks(places, [plain(name) for name in names])
        ax.invert_yaxis()
        ax.set_xlabel("Seconds per fold")
        ax.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
        ax.spines[["top", "right"]].set_visible(False)
        return ax
