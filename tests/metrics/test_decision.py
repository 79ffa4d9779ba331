"""Scores of called labels are what one counts by hand."""

import numpy as np
import pytest
from sklearn import metrics as skm

from medresample import metrics
from medresample.exceptions import UndefinedScoreWarning

# 3 true positives, 2 false positives, 4 true negatives, 1 false negative
Y = np.array(["ill"] * 4 + ["well"] * 6)
CALL = np.array(["ill", "ill", "ill", "well", "ill", "ill", "well", "well", "well", "well"])
BY_HAND = {
    metrics.sensitivity: 3 / 4,
    metrics.specificity: 4 / 6,
    metrics.positive_predictive_value: 3 / 5,
    metrics.negative_predictive_value: 4 / 5,
    metrics.f1_score: 6 / 9,
    metrics.balanced_accuracy: (3 / 4 + 4 / 6) / 2,
    metrics.geometric_mean: np.sqrt(3 / 4 * 4 / 6),
    metrics.matthews_correlation: (3 * 4 - 2 * 1) / np.sqrt(5 * 4 * 6 * 5),
}


@pytest.mark.parametrize(
    ("score", "value"), BY_HAND.items(), ids=lambda v: getattr(v, "__name__", str(v))
)
def test_the_value_is_the_one_counted_by_hand(score, value):
    assert score(Y, CALL, pos_label="ill") == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize("score", BY_HAND)
def test_a_weight_counts_like_repeated_rows(score):
    times = np.random.default_rng(0).integers(0, 4, len(Y))
    repeated = score(np.repeat(Y, times), np.repeat(CALL, times), pos_label="ill")
    assert score(Y, CALL, pos_label="ill", sample_weight=times) == pytest.approx(repeated)


def test_scikit_learn_agrees_where_it_defines_the_score():
    rng = np.random.default_rng(1)
    y, call = rng.integers(0, 2, 200), rng.integers(0, 2, 200)
    assert metrics.sensitivity(y, call) == pytest.approx(skm.recall_score(y, call))
    assert metrics.positive_predictive_value(y, call) == pytest.approx(skm.precision_score(y, call))
    assert metrics.f1_score(y, call) == pytest.approx(skm.f1_score(y, call))
    assert metrics.matthews_correlation(y, call) == pytest.approx(skm.matthews_corrcoef(y, call))
    assert metrics.balanced_accuracy(y, call) == pytest.approx(skm.balanced_accuracy_score(y, call))


@pytest.mark.parametrize(
    ("score", "y", "call"),
    [
        (metrics.sensitivity, [0, 0], [0, 1]),
        (metrics.specificity, [1, 1], [0, 1]),
        (metrics.positive_predictive_value, [0, 1], [0, 0]),
        (metrics.negative_predictive_value, [0, 1], [1, 1]),
        (metrics.f1_score, [0, 0], [0, 0]),
        (metrics.balanced_accuracy, [0, 0], [0, 1]),
        (metrics.geometric_mean, [1, 1], [0, 1]),
        (metrics.matthews_correlation, [0, 1], [1, 1]),
    ],
)
def test_what_is_undefined_is_missing_not_zero(score, y, call):
    with pytest.warns(UndefinedScoreWarning):
        assert np.isnan(score(y, call))


def test_the_other_label_swaps_sensitivity_and_specificity():
    assert metrics.sensitivity(Y, CALL, pos_label="well") == metrics.specificity(
        Y, CALL, pos_label="ill"
    )


def test_words_need_a_positive_label():
    with pytest.raises(ValueError, match=r"say which one is positive with pos_label"):
        metrics.sensitivity(["a", "b"], ["a", "b"])


@pytest.mark.parametrize(
    ("y", "call", "weight", "words"),
    [
        ([0, 1, 2], [0, 1, 1], None, "holds 3 classes"),
        ([0, 1], [0, 1, 1], None, "y_true has 2 labels, y_pred has 3"),
        ([[0, 1]], [0, 1], None, "one-dimensional"),
        ([0.0, np.nan], [0, 1], None, "missing labels"),
        ([0, 1], [0, 1], [1, -1], "none negative"),
        ([0, 1], [0, 1], [0, 0], "zero everywhere"),
        ([0, 1], [0, 1], [1], "2 finite weights"),
    ],
)
def test_bad_input_is_refused_in_words(y, call, weight, words):
    with pytest.raises(ValueError, match=words):
        metrics.sensitivity(y, call, sample_weight=weight)
