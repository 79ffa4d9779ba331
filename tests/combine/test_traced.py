"""Samplers of imbalanced-learn as steps: what they tell is believed when it is true."""

import numpy as np
import pandas as pd
import pytest
from imblearn import combine as peer_combine
from imblearn import over_sampling as peer_over
from imblearn import under_sampling as peer_under
from imblearn.base import BaseSampler as PeerSampler
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from medresample.combine import Chain
from medresample.exceptions import ColumnTypeError, SamplerInputError
from medresample.over_sampling import SMOTE
from medresample.pipeline import make_pipeline
from medresample.under_sampling import RandomUnderSampler, TomekLinks

SELECTING = [
    peer_under.RandomUnderSampler(random_state=0),
    peer_under.TomekLinks(),
    peer_under.EditedNearestNeighbours(),
    peer_under.CondensedNearestNeighbour(random_state=0),
    peer_over.RandomOverSampler(random_state=0),
]
MAKING = [
    peer_over.SMOTE(random_state=0),
    peer_over.ADASYN(random_state=0),
    peer_over.RandomOverSampler(shrinkage=1.0, random_state=0),
    peer_under.ClusterCentroids(voting="soft", random_state=0),
    peer_combine.SMOTEENN(random_state=0),
    peer_combine.SMOTETomek(random_state=0),
]


def _sorted_rows(X, y):
    rows = np.column_stack([X.toarray() if sparse.issparse(X) else np.asarray(X), y])
    return rows[np.lexsort(rows.T)]


@pytest.mark.parametrize("step", SELECTING, ids=repr)
def test_rows_that_were_kept_or_copied_are_known(step, multiclass):
    X, y = multiclass
    X_peer, y_peer = clone(step).fit_resample(X, y)
    chain = Chain(step, TomekLinks())
    X_res, y_res = chain.fit_resample(X, y)
    expected = TomekLinks().fit_resample(X_peer, y_peer)
    np.testing.assert_array_equal(_sorted_rows(X_res, y_res), _sorted_rows(*expected))
    record = chain.provenance_
    assert set(record["origin"]) <= {"original", "copy"}
    np.testing.assert_array_equal(X[record["seed"]], X_res)
    np.testing.assert_array_equal(y[record["seed"]], y_res)
    assert np.array_equal(chain.sample_indices_, record["seed"])


@pytest.mark.parametrize("wrap", [np.asarray, sparse.csr_matrix, np.float32, pd.DataFrame])
@pytest.mark.parametrize("step", MAKING, ids=repr)
def test_a_row_that_is_none_of_the_table_is_of_unknown_origin(step, wrap, multiclass):
    X, y = multiclass
    X = wrap(X)
    X_peer, y_peer = clone(step).fit_resample(X, y)
    if isinstance(X, np.ndarray):
        X_peer = X_peer.astype(X.dtype)  # not all of theirs keep the type
    chain = Chain(step)
    X_res, y_res = chain.fit_resample(X, y)
    assert type(X_res) is type(X)
    np.testing.assert_array_equal(_sorted_rows(X_res, y_res), _sorted_rows(X_peer, y_peer))
    record, dense = chain.provenance_, X.toarray() if sparse.issparse(X) else np.asarray(X)
    made = record["origin"] == "synthetic"
    assert made.any()
    assert np.all(record["seed"][made] == -1)
    assert np.all(record["partner"] == -1)
    found = X_res.toarray() if sparse.issparse(X_res) else np.asarray(X_res)
    np.testing.assert_array_equal(dense[record["seed"][~made]], found[~made])
    assert set(record["origin"]) == {"original", "synthetic"}
    assert chain.plan_.n_made == made.sum()
    assert np.all(np.diff(chain.plan_.parents().indptr) == np.where(made, 0, 1))


def test_an_over_sampler_of_the_peer_keeps_all_rows_first(multiclass):
    X, y = multiclass
    expected, _ = peer_over.SMOTE(random_state=0).fit_resample(X, y)
    chain = Chain(peer_over.SMOTE(random_state=0))
    assert chain.fit_resample(X, y)[0].tobytes() == expected.tobytes()
    assert chain.plan_.keep == "all"


def test_ours_may_follow_and_what_it_makes_of_unknown_rows_is_unknown(multiclass):
    X, y = multiclass
    chain = Chain(
        peer_over.SMOTE(sampling_strategy={2: 30}, random_state=0),
        SMOTE(sampling_strategy={2: 45}, random_state=0),
        RandomUnderSampler(sampling_strategy={0: 20}, random_state=0),
    )
    X_res, y_res = chain.fit_resample(X, y)
    record = chain.provenance_
    assert chain.plan_.apply(X).tobytes() == X_res.tobytes()
    np.testing.assert_array_equal(chain.plan_.labels, y_res)
    unknown = record["seed"] < 0
    assert unknown.sum() > 18
    np.testing.assert_array_equal(y[record["seed"][~unknown]], y_res[~unknown])


