"""The result of a comparison: plain tables, and the questions you ask of them."""

from __future__ import annotations

import html
import io
import json
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare._differences import Pool, mean_scores, metric_named, pools, summarize
from medresample.metrics import CLINICAL

if TYPE_CHECKING:
    import pandas as pd

_FORMAT = 1


class Best(NamedTuple):
    """The pair of method and estimator that a rule chose, and its mean score."""

    sampler: str
    estimator: str
    value: float


@dataclass(repr=False)
class ComparisonResult:
    """Scores, predictions and settings of a comparison.

    Methods are samplers, controls, and classifiers that take the place of the estimators. All of
    them are found in the columns ``sampler``; the scores of a classifier in the estimators' place
    stand beside every estimator, with differences to the control of that estimator.

    Attributes
    ----------
    folds_ : DataFrame
        A row per method, estimator, repeat and fold: status, error, warnings, every score,
        threshold, class counts before and after, rows made and dropped, seconds.
    predictions_ : DataFrame
        A row per prediction: row number, repeat, fold, sampler, estimator, y (True is positive),
        risk, decision.
    data_, settings_ : dict
        The data in numbers; everything that repeats the comparison.
    metrics_ : tuple of str
        Names of the scores.
    ropes_ : dict
        Half-width of practical equivalence, per score.
    row_groups_ : ndarray of shape (n,)
        A code for the patient of each row, for the bootstrap.
    """

    folds_: pd.DataFrame
    predictions_: pd.DataFrame
    data_: dict[str, Any]
    settings_: dict[str, Any]
    metrics_: tuple[str, ...]
    ropes_: dict[str, float]
    row_groups_: np.ndarray
    _summaries: dict[str, Any] = field(default_factory=dict, init=False)
    _pools: dict[tuple[str, str], dict[int, Pool]] = field(default_factory=dict, init=False)

    @property
    def samplers(self) -> tuple[str, ...]:
        """Names of the methods compared, controls first."""
        return tuple(self.settings_["methods"])

    @property
    def estimators(self) -> tuple[str, ...]:
        """Names of the estimators."""
        return tuple(self.settings_["estimators"])

    @cached_property
    def _parts(self) -> dict[tuple[str, str], Any]:
        frame = self.predictions_
        groups = frame.groupby(["estimator", "sampler"], observed=True, sort=False)
        return {(str(name[0]), str(name[1])): part for name, part in groups}

    def predictions_of(self, estimator: str, sampler: str) -> pd.DataFrame:
        """Predictions of one estimator with one method; empty if it never ran."""
        part = self._parts.get((estimator, sampler))
        return self.predictions_.iloc[:0] if part is None else part

    def pools(self, estimator: str, sampler: str) -> dict[int, Pool]:
        """Predictions of one method as arrays, repeat by repeat, in the order of the rows."""
        key = (estimator, sampler)
        if key not in self._pools:
            self._pools[key] = pools(self, estimator, sampler)
        return self._pools[key]

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the tables, without what can be computed from them."""
        state = {name: value for name, value in self.__dict__.items() if name != "_parts"}
        return state | {"_summaries": {}, "_pools": {}}

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
            within a repeat and compared by a bootstrap over patients (column ``basis``).
            Differences of calibration intercept, slope and O:E are differences of the distance
            from the ideal, ``|a|``, ``|log b|`` and ``|log O:E|``.
        """
        if metric is not None:
            if metric not in self._summaries:
                self._summaries[metric] = summarize(self, metric_named(metric, self.metrics_))
            return self._summaries[metric].copy()
        if "" not in self._summaries:
            self._summaries[""] = self._overview()
        return self._summaries[""].copy()

    def _overview(self) -> pd.DataFrame:
        pd = load_extra("pandas", "summary")
        rows = []
        for estimator in self.estimators:
            scores = {name: mean_scores(self, CLINICAL[name], estimator) for name in self.metrics_}
            for sampler in self.samplers:
                first = next(iter(scores.values()))[sampler]
                rows.append(
                    {"estimator": estimator, "sampler": sampler}
                    | {name: scores[name][sampler]["value"] for name in self.metrics_}
                    | {"n_ok": first["n_ok"], "n_failed": first["n_failed"]}
                    | {"seconds": self._seconds(estimator, sampler)}
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
        chosen = metric_named(metric, self.metrics_)
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

    def plot_differences(self, metric: str = "auroc", ax: Any = None) -> Any:
        """Forest plot of the differences to the control, with the region of equivalence.

        Returns the matplotlib axes.
        """
        from medresample.compare._display import DifferencesDisplay

        return DifferencesDisplay.from_result(self, metric).plot(ax=ax)

    def report(self, path: str | Path = "medresample-report.html") -> Path:
        """Write one self-contained HTML file (no network needed to read it); returns its path."""
        from medresample.compare._report import write_report

        return write_report(self, path)

    def save(self, path: str | Path) -> Path:
        """Write the result to one file (a zip archive of Parquet and JSON, without pickle).

        It holds row numbers, patient codes, labels and predictions, but no features.
        """
        record = {
            "format": _FORMAT,
            "data": self.data_,
            "settings": self.settings_,
            "metrics": list(self.metrics_),
            "ropes": self.ropes_,
        }
        path = Path(path)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("record.json", json.dumps(record, indent=1))
            for name, frame in (("folds", self.folds_), ("predictions", self.predictions_)):
                archive.writestr(f"{name}.parquet", frame.to_parquet(index=False))
            buffer = io.BytesIO()
            np.save(buffer, self.row_groups_, allow_pickle=False)
            archive.writestr("groups.npy", buffer.getvalue())
        return path

    @classmethod
    def load(cls, path: str | Path) -> ComparisonResult:
        """Read a result that :meth:`save` wrote."""
        pd = load_extra("pandas", "ComparisonResult.load")
        with zipfile.ZipFile(path) as archive:
            record = json.loads(archive.read("record.json"))
            if record["format"] != _FORMAT:
                raise ValueError(f"{path} was written by another version of medresample.")
            tables = {
                name: pd.read_parquet(io.BytesIO(archive.read(f"{name}.parquet")))
                for name in ("folds", "predictions")
            }
            groups = np.load(io.BytesIO(archive.read("groups.npy")), allow_pickle=False)
        return cls(
            folds_=tables["folds"],
            predictions_=tables["predictions"],
            data_=record["data"],
            settings_=record["settings"],
            metrics_=tuple(record["metrics"]),
            ropes_=record["ropes"],
            row_groups_=groups,
        )

    def __repr__(self) -> str:
        failed = int((self.folds_["status"] == "failed").sum())
        n = len(self.estimators)
        return (
            f"ComparisonResult({len(self.samplers)} methods, {n} estimator{'s' * (n > 1)}, "
            f"{self.data_['n_splits']} splits of {self.data_['n_rows']} rows, "
            f"positive {self.data_['positive']!r}, {failed} failed)"
        )

    def _repr_html_(self) -> str:
        shown = [name for name in ("auroc", "average_precision", "brier") if name in self.metrics_]
        table = self.summary()[["estimator", "sampler", *shown, "n_ok", "n_failed"]]
        return f"<p>{html.escape(repr(self))}</p>" + table.round(3).to_html(index=False)
