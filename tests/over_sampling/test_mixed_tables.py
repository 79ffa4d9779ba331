"""What SMOTEENC, SMOTENC and SMOTEN promise alike: containers, levels, originals, plans, groups."""

import tracemalloc
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from medresample.exceptions import ColumnTypeError, FewNeighborsWarning
from medresample.extend import SamplingPlan
from medresample.over_sampling import SMOTE, SMOTEENC, SMOTEN, SMOTENC

from .mixed_tables import CONTAINERS, LABELS, STAGES, cells_of, labels_only, rows_of

pytestmark = pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning")
MIXED = (SMOTEENC, SMOTENC)


@pytest.fixture(params=[SMOTEENC, SMOTENC, SMOTEN], ids=lambda each: each.__name__)
def sampler(request):
    """Each of the three; SMOTEN is given the columns of labels alone."""
    return request.param(random_state=0)


@pytest.fixture(params=MIXED, ids=lambda each: each.__name__)
def mixed_class(request):
    """Each that takes numbers too."""
    return request.param


def _suited(sampler, X):
    return labels_only(X) if isinstance(sampler, SMOTEN) else X


@pytest.mark.parametrize("missing", [False, True], ids=["whole", "holes"])
@pytest.mark.parametrize("container", CONTAINERS)
def test_container_types_levels_and_original_cells_are_kept(sampler, container, missing):
    rows, y = rows_of(missing=missing)
    X = _suited(sampler, CONTAINERS[container](rows))
    X_res, y_res = sampler.fit_resample(X, y)
    assert type(X_res) is type(X)
    assert np.bincount(y_res).tolist() == [40, 40, 40]
    assert cells_of(X_res)[: len(rows)] == cells_of(X)
    if isinstance(X, pd.DataFrame):
        pd.testing.assert_series_equal(
            X_res.dtypes, X.dtypes
        )  # levels, their order, ordered or not
        pd.testing.assert_frame_equal(X_res.iloc[: len(X)], X)
    elif isinstance(X, pl.DataFrame):
        assert X_res.schema == X.schema


@pytest.mark.parametrize("missing", [False, True], ids=["whole", "holes"])
def test_the_container_does_not_change_the_rows(sampler, missing):
    rows, y = rows_of(missing=missing)
    tables = [
        cells_of(sampler.fit_resample(_suited(sampler, wrap(rows)), y)[0])
        for wrap in CONTAINERS.values()
    ]
    assert all(table == tables[0] for table in tables[1:])


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_new_label_occurs_in_the_class_in_that_column(sampler, container):
    rows, y = rows_of(missing=True)
    X = _suited(sampler, CONTAINERS[container](rows))
    X_res, y_res = sampler.fit_resample(X, y)
    before, after = cells_of(X), cells_of(X_res)
    columns = range(2) if isinstance(sampler, SMOTEN) else LABELS
    for column in columns:
        for each in (1, 2):
            known = {row[column] for row, label in zip(before, y, strict=True) if label == each}
            new = {
                row[column] for row, label in zip(after[len(y) :], y_res[len(y) :], strict=True)
                if label == each
            }  # fmt: skip
            assert new <= known


def test_numbers_lie_on_the_segment_between_two_rows_of_the_class(mixed_class):
    rows, y = rows_of()
    sampler = mixed_class(random_state=0)
    X_res, y_res = sampler.fit_resample(rows, y)
    made = sampler.provenance_[len(y) :]
    np.testing.assert_array_equal(y[made["seed"]], y_res[len(y) :])
    np.testing.assert_array_equal(y[made["partner"]], y_res[len(y) :])
    assert not np.any(made["seed"] == made["partner"])
    for row, record in zip(X_res[len(y) :], made, strict=True):
        seed, partner = rows[record["seed"]], rows[record["partner"]]
        for j in (0, 2):
            assert row[j] == pytest.approx(seed[j] + record["step"] * (partner[j] - seed[j]))


def test_a_plan_applies_again_is_saved_and_knows_the_donors(sampler, tmp_path):
    rows, y = rows_of()
    X = _suited(sampler, CONTAINERS["pandas category"](rows))
    X_res, _ = sampler.fit_resample(X, y)
    sampler.plan_.save(tmp_path / "plan.npz")
    for plan in (sampler.plan_, SamplingPlan.load(tmp_path / "plan.npz")):
        pd.testing.assert_frame_equal(plan.apply(X), X_res)
        parents = plan.parents()[len(y) :]
        for new, row in zip(cells_of(X_res)[len(y) :], parents, strict=True):
            contributed = [cells_of(X)[i] for i in row.indices]
            assert len({y[i] for i in row.indices}) == 1
            for column in range(X.shape[1]):
                if isinstance(new[column], str):
                    assert new[column] in {cells[column] for cells in contributed}


