import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from medresample.compare import compare_samplers
from medresample.compare.report import report_html
from medresample.datasets import load_nuclei
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler


@pytest.fixture(scope="session")
def nuclei():
    return load_nuclei()


@pytest.fixture(scope="session")
def result(nuclei):
    """One small comparison that several files look at; nobody may change it."""
    return compare_samplers(
        {
            "random_over": RandomOverSampler(),
            "random_under": RandomUnderSampler(),
            "smote": SMOTE(),
        },
        {"logistic": LogisticRegression(), "tree": DecisionTreeClassifier(max_depth=3)},
        nuclei.data,
        nuclei.target,
        n_repeats=2,
        progress=False,
    )


@pytest.fixture(scope="session")
def report_text(result):
    """The report of that comparison, drawn once."""
    return report_html(result)


@pytest.fixture
def mixed():
    """A table with numbers, words, categories and holes, and several rows per patient."""
    rng = np.random.default_rng(0)
    n = 240
    patient = np.repeat(np.arange(120), 2)
    ill = np.repeat(rng.random(120) < 0.3, 2)
    frame = pd.DataFrame(
        {
            "age": rng.normal(60, 10, n) + 14 * ill,
            "size": rng.normal(12, 3, n),
            "lesions": pd.array(rng.integers(0, 9, n), dtype="Int64"),
            "sex": rng.choice(["f", "m"], n),
            "scanner": pd.Categorical(rng.choice(["A", "B", "C"], n)),
        }
    )
    frame.loc[::17, "age"] = np.nan
    frame.loc[::19, "lesions"] = pd.NA
    frame.loc[::23, "sex"] = None
    return frame, np.where(ill, "ill", "well"), patient
