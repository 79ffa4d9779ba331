"""Parts and copies of one table are no data sets, and are refused with the reason."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from medresample.compare import compare_samplers, compare_samplers_many

SETTINGS = {"scoring": ["auroc"], "cv": 2, "n_repeats": 1, "progress": False}


def table(seed, n=60):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 3)), np.arange(n) % 4 == 0


def compare(data_sets):
    return compare_samplers_many(data_sets, {}, LogisticRegression(), **SETTINGS)


def test_results_of_folds_are_refused():
    X, y = table(0)
    result = compare_samplers({}, LogisticRegression(), X, y, **SETTINGS)
    by_fold = dict(iter(result.folds_.groupby("fold")))
    for folds in (
        result,
        result.folds_,
        {"a": result, "b": result},
        {f"fold {name}": part for name, part in by_fold.items()},
        {"a": (result.folds_, y), "b": table(1)},
    ):
        with pytest.raises(ValueError, match="Folds and other parts of one table are no data sets"):
            compare(folds)


def test_parts_of_one_table_are_refused():
    X, y = table(0, n=120)
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    shuffled = np.random.default_rng(0).permutation(120)
    single = X.astype(np.float32)
    for other, why in (
        ((X, y), "are the same table"),
        ((X, ~y), "are the same table"),
        ((frame, y), "are the same table"),
        ((X[shuffled], y[shuffled]), "are the same table"),
        ((X[30:], y[30:]), "are parts of one table: 100%"),
        ((np.vstack([X[:40], table(1)[0]]), np.append(y[:40], table(1)[1])), None),
        ((np.vstack([X[:70], table(1)[0]]), np.append(y[:70], table(1)[1])), "58%"),
    ):
        if why is None:
            compare({"one": (X, y), "other": other})
        else:
            with pytest.raises(ValueError, match=why):
                compare({"one": (X, y), "other": other})
    with pytest.raises(ValueError, match="are the same table"):
        compare({"one": (single, y), "other": (single.astype(np.float64), y)})
    for part in ("three", "four"):  # the second of two equal tables can not even be compared
        data_sets = {"one": (X, y), "bad": (X, [part]), "other": table(1)}
        assert list(compare(data_sets).results_) == ["one", "other"]


@pytest.mark.filterwarnings("ignore:.*also occur, cell for cell:UserWarning")
def test_rows_of_a_few_categories_repeat_by_themselves():
    rng = np.random.default_rng(0)
    parts = {}
    for name in ("one", "other"):
        frame = pd.DataFrame({c: rng.choice(["yes", "no"], 80) for c in "abc"})
        parts[name] = frame, np.arange(80) % 4 == 0
    assert len(compare(parts).results_) == 2
    with pytest.raises(ValueError, match="are the same table"):
        compare({"one": parts["one"], "again": parts["one"]})


def test_what_is_no_mapping_of_data_sets_is_refused():
    for data_sets, error, why in (
        ([table(0), table(1)], TypeError, "must be a mapping from names to"),
        ({0: table(0), 1: table(1)}, TypeError, "named by strings"),
        ({"a": table(0)[0], "b": table(1)}, TypeError, r"'a' must be \(X, y\)"),
        ({"a": table(0)}, ValueError, "1 data set: use compare_samplers"),
        ({}, ValueError, "0 data sets"),
    ):
        with pytest.raises(error, match=why):
            compare(data_sets)
