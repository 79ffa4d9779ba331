"""The pictures of the method pages: every sampler on the same two-dimensional table."""

import matplotlib.pyplot as plt
import numpy as np

COLORS = {"common": "#93a3ae", "rare": "#b5541c"}
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

    made = np.flatnonzero(origin == "synthetic")
    if len(made):
        new = plan.apply(X)[made]
        ends = np.where((partner[made] >= 0)[:, None], X[partner[made]], new)
        ax.plot(*np.stack([X[seed[made]], ends]).transpose(2, 0, 1), color=NEW, lw=0.5, alpha=0.4)
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
