"""Do classifiers score alike on our samples and on imbalanced-learn's? A table to read, and JSON.

python benchmarks/parity.py DATA                       less than six minutes on two cores
python benchmarks/parity.py DATA --quick               less than 40 seconds
python benchmarks/parity.py DATA --only SMOTE,ADASYN --output parity.json

DATA is a folder of data sets with a ``meta.json``: see ``real_tables.py``. ``page.py`` turns the
JSON into a section of a page.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from folds import Fold, Record, classifiers, run_fold, split
from real_tables import CONTINUOUS, MIXED, NOMINAL, RealTable, read_table
from rivals import RIVALS, Rival
from score_differences import mishaps, summarize

N_FOLDS = 5
# Repeats of the folds, seeds of the samplers, and tables of each kind: full and quick.
REPEATS, SEEDS, TABLES = (3, 1), (3, 2), (None, 3)


def main() -> None:
    options = _options()
    names = [
        name for some in (CONTINUOUS, MIXED, NOMINAL) for name in some[: TABLES[options.quick]]
    ]
    report = measure(
        [read_table(options.data, name) for name in names],
        [rival for rival in RIVALS if not options.only or rival.name in options.only],
        n_repeats=REPEATS[options.quick],
        n_seeds=SEEDS[options.quick],
        n_jobs=options.jobs,
    )
    report["quick"] = options.quick
    print("\n".join(lines(report)))
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n")


def measure(
    tables: Sequence[RealTable],
    rivals: Sequence[Rival],
    *,
    n_repeats: int,
    n_seeds: int,
    n_jobs: int | None = None,
) -> dict[str, Any]:
    """Run every method on every table of its kinds, and summarize.

    Parameters
    ----------
    tables : sequence of RealTable
        Where to compare.
    rivals : sequence of Rival
        What to compare; what the installed medresample lacks is skipped, and named.
    n_repeats, n_seeds : int
        Repeats of the folds; seeds of the samplers on each split.
    n_jobs : int, default=None
        Processes; the result is the same for any number.
    """
    there = [rival for rival in rivals if rival.is_there]
    jobs = [
        (fold, rival)
        for table in tables
        for fold in split(table, N_FOLDS, n_repeats)
        for rival in there
        if table.kind in rival.kinds
    ]
    records = _run_all(jobs, n_seeds, n_jobs)
    rows = []
    for rival in there:
        mine = [record for record in records if record["method"] == rival.name]
        rows += summarize(rival.name, mine, N_FOLDS) if mine else []
    return {
        "about": "parity",
        "versions": {name: version(name) for name in ("medresample", "imbalanced-learn")},
        "setting": {
            "folds": N_FOLDS,
            "repeats": n_repeats,
            "seeds": n_seeds,
            "classifiers": list(classifiers()),
            "tables": {table.name: describe(table) for table in tables},
        },
        "lacking": [rival.name for rival in rivals if not rival.is_there],
        "reasons": {rival.name: rival.reason for rival in there},
        "rows": rows,
        "mishaps": mishaps(records),
    }


def _run_all(jobs: Iterable[tuple[Fold, Rival]], n_seeds: int, n_jobs: int | None) -> list[Record]:
    from joblib import Parallel, delayed

    found = Parallel(n_jobs=n_jobs)(delayed(run_fold)(*job, n_seeds) for job in jobs)
    return [record for records in found for record in records]


def describe(table: RealTable) -> dict[str, Any]:
    """Say what a table is, in numbers."""
    return {
        "kind": table.kind,
        "rows": len(table.y),
        "positive": int(table.y.sum()),
        "columns": table.X.shape[1],
    }


def lines(report: dict[str, Any]) -> list[str]:
    """Write the report for a terminal."""
    setting = report["setting"]
    text = [
        f"Ours minus imbalanced-learn's: {setting['folds']} folds x {setting['repeats']} repeats, "
        f"{setting['seeds']} seeds, {' and '.join(setting['classifiers'])}.",
        "pairs: tables x classifiers. beyond 0: pairs whose corrected 95 % interval is without 0",
        "(after Holm); beyond luck: whose difference on these splits seeds do not explain (after",
        "Holm; about one in 20 by chance); within: whose interval lies inside the rope; size: root",
        "mean square of the differences, and of their standard error by seeds.",
        "",
        f"{'':26s}{'score':18s}{'mean':>8s}  {'corrected':17s}  {'over tables':17s}"
        f"{'pairs':>6s}{'beyond 0':>10s}{'luck':>9s}{'within':>8s}   size",
    ]
    for row in report["rows"]:
        beyond, luck = (f"{row[n]} ({row[n + '_holm']})" for n in ("beyond_0", "beyond_luck"))
        text.append(
            f"{row['method']:26s}{row['metric']:18s}{row['mean']:+8.4f}  "
            f"{_span(row['low'], row['high'])}  "
            f"{_span(row['low_of_tables'], row['high_of_tables'])}{row['n_pairs']:6d}"
            f"{beyond:>10s}{luck:>9s}{row['within_rope']:8d}   "
            f"{row['size']:.4f} / {row['size_of_luck']:.4f}"
        )
    text += ["", *(f"{name}: {reason}" for name, reason in report["reasons"].items()), ""]
    text += [f"{name}: not in this medresample, skipped" for name in report["lacking"]]
    text += [
        f"{each['method']}, {each['table']}, {each['library']}: {each['what']} "
        f"({each['runs']} of {each['of']} runs)"
        for each in report["mishaps"]
    ]
    return text


def _span(low: float, high: float) -> str:
    return f"{low:+.4f} {high:+.4f}".ljust(17)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of data sets with a meta.json")
    parser.add_argument("--quick", action="store_true", help="fewer tables, repeats and seeds")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=[], help="names of methods"
    )
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    parser.add_argument("--output", type=Path, help="JSON file to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
