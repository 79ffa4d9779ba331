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

import score_page
from markdown_table import table

Row = dict[str, Any]

OPENING = """# Performance

How long `SMOTE` takes and how much memory it needs, against imbalanced-learn's, and how long the
neighbor search takes, against scikit-learn's brute force. This page is made by
`benchmarks/page.py` from what `benchmarks/run.py` found on one machine; on yours, the numbers
differ and the ratios less so.

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
within a round, with its quartiles; above 1 is faster than the peer. *Bounds* is our time over the
time that this machine needs for the arithmetic of comparing all pairs (a float32 matrix product of
the same shape, all threads) and for writing the output, and nothing else. A search of a table
within itself compares each pair only once, so it can come below 1. *Peak* is the largest resident
memory above the loaded table, in a fresh process, after a call on a small table; the output that it
is compared with is the table and the labels.
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


def page(report: dict[str, Any]) -> str:
    """Write the page from the report of `run.py`."""
    sections: dict[str, list[Row]] = {}
    for row in report["rows"]:
        sections.setdefault(row["section"], []).append(row)
    parts = [OPENING, _machine(report["machine"], report["quick"]), HOW]
    for section, title, lines in (
        ("smote", "SMOTE", _smote),
        ("mixed", "Numbers and categories", _mixed),
        ("search", "Neighbor search", _searches),
        ("hard", "Ties and uneven scales", _hard),
        ("growth", "As the table grows", _growth),
        ("cold", "Cold start", _cold),
        ("large", "Large tables", _large),
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
    head += "peak above input|of output|imbalanced-learn's peak"
    return table(
        head,
        [
            [
                f"{row['workload']}: {row['majority']:,} / {row['minority']:,} x {row['columns']}",
                row["dtype"],
                *_times(row),
                f"{row['bounds']:.1f}",
                _megabytes(row["peak_mb"]),
                f"{row['peak_of_output']:.2f}",
                _megabytes(row["peer_peak_mb"]),
            ]
            for row in rows
        ],
    )


def _mixed(rows: list[Row]) -> str:
    text = (
        "A pandas frame of 10 columns of numbers and 10 of categories, as words or of type "
        "category. imbalanced-learn has no SMOTE-ENC; both are set against its SMOTENC.\n\n"
    )
    return text + table(
        "method|type|ours|imbalanced-learn|ratio|"
        "peak above input|of output|imbalanced-learn's peak",
        [
            [
                row["name"].split()[0],
                row["dtype"],
                *_times(row),
                _megabytes(row["peak_mb"]),
                f"{row['peak_of_output']:.2f}",
                _megabytes(row["peer_peak_mb"]),
            ]
            for row in rows
        ],
    )


def _searches(rows: list[Row]) -> str:
    text = "The five nearest other rows of every row; float32.\n\n"
    return text + table(
        "rows x columns|ours|scikit-learn|ratio|bounds",
        [[row["workload"], *_times(row), f"{row['bounds']:.1f}"] for row in rows],
    )


def _hard(rows: list[Row]) -> str:
    text = "The same search on 6,000 rows that are difficult to rank in float32.\n\n"
    return text + table(
        "input|columns|type|ours|scikit-learn|ratio",
        [[row["kind"], f"{row['columns']}", row["dtype"], *_times(row)] for row in rows],
    )


def _growth(rows: list[Row]) -> str:
    text = "SMOTE in float32; each block of the table changes one size.\n\n"
    return text + table(
        "table (majority / minority x columns)|ours|imbalanced-learn|ratio|bounds",
        [
            [
                f"{row['majority']:,} / {row['minority']:,} x {row['columns']}",
                *_times(row),
                f"{row['bounds']:.1f}",
            ]
            for row in rows
        ],
    )


def _cold(rows: list[Row]) -> str:
    text = (
        "A fresh process, from the first import to the first resampled table, ours and "
        "imbalanced-learn's in turn. Compiled kernels are loaded when the work so far has taken as "
        "long as loading them takes; until then scikit-learn and NumPy do it, to the same bits. "
        "The last line compares calls inside two joblib workers as they are (left) with the same "
        "held to one thread each (right).\n\n"
    )
    return text + table("what|ours|peer|ratio", [[row["name"], *_times(row)] for row in rows])


def _large(rows: list[Row]) -> str:
    parts = []
    for row in rows:
        if "ratio" in row:
            parts.append(
                f"{row['name']}, a plan applied against plain NumPy: {_time(row['ours_s'])} "
                f"against {_time(row['peer_s'])}, {_ratio(row)}; {row['bounds']:.1f} bounds.\n"
            )
            continue
        steps = {
            "plan": "`SMOTE().plan(X, y)` and saving it",
            "apply": "`plan.apply(X, out=map)`",
            "batches": "one pass over `plan.batches(X, 1024)`",
        }
        text = f"{row['name']} that can only be read ({_megabytes(row['input_mb'])}; resampled "
        text += f"{_megabytes(row['output_mb'])}), each step in a fresh process:\n\n"
        lines = [
            [words, _time(row[f"{step}_s"]), _megabytes(row[f"{step}_peak_mb"])]
            for step, words in steps.items()
        ]
        parts.append(text + table("step|time|peak resident memory above the start", lines))
    return "\n".join(parts)


def _times(row: Row) -> list[str]:
    return [_time(row["ours_s"]), _time(row["peer_s"]), _ratio(row)]


def _ratio(row: Row) -> str:
    return f"{row['ratio']:.2f} ({row['ratio_low']:.2f}–{row['ratio_high']:.2f})"


def _time(seconds: float) -> str:
    return f"{1e3 * seconds:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _megabytes(size: float) -> str:
    return f"{size:,.0f} MB"


def main() -> None:
    """Read the measurements, and further reports if any; write the page."""
    first, *others = (json.loads(Path(name).read_text()) for name in sys.argv[1:-1])
    sections = [score_page.SECTIONS[report["about"]](report) for report in others]
    Path(sys.argv[-1]).write_text("\n".join([page(first), *sections]))


if __name__ == "__main__":
    main()
