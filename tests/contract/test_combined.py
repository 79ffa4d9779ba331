"""What samplers made of samplers promise beside the rest: any steps, and what is left is real."""

import numpy as np
import pytest
from imblearn.ensemble import BalancedBaggingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from medresample.over_sampling import RandomOverSampler
from medresample.pipeline import make_pipeline

from .samplers import make, strategy_parameter


def test_kept_rows_come_first_in_their_order_and_none_twice(combined_class, multiclass):
    X, y = multiclass
    sampler = make(combined_class)
    X_res, _ = sampler.fit_resample(X, y)
    record = sampler.provenance_
    is_kept = record["origin"] == "original"
    n_kept = is_kept.sum()
    assert is_kept[:n_kept].all()
    assert np.all(np.diff(record["seed"][:n_kept]) > 0)
    np.testing.assert_array_equal(X_res[:n_kept], X[record["seed"][:n_kept]])
    assert set(record["origin"][n_kept:]) == {"synthetic"}


def test_a_new_row_is_rebuilt_from_its_record(combined_class, multiclass):
    X, y = multiclass
    sampler = make(combined_class)
    X_res, y_res = sampler.fit_resample(X, y)
    made = sampler.provenance_["origin"] == "synthetic"
    record = sampler.provenance_[made]
    seed, partner = X[record["seed"]], X[record["partner"]]
    np.testing.assert_allclose(X_res[made], seed + record["step"][:, None] * (partner - seed))
    np.testing.assert_array_equal(y[record["partner"]], y_res[made])


def test_no_class_is_lost(combined_class, multiclass):
    X, y = multiclass
    X = X[:, :1] - 1.5 * y[:, None]  # the classes lie upon each other
    _, y_res = make(combined_class).fit_resample(X, y)
    assert set(y_res) == {0, 1, 2}


def test_any_over_sampler_may_be_the_first_step(combined_class, multiclass):
    X, y = multiclass
    sampler = make(combined_class, smote=RandomOverSampler())
    X_res, y_res = sampler.fit_resample(X, y)
    assert set(sampler.provenance_["origin"]) == {"original", "copy"}
    np.testing.assert_array_equal(X_res, X[sampler.provenance_["seed"]])
    np.testing.assert_array_equal(y_res, y[sampler.provenance_["seed"]])


def test_the_fitted_first_step_can_be_read(combined_class, multiclass):
    X, y = multiclass
    sampler = make(combined_class)
    assert not hasattr(sampler, "smote_")
    sampler.fit_resample(X, y)
    assert sampler.smote_.plan_.n_rows_in == len(X)


@pytest.mark.parametrize("step", ["smote", RandomOverSampler, LogisticRegression()], ids=repr)
def test_what_does_not_resample_is_refused(combined_class, step, multiclass):
    with pytest.raises((ValueError, TypeError), match="smote"):
        combined_class(smote=step).fit_resample(*multiclass)


def test_a_grid_search_reaches_the_parameters_of_the_steps(combined_class, binary):
    X, y = binary
    model = make_pipeline(make(combined_class, smote=RandomOverSampler()), LogisticRegression())
    name = model.steps[0][0]
    grid = {
        f"{name}__{strategy_parameter(combined_class)}": [0.8, 1.0],
        f"{name}__smote__shrinkage": [None, 0.5],
    }
    search = GridSearchCV(model, grid, cv=3).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_balanced_bagging_takes_every_combination(combined_class, binary):
    X, y = binary
    model = BalancedBaggingClassifier(
        DecisionTreeClassifier(max_depth=2),
        n_estimators=3,
        sampler=make(combined_class),
        sampling_strategy=1.0,
        random_state=0,
    ).fit(X, y)
    assert model.score(X, y) > 0.5
    assert {type(each.steps[0][1]) for each in model.estimators_} == {combined_class}
