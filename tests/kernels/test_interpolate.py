"""The compiled kernel, the NumPy path and the naive twin give the same bits."""

import numpy as np
import pytest
from reference.interpolation import naive_interpolate

from medresample._core import recipes
from medresample._core.recipes import Segments
from medresample._kernels.interpolate import interpolate


def a_job(dtype, order="C", holes=False, n_rows=40, n_columns=7, n_new=60):
    rng = np.random.default_rng(0)
    table = np.array(rng.normal(scale=100, size=(n_rows, n_columns)), dtype=dtype, order=order)
    if holes:
        table[rng.random(table.shape) < 0.2] = np.nan
    seed, partner = rng.integers(0, n_rows, (2, n_new)).astype(np.int32)
    return table, seed, partner, rng.random(n_new, dtype=np.float32)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("holes", [False, True])
def test_kernel_equals_its_naive_twin(dtype, order, holes):
    table, seed, partner, step = a_job(dtype, order, holes)
    out = np.empty((len(seed), table.shape[1]), dtype)
    interpolate(table, seed, partner, step, out)
    np.testing.assert_array_equal(out, naive_interpolate(table, seed, partner, step))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numpy_and_the_kernel_give_the_same_bits(dtype, monkeypatch):
    table, seed, partner, step = a_job(dtype, holes=True)
    segments = Segments(seed, partner, step)
    columns = np.arange(table.shape[1])
    small, large = np.empty((2, len(seed), table.shape[1]), dtype)
    monkeypatch.setattr(recipes, "compiled_pays", lambda seconds: False)
    segments.fill(table, columns, small)
    monkeypatch.setattr(recipes, "compiled_pays", lambda seconds: True)
    segments.fill(table, columns, large)
    np.testing.assert_array_equal(small, large)


def test_kernel_reads_a_read_only_memory_map(tmp_path):
    table, seed, partner, step = a_job(np.float32)
    np.save(tmp_path / "table.npy", table)
    mapped = np.load(tmp_path / "table.npy", mmap_mode="r")
    out = np.empty((len(seed), table.shape[1]), np.float32)
    interpolate(mapped, seed, partner, step, out)
    np.testing.assert_array_equal(out, naive_interpolate(table, seed, partner, step))


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64])
def test_whole_numbers_are_rounded_to_nearest_and_never_leave_the_segment(dtype):
    limits = np.iinfo(dtype)
    table = np.array([[limits.min], [limits.max], [limits.max - 1]], dtype)
    step = np.array([0, 0.25, 0.75, 1 - 2**-24, 0.5], np.float32)
    seed, partner = np.array([0, 0, 1, 0, 1]), np.array([1, 1, 0, 1, 2])
    out = np.empty((5, 1), dtype)
    Segments(seed, partner, step).fill(table, np.array([0]), out)
    exact = [
        int(table[a, 0]) + float(u) * (int(table[b, 0]) - int(table[a, 0]))
        for a, b, u in zip(seed, partner, step, strict=True)
    ]
    wide = limits.max - limits.min
    for value, target in zip(out[:, 0].tolist(), exact, strict=True):
        assert abs(value - target) <= 0.5 + wide * 1e-15
        assert limits.min <= value <= limits.max


def test_large_whole_numbers_that_do_not_change_come_out_exactly():
    table = np.array([[2**53 + 1, 1], [2**53 + 1, 9]], np.int64)
    out = np.empty((1, 2), np.int64)
    Segments(np.array([0]), np.array([1]), np.array([0.3], np.float32)).fill(
        table, np.arange(2), out
    )
    assert out.tolist() == [[2**53 + 1, 3]]
