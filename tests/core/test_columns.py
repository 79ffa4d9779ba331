"""Names, positions and masks mean the same columns; anything else is refused by name."""

import numpy as np
import pytest

from medresample._core.columns import column_positions
from medresample.exceptions import SamplerInputError

NAMES = ["age", "flag", "size"]


@pytest.mark.parametrize(
    "columns",
    [
        ["flag", "size"],
        [1, 2],
        [-1, 1],
        ["flag", -1],
        np.array([False, True, True]),
        ("size", "flag", "flag"),
    ],
    ids=str,
)
def test_names_positions_and_masks_mean_the_same(columns):
    assert column_positions(columns, NAMES, "discrete_features") == (1, 2)


@pytest.mark.parametrize("columns", [[("b", "x"), ("a", "y")], [("b", "x"), 1]], ids=str)
def test_a_name_may_be_a_tuple(columns):
    names = [("a", "x"), ("a", "y"), ("b", "x")]
    assert column_positions(columns, names, "discrete_features") == (1, 2)


@pytest.mark.parametrize("columns", [None, []])
def test_nothing_means_no_column(columns):
    assert column_positions(columns, NAMES, "discrete_features") == ()


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["weight"], "discrete_features names column 'weight'.*It has: age, flag, size"),
        ([3], "discrete_features names column 3"),
        ([True, False], "discrete_features is a mask of 2 entries for 3 columns"),
        ([["age"]], "discrete_features must be one-dimensional"),
    ],
)
def test_unknown_columns_are_refused_by_name(columns, message):
    with pytest.raises(SamplerInputError, match=message):
        column_positions(columns, NAMES, "discrete_features")
