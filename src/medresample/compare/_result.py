"""The result of a comparison: plain tables, and the questions you ask of them."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare._differences import external_means, mean_scores, summarize
from medresample.compare._plots import Plots
from medresample.compare._pools import Pool, class_pools, pools
from medresample.compare._saved import load_parts, save_parts
from medresample.compare._scoring import Score, score_from

if TYPE_CHECKING:
    import pandas as pd


class Best(NamedTuple):
    """The pair of method and estimator that a rule chose, and its mean score."""

    sampler: str
    estimator: str
    value: float


@dataclass(repr=False)
class ComparisonResult(Plots):
    """Scores, predictions and settings of a comparison.

    Methods are samplers, controls, and classifiers that take the place of the estimators. All of
    them are found in the columns ``sampler``; the scores of a classifier in the estimators' place
    stand beside every estimator, with differences to the control of that estimator.

    Attributes
    ----------
    folds_ : DataFrame
        A row per method, estimator, repeat and fold: status, error, warnings, every score, why a
        score is missing (``unscored``), threshold, class counts before and after, rows made and
        dropped, seconds.
    predictions_ : DataFrame
        A row per prediction: row number, repeat, fold, sampler, estimator, y (True is positive),
        risk, decision. With more than two classes a row per prediction and class, which is told
        from the rest.
    classes_ : DataFrame or None
        With more than two classes, a row per fold and class: its scores against the rest.
    external_ : DataFrame or None
        With an external test set, a row per method, estimator and repeat, as in ``folds_``.
    external_predictions_ : DataFrame or None
        The predictions there; row numbers are those of ``X_test``.
    data_, settings_ : dict
        The data in numbers; everything that repeats the comparison.
    metrics_ : tuple of str
        Names of the scores.
    ropes_ : dict
        Half-width of practical equivalence, per score.
    row_groups_ : ndarray of shape (n,)
        A code for the patient of each row, for the bootstrap.
    external_groups_ : ndarray or None
        The same for the rows of the external test set.
    """

    folds_: pd.DataFrame
    predictions_: pd.DataFrame
    data_: dict[str, Any]
    settings_: dict[str, Any]
    metrics_: tuple[str, ...]
    ropes_: dict[str, float]
    row_groups_: np.ndarray
    classes_: pd.DataFrame | None = None
    external_: pd.DataFrame | None = None
    external_predictions_: pd.DataFrame | None = None
    external_groups_: np.ndarray | None = None
    _summaries: dict[str, Any] = field(default_factory=dict, init=False)
    _pools: dict[Any, dict[int, Pool]] = field(default_factory=dict, init=False)
    _class_pools: dict[Any, dict[int, list[Pool]]] = field(default_factory=dict, init=False)

    @property
    def samplers(self) -> tuple[str, ...]:
        """Names of the methods compared, controls first.

        With ``calibrate=`` each is followed by the same ", recalibrated".
        """
        return tuple(self.settings_["methods"])

    @property
    def estimators(self) -> tuple[str, ...]:
        """Names of the estimators."""
        return tuple(self.settings_["estimators"])

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes that are told from the rest: the positive one of two, or all."""
        names = tuple(self.data_["classes"])
        return names if len(names) > 2 else (str(self.data_["positive"]),)

    def score(self, metric: str) -> Score:
        """How a score is read: its ``label``, ``direction``, ``ideal``, ``pooled``."""
        if metric not in self.metrics_:
            known = ", ".join(self.metrics_)
            raise ValueError(f"The score {metric!r} was not compared. There are: {known}.")
        return score_from(metric, self.settings_["scores"][metric])

    @cached_property
    def _parts(self) -> dict[tuple[str, str], Any]:
        return _by_method(self.predictions_)

    @cached_property
    def _external_parts(self) -> dict[tuple[str, str], Any]:
        frame = self.external_predictions_
        return {} if frame is None else _by_method(frame)

    def predictions_of(
        self,
        estimator: str,
        sampler: str,
        label: str | None = None,
        external: bool = False,
    ) -> pd.DataFrame:
        """Predictions of one estimator with one method; empty if it never ran.

        With more than two classes those of one of :attr:`classes` against the rest, or of all of
        them, one below the other. ``external`` asks for those on the external test set.
        """
        frame = self.external_predictions_ if external else self.predictions_
        if frame is None:
            raise ValueError("There was no external test set (X_test=).")
        part = (self._external_parts if external else self._parts).get((estimator, sampler))
        part = frame.iloc[:0] if part is None else part
        return part[part["class"] == label] if label is not None and "class" in part else part

    def pools(
        self,
        estimator: str,
        sampler: str,
        label: str | None = None,
        external: bool = False,
    ) -> dict[int, Pool]:
        """What :meth:`predictions_of` gives as arrays, repeat by repeat, in the order of the rows.

        With more than two classes and no ``label``, those of every class, row by row.
        """
        key = (estimator, sampler, label, external)
        if key not in self._pools:
            self._pools[key] = pools(self.predictions_of(*key))
        return self._pools[key]

    def class_pools(
        self, estimator: str, sampler: str, external: bool = False
    ) -> dict[int, list[Pool]]:
        """The same for each of :attr:`classes`, side by side."""
        key = (estimator, sampler, external)
        if key not in self._class_pools:
            part = self.predictions_of(estimator, sampler, external=external)
            self._class_pools[key] = class_pools(part)
        return self._class_pools[key]

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the tables, without what can be computed from them."""
        computed = ("_parts", "_external_parts")
        state = {name: value for name, value in self.__dict__.items() if name not in computed}
        return state | {"_summaries": {}, "_pools": {}, "_class_pools": {}}

    def summary(self, metric: str | None = None) -> pd.DataFrame:
        """Mean scores; for one score also the differences to the control.

        Parameters
        ----------
        metric : str, default=None
            None gives a row per estimator and method with the mean of every score, the number
            of folds that ran and failed, and the median seconds per fold. The name of a score
            gives its mean and standard deviation, its difference to the control with a 95 %
            interval, and the probabilities that the method is worse, equivalent within the
            rope, or better.

        Returns
        -------
        table : DataFrame
            Scores computed per fold (AUROC, average precision, Brier, log loss, sensitivity at
            95 % specificity) are compared by the corrected repeated k-fold t-test and the
            Bayesian correlated t-test; the others are computed from the predictions pooled
            within a repeat and compared by a bootstrap over patients (column ``basis``). Scorers
            of one's own are computed per fold.
            Differences of calibration intercept, slope and O:E are differences of the distance
            from the ideal, ``|a|``, ``|log b|`` and ``|log O:E|``. With an external test set,
            ``external`` is the mean score there, and ``external_difference`` the difference to the
            control with a 95 % interval by a bootstrap over the patients there; without a name of
            a score, columns ``external_...`` hold the mean of each.
        """
        if metric is not None:
            if metric not in self._summaries:
                self._summaries[metric] = summarize(self, self.score(metric))
            return self._summaries[metric].copy()
        if "" not in self._summaries:
            self._summaries[""] = self._overview()
        return self._summaries[""].copy()

    def _overview(self) -> pd.DataFrame:
        pd = load_extra("pandas", "summary")
        rows = []
        for estimator in self.estimators:
            read = {name: self.score(name) for name in self.metrics_}
            scores = {name: mean_scores(self, read[name], estimator) for name in self.metrics_}
            outside = {
                f"external_{name}": means
                for name in self.metrics_
                if (means := external_means(self, read[name], estimator))
            }
            for sampler in self.samplers:
                first = next(iter(scores.values()))[sampler]
                rows.append(
                    {"estimator": estimator, "sampler": sampler}
                    | {name: scores[name][sampler]["value"] for name in self.metrics_}
                    | {"n_ok": first["n_ok"], "n_failed": first["n_failed"]}
                    | {"seconds": self._seconds(estimator, sampler)}
                    | {name: means[sampler] for name, means in outside.items()}
                )
        return pd.DataFrame(rows)

    def _seconds(self, estimator: str, sampler: str) -> float:
        folds = self.folds_
        mine = folds[(folds["estimator"] == estimator) & (folds["sampler"] == sampler)]
        columns = ["seconds_resample", "seconds_fit", "seconds_predict"]
        return float(mine.loc[mine["status"] == "ok", columns].sum(axis=1, skipna=False).median())

    def best(self, metric: str = "auroc", rule: str = "best") -> Best:
        """The method and estimator to take, by one score.

        Parameters
        ----------
        metric : str, default="auroc"
            The score; calibration scores are judged by their distance from the ideal.
        rule : "best" or "simplest_within_rope", default="best"
            The best mean score; or, for the estimator that reached it, the method that does
            least (nothing, then a tuned threshold, then class weights, then samplers, then
            classifiers in place of the estimator, in the order given) within the rope of the best.

        Returns
        -------
        best : Best
            ``sampler, estimator, value``. Methods with failed folds are left out.
        """
        if rule not in ("best", "simplest_within_rope"):
            raise ValueError(f"rule must be 'best' or 'simplest_within_rope'; got {rule!r}.")
        chosen = self.score(metric)
        table = self.summary(metric)
        table = table[(table["n_failed"] == 0) & table["value"].notna()]
        if table.empty:
            raise ValueError("No method ran on every fold.")
        merit = chosen.direction * chosen.distance(table["value"].to_numpy())
        top = int(np.nanargmax(merit))
        if rule == "simplest_within_rope":
            near = (merit >= merit[top] - self.ropes_[metric]) & (
                table["estimator"] == table["estimator"].iloc[top]
            ).to_numpy()
            effort = np.array([self.settings_["effort"][name] for name in table["sampler"]])
            top = int(np.flatnonzero(near)[np.argmin(effort[near])])
        row = table.iloc[top]
        return Best(row["sampler"], row["estimator"], float(row["value"]))

    def report(self, path: str | Path = "medresample-report.html") -> Path:
        """Write one self-contained HTML file (no network needed to read it); returns its path."""
        from medresample.compare.report import write_report

        return write_report(self, path)

    def save(self, path: str | Path) -> Path:
        """Write the result to one file (a zip archive of Parquet and JSON, without pickle).

        It holds row numbers, patient codes, labels and predictions, but no features.
        """
        return save_parts(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> ComparisonResult:
        """Read a result that :meth:`save` wrote."""
        return cls(**load_parts(Path(path)))

    def __repr__(self) -> str:
        failed = int((self.folds_["status"] == "failed").sum())
        n, k = len(self.estimators), len(self.classes)
        told = f"positive {self.classes[0]!r}" if k == 1 else f"{k} classes"
        return (
            f"ComparisonResult({len(self.samplers)} methods, {n} estimator{'s' * (n > 1)}, "
            f"{self.data_['n_splits']} splits of {self.data_['n_rows']} rows, {told}, "
            f"{failed} failed)"
        )

    def _repr_html_(self) -> str:
        shown = [name for name in ("auroc", "average_precision", "brier") if name in self.metrics_]
        table = self.summary()[["estimator", "sampler", *shown, "n_ok", "n_failed"]]
        return f"<p>{html.escape(repr(self))}</p>" + table.round(3).to_html(index=False)


def _by_method(frame: pd.DataFrame) -> dict[tuple[str, str], Any]:
    groups = frame.groupby(["estimator", "sampler"], observed=True, sort=False)
    return {(str(name[0]), str(name[1])): part for name, part in groups}
