"""Any map that never falls, in steps: isotonic regression."""

from __future__ import annotations

import warnings
from typing import ClassVar

import numpy as np
from sklearn.isotonic import IsotonicRegression

from ..exceptions import UnreliableCalibrationWarning
from ._maps import MapPerClass

# With fewer cases of a class the steps follow chance.
FEW_CASES = 50


class IsotonicCalibrator(MapPerClass):
    """From any score to a probability, by the best map that never falls (isotonic regression).

    scikit-learn's: neighboring scores are pooled until the shares of the positive class rise,
    equal scores first, and it is linear between. Assumes nothing about the form, and so needs many
    rows: about a thousand.

    Not with few events, whose chance it follows; not where equal risks do harm, since whole ranges
    of scores come out alike; and it gives risks of exactly 0 and 1, whose log loss is infinite when
    they are wrong.

    Attributes
    ----------
    maps_ : list of IsotonicRegression
        Map of the positive class, or of each class against the rest.
    classes_ : ndarray of shape (n_classes,)
        Sorted labels.

    Warns
    -----
    UnreliableCalibrationWarning
        When a class, or the rest, has fewer than 50 rows.

    References
    ----------
    .. [1] B. Zadrozny, C. Elkan, "Transforming classifier scores into accurate multiclass
       probability estimates", KDD 2002, 694-699.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.calibration import IsotonicCalibrator
    >>> risks = np.repeat([0.1, 0.5, 0.6, 0.9], 100)
    >>> ill = np.concatenate([np.arange(100) < n for n in (2, 30, 10, 60)])
    >>> IsotonicCalibrator().fit(risks, ill).predict([0.05, 0.5, 0.6, 0.9]).round(6).tolist()
    [0.02, 0.2, 0.2, 0.6]
    """

    takes_scores: ClassVar[bool] = True

    def _fit_map(
        self, column: np.ndarray, positive: np.ndarray, weights: np.ndarray, who: str
    ) -> IsotonicRegression:
        fewest = min(int(positive.sum()), int((~positive).sum()))
        if fewest < FEW_CASES:
            whose = f"class {who}" if positive.sum() == fewest else f"all but class {who}"
            warnings.warn(
                f"Isotonic calibration rests on {fewest} rows of {whose}, and follows their "
                f"chance: below about {FEW_CASES} use LogisticCalibrator.",
                UnreliableCalibrationWarning,
                stacklevel=5,
            )
        rising = IsotonicRegression(y_min=0, y_max=1, increasing=True, out_of_bounds="clip")
        return rising.fit(column, positive.astype(np.float64), sample_weight=weights)
