"""Chance has an address: one generator per class, the same bits for the same seed."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from .samplers import drawing, has_parameter, make


@pytest.fixture
def seeded_class(counted_class):
    """A sampler that draws, as all do but those that clean."""
    if not has_parameter(counted_class, "random_state"):
        pytest.fail(f"{counted_class.__name__} draws nothing: say so in this fixture")
    return drawing(counted_class)


def test_the_same_integer_gives_the_same_bits_every_time(seeded_class, multiclass):
    X, y = multiclass
    sampler = seeded_class(random_state=7)
    first, _ = sampler.fit_resample(X, y)
    again, _ = sampler.fit_resample(X, y)
    anew, _ = seeded_class(random_state=7).fit_resample(X, y)
    assert first.tobytes() == again.tobytes() == anew.tobytes()


def test_another_integer_gives_another_table(seeded_class, multiclass):
    X, y = multiclass
    first, _ = seeded_class(random_state=7).fit_resample(X, y)
    other, _ = seeded_class(random_state=8).fit_resample(X, y)
    assert not np.array_equal(first, other)


def test_no_seed_gives_another_table_every_time(seeded_class, multiclass):
    X, y = multiclass
    sampler = seeded_class(random_state=None)
    first, _ = sampler.fit_resample(X, y)
    second, _ = sampler.fit_resample(X, y)
    assert not np.array_equal(first, second)


def test_a_random_state_advances_from_call_to_call(seeded_class, multiclass):
    X, y = multiclass
    state = np.random.RandomState(7)
    first, _ = seeded_class(random_state=state).fit_resample(X, y)
    second, _ = seeded_class(random_state=state).fit_resample(X, y)
    assert not np.array_equal(first, second)
    state = np.random.RandomState(7)
    repeated, _ = seeded_class(random_state=state).fit_resample(X, y)
    np.testing.assert_array_equal(first, repeated)


def test_the_global_generator_of_numpy_is_left_alone_by_a_seed(seeded_class, multiclass):
    X, y = multiclass
    before = np.random.get_state()[1].tobytes()  # noqa: NPY002
    seeded_class(random_state=7).fit_resample(X, y)
    assert np.random.get_state()[1].tobytes() == before  # noqa: NPY002


def test_no_two_classes_share_draws(over_sampler_class, blobs):
    """Class 2 is class 1 moved by 50: shared draws would give moved copies of the new rows."""
    X, y = blobs((80, 20), shuffle=False)
    X = np.r_[X, X[80:] + 50]
    y = np.r_[y, np.full(20, 2)]
    sampler = make(over_sampler_class)
    X_res, _ = sampler.fit_resample(X, y)
    one, two = X_res[120:180], X_res[180:240]
    assert np.isclose(two - one, 50).all(axis=1).mean() < 0.2
    provenance = sampler.provenance_
    seed_one, seed_two = provenance["seed"][120:180] - 80, provenance["seed"][180:240] - 100
    assert np.mean(seed_one == seed_two) < 0.3


def test_what_one_class_is_asked_for_does_not_touch_another(over_sampler_class, multiclass):
    X, y = multiclass
    alone, _ = make(over_sampler_class, sampling_strategy={2: 40}).fit_resample(X, y)
    beside, _ = make(over_sampler_class, sampling_strategy={1: 44, 2: 40}).fit_resample(X, y)
    np.testing.assert_array_equal(alone[len(y) :], beside[len(y) + 20 :])


@pytest.mark.parametrize("n_features", [3, 40])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_the_number_of_threads_does_not_change_a_bit(searcher_class, n_features, dtype, blobs):
    X, y = blobs((2500, 1300, 200), n_features=n_features)
    X = X.astype(dtype)
    tables = [
        make(searcher_class, n_jobs=n_jobs).fit_resample(X, y)[0].tobytes()
        for n_jobs in (1, 2, 3, None)
    ]
    assert len(set(tables)) == 1


def test_calls_at_the_same_time_do_not_disturb_each_other(seeded_class, blobs):
    X, y = blobs((1900, 100), n_features=60)

    def resample(random_state):
        return seeded_class(random_state=random_state).fit_resample(X, y)[0].tobytes()

    alone = [resample(random_state) for random_state in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(resample, range(4))) == alone
