"""Every format is read and written, by both commands, and none of them by pickle."""

import json

import numpy as np
import pandas as pd
import pyarrow.feather
import pytest

from medresample.datasets import read_table
from medresample.datasets._frames import write_frame

QUICK = ["--cv", "2", "--repeats", "1", "--estimators", "logistic", "--jobs", "1", "--quiet"]
ENDINGS = ["csv", "parquet", "pq", "feather", "npz"]
NAMED = ["--target", "diagnosis", "--groups", "patient"]


def store(frame, path):
    """Write a table of lesions by other means than those tested."""
    ending = path.suffix[1:]
    if ending == "npz":
        X = frame[["size", "shape"]]
        y, patients = frame["diagnosis"].to_numpy(str), frame["patient"].to_numpy()
        np.savez(path, X=X.to_numpy(), y=y, groups=patients, feature_names=list(X.columns))
    elif ending == "csv":
        frame.to_csv(path, index=False)
    elif ending == "feather":
        frame.to_feather(path)
    else:
        frame.to_parquet(path)
    return path


def load(path):
    """Read any table back by other means than those tested."""
    ending = path.suffix[1:]
    if ending == "npz":
        with np.load(path, allow_pickle=False) as arrays:
            return pd.DataFrame({name: arrays[name] for name in arrays.files})
    readers = {"csv": pd.read_csv, "feather": pd.read_feather}
    return readers.get(ending, pd.read_parquet)(path)


def options(ending):
    return [] if ending == "npz" else NAMED


def test_a_comparison_reads_every_format_and_writes_every_format(run, lesions, tmp_path):
    words = [*QUICK, "--samplers", "random_over"]
    scores, risks = [], []
    for ending in ENDINGS:
        source = store(lesions, tmp_path / f"in.{ending}")
        written = [tmp_path / f"{what}.{ending}" for what in ("scores", "risks")]
        more = ["--scores", written[0], "--predictions", written[1]]
        code, _, err = run("compare", source, *options(ending), *words, *more)
        assert (code, err) == (0, "")
        scores.append(load(written[0])), risks.append(load(written[1]))
    assert len(scores[0]) == 4 * 2  # methods x folds
    assert len(risks[0]) == 4 * 60
    for table in scores[1:]:
        assert list(table.columns) == list(scores[0].columns)
        np.testing.assert_array_equal(table["sampler"].astype(str), scores[0]["sampler"])
        np.testing.assert_allclose(table["auroc"], scores[0]["auroc"], rtol=1e-12)
        np.testing.assert_allclose(table["brier"], scores[0]["brier"], rtol=1e-12)
    for table in risks[1:]:
        np.testing.assert_array_equal(table["row"], risks[0]["row"])
        np.testing.assert_allclose(table["risk"], risks[0]["risk"], rtol=1e-12)


@pytest.mark.parametrize("ending", ENDINGS)
def test_resampling_keeps_the_format_the_columns_and_the_rows(run, lesions, tmp_path, ending):
    source, made = store(lesions, tmp_path / f"in.{ending}"), tmp_path / f"out.{ending}"
    where = tmp_path / f"where.{ending}"
    code, out, _ = run(
        "resample", source, made, "--sampler", "smote", *options(ending), "--provenance", where
    )
    assert (code, f"out.{ending}: 60 -> 88 rows" in out) == (0, True)
    if ending == "npz":
        with np.load(made, allow_pickle=False) as arrays:
            X, y = arrays["X"], arrays["y"]
            assert arrays["groups"].shape == y.shape == (88,)
        np.testing.assert_array_equal(X[:60], lesions[["size", "shape"]])
        np.testing.assert_array_equal(y[:60], lesions["diagnosis"].astype(str))
    else:
        new = load(made)
        pd.testing.assert_frame_equal(new.iloc[:60], lesions, check_exact=True)
        assert (new["diagnosis"].iloc[60:] == "malignant").all()
    parents = load(where)
    assert list(parents["origin"].astype(str)) == ["original"] * 60 + ["synthetic"] * 28
    assert set(parents["seed"][60:]) <= set(np.flatnonzero(lesions["diagnosis"] == "malignant"))


