"""The pictures of the pages: mostly, every sampler on the same two-dimensional table."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from medresample import BalanceCascadeClassifier

COLORS = {"common": "#93a3ae", "rare": "#b5541c"}
CLUSTERS = ["#b5541c", "#0b6e76", "#6a4c93"]
NEW, FAINT = "#0b6e76", "#ced5da"


def two_classes():
    """A common class in a crescent; a rare one as two islands and a stray row.

    The stray row lies inside the common class, and the larger island is not round: enough to show
    what each method does well and where it goes wrong.
    """
    rng = np.random.default_rng(4)
    angle = rng.uniform(0.1, np.pi - 0.1, 110)
    radius = rng.normal(3.0, 0.42, 110)
    common = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    inner = rng.normal(size=(15, 2)) * [0.8, 0.26] + [0.0, 0.9]
    outer = rng.normal(size=(6, 2)) * 0.26 + [3.6, 3.1]
    stray = np.array([[-2.3, 2.0]])
    X = np.vstack([common, inner, outer, stray])
    y = np.repeat(["common", "rare"], [len(common), len(X) - len(common)])
    return X, y


def draw_sampler(sampler, title):
    """Draw the table before and after one sampler, from what its plan says."""
    X, y = two_classes()
    plan = sampler.plan(X, y)
    figure, (before, after) = plt.subplots(
        1, 2, figsize=(8, 2.75), sharex=True, sharey=True, layout="constrained"
    )
    draw_rows(before, X, y, np.arange(len(X)))
    draw_plan(after, X, y, plan)
    before.set_title(_counted("before", plan.counts["before"]), fontsize=11)
    after.set_title(_counted(title, plan.counts["after"]), fontsize=11)
    for ax in (before, after):
        ax.set(xticks=[], yticks=[], aspect="equal")
        ax.margins(0.06)
        ax.spines[:].set_color(FAINT)
    shown = {}
    for ax in (before, after):
        handles, labels = ax.get_legend_handles_labels()
        shown |= dict(zip(labels, handles, strict=True))
    figure.legend(shown.values(), shown.keys(), loc="outside lower center", ncols=4, frameon=False)
    return figure


def draw_mixed(sampler, title):
    """Draw the rare class before and after a sampler, with a label as the shape of each row.

    The label says on which side of a line a row lies, but for every fifth row.
    """
    X, y = two_classes()
    side = X[:, 0] + X[:, 1] > 1.2
    side[::5] = ~side[::5]
    label = np.where(side, "round", "square")
    table = np.array([[*row, word] for row, word in zip(X.tolist(), label, strict=True)], object)
    plan = sampler.plan(table, y)
    made = plan.provenance()[len(X) :]
    new = plan.apply(table)[len(X) :]
    figure, axes = plt.subplots(
        1, 2, figsize=(8, 2.4), sharex=True, sharey=True, layout="constrained"
    )
    rare = np.flatnonzero(y == "rare")
    ends = np.stack([X[made["seed"]], X[made["partner"]]]).transpose(2, 0, 1)
    axes[1].plot(*ends, color=NEW, lw=0.5, alpha=0.4)
    for word, marker in {"round": "o", "square": "s"}.items():
        for ax in axes:
            here = rare[label[rare] == word]
            ax.scatter(
                *X[here].T, s=24, marker=marker, color=COLORS["rare"], linewidths=0, zorder=3
            )
        voted = new[new[:, 2] == word, :2].astype(float)
        axes[1].scatter(
            *voted.T,
            s=18,
            marker=marker,
            facecolors="white",
            edgecolors=NEW,
            linewidths=0.9,
            zorder=2,
        )
    axes[0].set_title("rare class before: label round or square", fontsize=11)
    axes[1].set_title(title, fontsize=11)
    for ax in axes:
        ax.set(xticks=[], yticks=[], aspect="equal")
        ax.margins(0.06)
        ax.spines[:].set_color(FAINT)
    return figure


def draw_votes(sampler, title):
    """Draw a class with two labels for each row before and after, areas by how often they occur."""
    rng = np.random.default_rng(4)
    first, second = np.array(["I", "II", "III"]), np.array(["left", "right", "both"])
    y = np.repeat(["common", "rare"], [90, 20])
    shares = np.where((y == "rare")[:, None], [0.15, 0.3, 0.55], [0.5, 0.3, 0.2])
    stage = np.array([rng.choice(3, p=share) for share in shares])
    site = (stage + rng.choice(3, len(y), p=[0.6, 0.25, 0.15])) % 3
    table = np.column_stack([first[stage], second[site]])
    rows = sampler.plan(table, y).apply(table)
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 2.6), sharey=True, layout="constrained")
    for ax, some, color, words in (
        (axes[0], table[y == "rare"], COLORS["rare"], "rare class before"),
        (axes[1], rows[len(table) :], NEW, title),
    ):
        for i, one in enumerate(first):
            for j, other in enumerate(second):
                n = np.sum((some[:, 0] == one) & (some[:, 1] == other))
                ax.scatter(i, j, s=2600 * n / len(some), color=color, alpha=0.6, linewidths=0)
        ax.set_title(words, fontsize=11)
        ax.set(xticks=range(3), xticklabels=first, yticks=range(3), yticklabels=second)
        ax.margins(0.3)
        ax.spines[:].set_color(FAINT)
    return figure


def draw_memberships(estimators):
    """Draw the common class once for each fuzzy clusterer, rows in the mixed colors of clusters."""
    X, y = two_classes()
    X = X[y == "common"]
    figure, axes = plt.subplots(
        1, len(estimators), figsize=(8, 2.1), sharex=True, sharey=True, layout="constrained"
    )
    for ax, estimator in zip(axes, estimators, strict=True):
        shares = estimator.fit(X).memberships_
        order = np.argsort(estimator.cluster_centers_[:, 0])
        colors = shares[:, order] @ [to_rgb(color) for color in CLUSTERS]
        ax.scatter(*X.T, s=20, color=colors.clip(0, 1), linewidths=0)
        ax.scatter(*estimator.cluster_centers_.T, s=90, marker="+", color="black", zorder=3)
        ax.set_title(f"m = {estimator.m:g}", fontsize=11)
        ax.set(xticks=[], yticks=[], aspect="equal")
        ax.margins(0.06)
        ax.spines[:].set_color(FAINT)
    return figure


class _Cascade(BalanceCascadeClassifier):
    """A cascade that remembers which rows were left before each stage."""

    def _learn(self, training, lessons):
        if not self.members_:
            self.left_ = []
        self.left_.append(np.concatenate(self.remaining_))
        super()._learn(training, lessons)


def draw_members(ensemble):
    """Draw the rows that two members of an ensemble were given, and what all members say."""
    X, y = two_classes()
    ensemble.fit(X, y)
    figure, axes = plt.subplots(
        1, 3, figsize=(8, 1.75), sharex=True, sharey=True, layout="constrained"
    )
    grid, places = _grid(X)
    for i, ax in enumerate(axes[:2]):
        own = ensemble.members_[i]
        _shade(ax, grid, own.scores(places, ensemble.classes_)[:, 1] / own.ceiling)
        rows = ensemble.estimators_samples_[i]
        _draw_some(ax, X, y, rows)
        ax.set_title(f"member {i + 1}: {_counted_rows(y[rows])}", fontsize=10)
    _shade(axes[2], grid, ensemble.predict_proba(places)[:, 1])
    draw_rows(axes[2], X, y, np.arange(len(X)))
    axes[2].set_title(f"sum of all {len(ensemble.members_)} members", fontsize=10)
    _frame(axes)
    return figure


def draw_stages(**parameters):
    """Draw the rows that are left before each stage of a cascade, and what its members say."""
    X, y = two_classes()
    cascade = _Cascade(**parameters).fit(X, y)
    grid, places = _grid(X)
    figure, axes = plt.subplots(
        2, 2, figsize=(8, 4.6), sharex=True, sharey=True, layout="constrained"
    )
    for i, ax in enumerate(axes.flat):
        own = cascade.members_[i]
        _shade(ax, grid, own.scores(places, cascade.classes_)[:, 1] / own.ceiling)
        _draw_some(ax, X, y, cascade.left_[i])
        ax.set_title(f"left for member {i + 1}: {_counted_rows(y[cascade.left_[i]])}", fontsize=10)
    _frame(axes)
    return figure


def draw_ranks():
    """Draw the critical-difference diagram of a few samplers by Brier score, on twelve tables."""
    from sklearn.datasets import make_classification
    from sklearn.linear_model import LogisticRegression

    from medresample import SMOTE, RandomUnderSampler, TomekLinks, compare_samplers_many

    tables = {
        f"center {i}": make_classification(150, flip_y=0.15, weights=[0.8], random_state=i)
        for i in range(12)
    }
    samplers = {"random_under": RandomUnderSampler(), "smote": SMOTE(), "tomek": TomekLinks()}
    settings = {"scoring": ["brier"], "cv": 3, "n_repeats": 1, "progress": False}
    many = compare_samplers_many(tables, samplers, LogisticRegression(), **settings)
    return many.plot_ranks("brier").figure


def draw_comparison():
    """Draw curves and calibration of three samplers and two controls on cell nuclei."""
    from sklearn.linear_model import LogisticRegression

    from medresample import SMOTE, RandomOverSampler, RandomUnderSampler, compare_samplers
    from medresample.datasets import load_nuclei

    nuclei = load_nuclei()
    samplers = {"over": RandomOverSampler(), "under": RandomUnderSampler(), "smote": SMOTE()}
    result = compare_samplers(
        samplers, LogisticRegression(), nuclei.data, nuclei.target, n_repeats=2, progress=False
    )
    figure = plt.figure(figsize=(9.6, 10.2))
    upper, lower = figure.subfigures(2, 1)
    result.plot_curves(ax=upper)
    result.plot_calibration(ax=lower)
    return figure


def draw_parents():
    """Draw a training fold of cell nuclei, and where the rows of three samplers come from."""
    from medresample import SMOTE, RandomOverSampler, RandomUnderSampler
    from medresample.compare import MadeRowsDisplay
    from medresample.datasets import load_nuclei

    nuclei = load_nuclei()
    samplers = {
        "SMOTE": SMOTE(sampling_strategy=0.3, random_state=0),
        "random under-sampling": RandomUnderSampler(random_state=0),
        "random over-sampling": RandomOverSampler(random_state=0),
    }
    display = MadeRowsDisplay.from_samplers(samplers, nuclei.data[:300], nuclei.target[:300])
    return display.plot()[0, 0].figure


def _grid(X):
    """Places all over the picture, and the edges of the cells around them."""
    low, high = X.min(axis=0) - 0.4, X.max(axis=0) + 0.4
    edges = [np.linspace(*ends, 161) for ends in zip(low, high, strict=True)]
    middles = [(side[1:] + side[:-1]) / 2 for side in edges]
    return edges, np.stack(np.meshgrid(*middles), axis=-1).reshape(-1, 2)


def _shade(ax, grid, score):
    """Color each place by how much speaks for the rare class, from nothing to everything."""
    colors = LinearSegmentedColormap.from_list("votes", ["#ffffff", "#f3d9c8", "#dd9a70"])
    cells = score.reshape(len(grid[1]) - 1, len(grid[0]) - 1)
    ax.pcolormesh(*grid, cells, cmap=colors, vmin=0, vmax=1, rasterized=True)


def _draw_some(ax, X, y, rows):
    left_out = np.setdiff1d(np.arange(len(X)), rows)
    ax.scatter(*X[left_out].T, s=9, facecolors="none", edgecolors=COLORS["common"], linewidths=0.5)
    draw_rows(ax, X, y, rows)


def _frame(axes):
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[], aspect="equal")
        ax.margins(0)
        ax.spines[:].set_color(FAINT)


def _counted_rows(labels):
    return ", ".join(f"{np.sum(labels == label)} {label}" for label in COLORS)


def draw_rows(ax, X, y, rows):
    """Draw rows of the table as dots, in the color of their class."""
    for label, color in COLORS.items():
        here = rows[y[rows] == label]
        ax.scatter(*X[here].T, s=20, color=color, linewidths=0, zorder=3, label=f"{label} class")


def draw_plan(ax, X, y, plan):
    """Draw what a plan keeps, leaves out, repeats and makes."""
    provenance = plan.provenance()
    origin, seed, partner = (provenance[name] for name in ("origin", "seed", "partner"))

    kept = seed[origin == "original"]
    draw_rows(ax, X, y, kept)
    dropped = np.setdiff1d(np.arange(len(X)), kept)
    if len(dropped):
        ax.scatter(*X[dropped].T, s=20, facecolors="none", edgecolors=FAINT, label="left out")

    copies = np.bincount(seed[origin == "copy"], minlength=len(X))
    repeated = np.flatnonzero(copies)
    if len(repeated):
        ax.scatter(
            *X[repeated].T,
            s=20 * (1 + copies[repeated]),
            color=COLORS["rare"],
            alpha=0.3,
            linewidths=0,
            label="area: how often the row is present",
        )

    centers = np.flatnonzero(origin == "prototype")
    if len(centers):
        ax.scatter(
            *plan.apply(X)[centers].T, s=26, marker="D", color=COLORS["common"], label="center"
        )

    made = np.flatnonzero(origin == "synthetic")
    if len(made):
        new = plan.apply(X)[made]
        ends = np.where((partner[made] >= 0)[:, None], X[partner[made]], new)
        beyond = provenance["step"][made] < 0  # the line to the partner leads through the seed
        starts = np.where(beyond[:, None], new, X[seed[made]])
        ax.plot(*np.stack([starts, ends]).transpose(2, 0, 1), color=NEW, lw=0.5, alpha=0.4)
        ax.scatter(
            *new.T,
            s=15,
            facecolors="white",
            edgecolors=NEW,
            linewidths=0.9,
            zorder=2.5,
            label="new row, with lines to its parents",
        )


def _counted(title, counts):
    return f"{title}: " + ", ".join(f"{n} {label}" for label, n in counts.items())
