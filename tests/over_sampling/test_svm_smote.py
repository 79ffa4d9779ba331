"""SVM-SMOTE: which support vectors start new rows, and on which side of them these lie."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.neighborhood import kind_of_place
from scipy import sparse, stats
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from medresample.exceptions import FallbackWarning, FewNeighborsWarning
from medresample.over_sampling import SVMSMOTE


@st.composite
def tables(draw):
    """Two or three classes that overlap."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = [24, draw(st.integers(6, 14)), draw(st.integers(0, 1)) * 8]
    y = random.permutation(np.repeat(np.arange(3), sizes))
    X = random.normal(size=(len(y), 3)) + draw(st.sampled_from([0.3, 1, 3])) * y[:, None]
    return X, y, draw(st.integers(2, 10))


def _made(sampler, X, y, **metadata):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FallbackWarning)
        sampler.fit_resample(X, y, **metadata)
    return sampler.provenance_[len(X) :]


@given(data=tables())
def test_support_vectors_are_those_of_the_class_against_all_others(data):
    X, y, m = data
    sampler = SVMSMOTE(m_neighbors=m, random_state=0)
    made = _made(sampler, X, y)
    assert set(sampler.support_) == set(made["label"].tolist())
    for label, support in sampler.support_.items():
        machine = SVC(gamma="scale").fit(X, y == label)
        assert support.tolist() == sorted(r for r in machine.support_.tolist() if y[r] == label)


@given(data=tables(), out_step=st.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_new_rows_lie_between_in_danger_and_beyond_in_safety(data, out_step):
    X, y, m = data
    sampler = SVMSMOTE(k_neighbors=3, m_neighbors=m, out_step=out_step, random_state=0)
    made = _made(sampler, X, y)
    for label, support in sampler.support_.items():
        mine = made[made["label"] == label]
        kinds = {row: kind_of_place(X, y, row, m) for row in support.tolist()}
        seeds = [row for row in support.tolist() if kinds[row] != "noise"] or support.tolist()
        assert set(mine["seed"]) <= set(seeds)
        times = np.bincount(mine["seed"], minlength=len(X))[seeds]
        assert times.max() - times.min() <= 1
        for seed, step in mine[["seed", "step"]].tolist():
            if kinds[seed] == "safe":
                assert -out_step <= step <= 0
            else:
                assert 0 <= step <= 1


def test_rows_beyond_the_seed_are_where_the_record_says(blobs):
    X, y = blobs((60, 20))
    X[y == 1] += 1
    sampler = SVMSMOTE(sampling_strategy={1: 4020}, random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    made = sampler.provenance_[80:]
    a, b, step = X[made["seed"]], X[made["partner"]], made["step"][:, None]
    np.testing.assert_allclose(X_res[80:], a + step * (b - a), atol=1e-9)
    beyond = made["step"][made["step"] < 0]
    assert stats.kstest(beyond, stats.uniform(-0.5, 0.5).cdf).pvalue > 0.01
    assert np.all(y[made["partner"]] == 1)


def test_separable_classes_get_all_rows_asked_for(blobs):
    X, y = blobs((150, 40))
    sampler = SVMSMOTE(random_state=0)
    made = _made(sampler, X + 50 * y[:, None], y)
    assert len(made) == 110
    assert np.all(made["step"] <= 0)  # every seed is safe


class TestNoise:
    """Support vectors with nothing but enemies around."""

    @pytest.fixture
    def scattered(self):
        """Four rare rows, each alone in a crowd of its own."""
        centers = np.array([[0, 0], [30, 0], [0, 30], [30, 30]])
        crowd = np.random.default_rng(0).normal(size=(48, 2))
        X = np.r_[centers, np.repeat(centers, 12, axis=0) + crowd]
        return X.astype(float), np.array(["ill"] * 4 + ["well"] * 48)

    def test_all_noise_is_said_and_used(self, scattered):
        X, y = scattered
        sampler = SVMSMOTE(k_neighbors=3, random_state=0)
        with pytest.warns(FallbackWarning, match="Class 'ill': all support vectors") as caught:
            _, y_res = sampler.fit_resample(X, y)
        assert len(caught) == 1
        assert np.sum(y_res == "ill") == 48
        made = sampler.provenance_[52:]
        assert np.bincount(made["seed"]).tolist() == [11, 11, 11, 11]
        assert np.all(made["step"] >= 0)

    def test_some_noise_starts_nothing(self, scattered):
        X, y = scattered
        X, y = np.r_[X, np.random.default_rng(1).normal(size=(12, 2)) - 30], np.r_[y, ["ill"] * 12]
        sampler = SVMSMOTE(random_state=0)
        made = _made(sampler, X, y)
        assert set(sampler.support_["ill"]) >= {0, 1, 2, 3}
        assert made["seed"].min() >= 52


class TestMachine:
    """What may be given."""

    def test_another_machine_finds_other_rows(self, blobs):
        X, y = blobs((60, 20))
        soft, hard = (
            SVMSMOTE(svm_estimator=SVC(kernel="linear", C=C), random_state=0) for C in (0.001, 100)
        )
        _made(soft, X, y)
        _made(hard, X, y)
        assert len(soft.support_[1]) > len(hard.support_[1])

    def test_it_is_cloned(self, blobs):
        machine = SVC()
        _made(SVMSMOTE(svm_estimator=machine, random_state=0), *blobs((60, 20)))
        assert not hasattr(machine, "support_")

    def test_a_model_without_support_vectors_is_refused(self, blobs):
        with pytest.raises(ValueError, match=r"LogisticRegression.*support_.*SVC"):
            SVMSMOTE(svm_estimator=LogisticRegression()).fit_resample(*blobs((60, 20)))

    def test_support_vectors_are_searched_in_the_space_of_the_neighbors(self, blobs):
        X, y = blobs((60, 20))
        inside = SVMSMOTE(neighbor_space=StandardScaler(), random_state=0)
        outside = SVMSMOTE(random_state=0)
        made = _made(inside, X * [1, 1000, 1, 0.01], y)
        np.testing.assert_array_equal(made, _made(outside, StandardScaler().fit_transform(X), y))

    @pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_array])
    def test_a_sparse_table_gives_the_rows_of_a_dense_one(self, form, blobs):
        X, y = blobs((60, 20))
        X[X < 0] = 0
        dense = _made(SVMSMOTE(random_state=0), X, y)
        sampler = SVMSMOTE(random_state=0)
        X_res, _ = sampler.fit_resample(form(X), y)
        assert sparse.issparse(X_res)
        np.testing.assert_array_equal(sampler.provenance_[80:], dense)


