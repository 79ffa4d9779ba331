"""How does a scorer get a model to ask? Predictions that were made answer in its place."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from medresample.compare._recording import record_warnings
from medresample.compare._scoring import Score
from medresample.metrics._inputs import FloatArray

_TINY = np.finfo(np.float64).tiny


class Answers(ClassifierMixin, BaseEstimator):
    """Stands in a fitted model's place, and says of the test rows what was predicted for them.

    So thresholds and calibration hold for every scorer, and no model has to be kept.

    Parameters
    ----------
    table : table
        The test rows: the only ones about which anything is known.
    labels : sequence of (n_classes,)
        Classes of the columns of `risks`, in any order.
    risks : ndarray of shape (n_rows, n_classes)
        Probabilities.
    decided : ndarray of shape (n_rows,)
        The column that each row was decided for.
    threshold : float, default=None
        Of the second class of two, for the zero of `decision_function`.
    """

    def __init__(
        self, table: Any, labels: Any, risks: FloatArray, decided: Any, threshold: float | None
    ) -> None:
        self.table = table
        self.labels = labels
        self.risks = risks
        self.decided = decided
        self.threshold = threshold

    @property
    def classes_(self) -> np.ndarray:
        """Sorted labels."""
        return np.unique(np.asarray(self.labels))

    def predict_proba(self, X: Any) -> FloatArray:
        """Probabilities, in the order of `classes_`."""
        self._check(X)
        return self.risks[:, self._order()]

    def predict(self, X: Any) -> np.ndarray:
        """The classes that were decided for."""
        self._check(X)
        return np.asarray(self.labels)[self.decided]

    def decision_function(self, X: Any) -> FloatArray:
        """Log odds above those of the threshold; logarithms of probabilities for many classes."""
        self._check(X)
        logs = np.log(np.maximum(self.risks, _TINY))
        if len(self.labels) > 2:
            return logs[:, self._order()]
        # Odds of the positive class, which comes second here; of the other where that sorts last.
        odds = logs[:, 1] - logs[:, 0]
        if self.threshold is not None and 0 < self.threshold < 1:
            odds -= np.log(self.threshold) - np.log1p(-self.threshold)
        return odds if self._order()[1] == 1 else -odds

    def _order(self) -> np.ndarray:
        return np.argsort(np.asarray(self.labels))

    def _check(self, X: Any) -> None:
        if X is not self.table:
            raise ValueError("a scorer can ask only about the test rows as it was given them")


def ask(score: Score, answers: Answers, y: np.ndarray, warned: list[str]) -> tuple[float, str]:
    """The value of a scorer and, where there is none, the reason; warnings are added to a list."""
    assert score.scorer is not None
    with record_warnings() as log:
        try:
            value = float(score.scorer(answers, answers.table, y))
        except Exception as error:
            value, reason = np.nan, f"{type(error).__name__}: {' '.join(str(error).split())}"
        else:
            reason = "" if np.isfinite(value) else f"the scorer gave {value}"
    warned += [f"{score.name}: {text}" for text in log]
    return (np.nan if reason else value), reason
