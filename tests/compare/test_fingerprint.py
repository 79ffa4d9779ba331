"""Equal content has equal hashes, in every process; whatever changes a result changes the hash."""

import importlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from medresample.compare import _fingerprint
from medresample.compare._fingerprint import fingerprint
from medresample.compare._seeds import branches
from medresample.over_sampling import SMOTE


@dataclass(frozen=True)
class Settings:
    size: int
    name: str = "a"


def double(x):
    return 2 * x


def nested(x):
    return [value + 1 for value in (v * 2 for v in x)]


def other_nested(x):
    return [value + 1 for value in (v * 3 for v in x)]


other_nested.__qualname__ = nested.__qualname__


def keyword(*, a=1):
    return a


def other_keyword(*, a=2):
    return a


other_keyword.__qualname__ = keyword.__qualname__


def adder(n):
    return lambda x: x + n


def labeled(**changes):
    columns = {
        "age": [50.0, np.nan, 70.0],
        "sex": ["f", None, "m"],
        "grade": pd.Categorical(["a", "b", "a"]),
        "n": pd.array([1, None, 3], dtype="Int64"),
    }
    return pd.DataFrame({**columns, **changes})


# Pairs of things that must not be mistaken for one another.
DIFFERENT = {
    "numbers": (1, 2),
    "number and float": (1, 1.0),
    "number and truth": (1, True),
    "number and word": (1, "1"),
    "word and bytes": ("a", b"a"),
    "last bit": (0.1, np.nextafter(0.1, 1)),
    "list and tuple": ([1], (1,)),
    "where a list ends": ([[1], 2], [[1, 2]]),
    "where a mapping ends": ([{}, "a", 1], [{"a": 1}]),
    "a mapping's values": ({"a": 1}, {"a": 2}),
    "sets": ({1, 2}, {1, 3}),
    "a cell": (np.zeros((3, 2)), np.array([[0, 0], [0, 0], [0, 1e-300]])),
    "shape": (np.zeros((3, 2)), np.zeros((2, 3))),
    "dtype": (np.zeros(4, np.float32), np.zeros(2, np.float64)),
    "byte order": (np.ones(2, ">f8"), np.ones(2, "<f8")),
    "fields": (np.zeros(2, [("a", "f8")]), np.zeros(2, [("b", "f8")])),
    "objects": (np.array([1, "a"], object), np.array([1, "b"], object)),
    "empty tables": (np.zeros((0, 3)), np.zeros((3, 0))),
    "masks": (np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 2], mask=[1, 0])),
    "a labeled cell": (labeled(), labeled(age=[50.0, np.nan, 71.0])),
    "holes": (pd.Series(["f", None], dtype=object), pd.Series(["f", np.nan], dtype=object)),
    "a nullable cell": (labeled(), labeled(n=pd.array([1, 2, 3], dtype="Int64"))),
    "names of columns": (labeled(), labeled().rename(columns={"age": "years"})),
    "kinds of names": (pd.DataFrame({1: [0]}), pd.DataFrame({"1": [0]})),
    "unused categories": (labeled(), labeled(grade=pd.Categorical(["a", "b", "a"], list("abc")))),
    "order of categories": (
        labeled(grade=pd.Categorical(["a", "b", "a"], list("ab"), ordered=True)),
        labeled(grade=pd.Categorical(["a", "b", "a"], list("ba"), ordered=True)),
    ),
    "cells that hold the separator": (pd.Series(["a\n", "b"]), pd.Series(["a", "\nb"])),
    "frame and series": (pd.DataFrame({"a": [1]}), pd.Series([1])),
    "a parameter": (SMOTE(), SMOTE(k_neighbors=4)),
    "a parameter inside": (
        make_pipeline(StandardScaler(), LogisticRegression()),
        make_pipeline(StandardScaler(), LogisticRegression(C=2)),
    ),
    "output of a transformer": (StandardScaler(), StandardScaler().set_output(transform="pandas")),
    "dataclasses": (Settings(1), Settings(2)),
    "functions": (double, abs),
    "code inside a function": (nested, other_nested),
    "keyword defaults": (keyword, other_keyword),
    "closures": (adder(1), adder(2)),
    "partial": (partial(double, 1), partial(double, 2)),
    "classes": (StandardScaler, LogisticRegression),
    "seeds": tuple(branches(np.random.SeedSequence(0), 2)),
    "generators": (np.random.default_rng(0), np.random.default_rng(1)),
    "old generators": (np.random.RandomState(0), np.random.RandomState(1)),
    "of pickles": (slice(1), slice(2)),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_has_another_hash(name):
    first, second = DIFFERENT[name]
    assert fingerprint(first) != fingerprint(second)
    assert fingerprint([first]) != fingerprint([second])


