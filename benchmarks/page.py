"""What does the reader see? The measurements as a page of the documentation.

python benchmarks/run.py --output benchmarks/results.json
python benchmarks/page.py benchmarks/results.json docs/performance.md
python benchmarks/page.py benchmarks/results.json parity.json smote_enc.json docs/performance.md
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import clusters_page
import ensemble_costs_page
import score_page
from cells import (
    MEMORY,
    Row,
    bounds_of,
    duration,
    megabytes,
    memory_of,
    ratio_of,
    size_of,
    times_of,
)
from markdown_table import table

OPENING = """# Performance

How long resampling takes and how much memory it needs, against imbalanced-learn's samplers of the
same name, and how long the neighbor search takes, against scikit-learn's brute force. This page is
made by `benchmarks/page.py` from what `benchmarks/run.py` found on one machine; on yours, the
numbers differ and the ratios less so.

```bash
python benchmarks/run.py --output benchmarks/results.json   # a machine that does nothing else
python benchmarks/page.py benchmarks/results.json docs/performance.md
python benchmarks/run.py --quick                            # less than two minutes
python benchmarks/compare_checkouts.py OTHER/src src        # did a change move anything?
```
"""

HOW = """
## How it is measured

Both contestants run in turn in one process, after a first call that compiles and loads what is
needed, and memory is touched and freed before each call, because the first touch of memory can be
slow on a virtual machine. *Ratio* is the median over the rounds of the peer's time divided by ours
within a round, with its quartiles; above 1 is faster than the peer. There are seven rounds, or
fewer where a call takes seconds. Of the methods whose calls take longest, each call has a process
of its own, after a call on few rows; a ratio without quartiles is that of a single round. *Bounds*
is our time over the time that this machine needs for the arithmetic of comparing all pairs that the
method asks for (a float32 matrix product of the same shape, all threads) and for writing the
output, and nothing else. A search of a table within itself compares each pair only once, so it can
come below 1. *Peak* is the largest resident memory above the loaded table, in a fresh process,
after a call on a small table; the output that it is compared with is the table and the labels. What
was not measured is left empty.
"""

NOTES = """
## Notes

- The tables are synthetic: mixtures of normal clouds, cut off at zero where they are wide. All
  pairs are compared whatever the table, so its content matters little, except for ties and uneven
  scales, which have a table of their own.
- Results are exact: whatever the way of searching, neighbors are ranked by distances computed in
  float64, ties by row number, and do not depend on the number of threads.
- The peers use all threads too: scikit-learn's brute-force search is parallel whatever `n_jobs`
  says.
- Some machines' OpenBLAS chooses kernels for an older processor. Setting, for example,
  `OPENBLAS_CORETYPE=SkylakeX` before Python starts can double the speed of wide tables on a
  processor with AVX-512. medresample never sets it.
"""

OVER_SAMPLING = """\
Tables of the same sizes as above, of which half of the clouds belong to both classes: rows need
other classes around. W2 cut and W3 cut are smaller tables of 512 and 20 columns, for a support
vector machine takes hours on the large ones.

- `BorderlineSMOTE` and `ADASYN` compare each row of the minority with all rows. imbalanced-learn's
  ADASYN rounds the share of each row and misses the count by some rows.
- `SVMSMOTE` is given the same `SVC(gamma="scale")` on both sides, which takes most of the time.
- `KMeansSMOTE` is given the same `MiniBatchKMeans` of 20 clusters, of which all take part with at
  least one row of the minority in a hundred, and the same exponent. Ours clusters on one thread, so
  that the outcome does not depend on their number; imbalanced-learn's adds up to one row too many
  for each cluster.

"""

MIXED = """\
W4 is a table of 10 columns of numbers and 10 of categories of 3 to 30 levels: a pandas frame with
words, the same with columns of type category, or an array of objects. *W4 coded* has one more
column of categories, with 5,000 levels, as diagnosis codes have. *W4 nominal* has no numbers.

- imbalanced-learn has no SMOTE-ENC: its SMOTENC is the peer of both.
- imbalanced-learn's SMOTENC is told which columns are categorical; ours finds out.
- On *W4 coded* it holds one column for each level, for all neighbors of all new rows at once, and
  would need too much memory on a table of the size of W4.

