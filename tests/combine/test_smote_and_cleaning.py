"""SMOTETomek and SMOTEENN: what SMOTE gives, less the rows that the cleaner removes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imblearn import combine as peer
from imblearn import over_sampling as peer_over
from imblearn.under_sampling import EditedNearestNeighbours as PeerEditedNearestNeighbours
from imblearn.under_sampling import TomekLinks as PeerTomekLinks
from reference.cleaning import edited, tomek_links
from sklearn.preprocessing import StandardScaler

from medresample.combine import SMOTEENN, Chain, SMOTETomek
from medresample.over_sampling import ADASYN, SMOTE, BorderlineSMOTE, RandomOverSampler
from medresample.under_sampling import AllKNN, EditedNearestNeighbours, TomekLinks

pytestmark = [
    pytest.mark.filterwarnings("ignore::medresample.exceptions.FallbackWarning"),
    pytest.mark.filterwarnings("ignore::medresample.exceptions.FewNeighborsWarning"),
]
PRESETS = {"tomek": SMOTETomek, "enn": SMOTEENN}


@pytest.fixture(params=PRESETS, ids=str)
def cleaner(request):
    """Name of the cleaning step."""
    return request.param


@st.composite
def tables(draw):
    """Draw a small table of two or three classes on a coarse grid, where ties are common."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.sampled_from([(20, 8), (15, 9, 6), (12, 5, 3)]))
    y = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = random.integers(0, 5, (len(y), 2)) + np.float64(y[:, None])
    return X, y


def _rows(X, y):
    return [(*row, label) for row, label in zip(X.tolist(), y.tolist(), strict=True)]


@given(data=tables(), seed=st.integers(0, 2**32 - 1))
def test_links_are_those_of_the_slow_twin_in_all_that_smote_gives(data, seed):
    X, y = data
    grown, labels = SMOTE(random_state=seed).fit_resample(X, y)
    links = tomek_links(grown.tolist(), labels.tolist(), range(len(labels)))
    gone = {row for link in links for row in link}
    counts = np.bincount(labels[sorted(gone)], minlength=y.max() + 1)
    if (counts == np.bincount(labels)).any():
        return  # a class would vanish, which the cleaner does not let happen
    left = [row for row in range(len(labels)) if row not in gone]
    sampler = SMOTETomek(random_state=seed)
    X_res, y_res = sampler.fit_resample(X, y)
    assert _rows(X_res, y_res) == _rows(grown[left], labels[left])


@given(data=tables(), seed=st.integers(0, 2**32 - 1))
def test_votes_are_those_of_the_slow_twin_in_all_that_smote_gives(data, seed):
    X, y = data
    grown, labels = SMOTE(random_state=seed).fit_resample(X, y)
    rows = range(len(labels))
    left = edited(grown.tolist(), labels.tolist(), rows, set(y.tolist()), 3)
    if len(np.unique(labels[left])) < len(np.unique(y)):
        return
    X_res, y_res = SMOTEENN(random_state=seed).fit_resample(X, y)
    assert _rows(X_res, y_res) == _rows(grown[left], labels[left])


def test_with_cleaning_disabled_the_rows_are_those_of_smote(cleaner, multiclass):
    X, y = multiclass
    expected, y_expected = SMOTE(random_state=7).fit_resample(X, y)
    nothing = TomekLinks(sampling_strategy=[])
    X_res, y_res = PRESETS[cleaner](random_state=7, **{cleaner: nothing}).fit_resample(X, y)
    assert X_res.tobytes() == expected.tobytes()
    np.testing.assert_array_equal(y_res, y_expected)


def test_what_is_left_are_rows_of_smote_in_their_order(cleaner, multiclass):
    X, y = multiclass
    smote = SMOTE(random_state=7)
    grown, _ = smote.fit_resample(X, y)
    sampler = PRESETS[cleaner](random_state=7)
    X_res, y_res = sampler.fit_resample(X, y)
    left = getattr(sampler, f"{cleaner}_").sample_indices_
    assert np.all(np.diff(left) > 0)
    np.testing.assert_array_equal(X_res, grown[left])
    np.testing.assert_array_equal(y_res, smote.plan_.labels[left])
    assert repr(sampler.provenance_.tolist()) == repr(smote.provenance_[left].tolist())


def test_new_rows_and_original_rows_of_every_class_are_cleaned(cleaner, blobs):
    X, y = blobs((300, 60), n_features=2)
    sampler = PRESETS[cleaner](random_state=0)
    sampler.fit_resample(X, y)
    record = sampler.provenance_
    kept = record["seed"][record["origin"] == "original"]
    assert np.all(np.bincount(y[kept]) < [300, 60])
    assert np.sum(record["origin"] == "synthetic") < 240


def test_links_are_dropped_at_both_ends_and_none_of_the_original_class_sizes_is_met(blobs):
    X, y = blobs((300, 60), n_features=2)
    sampler = SMOTETomek(random_state=0)
    _, y_res = sampler.fit_resample(X, y)
    links = sampler.tomek_.links_
    assert len(y_res) == 600 - len(np.unique(links))
    assert np.all(np.bincount(y_res) == 300 - len(links))


@pytest.mark.parametrize("over_sampler", [ADASYN, BorderlineSMOTE, RandomOverSampler])
def test_any_over_sampler_may_come_first(cleaner, over_sampler, binary):
    X, y = binary
    sampler = PRESETS[cleaner](smote=over_sampler(random_state=3))
    usual = {"tomek": TomekLinks, "enn": EditedNearestNeighbours}[cleaner]
    chain = Chain(over_sampler(random_state=3), usual(sampling_strategy="all"))
    assert sampler.fit_resample(X, y)[0].tobytes() == chain.fit_resample(X, y)[0].tobytes()


