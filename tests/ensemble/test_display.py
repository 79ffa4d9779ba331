"""The pictures of ensembles show the numbers of their tables, and nothing hides another thing."""

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from medresample.ensemble import (
    BalanceCascadeClassifier,
    CascadeDisplay,
    EasyEnsembleClassifier,
    ErrorPropagationDisplay,
    StabilityDisplay,
)

mpl.use("Agg")


@pytest.fixture(scope="module")
def table(blobs):
    """A table of overlapping classes, with words for labels, one of them not plain."""
    X, y = blobs((300, 60), n_features=3)
    return X, np.array(["$well$", "ill"])[y]


@pytest.fixture(scope="module")
def report(table):
    X, y = table
    model = EasyEnsembleClassifier(4, n_rounds=3, random_state=0).fit(X[::2], y[::2])
    return model.stability_report(X[1::2], y[1::2])


@pytest.fixture(scope="module")
def found(table):
    cascade = BalanceCascadeClassifier(3, n_rounds=3)
    return cascade.error_propagation(*table, noise_rates=(0, 0.1, 0.2), n_repeats=2, random_state=0)


def drawn(display):
    """Draw on a figure of our own, and render it."""
    figure = Figure(figsize=(12, 4), layout="constrained")
    axes = display.plot(figure.subplots(1, 3))
    figure.draw_without_rendering()
    return axes


def lines_of(ax):
    """Give the labeled lines of axes as arrays of y."""
    named = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
    return {label: values for label, values in named.items() if not label.startswith("_")}


def overlap(boxes):
    return any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


class TestStability:
    """Members, settling, agreement."""

    def test_dots_are_the_members_and_lines_the_ensemble(self, report):
        ax = drawn(StabilityDisplay(report))[0]
        dots = [line for line in ax.get_lines() if line.get_marker() == "o"]
        levels = [line for line in ax.get_lines() if line.get_marker() != "o"]
        names = ["sensitivity", "specificity", "auroc"]
        for name, some, level in zip(names, dots, levels, strict=True):
            np.testing.assert_array_equal(some.get_ydata(), np.sort(report.members_[name][:-1]))
            assert set(level.get_ydata()) == {report.members_[name][-1]}
        assert [text.get_text() for text in ax.get_xticklabels()] == [
            "Sensitivity",
            "Specificity",
            "AUROC",
        ]

    def test_scores_settle_as_in_the_table(self, report):
        ax = drawn(StabilityDisplay(report))[1]
        lines = lines_of(ax)
        np.testing.assert_array_equal(lines["AUROC"], report.settling_["auroc"])
        np.testing.assert_array_equal(lines["Sensitivity"], report.settling_["sensitivity"])
        heights = [bar.get_height() for bar in ax.patches]
        np.testing.assert_array_equal(heights, report.settling_["changed"])

    def test_kappa_is_shown_and_written(self, report):
        ax = drawn(StabilityDisplay(report))[2]
        np.testing.assert_array_equal(ax.images[0].get_array(), report.kappa_)
        assert [text.get_text() for text in ax.texts] == [f"{k:.2f}" for k in report.kappa_.ravel()]

    @pytest.mark.parametrize("n", [1, 4, 50])
    def test_nothing_overlaps_with_few_members_or_many(self, table, n):
        X, y = table
        model = EasyEnsembleClassifier(n, n_rounds=1, random_state=0).fit(X[::2], y[::2])
        axes = drawn(StabilityDisplay(model.stability_report(X[1::2], y[1::2])))
        for ax in axes:
            for axis in (ax.xaxis, ax.yaxis):
                shown = [label for label in axis.get_ticklabels() if label.get_text()]
                assert not overlap([label.get_window_extent() for label in shown])
        assert not overlap([ax.get_tightbbox() for ax in axes])
        if n == 50:
            assert not axes[2].texts


