"""Classifiers that balance by themselves stand beside samplers, in place of the estimators."""

import numpy as np
import pandas as pd
import pytest
from imblearn.ensemble import BalancedBaggingClassifier, BalancedRandomForestClassifier
from joblib import parallel_config
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline as PlainPipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from medresample.compare import ClassCountsDisplay, compare_samplers
from medresample.compare._input import check_data
from medresample.compare._jobs import Manner, fit_predict
from medresample.compare._learning import Part
from medresample.compare._methods import check_methods
from medresample.compare._notes import failures, replacing
from medresample.compare._routes import check_routes, seeded_clone
from medresample.compare._thresholds import ThresholdRule
from medresample.compare._words import findings
from medresample.compare.report import _figures, report_html
from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.pipeline import Pipeline
from medresample.under_sampling import KMeansUnderSampler, RandomUnderSampler

QUICK = {"cv": 3, "n_repeats": 1, "scoring": ["auroc"], "progress": False}
SMALL = {"n_estimators": 2, "n_rounds": 3}

fits = []


class Watched(EasyEnsembleClassifier):
    """An ensemble that tells what each of its fits was given."""

    def fit(self, X, y, *, sample_weight=None, groups=None):
        fits.append((self.random_state, X, y, groups))
        return super().fit(X, y, sample_weight=sample_weight, groups=groups)


@pytest.fixture(autouse=True)
def forget():
    fits.clear()


@pytest.fixture(scope="module")
def ensembles(nuclei):
    """A comparison of two ensembles, a sampler and two estimators; nobody may change it."""
    return compare_samplers(
        {
            "over": RandomOverSampler(),
            "easy": EasyEnsembleClassifier(**SMALL),
            "cascade": BalanceCascadeClassifier(**SMALL),
        },
        {"logistic": LogisticRegression(), "tree": DecisionTreeClassifier(max_depth=2)},
        nuclei.data,
        nuclei.target,
        cv=3,
        n_repeats=2,
        progress=False,
    )


def numbers(frame):
    return frame.drop(columns=[name for name in frame if name.startswith("seconds")])


# What they are fitted on, and the scores they get


def test_scores_are_those_of_a_loop_by_hand(nuclei):
    cv = StratifiedKFold(3, shuffle=True, random_state=5)
    model = Watched(**SMALL)
    found = compare_samplers(
        {"easy": model}, LogisticRegression(), nuclei.data, nuclei.target, cv=cv, progress=False
    )
    seeds = [seed for seed, *_ in fits]
    assert len(set(seeds)) == 3
    X, y = nuclei.data.to_numpy(), nuclei.target.to_numpy()
    part = found.predictions_of("LogisticRegression", "easy")
    folds = found.folds_.query("sampler == 'easy'").set_index("fold")
    for fold, (train, test) in enumerate(cv.split(X, y)):
        impute, scale = SimpleImputer(strategy="median"), StandardScaler()
        Z = scale.fit_transform(impute.fit_transform(X[train]))
        Z_test = scale.transform(impute.transform(X[test]))
        twin = EasyEnsembleClassifier(**SMALL, random_state=seeds[fold]).fit(Z, y[train])
        risk = twin.predict_proba(Z_test)[:, list(twin.classes_).index("malignant")]
        mine = part[part["fold"] == fold]
        np.testing.assert_array_equal(mine["row"], test)
        np.testing.assert_allclose(mine["risk"], risk, rtol=1e-12)
        assert folds.loc[fold, "auroc"] == roc_auc_score(y[test] == "malignant", risk)


def test_every_method_has_the_seed_of_its_split(nuclei):
    seen = []

    class Spy(RandomOverSampler):
        def fit_resample(self, X, y, *, sample_weight=None, groups=None):
            seen.append(self.random_state)
            return super().fit_resample(X, y)

    methods = {"a": Watched(**SMALL), "spy": Spy(), "b": Watched(**SMALL, random_state=7)}
    compare_samplers(methods, LogisticRegression(), nuclei.data, nuclei.target, **QUICK)
    drawn = [seed for seed, *_ in fits]
    assert drawn[::2] == drawn[1::2] == seen
    assert len(set(seen)) == 3


