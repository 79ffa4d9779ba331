"""Every score: weights count like repeated rows, and neither order nor names matter."""

import warnings
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from medresample import metrics
from medresample.exceptions import UndefinedScoreWarning

OF_DECISIONS = {
    "sensitivity": metrics.sensitivity,
    "specificity": metrics.specificity,
    "positive predictive value": metrics.positive_predictive_value,
    "negative predictive value": metrics.negative_predictive_value,
    "F1": metrics.f1_score,
    "Matthews correlation": metrics.matthews_correlation,
    "balanced accuracy": metrics.balanced_accuracy,
    "geometric mean": metrics.geometric_mean,
}
ECE = metrics.expected_calibration_error
OF_RISKS = {
    "AUROC": metrics.auroc,
    "average precision": metrics.average_precision,
    "sensitivity at a specificity": partial(metrics.sensitivity_at_specificity, specificity=0.7),
    "Brier": metrics.brier_score,
    "scaled Brier": metrics.scaled_brier_score,
    "log loss": metrics.log_loss,
    "intercept": metrics.calibration_intercept,
    "slope": metrics.calibration_slope,
    "O:E": metrics.observed_expected_ratio,
    "ECE": partial(ECE, n_bins=4),
    "ECE, equal widths": partial(ECE, n_bins=4, strategy="uniform"),
    "squared error": partial(metrics.squared_calibration_error, n_bins=3),
    "ACE": partial(metrics.adaptive_calibration_error, n_bins=4),
    "TACE": partial(metrics.adaptive_calibration_error, n_bins=3, threshold=0.2),
    "ICI": metrics.integrated_calibration_index,
    "E50": metrics.calibration_error_quantile,
    "E90": partial(metrics.calibration_error_quantile, q=0.9),
    "net benefit": partial(metrics.net_benefit, threshold=0.3),
    "net benefit at the prevalence": metrics.net_benefit,
}
SCORES = OF_DECISIONS | OF_RISKS
FOR_ALL_CLASSES = {
    "Matthews correlation",
    "balanced accuracy",
    "geometric mean",
    "Brier",
    "scaled Brier",
    "log loss",
    "ECE",
    "ECE, equal widths",
}
COUNTS_ROWS = {"squared error"}  # it needs to know how many rows stand behind a weight

fewer = settings(max_examples=15)  # several averages each, and many scores
every_score = pytest.mark.parametrize("name", SCORES)


@st.composite
def cases(draw, n_classes=3):
    """True classes, risks and decisions of a few rows, with ties, and a number for each row."""
    n = draw(st.integers(4, 14))
    y = np.array(draw(st.lists(st.integers(0, n_classes - 1), min_size=n, max_size=n)))
    parts = st.tuples(*[st.integers(0 if k else 1, 6) for k in range(n_classes)])
    risks = np.array(draw(st.lists(parts, min_size=n, max_size=n)), dtype=float)
    times = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    return y, risks / risks.sum(axis=1, keepdims=True), times


