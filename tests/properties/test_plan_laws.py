"""Laws of plans: one linear operator, composition, carrying, and the same bits for ever."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from medresample.extend import SamplingPlan

from .plans import LINEAR, MAKERS, plan, table

SEEDS = st.integers(0, 2**32 - 3)  # some laws use the two seeds behind as well

pytestmark = pytest.mark.filterwarnings(
    "ignore::medresample.exceptions.NothingToDoWarning",
    "ignore::medresample.exceptions.FewNeighborsWarning",
)


@pytest.mark.parametrize("kind", LINEAR)
@given(seed=SEEDS)
def test_a_plan_is_its_operator(kind, seed):
    X, y = table(seed)
    made = plan(kind, X, y, seed)
    operator = made.operator()
    assert operator.shape == (made.n_rows_out, made.n_rows_in) == (len(made.labels), len(X))
    np.testing.assert_allclose(made.apply(X), operator @ X, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", LINEAR)
@given(seed=SEEDS)
def test_the_operator_gives_every_row_shares_that_sum_to_one(kind, seed):
    X, y = table(seed)
    shares = plan(kind, X, y, seed).operator()
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
    assert shares.toarray().min() >= 0


@pytest.mark.parametrize("kind", sorted(set(LINEAR) - {"values", "centers and the rest"}))
@given(seed=SEEDS)
def test_a_plan_is_the_same_operator_on_any_table_of_these_rows(kind, seed):
    X, y = table(seed)
    made = plan(kind, X, y, seed)
    other = np.random.default_rng(seed).normal(size=(len(X), 7))
    np.testing.assert_allclose(made.apply(other), made.operator() @ other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", sorted(set(MAKERS) - set(LINEAR)))
def test_a_plan_that_is_no_operator_says_so(kind):
    X, y = table(3)
    with pytest.raises(ValueError, match=r"operator"):
        plan(kind, X, y).operator()


@pytest.mark.parametrize("kind", MAKERS)
@given(seed=SEEDS)
def test_kept_rows_come_first_bit_for_bit(kind, seed):
    X, y = table(seed)
    made = plan(kind, X, y, seed)
    kept = np.arange(len(X)) if isinstance(made.keep, str) else made.keep
    assert made.apply(X)[: len(kept)].tobytes() == X[kept].tobytes()
    np.testing.assert_array_equal(made.labels[: len(kept)], y[kept])


@pytest.mark.parametrize("kind", MAKERS)
@given(seed=SEEDS)
def test_parents_contain_all_rows_with_a_share(kind, seed):
    X, y = table(seed)
    made = plan(kind, X, y, seed)
    parents = made.parents()
    assert set(np.unique(parents.toarray())) <= {0, 1}
    assert np.all(parents[np.arange(made.n_rows_out), made.provenance()["seed"]] == 1)
    if kind in LINEAR:
        assert np.all((made.operator().toarray() > 0) <= (parents.toarray() > 0))


@pytest.mark.parametrize("second", MAKERS)
@pytest.mark.parametrize("first", MAKERS)
@settings(max_examples=6)
@given(seed=SEEDS)
def test_one_plan_then_another_equals_doing_both(first, second, seed):
    X, y = table(seed)
    one = plan(first, X, y, seed)
    two = plan(second, one.apply(X), one.labels, seed + 1)
    both = one.then(two)
    np.testing.assert_array_equal(both.apply(X), two.apply(one.apply(X)))
    np.testing.assert_array_equal(both.labels, two.labels)
    weight = np.arange(len(X), dtype=float)
    np.testing.assert_array_equal(both.carry(weight), two.carry(one.carry(weight)))
    assert (both.n_rows_in, both.n_rows_out) == (one.n_rows_in, two.n_rows_out)
    assert both.counts["before"] == one.counts["before"]
    after = {label: number for label, number in both.counts["after"].items() if number}
    assert after == {label: number for label, number in two.counts["after"].items() if number}
    chain = (two.parents() @ one.parents()).toarray() > 0
    np.testing.assert_array_equal(both.parents().toarray() > 0, chain)
    seed_then_seed = one.provenance()["seed"][two.provenance()["seed"]]
    np.testing.assert_array_equal(both.provenance()["seed"], seed_then_seed)
    np.testing.assert_array_equal(both.provenance()["label"], two.labels)
    if first in LINEAR and second in LINEAR:
        product = two.operator() @ one.operator()
        np.testing.assert_allclose(both.operator().toarray(), product.toarray(), atol=1e-12)


@pytest.mark.parametrize("second", MAKERS)
@pytest.mark.parametrize("first", MAKERS)
def test_a_composed_plan_survives_pickling_and_saving(first, second, tmp_path):
    X, y = table(11)
    one = plan(first, X, y, 1)
    both = one.then(plan(second, one.apply(X), one.labels, 2))
    both.save(tmp_path / "both.npz")
    for again in (pickle.loads(pickle.dumps(both)), SamplingPlan.load(tmp_path / "both.npz")):
        assert again.apply(X).tobytes() == both.apply(X).tobytes()
        assert again.provenance().tobytes() == both.provenance().tobytes()
        assert repr(again) == repr(both)


@settings(max_examples=60)
@given(seed=SEEDS, kinds=st.tuples(*[st.sampled_from(sorted(MAKERS))] * 3))
def test_then_may_be_bracketed_in_any_way(seed, kinds):
    X, y = table(seed)
    one = plan(kinds[0], X, y, seed)
    two = plan(kinds[1], one.apply(X), one.labels, seed + 1)
    three = plan(kinds[2], two.apply(one.apply(X)), two.labels, seed + 2)
    left, right = one.then(two).then(three), one.then(two.then(three))
    np.testing.assert_array_equal(left.apply(X), right.apply(X))
    np.testing.assert_array_equal(left.labels, right.labels)
    np.testing.assert_array_equal(left.carry(np.arange(len(X))), right.carry(np.arange(len(X))))


def test_a_plan_for_other_rows_can_not_follow():
    X, y = table(0)
    one = plan("copies", X, y)
    with pytest.raises(ValueError, match=f"{one.n_rows_out}"):
        one.then(plan("copies", X, y))


CONTAINERS = {
    "array": lambda values: values,
    "list": list,
    "series": lambda values: pd.Series(values, name="site"),
    "categorical": lambda values: pd.Series(pd.Categorical(values)),
}
COLUMNS = {
    "weights": lambda n: np.linspace(0, 1, n),
    "float32 weights": lambda n: np.linspace(0, 1, n).astype("f4"),
    "patients": lambda n: np.array([f"patient {i // 2}" for i in range(n)]),
    "dates": lambda n: np.datetime64("2024-01-01") + np.arange(n),
    "objects": lambda n: np.array([("a", i) for i in range(n)] + [None], dtype=object)[:-1],
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("kind", MAKERS)
def test_carry_moves_any_value_per_row_from_the_seed(kind, column, container):
    X, y = table(4)
    made = plan(kind, X, y)
    values = COLUMNS[column](len(X))
    carried = made.carry(CONTAINERS[container](values))
    assert type(carried) is type(CONTAINERS[container](values))
    assert list(carried) == list(CONTAINERS[container](values[made.provenance()["seed"]]))
    assert getattr(carried, "dtype", None) == getattr(CONTAINERS[container](values), "dtype", None)


@pytest.mark.parametrize("kind", MAKERS)
def test_carry_moves_tables_per_row(kind):
    X, y = table(4)
    made = plan(kind, X, y)
    seed = made.provenance()["seed"]
    extra = np.random.default_rng(0).normal(size=(len(X), 2))
    np.testing.assert_array_equal(made.carry(extra), extra[seed])
    frame = pd.DataFrame(extra, columns=["a", "b"])
    np.testing.assert_array_equal(made.carry(frame).to_numpy(), extra[seed])
    carried = made.carry(sparse.csr_array(extra))
    assert sparse.issparse(carried)
    np.testing.assert_array_equal(carried.toarray(), extra[seed])


@pytest.mark.parametrize("kind", MAKERS)
def test_values_of_another_length_can_not_be_carried(kind):
    X, y = table(4)
    with pytest.raises(ValueError, match=f"{len(X)}"):
        plan(kind, X, y).carry(np.ones(len(X) + 1))


@pytest.mark.parametrize("kind", LINEAR)
def test_column_sums_of_the_operator_are_the_weights_a_resampling_implies(kind):
    X, y = table(6)
    made = plan(kind, X, y)
    np.testing.assert_allclose(made.operator().sum(axis=0).sum(), made.n_rows_out)
