"""What does the reader see of the null simulation? A page of the documentation.

python benchmarks/null_simulation.py --output null.json
python benchmarks/null_simulation_page.py null.json docs/null_simulation.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from markdown_table import table
from null_data import N_FOLDS
from null_simulation import LEVEL, Report, Row, percent

OPENING = """# Do the tests find differences where there are none?

Methods that are equally good on new patients, compared on {sets} simulated data sets in each of
three ways: how often does a test of level {level:.0f} % claim a difference? This page is made by
`benchmarks/null_simulation_page.py` from what `benchmarks/null_simulation.py` found; its sentences
follow from the numbers. The tests are those of {{func}}`~medresample.compare.compare_samplers` and
{{func}}`~medresample.compare.compare_samplers_many`.

```bash
python benchmarks/null_simulation.py --sets {sets} --output null.json
python benchmarks/null_simulation_page.py null.json docs/null_simulation.md
```

## In short

"""

HOW = """
## How it is measured

A data set has {rows} rows of {columns} columns of normal numbers, {positive} of them positive. In
the training folds the columns are scaled and the rows resampled, and a logistic regression learns;
the AUROC is that of the test fold: {repeats} repeats of {folds} stratified folds. What is tested
are the differences to the first method on the same folds. The *naive* test is the t-test that takes
them for independent; the *corrected* one widens the error by the share of the test rows (Nadeau
and Bengio 2003). With more than one difference, p-values have Holm's adjustment, and what is
counted is a data set with any claim. Shares have exact 95 % intervals (Clopper and Pearson) for the
luck of {sets} data sets.

*Sure of a difference* and *sure of equivalence* count, over all differences, how often the Bayesian
correlated t-test gives 95 % to a difference of more than {rope} in one direction, or to one of
less. Without the {rope}, to be sure in either direction would be a test of level 10 %.

The correction is a rule of thumb: it takes two folds to be correlated by the share of the test
rows. Where they are less so, the test is more careful than it says; where more, less.
"""

LIMITS = """
## What this does not say

- How the tests do where methods differ: a test that never claims anything would look best here.
- How they do with other learners, with fewer positive rows, or with several rows per patient.
- How the bootstrap over patients does, by which scores of pooled predictions are compared: it
  knows nothing of the luck of the training rows.
"""


def page(report: Report) -> str:
    """Write the page from the report of `null_simulation.py`."""
    setting = report["setting"]
    parts = [
        OPENING.format(sets=setting["sets"], level=100 * LEVEL),
        "".join(f"- {sentence}\n" for sentence in summary(report)),
        HOW.format(**setting),
        *(section(name, found) for name, found in report["scenarios"].items()),
        LIMITS,
    ]
    return "".join(parts)


def summary(report: Report) -> list[str]:
    """Say in a line for each scenario and test how it keeps its level."""
    sentences = []
    for name, found in report["scenarios"].items():
        rows = [row for row in found["t_tests"] if row["repeats"] > 1]
        said = "; ".join(f"the {row['test']} test {verdict(row)}" for row in rows)
        sentences.append(f"**{capital(name)}**, {rows[0]['repeats']} x {N_FOLDS} folds: {said}.")
    sure = "; ".join(
        f"{name} {percent(found['bayesian']['equivalent'])}"
        for name, found in report["scenarios"].items()
    )
    sentences.append(f"**Sure of equivalence** within {report['setting']['rope']}: {sure}.")
    for found in report["scenarios"].values():
        sentences += [
            f"**Friedman's test over {row['over']}** {verdict(row)}."
            for row in found.get("over_sets", [])
            if row["test"] == "Friedman"
        ]
    return sentences


def verdict(row: Row) -> str:
    """Say whether a share is the level, above it, or below, as far as its interval tells.

    Examples
    --------
    >>> verdict({"share": 0.3, "low": 0.28, "high": 0.32, "found": 300, "of": 1000})
    'claims a difference too often, 30.0 % (28.0 to 32.0)'
    """
    if row["share"] is None:
        return "was not tried"
    if row["low"] > LEVEL:
        how = "claims a difference too often"
    elif row["high"] < LEVEL:
        how = "is more careful than it says"
    else:
        how = "agrees with its level"
    return f"{how}, {percent(row)}"


def section(name: str, found: Row) -> str:
    """Write what was found in one scenario."""
    tests = [
        [f"{row['test']} t-test, {row['repeats']} x {N_FOLDS} folds", percent(row)]
        for row in found["t_tests"]
    ]
    tests += [
        [f"{row['test']}, over {row['over']}", percent(row)] for row in found.get("over_sets", [])
    ]
    bayes = found["bayesian"]
    tests += [
        ["sure of a difference (Bayesian)", percent(bayes["different"])],
        ["sure of equivalence (Bayesian)", percent(bayes["equivalent"])],
    ]
    first, *others = found["methods"]
    means = [
        [method, f"{row['mean']:+.4f}", f"{row['error']:.4f}", f"{row['spread']:.3f}"]
        for method, row in zip(others, found["differences"], strict=True)
    ]
    return (
        f"\n## {capital(name)}\n\n{found['what']}\n\n"
        f"{table('claim of a difference|% of data sets (95 % interval)', tests)}\n"
        f"On average, equivalence has a probability of {100 * bayes['mean_equivalent']:.0f} %. "
        f"Mean differences in AUROC to *{first}*, which should be 0 within about two standard "
        "errors, and how they spread from data set to data set:\n\n"
        f"{table('method|mean|standard error|spread', means)}"
    )


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    target.write_text(page(json.loads(source.read_text())))


if __name__ == "__main__":
    main()
