"""Cleaning removes rows of the classes asked for, and says which; no count is asked for."""

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from imblearn.under_sampling import TomekLinks as PeerCleaner
from imblearn.utils import check_sampling_strategy
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted

from medresample.exceptions import FallbackWarning
from medresample.pipeline import make_pipeline

from .samplers import CLEANERS, has_parameter, make
from .test_counts import REFUSED_BY_BOTH, THREE, TWO, _message

EDITORS = [each for each in CLEANERS if has_parameter(each, "n_neighbors")]
STRATEGIES = ["auto", "majority", "not minority", "not majority", "all", [0], [1, 2], [2, 1, 0]]


@pytest.fixture(params=EDITORS, ids=[each.__name__ for each in EDITORS])
def editor_class(request):
    """A cleaner that asks several neighbors."""
    return request.param


@pytest.mark.parametrize("strategy", STRATEGIES, ids=repr)
def test_rows_of_the_classes_asked_for_are_removed_and_no_others(
    cleaner_class, strategy, overlapping
):
    X, y = overlapping
    cleaner = make(cleaner_class, sampling_strategy=strategy)
    X_res, y_res = cleaner.fit_resample(X, y)
    cleaned = set(check_sampling_strategy(strategy, y, "clean-sampling"))
    lost = {label for label in range(3) if np.sum(y_res == label) < np.sum(y == label)}
    assert lost == cleaned
    assert set(cleaner.sampling_strategy_) == cleaned
    np.testing.assert_array_equal(X_res, X[cleaner.sample_indices_])
    np.testing.assert_array_equal(y_res, y[cleaner.sample_indices_])


def test_what_goes_from_a_class_is_not_touched_by_which_others_are_cleaned(overlapping):
    """Not so where passes follow each other, or links are looked for again."""
    X, y = overlapping
    for cleaner_class in CLEANERS:
        if not has_parameter(cleaner_class, "max_iter"):
            alone = make(cleaner_class, sampling_strategy=[1])
            alone.fit_resample(X, y)
            beside = make(cleaner_class, sampling_strategy="all")
            beside.fit_resample(X, y)
            gone = np.setdiff1d(np.flatnonzero(y == 1), beside.sample_indices_)
            np.testing.assert_array_equal(gone, np.setdiff1d(np.arange(135), alone.sample_indices_))


def test_nothing_is_removed_from_no_class(cleaner_class, overlapping):
    X, y = overlapping
    X_res, y_res = make(cleaner_class, sampling_strategy=[]).fit_resample(X, y)
    np.testing.assert_array_equal(X_res, X)
    np.testing.assert_array_equal(y_res, y)


