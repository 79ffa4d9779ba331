"""What does the report show? Its figures: picture, words for who can not see it, and numbers."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare.pictures import (
    CalibrationDisplay,
    ClassCountsDisplay,
    CurvesDisplay,
    DecisionCurvesDisplay,
    DifferencesDisplay,
    RisksDisplay,
    SecondsDisplay,
)
from medresample.compare.report._csv import Download, download
from medresample.compare.report._numbers import interval, number, plain_width

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

FORESTS = ("auroc", "brier", "sensitivity", "specificity")
_SAID = 12  # rows that a description names one by one
_ROWS = 40  # rows of a chart that is still read on a printed page
_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "svg.fonttype": "path",
    "svg.hashsalt": "medresample",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "legend.fontsize": 9,
}

_PATHS = re.compile(r' d="[^"]*"')
_DIGITS = re.compile(r"(\d\.\d\d)\d+")


class Figure(NamedTuple):
    """A figure of the page."""

    source: str
    alt: str
    caption: str
    downloads: list[Download]
    wide: bool = False


class Section(NamedTuple):
    """The figures of one estimator, and for what they were computed."""

    estimator: str
    subject: str
    figures: list[Figure]


def image(display: Any) -> str:
    """Draw a display and return it as the source of an image."""
    matplotlib = load_extra("matplotlib", "report")
    figures = load_extra("matplotlib.figure", "report")
    with matplotlib.rc_context(_STYLE):
        figure = figures.Figure(figsize=display.size, layout="constrained")
        display.plot(figure)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawing = _PATHS.sub(_rounded, buffer.getvalue().decode("utf-8"))
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode("utf-8")).decode("ascii")


def _rounded(path: re.Match[str]) -> str:
    """Points to a hundredth of their unit, which nobody sees and which halves the page."""
    return _DIGITS.sub(r"\1", path.group())


def forests(result: ComparisonResult) -> list[Figure]:
    """Differences to the control in a few scores, of all estimators or, if many, one by one."""
    n = len(result.samplers) * len(result.estimators)
    parts: tuple[str | None, ...] = (None,) if n <= _ROWS else result.estimators
    chosen = [name for name in FORESTS if name in result.metrics_] or result.metrics_[:2]
    return [_forest(result, name, part) for name in chosen for part in parts]


def _forest(result: ComparisonResult, name: str, estimator: str | None) -> Figure:
    display = DifferencesDisplay.from_result(result, name, estimator)
    label = display.score.label
    of = "" if estimator is None else f" of {estimator}"
    basis, rope = str(display.table["basis"].iloc[0]), plain_width(display.rope)
    test = "-test of repeated folds" if basis == "corrected t" else ""
    return Figure(
        image(display),
        f"Forest plot of differences in {label} to {display.control}{of}. "
        + _differences_in_words(display),
        f"{label}{of}. Interval: {basis}{test}; shaded: ±{rope}.",
        [download(display.table, "differences", name, estimator or "")],
    )


def _differences_in_words(display: DifferencesDisplay) -> str:
    table = display.table[display.table["sampler"] != display.control]
    ran: Any = table.dropna(subset=["difference"])
    failed = f" {len(table) - len(ran)} did not run." if len(ran) < len(table) else ""
    if not len(ran):
        return f"No difference could be computed.{failed}"
    if len(ran) <= _SAID:
        said = [f"{row.estimator}, {row.sampler}: {interval(row)}" for row in ran.itertuples()]
        return "; ".join(said) + f".{failed}"
    least, most = ran.loc[ran["difference"].idxmin()], ran.loc[ran["difference"].idxmax()]
    outside = (ran["low"] > display.rope) | (ran["high"] < -display.rope)
    return (
        f"{len(ran)} methods, from {number(least['difference'], signed=True)} ({least['sampler']}) "
        f"to {number(most['difference'], signed=True)} ({most['sampler']}); {int(outside.sum())} "
        f"intervals lie outside the region of equivalence.{failed}"
    )


def sections(result: ComparisonResult) -> list[Section]:
    """Curves, calibration, decisions and risks of each estimator; again on external data."""
    found = []
    for external in (False, True) if result.external_ is not None else (False,):
        for estimator in result.estimators:
            figures = _of_estimator(result, estimator, external)
            if figures:
                found.append(Section(estimator, _subject(result, external), figures))
    return found


def _subject(result: ComparisonResult, external: bool) -> str:
    words = ["External test set"] if external else []
    if len(result.classes) > 1:
        words.append(f"class “{result.data_['rarest']}” against the rest")
    return ", ".join(words)


def _of_estimator(result: ComparisonResult, estimator: str, external: bool) -> list[Figure]:
    curves = CurvesDisplay.from_result(result, estimator, external=external)
    if curves.table.empty:
        return []
    calibration = CalibrationDisplay.from_result(result, estimator, external=external)
    decisions = DecisionCurvesDisplay.from_result(result, estimator, external=external)
    risks = RisksDisplay.from_result(result, estimator, external=external)
    where = "external" if external else ""
    panels = " Each method on its panel, the control in gray." if curves.panels.is_apart else ""
    return [
        Figure(
            image(curves),
            f"ROC and precision-recall curves of {estimator}. "
            + _scores_in_words(result, estimator, external),
            f"Discrimination. Thin: each repeat; thick: their mean.{panels}",
            [download(_side_by_side(curves.table), "curves", estimator, where)],
            wide=True,
        ),
        Figure(
            image(calibration),
            f"Calibration curves and spread of the risks of {estimator}. "
            + _calibration_in_words(calibration),
            "Calibration in bins of equal mass, and how the risks are spread. Below the diagonal "
            f"risks are too high.{panels}",
            [
                download(calibration.table, "calibration", estimator, where),
                download(
                    calibration.histogram,
                    "risks-histogram",
                    estimator,
                    where,
                    label="Histogram as CSV",
                ),
            ],
            wide=True,
        ),
        Figure(
            image(decisions),
            f"Decision curves of {estimator}. {_benefits_in_words(decisions)}",
            "Net benefit per person over the risk from which on one would treat. A method is worth "
            f"using where its line is above “treat all” and “treat nobody”.{panels}",
            [download(decisions.table, "decision-curves", estimator, where)],
            wide=decisions.panels.is_apart,
        ),
        Figure(
            image(risks),
            f"Predicted risks by class of {estimator}. {_risks_in_words(risks)}",
            "Risks of rows left out, class by class: median (mark), middle half (thick) and 90 % "
            "(thin).",
            [download(risks.table, "risks", estimator, where)],
        ),
    ]


def _side_by_side(curves: Any) -> Any:
    """Give both curves in a row: sensitivity if 1 - specificity is x, PPV if sensitivity is x."""
    roc, pr = (curves[curves["curve"] == kind].reset_index(drop=True) for kind in ("roc", "pr"))
    table = roc[["sampler", "repeat", "x"]]
    return table.assign(sensitivity=roc["y"].round(4), ppv=pr["y"].round(4))


def _few(parts: list[str]) -> str:
    more = f"; and {len(parts) - _SAID} more methods" if len(parts) > _SAID else ""
    return "; ".join(parts[:_SAID]) + f"{more}."


def _scores_in_words(result: ComparisonResult, estimator: str, external: bool) -> str:
    """The areas under the curves that are drawn."""
    begin = "external_" if external else ""
    names = [name for name in ("auroc", "average_precision") if name in result.metrics_]
    overview = result.summary()
    rows = overview[overview["estimator"] == estimator].to_dict("records")
    if not names:
        return "Methods: " + _few([row["sampler"] for row in rows])
    words = {name: result.score(name).label for name in names}
    return _few(
        [
            f"{row['sampler']}: "
            + ", ".join(f"{words[name]} {number(row[begin + name])}" for name in names)
            for row in rows
        ]
    )


def _calibration_in_words(display: CalibrationDisplay) -> str:
    said = []
    for sampler, part in display.table.groupby("sampler", sort=False):
        mean = np.average(part["risk"], weights=part["n"])
        observed = np.average(part["observed"], weights=part["n"])
        said.append(f"{sampler}: mean risk {number(mean)}, observed share {number(observed)}")
    return _few(said)


def _benefits_in_words(display: DecisionCurvesDisplay) -> str:
    said = []
    for sampler, part in display.table.groupby("sampler", sort=False):
        best = np.maximum(part["treat_all"], part["treat_none"])
        worth = part.loc[part["model"] > best + 1e-12, "threshold"]
        if len(worth):
            share = f"{len(worth)} of {len(part)} thresholds"
            ends = f"between {number(worth.min())} and {number(worth.max())}"
            said.append(f"{sampler}: worth using at {share}, {ends}")
        else:
            said.append(f"{sampler}: at no threshold worth more than treating all or nobody")
    return _few(said)


def _risks_in_words(display: RisksDisplay) -> str:
    medians = display.table.pivot(index="sampler", columns="side", values="q50")
    negative, positive = display.labels
    return "Median risks: " + _few(
        [
            f"{sampler} {number(medians.loc[sampler, 'positive'], 2)} for {positive}, "
            f"{number(medians.loc[sampler, 'negative'], 2)} for {negative}"
            for sampler in dict.fromkeys(display.table["sampler"])
        ]
    )


def work_figures(result: ComparisonResult) -> list[Figure]:
    """What samplers did to the classes, and what it cost."""
    counts, seconds = ClassCountsDisplay.from_result(result), SecondsDisplay.from_result(result)
    after = counts.table[counts.table["stage"] == "after"].drop(columns="stage")
    rows = [
        f"{row['sampler']} " + " and ".join(number(value, 0) for value in list(row.values())[1:])
        for row in after.to_dict("records")
    ]
    classes = " and ".join(counts.labels)
    total = seconds.table[["resample", "fit", "predict"]].sum(axis=1)
    figures = [
        Figure(
            image(counts),
            f"Training rows per fold of {classes} after each sampler: {_few(rows)}",
            "Training rows per fold: thin before, thick after resampling.",
            [download(counts.table, "class-counts")],
        )
    ]
    parts = [seconds]
    if len(seconds.table) > _ROWS:
        parts = [SecondsDisplay.from_result(result, name) for name in result.estimators]
    for part in parts:
        of = ", ".join(dict.fromkeys(part.table["estimator"]))
        figures.append(
            Figure(
                image(part),
                f"Seconds per fold to resample, fit and predict with {of}: in all from "
                f"{number(total.min(), 2)} to {number(total.max(), 2)}; the totals are in the "
                "table of scores.",
                f"Median seconds per fold ({of}); tuning a threshold counts as fitting.",
                [download(part.table, "seconds", of if len(parts) > 1 else "")],
            )
        )
    return figures
