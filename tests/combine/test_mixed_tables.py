"""Cleaning and clustering of tables with categories: by the distance of the over-sampler."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from over_sampling.mixed_tables import CONTAINERS, LABELS, cells_of, labels_only, rows_of
from reference.cleaning import is_misjudged
from reference.mixed import association, is_missing, mixed_square, same_label, value_difference
from sklearn.frozen import FrozenEstimator

from medresample._core.table import wrap
from medresample.combine import SMOTEENN, SMOTEFuzzyCMeans, SMOTEKMeans, SMOTETomek
from medresample.exceptions import SamplerInputError
from medresample.over_sampling import SMOTEENC, SMOTEN, SMOTENC
from medresample.under_sampling import EditedNearestNeighbours, TomekLinks

pytestmark = [
    pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning"),
    pytest.mark.filterwarnings("ignore::medresample.exceptions.FallbackWarning"),
    pytest.mark.filterwarnings("ignore::medresample.exceptions.FewNeighborsWarning"),
]
SEEDS = st.integers(0, 2**32 - 1)
NUMBERS = (0, 2)


def _unit(rows, of_class):
    """Median of the standard deviations of the numbers in a class."""
    known = [[rows[i][j] for i in of_class if not is_missing(rows[i][j])] for j in NUMBERS]
    return float(np.median([np.std(values) for values in known]))


def _square_nc(rows, y, grown):
    """Squared distance of SMOTE-NC, the mean over the classes that grew; it tells labels apart."""
    penalty = np.mean([_unit(rows, np.flatnonzero(y == label)) ** 2 for label in grown])
    return lambda a, b: float(mixed_square(a, b, LABELS, penalty))


def _square_enc(rows, y, grown):
    """Squared distance in numbers and codes, the mean over the classes that grew."""

    def codes_of(label):
        of_class = np.flatnonzero(y == label)
        unit = _unit(rows, of_class)
        return {
            (j, rows[i][j] or "missing"): float(
                association([row[j] for row in rows], of_class, rows[i][j])
            )
            * unit
            for j in LABELS
            for i in range(len(rows))
        }

    codes = [codes_of(label) for label in grown]

    def square(a, b):
        total, shared = 0.0, 0
        for j in range(4):
            if j in LABELS:
                total += np.mean(
                    [(c[j, a[j] or "missing"] - c[j, b[j] or "missing"]) ** 2 for c in codes]
                )
                shared += 1
            elif not is_missing(a[j]) and not is_missing(b[j]):
                total += (a[j] - b[j]) ** 2
                shared += 1
        return total * 4 / shared

    return square


def _squares(square, cells):
    out = np.full((len(cells), len(cells)), np.inf)
    for i, a in enumerate(cells):
        for j, b in enumerate(cells[:i]):
            out[i, j] = out[j, i] = square(a, b)
    return out


def _linked(squares, y):
    """Rows of Tomek links; distances within rounding of each other are equal."""
    closest = squares.min(axis=1)
    near = squares <= np.minimum(closest[:, None], closest[None, :]) * (1 + 1e-9) + 1e-12
    return set(np.flatnonzero((near & (y[:, None] != y[None, :])).any(axis=1)).tolist())


@pytest.mark.parametrize(("sampler", "of"), [(SMOTENC, _square_nc), (SMOTEENC, _square_enc)])
@given(seed=SEEDS, missing=st.booleans())
def test_links_are_those_of_the_distance_of_the_sampler(sampler, of, seed, missing):
    rows, y = rows_of((20, 9, 7), seed=seed, missing=missing)
    X = CONTAINERS["array of objects"](rows)
    smote = sampler(random_state=0)
    grown, labels = smote.fit_resample(X, y)
    square = of(rows, y, sorted(set(y.tolist()) - {0}))
    expected = _linked(_squares(square, cells_of(grown)), labels)
    cleaner = SMOTETomek(smote=smote)
    cleaner.fit_resample(X, y)
    assert set(cleaner.tomek_.links_.ravel().tolist()) == expected


@given(seed=SEEDS, n_classes=st.sampled_from([2, 3]))
def test_votes_are_those_of_neighbors_by_the_value_difference(seed, n_classes):
    rows, y = rows_of((18, 8, 6)[:n_classes], seed=seed)
    X = np.array([[row[j] for j in LABELS] for row in rows])
    smote = SMOTEN(random_state=0)
    grown, labels = smote.fit_resample(X, y)

    def square(a, b):
        gaps = [value_difference(X[:, j], y.tolist(), a[j], b[j]) for j in range(2)]
        return float(sum(gap**2 for gap in gaps))

    squares = np.round(_squares(square, grown.tolist()), 12)
    left = []
    for row in range(len(labels)):
        others = [other for other in range(len(labels)) if other != row]
        nearest = sorted(others, key=lambda other: (squares[row, other], other))[:3]
        if not is_misjudged(labels[row], labels[nearest].tolist(), "mode"):
            left.append(row)
    cleaner = SMOTEENN(smote=smote)
    cleaner.fit_resample(X, y)
    kept = cleaner.enn_.sample_indices_.tolist()
    spared = {c for c in range(n_classes) if not any(labels[row] == c for row in left)}
    assert [row for row in kept if labels[row] not in spared] == left


SPACES = [
    pytest.param(SMOTENC, _square_nc, id="SMOTENC"),
    pytest.param(SMOTEENC, _square_enc, id="SMOTEENC"),
]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(("sampler", "of"), SPACES)
def test_coordinates_give_the_distances_of_the_sampler_in_any_container(sampler, of, container):
    rows, y = rows_of((40, 14, 9))
    X = CONTAINERS[container](rows)
    smote = sampler(random_state=0)
    grown, _ = smote.fit_resample(X, y)
    space = pickle.loads(pickle.dumps(smote.neighbor_space_))
    at = space.transform(grown)
    at = at.toarray() if hasattr(at, "tocsr") else at
    far = ((at[:, None] - at[None]) ** 2).sum(axis=2)
    np.fill_diagonal(far, np.inf)
    expected = _squares(of(rows, y, [1, 2]), cells_of(grown))
    np.testing.assert_allclose(far, expected, rtol=1e-9, atol=1e-9)


def test_ranks_are_part_of_the_distance():
    rows, y = rows_of((40, 14))
    X = CONTAINERS["pandas category"](rows)
    for sampler in (SMOTENC, SMOTEENC):
        smote = sampler(ordinal_features=["stage"], random_state=0)
        smote.fit_resample(X, y)
        at = smote.neighbor_space_.transform(X[["age", "stage", "dose", "site"]])
        unit = _unit(rows, np.flatnonzero(y == 1))
        place = X["stage"].cat.codes.to_numpy() * unit / 4  # five levels
        np.testing.assert_allclose(at[:, 1], place)
        some = X.iloc[y == 1]  # not all levels occur there
        np.testing.assert_array_equal(smote.neighbor_space_.transform(some), at[y == 1])


def test_a_label_that_was_not_seen_is_named():
    rows, y = rows_of((40, 14))
    X = CONTAINERS["pandas str"](rows)
    smote = SMOTEENC(random_state=0)
    smote.fit_resample(X, y)
    with pytest.raises(SamplerInputError, match="Column site holds the label 'elsewhere'"):
        smote.neighbor_space_.transform(X.assign(site="elsewhere"))
    with pytest.raises(SamplerInputError, match="3 columns"):
        smote.neighbor_space_.transform(X.drop(columns="site"))


def test_many_labels_take_little_memory():
    """5,000 labels would be 5,000 dense columns."""
    random = np.random.default_rng(0)
    y = np.repeat([0, 1], [18_000, 2_000])
    X = pd.DataFrame(
        {"age": random.normal(size=20_000), "zip": random.integers(0, 5_000, 20_000).astype(str)}
    )
    smote = SMOTENC(random_state=0)
    smote.fit_resample(X, y)
    at = smote.neighbor_space_.transform(X)
    assert at.shape[1] > 4_000
    assert at.nnz == 40_000
    assert hasattr(smote.neighbor_space_, "pairs")


@pytest.mark.parametrize("smote", [SMOTENC(), SMOTENC(ordinal_features=["stage"])], ids=repr)
def test_rows_compared_and_rows_placed_are_equally_far(smote):
    rows, y = rows_of((40, 14, 9))
    X = CONTAINERS["pandas category"](rows)
    smote.set_params(random_state=0).fit_resample(X, y)
    space = smote.neighbor_space_
    assert not hasattr(space, "pairs")  # placing is faster
    pairs, at = space.layout.pairs(wrap(X)), space.transform(X)
    compared = pairs.compare(pairs)
    far = ((at[:, None] - at[None]) ** 2).sum(axis=2)
    scale = 2.0 ** -np.frexp(space.layout.unit)[1]
    np.testing.assert_allclose(compared, far * scale**2, rtol=1e-12, atol=1e-12)


def test_a_space_is_handed_on_frozen():
    rows, y = rows_of((40, 14))
    X = CONTAINERS["pandas str"](rows)
    smote = SMOTENC(random_state=0)
    grown, labels = smote.fit_resample(X, y)
    by_hand = TomekLinks(
        sampling_strategy="all", neighbor_space=FrozenEstimator(smote.neighbor_space_)
    )
    expected, _ = by_hand.fit_resample(grown, labels)
    X_res, _ = SMOTETomek(smote=SMOTENC(random_state=0)).fit_resample(X, y)
    pd.testing.assert_frame_equal(X_res, expected.reset_index(drop=True))


PRESETS = [SMOTETomek, SMOTEENN, SMOTEKMeans, SMOTEFuzzyCMeans]


@pytest.mark.parametrize("container", ["list", "pandas category", "polars Enum"])
@pytest.mark.parametrize("smote", [SMOTEENC(), SMOTENC(), SMOTEN()], ids=repr)
@pytest.mark.parametrize("preset", PRESETS)
def test_any_sampler_of_categories_may_come_first(preset, smote, container):
    rows, y = rows_of((60, 14, 9))
    X = CONTAINERS[container](rows)
    X = labels_only(X) if isinstance(smote, SMOTEN) else X
    X_res, y_res = preset(smote=smote, random_state=0).fit_resample(X, y)
    assert type(X_res) is type(X)
    known = [{row[j] for row in cells_of(X)} for j in range(len(cells_of(X)[0]))]
    for row in cells_of(X_res):
        for j in LABELS if len(row) == 4 else (0, 1):
            assert row[j] in known[j]
    assert len(cells_of(X_res)) == len(y_res)


def test_categories_are_refused_where_the_over_sampler_does_not_take_them():
    rows, y = rows_of((40, 14))
    for preset in PRESETS:
        with pytest.raises(TypeError, match=rf"{preset.__name__} .* column stage, site .*SMOTEENC"):
            preset().fit_resample(CONTAINERS["pandas str"](rows), y)


def test_labels_in_missing_cells_are_a_level_of_their_own():
    rows, y = rows_of((60, 20), missing=True)
    X = CONTAINERS["pandas str"](rows)
    smote = SMOTENC(random_state=0)
    smote.fit_resample(X, y)
    pairs = smote.neighbor_space_.pairs(X)
    gone = [i for i, row in enumerate(rows) if is_missing(row[1])]
    assert len(set(pairs.codes[gone, 0].tolist())) == 1
    alike = [i for i, row in enumerate(rows) if same_label(row[1], "II")]
    assert set(pairs.codes[alike, 0].tolist()) != set(pairs.codes[gone, 0].tolist())


def test_a_mixed_table_that_is_balanced_is_still_cleaned():
    rows, y = rows_of((30, 30))
    X = CONTAINERS["pandas str"](rows)
    for smote in (SMOTEENC(), SMOTENC()):
        with pytest.warns(UserWarning, match="nothing to do"):
            X_res, _ = SMOTEENN(smote=smote, random_state=0).fit_resample(X, y)
        assert 0 < len(X_res) < 60


def test_a_cleaner_without_a_space_refuses_categories_by_its_own_name():
    rows, y = rows_of((40, 14))
    with pytest.raises(TypeError, match="EditedNearestNeighbours"):
        EditedNearestNeighbours().fit_resample(CONTAINERS["pandas str"](rows), y)
