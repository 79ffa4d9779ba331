"""The diagram shows ranks and tests as they are, and its labels can be read for any number."""

import itertools

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from medresample.compare import ComparisonResult, CriticalDifferenceDisplay, ManyComparisons

mpl.use("Agg")


def result_like(values, estimator="forest"):
    """A result that holds one score per method."""
    folds = pd.DataFrame(
        {"sampler": name, "estimator": estimator, "repeat": 0, "fold": 0, "status": "ok"}
        | {"error": "", "auroc": value}
        for name, value in values.items()
    )
    settings = {"methods": dict.fromkeys(values, ""), "estimators": {estimator: ""}}
    settings |= {"effort": dict.fromkeys(values, 3), "control": next(iter(values))}
    settings |= {"scores": {"auroc": {"label": "AUROC", "metric": "auroc", "macro": False}}}
    settings |= {"recalibrated": {}}
    return ComparisonResult(
        folds, pd.DataFrame(), {}, settings, ("auroc",), {"auroc": 0.01}, np.arange(1)
    )


def many_like(values, names=None):
    """Results on data sets of which each row of values is one."""
    values = np.asarray(values)
    names = [f"method {i}" for i in range(values.shape[1])] if names is None else names
    results = {
        f"set {i}": result_like(dict(zip(names, row, strict=True))) for i, row in enumerate(values)
    }
    sets = pd.DataFrame({"data_set": list(results), "status": "ok", "error": ""})
    return ManyComparisons(results, sets)


def spread(n_sets, n_methods, step, seed=0):
    rng = np.random.default_rng(seed)
    return 0.7 + step * np.arange(n_methods) + 0.05 * rng.normal(size=(n_sets, n_methods))


def drawn(display):
    figure = Figure(layout="constrained", figsize=(7.2, 0.9 + 0.24 * (3 + len(display.table))))
    ax = display.plot(figure.subplots())
    figure.canvas.draw()
    return ax


def test_two_methods_share_a_bar_if_and_only_if_they_are_not_told_apart():
    many = many_like(spread(14, 8, 0.02))
    display = CriticalDifferenceDisplay.from_result(many)
    pairs = many.pairwise()
    assert 0 < (pairs["p_holm"] < 0.05).sum() < len(pairs)
    for pair in pairs.itertuples():
        shared = any({pair.sampler, pair.other} <= set(bar) for bar in display.bars)
        assert shared == (pair.p_holm >= 0.05)


def test_the_drawing_holds_ranks_and_dots_where_they_are():
    many = many_like(spread(14, 8, 0.02))
    display = CriticalDifferenceDisplay.from_result(many)
    ax = drawn(display)
    rank = many.ranks().set_index("sampler")["rank"]
    assert display.table["rank"].is_monotonic_increasing
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [sorted(line.get_xdata()) for line in dots] == [
        sorted(rank[name] for name in bar) for bar in display.bars
    ]
    stems = [line.get_xdata()[0] for line in ax.lines if line.get_ydata()[0] == 0]
    np.testing.assert_allclose(np.sort(stems), np.sort(rank))
    labels = {text.get_text().strip() for text in ax.texts}
    assert {f"{rank['method 7']:.2f}  method 7", f"method 7  {rank['method 7']:.2f}"} & labels
    assert "14 data sets" in ax.get_xlabel()
    assert any("Friedman, p < 0.001" in label for label in labels)


@pytest.mark.parametrize("n_methods", [2, 3, 25])
@pytest.mark.parametrize("step", [0.0, 0.02])
def test_labels_do_not_overlap(n_methods, step):
    names = [f"a sampler with a long name {i:2d}" for i in range(n_methods)]
    display = CriticalDifferenceDisplay.from_result(
        many_like(spread(20, n_methods, step), names), estimator="forest"
    )
    ax = display.plot()
    ax.figure.canvas.draw()
    texts = [*ax.texts, ax.xaxis.label, *ax.get_xticklabels()]
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    assert len(boxes) >= n_methods + 2
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
    canvas = ax.figure.bbox
    for box in boxes:
        assert canvas.x0 <= box.x0
        assert box.x1 <= canvas.x1
        assert canvas.y0 <= box.y0
        assert box.y1 <= canvas.y1
    mpl.pyplot.close("all")


def test_below_ten_data_sets_there_are_no_bars():
    display = CriticalDifferenceDisplay.from_result(many_like(spread(9, 4, 0.5)))
    assert display.bars == ()
    assert np.isnan(display.p_value)
    ax = drawn(display)
    assert any("Too few data sets for tests" in text.get_text() for text in ax.texts)


def test_a_single_method_is_a_line_without_bars():
    many = many_like(spread(11, 1, 0.0))
    assert many.friedman().loc[0, "note"] == "fewer than two methods are ranked"
    display = CriticalDifferenceDisplay.from_result(many)
    assert display.bars == ()
    said = [text.get_text() for text in drawn(display).texts]
    assert "A single method is ranked: there is nothing to test." in said
    assert not any("nan" in text for text in said)


def test_it_is_drawn_from_the_result_by_name():
    many = many_like(spread(11, 3, 0.0))
    ax = many.plot_ranks("auroc", "forest", ax=Figure().subplots())
    assert "AUROC" in ax.get_xlabel()
    with pytest.raises(ValueError, match="No estimator 'tree'; there are: forest"):
        many.plot_ranks(estimator="tree")
    gaps = spread(11, 3, 0.0)
    gaps[:, 1] = np.where(np.arange(11) % 2, np.nan, gaps[:, 1])
    gaps[:, 2] = np.where(np.arange(11) % 2, gaps[:, 2], np.nan)
    with pytest.raises(ValueError, match="no data set on which every method has a score"):
        many_like(gaps).plot_ranks(ax=Figure().subplots())
