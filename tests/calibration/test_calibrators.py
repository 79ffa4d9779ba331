"""What every calibrator promises: forms, weights, classes, and words where it can not help."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit
from sklearn.base import clone

from medresample.calibration import (
    BetaCalibrator,
    IsotonicCalibrator,
    LogisticCalibrator,
    SigmoidCalibrator,
    TemperatureCalibrator,
)
from medresample.exceptions import FallbackWarning, SamplerInputError, UnreliableCalibrationWarning

ALL = [
    SigmoidCalibrator(),
    LogisticCalibrator(),
    IsotonicCalibrator(),
    BetaCalibrator(),
    BetaCalibrator("am"),
    BetaCalibrator("ab"),
    TemperatureCalibrator(),
]
PER_CLASS = [each for each in ALL if not isinstance(each, TemperatureCalibrator)]
NAMES = [f"{type(each).__name__}{getattr(each, 'parameters', '')}" for each in ALL]


@pytest.fixture(params=ALL, ids=NAMES)
def calibrator(request):
    return clone(request.param)


def test_results_are_probabilities_in_the_order_of_the_scores(calibrator, scored):
    risk, y, _ = expit(scored[0]), *scored[1:]
    said = calibrator.fit(risk, y).predict(np.sort(risk))
    assert said.shape == risk.shape
    assert ((said >= 0) & (said <= 1)).all()
    assert (np.diff(said) >= -1e-15).all()


def test_two_columns_are_one_and_its_rest(calibrator, scored):
    risk, y, _ = expit(scored[0]), *scored[1:]
    one = clone(calibrator).fit(risk, y).predict(risk)
    words = np.where(y == 1, "sick", "fit")
    two = calibrator.fit(np.column_stack([1 - risk, risk]), words)
    assert two.classes_.tolist() == ["fit", "sick"]
    said = two.predict(np.column_stack([1 - risk, risk]))
    assert_allclose(said, np.column_stack([1 - one, one]), atol=1e-12)


def test_weights_count_like_repeated_rows(calibrator, scored):
    risk, y, times = expit(scored[0]), *scored[1:]
    times[:50] = 0
    weighted = clone(calibrator).fit(risk, y, times)
    rows = np.repeat(np.arange(len(y)), times.astype(int))
    repeated = clone(calibrator).fit(risk[rows], y[rows])
    assert_allclose(weighted.predict(risk), repeated.predict(risk), atol=1e-9)


def test_several_classes_sum_to_one_and_get_better(calibrator, three):
    bold, y, true = three
    scores = np.log(bold) if isinstance(calibrator, SigmoidCalibrator) else bold
    said = calibrator.fit(scores, y).predict(scores)
    assert calibrator.classes_.tolist() == ["a", "b", "c"]
    assert_allclose(said.sum(axis=1), 1)
    assert np.mean((said - true) ** 2) < 0.5 * np.mean((bold - true) ** 2)


def test_order_of_rows_and_type_of_labels_change_nothing(calibrator, scored):
    risk, y, weight = expit(scored[0]), *scored[1:]
    order = np.random.default_rng(0).permutation(len(y))
    expected = clone(calibrator).fit(risk, y, weight).predict(risk)
    shuffled = clone(calibrator).fit(risk[order].tolist(), y[order] == 1, weight[order])
    assert_allclose(shuffled.predict(risk), expected, atol=1e-9)
    signed = calibrator.fit(risk, 2 * y - 1, weight)
    assert_allclose(signed.predict(risk), expected, atol=1e-12)


def test_certainties_and_equal_scores_are_survived(calibrator, scored):
    risk, y, _ = expit(scored[0]), *scored[1:]
    risk[:3], risk[3:6] = 0, 1
    y[:6] = [0, 0, 1, 1, 1, 0]
    assert np.isfinite(calibrator.fit(risk, y).predict([0, 0.5, 1])).all()


@pytest.mark.parametrize("calibrator", PER_CLASS)
def test_a_model_that_says_the_same_of_everybody_gets_the_share(calibrator, scored):
    same = np.full(len(scored[1]), 0.4)
    said = clone(calibrator).fit(same, scored[1]).predict(same)
    assert_allclose(said, scored[1].mean(), atol=0.005)


@pytest.mark.parametrize(
    ("scores", "y", "words"),
    [
        ([0.1, 0.2, 0.3], [0, 1], "scores have 3 rows, and y has 2"),
        ([0.1, 0.2], [1, 1], "found 1 class: every row is labeled 1"),
        ([0.1, 0.2], ["ill", "well"], "y == 'ill'"),
        ([[0.1, 0.9]] * 3, ["a", "b", "c"], "2 columns, and y has 3 classes: 'a', 'b', 'c'"),
        ([[0.1]] * 2, [0, 1], "one for each class"),
        ([0.1, np.nan], [0, 1], "finite"),
    ],
)
def test_what_can_not_be_learned_from_is_refused(calibrator, scores, y, words):
    with pytest.raises(ValueError, match=words):
        calibrator.fit(scores, y)


def test_negative_weights_are_refused(calibrator):
    with pytest.raises(SamplerInputError, match="negative"):
        calibrator.fit([0.1, 0.2], [0, 1], [1, -1])


def test_other_columns_than_learned_from_are_refused(calibrator, three):
    with pytest.raises(ValueError, match="was fitted with"):
        calibrator.fit(three[0], three[1]).predict([0.2])


@pytest.mark.parametrize("calibrator", [LogisticCalibrator(), BetaCalibrator()])
def test_scores_that_are_no_probabilities_are_refused(calibrator):
    with pytest.raises(ValueError, match="found values from -2 to 3"):
        calibrator.fit([-2, 3], [0, 1])


@pytest.mark.parametrize("calibrator", [SigmoidCalibrator(), LogisticCalibrator()])
def test_a_falling_map_is_reported(calibrator, scored):
    with pytest.warns(UnreliableCalibrationWarning, match="map of class 1 falls"):
        calibrator.fit(1 - expit(scored[0]), scored[1])


def test_few_rows_for_isotonic_are_reported():
    with pytest.warns(UnreliableCalibrationWarning, match="10 rows of class True"):
        IsotonicCalibrator().fit(np.linspace(0, 1, 100), np.arange(100) >= 90)


@pytest.mark.parametrize("calibrator", [LogisticCalibrator(), BetaCalibrator()])
def test_risks_without_a_mistake_do_not_make_certainties(calibrator):
    risks, y = np.linspace(0.1, 0.9, 40), np.arange(40) >= 20
    with pytest.warns(FallbackWarning, match="without a mistake in all 40 rows"):
        said = calibrator.fit(risks, y).predict(risks)
    assert 5e-4 < said.min() < 0.05
    assert 0.95 < said.max() < 1 - 5e-4


def test_no_mistake_at_all_is_reported_by_the_temperature():
    with pytest.warns(UnreliableCalibrationWarning, match="beyond the limits"):
        TemperatureCalibrator().fit([0.1, 0.2, 0.8], [0, 0, 1])


def test_classes_said_to_be_impossible_get_their_shares():
    # Each class is 0 for the scores below its own, so that a row of low scores is of no class.
    scores, y = np.eye(3).repeat(60, axis=0), np.repeat([0, 1, 2], 60)
    said = IsotonicCalibrator().fit(scores, y).predict([[0, 0, 0], [1, 0, 0]])
    assert_array_equal(said, [[1 / 3, 1 / 3, 1 / 3], [1, 0, 0]])
