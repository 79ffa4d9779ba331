"""Does a comparison keep both cores busy, and how much memory does each worker take?

A comparison of 12 methods and 2 models on 20,000 rows of 512 float32 columns has 25 splits of each
method; here it is done for some of them, as all cost the same. It runs in a process of its own,
with two workers that have seen a small table before. What a job holds in any case, the training
rows and those that the sampler makes, stands beside what its worker added at most.
"""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np
from measure import fresh
from workloads import Workload

MB = 2**20
TABLE = Workload("comparison", 18_000, 2_000, 512, relu=True)
FOLDS = 5
# Methods by the names of the command line.
METHODS = (
    "none",
    "class_weight",
    "threshold_tuned",
    "random_over",
    "random_under",
    "smote",
    "smote_enc",
    "borderline_smote",
    "adasyn",
    "kmeans_under",
    "tomek_links",
    "smote_tomek",
)


def comparison(quick: bool) -> dict[str, Any]:
    """Compare all methods on the splits of two repeats; on two of them where it must be quick."""
    with tempfile.TemporaryDirectory() as folder:
        X, y = TABLE.table("float32")
        np.save(f"{folder}/X.npy", X)
        np.save(f"{folder}/y.npy", y)
        folds = 2 if quick else 2 * FOLDS
        found = fresh("comparison", folder=folder, methods=METHODS, folds=folds)
    trained = X.nbytes * (1 - 1 / FOLDS)
    balanced = trained * 2 * TABLE.majority / (TABLE.majority + TABLE.minority)
    return {
        **found,
        "folds": folds,
        "rows": len(X),
        "columns": X.shape[1],
        "methods": len(METHODS),
        "models": 2,
        "peak_mb": found["peak"] / MB,
        "table_mb": X.nbytes / MB,
        "balanced_mb": balanced / MB,
    }


def load_compiler() -> None:
    """Import what a worker needs for a large table, and not for a small one."""
    import time

    from medresample._kernels import centers, interpolate, lists, tiles  # noqa: F401

    time.sleep(0.2)  # so that another worker takes the next call


def compare(folder: str, methods: list[str], folds: int, rows: int | None = None) -> Any:
    """Compare the methods on so many folds of a saved table, by two workers."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import RepeatedStratifiedKFold
    from sklearn.naive_bayes import GaussianNB

    from medresample.compare import compare_samplers
    from medresample.compare._registry import named_methods

    X, y = np.load(f"{folder}/X.npy"), np.load(f"{folder}/y.npy")
    if rows is not None:
        some = np.random.default_rng(0).permutation(len(y))[:rows]
        X, y = X[some], y[some]
    splits = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=2, random_state=0).split(X, y)
    return compare_samplers(
        named_methods(methods),
        {"logistic regression": LogisticRegression(max_iter=300), "naive Bayes": GaussianNB()},
        X,
        y,
        cv=list(splits)[:folds],
        n_jobs=2,
        progress=False,
    )
