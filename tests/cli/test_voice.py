"""Exit codes say how it went, stdout has results alone, and stderr as much as was asked for."""

import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from medresample.cli import _compare, _resample
from medresample.cli._mistakes import one_line_errors
from medresample.compare import _registry
from medresample.over_sampling import RandomOverSampler

QUICK = ["--cv", "2", "--repeats", "1", "--estimators", "logistic", "--jobs", "1"]
TARGET = ["--target", "diagnosis"]


@pytest.fixture
def table(lesions, tmp_path):
    lesions.to_csv(tmp_path / "lesions.csv", index=False)
    return "lesions.csv"


class Sometimes(BaseEstimator):
    """Fails where the first row that trains is even-sized, so on some folds and not on others."""

    calls = 0

    def fit_resample(self, X, y):
        Sometimes.calls += 1
        if Sometimes.calls % 2:
            raise RuntimeError("no luck")
        return RandomOverSampler(random_state=0).fit_resample(X, y)


class Never(BaseEstimator):
    def fit_resample(self, X, y):
        raise RuntimeError("no luck at all")


def offer(monkeypatch, name, maker):
    """Let the command line know a sampler of this test."""
    monkeypatch.setattr(_registry, "named_methods", lambda names: {name: maker()})
    monkeypatch.setattr(_compare, "known_names", lambda text, noun, known: text.split(","))


# Exit codes


def test_done_is_0_and_stdout_has_the_result_alone(run, table):
    code, out, err = run("compare", table, *TARGET, *QUICK, "--samplers", "random_over")
    assert code == 0
    assert out.startswith("lesions.csv\n")
    assert out.endswith("Report: medresample-report.html\n")
    assert "compared 8 of 8" in err
    assert "compared" not in out


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_failed_method_is_1_named_and_the_report_is_there(
    run, table, tmp_path, monkeypatch, quiet
):
    offer(monkeypatch, "sometimes", Sometimes)
    code, out, err = run("compare", table, *TARGET, *QUICK, *quiet)
    assert code == 1
    assert "sometimes with logistic regression failed on 1 of 2 folds" in " ".join(out.split())
    assert err.splitlines()[-1] == (
        "Error: not every fit worked; why is said above and in the report: sometimes."
    )
    assert (tmp_path / "medresample-report.html").exists()


def test_a_method_that_never_works_is_1_too(run, table, tmp_path, monkeypatch):
    offer(monkeypatch, "never", Never)
    code, _, err = run("compare", table, *TARGET, *QUICK, "--quiet", "--scores", "scores.csv")
    assert (code, err.count("\n")) == (1, 1)
    scores = pd.read_csv(tmp_path / "scores.csv")
    never = scores[scores["sampler"] == "never"]
    assert (never["status"] == "failed").all()
    assert never["auroc"].isna().all()


def test_what_is_unexpected_is_1_in_one_line_and_verbose_says_where(capsys):
    for verbose in (False, True):
        with pytest.raises(SystemExit) as left, one_line_errors(verbose=verbose):
            raise ZeroDivisionError("by zero")
        assert left.value.code == 1
        err = capsys.readouterr().err
        assert err.endswith("Error: ZeroDivisionError: by zero (--verbose says where)\n")
        assert ("Traceback" in err) == verbose
    with pytest.raises(SystemExit) as left, one_line_errors():
        raise MemoryError("Unable to allocate 7 GiB")
    assert left.value.code == 1
    assert capsys.readouterr().err == "Error: not enough memory (Unable to allocate 7 GiB)\n"