def test_equal_counts_are_cleaned_as_others_are(cleaner_class, blobs):
    X, y = blobs((40, 40), n_features=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        X_res, _ = make(cleaner_class, sampling_strategy="all").fit_resample(X, y)
    assert len(X_res) < 80


def test_a_function_gives_the_classes(cleaner_class, overlapping):
    X, y = overlapping
    names = np.array(["benign", "relapse", "rare"])
    seen = []

    def smaller_ones(labels):
        seen.append(labels)
        return [label for label in names if np.sum(labels == label) < 50]

    X_res, _ = make(cleaner_class, sampling_strategy=smaller_ones).fit_resample(X, names[y])
    expected, _ = make(cleaner_class, sampling_strategy=[1, 2]).fit_resample(X, y)
    np.testing.assert_array_equal(seen[0], names[y])
    np.testing.assert_array_equal(X_res, expected)


@pytest.mark.parametrize("order", [[2, 1, 0], [1, 2, 0], [0, 2, 1]])
def test_new_names_in_another_order_change_nothing(cleaner_class, order, overlapping):
    """No vote and no tie depends on what a class is called."""
    X, y = overlapping
    cleaner = make(cleaner_class, sampling_strategy="all")
    cleaner.fit_resample(X, y)
    left = cleaner.sample_indices_
    _, y_res = cleaner.fit_resample(X, np.array(order)[y])
    np.testing.assert_array_equal(cleaner.sample_indices_, left)
    np.testing.assert_array_equal(y_res, np.array(order)[y[left]])


def test_a_table_given_twice_loses_both_rows_or_none(cleaner_class, overlapping):
    X, y = overlapping
    cleaner = make(cleaner_class, sampling_strategy="all")
    cleaner.fit_resample(np.r_[X, X], np.r_[y, y])
    left = cleaner.sample_indices_
    np.testing.assert_array_equal(left[left < 135], left[left >= 135] - 135)


REFUSED = [each for each in REFUSED_BY_BOTH if each[0] != [0, 1]]
REFUSED += [
    ("minority", TWO),
    (0.5, TWO),
    ({0: 30}, TWO),
    ([0, 7], TWO),
    (lambda y: {0: 30}, TWO),
    ([3], THREE),
]


@pytest.mark.parametrize(("strategy", "y"), REFUSED)
def test_a_bad_request_is_refused_as_the_peer_cleaner_does(cleaner_class, strategy, y):
    ours = _message(cleaner_class(sampling_strategy=strategy), y)
    assert ours.startswith(_message(PeerCleaner(sampling_strategy=strategy), y))


def test_a_class_is_never_removed_as_a_whole(cleaner_class):
    """Each rare row lies beside a common one, far from the others."""
    X = np.r_[np.arange(0.0, 60, 10), np.arange(0.1, 60, 10), np.arange(20) / 50 + 100][:, None]
    y = np.repeat(["ill", "well"], [6, 26])
    with pytest.warns(FallbackWarning, match=r"'ill'.* 0 of its 6 rows"):
        _, y_res = make(cleaner_class, sampling_strategy="all").fit_resample(X, y)
    assert np.sum(y_res == "ill") == 6
    assert np.sum(y_res == "well") < 26


@pytest.mark.parametrize("n_features", [3, 40])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_the_number_of_threads_does_not_change_a_row(cleaner_class, n_features, dtype, blobs):
    X, y = blobs((2500, 1300, 200), n_features=n_features)
    X = X.astype(dtype)
    left = [
        make(cleaner_class, n_jobs=n_jobs).fit_resample(X, y)[0].tobytes()
        for n_jobs in (1, 2, 3, None)
    ]
    assert len(set(left)) == 1


def test_calls_at_the_same_time_do_not_disturb_each_other(cleaner_class, blobs):
    X, y = blobs((900, 300), n_features=30)

    def clean(n_columns):
        return make(cleaner_class).fit_resample(X[:, :n_columns], y)[0].tobytes()

    alone = [clean(n_columns) for n_columns in (30, 20, 10)]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(clean, (30, 20, 10))) == alone


def test_holes_stay_where_they_are(cleaner_class, overlapping):
    X, y = overlapping
    X[np.random.default_rng(0).random(X.shape) < 0.2] = np.nan
    cleaner = make(cleaner_class)
    X_res, _ = cleaner.fit_resample(X, y)
    assert len(X_res) < len(X)
    np.testing.assert_array_equal(X_res, X[cleaner.sample_indices_])


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array, sparse.csc_matrix])
def test_twins_of_a_row_are_its_neighbors(cleaner_class, container):
    """Pairs of identical rows, one of each class: each is outvoted, or linked, by its twin."""
    X = np.repeat(np.random.default_rng(0).normal(size=(20, 3)) * 100, 2, axis=0)
    X = np.r_[X, np.random.default_rng(1).normal(size=(10, 3)) + 1000]
    y = np.r_[np.tile([0, 1], 20), np.zeros(10, int)]
    parameters = {"n_neighbors": 1} if has_parameter(cleaner_class, "n_neighbors") else {}
    if has_parameter(cleaner_class, "max_iter"):
        parameters["max_iter"] = 1
    cleaner = make(cleaner_class, sampling_strategy=[0], **parameters)
    cleaner.fit_resample(container(X), y)
    assert cleaner.sample_indices_.tolist() == [*range(1, 40, 2), *range(40, 50)]


# Objects that search, pipelines


def test_an_object_that_searches_is_asked_for_n_neighbors_and_left_unfitted(
    editor_class, overlapping
):
    search = NearestNeighbors(n_neighbors=4)
    cleaner = make(editor_class, n_neighbors=search, sampling_strategy="all")
    X_res, _ = clone(cleaner).fit_resample(*overlapping)
    expected, _ = make(editor_class, n_neighbors=4, sampling_strategy="all").fit_resample(
        *overlapping
    )
    np.testing.assert_array_equal(X_res, expected)
    cleaner.fit_resample(*overlapping)
    assert cleaner.n_neighbors is search
    with pytest.raises(NotFittedError):
        check_is_fitted(search)


def test_a_grid_search_reaches_the_parameters_of_a_cleaner(cleaner_class, overlapping):
    X, y = overlapping
    model = make_pipeline(make(cleaner_class), LogisticRegression())
    name = f"{model.steps[0][0]}__sampling_strategy"
    search = GridSearchCV(model, {name: ["auto", "all", [0]]}, cv=3).fit(X, y)
    assert search.best_params_[name] in ("auto", "all", [0])
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
