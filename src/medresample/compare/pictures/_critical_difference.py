"""Which methods rank first over many data sets, and which are told apart? A picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample._core.drawing import COLORS, QUIET, new_axes, plain
from medresample.compare._ranks import LEAST, groups_not_apart

if TYPE_CHECKING:
    import pandas as pd

    from medresample.compare._many_result import ManyComparisons

LEVEL = 0.05
# Heights, of which 1 is a line of text.
_FIRST_BAR, _BAR, _LABELS = 0.7, 0.5, 1.0


@dataclass
class CriticalDifferenceDisplay:
    """Critical-difference diagram: mean ranks on a line, bars over what is not told apart.

    Two methods share a bar if and only if Wilcoxon's test with Holm's adjustment does not tell them
    apart; a dot marks each method that belongs to a bar. Two that each share one with a third may
    differ all the same. Below 10 data sets nothing is tested, and there are no bars.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, rank, mean``, the best first; methods that are not ranked are left out.
    pairs : DataFrame
        The tests, from :meth:`ManyComparisons.pairwise`.
    bars : tuple of tuple of str
        The methods on each bar.
    metric, estimator : str
        What is ranked.
    label : str
        The score in words.
    n_sets : int
        Number of data sets.
    p_value : float
        That of Friedman's test (Iman and Davenport); NaN below 10 data sets, and for one method.

    References
    ----------
    J. Demšar, Journal of Machine Learning Research 7, 1-30, 2006.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from medresample.compare import CriticalDifferenceDisplay, compare_samplers_many
    >>> data_sets = {f"center {i}": make_classification(60, random_state=i) for i in range(2)}
    >>> many = compare_samplers_many(
    ...     data_sets, {}, LogisticRegression(),
    ...     cv=2, n_repeats=1, scoring=["auroc"], progress=False,
    ... )
    >>> display = CriticalDifferenceDisplay.from_result(many, "auroc")
    >>> display.bars  # two data sets are too few to test
    ()
    """

    table: pd.DataFrame
    pairs: pd.DataFrame
    bars: tuple[tuple[str, ...], ...]
    metric: str
    estimator: str
    label: str
    n_sets: int
    p_value: float

    @classmethod
    def from_result(
        cls, many: ManyComparisons, metric: str = "auroc", estimator: str | None = None
    ) -> CriticalDifferenceDisplay:
        """Compute ranks and tests of one estimator (None: the first)."""
        estimator = many.estimator_named(estimator)
        ranks, pairs, test = (
            table[table["estimator"] == estimator] if len(table) else table
            for table in (many.ranks(metric), many.pairwise(metric), many.friedman(metric))
        )
        ranks = ranks[ranks["rank"].notna()]
        n_sets, p_value = int(test["n_sets"].iloc[0]), float(test["p_value"].iloc[0])
        bars: list[tuple[str, ...]] = []
        if n_sets >= LEAST and len(pairs):
            told = pairs[pairs["p_holm"] < LEVEL]
            apart = {frozenset(pair) for pair in zip(told["sampler"], told["other"], strict=True)}
            bars = groups_not_apart(list(ranks["sampler"]), apart)
        columns = ["sampler", "rank", "mean"]
        table, pairs = ranks[columns].reset_index(drop=True), pairs.reset_index(drop=True)
        score = next(iter(many.results_.values())).score(metric)
        label = plain(score.label)
        label = label if score.ideal is None else f"distance of {label} from its ideal"
        return cls(table, pairs, tuple(bars), metric, estimator, label, n_sets, p_value)

    def plot(self, ax: Any = None) -> Any:
        """Draw, on the axes given or on new ones; returns the axes."""
        if self.table.empty:
            raise ValueError("There is no data set on which every method has a score.")
        rank = dict(zip(self.table["sampler"], self.table["rank"], strict=True))
        left = (len(rank) + 1) // 2
        top = _FIRST_BAR + _BAR * len(self.bars) + _LABELS
        bottom = top + left
        ax = new_axes(ax, figsize=(7.2 if len(rank) <= 10 else 9.6, 0.9 + 0.24 * bottom))
        low, high = np.floor(min(rank.values())), np.ceil(max(rank.values()))
        ax.set(xlim=(low, max(high, low + 1)), ylim=(bottom, 0))
        names = list(rank)
        for row, name in enumerate(names[:left]):
            self._label(ax, name, rank[name], top + row, "left")
        for row, name in enumerate(reversed(names[left:])):
            self._label(ax, name, rank[name], top + row, "right")
        over = 0.01 * np.ptp(ax.get_xlim())  # so that a bar over equal ranks is seen, too
        for number, bar in enumerate(self.bars):
            y = _FIRST_BAR + _BAR * number
            places = [rank[name] for name in bar]
            ends = [min(places) - over, max(places) + over]
            ax.plot(ends, [y, y], color=COLORS[2], linewidth=3, zorder=3, clip_on=False)
            dots = {"color": COLORS[2], "markersize": 5, "zorder": 3, "clip_on": False}
            ax.plot(places, [y] * len(places), "o", **dots)
        self._finish(ax)
        return ax

    def _label(self, ax: Any, name: str, rank: float, y: float, side: str) -> None:
        """A stem from the axis down to the line of a method, out to its name beside the axes."""
        ends = ax.get_xlim()
        end = ends[0] if side == "left" else ends[1]
        ax.plot([rank, rank, end], [0, y, y], color=QUIET, linewidth=0.9, zorder=1, clip_on=False)
        text = f"{plain(name)}  {rank:.2f} " if side == "left" else f" {rank:.2f}  {plain(name)}"
        ax.text(
            0 if side == "left" else 1,
            y,
            text,
            transform=ax.get_yaxis_transform(),
            ha="right" if side == "left" else "left",
            va="center",
        )

    def _finish(self, ax: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        ax.spines[["left", "right", "bottom"]].set_visible(False)
        ax.set_yticks([])
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.xaxis.tick_top()
        ax.xaxis.set_label_position("top")
        ax.set_xlabel(
            f"Mean rank by {self.label}, 1 is the best\n"
            f"({self.n_sets} data sets, {plain(self.estimator)})"
        )
        if self.n_sets < LEAST:
            text = f"Too few data sets for tests, which need {LEAST}."
        elif len(self.table) < 2:
            text = "A single method is ranked: there is nothing to test."
        else:
            p = "< 0.001" if self.p_value < 0.001 else f"= {self.p_value:.3f}"
            text = (
                f"Dots on one bar: not told apart (Wilcoxon, Holm, {100 * LEVEL:.0f} %).\n"
                f"Do the methods differ at all? Friedman, p {p}"
            )
        where = {"transform": ax.transAxes, "ha": "center", "va": "top"}
        ax.text(0.5, -0.01, text, **where, multialignment="center", color=QUIET)
