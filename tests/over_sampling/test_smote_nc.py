"""SMOTENC: distances by numbers and mismatches, and who is near by them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.mixed import is_missing, mixed_square, winners
from sklearn.neighbors import NearestNeighbors

from medresample._core.nearest_labels import Mismatches, search_labels
from medresample._core.neighbors import Neighbors
from medresample.exceptions import FallbackWarning
from medresample.over_sampling import SMOTEN, SMOTENC

from .mixed_tables import CONTAINERS, LABELS, cells_of, labels_only, rows_of

pytestmark = pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning")
SEEDS = st.integers(0, 2**32 - 1)


def test_the_worked_example_of_two_rows():
    """F1 = (1, 2, 3, A, B, C), F2 = (4, 6, 5, A, D, E), median 1: sqrt(9 + 16 + 4 + 1 + 1)."""
    numbers = np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]])
    codes = np.array([[0, 0, 0], [0, 1, 1]], np.uint8)
    space = Mismatches(numbers, codes, penalty=1.0)
    found = search_labels(space, Neighbors(None), np.array([10, 20]), 1)
    assert found.ids.tolist() == [[20], [10]]
    np.testing.assert_allclose(found.distances, np.sqrt(31))


@st.composite
def spaces(draw):
    """Draw numbers with ties and holes, codes, and a penalty: all exact in float64."""
    random = np.random.default_rng(draw(SEEDS))
    n = draw(st.integers(2, 150))
    numbers = random.integers(-3, 4, (n, draw(st.integers(0, 4)))).astype(float)
    if draw(st.booleans()):
        numbers[random.random(numbers.shape) < 0.3] = np.nan
    codes = random.integers(0, 3, (n, draw(st.integers(1, 3)))).astype(np.uint8)
    return Mismatches(numbers, codes, draw(st.sampled_from([0.25, 1.0, 2.5])))


@given(space=spaces(), k=st.integers(1, 7), seed=SEEDS, who=st.sampled_from(["same", "different"]))
def test_compiled_and_plain_search_give_the_bits_of_comparing_all(space, k, seed, who):
    n, d = space.numbers.shape
    rows = np.arange(n)
    groups = np.random.default_rng(seed).integers(0, 3, n)
    cells = np.c_[space.numbers, space.codes].tolist()
    labels = range(d, len(cells[0]))
    for like in (Neighbors(None), Neighbors(None, groups, who)):
        by_numpy = _search(space, like, rows, k, compiled=False)
        compiled = _search(space, like, rows, k, compiled=True)
        assert by_numpy.ids.tobytes() == compiled.ids.tobytes()
        assert by_numpy.distances.tobytes() == compiled.distances.tobytes()
        for row in range(0, n, 9):
            ranked = sorted(
                (float(mixed_square(cells[row], cells[other], labels, space.penalty)), other)
                for other in rows
                if other != row
                and (like.groups is None or (groups[row] == groups[other]) == (who == "same"))
            )
            expected = [other for _, other in ranked[:k]]
            assert compiled.ids[row, : len(expected)].tolist() == expected
            assert np.all(compiled.ids[row, len(expected) :] == -1)


def _search(space, like, rows, k, compiled):
    class Forced:
        def search(self, query, asking):
            return space.compiled(query, space) if compiled else space.plain(query, space)

    return search_labels(Forced(), like, rows, k)


@given(seed=SEEDS, missing=st.booleans(), k=st.integers(1, 6))
def test_partner_and_labels_are_those_of_the_slow_twin(seed, missing, k):
    rows, y = rows_of((30, 11), seed=seed, missing=missing)
    sampler = SMOTENC(k_neighbors=k, random_state=0)
    X_res, _ = sampler.fit_resample(CONTAINERS["array of objects"](rows), y)
    of_class = np.flatnonzero(y == 1)
    spread = [np.std([rows[i][j] for i in of_class if not is_missing(rows[i][j])]) for j in (0, 2)]
    for new, record in zip(cells_of(X_res)[len(y) :], sampler.provenance_[len(y) :], strict=True):
        seed_row, unit = rows[record["seed"]], np.median(spread)
        ranked = sorted(
            (float(mixed_square(seed_row, rows[i], LABELS, unit**2)), i)
            for i in of_class
            if i != record["seed"]
        )
        assert record["partner"] in [i for far, i in ranked if far <= ranked[k - 1][0] * (1 + 1e-9)]
        if k < len(ranked) and ranked[k][0] <= ranked[k - 1][0] * (1 + 1e-9):
            continue  # who is the k-th neighbor is a matter of rounding
        for j in LABELS:
            won = winners([rows[i][j] for _, i in ranked[:k]], seed_row[j])
            assert ("missing" if new[j] is None else new[j]) in won


def test_the_typical_spread_is_that_of_each_class():
    """Class 1 spreads 100 times as much as class 2: the same difference counts more there."""
    value = np.r_[np.arange(20) * 9.0, 0, 10, 24, 44, 0, 0.1, 0.24, 0.44]
    label = ["x"] * 20 + list("abaa") * 2
    y = np.repeat([0, 1, 2], [20, 4, 4])
    X = pd.DataFrame({"value": value, "label": label})
    sampler = SMOTENC(k_neighbors=1, sampling_strategy={1: 60, 2: 60}, random_state=0)
    sampler.fit_resample(X, y)
    made = sampler.provenance_[28:]
    pairs = {(int(s) - 20, int(p) - 20) for s, p in zip(made["seed"], made["partner"], strict=True)}
    of_one = {(a, b) for a, b in pairs if a < 4}
    of_two = {(a - 4, b - 4) for a, b in pairs if a >= 4}
    assert of_one == of_two  # scaling a class scales its unit too


def test_without_spread_labels_still_tell_rows_apart():
    y = np.repeat([0, 1], [30, 6])
    X = pd.DataFrame({"value": np.where(y == 1, 5.0, np.arange(36)), "label": list("aabbcc") * 6})
    sampler = SMOTENC(k_neighbors=1, sampling_strategy={1: 60}, random_state=0)
    with pytest.warns(FallbackWarning, match="Class 1"):
        sampler.fit_resample(X, y)
    made = sampler.provenance_[36:]
    label = X["label"].to_numpy()
    np.testing.assert_array_equal(label[made["seed"]], label[made["partner"]])


def test_a_table_of_categories_alone_gives_the_rows_of_smoten():
    rows, y = rows_of()
    X = labels_only(CONTAINERS["pandas category"](rows))
    expected, _ = SMOTEN(random_state=0).fit_resample(X, y)
    found, _ = SMOTENC(random_state=0).fit_resample(X, y)
    pd.testing.assert_frame_equal(found, expected)


def test_a_search_object_looks_at_coordinates_of_the_same_distances():
    rows, y = rows_of((60, 24))
    X = CONTAINERS["pandas str"](rows)
    expected, _ = SMOTENC(k_neighbors=4, random_state=0).fit_resample(X, y)
    search = NearestNeighbors(n_neighbors=4)
    found, _ = SMOTENC(k_neighbors=search, random_state=0).fit_resample(X, y)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("factor", [1e-300, 1e-150, 1e150, 1e300])
def test_extreme_units_are_no_trouble(factor):
    rows, y = rows_of((40, 14))
    sampler = SMOTENC(random_state=0)
    sampler.fit_resample(CONTAINERS["pandas str"](rows), y)
    expected = sampler.provenance_["partner"]
    scaled = [[row[0] * factor, row[1], row[2] * factor, row[3]] for row in rows]
    sampler.fit_resample(CONTAINERS["pandas str"](scaled), y)
    np.testing.assert_array_equal(sampler.provenance_["partner"], expected)
