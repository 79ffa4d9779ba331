"""Every picture is drawn from a table that can be looked at without drawing."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from medresample import metrics
from medresample.compare import (
    CalibrationDisplay,
    ClassCountsDisplay,
    CurvesDisplay,
    DifferencesDisplay,
    SecondsDisplay,
)

mpl.use("Agg")


def drawn(display, axes=1):
    """Draw on a figure of our own, and render it."""
    figure = Figure(layout="constrained")
    places = figure.subplots(1, axes)
    assert display.plot(places) is not None
    figure.canvas.draw()
    return places


def test_the_forest_plot_shows_every_difference_and_the_band(result):
    display = DifferencesDisplay.from_result(result, "auroc")
    ax = drawn(display)
    dots = [line for line in ax.lines if line.get_marker() in "oD"]
    expected = display.table.loc[display.table["sampler"] != "none", "difference"]
    np.testing.assert_allclose([float(np.ravel(d.get_xdata())[0]) for d in dots], expected)
    band = ax.patches[0].get_extents().transformed(ax.transData.inverted())
    assert (band.x0, band.x1) == pytest.approx((-0.01, 0.01))
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert labels[:2] == ["logistic", "class_weight"]
    assert "AUROC" in ax.get_xlabel()


def test_the_default_figure_is_the_forest_plot(result):
    figure = Figure()
    ax = result.plot_differences(ax=figure.subplots())
    assert "AUROC" in ax.get_xlabel()
    assert "distance of" in result.plot_differences("o_to_e", ax=figure.subplots()).get_xlabel()


def test_without_axes_new_ones_are_made(result):
    import matplotlib.pyplot as plt

    ax = result.plot_differences()
    assert ax.figure in [plt.figure(number) for number in plt.get_fignums()]
    plt.close("all")


def test_the_area_under_the_drawn_roc_is_the_auroc(result):
    display = CurvesDisplay.from_result(result, "logistic")
    drawn(display, axes=2)
    table = display.table.query("sampler == 'smote' and repeat == 1")
    part = result.predictions_of("logistic", "smote").query("repeat == 1")
    roc = table[table["curve"] == "roc"]
    auroc = metrics.auroc(part["y"], part["risk"])
    assert np.mean(roc["y"].to_numpy()) == pytest.approx(auroc, abs=0.01)
    pr = table[table["curve"] == "pr"]
    precision = metrics.average_precision(part["y"], part["risk"])
    assert pr["y"].iloc[1:].mean() == pytest.approx(precision, abs=0.02)
    assert pr["y"].iloc[-1] >= result.data_["prevalence"]


def test_a_tuned_threshold_has_no_curve_of_its_own(result):
    assert "none, threshold tuned" not in set(CurvesDisplay.from_result(result).table["sampler"])


def test_calibration_bins_carry_the_calibration_error(result):
    display = CalibrationDisplay.from_result(result, "tree")
    drawn(display, axes=2)
    part = result.predictions_of("tree", "smote")
    bins = display.table.query("sampler == 'smote'")
    assert bins["n"].sum() == len(part)
    gap = np.average(np.abs(bins["risk"] - bins["observed"]), weights=bins["n"])
    ece = metrics.expected_calibration_error(part["y"], part["risk"])
    assert gap == pytest.approx(ece)
    shares = display.histogram.groupby("sampler")["share"].sum()
    np.testing.assert_allclose(shares, 1)


def test_class_counts_are_means_per_fold(result):
    display = ClassCountsDisplay.from_result(result)
    drawn(display)
    table = display.table.set_index(["sampler", "stage"])
    assert table.loc[("smote", "before"), "positive"] == 32
    assert table.loc[("smote", "after"), "positive"] == pytest.approx(285.6)
    assert table.loc[("random_under", "after"), "negative"] == 32
    assert display.labels == ("benign", "malignant")


def test_seconds_are_shown_for_every_pair(result):
    display = SecondsDisplay.from_result(result)
    drawn(display)
    assert len(display.table) == 12
    assert (display.table[["fit", "predict"]] > 0).all(axis=None)


def test_an_unknown_estimator_and_wrong_axes_are_refused(result):
    with pytest.raises(ValueError, match="No estimator 'svm'; there are: logistic, tree"):
        CurvesDisplay.from_result(result, "svm")
    for display in (CurvesDisplay, CalibrationDisplay):
        with pytest.raises(ValueError, match="two axes"):
            display.from_result(result).plot(Figure().subplots())
