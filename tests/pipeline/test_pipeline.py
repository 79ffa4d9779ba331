"""Everything else is imbalanced-learn's pipeline: fitting resamples, predicting never does."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from imblearn.pipeline import Pipeline as PeerPipeline
from imblearn.pipeline import make_pipeline as make_peer_pipeline
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.preprocessing import StandardScaler

import medresample
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.pipeline import Pipeline, make_pipeline
from medresample.under_sampling import RandomUnderSampler


def _both(*steps):
    """Return the same steps in our pipeline and in imbalanced-learn's."""
    return make_pipeline(*map(clone, steps)), make_peer_pipeline(*map(clone, steps))


def test_it_is_a_pipeline_of_imbalanced_learn_and_of_scikit_learn():
    assert issubclass(Pipeline, PeerPipeline)
    assert issubclass(Pipeline, sklearn.pipeline.Pipeline)
    assert medresample.Pipeline is Pipeline
    assert medresample.make_pipeline is make_pipeline


def test_steps_are_named_after_their_classes():
    model = make_pipeline(StandardScaler(), SMOTE(), PCA(2), PCA(1), LogisticRegression())
    names = [name for name, _ in model.steps]
    assert names == ["standardscaler", "smote", "pca-1", "pca-2", "logisticregression"]


def test_without_metadata_it_is_the_peer_to_the_bit(data):
    X, y, _, _ = data
    ours, theirs = _both(StandardScaler(), SMOTE(random_state=0), PCA(2), LogisticRegression())
    ours.fit(X, y)
    theirs.fit(X, y)
    for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        np.testing.assert_array_equal(getattr(ours, method)(X), getattr(theirs, method)(X))
    assert ours.score(X, y) == theirs.score(X, y)
    assert list(ours.classes_) == [0, 1]
    assert ours.n_features_in_ == 3


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_prediction_never_resamples(method, data):
    X, y, _, _ = data
    model = make_pipeline(SMOTE(random_state=0), LogisticRegression()).fit(X, y)
    answer = getattr(model, method)(X)
    assert len(answer) == len(X)
    np.testing.assert_array_equal(answer[:7], getattr(model, method)(X[:7]))


def test_transform_never_resamples(data):
    X, y, _, _ = data
    model = make_pipeline(SMOTE(random_state=0), StandardScaler()).fit(X, y)
    assert model.transform(X).shape == X.shape
    np.testing.assert_allclose(model.inverse_transform(model.transform(X)), X)


def test_fit_transform_gives_the_resampled_rows_transformed(data):
    X, y, _, _ = data
    model = make_pipeline(SMOTE(random_state=0), StandardScaler())
    X_res, _ = SMOTE(random_state=0).fit_resample(X, y)
    np.testing.assert_allclose(model.fit_transform(X, y), StandardScaler().fit_transform(X_res))


def test_fit_predict_answers_for_the_resampled_rows(data):
    X, y, _, _ = data
    model = make_pipeline(SMOTE(random_state=0), KMeans(2, n_init=1, random_state=0))
    assert len(model.fit_predict(X, y)) == 120


def test_fit_resample_gives_the_rows_of_the_last_sampler(data):
    X, y, _, _ = data
    model = make_pipeline(StandardScaler(), SMOTE(random_state=0))
    X_res, y_res = model.fit_resample(X, y)
    expected, y_expected = SMOTE(random_state=0).fit_resample(StandardScaler().fit_transform(X), y)
    np.testing.assert_array_equal(X_res, expected)
    np.testing.assert_array_equal(y_res, y_expected)


def test_a_pipeline_of_samplers_resamples_step_by_step(data):
    X, y, _, _ = data
    under = RandomUnderSampler(sampling_strategy=0.5, random_state=0)
    model = make_pipeline(under, SMOTE(random_state=0))
    X_res, y_res = model.fit_resample(X, y)
    by_hand = SMOTE(random_state=0).fit_resample(*clone(under).fit_resample(X, y))
    np.testing.assert_array_equal(X_res, by_hand[0])
    np.testing.assert_array_equal(y_res, by_hand[1])


@pytest.mark.parametrize("nothing", ["passthrough", None])
def test_a_step_can_be_switched_off(nothing, data, recorder):
    X, y, weight, _ = data
    model = Pipeline([("smote", SMOTE(random_state=0)), ("model", recorder)])
    model.set_params(smote=nothing).fit(X, y, model__sample_weight=weight)
    np.testing.assert_array_equal(recorder.sample_weight_, weight)
    np.testing.assert_array_equal(recorder.X_, X)


