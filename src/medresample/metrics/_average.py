"""How does a score of two classes become one of many? Each class against the rest, then the mean.

``average="binary"``
    The score of the positive class; two classes at most.
``average=None``
    An array with the score of every class against the rest, in the order of ``labels``.
``average="macro"``
    The plain mean of these; NaN if one of them is.
``average="multiclass"``
    The definition of the score for all classes at once, where there is one.

A score without a value is NaN, and an ``UndefinedScoreWarning`` says why.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from medresample.exceptions import UndefinedScoreWarning
from medresample.metrics._inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    as_labels,
    as_risk_table,
    as_risks,
    as_weights,
    classes_of,
    codes_of,
    is_positive,
)

AGAINST_THE_REST = ("binary", "macro", None)
EVERY_WAY = ("binary", "macro", "multiclass", None)


class Score(NamedTuple):
    """One score, under any number of weightings at once.

    Attributes
    ----------
    name : str
        As a reader knows it.
    of : callable
        ``of(positive, told, weights)`` gives (b,) values from ``weights`` of shape (b, n); told
        are the risks, or the decisions (bool). NaN where the score is undefined.
    needs : str
        What is missing where it is NaN: "a positive case".
    multiclass : callable, default=None
        ``multiclass(codes, told, weights, n_classes)``, told being risks of shape (n, n_classes)
        or predicted codes; None if the score has no form of its own for many classes.
    all_need : str, default=""
        What is missing where that is NaN.
    """

    name: str
    of: Callable[[BoolArray, Any, FloatArray], FloatArray]
    needs: str
    multiclass: Callable[[IntArray, Any, FloatArray, int], FloatArray] | None = None
    all_need: str = ""


def score_risks(
    score: Score,
    y_true: ArrayLike,
    y_prob: ArrayLike,
    pos_label: Any,
    average: str | None,
    labels: ArrayLike | None,
    sample_weight: ArrayLike | None,
) -> Any:
    """Check the input, then score the risks under one weighting."""
    check_average(average, pos_label, labels, score.multiclass is not None)
    if average == "binary":
        positive = is_positive(y_true, pos_label)
        risk = as_risks(y_prob, len(positive))
        return _of_positives(score, positive, risk, sample_weight)
    values = as_labels(y_true)
    classes = classes_of(labels, values)
    codes = codes_of(values, classes)
    risks = as_risk_table(y_prob, len(codes), classes)
    weights = as_weights(sample_weight, len(codes))
    if average == "multiclass":
        return _of_all(score, codes, risks, weights, len(classes))
    scores = [score.of(codes == k, risks[:, k], weights)[0] for k in range(len(classes))]
    return _of_each(score, scores, classes, average)


def score_decisions(
    score: Score,
    y_true: ArrayLike,
    y_pred: ArrayLike,
    pos_label: Any,
    average: str | None,
    labels: ArrayLike | None,
    sample_weight: ArrayLike | None,
) -> Any:
    """Check the input, then score the predicted labels under one weighting."""
    check_average(average, pos_label, labels, score.multiclass is not None)
    values, told = as_labels(y_true), as_labels(y_pred, "y_pred")
    if len(told) != len(values):
        raise ValueError(f"y_true has {len(values)} labels, y_pred has {len(told)}.")
    if average == "binary":
        positive, decided = is_positive(values, pos_label), is_positive(told, pos_label, "y_pred")
        together = set(values.tolist()) | set(told.tolist())
        if len(together) > 2:
            raise ValueError(
                f"y_true and y_pred hold more than two classes between them: "
                f"{sorted(together, key=str)}. Pass average='macro' or average=None."
            )
        return _of_positives(score, positive, decided, sample_weight)
    classes = classes_of(labels, values, told)
    codes, decisions = codes_of(values, classes), codes_of(told, classes, "y_pred")
    weights = as_weights(sample_weight, len(codes))
    if average == "multiclass":
        return _of_all(score, codes, decisions, weights, len(classes))
    scores = [score.of(codes == k, decisions == k, weights)[0] for k in range(len(classes))]
    return _of_each(score, scores, classes, average)


def check_average(
    average: str | None, pos_label: Any, labels: ArrayLike | None, multiclass: bool = False
) -> None:
    """Refuse an average that the score does not offer, and settings that belong to another."""
    offered = EVERY_WAY if multiclass else AGAINST_THE_REST
    if average not in offered:
        words = ", ".join(repr(way) for way in offered)
        raise ValueError(f"average must be one of {words} here; got {average!r}.")
    if average == "binary" and labels is not None:
        raise ValueError("labels= is for several classes: pass average='macro' or average=None.")
    if average != "binary" and pos_label is not None:
        raise ValueError("pos_label= is for two classes: leave out average=.")


def warn_undefined(name: str, needs: str, whose: str = "", stacklevel: int = 3) -> None:
    """Say why a score is NaN."""
    warnings.warn(
        f"{name} is undefined (NaN){whose}: it needs {needs}.",
        UndefinedScoreWarning,
        stacklevel=stacklevel + 1,
    )


# A user calls a public function, that one of the two above, that one of those below, and that one
# warn_undefined: the warning is to name the line of the user.
_TO_THE_USER = 4


def _of_positives(
    score: Score, positive: BoolArray, told: Any, sample_weight: ArrayLike | None
) -> float:
    value = float(score.of(positive, told, as_weights(sample_weight, len(positive)))[0])
    if np.isnan(value):
        warn_undefined(score.name, score.needs, stacklevel=_TO_THE_USER)
    return value


def _of_all(score: Score, codes: IntArray, told: Any, weights: FloatArray, k: int) -> float:
    assert score.multiclass is not None  # checked by check_average
    value = float(score.multiclass(codes, told, weights, k)[0])
    if np.isnan(value):
        warn_undefined(score.name, score.all_need, stacklevel=_TO_THE_USER)
    return value


def _of_each(
    score: Score, scores: list[float], classes: list[Any], average: str | None
) -> float | FloatArray:
    values = np.array(scores)
    missing = [classes[place] for place in np.flatnonzero(np.isnan(values))]
    if missing:
        whose = f" for {', '.join(repr(label) for label in missing)} against the rest"
        whose += ", and so is the mean" if average == "macro" else ""
        warn_undefined(score.name, score.needs, whose, stacklevel=_TO_THE_USER)
    return float(values.mean()) if average == "macro" else values
