"""Large tables stay on disk: read from a map, written into one, or given out in batches."""

import mmap

import numpy as np
import pandas as pd
import pytest

from medresample._core import pages
from medresample.exceptions import SamplerInputError
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler


@pytest.fixture
def mapped(tmp_path, monkeypatch):
    """A read-only memory map, worked on in many small pieces."""
    monkeypatch.setattr(pages, "PIECE", 2048)
    monkeypatch.setattr(pages, "TOUCHED", 7)
    X = np.random.default_rng(0).normal(size=(400, 9)).astype(np.float32)
    np.save(tmp_path / "X.npy", X)
    return np.load(tmp_path / "X.npy", mmap_mode="r"), X, np.repeat([0, 1], [330, 70])


SAMPLERS = {
    "smote": SMOTE(random_state=0),
    "copies": RandomOverSampler(random_state=0),
    "noise": RandomOverSampler(random_state=0, shrinkage=1.0),
    "under": RandomUnderSampler(random_state=0),
}


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_map_gives_the_bits_of_the_array(name, mapped):
    table, X, y = mapped
    ours, _ = SAMPLERS[name].fit_resample(table, y)
    plain, _ = SAMPLERS[name].fit_resample(X, y)
    np.testing.assert_array_equal(ours, plain)
    assert type(ours) is np.ndarray


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_plan_writes_into_a_map(name, mapped, tmp_path):
    table, X, y = mapped
    plan = SAMPLERS[name].plan(table, y)
    shape = (plan.n_rows_out, 9)
    out = np.lib.format.open_memmap(tmp_path / "o.npy", mode="w+", dtype=np.float32, shape=shape)
    assert plan.apply(table, out=out) is out
    out.flush()
    np.testing.assert_array_equal(np.load(tmp_path / "o.npy"), plan.apply(X))


@pytest.mark.parametrize(
    ("out", "message"),
    [
        (np.empty((3, 9), np.float32), r"shape \(660, 9\) and type float32"),
        (np.empty((660, 9)), r"found shape \(660, 9\) and type float64"),
    ],
)
def test_an_output_that_does_not_fit_is_refused(out, message, mapped):
    table, _, y = mapped
    with pytest.raises(SamplerInputError, match=message):
        SMOTE().plan(table, y).apply(table, out=out)


@pytest.mark.parametrize("make", [pd.DataFrame, lambda X: X.tolist()])
def test_only_arrays_can_be_written_into(make, mapped):
    _, X, y = mapped
    table = make(X)
    plan = SMOTE().plan(table, y)
    with pytest.raises(SamplerInputError, match="out"):
        plan.apply(table, out=np.empty((660, 9), np.float32))


def test_copy_on_write_maps_keep_what_was_written(tmp_path):
    np.save(tmp_path / "X.npy", np.zeros((50, 2)))
    X = np.load(tmp_path / "X.npy", mmap_mode="c")
    X[:] = np.arange(100).reshape(50, 2)
    y = np.repeat([0, 1], [40, 10])
    RandomOverSampler(random_state=0).fit_resample(X, y)
    assert X[-1, -1] == 99


@pytest.mark.skipif(not hasattr(mmap, "MAP_PRIVATE"), reason="no private maps on this system")
def test_private_buffers_keep_what_was_written():
    """Their pages exist nowhere else, so giving them back would lose the table."""
    buffer = mmap.mmap(-1, 800, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    X = np.ndarray((50, 2), np.float64, buffer=buffer)
    X[:] = np.arange(100).reshape(50, 2)
    y = np.repeat([0, 1], [40, 10])
    SMOTE(random_state=0, k_neighbors=3).fit_resample(X, y)
    np.testing.assert_array_equal(X, np.arange(100).reshape(50, 2))


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("size", [1000, 64, 7])
@pytest.mark.parametrize("make", [np.asarray, pd.DataFrame])
def test_batches_give_every_row_once(name, size, make, mapped):
    _, X, y = mapped
    table = make(X)
    plan = SAMPLERS[name].plan(table, y)
    parts = list(plan.batches(table, size, random_state=3))
    assert all(type(part) is type(table) and len(part) <= size for part, _ in parts)
    rows = np.concatenate([np.asarray(part) for part, _ in parts])
    labels = np.concatenate([labels for _, labels in parts])
    whole = np.asarray(plan.apply(table))
    assert len(parts) == -(-plan.n_rows_out // size)
    order, expected = np.lexsort((labels, *rows.T)), np.lexsort((plan.labels, *whole.T))
    np.testing.assert_array_equal(rows[order], whole[expected])
    np.testing.assert_array_equal(labels[order], plan.labels[expected])


def test_batches_are_shuffled_and_reproducible(mapped):
    _, X, y = mapped
    plan = SMOTE(random_state=0).plan(X, y)
    first, again, other = (
        np.concatenate([labels for _, labels in plan.batches(X, 50, random_state=seed)])
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert 10 < first[:50].sum() < 40


def test_batches_of_no_row_are_refused(mapped):
    _, X, y = mapped
    with pytest.raises(SamplerInputError, match="size must be at least 1"):
        next(SMOTE().plan(X, y).batches(X, 0))