def test_a_passthrough_between_samplers_passes_through(data, recorder):
    X, y, weight, _ = data
    steps = [("smote", SMOTE(random_state=0)), ("nothing", "passthrough"), ("model", recorder)]
    Pipeline(steps).fit(X, y, model__sample_weight=weight)
    assert len(recorder.sample_weight_) == len(recorder.y_) == 120


@pytest.mark.parametrize("name", ["smote", "model"])
def test_steps_are_reached_by_name_and_position(name):
    model = Pipeline([("smote", SMOTE()), ("model", LogisticRegression())])
    assert model[name] is model.named_steps[name] is dict(model.steps)[name]
    assert len(model) == 2
    assert isinstance(model[:1], Pipeline)


def test_caching_fits_a_step_once_and_carries_the_same(data, recorder, tmp_path):
    X, y, weight, _ = data
    plain = Pipeline([("smote", SMOTE(random_state=0)), ("model", clone(recorder))])
    plain.fit(X, y, model__sample_weight=weight)
    cached = Pipeline([("smote", SMOTE(random_state=0)), ("model", recorder)], memory=str(tmp_path))
    for _ in range(2):  # the second time from the cache
        cached.fit(X, y, model__sample_weight=weight)
        np.testing.assert_array_equal(recorder.X_, plain["model"].X_)
        np.testing.assert_array_equal(recorder.sample_weight_, plain["model"].sample_weight_)
    assert hasattr(cached["smote"], "plan_")
    assert any(tmp_path.rglob("output.pkl"))


def test_a_cached_sampler_is_not_fitted_itself(data, recorder, tmp_path):
    X, y, _, _ = data
    smote = SMOTE(random_state=0)
    Pipeline([("smote", smote), ("model", recorder)], memory=str(tmp_path)).fit(X, y)
    assert not hasattr(smote, "plan_")


def test_frames_pass_through_with_names_when_asked_for(data, recorder):
    X, y, weight, _ = data
    table = pd.DataFrame(X, columns=["age", "volume", "dose"], index=np.arange(80) + 500)
    scaler = make_column_transformer((StandardScaler(), ["age", "dose"]), remainder="passthrough")
    model = Pipeline([("scaler", scaler), ("smote", SMOTE(random_state=0)), ("model", recorder)])
    model.set_output(transform="pandas")
    model.fit(table, pd.Series(y, index=table.index), model__sample_weight=weight)
    assert isinstance(recorder.X_, pd.DataFrame)
    assert [name.split("__")[1] for name in recorder.X_.columns] == ["age", "dose", "volume"]
    assert len(recorder.sample_weight_) == len(recorder.X_) == 120


def test_set_output_of_a_pipeline_that_ends_in_a_transformer(data):
    X, y, _, _ = data
    table = pd.DataFrame(X, columns=["age", "volume", "dose"])
    model = make_pipeline(SMOTE(random_state=0), StandardScaler()).set_output(transform="pandas")
    assert list(model.fit_transform(table, y).columns) == ["age", "volume", "dose"]
    assert list(model.get_feature_names_out()) == ["age", "volume", "dose"]


def test_a_pipeline_may_be_the_model_of_a_pipeline(data, recorder):
    X, y, weight, _ = data
    inner = Pipeline([("over", SMOTE(random_state=0)), ("model", recorder)])
    outer = Pipeline([("under", RandomUnderSampler(sampling_strategy=0.5)), ("inner", inner)])
    outer.fit(X, y, inner__model__sample_weight=weight)
    rows = outer["under"].sample_indices_[inner["over"].provenance_["seed"]]
    np.testing.assert_array_equal(recorder.sample_weight_, weight[rows])


@pytest.mark.usefixtures("routing")
def test_a_pipeline_may_be_the_model_of_a_pipeline_with_routing(data, unasking, recorder):
    X, y, weight, _ = data
    recorder.set_fit_request(sample_weight=True)
    inner = Pipeline([("over", unasking(SMOTE(random_state=0))), ("model", recorder)])
    under = unasking(RandomUnderSampler(sampling_strategy=0.5))
    outer = Pipeline([("under", under), ("inner", inner)])
    outer.fit(X, y, sample_weight=weight)
    rows = outer["under"].sample_indices_[inner["over"].provenance_["seed"]]
    np.testing.assert_array_equal(recorder.sample_weight_, weight[rows])


