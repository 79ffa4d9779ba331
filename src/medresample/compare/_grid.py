"""Which scores are compared over data sets? A table without gaps, and what is left out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from medresample.compare._differences import pooled_values
from medresample.compare._ranks import ranks_of, rounded, signed_rank
from medresample.compare._result import ComparisonResult
from medresample.compare._scoring import Score
from medresample.metrics._inputs import FloatArray


@dataclass(frozen=True, eq=False)
class Grid:
    """One score with one estimator, on the data sets on which every method has it.

    Parameters
    ----------
    sets, methods : list of str
        What the rows and columns are.
    values : ndarray of shape (n_sets, n_methods)
        Mean scores, or mean distances from the ideal.
    direction : int
        1 where more is better, -1 where less is.
    scores : dict of str to dict of str to float
        The scores of all data sets and methods, gaps included.
    left_out, not_ranked : dict of str to str
        Data sets and methods that are not here, with the reason.
    """

    sets: list[str]
    methods: list[str]
    values: FloatArray
    direction: int
    scores: dict[str, dict[str, float]]
    left_out: dict[str, str]
    not_ranked: dict[str, str]

    @property
    def merits(self) -> FloatArray:
        """Values of which more is better."""
        return self.direction * self.values

    def ranked(self) -> list[tuple[float, float, str]]:
        """Mean rank, mean value and name of each method, the best first."""
        if not self.sets:
            return [(np.nan, np.nan, name) for name in self.methods]
        places = ranks_of(self.merits).mean(axis=0).tolist()
        means = self.values.mean(axis=0).tolist()
        order = sorted(range(len(places)), key=places.__getitem__)
        return [(places[i], means[i], self.methods[i]) for i in order]

    def contrast(self, one: str, other: str, ropes: FloatArray) -> dict[str, Any]:
        """Hold a method against another, data set by data set."""
        mine, theirs = (self.values[:, self.methods.index(name)] for name in (one, other))
        gain = self.direction * rounded(mine - theirs)
        lean, p_value = signed_rank(gain)
        return {
            "difference": float((mine - theirs).mean()) if len(gain) else np.nan,
            "ahead": int((gain > ropes).sum()),
            "behind": int((gain < -ropes).sum()),
            "lean": lean,
            "p_value": p_value,
        }


def grid_of(
    results: Mapping[str, ComparisonResult],
    metric: Score,
    estimator: str,
    failed: Mapping[str, str],
) -> Grid:
    """Arrange the scores of one kind.

    Parameters
    ----------
    results : mapping of str to ComparisonResult
        The comparison on each data set.
    metric : Score
        The score.
    estimator : str
        The estimator.
    failed : mapping of str to str
        Data sets that could not be compared, and why.
    """
    scores = {name: set_scores(result, metric, estimator) for name, result in results.items()}
    first = next(iter(results.values()))
    not_ranked = _not_ranked(scores, first.settings_["effort"], first.settings_["recalibrated"])
    methods = [name for name in first.samplers if name not in not_ranked]
    left_out = dict(failed)
    for name, mine in scores.items():
        gaps = [method for method in methods if not np.isfinite(mine[method])]
        if gaps:
            left_out[name] = f"no score of {', '.join(gaps)}"
    sets = [name for name in scores if name not in left_out]
    values = np.array([[scores[name][method] for method in methods] for name in sets], dtype=float)
    return Grid(
        sets,
        methods,
        values.reshape(len(sets), len(methods)),
        metric.direction,
        scores,
        left_out,
        not_ranked,
    )


def set_scores(result: ComparisonResult, metric: Score, estimator: str) -> dict[str, float]:
    """Mean score of each method, on the scale on which differences are taken.

    A method that failed on a fold has none: means over different folds do not compare. Neither has
    one whose score is undefined on a fold, or in a repeat.
    """
    folds = result.folds_[result.folds_["estimator"] == estimator]
    found = {}
    for sampler in result.samplers:
        mine = folds[folds["sampler"] == sampler]
        if (mine["status"] != "ok").any():
            found[sampler] = np.nan
            continue
        values = (
            pooled_values(result, metric, estimator, sampler)
            if metric.pooled
            else mine[metric.name].to_numpy(dtype=float)
        )
        found[sampler] = float(np.mean(metric.distance(values)))
    return found


def _not_ranked(
    scores: Mapping[str, Mapping[str, float]],
    effort: Mapping[str, float],
    recalibrated: Mapping[str, str],
) -> dict[str, str]:
    """Methods without any score, and those that change none and would count twice.

    A threshold leaves the risks as they are; recalibration leaves their order.
    """
    reasons = {}
    columns = {name: np.array([mine[name] for mine in scores.values()]) for name in effort}
    untouched = [name for name in effort if effort[name] == 0]
    for name, values in columns.items():
        if not np.isfinite(values).any():
            reasons[name] = "no score on any data set"
        elif effort[name] == 1 or name in recalibrated:
            for other in [recalibrated[name]] if name in recalibrated else untouched:
                if np.allclose(values, columns[other], rtol=0, atol=1e-12, equal_nan=True):
                    reasons[name] = f"the same scores as {other!r}"
    return reasons
