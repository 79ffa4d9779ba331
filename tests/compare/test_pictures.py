"""Pictures can be read, with 3 samplers and with 25, in gray too; and their numbers are right."""

import itertools

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

from medresample.compare import (
    CalibrationDisplay,
    ClassCountsDisplay,
    ComparisonResult,
    CurvesDisplay,
    DecisionCurvesDisplay,
    DifferencesDisplay,
    MadeRowsDisplay,
    RisksDisplay,
    SecondsDisplay,
)
from medresample.compare.pictures._panels import MANY
from medresample.metrics import CLINICAL
from medresample.over_sampling import SMOTE, SMOTENC, RandomOverSampler
from medresample.under_sampling import KMeansUnderSampler, RandomUnderSampler

mpl.use("Agg")

METRICS = ("auroc", "brier")
DISPLAYS = (
    DifferencesDisplay,
    CurvesDisplay,
    CalibrationDisplay,
    DecisionCurvesDisplay,
    RisksDisplay,
    ClassCountsDisplay,
    SecondsDisplay,
)


def long_name(number):
    """Narrow letters and wide ones, of which a part is left out in a picture."""
    words = ("a sampler with a long name, number", "SMOTE-K-MEANS, THEN CLEANED, NUMBER")
    return f"{words[number % 2]} {number:02d}"


def made_up(n_samplers, recalibrated=False):
    """A result that nobody computed: names as long as they get, and risks of every kind."""
    rng = np.random.default_rng(0)
    names = ["none", "class_weight", "none, threshold tuned"]
    names += [long_name(i) for i in range(n_samplers)]
    effort = dict(zip(names, [0, 2, 1] + [3] * n_samplers, strict=True))
    twins = {}
    if recalibrated:
        twins = {f"{name}, recalibrated": name for name in names if effort[name] != 1}
        names += twins
        effort |= {name: effort[raw] + 0.5 for name, raw in twins.items()}
    y = rng.random(120) < 0.2
    folds, predictions = [], []
    for estimator, (place, name), repeat in itertools.product(
        ("logistic", "forest"), enumerate(names), range(2)
    ):
        risk = 1 / (1 + np.exp(2.5 - 0.04 * place - 2 * y - rng.normal(size=120)))
        where = {"sampler": name, "estimator": estimator, "repeat": repeat}
        counts = {"n_before_negative": 64.0, "n_before_positive": 16.0}
        counts |= {"n_after_negative": 64.0, "n_after_positive": 64.0 if place > 2 else 16.0}
        seconds = {"seconds_resample": 0.01 * place, "seconds_fit": 0.1, "seconds_predict": 0.05}
        for fold in range(3):
            scores = {metric: rng.normal(0.8, 0.05) for metric in METRICS}
            told = {**where, "fold": fold, "status": "ok", "error": "", "warnings": ""}
            folds.append({**told, **scores, **counts, **seconds})
        told = {"row": np.arange(120), **where, "fold": 0, "y": y, "risk": risk}
        predictions.append(pd.DataFrame({**told, "decision": risk >= 0.5}))
    prevalence = float(y.mean())
    settings = {
        "control": "none",
        "methods": dict.fromkeys(names, ""),
        "effort": effort,
        "tuned": ["none, threshold tuned"],
        "estimators": {"logistic": "", "forest": ""},
        "recalibrated": twins,
        "scores": {
            name: {"label": CLINICAL[name].label, "metric": name, "macro": False}
            for name in METRICS
        },
    }
    data = {
        "classes": {"well": int((~y).sum()), "ill": int(y.sum())},
        "prevalence": prevalence,
        "prevalences": [prevalence],
        "positive": "ill",
        "negative": "well",
        "rarest": "ill",
        "ratio_test_train": 0.5,
    }
    ropes = dict.fromkeys(METRICS, 0.01)
    every = pd.concat(predictions, ignore_index=True)
    return ComparisonResult(
        pd.DataFrame(folds), every, data, settings, METRICS, ropes, np.arange(120)
    )


@pytest.fixture(scope="module")
def few():
    return made_up(3)