def test_batches_hold_the_same_rows(sampler):
    rows, y = rows_of()
    X = _suited(sampler, CONTAINERS["polars Enum"](rows))
    X_res, _ = sampler.fit_resample(X, y)
    batches = [part for part, _ in sampler.plan_.batches(X, 25, random_state=0)]
    assert sorted(pl.concat(batches).rows()) == sorted(X_res.rows())


@pytest.mark.parametrize("names", [["stage", "site"], [1, 3], [-3, -1], [False, True, False, True]])
def test_categories_are_given_by_name_position_or_mask(mixed_class, names):
    rows, y = rows_of()
    X = CONTAINERS["pandas str"](rows)
    expected, _ = mixed_class(random_state=0).fit_resample(X, y)
    found, _ = mixed_class(categorical_features=names, random_state=0).fit_resample(X, y)
    pd.testing.assert_frame_equal(found, expected)


def test_words_that_are_not_declared_are_refused_by_name(mixed_class):
    rows, y = rows_of()
    sampler = mixed_class(categorical_features=["stage"])
    with pytest.raises(ColumnTypeError, match=r"site.*categorical_features"):
        sampler.fit_resample(CONTAINERS["pandas str"](rows), y)


@pytest.mark.parametrize("dtype", ["i8", "f8", "?", "i1"])
def test_numbers_declared_categorical_are_voted_on(mixed_class, dtype, blobs):
    X, y = blobs((40, 12), n_features=3)
    codes = np.random.default_rng(0).choice([0, 7, 100], len(y)).astype(dtype)
    table = pd.DataFrame(X, columns=list("abc")).assign(code=codes)
    X_res, _ = mixed_class(categorical_features=["code"], random_state=0).fit_resample(table, y)
    assert X_res["code"].dtype == codes.dtype
    assert set(X_res["code"]) <= set(codes)
    as_array = np.c_[X, codes.astype(float)]
    array, _ = mixed_class(categorical_features=[3], random_state=0).fit_resample(as_array, y)
    np.testing.assert_array_equal(array[:, 3], X_res["code"].astype(float))


CODED = {
    "Int64": lambda cells: pd.DataFrame({"code": pd.array(cells, "Int64")}),
    "Float64": lambda cells: pd.DataFrame({"code": pd.array(cells, "Float64")}),
    "boolean": lambda cells: pd.DataFrame(
        {"code": pd.array([None if c is None else c > 2 for c in cells], "boolean")}
    ),
    "polars Int64": lambda cells: pl.DataFrame({"code": cells}),
    "objects": lambda cells: np.array([[c] for c in cells], dtype=object),
    "whole and broken objects": lambda cells: np.array(
        [[c if c is None or c > 2 else c + 0.5] for c in cells], dtype=object
    ),
}


@pytest.mark.parametrize("kind", CODED)
def test_a_voted_cell_is_that_of_its_donor_also_where_it_is_missing(mixed_class, kind):
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [60, 20])
    cells = [None if random.random() < 0.4 else int(random.integers(1, 5)) for _ in y]
    value = random.normal(size=80)
    X = CODED[kind](cells)
    if isinstance(X, pd.DataFrame):
        X = X.assign(value=value)
    elif isinstance(X, pl.DataFrame):
        X = X.with_columns(pl.Series("value", value))
    else:
        X = np.c_[X, value.astype(object)]
    sampler = mixed_class(categorical_features=[0], k_neighbors=12, random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    before, after = cells_of(X), cells_of(X_res)
    donors = sampler.plan_.made[0].donors(0)
    assert [row[0] for row in after[80:]] == [before[donor][0] for donor in donors]
    assert [type(row[0]) for row in after[80:]] == [type(before[donor][0]) for donor in donors]
    seeds = sampler.provenance_["seed"][80:]
    differs = [
        (before[d][0] is None) != (before[s][0] is None) for d, s in zip(donors, seeds, strict=True)
    ]
    assert any(differs)


def test_a_flag_that_is_not_named_is_rounded_and_keeps_its_prevalence(mixed_class):
    random = np.random.default_rng(1)
    y = np.repeat([0, 1], [4000, 400])
    X = pd.DataFrame(random.normal(size=(4400, 2)), columns=["age", "dose"])
    X = X.assign(flag=random.random(4400) < 0.3, site=random.choice(["left", "right"], 4400))
    X_res, _ = mixed_class(categorical_features=["site"], random_state=0).fit_resample(X, y)
    assert X_res["flag"].dtype == bool
    before, after = X["flag"][y == 1].mean(), X_res["flag"][4400:].mean()
    assert after == pytest.approx(before, abs=0.04)


@pytest.mark.parametrize("kind", ["bool", "boolean", "polars", "array"])
def test_flags_are_voted_on(mixed_class, kind):
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [60, 20])
    flag, value = random.random(80) < 0.4, random.normal(size=80)
    X = {
        "bool": lambda: pd.DataFrame({"flag": flag, "value": value}),
        "boolean": lambda: pd.DataFrame({"flag": pd.array(flag, "boolean"), "value": value}),
        "polars": lambda: pl.DataFrame({"flag": flag, "value": value}),
        "array": lambda: np.c_[flag, value > 0],
    }[kind]()
    sampler = mixed_class(random_state=0)
    sampler.fit_resample(X, y)
    donors = sampler.plan_.made[0] if kind == "array" else sampler.plan_.made[0].labels
    assert donors.columns[0] == 0


