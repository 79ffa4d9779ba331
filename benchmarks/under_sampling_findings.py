"""What does the study of under-samplers say? Questions, and answers that follow from the scores.

Each question holds some methods against one. A method is *told* to be better or worse when
Friedman's test finds that the methods differ at all, and Wilcoxon's test, after Holm's adjustment
for the methods of the question, that these two do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ranks import Grid, Row, Score, contrast, friedman, grid_of, rank

from medresample.compare._statistics import holm
from medresample.metrics import CLINICAL

Report = dict[str, Any]

METRICS = {
    "auroc": "AUROC",
    "average_precision": "average precision",
    "g_mean": "G-mean at 0.5",
    "brier": "Brier score",
}
LEVEL = 0.05
# The controls that `compare_samplers` adds. A tuned threshold leaves the risks as they are.
NONE, TUNED, DECIDED = "none", "none, threshold tuned", ("g_mean",)
CLUSTERS = ("KMeansUnderSampler", "KMeansUnderSampler (nearest)", "FuzzyCMeansUnderSampler")
HYBRIDS = ("SMOTETomek", "SMOTEENN", "SMOTEKMeans", "SMOTEFuzzyCMeans", "SMOTEIPF")


@dataclass(frozen=True)
class Question:
    """Some methods against one.

    Parameters
    ----------
    text : str
        The question, to be read.
    metrics : tuple of str
        Scores that answer it.
    other : str
        The method that the others are held against.
    methods : tuple of str, default=()
        The others; () for all.
    """

    text: str
    metrics: tuple[str, ...]
    other: str
    methods: tuple[str, ...] = ()


QUESTIONS = (
    Question(
        "Does any method rank patients better than none?", ("auroc", "average_precision"), NONE
    ),
    Question("Does any predict risks better than none?", ("brier",), NONE),
    Question("Does any decide better than none at a risk of 0.5?", ("g_mean",), NONE),
    Question("Does any decide better than none with a tuned threshold?", ("g_mean",), TUNED),
    Question(
        "Do clusters choose better than chance?", tuple(METRICS), "RandomUnderSampler", CLUSTERS
    ),
    Question("Do hybrids do better than SMOTE?", tuple(METRICS), "SMOTE", HYBRIDS),
)


def findings(scores: Sequence[Score], ropes: Mapping[str, Mapping[str, float]]) -> Report:
    """Rank the methods, test them, and answer the questions.

    Parameters
    ----------
    scores : sequence of mapping
        One per table, classifier and method, with the value of each score; see `ranks.grid_of`.
    ropes : mapping
        By table and score, how large a difference must be to matter.
    """
    report: Report = {"ranks": [], "tests": [], "contrasts": []}
    for metric in METRICS:
        for classifier in dict.fromkeys(score["classifier"] for score in scores):
            without = () if metric in DECIDED else (TUNED,)
            grid = grid_of(scores, metric, classifier, without)
            test = friedman(grid)
            report["ranks"] += rank(grid)
            report["tests"].append(test)
            for question in QUESTIONS:
                if metric in question.metrics and grid.tables:
                    report["contrasts"] += hold(grid, question, ropes, test["p"])
    report["answers"] = [answer(question, report) for question in QUESTIONS]
    report["costs"] = costs(scores)
    return report


def hold(
    grid: Grid, question: Question, ropes: Mapping[str, Mapping[str, float]], overall: float | None
) -> list[Row]:
    """Hold the methods of a question against its other one: contrasts with what is told."""
    methods = [m for m in grid.methods if m in question.methods or not question.methods]
    found = [
        {"question": question.text, **contrast(grid, method, question.other, ropes)}
        for method in methods
        if method != question.other
    ]
    if overall is None:
        return [row | {"p_holm": None, "told": ""} for row in found]
    adjusted = [float(p) for p in holm([row["p"] for row in found])]
    ways = ["better" if row["lean"] > 0 else "worse" for row in found]
    return [
        row | {"p_holm": p, "told": way if overall < LEVEL and p < LEVEL else ""}
        for row, p, way in zip(found, adjusted, ways, strict=True)
    ]


def answer(question: Question, report: Report) -> Row:
    """Answer a question in a line, and in a sentence for each score and classifier."""
    mine = [row for row in report["contrasts"] if row["question"] == question.text]
    tests = {(test["metric"], test["classifier"]): test for test in report["tests"]}
    cases = dict.fromkeys((row["metric"], row["classifier"]) for row in mine)
    sentences = [
        sentence([row for row in mine if (row["metric"], row["classifier"]) == case], tests[case])
        for case in cases
    ]
    return {"question": question.text, "short": short(mine, len(cases)), "cases": sentences}


def short(rows: Sequence[Row], n_cases: int) -> str:
    """Say which methods are told to be better or worse, and in how many of the cases.

    Examples
    --------
    >>> told = {"p_holm": 0.01, "told": "worse"}
    >>> short([{"method": "SMOTE", **told}, {"method": "SMOTEENN", **told, "told": ""}], 1)
    'No method is told to be better. Told to be worse: SMOTE (1 of 1).'
    """
    if not any(row["p_holm"] is not None for row in rows):
        return "Too few data sets to test."
    parts = []
    for way in ("better", "worse"):
        counts = Counter(row["method"] for row in rows if row["told"] == way)
        names = ", ".join(f"{name} ({n} of {n_cases})" for name, n in counts.items())
        parts.append(f"Told to be {way}: {names}." if counts else f"No method is told to be {way}.")
    return " ".join(parts)


def sentence(rows: Sequence[Row], test: Row) -> str:
    """Say what one score with one classifier shows; where no method is better, which comes next."""
    head = f"{METRICS[test['metric']]}, {test['classifier']}: "
    best = f"Best on average: {_with_numbers(max(rows, key=_gain))}."
    if test["p"] is None:
        return f"{head}{test['n_tables']} data sets are too few to test. {best}"
    p = f"p {_p(test['p'])}"
    if test["p"] >= LEVEL:
        return f"{head}Friedman's test can not tell the methods apart ({p}). {best}"
    parts = []
    for way in ("better", "worse"):
        told = [_with_numbers(row) for row in rows if row["told"] == way]
        if told:
            parts.append(f"{way} than {rows[0]['other']}: {'; '.join(told)}")
    untold = sum(not row["told"] for row in rows)
    if untold:
        who = f"the other {untold} are not" if parts else "no method is"
        parts.append(f"{who} told from {rows[0]['other']}")
    text = f"{head}the methods differ (Friedman, {p}); {'; '.join(parts)}."
    return text if any(row["told"] == "better" for row in rows) else f"{text} {best}"


def _gain(row: Row) -> float:
    """Mean difference, of which more is better."""
    return CLINICAL[row["metric"]].direction * row["difference"]


def _with_numbers(row: Row) -> str:
    return (
        f"{row['method']} ({signed(row['difference'])}, ahead on {row['ahead']} and behind on "
        f"{row['behind']} of {row['n_tables']})"
    )


def signed(difference: float) -> str:
    """Write a difference with three decimals; 0 has no minus."""
    return f"{round(difference, 3) + 0.0:+.3f}"


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def costs(scores: Sequence[Score]) -> list[Row]:
    """Say what a method costs: rows to learn from, seconds, and what the risks add up to.

    ``size`` is the share of the training rows and ``predicted`` the sum of the predicted risks over
    that of the events, both as geometric means over tables; ``seconds`` the median of resampling,
    and ``slowest`` the longest, over tables.
    """
    rows = []
    for method in dict.fromkeys(score["method"] for score in scores):
        mine = [score for score in scores if score["method"] == method and score["o_to_e"]]
        if not mine:
            continue
        by_classifier: dict[str, list[float]] = {}
        for score in mine:
            by_classifier.setdefault(score["classifier"], []).append(1 / score["o_to_e"])
        seconds = [score["seconds"] for score in mine]
        rows.append(
            {
                "method": method,
                "size": geometric_mean([score["size"] for score in mine]),
                "seconds": float(np.median(seconds)),
                "slowest": max(seconds),
                "predicted": {name: geometric_mean(some) for name, some in by_classifier.items()},
            }
        )
    return rows


def geometric_mean(values: Sequence[float]) -> float:
    return float(np.exp(np.log(values).mean()))


def lines(report: Report) -> list[str]:
    """Write the report for a terminal: mean ranks, then the answers."""
    cases = [(test["metric"], test["classifier"]) for test in report["tests"]]
    ranks = {(r["method"], r["metric"], r["classifier"]): r["rank"] for r in report["ranks"]}
    text = [f"Mean ranks over {len(report['tables'])} tables; 1 is the best.", ""]
    text += [f"column {i}: {METRICS[metric]}, {name}" for i, (metric, name) in enumerate(cases, 1)]
    for method in dict.fromkeys(row["method"] for row in report["ranks"]):
        places = [ranks.get((method, *case)) for case in cases]
        cells = "".join("        " if place is None else f"{place:8.1f}" for place in places)
        text.append(f"{method:27s}{cells}")
    for each in report["answers"]:
        text += ["", each["question"], f"  {each['short']}", *(f"  - {c}" for c in each["cases"])]
    return text
