"""Patients and weights: whose rows may be mixed, and what a new row inherits."""

import warnings

import numpy as np
import pandas as pd
import pytest

from medresample.exceptions import FewNeighborsWarning, MixedGroupsWarning, SamplerInputError
from medresample.over_sampling import SMOTE
from medresample.under_sampling import RandomUnderSampler

from .samplers import (
    INTERPOLATORS,
    SEARCHERS,
    has_parameter,
    make,
    make_for_all_rows,
    neighbors_parameter,
)

GROUPED = [each for each in SEARCHERS if has_parameter(each, "partner_groups")]


PAIRED = [each for each in GROUPED if each in INTERPOLATORS]


@pytest.fixture(params=GROUPED, ids=[each.__name__ for each in GROUPED])
def grouped_class(request):
    """A sampler that asks whose rows may be interpolated."""
    return request.param


@pytest.fixture(params=PAIRED, ids=[each.__name__ for each in PAIRED])
def paired_class(request):
    """One of them whose new rows have a partner."""
    return request.param


def _groups_of_pairs(sampler, groups):
    made = sampler.provenance_[sampler.provenance_["origin"] == "synthetic"]
    return groups[made["seed"]], groups[made["partner"]]


def test_same_interpolates_within_a_patient(paired_class, patients):
    X, y, groups = patients
    sampler = make_for_all_rows(paired_class, partner_groups="same")
    sampler.fit_resample(X, y, groups=groups)
    of_seed, of_partner = _groups_of_pairs(sampler, groups)
    np.testing.assert_array_equal(of_seed, of_partner)


def test_different_interpolates_between_patients(paired_class, patients):
    X, y, groups = patients
    sampler = make_for_all_rows(paired_class, partner_groups="different")
    sampler.fit_resample(X, y, groups=groups)
    of_seed, of_partner = _groups_of_pairs(sampler, groups)
    assert np.all(of_seed != of_partner)


def test_any_takes_the_nearest_whoever_they_belong_to(grouped_class, patients):
    X, y, groups = patients
    expected, _ = make_for_all_rows(grouped_class).fit_resample(X, y)
    X_res, _ = make_for_all_rows(grouped_class, partner_groups="any").fit_resample(
        X, y, groups=groups
    )
    np.testing.assert_array_equal(X_res, expected)


@pytest.mark.parametrize("partner_groups", ["any", "same", "different"])
def test_the_counts_asked_for_are_delivered_whoever_the_partners(
    grouped_class, partner_groups, patients
):
    X, y, groups = patients
    sampler = make_for_all_rows(grouped_class, partner_groups=partner_groups)
    _, y_res = sampler.fit_resample(X, y, groups=groups)
    assert np.bincount(y_res).tolist() == [60, 60]


@pytest.mark.parametrize("allowed", ["same", "different"])
def test_partners_are_the_nearest_of_those_allowed(allowed, patients):
    X, y, groups = patients
    sampler = SMOTE(
        k_neighbors=2, partner_groups=allowed, sampling_strategy={1: 2000}, random_state=0
    )
    sampler.fit_resample(X, y, groups=groups)
    made = sampler.provenance_[len(X) :]
    for row in np.flatnonzero(y == 1):
        same = groups == groups[row]
        candidates = (y == 1) & (same if allowed == "same" else ~same)
        candidates[row] = False
        others = np.flatnonzero(candidates)
        distances = np.linalg.norm(X[others] - X[row], axis=1)
        nearest = set(others[np.argsort(distances)[:2]].tolist())
        assert set(made["partner"][made["seed"] == row].tolist()) == nearest


def test_the_only_row_of_a_patient_is_no_seed_for_same(grouped_class, patients):
    X, y, groups = patients
    groups = groups.astype(object)
    alone = np.flatnonzero(y == 1)[:5]
    groups[alone] = [f"alone {i}" for i in range(5)]
    sampler = make_for_all_rows(grouped_class, partner_groups="same", k_neighbors=1)
    with pytest.warns(FewNeighborsWarning, match="5 of 24 rows"):
        _, y_res = sampler.fit_resample(X, y, groups=groups)
    made = sampler.provenance_[len(X) :]
    assert not set(made["seed"]) & set(alone.tolist())
    assert np.bincount(y_res).tolist() == [60, 60]


