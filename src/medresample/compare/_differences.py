"""How does each method differ from the control? One table per score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare import _statistics as statistics
from medresample.compare._pools import Pool, cells
from medresample.compare._scoring import Score, View
from medresample.metrics._inputs import FloatArray

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

Compared = dict[str, tuple[statistics.Interval, statistics.Posterior]]

T_TEST = "corrected t"
BOOTSTRAP = "patient bootstrap"


def summarize(result: ComparisonResult, metric: Score) -> Any:
    """A row per estimator and method: the score, and its difference to the control."""
    pd = load_extra("pandas", "summary")
    compare = _pooled_differences if metric.pooled else _fold_differences
    control = result.settings_["control"]
    rope = result.ropes_[metric.name]
    columns = COLUMNS if result.external_ is None else [*COLUMNS, *EXTERNAL]
    rows: list[dict[str, Any]] = []
    for estimator in result.estimators:
        values = mean_scores(result, metric, estimator)
        found = compare(result, metric, estimator, control, rope)
        p_holm = statistics.holm([found[name][0].p_value for name in found])
        adjusted = dict(zip(found, p_holm, strict=True))
        outside = _outside(result, metric, estimator, control, rope)
        for sampler in result.samplers:
            row = {"estimator": estimator, "sampler": sampler, **values[sampler]}
            row |= outside.get(sampler, {})
            if sampler in found:
                row |= _difference_row(*found[sampler], adjusted[sampler], metric)
            rows.append(row | {"basis": BOOTSTRAP if metric.pooled else T_TEST})
    return pd.DataFrame(rows).reindex(columns=columns)


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
# Beside them with an external test set: its score, and the difference with its interval, by a
# bootstrap over the patients there.
EXTERNAL = ["external", "external_difference", "external_low", "external_high"]


def _difference_row(
    interval: statistics.Interval, posterior: statistics.Posterior, p_holm: float, metric: Score
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


def _outside(
    result: ComparisonResult, metric: Score, estimator: str, control: str, rope: float
) -> dict[str, dict[str, float]]:
    """Mean score on the external test set, and its difference to that of the control."""
    means = external_means(result, metric, estimator)
    found: dict[str, dict[str, float]] = {name: {"external": of} for name, of in means.items()}
    if not means:
        return found
    if metric.metric is None:  # a scorer knows no weights: no bootstrap
        for name in means:
            if name != control:
                found[name]["external_difference"] = means[name] - means[control]
        return found
    for name, (interval, _) in _pooled_differences(
        result, metric, estimator, control, rope, external=True
    ).items():
        found[name] |= {
            "external_difference": interval.mean,
            "external_low": interval.low,
            "external_high": interval.high,
        }
    return found


def external_means(result: ComparisonResult, metric: Score, estimator: str) -> dict[str, float]:
    """Mean over the repeats of a score on the external test set, by method."""
    table = result.external_
    if table is None:
        return {}
    mine = table[(table["estimator"] == estimator) & (table["status"] == "ok")]
    means = mine.groupby("sampler", observed=True)[metric.name].mean()
    return {name: float(means.get(name, np.nan)) for name in result.samplers}


def mean_scores(
    result: ComparisonResult, metric: Score, estimator: str
) -> dict[str, dict[str, Any]]:
    """Mean score (over folds, or over repeats of pooled predictions), and how many folds ran."""
    folds = result.folds_[result.folds_["estimator"] == estimator]
    methods, ok = folds["sampler"].to_numpy(), (folds["status"] == "ok").to_numpy()
    of_folds = folds[metric.name].to_numpy()
    values = {}
    for sampler in result.samplers:
        mine = methods == sampler
        ran = mine & ok
        scores = (
            pooled_values(result, metric, estimator, sampler) if metric.pooled else of_folds[ran]
        )
        defined = scores[np.isfinite(scores)]
        values[sampler] = {
            "value": float(defined.mean()) if len(defined) else np.nan,
            "sd": float(defined.std(ddof=1)) if len(defined) > 1 else np.nan,
            "n_ok": int(ran.sum()),
            "n_failed": int((mine & ~ok).sum()),
        }
    return values


def _fold_differences(
    result: ComparisonResult, metric: Score, estimator: str, control: str, rope: float
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


def views_of(result: ComparisonResult, class_pools: list[Pool]) -> list[View]:
    """Pooled predictions, as a score takes them."""
    prevalences = result.data_["prevalences"]
    return [View(*pool[1:], of) for pool, of in zip(class_pools, prevalences, strict=True)]


def pooled_values(
    result: ComparisonResult, metric: Score, estimator: str, sampler: str
) -> FloatArray:
    """A score of the predictions pooled within each repeat."""
    return np.array(
        [
            metric.of(views_of(result, each), np.ones((1, len(each[0].rows))))[0]
            for each in result.class_pools(estimator, sampler).values()
        ]
    )


def _pooled_differences(
    result: ComparisonResult,
    metric: Score,
    estimator: str,
    control: str,
    rope: float,
    external: bool = False,
) -> Compared:
    """Differences of pooled scores, with a bootstrap over patients.

    The same draws of patients serve every repeat and method, so a difference is paired.
    """
    groups = result.external_groups_ if external else result.row_groups_
    assert groups is not None
    draws = statistics.PatientDraws(groups)
    theirs = result.class_pools(estimator, control, external)
    remembered: dict[Any, tuple[float, FloatArray]] = {}

    def values(name: str, repeat: int, each: list[Pool]) -> tuple[float, FloatArray]:
        key = (name, repeat, each[0].rows.tobytes())
        if key not in remembered:
            remembered[key] = _drawn(metric, views_of(result, each), each, draws)
        return remembered[key]

    found = {}
    for sampler in result.samplers:
        if sampler == control:
            continue
        mine = result.class_pools(estimator, sampler, external)
        means, spreads = [], []
        for repeat in sorted(set(mine) & set(theirs)):
            rows = np.intersect1d(mine[repeat][0].rows, theirs[repeat][0].rows)
            ours = values(sampler, repeat, [pool.only(rows) for pool in mine[repeat]])
            base = values(control, repeat, [pool.only(rows) for pool in theirs[repeat]])
            means.append(ours[0] - base[0])
            spreads.append(ours[1] - base[1])
        mean = float(np.mean(means)) if means else np.nan
        spread = np.mean(spreads, axis=0) if spreads else np.full(statistics.N_DRAWS, np.nan)
        found[sampler] = (
            statistics.percentile_interval(mean, spread),
            statistics.share_in_rope(spread, rope),
        )
    return found


def _drawn(
    metric: Score, views: list[View], each: list[Pool], draws: statistics.PatientDraws
) -> tuple[float, FloatArray]:
    """A score, and the same score under every draw of patients."""
    rows = each[0].rows
    gathered = [few for pool in each if (few := cells(pool)) is not None]
    cell_views = [
        View(*few.columns, view.prevalence) for few, view in zip(gathered, views, strict=False)
    ]

    def score(weights: FloatArray) -> FloatArray:
        if gathered:
            of_cells = [few.weights(weights) for few in gathered]
            return metric.distance(metric.of(cell_views, of_cells))
        return metric.distance(metric.of(views, weights))

    whole = float(metric.distance(metric.of(views, np.ones((1, len(rows)))))[0])
    return whole, draws.values(score, rows)