@pytest.mark.parametrize("nested", [False, True])
def test_the_members_of_an_ensemble_are_not_all_given_one_seed(nuclei, nested):
    model = EasyEnsembleClassifier(n_rounds=2, sampler=RandomUnderSampler(), weak_learner=None)
    if nested:
        model = CalibratedClassifierCV(model, cv=2)
    found = compare_samplers(
        {"easy": model}, LogisticRegression(), nuclei.data, nuclei.target, **QUICK
    )
    assert set(found.folds_["status"]) == {"ok"}
    assert set(found.folds_["warnings"]) == {""}  # "came out with the same rows" would stand here


def test_a_seed_reaches_everything_but_the_parts_of_our_ensembles():
    model = PlainPipeline(
        [
            ("easy", EasyEnsembleClassifier(weak_learner=DecisionTreeClassifier())),
            ("bag", BalancedBaggingClassifier(DecisionTreeClassifier())),
        ]
    )
    seeds = {
        name: value
        for name, value in seeded_clone(model, 3).get_params().items()
        if name.endswith("random_state")
    }
    assert seeds == {
        "easy__random_state": 3,
        "easy__weak_learner__random_state": None,
        "bag__random_state": 3,
        "bag__estimator__random_state": 3,
    }
    ours = EasyEnsembleClassifier(sampler=KMeansUnderSampler(random_state=1))
    assert seeded_clone(ours, 3).sampler.random_state == 1


def test_one_fit_serves_all_estimators(nuclei):
    models = {"logistic": LogisticRegression(), "tree": DecisionTreeClassifier()}
    found = compare_samplers(
        {"easy": Watched(**SMALL)}, models, nuclei.data, nuclei.target, **QUICK
    )
    assert len(fits) == 3
    mine = found.folds_.query("sampler == 'easy'").drop(columns="estimator")
    logistic, tree = mine.iloc[::2], mine.iloc[1::2]
    assert len(logistic) == 3
    pd.testing.assert_frame_equal(logistic.reset_index(drop=True), tree.reset_index(drop=True))
    first, second = (found.predictions_of(name, "easy") for name in models)
    np.testing.assert_array_equal(first["risk"], second["risk"])


def test_what_is_noted_of_one_estimator_is_not_noted_of_the_others(nuclei):
    """Tuning adds its seconds to each outcome, and a failure there is of one estimator."""
    data = check_data(nuclei.data, nuclei.target, None, None)
    routes = check_routes({"a": LogisticRegression(), "b": LogisticRegression()}, data)
    method = check_methods({"easy": EasyEnsembleClassifier(**SMALL)}, "none", True)[-1]
    rows = np.arange(len(data.y))
    part = Part(data, rows[::2], rows[1::2])
    manner = Manner(routes, ThresholdRule())
    one, other = fit_predict(method, manner, part, np.random.SeedSequence(0)).values()
    seconds, counts = dict(other.seconds), dict(other.counts)
    one.seconds["fit"] += 1
    one.counts.clear()
    one.fail(ValueError("while tuning"))
    assert (other.status, other.seconds, other.counts) == ("ok", seconds, counts)
    assert other.risk is not None


@pytest.mark.parametrize(("with_mean", "n_fits"), [(True, 3), (False, 6)])
def test_pipelines_share_it_where_their_steps_are_the_same(nuclei, with_mean, n_fits):
    def own(learner, **how):
        return Pipeline([("scale", StandardScaler(**how)), ("sampler", None), ("model", learner)])

    models = {
        "logistic": own(LogisticRegression()),
        "tree": own(DecisionTreeClassifier(max_depth=2), with_mean=with_mean),
    }
    compare_samplers({"easy": Watched(**SMALL)}, models, nuclei.data, nuclei.target, **QUICK)
    assert len(fits) == n_fits


def test_steps_that_can_not_be_compared_are_taken_for_different_ones(nuclei):
    def own(learner):
        steps = [("same", FunctionTransformer(lambda X: X)), ("sampler", None), ("model", learner)]
        return Pipeline(steps)

    models = {"logistic": own(LogisticRegression()), "tree": own(DecisionTreeClassifier())}
    found = compare_samplers(
        {"easy": Watched(**SMALL)}, models, nuclei.data, nuclei.target, **QUICK
    )
    assert len(fits) == 6
    assert set(found.folds_["status"]) == {"ok"}


