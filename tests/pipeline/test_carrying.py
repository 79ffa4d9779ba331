"""What a sampler step does to rows it does to weights, patients and any other value per row."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from imblearn import over_sampling as peer_over
from imblearn import under_sampling as peer_under
from imblearn.pipeline import Pipeline as PeerPipeline
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from medresample.exceptions import SamplerInputError
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.pipeline import Pipeline, make_pipeline
from medresample.under_sampling import RandomUnderSampler

SAMPLERS = [
    SMOTE(random_state=0),
    RandomOverSampler(random_state=0),
    RandomOverSampler(shrinkage=1.0, random_state=0),
    RandomUnderSampler(random_state=0),
    RandomUnderSampler(replacement=True, random_state=0),
]


@pytest.fixture(params=SAMPLERS, ids=repr)
def sampler(request):
    return request.param


def test_an_over_sampler_before_a_weighted_model_fails_on_lengths_in_the_peer_and_works_here(data):
    X, y, weight, _ = data
    steps = [("smote", SMOTE(random_state=0)), ("model", LogisticRegression())]
    with pytest.raises(ValueError, match=r"sample_weight.*shape|inconsistent"):
        PeerPipeline(steps).fit(X, y, model__sample_weight=weight)
    Pipeline(steps).fit(X, y, model__sample_weight=weight)


def test_the_model_is_the_one_fitted_by_hand(data):
    X, y, weight, _ = data
    model = make_pipeline(SMOTE(random_state=0), LogisticRegression())
    model.fit(X, y, logisticregression__sample_weight=weight)
    smote = SMOTE(random_state=0)
    X_res, y_res = smote.fit_resample(X, y, sample_weight=weight)
    by_hand = LogisticRegression().fit(X_res, y_res, sample_weight=smote.sample_weight_)
    np.testing.assert_array_equal(model[-1].coef_, by_hand.coef_)
    unweighted = LogisticRegression().fit(X_res, y_res)
    assert not np.allclose(model[-1].coef_, unweighted.coef_)


def test_values_per_row_follow_the_rows_to_the_model(sampler, recorder, data):
    X, y, weight, groups = data
    model = Pipeline([("sampler", sampler), ("model", recorder)])
    model.fit(X, y, model__sample_weight=weight, model__groups=groups, model__site=groups.tolist())
    seed = model["sampler"].provenance_["seed"]
    np.testing.assert_array_equal(recorder.y_, y[seed])
    np.testing.assert_array_equal(recorder.sample_weight_, weight[seed])
    np.testing.assert_array_equal(recorder.groups_, groups[seed])
    assert recorder.site_ == groups[seed].tolist()


CONTAINERS = {
    "array": lambda values: values,
    "list": list,
    "Series": lambda values: pd.Series(values, name="weight"),
    "Series with odd index": lambda values: pd.Series(values, index=np.arange(len(values))[::-1]),
    "polars Series": lambda values: pl.Series("weight", values),
    "two columns": lambda values: np.c_[values, values],
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_values_per_row_come_in_any_container(container, sampler, recorder, data):
    X, y, weight, _ = data
    model = Pipeline([("sampler", sampler), ("model", recorder)])
    given = CONTAINERS[container](weight)
    model.fit(X, y, model__sample_weight=given)
    assert type(recorder.sample_weight_) is type(given)
    seed = model["sampler"].provenance_["seed"]
    np.testing.assert_array_equal(recorder.sample_weight_, CONTAINERS[container](weight[seed]))


def test_what_is_not_one_value_per_row_is_left_alone(sampler, recorder, data):
    X, y, _, _ = data
    model = Pipeline([("sampler", sampler), ("model", recorder)])
    model.fit(X, y, model__epochs=80, model__site="eighty", model__groups=[1, 2, 3])
    assert (recorder.epochs_, recorder.site_, recorder.groups_) == (80, "eighty", [1, 2, 3])


def test_nothing_given_is_nothing_carried(sampler, recorder, data):
    X, y, _, _ = data
    Pipeline([("sampler", sampler), ("model", recorder)]).fit(X, y, model__sample_weight=None)
    assert recorder.sample_weight_ is None


def test_the_values_of_the_caller_are_left_as_they_were(sampler, recorder, data):
    X, y, weight, _ = data
    metadata = {"model__sample_weight": weight}
    before = weight.copy()
    Pipeline([("sampler", sampler), ("model", recorder)]).fit(X, y, **metadata)
    assert metadata["model__sample_weight"] is weight
    np.testing.assert_array_equal(weight, before)


@pytest.mark.filterwarnings("ignore::medresample.exceptions.MixedGroupsWarning")
def test_values_named_for_a_sampler_reach_it(sampler, recorder, data):
    X, y, weight, groups = data
    model = Pipeline([("sampler", sampler), ("model", recorder)])
    model.fit(X, y, sampler__groups=groups, sampler__sample_weight=weight)
    seed = model["sampler"].provenance_["seed"]
    np.testing.assert_array_equal(model["sampler"].groups_, groups[seed])
    np.testing.assert_array_equal(model["sampler"].sample_weight_, weight[seed])


def test_steps_before_the_sampler_get_the_values_as_given(recorder, recording_scaler, data):
    X, y, weight, _ = data
    model = Pipeline([("scaler", recording_scaler), ("smote", SMOTE()), ("model", recorder)])
    model.fit(X, y, scaler__sample_weight=weight, model__sample_weight=weight)
    assert recording_scaler.sample_weight_ is weight
    assert len(recorder.sample_weight_) == 120


def test_transformers_after_the_sampler_get_the_values_of_its_rows(
    sampler, recorder, recording_scaler, data
):
    X, y, weight, _ = data
    model = Pipeline([("sampler", sampler), ("scaler", recording_scaler), ("model", recorder)])
    model.fit(X, y, scaler__sample_weight=weight)
    seed = model["sampler"].provenance_["seed"]
    assert recording_scaler.n_rows_ == len(seed)
    np.testing.assert_array_equal(recording_scaler.sample_weight_, weight[seed])


def test_several_samplers_in_a_row_carry_one_after_the_other(recorder, recording_scaler, data):
    X, y, weight, _ = data
    model = Pipeline(
        [
            ("under", RandomUnderSampler(sampling_strategy=0.5, random_state=0)),
            ("between", recording_scaler),
            ("over", SMOTE(random_state=0)),
            ("again", RandomUnderSampler(sampling_strategy={0: 30, 1: 35}, random_state=0)),
            ("model", recorder),
        ]
    )
    model.fit(X, y, between__sample_weight=weight, model__sample_weight=weight)
    first = model["under"].provenance_["seed"]
    np.testing.assert_array_equal(recording_scaler.sample_weight_, weight[first])
    rows = first[model["over"].provenance_["seed"]][model["again"].provenance_["seed"]]
    np.testing.assert_array_equal(recorder.sample_weight_, weight[rows])
    np.testing.assert_array_equal(recorder.y_, y[rows])
    assert np.bincount(recorder.y_).tolist() == [30, 35]


def test_a_sampler_that_changes_nothing_carries_everything(recorder, data):
    X, y, weight, _ = data
    model = Pipeline(
        [("one", RandomUnderSampler()), ("two", RandomUnderSampler()), ("model", recorder)]
    )
    with pytest.warns(UserWarning, match="nothing to do"):
        model.fit(X, y, model__sample_weight=weight)
    rows = model["one"].sample_indices_[model["two"].sample_indices_]
    np.testing.assert_array_equal(recorder.sample_weight_, weight[rows])


@pytest.mark.parametrize(
    "foreign", [peer_over.RandomOverSampler, peer_under.RandomUnderSampler, peer_under.TomekLinks]
)
def test_a_sampler_of_imbalanced_learn_carries_by_its_sample_indices(foreign, recorder, data):
    X, y, weight, groups = data
    model = Pipeline([("foreign", foreign()), ("model", recorder)])
    model.fit(X, y, model__sample_weight=weight, model__groups=pd.Series(groups))
    rows = model["foreign"].sample_indices_
    np.testing.assert_array_equal(recorder.sample_weight_, weight[rows])
    np.testing.assert_array_equal(recorder.groups_, groups[rows])


def test_a_sampler_that_hides_its_rows_is_an_error_only_when_there_is_something_to_carry(
    recorder, data
):
    X, y, weight, _ = data
    model = Pipeline([("theirs", peer_over.SMOTE(random_state=0)), ("model", recorder)])
    model.fit(X, y)
    assert len(recorder.y_) == 120
    with pytest.raises(SamplerInputError, match=r"(?s)(?=.*theirs)(?=.*SMOTE)(?=.*sample_weight)"):
        model.fit(X, y, model__sample_weight=weight)


def test_the_rows_of_the_last_fit_are_carried_and_not_those_of_an_earlier_one(recorder, data):
    X, y, weight, _ = data
    model = Pipeline([("sampler", SMOTE(random_state=0)), ("model", recorder)])
    model.fit(X, y, model__sample_weight=weight)
    model.fit(X[:60], y[:60], model__sample_weight=weight[:60])
    seed = model["sampler"].provenance_["seed"]
    np.testing.assert_array_equal(recorder.sample_weight_, weight[:60][seed])


@pytest.mark.usefixtures("routing")
class TestWithRouting:
    """The same, when steps ask for metadata by name."""

    def test_weights_follow_the_rows_to_the_model(self, sampler, unasking, recorder, data):
        X, y, weight, groups = data
        recorder.set_fit_request(sample_weight=True, groups="patient")
        model = Pipeline([("sampler", unasking(sampler)), ("model", recorder)])
        model.fit(X, y, sample_weight=weight, patient=groups)
        seed = model["sampler"].provenance_["seed"]
        np.testing.assert_array_equal(recorder.sample_weight_, weight[seed])
        np.testing.assert_array_equal(recorder.groups_, groups[seed])

    @pytest.mark.filterwarnings("ignore::medresample.exceptions.MixedGroupsWarning")
    def test_the_sampler_gets_them_as_given_and_the_model_as_resampled(
        self, sampler, recorder, data
    ):
        X, y, weight, groups = data
        sampler = clone(sampler)
        sampler.set_fit_resample_request(sample_weight=True, groups=True)
        recorder.set_fit_request(sample_weight=True, groups=True)
        model = Pipeline([("sampler", sampler), ("model", recorder)])
        model.fit(X, y, sample_weight=weight, groups=groups)
        fitted = model["sampler"]
        np.testing.assert_array_equal(recorder.sample_weight_, fitted.sample_weight_)
        np.testing.assert_array_equal(recorder.groups_, fitted.groups_)

    def test_a_second_sampler_gets_the_patients_of_the_rows_of_the_first(
        self, unasking, recorder, data
    ):
        X, y, _, groups = data
        recorder.set_fit_request(groups=False)
        first = unasking(RandomUnderSampler(sampling_strategy=0.5, random_state=0))
        second = SMOTE(partner_groups="different", random_state=0)
        second.set_fit_resample_request(groups=True)
        model = Pipeline([("under", first), ("over", second), ("model", recorder)])
        model.fit(X, y, groups=groups)
        carried = groups[model["under"].sample_indices_]
        made = model["over"].provenance_
        made = made[made["origin"] == "synthetic"]
        assert np.all(carried[made["seed"]] != carried[made["partner"]])
        np.testing.assert_array_equal(model["over"].plan_.groups, carried)

    def test_a_validation_table_to_be_transformed_is_not_resampled(self, unasking, recorder, data):
        """Not even when it happens to have as many rows as the training table."""
        X, y, weight, _ = data
        validation = X[::-1] + 5
        recorder.set_fit_request(site=True, sample_weight=True)
        steps = [
            ("smote", unasking(SMOTE(random_state=0))),
            ("scaler", StandardScaler().set_fit_request(sample_weight=False)),
            ("model", recorder),
        ]
        model = Pipeline(steps, transform_input=["site"])
        model.fit(X, y, sample_weight=weight, site=validation)
        np.testing.assert_allclose(recorder.site_, model["scaler"].transform(validation))
        assert len(recorder.sample_weight_) == 120

    def test_transformers_on_both_sides_get_what_is_theirs(
        self, unasking, recorder, recording_scaler, data
    ):
        X, y, weight, _ = data
        smote = unasking(SMOTE(random_state=0))
        recorder.set_fit_request(sample_weight=False)
        before = recording_scaler.set_fit_request(sample_weight=True)
        after = clone(before)
        model = Pipeline(
            [("before", before), ("smote", smote), ("after", after), ("model", recorder)]
        )
        model.fit(X, y, sample_weight=weight)
        np.testing.assert_array_equal(before.sample_weight_, weight)
        seed = model["smote"].provenance_["seed"]
        np.testing.assert_array_equal(after.sample_weight_, weight[seed])
        assert recorder.sample_weight_ is None
