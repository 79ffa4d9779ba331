"""Where do new rows come from? The rows of one training fold, and lines to their parents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from sklearn.decomposition import PCA

from medresample._core.drawing import COLORS, QUIET, plain
from medresample._core.extras import load_extra
from medresample.compare._routes import filled_and_scaled, mixed_encoder
from medresample.compare.pictures._panels import Room, axes_of, fitting

if TYPE_CHECKING:
    import pandas as pd

    from medresample._core.plan import SamplingPlan

_CLASSES = ((COLORS[6], "o"), (COLORS[1], "^"), (COLORS[3], "s"), (COLORS[4], "v"))
_NEW = "#003D66"
_ACROSS = 5
_ROOM = Room(0.08, 0.08, 0.3, 1.02, 0.12, 0.3)
_FAINT = "#A8A8A8"


@dataclass
class MadeRowsDisplay:
    """Two principal components of a training fold, with a line from each new row to its parents.

    The components are those of the original rows, prepared as for a learner (holes filled, columns
    scaled, categories encoded); new rows are placed among them. It is drawn from rows of patients:
    look at it, but think twice before you hand it on.

    Attributes
    ----------
    table : DataFrame
        Columns ``sampler, row, origin, label, x, y``: a row per row of the resampled table with
        its number there; rows of the input that are left out follow, with the origin "left out"
        and their number in the input.
    links : DataFrame
        Columns ``sampler, row, parent, x, y``: a row per new row and parent, with the number and
        place of the parent in the input. Copies have none: they lie on their parents.
    explained : tuple of float
        Share of the variance that each component shows.

    See Also
    --------
    medresample.SamplingPlan.parents : The same as a sparse matrix.

    Examples
    --------
    >>> from medresample import SMOTE, SMOTETomek
    >>> from medresample.compare import MadeRowsDisplay
    >>> from medresample.datasets import load_nuclei
    >>> nuclei = load_nuclei()
    >>> X, y = nuclei.data[:300], nuclei.target[:300]  # a training fold
    >>> samplers = {"smote": SMOTE(random_state=0), "smote_tomek": SMOTETomek(random_state=0)}
    >>> display = MadeRowsDisplay.from_samplers(samplers, X, y)
    >>> display.links.groupby(["sampler", "row"]).size().max().item()  # a seed and a partner
    2
    """

    table: pd.DataFrame
    links: pd.DataFrame
    explained: tuple[float, ...]

    @classmethod
    def from_samplers(
        cls, samplers: Mapping[str, Any], X: Any, y: ArrayLike, groups: ArrayLike | None = None
    ) -> MadeRowsDisplay:
        """Ask samplers for their plans, of the rows as a comparison would show them.

        A numeric table is filled and scaled first; a mixed one is sampled as it is.

        Parameters
        ----------
        samplers : mapping of str to sampler
            Samplers with a method ``plan``: all of ours.
        X : array-like or dataframe of shape (n, d)
            The rows of one training fold, never those of a test fold.
        y : array-like of shape (n,)
            Their labels.
        groups : array-like of shape (n,), default=None
            Their patients.
        """
        frame, plans = _as_frame(X), {}
        types = load_extra("pandas", "a display").api.types
        if all(types.is_numeric_dtype(dtype) for dtype in frame.dtypes):
            X = filled_and_scaled().set_output(transform="pandas").fit_transform(frame)
        for name, sampler in samplers.items():
            if not hasattr(sampler, "plan"):
                raise TypeError(
                    f"{name!r} has no plan(X, y), so that nobody knows the parents of its rows; "
                    "samplers of medresample have one."
                )
            more = {} if groups is None else {"groups": groups}
            plans[name] = sampler.plan(X, y, **more)
        return cls.from_plans(plans, X)

    @classmethod
    def from_plans(
        cls, plans: Mapping[str, SamplingPlan] | SamplingPlan, X: Any
    ) -> MadeRowsDisplay:
        """Place the rows of one or several plans.

        Parameters
        ----------
        plans : SamplingPlan, or mapping of str to SamplingPlan
            Plans for the same rows.
        X : array-like or dataframe of shape (n, d)
            The rows that the plans were made for.
        """
        pd = load_extra("pandas", "a display")
        if not isinstance(plans, Mapping):
            plans = {"": plans}
        if not plans:
            raise ValueError("There is no plan to draw.")
        places = _Places(X)
        before = places.of(X)
        parts = [_rows_of(plan, X, before, places, pd) for plan in plans.values()]
        tables = [rows.assign(sampler=name) for name, (rows, _) in zip(plans, parts, strict=True)]
        links = [found.assign(sampler=name) for name, (_, found) in zip(plans, parts, strict=True)]
        return cls(
            pd.concat(tables, ignore_index=True)[["sampler", "row", "origin", "label", "x", "y"]],
            pd.concat(links, ignore_index=True)[["sampler", "row", "parent", "x", "y"]],
            places.explained,
        )

    @property
    def _samplers(self) -> list[str]:
        return list(dict.fromkeys(self.table["sampler"]))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of axes, one for each sampler."""
        n = len(self._samplers)
        return -(-n // _ACROSS), min(n, _ACROSS)

    @property
    def size(self) -> tuple[float, float]:
        """Inches of a figure that holds it."""
        rows, columns = self.shape
        side = {1: 5.6, 2: 4.2, 3: 3.2, 4: 2.4}.get(columns, 1.9)
        return side * columns, side * rows + 1.0

    def plot(self, ax: Any = None) -> Any:
        """Draw on axes as many as samplers, on a figure, or on new ones; returns the axes."""
        alone = ax is None or hasattr(ax, "subplots")
        axes = axes_of(ax, self.shape, self.size, lambda width: _ROOM) if alone else ax
        places, names = np.ravel(axes), self._samplers
        if len(places) < len(names):
            raise ValueError(f"{len(names)} samplers need as many axes, got {len(places)}.")
        small = len(names) > 4
        for place, name in zip(places, names, strict=False):
            self._draw(place, name, 5 if small else 16)
            wide = place.bbox.width / place.figure.dpi
            fontsize = fitting(plain(name), wide, 7 if small else 11)
            place.set_title(plain(name), fontsize=fontsize, pad=4)
            place.set(xticks=[], yticks=[])
            place.spines[:].set_color(_FAINT)
        for place in places[len(names) :]:
            place.set_visible(False)
        self._explain(places, alone)
        return axes

    def _draw(self, ax: Any, name: str, area: float) -> None:
        rows = self.table[self.table["sampler"] == name]
        links = self.links[self.links["sampler"] == name]
        new = rows[rows["origin"].isin(["synthetic", "prototype"])].set_index("row")
        if len(links):
            ends = new.loc[links["row"], ["x", "y"]].to_numpy()
            lines = np.stack([ends, links[["x", "y"]].to_numpy()]).transpose(2, 0, 1)
            ax.plot(*lines, color=_NEW, linewidth=0.4, alpha=0.4, zorder=1)
        out = rows[rows["origin"] == "left out"]
        if len(out):
            look = {"facecolors": "none", "edgecolors": _FAINT, "linewidths": 0.6}
            ax.scatter(out["x"], out["y"], s=area, label="left out", zorder=1.5, **look)
        for number, label in enumerate(sorted(set(self.table["label"]), key=str)):
            color, marker = _CLASSES[number % len(_CLASSES)]
            kept = rows[(rows["origin"] == "original") & (rows["label"] == label)]
            look = {"s": area, "color": color, "marker": marker, "linewidths": 0}
            ax.scatter(kept["x"], kept["y"], label=plain(label), zorder=2, **look)
        copies = rows[rows["origin"] == "copy"].groupby(["x", "y"], as_index=False).size()
        if len(copies):
            look = {"facecolors": "none", "edgecolors": _NEW, "linewidths": 0.8}
            areas = area * (1.5 + copies["size"])
            ax.scatter(copies["x"], copies["y"], s=areas, label="copied", zorder=2.5, **look)
        if len(new):
            look = {"s": area, "marker": "x", "color": _NEW, "linewidths": 0.8}
            ax.scatter(new["x"], new["y"], label="new, lines to its parents", zorder=1.8, **look)

    def _explain(self, places: np.ndarray, alone: bool) -> None:
        shown: dict[str, Any] = {}
        for place in places:
            handles, labels = place.get_legend_handles_labels()
            shown |= dict(zip(labels, handles, strict=True))
        first, second = (f"{100 * share:.0f} %" for share in (*self.explained, 0.0)[:2])
        words = f"two principal components ({first} and {second} of the variance)"
        if not alone:
            places[0].legend(shown.values(), shown.keys(), frameon=False)
            return
        figure = places[0].figure
        legend = {"loc": "lower center", "frameon": False, "alignment": "center"}
        columns = 3 if max(map(len, shown)) < 25 else 2
        box = figure.legend(shown.values(), shown.keys(), ncols=columns, title=words, **legend)
        box.get_title().set(color=QUIET, fontsize=9)


class _Places:
    """Where rows lie on the two components of the original rows."""

    def __init__(self, X: Any) -> None:
        frame = _as_frame(X)
        self._encoder = mixed_encoder(frame)
        cells = self._encoder.fit_transform(frame)
        n = min(2, *cells.shape)
        self._components = PCA(n_components=n, random_state=0).fit(cells)
        self.explained = tuple(self._components.explained_variance_ratio_.tolist())

    def of(self, X: Any) -> np.ndarray:
        """Give the places of some rows, shape (n, 2)."""
        places = self._components.transform(self._encoder.transform(_as_frame(X)))
        return np.pad(places, ((0, 0), (0, 2 - places.shape[1])))


def _as_frame(X: Any) -> Any:
    pd = load_extra("pandas", "a display")
    if sparse.issparse(X):
        raise TypeError("MadeRowsDisplay takes dense tables; pass X.toarray().")
    if not isinstance(X, pd.DataFrame):
        if hasattr(X, "__dataframe__") or hasattr(X, "to_pandas"):
            import narwhals as nw

            X = nw.from_native(X, eager_only=True).to_pandas()
        else:
            X = pd.DataFrame(np.asarray(X)).infer_objects()
    return X.set_axis([str(column) for column in X.columns], axis=1)


def _rows_of(
    plan: SamplingPlan, X: Any, before: np.ndarray, places: _Places, pd: Any
) -> tuple[Any, Any]:
    """Give the rows of one plan, and the links to their parents."""
    told = plan.provenance()
    after = places.of(plan.apply(X))
    origin = told["origin"].astype(object)
    parents = sparse.csr_array(plan.parents())
    parents.sum_duplicates()
    is_new = np.isin(origin, ["synthetic", "prototype"])
    row = np.repeat(np.arange(len(told)), np.diff(parents.indptr))
    row, parent = row[is_new[row]], parents.indices[is_new[row]]
    links = {"row": row, "parent": parent, "x": before[parent, 0], "y": before[parent, 1]}
    rows = {"row": np.arange(len(told)), "origin": origin, "label": told["label"].astype(object)}
    kept = np.unique(told["seed"][origin == "original"])
    out = np.setdiff1d(np.arange(len(before)), kept)
    first = plan.first.target
    labels = np.asarray(first.classes)[first.codes[out]].astype(object)
    left = {"row": out, "origin": "left out", "label": labels}
    return (
        pd.concat(
            [
                pd.DataFrame({**rows, "x": after[:, 0], "y": after[:, 1]}),
                pd.DataFrame({**left, "x": before[out, 0], "y": before[out, 1]}),
            ]
        ),
        pd.DataFrame(links),
    )
