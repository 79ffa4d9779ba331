"""Is a difference more than chance? Tests that know folds share their training rows.

With k folds and T repeats there are J = k T differences d on the same splits. They are not
independent: training sets overlap. Both tests below widen the variance by n_test / n_train.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from medresample.metrics._inputs import FloatArray

N_DRAWS = 500
_DRAW_SEED = 20_231
_BLOCK_CELLS = 5_000_000


class Interval(NamedTuple):
    """A mean difference, its interval, and the two-sided p-value of no difference."""

    mean: float
    low: float
    high: float
    p_value: float


class Posterior(NamedTuple):
    """Probabilities that the first is lower, practically the same, or higher."""

    lower: float
    equivalent: float
    higher: float


def corrected_t(
    differences: ArrayLike, ratio_test_train: float, confidence: float = 0.95
) -> Interval:
    """Corrected repeated k-fold t-test of paired differences.

    ``t = mean(d) / sqrt((1/J + n_test/n_train) var(d, ddof=1))`` with J - 1 degrees of freedom;
    the interval uses the same error.

    Parameters
    ----------
    differences : array-like of shape (J,)
        Differences on the same splits, from all folds of all repeats.
    ratio_test_train : float
        n_test / n_train, counted in patients where there are groups.
    confidence : float, default=0.95
        Coverage of the interval.

    Returns
    -------
    interval : Interval
        NaN for fewer than two differences. Without any spread the interval is a point; its
        p-value is 0, or NaN where all differences are zero (t is 0/0: nothing to test).

    References
    ----------
    C. Nadeau, Y. Bengio, Machine Learning 52, 239-281, 2003.
    R. R. Bouckaert, E. Frank, PAKDD 2004.
    """
    d = np.asarray(differences, dtype=np.float64)
    if len(d) < 2:
        return Interval(float(d.mean()) if len(d) else np.nan, np.nan, np.nan, np.nan)
    mean, error = float(d.mean()), _error(d, ratio_test_train)
    if error == 0:
        return Interval(mean, mean, mean, np.nan if mean == 0 else 0.0)
    half = float(stats.t.ppf((1 + confidence) / 2, len(d) - 1)) * error
    p_value = float(2 * stats.t.sf(abs(mean) / error, len(d) - 1))
    return Interval(mean, mean - half, mean + half, p_value)


def correlated_t(differences: ArrayLike, ratio_test_train: float, rope: float) -> Posterior:
    """Bayesian correlated t-test: where the mean difference lies relative to the rope.

    The posterior is Student's t with J - 1 degrees of freedom, centered on mean(d), with squared
    scale ``(1/J + rho/(1 - rho)) var(d)`` and ``rho = n_test / n``, so that rho/(1 - rho) is
    n_test / n_train.

    Parameters
    ----------
    differences, ratio_test_train
        As in :func:`corrected_t`.
    rope : float
        Half-width of the region of practical equivalence.

    References
    ----------
    G. Corani, A. Benavoli, Machine Learning 100, 285-304, 2015.
    """
    d = np.asarray(differences, dtype=np.float64)
    if len(d) < 2:
        return Posterior(np.nan, np.nan, np.nan)
    mean, error = float(d.mean()), _error(d, ratio_test_train)
    if error == 0:
        return Posterior(float(mean < -rope), float(abs(mean) <= rope), float(mean > rope))
    posterior = stats.t(len(d) - 1, loc=mean, scale=error)
    lower, higher = float(posterior.cdf(-rope)), float(posterior.sf(rope))
    return Posterior(lower, max(0.0, 1 - lower - higher), higher)


def _error(d: FloatArray, ratio_test_train: float) -> float:
    spread = float(d.var(ddof=1))
    if spread <= (1e-14 * max(1e-300, float(np.abs(d).max()))) ** 2:
        spread = 0.0  # equal up to rounding
    return float(np.sqrt((1 / len(d) + ratio_test_train) * spread))


def holm(p_values: ArrayLike) -> FloatArray:
    """Holm's step-down adjustment; missing p-values stay missing and do not count.

    References
    ----------
    S. Holm, Scandinavian Journal of Statistics 6, 65-70, 1979.
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(len(p), np.nan)
    order = np.argsort(p)
    order = order[np.isfinite(p[order])]
    steps = p[order] * (len(order) - np.arange(len(order)))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(steps))
    return adjusted


class PatientDraws:
    """Bootstrap weights of the rows, patients drawn whole; the same draws for every score.

    Each draw takes as many patients as there are, with replacement; a row weighs as often as its
    patient was drawn. Draws are made in blocks that fit in memory and do not depend on them.

    Parameters
    ----------
    patients : array of shape (n,)
        Patient of each row.
    n_draws, seed : int
        Number of draws, and their seed.
    """

    def __init__(
        self, patients: np.ndarray, n_draws: int = N_DRAWS, seed: int = _DRAW_SEED
    ) -> None:
        names, self.patient_of_row = np.unique(patients, return_inverse=True)
        if len(names) == len(patients):  # a patient per row: any order of the draws will do
            self.patient_of_row = np.arange(len(patients))
        self.n_patients, self.n_draws, self.seed = len(names), n_draws, seed
        cells = max(len(patients), self.n_patients)
        self.block = max(1, min(n_draws, _BLOCK_CELLS // cells))
        self._only: FloatArray | None = None

    def blocks(self) -> Iterator[FloatArray]:
        """Weights as arrays of shape (draws, n)."""
        if self._only is not None:
            yield self._only
            return
        rng = np.random.default_rng(self.seed)
        for start in range(0, self.n_draws, self.block):
            n = min(self.block, self.n_draws - start)
            drawn = rng.integers(self.n_patients, size=(n, self.n_patients))
            drawn += self.n_patients * np.arange(n)[:, np.newaxis]
            times = np.bincount(drawn.ravel(), minlength=n * self.n_patients)
            weights = times.reshape(n, self.n_patients).astype(np.float64)
            if self.n_patients < len(self.patient_of_row):
                weights = weights[:, self.patient_of_row]
            if n == self.n_draws:
                self._only = weights
            yield weights

    def values(self, score: Callable[[FloatArray], FloatArray], rows: np.ndarray) -> FloatArray:
        """A score of some rows under every draw: ``score(weights)`` maps (b, n) to (b,)."""
        whole = len(rows) == len(self.patient_of_row)
        return np.concatenate([score(w if whole else w[:, rows]) for w in self.blocks()])


def percentile_interval(mean: float, draws: FloatArray, confidence: float = 0.95) -> Interval:
    """Percentile interval of bootstrap draws; draws on which the score is undefined are left out.

    No p-value is offered. NaN if the score is undefined in more than a tenth of the draws.
    """
    defined = draws[np.isfinite(draws)]
    if not np.isfinite(mean) or len(defined) < 0.9 * len(draws):
        return Interval(mean, np.nan, np.nan, np.nan)
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Interval(mean, float(low), float(high), np.nan)


def share_in_rope(draws: FloatArray, rope: float) -> Posterior:
    """Shares of bootstrap draws below, within and above the region of practical equivalence."""
    defined = draws[np.isfinite(draws)]
    if len(defined) < 0.9 * len(draws) or len(defined) == 0:
        return Posterior(np.nan, np.nan, np.nan)
    lower, higher = float((defined < -rope).mean()), float((defined > rope).mean())
    return Posterior(lower, max(0.0, 1 - lower - higher), higher)
