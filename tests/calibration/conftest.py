"""Patients whose true risks are known, and models that see them balanced."""

import numpy as np
import pytest
from scipy.special import expit


def _patients(n_rows, *, seed, intercept=-3.6):
    """X, y and the true risks of a logistic model: about one in twenty is ill."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n_rows, 3))
    risk = expit(intercept + X @ [1.2, -0.8, 0.0])
    return X, (random.random(n_rows) < risk).astype(int), risk


@pytest.fixture(scope="session")
def patients():
    """Make patients: ``patients(500, seed=1)`` gives X, y (0/1) and their true risks."""
    return _patients


@pytest.fixture(scope="session")
def train():
    """X and y of 12,000 patients to train on."""
    return _patients(12_000, seed=0)[:2]


@pytest.fixture(scope="session")
def test():
    """X, y and true risks of 40,000 other patients."""
    return _patients(40_000, seed=1)


@pytest.fixture
def scored():
    """Scores of 600 rows, a quarter of them positive, weights, and the labels."""
    random = np.random.default_rng(4)
    y = (random.random(600) < 0.25).astype(int)
    score = random.normal(size=600) + 1.5 * y - 0.5
    return score, y, random.integers(1, 4, 600).astype(float)


@pytest.fixture
def three():
    """Probabilities of three classes, too extreme by half, and labels drawn from the right ones."""
    random = np.random.default_rng(5)
    logits = random.normal(size=(900, 3)) * 2
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = np.array(["a", "b", "c"])[(random.random((900, 1)) > p.cumsum(axis=1)).sum(axis=1)]
    bold = p**2 / (p**2).sum(axis=1, keepdims=True)
    return bold, y, p
