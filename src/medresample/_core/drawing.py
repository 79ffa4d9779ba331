"""Colors, line styles and axes that all pictures share."""

from __future__ import annotations

from typing import Any

from .extras import load_extra

# Okabe and Ito's palette for color-blind readers; line styles and markers say the same once more,
# for readers of a gray print.
COLORS = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
BAND = "#E3ECF4"
QUIET = "#5A5A5A"


_LONGEST = 30  # characters of a name in a picture
_TAIL = 10


def styles(samplers: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Give the color and line style of each method, the same in every picture."""
    return {
        name: {"color": COLORS[i % len(COLORS)], "linestyle": _DASHES[i % len(_DASHES)]}
        for i, name in enumerate(samplers)
    }


def markers(samplers: tuple[str, ...]) -> dict[str, str]:
    """Give the marker of each method, the same in every picture."""
    return {name: _MARKERS[i % len(_MARKERS)] for i, name in enumerate(samplers)}


def plain(text: object) -> str:
    """Give a name as it is, if not too long: matplotlib reads a dollar sign as mathematics.

    A long name loses its middle, as names in a list often differ at their ends.
    """
    name = " ".join(str(text).split())
    if len(name) > _LONGEST:
        name = name[: _LONGEST - _TAIL - 1] + "…" + name[-_TAIL:]
    return name.replace("$", r"\$")


def new_axes(ax: Any, rows: int = 1, columns: int = 1, **size: Any) -> Any:
    """Give the axes passed on, or new ones: on the figure passed on, or on one of their own."""
    if hasattr(ax, "subplots"):
        return ax.subplots(rows, columns)
    if ax is not None:
        return ax
    pyplot = load_extra("matplotlib.pyplot", "a plot")
    return pyplot.subplots(rows, columns, layout="constrained", **size)[1]
