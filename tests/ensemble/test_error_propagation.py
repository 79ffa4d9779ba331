"""Wrong labels: what they do to each stage, and how it is told."""

import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from medresample import KMeansUnderSampler
from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier
from medresample.ensemble._noisy_labels import draw_trial, read_tables
from medresample.exceptions import SamplerInputError

MEASURES = [
    "auroc_member",
    "auroc_ensemble",
    "threshold",
    "threshold_moved",
    "mislabeled_remaining",
    "mislabeled_given",
]


def quick(**settings):
    return BalanceCascadeClassifier(**({"n_estimators": 3, "n_rounds": 3} | settings))


@pytest.fixture(scope="module")
def table(blobs):
    """A table of overlapping classes, with words for labels."""
    X, y = blobs((240, 40), n_features=2)
    X[:, 1] = np.random.default_rng(2).normal(size=len(X))
    return X, np.array(["well", "ill"])[y]


@pytest.fixture(scope="module")
def apart():
    """450 and 50 rows in two islands far from one another."""
    random = np.random.default_rng(0)
    y = np.repeat(["well", "ill"], [450, 50])
    X = random.normal(size=(500, 2)) + np.where(y == "ill", 30, 0)[:, None]
    return X, y


@pytest.fixture(scope="module")
def found(table):
    return quick().error_propagation(*table, noise_rates=(0, 0.1, 0.3), n_repeats=3, random_state=0)


def runs_of(found, **where):
    runs = pd.DataFrame(found.runs_)
    for name, value in where.items():
        runs = runs[runs[name] == value]
    return runs.reset_index(drop=True)


def the_same(one, other):
    """Compare tables to the last bit; what is missing is missing in both."""
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other), check_exact=True)


