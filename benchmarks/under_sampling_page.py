"""What does the reader see of the study of under-samplers? A page of the documentation.

python benchmarks/under_sampling_study.py DATA --output under_sampling.json
python benchmarks/under_sampling_page.py under_sampling.json docs/under_sampling_study.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from markdown_table import table
from ranks import Row
from under_sampling_findings import METRICS, NONE, TUNED, Report, signed

OPENING = """# Do under-samplers and hybrids help?

Random, k-means and fuzzy c-means under-sampling and the hybrids with SMOTE, compared by
{{func}}`~medresample.compare.compare_samplers` on {n_tables} public tables of numbers, of which one
row in {least:.0f} to one in {most:.0f} is positive. This page is made by
`benchmarks/under_sampling_page.py` from what `benchmarks/under_sampling_study.py` found; its
sentences follow from the numbers. See
{{doc}}`Comparing honestly <user_guide/comparing>` for how to ask the same of your own data.

```bash
python benchmarks/under_sampling_study.py DATA --output under_sampling.json   # less than an hour
python benchmarks/under_sampling_page.py under_sampling.json docs/under_sampling_study.md
```
{quick}
## In short

*None* leaves the rows as they are. *Told* is what the tests below tell from chance; in parentheses,
in how many of the cases: scores times classifiers.

"""

QUICK = "\n**These are numbers of the quick mode: few tables, repeats and trees.**\n"

HOW = """
## How it is measured

Every method has its defaults and meets the same {folds} stratified folds; repeats: {repeats}.
Imputation, scaling and sampling see the training folds alone; test folds keep their rare class as
rare as it is. Classifiers are a logistic regression and a random forest of {trees} trees. *none*
leaves the rows as they are, *class_weight* gives the rare class more weight instead, and *none,
threshold tuned* moves the threshold by Youden's index on the training rows; its risks, and so its
AUROC, average precision and Brier score, are those of *none*. Decisions are taken at a predicted
risk of 0.5 by all others.

A table counts as one, with the mean over its folds, and no two tables share rows. *Rank* is the
mean over tables, 1 for the best. *Difference* is the mean difference to *none*. *Ahead* and
*behind* count the tables on which it matters: by more than 0.01 (AUROC, average precision), 0.02
(G-mean), or 1 % of the Brier score that the prevalence alone would have. *p* is that of Wilcoxon's
signed-rank test against *none*, after Holm's adjustment. A method is *told* to be better or worse
where Friedman's test finds that the methods differ at all (p below 0.05), and then this test too,
among the methods of the question. What is not told may be equal, or too close for {n_tables}
tables.
"""

LIMITS = """
## What this does not say

- Whether a method would win with other settings: none is tuned here, neither samplers nor
  classifiers.
- How it is on wide tables of image features, on tables with categories, and with several rows of
  one patient: these tables have neither.
