"""How does each method differ from the control? One table per score."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare import _statistics as statistics
from medresample.metrics import CLINICAL, Metric
from medresample.metrics._inputs import FloatArray

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

Compared = dict[str, tuple[statistics.Interval, statistics.Posterior]]

T_TEST = "corrected t"
BOOTSTRAP = "patient bootstrap"


def summarize(result: ComparisonResult, metric: Metric) -> Any:
    """A row per estimator and method: the score, and its difference to the control."""
    pd = load_extra("pandas", "summary")
    compare = _pooled_differences if metric.pooled else _fold_differences
    control = result.settings_["control"]
    rope = result.ropes_[metric.name]
    rows: list[dict[str, Any]] = []
    for estimator in result.estimators:
        values = mean_scores(result, metric, estimator)
        found = compare(result, metric, estimator, control, rope)
        p_holm = statistics.holm([found[name][0].p_value for name in found])
        adjusted = dict(zip(found, p_holm, strict=True))
        for sampler in result.samplers:
            row = {"estimator": estimator, "sampler": sampler, **values[sampler]}
            if sampler in found:
                row |= _difference_row(*found[sampler], adjusted[sampler], metric)
            rows.append(row | {"basis": BOOTSTRAP if metric.pooled else T_TEST})
    return pd.DataFrame(rows).reindex(columns=COLUMNS)


COLUMNS = [
    "estimator",
    "sampler",
    "value",
    "sd",
    "difference",
    "low",
    "high",
    "p_value",
    "p_holm",
    "p_worse",
    "p_equivalent",
    "p_better",
    "n_ok",
    "n_failed",
    "basis",
]


def _difference_row(
    interval: statistics.Interval, posterior: statistics.Posterior, p_holm: float, metric: Metric
) -> dict[str, float]:
    worse, better = posterior.lower, posterior.higher
    if metric.direction < 0:
        worse, better = better, worse
    return {
        "difference": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "p_value": interval.p_value,
        "p_holm": p_holm,
        "p_worse": worse,
        "p_equivalent": posterior.equivalent,
        "p_better": better,
    }


def mean_scores(
    result: ComparisonResult, metric: Metric, estimator: str
) -> dict[str, dict[str, Any]]:
    """Mean score (over folds, or over repeats of pooled predictions), and how many folds ran."""
    folds = result.folds_[result.folds_["estimator"] == estimator]
    values = {}
    for sampler in result.samplers:
        mine = folds[folds["sampler"] == sampler]
        ran = mine["status"] == "ok"
        scores = (
            pooled_values(result, metric, estimator, sampler)
            if metric.pooled
            else mine.loc[ran, metric.name].to_numpy()
        )
        defined = scores[np.isfinite(scores)]
        values[sampler] = {
            "value": float(defined.mean()) if len(defined) else np.nan,
            "sd": float(defined.std(ddof=1)) if len(defined) > 1 else np.nan,
            "n_ok": int(ran.sum()),
            "n_failed": int((~ran).sum()),
        }
    return values


def _fold_differences(
    result: ComparisonResult, metric: Metric, estimator: str, control: str, rope: float
) -> Compared:
    """Corrected t-tests of the differences on splits where both ran."""
    folds = result.folds_[result.folds_["estimator"] == estimator]
    wide = folds.pivot(index=["repeat", "fold"], columns="sampler", values=metric.name)
    ratio = result.data_["ratio_test_train"]
    found = {}
    for sampler in result.samplers:
        if sampler != control:
            d = (wide[sampler] - wide[control]).dropna().to_numpy()
            found[sampler] = (
                statistics.corrected_t(d, ratio),
                statistics.correlated_t(d, ratio, rope),
            )
    return found


class Pool(NamedTuple):
    """Predictions of one method within one repeat, in the order of the rows."""

    rows: np.ndarray
    positive: np.ndarray
    risk: FloatArray
    decided: np.ndarray

    def only(self, rows: np.ndarray) -> Pool:
        """The same for some of the rows."""
        if len(rows) == len(self.rows):
            return self
        places = np.searchsorted(self.rows, rows)
        return Pool(*(column[places] for column in self))


_MOST_CELLS = 4000


class Cells(NamedTuple):
    """Rows gathered by outcome, decision and nearly equal risk, to make large bootstraps cheap."""

    columns: tuple[np.ndarray, FloatArray, np.ndarray]
    order: np.ndarray
    starts: np.ndarray

    def weights(self, weights: FloatArray) -> FloatArray:
        """Weights of the rows, summed over each cell."""
        return np.add.reduceat(weights[:, self.order], self.starts, axis=1)


def cells(pool: Pool) -> Cells | None:
    """At most 4,000 cells; None where the rows are fewer, and every row stands for itself.

    A cell holds rows of the same outcome and decision that are neighbors in risk; its risk is
    their mean. Only bootstrap draws are computed on cells, never a score itself.
    """
    n = len(pool.rows)
    if n <= _MOST_CELLS:
        return None
    rank = np.empty(n, dtype=np.intp)
    rank[np.argsort(pool.risk, kind="stable")] = np.arange(n)
    code = (rank * (_MOST_CELLS // 4) // n) * 4 + 2 * pool.positive + pool.decided
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    size = np.diff(starts, append=n)
    risk = np.add.reduceat(pool.risk[order], starts) / size
    first = order[starts]
    return Cells((pool.positive[first], risk, pool.decided[first]), order, starts)


def pools(result: ComparisonResult, estimator: str, sampler: str) -> dict[int, Pool]:
    """Predictions of one method, repeat by repeat."""
    frame = result.predictions_of(estimator, sampler)
    repeats, rows = frame["repeat"].to_numpy(), frame["row"].to_numpy()
    columns = [frame[name].to_numpy() for name in ("row", "y", "risk", "decision")]
    found = {}
    for repeat in np.unique(repeats):
        places = np.flatnonzero(repeats == repeat)
        places = places[np.argsort(rows[places])]
        found[int(repeat)] = Pool(*(column[places] for column in columns))
    return found


def pooled_values(
    result: ComparisonResult, metric: Metric, estimator: str, sampler: str
) -> FloatArray:
    """A score of the predictions pooled within each repeat."""
    prevalence = result.data_["prevalence"]
    return np.array(
        [
            metric.compute(*pool[1:], np.ones((1, len(pool.rows))), prevalence)[0]
            for pool in result.pools(estimator, sampler).values()
        ]
    )


def _pooled_differences(
    result: ComparisonResult, metric: Metric, estimator: str, control: str, rope: float
) -> Compared:
    """Differences of pooled scores, with a bootstrap over patients.

    The same draws of patients serve every repeat and method, so a difference is paired.
    """
    draws = statistics.PatientDraws(result.row_groups_)
    prevalence = result.data_["prevalence"]
    theirs = result.pools(estimator, control)
    remembered: dict[Any, tuple[float, FloatArray]] = {}

    def values(name: str, repeat: int, pool: Pool) -> tuple[float, FloatArray]:
        key = (name, repeat, pool.rows.tobytes())
        if key not in remembered:

            def score(weights: FloatArray) -> FloatArray:
                return metric.distance(metric.compute(*pool[1:], weights, prevalence))

            def score_cells(weights: FloatArray, few: Cells) -> FloatArray:
                gathered = few.weights(weights)
                return metric.distance(metric.compute(*few.columns, gathered, prevalence))

            few = cells(pool)
            whole = float(score(np.ones((1, len(pool.rows))))[0])
            drawn = score if few is None else partial(score_cells, few=few)
            spread = draws.values(drawn, pool.rows)
            remembered[key] = whole, spread
        return remembered[key]

    found = {}
    for sampler in result.samplers:
        if sampler == control:
            continue
        mine = result.pools(estimator, sampler)
        means, spreads = [], []
        for repeat in sorted(set(mine) & set(theirs)):
            rows = np.intersect1d(mine[repeat].rows, theirs[repeat].rows)
            ours = values(sampler, repeat, mine[repeat].only(rows))
            base = values(control, repeat, theirs[repeat].only(rows))
            means.append(ours[0] - base[0])
            spreads.append(ours[1] - base[1])
        mean = float(np.mean(means)) if means else np.nan
        spread = np.mean(spreads, axis=0) if spreads else np.full(statistics.N_DRAWS, np.nan)
        found[sampler] = (
            statistics.percentile_interval(mean, spread),
            statistics.share_in_rope(spread, rope),
        )
    return found


def metric_named(name: str, known: tuple[str, ...]) -> Metric:
    """A score of the comparison by name, or a list of what there is."""
    if name not in known:
        raise ValueError(f"The score {name!r} was not compared. There are: {', '.join(known)}.")
    return CLINICAL[name]
