"""What does the reader see of the study of ensembles? A page of the documentation.

python benchmarks/ensemble_study.py DATA --output ensembles.json
python benchmarks/ensemble_page.py found.json docs/ensemble_study.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from boosters import CART, COMPARED, EASY, LARGER
from ensemble_findings import METRICS, Report
from ensemble_study import ARTICLE
from markdown_table import table
from ranks import Row
from under_sampling_findings import signed

OPENING = """# Do balanced ensembles keep what was published?

{{class}}`~medresample.ensemble.EasyEnsembleClassifier` and
{{class}}`~medresample.ensemble.BalanceCascadeClassifier` as published, 4 members of 10 trees, by
the protocol of their article [1] on {n_tables} of its 16 tables: stratified {folds}-fold
cross-validation, repeats: {repeats}. And the F of EasyEnsemble beside the numbers of another
article [2] on {n_checked} tables. This page is made by `benchmarks/ensemble_page.py` from what
`benchmarks/ensemble_study.py` found; its sentences follow from the numbers.

```bash
python benchmarks/ensemble_study.py DATA --repeats {repeats} --output found.json  # within an hour
python benchmarks/ensemble_page.py found.json docs/ensemble_study.md
```
{quick}
## In short

*Told* is what the tests below tell from chance; in parentheses, in how many of the scores.

"""

QUICK = "\n**These are numbers of the quick mode: small tables, one repeat.**\n"

HOW = """
## How it is measured

All but imbalanced-learn's boost 40 trees that are grown to the end, and show them the weights by
drawing rows, as the authors did.

- *EasyEnsemble* and *BalanceCascade* have their defaults. *Sum of thetas* is the threshold that the
  article gives the cascade; the default is half of all votes, as in the authors' code. A theta is
  the score at which a member passes on its share of the larger class, which is large where the
  classes are nearly balanced: then most rows are above the sum of the thetas.
- *AdaBoost* boosts all rows, which weigh the same at the start. *Even classes* is the boosting of
  the authors' code, and of ours, on all rows: the classes weigh the same at the start. Which of the
  two the article calls AdaBoost is not known to us.
- *Under-sampling + AdaBoost* boosts all rows of the rare class and as many others, drawn once.
- *SMOTE + AdaBoost* boosts the rows and new ones, made with 5 neighbors, so that there are as many
  of the one class as of the other; SMOTENC or SMOTEN where a table holds labels.
- *imbalanced-learn* is its `EasyEnsembleClassifier`, which boosts stumps and averages
  probabilities: 4 members of 10 stumps, and its default of 10 members of 50.

Numbers are standardized by the training rows, for the neighbors of SMOTE, and labels are one-hot
encoded, because trees of scikit-learn split numbers only. F and G-mean are those of what each
method predicts with its own threshold, the rare class being positive; scores are means over the
folds.

A table counts as one. *Difference* is the mean difference over tables. *Higher* counts the tables
on which it is above 0, and *ahead* and *behind* those on which it is beyond 0.01 (AUC) or 0.02 (F,
G-mean). *p* is that of Wilcoxon's signed-rank test, after Holm's adjustment for the methods of the
question. A method is *told* to be better or worse where Friedman's test finds that the methods
differ at all (p below 0.05), and then this test too. What is not told may be equal, or too close
for {n_tables} tables.
"""

CHECKED = """
## The F of EasyEnsemble, beside published numbers

From table 5 of [2]. How it was measured there, in how many folds, and how large the ensembles were,
is not known to us, and its single trees are not those of scikit-learn: so small differences say
little, and *gain*, the F of EasyEnsemble minus that of one tree, says more than the level. *Ours*
is 4 members of 10 trees, with the standard deviation of the mean over the folds from repeat to
repeat; *10 members* has 10 of 10 trees. Rows with missing cells stay: trees take missing numbers,
and a missing label is a label.

"""

LIMITS = """
## What this does not say

- Whether the numbers of [1] are met: they could not be read, only what was compared with what.
- How methods compare when tuned: none is.
- Whether any is better than one model that copes with the imbalance, such as gradient boosting.
- How risks are calibrated: AUC, F and G-mean do not look at that.

[1] X.-Y. Liu, J. Wu, Z.-H. Zhou, "Exploratory undersampling for class-imbalance learning", IEEE
Transactions on Systems, Man, and Cybernetics B 39(2), 539-550, 2009.

