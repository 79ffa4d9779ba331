"""What is scored? Names, scorers and functions, read as scores that answer the same questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import get_scorer as get_sklearn_scorer
from sklearn.metrics import get_scorer_names as get_sklearn_scorer_names

from medresample import metrics
from medresample.metrics import CLINICAL, Metric
from medresample.metrics._inputs import BoolArray, FloatArray

PRESET = "clinical"
# Columns of the tables of a result, which no score may take.
_TAKEN = {
    "sampler", "estimator", "repeat", "fold", "class", "status", "error", "warnings", "unscored",
    "threshold",
}  # fmt: skip
_TAKEN_BEGINNINGS = ("n_", "rows_", "seconds")
# Scorers whose scale is that of a score of the preset; a hundredth is taken for the others.
_ROPES_OF = {
    "neg_brier_score": "brier",
    "neg_brier": "brier",
    "neg_log_loss": "log_loss",
    **{name: name for name in CLINICAL},
}
_UNKNOWN_ROPE = 0.01


class View(NamedTuple):
    """Predictions of one class against the rest, and the prevalence of that class."""

    positive: BoolArray
    risk: FloatArray
    decided: BoolArray
    prevalence: float


@dataclass(frozen=True)
class Score:
    """One score of a comparison: how it is computed, and how it is read.

    Either a ``metric`` of the clinical preset, or a ``scorer``, which is asked about the test rows
    of each fold.

    Attributes
    ----------
    name, label : str
        Name of the column, and the words shown to a reader.
    metric : Metric or None
        The score of two classes.
    scorer : callable or None
        ``scorer(estimator, X, y)``, of which more is better.
    named : bool
        Whether the scorer was asked for by name, and is shown the positive class as 1.
    macro : bool
        More than two classes: the mean over the classes, each against the rest; for a score with
        an ideal, the mean distance from it.
    """

    name: str
    label: str
    metric: Metric | None = None
    scorer: Callable[..., Any] | None = None
    named: bool = False
    macro: bool = False

    @property
    def pooled(self) -> bool:
        """Computed from the predictions pooled within a repeat, or per fold and averaged."""
        return self.metric is not None and self.metric.pooled

    @property
    def direction(self) -> int:
        """1: higher is better, -1: lower is better; applies after ``distance``."""
        return 1 if self.metric is None else self.metric.direction

    @property
    def ideal(self) -> float | None:
        """For calibration scores the perfect value; a mean distance has none to be far from."""
        return None if self.metric is None or self.macro else self.metric.ideal

    def distance(self, value: Any) -> FloatArray:
        """The scale on which differences are taken: the score, or its distance from the ideal."""
        if self.metric is None or self.macro:
            return np.asarray(value, dtype=np.float64)
        return self.metric.distance(value)

    def rope(self, prevalences: Iterable[float]) -> float:
        """Half-width of the region within which a difference does not matter."""
        metric = self.metric or CLINICAL.get(_ROPES_OF.get(self.name, ""))
        if metric is None:
            return _UNKNOWN_ROPE
        return float(np.mean([metric.rope(prevalence) for prevalence in prevalences]))

    def of_classes(self, views: list[View], weights: FloatArray | list[FloatArray]) -> FloatArray:
        """The score of each class against the rest, shape (n_classes, b).

        ``weights`` are of shape (b, n), or as many of these as views.
        """
        assert self.metric is not None
        each = weights if isinstance(weights, list) else [weights] * len(views)
        return np.array(
            [
                self.metric.compute(*view[:3], own, view.prevalence)
                for view, own in zip(views, each, strict=True)
            ]
        )

    def of(self, views: list[View], weights: FloatArray | list[FloatArray]) -> FloatArray:
        """The score under any number of weightings at once, shape (b,)."""
        values = self.of_classes(views, weights)
        if not self.macro:
            return values[0]
        assert self.metric is not None
        return np.mean(self.metric.distance(values), axis=0)

    def record(self) -> dict[str, Any]:
        """Words and numbers from which ``score_from`` makes the score again, but not the scorer."""
        metric = None if self.metric is None else self.metric.name
        return {"label": self.label, "metric": metric, "macro": self.macro}


def score_from(name: str, record: Mapping[str, Any]) -> Score:
    """The score that was recorded; a scorer is not kept, its values are in the tables."""
    metric = None if record["metric"] is None else CLINICAL[record["metric"]]
    return Score(name, record["label"], metric, macro=record["macro"])


def check_scoring(scoring: Any, n_classes: int = 2) -> dict[str, Score]:
    """Read what is to be scored.

    Parameters
    ----------
    scoring : str, scorer, callable, or list or mapping of these
        "clinical" is the preset; names are those of the preset, of scikit-learn, and of
        ``medresample.metrics.get_scorer_names``, in this order.
    n_classes : int, default=2
        Classes compared; with more than two, the scores of the preset are means over the classes.
    """
    scores: dict[str, Score] = {}
    for name, wanted in _wanted(scoring):
        if isinstance(wanted, str) and wanted == PRESET and name is None:
            found = [_score(None, key, n_classes) for key in CLINICAL]
        else:
            found = [_score(name, wanted, n_classes)]
        for score in found:
            _check_name(score.name, scores)
            scores[score.name] = score
    if not scores:
        raise ValueError(f"scoring names no score. There are: {', '.join(CLINICAL)}.")
    return scores


def _wanted(scoring: Any) -> list[tuple[str | None, Any]]:
    if isinstance(scoring, Mapping):
        return list(scoring.items())
    if isinstance(scoring, list | tuple | set | frozenset):
        return [(None, wanted) for wanted in scoring]
    return [(None, scoring)]


def _check_name(name: Any, scores: Mapping[str, Score]) -> None:
    if not isinstance(name, str) or not name:
        raise TypeError(f"Scores are named by strings; got {name!r}.")
    if name in scores:
        raise ValueError(f"scoring names {name!r} twice.")
    if name in _TAKEN or name.startswith(_TAKEN_BEGINNINGS):
        raise ValueError(f"{name!r} is a column of the tables of a result: name the score else.")


def _score(name: str | None, wanted: Any, n_classes: int) -> Score:
    if isinstance(wanted, Metric):
        wanted = _known_metric(wanted)
    if isinstance(wanted, str):
        return _named_score(name or wanted, wanted, n_classes)
    if not callable(wanted) or isinstance(wanted, type):
        raise TypeError(
            "scoring must be 'clinical', the name of a score, a scorer or callable "
            f"scorer(estimator, X, y), or a list or mapping of these; got {wanted!r}."
        )
    _refuse_functions_of_labels(wanted)
    name = name or _name_of(wanted)
    return Score(name, name, scorer=wanted)


def _named_score(name: str, wanted: str, n_classes: int) -> Score:
    if wanted in CLINICAL:
        metric, macro = CLINICAL[wanted], n_classes > 2
        label = metric.label if name == wanted else name
        if macro and metric.ideal is not None:
            label = f"{label}, mean distance from the ideal"
        return Score(name, label, metric, macro=macro)
    if wanted in get_sklearn_scorer_names():
        return Score(name, name, scorer=get_sklearn_scorer(wanted), named=True)
    ours = metrics.get_scorer_names()
    if n_classes > 2 and f"{wanted}_macro" in ours:
        wanted = f"{wanted}_macro"
    if wanted in ours:
        return Score(name, name, scorer=metrics.get_scorer(wanted), named=True)
    raise ValueError(
        f"Unknown score {wanted!r}. There are: {PRESET} (the preset), {', '.join(CLINICAL)}; and "
        "the scorers of sklearn.metrics.get_scorer_names() and "
        "medresample.metrics.get_scorer_names()."
    )


def _known_metric(metric: Metric) -> str:
    if CLINICAL.get(metric.name) is not metric:
        raise TypeError(
            f"{metric.name!r} is no score of medresample.metrics.CLINICAL. For a score of your own "
            "give a callable scorer(estimator, X, y)."
        )
    return metric.name


def _refuse_functions_of_labels(function: Any) -> None:
    """Refuse ``roc_auc_score(y_true, y_score)`` and the like, which no model can be given to."""
    module = str(getattr(function, "__module__", ""))
    if hasattr(function, "_score_func") or not module.startswith(
        ("sklearn.metrics.", "medresample.metrics.")
    ):
        return
    raise TypeError(
        f"{function.__name__} takes labels, not a model: give its name as a string, or "
        f"sklearn.metrics.make_scorer({function.__name__}, ...)."
    )


def _name_of(scorer: Any) -> str:
    function = getattr(scorer, "_score_func", scorer)  # of scikit-learn's make_scorer
    name = getattr(getattr(function, "func", function), "__name__", type(function).__name__)
    if name == "<lambda>":
        raise ValueError("A lambda has no name: give scoring={'name': lambda ...}.")
    return str(name)


def check_ropes(
    rope: float | Mapping[str, float] | None,
    scores: Mapping[str, Score],
    prevalences: Iterable[float],
) -> dict[str, float]:
    """Half-width of the region of practical equivalence, per score."""
    prevalences = list(prevalences)
    ropes = {name: score.rope(prevalences) for name, score in scores.items()}
    if isinstance(rope, Mapping):
        unknown = [name for name in rope if name not in scores]
        if unknown:
            raise ValueError(f"rope names scores that are not compared: {unknown}.")
        ropes.update({name: float(width) for name, width in rope.items()})
    elif rope is not None:
        ropes = dict.fromkeys(ropes, float(rope))
    if any(not width >= 0 for width in ropes.values()):
        raise ValueError("rope must not be negative.")
    return ropes
