"""How are whole numbers made when some are missing? With a mask beside them, never as floats.

Whole numbers and flags that went through NaN would lose their type, and large ones their last
digits.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .recipes import Mixed, Recipe, Segments, Values, is_voted


def fill_whole(
    recipe: Recipe, values: np.ndarray, holes: np.ndarray, column: int
) -> tuple[np.ndarray, np.ndarray]:
    """Make the new cells of one column of whole numbers or flags.

    A new cell is missing where its seed's (for a voted cell, its donor's) is; where only the
    partner's is missing, it takes the seed's value.

    Parameters
    ----------
    recipe : recipe
        How the new rows are made.
    values, holes : ndarray of shape (n_rows,)
        The column, with anything in place of missing cells, and where they are.
    column : int
        Position of the column in the table.

    Returns
    -------
    new_values, new_holes : ndarray of shape (len(recipe),)
    """
    out = np.empty((len(recipe), 1), values.dtype)
    _around(recipe, holes).fill(values[:, None], np.array([column]), out)
    if isinstance(recipe, Values):
        return out[:, 0], np.zeros(len(recipe), bool)
    return out[:, 0], holes[recipe.donors(column) if is_voted(recipe, column) else recipe.seed]


def _around(recipe: Recipe, holes: np.ndarray) -> Recipe:
    """Make every segment whose far end is missing end where it starts."""
    if isinstance(recipe, Mixed):
        numbers = _around(recipe.numbers, holes)
        assert isinstance(numbers, Segments)
        return Mixed(numbers, recipe.labels)
    if isinstance(recipe, Segments) and holes.any():
        partner = np.where(holes[recipe.partner], recipe.seed, recipe.partner)
        return replace(recipe, partner=partner)
    return recipe
