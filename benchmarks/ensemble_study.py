"""Do balanced ensembles keep what was published? The protocol of their article on real tables.

python benchmarks/ensemble_study.py DATA --output ensembles.json      less than an hour, 2 processes
python benchmarks/ensemble_study.py DATA --quick                      a few minutes
python benchmarks/ensemble_page.py ensembles.json docs/ensemble_study.md

Stratified folds, repeated; every booster meets the same ones, and a table enters once, with the
mean over its folds. A second list of tables is that of another article, which tells the F of
EasyEnsemble in numbers. The report is written anew after each table.

DATA is a folder of data sets with a ``meta.json``, see ``real_tables.py``, and a
``published_targets.json`` with the numbers of the second article.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from boosters import CHECKED, COMPARED, run_fold
from ensemble_findings import METRICS, Report, Score, findings, lines
from folds import split
from joblib import Parallel, delayed
from real_tables import RealTable, read_table

N_FOLDS, REPEATS = 10, (10, 1)
TREES = "boosted trees"  # where other studies name a classifier
CHECK = "yin2014_table5"


@dataclass(frozen=True)
class Published:
    """A table of the article: its rows, and how many others there are for each of the rare class.

    Parameters
    ----------
    rows, ratio : int, float
        As published.
    file, positive : str
        Name in the folder of tables and label of the rare class; "" where it is not held.
    """

    rows: int
    ratio: float
    file: str = ""
    positive: str = ""


# The 16 tables of Liu, Wu and Zhou (2009).
ARTICLE = {
    "abalone": Published(4177, 9.7, "abalone_rings", "7"),
    "balance": Published(625, 11.8, "keel_balance", "B"),
    "car": Published(1728, 3.5, "keel_car", "acc"),
    "cmc": Published(1473, 3.4, "keel_contraceptive", "2"),
    "haberman": Published(306, 2.8, "keel_haberman", "positive"),
    "housing": Published(506, 3.8),
    "ionosphere": Published(351, 1.8, "ionosphere34", "b"),
    "letter": Published(20000, 24.3),
    "mf-morph": Published(2000, 9.0),
    "mf-zernike": Published(2000, 9.0),
    "phoneme": Published(5404, 2.4, "phoneme", "1"),
    "pima": Published(768, 1.9, "keel_pima", "positive"),
    "satimage": Published(6435, 9.3),
    "vehicle": Published(846, 3.0, "vehicle4", "opel"),
    "wdbc": Published(569, 1.7, "keel_wdbc", "M"),
    "wpbc": Published(198, 3.2, "wpbc", "R"),
}


@dataclass(frozen=True, eq=False)
class Exercise:
    """A table, who is to learn from it, and what it is called in the second article, if it is."""

    table: RealTable
    boosters: tuple[str, ...]
    check: str = ""

    @property
    def name(self) -> str:
        return self.table.name


def main() -> None:
    options = _options()
    check = check_of(options.data)
    chosen = exercises(options.data, check, limit=1000 if options.quick else None)
    report: Report = {}
    for report in measure(chosen, check, options.repeats or REPEATS[options.quick], options.jobs):
        report["quick"] = options.quick
        *_, (name, facts) = report["tables"].items()
        print(f"{name}: {facts['seconds']:.0f} s", file=sys.stderr, flush=True)
        if options.output:
            options.output.write_text(json.dumps(report, indent=1) + "\n")
    print("\n".join(lines(report)))


def check_of(folder: Path) -> dict[str, Any]:
    """Read what the second article published: tables, and F by method."""
    entries = json.loads((folder / "published_targets.json").read_text())["tables"]
    found: dict[str, Any] = next(entry for entry in entries if entry["id"] == CHECK)
    return found


def exercises(folder: Path, check: dict[str, Any], limit: int | None = None) -> list[Exercise]:
    """Read the tables of either article that the folder holds, those of both once.

    Rows with missing cells stay in those of the second alone, for not all boosters take them.

    Parameters
    ----------
    folder : Path
        Where the tables are.
    check : dict
        The second article: see `check_of`.
    limit : int, default=None
        Rows beyond which a table is left out.
    """
    facts = json.loads((folder / "meta.json").read_text())
    held = {
        (each.file, each.positive): (name, COMPARED, "")
        for name, each in ARTICLE.items()
        if each.file in facts
    }
    for name, (file, positive) in check["datasets"].items():
        known, boosters, _ = held.get((file, positive), (name.lower(), (), ""))
        both = tuple(dict.fromkeys([*boosters, *CHECKED]))
        held[file, positive] = (known, both, name)
    chosen = []
    for (file, positive), (name, some, other) in held.items():
        if limit is None or facts[file]["rows"] <= limit:
            table = read_table(folder, file, positive, holes=name not in ARTICLE)
            chosen.append(Exercise(replace(table, name=name), some, other))
    return chosen


def measure(
    chosen: Iterable[Exercise], check: dict[str, Any], n_repeats: int, n_jobs: int | None = None
) -> Iterator[Report]:
    """Let all boosters learn from each table; yield the report on the tables so far.

    Parameters
    ----------
    chosen : iterable of Exercise
        Tables and boosters.
    check : dict
        The second article.
    n_repeats : int
        Repeats of the folds.
    n_jobs : int, default=None
        Processes; the scores are the same for any number.
    """
    scores: list[Score] = []
    facts: dict[str, Any] = {}
    for each in chosen:
        start = time.perf_counter()
        parts = split(each.table, N_FOLDS, n_repeats)
        jobs = (delayed(run_fold)(fold, each.boosters) for fold in parts)
        records = [record for some in Parallel(n_jobs=n_jobs)(jobs) for record in some]
        scores += scores_of(each, records)
        facts[each.name] = describe(each) | {"seconds": time.perf_counter() - start}
        yield {
            "about": "ensembles",
            "versions": {
                name: version(name) for name in ("medresample", "scikit-learn", "imbalanced-learn")
            },
            "setting": {"folds": N_FOLDS, "repeats": n_repeats},
            "tables": dict(facts),
            "scores": list(scores),
            **findings(scores, facts, check),
        }


def scores_of(exercise: Exercise, records: list[dict[str, Any]]) -> list[Score]:
    """Give the mean scores of each booster, and how they vary from repeat to repeat."""
    found = []
    for method in exercise.boosters:
        mine = sorted((r for r in records if r["method"] == method), key=lambda r: r["fold"])
        score: Score = {"table": exercise.name, "classifier": TREES, "method": method}
        for metric in METRICS:
            by_repeat = np.reshape([record[metric] for record in mine], (-1, N_FOLDS)).mean(axis=1)
            score[metric] = float(by_repeat.mean())
            score[f"{metric}_sd"] = float(by_repeat.std(ddof=1)) if len(by_repeat) > 1 else None
        found.append(score)
    return found


def describe(exercise: Exercise) -> dict[str, Any]:
    """Say what a table is, in numbers."""
    table = exercise.table
    n_positive = int(table.y.sum())
    return {
        "rows": len(table.y),
        "columns": table.X.shape[1],
        "labels": len(table.labels),
        "positive": n_positive,
        "ratio": (len(table.y) - n_positive) / n_positive,
        "check": exercise.check,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of data sets with a meta.json")
    parser.add_argument("--quick", action="store_true", help="small tables, one repeat")
    parser.add_argument("--repeats", type=int, help="repeats of the folds; default: 10")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    parser.add_argument("--output", type=Path, help="JSON file to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