class TestCascade:
    """Rows, shares and thresholds of each stage."""

    def test_the_lines_are_the_columns_of_the_report(self, table):
        model = BalanceCascadeClassifier(4, n_rounds=3, random_state=0).fit(*table)
        rows, shares, thresholds = drawn(CascadeDisplay(model.cascade_report_))
        report = model.cascade_report_
        name = r"\$well\$"  # not mathematics
        np.testing.assert_array_equal(lines_of(rows)[name], report["negatives_before"])
        np.testing.assert_array_equal(lines_of(shares)[name], report["rate_reached"])
        np.testing.assert_array_equal(thresholds.get_lines()[0].get_ydata(), report["threshold"])
        written = [int(text.get_text()) for text in rows.texts]
        assert written == report["negatives_before"].tolist()

    def test_each_larger_class_has_a_line(self, multiclass):
        model = BalanceCascadeClassifier(4, n_rounds=3, random_state=0).fit(*multiclass)
        axes = drawn(CascadeDisplay(model.cascade_report_))
        assert list(lines_of(axes[0])) == ["0", "1"]
        assert lines_of(axes[0])["1"][0] == 24
        assert not axes[0].texts

    @pytest.mark.parametrize("n", [2, 4, 50])
    def test_nothing_overlaps_with_few_stages_or_many(self, table, n):
        model = BalanceCascadeClassifier(n, n_rounds=1, random_state=0).fit(*table)
        axes = drawn(CascadeDisplay(model.cascade_report_))
        for ax in axes:
            shown = [label for label in ax.get_xticklabels() if label.get_text()]
            assert not overlap([label.get_window_extent() for label in shown])
        assert not overlap([ax.get_tightbbox() for ax in axes])

    def test_a_cascade_of_one_has_nothing_to_show(self, table):
        model = BalanceCascadeClassifier(1, n_rounds=1).fit(*table)
        with pytest.raises(ValueError, match="single member drops nothing"):
            CascadeDisplay(model.cascade_report_).plot()


class TestErrorPropagation:
    """Ensembles, members and wrong labels, by noise rate."""

    def test_the_left_plot_is_the_last_stage_with_its_deviation(self, found):
        ax = drawn(ErrorPropagationDisplay(found))[0]
        last = found.summary_[found.summary_["stage"] == 2]
        for bars, rows in zip(ax.containers, np.split(last, 2), strict=True):
            assert bars.get_label() == rows["method"][0]
            line, _, (reach,) = bars.lines
            np.testing.assert_array_equal(line.get_ydata(), rows["auroc_ensemble_mean"])
            spans = [segment[1, 1] - segment[0, 1] for segment in reach.get_segments()]
            np.testing.assert_allclose(spans, 2 * rows["auroc_ensemble_sd"])

    def test_the_middle_plot_is_members_without_noise_and_with_most(self, found):
        lines = lines_of(drawn(ErrorPropagationDisplay(found))[1])
        table = found.summary_
        assert len(lines) == 4
        for method in ("BalanceCascade", "EasyEnsemble"):
            for rate in (0, 0.2):
                own = table[(table["method"] == method) & (table["noise_rate"] == rate)]
                found_line = lines[f"{method}, noise {rate}"]
                np.testing.assert_array_equal(found_line, own["auroc_member_mean"])

    def test_the_right_plot_is_the_share_of_wrong_labels(self, found):
        ax = drawn(ErrorPropagationDisplay(found))[2]
        expected = found.summary_["mislabeled_remaining_mean"].reshape(6, 3)
        np.testing.assert_array_equal([line.get_ydata() for line in ax.get_lines()], expected)
        assert list(lines_of(ax)) == ["0", "0.1", "0.2"]
        assert r"\$well\$" in ax.get_title()

    @pytest.mark.parametrize(("n", "rates"), [(2, [0.2]), (40, [0.05, 0.1, 0.15, 0.2, 0.3, 0.5])])
    def test_nothing_overlaps_with_few_stages_and_rates_or_many(self, table, n, rates):
        cascade = BalanceCascadeClassifier(n, n_rounds=1)
        found = cascade.error_propagation(*table, noise_rates=rates, n_repeats=1, random_state=0)
        axes = drawn(ErrorPropagationDisplay(found))
        assert not overlap([ax.get_tightbbox() for ax in axes])

    def test_no_noise_at_all_can_be_drawn(self, table):
        cascade = BalanceCascadeClassifier(2, n_rounds=1)
        found = cascade.error_propagation(*table, noise_rates=[0], n_repeats=1)
        axes = drawn(ErrorPropagationDisplay(found))
        assert len(lines_of(axes[1])) == 2


def test_without_axes_a_figure_is_made_and_kept(report):
    import matplotlib.pyplot as plt

    display = StabilityDisplay(report)
    axes = display.plot()
    assert display.axes_ is axes
    assert display.figure_ is axes[0].figure
    assert display.figure_.number in plt.get_fignums()
    plt.close("all")


def test_other_numbers_of_axes_are_refused(report):
    with pytest.raises(ValueError, match="StabilityDisplay draws on three axes, got 1"):
        StabilityDisplay(report).plot(Figure().subplots())


def test_ensembles_load_no_drawing_library():
    code = "import sys, medresample.ensemble; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
