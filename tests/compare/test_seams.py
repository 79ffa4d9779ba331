"""Small parts that the comparison leans on: thresholds, warnings, progress, seeds, extras."""

import io
import threading
import warnings

import numpy as np
import pytest

from medresample._core.extras import load_extra
from medresample.compare._progress import Progress
from medresample.compare._recording import record_warnings
from medresample.compare._seeds import branches
from medresample.compare._thresholds import best_threshold, check_threshold
from medresample.exceptions import MissingExtraError

Y = np.array([0, 0, 1, 0, 1, 1], dtype=bool)
RISK = np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.8])


def test_youden_takes_the_best_sum_of_sensitivity_and_specificity():
    cut = best_threshold(check_threshold("youden"), Y, RISK)
    assert cut == pytest.approx(0.5)  # midway between 0.4 and 0.6: 2/3 + 1
    tries = [(RISK[Y] >= t).mean() + (RISK[~Y] < t).mean() for t in np.linspace(0.01, 0.99, 99)]
    assert (RISK[Y] >= cut).mean() + (RISK[~Y] < cut).mean() == pytest.approx(max(tries))


def test_a_wanted_sensitivity_is_kept_with_the_highest_threshold():
    cut = best_threshold(check_threshold({"min_sensitivity": 0.9}), Y, RISK)
    assert cut == pytest.approx(0.25)
    assert (RISK[Y] >= cut).mean() == 1
    low = best_threshold(check_threshold({"min_sensitivity": 0.3}), Y, RISK)
    assert low == pytest.approx(0.7)


def test_a_threshold_below_every_risk_stays_a_risk():
    cut = best_threshold(
        check_threshold({"min_sensitivity": 1.0}), np.array([True, False]), np.array([0.0, 0.5])
    )
    assert cut == 0.0


def test_branches_are_those_of_a_fresh_spawn_and_can_be_asked_twice():
    seed = np.random.SeedSequence(5)
    states = [child.generate_state(2).tolist() for child in branches(seed, 3)]
    assert states == [child.generate_state(2).tolist() for child in branches(seed, 3)]
    assert states == [
        child.generate_state(2).tolist() for child in np.random.SeedSequence(5).spawn(3)
    ]


def test_each_thread_keeps_its_own_warnings():
    both_inside = threading.Barrier(2)
    found = {}

    def work(name):
        with record_warnings() as log:
            both_inside.wait(5)
            warnings.warn(f"from {name}", UserWarning, stacklevel=1)
            both_inside.wait(5)
            found[name] = list(log)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"a": ["UserWarning: from a"], "b": ["UserWarning: from b"]}


def test_the_filters_outside_are_as_before():
    before = list(warnings.filters), warnings.showwarning
    with record_warnings():
        warnings.warn("kept", UserWarning, stacklevel=1)
    assert (list(warnings.filters), warnings.showwarning) == before
    with pytest.raises(UserWarning, match="raised again"):
        warnings.warn("raised again", UserWarning, stacklevel=1)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_rewrites_a_line_on_a_terminal_only():
    screen, log = Terminal(), io.StringIO()
    for stream in (screen, log):
        progress = Progress(3, "auto", stream)
        progress.last -= 100
        for _ in range(3):
            progress.step(None, None)
    assert screen.getvalue().startswith("\rcompared 1 of 3")
    assert "\r" not in log.getvalue()
    lines = log.getvalue().splitlines()
    assert lines[0].startswith("compared 1 of 3")
    assert lines[-1].startswith("compared 3 of 3")


def test_progress_can_be_silent():
    stream = io.StringIO()
    Progress(1, False, stream).step(None, None)
    assert stream.getvalue() == ""


def test_a_missing_package_names_the_extra_in_one_line():
    with pytest.raises(MissingExtraError) as caught:
        load_extra("no_such_package", "report")
    assert str(caught.value) == (
        "report needs the extra 'report': pip install \"medresample[report]\""
    )
