"""Where does each output row come from? A structured array with a row per output row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .recipes import Recipe, Values, is_plain_copy, segments_of

ORIGINS = ("original", "copy", "synthetic", "prototype")


def of_stage(labels: np.ndarray, kept: np.ndarray, made: Sequence[Recipe]) -> np.ndarray:
    """Tell the origin of the output rows of one stage, in row numbers of its own input."""
    out = np.empty(
        len(labels),
        [
            ("origin", np.array(ORIGINS).dtype),
            ("seed", np.int64),
            ("partner", np.int64),
            ("step", np.float64),
            ("label", labels.dtype),
        ],
    )
    out["label"] = labels
    out["origin"], out["partner"], out["step"] = "original", -1, np.nan
    out["seed"] = np.concatenate([kept, *[recipe.seed for recipe in made]])
    at = len(kept)
    for recipe in made:
        here = slice(at, at + len(recipe))
        at = here.stop
        out["origin"][here] = _origin(recipe)
        segments = segments_of(recipe)
        if segments is not None:
            out["partner"][here] = segments.partner
            out["step"][here] = segments.step
    return out


def traced_back(later: np.ndarray, earlier: np.ndarray) -> np.ndarray:
    """Replace row numbers of a stage's input by those of the stage before it.

    A seed or partner that was itself made is traced to the row that it started from. A row that
    the later stage only kept or copied tells how the earlier one made it.
    """
    out = later.copy()
    for name in ("seed", "partner"):
        known = later[name] >= 0
        out[name][known] = earlier["seed"][later[name][known]]
    source = earlier[later["seed"]]
    as_it_was = np.isin(later["origin"], ("original", "copy")) & (source["origin"] != "original")
    for name in ("origin", "partner", "step"):
        out[name][as_it_was] = source[name][as_it_was]
    return out


def _origin(recipe: Recipe) -> str:
    if isinstance(recipe, Values) and len(recipe.members):
        return "prototype"
    return "copy" if is_plain_copy(recipe) else "synthetic"