def quietly(score, *args, **kwargs):
    """The score without a word about why it is undefined."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedScoreWarning)
        return score(*args, **kwargs)


def told_of(name, risks):
    return risks if name in OF_RISKS else risks.argmax(axis=1)


def told_of_two(name, risks):
    return risks[:, 1] if name in OF_RISKS else (risks[:, 1] >= 0.5).astype(int)


def same(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-9)


def ways(name):
    return ["macro", None, *(["multiclass"] if name in FOR_ALL_CLASSES else [])]


@every_score
@given(cases(n_classes=2))
def test_a_weight_counts_like_repeated_rows(name, case):
    (y, risks, times), score = case, SCORES[name]
    assume(times.any())
    told = told_of_two(name, risks)
    repeated = quietly(score, np.repeat(y, times), np.repeat(told, times))
    same(quietly(score, y, told, sample_weight=times), repeated)


@every_score
@fewer
@given(cases())
def test_a_weight_counts_like_repeated_rows_with_several_classes(name, case):
    (y, risks, times), score = case, SCORES[name]
    assume(times.any())
    told = told_of(name, risks)
    for average in ways(name):
        given = {"average": average, "labels": [0, 1, 2]}
        repeated = quietly(score, np.repeat(y, times), np.repeat(told, times, axis=0), **given)
        same(quietly(score, y, told, sample_weight=times, **given), repeated)


@every_score
@fewer
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(name, case, random):
    (y, risks, times), score = case, SCORES[name]
    assume(times.any())
    order = np.array(random.sample(range(len(y)), len(y)))
    told = told_of(name, risks)
    for average in ways(name):
        given = {"average": average, "labels": [0, 1, 2]}
        first = quietly(score, y, told, sample_weight=times, **given)
        same(quietly(score, y[order], told[order], sample_weight=times[order], **given), first)


@pytest.mark.parametrize("name", sorted(SCORES.keys() - COUNTS_ROWS))
@fewer
@given(cases(), st.floats(0.01, 100))
def test_only_the_proportions_of_weights_matter(name, case, factor):
    (y, risks, times), score = case, SCORES[name]
    assume(times.any())
    told = told_of(name, risks)
    for average in ways(name):
        given = {"average": average, "labels": [0, 1, 2]}
        first = quietly(score, y, told, sample_weight=times, **given)
        same(quietly(score, y, told, sample_weight=times * factor, **given), first)


@every_score
@fewer
@given(cases(), st.permutations(["mild", "none", "severe"]))
def test_names_and_order_of_the_classes_do_not_matter(name, case, labels):
    (y, risks, _), score = case, SCORES[name]
    words = np.array(["none", "mild", "severe"])
    order = [words.tolist().index(label) for label in labels]
    told = told_of(name, risks)
    told_in_words = risks[:, order] if name in OF_RISKS else words[told]
    for average in ways(name):
        first = quietly(score, y, told, average=average, labels=[0, 1, 2])
        renamed = quietly(score, words[y], told_in_words, average=average, labels=labels)
        same(renamed, first[order] if average is None else first)


@every_score
@fewer
@given(cases())
def test_each_class_is_scored_against_the_rest(name, case):
    (y, risks, times), score = case, SCORES[name]
    assume(times.any())
    told = told_of(name, risks)
    given = {"labels": [0, 1, 2], "sample_weight": times}
    each = quietly(score, y, told, average=None, **given)
    by_hand = [
        quietly(
            score,
            y == k,
            risks[:, k] if name in OF_RISKS else told == k,
            pos_label=True,
            sample_weight=times,
        )
        for k in range(3)
    ]
    same(each, by_hand)
    same(quietly(score, y, told, average="macro", **given), np.mean(by_hand))


@every_score
@given(cases(n_classes=2))
def test_a_missing_value_is_announced_and_no_other(name, case):
    (y, risks, _), score = case, SCORES[name]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = score(y, told_of_two(name, risks))
    assert [note.category for note in caught] == [UndefinedScoreWarning] * int(np.isnan(value))
    assert not np.isinf(value)


@pytest.mark.parametrize("name", sorted(FOR_ALL_CLASSES & set(OF_RISKS)))
@given(cases(n_classes=2))
def test_two_columns_say_the_same_as_the_second_alone(name, case):
    (y, risks, _), score = case, SCORES[name]
    for average in ways(name):
        given = {"average": average, "labels": [0, 1]}
        same(quietly(score, y, risks[:, 1], **given), quietly(score, y, risks, **given))


@given(cases(n_classes=2))
def test_tables_of_bins_obey_the_weights_too(case):
    y, risks, times = case
    assume(times.any())
    risk, y2, risk2 = risks[:, 1], np.repeat(y, times), np.repeat(risks[:, 1], times)
    for table in (metrics.calibration_curve, metrics.brier_decomposition):
        weighted, repeated = (
            table(y, risk, n_bins=3, sample_weight=times),
            table(y2, risk2, n_bins=3),
        )
        assert weighted.keys() == repeated.keys()
        for column, values in repeated.items():
            same(weighted[column], values)
    chance = partial(metrics.calibration_error_by_chance, n_bins=3)
    same(chance(risk, sample_weight=times), chance(risk2))
    curve = partial(metrics.decision_curve, thresholds=[0.2, 0.5])
    same(curve(y, risk, sample_weight=times)["model"], curve(y2, risk2)["model"])
    test = partial(quietly, metrics.hosmer_lemeshow_test, n_groups=3)
    same(test(y, risk, sample_weight=times)[:3], test(y2, risk2)[:3])
