"""What does the study of ensembles say? Questions, the published direction, and a check in numbers.

A method is *told* to be better or worse as in the study of under-samplers: where Friedman's test
finds that the methods differ at all, and Wilcoxon's test, after Holm's adjustment for the methods
of the question, that these two do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from boosters import (
    CART,
    CASCADE,
    COMPARED,
    EASY,
    EVEN,
    LARGER,
    PEER,
    PEER_DEFAULT,
    PLAIN,
    SMOTED,
    THETAS,
    UNDER,
)
from ranks import Grid, Row, Score, friedman, grid_of, rank
from under_sampling_findings import Question, hold, short, signed

Report = dict[str, Any]

METRICS = {"auroc": "AUC", "f1": "F", "g_mean": "G-mean"}
# Beyond which difference one method counts as ahead of another on a table.
ROPES = {"auroc": 0.01, "f1": 0.02, "g_mean": 0.02}
OURS = (EASY, CASCADE)
ALL, DECIDED = tuple(METRICS), ("f1", "g_mean")

NOT_RUN = {"shows": None, "sentence": "None of the tables of the article was run."}

QUESTIONS = (
    Question("Are both ahead of AdaBoost?", ALL, PLAIN, OURS),
    Question("Are both ahead of AdaBoost that begins with even classes?", ALL, EVEN, OURS),
    Question("Are both ahead of AdaBoost on one balanced part?", ALL, UNDER, OURS),
    Question("Are both ahead of AdaBoost after SMOTE?", ALL, SMOTED, OURS),
    Question("Are both ahead of imbalanced-learn's, with as many stumps?", ALL, PEER, OURS),
    Question("Are both ahead of imbalanced-learn's default, 500 stumps?", ALL, PEER_DEFAULT, OURS),
    Question("Is BalanceCascade ahead of EasyEnsemble?", ALL, EASY, (CASCADE,)),
    Question(
        "Is the cascade's threshold of the article ahead of that of the authors' code?",
        DECIDED,
        CASCADE,
        (THETAS,),
    ),
)
# What the article found both methods to be ahead of, in AUC on most tables.
DIRECTION = (PLAIN, UNDER)
# AUC of AdaBoost from which little is left to gain.
EASY_TABLE = 0.95


def findings(
    scores: Sequence[Score], facts: Mapping[str, Mapping[str, Any]], check: Mapping[str, Any]
) -> Report:
    """Rank the methods, answer the questions, and hold F against the published numbers.

    Parameters
    ----------
    scores : sequence of mapping
        One per table and method, with the value of each score; see `ranks.grid_of`.
    facts : mapping
        By table; ``check`` is its name in the second article.
    check : mapping
        What the second article published.
    """
    compared = {score["table"] for score in scores if score["method"] == PLAIN}
    mine = [s for s in scores if s["table"] in compared and s["method"] in COMPARED]
    ropes = dict.fromkeys(compared, ROPES)
    report: Report = {"ranks": [], "tests": [], "contrasts": [], "direction": NOT_RUN}
    for metric in METRICS if compared else ():
        # which threshold is taken does not change the order of the scores
        grid = grid_of(mine, metric, mine[0]["classifier"], () if metric in DECIDED else (THETAS,))
        test = friedman(grid)
        report["ranks"] += rank(grid)
        if metric == "auroc":
            report["direction"] = direction(grid)
        report["tests"].append(test)
        for question in QUESTIONS:
            if metric in question.metrics:
                rows = hold(grid, question, ropes, test["p"])
                report["contrasts"] += [row | {"higher": higher(grid, row)} for row in rows]
    report["answers"] = [answer(question, report["contrasts"]) for question in QUESTIONS]
    report["check"] = checked(scores, facts, check)
    return report


def higher(grid: Grid, row: Row) -> int:
    """Count the tables on which a method has more than the other, by however little."""
    return int(_is_higher(grid, row["method"], row["other"]).sum())


def _is_higher(grid: Grid, method: str, other: str) -> np.ndarray:
    mine, theirs = (grid.values[:, grid.methods.index(name)] for name in (method, other))
    return np.asarray(np.round(mine - theirs, 12) > 0)


def answer(question: Question, contrasts: Sequence[Row]) -> Row:
    """Answer a question in a line for each score."""
    cases = []
    for metric in question.metrics:
        rows = [r for r in contrasts if r["question"] == question.text and r["metric"] == metric]
        if rows:
            cases.append(f"{METRICS[metric]}: {'; '.join(map(_in_words, rows))}.")
    told = [row for row in contrasts if row["question"] == question.text]
    return {
        "question": question.text,
        "short": short(told, len(question.metrics)) if told else "Not asked of these tables.",
        "cases": cases,
    }


def _in_words(row: Row) -> str:
    p = "" if row["p_holm"] is None else f", p {_p(row['p_holm'])}"
    return (
        f"{row['method']} {signed(row['difference'])}, higher on {row['higher']} of "
        f"{row['n_tables']}{p}"
    )


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def direction(grid: Grid) -> Report:
    """Say whether both methods have the higher AUC on most tables, as published.

    And on how many of those tables on which AdaBoost leaves something to be gained.
    """
    hard = grid.values[:, grid.methods.index(PLAIN)] < EASY_TABLE
    ahead = {other: [_is_higher(grid, name, other) for name in OURS] for other in DIRECTION}
    most = [2 * some.sum() > len(hard) for pair in ahead.values() for some in pair]
    verdict = "shows" if all(most) else "shows in part" if any(most) else "does not show"
    counts, of_hard = (
        "; ".join(
            f"{' and '.join(str(some[rows].sum()) for some in pair)} against {other}"
            for other, pair in ahead.items()
        )
        for rows in (slice(None), hard)
    )
    sentence = (
        f"The published direction {verdict}. Of {len(hard)} tables, {' and '.join(OURS)} have the "
        f"higher AUC on {counts}; of the {hard.sum()} on which the AUC of AdaBoost is below "
        f"{EASY_TABLE}, on {of_hard}."
    )
    return {"shows": bool(all(most)), "sentence": sentence}


def checked(
    scores: Sequence[Score], facts: Mapping[str, Mapping[str, Any]], check: Mapping[str, Any]
) -> Report:
    """Hold the F of EasyEnsemble, and its gain over one tree, against the published numbers."""
    by_key = {(score["table"], score["method"]): score for score in scores}
    place = {name: check["columns"].index(name) for name in (EASY, CART)}
    rows = []
    for table, fact in facts.items():
        if not fact["check"]:
            continue
        published = check["rows"][fact["check"]]
        ours = {name: by_key[table, name] for name in (EASY, LARGER, CART)}
        row: Row = {"table": table, "sd": ours[EASY]["f1_sd"]}
        row["published"], row["published_cart"] = published[place[EASY]], published[place[CART]]
        row |= {"ours": ours[EASY]["f1"], "larger": ours[LARGER]["f1"], "cart": ours[CART]["f1"]}
        row["difference"] = row["ours"] - row["published"]
        row["difference_larger"] = row["larger"] - row["published"]
        row["gain"] = row["ours"] - row["cart"]
        row["published_gain"] = row["published"] - row["published_cart"]
        rows.append(row)
    return {"rows": rows, **summary(rows)}


def summary(rows: Sequence[Row]) -> Report:
    """Say in numbers how near all tables are to what was published."""
    if not rows:
        return {}
    found: Report = {}
    for key in ("difference", "difference_larger"):
        differences = np.array([row[key] for row in rows])
        found[f"mean_{key}"] = float(differences.mean())
        found[f"size_of_{key}"] = float(np.abs(differences).mean())
        found[f"largest_{key}"] = rows[int(np.abs(differences).argmax())]["table"]
    found["near"] = sum(abs(row["difference"]) <= ROPES["f1"] for row in rows)
    agree = [row["gain"] * row["published_gain"] > 0 for row in rows]
    found["same_sign"] = sum(agree)
    if len(rows) > 2:
        ours, published = ([row[key] for row in rows] for key in ("ours", "published"))
        found["correlation"] = float(np.corrcoef(ours, published)[0, 1])
    return found


def lines(report: Report) -> list[str]:
    """Write the report for a terminal: mean ranks, the answers, and the check."""
    text = [f"Mean ranks over {_n_tables(report)} tables; 1 is the best."]
    for metric, name in METRICS.items():
        rows = sorted((r for r in report["ranks"] if r["metric"] == metric), key=_rank)
        text += ["", name, *(f"{r['method']:32s}{r['mean']:8.4f}{r['rank']:6.2f}" for r in rows)]
    text += ["", report["direction"]["sentence"]]
    for each in report["answers"]:
        text += ["", each["question"], f"  {each['short']}", *(f"  - {c}" for c in each["cases"])]
    text += ["", "F of EasyEnsemble: published, ours, difference"]
    return text + [
        f"{row['table']:12s}{row['published']:8.4f}{row['ours']:8.4f}{row['difference']:+8.4f}"
        for row in report["check"]["rows"]
    ]


def _rank(row: Row) -> float:
    return float(row["rank"])


def _n_tables(report: Report) -> int:
    return int(report["tests"][0]["n_tables"]) if report["tests"] else 0
