"""The test of Hosmer and Lemeshow, by hand, and with the size it claims."""

import numpy as np
import pytest
from scipy import stats

from medresample import metrics
from medresample.exceptions import UndefinedScoreWarning

hosmer_lemeshow = metrics.hosmer_lemeshow_test


def test_two_groups_by_hand():
    # expected 0.3 and 1.6 of two each, observed 1 and 2
    found = hosmer_lemeshow([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], n_groups=2)
    statistic = 0.7**2 / (2 * 0.15 * 0.85) + 0.4**2 / (2 * 0.8 * 0.2)
    assert found.statistic == pytest.approx(statistic)
    assert found.df == 2
    assert found.p_value == pytest.approx(np.exp(-statistic / 2))  # chi-squared with two df
    assert found.groups["n"].tolist() == [2, 2]
    assert found.groups["observed"].tolist() == [1, 2]
    assert found.groups["expected"] == pytest.approx([0.3, 1.6])


def test_development_data_cost_two_degrees_of_freedom():
    rng = np.random.default_rng(0)
    risk = rng.random(200)
    y = rng.random(200) < risk
    external, own = hosmer_lemeshow(y, risk), hosmer_lemeshow(y, risk, data="development")
    assert (external.df, own.df) == (10, 8)
    assert external.statistic == own.statistic
    assert own.p_value == pytest.approx(stats.chi2.sf(own.statistic, 8))


@pytest.mark.parametrize("data", ["external", "development"])
def test_the_size_is_about_the_level(data):
    # Outcomes drawn from the risks: external data. Risks fitted to outcomes: development data.
    rng = np.random.default_rng(8)
    x = rng.normal(size=500)
    rejected = 0
    for _ in range(300):
        y = rng.random(500) < 1 / (1 + np.exp(0.5 - x))
        risk = fitted(x, y) if data == "development" else 1 / (1 + np.exp(0.5 - x))
        rejected += hosmer_lemeshow(y, risk, data=data).p_value < 0.05
    assert stats.binomtest(rejected, 300, 0.05).pvalue > 0.01


def fitted(x, y):
    """Risks of a logistic regression by Newton's method."""
    design, beta = np.column_stack([np.ones_like(x), x]), np.zeros(2)
    for _ in range(8):
        risk = 1 / (1 + np.exp(-design @ beta))
        curve = design * (risk * (1 - risk))[:, None]
        beta += np.linalg.solve(design.T @ curve, design.T @ (y - risk))
    return 1 / (1 + np.exp(-design @ beta))


def test_groups_without_variance_join_their_neighbors():
    y, risk = [0, 0, 0, 1, 1, 1], [0, 0, 0.4, 0.6, 1, 1]
    found = hosmer_lemeshow(y, risk, n_groups=3)
    # {0, 0}, {0.4, 0.6} and {1, 1} have no one between them: all in one
    assert found.groups["n"].tolist() == [6]
    assert found.groups["expected"] == pytest.approx([3])
    assert (found.statistic, found.df, found.p_value) == (0, 1, 1)
    found = hosmer_lemeshow([0, 0, 0, 1], [0, 0, 0.4, 0.6], n_groups=4)
    assert found.groups["n"].tolist() == [3, 1]


@pytest.mark.parametrize("risk", [0.0, 1.0])
def test_certain_risks_leave_the_statistic_missing(risk):
    with pytest.warns(UndefinedScoreWarning, match="a risk between 0 and 1"):
        found = hosmer_lemeshow([0, 1], [risk, risk])
    assert np.isnan(found.statistic)
    assert np.isnan(found.p_value)


def test_without_a_degree_of_freedom_the_p_value_is_missing():
    with pytest.warns(UndefinedScoreWarning, match="three groups or more on development data"):
        found = hosmer_lemeshow([0, 1, 1, 1], [0.1, 0.2, 0.7, 0.9], n_groups=2, data="development")
    assert np.isfinite(found.statistic)
    assert np.isnan(found.p_value)


@pytest.mark.parametrize(
    ("given", "words"), [({"data": "train"}, "'external' or 'development'"), ({"n_groups": 0}, "1")]
)
def test_bad_settings_are_refused(given, words):
    with pytest.raises(ValueError, match=words):
        hosmer_lemeshow([0, 1], [0.1, 0.9], **given)
