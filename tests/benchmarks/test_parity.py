"""Scores are compared like with like: same splits, honest intervals, nothing dropped silently."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

FOLDER = Path(__file__).parents[2] / "benchmarks"

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


@dataclass(frozen=True)
class Twin:
    """Imbalanced-learn's SMOTE on both sides: with the same seeds, or failing on one."""

    name: str
    kinds: tuple = ("continuous",)
    reason: str = "none"
    is_there: bool = True

    def make(self, library, labels, seed):
        from imblearn.over_sampling import SMOTE

        fails = self.name == "fails" and library == "peer"
        return SMOTE(k_neighbors=200 if fails else 3, random_state=seed)


def disease(n=120):
    from real_tables import RealTable
    from sklearn.datasets import load_breast_cancer

    X, y = load_breast_cancer(return_X_y=True)
    rows = np.r_[np.flatnonzero(y == 0)[: n // 4], np.flatnonzero(y == 1)[: 3 * n // 4]]
    return RealTable("disease", X[rows, :6], 1 - y[rows])


def measure(*rivals):
    from parity import measure

    return measure([disease()], rivals, n_repeats=1, n_seeds=2, n_jobs=1)


def test_the_same_sampler_on_both_sides_differs_by_exactly_nothing():
    for row in measure(Twin("twin"))["rows"]:
        assert (row["mean"], row["low"], row["high"]) == (0, 0, 0)
        assert row["beyond_0"] == row["beyond_luck"] == 0
        assert row["within_rope"] == row["n_pairs"] == 2


def test_what_a_library_fails_at_is_counted_and_named():
    report = measure(Twin("fails"))
    (mishap,) = report["mishaps"]
    assert (mishap["library"], mishap["runs"], mishap["of"]) == ("peer", 10, 10)
    assert mishap["what"].startswith("raised ValueError")
    assert report["rows"][0]["n_pairs"] == 0


def test_a_method_that_is_not_there_is_named():
    from rivals import Rival

    assert measure(Rival("TomorrowSMOTE", ("continuous",), "none"))["lacking"] == ["TomorrowSMOTE"]


def test_both_libraries_run_and_the_page_tells():
    from rivals import RIVALS
    from score_page import SECTIONS

    report = measure(*(rival for rival in RIVALS if rival.name in ("SMOTE", "ADASYN")))
    report = json.loads(json.dumps(report | {"quick": True}))
    assert {row["n_tables"] for row in report["rows"]} == {1}
    text = SECTIONS["parity"](report)
    assert text.startswith("## Do classifiers score alike?")
    row = report["rows"][0]
    assert f"| SMOTE | AUROC | {row['mean']:+.4f} |" in text
    assert "- **ADASYN.**" in text


def test_every_rival_can_be_made_by_both_libraries():
    from rivals import RIVALS

    for rival in RIVALS:
        for library in ("ours", "peer")[not rival.is_there :]:
            assert hasattr(rival.make(library, [0], 1), "fit_resample")


def test_labels_are_encoded_and_numbers_standardized_by_training_rows():
    from folds import one_hot, split, standardize
    from real_tables import RealTable

    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(5, 3, 40), rng.integers(0, 3, 40)])
    table = RealTable("mixed", X, np.tile([0, 0, 0, 1], 10), labels=(1,))
    fold = split(table, 5, 1)[0]
    train, test = standardize(fold)
    assert np.allclose([train[:, 0].mean(), train[:, 0].std()], [0, 1])
    assert (train[:, 1] == X[fold.train, 1]).all()
    wide = one_hot(table, train)(test)
    assert wide.shape == (8, 4)
    assert (wide[:, 1:].argmax(axis=1) == test[:, 1]).all()
    test[:, 1] = 7  # a label that no training row has
    assert not one_hot(table, train)(test)[:, 1:].any()


def records(differences, tables=("a",)):
    """Runs in which ours scores 0.5 plus a difference and the peer 0.5, two seeds that agree."""
    from folds import METRICS, classifiers

    keys = [(name, metric) for name in classifiers() for metric in METRICS]
    return [
        {"table": table, "split": split, "seed": seed, "library": library, "status": "ok"}
        | dict.fromkeys(keys, 0.5 + (d if library == "ours" else 0))
        for table in tables
        for split, d in enumerate(differences)
        for seed in (0, 1)
        for library in ("ours", "peer")
    ]


def test_intervals_know_that_splits_share_training_rows():
    from score_differences import summarize

    d = np.array([0.01, 0.03, 0.02, 0.05, -0.01])
    row = summarize("m", records(d), n_folds=5)[0]
    half = stats.t.ppf(0.975, 4) * np.sqrt((1 / 5 + 1 / 4) * d.var(ddof=1))
    np.testing.assert_allclose([row["mean"], row["low"], row["high"]],
                               [d.mean(), d.mean() - half, d.mean() + half])  # fmt: skip
    assert row["size_of_luck"] == 0  # seeds agree, so that any difference is beyond luck
    assert row["beyond_luck"] == row["n_pairs"] == 2


def test_more_tables_narrow_the_interval_by_the_root_of_their_number():
    from score_differences import summarize

    d = 0.02 + 0.01 * np.tile([-1.0, 1.0], 200)  # so many splits that t is nearly normal
    one, four = (summarize("m", records(d, tables), 5)[0] for tables in ("a", "abcd"))
    assert four["n_tables"] == 4
    assert (one["high"] - one["low"]) / (four["high"] - four["low"]) == pytest.approx(2, rel=1e-2)


def test_a_table_is_read_as_its_description_says(tmp_path):
    from real_tables import read_table

    text = "age,sex,aux__split,target\n3,m,train,ill\n4,f,test,well\n,f,test,well\n5,NA,train,ill\n"
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(text.encode()))
    facts = {"file": "t.csv.gz", "num_cols": ["age"], "cat_cols": ["sex"]}
    facts |= {"target": "target", "positive": "ill"}
    (tmp_path / "meta.json").write_text(json.dumps({"t": facts}))
    table = read_table(tmp_path, "t")
    assert table.X.tolist() == [[3, 2], [4, 1], [5, 0]]  # "NA" is a word, and comes first
    assert table.y.tolist() == [1, 0, 1]
    assert table.train.tolist() == [True, False, True]
    assert (table.labels, table.kind) == ((1,), "mixed")


def test_what_seeds_explain_is_luck_and_what_they_do_not_is_not():
    from folds import METRICS, classifiers
    from score_differences import summarize

    rng = np.random.default_rng(0)
    some = records(np.zeros(15), tables="abcdefghij")
    for record in some:
        for name in classifiers():
            noise = rng.normal(0, 0.01)
            shift = 0.05 * (record["table"] == "a" and record["library"] == "ours")
            record |= {(name, metric): 0.5 + noise + shift for metric in METRICS}
    row = summarize("m", some, n_folds=5)[0]
    assert row["beyond_luck_holm"] == len(classifiers())  # table "a" with each
    # a difference of means of two seeds each, averaged over 15 splits
    assert row["size_of_luck"] == pytest.approx(0.01 * np.sqrt((1 / 2 + 1 / 2) / 15), rel=0.1)