def test_an_interruption_is_130_and_says_how_to_go_on(run, table, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("medresample.compare.compare_samplers", interrupted)
    code, out, err = run("compare", table, *TARGET, *QUICK, "--quiet")
    assert (code, out) == (130, "")
    assert err == "Interrupted. Without --store, nothing is kept.\n"
    code, _, err = run("compare", table, *TARGET, *QUICK, "--quiet", "--store", "runs")
    assert code == 130
    assert err == (
        "Interrupted. Finished jobs are kept in runs: the same command goes on from there.\n"
    )


# As a shell starts a command at a terminal, whatever this process does with its signals.
AT_A_TERMINAL = """
import runpy, signal

signal.signal(signal.SIGINT, signal.default_int_handler)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
runpy.run_module("medresample", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals of POSIX")
def test_ctrl_c_ends_a_real_run_with_130_and_the_store_is_used_again(lesions, tmp_path):
    lesions.to_csv(tmp_path / "in.csv", index=False)
    words = ["compare", "in.csv", *TARGET, "--samplers", "random_over", "--jobs", "1"]
    words += ["--estimators", "forest", "--cv", "5", "--repeats", "20", "--store", "runs"]
    process = subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, *words],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("runs/*.npz")) and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.02)
    while process.poll() is None and time.monotonic() < deadline:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes of the command
        time.sleep(3)  # and again, as a user does: one may fall into a callback, which ignores it
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("Interrupted. Finished jobs are kept in runs: the same command goes on "
                        "from there.\n")  # fmt: skip
    assert list(tmp_path.glob("runs/*.npz"))


# Quiet and verbose


def test_quiet_leaves_errors_alone(run, table, lesions, tmp_path):
    few = lesions[(lesions["diagnosis"] == "benign") | (lesions["patient"] < 12)]
    few.to_csv(tmp_path / "few.csv", index=False)
    words = ["compare", "few.csv", *TARGET, *QUICK, "--samplers", "none"]
    _, loud, err = run(*words)
    assert "Warning: A test fold has only 3 positive cases" in err
    code, out, err = run(*words, "--quiet")
    assert (code, err) == (0, "")
    assert _without_seconds(out) == _without_seconds(loud)
    code, out, err = run(
        "resample", table, "out.csv", *TARGET, "--sampler", "random_over", "--quiet"
    )
    assert (code, err) == (0, "")
    assert "out.csv: 60 -> 88 rows" in out
    code, _, err = run("compare", "absent.csv", *TARGET, "--quiet")
    assert (code, err) == (2, "Error: absent.csv: no such file.\n")


def _without_seconds(out):
    return [line.split()[:-1] for line in out.splitlines()]


def test_verbose_says_what_is_done_and_for_how_long(run, table):
    code, out, err = run(
        "compare", table, *TARGET, *QUICK, "--samplers", "random_over,enn", "--verbose"
    )
    assert code == 0
    assert "..." not in out
    for what in ("Loading packages", "Reading lesions.csv", "Comparing", "Writing medresample-rep"):
        assert re.search(rf"^{what}.* \.\.\.$", err, re.MULTILINE)
        assert re.search(rf"^{what}.*: \d+\.\d\d s$", err, re.MULTILINE)
    jobs = re.findall(r"^\d+ of 10: (.*), repeat (\d), fold (\d): \d+\.\d\d s$", err, re.MULTILINE)
    assert len(set(jobs)) == 10
    assert {method for method, _, _ in jobs} == {
        "none", "class_weight", "none, threshold tuned", "random_over", "enn"
    }  # fmt: skip
    code, _, err = run("resample", table, "out.csv", *TARGET, "--sampler", "smote", "--verbose")
    assert code == 0
    assert re.search(r"^Resampling 60 rows with SMOTE: \d+\.\d\d s$", err, re.MULTILINE)


def test_verbose_gives_the_reason_of_a_job_and_its_warnings_as_they_come(run, table, monkeypatch):
    offer(monkeypatch, "never", Never)
    code, _, err = run("compare", table, *TARGET, *QUICK, "--verbose")
    assert code == 1
    lines = err.splitlines()
    place = next(i for i, line in enumerate(lines) if ": never, repeat" in line)
    assert lines[place + 1] == "  RuntimeError: no luck at all"


def test_verbose_adds_the_place_of_an_error(run):
    code, _, err = run("compare", "absent.csv", *TARGET, "--verbose")
    assert code == 2
    assert "Traceback (most recent call last)" in err
    assert err.splitlines()[-1] == "Error: absent.csv: no such file."


def test_quiet_and_verbose_exclude_one_another(run):
    for words in (["compare"], ["resample", "a.csv", "b.csv", "--sampler", "smote"]):
        code, out, err = run(*words, "--quiet", "--verbose")
        assert (code, out) == (2, "")
        assert err == "Error: --quiet and --verbose exclude one another.\n"


def test_a_reader_who_has_read_enough_is_no_error_of_the_user(lesions, tmp_path):
    lesions.to_csv(tmp_path / "in.csv", index=False)
    words = ["resample", "in.csv", "out.csv", *TARGET, "--sampler", "random_over", "--quiet"]
    process = subprocess.Popen(
        [sys.executable, "-m", "medresample", *words],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    process.wait(60)
    assert "Error" not in err
    assert "Traceback" not in err
    assert len(pd.read_csv(tmp_path / "out.csv")) == 88


# Help


def examples(command):
    """The commands that a help page shows."""
    shown = re.findall(r"- `medresample ([^`]*)`", command.__doc__)
    assert len(shown) >= 4
    return [" ".join(text.split()) for text in shown]


@pytest.mark.parametrize("example", examples(_compare.compare) + examples(_resample.resample))
def test_the_examples_of_the_help_run(run, lesions, tmp_path, example):
    lesions["stage"] = np.arange(60) % 3
    lesions["ward"] = np.arange(60) % 5
    for name in ("lesions", "train"):
        lesions.to_csv(tmp_path / f"{name}.csv", index=False)
    lesions.assign(patient=lesions["patient"] + 1000).drop_duplicates("patient").to_csv(
        tmp_path / "other-hospital.csv", index=False
    )
    quick = [*QUICK, "--samplers", "none"] if example.startswith("compare") else []
    code, out, err = run(*example.split(), *quick)
    assert code == 0
    assert out
    assert "Error" not in err


def test_the_help_shows_groups_of_options_defaults_and_exit_codes(run):
    for command, groups in {
        "compare": ["Data", "Comparison", "Work", "Results", "Messages"],
        "resample": ["Data", "Method", "Results", "Messages"],
    }.items():
        code, out, _ = run(command, "--help")
        assert code == 0
        for group in groups:
            assert f"─ {group} ─" in out
        for word in ("Examples", "Exit codes", "130: interrupted", "default: 0", "--verbose"):
            assert word in " ".join(out.replace("│", " ").split())


# Mistakes

JUNK = bytes(range(256)) * 20


@pytest.mark.parametrize("ending", ["csv", "parquet", "feather", "npz"])
@pytest.mark.parametrize("content", [b"", JUNK], ids=["empty", "junk"])
def test_a_file_that_is_no_table_is_named_with_what_it_is_not(run, tmp_path, ending, content):
    (tmp_path / f"in.{ending}").write_bytes(content)
    for words in (
        ["compare", f"in.{ending}"],
        ["resample", f"in.{ending}", f"out.{ending}", "--sampler", "smote"],
    ):
        code, out, err = run(*words, *TARGET)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"Error: in.{ending}: not a readable {ending} file (")
        assert content or "(it is empty)" in err
        assert not content or ending != "csv" or "it is no text in UTF-8; save it as such" in err
        assert not (tmp_path / f"out.{ending}").exists()
    if not content:
        assert "it is empty" in err


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("x,x,diagnosis\n1,2,a\n", [], "in.csv: not a readable csv file (the column 'x' is there "
         "twice; rename one)"),
        ("x,diagnosis\n" + "1,a\n" * 9, [], "one class only ('a')"),
        ("x,diagnosis\n", [], "in.csv: the table has no rows."),
        ("x,diagnosis\n1,a\n2,b\n", ["--groups", "patients"], "no column 'patients'. There are: "
         "x, diagnosis."),
        ("x,Diagnosis\n1,a\n2,b\n", [], "no column 'diagnosis'. Did you mean 'Diagnosis'?"),
        ("diagnosis\na\nb\n", [], "no feature columns are left besides diagnosis"),
    ],
)  # fmt: skip
def test_a_table_that_will_not_do_is_told_in_one_line(run, tmp_path, text, words, said):
    (tmp_path / "in.csv").write_text(text)
    for command in (["compare", "in.csv"], ["resample", "in.csv", "o.csv", "--sampler", "smote"]):
        code, out, err = run(*command, *TARGET, *words)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert said in err


def test_several_classes_are_told_what_to_do_on_the_command_line(run, tmp_path):
    (tmp_path / "in.csv").write_text("x,diagnosis\n" + "1,a\n2,b\n3,c\n" * 6)
    code, _, err = run("compare", "in.csv", *TARGET, *QUICK)
    assert (code, err.count("\n")) == (2, 1)
    assert "The target holds 3 classes (a, b, c): say with --positive which of them" in err
    assert "name --samplers without threshold_tuned" in err


def test_no_jobs_at_all_are_refused_in_words_of_the_command(run, table):
    code, out, err = run("compare", table, *TARGET, *QUICK[:-1], "0")
    assert (code, out) == (2, "")
    assert err == "Error: --jobs must be -1 (one per core) or a number from 1 on; got 0.\n"
