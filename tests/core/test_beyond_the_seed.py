"""Rows on the far side of their seed stay within what the type of a column holds."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from medresample._core import recipes
from medresample._core.recipes import Segments
from medresample._core.table import wrap

WHOLE = ["u1", "i1", "i2", "u4", "i8", "u8"]


def _far_rows(values):
    """Steps of -1/2 and -1 from every value away from every other."""
    n = len(values)
    seed, partner = (each.ravel().astype(np.int32) for each in np.indices((n, n)))
    twice = np.tile([-0.5, -1.0], (n * n, 1)).T.ravel().astype(np.float32)
    return Segments(np.tile(seed, 2), np.tile(partner, 2), twice)


def _exactly(values, recipe, low, high):
    """The same in exact arithmetic, rounded half to even as numpy does."""
    out = []
    for seed, partner, step in zip(recipe.seed, recipe.partner, recipe.step, strict=True):
        move = Fraction(float(step)) * (int(values[partner]) - int(values[seed]))
        out.append(min(max(int(values[seed]) + round(move), low), high))
    return out


@pytest.mark.parametrize("dtype", WHOLE)
@pytest.mark.parametrize("form", ["dense", "sparse", "nullable"])
def test_whole_numbers_stop_at_their_limits(dtype, form):
    limits = np.iinfo(dtype)
    values = np.array([limits.min, limits.min + 2, 0, 8, limits.max - 8, limits.max], dtype)
    if limits.bits == 64:  # what float64 holds
        values = np.array([limits.min, limits.min + 2**12, limits.min + 2**60], dtype)
    recipe = _far_rows(values)
    table = {
        "dense": lambda: values[:, None],
        "sparse": lambda: sparse.csr_array(values[:, None]),
        "nullable": lambda: pd.DataFrame(
            {"n": pd.array(values, dtype=limits.dtype.name.title().replace("Ui", "UI"))}
        ),
    }[form]()
    grown = wrap(table).grow(np.empty(0, int), [recipe])
    found = grown.toarray() if form == "sparse" else np.asarray(grown)
    assert [int(each) for each in found.ravel()] == _exactly(
        values, recipe, int(limits.min), int(limits.max)
    )


@pytest.mark.parametrize(
    "form", [np.asarray, sparse.csr_array, lambda X: pd.DataFrame({"flag": X[:, 0]})]
)
def test_flags_stay_flags(form):
    values = np.array([False, True])
    recipe = _far_rows(values)
    grown = wrap(form(values[:, None])).grow(np.empty(0, int), [recipe])
    found = np.asarray(grown.toarray() if hasattr(grown, "toarray") else grown).ravel()
    assert found.dtype == bool
    assert set(found.view(np.uint8).tolist()) <= {0, 1}
    np.testing.assert_array_equal(found, values[recipe.seed])


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_numbers_stay_finite(form, compiled, dtype, monkeypatch):
    monkeypatch.setattr(recipes, "compiled_pays", lambda seconds: compiled)
    limits = np.finfo(dtype)
    values = np.array([limits.min, -1, 0, 1, limits.max], dtype)
    recipe = _far_rows(values)
    grown = wrap(form(values[:, None])).grow(np.empty(0, int), [recipe])
    found = np.asarray(grown.toarray() if hasattr(grown, "toarray") else grown).ravel()
    assert np.isfinite(found).all()
    at_most = (recipe.seed == 4) & (recipe.partner == 0)
    assert np.all(found[at_most] == limits.max)
