"""What was compared, in numbers and settings: enough to repeat it, and no patient rows."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

import numpy as np

from medresample.compare._input import Data
from medresample.compare._methods import Method
from medresample.compare._routes import Route
from medresample.compare._splits import Split, training_ratio
from medresample.compare._thresholds import YOUDEN, ThresholdRule

_PACKAGES = ("numpy", "scipy", "scikit-learn", "imbalanced-learn", "numba", "joblib", "pandas")


def describe_data(
    data: Data, splits: list[Split], repeated: float, title: str | None, description: str | None
) -> dict[str, Any]:
    """The data by name and in numbers."""
    positives = [int(data.positive[split.train].sum()) for split in splits]
    in_test = [int(data.positive[split.test].sum()) for split in splits]
    return {
        "title": title,
        "description": description,
        "n_rows": len(data.y),
        "n_features": data.n_features,
        "n_patients": None if data.groups is None else len(np.unique(data.groups)),
        "n_positive": int(data.positive.sum()),
        "n_negative": int((~data.positive).sum()),
        "prevalence": float(data.positive.mean()),
        "positive": _plain(data.labels[1]),
        "negative": _plain(data.labels[0]),
        "table": data.kind,
        "n_splits": len(splits),
        "n_repeats": len({split.repeat for split in splits}),
        "ratio_test_train": training_ratio(splits, data.groups),
        "unit": "rows" if data.groups is None else "patients",
        "groups_disjoint": None if data.groups is None else True,
        "test_positives_min": min(in_test),
        "test_positives_max": max(in_test),
        "events_per_variable": float(np.mean(positives)) / data.n_features,
        "share_repeated_rows": repeated,
    }


def describe_settings(
    methods: tuple[Method, ...],
    routes: tuple[Route, ...],
    rule: ThresholdRule,
    cv: Any,
    n_repeats: int,
    root: np.random.SeedSequence,
    control: str,
) -> dict[str, Any]:
    """Settings and versions that repeat the comparison."""
    return {
        "control": control,
        "methods": {method.name: _method_text(method) for method in methods},
        "effort": {method.name: method.effort for method in methods},
        "tuned": [method.name for method in methods if method.tuned or rule.tuned],
        "estimators": {route.name: _text(route.learner) for route in routes},
        "preprocessing": {route.name: _preprocessing(route) for route in routes},
        "threshold": str(rule),
        "tuned_threshold": str(rule if rule.tuned else YOUDEN),
        "cv": str(cv) if not isinstance(cv, (list, tuple)) else f"{len(cv)} given splits",
        "n_repeats": n_repeats,
        "seed": str(root.entropy),
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