def test_a_nullable_flag_and_count_stay_what_they_are(mixed_class):
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [60, 20])
    flag = pd.array(random.random(80) < 0.4, "boolean")
    visits = pd.array(random.poisson(3, 80), "Int64")
    flag[::9], visits[::7] = pd.NA, pd.NA
    X = pd.DataFrame({"flag": flag, "visits": visits, "value": random.normal(size=80)})
    X_res, _ = mixed_class(random_state=0).fit_resample(X, y)
    pd.testing.assert_series_equal(X_res.dtypes, X.dtypes)
    pd.testing.assert_frame_equal(X_res.iloc[:80], X)


def test_a_table_of_numbers_gives_the_rows_of_smote(mixed_class, multiclass):
    X, y = multiclass
    X[::5, 1] = np.nan
    expected, _ = SMOTE(random_state=3).fit_resample(X, y)
    found, _ = mixed_class(random_state=3).fit_resample(X, y)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("container", ["pandas category", "polars Enum"])
def test_ordinal_labels_are_interpolated_and_rounded_to_levels(mixed_class, container):
    rows, y = rows_of((40, 14))
    X = CONTAINERS[container](rows)
    sampler = mixed_class(ordinal_features=["stage"], random_state=0)
    X_res, _ = sampler.fit_resample(X, y)
    made = sampler.provenance_[len(y) :]
    rank = {stage: place for place, stage in enumerate(STAGES)}
    occurring = sorted({rank[row[1]] for row, label in zip(rows, y, strict=True) if label == 1})
    between = 0
    for new, record in zip(cells_of(X_res)[len(y) :], made, strict=True):
        start, end = rank[rows[record["seed"]][1]], rank[rows[record["partner"]][1]]
        exact = start + record["step"] * (end - start)
        nearest = min(abs(level - exact) for level in occurring)
        assert abs(rank[new[1]] - exact) == pytest.approx(nearest)
        between += rank[new[1]] not in (start, end)
    assert between or max(occurring) - min(occurring) < 2


@pytest.fixture
def ranked():
    """One number, a label that never differs, and ranks; their places and the classes beside."""
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [60, 25])
    place = random.permutation(np.arange(85) % 4)
    X = pd.DataFrame({"value": 3 * random.normal(size=85), "site": "left"})
    return X, place, y


def test_the_lowest_and_the_highest_rank_are_one_unit_apart(mixed_class, ranked):
    """The unit is the typical spread; "all" does not occur, yet it is a level."""
    X, place, y = ranked
    levels = ["low", "some", "more", "much", "all"]  # another order than that of the alphabet
    X["amount"] = pd.Categorical.from_codes(place, levels, ordered=True)
    sampler = mixed_class(ordinal_features=["amount"], k_neighbors=1, random_state=0)
    sampler.fit_resample(X, y)
    value = X["value"].to_numpy()
    at = np.column_stack([value, place * value[y == 1].std() / 4])
    for seed, partner in sampler.provenance_[["seed", "partner"]][85:].tolist():
        far = np.linalg.norm(at[y == 1] - at[seed], axis=1)
        nearest = np.sort(far)[1]  # behind the seed itself
        assert np.linalg.norm(at[partner] - at[seed]) == pytest.approx(nearest)