def test_the_rows_of_a_training_fold_are_counted_as_they_are(ensembles):
    folds = ensembles.folds_.query("sampler in ('easy', 'cascade')")
    for side in ("negative", "positive"):
        assert (folds[f"n_before_{side}"] == folds[f"n_after_{side}"]).all()
    assert (folds[["rows_made", "rows_dropped", "seconds_resample"]] == 0).all(axis=None)
    assert (folds[["seconds_fit", "seconds_predict"]] > 0).all(axis=None)
    shown = set(ClassCountsDisplay.from_result(ensembles).table["sampler"])
    assert shown == {"none", "over"}


def test_differences_are_taken_to_the_control_of_each_estimator(ensembles):
    table = ensembles.summary("auroc").set_index(["estimator", "sampler"])
    for estimator in ("logistic", "tree"):
        mine, control = table.loc[(estimator, "easy")], table.loc[(estimator, "none")]
        assert mine["difference"] == pytest.approx(mine["value"] - control["value"])
    assert table.loc[("logistic", "easy"), "value"] == table.loc[("tree", "easy"), "value"]


@pytest.mark.parametrize("name", ["easy", "cascade"])
def test_an_ensemble_can_be_the_control(nuclei, name):
    methods = {
        "easy": EasyEnsembleClassifier(**SMALL),
        "cascade": BalanceCascadeClassifier(**SMALL),
    }
    found = compare_samplers(
        methods, LogisticRegression(), nuclei.data, nuclei.target, control=name, **QUICK
    )
    differences = found.summary("auroc").set_index("sampler")["difference"]
    assert np.isnan(differences[name])
    assert differences.drop(index=name).notna().all()


# Other classifiers, and the way of the table to them


def test_the_ensembles_of_imbalanced_learn_are_compared_too(nuclei):
    methods = {
        "forest": BalancedRandomForestClassifier(n_estimators=5),
        "bagging": BalancedBaggingClassifier(
            DecisionTreeClassifier(max_depth=2), n_estimators=3, sampler=SMOTE()
        ),
    }
    found = compare_samplers(methods, LogisticRegression(), nuclei.data, nuclei.target, **QUICK)
    assert set(found.folds_["status"]) == {"ok"}
    assert (found.summary().set_index("sampler").loc[["forest", "bagging"], "auroc"] > 0.7).all()


def test_a_pipeline_is_given_the_table_as_it_is(mixed):
    X, y, patient = mixed
    X = X.assign(sex=X["sex"].astype("category"))
    boosted = EasyEnsembleClassifier(
        2, estimator=HistGradientBoostingClassifier(max_iter=5, categorical_features="from_dtype")
    )
    seen = []

    class Sees(BaseEstimator, TransformerMixin):
        def fit(self, X, y=None):
            seen.append(X.dtypes.astype(str).to_dict() | {"holes": bool(X.isna().any(axis=None))})
            return self

        def transform(self, X):
            return X

        def __sklearn_is_fitted__(self):
            return True

    raw = PlainPipeline([("sees", Sees()), ("easy", boosted)])
    models = {"logistic": LogisticRegression(), "tree": DecisionTreeClassifier()}
    found = compare_samplers({"raw": raw}, models, X, y, patient, **QUICK)
    assert set(found.folds_["status"]) == {"ok"}
    assert len(seen) == 3
    assert seen[0] == X.dtypes.astype(str).to_dict() | {"holes": True}


def test_a_mixed_table_is_encoded_for_an_ensemble_as_for_an_estimator(mixed):
    X, y, patient = mixed
    found = compare_samplers(
        {"easy": Watched(**SMALL)}, LogisticRegression(), X, y, patient, **QUICK
    )
    assert set(found.folds_["status"]) == {"ok"}
    _, Z, _, groups = fits[0]
    assert Z.dtype == np.float64
    assert Z.shape[1] > X.shape[1]
    assert np.isfinite(Z).all()
    assert len(groups) == len(Z)


