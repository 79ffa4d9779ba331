"""A plan builds what it says: operator, composition, carrying and storage tell the same story."""

import pickle
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from medresample._core.targets import read_target
from medresample.exceptions import MixedGroupsWarning, SamplerInputError
from medresample.extend import Copies, Donors, Mixed, Noise, SamplingPlan, Segments, Values

N, D = 12, 4
TABLE = np.random.default_rng(0).normal(size=(N, D))
LABELS = np.repeat(["ill", "well"], [5, 7])


def ids(*rows):
    return np.array(rows, dtype=np.int32)


def noise(n_new):
    return Noise(
        position=np.arange(n_new),
        band=np.zeros(n_new, np.int8),
        key=np.array([[3, 4]], np.uint64),
        width=np.full((1, D), 0.5),
        low=np.full((1, D), -np.inf),
        high=np.full((1, D), np.inf),
    )


def recipes(n):
    """One recipe of each kind, four new rows from the first n rows of any table."""
    seed, partner = ids(0, 3, 1, n - 1), ids(2, 2, 4, 0)
    step = np.array([0, 0.25, 0.5, 0.875], np.float32)
    segments = Segments(seed, partner, step)
    donors = Donors(seed, np.stack([partner, seed[::-1]], axis=1), (1, 3))
    members = ids(0, 1, 3, 2, 4, 0)
    weight = np.array([0.5, 0.5, 1, 1, 0.25, 0.75])
    start = np.array([0, 2, 3, 4, 6])
    rows = np.stack([weight[a:b] @ TABLE[members[a:b]] for a, b in pairwise(start)])
    return {
        "copies": Copies(seed),
        "noisy copies": Copies(seed, noise(4)),
        "segments": segments,
        "donors": donors,
        "mixed": Mixed(segments, donors),
        "values": Values(rows, start, members, weight),
    }


def make(kind, labels=LABELS, keep="all"):
    target = read_target(labels)
    made = () if kind == "nothing" else (recipes(len(labels))[kind],)
    n_new = sum(len(recipe) for recipe in made)
    seeds = np.concatenate([recipe.seed for recipe in made]) if made else np.empty(0, int)
    assert len(seeds) == n_new
    return SamplingPlan(target, keep, made, target.codes[seeds])


KINDS = ["nothing", *recipes(N)]
KEEPS = {"all": "all", "some": ids(0, 1, 2, 3, 4, 9, 11), "shuffled": ids(9, 2, 2, 0, 1, 5)}