def test_numbers_may_be_ranks(mixed_class, ranked):
    X, place, y = ranked
    number = np.array([-7.0, 0.0, 1.0, 100.0])
    levels = ["low", "some", "more", "much"]
    sampler = mixed_class(ordinal_features=["amount"], random_state=0)
    numbers, _ = sampler.fit_resample(X.assign(amount=number[place]), y)
    words = pd.Categorical.from_codes(place, levels, ordered=True)
    expected, _ = sampler.fit_resample(X.assign(amount=words), y)
    np.testing.assert_array_equal(numbers["amount"], number[expected["amount"].cat.codes])
    pd.testing.assert_series_equal(numbers["value"], expected["value"])


def test_a_missing_rank_is_treated_as_that_of_a_number(mixed_class):
    rows, y = rows_of((40, 14), missing=True)
    sampler = mixed_class(ordinal_features=["stage"], random_state=0)
    X_res, _ = sampler.fit_resample(CONTAINERS["pandas category"](rows), y)
    made = sampler.provenance_[len(y) :]
    for new, record in zip(cells_of(X_res)[len(y) :], made, strict=True):
        seed, partner = rows[record["seed"]][1], rows[record["partner"]][1]
        assert (new[1] is None) is (seed is None)
        if seed is not None and partner is None:
            assert new[1] == seed


def test_labels_without_an_order_are_no_ranks(mixed_class):
    rows, y = rows_of()
    with pytest.raises(ColumnTypeError, match=r"Column stage .* no order"):
        mixed_class(ordinal_features=["stage"]).fit_resample(CONTAINERS["pandas str"](rows), y)


@pytest.mark.filterwarnings("ignore::medresample.exceptions.FewNeighborsWarning")
@pytest.mark.parametrize("partner_groups", ["same", "different"])
def test_whoever_gives_a_label_is_of_an_allowed_group(sampler, partner_groups):
    rows, y = rows_of((40, 18))
    groups = np.arange(len(y)) % 5
    sampler.set_params(partner_groups=partner_groups, k_neighbors=2)
    sampler.fit_resample(_suited(sampler, CONTAINERS["pandas str"](rows)), y, groups=groups)
    parents = sampler.plan_.parents()[len(y) :]
    seeds = sampler.provenance_["seed"][len(y) :]
    mixed = 0
    for seed, row in zip(seeds, parents, strict=True):
        others = groups[[i for i in row.indices if i != seed]]
        assert np.all((others == groups[seed]) == (partner_groups == "same"))
        mixed += len(others)
    assert mixed


@pytest.mark.parametrize("partner_groups", ["same", "different"])
def test_whoever_gives_a_rank_is_of_an_allowed_group(mixed_class, partner_groups, ranked):
    """Three rows of the class make a group, so with "same" all of them are at hand for a level."""
    X, place, y = ranked
    X["amount"] = pd.Categorical.from_codes(place, ["low", "some", "more", "much"], ordered=True)
    groups = np.arange(85) // 3
    sampler = mixed_class(
        ordinal_features=["amount"], partner_groups=partner_groups, k_neighbors=2, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewNeighborsWarning)  # the last group is a single row
        X_res, _ = sampler.fit_resample(X, y, groups=groups)
    made, parents = sampler.provenance_[85:], sampler.plan_.parents()[85:]
    new = X_res["amount"].cat.codes[85:].to_numpy()
    for record, rank, row in zip(made, new, parents, strict=True):
        others = groups[row.indices[row.indices != record["seed"]]]
        assert np.all((others == groups[record["seed"]]) == (partner_groups == "same"))
        start, end = place[record["seed"]], place[record["partner"]]
        exact = start + record["step"] * (end - start)
        assert abs(rank - exact) <= 1 or rank in (start, end)
        if partner_groups == "same":
            known = place[(groups == groups[record["seed"]]) & (y == 1)]
            assert abs(rank - exact) == pytest.approx(np.abs(known - exact).min())


def test_ties_are_broken_anew_for_each_row(sampler):
    """All labels differ, so all of them tie; one row after the other draws among them."""
    y = np.repeat([0, 1], [60, 6])
    words = np.array([f"word {i}" for i in range(66)])
    X = pd.DataFrame({"word": words, "other": words[::-1]})
    if not isinstance(sampler, SMOTEN):
        X["value"] = np.arange(66.0)
    X_res, _ = sampler.set_params(sampling_strategy={1: 400}).fit_resample(X, y)
    made = sampler.provenance_[66:]
    drawn = X_res.iloc[66:][made["seed"] == 60]
    if isinstance(sampler, SMOTEN):  # the seed votes too, and wins
        assert set(drawn["word"]) == {"word 60"}
    else:
        assert set(drawn["word"]) == {f"word {i}" for i in range(61, 66)}
        assert len(drawn[["word", "other"]].drop_duplicates()) > 5


