"""Laws of SMOTE: segments, boxes, parents, neighbors, and what moving the table does."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from medresample.over_sampling import SMOTE

from .naive import distances, is_among_nearest

pytestmark = pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning")

SEEDS = st.integers(0, 2**32 - 1)
ALLOCATIONS = st.sampled_from(["random", "even"])


@st.composite
def tables(draw, *, holes=False, whole=False):
    """Draw a table of two or three classes, its labels, and k below the smallest class."""
    random = np.random.default_rng(draw(SEEDS))
    sizes = draw(st.lists(st.integers(4, 14), min_size=2, max_size=3))
    assume(len(set(sizes)) > 1)
    X = random.normal(size=(sum(sizes), draw(st.integers(2, 5))))
    if whole:
        X = np.rint(2 * X)
    if holes:
        gone = random.random(X.shape) < 0.2
        gone[:, 0] = False
        X[gone] = np.nan
    y = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return X, y, draw(st.integers(1, min(sizes) - 1))


def _resample(X, y, k, **parameters):
    sampler = SMOTE(k_neighbors=k, **{"random_state": 0, **parameters})
    X_res, y_res = sampler.fit_resample(X, y)
    return X_res[len(X) :], y_res[len(X) :], sampler.provenance_[len(X) :]


@given(data=tables(), allocation=ALLOCATIONS, seed=SEEDS)
def test_new_rows_lie_on_the_segment_between_their_parents(data, allocation, seed):
    X, y, k = data
    new, _, made = _resample(X, y, k, allocation=allocation, random_state=seed)
    a, b, step = X[made["seed"]], X[made["partner"]], made["step"][:, None]
    assert np.all((step >= 0) & (step <= 1))
    np.testing.assert_allclose(new, a + step * (b - a), rtol=0, atol=1e-9)


@given(data=tables(holes=True))
def test_new_rows_stay_in_the_box_of_their_parents_and_of_their_class(data):
    X, y, k = data
    new, label, made = _resample(X, y, k)
    a, b = X[made["seed"]], X[made["partner"]]
    here = ~np.isnan(new)
    assert np.all(new[here] >= np.fmin(a, b)[here] - 1e-12)
    assert np.all(new[here] <= np.fmax(a, b)[here] + 1e-12)
    for each in np.unique(label):
        low, high = np.nanmin(X[y == each], axis=0), np.nanmax(X[y == each], axis=0)
        inside = (new[label == each] >= low - 1e-12) & (new[label == each] <= high + 1e-12)
        assert np.all(inside | np.isnan(new[label == each]))


@given(data=tables(holes=True))
def test_both_parents_belong_to_the_class(data):
    X, y, k = data
    _, label, made = _resample(X, y, k)
    np.testing.assert_array_equal(y[made["seed"]], label)
    np.testing.assert_array_equal(y[made["partner"]], label)


@pytest.mark.parametrize("kind", ["plain", "holes", "whole", "float32", "far from zero", "wide"])
@given(data=st.data())
def test_the_partner_is_among_the_k_nearest_of_the_class(kind, data):
    X, y, k = data.draw(tables(holes=kind == "holes", whole=kind == "whole"))
    X = {
        "float32": lambda: X.astype(np.float32),
        "far from zero": lambda: X + 1e7,
        "wide": lambda: np.tile(X, 30),
    }.get(kind, lambda: X)()
    _, label, made = _resample(X, y, k)
    far = distances(X)
    for row, other, each in zip(made["seed"], made["partner"], label, strict=True):
        assert row != other
        assert is_among_nearest(far, row, other, np.flatnonzero(y == each), k)


@given(data=tables(), seed=SEEDS)
def test_permuting_the_columns_permutes_the_columns_of_the_output(data, seed):
    X, y, k = data
    order = np.random.default_rng(seed).permutation(X.shape[1])
    new, _, _ = _resample(X, y, k)
    permuted, _, _ = _resample(X[:, order], y, k)
    np.testing.assert_array_equal(permuted, new[:, order])


@given(data=tables(), seed=SEEDS)
def test_rotating_and_moving_the_table_rotates_and_moves_the_output(data, seed):
    X, y, k = data
    random = np.random.default_rng(seed)
    rotation = stats.special_ortho_group.rvs(X.shape[1], random_state=random)
    shift = random.normal(size=X.shape[1])
    new, _, _ = _resample(X, y, k)
    moved, _, _ = _resample(X @ rotation + shift, y, k)
    np.testing.assert_allclose(moved, new @ rotation + shift, atol=1e-9)


@given(data=tables(), factor=st.floats(1e-6, 1e6))
def test_scaling_the_table_scales_the_output(data, factor):
    X, y, k = data
    new, _, _ = _resample(X, y, k)
    scaled, _, _ = _resample(X * factor, y, k)
    np.testing.assert_allclose(scaled, new * factor, rtol=1e-9, atol=1e-9 * factor)


@given(data=tables())
def test_relabeling_in_the_same_order_changes_nothing(data):
    X, y, k = data
    new, label, _ = _resample(X, y, k)
    names = np.array(["benign", "malignant", "relapse"])
    renamed, renamed_label, _ = _resample(X, names[y], k)
    np.testing.assert_array_equal(renamed, new)
    np.testing.assert_array_equal(renamed_label, names[label])


@pytest.mark.parametrize("dtype", ["f4", "f8", "i4"])
@given(data=tables(), value=st.integers(-1000, 1000))
def test_a_constant_feature_stays_constant_exactly(dtype, data, value):
    X, y, k = data
    X = (10 * X).astype(dtype)
    X[:, 0] = np.array(value / 3).astype(dtype)
    new, _, _ = _resample(X, y, k)
    assert np.all(new[:, 0] == X[0, 0])


@given(data=tables())
def test_a_class_of_identical_rows_yields_identical_rows(data):
    X, y, k = data
    small = int(np.argmin(np.bincount(y)))
    X[y == small] = X[y == small][0]
    new, label, _ = _resample(X, y, k)
    assert np.all(new[label == small] == X[y == small][0])


@given(data=tables(whole=True))
def test_doubling_the_whole_table_is_no_trouble(data):
    X, y, k = data
    _, label, made = _resample(np.r_[X, X], np.r_[y, y], k)
    assert not np.any(made["seed"] == made["partner"])
    largest = 2 * np.bincount(y).max()
    assert len(label) == np.sum(largest - 2 * np.bincount(y))


@given(data=tables(), seed=SEEDS, allocation=ALLOCATIONS)
def test_the_same_seed_gives_the_same_rows(data, seed, allocation):
    X, y, k = data
    parameters = {"random_state": seed, "allocation": allocation}
    first, _, _ = _resample(X, y, k, **parameters)
    second, _, _ = _resample(X, y, k, **parameters)
    assert first.tobytes() == second.tobytes()


@given(data=tables(), allocation=ALLOCATIONS)
def test_a_larger_table_of_other_classes_does_not_change_a_class(data, allocation):
    """Rows of class 0 are moved and their number kept: what class 1 gets stays the same."""
    X, y, k = data
    assume(np.sum(y == 1) < np.bincount(y).max())
    new, label, _ = _resample(X, y, k, allocation=allocation)
    other = X.copy()
    other[y != 1] += 100
    again, _, _ = _resample(other, y, k, allocation=allocation)
    np.testing.assert_array_equal(again[label == 1], new[label == 1])


@settings(max_examples=60)
@given(data=tables(), extra=st.integers(0, 200), seed=SEEDS)
def test_even_allocation_uses_every_seed_equally_often(data, extra, seed):
    X, y, k = data
    largest = np.bincount(y).max()
    target = {each: int(largest + extra) for each in np.unique(y).tolist()}
    assume(any(target[each] > np.sum(y == each) for each in target))
    _, label, made = _resample(
        X, y, k, allocation="even", sampling_strategy=target, random_state=seed
    )
    for each in np.unique(label):
        n_rows, n_new = np.sum(y == each), np.sum(label == each)
        used = np.bincount(made["seed"][label == each], minlength=len(X))[y == each]
        assert set(used.tolist()) <= {n_new // n_rows, n_new // n_rows + 1}
        assert used.sum() == n_new


def test_the_worked_example_of_three_points():
    """Points 0, 1 and 4 on a line, k = 1: the neighbors are 0-1, 1-0, 4-1."""
    X = np.array([[0.0, 0.0], [1.0, 0.0], [4.0, 0.0]] + [[9.0, 9.0]] * 5)
    y = np.repeat([1, 0], [3, 5])
    new, _, made = _resample(X, y, 1, sampling_strategy={1: 300})
    neighbor = {0: 1, 1: 0, 2: 1}
    assert {(s, p) for s, p in zip(made["seed"], made["partner"], strict=True)} == set(
        neighbor.items()
    )
    from_four = made["seed"] == 2
    np.testing.assert_allclose(new[from_four, 0], 4 - 3 * made["step"][from_four], rtol=1e-12)
    np.testing.assert_array_equal(new[:, 1], 0)
