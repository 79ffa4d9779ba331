"""Samplers and classifiers that the command line knows by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from medresample.compare._methods import CLASS_WEIGHT, NONE, TUNED, TUNED_MARK

# A new sampler joins here, in one line.
SAMPLERS = {
    "random_over": "medresample.over_sampling:RandomOverSampler",
    "random_under": "medresample.under_sampling:RandomUnderSampler",
    "smote": "medresample.over_sampling:SMOTE",
    "smote_enc": "medresample.over_sampling:SMOTEENC",
    "smote_n": "medresample.over_sampling:SMOTEN",
    "smote_nc": "medresample.over_sampling:SMOTENC",
    "borderline_smote": "medresample.over_sampling:BorderlineSMOTE",
    "adasyn": "medresample.over_sampling:ADASYN",
    "safe_level_smote": "medresample.over_sampling:SafeLevelSMOTE",
    "kmeans_smote": "medresample.over_sampling:KMeansSMOTE",
    "svm_smote": "medresample.over_sampling:SVMSMOTE",
    "kmeans_under": "medresample.under_sampling:KMeansUnderSampler",
    "fuzzy_c_means_under": "medresample.under_sampling:FuzzyCMeansUnderSampler",
    "tomek_links": "medresample.under_sampling:TomekLinks",
    "enn": "medresample.under_sampling:EditedNearestNeighbours",
    "renn": "medresample.under_sampling:RepeatedEditedNearestNeighbours",
    "all_knn": "medresample.under_sampling:AllKNN",
    "smote_tomek": "medresample.combine:SMOTETomek",
    "smote_enn": "medresample.combine:SMOTEENN",
    "smote_kmeans": "medresample.combine:SMOTEKMeans",
    "smote_fuzzy_c_means": "medresample.combine:SMOTEFuzzyCMeans",
    "smote_ipf": "medresample.combine:SMOTEIPF",
}
CONTROLS: dict[str, tuple[str, Any]] = {
    "none": (NONE, None),
    "class_weight": (CLASS_WEIGHT, CLASS_WEIGHT),
    "threshold_tuned": (TUNED, TUNED_MARK),
}


def make_sampler(name: str, **parameters: Any) -> Any:
    """A sampler by its short name."""
    module, _, attribute = SAMPLERS[name].partition(":")
    return getattr(import_module(module), attribute)(**parameters)


def named_samplers(names: list[str]) -> dict[str, Any]:
    """Methods to compare, by their short names; the controls among them."""
    return {
        CONTROLS[name][0] if name in CONTROLS else name: (
            CONTROLS[name][1] if name in CONTROLS else make_sampler(name)
        )
        for name in names
    }


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000)


def _boosting() -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier()


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=200)


ESTIMATORS: dict[str, tuple[str, Callable[[], Any]]] = {
    "logistic": ("logistic regression", _logistic),
    "boosting": ("gradient boosting", _boosting),
    "forest": ("random forest", _forest),
}


def named_estimators(names: list[str]) -> dict[str, Any]:
    """Classifiers by their short names."""
    return {ESTIMATORS[name][0]: ESTIMATORS[name][1]() for name in names}
