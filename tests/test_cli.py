"""The commands do what they say, and answer every mistake with one line and exit code 2."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier

from medresample import cli
from medresample.cli import _names
from medresample.cli._mistakes import one_line_errors
from medresample.compare import _registry
from medresample.compare.report import _figures
from medresample.datasets import load_nuclei

QUICK = ["--cv", "2", "--repeats", "1", "--estimators", "logistic", "--jobs", "1"]


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run the command line in a folder of its own: (exit code, stdout, stderr).

    Pictures are not drawn here: the tests of the report draw them.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_figures, "image", lambda display: "data:,")

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
    assert "compared 12 of 12" in err


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
    assert "of class '0.0'" in out


def test_what_is_compared_stands_above_the_table_and_in_the_report(run, lesions, tmp_path):
    code, out, _ = run("compare", *QUICK, "--samplers", "none", "--quiet")
    page = (tmp_path / "medresample-report.html").read_text("utf-8")
    for text in (" ".join(out.split()), " ".join(page.split())):
        assert "Wisconsin diagnostic breast cancer" in text
        assert "with all thirty there is nothing left to learn" in text
        assert "AUROC of 0.9995" in text
    code, out, _ = run(
        "compare", lesions, "--target", "grade", "--groups", "patient", *QUICK, "--samplers", "none"
    )
    assert code == 0
    assert out.startswith("lesions.csv\nLabel: grade. Patients: patient.\n160 rows")


def test_one_of_several_classes_is_compared_against_the_rest(run, tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=90), "grade": np.repeat(["a", "b", "c"], 30)})
    frame.to_csv(tmp_path / "t.csv", index=False)
    code, out, _ = run(
        "compare", "t.csv", "--target", "grade", "--positive", "b", "--samplers", "none", *QUICK
    )
    assert code == 0
    assert "b against the rest of: a, b, c." in out
    assert "30 of class 'b' (33.3%)" in out


def test_captions_say_how_each_score_is_pooled_and_each_interval_made(run, tmp_path):
    _, out, _ = run("compare", *QUICK, "--samplers", "none", "--quiet")
    assert "means over folds; sensitivity and specificity pooled within a repeat" in out
    assert "[95 % interval: corrected t; sensitivity: patient bootstrap]" in out
    page = " ".join((tmp_path / "medresample-report.html").read_text("utf-8").split())
    assert "Means over test folds; Sens. and Spec. from the predictions pooled within" in page
    assert "corrected t-test; patient bootstrap for pooled scores" in page


@pytest.mark.parametrize("estimators", ["logistic", "logistic,forest"])
def test_balanced_ensembles_are_compared_in_place_of_the_estimators(
    run, monkeypatch, lesions, estimators
):
    small = ("random forest", lambda: RandomForestClassifier(n_estimators=5))
    monkeypatch.setitem(_registry.ESTIMATORS, "forest", small)
    names = ["easy_ensemble", "balance_cascade"]
    code, out, _ = run(
        "compare", lesions, "--target", "grade", "--groups", "patient", *QUICK,
        "--estimators", estimators, "--samplers", ",".join(names),
    )  # fmt: skip
    assert code == 0
    assert "are classifiers that take the place of the estimator" in out
    assert max(len(line) for line in out.splitlines()) <= 110
    blocks = {name: [] for name in names}
    for line in out.splitlines():
        words = line.split()
        if words and words[0] in names and len(words) == 7:  # a row of scores
            blocks[words[0]].append(words[1:6])
    n_estimators = estimators.count(",") + 1
    for rows in blocks.values():
        assert len(rows) == n_estimators
        assert all(row == rows[0] for row in rows)


def test_a_dry_run_prints_the_plan_and_leaves_nothing(run, lesions, tmp_path):
    before = sorted(tmp_path.iterdir())
    code, out, err = run(
        "compare", lesions, "--target", "grade", "--groups", "patient", "--samplers", "smote",
        "--estimators", "logistic,forest", "--cv", "4", "--repeats", "2", "--dry-run",
        "--store", "runs",
    )  # fmt: skip
    assert (code, err) == (0, "")
    lines = {line.split(":")[0].strip(): line.partition(":")[2].strip() for line in out.split("\n")}
    assert lines["Table"].startswith("160 rows, 3 features (numeric)")
    assert lines["Table"].endswith("80 patients")
    assert lines["Splits"] == "8 in 2 repeats"
    assert lines["training"].startswith("120 rows")
    assert lines["Methods"] == "none; class_weight; none, threshold tuned; smote"
    # 4 methods x 8 splits; two models each, and five times as many more to tune a threshold
    assert lines["Jobs"] == "32 (methods x splits); up to 144 models to fit in 32 jobs"
    assert "Memory" in lines
    assert out.endswith("Nothing was run.\n")
    assert sorted(tmp_path.iterdir()) == before


def test_a_store_keeps_jobs_from_one_command_to_the_next(run, tmp_path):
    words = ["compare", *QUICK, "--samplers", "none", "--store", "runs/first"]
    code, out, err = run(*words)
    assert code == 0
    assert "compared 6 of 6" in err
    assert len(list((tmp_path / "runs" / "first").glob("*.npz"))) == 6
    _, plan, _ = run(*words, "--dry-run")
    assert "6 (methods x splits), of which 6 are in the store; up to 0 models" in plan
    _, again, err = run(*words)
    assert "6 of 6 jobs were in the store" in err
    assert again == out


def test_a_store_is_a_folder(run, tmp_path):
    (tmp_path / "runs").write_text("")
    code, _, err = run("compare", *QUICK, "--store", "runs")
    assert (code, err) == (2, "Error: --store: runs is a file; name a folder.\n")


# resample


@pytest.mark.parametrize(
    "sampler", ["smote", "random_over", "random_under", "kmeans_under", "fuzzy_c_means_under"]
)
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
        pd.testing.assert_frame_equal(made.iloc[:0], frame.iloc[:0])
        assert set(made["patient"]) <= set(frame["patient"])
        counts = made["grade"].value_counts().to_numpy()
    assert counts[0] == counts[1]


@pytest.mark.parametrize("sampler", ["kmeans_under", "fuzzy_c_means_under"])
def test_rows_of_clusters_are_kept_as_they_were_and_compared(run, lesions, tmp_path, sampler):
    named = ["--target", "grade", "--groups", "patient"]
    code, _, _ = run("resample", lesions, "out.csv", *named, "--sampler", sampler)
    frame, left = pd.read_csv(lesions), pd.read_csv(tmp_path / "out.csv")
    assert code == 0
    assert len(frame.merge(left)) == len(left)
    code, out, _ = run("compare", lesions, *named, "--samplers", sampler, *QUICK)
    assert (code, f"\n {sampler}" in out) == (0, True)


@pytest.mark.parametrize("sampler", ["tomek_links", "enn", "renn", "all_knn"])
def test_a_table_is_cleaned_of_some_rows_and_compared_so(run, lesions, tmp_path, sampler):
    named = ["--target", "grade", "--groups", "patient"]
    words = ["resample", lesions, "out.csv", *named, "--sampler", sampler]
    code, out, _ = run(*words)
    frame, left = pd.read_csv(lesions), pd.read_csv(tmp_path / "out.csv")
    assert code == 0
    assert f"160 -> {len(left)} rows" in out
    assert 80 < len(left) < 160
    ill = frame["grade"] == "malignant"
    pd.testing.assert_frame_equal(
        left[left["grade"] == "malignant"].reset_index(drop=True), frame[ill].reset_index(drop=True)
    )
    assert len(frame.merge(left)) == len(left)
    code, _, err = run(*words, "--strategy", "0.5")
    assert (code, "sampling ratio" in err) == (2, True)
    code, out, _ = run("compare", lesions, *named, "--samplers", sampler, *QUICK)
    assert (code, f"\n {sampler}" in out) == (0, True)


@pytest.mark.parametrize(
    "sampler", ["smote_tomek", "smote_enn", "smote_ipf", "smote_kmeans", "smote_fuzzy_c_means"]
)
def test_a_table_gets_new_rows_and_loses_some_and_is_compared_so(run, lesions, tmp_path, sampler):
    named = ["--target", "grade", "--groups", "patient"]
    words = ["resample", lesions, "out.csv", *named, "--sampler", sampler]
    code, out, _ = run(*words, "--provenance", "where.csv")
    frame, made = pd.read_csv(lesions), pd.read_csv(tmp_path / "out.csv")
    where = pd.read_csv(tmp_path / "where.csv")
    assert code == 0
    assert f"160 -> {len(made)} rows" in out
    kept = where["origin"] == "original"
    pd.testing.assert_frame_equal(
        made[kept], frame.iloc[where["seed"][kept]].set_axis(made.index[kept], axis=0)
    )
    assert 0 < len(made) - kept.sum() < 160
    assert kept.sum() < 160
    assert run(*words, "--discrete", "size")[0] == 0
    rounded = pd.read_csv(tmp_path / "out.csv")["size"]
    assert np.all(rounded[~rounded.isin(frame["size"])] % 1 == 0)
    code, _, err = run(*words, "--strategy", "0.9")
    can_not = sampler in ("smote_kmeans", "smote_fuzzy_c_means")
    assert (code, "sets the size of every class" in err) == ((2, True) if can_not else (0, False))
    code, out, _ = run("compare", lesions, *named, "--samplers", sampler, *QUICK)
    assert (code, f"\n {sampler}" in out) == (0, True)


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


HOLED = """patient,flag,seen,marker,note,y
007,1,TRUE,1.50,None,0
007,0,FALSE,2.5e-1,None,0
008,,FALSE,NA,x,0
009,0,,0.10,"a, b",0
010,1,TRUE,0.9,y,0
011,1,TRUE,1.1,y,0
012,1,TRUE,7,z,1
013,0,FALSE,8,z,1
014,,FALSE,9,z,1
"""


@pytest.mark.parametrize("sampler", ["random_over", "random_under"])
def test_cells_of_kept_rows_are_written_as_they_came(run, tmp_path, sampler):
    (tmp_path / "in.csv").write_text(HOLED)
    code, _, _ = run(
        "resample", "in.csv", "out.csv", "--target", "y", "--groups", "patient",
        "--sampler", sampler,
    )  # fmt: skip
    assert code == 0
    before, after = HOLED.splitlines(), (tmp_path / "out.csv").read_text().splitlines()
    if sampler == "random_over":
        assert after[: len(before)] == before
        assert {line.split(",")[0] for line in after[len(before) :]} <= {"012", "013", "014"}
    else:
        assert set(after) < set(before)


def test_new_rows_keep_whole_numbers_flags_and_words_of_their_column(run, tmp_path):
    lines = [line.split(",") for line in HOLED.splitlines() if "a, b" not in line]
    text = "\n".join(",".join([*cells[:4], cells[5]]) for cells in lines) + "\n"
    (tmp_path / "in.csv").write_text(text)
    code, _, err = run(
        "resample", "in.csv", "out.csv", "--target", "y", "--groups", "patient",
        "--sampler", "smote",
    )  # fmt: skip
    assert code == 0
    after = (tmp_path / "out.csv").read_text()
    assert after.startswith(text)
    new = [line.split(",") for line in after[len(text) :].splitlines()]
    assert len(new) == 2
    for patient, flag, seen, _, y in new:
        assert patient in {"012", "013", "014"}
        assert flag in {"0", "1", ""}
        assert seen in {"TRUE", "FALSE", ""}
        assert y == "1"
    assert "Warning: 2 of 2 new rows were made from rows of two groups" in err


def test_columns_named_discrete_get_whole_numbers(run, tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"flag": rng.integers(0, 2, 40).astype(float), "x": rng.normal(size=40)})
    frame["y"] = np.arange(40) < 8
    frame.to_parquet(tmp_path / "in.parquet")
    words = ["resample", "in.parquet", "out.parquet", "--target", "y"]
    assert run(*words, "--sampler", "smote")[0] == 0
    assert not pd.read_parquet(tmp_path / "out.parquet")["flag"].isin([0, 1]).all()
    assert run(*words, "--sampler", "smote", "--discrete", "flag")[0] == 0
    assert pd.read_parquet(tmp_path / "out.parquet")["flag"].isin([0, 1]).all()
    code, _, err = run(*words, "--sampler", "random_under", "--discrete", "flag")
    assert (code, err.count("\n")) == (2, 1)
    assert "random_under makes no new values" in err
    code, _, err = run(*words, "--sampler", "smote", "--discrete", "flog,x")
    assert (code, err.count("\n")) == (2, 1)
    assert "no feature column 'flog'. Did you mean 'flag'" in err


def test_a_word_says_which_classes_are_cleaned(run, lesions):
    words = ["resample", "lesions.csv", "out.csv", "--target", "grade", "--groups", "patient"]
    left = {}
    for strategy in ("majority", "all"):
        assert run(*words, "--sampler", "enn", "--strategy", strategy)[0] == 0
        left[strategy] = pd.read_csv(lesions.parent / "out.csv")["grade"].value_counts()
    before = pd.read_csv(lesions)["grade"].value_counts()
    assert left["majority"]["malignant"] == before["malignant"]
    assert left["all"]["malignant"] < before["malignant"]
    assert left["all"]["benign"] < before["benign"]


def test_columns_named_categorical_get_no_new_codes(run, tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"ward": rng.choice([2, 30, 400], 60), "x": rng.normal(size=60)})
    frame["y"] = np.where(np.arange(60) < 12, "ill", "well")
    frame.to_csv(tmp_path / "in.csv", index=False)
    frame.to_parquet(tmp_path / "in.parquet")
    for ending in ("csv", "parquet"):
        words = ["resample", f"in.{ending}", f"out.{ending}", "--target", "y"]
        words += ["--sampler", "smote_enc", "--categorical", "ward"]
        assert run(*words)[0] == 0
        read = pd.read_csv if ending == "csv" else pd.read_parquet
        out = read(tmp_path / f"out.{ending}")
        assert len(out) == 96
        assert set(out["ward"]) == {2, 30, 400}
        assert out["ward"].dtype == frame["ward"].dtype
    code, _, err = run(*words, "--sampler", "smote")
    assert (code, err.count("\n")) == (2, 1)
    assert "ward holds categories" in err
    assert "SMOTEENC" in err
    code, _, err = run(*words[:-1], "wart")
    assert (code, err.count("\n")) == (2, 1)
    assert "--categorical: no feature column 'wart'. Did you mean 'ward'" in err


def test_codes_are_compared_as_categories_where_named(run, tmp_path):
    """The risk goes up and down with the code, which no straight line can follow."""
    rng = np.random.default_rng(0)
    ward = rng.integers(0, 4, 400)
    frame = pd.DataFrame({"ward": ward, "x": rng.normal(size=400)})
    frame["y"] = np.where(rng.random(400) < np.array([0.02, 0.5, 0.02, 0.5])[ward], "ill", "well")
    frame.to_csv(tmp_path / "in.csv", index=False)
    words = ["compare", "in.csv", "--target", "y", "--samplers", "smote_enc", *QUICK]
    areas = []
    for more in ([], ["--categorical", "ward"]):
        code, out, _ = run(*words, *more)
        assert code == 0
        line = next(line for line in out.splitlines() if line.strip().startswith("smote_enc"))
        areas.append(float(line.split()[1]))
    assert areas[1] > areas[0] + 0.1


@pytest.mark.parametrize(
    "words",
    [
        ["t.csv", "t.csv"],
        ["t.csv", "folder/../t.csv"],
        ["t.csv", "link.csv"],
        ["t.csv", "hard.csv"],
        ["t.csv", "out.csv", "--provenance", "t.csv"],
        ["t.csv", "out.csv", "--provenance", "./out.csv"],
    ],
)
def test_no_file_is_written_over_what_it_was_made_from(run, lesions, tmp_path, words):
    (tmp_path / "folder").mkdir()
    path = lesions.rename(tmp_path / "t.csv")
    (tmp_path / "link.csv").symlink_to(path)
    (tmp_path / "hard.csv").hardlink_to(path)
    before = path.read_bytes()
    code, _, err = run("resample", *words, "--target", "grade", "--sampler", "smote")
    assert (code, err.count("\n")) == (2, 1)
    assert "are the same file" in err
    assert path.read_bytes() == before
    assert not (tmp_path / "out.csv").exists()


def test_a_report_is_not_written_over_the_table(run, lesions, tmp_path):
    (tmp_path / "r.html").symlink_to(lesions)
    code, _, err = run("compare", lesions, "--target", "grade", "--output", "r.html")
    assert code == 2
    assert "FILE and --output are the same file" in err


def test_every_array_of_an_archive_travels_along(run, tmp_path):
    rng = np.random.default_rng(0)
    ages, scans = rng.integers(20, 90, 40), rng.normal(size=(40, 2, 3))
    np.savez(
        tmp_path / "in.npz", X=rng.normal(size=(40, 3)), y=np.arange(40) < 10, age=ages,
        scan=scans, unit=np.array("mm"), spacing=np.ones(3), notes=np.array([{}, None]),
    )  # fmt: skip
    code, _, err = run(
        "resample", "in.npz", "out.npz", "--sampler", "smote", "--provenance", "where.csv"
    )
    assert code == 0
    assert "Warning: in.npz: the array 'notes' holds Python objects and is left out." in err
    seed = pd.read_csv(tmp_path / "where.csv")["seed"].to_numpy()
    with np.load(tmp_path / "out.npz") as arrays:
        assert len(arrays["X"]) == len(seed) == 60
        np.testing.assert_array_equal(arrays["age"], ages[seed])
        np.testing.assert_array_equal(arrays["scan"], scans[seed])
        assert (arrays["unit"], arrays["spacing"].shape) == ("mm", (3,))


def test_a_named_index_of_a_parquet_file_is_a_column(run, lesions, tmp_path):
    pd.read_csv(lesions).set_index("patient").to_parquet(tmp_path / "in.parquet")
    code, _, _ = run(
        "resample", "in.parquet", "out.parquet", "--target", "grade", "--groups", "patient",
        "--sampler", "random_over",
    )  # fmt: skip
    assert code == 0
    made = pd.read_parquet(tmp_path / "out.parquet")
    assert list(made.columns) == ["patient", "size", "count", "grade", "shape"]
    assert made["patient"].notna().all()


def test_a_full_disk_is_said_without_a_file_name(capsys):
    with pytest.raises(SystemExit), one_line_errors():
        raise OSError(28, "No space left on device")
    assert capsys.readouterr().err == "Error: No space left on device\n"


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
        (["compare", "--samplers", "smoot"], "Unknown method 'smoot'. Did you mean 'smote'?"),
        (["compare", "--samplers", ","], "No method was named. There are: none"),
        (["compare", "--estimators", "svm"], "Unknown estimator 'svm'. There are: logistic"),
        (["compare", "--output", "no/where.html"], "the folder no does not exist"),
        (["compare", "--output", "report.pdf"], "must end in .html"),
        (["compare", "--cv", "60"], "60 folds need at least 60 positive cases"),
        (["compare", "one.csv", "--target", "grade"], "y holds one class only ('a')"),
        (
            ["compare", "three.csv", "--target", "grade"],
            "The target holds 3 classes (a, b, c): say with --positive which of them",
        ),
        (["compare", "floats.csv", "--target", "y"], "looks continuous: it holds 60 different"),
        (
            ["resample", "floats.csv", "o.csv", "--target", "y", "--sampler", "smote"],
            "looks continuous: it holds 60 different",
        ),
        (
            ["resample", "longer.csv", "o.csv", "--target", "y", "--sampler", "smote"],
            "row 2 has 4 fields, the header has 3",
        ),
        (["resample", "one.npz", "o.npz", "--sampler", "smote"], "holds one class only (0.0)."),
        (["compare", "holes.csv", "--target", "grade"], "the target has 1 missing values"),
        (["resample", "lesions.csv", "o.csv", "--sampler", "smote"], "--target"),
        (
            ["resample", "lesions.csv", "o.csv", "--target", "grade", "--sampler", "none"],
            "Unknown sampler 'none'",
        ),
        (
            ["resample", "lesions.csv", "o.csv", "--target", "grade", "--sampler", "easy_ensemble"],
            "easy_ensemble is a classifier that draws rows inside: it makes no table, and can only "
            "be compared: medresample compare --samplers easy_ensemble.",
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
             "--provenance", "p.xlsx"],
            "p.xlsx: the name must end in .csv, .parquet, .pq, .feather or .npz",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_in_one_line(run, lesions, tmp_path, words, answer):
    tables = {
        "one": "x,grade\n1,a\n2,a\n",
        "three": "x,grade\n" + "1,a\n2,b\n3,c\n" * 5,
        "holes": "x,grade\n1,a\n2,b\n3,\n",
        "floats": "x,y\n" + "".join(f"{i},{i / 7}\n" for i in range(1, 61)),
        "longer": "a,b,y\n" + "1,2,x,\n" * 4 + "1,2,z,\n" * 2,
        "words": "x,word,grade\n" + "1,u,a\n2,v,b\n" * 6 + "3,w,b\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    np.savez(tmp_path / "one.npz", X=np.ones((4, 2)), y=np.zeros(4))
    code, out, err = run(*words)
    assert code == 2
    assert out == ""
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert answer in err
    assert not list(tmp_path.glob("o.*"))


def test_warnings_are_lines_too(run, tmp_path):
    nuclei = load_nuclei(prevalence=0.02)
    nuclei.data.assign(y=nuclei.target).to_csv(tmp_path / "few.csv", index=False)
    words = ["compare", "few.csv", "--target", "y", "--samplers", "none", *QUICK]
    code, _, err = run(*words, "--cv", "3")
    assert code == 0
    assert "Warning: A test fold has only 2 positive cases" in err
    assert "Traceback" not in err


def test_help_teaches_and_version_answers(run):
    code, out, _ = run("--help")
    assert (code, "compare" in out, "resample" in out) == (0, True, True)
    code, out, _ = run("compare", "--help")
    assert code == 0
    assert "--groups" in out
    assert "--categorical" in out
    code, out, _ = run("--version")
    assert out.startswith("medresample ")
    code, _, _ = run("compare", "--no-such-option")
    assert code == 2


def test_the_help_lists_every_name_there_is():
    assert set(_names.SAMPLERS.split(", ")) == set(_registry.SAMPLERS)
    assert set(_names.ENSEMBLES.split(", ")) == set(_registry.ENSEMBLES)
    assert set(_names.CONTROLS.split(", ")) == set(_registry.CONTROLS)


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