def test_what_ties_draw_does_not_depend_on_the_other_classes(sampler):
    rows, y = rows_of((40, 14, 9))
    X = _suited(sampler, CONTAINERS["pandas str"](rows))
    alone, _ = sampler.set_params(sampling_strategy={2: 30}).fit_resample(X, y)
    beside, _ = sampler.set_params(sampling_strategy={1: 30, 2: 30}).fit_resample(X, y)
    pd.testing.assert_frame_equal(
        alone.iloc[len(y) :].reset_index(drop=True),
        beside.iloc[len(y) + 16 :].reset_index(drop=True),
    )


def test_permuting_the_columns_permutes_what_chance_does_not_decide(mixed_class):
    rows, y = rows_of()
    X = CONTAINERS["pandas str"](rows)
    order = ["site", "dose", "age", "stage"]
    new, _ = mixed_class(random_state=0).fit_resample(X, y)
    permuted, _ = mixed_class(random_state=0).fit_resample(X[order], y)
    pd.testing.assert_frame_equal(permuted[["age", "dose"]], new[["age", "dose"]])
    assert (permuted["stage"] == new["stage"]).mean() > 0.8


def test_a_sparse_table_may_have_columns_of_codes(mixed_class):
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [40, 12])
    X = np.c_[random.normal(size=(52, 2)), random.choice([0, 3, 9], 52)]
    expected, _ = mixed_class(categorical_features=[2], random_state=0).fit_resample(X, y)
    given = sparse.csr_array(X)
    found, _ = mixed_class(categorical_features=[2], random_state=0).fit_resample(given, y)
    np.testing.assert_allclose(found.toarray(), expected, rtol=1e-12)


@pytest.mark.parametrize("n_levels", [5, 5000])
def test_many_levels_cost_no_more_memory_than_few(sampler, n_levels):
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [9000, 1000])
    X = pd.DataFrame(
        {
            "value": random.normal(size=10_000),
            "ward": pd.Categorical.from_codes(
                random.integers(0, n_levels, 10_000), [f"ward {i}" for i in range(n_levels)]
            ),
        }
    )
    X = X[["ward"]].assign(again=X["ward"]) if isinstance(sampler, SMOTEN) else X
    sampler.fit_resample(X.iloc[::50], y[::50])  # imports come first
    tracemalloc.start()
    try:
        X_res, _ = sampler.fit_resample(X, y)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # one-hot columns would take 10,000 x 5,000 x 8 bytes, a table of levels 5,000 x 5,000 x 8
    assert peak < 24 * 2**20
    assert len(X_res) == 18_000


def test_doubling_the_whole_table_is_no_trouble(sampler):
    rows, y = rows_of()
    X = _suited(sampler, CONTAINERS["pandas str"](rows + rows))
    _, y_res = sampler.fit_resample(X, np.r_[y, y])
    assert np.bincount(y_res).tolist() == [80, 80, 80]
    made = sampler.provenance_[2 * len(y) :]
    assert not np.any(made["seed"] == made["partner"])


@pytest.mark.filterwarnings("ignore::medresample.exceptions.FallbackWarning")
def test_a_class_of_identical_rows_yields_identical_rows(sampler):
    rows, y = rows_of((40, 12))
    same = [50.0, "II", 3.0, "left"]
    rows = [same if label else row for row, label in zip(rows, y, strict=True)]
    X = _suited(sampler, CONTAINERS["pandas category"](rows))
    X_res, y_res = sampler.fit_resample(X, y)
    assert len(X_res[y_res == 1].drop_duplicates()) == 1


def test_other_names_of_the_classes_and_levels_change_nothing(sampler):
    rows, y = rows_of()
    renamed = {name: f"{9 - i} {name}" for i, name in enumerate(STAGES)}  # another order, too
    others = [[row[0], renamed[row[1]], *row[2:]] for row in rows]
    expected, _ = sampler.fit_resample(_suited(sampler, CONTAINERS["pandas str"](rows)), y)
    names = np.array(["benign", "malignant", "relapse"])
    found, _ = sampler.fit_resample(_suited(sampler, CONTAINERS["pandas str"](others)), names[y])
    np.testing.assert_array_equal(found["stage"], expected["stage"].map(renamed))
    np.testing.assert_array_equal(found["site"], expected["site"])
