"""The plan of a comparison counts what the comparison then does."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from medresample.compare import _jobs, _terminal, compare_samplers
from medresample.compare._store import find_store
from medresample.compare._work import check_work
from medresample.compare._workload import workload
from medresample.ensemble import EasyEnsembleClassifier
from medresample.over_sampling import SMOTE

Y = np.arange(80) % 4 == 0
X = np.random.default_rng(0).normal(size=(80, 3)).astype(np.float32) + Y[:, None]
MODELS = {"logistic": LogisticRegression(), "bayes": GaussianNB()}
SETTINGS = {"cv": 4, "n_repeats": 2}


@pytest.mark.parametrize("threshold", [None, "youden"])
def test_as_many_models_are_fitted_as_the_plan_says(monkeypatch, threshold):
    fitted = []

    def learn(*args):
        fitted.append(1)
        return real(*args)

    real = _jobs.learn_and_predict
    monkeypatch.setattr(_jobs, "learn_and_predict", learn)
    job = ({"easy": EasyEnsembleClassifier(2, n_rounds=2), "smote": SMOTE()}, MODELS, X, Y)
    plan = workload(check_work(*job, threshold=threshold, **SETTINGS))
    assert fitted == []
    result = compare_samplers(
        *job, threshold=threshold, scoring=["auroc"], progress=False, **SETTINGS
    )
    # Naive Bayes takes sample weights, so that no control is unavailable.
    assert plan["n_models"] == len(fitted)
    assert plan["n_jobs"] == len(result.folds_) / len(MODELS)
    assert plan["methods"] == list(result.samplers)
    assert plan["n_splits"] == result.data_["n_splits"] == 8


def test_rows_and_positive_cases_are_those_of_the_splits():
    patients = np.repeat(np.arange(40), 2)
    ill = np.repeat(np.arange(40) % 5 == 0, 2)
    plan = workload(check_work({}, LogisticRegression(), X, ill, patients, cv=2, n_repeats=3))
    assert (plan["train"], plan["test"]) == ((40, 40), (40, 40))
    assert (plan["train_positive"], plan["test_positive"]) == ((8, 8), (8, 8))
    assert (plan["n_positive"], plan["n_patients"], plan["n_repeats"]) == (16, 40, 3)


def test_memory_is_that_of_the_rows():
    plan = workload(check_work({"smote": SMOTE()}, LogisticRegression(), X, Y, **SETTINGS))
    row = 3 * 4  # three columns of float32
    assert plan["bytes_table"] == 80 * row
    # 60 rows train: taken, scaled, and 2 x 45 after balancing; 20 rows test: taken, and scaled.
    assert plan["bytes_job"] == (60 + 60 + 90 + 20 + 20) * row
    without = workload(check_work({}, LogisticRegression(), X, Y, **SETTINGS))
    assert without["bytes_job"] == (60 + 60 + 20 + 20) * row
    frame = pd.DataFrame({"x": X[:, 0], "word": ["a", "b"] * 40})
    mixed = workload(check_work({}, LogisticRegression(), frame, Y, **SETTINGS))
    assert mixed["bytes_table"] == frame.memory_usage(deep=True).sum()


@pytest.mark.parametrize(
    ("n_bytes", "said"),
    [
        (999, "999 bytes"),
        (1024, "1.0 KiB"),
        (20_480, "20 KiB"),
        (3.5 * 2**20, "3.5 MiB"),
        (5000 * 2**30, "5000 GiB"),
    ],
)
def test_sizes_are_said_in_a_unit_that_suits_them(n_bytes, said):
    assert _terminal._size(n_bytes) == said


def test_jobs_in_the_store_are_not_counted_again(tmp_path):
    job = ({}, LogisticRegression(), X, Y)
    compare_samplers(*job, cv=4, n_repeats=1, progress=False, store=tmp_path)
    work = check_work(*job, **SETTINGS)
    for resume, n_done in ((True, 12), (False, 0)):
        store = find_store(tmp_path, resume, work)
        plan = workload(work, store=store)
        assert (plan["n_jobs"], plan["n_done"]) == (24, n_done)
    assert workload(work, n_jobs=3)["n_workers"] == 3
    assert workload(work, n_jobs=99)["n_workers"] == 24