def test_a_sampler_of_the_peer_may_be_either_step(cleaner, binary):
    X, y = binary
    steps = {"smote": peer_over.SMOTE(random_state=0), cleaner: PeerTomekLinks()}
    X_res, y_res = PRESETS[cleaner](**steps).fit_resample(X, y)
    expected, _ = Chain(*steps.values()).fit_resample(X, y)
    assert X_res.tobytes() == expected.tobytes()
    assert len(X_res) == len(y_res)


def test_any_cleaner_may_come_second(binary):
    X, y = binary
    sampler = SMOTEENN(enn=AllKNN(), random_state=0)
    expected, _ = Chain(SMOTE(random_state=0), AllKNN()).fit_resample(X, y)
    assert sampler.fit_resample(X, y)[0].tobytes() == expected.tobytes()


def test_steps_take_over_what_they_leave_open_and_nothing_else(binary):
    X, y = binary
    given = SMOTE(k_neighbors=2)
    open_steps = SMOTETomek(sampling_strategy=0.7, smote=given, random_state=5, n_jobs=1)
    open_steps.fit_resample(X, y)
    assert open_steps.smote_.get_params() == {
        **given.get_params(), "sampling_strategy": 0.7, "random_state": 5, "n_jobs": 1
    }  # fmt: skip
    assert open_steps.tomek_.n_jobs == 1
    assert given.random_state is None
    assert open_steps.sampling_strategy_ == {1: 22}
    settled = SMOTE(sampling_strategy=0.5, random_state=1, n_jobs=2)
    closed = SMOTETomek(sampling_strategy=0.7, smote=settled, random_state=5, n_jobs=1)
    closed.fit_resample(X, y)
    assert closed.smote_.get_params() == settled.get_params()
    assert closed.sampling_strategy_ == closed.fit(X, y).sampling_strategy_ == {1: 10}


def test_parameters_of_steps_are_set_by_name(cleaner):
    sampler = PRESETS[cleaner](smote=SMOTE()).set_params(smote__k_neighbors=3)
    assert sampler.get_params()["smote__k_neighbors"] == 3


def test_distances_are_those_of_the_over_sampler(cleaner, binary):
    X, y = binary
    X = X * [1, 1, 1, 1000]
    smote = SMOTE(neighbor_space=StandardScaler(), random_state=0)
    sampler = PRESETS[cleaner](smote=smote)
    X_res, _ = sampler.fit_resample(X, y)
    # scaled by hand, by the original rows: steps and partners are the same there
    scaler = StandardScaler().fit(X)
    scaled = PRESETS[cleaner](random_state=0)
    scaled_res, _ = scaled.fit_resample(scaler.transform(X), y)
    np.testing.assert_allclose(scaler.transform(X_res), scaled_res, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(scaled.provenance_["seed"], sampler.provenance_["seed"])
    scaler_of_cleaner = getattr(sampler, f"{cleaner}_").neighbor_space
    np.testing.assert_array_equal(scaler_of_cleaner.mean_, scaler.mean_)  # not of new rows


def test_a_cleaner_with_a_space_of_its_own_keeps_it(binary):
    X, y = binary
    own = TomekLinks(sampling_strategy="all", neighbor_space=StandardScaler())
    sampler = SMOTETomek(smote=SMOTE(neighbor_space=StandardScaler()), tomek=own, random_state=0)
    sampler.fit_resample(X, y)
    assert isinstance(sampler.tomek_.neighbor_space, StandardScaler)


def test_a_balanced_table_is_still_cleaned(cleaner, blobs):
    X, y = blobs((60, 60), n_features=2)
    with pytest.warns(UserWarning, match="SMOTE has nothing to do"):
        X_res, _ = PRESETS[cleaner](random_state=0).fit_resample(X, y)
    usual = {"tomek": TomekLinks, "enn": EditedNearestNeighbours}[cleaner]
    expected, _ = usual(sampling_strategy="all").fit_resample(X, y)
    np.testing.assert_array_equal(X_res, expected)


def test_the_peer_removes_what_one_neighbor_contradicts_and_we_what_most_do(blobs):
    X, y = blobs((300, 60), n_features=2)
    smote = peer_over.SMOTE(random_state=0)
    vote = PeerEditedNearestNeighbours(sampling_strategy="all", kind_sel="mode")
    theirs = len(peer.SMOTEENN(smote=smote).fit_resample(X, y)[0])
    their_vote = len(peer.SMOTEENN(smote=smote, enn=vote).fit_resample(X, y)[0])
    strict = EditedNearestNeighbours(sampling_strategy="all", kind_sel="all")
    assert theirs == len(SMOTEENN(smote=smote, enn=strict).fit_resample(X, y)[0])
    assert their_vote == len(SMOTEENN(smote=smote).fit_resample(X, y)[0])
    assert theirs < their_vote - 40  # of 600


def test_the_peer_insists_on_its_own_smote_and_we_take_any(binary):
    X, y = binary
    with pytest.raises(ValueError, match="The 'smote' parameter"):
        peer.SMOTEENN(smote=peer_over.RandomOverSampler()).fit_resample(X, y)
    _, y_res = SMOTEENN(smote=RandomOverSampler(), random_state=0).fit_resample(X, y)
    assert len(y_res) > 60