class TestStages:
    """What is told of each stage."""

    def test_without_noise_the_methods_are_those_of_the_user(self, table):
        X_test, y_test = table[0][::3] + 0.1, table[1][::3]
        cascade = quick(threshold="sum_theta", random_state=5)
        found = cascade.error_propagation(
            *table, noise_rates=(0, 0.2), n_repeats=2, X_test=X_test, y_test=y_test, random_state=1
        )
        for repeat in (0, 1):
            runs = runs_of(found, noise_rate=0, repeat=repeat)
            seed = int(runs["random_state"][0])
            clean = clone(cascade).set_params(random_state=seed).fit(*table)
            easy = EasyEnsembleClassifier(3, n_rounds=3, random_state=seed).fit(*table)
            for method, model in (("BalanceCascade", clean), ("EasyEnsemble", easy)):
                own = runs[runs["method"] == method]
                scores = [member.scores(X_test, model.classes_)[:, 0] for member in model.members_]
                ill = y_test == "ill"
                assert own["auroc_member"].tolist() == [roc_auc_score(ill, s) for s in scores]
                so_far = np.cumsum(scores, axis=0)
                assert own["auroc_ensemble"].tolist() == [roc_auc_score(ill, s) for s in so_far]
            thresholds = runs[runs["method"] == "BalanceCascade"]["threshold"]
            assert thresholds.tolist() == clean.cascade_report_["threshold"].tolist()
            assert (runs[["mislabeled_remaining", "mislabeled_given"]] == 0).all(axis=None)

    def test_with_noise_they_are_the_same_methods_on_wrong_labels(self, table):
        X, y = table
        found = quick().error_propagation(
            X, y, noise_rates=[0.25], n_repeats=1, X_test=X, y_test=y, random_state=3
        )
        trial = draw_trial(read_tables(X, y, None, X, y), 0.3, 3, 0)
        given, _ = trial.noisy(0.25)
        labels, wrong = trial.tables.classes[given], given != trial.tables.codes
        for method, model in (
            ("BalanceCascade", quick(random_state=trial.seed)),
            ("EasyEnsemble", EasyEnsembleClassifier(3, n_rounds=3, random_state=trial.seed)),
        ):
            model.fit(X, labels)
            runs = runs_of(found, method=method, noise_rate=0.25)
            shares = [wrong[rows].mean() for rows in model.estimators_samples_]
            assert runs["mislabeled_given"].tolist() == shares
            last = roc_auc_score(y == "ill", model.decision_function(X) * -1)
            assert runs["auroc_ensemble"].iloc[-1] == pytest.approx(last)

    def test_what_is_ill_and_labeled_well_stays_to_the_end_and_concentrates(self, apart):
        X, y = apart
        found = quick(n_estimators=4, estimator=LogisticRegression()).error_propagation(
            X, y, noise_rates=[0, 0.2], n_repeats=2, X_test=X, y_test=y, random_state=0
        )
        # 10 of 50 are labeled well: hard rows, of which none is dropped from 450, 216, 104 and 50
        for repeat in (0, 1):
            runs = runs_of(found, method="BalanceCascade", noise_rate=0.2, repeat=repeat)
            expected = [10 / 450, 10 / 216, 10 / 104, 10 / 50]
            assert runs["mislabeled_remaining"].tolist() == pytest.approx(expected)
            assert runs["n_exchanged"].tolist() == [10] * 4
            # and of the 50 rows labeled ill, which every stage is given, 10 are well
            easy = runs_of(found, method="EasyEnsemble", noise_rate=0.2, repeat=repeat)
            assert easy["mislabeled_remaining"].tolist() == pytest.approx([10 / 450] * 4)
            assert (runs["mislabeled_given"] >= 10 / 100).all()
            assert runs["mislabeled_given"].iloc[-1] == pytest.approx(20 / 100)

    def test_trees_too_pass_wrong_labels_on(self, apart):
        found = quick(n_estimators=4, n_rounds=10).error_propagation(
            *apart, noise_rates=[0.2], n_repeats=3, random_state=0
        )
        cascade, easy = np.split(found.summary_[found.summary_["noise_rate"] == 0.2], 2)
        assert (np.diff(cascade["mislabeled_remaining_mean"]) > 0).all()
        assert cascade["mislabeled_remaining_mean"][-1] > 4 * easy["mislabeled_remaining_mean"][-1]

    def test_rows_held_out_keep_their_labels(self, apart):
        found = quick(estimator=LogisticRegression()).error_propagation(
            *apart, noise_rates=[0.2], n_repeats=2, random_state=0
        )
        # a line still parts the islands; with wrong labels there it could not score 1
        assert (runs_of(found)[["auroc_member", "auroc_ensemble"]] == 1).all(axis=None)

    def test_the_first_stage_is_the_same_for_both_methods(self, found):
        cascade = runs_of(found, method="BalanceCascade", stage=0)
        easy = runs_of(found, method="EasyEnsemble", stage=0)
        same = ["noise_rate", "repeat", "random_state", "n_exchanged", "auroc_member"]
        same += ["auroc_ensemble", "mislabeled_remaining", "mislabeled_given"]
        pd.testing.assert_frame_equal(cascade[same], easy[same])

    def test_easy_ensemble_meets_the_same_share_at_every_stage(self, found):
        runs = runs_of(found, method="EasyEnsemble")
        np.testing.assert_allclose(runs["mislabeled_remaining"], runs["n_exchanged"] / 168)
        assert runs["threshold"].isna().all()
        assert runs["threshold_moved"].isna().all()

    def test_centers_that_replace_a_class_are_neither_right_nor_wrong(self, apart):
        centers = KMeansUnderSampler(strategy="centroid")
        found = quick(sampler=centers, n_estimators=2).error_propagation(
            *apart, noise_rates=[0.2], n_repeats=1, random_state=0
        )
        runs = runs_of(found, noise_rate=0.2, stage=0)
        assert runs["mislabeled_given"].tolist() == [7 / 35] * 2  # the rows labeled ill alone