def test_no_seed_left_is_an_error_that_names_the_class(grouped_class, patients):
    X, y, _ = patients
    names = np.array(["healthy", "relapse"])
    with pytest.raises(ValueError, match=r"(?s)(?=.*relapse)(?=.*partner_groups)"):
        make_for_all_rows(grouped_class, partner_groups="same").fit_resample(
            X, names[y], groups=np.arange(len(y))
        )


def test_no_partner_in_another_patient_is_an_error_that_names_the_class(grouped_class, patients):
    X, y, _ = patients
    names = np.array(["healthy", "relapse"])
    with pytest.raises(ValueError, match=r"(?s)(?=.*relapse)(?=.*partner_groups)"):
        make_for_all_rows(grouped_class, partner_groups="different").fit_resample(
            X, names[y], groups=y
        )


@pytest.mark.parametrize("partner_groups", ["same", "different"])
def test_a_rule_about_patients_needs_the_patients(grouped_class, partner_groups, patients):
    X, y, _ = patients
    with pytest.raises(ValueError, match="groups"):
        make_for_all_rows(grouped_class, partner_groups=partner_groups).fit_resample(X, y)


def test_too_few_rows_of_a_patient_lower_k_with_a_warning(grouped_class, patients):
    X, y, groups = patients
    sampler = make_for_all_rows(grouped_class, partner_groups="same", k_neighbors=9)
    with pytest.warns(FewNeighborsWarning, match=neighbors_parameter(grouped_class)):
        _, y_res = sampler.fit_resample(X, y, groups=groups)
    assert np.bincount(y_res).tolist() == [60, 60]


GROUP_KINDS = {
    "text": lambda groups: groups,
    "objects": lambda groups: groups.astype(object),
    "numbers": lambda groups: np.unique(groups, return_inverse=True)[1],
    "list": np.ndarray.tolist,
    "Series": lambda groups: pd.Series(groups, index=np.arange(len(groups))[::-1]),
    "categorical": lambda groups: pd.Series(pd.Categorical(groups)),
}


@pytest.mark.parametrize("kind", GROUP_KINDS)
def test_patients_may_be_named_in_any_way(grouped_class, kind, patients):
    X, y, groups = patients
    expected, _ = make_for_all_rows(grouped_class, partner_groups="same").fit_resample(
        X, y, groups=groups
    )
    sampler = make_for_all_rows(grouped_class, partner_groups="same")
    X_res, _ = sampler.fit_resample(X, y, groups=GROUP_KINDS[kind](groups))
    np.testing.assert_array_equal(X_res, expected)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_new_rows_inherit_the_weight_of_their_seed(sampler_class, dtype, multiclass):
    X, y = multiclass
    weight = np.random.default_rng(1).random(len(y)).astype(dtype)
    sampler = make(sampler_class)
    sampler.fit_resample(X, y, sample_weight=weight)
    np.testing.assert_array_equal(sampler.sample_weight_, weight[sampler.provenance_["seed"]])
    assert sampler.sample_weight_.dtype == weight.dtype


@pytest.mark.filterwarnings("ignore::medresample.exceptions.MixedGroupsWarning")
def test_new_rows_inherit_the_group_of_their_seed(sampler_class, patients):
    X, y, groups = patients
    sampler = make(sampler_class)
    sampler.fit_resample(X, y, groups=groups)
    np.testing.assert_array_equal(sampler.groups_, groups[sampler.provenance_["seed"]])


@pytest.mark.filterwarnings("ignore::medresample.exceptions.MixedGroupsWarning")
def test_original_rows_keep_their_group_and_weight(over_sampler_class, patients):
    X, y, groups = patients
    weight = np.arange(len(y), dtype=float)
    sampler = make(over_sampler_class)
    sampler.fit_resample(X, y, groups=groups, sample_weight=weight)
    np.testing.assert_array_equal(sampler.groups_[: len(y)], groups)
    np.testing.assert_array_equal(sampler.sample_weight_[: len(y)], weight)


def test_weights_do_not_change_the_rows(sampler_class, multiclass):
    X, y = multiclass
    expected, _ = make(sampler_class).fit_resample(X, y)
    X_res, _ = make(sampler_class).fit_resample(X, y, sample_weight=np.arange(len(y)))
    np.testing.assert_array_equal(X_res, expected)


