"""Does SMOTE-ENC help more than SMOTE-NC? The study of its authors, run again on our samplers.

python benchmarks/smote_enc_study.py DATA                      less than five minutes on two cores
python benchmarks/smote_enc_study.py DATA --output smote_enc.json

The published numbers come from one split, one seed and forests of 500 trees, each tuned by grid
search. Here that split is kept (``aux__split`` of the data sets), and forests have the largest
trees of the published grids instead of a search: depth 6 and 5 columns per node for the credit
card table, depth 4 and 4 columns for the car table. Each method runs with several seeds of sampler
and forest. Then the table is split again at random many times in the same way, because one split
can not tell the methods apart: the difference has an interval, corrected for the rows that splits
share. Labels enter the forest as their rank, as published.

DATA is a folder of data sets with a ``meta.json``: see ``real_tables.py``. It may have the
published numbers too, in ``published_targets.json``. ``page.py`` turns the JSON into a section.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from folds import Fold, seed_of, standardize
from real_tables import RealTable, read_table
from smote_enc_findings import findings, lines, published

FORESTS = {
    "smoteenc_creditcard": {"max_depth": 6, "max_features": 5, "min_samples_split": 4},
    "smoteenc_car": {"max_depth": 4, "max_features": 4, "min_samples_split": 3},
}
NONE, CODES, PEER = "no sampler", "codes, no new rows", "SMOTENC of imbalanced-learn"
TEST_SHARE = 0.25
# Trees of a forest, seeds on the published split, and random splits: full and quick.
TREES, SEEDS, SPLITS = (100, 25), (5, 2), (15, 3)


def main() -> None:
    options = _options()
    size = {"n_trees": TREES, "n_seeds": SEEDS, "n_splits": SPLITS}
    report = measure(
        [read_table(options.data, name) for name in FORESTS],
        published(options.data / "published_targets.json"),
        **{name: both[options.quick] for name, both in size.items()},
        n_jobs=options.jobs,
    )
    report["quick"] = options.quick
    print("\n".join(lines(report)))
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n")


def measure(
    tables: Sequence[RealTable],
    known: Mapping[str, Mapping[str, Any]],
    *,
    n_trees: int,
    n_seeds: int,
    n_splits: int,
    n_jobs: int | None = None,
) -> dict[str, Any]:
    """Run every method on the published split and on random ones.

    Parameters
    ----------
    tables : sequence of RealTable
        Mixed or nominal tables of two classes; those with `train` have a published split.
    known : mapping of str to mapping
        Published scores: table, method, score.
    n_trees, n_seeds, n_splits : int
        Trees of a forest, seeds on the published split, random splits.
    n_jobs : int, default=None
        Processes; the result is the same for any number.
    """
    from joblib import Parallel, delayed

    jobs = []
    for table in tables:
        folds = published_split(table, n_seeds) + random_splits(table, n_splits)
        jobs += [(fold, method, n_trees) for fold in folds for method in methods(table)]
    found = Parallel(n_jobs=n_jobs)(delayed(run)(*job) for job in jobs)
    runs = [
        {"table": fold.table.name, "method": method, "split": fold.number, **scores}
        for (fold, method, _), scores in zip(jobs, found, strict=True)
    ]
    return {
        "about": "smote_enc",
        "versions": {name: version(name) for name in ("medresample", "imbalanced-learn")},
        "setting": {"trees": n_trees, "seeds": n_seeds, "splits": n_splits},
        **findings([table.name for table in tables], runs, known),
    }


def methods(table: RealTable) -> list[str]:
    """Methods that can run on a table: no SMOTE-NC of imbalanced-learn without numbers."""
    if table.kind == "mixed":
        return [NONE, PEER, "SMOTENC", "SMOTEENC"]
    return [NONE, CODES, "SMOTEN", "SMOTEENC"]


def published_split(table: RealTable, n_seeds: int) -> list[Fold]:
    """Repeat the published split once per seed; numbers below 0, so that no seed is shared."""
    if table.train is None:
        return []
    train, test = np.flatnonzero(table.train), np.flatnonzero(~table.train)
    return [Fold(table, -1 - seed, train, test) for seed in range(n_seeds)]


def random_splits(table: RealTable, n_splits: int) -> list[Fold]:
    """Split at random as published: a quarter for the test, not stratified."""
    from sklearn.model_selection import ShuffleSplit

    splitter = ShuffleSplit(n_splits, test_size=TEST_SHARE, random_state=0)
    return [Fold(table, number, *rows) for number, rows in enumerate(splitter.split(table.X))]


def run(fold: Fold, method: str, n_trees: int) -> dict[str, float]:
    """Sample the training rows, grow a forest, and score the test rows."""
    from sklearn.ensemble import RandomForestClassifier

    X_train, X_test = standardize(fold)
    y = fold.table.y
    seed = seed_of(fold.number % 2**32)  # the same for all methods
    X, y_train, X_test = resample(method, fold.table, X_train, y[fold.train], X_test, seed)
    shape = FORESTS.get(fold.table.name, {})
    forest = RandomForestClassifier(n_trees, min_samples_leaf=2, random_state=seed, **shape)
    return score(y[fold.test], forest.fit(X, y_train).predict_proba(X_test)[:, 1])


def resample(
    method: str, table: RealTable, X: np.ndarray, y: np.ndarray, X_test: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the training rows and labels to learn from, and the test rows to match."""
    from imblearn import over_sampling as peer

    from medresample import over_sampling as ours

    told = {"categorical_features": list(table.labels), "random_state": seed}
    if method == NONE:
        return X, y, X_test
    if method == CODES:
        X, X_test = coded_by_association(X, y, X_test)
        return X, y, X_test
    if method == PEER:
        sampler = peer.SMOTENC(**told)
    elif method == "SMOTEN":
        sampler = ours.SMOTEN(random_state=seed)
    else:
        sampler = getattr(ours, method)(**told)
    return *sampler.fit_resample(X, y), X_test


def coded_by_association(
    X: np.ndarray, y: np.ndarray, X_test: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Code labels as SMOTE-ENC does: how much more often than by chance they are positive, less 1.

    The published notebook for the car table does this and then adds no row. A label that is in no
    training row gets 0, as one that says nothing.
    """
    codes, codes_test = np.empty(X.shape), np.zeros(X_test.shape)
    for j, column in enumerate(X.T):
        levels, at = np.unique(column, return_inverse=True)
        code = np.bincount(at, weights=y) / (np.bincount(at) * y.mean()) - 1
        codes[:, j] = code[at]
        for level, value in zip(levels, code, strict=True):
            codes_test[X_test[:, j] == level, j] = value
    return codes, codes_test


def score(y: np.ndarray, risk: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Score risks, and decisions at a threshold, by the names of the published tables."""
    from medresample import metrics

    decided, at = (risk >= threshold).astype(int), {"pos_label": 1}
    return {
        "precision": metrics.positive_predictive_value(y, decided, **at),
        "recall": metrics.sensitivity(y, decided, **at),
        "f1": metrics.f1_score(y, decided, **at),
        "gmean": metrics.geometric_mean(y, decided, **at),
        "roc_auc": metrics.auroc(y, risk, **at),
        "pr_auc": metrics.average_precision(y, risk, **at),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of data sets with a meta.json")
    parser.add_argument("--quick", action="store_true", help="few trees, seeds and splits")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    parser.add_argument("--output", type=Path, help="JSON file to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