@pytest.mark.parametrize("ending", ["parquet", "feather", "npz"])
def test_a_resampled_file_says_so_and_is_refused(run, lesions, tmp_path, ending):
    source, made = store(lesions, tmp_path / f"in.{ending}"), tmp_path / f"out.{ending}"
    assert run("resample", source, made, "--sampler", "smote", *options(ending))[0] == 0
    code, _, err = run("compare", made, *options(ending), *QUICK)
    assert (code, err.count("\n")) == (2, 1)
    assert "can not be split into training and test parts any more" in err
    code, _, _ = run("compare", source, *options(ending), *QUICK, "--dry-run")
    assert code == 0


def test_feather_keeps_whole_numbers_with_holes_names_of_rows_and_metadata(tmp_path, lesions):
    lesions["count"] = pd.array([None, 2**60 + 1, *range(58)], dtype="Int64")
    lesions["flag"] = pd.array([None, True] * 30, dtype="boolean")
    path = tmp_path / "in.feather"
    import pyarrow as pa

    table = pa.Table.from_pandas(lesions.set_index("patient"))
    pyarrow.feather.write_feather(table, str(path))
    read = read_table(path, target="diagnosis", groups="patient")
    assert list(read.X.columns) == ["size", "shape", "count", "flag"]
    assert read.X["count"][1] == 2**60 + 1  # no float on the way
    assert str(read.X["flag"].dtype) == "boolean"
    assert read.groups.tolist() == lesions["patient"].tolist()


@pytest.mark.parametrize("name", ["y", "X", "groups"])
def test_an_archive_of_objects_is_refused_with_words_that_help(run, lesions, tmp_path, name):
    arrays = {"X": np.ones((60, 2)), "y": np.arange(60) % 2, "groups": np.arange(60)}
    arrays[name] = arrays[name].astype(object)
    np.savez(tmp_path / "in.npz", **arrays)
    for command in (["compare", "in.npz"], ["resample", "in.npz", "o.npz", "--sampler", "smote"]):
        code, out, err = run(*command)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert f"the array {name!r} holds Python objects, and reading those could run any" in err
        assert "astype(str)" in err


class Bomb:
    def __reduce__(self):
        return open, ("exploded", "w")


def test_no_pickle_is_ever_loaded(run, tmp_path):
    bomb = np.array([Bomb()] * 4, dtype=object)
    np.savez(tmp_path / "in.npz", X=np.ones((4, 2)), y=np.array([0, 0, 1, 1]), note=bomb)
    code, _, err = run("resample", "in.npz", "out.npz", "--sampler", "random_over")
    assert "the array 'note' holds Python objects and is left out" in err
    assert code == 0
    assert not (tmp_path / "exploded").exists()


def test_tables_of_results_hold_no_pickle_either(tmp_path):
    frame = pd.DataFrame({"word": ["a", None], "any": [1, "b"]})
    write_frame(tmp_path / "t.npz", frame)
    with np.load(tmp_path / "t.npz", allow_pickle=False) as arrays:
        assert arrays["word"].tolist() == ["a", ""]
        assert arrays["any"].tolist() == ["1", "b"]


@pytest.mark.parametrize("name", ["in.xlsx", "in.pkl", "in", "in.csv.gz"])
def test_an_unknown_ending_names_those_known(run, tmp_path, name):
    (tmp_path / name).write_text("")
    for words in (["compare", name], ["resample", name, name + "2", "--sampler", "smote"]):
        code, out, err = run(*words, "--target", "y")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "use .csv, .parquet (or .pq), .feather or .npz." in err
    code, _, err = run("compare", *QUICK, "--scores", name)
    assert (code, err.count("\n")) == (2, 1)
    assert "must end in .csv, .parquet, .pq, .feather or .npz" in err


def test_attributes_of_a_feather_file_are_kept(tmp_path, lesions):
    lesions.attrs["unit"] = "mm"
    write_frame(tmp_path / "a.feather", lesions)
    kept = pyarrow.feather.read_table(tmp_path / "a.feather").schema.metadata
    assert json.loads(kept[b"PANDAS_ATTRS"]) == {"unit": "mm"}
