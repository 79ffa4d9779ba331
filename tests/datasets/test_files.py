"""Tables come back as they were written, and bad files are named in one line."""

import numpy as np
import pandas as pd
import pytest

from medresample.datasets import read_table, write_table


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "area": [1.5, 2.5, np.nan, 4.0],
            "grade": ["low", "high", "low", "low"],
            "count": [1, 2, 3, 4],
            "flag": [True, False, True, True],
            "patient": [7, 7, 8, 9],
        }
    )


@pytest.mark.parametrize("ending", ["csv", "parquet", "pq"])
def test_a_frame_is_read_and_written_with_order_and_dtypes(tmp_path, frame, ending):
    path = tmp_path / f"table.{ending}"
    if ending == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, index=False)
    table = read_table(path, target="grade", groups="patient")
    assert table.X.columns.tolist() == ["area", "count", "flag"]
    assert table.y.tolist() == frame["grade"].tolist()
    assert table.groups.tolist() == [7, 7, 8, 9]
    copy = tmp_path / f"copy.{ending}"
    write_table(copy, table, table.X, table.y, table.groups)
    again = read_table(copy, target="grade", groups="patient")
    pd.testing.assert_frame_equal(again.X, table.X)
    assert again.columns == tuple(frame.columns)


def test_arrays_are_read_and_written(tmp_path):
    path = tmp_path / "features.npz"
    X = np.arange(12, dtype=np.float32).reshape(4, 3)
    names = np.array(["a", "b", "c"])
    np.savez(path, X=X, y=np.array([0, 1, 0, 1]), groups=np.arange(4), feature_names=names)
    table = read_table(path)
    assert table.X.columns.tolist() == ["a", "b", "c"]
    assert set(table.X.dtypes) == {np.dtype(np.float32)}
    assert table.groups.tolist() == [0, 1, 2, 3]
    copy = tmp_path / "copy.npz"
    write_table(copy, table, table.X, table.y, table.groups, mark="SMOTE")
    with np.load(copy) as arrays:
        np.testing.assert_array_equal(arrays["X"], X)
        assert arrays["X"].dtype == np.float32
    assert read_table(copy).resampled
    assert not table.resampled


def test_a_resampled_parquet_file_says_so(tmp_path, frame):
    path = tmp_path / "table.parquet"
    frame.to_parquet(path)
    table = read_table(path, target="grade")
    assert not table.resampled
    write_table(path, table, table.X, table.y, mark="SMOTE")
    assert read_table(path, target="grade").resampled


def bad(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"x", "ending '.txt' is not known"),
        ("a.csv", b"", "it is empty"),
        ("a.csv", b"\n", "it is empty"),
        ("a.csv", b"x,grade\n", "has no rows"),
        ("a.csv", b"x,x,grade\n1,2,a\n", "'x' is there twice"),
        ("a.csv", b"\xff\xfe\x00\x01", "not a readable csv file"),
        ("a.csv", b'x,grade\n"1,a\n', "not a readable csv file"),
        ("a.parquet", b"nonsense", "not a readable parquet file"),
        ("a.npz", b"nonsense", "not a readable npz file"),
        ("a.csv", b"grade\na\n", "no feature columns"),
        ("a.csv", b"x,grade\n1,a\n2,\n", "target has 1 missing values"),
        ("a.csv", b"x,Grade\n1,a\n", "no column 'grade'. Did you mean 'Grade'"),
    ],
)
def test_a_bad_file_is_named_in_one_line(tmp_path, name, content, words):
    path = bad(tmp_path, name, content)
    with pytest.raises(ValueError, match=words.replace("(", r"\(")) as caught:
        read_table(path, target="grade")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_questions_to_the_caller(tmp_path, frame):
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    with pytest.raises(FileNotFoundError, match="no such file"):
        read_table(tmp_path / "absent.csv", target="grade")
    with pytest.raises(ValueError, match=r"--target .* Columns: area, grade"):
        read_table(path)
    with pytest.raises(ValueError, match="both target and groups"):
        read_table(path, target="grade", groups="grade")
    with pytest.raises(ValueError, match="Did you mean 'patient'"):
        read_table(path, target="grade", groups="pateint")
    frame.loc[0, "patient"] = np.nan
    frame.to_csv(path, index=False)
    with pytest.raises(ValueError, match="the group of 1 rows is missing"):
        read_table(path, target="grade", groups="patient")
    with pytest.raises(ValueError, match="write the same kind"):
        write_table(tmp_path / "t.npz", read_table(path, target="grade"), frame, frame["grade"])


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"X": np.ones((3, 2))}, "no array 'y'"),
        ({"X": np.ones((3, 2)), "y": np.ones(2)}, r"X must be \(n, d\)"),
        ({"X": np.ones(3), "y": np.ones(3)}, r"X must be \(n, d\)"),
        ({"X": np.ones((3, 2)), "y": np.ones(3), "groups": np.ones(2)}, "groups has shape"),
        ({"X": np.ones((3, 2)), "y": np.ones(3), "columns": np.ones(3)}, "3 names for 2 columns"),
        ({"X": np.ones((3, 2)), "y": np.array([1, "a", None], dtype=object)}, "not a readable npz"),
    ],
)
def test_bad_arrays_are_named(tmp_path, arrays, words):
    path = tmp_path / "a.npz"
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=words):
        read_table(path)


def test_a_single_array_is_no_table(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.ones(3))
    renamed = path.rename(tmp_path / "a.npz")
    with pytest.raises(ValueError, match="not an NPZ archive"):
        read_table(renamed)
