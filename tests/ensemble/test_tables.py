"""Whatever holds the rows, and whatever the classes are called, the ensemble is the same."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier

BOTH = [EasyEnsembleClassifier, BalanceCascadeClassifier]
either = pytest.mark.parametrize("classifier", BOTH, ids=["easy", "cascade"])
NAMES = ["a", "b", "c", "d"]
CONTAINERS = {
    "list": np.ndarray.tolist,
    "Fortran order": np.asfortranarray,
    "float64": lambda X: X.astype(np.float64),
    "strided view": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "csr_matrix": sparse.csr_matrix,
    "csr_array": sparse.csr_array,
    "csc_array": sparse.csc_array,
    "pandas": lambda X: pd.DataFrame(X, columns=NAMES),
    "pandas Float64": lambda X: pd.DataFrame(X, columns=NAMES).astype("Float64"),
    "pandas, rows named": lambda X: pd.DataFrame(X, columns=NAMES, index=np.arange(len(X))[::-1]),
    "polars": lambda X: pl.DataFrame(X, schema=NAMES),
}


def _table(sizes=(60, 14)):
    """Numbers of which a third is zero, exact in float32."""
    random = np.random.default_rng(0)
    y = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = (random.normal(size=(len(y), 4)) + y[:, None]).astype(np.float32)
    X[random.random(X.shape) < 0.3] = 0
    return X, y


@either
@pytest.mark.parametrize("name", CONTAINERS)
def test_the_container_changes_nothing(classifier, name):
    X, y = _table()
    wrap = CONTAINERS[name]
    plain = classifier(2, n_rounds=3, random_state=0).fit(X, y)
    model = classifier(2, n_rounds=3, random_state=0).fit(wrap(X), y)
    np.testing.assert_array_equal(model.decision_function(wrap(X)), plain.decision_function(X))
    np.testing.assert_array_equal(model.predict(wrap(X)), plain.predict(X))
    for rows, twins in zip(model.estimators_samples_, plain.estimators_samples_, strict=True):
        np.testing.assert_array_equal(rows, twins)
    assert model.n_features_in_ == 4
    named = name.startswith(("pandas", "polars"))
    assert getattr(model, "feature_names_in_", np.array([])).tolist() == (NAMES if named else [])


@either
@pytest.mark.parametrize("name", ["csr_array", "pandas", "polars", "list"])
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_an_estimator_is_given_the_container_too(classifier, name, n_jobs):
    X, y = _table()
    X, wrap = X.astype(np.float64), CONTAINERS[name]
    options = {"estimator": LogisticRegression(max_iter=1000, tol=1e-10), "random_state": 0}
    plain = classifier(2, **options).fit(X, y).decision_function(X)
    model = classifier(2, n_jobs=n_jobs, **options).fit(wrap(X), y)
    np.testing.assert_allclose(model.decision_function(wrap(X)), plain, rtol=1e-6, atol=1e-6)
    if name in ("pandas", "polars"):
        assert model.estimators_[0].feature_names_in_.tolist() == NAMES


def test_whole_numbers_are_taken():
    X, y = _table()
    whole = np.rint(4 * X).astype(np.int64)
    model = EasyEnsembleClassifier(2, n_rounds=2, random_state=0).fit(whole, y)
    again = EasyEnsembleClassifier(2, n_rounds=2, random_state=0).fit(whole.astype(float), y)
    np.testing.assert_array_equal(model.decision_function(whole), again.decision_function(whole))


@either
def test_missing_values_are_taken_where_the_learner_takes_them(classifier):
    X, y = _table()
    X[np.random.default_rng(1).random(X.shape) < 0.2] = np.nan
    frame = pd.DataFrame(X, columns=NAMES)
    model = classifier(2, n_rounds=3, random_state=0).fit(X, y)
    again = classifier(2, n_rounds=3, random_state=0).fit(frame, y)
    np.testing.assert_array_equal(model.decision_function(X), again.decision_function(frame))
    assert len(np.unique(model.decision_function(X))) > 5
    estimator = HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=3)
    model = classifier(2, estimator=estimator, random_state=0).fit(X, y)
    assert np.isfinite(model.decision_function(X)).all()
    assert len(np.unique(model.decision_function(X))) > 5
    with pytest.raises(ValueError, match="NaN"):
        classifier(2, estimator=LogisticRegression()).fit(X, y)


@either
@pytest.mark.parametrize(
    "names",
    [
        np.array(["benign", "malignant"]),
        np.array(["benign", "malignant"], dtype=object),
        np.array([False, True]),
        np.array([-1, 1]),
        np.array([7, 90], dtype=np.uint8),
        np.array([-0.0, 1.0]),
    ],
    ids=["words", "objects", "flags", "-1 and 1", "small numbers", "floats"],
)
@pytest.mark.parametrize("sizes", [(60, 14), (14, 60)])
def test_renaming_the_classes_in_the_same_order_changes_nothing(classifier, names, sizes):
    X, y = _table(sizes)
    plain = classifier(2, n_rounds=3, random_state=0).fit(X, y)
    model = classifier(2, n_rounds=3, random_state=0).fit(X, names[y])
    np.testing.assert_array_equal(model.decision_function(X), plain.decision_function(X))
    np.testing.assert_array_equal(model.predict_proba(X), plain.predict_proba(X))
    np.testing.assert_array_equal(model.predict(X), names[plain.predict(X)])
    np.testing.assert_array_equal(model.classes_, names)
    assert model.classes_.dtype == model.predict(X).dtype == names.dtype
    assert model.positive_class_ == names[np.argmin(sizes)]
    if classifier is BalanceCascadeClassifier:
        assert set(model.cascade_report_["label"]) == {names[np.argmax(sizes)]}


@either
def test_labels_in_a_series_or_a_column_are_taken(classifier):
    X, y = _table()
    plain = classifier(2, n_rounds=2, random_state=0).fit(X, y)
    frame = pd.DataFrame(X, columns=NAMES)
    for labels in (pd.Series(y, index=np.arange(len(y))[::-1]), y.tolist(), pl.Series(y)):
        model = classifier(2, n_rounds=2, random_state=0).fit(frame, labels)
        np.testing.assert_array_equal(model.decision_function(frame), plain.decision_function(X))


@either
def test_the_report_becomes_a_frame(classifier):
    X, y = _table((60, 25, 14))
    names = np.array(["benign", "malignant", "relapse"])
    model = classifier(3, n_rounds=2, random_state=0).fit(X, names[y])
    if classifier is EasyEnsembleClassifier:
        assert not hasattr(model, "cascade_report_")
        return
    frame = pd.DataFrame(model.cascade_report_)
    assert frame["label"].tolist() == ["benign", "malignant"] * 3
    assert (frame["rate_reached"] >= frame["rate_wanted"] - 0.05).all()


def test_columns_in_another_order_are_refused_at_prediction():
    X, y = _table()
    frame = pd.DataFrame(X, columns=NAMES)
    for estimator in (None, LogisticRegression()):
        model = EasyEnsembleClassifier(2, n_rounds=1, estimator=estimator, random_state=0)
        model.fit(frame, y)
        with pytest.raises(ValueError, match="feature names"):
            model.predict(frame[NAMES[::-1]])
        with pytest.raises(ValueError, match=r"3 features|feature names"):
            model.predict(frame[NAMES[:3]])
