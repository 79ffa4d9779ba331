"""Do under-samplers and hybrids help, and whom? The comparison tool on 20 real tables.

python benchmarks/under_sampling_study.py DATA --output under_sampling.json   less than an hour
python benchmarks/under_sampling_study.py DATA --quick                        a few minutes
python benchmarks/under_sampling_page.py under_sampling.json docs/under_sampling_study.md

Every method has its defaults and meets the same folds. A table enters once, with the mean score
over its folds, because folds are no data sets; so no two tables share their rows either. The report
is written anew after each table: a run that is stopped leaves what it has found.

DATA is a folder of data sets with a ``meta.json``: see ``real_tables.py``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from real_tables import RealTable, read_table
from under_sampling_findings import METRICS, Report, Score, findings, lines

# Numbers only, of many fields, no two with the same rows, at least 25 positive; the small ones
# come first.
TABLES = {
    "lsvt_voice": "voice therapy in Parkinson's disease, more columns than rows",
    "wpbc": "recurrence of breast cancer",
    "keel_new_thyroid1": "thyroid tests",
    "keel_haberman": "death after breast surgery",
    "vertebral3": "disk hernia",
    "keel_ecoli3": "sites of proteins",
    "keel_ionosphere": "radar echoes",
    "keel_wdbc": "cell nuclei of breast tumors",
    "keel_wisconsin": "cytology of breast tumors",
    "blood_transfusion": "blood donors",
    "keel_pima": "diabetes",
    "keel_vehicle1": "silhouettes of cars",
    "keel_yeast6": "sites of proteins",
    "keel_poker_8_9_vs_5": "hands of cards",
    "ctg_nsp": "heart rate before birth",
    "keel_segment0": "parts of images",
    "ozone_onehr": "ozone in the air",
    "keel_shuttle_2_vs_5": "states of a space shuttle",
    "phoneme": "vowels in speech",
    "keel_page_blocks0": "parts of printed pages",
}
# Tables of several classes, of which one meets the rest.
POSITIVE = {"vertebral3": "1", "ctg_nsp": "pathologic"}
# Context: what risks add up to, beside the scores that methods are compared by.
CONTEXT = "o_to_e"
N_FOLDS = 5
# Repeats of the folds, trees of a forest, and tables: full and quick.
REPEATS, TREES, SIZES = (2, 1), (100, 10), (None, 10)


def main() -> None:
    options = _options()
    names = list(TABLES)[: SIZES[options.quick]]
    report: Report = {}
    for report in measure(
        (read_table(options.data, name, POSITIVE.get(name)) for name in names),
        n_repeats=REPEATS[options.quick],
        n_trees=TREES[options.quick],
        n_jobs=options.jobs,
    ):
        report["quick"] = options.quick
        *_, (name, facts) = report["tables"].items()
        print(f"{name}: {facts['seconds']:.0f} s", file=sys.stderr)
        if options.output:
            options.output.write_text(json.dumps(report, indent=1) + "\n")
    print("\n".join(lines(report)))


def measure(
    tables: Iterable[RealTable], *, n_repeats: int, n_trees: int, n_jobs: int | None = None
) -> Iterator[Report]:
    """Run every method on each table; yield the report on the tables so far.

    Parameters
    ----------
    tables : iterable of RealTable
        Where to compare: numbers without holes, two classes.
    n_repeats, n_trees : int
        Repeats of the folds; trees of a forest.
    n_jobs : int, default=None
        Processes; the scores are the same for any number.
    """
    scores: list[Score] = []
    facts: dict[str, Any] = {}
    for table in tables:
        start = time.perf_counter()
        result = compare(table, n_repeats, n_trees, n_jobs)
        scores += scores_of(table.name, result)
        facts[table.name] = describe(table, result) | {"seconds": time.perf_counter() - start}
        yield {
            "about": "under_sampling",
            "versions": {name: version(name) for name in ("medresample", "scikit-learn")},
            "setting": {"folds": N_FOLDS, "repeats": n_repeats, "trees": n_trees},
            "tables": dict(facts),
            "scores": list(scores),
            **findings(scores, {name: fact["ropes"] for name, fact in facts.items()}),
        }


def samplers() -> dict[str, Any]:
    """Give the methods to compare, besides the controls that the comparison adds."""
    from medresample import combine, over_sampling, under_sampling

    return {
        "RandomUnderSampler": under_sampling.RandomUnderSampler(),
        "KMeansUnderSampler": under_sampling.KMeansUnderSampler(),
        "KMeansUnderSampler (nearest)": under_sampling.KMeansUnderSampler(strategy="nearest"),
        "FuzzyCMeansUnderSampler": under_sampling.FuzzyCMeansUnderSampler(),
        "RandomOverSampler": over_sampling.RandomOverSampler(),
        "SMOTE": over_sampling.SMOTE(),
        "SMOTETomek": combine.SMOTETomek(),
        "SMOTEENN": combine.SMOTEENN(),
        "SMOTEKMeans": combine.SMOTEKMeans(),
        "SMOTEFuzzyCMeans": combine.SMOTEFuzzyCMeans(),
        "SMOTEIPF": combine.SMOTEIPF(),
    }


def classifiers(n_trees: int) -> dict[str, Any]:
    """One of few parameters, which classes of any size suit, and one that follows every row."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    return {
        "logistic regression": LogisticRegression(max_iter=2000),
        "random forest": RandomForestClassifier(n_trees),
    }