def test_missing_values_are_refused_by_the_names_of_their_columns(blobs):
    X, y = blobs((30, 12))
    X[3, [1, 3]] = np.nan
    table = pd.DataFrame(X, columns=["age", "dose", "flow", "ratio"])
    with pytest.raises(ValueError, match=r"NaN in column dose, ratio.*SVMSMOTE.*Impute"):
        SVMSMOTE().fit_resample(table, y)


def test_no_support_vector_with_a_partner_is_an_error(blobs):
    """Partners are only among rows far inside the class, which the machine does not need."""
    X = np.r_[np.arange(12), 14 + np.arange(30.0)][:, None]
    y = np.repeat(["ill", "well"], [12, 30])
    machine = SVC(kernel="linear", C=1e6)
    groups = np.r_[[0, 0], np.arange(1, 41)]
    sampler = SVMSMOTE(svm_estimator=machine, partner_groups="same", k_neighbors=1)
    with (
        pytest.warns(FewNeighborsWarning),
        pytest.raises(ValueError, match="Class 'ill' has no support vector that has a partner"),
    ):
        sampler.fit_resample(X, y, groups=groups)


def test_other_classes_do_not_change_what_a_class_gets(blobs):
    X, y = blobs((60, 20, 18))
    alone = _made(SVMSMOTE(sampling_strategy={1: 60}, random_state=0), X, y)
    beside = _made(SVMSMOTE(random_state=0), X, y)
    np.testing.assert_array_equal(beside[beside["label"] == 1], alone)