"""


def page(report: dict[str, Any]) -> str:
    """Write the page from the report of `run.py`."""
    sections: dict[str, list[Row]] = {}
    for row in report["rows"]:
        sections.setdefault(row["section"], []).append(row)
    parts = [OPENING, _machine(report["machine"], report["quick"]), HOW]
    for section, title, lines in (
        ("smote", "SMOTE", _smote),
        ("over_sampling", "Over-samplers that look beyond the class", _over_sampling),
        ("mixed", "Numbers and categories", _mixed),
        ("clusters", "Clusters", clusters_page.clusters),
        ("cleaning", "Cleaning", clusters_page.cleaning),
        ("ensembles", "Balanced ensembles", ensemble_costs_page.ensembles),
        ("search", "Neighbor search", _searches),
        ("hard", "Ties and uneven scales", _hard),
        ("growth", "As the table grows", _growth),
        ("cold", "Cold start", _cold),
        ("large", "Large tables", _large),
        ("comparison", "A comparison", _comparison),
    ):
        if section in sections:
            parts.append(f"\n## {title}\n\n{lines(sections[section])}")
    return "\n".join([*parts, NOTES]).replace("\n\n\n", "\n\n")


def _machine(setting: dict[str, Any], quick: bool) -> str:
    packages = ", ".join(f"{name} {number}" for name, number in setting["packages"].items())
    mode = " These are numbers of the quick mode: few rounds." if quick else ""
    return (
        f"Measured with {setting['threads']} threads of: {setting['processor']}, "
        f"{setting['memory_gib']} GiB of memory, {setting['system']}; Python {setting['python']}, "
        f"{packages}; {', '.join(setting['blas'])} with {', '.join(setting['blas_kernels'])} "
        f"kernels.{mode}\n"
    )


def _smote(rows: list[Row]) -> str:
    head = "table (majority / minority x columns)|type|ours|imbalanced-learn|ratio|bounds|"
    return table(
        head + MEMORY,
        [
            [
                f"{row['workload']}: {size_of(row)}",
                row["dtype"],
                *times_of(row),
                bounds_of(row),
                *memory_of(row),
            ]
            for row in rows
        ],
    )


def _over_sampling(rows: list[Row]) -> str:
    head = "method|table (majority / minority x columns)|type|ours|imbalanced-learn|ratio|bounds|"
    return OVER_SAMPLING + table(
        head + MEMORY,
        [
            [
                row["method"],
                f"{row['workload']}: {size_of(row)}",
                row["dtype"],
                *times_of(row),
                bounds_of(row),
                *memory_of(row),
            ]
            for row in rows
        ],
    )


def _mixed(rows: list[Row]) -> str:
    return MIXED + table(
        "method|table (majority / minority)|type|ours|imbalanced-learn|ratio|" + MEMORY,
        [
            [
                row["name"].split()[0],
                f"{row['workload']}: {row['majority']:,} / {row['minority']:,}",
                row["dtype"],
                *times_of(row),
                *memory_of(row),
            ]
            for row in rows
        ],
    )


def _searches(rows: list[Row]) -> str:
    text = "The five nearest other rows of every row; float32.\n\n"
    return text + table(
        "rows x columns|ours|scikit-learn|ratio|bounds",
        [[row["workload"], *times_of(row), bounds_of(row)] for row in rows],
    )


def _hard(rows: list[Row]) -> str:
    text = "The same search on 6,000 rows that are difficult to rank in float32.\n\n"
    return text + table(
        "input|columns|type|ours|scikit-learn|ratio",
        [[row["kind"], f"{row['columns']}", row["dtype"], *times_of(row)] for row in rows],
    )


def _growth(rows: list[Row]) -> str:
    text = "SMOTE in float32; each block of the table changes one size.\n\n"
    return text + table(
        "table (majority / minority x columns)|ours|imbalanced-learn|ratio|bounds",
        [[size_of(row), *times_of(row), bounds_of(row)] for row in rows],
    )


def _cold(rows: list[Row]) -> str:
    text = (
        "A fresh process, from the first import to the first resampled table, ours and "
        "imbalanced-learn's in turn. Compiled kernels are loaded when the work so far has taken as "
        "long as loading them takes; until then scikit-learn and NumPy do it, to the same bits. "
        "The last line compares calls inside two joblib workers as they are (left) with the same "
        "held to one thread each (right).\n\n"
    )
    return text + table("what|ours|peer|ratio", [[row["name"], *times_of(row)] for row in rows])


def _large(rows: list[Row]) -> str:
    parts = []
    for row in rows:
        if "ratio" in row:
            parts.append(
                f"{row['name']}, a plan applied against plain NumPy: {duration(row['ours_s'])} "
                f"against {duration(row['peer_s'])}, {ratio_of(row)}; {row['bounds']:.1f} bounds.\n"
            )
            continue
        steps = {
            "plan": "`SMOTE().plan(X, y)` and saving it",
            "apply": "`plan.apply(X, out=map)`",
            "batches": "one pass over `plan.batches(X, 1024)`",
        }
        text = f"{row['name']} that can only be read ({megabytes(row['input_mb'])}; resampled "
        text += f"{megabytes(row['output_mb'])}), each step in a fresh process:\n\n"
        lines = [
            [words, duration(row[f"{step}_s"]), megabytes(row[f"{step}_peak_mb"])]
            for step, words in steps.items()
        ]
        parts.append(text + table("step|time|peak resident memory above the start", lines))
    return "\n".join(parts)


def _comparison(rows: list[Row]) -> str:
    (row,) = rows
    return f"""\
`compare_samplers` with {row["methods"]} methods and {row["models"]} models (logistic regression and
naive Bayes) on {row["rows"]:,} rows of {row["columns"]} float32 columns
({megabytes(row["table_mb"])}), by two workers; of the 25 splits of 5 times 5 folds
{row["folds"]:.0f} were run, which is {row["jobs"]:.0f} jobs. They took
{duration(row["seconds"])}, in which both cores were used to {100 * row["use"]:.0f} %.
A worker added at most {megabytes(row["peak_mb"])} to what it held after a small comparison,
{row["peak_mb"] / row["table_mb"]:.1f} times the table: the table itself, which
both map and share; the training rows, scaled, four fifths of it; and, after an over-sampler, these
and the new rows, {megabytes(row["balanced_mb"])}.
"""


def main() -> None:
    """Read the measurements, and further reports if any; write the page."""
    first, *others = (json.loads(Path(name).read_text()) for name in sys.argv[1:-1])
    sections = [score_page.SECTIONS[report["about"]](report) for report in others]
    Path(sys.argv[-1]).write_text("\n".join([page(first), *sections]))


if __name__ == "__main__":
    main()
