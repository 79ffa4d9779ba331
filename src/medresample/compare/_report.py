"""One HTML file that shows a comparison and opens without network."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare._display import (
    CalibrationDisplay,
    ClassCountsDisplay,
    CurvesDisplay,
    DifferencesDisplay,
    SecondsDisplay,
)
from medresample.compare._notes import failures, listed, replacements, replacing
from medresample.compare._words import findings
from medresample.metrics import CLINICAL

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

_TEMPLATE = "report.html.j2"
_FORESTS = ("auroc", "brier", "sensitivity", "specificity")
_COMPARED = ("auroc", "brier", "sensitivity")
_MAIN = (
    "auroc",
    "average_precision",
    "brier",
    "sensitivity",
    "specificity",
    "sensitivity_at_95_specificity",
)
_SHORT = {
    "auroc": "AUROC",
    "average_precision": "Average precision",
    "brier": "Brier",
    "sensitivity": "Sens.",
    "specificity": "Spec.",
    "sensitivity_at_95_specificity": "Sens. at 95\u00a0%\u00a0spec.",
}


def write_report(result: ComparisonResult, path: str | Path) -> Path:
    """Fill the template with everything the result holds and write it."""
    path = Path(path)
    path.write_text(report_html(result), encoding="utf-8")
    return path


def report_html(result: ComparisonResult) -> str:
    """The report as text."""
    jinja2 = load_extra("jinja2", "report")
    source = resources.files("medresample.compare").joinpath(_TEMPLATE).read_text("utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source).render(
        data=result.data_,
        settings=result.settings_,
        findings=findings(result),
        failures=failures(result),
        replacing=replacing(result),
        forests=_forests(result),
        main=_main_table(result),
        details=_details(result),
        sections=_sections(result),
        counts=_counts(result),
        figures=_shared_figures(result),
        n_methods=len(result.samplers),
    )


def number(value: Any, digits: int = 3, signed: bool = False) -> str:
    """A number for a table, with a true minus sign; a dash where there is none."""
    if value is None or not np.isfinite(value):
        return "–"
    return f"{value:{'+' if signed else ''}.{digits}f}".replace("-", "−")


def interval(row: Any, digits: int = 3) -> str:
    """A difference with its interval."""
    if not np.isfinite(row.difference):
        return "–"
    text = number(row.difference, digits, signed=True)
    if np.isfinite(row.low):
        text += f" ({number(row.low, digits, True)} to {number(row.high, digits, True)})"
    return text


def _two_lines(row: Any) -> tuple[str, str]:
    """A difference and its interval, one below the other in the table."""
    if row.difference == row.low == row.high == 0:
        return "0", "the same risks"
    difference, _, rest = interval(row).partition(" (")
    return difference, rest.rstrip(")")


def image(draw: Callable[[Any], Any], size: tuple[float, float], axes: int = 1) -> str:
    """Draw on a figure and return it as the source of an image."""
    matplotlib = load_extra("matplotlib", "report")
    figures = load_extra("matplotlib.figure", "report")
    settings = {
        "font.family": "DejaVu Sans",
        "font.size": 10,
        "svg.fonttype": "path",
        "svg.hashsalt": "medresample",
        "axes.titlesize": 11,
        "axes.titleweight": "bold",
        "legend.fontsize": 9,
    }
    with matplotlib.rc_context(settings):
        figure = figures.Figure(figsize=size, layout="constrained")
        places = figure.subplots(1, axes)
        draw(places)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _forests(result: ComparisonResult) -> list[dict[str, str]]:
    figures = []
    for name in [name for name in _FORESTS if name in result.metrics_]:
        display = DifferencesDisplay.from_result(result, name)
        table = display.table.dropna(subset=["difference"])
        n = len(table) + 2 * len(result.estimators)
        said = "; ".join(
            f"{row.estimator}, {row.sampler}: {interval(row)}" for row in table.itertuples()
        )
        score = CLINICAL[name]
        figures.append(
            {
                "title": score.label,
                "source": image(display.plot, (6.2, 1.2 + 0.33 * n)),
                "alt": f"Forest plot of differences in {score.label} to {display.control}: {said}.",
                "basis": str(display.table["basis"].iloc[0]),
                "rope": number(result.ropes_[name], 4).rstrip("0"),
            }
        )
    return figures


def _main_table(result: ComparisonResult) -> dict[str, Any]:
    """Headline scores, and differences of the first of them, a block per estimator."""
    overview = result.summary()
    shown = [name for name in _MAIN if name in result.metrics_]
    compared = [name for name in _COMPARED if name in result.metrics_]
    tables = {name: result.summary(name) for name in compared}
    blocks = []
    for estimator in result.estimators:
        rows = []
        for row in overview[overview["estimator"] == estimator].to_dict("records"):
            differences = []
            for name in compared:
                table = tables[name]
                match = (table["estimator"] == estimator) & (table["sampler"] == row["sampler"])
                differences.append(_two_lines(next(table[match].itertuples())))
            rows.append(
                {
                    "sampler": row["sampler"],
                    "control": row["sampler"] == result.settings_["control"],
                    "replaces": row["sampler"] in replacements(result),
                    "scores": [number(row[name]) for name in shown],
                    "differences": differences,
                    "seconds": number(row["seconds"], 2),
                    "failed": int(row["n_failed"]),
                    "n": int(row["n_ok"] + row["n_failed"]),
                }
            )
        blocks.append({"estimator": estimator, "rows": rows})
    return {
        "scores": [_SHORT[name] for name in shown],
        "differences": [_SHORT.get(name, name) for name in compared],
        "blocks": blocks,
        "pooled": listed([_SHORT[name] for name in shown if CLINICAL[name].pooled]),
        "any_failed": bool((overview["n_failed"] > 0).any()),
    }


def _details(result: ComparisonResult) -> list[dict[str, Any]]:
    """Every score with its differences and probabilities, for the reader who wants all."""
    details = []
    for name in result.metrics_:
        table = result.summary(name)
        rows = [
            {
                "estimator": row.estimator,
                "sampler": row.sampler,
                "value": number(row.value),
                "difference": interval(row),
                "p_holm": number(row.p_holm),
                "probabilities": [
                    number(row.p_worse, 2),
                    number(row.p_equivalent, 2),
                    number(row.p_better, 2),
                ],
            }
            for row in table.itertuples()
        ]
        score = CLINICAL[name]
        details.append(
            {
                "label": score.label,
                "basis": str(table["basis"].iloc[0]),
                "rope": number(result.ropes_[name], 4).rstrip("0"),
                "distance": score.ideal,
                "rows": rows,
            }
        )
    return details


def _sections(result: ComparisonResult) -> list[dict[str, str]]:
    """Curves and calibration of each estimator."""
    sections = []
    for estimator in result.estimators:
        curves = CurvesDisplay.from_result(result, estimator)
        risks = CalibrationDisplay.from_result(result, estimator)
        if curves.table.empty:
            continue
        overview = result.summary()
        overview = overview[overview["estimator"] == estimator]
        scores = [name for name in ("auroc", "average_precision") if name in result.metrics_]
        said = "; ".join(
            f"{row['sampler']}: "
            + ", ".join(f"{CLINICAL[name].label} {number(row[name])}" for name in scores)
            for row in overview.to_dict("records")
        )
        sections.append(
            {
                "estimator": estimator,
                "curves": image(curves.plot, (9.4, 4.6), axes=2),
                "curves_alt": f"ROC and precision-recall curves of {estimator}. {said}.",
                "calibration": image(risks.plot, (9.4, 4.6), axes=2),
                "calibration_alt": f"Calibration curves and spread of the risks of {estimator}. "
                + _calibration_words(risks),
            }
        )
    return sections


def _calibration_words(display: CalibrationDisplay) -> str:
    said = []
    for sampler, part in display.table.groupby("sampler", sort=False):
        mean = np.average(part["risk"], weights=part["n"])
        observed = np.average(part["observed"], weights=part["n"])
        said.append(f"{sampler}: mean risk {number(mean)}, observed share {number(observed)}")
    return "; ".join(said) + "."


def _counts(result: ComparisonResult) -> list[dict[str, Any]]:
    """What each method did to the rows of a fold, on average."""
    folds = result.folds_
    rows = []
    for sampler in result.samplers:
        mine = folds[(folds["sampler"] == sampler) & (folds["status"] == "ok")]
        mine = mine[mine["estimator"] == mine["estimator"].iloc[0]] if len(mine) else mine
        means = {
            name: number(mine[name].mean(), 1)
            for name in (
                "n_before_negative",
                "n_before_positive",
                "n_after_negative",
                "n_after_positive",
                "rows_made",
                "rows_dropped",
            )
        }
        warned = sorted({text for text in mine["warnings"] if text})
        rows.append({"sampler": sampler, "warnings": warned[:3], **means})
    return rows


def _shared_figures(result: ComparisonResult) -> dict[str, str]:
    counts, seconds = ClassCountsDisplay.from_result(result), SecondsDisplay.from_result(result)
    n = len(counts.table) // 2
    return {
        "counts": image(counts.plot, (6.2, 1.5 + 0.34 * n)),
        "seconds": image(seconds.plot, (6.2, 1.5 + 0.3 * len(seconds.table))),
    }
