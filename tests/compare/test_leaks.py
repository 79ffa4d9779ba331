"""On labels that mean nothing nobody scores above chance, unless the comparison leaks."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier

from medresample.compare import compare_samplers
from medresample.compare._statistics import corrected_t
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

SAMPLERS = {"random_over": RandomOverSampler(), "smote": SMOTE()}
NEAREST = KNeighborsClassifier(
    5, weights="distance"
)  # remembers its training rows: leaks show at once
METHODS = ["none", "random_over", "smote"]


def noise(seed, n=300):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 5)), rng.random(n) < 0.2


def mean_aurocs(run):
    return np.mean([run(seed) for seed in range(6)], axis=0)


def compared(X, y, patient=None, n_repeats=1):
    return compare_samplers(
        SAMPLERS, NEAREST, X, y, patient, scoring=["auroc"], n_repeats=n_repeats, progress=False
    )


def values(found):
    return found.summary("auroc").set_index("sampler").loc[METHODS, "value"]


def leaky(sampler, X, y, model=NEAREST, score=roc_auc_score):
    """The mistake: resample first, split afterwards."""
    X, y = clone(sampler).set_params(random_state=0).fit_resample(X, y)
    scores = []
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        fitted = clone(model).fit(X[train], y[train])
        scores.append(score(y[test], fitted.predict_proba(X[test])[:, 1]))
    return np.mean(scores)


def test_on_random_labels_auroc_is_one_half():
    # 60 positive cases each: the standard error of one AUROC is about 0.042
    found = mean_aurocs(lambda seed: values(compared(*noise(seed))))
    np.testing.assert_allclose(found, 0.5, atol=3 * 0.042 / np.sqrt(6))


def test_the_interval_of_every_method_holds_one_half():
    found = compared(*noise(0), n_repeats=3)
    ratio = found.data_["ratio_test_train"]
    for method in METHODS:
        folds = found.folds_.loc[found.folds_["sampler"] == method, "auroc"]
        interval = corrected_t(folds - 0.5, ratio)
        assert interval.low < 0 < interval.high
    differences = found.summary("auroc").dropna(subset="low")
    assert (differences["low"] <= 0).all()
    assert (differences["high"] >= 0).all()


@pytest.mark.parametrize("sampler", SAMPLERS.values(), ids=SAMPLERS)
def test_sampling_before_the_split_scores_far_above_chance(sampler):
    assert leaky(sampler, *noise(0)) > 0.8


def test_copies_leak_more_than_mixtures_and_show_less_where_less_is_remembered():
    def run(seed):
        pair = [leaky(sampler, *noise(seed)) for sampler in SAMPLERS.values()]
        return [*pair, leaky(RandomOverSampler(), *noise(seed), LogisticRegression())]

    copies, mixtures, forgetful = mean_aurocs(run)
    assert copies > 0.9
    assert copies > mixtures
    assert 0.5 < forgetful < 0.65


def test_under_sampling_before_the_split_feigns_a_prevalence():
    def run(seed):
        sampler, data = RandomUnderSampler(), noise(seed)
        return leaky(sampler, *data), leaky(sampler, *data, score=average_precision_score)

    auroc, precision = mean_aurocs(run)
    assert auroc == pytest.approx(0.5, abs=3 * 0.053 / np.sqrt(6))  # 60 against 60
    assert precision > 0.45  # of risks that know nothing, where the prevalence is 0.2


def twice(seed):
    """Two images of each of 150 patients, and labels drawn per patient."""
    X, y = noise(seed, 150)
    return np.repeat(X, 2, axis=0), np.repeat(y, 2), np.repeat(np.arange(150), 2)


def test_with_patients_seen_twice_groups_keep_auroc_at_one_half():
    def run(seed, grouped=True):
        X, y, patient = twice(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return values(compared(X, y, patient if grouped else None))

    np.testing.assert_allclose(mean_aurocs(run), 0.5, atol=3 * 0.06 / np.sqrt(6))
    assert run(0, grouped=False).min() > 0.75  # forgetting the patients leaks


def test_images_that_are_only_alike_leak_too_and_pass_unseen():
    X, y, patient = twice(0)
    X = X + 0.05 * np.random.default_rng(1).normal(size=X.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert values(compared(X, y)).min() > 0.75
        np.testing.assert_allclose(values(compared(X, y, patient)), 0.5, atol=3 * 0.06)


def test_copies_made_before_the_split_draw_a_warning_mixtures_do_not():
    X, y = noise(0)
    with pytest.warns(UserWarning, match="also occur, cell for cell"):
        compared(*RandomOverSampler(random_state=0).fit_resample(X, y))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compared(*SMOTE(random_state=0).fit_resample(X, y))
    assert values(found)["none"] > 0.8  # a leak that no comparison can see


def test_a_table_that_says_it_was_resampled_is_refused():
    X, y = noise(0)
    sampler = SMOTE(random_state=0)
    X, y = sampler.fit_resample(X, y)
    frame = pd.DataFrame(X, columns=list("abcde")).assign(origin=sampler.provenance_["origin"])
    with pytest.raises(ValueError, match="it was resampled before the split"):
        compared(frame, y)
