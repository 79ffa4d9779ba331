"""Chain: any sampler after any sampler, one plan, rows numbered as in the first table."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from hypothesis import given
from hypothesis import strategies as st
from imblearn.pipeline import make_pipeline as make_peer_pipeline
from imblearn.utils.estimator_checks import parametrize_with_checks as parametrize_peer_checks
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import parametrize_with_checks

from medresample.combine import Chain
from medresample.compare import compare_samplers
from medresample.exceptions import MixedGroupsWarning, SamplerInputError
from medresample.extend import SamplingPlan
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.pipeline import make_pipeline
from medresample.under_sampling import EditedNearestNeighbours, RandomUnderSampler, TomekLinks

HALF = {0: 30, 1: 20, 2: 12}
STEPS = {
    "fewer": RandomUnderSampler(sampling_strategy="majority", random_state=0),
    "copies": RandomOverSampler(sampling_strategy="minority", random_state=1),
    "new": SMOTE(sampling_strategy="not majority", random_state=2),
    "disturbed": RandomOverSampler(shrinkage=0.5, random_state=3),
    "links": TomekLinks(sampling_strategy="all"),
    "voted": EditedNearestNeighbours(),
}


def by_hand(steps, X, y):
    for step in steps:
        X, y = clone(step).fit_resample(X, y)
    return X, y


@given(names=st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=4))
@pytest.mark.filterwarnings("ignore::medresample.exceptions.NothingToDoWarning")
@pytest.mark.filterwarnings("ignore::medresample.exceptions.FallbackWarning")
def test_a_chain_is_its_steps_one_after_the_other(names):
    random = np.random.default_rng(4)
    y = random.permutation(np.repeat([0, 1, 2], [50, 24, 12]))
    X = random.normal(size=(86, 3)) + y[:, None]
    steps = [STEPS[name] for name in names]
    chain = Chain(*steps)
    X_res, y_res = chain.fit_resample(X, y)
    X_hand, y_hand = by_hand(steps, X, y)
    assert X_res.tobytes() == X_hand.tobytes()
    np.testing.assert_array_equal(y_res, y_hand)
    assert chain.plan_.apply(X).tobytes() == X_hand.tobytes()
    record = chain.provenance_
    np.testing.assert_array_equal(y[record["seed"]], y_res)
    kept = record["origin"] == "original"
    np.testing.assert_array_equal(X[record["seed"][kept]], X_res[kept])
    assert chain.plan_.n_made == np.sum(~kept)
    parents = chain.plan_.parents()
    assert parents.shape == (len(X_res), len(X))
    assert np.all(parents[np.arange(len(X_res)), record["seed"]] == 1)


def test_a_new_row_is_rebuilt_from_the_rows_of_the_first_table(multiclass):
    X, y = multiclass
    chain = Chain(
        RandomUnderSampler(sampling_strategy=HALF, random_state=0),
        SMOTE(random_state=0),
        TomekLinks(sampling_strategy="all"),
    )
    X_res, _ = chain.fit_resample(X, y)
    made = chain.provenance_["origin"] == "synthetic"
    record = chain.provenance_[made]
    seed, partner = X[record["seed"]], X[record["partner"]]
    np.testing.assert_allclose(X_res[made], seed + record["step"][:, None] * (partner - seed))


def test_a_step_of_none_is_no_step(multiclass):
    X, y = multiclass
    expected, _ = SMOTE(random_state=0).fit_resample(X, y)
    chain = Chain(None, SMOTE(random_state=0), None)
    assert chain.fit_resample(X, y)[0].tobytes() == expected.tobytes()
    assert len(chain.steps_) == 1


def test_a_chain_may_be_a_step(multiclass):
    X, y = multiclass
    first, second, third = STEPS["fewer"], STEPS["new"], STEPS["links"]
    expected, _ = Chain(first, second, third).fit_resample(X, y)
    assert Chain(Chain(first, second), third).fit_resample(X, y)[0].tobytes() == expected.tobytes()
    assert Chain(first, Chain(second, third)).fit_resample(X, y)[0].tobytes() == expected.tobytes()


@pytest.mark.parametrize("chain", [Chain(), Chain(None, None)], ids=repr)
def test_a_chain_without_steps_is_refused(chain, binary):
    with pytest.raises(SamplerInputError, match="Chain has no step"):
        chain.fit_resample(*binary)


@pytest.mark.parametrize("step", ["smote", SMOTE, LogisticRegression(), 3], ids=repr)
def test_what_does_not_resample_is_refused_by_the_name_of_the_parameter(step, binary):
    with pytest.raises((ValueError, TypeError), match="second"):
        Chain(SMOTE(), step).fit_resample(*binary)


def test_parameters_of_steps_are_reached_by_name(binary):
    chain = Chain(SMOTE(k_neighbors=3), TomekLinks())
    assert chain.get_params()["first__k_neighbors"] == 3
    copy = clone(chain).set_params(first__k_neighbors=1, second=None, third=TomekLinks())
    assert (copy.first.k_neighbors, copy.second, chain.first.k_neighbors) == (1, None, 3)
    assert repr(chain) == "Chain(first=SMOTE(k_neighbors=3), second=TomekLinks())"
    model = make_pipeline(chain, LogisticRegression())
    search = GridSearchCV(model, {"chain__first__k_neighbors": [1, 2]}, cv=3).fit(*binary)
    assert search.best_params_["chain__first__k_neighbors"] in (1, 2)


def test_the_steps_given_stay_unfitted_and_the_fitted_ones_can_be_read(multiclass):
    chain = Chain(SMOTE(random_state=0), TomekLinks())
    chain.fit_resample(*multiclass)
    assert not hasattr(chain.first, "plan_")
    smote, tomek = chain.steps_
    assert smote.plan_.n_rows_out == tomek.plan_.n_rows_in
    assert tomek.links_.shape[1] == 2
    chain.fit(*multiclass)
    assert not hasattr(chain, "steps_")
    assert chain.sampling_strategy_ == {1: 26, 2: 38}


def test_row_numbers_of_the_input_exist_where_rows_are_only_dropped_or_copied(multiclass):
    X, y = multiclass
    chain = Chain(STEPS["fewer"], STEPS["copies"], STEPS["links"])
    X_res, _ = chain.fit_resample(X, y)
    np.testing.assert_array_equal(X[chain.sample_indices_], X_res)
    chain = Chain(STEPS["fewer"], STEPS["new"])
    chain.fit_resample(X, y)
    assert not hasattr(chain, "sample_indices_")


def test_a_fitted_chain_and_its_plan_are_kept(multiclass, tmp_path):
    X, y = multiclass
    chain = Chain(STEPS["fewer"], STEPS["disturbed"], STEPS["links"])
    X_res, _ = chain.fit_resample(X, y)
    assert pickle.loads(pickle.dumps(chain)).plan_.apply(X).tobytes() == X_res.tobytes()
    chain.plan_.save(tmp_path / "plan.npz")
    assert SamplingPlan.load(tmp_path / "plan.npz").apply(X).tobytes() == X_res.tobytes()


def test_each_step_is_given_the_patients_of_its_rows(binary):
    X, y = binary
    groups = np.arange(80) // 8
    weight = np.random.default_rng(0).uniform(1, 2, 80)
    chain = Chain(
        RandomUnderSampler(sampling_strategy=0.5, random_state=0),
        SMOTE(k_neighbors=1, partner_groups="same", random_state=0),
        TomekLinks(),
    )
    with pytest.warns(UserWarning, match="rows have fewer partners|lowered"):
        chain.fit_resample(X, y, groups=groups, sample_weight=weight)
    made = chain.provenance_[chain.provenance_["origin"] == "synthetic"]
    np.testing.assert_array_equal(groups[made["seed"]], groups[made["partner"]])
    np.testing.assert_array_equal(chain.groups_, groups[chain.provenance_["seed"]])
    np.testing.assert_array_equal(chain.sample_weight_, weight[chain.provenance_["seed"]])
    last = chain.steps_[-1]
    np.testing.assert_array_equal(last.groups_, chain.groups_)
    np.testing.assert_array_equal(last.sample_weight_, chain.sample_weight_)


@pytest.mark.parametrize("cleaner", [None, TomekLinks()])
def test_rows_of_two_patients_are_told_of_once_and_when_groups_are_asked_for(cleaner, binary):
    X, y = binary
    groups = np.arange(80) // 8
    chain = Chain(
        RandomUnderSampler(sampling_strategy=0.5, random_state=0),
        SMOTE(sampling_strategy=0.8, random_state=0),
        SMOTE(random_state=1),
        cleaner,
    )
    chain.fit_resample(X, y, groups=groups)  # no warning: it would be an error
    with pytest.warns(MixedGroupsWarning, match=rf"of {chain.plan_.n_made} new rows") as caught:
        carried = chain.groups_
    assert len(caught) == 1
    np.testing.assert_array_equal(carried, groups[chain.provenance_["seed"]])


def test_frames_come_out_as_frames_with_the_labels_of_their_rows(multiclass):
    X, y = multiclass
    frame = pd.DataFrame(X, columns=list("abcd"), index=[f"row {i}" for i in range(len(X))])
    labels = pd.Series(y, index=frame.index, name="grade")
    fewer = Chain(STEPS["fewer"], STEPS["links"])
    X_res, y_res = fewer.fit_resample(frame, labels)
    pd.testing.assert_frame_equal(X_res, frame.iloc[fewer.sample_indices_])
    assert y_res.index.equals(X_res.index)
    grown, _ = Chain(STEPS["fewer"], STEPS["new"], STEPS["links"]).fit_resample(frame, labels)
    expected, _ = Chain(STEPS["fewer"], STEPS["new"], STEPS["links"]).fit_resample(X, y)
    np.testing.assert_array_equal(grown.to_numpy(), expected)
    polar, _ = Chain(STEPS["fewer"], STEPS["new"], STEPS["links"]).fit_resample(
        pl.DataFrame(frame.reset_index(drop=True)), y
    )
    np.testing.assert_array_equal(polar.to_numpy(), expected)


@pytest.mark.parametrize("pipeline", [make_pipeline, make_peer_pipeline])
def test_a_chain_works_in_a_pipeline(pipeline, multiclass):
    X, y = multiclass
    chain = Chain(STEPS["fewer"], STEPS["new"])
    model = pipeline(chain, LogisticRegression()).fit(X, y)
    by_hand = LogisticRegression().fit(*chain.fit_resample(X, y))
    np.testing.assert_allclose(model.predict_proba(X), by_hand.predict_proba(X))


def test_weights_and_groups_reach_a_chain_by_routing_and_what_follows_it(binary):
    X, y = binary
    groups = np.arange(80) // 2
    with sklearn.config_context(enable_metadata_routing=True):
        chain = Chain(STEPS["fewer"], TomekLinks()).set_fit_resample_request(
            sample_weight=True, groups=True
        )
        learner = LogisticRegression().set_fit_request(sample_weight=True)
        model = make_pipeline(chain, learner)
        model.fit(X, y, sample_weight=np.ones(80), groups=groups)
    np.testing.assert_array_equal(model[0].groups_, groups[model[0].sample_indices_])


CHECKED = [
    Chain(SMOTE(random_state=0), TomekLinks()),
    Chain(RandomUnderSampler(random_state=0), RandomOverSampler(random_state=0)),
]


def _collected(mark):
    names, checks = mark.args
    checks = [each for each in checks if "array_api" not in str(each[1])]
    return pytest.mark.parametrize(names, checks, **mark.kwargs)


@pytest.mark.filterwarnings("ignore::medresample.exceptions.NothingToDoWarning")
@pytest.mark.filterwarnings("ignore::medresample.exceptions.FewNeighborsWarning")
@_collected(parametrize_peer_checks(CHECKED))
def test_the_checks_of_imbalanced_learn_pass(estimator, check):
    check(estimator)


@_collected(parametrize_with_checks(CHECKED))
def test_the_checks_of_scikit_learn_pass(estimator, check):
    check(estimator)


def test_a_comparison_counts_the_rows_that_a_chain_makes_and_drops(binary):
    X, y = binary
    chain = Chain(RandomUnderSampler(sampling_strategy=0.5), SMOTE())
    result = compare_samplers({"chain": chain}, LogisticRegression(), X, y, cv=2, random_state=0)
    rows = result.folds_[result.folds_["sampler"] == "chain"]
    # of 30 and 10 rows in each training part, 20 and 10 are left, and 10 are made
    assert set(rows["rows_made"]) == {10}
    assert set(rows["rows_dropped"]) == {10}
