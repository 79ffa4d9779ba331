"""A large job is done another way than a small one; nobody can tell from the rows."""

import numpy as np
import pytest

from medresample.over_sampling import SMOTE
from medresample.under_sampling import RandomUnderSampler


@pytest.fixture(scope="module", params=["f4", "f8", "i4"])
def large(request, blobs):
    """A table, its labels, a plan that makes 40,000 rows of 120 columns, and its output."""
    X, y = blobs((300, 40), n_features=120)
    X = (X if request.param[0] == "f" else 5 * X).astype(request.param)
    if request.param[0] == "f":
        X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
    plan = SMOTE(sampling_strategy={1: 40_040}, random_state=0).plan(X, y)
    return X, y, plan, plan.apply(X)


def test_every_cell_follows_the_rule(large):
    X, _, plan, X_res = large
    made = plan.provenance()[len(X) :]
    a, b = (X[made[name]].astype(np.float64) for name in ("seed", "partner"))
    b = np.where(np.isnan(b), a, b)
    expected = a + made["step"][:, None] * (b - a)
    if X.dtype.kind == "i":
        assert np.abs(X_res[len(X) :] - expected).max() <= 0.5
    else:
        tolerance = 1e-6 if X.dtype == np.float32 else 1e-12
        np.testing.assert_allclose(X_res[len(X) :], expected, rtol=tolerance, atol=tolerance)
        np.testing.assert_array_equal(np.isnan(X_res[len(X) :]), np.isnan(a))


def test_a_few_of_the_rows_made_alone_are_the_same_bits(large):
    """Cutting the plan down to 60 rows makes a small job of it."""
    X, _, plan, X_res = large
    cut = RandomUnderSampler(sampling_strategy={0: 30, 1: 30}, random_state=0)
    second = cut.plan(X_res, plan.labels)
    both = plan.then(second)
    assert len(both.labels) == 60
    assert both.apply(X).tobytes() == second.apply(X_res).tobytes()


def test_the_same_plan_gives_the_same_bits_again(large):
    X, _, plan, X_res = large
    assert plan.apply(X).tobytes() == X_res.tobytes()
    assert plan.apply(np.asfortranarray(X)).tobytes() == X_res.tobytes()
