"""Every hard rule of an honest comparison has a test that fails where the rule is broken.

The table names the tests; those of rules that no other file looks at are below.
"""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.naive_bayes import GaussianNB

from medresample.compare import compare_samplers
from medresample.compare._methods import CLASS_WEIGHT, NONE, TUNED
from medresample.compare._work import check_work
from medresample.over_sampling import RandomOverSampler
from medresample.pipeline import Pipeline

HERE = Path(__file__).parent
RULES = {
    "sampler and preprocessing see the training fold alone": [
        "test_evaluate.test_nothing_but_the_training_fold_is_seen",
        "test_calibrate.test_the_rows_held_are_not_resampled_nor_learned",
        "test_external.test_thresholds_are_tuned_without_it",
        "test_leaks.test_on_random_labels_auroc_is_one_half",
    ],
    "test folds keep their natural prevalence": [
        "test_evaluate.test_test_folds_keep_their_natural_prevalence",
    ],
    "the same splits and the same seed for every sampler": [
        "test_evaluate.test_every_sampler_sees_the_same_splits_and_seed",
        "test_calibrate.test_the_same_part_of_whole_patients_is_held_for_every_method",
    ],
    "a fold is resampled once and used for all estimators": [
        "test_evaluate.test_a_fold_is_resampled_once_for_all_estimators",
    ],
    "patients are disjoint on every fold, and it is written down": [
        "test_splits.test_groups_bring_group_splits_by_themselves",
        "test_splits.test_a_splitter_that_tears_patients_apart_is_refused",
        "test_evaluate.test_groups_reach_samplers_that_take_them",
        "test_external.test_patients_are_kept_apart_and_written_down",
        "test_leaks.test_with_patients_seen_twice_groups_keep_auroc_at_one_half",
    ],
    "a test fold without a minority patient is an error": [
        "test_splits.test_a_test_fold_without_a_positive_patient_is_an_error",
        "test_several_classes.test_every_class_is_in_every_part_or_it_is_an_error",
        "test_external.test_what_is_no_test_set_is_refused_in_words",
    ],
    "preparation: numbers before sampling, mixed tables after it, pipelines as they say": [
        "test_rules.test_numbers_are_filled_and_scaled_before_they_are_sampled",
        "test_rules.test_a_mixed_table_is_sampled_with_its_words_and_holes",
        "test_rules.test_a_pipeline_with_a_step_sampler_decides_for_itself",
    ],
    "one thread of BLAS and OpenMP per job": [
        "test_backends.test_a_job_keeps_to_its_worker_with_one_thread",
        "test_rules.test_also_a_single_job_has_one_thread",
    ],
    "class weights, else weights of rows, else unavailable": [
        "test_evaluate.test_class_weights_fall_back_to_balanced_sample_weights",
        "test_evaluate.test_an_estimator_without_weights_makes_the_control_unavailable",
    ],
    "honest baselines are added by themselves": [
        "test_evaluate.test_controls_are_added_first_and_only_when_absent",
        "test_rules.test_baselines_stand_beside_every_estimator",
        "test_several_classes.test_the_controls_are_those_that_need_no_threshold",
    ],
    "few events are said aloud": [
        "test_splits.test_few_positive_cases_are_said_aloud",
        "test_evaluate.test_the_data_are_described_in_numbers",
        "test_calibrate.test_raw_and_recalibrated_stand_side_by_side",
    ],
    "a failure is a row with its exception, never averaged in": [
        "test_evaluate.test_a_failure_is_a_row_with_its_words_and_never_averaged_in",
        "test_evaluate.test_a_partial_failure_is_compared_on_the_folds_that_ran",
        "test_external.test_a_failure_is_a_row_there_too",
        "test_scoring.test_without_a_value_there_is_a_reason_and_no_failure",
    ],
    "tables that were resampled before are refused, repeated rows are warned of": [
        "test_evaluate.test_a_table_that_was_resampled_is_refused",
        "test_evaluate.test_repeated_rows_are_warned_of_with_their_share",
        "test_external.test_its_rows_among_the_others_draw_a_warning",
    ],
    "the same bits for any number of jobs and any backend": [
        "test_evaluate.test_jobs_and_backends_do_not_change_a_bit",
        "test_backends.test_every_backend_gives_the_same_bits",
        "test_backends.test_a_cluster_of_dask_gives_the_same_bits",
        "test_rules.test_all_parts_have_the_same_bits_with_two_jobs",
    ],
    "tasks are one flat list, with seeds by branch": [
        "test_rules.test_jobs_are_one_flat_list_of_splits_and_methods",
        "test_seams.test_branches_are_those_of_a_fresh_spawn_and_can_be_asked_twice",
    ],
    "a large table goes to workers as a memory map": [
        "test_backends.test_processes_share_one_memory_map_of_a_large_table",
    ],
    "resume by content, a file per job, no patient rows on disk": [
        "test_store.test_whatever_a_job_depends_on_makes_it_another_job",
        "test_store.test_a_killed_comparison_is_finished_by_the_next_call",
        "test_store.test_no_cell_of_the_table_is_on_disk",
        "test_external.test_a_store_keeps_its_jobs_and_another_test_set_does_only_these_anew",
        "test_calibrate.test_it_comes_back_from_a_store_a_file_and_the_external_test_set",
    ],
    "progress on stderr, a bar on terminals only": [
        "test_seams.test_progress_rewrites_a_line_on_a_terminal_only",
    ],
    "thresholds are tuned on training folds alone": [
        "test_evaluate.test_a_threshold_rule_is_tuned_for_every_sampler_on_training_rows",
        "test_rules.test_no_label_of_a_test_row_reaches_a_threshold_or_a_map",
    ],
}


