"""Levels: every container gives the same labels the same numbers, and missing ones their own."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from medresample._core.levels import read_levels, read_ranks
from medresample.exceptions import ColumnTypeError

WORDS = ["b", None, "a", "b", "c", None]
COLUMNS = {
    "objects": np.array(WORDS, dtype=object),
    "objects with NaN": np.array([np.nan if w is None else w for w in WORDS], dtype=object),
    "objects with NA": np.array([pd.NA if w is None else w for w in WORDS], dtype=object),
    "str": pd.Series(WORDS),
    "string": pd.Series(WORDS, dtype="string"),
    "arrow": pd.Series(WORDS).astype("string[pyarrow]"),
    "object": pd.Series(WORDS, dtype=object),
    "category": pd.Series(pd.Categorical(WORDS, categories=["z", "c", "b", "a", "y"])),
    "polars String": pl.Series(WORDS),
    "polars Categorical": pl.Series(WORDS, dtype=pl.Categorical),
    "polars Enum": pl.Series(WORDS, dtype=pl.Enum(["z", "c", "b", "a", "y"])),
}
NUMBERS = [2, None, 1, 2, 3, None]
COLUMNS |= {
    "floats": np.array([np.nan if n is None else n for n in NUMBERS], float),
    "float Series": pd.Series(NUMBERS, dtype=float),
    "Int64": pd.Series(NUMBERS, dtype="Int64"),
    "arrow doubles": pd.Series(NUMBERS, dtype="double[pyarrow]"),
    "polars Int64": pl.Series(NUMBERS),
    "polars NaN": pl.Series([float("nan") if n is None else n for n in NUMBERS], dtype=pl.Float64),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_equal_cells_share_a_level_and_missing_ones_have_their_own(kind):
    levels = read_levels(COLUMNS[kind])
    assert len(levels) == 4
    assert levels.codes.dtype == np.uint8
    b, missing, a, again, c, missing_again = levels.codes.tolist()
    assert (b, missing) == (again, missing_again)
    assert {b, missing, a, c} == {0, 1, 2, 3}
    assert levels.missing == missing
    assert levels.example[[b, missing, a, c]].tolist() == [0, 1, 2, 4]


@pytest.mark.parametrize("flags", [np.array([True, False]), pd.Series([True, False])])
def test_without_missing_cells_there_is_no_such_level(flags):
    levels = read_levels(flags)
    assert levels.missing == -1
    assert len(levels) == 2


def test_words_of_fixed_length_and_mixed_objects_are_labels():
    assert read_levels(np.array(["x", "y", "x"])).codes.tolist() == [0, 1, 0]
    assert len(read_levels(np.array([1, "1", 2.5, ("a", "b")] * 2, dtype=object))) == 4


def test_far_apart_codes_are_renumbered():
    numbers = np.array([0, 2**62, -5, 2**62])
    levels = read_levels(numbers)
    assert levels.codes.tolist() == [1, 2, 0, 2]


def test_what_can_not_be_compared_is_no_label():
    with pytest.raises(ColumnTypeError, match="no labels"):
        read_levels(np.array([[1], {}, "a", None], dtype=object))


@pytest.mark.parametrize(
    "cells",
    [
        pd.Series(pd.Categorical(["c", None, "a"], categories=list("abc"), ordered=True)),
        pl.Series(["c", None, "a"], dtype=pl.Enum(list("abc"))),
        np.array([7.5, np.nan, -1.0, 3.0])[:3],
    ],
    ids=["category", "Enum", "numbers"],
)
def test_ranks_are_places_among_the_levels(cells):
    ranks = read_ranks(cells)
    assert np.isnan(ranks.places[1])
    assert ranks.places[0] == ranks.n_levels - 1
    assert ranks.places[2] == 0


def test_labels_without_order_have_no_ranks():
    with pytest.raises(ColumnTypeError, match="no order"):
        read_ranks(pd.Series(["a", "b"]))
    with pytest.raises(ColumnTypeError, match="no order"):
        read_ranks(pd.Series(pd.Categorical(["a", "b"])))