[2] Q.-Y. Yin, J.-S. Zhang, C.-X. Zhang, N.-N. Ji, "A novel selective ensemble algorithm for
imbalanced data classification based on exploratory undersampling", Mathematical Problems in
Engineering 2014, 358942.
"""


def page(report: Report) -> str:
    """Write the page from the report of `ensemble_study.py`."""
    setting = report["setting"] | {"n_tables": len(_compared(report))}
    check = report["check"]
    parts = [
        OPENING.format(
            **setting,
            n_checked=len(check["rows"]),
            quick=QUICK if report["quick"] else "",
        ),
        f"- **{report['direction']['sentence']}**\n",
        "".join(f"- **{each['question']}** {each['short']}\n" for each in report["answers"]),
        f"- {check_in_short(check)}\n" if check["rows"] else "",
        HOW.format(**setting),
        f"\n## The answers in numbers\n\n{contrasts(report)}",
        *(f"\n## {name}\n\n{numbers(report, metric)}" for metric, name in METRICS.items()),
        CHECKED + checks(check),
        f"\n## The tables\n\n{tables(report)}",
        LIMITS,
    ]
    return "".join(parts)


def _compared(report: Report) -> list[str]:
    """Names of the tables on which methods are compared."""
    return [name for name in report["tables"] if name in ARTICLE]


def contrasts(report: Report) -> str:
    """Write what each question found, score by score."""
    lines = [
        [
            f"{row['method']} against {row['other']}",
            METRICS[row["metric"]],
            signed(row["difference"]),
            f"{row['higher']} of {row['n_tables']}",
            f"{row['ahead']}",
            f"{row['behind']}",
            "" if row["p_holm"] is None else f"{row['p_holm']:.3f}",
        ]
        for each in report["answers"]
        for row in report["contrasts"]
        if row["question"] == each["question"]
    ]
    head = "method|score|difference|higher|ahead|behind|p"
    tests = "".join(
        f"\n{METRICS[test['metric']]}: "
        + ("too few tables to test" if test["p"] is None else f"Friedman's p is {test['p']:.2g}")
        + f"; {test['n_tables']} tables.\n"
        for test in report["tests"]
    )
    return table(head, lines) + tests


def numbers(report: Report, metric: str) -> str:
    """Write one score of every method on every table, and the mean ranks."""
    by_key = {(s["table"], s["method"]): s[metric] for s in report["scores"]}
    ranks = {r["method"]: r for r in report["ranks"] if r["metric"] == metric}
    methods = [method for method in COMPARED if method in ranks]
    lines = [
        [name, *(f"{by_key[name, method]:.3f}" for method in methods)] for name in _compared(report)
    ]
    lines.append(["*mean*", *(f"{ranks[method]['mean']:.3f}" for method in methods)])
    lines.append(["*mean rank*", *(f"{ranks[method]['rank']:.1f}" for method in methods)])
    return table("|".join(["table", *methods]), lines)


def check_in_short(check: Report) -> str:
    """Say in a sentence or two how near the published F is."""
    n = len(check["rows"])
    text = (
        f"The F of {EASY} differs from the published one by {check['size_of_difference']:.3f} on "
        f"average ({signed(check['mean_difference'])} with its sign), by no more than 0.02 on "
        f"{check['near']} of {n} tables, and most on {check['largest_difference']}; with 10 "
        f"members by {check['size_of_difference_larger']:.3f} "
        f"({signed(check['mean_difference_larger'])}). "
        f"It gains over one tree, or loses, as published on {check['same_sign']} of {n}"
    )
    if "correlation" in check:
        text += (
            f"; over the tables, ours and the published F correlate by {check['correlation']:.3f}"
        )
    return f"{text}."


def checks(check: Report) -> str:
    """Write the published F and ours."""
    head = f"table|published|ours|difference|{LARGER.rpartition('of ')[2]}|difference"
    head += f"|{CART}, published|{CART}, ours|gain, published|gain, ours"
    return table(head, [_check_cells(row) for row in check["rows"]])


def _check_cells(row: Row) -> list[str]:
    spread = "" if row["sd"] is None else f" ± {row['sd']:.3f}"
    return [
        row["table"],
        f"{row['published']:.3f}",
        f"{row['ours']:.3f}{spread}",
        signed(row["difference"]),
        f"{row['larger']:.3f}",
        signed(row["difference_larger"]),
        f"{row['published_cart']:.3f}",
        f"{row['cart']:.3f}",
        signed(row["published_gain"]),
        signed(row["gain"]),
    ]


def tables(report: Report) -> str:
    """Write what the tables are, and which of the article's are not held."""
    text = (
        "*Ratio* is the number of rows of the other class for each one of the rare class. First "
        "the tables of [1], without numbers of ours where we do not hold them; then those that "
        "only [2] has.\n\n"
    )
    lines = []
    for name in [*ARTICLE, *(name for name in report["tables"] if name not in ARTICLE)]:
        one, fact = ARTICLE.get(name), report["tables"].get(name)
        published = ["", ""] if one is None else [f"{one.rows:,}", f"{one.ratio:.1f}"]
        if fact is None:
            lines.append([name, *published, "", "", "", ""])
            continue
        found = [fact["rows"], fact["columns"], fact["positive"]]
        lines.append([name, *published, *(f"{n:,}" for n in found), f"{fact['ratio']:.1f}"])
    head = "table|rows, published|ratio, published|rows|columns|positive|ratio"
    missing = [name for name, one in ARTICLE.items() if not one.file]
    return f"{text}{table(head, lines)}\nNot held: {', '.join(missing)}.\n"


def main() -> None:
    report = json.loads(Path(sys.argv[1]).read_text())
    Path(sys.argv[2]).write_text(page(report))


if __name__ == "__main__":
    main()
