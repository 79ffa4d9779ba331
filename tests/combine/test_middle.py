"""SMOTEKMeans and SMOTEFuzzyCMeans: small classes grow and large ones shrink to a size between."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from over_sampling.mixed_tables import CONTAINERS, rows_of
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.preprocessing import StandardScaler

from medresample.combine import Chain, SMOTEFuzzyCMeans, SMOTEKMeans
from medresample.exceptions import FallbackWarning, NothingToDoWarning, SamplerInputError
from medresample.over_sampling import SMOTE, SMOTEENC, SMOTENC, RandomOverSampler
from medresample.under_sampling import (
    FuzzyCMeansUnderSampler,
    KMeansUnderSampler,
    RandomUnderSampler,
)

PRESETS = {"k_means": SMOTEKMeans, "fuzzy_c_means": SMOTEFuzzyCMeans}
USUAL = {"k_means": KMeansUnderSampler, "fuzzy_c_means": FuzzyCMeansUnderSampler}


@pytest.fixture(params=PRESETS, ids=str)
def kind(request):
    """Name of the under-sampling step."""
    return request.param


@pytest.fixture
def rare(blobs):
    """1000 rows of class 0 and 50 of class 1."""
    return blobs((1000, 50), n_features=2)


def test_the_worked_example_of_fifty_among_a_thousand(kind, rare):
    """T = round(sqrt(50 * 1000)) = 224: 174 new rows, 224 of the 1000 kept."""
    X, y = rare
    sampler = PRESETS[kind](random_state=0)
    _, y_res = sampler.fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [224, 224]
    origin = sampler.provenance_["origin"]
    assert [np.sum(origin == each) for each in ("original", "synthetic")] == [274, 174]
    assert sampler.sampling_strategy_ == sampler.fit(X, y).sampling_strategy_ == {0: 224, 1: 224}


@given(
    sizes=st.lists(st.integers(6, 60), min_size=2, max_size=4),
    target=st.sampled_from(["geometric", "mean", 1.0, 0.8]),
    factor=st.sampled_from([0.5, 5, 100]),
    seed=st.integers(0, 2**32 - 1),
)
@pytest.mark.filterwarnings("ignore::medresample.exceptions.FallbackWarning")
@pytest.mark.filterwarnings("ignore::medresample.exceptions.NothingToDoWarning")
def test_every_class_has_exactly_the_rows_asked_for(sizes, target, factor, seed):
    random = np.random.default_rng(seed)
    y = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = random.normal(size=(len(y), 2)) + y[:, None]
    means = {"geometric": math.prod(sizes) ** (1 / len(sizes)), "mean": sum(sizes) / len(sizes)}
    exact = means.get(target) or target * max(sizes)
    sampler = SMOTEKMeans(
        target=target,
        max_synth_factor=factor,
        k_means=KMeansUnderSampler(n_clusters=2),
        random_state=seed,
    )
    if isinstance(target, float) and round(exact) < min(sizes):
        with pytest.raises(SamplerInputError, match="the smallest"):
            sampler.fit_resample(X, y)
        return
    _, y_res = sampler.fit_resample(X, y)
    for label, size in enumerate(sizes):
        most = size + math.floor(factor * size)
        assert abs(np.sum(y_res == label) - min(exact, most)) <= 0.5 + 1e-9
    record = sampler.provenance_
    kept = record["seed"][record["origin"] == "original"]
    assert len(np.unique(kept)) == len(kept)
    np.testing.assert_array_equal(y[record["seed"]], y_res)


def test_each_step_sees_the_table_as_it_was_given_so_that_order_is_nothing(kind, rare):
    X, y = rare
    sampler = PRESETS[kind](random_state=3)
    X_res, y_res = sampler.fit_resample(X, y)
    grown, _ = SMOTE(sampling_strategy={1: 224}, random_state=3).fit_resample(X, y)
    fewer = USUAL[kind](sampling_strategy={0: 224}, random_state=3)
    kept, kept_y = fewer.fit_resample(X, y)
    np.testing.assert_array_equal(X_res, np.r_[kept, grown[1050:]])
    np.testing.assert_array_equal(y_res, np.r_[kept_y, np.ones(174)])
    ledger = getattr(sampler, f"{kind}_").clusters_[0]
    np.testing.assert_array_equal(ledger, fewer.clusters_[0])


def test_rare_rows_all_stay_first_in_their_order(kind, rare):
    X, y = rare
    sampler = PRESETS[kind](random_state=0)
    sampler.fit_resample(X, y)
    record = sampler.provenance_
    original = record["seed"][record["origin"] == "original"]
    assert np.all(np.diff(original) > 0)
    assert set(np.flatnonzero(y == 1)) <= set(original.tolist())
    assert "original" not in record["origin"][len(original) :]


def test_a_class_grows_to_a_multiple_of_itself_at_most_and_that_is_said(kind, blobs):
    X, y = blobs((1000, 20), n_features=2)
    names = np.array(["well", "ill"])[y]
    sampler = PRESETS[kind](random_state=0)
    with pytest.warns(FallbackWarning, match=r"Class 'ill' has 20 rows.* 120 .* 141 .*factor=5"):
        _, y_res = sampler.fit_resample(X, names)
    assert sampler.plan_.counts["after"] == {"ill": 120, "well": 141}
    assert sampler.sampling_strategy_ == {"ill": 120, "well": 141}
    assert len(y_res) == 261


def test_the_mean_of_several_classes_is_that_of_scut(kind, blobs):
    X, y = blobs((90, 40, 20), n_features=2)
    _, y_res = PRESETS[kind](target="mean", random_state=0).fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [50, 50, 50]


def test_a_number_is_a_share_of_the_largest_class(kind, rare):
    X, y = rare
    _, y_res = PRESETS[kind](target=0.1, random_state=0).fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [100, 100]
    with pytest.raises(SamplerInputError, match=r"40 rows .* class 1, the smallest, has 50"):
        PRESETS[kind](target=0.04).fit_resample(X, y)


def test_classes_of_that_size_are_left_alone_and_that_is_said(kind, blobs):
    X, y = blobs((40, 40), n_features=2)
    with pytest.warns(NothingToDoWarning, match="target='geometric'"):
        X_res, y_res = PRESETS[kind](random_state=0).fit_resample(X, y)
    np.testing.assert_array_equal(X_res, X)
    np.testing.assert_array_equal(y_res, y)


@pytest.mark.parametrize("under", [RandomUnderSampler(), KMeansUnderSampler(strategy="centroid")])
def test_any_steps_may_be_given(kind, under, rare):
    X, y = rare
    given = {"smote": RandomOverSampler(), kind: under}
    sampler = PRESETS[kind](**given, random_state=0)
    X_res, y_res = sampler.fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [224, 224]
    assert sampler.plan_.apply(X).tobytes() == X_res.tobytes()
    assert sampler.plan_.earlier is None
    origins = set(sampler.provenance_["origin"].tolist())
    made = {"prototype"} if isinstance(under, KMeansUnderSampler) else set()
    assert origins == {"original", "copy"} | made
    np.testing.assert_array_equal(y[sampler.provenance_["seed"]], y_res)


def test_a_chain_may_grow_while_another_step_shrinks(rare):
    X, y = rare

    class Grown(Chain):
        """A chain that is told its counts, which its second step does not change."""

        def __init__(self, first=None, second=None, sampling_strategy="auto"):
            super().__init__(first, second)
            self.sampling_strategy = sampling_strategy

        def _samplers(self):
            first, second = super()._samplers()
            return [first.set_params(sampling_strategy=self.sampling_strategy), second]

    nothing = RandomUnderSampler(sampling_strategy={0: 1000})
    smote = Grown(SMOTE(random_state=0), nothing)
    with pytest.warns(NothingToDoWarning):
        X_res, y_res = SMOTEKMeans(smote=smote, random_state=0).fit_resample(X, y)
    expected, y_expected = SMOTEKMeans(random_state=0).fit_resample(X, y)
    np.testing.assert_array_equal(X_res, expected)
    np.testing.assert_array_equal(y_res, y_expected)


def test_clusters_are_found_where_neighbors_are_searched(kind, rare):
    X, y = rare
    X = X * [1, 1000]
    smote = SMOTE(neighbor_space=StandardScaler())
    sampler = PRESETS[kind](smote=smote, random_state=0)
    sampler.fit_resample(X, y)
    by_hand = USUAL[kind](
        sampling_strategy={0: 224}, cluster_space=StandardScaler(), random_state=0
    )
    by_hand.fit_resample(X, y)
    record = sampler.provenance_
    kept = record["seed"][record["origin"] == "original"]
    np.testing.assert_array_equal(kept, by_hand.sample_indices_)


def test_rows_that_are_not_typical_of_their_cluster_can_be_left_out(rare):
    X, y = rare
    far = np.flatnonzero(y == 0)[:10]
    X[far] += 60 * np.random.default_rng(0).normal(size=(10, 2))
    sampler = SMOTEKMeans(trim=0.05, k_means=None, target=0.9, max_synth_factor=99, random_state=0)
    sampler.fit_resample(X, y)
    record = sampler.provenance_
    kept = set(record["seed"][record["origin"] == "original"].tolist())
    assert len(kept & set(far.tolist())) < 5
    given = SMOTEKMeans(k_means=KMeansUnderSampler(), trim=0.05, target=0.9, max_synth_factor=99)
    assert given.fit_resample(X, y)[0].shape == (1800, 2)
    assert given.k_means_.trim == 0.0


def test_patients_and_weights_travel(kind, rare):
    X, y = rare
    groups, weight = np.arange(1050) // 3, np.random.default_rng(0).uniform(1, 2, 1050)
    sampler = PRESETS[kind](smote=SMOTE(k_neighbors=1, partner_groups="different"), random_state=0)
    sampler.fit_resample(X, y, groups=groups, sample_weight=weight)
    record = sampler.provenance_
    made = record[record["origin"] == "synthetic"]
    assert np.all(groups[made["seed"]] != groups[made["partner"]])
    np.testing.assert_array_equal(sampler.sample_weight_, weight[record["seed"]])


def test_missing_numbers_beside_categories_are_refused_by_name(kind):
    rows, y = rows_of((40, 9), missing=True)
    with pytest.raises(ValueError, match="NaN in column age, dose"):
        PRESETS[kind](smote=SMOTEENC()).fit_resample(CONTAINERS["pandas str"](rows), y)


def test_missing_values_are_refused_by_name(kind, rare):
    X, y = rare
    X[3, 1] = np.nan
    with pytest.raises(ValueError, match="NaN in column 1"):
        PRESETS[kind](random_state=0).fit_resample(X, y)


@pytest.mark.parametrize("smote", [SMOTEENC(), SMOTENC()], ids=repr)
def test_a_table_with_categories_may_only_shrink(kind, smote):
    """At the size of the smallest class nothing grows, and distances are still those of SMOTE."""
    rows, y = rows_of((60, 12))
    X = CONTAINERS["pandas str"](rows)
    sampler = PRESETS[kind](smote=smote, target=0.2, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NothingToDoWarning)
        X_res, y_res = sampler.fit_resample(X, y)
    assert np.bincount(y_res).tolist() == [12, 12]
    known = clone(smote).set_params(sampling_strategy={})
    with pytest.warns(NothingToDoWarning):
        known.plan(X, y)
    by_hand = USUAL[kind](
        sampling_strategy={0: 12},
        cluster_space=FrozenEstimator(known.neighbor_space_),
        random_state=0,
    )
    expected, _ = by_hand.fit_resample(X, y)
    assert X_res.equals(expected)
