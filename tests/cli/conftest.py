import sys

import numpy as np
import pandas as pd
import pytest

from medresample import cli
from medresample.compare.report import _figures


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
def lesions():
    """A table of 60 lesions of 30 patients, 16 of the lesions malignant."""
    rng = np.random.default_rng(0)
    ill = np.repeat(np.arange(30) % 4 == 0, 2)
    return pd.DataFrame(
        {
            "patient": np.repeat(np.arange(30), 2),
            "size": (rng.normal(10, 2, 60) + 3 * ill).round(3),  # short enough to be read exactly
            "shape": rng.normal(size=60).round(3),
            "diagnosis": np.where(ill, "malignant", "benign"),
        }
    )
