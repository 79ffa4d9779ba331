"""Models that remember what they were given, and a table to give them."""

import numpy as np
import pytest
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone


class Recorder(ClassifierMixin, BaseEstimator):
    """A classifier that remembers the rows, labels and metadata of its last fit."""

    def fit(self, X, y, sample_weight=None, groups=None, site=None, epochs=None):
        self.X_, self.y_, self.classes_ = X, np.asarray(y), np.unique(y)
        self.sample_weight_, self.groups_, self.site_ = sample_weight, groups, site
        self.epochs_ = epochs
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


class RecordingScaler(TransformerMixin, BaseEstimator):
    """A transformer that changes nothing and remembers the metadata of its last fit."""

    def fit(self, X, y=None, sample_weight=None, groups=None):
        self.n_rows_, self.sample_weight_, self.groups_ = len(X), sample_weight, groups
        return self

    def transform(self, X):
        return X


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def recording_scaler():
    return RecordingScaler()


@pytest.fixture
def data():
    """Twenty patients of four rows, a quarter of class 1: X, y, weight, groups."""
    random = np.random.default_rng(0)
    y = random.permutation(np.repeat([0, 1], [60, 20]))
    X = random.normal(size=(80, 3)) + y[:, None]
    groups = np.array([f"patient {number // 4}" for number in range(80)])
    return X, y, random.uniform(1, 2, size=80), groups


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.fixture
def unasking(routing):
    """Make a sampler that says it wants no metadata: with routing, silence is an error."""

    def unask(sampler):
        return clone(sampler).set_fit_resample_request(sample_weight=False, groups=False)

    return unask
