"""Do two libraries' scores differ by more than chance? From records of runs to a few numbers.

On each split the scores of the seeds are averaged for either library and subtracted: ours minus the
peer's. Two questions are asked of these differences. Would they show on other patients? The splits
of a table share training rows, so their interval is the corrected one (`corrected_t`). And do the
samplers differ at all? On the same splits the seeds alone make differences, whose error is told by
the spread of the scores over seeds; a difference beyond it can not be the luck of the draw. Only
runs in which both libraries gave rows are compared.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple

import numpy as np
from folds import LIBRARIES, METRICS, Record, classifiers
from scipy import stats

from medresample.compare._statistics import Interval, corrected_t, holm
from medresample.metrics import CLINICAL

Scores = dict[tuple[int, int], tuple[float, float]]
SURE = 0.05


class Contrast(NamedTuple):
    """Differences of a method on a table, one per split, and the error that seeds give their mean.

    ``luck`` is that standard error and ``freedom`` its degrees of freedom; NaN and 0 where only one
    seed ran on every split.
    """

    table: str
    differences: np.ndarray
    luck: float
    freedom: int

    @property
    def p_luck(self) -> float:
        """Two-sided p-value of a mean difference that seeds alone would make as large."""
        mean = abs(float(self.differences.mean()))
        if self.luck == 0:  # seeds change nothing: whatever differs is no luck
            return 0.0 if mean else np.nan
        return float(2 * stats.t.sf(mean / self.luck, self.freedom))


def summarize(method: str, records: list[Record], n_folds: int) -> list[dict[str, Any]]:
    """Give a row of results per metric for one method."""
    ratio = 1 / (n_folds - 1)
    return [_row(method, metric, contrasts(records, metric), ratio) for metric in METRICS]


def contrasts(records: list[Record], metric: str) -> dict[str, list[Contrast]]:
    """Differences on each table, by classifier."""
    found: dict[str, list[Contrast]] = {}
    for name in classifiers():
        scores: dict[str, dict[tuple[int, int], dict[str, float]]] = {}
        for record in records:
            if record["status"] == "ok":
                runs = scores.setdefault(record["table"], {})
                run = runs.setdefault((record["split"], record["seed"]), {})
                run[record["library"]] = record[name, metric]
        for table, runs in scores.items():
            both = {at: tuple(run[each] for each in LIBRARIES) for at, run in runs.items()
                    if len(run) == len(LIBRARIES)}  # fmt: skip
            if both:
                found.setdefault(name, []).append(_contrast(table, both))
    return found


def _contrast(table: str, runs: Scores) -> Contrast:
    by_split: dict[int, list[tuple[float, float]]] = {}
    for (split, _), pair in runs.items():
        by_split.setdefault(split, []).append(pair)
    scores = [np.array(by_split[split]) for split in sorted(by_split)]
    freedom = sum(len(pairs) - 1 for pairs in scores)
    squares = sum(float(((pairs - pairs.mean(axis=0)) ** 2).sum()) for pairs in scores)
    shares = sum(1 / len(pairs) for pairs in scores)
    # both libraries draw their own: the variances of their means add up
    luck = np.sqrt(squares / freedom * shares) / len(scores) if freedom else np.nan
    differences = np.array([np.subtract(*pairs.mean(axis=0)) for pairs in scores])
    return Contrast(table, differences, float(luck), 2 * freedom)


def _row(
    method: str, metric: str, found: dict[str, list[Contrast]], ratio: float
) -> dict[str, Any]:
    pairs = [(name, each) for name, some in found.items() for each in some]
    pairs = [(name, each) for name, each in pairs if len(each.differences) > 1]
    intervals = [corrected_t(each.differences, ratio) for _, each in pairs]
    lucky = np.array([each.p_luck for _, each in pairs])
    tables = _per_table([each for _, each in pairs], intervals)
    here = _these_tables(tables, found, ratio)
    alike = corrected_t(list(tables.values()), 0)  # tables share no rows: no correction
    width = CLINICAL[metric].rope(0.5)
    return {
        "method": method,
        "metric": metric,
        "n_tables": len(tables),
        "n_pairs": len(pairs),
        "mean": here.mean,
        "low": here.low,
        "high": here.high,
        "low_of_tables": alike.low,
        "high_of_tables": alike.high,
        "beyond_0": sum(i.low > 0 or i.high < 0 for i in intervals),
        "beyond_0_holm": int(np.sum(holm([i.p_value for i in intervals]) < SURE)),
        "beyond_luck": int(np.sum(lucky < SURE)),
        "beyond_luck_holm": int(np.sum(holm(lucky) < SURE)),
        "within_rope": sum(-width < i.low and i.high < width for i in intervals),
        "rope": width,
        "size": _size([i.mean for i in intervals]),
        "size_of_luck": _size([each.luck for _, each in pairs]),
        "pairs": [
            {
                "table": each.table,
                "classifier": name,
                "n_splits": len(each.differences),
                "mean": i.mean,
                "low": i.low,
                "high": i.high,
                "luck": each.luck,
            }
            for (name, each), i in zip(pairs, intervals, strict=True)
        ],
    }


def _per_table(each: list[Contrast], intervals: list[Interval]) -> dict[str, float]:
    """Mean difference on each table, over the classifiers."""
    found: dict[str, list[float]] = {}
    for contrast, interval in zip(each, intervals, strict=True):
        found.setdefault(contrast.table, []).append(interval.mean)
    return {table: float(np.mean(means)) for table, means in found.items()}


def _these_tables(
    tables: dict[str, float], found: dict[str, list[Contrast]], ratio: float
) -> Interval:
    """Mean over the tables, with the corrected interval of each table carried through.

    The classifiers are averaged within a split, because they share its rows. Errors of tables are
    independent; their degrees of freedom are combined by Welch and Satterthwaite.
    """
    variances, freedoms = [], []
    for table in tables:
        some = [c.differences for each in found.values() for c in each if c.table == table]
        interval = corrected_t(np.mean(some, axis=0), ratio)
        half, freedom = (interval.high - interval.low) / 2, len(some[0]) - 1
        variances.append((half / stats.t.ppf(0.975, freedom)) ** 2)
        freedoms.append(freedom)
    if not tables:
        return Interval(np.nan, np.nan, np.nan, np.nan)
    mean, total = float(np.mean(list(tables.values()))), float(np.sum(variances))
    if total == 0:
        return Interval(mean, mean, mean, np.nan)
    freedom = total**2 / np.sum(np.square(variances) / freedoms)
    half = float(stats.t.ppf(0.975, freedom)) * np.sqrt(total) / len(tables)
    return Interval(mean, mean - half, mean + half, np.nan)


def _size(values: list[float]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(values)))) if values else np.nan


def mishaps(records: list[Record]) -> list[dict[str, Any]]:
    """Count, per table and library, runs that raised, missed the count, or fell back."""
    runs: Counter[tuple[str, str, str]] = Counter()
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for record in records:
        place = record["method"], record["table"], record["library"]
        runs[place] += 1
        if record["status"] != "ok":
            seen[*place, f"raised {re.split('[.,] ', record['status'])[0]}"] += 1
        elif record["missed"]:
            seen[*place, "missed the count"] += 1
        if record.get("fell_back"):
            seen[*place, "fell back, and said so"] += 1
    names = "method", "table", "library", "what"
    return [
        {**dict(zip(names, key, strict=True)), "runs": n, "of": runs[key[:3]]}
        for key, n in sorted(seen.items())
    ]