@pytest.fixture(scope="module")
def many():
    return made_up(25)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(1)
    y = np.arange(60) < 12
    return rng.normal(size=(60, 4)) * [1, 5, 2, 1] + y[:, None], np.where(y, "ill", "well")


def texts_of(figure):
    """The boxes of all texts that are seen."""
    hidden = set()
    for axis in figure.findobj(Axis):
        low, high = sorted(axis.get_view_interval())
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                hidden |= {tick.label1, tick.label2}
    return [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(Text)
        if text.get_text().strip()
        and text.get_visible()
        and text not in hidden
        and (text.axes is None or text.axes.get_visible())
    ]


def check_texts(figure, least):
    figure.draw_without_rendering()
    texts, canvas = texts_of(figure), figure.bbox
    assert len(texts) >= least
    for (one, box), (other, second) in itertools.combinations(texts, 2):
        assert not box.overlaps(second), f"{one!r} lies on {other!r}"
    for text, box in texts:
        assert canvas.x0 <= box.x0, text
        assert box.x1 <= canvas.x1, text
        assert canvas.y0 <= box.y0, text
        assert box.y1 <= canvas.y1, text


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("n_samplers", [3, 25])
def test_no_text_lies_on_another_or_is_cut_off(display, n_samplers, few, many):
    result = few if n_samplers == 3 else many
    axes = display.from_result(result).plot()
    check_texts(np.ravel(axes)[0].figure, least=n_samplers)
    mpl.pyplot.close("all")


@pytest.mark.parametrize("n_samplers", [3, 25])
def test_no_text_lies_on_another_between_scatters(n_samplers, rows):
    samplers = {long_name(i): (SMOTE, RandomOverSampler)[i % 2]() for i in range(n_samplers - 1)}
    display = MadeRowsDisplay.from_samplers({**samplers, "under": RandomUnderSampler()}, *rows)
    axes = display.plot()
    check_texts(axes.flat[0].figure, least=n_samplers)
    mpl.pyplot.close("all")


def lines_of(ax):
    """Lines with a name, by name."""
    handles, labels = ax.get_legend_handles_labels()
    return dict(zip(labels, handles, strict=True))


def test_lines_differ_by_more_than_their_color():
    result = made_up(MANY - 2)
    lines = lines_of(CurvesDisplay.from_result(result).plot(Figure())[0, 0])
    names = [name for name in lines if name != "as good as chance"]
    assert len(names) == MANY
    looks = {(line._unscaled_dash_pattern[1], line.get_marker()) for line in map(lines.get, names)}
    assert len({str(look) for look in looks}) == MANY
    dashes = [str(lines[name]._unscaled_dash_pattern) for name in names]
    markers = [lines[name].get_marker() for name in names]
    assert len(set(markers)) == MANY
    assert all(one != other for one, other in itertools.pairwise(dashes))


def test_worse_and_better_differ_in_gray(few):
    display = DifferencesDisplay.from_result(few, "brier", "logistic")
    table = display.table.copy()
    table.loc[table.index[1], ["difference", "low", "high"]] = [0.5, 0.4, 0.6]
    table.loc[table.index[3], ["difference", "low", "high"]] = [-0.5, -0.6, -0.4]
    ax = DifferencesDisplay(table, "brier", "none", display.score, 0.01).plot(Figure())
    marks = {float(line.get_xdata()[0]): line for line in ax.lines if line.get_marker() == "D"}
    assert marks[0.5].get_markerfacecolor() == "white"
    assert marks[-0.5].get_markerfacecolor() != "white"


def test_many_methods_get_a_panel_each_with_the_control_behind(many):
    display = DecisionCurvesDisplay.from_result(many)
    axes = display.plot(Figure(figsize=display.size))
    shown = [ax for ax in axes.flat if ax.get_visible()]
    assert len(shown) == 26  # 25 samplers and class weights; the control is behind each
    none = display.table.query("sampler == 'none'")
    for ax in shown:
        behind, own, *_ = ax.lines
        np.testing.assert_array_equal(behind.get_ydata(), none["model"])
        assert behind.get_color() != own.get_color()
        assert behind.get_linestyle() != own.get_linestyle()


