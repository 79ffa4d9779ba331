"""A comparison sees what it may see, scores what it should, and hides nothing."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from joblib import parallel_config
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from medresample import metrics
from medresample.compare import compare_samplers
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.pipeline import Pipeline
from medresample.pipeline import make_pipeline as make_resampling_pipeline
from medresample.under_sampling import RandomUnderSampler

CONTROLS = ["none", "class_weight", "none, threshold tuned"]
QUICK = {"cv": 2, "n_repeats": 1, "scoring": ["auroc"], "progress": False}


def same(first, second):
    """Two results agree in everything but seconds, bit for bit."""
    timed = [column for column in first.folds_ if column.startswith("seconds")]
    pd.testing.assert_frame_equal(
        first.folds_.drop(columns=timed), second.folds_.drop(columns=timed), check_exact=True
    )
    pd.testing.assert_frame_equal(first.predictions_, second.predictions_, check_exact=True)


# What comes out


def test_folds_hold_a_row_per_sampler_estimator_repeat_and_fold(result):
    folds = result.folds_
    assert len(folds) == 6 * 2 * 2 * 5
    assert not folds.duplicated(["sampler", "estimator", "repeat", "fold"]).any()
    wanted = ["sampler", "estimator", "repeat", "fold", "status", "error", "auroc", "brier"]
    assert set(wanted) <= set(folds.columns)
    assert set(metrics.CLINICAL) <= set(folds.columns)
    assert set(folds["status"]) == {"ok"}


def test_controls_are_added_first_and_only_when_absent(nuclei, result):
    assert list(result.samplers) == [*CONTROLS, "random_over", "random_under", "smote"]
    again = compare_samplers(
        {"mine": RandomOverSampler(), "none": None}, LogisticRegression(), nuclei.data,
        nuclei.target, **QUICK,
    )  # fmt: skip
    assert list(again.samplers) == ["class_weight", "none, threshold tuned", "mine", "none"]


@pytest.mark.parametrize("name", ["none", "class_weight", "none, threshold tuned"])
def test_nothing_else_stands_under_the_name_of_a_control(nuclei, name):
    for value in (SMOTE(), "threshold_tuned" if name == "class_weight" else "class_weight"):
        with pytest.raises(ValueError, match=f"'{name}' is the name of a control"):
            compare_samplers(
                {name: value}, LogisticRegression(), nuclei.data, nuclei.target, **QUICK
            )


@pytest.fixture(scope="module")
def by_kind():
    """Comparisons of the table under its own names, by its kind."""
    return {}


@pytest.mark.parametrize("names", [[0, 1, 2, 3, 4], [1, "b", 2, (3, 4), 0]])
@pytest.mark.parametrize("kind", ["mixed", "numeric"])
def test_columns_may_have_any_names(mixed, by_kind, names, kind):
    frame, y, patient = mixed
    if kind == "numeric":
        rng = np.random.default_rng(0)
        frame = pd.DataFrame(rng.normal(size=(len(y), 5)), columns=frame.columns)
    job = ({"over": RandomOverSampler()}, LogisticRegression())
    if kind not in by_kind:
        by_kind[kind] = compare_samplers(*job, frame, y, patient, **QUICK)
    second = compare_samplers(*job, frame.set_axis(names, axis=1), y, patient, **QUICK)
    assert set(second.folds_["status"]) == {"ok"}
    same(by_kind[kind], second)


def test_names_that_are_the_same_as_text_are_refused(nuclei):
    frame = nuclei.data.set_axis([1, "1", 2, 3], axis=1)
    with pytest.raises(ValueError, match="columns 1 and '1' have the same name as text"):
        compare_samplers({}, LogisticRegression(), frame, nuclei.target, **QUICK)


def test_a_flag_with_holes_is_compared(mixed):
    frame, y, _ = mixed
    frame["flag"] = pd.array([True, None, False, True] * 60, dtype="boolean")
    found = compare_samplers({"over": RandomOverSampler()}, LogisticRegression(), frame, y, **QUICK)
    assert set(found.folds_["status"]) == {"ok"}


@pytest.mark.parametrize(
    "y", [np.arange(397) / 7, np.arange(397) % 30, np.array([0.5, 1, 2] * 133)]
)
def test_a_continuous_target_is_called_so(nuclei, y):
    with pytest.raises(ValueError, match="The target looks continuous"):
        compare_samplers({}, LogisticRegression(), nuclei.data, y[:397], **QUICK)


def test_predictions_cover_every_row_once_per_repeat(result, nuclei):
    for _, part in result.predictions_.groupby(["sampler", "estimator", "repeat"], observed=True):
        assert sorted(part["row"]) == list(range(397))
        np.testing.assert_array_equal(
            part["y"], (nuclei.target == "malignant").to_numpy()[part["row"]]
        )


def test_scores_of_a_fold_are_those_of_its_predictions(result):
    keys = ["sampler", "estimator", "repeat", "fold"]
    groups = dict(iter(result.predictions_.groupby(keys, observed=True)))
    for row in result.folds_.sample(12, random_state=0).to_dict("records"):
        part = groups[tuple(row[key] for key in keys)]
        assert row["auroc"] == roc_auc_score(part["y"], part["risk"])
        assert row["brier"] == pytest.approx(((part["risk"] - part["y"]) ** 2).mean())
        assert row["sensitivity"] == metrics.sensitivity(part["y"], part["decision"])
        np.testing.assert_array_equal(part["decision"], part["risk"] >= row["threshold"])


def test_test_folds_keep_their_natural_prevalence(result):
    assert set(result.folds_["n_test_positive"]) == {8}
    assert result.folds_["n_test"].isin([79, 80]).all()


def test_counts_before_and_after_are_those_of_the_training_fold(result):
    by = result.folds_.groupby("sampler")
    for _, folds in by:
        assert (folds["n_before_positive"] + folds["n_test_positive"] == 40).all()
        assert (folds["n_before_negative"] + folds["n_before_positive"] == folds["n_train"]).all()
    over, under = by.get_group("smote"), by.get_group("random_under")
    assert (over["n_after_positive"] == over["n_after_negative"]).all()
    assert (over["rows_made"] == over["n_before_negative"] - over["n_before_positive"]).all()
    assert (over["rows_dropped"] == 0).all()
    assert (under["n_after_negative"] == 32).all()
    assert (under["rows_dropped"] == under["n_before_negative"] - 32).all()
    assert (under["rows_made"] == 0).all()


def test_the_data_are_described_in_numbers(result):
    data = result.data_
    assert (data["n_rows"], data["n_features"], data["n_positive"]) == (397, 4, 40)
    assert data["positive"] == "malignant"
    assert data["events_per_variable"] == 32 / 4
    assert data["ratio_test_train"] == pytest.approx(0.25, rel=1e-3)
    assert data["share_repeated_rows"] == 0


# By the oracle: the same comparison written as a plain loop


def test_a_plain_loop_finds_the_same_risks(nuclei):
    cv = StratifiedKFold(4, shuffle=True, random_state=5)
    found = compare_samplers(
        {}, LogisticRegression(), nuclei.data, nuclei.target, cv=cv, progress=False
    )
    X, y = nuclei.data.to_numpy(), nuclei.target.to_numpy()
    for fold, (train, test) in enumerate(cv.split(X, y)):
        impute, scale = SimpleImputer(strategy="median"), StandardScaler()
        Z = scale.fit_transform(impute.fit_transform(X[train]))
        Z_test = scale.transform(impute.transform(X[test]))
        for name, weight in (("none", None), ("class_weight", "balanced")):
            model = LogisticRegression(class_weight=weight).fit(Z, y[train])
            part = found.predictions_of("LogisticRegression", name)
            part = part[part["fold"] == fold]
            np.testing.assert_array_equal(part["row"], test)
            np.testing.assert_allclose(part["risk"], model.predict_proba(Z_test)[:, 1], rtol=1e-9)


# The same bits everywhere


@pytest.fixture(scope="module")
def job(nuclei):
    samplers = {"smote": SMOTE(), "bad": Fails(5)}
    models = {
        "boosting": HistGradientBoostingClassifier(max_iter=3, max_leaf_nodes=4),
        "logistic": LogisticRegression(max_iter=4),  # draws convergence warnings
    }

    def run(**settings):
        return compare_samplers(
            samplers, models, nuclei.data, nuclei.target, **{**QUICK, "cv": 3, **settings}
        )

    return run


@pytest.fixture(scope="module")
def alone(job):
    """What the job gives without any help; nobody may change it."""
    return job(n_jobs=1)


class Fails(BaseEstimator):
    """A sampler that fails where the number of rows leaves no rest."""

    def __init__(self, divisor=1, random_state=None):
        self.divisor = divisor
        self.random_state = random_state

    def fit_resample(self, X, y):
        warnings.warn("this sampler is odd", UserWarning, stacklevel=2)
        if len(X) % self.divisor == 0:
            raise ValueError("no rest\nat all")
        return X, y


def test_jobs_and_backends_do_not_change_a_bit(job, alone):
    same(alone, job(n_jobs=2))
    with parallel_config(backend="threading"):
        same(alone, job(n_jobs=2))
    assert "failed" in set(alone.folds_["status"])
    assert alone.folds_["warnings"].str.contains("ConvergenceWarning").any()


def test_a_seed_repeats_a_comparison_and_another_one_does_not(job, alone):
    same(alone, job(random_state=0))
    other = job(random_state=2)
    assert not np.array_equal(alone.predictions_["risk"], other.predictions_["risk"])


def test_without_a_seed_the_one_drawn_is_recorded(job):
    drawn = job(random_state=None)
    same(drawn, job(random_state=int(drawn.settings_["seed"])))


def test_every_sampler_sees_the_same_splits_and_seed(nuclei):
    seen = {}

    class Spy(BaseEstimator):
        def __init__(self, name="", random_state=None):
            self.name = name
            self.random_state = random_state

        def fit_resample(self, X, y):
            seen.setdefault(self.name, []).append((self.random_state, X.to_numpy().sum()))
            return X, y

    compare_samplers(
        {"a": Spy("a"), "b": Spy("b", random_state=7)}, LogisticRegression(), nuclei.data,
        nuclei.target, **{**QUICK, "cv": 4},
    )  # fmt: skip
    assert seen["a"] == seen["b"]
    assert len({seed for seed, _ in seen["a"]}) == 4


def test_a_fold_is_resampled_once_for_all_estimators(nuclei):
    calls = []

    class Counts(BaseEstimator):
        def fit_resample(self, X, y):
            calls.append(len(X))
            return X, y

    models = {"a": LogisticRegression(), "b": DecisionTreeClassifier()}
    compare_samplers({"counts": Counts()}, models, nuclei.data, nuclei.target, **QUICK)
    assert len(calls) == QUICK["cv"]


def test_nothing_but_the_training_fold_is_seen(nuclei):
    """Rows outside the training fold are poisoned: whoever looks at them fails."""
    X = nuclei.data.to_numpy(copy=True)
    rows, marked = np.arange(len(X)), []

    class Marks(BaseEstimator, TransformerMixin):
        def fit(self, X, y=None):
            marked.append(set(X[:, -1].astype(int)))
            return self

        def transform(self, X):
            return X

    class MarksToo(BaseEstimator):
        def fit_resample(self, X, y):
            marked.append(set(X[:, -1].astype(int)))
            return X, y

    X = np.column_stack([X, rows])
    pipeline = Pipeline([("mark", Marks()), ("sampler", None), ("model", LogisticRegression())])
    splits = list(StratifiedKFold(4, shuffle=True, random_state=0).split(X, nuclei.target))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compare_samplers(
            {"marks": MarksToo()}, pipeline, X, nuclei.target, cv=splits, progress=False
        )
    allowed = [set(train) for train, _ in splits]
    assert marked
    assert all(any(found <= train for train in allowed) for found in marked)


# Controls


def test_class_weights_fall_back_to_balanced_sample_weights(nuclei):
    class OnlyWeights(DecisionTreeClassifier):
        def __init__(self, random_state=None):
            super().__init__(max_depth=2, random_state=random_state)
            del self.class_weight

        def get_params(self, deep=True):
            return {"random_state": self.random_state}

        def fit(self, X, y, sample_weight=None):
            self.class_weight = None
            self.weight_ = sample_weight
            return super().fit(X, y, sample_weight=sample_weight)

    a = compare_samplers({}, OnlyWeights(), nuclei.data, nuclei.target, **QUICK)
    b = compare_samplers(
        {}, DecisionTreeClassifier(max_depth=2), nuclei.data, nuclei.target, **QUICK
    )
    np.testing.assert_allclose(a.predictions_["risk"], b.predictions_["risk"])


def test_an_estimator_without_weights_makes_the_control_unavailable(nuclei):
    found = compare_samplers({}, KNeighborsClassifier(), nuclei.data, nuclei.target, **QUICK)
    status = found.folds_.groupby("sampler")["status"].unique().str[0]
    assert status["class_weight"] == "unavailable"
    assert status["none"] == "ok"
    row = found.folds_.query("sampler == 'class_weight'").iloc[0]
    assert "neither class_weight nor sample_weight" in row["error"]
    assert np.isnan(row["auroc"])


def test_a_tuned_threshold_leaves_the_risks_alone(result):
    none = result.predictions_of("logistic", "none")
    tuned = result.predictions_of("logistic", "none, threshold tuned")
    np.testing.assert_array_equal(none["risk"], tuned["risk"])
    folds = result.folds_.query("estimator == 'logistic'").groupby("sampler")["threshold"]
    assert set(folds.get_group("none")) == {0.5}
    assert folds.get_group("none, threshold tuned").nunique() > 5


@pytest.mark.parametrize("threshold", ["youden", {"min_sensitivity": 0.9}])
def test_a_threshold_rule_is_tuned_for_every_sampler_on_training_rows(nuclei, threshold):
    found = compare_samplers(
        {"smote": SMOTE()}, LogisticRegression(), nuclei.data, nuclei.target, threshold=threshold,
        **{**QUICK, "scoring": ["sensitivity"]},
    )  # fmt: skip
    assert list(found.samplers) == ["none", "class_weight", "smote"]  # none is tuned itself
    cuts = found.folds_.groupby("sampler")["threshold"].mean()
    assert cuts["none"] < 0.25 < cuts["smote"]
    assert found.summary().set_index("sampler")["sensitivity"].min() > 0.6


def test_a_fixed_threshold_is_used_as_it_is(nuclei):
    found = compare_samplers(
        {}, LogisticRegression(), nuclei.data, nuclei.target, threshold=0.1, **QUICK
    )
    assert set(found.folds_.query("sampler == 'none'")["threshold"]) == {0.1}


# Failures


def test_a_failure_is_a_row_with_its_words_and_never_averaged_in(nuclei):
    found = compare_samplers(
        {"bad": Fails(1), "worse": SMOTE(k_neighbors=-1)}, LogisticRegression(), nuclei.data,
        nuclei.target, **QUICK,
    )  # fmt: skip
    bad = found.folds_.query("sampler == 'bad'")
    assert set(bad["status"]) == {"failed"}
    assert set(bad["error"]) == {"ValueError: no rest at all"}
    assert bad["auroc"].isna().all()
    assert bad["warnings"].str.contains("this sampler is odd").all()
    assert found.folds_.query("sampler == 'worse'")["error"].str.contains("k_neighbors").all()
    row = found.summary("auroc").set_index("sampler").loc["bad"]
    assert (row["n_ok"], row["n_failed"]) == (0, QUICK["cv"])
    assert np.isnan(row["value"])
    assert np.isnan(row["difference"])


def test_a_partial_failure_is_compared_on_the_folds_that_ran(nuclei):
    found = compare_samplers(
        {"half": Fails(2)}, LogisticRegression(), nuclei.data, nuclei.target,
        **{**QUICK, "n_repeats": 2, "scoring": ["auroc", "specificity"]},
    )  # fmt: skip
    row = found.summary("auroc").set_index("sampler").loc["half"]
    assert row["n_ok"] > 0
    assert row["n_failed"] > 0
    assert row["difference"] == 0  # it does nothing where it runs
    pooled = found.summary("specificity").set_index("sampler").loc["half"]
    assert pooled["difference"] == 0


def test_a_failing_estimator_does_not_take_the_others_with_it(nuclei):
    class Refuses(LogisticRegression):
        def fit(self, X, y, sample_weight=None):
            raise RuntimeError("not today")

    models = {"refuses": Refuses(), "works": LogisticRegression()}
    found = compare_samplers({}, models, nuclei.data, nuclei.target, **QUICK)
    status = found.folds_.groupby("estimator")["status"].unique().str[0]
    assert status.to_dict() == {"refuses": "failed", "works": "ok"}


# Tables


def test_a_mixed_table_is_sampled_raw_and_encoded_for_the_learner(mixed):
    X, y, patient = mixed
    found = compare_samplers(
        {"over": RandomOverSampler(), "under": RandomUnderSampler(), "smote": SMOTE()},
        LogisticRegression(), X, y, patient, **QUICK,
    )  # fmt: skip
    status = found.folds_.groupby("sampler")["status"].unique().str[0]
    assert status[["none", "class_weight", "over", "under"]].eq("ok").all()
    assert status["smote"] == "failed"  # it can not mix words, and says so
    error = found.folds_.query("sampler == 'smote'")["error"].iloc[0]
    assert "sex" in error or "scanner" in error
    assert found.data_["table"] == "mixed"
    assert found.summary("auroc").set_index("sampler").loc["over", "value"] > 0.6


def test_a_category_that_only_a_test_fold_holds_is_no_error(mixed):
    X, y, patient = mixed
    X = X.assign(scanner=X["scanner"].astype(object))
    X.loc[0, "scanner"] = "prototype"
    found = compare_samplers({}, LogisticRegression(), X, y, patient, **QUICK)
    assert set(found.folds_["status"]) == {"ok"}


@pytest.fixture(scope="module")
def bare(nuclei):
    """The controls alone, on a data frame; nobody may change it."""
    return compare_samplers({}, LogisticRegression(), nuclei.data, nuclei.target, **QUICK)


@pytest.mark.parametrize("container", ["array", "float32", "list", "polars", "extension"])
def test_the_container_does_not_change_the_scores(nuclei, bare, container):
    X = {
        "array": lambda X: X.to_numpy(),
        "float32": lambda X: X.astype(np.float32),
        "list": lambda X: X.to_numpy().tolist(),
        "polars": lambda X: pl.DataFrame(X.to_dict("list")),
        "extension": lambda X: X.convert_dtypes().set_index(np.arange(397)[::-1] * 2),
    }[container](nuclei.data)
    found = compare_samplers({}, LogisticRegression(), X, nuclei.target.tolist(), **QUICK)
    np.testing.assert_allclose(found.predictions_["risk"], bare.predictions_["risk"], rtol=1e-4)


@pytest.mark.parametrize(
    "labels", [(0, 1), (-1, 1), (False, True), ("no", "yes"), (1.0, 2.0), ("b", "a")]
)
def test_any_two_labels_will_do_and_the_rarer_is_positive(nuclei, labels):
    y = np.where(nuclei.target == "malignant", labels[1], labels[0])
    found = compare_samplers({"s": SMOTE()}, LogisticRegression(), nuclei.data, y, **QUICK)
    assert found.data_["positive"] == labels[1]
    assert found.data_["n_positive"] == 40
    assert set(found.folds_["status"]) == {"ok"}


def test_the_positive_label_can_be_chosen(nuclei):
    found = compare_samplers(
        {}, LogisticRegression(), nuclei.data, nuclei.target, pos_label="benign",
        **{**QUICK, "scoring": ["sensitivity", "specificity"]},
    )  # fmt: skip
    assert found.data_["n_positive"] == 357
    row = found.summary().set_index("sampler").loc["none"]
    assert row["sensitivity"] > 0.9 > row["specificity"]


def test_a_pipeline_brings_its_own_preprocessing(nuclei):
    own = Pipeline(
        [("scale", StandardScaler()), ("sampler", SMOTE()), ("model", LogisticRegression())]
    )
    found = compare_samplers({"smote": SMOTE()}, own, nuclei.data, nuclei.target, **QUICK)
    plain = compare_samplers(
        {"smote": SMOTE()}, LogisticRegression(), nuclei.data, nuclei.target, **QUICK
    )
    assert found.estimators == ("LogisticRegression",)
    np.testing.assert_allclose(
        found.predictions_["risk"], plain.predictions_["risk"], rtol=1e-6
    )  # no hole to impute: both scale, then sample
    assert found.settings_["preprocessing"] == {"LogisticRegression": "the pipeline's own"}


def test_groups_reach_samplers_that_take_them(mixed):
    X, y, patient = mixed
    numbers = X[["age", "size", "lesions"]]
    found = compare_samplers(
        {"smote": SMOTE(partner_groups="different")}, LogisticRegression(), numbers, y, patient,
        **QUICK,
    )  # fmt: skip
    assert set(found.folds_["status"]) == {"ok"}
    assert found.data_["n_patients"] == 120
    assert found.data_["groups_disjoint"] is True
    assert (found.folds_["n_train_patients"] + found.folds_["n_test_patients"] == 120).all()


# What is refused, and what is warned of


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"samplers": [SMOTE()]}, "mapping from names to samplers"),
        ({"samplers": {"x": SMOTE}}, "must be a sampler with fit_resample"),
        ({"samplers": {"x": "smote"}}, "must be a sampler with fit_resample"),
        ({"samplers": {1: SMOTE()}}, "named by strings"),
        ({"estimator": SVC()}, "has no predict_proba"),
        ({"estimator": {}}, "No estimator"),
        ({"estimator": LogisticRegression}, "must be a classifier instance"),
        ({"estimator": make_resampling_pipeline(SMOTE(), LogisticRegression())}, "call that step"),
        ({"control": "nothing"}, "control='nothing' is none of the methods"),
        ({"threshold": 2}, "threshold must be"),
        ({"threshold": {"min_sensitivity": 0}}, "threshold must be"),
        ({"scoring": ["auc"]}, r"Unknown score 'auc'"),
        ({"scoring": 3}, "scoring must be 'clinical'"),
        ({"rope": -1}, "rope must not be negative"),
        ({"rope": {"auc": 0.1}}, "rope names scores"),
        ({"pos_label": "ill"}, "pos_label='ill' is not in y"),
        ({"cv": 50}, "50 folds need at least 50 positive cases"),
        ({"groups": [1, 2]}, "X has 397 rows, groups has 2"),
        ({"y": ["a"] * 397}, "one class only"),
        ({"y": ["a", "b", "c"] * 132 + ["a"], "threshold": 0.2}, "needs two classes; y has 3"),
        ({"y": ["a", None] * 198 + ["a"]}, "198 missing labels"),
        ({"y": ["a", "b"]}, "X has 397 rows, y has 2"),
        ({"X": sparse.eye(397).tocsr()}, "dense tables"),
        ({"X": np.full((397, 2), np.inf)}, "'x0' holds infinite values"),
        ({"X": np.ones(397)}, "must be a table"),
        ({"X": pd.DataFrame(np.ones((397, 2)), columns=["a", "a"])}, "'a' is there twice"),
        ({"y": np.ones((397, 1))}, "y must be one-dimensional"),
        ({"random_state": -1}, "random_state must be"),
        ({"random_state": np.random.default_rng(0)}, "random_state must be"),
        ({"X": pd.DataFrame({"day": pd.date_range("2020", periods=397)})}, "'day' holds dates"),
    ],
)  # fmt: skip
def test_what_can_not_be_compared_is_refused_in_words(nuclei, change, words):
    settings = {
        "samplers": {"smote": SMOTE()},
        "estimator": LogisticRegression(),
        "X": nuclei.data,
        "y": nuclei.target,
        "groups": None,
        **QUICK,
    }
    with pytest.raises((ValueError, TypeError), match=words):
        compare_samplers(**(settings | change))


def test_two_samplers_in_one_pipeline_are_refused(nuclei):
    two = Pipeline([("a", SMOTE()), ("sampler", SMOTE()), ("model", LogisticRegression())])
    with pytest.raises(ValueError, match="a second sampler"):
        compare_samplers({}, two, nuclei.data, nuclei.target, **QUICK)


@pytest.mark.parametrize(
    "extra",
    [
        {"provenance": 1},
        {"seed": 1, "partner": 2},
        {"origin": ["original"] * 300 + ["synthetic"] * 97},
    ],
)
def test_a_table_that_was_resampled_is_refused(nuclei, extra):
    with pytest.raises(ValueError, match="resampled before the split"):
        compare_samplers(
            {}, LogisticRegression(), nuclei.data.assign(**extra), nuclei.target, **QUICK
        )


def test_a_column_of_the_same_name_with_other_words_is_welcome(nuclei):
    X = nuclei.data.assign(origin=np.resize(["clinic", "screening"], 397), seed=1.0)
    found = compare_samplers({}, LogisticRegression(), X, nuclei.target, **QUICK)
    assert set(found.folds_["status"]) == {"ok"}


def test_repeated_rows_are_warned_of_with_their_share(nuclei):
    X = pd.concat([nuclei.data, nuclei.data], ignore_index=True)
    y = pd.concat([nuclei.target, nuclei.target], ignore_index=True)
    with pytest.warns(UserWarning, match=r"7\d\.\d% of the test rows also occur"):
        compare_samplers({}, LogisticRegression(), X, y, **{**QUICK, "cv": 4})
    patients = np.tile(np.arange(397), 2)
    found = compare_samplers({}, LogisticRegression(), X, y, patients, **QUICK)
    assert found.data_["share_repeated_rows"] == 0


def test_the_callers_data_are_left_as_they_were(nuclei):
    X, y = nuclei.data.copy(), nuclei.target.copy()
    sampler, model = SMOTE(), LogisticRegression()
    compare_samplers({"s": sampler}, model, X, y, **QUICK)
    pd.testing.assert_frame_equal(X, nuclei.data)
    pd.testing.assert_series_equal(y, nuclei.target)
    assert not hasattr(sampler, "plan_")
    assert not hasattr(model, "coef_")
    assert sampler.random_state is None
