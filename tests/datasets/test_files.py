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
    assert table.groups.tolist() == (["7", "7", "8", "9"] if ending == "csv" else [7, 7, 8, 9])
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


def test_labels_and_patients_of_a_csv_file_are_text(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("patient,x,y\n007,1,01\n 008 ,2,00\n\n")
    table = read_table(path, target="y", groups="patient")
    assert table.y.tolist() == ["01", "00"]
    assert table.groups.tolist() == ["007", "008"]
    assert table.X["x"].tolist() == [1, 2]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_whole_numbers_and_flags_with_holes_are_not_turned_into_floats(tmp_path, ending):
    path = tmp_path / f"t.{ending}"
    frame = pd.DataFrame(
        {
            "count": pd.array([1, None, 9007199254740993], dtype="Int64"),
            "flag": pd.array([True, None, False], dtype="boolean"),
            "real": [1.0, np.nan, 2.0],
            "empty": [np.nan, np.nan, np.nan],
            "y": ["a", "b", "b"],
        }
    )
    frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path)
    X = read_table(path, target="y").X
    assert [str(dtype) for dtype in X.dtypes] == ["Int64", "boolean", "float64", "float64"]
    assert X["count"][2] == 9007199254740993


def test_row_labels_of_a_parquet_file_are_kept_by_name_and_missed_aloud(tmp_path, frame):
    path = tmp_path / "t.parquet"
    frame.set_index("patient").to_parquet(path)
    assert read_table(path, target="grade", groups="patient").groups.tolist() == [7, 7, 8, 9]
    frame.set_index(pd.Index(list("abcd"))).to_parquet(path)
    with pytest.warns(UserWarning, match="row labels have no name and are left out"):
        read_table(path, target="grade")


def test_arrays_that_can_not_be_kept_are_named(tmp_path):
    path = tmp_path / "t.npz"
    np.savez(path, X=np.ones((4, 2)), y=np.array([0, 1, 0, 1]), age=np.arange(4), unit="mm")
    table = read_table(path)
    with pytest.warns(UserWarning, match="'age' has a value per row and is left out"):
        write_table(tmp_path / "copy.npz", table, table.X, table.y)
    with np.load(tmp_path / "copy.npz") as arrays:
        assert set(arrays) == {"X", "y", "unit"}


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
        ("a.csv", b"x,grade\n1,a\n2,b,\n", "row 3 has 3 fields, the header has 2"),
        ("a.csv", b"x,grade\n1,a,\n2,b,\n", "row 2 has 3 fields, the header has 2"),
        ("a.csv", b"x,grade\n1,a\n2\n", "row 3 has 1 field, the header has 2"),
        ("a.csv", b"x,grade,\n1,a,\n", "column 3 has no name in the header"),
        ("a.csv", b",x,grade\n0,1,a\n", "column 1 has no name in the header"),
        ("a.csv", b"x,grade\n1,1\n2,1.0\n", "spells one number in two ways, '1' and '1.0'"),
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
        (
            {"X": np.ones((2, 2)), "y": np.ones(2), "groups": np.array([1, None], dtype=object)},
            "not a readable npz",
        ),
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
