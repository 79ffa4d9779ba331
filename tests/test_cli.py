"""The commands do what they say, and answer every mistake with one line and exit code 2."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from medresample import cli
from medresample.compare import _report
from medresample.datasets import load_nuclei

QUICK = ["--cv", "3", "--repeats", "1", "--estimators", "logistic", "--jobs", "1"]


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run the command line in a folder of its own: (exit code, stdout, stderr).

    Pictures are not drawn here: the tests of the report draw them.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_report, "image", lambda draw, size, axes=1: "data:,")

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["medresample", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capsys.readouterr()
        return left.value.code or 0, out, err

    return call


@pytest.fixture
def lesions(tmp_path):
    """A CSV file with a patient of two rows each."""
    rng = np.random.default_rng(0)
    ill = np.repeat(rng.random(80) < 0.25, 2)
    frame = pd.DataFrame(
        {
            "patient": np.repeat(np.arange(80), 2),
            "size": rng.normal(10, 2, 160) + 3 * ill,
            "count": rng.integers(0, 20, 160),
            "grade": np.where(ill, "malignant", "benign"),
            "shape": rng.normal(size=160),
        }
    )
    path = tmp_path / "lesions.csv"
    frame.to_csv(path, index=False)
    return path


# compare


def test_without_arguments_it_compares_on_the_embedded_data(run, tmp_path):
    code, out, err = run("compare", *QUICK)
    assert code == 0
    for name in ("none", "class_weight", "none, threshold tuned", "random_over", "smote"):
        assert f"\n {name}" in out or f"\n{name}" in out
    for word in ("AUROC", "Avg. prec.", "Brier", "Sensitivity", "Specificity", "s/fold"):
        assert word in out
    assert "40 of class 'malignant' (10.1%)" in out
    assert "differences to 'none' [95 % interval" in out
    assert "* AUROC" in out
    assert "Report: medresample-report.html" in out
    page = (tmp_path / "medresample-report.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "compared 18 of 18" in err


def test_the_table_fits_a_page_and_quiet_is_quiet(run):
    code, out, err = run("compare", *QUICK, "--quiet", "--samplers", "smote")
    assert code == 0
    assert err == ""
    assert max(len(line) for line in out.splitlines()) <= 110
    assert "\x1b" not in out
    assert "random_over" not in out


def test_a_file_with_patients_is_compared_by_patient(run, lesions, tmp_path):
    report = tmp_path / "r.html"
    code, out, _ = run(
        "compare", lesions, "--target", "grade", "--positive", "malignant", "--groups", "patient",
        "--samplers", "random_under", "--output", report, *QUICK,
    )  # fmt: skip
    assert code == 0
    assert "160 rows, 3 features" in out
    assert "80 patients" in report.read_text("utf-8")


def test_every_kind_of_file_gives_the_same_table(run, lesions, tmp_path):
    frame = pd.read_csv(lesions)
    frame.to_parquet(tmp_path / "lesions.parquet")
    X = frame[["size", "count", "shape"]].to_numpy()
    y, patients = frame["grade"].to_numpy(str), frame["patient"].to_numpy()
    np.savez(tmp_path / "lesions.npz", X=X, y=y, groups=patients)

    def scores(path, *columns):  # all but the seconds
        code, out, _ = run("compare", path, *columns, *QUICK, "--samplers", "smote", "--quiet")
        assert code == 0
        return [line.split()[:-1] for line in out.splitlines() if line.startswith(" smote")]

    named = ["--target", "grade", "--groups", "patient"]
    expected = scores(lesions, *named)
    assert len(expected) == 2
    assert scores("lesions.parquet", *named) == expected
    assert scores("lesions.npz") == expected


def test_a_number_typed_as_a_label_finds_it(run, lesions, tmp_path):
    frame = pd.read_csv(lesions)
    frame["grade"] = (frame["grade"] == "malignant").astype(float)
    frame.to_csv(tmp_path / "n.csv", index=False)
    code, out, _ = run(
        "compare", "n.csv", "--target", "grade", "--positive", "0", "--samplers", "none", *QUICK
    )
    assert code == 0
    assert "of class 0.0" in out


# resample


@pytest.mark.parametrize("sampler", ["smote", "random_over", "random_under"])
@pytest.mark.parametrize("ending", ["csv", "parquet", "npz"])
def test_a_resampled_table_is_balanced_and_keeps_its_columns(
    run, lesions, tmp_path, sampler, ending
):
    frame = pd.read_csv(lesions)
    source, out_path = tmp_path / f"in.{ending}", tmp_path / f"out.{ending}"
    named = ["--target", "grade", "--groups", "patient"]
    if ending == "csv":
        frame.to_csv(source, index=False)
    elif ending == "parquet":
        frame.to_parquet(source)
    else:
        X = frame[["size", "count", "shape"]].to_numpy(np.float32)
        np.savez(source, X=X, y=frame["grade"].to_numpy(str), groups=frame["patient"].to_numpy())
        named = []
    code, out, err = run("resample", source, out_path, "--sampler", sampler, *named)
    assert (code, "Never split it" in err) == (0, True)
    assert "malignant: " in out
    if ending == "npz":
        with np.load(out_path) as arrays:
            labels, patients = arrays["y"], arrays["groups"]
            assert arrays["X"].dtype == np.float32
            assert len(arrays["X"]) == len(labels) == len(patients)
        counts = np.unique(labels, return_counts=True)[1]
    else:
        made = pd.read_csv(out_path) if ending == "csv" else pd.read_parquet(out_path)
        assert list(made.columns) == list(frame.columns)
        assert (made.dtypes == frame.dtypes).all()
        assert set(made["patient"]) <= set(frame["patient"])
        counts = made["grade"].value_counts().to_numpy()
    assert counts[0] == counts[1]


def test_provenance_names_the_rows_each_row_came_from(run, lesions, tmp_path):
    code, _, _ = run(
        "resample", lesions, "out.csv", "--target", "grade", "--groups", "patient",
        "--sampler", "smote", "--provenance", "where.csv", "--seed", "3",
    )  # fmt: skip
    assert code == 0
    frame, made = pd.read_csv(lesions), pd.read_csv(tmp_path / "out.csv")
    where = pd.read_csv(tmp_path / "where.csv")
    assert len(where) == len(made)
    new = where[where["origin"] == "synthetic"]
    seed = frame["size"].to_numpy()[new["seed"]]
    partner = frame["size"].to_numpy()[new["partner"]]
    np.testing.assert_allclose(
        made["size"].to_numpy()[new.index], seed + new["step"] * (partner - seed), rtol=1e-6
    )


def test_a_ratio_can_be_asked_for_and_a_seed_repeats_the_rows(run, lesions, tmp_path):
    words = ["--target", "grade", "--sampler", "smote", "--strategy", "0.5"]
    run("resample", lesions, "a.csv", *words, "--seed", "1")
    run("resample", lesions, "b.csv", *words, "--seed", "1")
    run("resample", lesions, "c.csv", *words, "--seed", "2")
    texts = [(tmp_path / f"{name}.csv").read_bytes() for name in "abc"]
    assert texts[0] == texts[1] != texts[2]
    counts = pd.read_csv(tmp_path / "a.csv")["grade"].value_counts()
    assert counts["malignant"] == counts["benign"] // 2


def test_a_resampled_file_is_refused_by_the_comparison(run, lesions, tmp_path):
    pd.read_csv(lesions).to_parquet(tmp_path / "in.parquet")
    run("resample", "in.parquet", "out.parquet", "--target", "grade", "--sampler", "smote")
    code, _, err = run("compare", "out.parquet", "--target", "grade", *QUICK)
    assert code == 2
    assert "can not be split into training and test parts any more" in err


# mistakes


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["compare", "absent.csv", "--target", "grade"], "absent.csv: no such file"),
        (["compare", "lesions.csv"], "say which column holds the label with --target"),
        (["compare", "lesions.csv", "--target", "grad"], "Did you mean 'grade'"),
        (["compare", "lesions.csv", "--target", "grade", "--groups", "x"], "There are: patient"),
        (
            ["compare", "lesions.csv", "--target", "grade", "--positive", "Malignant"],
            "No row has the label 'Malignant'. Did you mean 'malignant'?",
        ),
        (["compare", "--target", "grade"], "no FILE was given"),
        (["compare", "--samplers", "smoot"], "Unknown sampler 'smoot'. Did you mean 'smote'?"),
        (["compare", "--samplers", ","], "No sampler was named. There are: none"),
        (["compare", "--estimators", "svm"], "Unknown estimator 'svm'. There are: logistic"),
        (["compare", "--output", "no/where.html"], "the folder no does not exist"),
        (["compare", "--output", "report.pdf"], "must end in .html"),
        (["compare", "--cv", "60"], "60 folds need at least 60 positive cases"),
        (["compare", "one.csv", "--target", "grade"], "y holds one class only ('a')"),
        (["compare", "three.csv", "--target", "grade"], "3 classes"),
        (["compare", "holes.csv", "--target", "grade"], "the target has 1 missing values"),
        (["resample", "lesions.csv", "o.csv", "--sampler", "smote"], "--target"),
        (
            ["resample", "lesions.csv", "o.csv", "--target", "grade", "--sampler", "none"],
            "Unknown sampler 'none'",
        ),
        (
            ["resample", "lesions.csv", "o.npz", "--target", "grade", "--sampler", "smote"],
            "o.npz: the name must end in .csv",
        ),
        (
            ["resample", "one.csv", "o.csv", "--target", "grade", "--sampler", "smote"],
            "holds one class only",
        ),
        (
            ["resample", "words.csv", "o.csv", "--target", "grade", "--sampler", "smote"],
            "word",
        ),
        (
            ["resample", "lesions.csv", "o.csv", "--target", "grade", "--sampler", "smote",
             "--strategy", "half"],
            "--strategy must be auto or a number",
        ),
        (
            ["resample", "lesions.csv", "o.csv", "--target", "grade", "--sampler", "smote",
             "--provenance", "p.npz"],
            "p.npz: the name must end in .csv or .parquet",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_in_one_line(run, lesions, tmp_path, words, answer):
    tables = {
        "one": "x,grade\n1,a\n2,a\n",
        "three": "x,grade\n" + "1,a\n2,b\n3,c\n" * 5,
        "holes": "x,grade\n1,a\n2,b\n3,\n",
        "words": "x,word,grade\n" + "1,u,a\n2,v,b\n" * 6 + "3,w,b\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    code, out, err = run(*words)
    assert code == 2
    assert out == ""
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert answer in err
    assert not (tmp_path / "o.csv").exists()


def test_warnings_are_lines_too(run, tmp_path):
    nuclei = load_nuclei(prevalence=0.02)
    nuclei.data.assign(y=nuclei.target).to_csv(tmp_path / "few.csv", index=False)
    code, _, err = run("compare", "few.csv", "--target", "y", "--samplers", "none", *QUICK)
    assert code == 0
    assert "Warning: A test fold has only 2 positive cases" in err
    assert "Traceback" not in err


def test_help_teaches_and_version_answers(run):
    code, out, _ = run("--help")
    assert (code, "compare" in out, "resample" in out) == (0, True, True)
    code, out, _ = run("compare", "--help")
    assert code == 0
    assert "--groups" in out
    code, out, _ = run("--version")
    assert out.startswith("medresample ")
    code, _, _ = run("compare", "--no-such-option")
    assert code == 2


def test_module_and_command_are_the_same():
    done = subprocess.run(
        [sys.executable, "-m", "medresample", "--version"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("medresample ")


WITHOUT = """
import importlib.util, sys
find = importlib.util.find_spec
missing = {missing}
importlib.util.find_spec = lambda name, *rest: None if name in missing else find(name, *rest)
sys.argv = ["medresample", {words}]
from medresample.cli import main
main()
"""


@pytest.mark.parametrize("missing", ["typer", "pyarrow"])
def test_without_the_extra_it_says_so_in_one_line(missing):
    program = WITHOUT.format(missing={missing}, words="'compare', 'x.csv'")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        "medresample compare needs the extra 'report': pip install \"medresample[report]\"\n"
    )


BARE = """
import sys

ABSENT = {"pandas", "matplotlib", "jinja2", "rich", "typer", "pyarrow"}

class Finder:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, *rest):
        return None if name.partition(".")[0] in ABSENT else self.finder.find_spec(name, *rest)

sys.meta_path[:] = [Finder(finder) for finder in sys.meta_path]
import medresample.cli, medresample.compare, medresample.datasets, medresample.metrics
from medresample.exceptions import MissingExtraError
nuclei = medresample.datasets.load_nuclei(as_frame=False)
calls = (
    lambda: medresample.compare.compare_samplers({}, None, nuclei.data, nuclei.target),
    medresample.datasets.load_nuclei,
)
for call in calls:
    try:
        call()
    except MissingExtraError as error:
        print(error)
"""


def test_without_the_extra_everything_imports_and_names_it_when_needed():
    done = subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first == (
        "compare_samplers needs the extra 'report': pip install \"medresample[report]\""
    )
    assert second.startswith("load_nuclei(as_frame=True) needs the extra 'report'")
