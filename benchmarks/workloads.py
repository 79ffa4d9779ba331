"""On what is it measured? Tables of the sizes that medical imaging and records come in.

All are made from a fixed seed: a mixture of normal clouds for each class, cut off at zero for the
wide ones, whose cells resemble the outputs of a convolutional network's last ReLU.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

CLOUDS = 8


@dataclass(frozen=True)
class Workload:
    """A two-class table.

    Parameters
    ----------
    name : str
        What it is called.
    majority, minority, columns : int
        Its size.
    relu : bool, default=False
        Whether negative cells are cut off.
    shared : int, default=0
        How many of the eight clouds of a class are those of the other one too.
    """

    name: str
    majority: int
    minority: int
    columns: int
    relu: bool = False
    shared: int = 0

    def table(self, dtype: str) -> tuple[Any, np.ndarray]:
        """Make the table and its labels, majority and minority rows in mixed order."""
        random = np.random.default_rng(20_240_501)
        y = np.repeat(np.array([0, 1]), [self.majority, self.minority])
        random.shuffle(y)
        X = np.empty((len(y), self.columns), dtype)
        centers = np.empty((0, self.columns), np.float32)
        for label in (0, 1):
            centers = cloud_centers(self.columns, random, known=centers[: self.shared])
            X[y == label] = around(centers, int(np.sum(y == label)), random).astype(dtype)
        if self.relu:
            np.maximum(X, 0, out=X)
        return X, y

    def n_bytes_out(self, dtype: str) -> int:
        return 2 * self.majority * self.columns * np.dtype(dtype).itemsize

    def at_most(self, rows: int | None) -> Workload:
        """Give the same kind of table with fewer rows, for a trial run."""
        if rows is None or rows >= self.majority + self.minority:
            return self
        minority = max(20, round(rows * self.minority / (self.majority + self.minority)))
        return replace(self, majority=rows - minority, minority=minority)


@dataclass(frozen=True)
class Mixed(Workload):
    """A two-class table of as many columns of categories as of numbers, of 3 to 30 levels.

    The `dtype` of a case says what it is: a dataframe whose categories are "words" or of type
    "category", or an array of "objects", numbers and words.

    Parameters
    ----------
    n_codes : int, default=0
        Levels of one more column of categories, each of which occurs.
    has_numbers : bool, default=True
        Whether there are columns of numbers beside the categories.
    """

    n_codes: int = 0
    has_numbers: bool = True

    def table(self, dtype: str) -> tuple[Any, np.ndarray]:
        """Make the table and its labels; levels are frequent to different degrees in a class."""
        import pandas as pd

        numbers, y = super().table("float64")
        numbers = numbers[:, : self._n_numbers]
        random = np.random.default_rng(20_240_502)
        X = pd.DataFrame(numbers, columns=[f"number {j}" for j in range(self._n_numbers)])
        for j, n_levels in enumerate(self._n_levels):
            codes = self._draw(n_levels, y, random)
            words = np.array([f"level {level}" for level in range(n_levels)], dtype=object)
            X[f"words {j}"] = pd.Series(words[codes], dtype="str")
            if dtype == "category":
                X[f"words {j}"] = X[f"words {j}"].astype("category")
        return (X.to_numpy(object) if dtype == "objects" else X), y

    def n_bytes_out(self, dtype: str) -> int:
        """Bytes of the numbers and, for each word, its code or its letters and place."""
        number, word = {"category": (8, 1), "words": (8, 16), "objects": (32, 8)}[dtype]
        return 2 * self.majority * (number * self._n_numbers + word * len(self._n_levels))

    @property
    def _n_numbers(self) -> int:
        return self.columns if self.has_numbers else 0

    @property
    def _n_levels(self) -> list[int]:
        usual = np.linspace(3, 30, self.columns).astype(int).tolist()
        return [*usual, self.n_codes] if self.n_codes else usual

    def _draw(self, n_levels: int, y: np.ndarray, random: np.random.Generator) -> np.ndarray:
        shares = random.dirichlet(np.ones(n_levels), size=2)
        of_class = [random.choice(n_levels, len(y), p=share) for share in shares]
        codes = np.array(of_class)[y, np.arange(len(y))]
        if n_levels == self.n_codes:
            some = random.permutation(len(y))[:n_levels]
            codes[some] = np.arange(len(some))
        return codes


def cloud_centers(columns: int, random: np.random.Generator, known: np.ndarray) -> np.ndarray:
    """Draw centers of normal clouds, in float32, some of which are known."""
    centers = random.standard_normal((CLOUDS, columns), dtype=np.float32)
    centers[: len(known)] = known
    return centers


def around(centers: np.ndarray, rows: int, random: np.random.Generator) -> np.ndarray:
    """Draw rows from a mixture of normal clouds, in float32."""
    X = random.standard_normal((rows, centers.shape[1]), dtype=np.float32)
    X += centers[random.integers(0, len(centers), rows)]
    return X


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("W1", 20_000, 1_000, 2048, relu=True),
        Workload("W2", 30_000, 6_000, 512, relu=True),
        Workload("W3", 200_000, 10_000, 20),
        Workload("W5", 1_000_000, 20_000, 32),
    )
}
# A support vector machine takes hours on the tables above.
SMALL = (
    Workload("W2 cut", 1_700, 300, 512, relu=True),
    Workload("W3 cut", 9_500, 500, 20),
)
MIXED = Mixed("W4", 50_000, 2_500, 10)
# imbalanced-learn needs gigabytes where one column has so many levels, hence fewer rows.
CODED = Mixed("W4 coded", 10_000, 1_000, 10, n_codes=5_000)
NOMINAL = Mixed("W4 nominal", 10_000, 500, 10, has_numbers=False)


def overlapping(workload: Workload) -> Workload:
    """Let half of the clouds belong to both classes, so that rows have other classes around."""
    return replace(workload, shared=CLOUDS // 2)


def hard(X: np.ndarray, kind: str) -> np.ndarray:
    """Make a table difficult to search exactly, in a way that medical tables are."""
    X = X.copy()
    if kind == "one column x 1e4":
        X[:, 0] *= 1e4
    elif kind == "integers":
        X = np.rint(3 * X)
    elif kind == "integers / 3":
        X = np.rint(3 * X) / X.dtype.type(3)
    elif kind == "offset 1e4":
        X += X.dtype.type(1e4)
    elif kind == "half duplicated":
        X[len(X) // 2 :] = X[: len(X) - len(X) // 2]
    else:
        raise ValueError(f"No such input: {kind!r}.")
    return X


HARD = ("one column x 1e4", "integers", "integers / 3", "offset 1e4", "half duplicated")
