"""Samplers, ensembles and estimators that the command line knows by name."""

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
# Classifiers that balance by themselves: compared beside samplers, in place of the estimators.
ENSEMBLES = {
    "easy_ensemble": "medresample.ensemble:EasyEnsembleClassifier",
    "balance_cascade": "medresample.ensemble:BalanceCascadeClassifier",
}
CONTROLS: dict[str, tuple[str, Any]] = {
    "none": (NONE, None),
    "class_weight": (CLASS_WEIGHT, CLASS_WEIGHT),
    "threshold_tuned": (TUNED, TUNED_MARK),
}


def make_sampler(name: str) -> Any:
    """A sampler by its short name."""
    return _make(SAMPLERS[name])


def _make(home: str) -> Any:
    module, _, attribute = home.partition(":")
    return getattr(import_module(module), attribute)()


def named_methods(names: list[str]) -> dict[str, Any]:
    """Methods to compare, by their short names: controls, samplers and ensembles."""
    homes = {**SAMPLERS, **ENSEMBLES}
    return {
        CONTROLS[name][0] if name in CONTROLS else name: (
            CONTROLS[name][1] if name in CONTROLS else _make(homes[name])
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
