"""What is drawn is drawn evenly: steps, seeds, partners, remainders, and rows to keep."""

import numpy as np
import pytest
from scipy import stats

from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler

DOUBT = 1e-3  # an honest sampler fails one such test in a thousand seeds; the seeds are fixed


@pytest.fixture
def many(blobs):
    """A class of 20 rows that is to have 8020, and the records of its new rows."""
    X, y = blobs((30, 20), n_features=3)

    def grow(**parameters):
        sampler = SMOTE(sampling_strategy={1: 8020}, **parameters)
        sampler.fit_resample(X, y)
        return np.flatnonzero(y == 1), sampler.provenance_[len(X) :]

    return grow


@pytest.mark.parametrize("allocation", ["random", "even"])
@pytest.mark.parametrize("random_state", range(3))
def test_steps_are_uniform(many, allocation, random_state):
    _, made = many(allocation=allocation, random_state=random_state)
    assert stats.kstest(made["step"], "uniform").pvalue > DOUBT
    assert made["step"].var() == pytest.approx(1 / 12, rel=0.05)


@pytest.mark.parametrize("random_state", range(3))
def test_seeds_are_drawn_evenly_at_random(many, random_state):
    rows, made = many(allocation="random", random_state=random_state)
    used = np.bincount(made["seed"], minlength=rows.max() + 1)[rows]
    assert stats.chisquare(used).pvalue > DOUBT
    assert len(np.unique(used)) > 5  # at random, and not in equal shares


@pytest.mark.parametrize("allocation", ["random", "even"])
def test_partners_are_drawn_evenly_among_the_neighbors(many, allocation):
    rows, made = many(allocation=allocation, random_state=0)
    for row in rows:
        _, used = np.unique(made["partner"][made["seed"] == row], return_counts=True)
        assert len(used) == 5
        assert stats.chisquare(used).pvalue > DOUBT / len(rows)


def test_step_seed_and_partner_are_drawn_independently(many):
    _, made = many(random_state=0)
    assert abs(stats.spearmanr(made["seed"], made["step"]).statistic) < 0.04
    assert abs(stats.spearmanr(made["step"][1:], made["step"][:-1]).statistic) < 0.04
    assert abs(stats.spearmanr(made["seed"][1:], made["seed"][:-1]).statistic) < 0.04


def test_the_remainder_of_an_even_allocation_falls_on_every_row_in_time(blobs):
    X, y = blobs((30, 20))
    chosen = np.zeros(len(X))
    for random_state in range(60):
        sampler = SMOTE(allocation="even", sampling_strategy={1: 25}, random_state=random_state)
        sampler.fit_resample(X, y)
        made = sampler.provenance_[len(X) :]
        assert len(np.unique(made["seed"])) == 5
        chosen[made["seed"]] += 1
    assert stats.chisquare(chosen[y == 1]).pvalue > DOUBT


def test_copies_are_drawn_evenly(blobs):
    X, y = blobs((30, 20))
    sampler = RandomOverSampler(sampling_strategy={1: 8020}, random_state=0)
    sampler.fit_resample(X, y)
    used = np.bincount(sampler.sample_indices_[50:], minlength=50)[y == 1]
    assert stats.chisquare(used).pvalue > DOUBT


@pytest.mark.parametrize("replacement", [True, False])
def test_rows_to_keep_are_drawn_evenly(blobs, replacement):
    X, y = blobs((30, 10))
    kept = np.zeros(40)
    for random_state in range(300):
        sampler = RandomUnderSampler(replacement=replacement, random_state=random_state)
        sampler.fit_resample(X, y)
        np.add.at(kept, sampler.sample_indices_, 1)
    assert stats.chisquare(kept[y == 0]).pvalue > DOUBT
    assert np.all(kept[y == 1] == 300)  # the smallest class is left alone
