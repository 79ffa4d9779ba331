"""``import medresample`` costs next to nothing and loads nothing heavy."""

import subprocess
import sys

import pytest

import medresample


def modules_after(statement):
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_none_of_its_dependencies():
    loaded = modules_after("import medresample")
    heavy = {"numpy", "scipy", "sklearn", "imblearn", "numba", "pandas", "matplotlib", "polars"}
    assert not heavy & loaded


def test_resampling_a_small_array_loads_no_compiler_and_no_dataframe_library():
    loaded = modules_after(
        "import numpy; from medresample import SMOTE; "
        "SMOTE(random_state=0).fit_resample(numpy.eye(9), [0] * 6 + [1] * 3)"
    )
    # scikit-learn and imbalanced-learn may load pandas by themselves; we must not load more
    theirs = modules_after("import imblearn.over_sampling")
    assert not ({"numba", "pandas", "matplotlib", "polars"} & loaded) - theirs


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