def compare(table: RealTable, n_repeats: int, n_trees: int, n_jobs: int | None) -> Any:
    """Let the comparison tool run all methods on one table."""
    from medresample.compare import compare_samplers

    with warnings.catch_warnings():
        # Of few positive rows and of rows that repeat: both are in the report, in numbers.
        warnings.simplefilter("ignore", UserWarning)
        return compare_samplers(
            samplers(),
            classifiers(n_trees),
            table.X,
            table.y,
            pos_label=1,
            cv=N_FOLDS,
            n_repeats=n_repeats,
            scoring=[*METRICS, CONTEXT],
            n_jobs=n_jobs,
            progress=False,
        )


def describe(table: RealTable, result: Any) -> dict[str, Any]:
    """Say what a table is, in numbers, and which differences of its scores matter."""
    return {
        "what": TABLES.get(table.name, ""),
        "rows": len(table.y),
        "positive": int(table.y.sum()),
        "columns": table.X.shape[1],
        "repeated": result.data_["share_repeated_rows"],
        "ropes": {metric: result.ropes_[metric] for metric in METRICS},
    }


def scores_of(name: str, result: Any) -> list[Score]:
    """Give a record per classifier and method: mean scores, failures, costs and warnings.

    A method that failed on any fold has no score: means over different folds do not compare.
    """
    by_method = result.folds_.groupby(["estimator", "sampler"])
    records = []
    for row in result.summary().to_dict("records"):
        folds = by_method.get_group((row["estimator"], row["sampler"]))
        whole = row["n_failed"] == 0
        sizes = folds[["n_after_negative", "n_after_positive"]].sum(axis=1) / folds["n_train"]
        said = Counter(kind for text in folds["warnings"] for kind in kinds(text))
        records.append(
            {
                "table": name,
                "classifier": row["estimator"],
                "method": row["sampler"],
                **{m: float(row[m]) if whole else None for m in (*METRICS, CONTEXT)},
                "errors": sorted(set(folds["error"]) - {""}),
                "warnings": dict(said),
                "folds": len(folds),
                "size": float(sizes.median()),
                "seconds": float(folds["seconds_resample"].median()),
            }
        )
    return records


def kinds(text: str) -> set[str]:
    """Name the categories of the warnings of one fold."""
    return {each.partition(":")[0] for each in text.split(" | ") if ":" in each}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of data sets with a meta.json")
    parser.add_argument("--quick", action="store_true", help="few tables, repeats and trees")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    parser.add_argument("--output", type=Path, help="JSON file to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
