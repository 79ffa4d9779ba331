"""The thinned data are the ones described, and the same every time."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from medresample.datasets import load_nuclei


def test_the_prevalence_is_the_one_asked_for():
    nuclei = load_nuclei()
    counts = nuclei.target.value_counts()
    assert counts["benign"] == 357
    assert counts["malignant"] == round(0.1 * 357 / 0.9) == 40
    assert list(nuclei.data.columns) == nuclei.feature_names
    assert nuclei.feature_names == [
        "mean texture",
        "mean smoothness",
        "mean symmetry",
        "mean fractal dimension",
    ]


@pytest.mark.parametrize("prevalence", [0.01, 0.05, 0.2, 0.37])
def test_thinning_rounds_to_the_nearest_row(prevalence):
    malignant = load_nuclei(prevalence=prevalence, as_frame=False).target == "malignant"
    assert malignant.sum() == round(prevalence * 357 / (1 - prevalence))


def test_rows_are_rows_of_the_source_in_its_order():
    source = load_breast_cancer()
    nuclei = load_nuclei(columns="all", as_frame=False)
    assert np.all(np.diff(nuclei.row_numbers) > 0)
    np.testing.assert_array_equal(nuclei.data, source.data[nuclei.row_numbers])
    np.testing.assert_array_equal(
        nuclei.target == "malignant", source.target[nuclei.row_numbers] == 0
    )


def test_columns_keep_the_order_asked_for():
    source = load_breast_cancer()
    nuclei = load_nuclei(columns=["worst area", "mean radius"], prevalence=None, as_frame=False)
    assert nuclei.data.shape == (569, 2)
    np.testing.assert_array_equal(nuclei.data, source.data[:, [23, 0]])


def test_the_same_seed_keeps_the_same_rows():
    first, again, other = (load_nuclei(random_state=seed).row_numbers for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_description_says_what_was_done():
    nuclei = load_nuclei()
    text = " ".join(nuclei.DESCR.split())
    assert "40 of the 212 malignant rows" in text
    assert "10.1%" in text
    assert "with all thirty there is nothing left to learn" in nuclei.summary
    assert nuclei.summary in text
    assert nuclei.DESCR.startswith(nuclei.title)
    assert "thirty" not in load_nuclei(columns="all").DESCR


def test_with_all_thirty_columns_there_is_nothing_left_to_learn():
    nuclei = load_nuclei(columns="all")
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    cv = RepeatedStratifiedKFold(n_splits=5, n_repeats=5, random_state=0)
    positive = nuclei.target == "malignant"
    auroc = cross_val_score(model, nuclei.data, positive, cv=cv, scoring="roc_auc").mean()
    assert auroc == pytest.approx(0.9995, abs=0.0003)
    assert "0.9995" in load_nuclei().summary


@pytest.mark.parametrize("prevalence", [0, -0.1, 0.38, 1, np.nan])
def test_a_prevalence_out_of_reach_is_refused(prevalence):
    with pytest.raises(ValueError, match=r"at most 0\.3726"):
        load_nuclei(prevalence=prevalence)


def test_a_prevalence_without_a_single_case_is_refused():
    with pytest.raises(ValueError, match="no malignant row"):
        load_nuclei(prevalence=0.001)


def test_an_unknown_column_is_answered_with_the_nearest_name():
    with pytest.raises(ValueError, match="Did you mean 'mean texture'"):
        load_nuclei(columns=["mean textur"])
    with pytest.raises(ValueError, match="columns is empty"):
        load_nuclei(columns=[])