def things():
    """Something of every kind, made anew."""
    rng = np.random.default_rng(0)
    return {
        "plain": [None, True, 1, 1.5, 2j, "é", b"b", float("nan"), -0.0],
        "sets": [{"b", "a", "c"}, frozenset({1, 2}), {"y": 1, "x": {"b", "a"}}],
        "arrays": [rng.normal(size=(5, 3)), np.arange(4), np.array("a"), np.array(["u", None])],
        "dates": [np.array(["2020-01-01"], "M8[ns]"), pd.Timestamp("2020-01-01")],
        "tables": [labeled(), labeled()["sex"], labeled().columns],
        "estimators": [SMOTE(), make_pipeline(FunctionTransformer(double), LogisticRegression())],
        "functions": [nested, adder(3), partial(double, 2), abs, np.exp, LogisticRegression],
        "chance": [rng, np.random.RandomState(3), np.random.SeedSequence(3, spawn_key=(1,))],
        "records": [Settings(2)],
    }


def hashes():
    return {name: fingerprint(*some) for name, some in things().items()}


def test_what_is_made_anew_has_the_same_hash():
    assert hashes() == hashes()
    mixed = {"a": 1, "b": [2]}
    assert fingerprint(mixed) == fingerprint(dict(reversed(mixed.items())))


def hashes_of_a_process(seed):
    code = "import test_fingerprint; print(json.dumps(test_fingerprint.hashes()))"
    done = subprocess.run(
        [sys.executable, "-c", f"import json; {code}"],
        capture_output=True, text=True, check=True, cwd=os.path.dirname(__file__),
        env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_every_process_finds_the_same_hashes(monkeypatch):
    monkeypatch.syspath_prepend(os.path.dirname(__file__))
    here = importlib.import_module("test_fingerprint")  # under the name that it has there
    monkeypatch.delitem(sys.modules, "test_fingerprint")
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"  # another one than here
    assert hashes_of_a_process(seed) == here.hashes()


def test_memory_layout_and_maps_do_not_matter(tmp_path, monkeypatch):
    table = np.random.default_rng(0).normal(size=(50, 4))
    np.save(tmp_path / "table.npy", table)
    expected = fingerprint(table)
    assert fingerprint(np.asfortranarray(table)) == expected
    assert fingerprint(np.repeat(table, 2, axis=1)[:, ::2]) == expected
    assert fingerprint(np.load(tmp_path / "table.npy", mmap_mode="r")) == expected
    monkeypatch.setattr(_fingerprint, "TOGETHER", 100)  # three rows at a time
    assert fingerprint(table) == expected


def test_a_fitted_estimator_counts_as_one_that_is_not_unless_it_is_kept_so():
    frozen = pytest.importorskip("sklearn.frozen").FrozenEstimator
    X, y = np.arange(8.0)[:, None], np.arange(8) % 2
    fitted = LogisticRegression().fit(X, y)
    assert fingerprint(fitted) == fingerprint(LogisticRegression())
    other = LogisticRegression().fit(X, np.arange(8) // 4)
    assert fingerprint(frozen(fitted)) == fingerprint(frozen(LogisticRegression().fit(X, y)))
    assert fingerprint(frozen(fitted)) != fingerprint(frozen(other))


def test_the_version_of_an_estimators_package_counts(monkeypatch):
    before = fingerprint(LogisticRegression())
    monkeypatch.setattr("sklearn.__version__", "99.0")
    assert fingerprint(LogisticRegression()) != before


def test_what_can_not_be_looked_into_is_refused_in_words():
    with pytest.raises(TypeError, match=r"a builtins\.generator can not be looked into"):
        fingerprint(value for value in range(3))
    endless = []
    endless.append(endless)
    with pytest.raises(TypeError, match="it holds itself"):
        fingerprint(endless)
