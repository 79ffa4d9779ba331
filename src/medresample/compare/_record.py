"""What was compared, in numbers and settings: enough to repeat it, and no patient rows."""

from __future__ import annotations

import platform
from dataclasses import replace
from importlib import metadata
from typing import Any

import numpy as np

from medresample.calibration._methods import CALIBRATORS
from medresample.compare._calibrating import PRIOR, is_exact
from medresample.compare._input import Data
from medresample.compare._methods import RECALIBRATED, Method
from medresample.compare._routes import Route
from medresample.compare._splits import training_ratio
from medresample.compare._thresholds import YOUDEN
from medresample.compare._work import Work

_WAYS = {
    PRIOR: "corrected for the classes that the learner was shown (prior)",
    **{way: f"recalibrated on rows kept out of the training fold ({way})" for way in CALIBRATORS},
}
_PACKAGES = ("numpy", "scipy", "scikit-learn", "imbalanced-learn", "numba", "joblib", "pandas")


def describe_data(work: Work, title: str | None, description: str | None) -> dict[str, Any]:
    """The data by name and in numbers.

    With more than two classes nothing is positive; "positive" counts are of the rarest class.
    """
    data, splits = work.data, work.splits
    counts, two = data.counts, len(data.labels) == 2
    rare = 1 if two else int(counts.argmin())
    positives = [int((data.codes[split.fitted] == rare).sum()) for split in splits]
    in_test = [int((data.codes[split.test] == rare).sum()) for split in splits]
    return {
        "title": title,
        "description": description,
        "n_rows": len(data.y),
        "n_features": data.n_features,
        "n_patients": None if data.groups is None else len(np.unique(data.groups)),
        "classes": _counted(data),
        "n_positive": int(counts[rare]),
        "n_negative": int(len(data.y) - counts[rare]),
        "prevalence": float(counts[rare] / len(data.y)),
        "prevalences": list(data.prevalences),
        "positive": _plain(data.labels[1]) if two else None,
        "negative": _plain(data.labels[0]) if two else None,
        "rarest": _plain(data.labels[rare]),
        "table": data.kind,
        "n_splits": len(splits),
        "n_repeats": len({split.repeat for split in splits}),
        "ratio_test_train": training_ratio(splits, data.groups),
        "unit": "rows" if data.groups is None else "patients",
        "groups_disjoint": None if data.groups is None else True,
        "test_positives_min": min(in_test),
        "test_positives_max": max(in_test),
        "events_per_variable": float(np.mean(positives)) / data.n_features,
        "share_repeated_rows": work.repeated,
        "external": None if work.outside is None else _describe_outside(work.outside, work.seen),
    }


def _describe_outside(outside: Data, seen: float) -> dict[str, Any]:
    patients = None if outside.groups is None else len(np.unique(outside.groups))
    return {
        "n_rows": len(outside.y),
        "n_patients": patients,
        "classes": _counted(outside),
        "prevalences": list(outside.prevalences),
        "groups_disjoint": None if outside.groups is None else True,
        "share_repeated_rows": seen,
    }


def _counted(data: Data) -> dict[str, int]:
    """Rows of each class, by its name."""
    return {str(label): int(n) for label, n in zip(data.labels, data.counts.tolist(), strict=True)}


def describe_settings(work: Work, cv: Any, control: str) -> dict[str, Any]:
    """Settings and versions that repeat the comparison."""
    methods, routes, rule = work.lines, work.routes, work.rule
    held = [len(split.held) for split in work.splits]
    return {
        "control": control,
        "methods": {method.name: _method_text(method) for method in methods},
        "effort": {method.name: method.effort for method in methods},
        "tuned": [method.name for method in methods if method.tuned or rule.tuned],
        "estimators": {route.name: _text(route.learner) for route in routes},
        "preprocessing": {route.name: _preprocessing(route) for route in routes},
        "scores": {name: score.record() for name, score in work.scores.items()},
        "calibrate": work.manner.calibrate,
        "recalibrated": {
            name + RECALIBRATED: name
            for name in (method.name for method in work.methods)
            if name + RECALIBRATED in {line.name for line in methods}
        },
        "correction_exact": {
            line.name: is_exact(line) for line in methods if line.calibrate == PRIOR
        },
        "n_calibrate": [min(held), max(held)],
        "threshold": str(rule) if len(work.data.labels) == 2 else "the most probable class",
        "tuned_threshold": str(rule if rule.tuned else YOUDEN),
        "cv": str(cv) if not isinstance(cv, (list, tuple)) else f"{len(cv)} given splits",
        "n_repeats": len({split.repeat for split in work.splits}),
        "seed": str(work.root.entropy),
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Versions of Python and of every package that can change a number."""
    found = {"python": platform.python_version()}
    for name in ("medresample", *_PACKAGES):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def _method_text(method: Method) -> str:
    if method.calibrate is not None:
        return f"{_method_text(replace(method, calibrate=None))}; risks {_WAYS[method.calibrate]}"
    if method.sampler is not None:
        return _text(method.sampler)
    if method.classifier is not None:
        return f"{_text(method.classifier)}, in place of the estimator"
    if method.weighted:
        return "no resampling, balanced class weights"
    return "no resampling" + (", threshold tuned on training rows" if method.tuned else "")


def _text(estimator: Any) -> str:
    return " ".join(repr(estimator).split())


def _preprocessing(route: Route) -> str:
    if route.own:
        return "the pipeline's own"
    if route.before is not None:
        return "median imputation, scaling, then sampling"
    return "sampling, then median imputation, one-hot encoding and scaling"
