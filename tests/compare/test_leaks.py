"""On labels that mean nothing nobody scores above chance, unless the comparison leaks."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier

from medresample.compare import compare_samplers
from medresample.over_sampling import SMOTE, RandomOverSampler

SAMPLERS = {"random_over": RandomOverSampler(), "smote": SMOTE()}
NEAREST = KNeighborsClassifier(
    5, weights="distance"
)  # remembers its training rows: leaks show at once


def noise(seed, n=300):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 5)), rng.random(n) < 0.2


def mean_aurocs(run):
    return np.mean([run(seed) for seed in range(6)], axis=0)


def test_on_random_labels_auroc_is_one_half():
    def run(seed):
        X, y = noise(seed)
        found = compare_samplers(
            SAMPLERS, NEAREST, X, y, scoring=["auroc"], n_repeats=1, progress=False
        )
        table = found.summary("auroc").set_index("sampler")
        return table.loc[["none", "random_over", "smote"], "value"]

    # 60 positive cases each: the standard error of one AUROC is about 0.042
    np.testing.assert_allclose(mean_aurocs(run), 0.5, atol=3 * 0.042 / np.sqrt(6))


def test_with_patients_seen_twice_groups_keep_auroc_at_one_half():
    def run(seed, grouped=True):
        X, y = noise(seed, 150)
        X, y, patient = np.repeat(X, 2, axis=0), np.repeat(y, 2), np.repeat(np.arange(150), 2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = compare_samplers(
                SAMPLERS, NEAREST, X, y, patient if grouped else None, scoring=["auroc"],
                n_repeats=1, progress=False,
            )  # fmt: skip
        table = found.summary("auroc").set_index("sampler")
        return table.loc[["none", "random_over", "smote"], "value"]

    np.testing.assert_allclose(mean_aurocs(run), 0.5, atol=3 * 0.06 / np.sqrt(6))
    assert run(0, grouped=False).min() > 0.75  # forgetting the patients leaks


@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=SAMPLERS)
def test_sampling_before_the_split_scores_far_above_chance(sampler):
    X, y = noise(0)
    X, y = sampler.set_params(random_state=0).fit_resample(X, y)
    scores = []
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        model = clone(NEAREST).fit(X[train], y[train])
        scores.append(roc_auc_score(y[test], model.predict_proba(X[test])[:, 1]))
    assert np.mean(scores) > 0.8