def test_recalibrated_risks_share_the_panel_of_the_raw_ones():
    result = made_up(4, recalibrated=True)
    display = DecisionCurvesDisplay.from_result(result, "forest")
    axes = display.plot(Figure(figsize=display.size))
    titles = [ax.get_title(loc="left") for ax in axes.flat if ax.get_visible()]
    assert len(titles) == 6  # "none, recalibrated", class weights, and 4 samplers
    panel = next(ax for ax in axes.flat if ax.get_title(loc="left") == "class_weight")
    drawn = lines_of(panel)["the same, recalibrated"]
    table = display.table.query("sampler == 'class_weight, recalibrated'")
    np.testing.assert_array_equal(drawn.get_ydata(), table["model"])


def test_decision_curves_are_the_net_benefit_of_the_predictions(few):
    cuts = [0.1, 0.3]
    display = DecisionCurvesDisplay.from_result(few, "forest", thresholds=cuts)
    table = display.table.query("sampler == 'class_weight'").set_index("threshold")
    parts = few.predictions_of("forest", "class_weight").groupby("repeat")
    for cut in cuts:
        worth = []
        for _, part in parts:
            treated = part["risk"] >= cut
            hit, false = (treated & part["y"]).mean(), (treated & ~part["y"]).mean()
            worth.append(hit - false * cut / (1 - cut))
        assert table.loc[cut, "model"] == pytest.approx(np.mean(worth))
        share = few.data_["prevalence"]
        treat_all = share - (1 - share) * cut / (1 - cut)
        assert table.loc[cut, "treat_all"] == pytest.approx(treat_all)
    assert (table["treat_none"] == 0).all()
    lines = lines_of(display.plot(Figure()))
    assert {"treat all", "treat nobody", "none", "class_weight"} <= set(lines)


def test_decision_thresholds_surround_the_prevalence(few):
    table = DecisionCurvesDisplay.from_result(few).table
    odds = table["threshold"] / (1 - table["threshold"])
    share = few.data_["prevalence"]
    assert odds.min() == pytest.approx(0.25 * share / (1 - share))
    assert odds.max() == pytest.approx(4 * share / (1 - share))


def test_risks_are_told_by_quantiles_of_each_class(few):
    display = RisksDisplay.from_result(few, "forest")
    row = display.table.query("sampler == 'class_weight' and side == 'positive'").iloc[0]
    part = few.predictions_of("forest", "class_weight").query("y")
    np.testing.assert_allclose(
        row[["q05", "q25", "q50", "q75", "q95"]].to_numpy(dtype=float),
        np.quantile(part["risk"], [0.05, 0.25, 0.5, 0.75, 0.95]),
    )
    assert row["n"] == len(part)
    ax = display.plot(Figure())
    assert list(lines_of(ax))[:2] == ["well", "ill"]
    medians = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "D"]
    assert row["q50"] in medians


def test_class_counts_are_written_beside_the_bars(few):
    ax = ClassCountsDisplay.from_result(few).plot(Figure())
    assert [text.get_text() for text in ax.texts] == ["64 + 16"] + ["64 + 64"] * 3


def test_a_new_row_lies_between_its_parents(rows):
    X, y = rows
    plan = SMOTE(random_state=0).plan(X, y)
    display = MadeRowsDisplay.from_plans(plan, X)
    places = PCA(2, random_state=0).fit_transform(StandardScaler().fit_transform(X))
    told = plan.provenance()
    table = display.table.set_index("row")
    np.testing.assert_allclose(table.loc[: len(X) - 1, ["x", "y"]], places, atol=1e-9)
    new = np.flatnonzero(told["origin"] == "synthetic")
    assert len(new) == 36
    seed, partner = places[told["seed"][new]], places[told["partner"][new]]
    between = seed + told["step"][new, None] * (partner - seed)
    np.testing.assert_allclose(table.loc[new, ["x", "y"]], between, atol=1e-9)
    parents = display.links.groupby("row")["parent"].agg(set)
    assert parents.to_dict() == {
        row: {told["seed"][row], told["partner"][row]} for row in new.tolist()
    }
    lines = display.plot(Figure()).lines
    assert len(lines) == len(display.links)
    ends = {tuple(np.round(line.get_xydata()[0], 9)) for line in lines}
    assert ends == {tuple(place) for place in np.round(between, 9)}


