"""Votes: the winner is what counting one by one finds, and ties are drawn evenly."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from reference.mixed import winners

from medresample.over_sampling._votes import vote

SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS, n_voters=st.integers(1, 9), n_levels=st.integers(1, 6))
def test_winners_are_those_of_counting_one_by_one(seed, n_voters, n_levels):
    random = np.random.default_rng(seed)
    labels = random.integers(0, n_levels, 40)
    voters = random.integers(0, 40, (12, n_voters))
    for row, n in enumerate(random.integers(1, n_voters + 1, 12)):
        voters[row, n:] = -1
    own = random.integers(0, n_levels, 12)
    outcome = vote(voters, labels, own)
    for row in range(12):
        there = voters[row][voters[row] >= 0]
        chosen = outcome.winners[row, : outcome.n_winners[row]]
        assert set(chosen) <= set(there)
        expected = winners(labels[there].tolist(), own[row].item())
        assert sorted(labels[chosen].tolist()) == sorted(expected)
        places = [there.tolist().index(voter) for voter in chosen]
        assert places == sorted(places)  # nearest first


def test_ties_are_drawn_evenly_and_settled_votes_not_at_all():
    labels = np.array([0, 1, 2, 2])
    outcome = vote(np.array([[0, 1, 2], [2, 3, 0]]), labels, np.array([9, 9]))
    rng = np.random.default_rng(0)
    at = np.repeat([0, 1], 3000)
    drawn = outcome.draw(at, rng)
    counts = np.bincount(drawn[at == 0], minlength=3)
    assert np.all(np.abs(counts - 1000) < 120)  # more than four standard deviations
    assert set(drawn[at == 1]) == {2}
