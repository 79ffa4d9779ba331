"""The results of a comparison on several data sets: ranks and tests in which each counts as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare import _ranks
from medresample.compare._grid import Grid, grid_of
from medresample.compare._result import ComparisonResult
from medresample.compare._statistics import holm

if TYPE_CHECKING:
    import pandas as pd


@dataclass(repr=False)
class ManyComparisons:
    """A comparison of the same methods on each of several data sets.

    A data set counts as one, by the mean of each score over its folds, or over its repeats for
    scores of pooled predictions. Scores with an ideal, such as the calibration slope, are compared
    by their distance from it. Only data sets on which every method has a score are ranked and
    tested, so that all methods meet the same ones; the others are named, with the reason, in
    :meth:`scores`.

    Attributes
    ----------
    results_ : dict of str to ComparisonResult
        The comparison on each data set that could be compared.
    sets_ : DataFrame
        A row per data set: status, error, warnings, rows, columns, patients, positive cases,
        seed.

    See Also
    --------
    compare_samplers_many : Makes it.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from medresample.compare import compare_samplers_many
    >>> data_sets = {f"center {i}": make_classification(60, random_state=i) for i in range(3)}
    >>> many = compare_samplers_many(
    ...     data_sets, {}, LogisticRegression(),
    ...     cv=2, n_repeats=1, scoring=["auroc"], progress=False,
    ... )
    >>> many.ranks("auroc").columns.to_list()
    ['estimator', 'sampler', 'rank', 'mean', 'n_sets', 'note']
    >>> many.scores("auroc")["used"].sum().item()
    3
    """

    results_: dict[str, ComparisonResult]
    sets_: pd.DataFrame
    _grids: dict[tuple[str, str], Grid] = field(default_factory=dict, init=False)

    @property
    def samplers(self) -> tuple[str, ...]:
        """Names of the methods compared, controls first."""
        return self._any.samplers

    @property
    def estimators(self) -> tuple[str, ...]:
        """Names of the estimators."""
        return self._any.estimators

    @property
    def _any(self) -> ComparisonResult:
        return next(iter(self.results_.values()))

    def estimator_named(self, estimator: str | None) -> str:
        """An estimator by name, None for the first, or a list of what there is."""
        if estimator is None:
            return self.estimators[0]
        if estimator not in self.estimators:
            names = ", ".join(self.estimators)
            raise ValueError(f"No estimator {estimator!r}; there are: {names}.")
        return estimator

    def _grid(self, metric: str, estimator: str) -> Grid:
        key = (metric, estimator)
        if key not in self._grids:
            score = self._any.score(metric)
            failed = self.sets_[self.sets_["status"] == "failed"]
            reasons = dict(zip(failed["data_set"], failed["error"], strict=True))
            self._grids[key] = grid_of(self.results_, score, estimator, reasons)
        return self._grids[key]

    def _by_estimator(self, metric: str, rows: Callable[[Grid], list[dict[str, Any]]]) -> Any:
        pd = load_extra("pandas", "a table")
        return pd.DataFrame(
            [
                {"estimator": estimator, **row}
                for estimator in self.estimators
                for row in rows(self._grid(metric, estimator))
            ]
        )

    def scores(self, metric: str = "auroc") -> pd.DataFrame:
        """What is ranked: a row per estimator and data set, a column per method.

        Parameters
        ----------
        metric : str, default="auroc"
            The score; for one with an ideal, the mean distance from it.

        Returns
        -------
        table : DataFrame
            ``used`` says whether the data set is ranked, ``note`` why not. A method that failed on
            a fold, or whose score is undefined there, has no score on the data set (NaN).
        """

        def rows(grid: Grid) -> list[dict[str, Any]]:
            return [
                {"data_set": name, "used": name in grid.sets, "note": grid.left_out.get(name, "")}
                | grid.scores.get(name, {})
                for name in self.sets_["data_set"]
            ]

        return self._by_estimator(metric, rows)

    def ranks(self, metric: str = "auroc") -> pd.DataFrame:
        """Mean rank of each method over the data sets: 1 is the best, equals share their ranks.

        Parameters
        ----------
        metric : str, default="auroc"
            The score.

        Returns
        -------
        table : DataFrame
            Columns ``estimator, sampler, rank, mean, n_sets, note``, the best first. Two kinds of
            methods are not ranked, and ``note`` says so: those without a score on any data set, and
            a tuned threshold where it changes nothing, because it leaves the risks as they are.
        """

        def rows(grid: Grid) -> list[dict[str, Any]]:
            ranked = [
                {"sampler": name, "rank": rank, "mean": mean, "n_sets": len(grid.sets), "note": ""}
                for rank, mean, name in grid.ranked()
            ]
            return ranked + [
                {"sampler": name, "rank": np.nan, "mean": np.nan, "n_sets": 0, "note": note}
                for name, note in grid.not_ranked.items()
            ]

        return self._by_estimator(metric, rows)

    def friedman(self, metric: str = "auroc") -> pd.DataFrame:
        """Do the methods differ at all? Friedman's test, a row per estimator.

        Parameters
        ----------
        metric : str, default="auroc"
            The score.

        Returns
        -------
        table : DataFrame
            ``chi2, p_chi2`` of Friedman, and ``f, p_value`` of Iman and Davenport, which are
            closer to the truth; NaN below 10 data sets, for the reason in ``note``. ``left_out``
            names the data sets that are not ranked.

        References
        ----------
        R. L. Iman, J. M. Davenport, Communications in Statistics A 9, 571-595, 1980.
        """

        def rows(grid: Grid) -> list[dict[str, Any]]:
            note = _ranks.why_no_test(len(grid.sets), n_pairs=0)
            if len(grid.methods) < 2:
                note = "fewer than two methods are ranked"
            found = _ranks.Friedman(*[np.nan] * 4) if note else _ranks.friedman(grid.merits)
            return [
                {"n_sets": len(grid.sets), "n_methods": len(grid.methods)}
                | found._asdict()
                | {"left_out": ", ".join(grid.left_out), "note": note}
            ]

        return self._by_estimator(metric, rows)

    def pairwise(self, metric: str = "auroc", against: str | None = None) -> pd.DataFrame:
        """Which methods differ? Wilcoxon's signed-rank test of each pair, with Holm's adjustment.

        The p-values are exact, also where differences are zero or equal. Zeros are ranked with the
        others and then left out (Pratt).

        Parameters
        ----------
        metric : str, default="auroc"
            The score.
        against : str, default=None
            Only the pairs with this method, such as "none"; None takes all. Fewer pairs are
            adjusted less: choose before you look.

        Returns
        -------
        table : DataFrame
            A row per estimator and pair: ``difference`` is the mean of the first minus the second
            method; ``ahead`` and ``behind`` count the data sets on which the first is better or
            worse by more than the rope; ``lean`` goes from -1 (worse on all) to 1 (better on all);
            ``p_value`` and ``p_holm`` are NaN below 10 data sets, for the reason in ``note``.
        """

        def rows(grid: Grid) -> list[dict[str, Any]]:
            return self._pairs(metric, grid, against)

        if against is not None and against not in self.samplers:
            raise ValueError(f"No method {against!r}; there are: {', '.join(self.samplers)}.")
        return self._by_estimator(metric, rows)

    def _pairs(self, metric: str, grid: Grid, against: str | None) -> list[dict[str, Any]]:
        pairs = list(combinations(grid.methods, 2))
        if against is not None:
            pairs = [(name, against) for name in grid.methods if name != against]
            pairs = pairs if against in grid.methods else []
        ropes = np.array([self.results_[name].ropes_[metric] for name in grid.sets])
        note = _ranks.why_no_test(len(grid.sets), len(pairs))
        rows = [
            {"sampler": one, "other": other, **grid.contrast(one, other, ropes)}
            for one, other in pairs
        ]
        if len(grid.sets) < _ranks.LEAST:
            rows = [row | {"p_value": np.nan} for row in rows]
        adjusted = holm([row["p_value"] for row in rows])
        return [
            row | {"p_holm": float(p), "n_sets": len(grid.sets), "note": note}
            for row, p in zip(rows, adjusted, strict=True)
        ]

    def summary(self, metric: str = "auroc") -> pd.DataFrame:
        """Ranks, means, and differences to the control with Wilcoxon's test, the best first.

        Parameters
        ----------
        metric : str, default="auroc"
            The score.

        Returns
        -------
        table : DataFrame
            A row per estimator and method: what :meth:`ranks` says of it, and what
            ``pairwise(metric, against=control)`` says of it and the control.
        """
        control = self._any.settings_["control"]
        columns = ["difference", "ahead", "behind", "p_value", "p_holm"]
        pairs = {
            (row["estimator"], row["sampler"]): row
            for row in self.pairwise(metric, against=control).to_dict("records")
        }
        rows = []
        for row in self.ranks(metric).to_dict("records"):
            pair = pairs.get((row["estimator"], row["sampler"]), {})
            note = row.pop("note") or pair.get("note", "")
            found = {column: pair.get(column, np.nan) for column in columns}
            rows.append(row | found | {"note": note})
        return load_extra("pandas", "a table").DataFrame(rows)

    def plot_ranks(
        self, metric: str = "auroc", estimator: str | None = None, ax: Any = None
    ) -> Any:
        """Draw the critical-difference diagram of an estimator (None: the first).

        Returns the matplotlib axes.
        """
        from medresample.compare.pictures import CriticalDifferenceDisplay

        return CriticalDifferenceDisplay.from_result(self, metric, estimator).plot(ax=ax)

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the results, without what can be computed from them."""
        return self.__dict__ | {"_grids": {}}

    def __repr__(self) -> str:
        n, failed = len(self.estimators), int((self.sets_["status"] == "failed").sum())
        return (
            f"ManyComparisons({len(self.results_)} data sets, {len(self.samplers)} methods, "
            f"{n} estimator{'s' * (n > 1)}{f', {failed} data sets failed' * (failed > 0)})"
        )