def names_in(file):
    tree = ast.parse((HERE / f"{file}.py").read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("rule", RULES)
def test_the_tests_of_a_rule_are_there(rule):
    for address in RULES[rule]:
        file, _, name = address.partition(".")
        assert name in names_in(file), address


N = 80
RNG = np.random.default_rng(0)
ILL = np.arange(N) % 4 == 0
X = RNG.normal(5, 3, size=(N, 3)) + ILL[:, None]
QUICK = {"cv": 2, "n_repeats": 1, "progress": False, "scoring": ["auroc", "brier"]}


class Spy(BaseEstimator):
    """Leaves rows as they are, and remembers them."""

    seen: list = []  # noqa: RUF012

    def fit_resample(self, X, y):
        self.seen.append(X)
        return X, y


@pytest.fixture(autouse=True)
def _nothing_seen():
    Spy.seen.clear()


def test_numbers_are_filled_and_scaled_before_they_are_sampled():
    table = X.copy()
    table[::7, 1] = np.nan
    compare_samplers({"spy": Spy()}, GaussianNB(), table, ILL, **QUICK)
    assert len(Spy.seen) == 2
    for rows in Spy.seen:
        assert np.isfinite(rows).all()
        np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(rows.std(axis=0), 1)


def test_a_mixed_table_is_sampled_with_its_words_and_holes():
    words = np.resize(["a", "b", None], N)
    table = pd.DataFrame({"size": X[:, 0], "word": words, "depth": X[:, 1]})
    table.loc[::9, "size"] = np.nan
    found = compare_samplers({"spy": Spy()}, GaussianNB(), table, ILL, **QUICK)
    assert set(found.folds_["status"]) == {"ok"}
    for rows in Spy.seen:
        pd.testing.assert_frame_equal(rows, table.loc[rows.index])
        assert rows[["size", "word"]].isna().any().all()


def test_a_pipeline_with_a_step_sampler_decides_for_itself():
    class Doubles(TransformerMixin, BaseEstimator):
        def fit(self, X, y=None):
            return self

        def transform(self, X):
            return 2 * X

    own = Pipeline([("double", Doubles()), ("sampler", None), ("model", GaussianNB())])
    compare_samplers({"spy": Spy()}, own, X, ILL, **QUICK)
    for rows in Spy.seen:  # doubled, not scaled
        assert set(rows[:, 0]) <= set(2 * X[:, 0])


def test_also_a_single_job_has_one_thread():
    from threadpoolctl import threadpool_info

    threads = []

    class Counts(Spy):
        def fit_resample(self, X, y):
            threads.extend(pool["num_threads"] for pool in threadpool_info())
            return X, y

    compare_samplers({"counts": Counts()}, GaussianNB(), X, ILL, n_jobs=1, **QUICK)
    assert threads
    assert set(threads) == {1}


def test_baselines_stand_beside_every_estimator():
    models = {"one": GaussianNB(), "other": GaussianNB(var_smoothing=0.1)}
    found = compare_samplers({}, models, X, ILL, **QUICK)
    methods = found.folds_.groupby("estimator")["sampler"].unique()
    for name in models:
        assert list(methods[name]) == [NONE, CLASS_WEIGHT, TUNED]
    assert set(found.folds_["status"]) == {"ok"}


def test_jobs_are_one_flat_list_of_splits_and_methods():
    outside = {"X_test": X[:20] + 9, "y_test": ILL[:20]}
    work = check_work(
        {"over": RandomOverSampler()}, GaussianNB(), X, ILL, cv=2, n_repeats=3, **outside
    )
    inner = [job for job in work.jobs if not job.external]
    assert len(inner) == 2 * 3 * 4
    assert len(work.jobs) - len(inner) == 3 * 4
    by_split = {}
    for job in work.jobs:
        key = (job.external, job.split.repeat, job.split.fold)
        by_split.setdefault(key, set()).add(job.seed.spawn_key)
    assert all(len(seeds) == 1 for seeds in by_split.values())
    assert len(set.union(*by_split.values())) == len(by_split)


def test_all_parts_have_the_same_bits_with_two_jobs():
    settings = {
        **QUICK, "calibrate": "prior", "X_test": X[:20] + 0.1, "y_test": ILL[:20],
        "scoring": ["auroc", "accuracy"],
    }  # fmt: skip
    job = ({"over": RandomOverSampler()}, GaussianNB(), X, ILL)
    first = compare_samplers(*job, **settings)
    with parallel_config(backend="threading", n_jobs=2):
        second = compare_samplers(*job, **settings)
    for name in ("folds_", "predictions_", "external_", "external_predictions_"):
        one, other = (
            table.drop(columns=[column for column in table if column.startswith("seconds")])
            for table in (getattr(first, name), getattr(second, name))
        )
        pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.filterwarnings("ignore:Risks are recalibrated on few cases")
def test_no_label_of_a_test_row_reaches_a_threshold_or_a_map():
    """Two rows of a test fold trade labels: nothing learned for that fold may change."""
    large, ill = np.tile(X, (3, 1)) + RNG.normal(size=(3 * N, 3)), np.tile(ILL, 3)
    rows = np.arange(3 * N)
    train, test = rows[: 2 * N], rows[2 * N :]
    other = ill.copy()
    traded = [test[ill[test]][0], test[~ill[test]][0]]
    other[traded] = other[traded[::-1]]
    settings = {
        "cv": [(train, test)], "threshold": "youden", "calibrate": "logistic",
        "scoring": ["sensitivity"], "progress": False,
    }  # fmt: skip
    first, second = (
        compare_samplers({"over": RandomOverSampler()}, GaussianNB(), large, y, **settings)
        for y in (ill, other)
    )
    pd.testing.assert_series_equal(first.folds_["threshold"], second.folds_["threshold"])
    pd.testing.assert_series_equal(first.predictions_["risk"], second.predictions_["risk"])
    assert (first.predictions_["y"] != second.predictions_["y"]).sum() == 2 * len(first.samplers)
