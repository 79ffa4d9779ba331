"""Errors over bins are the sums of their definitions, and chance adds what is said to add."""

import numpy as np
import pytest
from scipy import stats

from medresample import metrics
from medresample.exceptions import UndefinedScoreWarning

Y, RISK = [0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9]


@pytest.fixture
def risks():
    rng = np.random.default_rng(11)
    risk = rng.beta(1, 4, 300)
    return (rng.random(300) < risk).astype(int), risk


def rows_of_equal_widths(risk, n_bins):
    """Rows of each bin (j/n_bins, (j + 1)/n_bins], in plain loops; 0 belongs to the first."""
    for j in range(n_bins):
        low, high = j / n_bins, (j + 1) / n_bins
        rows = [i for i, p in enumerate(risk) if low < p <= high or (j == 0 and p == 0)]
        if rows:
            yield rows


def test_the_error_over_equal_widths(risks):
    y, risk = risks
    by_hand = sum(
        len(rows) / len(y) * abs(y[rows].mean() - risk[rows].mean())
        for rows in rows_of_equal_widths(risk, 15)
    )
    found = metrics.expected_calibration_error(y, risk, n_bins=15, strategy="uniform")
    assert found == pytest.approx(by_hand)


def test_edges_belong_to_the_bin_below():
    # 0.1 + 0.2 is 0.3 but for rounding: all of these lie on edges of tenths
    risk = [0.0, 0.1, 0.2, 0.1 + 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    curve = metrics.calibration_curve([0] * 11, risk, strategy="uniform", pos_label=1)
    assert curve["n"].tolist() == [2] + [1] * 9
    thirds = metrics.calibration_curve([0] * 2, [1 / 3, 2 / 3], n_bins=3, strategy="uniform")
    np.testing.assert_allclose(thirds["risk"], [1 / 3, 2 / 3])


def test_the_curve_agrees_with_that_of_scikit_learn_inside_the_bins(risks):
    from sklearn.calibration import calibration_curve

    y, risk = risks
    curve = metrics.calibration_curve(y, risk, n_bins=7, strategy="uniform")
    observed, told = calibration_curve(y, risk, n_bins=7)
    np.testing.assert_allclose(curve["observed"], observed)
    np.testing.assert_allclose(curve["risk"], told)


def test_bins_of_equal_mass_hold_as_many_rows_each(risks):
    assert metrics.calibration_curve(*risks, n_bins=10)["n"].tolist() == [30] * 10


def test_the_adaptive_error_gives_each_range_the_same_say(risks):
    y, risk = risks
    ranges = np.array_split(np.argsort(risk), 10)  # 300 distinct risks
    by_hand = np.mean([abs(y[rows].mean() - risk[rows].mean()) for rows in ranges])
    assert metrics.adaptive_calibration_error(y, risk) == pytest.approx(by_hand)
    # of the ranges [0.5 | 0.8] of one and three rows, the second has no say beyond its own
    uneven = metrics.adaptive_calibration_error([1, 1, 1, 0], [0.5, 0.8, 0.8, 0.8], n_bins=2)
    assert uneven == pytest.approx((0.5 + (0.8 - 2 / 3)) / 2)


def test_the_thresholded_error_looks_at_larger_risks_alone(risks):
    y, risk = risks
    above = risk > 0.3
    found = metrics.adaptive_calibration_error(y, risk, threshold=0.3, n_bins=5)
    alone = metrics.adaptive_calibration_error(y[above], risk[above], n_bins=5, pos_label=1)
    assert found == pytest.approx(alone)
    with pytest.warns(UndefinedScoreWarning, match="a risk above the threshold"):
        assert np.isnan(metrics.adaptive_calibration_error(Y, RISK, threshold=0.95))


def test_the_published_errors_of_three_classes_are_means_over_them():
    rng = np.random.default_rng(0)
    risks = rng.dirichlet([3, 2, 1], 90)
    y = rng.integers(0, 3, 90)
    total = 0.0  # 1/(K R) sum_k sum_r |acc(r, k) - conf(r, k)|, with ranges of 9 rows
    for k in range(3):
        for rows in np.split(np.argsort(risks[:, k]), 10):
            total += abs((y[rows] == k).mean() - risks[rows, k].mean())
    found = metrics.adaptive_calibration_error(y, risks, average="macro")
    assert found == pytest.approx(total / 30)
    # all ranges hold 9 rows, so the classwise error is the same
    assert metrics.expected_calibration_error(y, risks, average="macro") == pytest.approx(found)


def test_the_top_label_error_in_a_loop():
    rng = np.random.default_rng(1)
    risks = rng.dirichlet([3, 2, 1], 90)
    y = rng.integers(0, 3, 90)
    top, right = risks.max(axis=1), risks.argmax(axis=1) == y
    by_hand = sum(
        len(rows) / 90 * abs(right[rows].mean() - top[rows].mean())
        for rows in rows_of_equal_widths(top, 10)
    )
    given = {"average": "multiclass", "strategy": "uniform"}
    assert metrics.expected_calibration_error(y, risks, **given) == pytest.approx(by_hand)


def test_classes_that_share_the_highest_risk_are_right_in_their_parts():
    given = {"average": "multiclass", "labels": [0, 1]}
    even = [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]
    assert metrics.expected_calibration_error([0, 0, 0], even, **given) == 0


def test_the_squared_error_by_hand():
    # bins {0.1, 0.2} and {0.7, 0.9}: gaps 0.35 and 0.2, variances of the shares 0.25 and 0
    plain = (0.35**2 + 0.2**2) / 2
    found = metrics.squared_calibration_error(Y, RISK, n_bins=2, debiased=False)
    assert found == pytest.approx(plain)
    assert metrics.squared_calibration_error(Y, RISK, n_bins=2) == pytest.approx(plain - 0.25 / 2)
    with pytest.warns(UndefinedScoreWarning, match="at least two rows in each bin"):
        assert np.isnan(metrics.squared_calibration_error(Y, RISK, n_bins=4))


def test_chance_adds_to_the_error_what_is_said():
    distinct = np.linspace(0.0999, 0.1001, 200)
    found = metrics.calibration_error_by_chance(distinct)
    assert found == pytest.approx(np.sqrt(2 * 10 * 0.1 * 0.9 / (np.pi * 200)), rel=1e-5)
    assert round(found, 4) == 0.0535
    # equal risks share a bin
    assert metrics.calibration_error_by_chance([0.1] * 200) == pytest.approx(found / np.sqrt(10))


def test_perfect_risks_score_what_chance_adds_and_no_squared_error():
    rng = np.random.default_rng(4)
    risk = rng.beta(2, 3, 400)
    errors, squares, biased = [], [], []
    for _ in range(300):
        y = (rng.random(400) < risk).astype(int)
        errors.append(metrics.expected_calibration_error(y, risk))
        squares.append(metrics.squared_calibration_error(y, risk))
        biased.append(metrics.squared_calibration_error(y, risk, debiased=False))
    chance = metrics.calibration_error_by_chance(risk)
    assert np.mean(errors) == pytest.approx(chance, rel=0.05)
    assert stats.ttest_1samp(squares, 0).pvalue > 0.01
    assert stats.ttest_1samp(biased, 0).pvalue < 1e-9


def test_chance_knows_the_three_ways_of_averaging():
    risks = np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]])
    each = metrics.calibration_error_by_chance(risks, average=None)
    by_hand = [metrics.calibration_error_by_chance(risks[:, k]) for k in range(3)]
    np.testing.assert_allclose(each, by_hand)
    assert metrics.calibration_error_by_chance(risks, average="macro") == pytest.approx(each.mean())
    top = metrics.calibration_error_by_chance(risks, average="multiclass")
    assert top == pytest.approx(metrics.calibration_error_by_chance([0.6, 0.5, 0.4]))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: metrics.expected_calibration_error(Y, RISK, n_bins=0), "n_bins"),
        (lambda: metrics.calibration_curve(Y, RISK, strategy="kmeans"), "'quantile' or 'uniform'"),
        (lambda: metrics.adaptive_calibration_error(Y, RISK, threshold=1), "threshold"),
        (lambda: metrics.adaptive_calibration_error(Y, RISK, n_bins=0), "n_bins"),
        (lambda: metrics.calibration_error_by_chance([[0.5, 0.6]], average=None), "sum to 1"),
        (lambda: metrics.calibration_error_by_chance([0.5, 1.6]), "between 0 and 1"),
    ],
)
def test_bad_settings_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
