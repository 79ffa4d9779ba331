"""Measure the cases and write down what was found: a table to read, and JSON.

python benchmarks/run.py                                   everything, an hour and a half
python benchmarks/run.py --quick                           less than two minutes: times, no memory
python benchmarks/run.py --only W1,W3,search,cold          some workloads or sections
python benchmarks/run.py --output benchmarks/results.json

Measure on a machine that does nothing else. Rows that the output holds already stay, but for those
measured again: so sections can be measured one after the other. Cases are left out whose peer is
not installed: see ``fuzzy_clusters.py``. ``page.py`` turns the JSON into a page.
"""

from __future__ import annotations

import argparse
import json
import os
import warnings
from pathlib import Path
from typing import Any

import catalog
import machine

Row = dict[str, Any]
Report = dict[str, Any]

SECTIONS = {
    "smote": "SMOTE against imbalanced-learn",
    "over_sampling": "methods that look beyond the class, against imbalanced-learn's",
    "mixed": "SMOTENC, SMOTEENC and SMOTEN, against imbalanced-learn's SMOTENC and SMOTEN",
    "clusters": "fuzzy c-means against scikit-fuzzy's and fuzzy-c-means'; "
    "K-means under-sampling against imbalanced-learn's ClusterCentroids",
    "cleaning": "Tomek links and edited nearest neighbors, against imbalanced-learn's",
    "ensembles": "the fit of EasyEnsemble and BalanceCascade, against imbalanced-learn's "
    "EasyEnsemble and against members that copy the table",
    "search": "neighbor search against scikit-learn's brute force (float32, k = 5)",
    "hard": "the same on inputs with ties and uneven scales (6,000 rows)",
    "growth": "SMOTE as the table grows (float32)",
    "cold": "cold start",
    "large": "interpolation, and tables larger than memory",
    "comparison": "cores and memory that a comparison uses",
}
HEADER = f"{'':44s}{'ours':>9s}{'peer':>9s}{'ratio':>8s}  {'quartiles':11s}{'bounds':>7s} peak/out"


def main() -> None:
    options = _options()
    warnings.simplefilter("ignore")  # the hard inputs are what warnings are for
    busy = os.getloadavg()[0]
    if busy > 0.7:
        print(f"The machine is busy (load {busy:.1f}): expect noise.")
    setting = machine.describe()
    print("\n".join(f"{key}: {value}" for key, value in setting.items()))
    report = begin({"machine": setting, "quick": options.quick, "rows": []}, options.output)
    for section, title in SECTIONS.items():
        some = [case for case in catalog.all_cases(options.quick) if case.section == section]
        some = [case for case in some if not options.only or case.matches(options.only)]
        if some:
            print(f"\n{title}\n{HEADER}")
        for case in some:
            try:
                row = {"section": section, "name": case.name, **case.measure(options.quick)}
            except ModuleNotFoundError as missing:
                print(f"{case.name}: left out, {missing}")
                continue
            print(line(row), flush=True)
            report["rows"] = with_row(report["rows"], row)
            if options.output:
                options.output.write_text(json.dumps(report, indent=1) + "\n")


def begin(report: Report, output: Path | None) -> Report:
    """Go on with what the output holds, if it was measured on this machine and in this mode."""
    if output is None or not output.exists():
        return report
    found: Report = json.loads(output.read_text())
    for what in ("machine", "quick"):
        if found[what] != report[what]:
            raise SystemExit(f"{output} was measured with another {what!r}: name another --output.")
    return found


def with_row(rows: list[Row], row: Row) -> list[Row]:
    """Put a row in the place of that of the same case; all in the order of the catalog."""
    order = [(case.section, case.name) for case in catalog.all_cases(quick=False)]
    place = {key: i for i, key in enumerate(order)}
    others = [each for each in rows if _key(each) != _key(row)]
    return sorted([*others, row], key=lambda each: place.get(_key(each), len(order)))


def _key(row: Row) -> tuple[str, str]:
    return row["section"], row["name"]


def line(row: Row) -> str:
    """One case in one line; what was not measured stays empty."""
    if "ratio" not in row:
        shown = {key: value for key, value in row.items() if isinstance(value, float)}
        return row["name"] + "".join(f"\n    {key:20s}{value:9.2f}" for key, value in shown.items())
    quartiles = f"{row['ratio_low']:.2f}-{row['ratio_high']:.2f}" if row["rounds"] > 1 else "once"
    text = f"{row['name']:44s}{_time(row['ours_s'])}{_time(row['peer_s'])}{row['ratio']:7.2f}x"
    text += f"  {quartiles:11s}"
    text += f"{row['bounds']:7.1f}" if "bounds" in row else " " * 7
    text += f"{row['peak_of_output']:9.2f}" if "peak_of_output" in row else ""
    return text.rstrip()


def _time(seconds: float) -> str:
    return f"{1e3 * seconds:6.1f} ms" if seconds < 1 else f"{seconds:7.2f} s"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds, no memory")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=[], help="workloads or sections"
    )
    parser.add_argument(
        "--output", type=Path, help="JSON file to write; rows of other cases in it are kept"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