@pytest.mark.parametrize("kind", ["nothing", "copies", "segments", "values"])
@pytest.mark.parametrize("keep", KEEPS)
def test_applying_is_multiplying_by_the_operator(kind, keep):
    plan = make(kind, keep=KEEPS[keep])
    np.testing.assert_allclose(plan.apply(TABLE), plan.operator() @ TABLE, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(plan.operator().sum(axis=1), 1)


@pytest.mark.parametrize("kind", ["noisy copies", "donors", "mixed"])
def test_what_is_not_linear_has_no_operator_and_says_so(kind):
    with pytest.raises(SamplerInputError, match="no linear operator"):
        make(kind).operator()


@pytest.mark.parametrize("first_keep", KEEPS)
@pytest.mark.parametrize("first_kind", KINDS)
@pytest.mark.parametrize("second_kind", KINDS)
@pytest.mark.parametrize("second_keep", KEEPS)
def test_then_equals_doing_both(first_kind, first_keep, second_kind, second_keep):
    first = make(first_kind, keep=KEEPS[first_keep])
    keep = KEEPS[second_keep]
    if not isinstance(keep, str):
        keep = keep[keep < first.n_rows_out]
    second = make(second_kind, first.labels, keep)
    both = first.then(second)
    once = second.apply(first.apply(TABLE))
    np.testing.assert_array_equal(both.apply(TABLE), once)
    np.testing.assert_array_equal(both.labels, second.labels)
    rows = [f"patient {i}" for i in range(N)]
    assert both.carry(rows) == second.carry(first.carry(rows))
    assert (both.n_rows_in, both.n_rows_out) == (N, len(once))
    assert both.counts["before"] == first.counts["before"]
    assert both.counts["after"] == second.counts["after"]
    expected = (second.parents() @ first.parents()).toarray() > 0
    np.testing.assert_array_equal(both.parents().toarray() > 0, expected)
    provenance = both.provenance()
    assert len(provenance) == len(once)
    kept = provenance["origin"] == "original"
    np.testing.assert_array_equal(once[kept], TABLE[provenance["seed"][kept]])


def test_then_merges_what_only_drops_or_copies_rows():
    first = make("segments")
    dropped = first.then(make("nothing", first.labels, np.arange(2, 14)))
    assert dropped.earlier is None
    assert [len(recipe) for recipe in dropped.made] == [2]
    copied = make("nothing", keep=ids(0, 1, 2, 3, 5, 7)).then(
        make("copies", LABELS[[0, 1, 2, 3, 5, 7]])
    )
    assert copied.earlier is None


def test_then_of_three_is_associative_in_what_it_does():
    a = make("segments")
    b = make("mixed", a.labels, np.arange(10))
    c = make("values", b.labels, np.arange(1, 9))
    left, right = a.then(b).then(c), a.then(b.then(c))
    np.testing.assert_array_equal(left.apply(TABLE), right.apply(TABLE))
    np.testing.assert_array_equal(left.apply(TABLE), c.apply(b.apply(a.apply(TABLE))))


def test_then_refuses_a_plan_for_another_number_of_rows():
    with pytest.raises(SamplerInputError, match="for 12 rows, but the first one gives 16"):
        make("segments").then(make("nothing"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("keep", KEEPS)
def test_stored_plans_give_the_same_bits(kind, keep, tmp_path):
    plan = make(kind, keep=KEEPS[keep])
    plan = plan.then(make("segments", plan.labels))
    plan.save(tmp_path / "plan.npz")
    for again in (SamplingPlan.load(tmp_path / "plan.npz"), pickle.loads(pickle.dumps(plan))):
        np.testing.assert_array_equal(again.apply(TABLE), plan.apply(TABLE))
        np.testing.assert_array_equal(again.labels, plan.labels)
        pd.testing.assert_frame_equal(
            pd.DataFrame(again.provenance()), pd.DataFrame(plan.provenance())
        )


def test_python_labels_survive_storage_as_they_are(tmp_path):
    labels = np.array(["ill", "well", "ill"], dtype=object)
    plan = SamplingPlan(read_target(labels), ids(0, 1))
    plan.save(tmp_path / "plan.npz")
    assert SamplingPlan.load(tmp_path / "plan.npz").labels.tolist() == ["ill", "well"]


def test_another_file_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(2))
    with pytest.raises(SamplerInputError, match="is not a plan"):
        SamplingPlan.load(tmp_path / "other.npz")


@pytest.mark.parametrize(
    "values",
    [
        np.arange(N) * 1.5,
        np.arange(N * 2).reshape(N, 2),
        list("abcdefghijkl"),
        tuple("abcdefghijkl"),
        pd.Series(np.arange(N), index=list("abcdefghijkl"), name="weight"),
        pd.DataFrame({"a": np.arange(N)}),
        pd.Series(pd.Categorical(list("abcabcabcabc"))),
        sparse.csr_array(np.eye(N)),
        sparse.coo_array(np.eye(N)),
    ],
    ids=lambda values: type(values).__name__,
)
def test_carry_keeps_the_container_and_follows_the_seeds(values):
    plan = make("segments", keep=KEEPS["some"])
    carried = plan.carry(values)
    assert type(carried) is type(values)
    rows = np.concatenate([KEEPS["some"], plan.made[0].seed])
    if sparse.issparse(values):
        assert carried.format == values.format
        np.testing.assert_array_equal(carried.toarray(), values.toarray()[rows])
    elif isinstance(values, pd.Series | pd.DataFrame):
        np.testing.assert_array_equal(np.asarray(carried), np.asarray(values)[rows])
        assert carried.index.equals(pd.RangeIndex(len(rows)))
    else:
        np.testing.assert_array_equal(np.asarray(carried), np.asarray(values)[rows])


def test_carry_warns_about_rows_made_from_two_groups_only_for_groups():
    target = read_target(LABELS)
    groups = np.array(list("aabbccddeeff"))
    segments = Segments(ids(0, 0), ids(1, 2), np.array([0.5, 0.5], np.float32))
    plan = SamplingPlan(target, "all", (segments,), target.codes[[0, 0]], groups=groups)
    assert plan.n_mixed_groups == 1
    with pytest.warns(MixedGroupsWarning, match="1 of 2 new rows were made from"):
        carried = plan.carry(groups)
    assert carried[-2:].tolist() == ["a", "a"]
    plan.carry(np.arange(N))  # a weight is no group: silent


@pytest.mark.parametrize("method", ["apply", "carry"])
def test_rows_of_another_table_are_refused(method):
    with pytest.raises(SamplerInputError, match=r"plan is for 12 rows, but .* has 11"):
        getattr(make("segments"), method)(TABLE[1:])


def test_prints_itself_in_one_line():
    assert repr(make("segments")) == (
        "SamplingPlan(kept 12 of 12, made 4: ill 5 -> 8, well 7 -> 8)"
    )
    chained = make("segments").then(make("mixed", make("segments").labels))
    assert "\n" not in repr(chained)
    assert "after an earlier step" in repr(chained)


def test_anonymized_plan_keeps_counts_and_no_row():
    plan = make("segments").anonymized()
    assert plan.counts["after"] == {"ill": 8, "well": 8}
    assert repr(plan) == "PlanSummary(12 rows -> 16: ill 5 -> 8, well 7 -> 8)"
    assert b"int32" not in pickle.dumps(plan)
    with pytest.raises(AttributeError, match="no row numbers left, so no 'apply'"):
        plan.apply(TABLE)
    assert repr(pickle.loads(pickle.dumps(plan))) == repr(plan)


def test_provenance_is_a_table_as_it_is():
    frame = pd.DataFrame(make("segments").provenance())
    assert frame.columns.tolist() == ["origin", "seed", "partner", "step", "label"]
    assert frame["origin"].tolist() == ["original"] * 12 + ["synthetic"] * 4
    assert frame["seed"].tolist()[12:] == [0, 3, 1, 11]
    assert frame["partner"].tolist()[11:] == [-1, 2, 2, 4, 0]
    assert frame["step"].isna().sum() == 12


def test_a_row_of_noise_can_be_made_alone():
    recipe = Copies(ids(0, 3, 1, 7), noise(4))
    together, alone = np.empty((4, D)), np.empty((1, D))
    recipe.fill(TABLE, np.arange(D), together)
    recipe.take(np.array([2])).fill(TABLE, np.arange(D), alone)
    np.testing.assert_array_equal(alone[0], together[2])
    assert (together != TABLE[recipe.seed]).all()
