"""The pictures of an ensemble: each is drawn from a table that it keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.drawing import COLORS, new_axes, plain, styles
from .._core.extras import load_extra
from ._error_propagation import CASCADE, EASY

if TYPE_CHECKING:
    from ._error_propagation import ErrorPropagation
    from ._stability import StabilityReport

# Members up to which numbers are written into a picture.
FEW = 6
_LABELS = {"sensitivity": "Sensitivity", "specificity": "Specificity", "auroc": "AUROC"}
_METHODS: dict[str, dict[str, Any]] = {
    CASCADE: {"color": COLORS[1], "linestyle": "-"},
    EASY: {"color": COLORS[2], "linestyle": "--"},
}


class _Picture(ABC):
    """Three plots side by side, on the axes given or on new ones."""

    def plot(self, ax: Any = None) -> Any:
        """Draw the picture.

        Parameters
        ----------
        ax : array of three matplotlib axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        axes : ndarray of three matplotlib axes
            Where it was drawn, which ``axes_`` and, with their figure, ``figure_`` keep.
        """
        axes = np.ravel(new_axes(ax, 1, 3, figsize=(12.4, 3.9)))
        if len(axes) != 3:
            raise ValueError(f"{type(self).__name__} draws on three axes, got {len(axes)}.")
        self._draw(axes)
        for place in axes:
            place.spines[["top", "right"]].set_visible(False)
        self.axes_, self.figure_ = axes, axes[0].figure
        return axes

    @abstractmethod
    def _draw(self, axes: np.ndarray) -> None:
        """Draw on three axes, from left to right."""


@dataclass
class StabilityDisplay(_Picture):
    """Scores of the members beside the ensemble's, how they settle, and how far members agree.

    Parameters
    ----------
    report : StabilityReport
        What ``stability_report(X, y)`` of an ensemble gave.

    Attributes
    ----------
    axes_ : ndarray of three matplotlib axes
        After `plot`: the scores of all members (dots) and of the ensemble (lines); the scores of
        the first members together, with the share of rows whose class the last of them changed;
        and Cohen's kappa of every two members.
    figure_ : matplotlib figure
        After `plot`.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from medresample.ensemble import EasyEnsembleClassifier, StabilityDisplay
    >>> X, y = make_classification(1000, weights=[0.9], flip_y=0, random_state=0)
    >>> model = EasyEnsembleClassifier(random_state=0).fit(X[:600], y[:600])
    >>> display = StabilityDisplay(model.stability_report(X[600:], y[600:]))
    >>> axes = display.plot()
    >>> axes[2].get_title()
    'Agreement of members (kappa)'
    """

    report: StabilityReport

    def _draw(self, axes: np.ndarray) -> None:
        self._draw_members(axes[0])
        self._draw_settling(axes[1])
        self._draw_kappa(axes[2])

    def _draw_members(self, ax: Any) -> None:
        table = self.report.members_
        for place, score in enumerate(_LABELS):
            values, n_side = np.sort(table[score][:-1]), min(7, len(table) - 1)
            # side by side, so that equals do not hide one another
            side = (np.arange(len(values)) % n_side - (n_side - 1) / 2) * 0.1
            ax.plot(place + side, values, "o", color=COLORS[1 + place], markersize=4.5, alpha=0.6)
            ends = (place - 0.38, place + 0.38)
            ax.plot(ends, [table[score][-1]] * 2, color="black", linewidth=2, zorder=1)
        ax.set_xticks(range(len(_LABELS)), _LABELS.values())
        ax.set(xlim=(-0.5, len(_LABELS) - 0.5), title="Members (dots) and ensemble (lines)")

    def _draw_settling(self, ax: Any) -> None:
        table = self.report.settling_
        marker = "o" if len(table) <= FEW else ""
        for place, (score, label) in enumerate(_LABELS.items()):
            look = {"color": COLORS[1 + place], "linestyle": ("-", "--", "-.")[place]}
            ax.plot(table["n_members"], table[score], label=label, marker=marker, ms=4, **look)
        changed = {"color": "#B9C7D1", "label": "rows changed", "zorder": 0}
        ax.bar(table["n_members"], table["changed"], **changed)
        ax.set(xlim=(0.4, len(table) + 0.6), ylim=(0, 1.02), xlabel="Members so far")
        ax.set_title("How scores settle")
        ax.xaxis.set_major_locator(_whole_numbers())
        _legend_below(ax, 2)

    def _draw_kappa(self, ax: Any) -> None:
        kappa = self.report.kappa_
        image = ax.imshow(kappa, vmin=0, vmax=1, cmap="cividis")
        ax.figure.colorbar(image, ax=ax, shrink=0.85)
        if len(kappa) <= FEW:
            for (row, column), value in np.ndenumerate(kappa):
                color = "white" if value < 0.5 else "black"
                ax.text(column, row, f"{value:.2f}", ha="center", va="center", color=color)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(_whole_numbers())
        ax.set(xlabel="Member", ylabel="Member", title="Agreement of members (kappa)")


@dataclass
class CascadeDisplay(_Picture):
    """How many rows each stage of a cascade found, and at which score it passed them on.

    Parameters
    ----------
    table : structured ndarray
        ``cascade_report_`` of a fitted :class:`BalanceCascadeClassifier`.

    Attributes
    ----------
    axes_ : ndarray of three matplotlib axes
        After `plot`: the rows that each stage found, the share of them that it passed on beside the
        one wanted, and the threshold.
    figure_ : matplotlib figure
        After `plot`.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from medresample.ensemble import BalanceCascadeClassifier, CascadeDisplay
    >>> X, y = make_classification(500, weights=[0.9], flip_y=0, random_state=0)
    >>> model = BalanceCascadeClassifier(random_state=0).fit(X, y)
    >>> axes = CascadeDisplay(model.cascade_report_).plot()
    >>> axes[0].get_xlabel()
    'Stage'
    """

    table: np.ndarray

    def _draw(self, axes: np.ndarray) -> None:
        if not len(self.table):
            raise ValueError("The report is empty: a cascade with a single member drops nothing.")
        labels = np.unique(self.table["label"]).tolist()
        looks = styles(tuple(map(str, labels)))
        for label in labels:
            rows, style = self.table[self.table["label"] == label], looks[str(label)]
            style = style | {"marker": "o" if len(rows) <= 3 * FEW else "", "markersize": 4}
            axes[0].plot(rows["stage"], rows["negatives_before"], label=plain(label), **style)
            axes[1].plot(rows["stage"], rows["rate_reached"], label=plain(label), **style)
            axes[1].axhline(rows["rate_wanted"][0], color=style["color"], linewidth=0.7, zorder=0)
            axes[2].plot(rows["stage"], rows["threshold"], **style)
            if len(labels) == 1 and len(rows) <= FEW:
                self._write(axes[0], rows)
        axes[0].set(yscale="log", title="Rows that the stage found")
        ticks = load_extra("matplotlib.ticker", "a plot")
        axes[0].yaxis.set_major_locator(ticks.LogLocator(subs=(1, 2, 5)))
        axes[0].yaxis.set_major_formatter("{x:,.0f}")
        axes[0].yaxis.set_minor_formatter(ticks.NullFormatter())
        axes[0].margins(0.12)
        axes[1].set(ylim=(0, 1.02), title="Above threshold (thin line: wanted)")
        axes[2].set_title("Score from which a row is passed on")
        axes[2].margins(0.12)
        for place in axes:
            place.set_xlabel("Stage")
            place.xaxis.set_major_locator(_whole_numbers())
        _legend_below(axes[0], title="Class")

    def _write(self, ax: Any, rows: np.ndarray) -> None:
        for row in rows:
            place = (row["stage"], row["negatives_before"])
            ax.annotate(place[1], place, (5, 3), textcoords="offset points")


@dataclass
class ErrorPropagationDisplay(_Picture):
    """How wrong labels move the ensembles, their members, and what is left for each stage.

    Parameters
    ----------
    found : ErrorPropagation
        What ``error_propagation(X, y)`` of a cascade gave.

    Attributes
    ----------
    axes_ : ndarray of three matplotlib axes
        After `plot`: the AUROC of both ensembles over the noise rate, with one standard deviation
        over repeats to each side; that of the member of each stage alone, without noise and at the
        highest rate; and the share of wrong labels among the rows of the larger class that are
        left before the stage.
    figure_ : matplotlib figure
        After `plot`.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from medresample.ensemble import BalanceCascadeClassifier, ErrorPropagationDisplay
    >>> X, y = make_classification(500, weights=[0.9], flip_y=0, random_state=0)
    >>> found = BalanceCascadeClassifier().error_propagation(
    ...     X, y, noise_rates=(0, 0.2), n_repeats=2, random_state=0
    ... )
    >>> axes = ErrorPropagationDisplay(found).plot()
    >>> axes[0].get_ylabel()
    'AUROC'
    """

    found: ErrorPropagation

    def _draw(self, axes: np.ndarray) -> None:
        table = self.found.summary_
        rates = np.unique(table["noise_rate"])
        for method, look in _METHODS.items():
            own = table[table["method"] == method]
            self._draw_ensemble(axes[0], own[own["stage"] == own["stage"].max()], method)
            self._draw_ends(axes[1], own, method)
            for rate, shade in zip(rates, _shades(len(rates)), strict=True):
                rows, label = own[own["noise_rate"] == rate], f"{rate:g}"
                axes[2].plot(
                    rows["stage"],
                    rows["mislabeled_remaining_mean"],
                    look["linestyle"],
                    color=shade,
                    label=label if method == CASCADE else None,
                )
        axes[0].set(xlabel="Noise rate", ylabel="AUROC", title="All members together")
        axes[1].set(xlabel="Stage", ylabel="AUROC", title="The member of the stage alone")
        axes[2].set(xlabel="Stage", ylabel="Share of wrong labels", ylim=(0, None))
        axes[2].set_title(f"Rows labeled {plain(self.found.negative_class)} before the stage")
        for ax in axes[1:]:
            ax.xaxis.set_major_locator(_whole_numbers())
        _legend_below(axes[0])
        _legend_below(axes[1], 2)
        _legend_below(axes[2], title="Noise rate")

    def _draw_ensemble(self, ax: Any, rows: np.ndarray, method: str) -> None:
        """Draw mean and deviation, the methods a little apart."""
        shift = (-1 if method == CASCADE else 1) * 0.01 * rows["noise_rate"].max()
        deviation = np.nan_to_num(rows["auroc_ensemble_sd"])
        ax.errorbar(
            rows["noise_rate"] + shift,
            rows["auroc_ensemble_mean"],
            deviation,
            label=method,
            capsize=3,
            elinewidth=0.9,
            marker="o",
            markersize=4,
            **_METHODS[method],
        )

    def _draw_ends(self, ax: Any, own: np.ndarray, method: str) -> None:
        """Draw the members without noise, and with most of it."""
        highest = own["noise_rate"].max()
        for rate, width in {0.0: 0.8, highest: 2.0}.items():
            rows, label = own[own["noise_rate"] == rate], f"{method}, noise {rate:g}"
            auroc = rows["auroc_member_mean"]
            ax.plot(rows["stage"], auroc, label=label, linewidth=width, **_METHODS[method])


def _shades(n: int) -> Any:
    """Give colors from light to dark."""
    colormaps = load_extra("matplotlib", "a plot").colormaps
    return colormaps["cividis"](np.linspace(0.85, 0, n))


def _whole_numbers() -> Any:
    """Place ticks at whole numbers."""
    return load_extra("matplotlib.ticker", "a plot").MaxNLocator(integer=True, min_n_ticks=1)


def _legend_below(ax: Any, columns: int = 4, **settings: Any) -> None:
    """Explain lines below the axes, where they hide nothing."""
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.18)}
    ax.legend(frameon=False, ncols=columns, fontsize=9, columnspacing=1.2, **place, **settings)
