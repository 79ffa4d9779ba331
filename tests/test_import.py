"""``import medresample`` costs next to nothing and loads nothing heavy."""

import subprocess
import sys

import pytest

import medresample

STATEMENTS = {
    "medresample": "import medresample",
    # scikit-learn and imbalanced-learn may load pandas by themselves; we must not load more
    "theirs": "import imblearn.over_sampling",
    "resampling": "import numpy; from medresample import SMOTE; "
    "SMOTE(random_state=0).fit_resample(numpy.eye(9), [0] * 6 + [1] * 3)",
}


@pytest.fixture(scope="module")
def loaded():
    """What a new process has loaded after each of the statements, one after the other."""
    code = "import sys\n" + "".join(
        f"{statement}\nprint(*sorted(sys.modules))\n" for statement in STATEMENTS.values()
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    return dict(zip(STATEMENTS, (set(line.split()) for line in lines), strict=True))


def test_importing_the_package_loads_none_of_its_dependencies(loaded):
    heavy = {"numpy", "scipy", "sklearn", "imblearn", "numba", "pandas", "matplotlib", "polars"}
    assert "medresample" in loaded["medresample"]
    assert not heavy & loaded["medresample"]


def test_resampling_a_small_array_loads_no_compiler_and_no_dataframe_library(loaded):
    more = loaded["resampling"] - loaded["theirs"]
    assert "medresample.over_sampling" in more
    assert not {"numba", "pandas", "matplotlib", "polars"} & more


def test_every_public_name_can_be_had():
    for name in medresample.__all__:
        assert getattr(medresample, name) is not None
    assert set(dir(medresample)) == set(medresample.__all__)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Smote'"):
        _ = medresample.Smote


def test_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert version("medresample") == medresample.__version__