def test_steps_before_and_after_the_sampler_prepare_the_table_of_an_ensemble(nuclei):
    """The ensemble replaces the classifier of the pipeline, and nothing else of it."""
    double = FunctionTransformer(lambda X: 2 * np.asarray(X))
    own = Pipeline(
        [
            ("scale", StandardScaler()),
            ("sampler", SMOTE()),
            ("double", double),
            ("model", LogisticRegression()),
        ]
    )
    cv = StratifiedKFold(3, shuffle=True, random_state=5)
    found = compare_samplers(
        {"easy": Watched(**SMALL)}, own, nuclei.data, nuclei.target, cv=cv, progress=False
    )
    X, y = nuclei.data.to_numpy(), nuclei.target.to_numpy()
    mine = found.predictions_of("LogisticRegression", "easy")
    assert len(fits) == 3
    for (seed, Z, labels, _), (train, test), (_, part) in zip(
        fits, cv.split(X, y), mine.groupby("fold"), strict=True
    ):
        scale = StandardScaler().fit(X[train])
        np.testing.assert_allclose(Z, 2 * scale.transform(X[train]), atol=1e-12)
        np.testing.assert_array_equal(labels, y[train])  # not resampled outside
        twin = EasyEnsembleClassifier(**SMALL, random_state=seed).fit(Z, labels)
        risk = twin.predict_proba(2 * scale.transform(X[test]))[:, 1]
        np.testing.assert_allclose(part["risk"], risk, rtol=1e-12)


# Patients


def test_patients_reach_an_ensemble_that_names_them(mixed):
    X, y, patient = mixed
    numeric = X[["age", "size", "lesions"]].assign(row=np.arange(len(X)))
    plain = FunctionTransformer(lambda X: np.nan_to_num(X.to_numpy(float)))
    own = Pipeline([("plain", plain), ("sampler", None), ("model", LogisticRegression())])
    found = compare_samplers(
        {"easy": Watched(**SMALL, draw_by="group")}, own, numeric, y, patient, **QUICK
    )
    assert set(found.folds_["status"]) == {"ok"}
    for _, Z, labels, groups in fits:
        rows = Z[:, -1].astype(int)
        np.testing.assert_array_equal(labels, y[rows])
        # the same patients under other numbers
        assert len(set(zip(groups, patient[rows], strict=True))) == len(set(groups))
        assert len(set(groups)) == len(set(patient[rows]))


def test_patients_reach_the_last_step_of_a_pipeline(mixed):
    X, y, patient = mixed
    boosted = EasyEnsembleClassifier(
        2, estimator=HistGradientBoostingClassifier(max_iter=3), draw_by="group"
    )
    raw = PlainPipeline([("easy", boosted)])
    numeric = X[["age", "size"]]
    found = compare_samplers({"raw": raw}, LogisticRegression(), numeric, y, patient, **QUICK)
    assert set(found.folds_["status"]) == {"ok"}


def test_without_patients_drawing_by_them_is_a_failure_that_says_so(nuclei):
    model = EasyEnsembleClassifier(**SMALL, draw_by="group")
    models = {"logistic": LogisticRegression(), "tree": DecisionTreeClassifier(max_depth=2)}
    found = compare_samplers({"easy": model}, models, nuclei.data, nuclei.target, **QUICK)
    mine = found.folds_.query("sampler == 'easy'")
    assert set(mine["status"]) == {"failed"}
    assert mine["error"].str.contains("needs to know the groups").all()
    assert mine["auroc"].isna().all()
    assert set(found.folds_.query("sampler != 'easy'")["status"]) == {"ok"}
    (text,) = failures(found)  # one sentence, not one for each estimator
    assert text.startswith("easy failed on 3 of 3 folds: SamplerInputError: draw_by='group'")


# The same bits everywhere, and thresholds


def test_jobs_and_backends_do_not_change_a_bit(nuclei):
    methods = {
        "easy": EasyEnsembleClassifier(
            2, estimator=HistGradientBoostingClassifier(max_iter=2, max_leaf_nodes=3), n_jobs=2
        ),
        "cascade": BalanceCascadeClassifier(**SMALL, sampler=KMeansUnderSampler(n_clusters=2)),
    }

    def run(**settings):
        return compare_samplers(
            methods, LogisticRegression(), nuclei.data, nuclei.target, **QUICK, **settings
        )

    alone = run(n_jobs=1)
    assert set(alone.folds_["status"]) == {"ok"}
    others = [run(n_jobs=2)]
    with parallel_config(backend="threading"):
        others.append(run(n_jobs=2))
    for other in others:
        pd.testing.assert_frame_equal(
            numbers(other.folds_), numbers(alone.folds_), check_exact=True
        )
        pd.testing.assert_frame_equal(other.predictions_, alone.predictions_, check_exact=True)
    again = run(random_state=1, n_jobs=1)
    assert not np.array_equal(again.predictions_["risk"], alone.predictions_["risk"])


