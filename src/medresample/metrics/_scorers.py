"""How do I use these scores in scikit-learn? By name, as scorers."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import make_scorer

from medresample.metrics import _binned_errors, _cox, _decision, _distance, _ranking, _smooth
from medresample.metrics._average import warn_undefined
from medresample.metrics._clinical import CLINICAL
from medresample.metrics._inputs import FloatArray
from medresample.metrics._net_benefit import net_benefit

Score = Callable[..., Any]


def _distance_from_ideal(
    name: str, score: Score, average: str | None, given: dict[str, Any]
) -> float | FloatArray:
    """Distances class by class, then their mean: errors in opposite directions do not cancel."""
    values = score(average=None if average == "macro" else average, **given)
    distances = CLINICAL[name].distance(values)
    if np.any(np.isnan(distances) & ~np.isnan(values)):
        warn_undefined(f"log of the {CLINICAL[name].label}", "a value above 0", stacklevel=3)
    return distances if average is None else float(np.mean(distances))


# Functions by name, not made in a loop: scorers are pickled, and scikit-learn reads signatures.


def _intercept_distance(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    given = {"y_true": y_true, "y_prob": y_prob, "pos_label": pos_label, "labels": labels}
    given["sample_weight"] = sample_weight
    return _distance_from_ideal("calibration_intercept", _cox.calibration_intercept, average, given)


def _slope_distance(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    given = {"y_true": y_true, "y_prob": y_prob, "pos_label": pos_label, "labels": labels}
    given["sample_weight"] = sample_weight
    return _distance_from_ideal("calibration_slope", _cox.calibration_slope, average, given)


def _o_to_e_distance(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = None,
    average: str | None = "binary",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    given = {"y_true": y_true, "y_prob": y_prob, "pos_label": pos_label, "labels": labels}
    given["sample_weight"] = sample_weight
    return _distance_from_ideal("o_to_e", _cox.observed_expected_ratio, average, given)


_OF_DECISIONS: dict[str, Score] = {
    "sensitivity": _decision.sensitivity,
    "specificity": _decision.specificity,
    "ppv": _decision.positive_predictive_value,
    "npv": _decision.negative_predictive_value,
    "f1": _decision.f1_score,
    "mcc": _decision.matthews_correlation,
    "balanced_accuracy": _decision.balanced_accuracy,
    "g_mean": _decision.geometric_mean,
}
_OF_RISKS: dict[str, Score] = {
    "auroc": _ranking.auroc,
    "average_precision": _ranking.average_precision,
    "sensitivity_at_95_specificity": _ranking.sensitivity_at_specificity,
    "scaled_brier": _distance.scaled_brier_score,
    "net_benefit": net_benefit,
    "neg_brier": _distance.brier_score,
    "neg_log_loss": _distance.log_loss,
    "neg_ece": _binned_errors.expected_calibration_error,
    "neg_ace": _binned_errors.adaptive_calibration_error,
    "neg_ici": _smooth.integrated_calibration_index,
    "neg_abs_calibration_intercept": _intercept_distance,
    "neg_abs_log_calibration_slope": _slope_distance,
    "neg_abs_log_o_to_e": _o_to_e_distance,
}
_SCORES = _OF_DECISIONS | _OF_RISKS
_MULTICLASS = (
    "mcc",
    "balanced_accuracy",
    "g_mean",
    "scaled_brier",
    "neg_brier",
    "neg_log_loss",
    "neg_ece",
)
_BEYOND_THE_PRESET = ("neg_ace",)


def get_scorer_names() -> list[str]:
    """Names that :func:`get_scorer` knows.

    ``neg_`` stands before a score of which less is better: the scorer gives its negative, as
    scikit-learn's do. ``neg_abs_`` and ``neg_abs_log_`` give the distance from the ideal 0 or 1
    of a calibration score. ``_macro`` is the mean over the classes, each against the rest, and
    ``_multiclass`` the definition for all classes at once.

    Returns
    -------
    names : list of str
        Sorted.

    Examples
    --------
    >>> from medresample.metrics import get_scorer_names
    >>> [name for name in get_scorer_names() if "brier" in name]
    ['neg_brier', 'neg_brier_macro', 'neg_brier_multiclass',
     'scaled_brier', 'scaled_brier_macro', 'scaled_brier_multiclass']
    """
    macro = [f"{name}_macro" for name in _SCORES]
    return sorted([*_SCORES, *macro, *(f"{name}_multiclass" for name in _MULTICLASS)])


def get_scorer(
    name: str, *, pos_label: Any = None, labels: ArrayLike | None = None, **settings: Any
) -> Any:
    """Scorer for ``scoring=`` in scikit-learn: ``scorer(estimator, X, y)``, higher is better.

    It is one of scikit-learn's own, so it takes part in metadata routing
    (``set_score_request(sample_weight=True)``). Where the score is undefined it gives NaN and an
    :class:`~medresample.exceptions.UndefinedScoreWarning`.

    Parameters
    ----------
    name : str
        One of :func:`get_scorer_names`.
    pos_label : label, default=None
        The positive label; needed unless the labels are 0/1, -1/+1 or bool. For two classes only.
    labels : array-like of shape (n_classes,), default=None
        For several classes: all of them, sorted as in the ``classes_`` of the classifier. Needed
        where a test fold may lack a class.
    **settings
        Further parameters of the score, such as ``threshold`` of :func:`net_benefit`.

    Returns
    -------
    scorer : callable
        A new one with each call.

    Raises
    ------
    ValueError
        For unknown names.
    TypeError
        For settings that the score does not have.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_val_score
    >>> from medresample.metrics import get_scorer
    >>> X = np.linspace(-1, 1, 40)[:, None]
    >>> y = np.where(X[:, 0] ** 3 > 0.1, "ill", "well")
    >>> scorer = get_scorer("auroc", pos_label="ill")
    >>> cross_val_score(LogisticRegression(), X, y, scoring=scorer, cv=3)
    array([1., 1., 1.])
    """
    score, average = _score_named(name)
    unknown = set(settings) - set(signature(score).parameters)
    if unknown or "average" in settings:
        raise TypeError(f"{name} has no setting {sorted(unknown | {'average'} & set(settings))}.")
    if average != "binary":
        settings["average"] = average
    if pos_label is not None:
        settings["pos_label"] = pos_label
    if labels is not None:
        settings["labels"] = labels
    return make_scorer(
        score,
        response_method="predict" if score in _OF_DECISIONS.values() else "predict_proba",
        greater_is_better=not name.startswith("neg_"),
        **settings,
    )


def clinical_scorers(
    *, pos_label: Any = None, average: str = "binary", labels: ArrayLike | None = None
) -> dict[str, Any]:
    """Scorers of all scores of the clinical preset, as ``scoring=`` of ``cross_validate``.

    Parameters
    ----------
    pos_label, labels
        As in :func:`get_scorer`.
    average : {"binary", "macro"}, default="binary"
        With ``"macro"`` the means over all classes, each against the rest.

    Returns
    -------
    scorers : dict of str to scorer
        New ones, under their names in :func:`get_scorer`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_validate
    >>> from medresample.metrics import clinical_scorers
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 1))
    >>> y = X[:, 0] + rng.normal(size=200) > 1
    >>> found = cross_validate(LogisticRegression(), X, y, scoring=clinical_scorers(), cv=3)
    >>> bool(found["test_auroc"].mean() > 0.7), bool(found["test_neg_brier"].mean() > -0.15)
    (True, True)
    """
    if average not in ("binary", "macro"):
        raise ValueError(f"average must be 'binary' or 'macro' here; got {average!r}.")
    ending = "_macro" if average == "macro" else ""
    return {
        name + ending: get_scorer(name + ending, pos_label=pos_label, labels=labels)
        for name in _SCORES
        if name not in _BEYOND_THE_PRESET
    }


def _score_named(name: str) -> tuple[Score, str]:
    if name not in get_scorer_names():
        raise ValueError(f"Unknown scorer {name!r}. There are: {', '.join(get_scorer_names())}.")
    for average in ("macro", "multiclass"):
        if name.endswith(f"_{average}"):
            return _SCORES[name.removesuffix(f"_{average}")], average
    return _SCORES[name], "binary"
