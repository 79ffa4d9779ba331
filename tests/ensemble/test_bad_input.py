"""What a user may get wrong: the error names what was found, what is needed and what to try."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.exceptions import ColumnTypeError, SamplerInputError
from medresample.under_sampling import RandomUnderSampler

BOTH = [EasyEnsembleClassifier, BalanceCascadeClassifier]
either = pytest.mark.parametrize("classifier", BOTH, ids=["easy", "cascade"])
Y = np.repeat(["ill", "well"], [10, 30])
X = np.random.default_rng(0).normal(size=(40, 3)) + (Y == "ill")[:, None]
NAMES = ["age", "dose", "size"]


def _with(value, row=13, column=1):
    changed = X.copy()
    changed[row, column] = value
    return changed


def _refused(classifier, message, *, table=X, labels=Y, error=ValueError, **options):
    fit = {name: options.pop(name) for name in ("sample_weight", "groups") if name in options}
    with pytest.raises(error, match=message):
        classifier(**options).fit(table, labels, **fit)


@either
def test_one_class(classifier):
    name = classifier.__name__
    message = f"{name} needs rows of at least 2 classes, found 1 class: every row.*well"
    _refused(classifier, message, labels=np.repeat("well", 40))


@either
def test_labels_that_are_measurements(classifier):
    _refused(classifier, "Unknown label type: continuous", labels=X[:, 0])


@either
def test_labels_that_are_missing(classifier):
    labels = Y.astype(object)
    labels[5] = None
    _refused(classifier, "Input y.*missing|missing.*label|y contains", labels=labels)


@either
def test_too_few_labels(classifier):
    _refused(classifier, r"numbers of samples: \[40, 39\]", labels=Y[:39])


WEIGHTS = {
    "sample_weight of row 3 is negative: -2": np.where(np.arange(40) == 3, -2, 1),
    "sample_weight has 1 missing or infinite": np.where(np.arange(40) == 3, np.nan, 1),
    r"sample_weight has the shape \(39,\), but the table has 40 rows": np.ones(39),
    "sample_weight must be numbers": ["a"] * 40,
    "All rows of class '?ill'? have a sample_weight of zero: every class": 1.0 * (Y == "well"),
}


@either
@pytest.mark.parametrize("message", WEIGHTS)
def test_weights(classifier, message):
    _refused(classifier, message, sample_weight=WEIGHTS[message], error=SamplerInputError)


@either
def test_weights_for_a_classifier_that_takes_none(classifier):
    message = "KNeighborsClassifier takes no sample_weight: fit without, or use an estimator"
    _refused(classifier, message, sample_weight=np.ones(40), estimator=KNeighborsClassifier())


@either
def test_boosting_by_weight_what_takes_none(classifier):
    message = "KNeighborsClassifier takes no sample_weight: use boost_by='drawing'"
    _refused(classifier, message, weak_learner=KNeighborsClassifier(), boost_by="weight")
    estimator = KNeighborsClassifier()  # which is not boosted
    classifier(1, estimator=estimator, boost_by="weight", random_state=0).fit(X, Y)


GROUPS = {
    r"groups has the shape \(39,\), but the table has 40 rows": np.arange(39),
    "groups is missing for 1 of 40 rows": np.where(np.arange(40) == 3, np.nan, 1),
    re.escape("draw_by='group' needs to know the groups: pass them as fit(X, y, groups="): None,
}


@either
@pytest.mark.parametrize("message", GROUPS)
def test_groups(classifier, message):
    _refused(classifier, message, groups=GROUPS[message], draw_by="group", error=SamplerInputError)


PARAMETERS = [
    ("n_estimators", 0),
    ("n_estimators", 2.5),
    ("n_rounds", 0),
    ("boost_by", "weights"),
    ("draw_by", "patient"),
    ("estimator", "tree"),
    ("estimator", DecisionTreeRegressor()),
    ("weak_learner", "stump"),
    ("sampler", "k-means"),
    ("random_state", "a"),
    ("warm_start", "yes"),
]


@either
@pytest.mark.parametrize(("name", "value"), PARAMETERS)
def test_values_that_a_parameter_can_not_have(classifier, name, value):
    _refused(classifier, f"The '{name}' parameter of {classifier.__name__} must", **{name: value})


def test_thresholds():
    _refused(BalanceCascadeClassifier, "The 'threshold' parameter", threshold="half")
    message = "defined for two classes, found 3: use threshold='half_alpha'"
    labels = np.repeat(["a", "b", "c"], [10, 14, 16])
    _refused(BalanceCascadeClassifier, message, threshold="sum_theta", labels=labels)


@either
@pytest.mark.parametrize("name", ["estimator", "weak_learner", "sampler"])
def test_classes_instead_of_objects(classifier, name):
    kind = RandomUnderSampler if name == "sampler" else LogisticRegression
    message = re.escape(f"{name} is the class {kind.__name__}: give {kind.__name__}().")
    _refused(classifier, message, error=TypeError, **{name: kind})


@either
def test_parameters_that_contradict_one_another(classifier):
    tree = DecisionTreeClassifier()
    _refused(classifier, "Give either estimator.*not both", estimator=tree, weak_learner=tree)
    options = {"sampler": RandomUnderSampler(), "draw_by": "group", "groups": np.arange(40)}
    _refused(classifier, "which a sampler stands in for", **options)
    regressor = DecisionTreeRegressor()
    _refused(classifier, "DecisionTreeRegressor is a regressor", weak_learner=regressor)


@either
def test_scores_for_pairs_of_classes(classifier):
    labels = np.repeat(["a", "b", "c"], [10, 14, 16])
    pairs = SVC(decision_function_shape="ovo")
    for estimator in (pairs, make_pipeline(StandardScaler(), pairs)):
        _refused(classifier, "each pair of classes.*use 'ovr'", labels=labels, estimator=estimator)
    assert len(classifier(1, estimator=pairs, random_state=0).fit(X, Y).predict(X)) == 40


@either
def test_going_on_with_other_classes(classifier):
    model = classifier(1, n_rounds=1, warm_start=True, random_state=0).fit(X, Y)
    message = r"the classes \['ill', 'well'\], but y holds \['dead', 'well'\]: fit on the same"
    with pytest.raises(ValueError, match=message):
        model.set_params(n_estimators=2).fit(X, np.where(Y == "ill", "dead", Y))


@either
@pytest.mark.parametrize("wrap", [np.asarray, lambda X: pd.DataFrame(X, columns=NAMES)])
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_values(classifier, wrap, value):
    where = "dose" if wrap is not np.asarray else "1"
    message = f"infinity or a value too large in column {where}: replace it"
    _refused(classifier, message, table=wrap(_with(value)))
    model = classifier(1, n_rounds=1, random_state=0).fit(wrap(X), Y)
    with pytest.raises(SamplerInputError, match=message):
        model.predict(wrap(_with(value)))


@either
@pytest.mark.parametrize("wrap", [np.asarray, lambda X: pd.DataFrame(X, columns=NAMES)])
@pytest.mark.parametrize("value", [1e300, -1e300])
@pytest.mark.parametrize("hole", [False, True])
def test_values_that_trees_can_not_hold(classifier, wrap, value, hole):
    """For fitting and predicting, and whether or not the row would be drawn."""
    where = "dose" if wrap is not np.asarray else "1"
    message = re.escape(f"holds {value:g} in column {where}") + ".*float32.*rescale"
    table = _with(value, row=39)
    if hole:
        table[:, 0] = np.nan
    _refused(classifier, message, table=wrap(table), error=SamplerInputError)
    model = classifier(1, n_rounds=1, random_state=0).fit(wrap(X), Y)
    with pytest.raises(SamplerInputError, match=message):
        model.predict_proba(wrap(table))


def test_large_values_are_no_matter_to_learners_that_can_hold_them():
    table = X.copy()
    table[:, 1] *= 1e100
    model = EasyEnsembleClassifier(1, n_rounds=1, weak_learner=GaussianNB(), random_state=0)
    assert len(model.fit(table, Y).predict(table)) == 40


FRAMES = {
    "pandas": lambda words: pd.DataFrame(X, columns=NAMES).assign(site=words),
    "categories": lambda words: pd.DataFrame(X, columns=NAMES).assign(site=pd.Categorical(words)),
    "polars": lambda words: pl.DataFrame(X, schema=NAMES).with_columns(site=pl.Series(words)),
    "objects": lambda words: np.c_[X.astype(object), np.array(words, dtype=object)],
}


@either
@pytest.mark.parametrize("name", FRAMES)
def test_words_without_an_estimator_that_knows_them(classifier, name):
    table = FRAMES[name](["left", "right"] * 20)
    where = "3" if name == "objects" else "site"
    message = f"words or categories in column {where}.*Encode them.*HistGradientBoostingClass"
    _refused(classifier, message, table=table, error=ColumnTypeError)


@either
def test_dates(classifier):
    table = pd.DataFrame(X, columns=NAMES).assign(seen=pd.Timestamp("2020-01-01"))
    _refused(classifier, "dates in column seen.*days since", table=table, error=ColumnTypeError)


def test_the_estimator_that_the_error_names_takes_categories():
    table = FRAMES["categories"](["left", "right"] * 20)
    estimator = HistGradientBoostingClassifier(
        categorical_features="from_dtype", max_iter=2, min_samples_leaf=3
    )
    model = EasyEnsembleClassifier(1, estimator=estimator, random_state=0).fit(table, Y)
    assert set(model.predict(table)) <= {"ill", "well"}


@either
def test_missing_values_for_a_learner_that_takes_none(classifier):
    _refused(classifier, "NaN", table=_with(np.nan), weak_learner=GaussianNB())


@either
def test_missing_values_in_a_sparse_table(classifier):
    _refused(classifier, "NaN", table=sparse.csr_array(_with(np.nan)))


@either
def test_predicting_another_table(classifier):
    model = classifier(1, n_rounds=1, random_state=0).fit(X, Y)
    with pytest.raises(ValueError, match=r"2 features.*expecting 3"):
        model.predict(X[:, :2])
    with pytest.raises(ValueError, match="Expected 2D array, got 1D"):
        model.predict(X[0])


@either
@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "decision_function", "staged_predict"]
)
def test_predicting_before_fitting(classifier, method):
    with pytest.raises(ValueError, match=f"This {classifier.__name__} instance is not fitted yet"):
        list(getattr(classifier(), method)(X))
    with pytest.raises(AttributeError):
        classifier().feature_importances_
