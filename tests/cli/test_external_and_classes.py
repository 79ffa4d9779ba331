"""The command compares with an external test set, and on more than two classes."""

import numpy as np
import pandas as pd

QUICK = ["--cv", "2", "--repeats", "1", "--estimators", "logistic", "--jobs", "1"]


def write(path, n, first_patient, seed, grades=("well", "ill")):
    rng = np.random.default_rng(seed)
    grade = np.resize([0, 0, 0, 1] if len(grades) == 2 else [0, 0, 1, 2], n)
    frame = pd.DataFrame(
        {
            "patient": [f"p{first_patient + i // 2}" for i in range(n)],
            "size": rng.normal(size=n) + grade,
            "shape": rng.normal(size=n),
            "grade": np.array(grades)[grade],
        }
    )
    frame.to_csv(path, index=False)
    return path


def test_an_external_test_set_stands_beside_the_folds(run, tmp_path):
    first = write(tmp_path / "here.csv", 80, 0, 0)
    other = write(tmp_path / "there.csv", 60, 900, 1)
    named = ["--target", "grade", "--groups", "patient", "--samplers", "random_under"]
    code, out, err = run("compare", first, "--test", other, *named, *QUICK)
    assert code == 0, err
    assert "an external test set of 60 rows" in " ".join(out.split())
    assert "the external test set, means over repeats" in out
    assert len([line for line in out.splitlines() if line.split()[:1] == ["random_under"]]) == 3
    code, out, _ = run("compare", first, "--test", other, *named, *QUICK, "--dry-run")
    assert code == 0
    assert "External:   60 rows, 15 of class 'ill', tested in 4 jobs that train on all" in out


def test_a_patient_of_both_files_is_an_error(run, tmp_path):
    first = write(tmp_path / "here.csv", 80, 0, 0)
    other = write(tmp_path / "there.csv", 60, 39, 1)
    code, _, err = run(
        "compare", first, "--test", other, "--target", "grade", "--groups", "patient", *QUICK
    )
    assert code == 2
    assert "1 patient is in X and in X_test (for example 'p39')" in err


def test_several_classes_are_each_told_from_the_rest(run, tmp_path):
    path = write(tmp_path / "three.csv", 80, 0, 0, grades=("a", "b", "c"))
    code, out, err = run(
        "compare", path, "--target", "grade", "--groups", "patient", "--samplers", "random_over",
        *QUICK,
    )  # fmt: skip
    assert code == 0, err
    assert "Each against the rest: a, b, c." in out
    assert "classes: 40 a, 20 b, 20 c" in out
    assert "threshold tuned" not in out
    assert "<h1>" in (tmp_path / "medresample-report.html").read_text("utf-8")


def test_risks_are_recalibrated_beside_those_that_are_not(run, tmp_path):
    path = write(tmp_path / "here.csv", 200, 0, 0)
    named = ["--target", "grade", "--samplers", "random_under", "--calibrate", "logistic"]
    code, out, err = run("compare", path, *named, *QUICK)
    assert code == 0, err
    assert "random_under, recalibrated" in out
    assert "Risks are recalibrated on few cases: class 'ill' has 5 rows" in err
    code, out, _ = run("compare", path, *named, *QUICK, "--dry-run")
    assert "of these: 20 rows to calibrate on" in out
    code, _, err = run("compare", path, *named[:-1], "platt", *QUICK)
    assert code == 2
    assert "calibrate must be None or one of 'prior', 'sigmoid'" in err
