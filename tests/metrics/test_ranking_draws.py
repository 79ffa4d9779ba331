"""Scores of many weightings at once are those of each alone."""

import numpy as np
import pytest

from medresample.metrics._ranking import (
    auroc_of,
    average_precision_of,
    sensitivity_at_specificity_of,
)

SCORES = [auroc_of, average_precision_of, sensitivity_at_specificity_of]


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("ties", [False, True])
def test_of_many_draws_each_is_that_of_scikit_learn(score, ties):
    rng = np.random.default_rng(0)
    positive = rng.random(60) < 0.3
    risk = np.clip(rng.normal(0.4, 0.2, 60) + 0.2 * positive, 0, 1)
    risk = risk.round(1) if ties else risk
    weights = np.vstack(
        [
            rng.multinomial(60, np.full(60, 1 / 60), size=20),
            rng.random((5, 60)),
            positive,
            ~positive,
        ]
    ).astype(float)
    alone = [score(positive, risk, weight[np.newaxis])[0] for weight in weights]
    np.testing.assert_allclose(score(positive, risk, weights), alone, atol=1e-12)
    assert np.isnan(alone[-1])  # no case has weight
