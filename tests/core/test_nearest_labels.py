"""Some rows searched among others, where labels count: the same bits by NumPy and compiled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medresample._core import nearest_labels
from medresample._core.nearest_labels import LabelNeighbors, Mismatches, ProfileGaps


class _Space:
    """What a transformer gives that compares rows."""

    def __init__(self, rows):
        self._rows = rows

    def pairs(self):
        return self._rows


def _mismatches(random, n):
    numbers = random.integers(-3, 4, (n, 2)).astype(float)
    numbers[random.random(numbers.shape) < 0.1] = np.nan
    return Mismatches(numbers, random.integers(0, 3, (n, 2)).astype(np.uint8), 1.0)


def _profiles(random, n):
    codes = random.integers(0, 4, (n, 3))
    return ProfileGaps(codes, [random.dirichlet(np.ones(3), 4).round(2) for _ in range(3)])


@given(
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from([_mismatches, _profiles]),
    k=st.integers(1, 6),
    groups=st.sampled_from(["any", "same", "different"]),
)
@pytest.mark.parametrize("compiled", [False, True])
def test_any_rows_are_searched_among_any_others(compiled, seed, kind, k, groups):
    random = np.random.default_rng(seed)
    n = int(random.integers(3, 90))
    space = kind(random, n)
    rows = random.permutation(n)[: random.integers(1, n)]
    among = random.permutation(n)[: random.integers(1, n)]
    group = random.integers(0, 3, n)
    squares = space.compare(space)
    neighbors = LabelNeighbors(_Space(space), group, groups, n_jobs=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest_labels, "compiled_pays", lambda seconds: compiled)
        found = neighbors.search(rows, among, k)
    for place, row in enumerate(rows):
        others = [
            (squares[row, other], other)
            for other in among
            if other != row
            and (groups == "any" or (group[row] == group[other]) == (groups == "same"))
            and squares[row, other] < np.inf
        ]
        expected = [other for _, other in sorted(others)[:k]]
        assert found.ids[place, : len(expected)].tolist() == expected
        assert np.all(found.ids[place, len(expected) :] == -1)
        np.testing.assert_array_equal(
            found.distances[place, : len(expected)] ** 2,
            np.sqrt([squares[row, other] for other in expected]) ** 2,
        )
