"""Estimators like any other: scikit-learn's own checks."""

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

from medresample import RandomOverSampler
from medresample.calibration import PriorCorrectedClassifier, ResampledClassifier
from medresample.pipeline import make_pipeline

OVER = RandomOverSampler(random_state=0)
MODELS = [
    PriorCorrectedClassifier(LogisticRegression()),
    PriorCorrectedClassifier(make_pipeline(OVER, LogisticRegression())),
    ResampledClassifier(None, LogisticRegression()),
    ResampledClassifier(OVER, LogisticRegression()),
    ResampledClassifier(OVER, LogisticRegression(), calibrate="prior"),
]


def not_promised(model):
    """With resampling, a row of weight 2 is one row to the sampler, and two rows are two."""
    if not isinstance(model, ResampledClassifier) or model.sampler is None:
        return {}
    return {
        f"check_sample_weight_equivalence_on_{kind}_data": "rows are resampled by number"
        for kind in ("dense", "sparse")
    }


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(MODELS, expected_failed_checks=not_promised)
def test_scikit_learns_checks(estimator, check):
    check(estimator)
