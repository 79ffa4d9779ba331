"""The measurement of a comparison runs, and its page says what it found."""

from importlib import import_module
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


def test_a_small_comparison_is_measured_and_told(elsewhere, monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    costs, page, workloads = map(import_module, ("comparison_costs", "page", "workloads"))
    monkeypatch.setattr(costs, "TABLE", workloads.Workload("small", 300, 60, 6))
    monkeypatch.setattr(costs, "METHODS", ("none", "class_weight", "smote"))
    monkeypatch.setattr(costs, "fresh", elsewhere)
    row = costs.comparison(True)
    assert row["failed"] == 0
    assert row["jobs"] == 4 * 2  # a tuned threshold is added by itself, and there are two folds
    assert 0 < row["use"] <= 1.1  # clocks tick in hundredths of a second
    text = page._comparison([row]).replace("\n", " ")
    assert "3 methods and 2 models" in text
    assert "2 were run, which is 8 jobs" in text