- How risks are after recalibration, which may mend them on rows that were not resampled.
- What happens to one small group of patients: all scores are averages.
"""


def page(report: Report) -> str:
    """Write the page from the report of `under_sampling_study.py`."""
    ratios = [fact["rows"] / fact["positive"] for fact in report["tables"].values()]
    parts = [
        OPENING.format(
            n_tables=len(report["tables"]),
            least=min(ratios),
            most=max(ratios),
            quick=QUICK if report["quick"] else "",
        ),
        "".join(f"- **{each['question']}** {each['short']}\n" for each in report["answers"]),
        "".join(f"- {each}\n" for each in risk_sums(report["costs"])),
        HOW.format(n_tables=len(report["tables"]), **report["setting"]),
        "\n## The answers in numbers\n",
        *(
            f"\n**{each['question']}**\n\n" + "".join(f"- {case}\n" for case in each["cases"])
            for each in report["answers"]
        ),
        *(
            f"\n## {name[0].upper()}{name[1:]}\n\n{ranking(report, m)}"
            for m, name in METRICS.items()
        ),
        f"\n## What they cost\n\n{costs(report['costs'])}",
        f"\n## The tables\n\n{tables(report)}",
        mishaps(report),
        LIMITS,
    ]
    return "".join(parts)


def risk_sums(rows: list[Row]) -> list[str]:
    """Say, for each classifier, how many events the risks promise for each one that came."""
    text = []
    by_method = {row["method"]: row["predicted"] for row in rows}
    for classifier, alone in by_method[NONE].items():
        others = {
            method: sums[classifier]
            for method, sums in by_method.items()
            if method not in (NONE, TUNED) and classifier in sums
        }
        lowest, highest = (f(others, key=others.__getitem__) for f in (min, max))
        text.append(
            f"With {classifier} and none, predicted risks add up to {alone:.2f} times the events "
            f"that came; with the others, to between {others[lowest]:.2f} ({lowest}) and "
            f"{others[highest]:.2f} times ({highest})."
        )
    return text


def ranking(report: Report, metric: str) -> str:
    """Write the ranks and the differences to none by one score, the best method first."""
    ranks = {(r["classifier"], r["method"]): r for r in report["ranks"] if r["metric"] == metric}
    contrasts = {
        (row["classifier"], row["method"]): row
        for row in report["contrasts"]
        if row["metric"] == metric and row["other"] == NONE
    }
    classifiers = list(dict.fromkeys(classifier for classifier, _ in ranks))
    methods = sorted(
        dict.fromkeys(method for _, method in ranks),
        key=lambda method: sum(ranks[c, method]["rank"] for c in classifiers),
    )
    lines = []
    for method in methods:
        cells = [
            cell
            for classifier in classifiers
            for cell in _cells(ranks[classifier, method], contrasts.get((classifier, method)))
        ]
        lines.append([method, *cells])
    one = "rank|difference|ahead|behind|p"
    head = "|".join(["method", *(f"{c}: {one}" for c in classifiers)])
    return table(head, lines) + "".join(
        f"\n{_test(test)}" for test in report["tests"] if test["metric"] == metric
    )


def _cells(place: Row, row: Row | None) -> list[str]:
    """Cells of one method and classifier; none itself shows its mean score."""
    if row is None:
        return [f"{place['rank']:.1f}", f"(mean {place['mean']:.3f})", "", "", ""]
    return [
        f"{place['rank']:.1f}",
        signed(row["difference"]),
        f"{row['ahead']}",
        f"{row['behind']}",
        "" if row["p_holm"] is None else f"{row['p_holm']:.3f}",
    ]


def _test(test: Row) -> str:
    found = "too few tables to test" if test["p"] is None else f"Friedman's p is {test['p']:.2g}"
    left_out = ", ".join(f"`{name}`" for name in test["left_out"])
    without = f"; left out, because a method failed: {left_out}" if left_out else ""
    return f"{test['classifier']}: {found}; {test['n_tables']} tables{without}.\n"


def costs(rows: list[Row]) -> str:
    """Write what each method needs, and what its risks add up to."""
    text = (
        "*Rows* is the number of rows to learn from, in times the training rows, and *risks* the "
        "sum of the predicted risks, in times the events that came: geometric means over tables. "
        "*Seconds* is the median time of resampling a training part, one thread: the median over "
        "tables, and the longest.\n\n"
    )
    classifiers = list(rows[0]["predicted"])
    head = "|".join(["method", "rows", "seconds", "longest", *(f"risks, {c}" for c in classifiers)])
    return text + table(
        head,
        [
            [
                row["method"],
                f"{row['size']:.2f}",
                f"{row['seconds']:.3f}",
                f"{row['slowest']:.3f}",
                *(f"{row['predicted'].get(c, float('nan')):.2f}" for c in classifiers),
            ]
            for row in rows
        ],
    )


def tables(report: Report) -> str:
    """Write what the tables are."""
    return table(
        "table|of|rows|columns|positive|one in|repeated rows",
        [
            [
                f"`{name}`",
                fact["what"],
                f"{fact['rows']:,}",
                f"{fact['columns']}",
                f"{fact['positive']}",
                f"{fact['rows'] / fact['positive']:.1f}",
                f"{fact['repeated']:.1%}",
            ]
            for name, fact in report["tables"].items()
        ],
    )


def mishaps(report: Report) -> str:
    """Name what failed, and count the splits in which a method warned."""
    failed = {
        (score["method"], score["table"], error): None
        for score in report["scores"]
        for error in score["errors"]
    }
    text = "".join(f"- {method} failed on `{name}`: {error}\n" for method, name, error in failed)
    splits: dict[tuple[str, str], list[int]] = {}
    n_splits = len(report["tables"]) * report["setting"]["folds"] * report["setting"]["repeats"]
    first = report["scores"][0]["classifier"]  # warnings are those of a split, for all classifiers
    for score in report["scores"]:
        if score["classifier"] == first:
            for kind, n in score["warnings"].items():
                splits.setdefault((score["method"], kind), []).append(n)
    text += "".join(
        f"- {method}: `{kind}` in {sum(counts)} of {n_splits} splits, on {len(counts)} tables.\n"
        for (method, kind), counts in splits.items()
    )
    what = "Failures, and warnings of samplers or classifiers:"
    return f"\n{what}\n\n{text}" if text else "\nNo method failed or warned.\n"


def main() -> None:
    report = json.loads(Path(sys.argv[1]).read_text())
    Path(sys.argv[2]).write_text(page(report))


if __name__ == "__main__":
    main()
