"""Which line on the logit scale fits best? Logistic regression with weights and soft targets."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

ITERATIONS = 100
SETTLED = 1e-10  # of the loss per row: Newton squares the error, so that one more step is exact


def fit_logit(
    columns: np.ndarray, target: np.ndarray, weights: np.ndarray, *, intercept: bool = True
) -> tuple[np.ndarray, float, float]:
    """Minimize the cross-entropy of ``expit(columns @ slopes + intercept)`` by Newton's method.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        What the logit is linear in. A column without spread gets the slope 0, where there is an
        intercept.
    target : ndarray of shape (n_rows,)
        Wanted probabilities: 0 and 1, or between.
    weights : ndarray of shape (n_rows,)
        Weights, above 0.
    intercept : bool, default=True
        Whether to fit one; it is 0 otherwise.

    Returns
    -------
    slopes, intercept, loss
        The loss is the sum over the rows.
    """
    total = weights.sum()
    center = weights @ columns / total if intercept else np.zeros(columns.shape[1])
    z = columns - center
    spread = np.sqrt(weights @ z**2 / total)
    still = spread <= 1e-12 * (1 + np.abs(center))
    z[:, still], spread[still] = 0, 1
    z /= spread
    beta = np.zeros(z.shape[1] + intercept)
    if intercept:
        z = np.column_stack([z, np.ones(len(z))])
        beta[-1] = logit(weights @ target / total)
    beta, loss = _descend(z, target, weights, beta)
    slopes = beta[: len(spread)] / spread
    return slopes, float(beta[-1] - slopes @ center) if intercept else 0.0, loss


def _descend(
    z: np.ndarray, target: np.ndarray, weights: np.ndarray, beta: np.ndarray
) -> tuple[np.ndarray, float]:
    def loss_at(beta: np.ndarray) -> float:
        line = z @ beta
        return float(weights @ (np.logaddexp(0, line) - target * line))

    loss, settled = loss_at(beta), SETTLED * weights.sum()
    if not len(beta):
        return beta, loss
    for _ in range(ITERATIONS):
        fitted = expit(z @ beta)
        uphill = z.T @ (weights * (fitted - target))
        curve = (z * (weights * fitted * (1 - fitted))[:, np.newaxis]).T @ z
        step = -np.linalg.lstsq(curve, uphill, rcond=None)[0]
        gain, size = -uphill @ step, 1.0
        while loss_at(beta + size * step) > loss - 1e-4 * size * gain and size > 1e-8:
            size /= 2  # Newton overshoots where the curve is flat
        if size <= 1e-8:
            break
        beta = beta + size * step
        loss = loss_at(beta)
        if gain <= settled:
            break
    return beta, loss
