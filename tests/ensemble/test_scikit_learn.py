"""The ensembles are classifiers by all of scikit-learn's rules, and imbalanced-learn knows ours."""

import numpy as np
import pytest
from imblearn.ensemble import BalancedBaggingClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.over_sampling import SMOTE
from medresample.under_sampling import KMeansUnderSampler

BOTH = [EasyEnsembleClassifier, BalanceCascadeClassifier]
either = pytest.mark.parametrize("classifier", BOTH, ids=["easy", "cascade"])
# Two members of three rounds are as many as any of these rules needs.
FEW = {"n_estimators": 2, "n_rounds": 3}
OPTIONS = [
    {},
    {"estimator": LogisticRegression()},
    {"weak_learner": DecisionTreeClassifier(max_depth=1), "boost_by": "weight"},
    {"sampler": KMeansUnderSampler(n_clusters=2)},
]
# A row of weight 3 is drawn as one row, and three rows apart: tests of the weights look at means.
DRAWN_APART = {
    f"check_sample_weight_equivalence_on_{kind}_data": "rows are drawn one by one"
    for kind in ("dense", "sparse")
}
QUIET = [
    pytest.mark.filterwarnings(f"ignore::medresample.exceptions.{name}")
    for name in ("NothingToDoWarning", "RepeatedMembersWarning", "CollapsedCentersWarning")
]


def _excused(estimator):
    return DRAWN_APART


@pytest.mark.filterwarnings("ignore:.*:sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(
    [each(**FEW, **options) for each in BOTH for options in OPTIONS],
    expected_failed_checks=_excused,
)
def test_keeps_the_rules_of_scikit_learn(estimator, check):
    check(estimator)


test_keeps_the_rules_of_scikit_learn.pytestmark += QUIET


@either
def test_tags_are_those_of_what_is_fitted(classifier):
    plain = get_tags(classifier())
    assert plain.estimator_type == "classifier"
    assert plain.input_tags.allow_nan
    assert plain.input_tags.sparse
    logistic = get_tags(classifier(estimator=LogisticRegression()))
    assert not logistic.input_tags.allow_nan
    assert logistic.input_tags.sparse


@either
def test_life_in_a_pipeline_and_calibrated(classifier, blobs):
    """It is a classifier, so that scikit-learn's own pipeline takes it."""
    X, y = blobs((90, 30))
    model = make_pipeline(StandardScaler(), classifier(2, n_rounds=3, random_state=0))
    here = cross_val_score(model, X, y, cv=3, scoring="roc_auc")
    assert here.mean() > 0.8
    np.testing.assert_array_equal(
        cross_val_score(model, X, y, cv=3, scoring="roc_auc", n_jobs=2), here
    )
    calibrated = CalibratedClassifierCV(model, cv=3).fit(X, y)
    risk = calibrated.predict_proba(X)[:, 1].mean()
    assert risk == pytest.approx(0.25, abs=0.05)  # 30 of 120, though members see halves


@pytest.mark.parametrize("sampler", [SMOTE(), KMeansUnderSampler()], ids=["SMOTE", "k-means"])
def test_balanced_bagging_of_imbalanced_learn_takes_our_samplers(sampler, blobs):
    X, y = blobs((150, 30))
    model = BalancedBaggingClassifier(
        DecisionTreeClassifier(max_depth=3), n_estimators=5, sampler=sampler, random_state=0
    ).fit(X, y)
    for each in model.estimators_:
        ours = each.steps[0][1]
        assert type(ours) is type(sampler)
        after = ours.plan_.counts["after"]
        assert after[0] == after[1]
    seeds = {each.steps[0][1].random_state for each in model.estimators_}
    assert len(seeds) == 5
    new, new_y = blobs((80, 80), seed=1)
    assert model.score(new, new_y) > 0.8