class TestTables:
    """How it is told."""

    def test_a_row_for_each_method_rate_repeat_and_stage(self, found):
        runs = runs_of(found)
        address = ["method", "noise_rate", "repeat", "stage"]
        expected = pd.MultiIndex.from_product(
            [["BalanceCascade", "EasyEnsemble"], [0.0, 0.1, 0.3], range(3), range(3)]
        )
        assert runs.set_index(address).index.tolist() == expected.tolist()
        assert runs.columns.tolist() == [*address, "random_state", "n_exchanged", *MEASURES]

    def test_thresholds_move_from_those_without_noise(self, found):
        runs = runs_of(found, method="BalanceCascade").set_index(["noise_rate", "repeat", "stage"])
        for (_, repeat, stage), row in runs.iterrows():
            before = runs.loc[(0.0, repeat, stage), "threshold"]
            assert row["threshold_moved"] == pytest.approx(row["threshold"] - before)
        assert (runs.loc[0.0, "threshold_moved"] == 0).all()
        assert (runs.loc[0.3, "threshold_moved"] != 0).any()

    def test_the_summary_is_mean_and_deviation_over_repeats(self, found):
        address = ["method", "noise_rate", "stage"]
        told = pd.DataFrame(found.summary_).set_index(address)
        grouped = runs_of(found).groupby(address)[MEASURES]
        assert told.index.tolist() == list(grouped.groups)
        for name in MEASURES:
            np.testing.assert_allclose(told[f"{name}_mean"], grouped.mean()[name])
            np.testing.assert_allclose(told[f"{name}_sd"], grouped.std()[name], atol=1e-15)

    def test_a_single_repeat_has_no_deviation(self, table):
        found = quick().error_propagation(*table, noise_rates=[0.2], n_repeats=1, random_state=0)
        assert np.isnan(found.summary_["auroc_ensemble_sd"]).all()
        assert "means of 1 repeat)" in str(found)

    def test_no_noise_is_added_to_the_rates_as_what_they_are_compared_with(self, table):
        found = quick().error_propagation(*table, noise_rates=[0.3, 0.1], n_repeats=1)
        assert np.unique(found.runs_["noise_rate"]).tolist() == [0.0, 0.1, 0.3]
        assert repr(found) == "ErrorPropagation(noise_rates=[0, 0.1, 0.3], n_repeats=1)"

    def test_it_says_it_in_words(self, found):
        said = str(found)
        table = pd.DataFrame(found.summary_).set_index(["method", "noise_rate", "stage"])
        for method in ("BalanceCascade", "EasyEnsemble"):
            auroc = table["auroc_ensemble_mean"][method]
            fall = f"the AUROC of {method} went from {auroc[0.0, 2]:.3f} to {auroc[0.3, 2]:.3f}"
            assert fall in said
        assert "30% of the rows of 'ill', and of as many of 'well'" in said
        left = table.loc[("BalanceCascade", 0.3, 2), "mislabeled_remaining_mean"]
        assert f"for its last stage, {left:.1%}." in said

    def test_it_is_a_record(self, found):
        with pytest.raises(FrozenInstanceError):
            found.n_repeats = 5
        assert (found.positive_class, found.negative_class) == ("ill", "well")
        again = pickle.loads(pickle.dumps(found))
        the_same(again.runs_, found.runs_)


