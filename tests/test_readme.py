"""What README.md and CONTRIBUTING.md show runs as it is shown; no public name lacks a page."""

import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import medresample

ROOT = Path(__file__).parent.parent


def marked(page, name):
    """Code between ``<!-- name -->`` and ``<!-- /name -->``, without the fence."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```\n<!-- /{name} -->", text, re.DOTALL)
    assert found, f"{page} has no code marked {name}"
    return found.group(1)


def test_the_example_of_the_readme_runs(capsys):
    exec(marked("README.md", "example"), {})
    printed = capsys.readouterr().out
    assert re.search(r"AUROC 0\.[5-9]", printed)
    assert "SamplingPlan(kept 1200 of 1200" in printed


def test_the_example_of_the_readme_has_twenty_lines():
    code = marked("README.md", "example")
    assert len([line for line in code.splitlines() if line.strip()]) <= 20


@pytest.mark.parametrize("name", ["main-job", "tests"])
def test_a_command_of_the_readme_is_one_line(name):
    command = marked("README.md", name).strip()
    assert "\n" not in command
    assert command.startswith("python3 -m venv .venv && ")


def test_the_sampler_of_the_contributing_guide_works():
    namespace = {}
    exec(marked("CONTRIBUTING.md", "sampler"), namespace)
    X, y = np.array([["a"], ["b"], ["c"], ["d"], ["e"]], dtype=object), np.array([0, 0, 0, 1, 1])
    sampler = namespace["EvenOverSampler"](sampling_strategy={0: 8, 1: 6}, random_state=0)
    X_new, y_new = sampler.fit_resample(X, y)
    assert y_new.tolist() == [0, 0, 0, 1, 1] + 5 * [0] + 4 * [1]
    assert sorted(np.unique(X_new, return_counts=True)[1].tolist()) == [2, 3, 3, 3, 3]


def test_adding_a_sampler_takes_less_than_sixty_lines():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## Add a sampler")[1].split("\n## ")[0]
    assert len(section.splitlines()) < 60


@pytest.mark.skipif(not (ROOT / "docs").exists(), reason="a source archive has no documentation")
@pytest.mark.parametrize("room", medresample._ROOMS)
def test_every_public_name_has_a_page_in_the_reference(room):
    listed = (ROOT / "docs" / "api" / "index.rst").read_text(encoding="utf-8").split()
    module = import_module(f"medresample.{room}")
    pages = {name for name in module.__all__ if callable(getattr(module, name))}
    missing = {name for name in pages if f"{room}.{name}" not in listed and name not in listed}
    assert not missing
