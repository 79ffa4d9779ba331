"""What holds of the SMOTE-ENC study? The published scores, ours beside them, and a verdict on each.

On the published split, the spread over seeds tells how far another run of the same program would
move. On random splits, the difference of two methods has a corrected interval, and the published
difference is held against it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from medresample.compare._statistics import corrected_t

METRICS = ("precision", "recall", "f1", "gmean", "roc_auc", "pr_auc")
# A quarter of the rows is for the test.
RATIO = 1 / 3
ENTRY = "smoteenc_notebooks"
CAVEAT = (
    "The published code is not the published method: it decodes the codes of all columns by one "
    "table, so that a label of one column can come back as one of another; it merges labels of "
    "equal codes, also in the original rows; and in the notebook for tables of labels alone, the "
    "lines that add the new rows are commented out."
)
Known = Mapping[str, Mapping[str, Any]]
Runs = Sequence[Mapping[str, Any]]


def published(path: Path) -> dict[str, dict[str, Any]]:
    """Read the published scores: by table, method (by the name of our class) and score."""
    if not path.exists():
        return {}
    tables = json.loads(path.read_text())["tables"]
    (entry,) = [table for table in tables if table["id"] == ENTRY]
    names = {words: data[0] for words, data in entry["datasets"].items()}
    return {
        names[words]: {
            method.replace("-", ""): scores
            for method, scores in rows.items()
            if isinstance(scores, dict)  # else words, such as "cannot run"
        }
        for words, rows in entry["rows"].items()
    }


def findings(tables: Sequence[str], runs: Runs, known: Known) -> dict[str, Any]:
    """Put together what the report says of all tables."""
    rows, differences, verdicts = [], [], []
    for table in tables:
        some = [run for run in runs if run["table"] == table]
        rows += summarize(some)
        found = compare(some)
        differences += found
        verdicts += judge(table, rows, found, known.get(table, {}))
    return {"rows": rows, "differences": differences, "verdicts": verdicts, "published": known}


def summarize(runs: Runs) -> list[dict[str, Any]]:
    """Mean and spread of each method: over seeds on the published split, and over random splits."""
    rows = []
    for where, chosen in (
        ("published split", [run for run in runs if run["split"] < 0]),
        ("random splits", [run for run in runs if run["split"] >= 0]),
    ):
        for method in dict.fromkeys(run["method"] for run in chosen):
            mine = [run for run in chosen if run["method"] == method]
            rows.append({"table": mine[0]["table"], "where": where, "method": method})
            for metric in METRICS:
                values = np.array([run[metric] for run in mine])
                rows[-1][metric] = float(values.mean())
                rows[-1][f"{metric}_sd"] = float(values.std(ddof=1)) if len(values) > 1 else None
    return rows


def compare(runs: Runs) -> list[dict[str, Any]]:
    """SMOTE-ENC minus each other method on the same random splits, with corrected intervals."""
    chosen = [run for run in runs if run["split"] >= 0]
    by_method = {name: [run for run in chosen if run["method"] == name]
                 for name in dict.fromkeys(run["method"] for run in chosen)}  # fmt: skip
    ours = by_method.pop("SMOTEENC")
    return [
        {
            "table": ours[0]["table"],
            "other": other,
            "metric": metric,
            **corrected_t(
                [a[metric] - b[metric] for a, b in zip(ours, runs, strict=True)], RATIO
            )._asdict(),
        }
        for other, runs in by_method.items()
        for metric in METRICS
    ]


def judge(
    table: str, rows: Sequence[Mapping[str, Any]], found: Runs, known: Mapping[str, Any]
) -> list[str]:
    """Say whether each published difference holds, or to which method a lone score is nearest."""
    if not known:
        return []
    if "SMOTENC" not in known:
        return [_nearest(table, rows, known["SMOTEENC"])]
    verdicts = []
    for each in found:
        if each["other"] == "SMOTENC":
            claim = known["SMOTEENC"][each["metric"]] - known["SMOTENC"][each["metric"]]
            verdicts.append(
                f"{table}, {each['metric']}: published {claim:+.3f}, ours {each['mean']:+.3f} "
                f"({each['low']:+.3f} to {each['high']:+.3f}): {verdict(claim, each)}"
            )
    return verdicts


def verdict(claim: float, interval: Mapping[str, Any]) -> str:
    """Hold a claimed difference against an interval.

    Examples
    --------
    >>> verdict(0.02, {"low": 0.01, "high": 0.03})
    'holds'
    >>> verdict(0.02, {"low": -0.01, "high": 0.03})
    'not told from 0'
    """
    low, high = interval["low"], interval["high"]
    if low <= 0 <= high:
        return "not told from 0" if low <= claim <= high else "not told from 0, and not so large"
    if (low > 0) != (claim > 0):
        return "the other way round"
    return "holds" if low <= claim <= high else "holds, in another size"


def _nearest(table: str, rows: Sequence[Mapping[str, Any]], claim: Mapping[str, float]) -> str:
    """Name the method whose scores on the published split are nearest to the published ones."""
    gaps = {
        row["method"]: float(np.sqrt(np.mean([(row[m] - claim[m]) ** 2 for m in METRICS])))
        for row in rows
        if row["table"] == table and row["where"] == "published split"
    }
    ranked = sorted(gaps, key=gaps.__getitem__)
    return f"{table}: the scores published for SMOTE-ENC are nearest to " + ", then ".join(
        f"{method} (root mean square {gaps[method]:.3f})" for method in ranked
    )


def lines(report: Mapping[str, Any]) -> list[str]:
    """Write the report for a terminal."""
    setting, head = report["setting"], "".join(f"{metric:>18s}" for metric in METRICS)
    text = [f"Forests of {setting['trees']} trees; mean and standard deviation."]
    for table, where in dict.fromkeys((row["table"], row["where"]) for row in report["rows"]):
        unit = "seeds" if where == "published split" else "splits"
        text.append(f"\n{table}, {where}, {setting[unit]} {unit}\n{'':30s}{head}")
        text += [
            f"{row['method']:30s}" + "".join(_cell(row, metric) for metric in METRICS)
            for row in report["rows"]
            if (row["table"], row["where"]) == (table, where)
        ]
        known = report["published"].get(table, {}) if where == "published split" else {}
        for method, scores in known.items():
            cells = "".join(f"{scores[metric]:11.3f}{'':7s}" for metric in METRICS)
            text.append(f"{method + ', published':30s}{cells}")
    text.append(f"\nSMOTEENC minus another, random splits, corrected 95 % interval\n{'':30s}{head}")
    for table, other in dict.fromkeys((d["table"], d["other"]) for d in report["differences"]):
        some = [d for d in report["differences"] if (d["table"], d["other"]) == (table, other)]
        text.append(f"{table}\n{other:30s}" + "".join(_span(each) for each in some))
    return [*text, "", *report["verdicts"], "", CAVEAT]


def _cell(row: Mapping[str, Any], metric: str) -> str:
    spread = row[f"{metric}_sd"]
    return f"{row[metric]:11.3f} {'' if spread is None else f'{spread:.3f}':6s}"


def _span(each: Mapping[str, Any]) -> str:
    return f"{each['low']:+.3f} {each['high']:+.3f}".rjust(18)
