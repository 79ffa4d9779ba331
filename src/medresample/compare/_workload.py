"""How much is there to do? Splits, jobs, models to fit and memory, before anything is done."""

from __future__ import annotations

from typing import Any

import numpy as np
from joblib import effective_n_jobs

from medresample.compare._jobs import INNER_FOLDS, tuned_rule
from medresample.compare._methods import Method
from medresample.compare._running import find_done
from medresample.compare._splits import Split
from medresample.compare._store import Store
from medresample.compare._work import Work


def workload(work: Work, n_jobs: int | None = None, store: Store | None = None) -> dict[str, Any]:
    """Plan of a comparison in numbers.

    Parameters
    ----------
    work : Work
        What is compared.
    n_jobs : int, default=None
        Parallel jobs, as for ``compare_samplers``.
    store : Store, default=None
        Where finished jobs are kept.

    Returns
    -------
    plan : dict
        Counts of rows, splits, jobs and models; of rows and positive cases that train and test,
        the least and the most; and bytes: ``bytes_table`` of the table, ``bytes_job`` of what one
        job holds of it at most, if samplers go no further than balance: training and test rows as
        they are, prepared, and resampled. What the models need comes on top.
    """
    data, splits = work.data, work.splits
    rare = 1 if len(data.labels) == 2 else int(data.counts.argmin())
    done = [False] * len(work.jobs) if store is None else find_done(work, store)
    left = [job.method for job, is_done in zip(work.jobs, done, strict=True) if not is_done]
    return {
        "n_rows": len(data.y),
        "n_features": data.n_features,
        "table": data.kind,
        "positive": data.labels[rare],
        "n_positive": int(data.counts[rare]),
        "n_patients": None if data.groups is None else len(np.unique(data.groups)),
        "n_splits": len(splits),
        "n_repeats": len({split.repeat for split in splits}),
        "train": _span([len(split.train) for split in splits]),
        "train_positive": _span([(data.codes[split.train] == rare).sum() for split in splits]),
        "test": _span([len(split.test) for split in splits]),
        "test_positive": _span([(data.codes[split.test] == rare).sum() for split in splits]),
        "calibrate": _span([len(split.held) for split in splits]),
        "external": _external(work),
        "methods": [method.name for method in work.lines],
        "estimators": [route.name for route in work.routes],
        "n_jobs": len(work.jobs),
        "n_done": sum(done),
        "n_models": sum(_n_models(work, method) for method in left),
        "n_workers": min(effective_n_jobs(n_jobs), max(1, len(left))),
        "bytes_table": data.n_bytes + (0 if work.outside is None else work.outside.n_bytes),
        "bytes_job": max(_bytes_of_job(work, job.split) for job in work.jobs),
    }


def _span(sizes: list[Any]) -> tuple[int, int]:
    return int(min(sizes)), int(max(sizes))


def _external(work: Work) -> dict[str, Any] | None:
    """Rows of the external test set, and the jobs that test there."""
    if work.outside is None:
        return None
    rare = 1 if len(work.data.labels) == 2 else int(work.data.counts.argmin())
    return {
        "n_rows": len(work.outside.y),
        "n_positive": int(work.outside.counts[rare]),
        "n_jobs": sum(job.external for job in work.jobs),
    }


def _n_models(work: Work, method: Method) -> int:
    """Models that a job fits, those inside its training fold that tune a threshold included."""
    n = len(work.routes)
    if method.classifier is not None:  # one for all estimators with the same preprocessing
        n = len({route.led_by(method.classifier).preparation for route in work.routes})
    return n * (1 + INNER_FOLDS) if tuned_rule(method, work.rule).tuned else n


def _bytes_of_job(work: Work, split: Split) -> int:
    data = work.data
    counts = np.bincount(data.codes[split.train])
    resampled = len(counts) * int(counts.max())
    if all(method.sampler is None for method in work.methods):
        resampled = 0
    rows = 2 * len(split.train) + resampled + 2 * len(split.test)
    return int(rows * data.n_bytes / len(data.y))
