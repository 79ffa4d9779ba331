"""Metadata routing: weights and patients reach a sampler that asks for them."""

import subprocess
import sys

import numpy as np
import pytest
import sklearn
from imblearn.pipeline import make_pipeline as make_peer_pipeline
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.utils.metadata_routing import get_routing_for_object

from medresample.over_sampling import SMOTE
from medresample.pipeline import make_pipeline

from .samplers import make

PIPELINES = [
    pytest.param(make_peer_pipeline, id="imblearn"),
    pytest.param(make_pipeline, id="ours"),
]


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.usefixtures("routing")
def test_fit_resample_can_ask_for_weights_and_groups(sampler_class):
    sampler = make(sampler_class).set_fit_resample_request(sample_weight=True, groups="patient")
    requests = get_routing_for_object(sampler).fit_resample.requests
    assert requests == {"sample_weight": True, "groups": "patient"}


def test_without_routing_nothing_can_be_asked_for(sampler_class):
    with pytest.raises(RuntimeError, match="enable_metadata_routing"):
        make(sampler_class).set_fit_resample_request(groups=True)


@pytest.mark.usefixtures("routing")
def test_requests_survive_clone(sampler_class):
    sampler = make(sampler_class).set_fit_resample_request(groups=True)
    copy = sklearn.base.clone(sampler)
    assert get_routing_for_object(copy).fit_resample.requests["groups"] is True


@pytest.mark.usefixtures("routing")
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_pipeline_hands_the_patients_to_the_sampler(pipeline, patients):
    X, y, groups = patients
    sampler = SMOTE(partner_groups="same", random_state=0).set_fit_resample_request(groups=True)
    model = pipeline(sampler, LogisticRegression()).fit(X, y, groups=groups)
    made = model[0].provenance_[len(X) :]
    np.testing.assert_array_equal(groups[made["seed"]], groups[made["partner"]])
    np.testing.assert_array_equal(model[0].groups_, groups[model[0].provenance_["seed"]])


@pytest.mark.usefixtures("routing")
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_grid_search_hands_the_patients_to_splitter_and_sampler(pipeline, patients):
    X, y, groups = patients
    sampler = SMOTE(partner_groups="same", random_state=0).set_fit_resample_request(groups=True)
    model = pipeline(sampler, LogisticRegression())
    search = GridSearchCV(model, {"smote__k_neighbors": [1, 2]}, cv=GroupKFold(3))
    search.fit(X, y, groups=groups)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    made = search.best_estimator_[0].provenance_[len(X) :]
    np.testing.assert_array_equal(groups[made["seed"]], groups[made["partner"]])


@pytest.mark.usefixtures("routing")
def test_metadata_nobody_asked_for_is_refused(patients):
    X, y, groups = patients
    model = make_pipeline(SMOTE(random_state=0), LogisticRegression())
    with pytest.raises(sklearn.exceptions.UnsetMetadataPassedError, match="groups"):
        model.fit(X, y, groups=groups)


@pytest.mark.parametrize("first", ["medresample.over_sampling", "imblearn.over_sampling"])
def test_routing_works_whichever_package_is_imported_first(first):
    program = f"""
import {first}
import sklearn
from medresample.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from sklearn.linear_model import LogisticRegression
sklearn.set_config(enable_metadata_routing=True)
smote = SMOTE(partner_groups="same", k_neighbors=1).set_fit_resample_request(groups=True)
X = [[float(i), float(i * i % 7)] for i in range(20)]
model = make_pipeline(smote, LogisticRegression())
model.fit(X, [0] * 12 + [1] * 8, groups=[i // 2 for i in range(20)])
print(len(model[0].groups_))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["24"]
