"""What does the report tell in rows and columns? Scores, differences, and what each fold saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medresample.compare._learning import class_names
from medresample.compare._notes import listed, replacements
from medresample.compare.report._csv import Download, download
from medresample.compare.report._numbers import interval, number, plain_width, two_lines

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

COMPARED = ("auroc", "brier", "sensitivity")
_MAIN = (
    "auroc",
    "average_precision",
    "brier",
    "sensitivity",
    "specificity",
    "sensitivity_at_95_specificity",
)
_MOST = 8  # scores side by side
_SHORT = {
    "average_precision": "Average precision",
    "brier": "Brier",
    "sensitivity": "Sens.",
    "specificity": "Spec.",
    "sensitivity_at_95_specificity": "Sens. at 95\u00a0%\u00a0spec.",
}


class Cell(NamedTuple):
    """What a reader sees, what a column is sorted by, and a second line."""

    text: str
    value: str = ""
    below: str = ""


def _cell(value: float, digits: int = 3) -> Cell:
    return Cell(number(value, digits), _sorted_by(value))


def _sorted_by(value: float) -> str:
    return f"{value:.9g}" if np.isfinite(value) else ""


def headline_scores(result: ComparisonResult) -> list[str]:
    """The scores of the first table: those of the preset that lead, and those asked for."""
    own = [name for name in result.metrics_ if result.score(name).metric is None]
    shown = [name for name in _MAIN if name in result.metrics_] + own
    return (shown or list(result.metrics_))[:_MOST]


def compared_scores(result: ComparisonResult) -> list[str]:
    """The scores whose differences stand in the first table."""
    own = [name for name in result.metrics_ if result.score(name).metric is None]
    return ([name for name in COMPARED if name in result.metrics_] + own)[:3]


def short(result: ComparisonResult, name: str) -> str:
    """The name of a score at the head of a column."""
    score = result.score(name)
    return _SHORT.get(name, score.label) if score.metric is not None else score.label


def main_table(result: ComparisonResult, external: bool = False) -> dict[str, Any]:
    """Headline scores and differences of a few, a block per estimator."""
    overview: Any = result.summary()
    shown, compared = headline_scores(result), compared_scores(result)
    tables = {name: result.summary(name) for name in compared}
    blocks = []
    for estimator in result.estimators:
        mine = overview[overview["estimator"] == estimator].to_dict("records")
        rows = [_row(result, row, shown, tables, external) for row in mine]
        blocks.append({"estimator": estimator, "rows": rows})
    begin = "external_" if external else ""
    columns = ["estimator", "sampler", *[begin + name for name in shown]]
    columns += [] if external else ["n_ok", "n_failed", "seconds"]
    return {
        "scores": [short(result, name) for name in shown],
        "differences": [short(result, name) for name in compared],
        "blocks": blocks,
        "pooled": listed([short(result, name) for name in shown if result.score(name).pooled]),
        "any_failed": not external and bool((overview["n_failed"] > 0).any()),
        "download": download(overview[columns], begin + "scores"),
        "seconds": not external,
    }


def _row(
    result: ComparisonResult,
    row: Any,
    shown: list[str],
    tables: dict[str, Any],
    external: bool,
) -> dict[str, Any]:
    begin = "external_" if external else ""
    columns = [f"{begin}{part}" for part in ("difference", "low", "high")]
    differences = []
    table: Any
    for table in tables.values():
        match = (table["estimator"] == row["estimator"]) & (table["sampler"] == row["sampler"])
        found = [float(value) for value in table.loc[match, columns].iloc[0]]
        text, below = two_lines(found[0], found[1], found[2])
        differences.append(Cell(text, _sorted_by(found[0]), below))
    n = int(row["n_ok"] + row["n_failed"])
    return {
        "sampler": row["sampler"],
        "control": row["sampler"] == result.settings_["control"],
        "replaces": row["sampler"] in replacements(result),
        "scores": [_cell(row[begin + name]) for name in shown],
        "differences": differences,
        "seconds": _cell(row["seconds"], 2),
        "failed": Cell(f"{int(row['n_failed'])} of {n}", str(int(row["n_failed"]))),
    }


def details(result: ComparisonResult) -> list[dict[str, Any]]:
    """Every score with its differences and probabilities, for the reader who wants all."""
    found = []
    for name in result.metrics_:
        table: Any = result.summary(name)
        score = result.score(name)
        rows = [
            {
                "estimator": row.estimator,
                "sampler": row.sampler,
                "cells": [
                    _cell(row.value),
                    Cell(interval(row), _sorted_by(row.difference)),
                    _cell(row.p_holm),
                    *[_cell(p, 2) for p in (row.p_worse, row.p_equivalent, row.p_better)],
                ],
            }
            for row in table.itertuples()
        ]
        found.append(
            {
                "label": score.label,
                "basis": str(table["basis"].iloc[0]),
                "rope": plain_width(result.ropes_[name]),
                "distance": score.ideal,
                "rows": rows,
                "download": download(table, "score", name),
            }
        )
    return found


def counts(result: ComparisonResult) -> dict[str, Any]:
    """What each method did to the rows: means, and fold by fold, beside the first estimator."""
    labels = tuple(result.data_["classes"])
    names = class_names(labels)
    columns = [f"n_{stage}_{name}" for stage in ("before", "after") for name in names]
    columns += ["rows_made", "rows_dropped"]
    heads = [f"{label} {stage}" for stage in ("before", "after") for label in labels]
    rows = []
    for sampler in result.samplers:
        mine = result.folds_[result.folds_["sampler"] == sampler]
        first = mine[mine["estimator"] == result.estimators[0]]
        ran = mine[mine["status"] == "ok"]
        ran = ran[ran["estimator"] == ran["estimator"].iloc[0]] if len(ran) else ran
        rows.append(
            {
                "sampler": sampler,
                "means": [_cell(ran[name].mean(), 1) for name in columns],
                "warnings": sorted({text for text in mine["warnings"] if text})[:3],
                "folds": [_fold(fold, columns) for fold in first.to_dict("records")],
            }
        )
    heads += ["Made", "Dropped"]
    return {"heads": heads, "rows": rows, "download": _every_fold(result)}


def _fold(fold: Any, columns: list[str]) -> dict[str, Any]:
    return {
        "name": f"Repeat {fold['repeat'] + 1}, fold {fold['fold'] + 1}",
        "cells": [_cell(fold[name], 0) for name in columns],
        "seconds": _cell(fold["seconds_resample"], 3),
        "status": fold["status"]
        if fold["status"] == "ok"
        else f"{fold['status']}: {fold['error']}",
    }


def _every_fold(result: ComparisonResult) -> Download:
    return download(result.folds_, "folds", label="Every fold with all scores as CSV")


def classes(result: ComparisonResult) -> list[dict[str, Any]]:
    """Rows of each class, here and in the external test set."""
    data, outside = result.data_, result.data_["external"]
    return [
        {
            "name": name,
            "n": f"{n:,}",
            "share": f"{100 * n / data['n_rows']:.1f} %",
            "external": None
            if outside is None
            else (
                f"{outside['classes'].get(name, 0):,} "
                f"({100 * outside['classes'].get(name, 0) / outside['n_rows']:.1f} %)"
            ),
        }
        for name, n in data["classes"].items()
    ]


def class_scores(result: ComparisonResult) -> dict[str, Any] | None:
    """With more than two classes: mean scores of each class against the rest."""
    if result.classes_ is None:
        return None
    shown = [name for name in headline_scores(result) if name in result.classes_]
    keys = ["estimator", "sampler", "class"]
    means = result.classes_.groupby(keys, sort=False, observed=True)[shown].mean().reset_index()
    rows = [
        {"names": [row[key] for key in keys], "scores": [_cell(row[name]) for name in shown]}
        for row in means.to_dict("records")
    ]
    heads = [short(result, name) for name in shown]
    return {"heads": heads, "rows": rows, "download": download(means, "classes")}
