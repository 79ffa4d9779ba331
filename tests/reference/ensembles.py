"""EasyEnsemble and BalanceCascade as their article and their authors' code have them, in loops.

With the package they share where chance is drawn from, and nothing else. A class is called by its
rank among the sorted labels.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from sklearn.base import clone
from sklearn.tree import DecisionTreeClassifier

# Errors of 0 and 1 are moved this far in; a boosting without any vote gives one of this weight.
A_LITTLE = 1e-10


@dataclass
class Reference:
    """What an ensemble is: for each member its weighted learners and its rows, and how it came."""

    n_classes: int
    positive: int
    threshold_rule: str = "half_alpha"
    members: list = field(default_factory=list)
    samples: list = field(default_factory=list)
    thetas: list = field(default_factory=list)
    remaining: dict = field(default_factory=dict)
    sizes: list = field(default_factory=list)
    removed: list = field(default_factory=list)

    def votes(self, X):
        """Score of each row for each class: the sum over all learners of all members."""
        return sum(votes_of(member, X, self.n_classes) for member in self.members)

    def threshold(self):
        if self.threshold_rule == "sum_theta" and self.thetas:
            return sum(self.thetas)
        return sum(alpha for member in self.members for alpha, _ in member) / 2


def generator(seed, *address):
    """Generator of a member (its number), for a purpose: 0 draws, 1 learns, 2 breaks ties."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=address))


def votes_of(member, X, n_classes):
    """F(x): the weights of the learners that say so, for each class, one row at a time."""
    said = [learner.predict(X) for _, learner in member]
    total = np.zeros((len(X), n_classes))
    for row in range(len(X)):
        for (alpha, _), answers in zip(member, said, strict=True):
            total[row, answers[row]] += alpha
    return total


def ada_boost(X, ranks, weights, n_classes, positive, n_rounds, by_weight, learner, rng):
    """AdaBoost.m with two classes, and SAMME with more; a list of (alpha, learner)."""
    n = len(X)
    of_class = [sum(weights[i] for i in range(n) if ranks[i] == each) for each in range(n_classes)]
    start = normalized([weights[i] / of_class[ranks[i]] for i in range(n)])
    chance = 1 - 1 / n_classes - A_LITTLE
    w, member = start, []
    for _ in range(n_rounds):
        for again in (False, True):
            if again:
                w = start
            h = grow(X, ranks, w, by_weight, learner, rng)
            said = h.predict(X)
            eps = math.fsum(w[i] for i in range(n) if said[i] != ranks[i])
            eps = min(max(eps, A_LITTLE), 1 - A_LITTLE)
            if eps < chance:
                break
        else:
            return member or [(A_LITTLE, h)]
        if n_classes == 2:
            alpha = 0.5 * math.log((1 - eps) / eps)
            for_positive = [float(answer == positive) for answer in said]
            t = [float(rank == positive) for rank in ranks]
            w = [
                w[i] * math.exp(-alpha * (for_positive[i] - 0.5) * (t[i] - 0.5) * 4)
                for i in range(n)
            ]
        else:  # SAMME; half of its weight, so that two classes are a special case
            samme = math.log((1 - eps) / eps) + math.log(n_classes - 1)
            w = [w[i] * math.exp(samme * (said[i] != ranks[i])) for i in range(n)]
            alpha = samme / 2
        w = normalized(w)
        member.append((alpha, h))
    return member


def normalized(w):
    total = math.fsum(w)
    return [each / total for each in w]


def grow(X, ranks, w, by_weight, learner, rng):
    """A weak learner on rows drawn by weight, each as often as it came."""
    n = len(X)
    drawn = None if by_weight else [int(i) for i in rng.choice(n, n, p=w)]
    h = clone(learner)
    seed = int(rng.integers(2**31))
    if h.get_params().get("random_state", 0) is None:
        h.set_params(random_state=seed)
    if by_weight:
        return h.fit(X, ranks, sample_weight=[n * each for each in w])
    return h.fit(np.array([X[i] for i in drawn]), [ranks[i] for i in drawn])


def draw(rows_of, groups, rng):
    """As many rows of each class as the smallest has, without replacement, or whole groups."""
    smallest = min(len(rows) for rows in rows_of.values())
    subset = []
    for rank in sorted(rows_of):
        rows = rows_of[rank]
        if len(rows) == smallest:
            subset += rows
        elif groups is None:
            subset += [int(i) for i in rng.choice(rows, smallest, replace=False, shuffle=False)]
        else:
            subset += draw_groups(rows, groups, smallest, rng)
    return sorted(subset)


