"""Steps that do nothing, steps inside steps, and parameters that are not per row."""

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline as PlainPipeline
from sklearn.pipeline import make_pipeline as make_plain_pipeline
from sklearn.preprocessing import StandardScaler

from medresample.over_sampling import SMOTE
from medresample.pipeline import Pipeline, make_pipeline


class Recorder(ClassifierMixin, BaseEstimator):
    """A classifier that remembers what its fit was given."""

    def fit(self, X, y, **given):
        self.given_, self.n_rows_, self.classes_ = given, X.shape[0], np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], X.shape[0])


@pytest.mark.parametrize("nothing", ["passthrough", None])
@pytest.mark.parametrize("with_metadata", [False, True])
@pytest.mark.parametrize("routing", [False, True])
def test_a_step_that_does_nothing_may_stand_behind_a_sampler(
    nothing, with_metadata, routing, binary
):
    X, y = binary
    weight = np.arange(len(y)) + 1.0
    with sklearn.config_context(enable_metadata_routing=routing):
        last = LogisticRegression()
        if routing:
            last = last.set_fit_request(sample_weight=with_metadata)
        smote = SMOTE(random_state=0)
        if routing:
            smote = smote.set_fit_resample_request(sample_weight=False)
        model = Pipeline([("smote", smote), ("nothing", nothing), ("model", last)])
        name = "sample_weight" if routing else "model__sample_weight"
        model.fit(X, y, **({name: weight} if with_metadata else {}))
        assert model.predict(X).shape == y.shape


@pytest.mark.parametrize("nothing", ["passthrough", None])
def test_a_pipeline_may_end_with_nothing(nothing, binary):
    X, y = binary
    model = Pipeline([("smote", SMOTE(random_state=0)), ("nothing", nothing)])
    X_res, y_res = model.fit_resample(X, y)
    assert len(X_res) == len(y_res) == 120


@pytest.mark.parametrize(
    "value",
    [np.float64(1.0), "x" * 80, b"x" * 80, {i: i for i in range(80)}, None, 3, np.arange(79)],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_per_row_reaches_the_model_as_it_is(value, binary):
    X, y = binary
    model = make_pipeline(SMOTE(random_state=0), Recorder()).fit(X, y, recorder__option=value)
    assert model[-1].given_["option"] is value


@pytest.mark.parametrize("make", [sparse.csr_array, sparse.coo_matrix])
def test_sparse_metadata_is_carried_too(make, binary):
    X, y = binary
    model = make_pipeline(SMOTE(random_state=0), Recorder())
    model.fit(X, y, recorder__similarity=make(np.eye(len(y))))
    carried = model[-1].given_["similarity"]
    assert carried.shape == (model[-1].n_rows_, len(y))
    assert type(carried) is type(make(np.eye(2)))


@pytest.mark.parametrize("chain", [make_plain_pipeline, make_pipeline])
def test_a_pipeline_of_transformers_may_stand_in_the_middle(chain, binary):
    X, y = binary
    inner = chain(SimpleImputer(), StandardScaler())
    nested = make_pipeline(inner, SMOTE(random_state=0), LogisticRegression())
    flat = make_pipeline(
        SimpleImputer(), StandardScaler(), SMOTE(random_state=0), LogisticRegression()
    )
    np.testing.assert_array_equal(
        nested.fit(X, y).predict_proba(X), flat.fit(X, y).predict_proba(X)
    )


@pytest.mark.parametrize("depth", [1, 2])
def test_a_sampler_inside_a_step_in_the_middle_is_refused(depth, binary):
    """It would be skipped with its transformers when the model predicts."""
    X, y = binary
    inner = make_pipeline(StandardScaler(), SMOTE())
    if depth == 2:
        inner = PlainPipeline([("inner", inner), ("scale", StandardScaler())])
    with pytest.raises(TypeError, match="should"):
        make_pipeline(inner, LogisticRegression()).fit(X, y)
