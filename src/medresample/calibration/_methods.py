"""Which calibrator has this name, and what does it map? Scores, or else probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone

from ..exceptions import SamplerInputError
from ._beta import BetaCalibrator
from ._isotonic import IsotonicCalibrator
from ._lines import LogisticCalibrator, SigmoidCalibrator
from ._temperature import TemperatureCalibrator

CALIBRATORS = {
    "sigmoid": SigmoidCalibrator,
    "logistic": LogisticCalibrator,
    "isotonic": IsotonicCalibrator,
    "beta": BetaCalibrator,
    "temperature": TemperatureCalibrator,
}


def new_calibrator(calibrate: Any) -> Any:
    """Give an unfitted calibrator for its name, or a clone of one."""
    return CALIBRATORS[calibrate]() if isinstance(calibrate, str) else clone(calibrate)


def scores_of(model: Any, X: Any, calibrator: Any) -> np.ndarray:
    """What a fitted model says of some rows, a column a class, for a calibrator to map.

    The `decision_function` where there is one and any score will do, else the probabilities.
    """
    any_score = getattr(calibrator, "takes_scores", False)
    if any_score and hasattr(model, "decision_function"):
        scores = np.asarray(model.decision_function(X), dtype=np.float64)
        return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores
    if hasattr(model, "predict_proba"):
        return np.asarray(model.predict_proba(X), dtype=np.float64)
    raise SamplerInputError(
        f"{type(model).__name__} has no predict_proba, and {type(calibrator).__name__} maps "
        "probabilities: use calibrate='sigmoid' or 'isotonic', which map a decision_function."
    )
