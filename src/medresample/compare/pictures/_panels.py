"""Where does each method's line go? All on one picture, or each on a panel of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from medresample._core.drawing import COLORS, QUIET, markers, plain, styles
from medresample._core.extras import load_extra

# More lines than these can not be told from one another on one picture.
MANY = 8
_ACROSS = {1: 5, 2: 8}  # small panels side by side, by pictures per method
_LINE, _HANDLE = 0.21, 0.62  # inches, of a legend
_POINTS = 9.0


class Room(NamedTuple):
    """Inches around the axes, between two in a row, and between rows."""

    left: float
    right: float
    top: float
    foot: float
    aside: float
    between: float


_LARGE = Room(0.85, 0.2, 0.36, 0.62, 0.9, 0.0)
_ASIDE = 0.36
_SMALL = Room(0.52, 0.3, 0.43, 0.87, _ASIDE, 0.74)

Look = dict[str, Any]
Line = Callable[[Any, int, str, Look], None]  # draw(ax, kind, name, look)
Dress = Callable[[Any, int], None]  # dress(ax, kind)


@dataclass(frozen=True)
class Panels:
    """How the lines of some methods share the room of a figure.

    Up to 8 methods are drawn over one another. More get a panel each, with the control in gray
    behind them.

    Attributes
    ----------
    names : tuple of str
        Methods that have lines.
    methods : tuple of str
        All methods of the comparison: they give each its color, the same in every picture.
    control : str
        The method that others are compared with.
    kinds : int
        Pictures per method, such as two for ROC and precision-recall.
    twins : mapping of str to str
        The same method with recalibrated risks, if there is one: it shares the panel.
    """

    names: tuple[str, ...]
    methods: tuple[str, ...]
    control: str
    kinds: int
    twins: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_apart(self) -> bool:
        """Whether each method has a panel of its own."""
        return len(self.names) > MANY

    @property
    def own(self) -> tuple[str, ...]:
        """The methods with a panel of their own: all but the control, and but twins of others."""
        shared = {self.twins.get(name) for name in self.names if name != self.control}
        return tuple(name for name in self.names if name != self.control and name not in shared)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of axes."""
        if not self.is_apart:
            return 1, self.kinds
        per_row = _ACROSS[self.kinds] // self.kinds
        return -(-len(self.own) // per_row), per_row * self.kinds

    @property
    def size(self) -> tuple[float, float]:
        """Inches of a figure that holds them, with the legend below."""
        width = 9.6 if self.is_apart or self.kinds > 1 else 6.4
        rows, room = self.shape[0], self._room(width)
        side = width_of(width, self.shape[1], room) * (
            1 if self.is_apart or self.kinds > 1 else 0.7
        )
        return width, room.top + rows * side + (rows - 1) * room.between + room.foot

    def _room(self, width: float) -> Room:
        """Inches to leave around the axes, those of the legend included."""
        if self.is_apart:
            return _SMALL
        lines = -(-(len(self.names) + 2) // self._legend_columns(width, self.names))
        return _LARGE._replace(foot=_LARGE.foot + _LINE * lines)

    def draw(self, ax: Any, line: Line, dress: Dress) -> Any:
        """Draw on a figure, on axes as many as asked for, or (None) on a figure of their own."""
        alone = ax is None or hasattr(ax, "subplots")
        axes = axes_of(ax, self.shape, self.size, self._room) if alone else ax
        places = np.ravel(axes)
        if len(places) == self.kinds:
            self._draw_over(places, line, dress, alone)
        elif self.is_apart and len(places) >= self.kinds * len(self.own):
            self._draw_apart(places, line, dress, alone)
        else:
            words = {1: "one axes", 2: "two axes"}[self.kinds]
            raise ValueError(f"This picture is drawn on {words} or a figure, got {len(places)}.")
        return axes

    def _draw_over(self, places: Any, line: Line, dress: Dress, alone: bool) -> None:
        looks, shapes = styles(self.methods), markers(self.methods)
        for kind, place in enumerate(places):
            for name in self.names:
                look = {**looks[name], "marker": shapes[name], "linewidth": 1.7, "markersize": 4.5}
                line(place, kind, name, look | {"label": plain(name)})
            dress(place, kind)
            place.spines[["top", "right"]].set_visible(False)
        handles, labels = places[0].get_legend_handles_labels()
        if alone and handles:
            width = places[0].figure.bbox.width / places[0].figure.dpi
            columns = min(len(labels), self._legend_columns(width, labels))
            _legend_below(places[0], handles, labels, columns)
        elif handles:
            places[-1].legend(handles, labels, frameon=False, loc="best")

    def _draw_apart(self, places: Any, line: Line, dress: Dress, alone: bool) -> None:
        quiet = {"color": QUIET, "linestyle": "--", "linewidth": 1.0, "marker": "", "alpha": 0.8}
        strong = {"color": COLORS[2], "linestyle": "-", "linewidth": 1.5, "marker": ""}
        other = {"color": COLORS[1], "linestyle": "-.", "linewidth": 1.3, "marker": ""}
        for number, name in enumerate(self.own):
            for kind in range(self.kinds):
                place = places[number * self.kinds + kind]
                if self.control in self.names:
                    line(place, kind, self.control, quiet | {"label": plain(self.control)})
                line(place, kind, name, strong | {"label": "the method above"})
                twin = self.twins.get(name)
                if twin in self.names:
                    line(place, kind, twin, other | {"label": "the same, recalibrated"})
                dress(place, kind)
                self._make_small(place, number, kind)
            first = places[number * self.kinds]
            title = _in_two_lines(name)
            wide = self.kinds * first.bbox.width / first.figure.dpi + (self.kinds - 1) * _ASIDE
            fontsize = fitting(title, wide + 0.7 * _ASIDE, 7.5)
            first.set_title(title, loc="left", fontsize=fontsize, fontweight="bold", pad=7)
        for place in places[len(self.own) * self.kinds :]:
            place.set_visible(False)
        if alone:
            shown: dict[str, Any] = {}
            for place in places:
                handles, labels = place.get_legend_handles_labels()
                shown |= dict(zip(labels, handles, strict=True))
            handles, labels = list(shown.values()), list(shown)
            _legend_below(places[0], handles, labels, len(labels))

    def _make_small(self, place: Any, number: int, kind: int) -> None:
        """Axis labels at the edges of the figure alone, and small ones."""
        per_row = self.shape[1] // self.kinds
        place.set_title("")
        place.spines[["top", "right"]].set_visible(False)
        place.tick_params(labelsize=7, length=2, pad=2)
        place.tick_params(axis="x", pad=5)
        if number + per_row < len(self.own):
            place.set_xlabel("")
            place.tick_params(labelbottom=False)
        column = number % per_row
        if kind > 0:
            place.yaxis.set_label_position("right")
        if column != (per_row - 1 if kind > 0 else 0):
            place.set_ylabel("")
        place.xaxis.label.set_size(7.5)
        place.yaxis.label.set_size(7.5)
        ticks = load_extra("matplotlib.ticker", "a plot")
        for axis in (place.xaxis, place.yaxis):
            if axis.get_scale() == "linear":
                axis.set_major_locator(ticks.MaxNLocator(2, steps=[1, 2, 5, 10]))

    @staticmethod
    def _legend_columns(width: float, labels: Any) -> int:
        widest = max([inches(plain(label), _POINTS) for label in labels], default=1.0)
        return max(1, int(width / (_HANDLE + widest)))


def inches(text: str, points: float) -> float:
    """About how wide a text is, a little too much rather than too little."""
    wide = sum(letter.isupper() or letter in "mw@%" or ord(letter) > 0x2E80 for letter in text)
    return points * (0.0092 * (len(text) - wide) + 0.0128 * wide)


def fitting(text: str, width: float, points: float) -> float:
    """The size of letters, in points, at which a title fits into so many inches."""
    widest = max(1.12 * inches(line, points) for line in text.split("\n"))  # bold letters
    return min(points, points * width / widest) if widest else points


def width_of(width: float, columns: int, room: Room) -> float:
    """Inches of the width of one of the axes that stand side by side in a figure."""
    return (width - room.left - room.right - (columns - 1) * room.aside) / columns


def axes_of(
    figure: Any,
    shape: tuple[int, int],
    size: tuple[float, float],
    room_in: Callable[[float], Room],
) -> Any:
    """Axes in rows on a figure, or on a new one of `size`, with the room for a given width.

    They are placed by hand: a layout of many takes many seconds to find.
    """
    if figure is None:
        figure = load_extra("matplotlib.pyplot", "a plot").figure(figsize=size)
    if hasattr(figure, "set_layout_engine"):
        figure.set_layout_engine("none")
    width, height = figure.bbox.width / figure.dpi, figure.bbox.height / figure.dpi
    (rows, columns), room = shape, room_in(width)
    wide = width_of(width, columns, room)
    high = (height - room.top - room.foot - (rows - 1) * room.between) / rows
    axes = np.empty(shape, dtype=object)
    for row, column in np.ndindex(rows, columns):
        left = room.left + column * (wide + room.aside)
        foot = height - room.top - row * (high + room.between) - high
        place = (left / width, foot / height, wide / width, high / height)
        axes[row, column] = figure.add_axes(place)
    return axes if axes.size > 1 else axes[0, 0]


def titled(title: str, subject: str) -> str:
    """A title with what must be said beside it, if anything."""
    return f"{title} ({plain(subject)})" if subject else title


def _in_two_lines(name: str) -> str:
    """A name over a small panel, broken where it is too long for one line."""
    short = plain(name)
    if len(short) <= 22:
        return short
    middle = short.rfind(" ", 8, 22) if " " in short[8:22] else 18
    return f"{short[: middle + 1].rstrip()}\n{short[middle + 1 :].lstrip()}"


def _legend_below(ax: Any, handles: list[Any], labels: list[str], columns: int) -> None:
    look = {"ncols": columns, "frameon": False, "handlelength": 3, "fontsize": _POINTS}
    ax.figure.legend(handles, labels, loc="lower center", borderaxespad=0.2, **look)
