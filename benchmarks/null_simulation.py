"""Do the tests of a comparison keep their level? Data on which methods do not differ.

python benchmarks/null_simulation.py --output null.json    less than 15 minutes on one core
python benchmarks/null_simulation.py --sets 24             less than a minute
python benchmarks/null_simulation_page.py null.json docs/null_simulation.md

On each of many simulated data sets, methods that are equally good on new patients are compared by
repeated cross-validation: the corrected tests of `medresample.compare` beside the naive ones, which
take folds for independent. A test of level 5 % should find a difference on 5 % of the data sets.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from null_data import COLUMNS, N_FOLDS, N_REPEATS, POSITIVE, ROWS, SCENARIOS, simulate
from scipy import stats

from medresample.compare._ranks import friedman, signed_rank
from medresample.compare._statistics import corrected_t, correlated_t, holm

Row = dict[str, Any]
Report = dict[str, Any]

LEVEL, SURE, ROPE = 0.05, 0.95, 0.01
TOGETHER = 12  # data sets that are compared together by Friedman and Wilcoxon


def main() -> None:
    options = _options()
    start = time.perf_counter()
    report = measure(options.sets, options.jobs) | {"seconds": time.perf_counter() - start}
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n")
    print("\n".join(lines(report)))


def measure(n_sets: int, n_jobs: int | None = None) -> Report:
    """Simulate, compare and count.

    Parameters
    ----------
    n_sets : int
        Data sets in each scenario.
    n_jobs : int, default=None
        Processes; the numbers are the same for any.
    """
    report: Report = {
        "about": "null_simulation",
        "versions": {name: version(name) for name in ("medresample", "scikit-learn")},
        "setting": {"sets": n_sets, "folds": N_FOLDS, "repeats": N_REPEATS, "rope": ROPE}
        | {"rows": ROWS, "positive": POSITIVE, "columns": COLUMNS, "together": TOGETHER},
        "scenarios": {},
    }
    for name, scenario in SCENARIOS.items():
        scores = simulate(name, n_sets, n_jobs)
        found = {"what": scenario.what, "methods": list(scenario.methods(0))}
        found |= {"t_tests": list(t_tests(scores)), "bayesian": bayesian(scores)}
        found |= {"differences": differences(scores)}
        if scores.shape[-1] > 2:
            found["over_sets"] = list(over_sets(scores))
        report["scenarios"][name] = found
    return report


def gains(scores: np.ndarray, repeats: int) -> np.ndarray:
    """Differences to the control, of shape (sets, splits, methods - 1)."""
    d = scores[:, :repeats, :, 1:] - scores[:, :repeats, :, :1]
    return d.reshape(len(d), -1, d.shape[-1])


def t_tests(scores: np.ndarray) -> Iterator[Row]:
    """Count the data sets on which a test finds any difference to the control (Holm)."""
    for repeats in (1, scores.shape[1]):
        for test, ratio in (("corrected", 1 / (N_FOLDS - 1)), ("naive", 0.0)):
            found = 0
            for d in gains(scores, repeats):
                p = holm([corrected_t(column, ratio).p_value for column in d.T])
                found += bool((p < LEVEL).any())
            yield {"test": test, "repeats": repeats} | share(found, len(scores))


def bayesian(scores: np.ndarray) -> Row:
    """Count, over data sets and methods, what the correlated t-test is sure of."""
    found = np.array(
        [
            correlated_t(column, 1 / (N_FOLDS - 1), ROPE)
            for d in gains(scores, scores.shape[1])
            for column in d.T
        ]
    )
    lower, equivalent, higher = found.T
    n = len(found)
    return {
        "different": share(int(((lower > SURE) | (higher > SURE)).sum()), n),
        "equivalent": share(int((equivalent > SURE).sum()), n),
        "likely_equivalent": share(int((equivalent > 0.5).sum()), n),
        "mean_equivalent": float(equivalent.mean()),
    }


def differences(scores: np.ndarray) -> list[Row]:
    """Tell how far the methods are from the control, over all data sets: not at all?"""
    means = gains(scores, scores.shape[1]).mean(axis=1)
    errors = means.std(axis=0, ddof=1) / np.sqrt(len(means))
    return [
        {"mean": float(mean), "error": float(error), "spread": float(spread)}
        for mean, error, spread in zip(
            means.mean(axis=0), errors, means.std(axis=0, ddof=1), strict=True
        )
    ]


def over_sets(scores: np.ndarray) -> Iterator[Row]:
    """Count how often Friedman and Wilcoxon find a difference: over data sets, and over folds."""
    merits = scores.mean(axis=(1, 2))
    together = len(merits) // TOGETHER
    data_sets = np.split(merits[: together * TOGETHER], together) if together else []
    folds = scores.reshape(len(scores), -1, scores.shape[-1])
    for what, tables in ((f"{TOGETHER} data sets", data_sets), ("folds of one data set", folds)):
        for name, finds in (("Friedman", _friedman_finds), ("Wilcoxon, Holm", _wilcoxon_finds)):
            found = sum(finds(table) for table in tables)
            yield {"over": what, "test": name} | share(found, len(tables))


def _friedman_finds(merits: np.ndarray) -> bool:
    return friedman(merits).p_value < LEVEL


def _wilcoxon_finds(merits: np.ndarray) -> bool:
    first, second = np.triu_indices(merits.shape[1], 1)
    p = [signed_rank(merits[:, i] - merits[:, j])[1] for i, j in zip(first, second, strict=True)]
    return bool((holm(p) < LEVEL).any())


def share(found: int, of: int) -> Row:
    """A share with its exact 95 % interval (Clopper and Pearson)."""
    if not of:
        return {"found": 0, "of": 0, "share": None, "low": None, "high": None}
    interval = stats.binomtest(int(found), of).proportion_ci(0.95, method="exact")
    return {
        "found": int(found),
        "of": of,
        "share": found / of,
        "low": float(interval.low),
        "high": float(interval.high),
    }


def lines(report: Report) -> Sequence[str]:
    """Write the report for a terminal."""
    text = []
    for name, found in report["scenarios"].items():
        text += ["", f"{name} ({report['setting']['sets']} data sets)"]
        for row in found["t_tests"]:
            text.append(f"  {row['test']:10s} {row['repeats']} x {N_FOLDS} folds  {percent(row)}")
        for row in found.get("over_sets", []):
            text.append(f"  {row['test']:16s} over {row['over']:22s} {percent(row)}")
        for what in ("different", "equivalent"):
            text.append(f"  sure to be {what}: {percent(found['bayesian'][what])}")
        for method, row in zip(found["methods"][1:], found["differences"], strict=True):
            text.append(f"  {method}: {row['mean']:+.4f} +- {row['error']:.4f}")
    return text


def percent(row: Row) -> str:
    """Write a share with its interval: "4.8 % (3.6 to 6.3)"."""
    if row["share"] is None:
        return "-"
    return f"{100 * row['share']:.1f} % ({100 * row['low']:.1f} to {100 * row['high']:.1f})"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=1000, help="data sets in each scenario")
    parser.add_argument("--jobs", type=int, default=1, help="processes; -1: all cores")
    parser.add_argument("--output", type=Path, help="JSON file to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