def test_rows_that_are_left_out_copied_or_gathered_are_told_apart(rows):
    X, y = rows
    samplers = {
        "under": RandomUnderSampler(random_state=0),
        "over": RandomOverSampler(random_state=0),
        "centers": KMeansUnderSampler(strategy="centroid", random_state=0),
    }
    display = MadeRowsDisplay.from_samplers(samplers, X, y)
    counts = display.table.groupby(["sampler", "origin"]).size()
    assert counts["under", "left out"] == 36
    assert counts["over", "copy"] == 36
    assert counts["centers", "prototype"] == 12
    members = display.links.query("sampler == 'centers'")
    assert members["parent"].nunique() == len(members) == 48
    shown = {label for ax in display.plot(Figure()).flat for label in lines_of(ax)}
    assert shown == {"left out", "ill", "well", "copied", "new, lines to its parents"}


def test_a_mixed_table_is_prepared_as_for_a_learner(mixed):
    frame, y, _ = mixed
    frame = frame.assign(sex=frame["sex"].fillna("unknown"))
    sampler = SMOTENC(categorical_features=["sex", "scanner"], random_state=0)
    display = MadeRowsDisplay.from_samplers({"smote_nc": sampler}, frame, y)
    assert np.isfinite(display.table[["x", "y"]]).all(axis=None)
    assert len(display.explained) == 2


def test_samplers_see_what_they_would_see_in_a_comparison(rows):
    X, y = rows
    uneven = np.where(np.arange(60)[:, None] % 7, X * [1, 1000, 1, 1], np.nan)
    display = MadeRowsDisplay.from_samplers({"smote": SMOTE(random_state=0)}, uneven, y)
    filled = SimpleImputer(strategy="median").fit_transform(uneven)
    plan = SMOTE(random_state=0).plan(StandardScaler().fit_transform(filled), y)
    told = plan.provenance()
    new = np.flatnonzero(told["origin"] == "synthetic").tolist()
    parents = display.links.groupby("row")["parent"].agg(set)
    assert parents.to_dict() == {row: {told["seed"][row], told["partner"][row]} for row in new}


def test_a_scatter_needs_plans_and_a_dense_table(rows):
    from scipy import sparse

    class Other:
        def fit_resample(self, X, y):
            return X, y

    X, y = rows
    with pytest.raises(TypeError, match=r"'other' has no plan\(X, y\)"):
        MadeRowsDisplay.from_samplers({"other": Other()}, X, y)
    plan = SMOTE(random_state=0).plan(X, y)
    with pytest.raises(TypeError, match="dense tables"):
        MadeRowsDisplay.from_plans(plan, sparse.csr_array(X))
    with pytest.raises(ValueError, match="no plan to draw"):
        MadeRowsDisplay.from_plans({}, X)
    with pytest.raises(ValueError, match="2 samplers need as many axes, got 1"):
        MadeRowsDisplay.from_plans({"a": plan, "b": plan}, X).plot(Figure().subplots())


def test_a_result_draws_each_picture_by_name(few):
    names = ("differences", "curves", "calibration", "decision_curves", "risks", "class_counts",
             "seconds")  # fmt: skip
    for name in names:
        figure = Figure()
        axes = getattr(few, f"plot_{name}")(ax=figure)
        assert np.ravel(axes)[0].figure is figure
    ax = Figure().subplots()
    assert few.plot_decision_curves("forest", ax=ax) is ax


def test_two_pictures_share_a_figure(few):
    whole = Figure(figsize=(9.6, 10.4))
    upper, lower = whole.subfigures(2, 1)
    for half, plot in ((upper, few.plot_curves), (lower, few.plot_calibration)):
        assert plot(ax=half)[0, 0].figure is half
    check_texts(whole, least=40)


def test_no_class_and_no_test_set_is_invented(few):
    with pytest.raises(ValueError, match="No class 'dead'; there are: ill"):
        few.plot_curves(label="dead")
    with pytest.raises(ValueError, match="no external test set"):
        few.plot_risks(external=True)
    with pytest.raises(ValueError, match="two axes or a figure, got 3"):
        few.plot_curves(ax=Figure().subplots(1, 3))