def draw_groups(rows, groups, n_drawn, rng):
    """Groups in the order of their turns, rows within one in any order, until there are enough."""
    present = sorted({groups[i] for i in rows})
    turns = dict(zip(present, rng.permutation(len(present)).tolist(), strict=True))
    within = dict(zip(rows, rng.random(len(rows)).tolist(), strict=True))
    subset = []
    for group in sorted(present, key=turns.get):
        subset += sorted((i for i in rows if groups[i] == group), key=within.get)
    return subset[:n_drawn]


@dataclass
class Setting:
    """How members are made."""

    n_rounds: int = 10
    by_weight: bool = False
    learner: object = field(default_factory=DecisionTreeClassifier)
    seed: int = 0


def classes_of(y, weights):
    """Rank of the label of each row, and the rows of each class that have a weight."""
    labels = sorted(set(y.tolist()))
    ranks = [labels.index(label) for label in y.tolist()]
    rows_of = {
        rank: [i for i in range(len(y)) if ranks[i] == rank and weights[i] > 0]
        for rank in range(len(labels))
    }
    smallest = min(len(rows) for rows in rows_of.values())
    positive = max(rank for rank, rows in rows_of.items() if len(rows) == smallest)
    return ranks, rows_of, smallest, positive


def fit_member(X, ranks, weights, rows, number, found, setting):
    """Boost on some rows."""
    found.samples.append(rows)
    found.members.append(
        ada_boost(
            np.array([X[i] for i in rows]),
            [ranks[i] for i in rows],
            [weights[i] for i in rows],
            found.n_classes,
            found.positive,
            setting.n_rounds,
            setting.by_weight,
            setting.learner,
            generator(setting.seed, number, 1),
        )
    )


def easy_ensemble(X, y, n_members, setting=None, weights=None, groups=None):
    """T balanced subsets, AdaBoost on each, all weak learners in one sum."""
    setting = setting or Setting()
    weights = np.ones(len(y)) if weights is None else weights
    ranks, rows_of, _, positive = classes_of(y, weights)
    found = Reference(len(rows_of), positive)
    for number in range(n_members):
        subset = draw(rows_of, groups, generator(setting.seed, number, 0))
        fit_member(X, ranks, weights, subset, number, found, setting)
    return found


def balance_cascade(
    X, y, n_members, setting=None, weights=None, groups=None, threshold_rule="half_alpha"
):
    """T balanced subsets of ever fewer rows: what a member takes for negative leaves."""
    setting = setting or Setting()
    weights = np.ones(len(y)) if weights is None else weights
    ranks, rows_of, smallest, positive = classes_of(y, weights)
    found = Reference(len(rows_of), positive, threshold_rule)
    larger = [rank for rank in sorted(rows_of) if len(rows_of[rank]) > smallest]
    rate = {rank: len(rows_of[rank]) for rank in larger}
    for rank in larger:
        rate[rank] = (smallest / rate[rank]) ** (1 / (n_members - 1)) if n_members > 1 else None
    found.remaining = {rank: list(rows) for rank, rows in rows_of.items()}
    for number in range(n_members if larger else 1):
        found.sizes.append({rank: len(found.remaining[rank]) for rank in larger})
        subset = draw(found.remaining, groups, generator(setting.seed, number, 0))
        fit_member(X, ranks, weights, subset, number, found, setting)
        if n_members == 1 or not larger:
            break
        ties = generator(setting.seed, number, 2)
        for rank in larger:
            theta, kept = passed_on(X, rank, found, rate[rank], smallest, ties)
            found.removed.append(set(found.remaining[rank]) - set(kept))
            found.remaining[rank] = kept
        found.thetas.append(theta)
    return found


def passed_on(X, rank, found, rate, smallest, ties):
    """The rows that the last member takes most for another class, and where the cut lies."""
    rows = found.remaining[rank]
    hard = []
    for scores in votes_of(found.members[-1], np.array([X[i] for i in rows]), found.n_classes):
        others = max(score for each, score in enumerate(scores) if each != rank)
        hard.append(others if found.n_classes == 2 else others - scores[rank])
    lots = ties.random(len(rows)).tolist()
    largest = max(abs(score) for score in hard) or 1
    level = [round(score / largest, 12) for score in hard]  # rounding makes no difference
    order = sorted(range(len(rows)), key=lambda at: (-level[at], lots[at]))
    n_wrong = min(max(math.floor(rate * len(rows) + 0.5), 1), max(len(rows) - 1, 1))
    edge = [hard[at] for at in order[n_wrong - 1 : n_wrong + 1]]
    kept = order[: max(smallest, n_wrong)]
    return sum(edge) / len(edge), sorted(rows[at] for at in kept)
