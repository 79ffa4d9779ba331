"""What does the reader see of the scores? Sections of a page, one for each report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from markdown_table import table
from smote_enc_findings import CAVEAT, METRICS

Report = dict[str, Any]

SCORES = {"auroc": "AUROC", "average_precision": "average precision", "g_mean": "G-mean"}

PARITY = """## Do classifiers score alike?

Ours minus imbalanced-learn's, on {n_tables} small public tables, made by `benchmarks/parity.py`
with medresample {medresample} and imbalanced-learn {peer}: {classifiers}, trained on the same
{folds} stratified folds, repeated {repeats} times, with {seeds} seeds of the sampler, averaged
on each split. *Pairs* are tables with a classifier. The first interval is for these tables
(95 %, corrected for the training rows that splits share), the second for tables like these.
*Beyond 0* counts pairs whose corrected interval does not contain 0: differences that would show
on other patients. *Beyond luck* counts pairs that differ by more than the seeds explain, on the
same splits: the samplers are not the same, however little it matters; about one pair in 20 does
so by chance. In parentheses, what remains after Holm's adjustment for looking at many. *Alike*
counts pairs whose interval lies within ±{ropes}; pairs that are neither alike nor beyond 0 are
undecided. *Size* is the root mean square of the differences of the pairs, and of their standard
error by seeds alone.
{quick}
"""

STUDY = """## SMOTE-ENC against SMOTE-NC, re-run

The study of the authors of SMOTE-ENC on our samplers, made by `benchmarks/smote_enc_study.py`:
their split and preprocessing, forests of {trees} trees with the largest trees of their grids
instead of a grid search, {seeds} seeds; mean and standard deviation over seeds. Then the difference
to SMOTE-ENC on {splits} random splits made in the same way, with a 95 % interval corrected for the
rows that splits share. {caveat}
{quick}
"""

QUICK = "These are numbers of the quick mode."


def parity_section(report: Report) -> str:
    """Write "Do classifiers score alike?" from the report of `parity.py`."""
    rows, setting = report["rows"], report["setting"]
    ropes = {row["metric"]: row["rope"] for row in rows}
    opening = PARITY.format(
        n_tables=len(setting["tables"]),
        medresample=report["versions"]["medresample"],
        peer=report["versions"]["imbalanced-learn"],
        classifiers=" and ".join(setting["classifiers"]),
        ropes=", ±".join(f"{width:g} ({SCORES[name]})" for name, width in ropes.items()),
        quick=QUICK if report["quick"] else "",
        **{name: setting[name] for name in ("folds", "repeats", "seeds")},
    )
    head = "method|score|mean|these tables|tables like these|pairs|beyond 0|beyond luck|alike|"
    head += "size|of luck"
    text = table(
        head,
        [
            [
                row["method"],
                SCORES[row["metric"]],
                f"{row['mean']:+.4f}",
                _span(row["low"], row["high"], 4),
                _span(row["low_of_tables"], row["high_of_tables"], 4),
                f"{row['n_pairs']}",
                f"{row['beyond_0']} ({row['beyond_0_holm']})",
                f"{row['beyond_luck']} ({row['beyond_luck_holm']})",
                f"{row['within_rope']}",
                f"{row['size']:.4f}",
                f"{row['size_of_luck']:.4f}",
            ]
            for row in rows
        ],
    )
    reasons = "".join(f"- **{name}.** {why}\n" for name, why in report["reasons"].items())
    return f"{opening}\n{text}\n{reasons}\n{_mishaps(report)}".replace("\n\n\n", "\n\n")


def _mishaps(report: Report) -> str:
    """Say, for each method and library, on which tables something went otherwise than asked."""
    runs: Counter[tuple[str, str, str]] = Counter()
    places: dict[tuple[str, str, str], list[str]] = {}
    for each in report["mishaps"]:
        what = each["what"].split(":")[0]
        key = each["method"], each["library"], what
        runs[key] += each["runs"]
        places.setdefault(key, []).append(f"{each['table']} ({each['runs']} of {each['of']})")
    who = {"ours": "medresample", "peer": "imbalanced-learn"}
    text = "".join(
        f"- {method}, {who[library]}: {what} in {runs[method, library, what]} runs: "
        f"{', '.join(tables)}.\n"
        for (method, library, what), tables in places.items()
    )
    if report["lacking"]:
        text += f"- Not in this version of medresample: {', '.join(report['lacking'])}.\n"
    return f"Runs that went otherwise than asked; those that raised are not compared.\n\n{text}"


def study_section(report: Report) -> str:
    """Write "SMOTE-ENC against SMOTE-NC, re-run" from the report of `smote_enc_study.py`."""
    quick = QUICK if report["quick"] else ""
    parts = [STUDY.format(caveat=CAVEAT, quick=quick, **report["setting"])]
    for name in dict.fromkeys(row["table"] for row in report["rows"]):
        head = "|".join(["method", *METRICS])
        lines = [_published(*item) for item in report["published"].get(name, {}).items()]
        lines += [
            [row["method"], *(_cell(row, metric) for metric in METRICS)]
            for row in report["rows"]
            if (row["table"], row["where"]) == (name, "published split")
        ]
        parts.append(f"`{name}`, the published split:\n\n{table(head, lines)}")
        parts.append(f"SMOTEENC minus another, random splits:\n\n{_differences(report, name)}")
    return "\n".join([*parts, "".join(f"- {each}.\n" for each in report["verdicts"])])


def _differences(report: Report, name: str) -> str:
    found: dict[str, list[str]] = {}
    for each in report["differences"]:
        if each["table"] == name:
            found.setdefault(each["other"], []).append(_span(each["low"], each["high"], 3))
    head = "|".join(["other", *METRICS])
    return table(head, [[other, *spans] for other, spans in found.items()])


def _published(method: str, scores: dict[str, float]) -> list[str]:
    return [f"*{method}, published*", *(f"{scores[metric]:.3f}" for metric in METRICS)]


def _cell(row: dict[str, Any], metric: str) -> str:
    spread = row[f"{metric}_sd"]
    return f"{row[metric]:.3f}" + ("" if spread is None else f" ± {spread:.3f}")


def _span(low: float, high: float, digits: int) -> str:
    return f"{low:+.{digits}f} to {high:+.{digits}f}"


SECTIONS: dict[str, Callable[[Report], str]] = {
    "parity": parity_section,
    "smote_enc": study_section,
}
