"""Life among other tools: pipelines, searches, ensembles and their clones."""

import numpy as np
import pytest
from imblearn import over_sampling as peer_over
from imblearn import under_sampling as peer_under
from imblearn.base import is_sampler
from imblearn.ensemble import BalancedBaggingClassifier
from imblearn.pipeline import make_pipeline as make_peer_pipeline
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline as make_plain_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import get_tags

from medresample.pipeline import make_pipeline

from .samplers import SAMPLERS, drawing, has_parameter, make, strategy_parameter

PIPELINES = [
    pytest.param(make_peer_pipeline, id="imblearn"),
    pytest.param(make_pipeline, id="ours"),
]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_pipeline_fits_on_resampled_rows_and_predicts_on_all(pipeline, sampler_class, multiclass):
    X, y = multiclass
    model = pipeline(StandardScaler(), make(sampler_class), LogisticRegression()).fit(X, y)
    scaled = StandardScaler().fit_transform(X)
    by_hand = LogisticRegression().fit(*make(sampler_class).fit_resample(scaled, y))
    np.testing.assert_allclose(model.predict_proba(X), by_hand.predict_proba(scaled))
    assert len(model.predict(X)) == len(X)


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_grid_search_reaches_the_parameters_of_a_sampler(pipeline, counted_class, binary):
    X, y = binary
    model = pipeline(make(counted_class), LogisticRegression())
    name = model.steps[0][0]
    search = GridSearchCV(model, {f"{name}__sampling_strategy": [0.8, 1.0]}, cv=3).fit(X, y)
    assert search.best_params_[f"{name}__sampling_strategy"] in (0.8, 1.0)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_pipeline_is_cross_validated_in_worker_processes(sampler_class, binary):
    X, y = binary
    model = make_pipeline(make(sampler_class), LogisticRegression())
    here = cross_val_score(model, X, y, cv=3)
    np.testing.assert_array_equal(cross_val_score(model, X, y, cv=3, n_jobs=2), here)


def test_balanced_bagging_takes_every_sampler(counted_class, binary):
    X, y = binary
    model = BalancedBaggingClassifier(
        DecisionTreeClassifier(max_depth=2),
        n_estimators=3,
        sampler=make(counted_class),
        sampling_strategy=1.0,
        random_state=0,
    ).fit(X, y)
    assert model.score(X, y) > 0.5
    kinds = {type(each.steps[0][1]) for each in model.estimators_}
    assert kinds == {counted_class}


def test_a_pipeline_with_a_sampler_can_be_calibrated(sampler_class, binary):
    X, y = binary
    model = CalibratedClassifierCV(make_pipeline(make(sampler_class), LogisticRegression()), cv=3)
    np.testing.assert_allclose(model.fit(X, y).predict_proba(X).sum(axis=1), 1)


def test_the_pipeline_of_scikit_learn_refuses_samplers_and_one_word_changes_that(
    sampler_class, binary
):
    """``from sklearn.pipeline import ...`` becomes ``from medresample.pipeline import ...``."""
    X, y = binary
    with pytest.raises(TypeError, match="fit and transform"):
        make_plain_pipeline(make(sampler_class), LogisticRegression()).fit(X, y)
    assert make_pipeline(make(sampler_class), LogisticRegression()).fit(X, y).score(X, y) > 0.5


def test_a_sampler_looks_like_one_to_imbalanced_learn(sampler_class):
    assert is_sampler(sampler_class())
    kinds = {"over-sampling", "under-sampling", "clean-sampling"}
    # imbalanced-learn sets the sampling_strategy of all that do not say "bypass"
    if not has_parameter(sampler_class, "sampling_strategy"):
        kinds = {"bypass"}
    assert sampler_class._sampling_type in kinds
    assert not hasattr(sampler_class(), "transform")


def twin_of(sampler_class):
    """Sampler of the same name in imbalanced-learn, if it has one."""
    name = sampler_class.__name__
    return getattr(peer_over, name, None) or getattr(peer_under, name, None)


@pytest.mark.parametrize("sampler_class", [*filter(twin_of, SAMPLERS)], ids=lambda it: it.__name__)
def test_tags_are_those_of_the_sampler_of_the_same_name(sampler_class):
    """Ours may allow more: missing values, categories and sparse tables."""
    twin = twin_of(sampler_class)
    mixed = has_parameter(twin, "categorical_features")
    theirs = get_tags(twin(categorical_features="auto") if mixed else twin())
    ours = get_tags(sampler_class())
    for tags in (ours, theirs):
        tags.input_tags.allow_nan = tags.input_tags.categorical = tags.input_tags.sparse = True
    assert ours == theirs
    assert sampler_class._sampling_type == twin._sampling_type


def test_a_sampler_is_not_built_on_imbalanced_learn(sampler_class):
    assert not any(base.__module__.startswith("imblearn") for base in sampler_class.__mro__)


def test_samplers_that_search_have_n_jobs(searcher_class):
    assert searcher_class().n_jobs is None


def test_a_sampler_shows_itself_in_a_notebook(sampler_class):
    assert sampler_class.__name__ in sampler_class()._repr_html_()
    name = strategy_parameter(sampler_class)
    assert repr(sampler_class(**{name: 0.9})) == f"{sampler_class.__name__}({name}=0.9)"


def test_samplers_share_no_state(sampler_class, binary):
    X, y = binary
    first, second = drawing(sampler_class)(), drawing(sampler_class)()
    first.fit_resample(X, y)
    assert not hasattr(second, "plan_")
    if has_parameter(sampler_class, "random_state"):
        second.set_params(random_state=1).fit_resample(X, y)
        assert not np.array_equal(first.provenance_["seed"], second.provenance_["seed"])
