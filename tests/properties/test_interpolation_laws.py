"""Laws that every method between SMOTE's rows keeps: parents, boxes, counts, and moved tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from medresample.over_sampling import ADASYN, SVMSMOTE, BorderlineSMOTE, KMeansSMOTE, SafeLevelSMOTE

from .naive import distances, is_among_nearest

pytestmark = [
    pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning"),
    pytest.mark.filterwarnings("ignore::medresample.exceptions.FallbackWarning"),
    pytest.mark.filterwarnings("ignore::medresample.exceptions.FewNeighborsWarning"),
]

SEEDS = st.integers(0, 2**32 - 1)

# Every method, and whether its new rows lie within their class and start at any of its k nearest.
METHODS = {
    "svm": lambda k: SVMSMOTE(k_neighbors=k, m_neighbors=4, random_state=0),
    "k-means": lambda k: KMeansSMOTE(
        k_neighbors=k, kmeans_estimator=3, imbalance_ratio_threshold=2.0, random_state=0
    ),
    "safe level": lambda k: SafeLevelSMOTE(k_neighbors=k, random_state=0),
    "adasyn": lambda k: ADASYN(n_neighbors=k, random_state=0),
    "borderline-1": lambda k: BorderlineSMOTE(k_neighbors=k, m_neighbors=4, random_state=0),
    "borderline-2": lambda k: BorderlineSMOTE(
        kind="borderline-2", k_neighbors=k, m_neighbors=4, random_state=0
    ),
}
# Those whose partners may be of another class.
CROSSING = {"borderline-2"}
EVERY = pytest.mark.parametrize("method", METHODS)
WITHIN = pytest.mark.parametrize("method", [name for name in METHODS if name not in CROSSING])


@st.composite
def tables(draw, *, whole=False):
    """Draw an overlapping table of two or three classes, its labels, and k."""
    random = np.random.default_rng(draw(SEEDS))
    sizes = [draw(st.integers(15, 24)), *draw(st.lists(st.integers(4, 12), min_size=1, max_size=2))]
    y = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = random.normal(size=(len(y), draw(st.integers(2, 4)))) + 0.7 * y[:, None]
    if whole:
        X = np.rint(2 * X)
    return X, y, draw(st.integers(1, min(sizes) - 1))


def _resample(method, X, y, k, **parameters):
    sampler = METHODS[method](k).set_params(**parameters)
    X_res, y_res = sampler.fit_resample(X, y)
    made = sampler.provenance_[len(X) :]
    return X_res, y_res, made


@EVERY
@given(data=tables(), extra=st.integers(0, 40))
def test_the_counts_asked_for_are_delivered_after_the_rows_as_they_were(method, data, extra):
    X, y, k = data
    target = {each: int(np.bincount(y).max() + extra * each) for each in np.unique(y).tolist()}
    X_res, y_res, made = _resample(method, X, y, k, sampling_strategy=target)
    assert X_res[: len(X)].tobytes() == X.tobytes()
    np.testing.assert_array_equal(y_res[: len(y)], y)
    np.testing.assert_array_equal(np.bincount(y_res), [target[each] for each in np.unique(y)])
    np.testing.assert_array_equal(y[made["seed"]], y_res[len(y) :])


@EVERY
@given(data=tables(), seed=SEEDS)
def test_new_rows_lie_on_the_line_through_their_parents(method, data, seed):
    X, y, k = data
    X_res, _, made = _resample(method, X, y, k, random_state=seed)
    a = X[made["seed"]]
    b = np.where((made["partner"] >= 0)[:, None], X[made["partner"]], a)
    step = np.where(made["partner"] >= 0, made["step"], 0)[:, None]
    np.testing.assert_allclose(X_res[len(X) :], a + step * (b - a), rtol=0, atol=1e-9)


@WITHIN
@given(data=tables())
def test_both_parents_belong_to_the_class_and_are_two_rows(method, data):
    X, y, k = data
    _, y_res, made = _resample(method, X, y, k)
    mixed = made["partner"] >= 0
    np.testing.assert_array_equal(y[made["partner"]][mixed], y_res[len(y) :][mixed])
    assert not np.any(made["seed"] == made["partner"])


@pytest.mark.parametrize("method", [name for name in METHODS if name != "k-means"])
@given(data=tables())
def test_the_partner_is_among_the_k_nearest(method, data):
    """Of its class, whichever that is; with k-means, of its class in its cluster."""
    X, y, k = data
    _, _, made = _resample(method, X, y, k)
    far = distances(X)
    for row, other in zip(made["seed"], made["partner"], strict=True):
        if other >= 0:
            assert is_among_nearest(far, row, other, np.flatnonzero(y == y[other]), k)


@EVERY
@given(data=tables())
def test_new_rows_stay_in_the_box_of_their_parents(method, data):
    X, y, k = data
    X_res, _, made = _resample(method, X, y, k)
    a = X[made["seed"]]
    b = np.where((made["partner"] >= 0)[:, None], X[made["partner"]], a)
    between = np.where(made["partner"] >= 0, made["step"] >= 0, True)
    new = X_res[len(X) :]
    assert np.all(new[between] >= np.minimum(a, b)[between] - 1e-12)
    assert np.all(new[between] <= np.maximum(a, b)[between] + 1e-12)


@EVERY
@given(data=tables(), seed=SEEDS)
def test_permuting_the_columns_permutes_the_columns_of_the_output(method, data, seed):
    X, y, k = data
    order = np.random.default_rng(seed).permutation(X.shape[1])
    new, _, _ = _resample(method, X, y, k)
    permuted, _, _ = _resample(method, X[:, order], y, k)
    np.testing.assert_allclose(permuted, new[:, order], rtol=1e-12, atol=1e-12)


@EVERY
@given(data=tables(), seed=SEEDS)
def test_rotating_and_moving_the_table_rotates_and_moves_the_output(method, data, seed):
    X, y, k = data
    random = np.random.default_rng(seed)
    rotation = stats.special_ortho_group.rvs(X.shape[1], random_state=random)
    shift = random.normal(size=X.shape[1])
    new, _, _ = _resample(method, X, y, k)
    moved, _, _ = _resample(method, X @ rotation + shift, y, k)
    np.testing.assert_allclose(moved, new @ rotation + shift, atol=1e-9)


@EVERY
@given(data=tables(), power=st.integers(-20, 20))
def test_scaling_the_table_scales_the_output(method, data, power):
    X, y, k = data
    new, _, _ = _resample(method, X, y, k)
    scaled, _, _ = _resample(method, X * 2.0**power, y, k)
    np.testing.assert_allclose(scaled, new * 2.0**power, rtol=1e-9, atol=1e-12 * 2.0**power)


@EVERY
@given(data=tables())
def test_relabeling_in_the_same_order_changes_nothing(method, data):
    X, y, k = data
    names = np.array(["benign", "malignant", "relapse"])
    new, label, _ = _resample(method, X, y, k)
    renamed, renamed_label, _ = _resample(method, X, names[y], k)
    np.testing.assert_array_equal(renamed, new)
    np.testing.assert_array_equal(renamed_label, names[label])


@EVERY
@given(data=tables(), value=st.integers(-9, 9))
def test_a_constant_column_stays_constant(method, data, value):
    X, y, k = data
    X[:, 0] = value
    new, _, _ = _resample(method, X, y, k)
    assert np.all(new[:, 0] == value)


@WITHIN
@given(data=tables())
def test_a_class_of_identical_rows_yields_identical_rows(method, data):
    X, y, k = data
    X[y == 1] = X[y == 1][0]
    new, label, _ = _resample(method, X, y, k)
    assert np.all(new[label == 1] == X[y == 1][0])


@EVERY
@given(data=tables(whole=True))
def test_doubling_the_whole_table_is_no_trouble(method, data):
    X, y, k = data
    _, label, made = _resample(method, np.r_[X, X], np.r_[y, y], k)
    assert not np.any(made["seed"] == made["partner"])
    assert set(np.bincount(label)) == {2 * np.bincount(y).max()}


@EVERY
@given(data=tables(), name=st.sampled_from(["seed", "partner", "step"]))
def test_the_same_seed_gives_the_same_rows_and_another_class_does_not_matter(method, data, name):
    """Class 1 gets the same rows whether or not another class grows beside it."""
    X, y, k = data
    size = int(np.bincount(y).max())
    _, y_res, made = _resample(method, X, y, k)
    alone = _resample(method, X, y, k, sampling_strategy={1: size})[2]
    np.testing.assert_array_equal(made[name][y_res[len(y) :] == 1], alone[name])
