"""The plan of a sampler: made without a table, kept after fitting, and said in one line."""

import pickle

import numpy as np
import pytest

from medresample.extend import SamplingPlan
from medresample.over_sampling import SMOTE
from medresample.under_sampling import RandomUnderSampler

from .samplers import make


def test_a_plan_applied_is_the_table_of_fit_resample(sampler_class, multiclass):
    X, y = multiclass
    X_res, y_res = make(sampler_class).fit_resample(X, y)
    plan = make(sampler_class).plan(X, y)
    assert isinstance(plan, SamplingPlan)
    assert plan.apply(X).tobytes() == X_res.tobytes()
    np.testing.assert_array_equal(plan.labels, y_res)


def test_the_plan_stays_on_the_fitted_sampler(sampler_class, multiclass):
    X, y = multiclass
    sampler = make(sampler_class)
    X_res, y_res = sampler.fit_resample(X, y)
    assert sampler.plan_.apply(X).tobytes() == X_res.tobytes()
    np.testing.assert_array_equal(sampler.plan_.labels, y_res)


def test_a_plan_counts_before_and_after(counted_class, multiclass):
    X, y = multiclass
    plan = make(counted_class).plan(X, y)
    assert plan.counts["before"] == {0: 50, 1: 24, 2: 12}
    each = 50 if counted_class._sampling_type == "over-sampling" else 12
    assert plan.counts["after"] == {0: each, 1: each, 2: each}
    assert (plan.n_rows_in, plan.n_rows_out) == (86, 3 * each)


def test_a_plan_prints_itself_in_one_line(blobs):
    X, y = blobs((357, 212))
    y = np.array(["benign", "malignant"])[y]
    assert repr(SMOTE(random_state=0).plan(X, y)) == (
        "SamplingPlan(kept 569 of 569, made 145: benign 357 -> 357, malignant 212 -> 357)"
    )
    assert repr(RandomUnderSampler(random_state=0).plan(X, y)) == (
        "SamplingPlan(kept 424 of 569, made 0: benign 357 -> 212, malignant 212 -> 212)"
    )


def test_a_plan_keeps_all_rows_by_name_or_some_by_number(multiclass):
    X, y = multiclass
    assert isinstance(SMOTE(random_state=0).plan(X, y).keep, str)
    assert SMOTE(random_state=0).plan(X, y).keep == "all"
    sampler = RandomUnderSampler(random_state=0)
    sampler.fit_resample(X, y)
    np.testing.assert_array_equal(sampler.plan_.keep, sampler.sample_indices_)
    assert len(sampler.plan_.made) == 0


def test_a_plan_is_frozen(sampler_class, multiclass):
    plan = make(sampler_class).plan(*multiclass)
    with pytest.raises(AttributeError):
        plan.keep = "all"
    with pytest.raises(AttributeError):
        plan.made = ()


def test_a_plan_is_applied_again_to_the_bit_after_pickling(sampler_class, multiclass):
    X, y = multiclass
    plan = make(sampler_class).plan(X, y)
    again = pickle.loads(pickle.dumps(plan))
    assert again.apply(X).tobytes() == plan.apply(X).tobytes()
    assert repr(again) == repr(plan)


def test_a_plan_is_applied_again_to_the_bit_after_saving(sampler_class, multiclass, tmp_path):
    X, y = multiclass
    y = np.array(["benign", "malignant", "relapse"])[y]
    plan = make(sampler_class).plan(X, y)
    plan.save(tmp_path / "plan.npz")
    again = SamplingPlan.load(tmp_path / "plan.npz")
    assert again.apply(X).tobytes() == plan.apply(X).tobytes()
    assert again.labels.tolist() == plan.labels.tolist()
    assert again.provenance().tolist().__repr__() == plan.provenance().tolist().__repr__()
    assert again.counts == plan.counts


def test_a_saved_plan_holds_no_pickle(sampler_class, multiclass, tmp_path):
    X, y = multiclass
    make(sampler_class).plan(X, y).save(tmp_path / "plan.npz")
    with np.load(tmp_path / "plan.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype != object for name in stored.files)


class _Bomb:
    """An object that counts how often it is unpickled."""

    unpickled = 0

    @classmethod
    def _go_off(cls):
        cls.unpickled += 1

    def __reduce__(self):
        return _Bomb._go_off, ()


def test_loading_a_plan_never_unpickles(tmp_path):
    np.savez(tmp_path / "plan.npz", layout=np.array([_Bomb()], dtype=object))
    with pytest.raises(ValueError):
        SamplingPlan.load(tmp_path / "plan.npz")
    assert _Bomb.unpickled == 0


def test_a_file_that_is_no_plan_is_refused(tmp_path):
    np.savez(tmp_path / "table.npz", X=np.zeros((3, 2)))
    with pytest.raises(ValueError, match="not a plan"):
        SamplingPlan.load(tmp_path / "table.npz")


def test_a_plan_is_refused_by_a_table_of_other_length(sampler_class, multiclass):
    X, y = multiclass
    plan = make(sampler_class).plan(X, y)
    with pytest.raises(ValueError, match=rf"{len(X)}"):
        plan.apply(X[:-1])


def test_parents_say_who_contributed(sampler_class, multiclass):
    X, y = multiclass
    sampler = make(sampler_class)
    X_res, _ = sampler.fit_resample(X, y)
    parents = sampler.plan_.parents()
    assert parents.shape == (len(X_res), len(X))
    for row, record in enumerate(sampler.provenance_):
        expected = {int(record["seed"]), int(record["partner"])} - {-1}
        assert set(parents[[row]].nonzero()[1].tolist()) == expected


def test_an_anonymized_plan_names_no_row(sampler_class, multiclass):
    X, y = multiclass
    plan = make(sampler_class).plan(X, y)
    anonymous = plan.anonymized()
    assert anonymous.counts == plan.counts
    assert len(pickle.dumps(anonymous)) < 400  # less than a byte per row number
    with pytest.raises((AttributeError, ValueError), match="anonymized"):
        anonymous.apply(X)


def test_an_anonymized_plan_still_says_what_it_did(sampler_class, multiclass):
    plan = make(sampler_class).plan(*multiclass)
    again = pickle.loads(pickle.dumps(plan.anonymized()))
    assert again.counts == plan.counts
    assert (again.n_rows_in, again.n_rows_out) == (plan.n_rows_in, plan.n_rows_out)
    assert repr(again).count("->") >= 3
