"""Plans of every kind, made through the public face for authors of samplers."""

import numpy as np

from medresample.extend import BaseSampler, Copies, Donors, Mixed, Segments, Values
from medresample.over_sampling import RandomOverSampler

N_COLUMNS = 3


def _copies(task, seed, random):
    return Copies(task.ids(seed))


def _segments(task, seed, random):
    partner = random.permutation(seed)
    step = random.random(len(seed), dtype=np.float32)
    return Segments(task.ids(seed), task.ids(partner), step)


def _donors(task, seed, random):
    cells = random.integers(0, task.table.n_rows, size=(len(seed), N_COLUMNS))
    return Donors(task.ids(seed), task.ids(cells), tuple(range(N_COLUMNS)))


def _mixed(task, seed, random):
    cells = random.integers(0, task.table.n_rows, size=(len(seed), 1))
    return Mixed(_segments(task, seed, random), Donors(task.ids(seed), task.ids(cells), (1,)))


def _values(task, seed, random):
    """Centers of three rows each, the seed first, with weights that sum to 1."""
    members = np.c_[seed, random.integers(0, task.table.n_rows, size=(len(seed), 2))]
    weight = random.random(members.shape)
    weight /= weight.sum(axis=1, keepdims=True)
    rows = np.einsum("ij,ijk->ik", weight, np.asarray(task.X, dtype=float)[members])
    start = np.arange(0, members.size + 1, 3)
    return Values(rows, start, task.ids(members.ravel()), weight.ravel())


RECIPES = {
    "copies": _copies,
    "segments": _segments,
    "donors": _donors,
    "mixed": _mixed,
    "values": _values,
}


class Handmade(BaseSampler):
    """Keep all rows or a random part of them, and make rows by the recipes named."""

    _sampling_type = "over-sampling"

    def __init__(self, *, recipes=(), keep="all", sampling_strategy="auto", random_state=0):
        self.recipes = recipes
        self.keep = keep
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state

    def _plan(self, task):
        random = task.generator(0)
        n_rows = task.table.n_rows
        keep = {
            "all": lambda: "all",
            "some": lambda: self._some_rows(task, random),
            "not the first class": lambda: np.flatnonzero(task.target.codes > 0),
        }[self.keep]()
        seeds = [random.integers(0, n_rows, size=random.integers(1, 9)) for _ in self.recipes]
        made = [
            RECIPES[name](task, seed, random)
            for name, seed in zip(self.recipes, seeds, strict=True)
        ]
        label = task.target.codes[np.concatenate(seeds)] if seeds else ()
        return task.plan(keep, tuple(made), label)

    def _some_rows(self, task, random):
        """Half of the rows, among them one of each of the last two classes."""
        first = [task.rows_of(len(task.target.classes) - code)[0] for code in (1, 2)]
        return np.union1d(first, random.permutation(task.table.n_rows)[: task.table.n_rows // 2])


def _noise(random_state):
    return RandomOverSampler(sampling_strategy="all", shrinkage=0.7, random_state=random_state)


MAKERS = {
    "nothing": lambda seed: Handmade(random_state=seed),
    "selection": lambda seed: Handmade(keep="some", random_state=seed),
    "selection of classes": lambda seed: Handmade(keep="not the first class", random_state=seed),
    "copies": lambda seed: Handmade(recipes=("copies",), random_state=seed),
    "noise": _noise,
    "segments": lambda seed: Handmade(recipes=("segments",), random_state=seed),
    "donors": lambda seed: Handmade(recipes=("donors",), random_state=seed),
    "mixed": lambda seed: Handmade(recipes=("mixed",), random_state=seed),
    "values": lambda seed: Handmade(recipes=("values",), random_state=seed),
    "centers and the rest": lambda seed: Handmade(
        recipes=("values",), keep="some", random_state=seed
    ),
    "two recipes": lambda seed: Handmade(
        recipes=("segments", "copies"), keep="some", random_state=seed
    ),
}
LINEAR = [name for name in MAKERS if name not in ("noise", "donors", "mixed")]


def table(seed, *, rows=16):
    """Return a small float table of three columns and its labels, four classes 0 to 3."""
    random = np.random.default_rng(seed)
    y = random.permutation(np.r_[np.arange(4), random.integers(0, 4, size=rows - 4)])
    return random.normal(size=(rows, N_COLUMNS)), y


def plan(kind, X, y, seed=0):
    """Return the plan of a kind for a table."""
    return MAKERS[kind](seed).plan(X, y)