class TestCalling:
    """The same for any number of jobs, on any table, and the cascade stays as it was."""

    @pytest.mark.parametrize(("n_jobs", "backend"), [(2, "threading"), (2, "loky"), (-1, None)])
    def test_the_same_bits_for_any_number_of_jobs(self, table, found, n_jobs, backend):
        with parallel_config(backend=backend) if backend else parallel_config():
            other = quick().error_propagation(
                *table, noise_rates=(0, 0.1, 0.3), n_repeats=3, random_state=0, n_jobs=n_jobs
            )
        the_same(other.runs_, found.runs_)
        the_same(other.summary_, found.summary_)

    def test_a_seed_gives_the_same_and_a_generator_goes_on(self, table, found):
        settings = {"noise_rates": (0, 0.1, 0.3), "n_repeats": 3}
        again = quick(random_state=9).error_propagation(*table, random_state=0, **settings)
        the_same(again.runs_, found.runs_)
        random = np.random.default_rng(0)
        one = quick().error_propagation(*table, random_state=random, **settings)
        two = quick().error_propagation(*table, random_state=random, **settings)
        assert (one.runs_["auroc_member"] != two.runs_["auroc_member"]).any()

    def test_the_cascade_is_not_changed(self, table):
        cascade = quick(warm_start=True).fit(*table)
        before = pickle.dumps(cascade)
        cascade.error_propagation(*table, n_repeats=1, noise_rates=[0.1])
        assert pickle.dumps(cascade) == before

    def test_frames_and_missing_values_for_an_estimator_that_takes_them(self, table):
        X, y = table[0].copy(), pd.Series(table[1], index=np.arange(280)[::-1])
        X[::9, 0] = np.nan
        learner = HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=3)
        settings = {"noise_rates": [0.2], "n_repeats": 1, "random_state": 0}
        of_array = quick(estimator=learner).error_propagation(X, table[1], **settings)
        frame = pd.DataFrame(X, columns=["a", "b"], index=np.arange(280)[::-1])
        of_frame = quick(estimator=learner).error_propagation(frame, y, **settings)
        the_same(of_array.runs_, of_frame.runs_)
        assert np.isfinite(of_array.runs_["auroc_ensemble"]).all()

    def test_a_single_member_has_no_threshold(self, table):
        found = quick(n_estimators=1).error_propagation(*table, n_repeats=1, noise_rates=[0.1])
        assert np.isnan(found.runs_["threshold"]).all()
        cascade, easy = np.split(found.runs_["auroc_ensemble"], 2)
        assert cascade.tolist() == easy.tolist()


class TestRefused:
    """What can not be answered is refused in the user's words."""

    @pytest.mark.parametrize("rates", [[], [-0.1], [0.1, 0.6], [np.nan]])
    def test_rates_out_of_range(self, table, rates):
        with pytest.raises(ValueError, match=r"noise_rates must hold shares from 0 to 0\.5"):
            quick().error_propagation(*table, noise_rates=rates)

    def test_three_classes(self, multiclass):
        with pytest.raises(SamplerInputError, match="labels of two classes, found 3: leave some"):
            quick().error_propagation(*multiclass)

    def test_classes_of_one_size(self):
        with pytest.raises(SamplerInputError, match=r"9 are of class 0 and 9 of class 1.*drops"):
            quick().error_propagation(np.eye(18), np.arange(18) % 2)

    def test_test_rows_without_labels(self, table):
        for half in ({"X_test": table[0]}, {"y_test": table[1]}):
            with pytest.raises(ValueError, match="belong together"):
                quick().error_propagation(*table, **half)

    def test_test_rows_of_one_class(self, table):
        X, y = table
        with pytest.raises(SamplerInputError, match="y_test holds no row of class 'ill'"):
            quick().error_propagation(X, y, X_test=X[y == "well"], y_test=y[y == "well"])

    def test_too_few_rows_to_hold_any_out(self):
        X, y = np.arange(21.0)[:, None], np.repeat([0, 1], [20, 1])
        with pytest.raises(SamplerInputError, match=r"No row of class 1 was held out.*few rows"):
            quick().error_propagation(X, y)
        with pytest.raises(SamplerInputError, match=r"No row of class 1 .*few groups"):
            quick().error_propagation(X, y, groups=np.arange(21) // 3)
        with pytest.raises(SamplerInputError, match="train on, 0 are of class 1"):
            quick().error_propagation(X, y, test_size=0.6)

    @pytest.mark.parametrize("settings", [{"test_size": 0.0}, {"test_size": 1}, {"n_repeats": 0}])
    def test_settings_out_of_range(self, table, settings):
        with pytest.raises(ValueError, match=next(iter(settings))):
            quick().error_propagation(*table, **settings)

    def test_groups_that_are_too_few(self, table):
        with pytest.raises(SamplerInputError, match="groups has the shape"):
            quick().error_propagation(*table, groups=[1, 2])