def test_a_threshold_is_tuned_for_an_ensemble_once_for_all_estimators(nuclei):
    models = {"logistic": LogisticRegression(), "tree": DecisionTreeClassifier(max_depth=2)}
    found = compare_samplers(
        {"easy": Watched(**SMALL)}, models, nuclei.data, nuclei.target, threshold="youden", **QUICK
    )
    assert len(fits) == 3 * (1 + 5)  # five inner folds to tune it
    cuts = found.folds_.query("sampler == 'easy'").pivot(
        index="fold", columns="estimator", values="threshold"
    )
    np.testing.assert_array_equal(cuts["logistic"], cuts["tree"])
    assert cuts["tree"].nunique() == 3


# How they are shown


def test_the_simplest_method_is_not_another_model(ensembles):
    effort = ensembles.settings_["effort"]
    assert effort["easy"] == effort["cascade"] == 4 > effort["over"]
    copy = compare_like(ensembles, rope=1.0)
    assert copy.best("auroc", rule="simplest_within_rope").sampler == "none"


def compare_like(result, rope):
    import pickle

    copy = pickle.loads(pickle.dumps(result))
    copy.ropes_["auroc"] = rope
    return copy


def test_the_settings_say_what_takes_the_estimators_place(ensembles):
    text = ensembles.settings_["methods"]["easy"]
    assert text.startswith("EasyEnsembleClassifier(")
    assert text.endswith(", in place of the estimator")


def test_sentences_on_samplers_leave_ensembles_to_one_of_their_own(ensembles):
    table = ensembles.summary("auroc").set_index(["estimator", "sampler"])
    for estimator, said in findings(ensembles).items():
        *others, last = said
        assert not any("easy" in f.headline + f.sentence for f in others)
        values = table.loc[estimator].loc[["easy", "cascade"], "value"]
        assert f"an AUROC of {values.min():.3f} to {values.max():.3f} ('none' " in last.sentence
        assert last.sentence.startswith("In place of the estimator they reach ")
        assert "easy and cascade" in last.headline or "ranked cases" in last.headline


@pytest.fixture
def undrawn(monkeypatch):
    """Pictures are not drawn here: the tests of the report draw them."""
    monkeypatch.setattr(_figures, "image", lambda display: "data:,")


def test_the_reader_is_told_that_the_rows_are_the_same_beside_every_estimator(ensembles, undrawn):
    note = replacing(ensembles)
    assert note.startswith("easy and cascade are classifiers that take the place of the estimator:")
    assert "their scores are the same beside every estimator" in note
    page = report_html(ensembles)
    assert note in page
    assert page.count("<small>in place of the estimator</small>") == 2 * 2


def test_without_an_ensemble_nothing_is_said_of_any(result, undrawn):
    assert replacing(result) == ""
    page = report_html(result)
    assert "place of the estimator" not in page


# What is refused


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (LinearSVC(), "'x' has no predict_proba: risks are needed"),
        (EasyEnsembleClassifier, "a classifier with predict_proba"),
        (StandardScaler(), "must be a sampler with fit_resample, a classifier"),
        ("easy_ensemble", "must be a sampler with fit_resample, a classifier"),
    ],
)
def test_what_neither_resamples_nor_gives_risks_is_refused(nuclei, value, words):
    with pytest.raises(TypeError, match=words):
        compare_samplers({"x": value}, LogisticRegression(), nuclei.data, nuclei.target, **QUICK)


def test_the_callers_ensemble_is_left_as_it_was(nuclei):
    model = EasyEnsembleClassifier(**SMALL)
    compare_samplers({"easy": model}, LogisticRegression(), nuclei.data, nuclei.target, **QUICK)
    assert not hasattr(model, "members_")
    assert model.random_state is None