def test_nothing_is_carried_that_was_not_given(sampler_class, multiclass):
    X, y = multiclass
    sampler = make(sampler_class)
    sampler.fit_resample(X, y, sample_weight=np.ones(len(y)))
    sampler.fit_resample(X, y)
    assert not hasattr(sampler, "sample_weight_")
    assert not hasattr(sampler, "groups_")


@pytest.mark.parametrize("partner_groups", ["any", "different"])
def test_carrying_the_patients_of_mixed_rows_warns(paired_class, partner_groups, patients):
    X, y, groups = patients
    sampler = make_for_all_rows(paired_class, partner_groups=partner_groups)
    sampler.fit_resample(X, y, groups=groups)
    of_seed, of_partner = _groups_of_pairs(sampler, groups)
    n_mixed = int(np.sum(of_seed != of_partner))
    with pytest.warns(MixedGroupsWarning, match=f"^{n_mixed} of 36 "):
        sampler.plan_.carry(groups)
    with pytest.warns(MixedGroupsWarning, match=f"^{n_mixed} of 36 "):
        _ = sampler.groups_


def test_carrying_the_patients_of_unmixed_rows_is_silent(grouped_class, patients):
    X, y, groups = patients
    sampler = make_for_all_rows(grouped_class, partner_groups="same")
    sampler.fit_resample(X, y, groups=groups)
    np.testing.assert_array_equal(sampler.plan_.carry(groups), sampler.groups_)


def test_carrying_anything_but_the_patients_is_silent(grouped_class, patients):
    X, y, groups = patients
    sampler = make_for_all_rows(grouped_class)
    sampler.fit_resample(X, y, groups=groups, sample_weight=np.arange(84.0))
    assert len(sampler.sample_weight_) == 120
    assert len(sampler.plan_.carry(np.arange(84.0))) == 120


@pytest.mark.parametrize("name", ["sample_weight", "groups"])
def test_metadata_of_another_length_is_refused_by_name(sampler_class, name, multiclass):
    X, y = multiclass
    with pytest.raises(ValueError, match=rf"(?s)(?={name}|.*inconsistent)"):
        make(sampler_class).fit_resample(X, y, **{name: np.ones(len(y) - 1)})


@pytest.mark.parametrize(
    "groups",
    [
        pd.Series(pd.to_datetime(["2020-01-01"] * 79 + [None])),
        pd.Series(["a"] * 79 + [pd.NA], dtype="string"),
        np.array(["a"] * 79 + [None], dtype=object),
        np.array([1.0] * 79 + [np.nan]),
    ],
    ids=["dates", "strings", "objects", "numbers"],
)
def test_a_row_without_a_group_is_refused(groups, sampler_class, binary):
    with pytest.raises(SamplerInputError, match="groups is missing for 1 of 80 rows"):
        make(sampler_class).fit_resample(*binary, groups=groups)


@pytest.mark.parametrize("partner_groups", ["any", "same", "different"])
def test_groups_may_be_words_among_numbers(partner_groups, binary):
    X, y = binary
    names = np.array([f"patient {i % 9}" if i % 2 else i % 9 for i in range(80)], dtype=object)
    _, codes = np.unique(names.astype(str), return_inverse=True)
    smote = SMOTE(random_state=0, partner_groups=partner_groups, k_neighbors=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewNeighborsWarning)
        named, _ = smote.fit_resample(X, y, groups=names)
        coded, _ = smote.fit_resample(X, y, groups=codes)
    np.testing.assert_array_equal(named, coded)


def test_mixed_groups_are_counted_through_every_step(binary):
    X, y = binary
    groups = np.arange(80) // 2
    first = SMOTE(random_state=0).plan(X, y, groups=groups)
    X_res, y_res = first.apply(X), first.labels
    second = RandomUnderSampler(random_state=0, sampling_strategy={0: 50}).plan(X_res, y_res)
    smote = SMOTE(random_state=1, sampling_strategy={0: 70}).plan(X_res, y_res)
    assert first.n_mixed_groups > 20
    assert first.then(second).n_mixed_groups > 20
    assert first.then(smote).n_mixed_groups > first.n_mixed_groups