def test_labels_of_any_container_follow_rows_of_unknown_origin(multiclass):
    X, y = multiclass
    chain = Chain(peer_over.SMOTE(random_state=0), TomekLinks())
    _, expected = chain.fit_resample(X, y)
    names = np.array(["mild", "moderate", "severe"])
    for labels in (y.tolist(), pd.Series(y, name="grade"), pd.DataFrame({"grade": y}), names[y]):
        _, y_res = Chain(peer_over.SMOTE(random_state=0), TomekLinks()).fit_resample(X, labels)
        assert type(y_res) is type(labels)
        found = np.asarray(y_res).ravel()
        codes = np.searchsorted(names, found) if found.dtype.kind == "U" else found
        np.testing.assert_array_equal(codes, expected)
    _, one_hot = Chain(peer_over.SMOTE(random_state=0), TomekLinks()).fit_resample(X, np.eye(3)[y])
    np.testing.assert_array_equal(one_hot.argmax(axis=1), expected)


@pytest.mark.parametrize("name", ["groups", "sample_weight"])
def test_patients_and_weights_can_not_follow_rows_of_unknown_origin(name, multiclass):
    X, y = multiclass
    with pytest.raises(SamplerInputError, match=rf"SMOTE of imblearn .* {name} can not follow"):
        Chain(peer_over.SMOTE(random_state=0)).fit_resample(X, y, **{name: np.arange(86)})
    chain = Chain(peer_over.SMOTE(random_state=0))
    chain.fit_resample(X, y)
    with pytest.raises(SamplerInputError, match="does not tell from which"):
        chain.plan_.carry(np.arange(86))


@pytest.mark.parametrize("name", ["groups", "sample_weight"])
def test_patients_and_weights_follow_rows_that_were_kept_or_copied(name, multiclass):
    X, y = multiclass
    chain = Chain(peer_over.RandomOverSampler(random_state=0), TomekLinks())
    chain.fit_resample(X, y, **{name: np.arange(86)})
    found = chain.groups_ if name == "groups" else chain.sample_weight_
    np.testing.assert_array_equal(found, chain.sample_indices_)


class _Liar(PeerSampler):
    """It says that it took the first rows, and took the last."""

    _sampling_type = "bypass"
    _parameter_constraints = {}  # noqa: RUF012

    def _fit_resample(self, X, y):
        self.sample_indices_ = np.arange(40)
        return X[-40:], y[-40:]


def test_what_a_sampler_tells_is_believed_only_when_it_is_so(multiclass):
    X, y = multiclass
    chain = Chain(_Liar())
    X_res, _ = chain.fit_resample(X, y)
    np.testing.assert_array_equal(X_res, X[-40:])
    np.testing.assert_array_equal(chain.provenance_["seed"], np.arange(46, 86))
    assert chain.sampling_strategy_ == {}


def test_rows_that_occur_twice_are_found_twice():
    X = np.array([[0.0], [0.0], [1.0], [2.0], [2.0], [3.0]])
    y = np.array([0, 0, 0, 1, 1, 0])

    class Reverse(PeerSampler):
        _sampling_type = "bypass"
        _parameter_constraints = {}  # noqa: RUF012

        def _fit_resample(self, X, y):
            return np.r_[X[::-1], [[0.0], [2.0]]], np.r_[y[::-1], 0, 1]

    chain = Chain(Reverse())
    X_res, y_res = chain.fit_resample(X, y)
    assert sorted(zip(X_res.ravel(), y_res, strict=True)) == sorted(
        [*zip(X.ravel().tolist(), y.tolist(), strict=True), (0.0, 0), (2.0, 1)]
    )
    origins = chain.provenance_["origin"].tolist()
    assert (origins.count("original"), origins.count("synthetic")) == (6, 2)


def test_words_are_traced_where_the_sampler_tells_its_rows_and_refused_elsewhere(multiclass):
    _, y = multiclass
    random = np.random.default_rng(0)
    X = pd.DataFrame({"age": random.normal(size=86), "site": random.choice(["l", "r"], 86)})
    chain = Chain(peer_over.RandomOverSampler(random_state=0))
    X_res, _ = chain.fit_resample(X, y)
    pd.testing.assert_frame_equal(
        X_res, X.iloc[chain.sample_indices_].reset_index(drop=True), check_dtype=True
    )
    mixed = peer_over.SMOTENC(categorical_features=["site"], random_state=0)
    with pytest.raises(ColumnTypeError, match=r"SMOTENC of imblearn .* site"):
        Chain(mixed).fit_resample(X, y)


def test_a_pipeline_carries_weights_through_a_chain_with_a_step_of_the_peer(binary):
    X, y = binary
    chain = Chain(peer_under.RandomUnderSampler(random_state=0), TomekLinks())
    weight = np.random.default_rng(0).uniform(1, 2, 80)
    model = make_pipeline(chain, LogisticRegression())
    model.fit(X, y, logisticregression__sample_weight=weight)
    rows = model[0].sample_indices_
    by_hand = LogisticRegression().fit(X[rows], y[rows], sample_weight=weight[rows])
    np.testing.assert_allclose(model.predict_proba(X), by_hand.predict_proba(X))
