"""SMOTEENC: codes by association, neighbors in numbers and codes, labels by vote."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.mixed import association, is_missing, same_label, winners
from sklearn.neighbors import NearestNeighbors

from medresample.exceptions import FallbackWarning
from medresample.over_sampling import SMOTEENC

from .mixed_tables import CONTAINERS, LABELS, cells_of, rows_of

pytestmark = pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning")
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture
def worked():
    """20 rows, 4 of them ill; label A: 10 rows, 1 ill; B: 5, 3; C: 5, 0. Spread 0.8."""
    label = np.repeat(["A", "B", "C"], [10, 5, 5])
    y = np.zeros(20, int)
    y[[0, 10, 11, 12]] = 1
    value = np.linspace(-9, 9, 20)
    value[y == 1] = [-0.8, 0.8, -0.8, 0.8]  # standard deviation 0.8 in the class
    return pd.DataFrame({"value": value, "label": label}), y


def test_the_worked_example_of_three_labels(worked):
    X, y = worked
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler = SMOTEENC(random_state=0).fit(X, y)
        sampler.fit_resample(X, y)
    table = pd.DataFrame(sampler.encoding_).set_index("level")
    assert table["observed"].to_dict() == {"A": 1, "B": 3, "C": 0}
    assert table["expected"].to_dict() == {"A": 2.0, "B": 1.0, "C": 1.0}
    assert table["association"].to_dict() == {"A": -0.5, "B": 2.0, "C": -1.0}
    assert table["code"].to_dict() == pytest.approx({"A": -0.4, "B": 1.6, "C": -0.8})
    assert set(table["column"]) == {"label"}
    assert set(table["label"]) == {1}


@given(seed=SEEDS, missing=st.booleans())
def test_the_encoding_is_that_of_counting_and_its_sum_is_nothing(seed, missing):
    rows, y = rows_of((30, 12, 8), seed=seed, missing=missing)
    sampler = SMOTEENC(random_state=0)
    sampler.fit_resample(CONTAINERS["array of objects"](rows), y)
    found = pd.DataFrame(sampler.encoding_)
    assert set(found["label"]) == {1, 2}
    for (column, label), part in found.groupby(["column", "label"]):
        cells = [row[column] for row in rows]
        of_class = np.flatnonzero(y == label)
        assert part["observed"].sum() == len(of_class)
        total = 0
        for record in part.itertuples():
            expected = association(cells, of_class, record.level)
            assert record.association == pytest.approx(float(expected), abs=1e-12)
            assert record.association >= -1
            total += record.association * sum(same_label(cell, record.level) for cell in cells)
        assert total == pytest.approx(0, abs=1e-9)


def _coordinates(rows, y, label):
    """Return [numbers | codes] of the rows of a class, cell by cell."""
    of_class = np.flatnonzero(y == label)
    spread = [np.std([rows[i][j] for i in of_class if not is_missing(rows[i][j])]) for j in (0, 2)]
    unit = np.median(spread)
    out = np.empty((len(of_class), 4))
    for place, i in enumerate(of_class):
        for j in range(4):
            cell = rows[i][j]
            if j in LABELS:
                cells = [row[j] for row in rows]
                out[place, j] = float(association(cells, of_class, cell)) * unit
            else:
                out[place, j] = np.nan if is_missing(cell) else cell
    return of_class, out


def _distance(a, b):
    both = ~(np.isnan(a) | np.isnan(b))
    return np.sqrt(len(a) / both.sum() * np.sum((a[both] - b[both]) ** 2)) if both.any() else np.inf


@given(seed=SEEDS, missing=st.booleans(), k=st.integers(1, 6))
def test_partner_and_labels_are_those_of_the_slow_twin(seed, missing, k):
    rows, y = rows_of((30, 11), seed=seed, missing=missing)
    sampler = SMOTEENC(k_neighbors=k, random_state=0)
    X_res, _ = sampler.fit_resample(CONTAINERS["array of objects"](rows), y)
    of_class, at = _coordinates(rows, y, 1)
    for new, record in zip(cells_of(X_res)[len(y) :], sampler.provenance_[len(y) :], strict=True):
        seed_place = int(np.flatnonzero(of_class == record["seed"])[0])
        far = np.array([_distance(at[seed_place], other) for other in at])
        far[seed_place] = np.inf
        order = np.lexsort((np.arange(len(far)), np.round(far, 9)))
        kth = far[order[k - 1]]
        assert far[np.flatnonzero(of_class == record["partner"])[0]] <= kth + 1e-9
        if np.sum(np.abs(far - kth) < 1e-9) > 1:
            continue  # who is the k-th neighbor is a matter of rounding
        nearest = of_class[order[:k]]
        for j in LABELS:
            won = winners([rows[i][j] for i in nearest], rows[record["seed"]][j])
            assert ("missing" if new[j] is None else new[j]) in won


def test_labels_of_equal_association_stay_apart():
    """The code of the authors merges them: all labels that the class never has are -1."""
    y = np.repeat([0, 1], [40, 8])
    label = np.array(["a", "b"] * 20 + ["c", "d"] * 4)
    X = pd.DataFrame({"value": np.arange(48.0), "label": label})
    sampler = SMOTEENC(k_neighbors=1, random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    codes = pd.DataFrame(sampler.encoding_).set_index("level")["code"]
    assert codes["a"] == codes["b"]
    assert codes["c"] == codes["d"]
    assert X_res["label"].iloc[:48].tolist() == label.tolist()
    assert set(X_res["label"].iloc[48:]) == {"c", "d"}


def test_each_column_has_labels_of_its_own():
    """The code of the authors decodes a column with the labels of another (2 for 12)."""
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [40, 12])
    X = pd.DataFrame(
        {
            "value": random.normal(size=52),
            "first": random.choice([1, 2, 3], 52),
            "second": random.choice([11, 12, 13], 52),
            "third": random.choice([1, 2, 3], 52),
        }
    )
    sampler = SMOTEENC(categorical_features=["first", "second", "third"], random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    assert set(X_res["first"]) == set(X_res["third"]) == {1, 2, 3}
    assert set(X_res["second"]) == {11, 12, 13}


def test_a_table_of_categories_alone_grows():
    """The code of the authors adds no row there."""
    rows, y = rows_of((40, 12))
    X = CONTAINERS["pandas str"](rows)[["stage", "site"]]
    sampler = SMOTEENC(random_state=0)
    _, y_res = sampler.fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [40, 40]
    found = sampler.encoding_
    np.testing.assert_array_equal(found["code"], found["association"])  # no unit


def test_a_constant_column_changes_no_association(worked):
    X, y = worked
    y = np.r_[y, y]
    X = pd.concat([X, X], ignore_index=True)
    plain, wider = SMOTEENC(random_state=0), SMOTEENC(random_state=0)
    plain.fit_resample(X, y)
    wider.fit_resample(X.assign(constant="same"), y)
    others = wider.encoding_[wider.encoding_["column"] == "label"]
    np.testing.assert_array_equal(others["association"], plain.encoding_["association"])
    constant = wider.encoding_[wider.encoding_["column"] == "constant"]
    assert constant["association"].tolist() == [0.0]


def test_the_unit_is_the_median_of_the_spreads_within_the_class():
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [30, 10])
    X = pd.DataFrame(random.normal(size=(40, 3)) * [1, 2, 30], columns=list("abc"))
    X.loc[y == 0] *= 7
    sampler = SMOTEENC(random_state=0)
    sampler.fit_resample(X.assign(label=random.choice(["p", "q"], 40)), y)
    spread = np.sort(X[y == 1].std(ddof=0))
    np.testing.assert_allclose(
        sampler.encoding_["code"], sampler.encoding_["association"] * spread[1]
    )


@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**-500, 2.0**500, 2.0**1000])
def test_extreme_units_are_no_trouble(factor):
    rows, y = rows_of((40, 14))
    sampler = SMOTEENC(random_state=0)
    sampler.fit_resample(CONTAINERS["pandas str"](rows), y)
    partner, code = sampler.provenance_["partner"], sampler.encoding_["code"]
    scaled = [[row[0] * factor, row[1], row[2] * factor, row[3]] for row in rows]
    sampler.fit_resample(CONTAINERS["pandas str"](scaled), y)
    np.testing.assert_array_equal(sampler.provenance_["partner"], partner)
    np.testing.assert_allclose(sampler.encoding_["code"] / factor, code)


def test_numbers_without_spread_give_the_unit_1_and_say_so():
    y = np.repeat([0, 1], [30, 10])
    X = pd.DataFrame({"value": np.where(y == 1, 5.0, np.arange(40)), "label": list("abcd") * 10})
    sampler = SMOTEENC(random_state=0)
    with pytest.warns(FallbackWarning, match="Class 1: .* constant") as caught:
        sampler.fit_resample(X, y)
    assert len(caught) == 1
    np.testing.assert_array_equal(sampler.encoding_["code"], sampler.encoding_["association"])


def test_a_missing_label_is_a_level_of_its_own():
    rows, y = rows_of((60, 20), missing=True)
    for row, label in zip(rows, y, strict=True):
        row[1] = None if label == 1 and row[0] is not None else row[1]
    sampler = SMOTEENC(random_state=0)
    X_res, _ = sampler.fit_resample(CONTAINERS["pandas str"](rows), y)
    stage = sampler.encoding_[sampler.encoding_["column"] == "stage"]
    missing = [row[1] is None and label == 1 for row, label in zip(rows, y, strict=True)]
    observed = dict(zip(stage["level"], stage["observed"].tolist(), strict=True))
    assert observed[None] == sum(missing) > 0
    assert X_res["stage"].iloc[80:].isna().any()


def test_a_search_object_looks_at_numbers_and_codes():
    rows, y = rows_of((40, 14))
    X = CONTAINERS["pandas str"](rows)
    expected, _ = SMOTEENC(k_neighbors=4, random_state=0).fit_resample(X, y)
    search = NearestNeighbors(n_neighbors=4)
    found, _ = SMOTEENC(k_neighbors=search, random_state=0).fit_resample(X, y)
    pd.testing.assert_frame_equal(found, expected)


def test_a_float32_table_is_searched_and_built_in_float32():
    rows, y = rows_of((40, 14))
    X = CONTAINERS["pandas str"](rows).astype({"age": "float32", "dose": "float32"})
    X_res, _ = SMOTEENC(random_state=0).fit_resample(X, y)
    assert X_res["age"].dtype == X_res["dose"].dtype == np.float32