def test_a_step_that_neither_transforms_nor_samples_is_refused_as_in_the_peer(data):
    X, y, _, _ = data
    for pipeline in (make_pipeline, make_peer_pipeline):
        with pytest.raises(TypeError, match="intermediate steps"):
            pipeline(LogisticRegression(), LogisticRegression()).fit(X, y)


def test_metadata_without_a_step_name_is_refused(data):
    X, y, weight, _ = data
    with pytest.raises(ValueError, match="sample_weight"):
        make_pipeline(SMOTE(), LogisticRegression()).fit(X, y, sample_weight=weight)


def test_a_fitted_pipeline_survives_pickling(data):
    X, y, weight, _ = data
    model = make_pipeline(StandardScaler(), SMOTE(random_state=0), LogisticRegression())
    model.fit(X, y, logisticregression__sample_weight=weight)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_an_anonymized_pipeline_predicts_and_holds_no_row_number(data):
    X, y, _, _ = data
    model = make_pipeline(SMOTE(random_state=0), LogisticRegression()).fit(X, y)
    full = len(pickle.dumps(model))
    model[0].plan_ = model[0].plan_.anonymized()
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert len(pickle.dumps(model)) < full
    assert model[0].plan_.counts["after"] == {0: 60, 1: 60}


def test_a_clone_is_unfitted_and_fits_to_the_same(data):
    X, y, _, _ = data
    model = make_pipeline(SMOTE(random_state=0), LogisticRegression()).fit(X, y)
    copy = clone(model)
    assert not hasattr(copy[0], "plan_")
    with pytest.raises(NotFittedError):
        copy.predict(X)
    np.testing.assert_array_equal(copy.fit(X, y).predict_proba(X), model.predict_proba(X))


@pytest.mark.usefixtures("routing")
def test_a_grid_search_routes_weights_through_the_sampler(data):
    X, y, weight, groups = data
    smote = SMOTE(partner_groups="different", k_neighbors=1, random_state=0)
    smote.set_fit_resample_request(groups=True, sample_weight=False)
    model = LogisticRegression().set_fit_request(sample_weight=True)
    search = GridSearchCV(
        make_pipeline(smote, model),
        {"smote__allocation": ["random", "even"], "logisticregression__C": [0.1, 1.0]},
        scoring=get_scorer("neg_log_loss").set_score_request(sample_weight=True),
        cv=GroupKFold(3),
        error_score="raise",
    )
    search.fit(X, y, sample_weight=weight, groups=groups)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_grid_search_carries_weights_without_routing(data):
    X, y, weight, _ = data
    search = GridSearchCV(
        make_pipeline(SMOTE(random_state=0), LogisticRegression()),
        {"smote__k_neighbors": [1, 3]},
        cv=3,
        error_score="raise",
    )
    search.fit(X, y, logisticregression__sample_weight=weight)
    smote = SMOTE(random_state=0, **{"k_neighbors": search.best_params_["smote__k_neighbors"]})
    X_res, y_res = smote.fit_resample(X, y, sample_weight=weight)
    by_hand = LogisticRegression().fit(X_res, y_res, sample_weight=smote.sample_weight_)
    np.testing.assert_array_equal(search.best_estimator_[-1].coef_, by_hand.coef_)


@pytest.mark.usefixtures("routing")
def test_cross_validation_resamples_training_folds_only(data, unasking, recorder):
    X, y, weight, groups = data
    recorder.set_fit_request(sample_weight=True, groups=False)
    result = cross_validate(
        make_pipeline(unasking(RandomOverSampler(random_state=0)), recorder),
        X,
        y,
        scoring=get_scorer("accuracy").set_score_request(sample_weight=False),
        cv=GroupKFold(4),
        params={"sample_weight": weight, "groups": groups},
        return_estimator=True,
        return_indices=True,
        error_score="raise",
    )
    for model, train in zip(result["estimator"], result["indices"]["train"], strict=True):
        rows = train[model[0].sample_indices_]
        np.testing.assert_array_equal(model[-1].X_, X[rows])
        np.testing.assert_array_equal(model[-1].sample_weight_, weight[rows])


def test_verbose_names_every_step(data, capsys):
    X, y, _, _ = data
    make_pipeline(SMOTE(), LogisticRegression(), verbose=True).fit(X, y)
    printed = capsys.readouterr().out
    assert "(step 1 of 2) Processing smote" in printed
    assert "(step 2 of 2) Processing logisticregression" in printed
