"""Patients stay whole, every test fold holds both classes, and what is wrong is said."""

import warnings

import numpy as np
import pytest
from sklearn.model_selection import KFold, ShuffleSplit

from medresample.compare import RepeatedStratifiedGroupKFold
from medresample.compare._splits import (
    make_splits,
    share_of_repeated_rows,
    training_ratio,
)

SEED = np.random.SeedSequence(0)


@pytest.fixture
def patients():
    rng = np.random.default_rng(0)
    rows = rng.integers(1, 6, 120)
    groups = np.repeat(np.arange(120), rows)
    positive = np.repeat(rng.random(120) < 0.25, rows)
    return positive, groups


def test_every_repeat_tests_every_row_once_and_no_patient_is_shared(patients):
    positive, groups = patients
    cv = RepeatedStratifiedGroupKFold(n_splits=5, n_repeats=3, random_state=1)
    tested = np.zeros((3, len(groups)), dtype=int)
    for i, (train, test) in enumerate(cv.split(positive, positive, groups)):
        tested[i // 5, test] += 1
        assert not set(groups[train]) & set(groups[test])
        assert len(train) + len(test) == len(groups)
    np.testing.assert_array_equal(tested, 1)


def test_folds_have_the_share_of_positive_rows_of_the_whole(patients):
    positive, groups = patients
    cv = RepeatedStratifiedGroupKFold(n_splits=5, n_repeats=4, random_state=1)
    shares = [positive[test].mean() for _, test in cv.split(positive, positive, groups)]
    assert np.abs(np.array(shares) - positive.mean()).max() < 0.03


def test_repeats_differ_and_a_seed_repeats_them(patients):
    positive, groups = patients

    def tests(seed):
        cv = RepeatedStratifiedGroupKFold(n_splits=4, n_repeats=2, random_state=seed)
        return [test.tolist() for _, test in cv.split(positive, positive, groups)]

    assert tests(3) == tests(3)
    assert tests(3) != tests(4)
    assert tests(3)[0] != tests(3)[4]


def test_names_of_patients_may_be_words(patients):
    positive, groups = patients
    names = np.array([f"patient {g}" for g in groups], dtype=object)
    cv = RepeatedStratifiedGroupKFold(n_splits=3, n_repeats=1, random_state=0)
    for train, test in cv.split(positive, positive, names):
        assert not set(names[train]) & set(names[test])


def test_bad_settings_are_refused(patients):
    positive, _ = patients
    with pytest.raises(ValueError, match="At least 2 folds"):
        RepeatedStratifiedGroupKFold(1)
    with pytest.raises(ValueError, match="needs y and groups"):
        next(RepeatedStratifiedGroupKFold(2).split(positive, positive))
    with pytest.raises(ValueError, match="2 groups can not fill 3 folds"):
        next(RepeatedStratifiedGroupKFold(3).split(None, [0, 1], [0, 1]))
    with pytest.raises(ValueError, match="y has 2 rows, groups has 3"):
        next(RepeatedStratifiedGroupKFold(2).split(None, [0, 1], [0, 1, 2]))


def test_groups_bring_group_splits_by_themselves(patients):
    positive, groups = patients
    splits = make_splits(5, 2, positive, groups, SEED)
    assert [(s.repeat, s.fold) for s in splits] == [(r, f) for r in range(2) for f in range(5)]
    for split in splits:
        assert not set(groups[split.train]) & set(groups[split.test])
    ratio = training_ratio(splits, groups)
    assert ratio == pytest.approx(0.25, abs=0.01)  # 24 patients test, 96 train


def test_a_splitter_that_tears_patients_apart_is_refused(patients):
    positive, groups = patients
    with pytest.raises(ValueError, match="patients are in the training and in the test part"):
        make_splits(list(KFold(5).split(groups[:-2])), None, positive[:-2], groups[:-2], SEED)


def test_a_test_fold_without_a_positive_patient_is_an_error():
    positive = np.repeat([True, False], [6, 54])
    one_patient_with_all_cases = np.repeat(np.arange(10), 6)
    with pytest.raises(ValueError, match="one per test fold; there are 1"):
        make_splits(5, 1, positive, one_patient_with_all_cases, SEED)
    with pytest.raises(ValueError, match="the test part does not hold both classes"):
        make_splits(KFold(10), None, np.isin(np.arange(60), [0, 1, 30]), None, SEED)


def test_the_same_row_on_both_sides_is_an_error():
    positive = np.tile([True, False], 10)
    with pytest.raises(ValueError, match="the same row trains and tests"):
        make_splits([(np.arange(20), np.arange(4))], None, positive, None, SEED)


def test_a_new_repeat_begins_where_a_test_row_comes_back():
    positive = np.tile([True, False], 20)
    rows = np.arange(40)
    halves = [(rows[20:], rows[:20]), (rows[:20], rows[20:])]
    splits = make_splits(halves + halves, None, positive, None, SEED)
    assert [(s.repeat, s.fold) for s in splits] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    shuffled = ShuffleSplit(3, test_size=0.6, random_state=0)
    splits = make_splits(shuffled, None, positive, None, SEED)
    assert [s.repeat for s in splits] == [0, 1, 2]


def test_few_positive_cases_are_said_aloud():
    positive = np.repeat([True, False], [20, 80])
    with pytest.warns(UserWarning, match="only 4 positive cases"):
        make_splits(5, 1, positive, None, SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_splits(4, 1, positive, None, SEED)


@pytest.mark.parametrize(
    ("cv", "repeats", "words"),
    [
        (KFold(2), 3, "n_repeats goes with a number of folds"),
        (3.5, None, "cv must be a number of folds"),
        ([], None, "cv yields no splits"),
    ],
)
def test_what_is_no_splitter_is_refused(cv, repeats, words):
    positive = np.tile([True, False], 20)
    with pytest.raises(ValueError, match=words):
        make_splits(cv, repeats, positive, None, SEED)


def test_the_share_of_repeated_rows_counts_test_rows_seen_in_training():
    positive = np.tile([True, False], 10)
    rows = np.arange(20)
    splits = make_splits([(rows[10:], rows[:10])], None, positive, None, SEED)
    assert share_of_repeated_rows(rows, splits) == 0
    ids = rows.copy()
    ids[:3] = 15  # three test rows are equal to a training row
    assert share_of_repeated_rows(ids, splits) == pytest.approx(0.3)
