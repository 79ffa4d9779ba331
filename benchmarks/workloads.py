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
    """A two-class table: its size, and whether negative cells are cut off."""

    name: str
    majority: int
    minority: int
    columns: int
    relu: bool = False

    @property
    def title(self) -> str:
        return f"{self.majority:,} / {self.minority:,} x {self.columns}"

    def table(self, dtype: str) -> tuple[np.ndarray, np.ndarray]:
        """Make the table and its labels, majority and minority rows in mixed order."""
        random = np.random.default_rng(20_240_501)
        y = np.repeat(np.array([0, 1]), [self.majority, self.minority])
        random.shuffle(y)
        X = np.empty((len(y), self.columns), dtype)
        for label in (0, 1):
            X[y == label] = clouds(int(np.sum(y == label)), self.columns, random).astype(dtype)
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
    """A two-class dataframe of as many columns of categories as of numbers, of 3 to 30 levels.

    The categories are words, or of type category: `dtype` of a case says which.
    """

    @property
    def title(self) -> str:
        return f"{self.majority:,} / {self.minority:,} x ({self.columns} + {self.columns})"

    def table(self, dtype: str) -> tuple[Any, np.ndarray]:
        """Make the frame and its labels; levels are frequent to different degrees in a class."""
        import pandas as pd

        numbers, y = super().table("float64")
        random = np.random.default_rng(20_240_502)
        X = pd.DataFrame(numbers, columns=[f"number {j}" for j in range(self.columns)])
        for j, n_levels in enumerate(np.linspace(3, 30, self.columns).astype(int)):
            shares = random.dirichlet(np.ones(n_levels), size=2)
            codes = np.array([random.choice(n_levels, len(y), p=share) for share in shares])
            words = np.array([f"level {level}" for level in range(n_levels)], dtype=object)
            X[f"words {j}"] = pd.Series(words[codes[y, np.arange(len(y))]], dtype="str")
            if dtype == "category":
                X[f"words {j}"] = X[f"words {j}"].astype("category")
        return X, y

    def n_bytes_out(self, dtype: str) -> int:
        """Bytes of the numbers and, for each word, its code or its letters and place."""
        return 2 * self.majority * self.columns * (8 + (1 if dtype == "category" else 16))


def clouds(rows: int, columns: int, random: np.random.Generator) -> np.ndarray:
    """Draw rows from a mixture of normal clouds, in float32."""
    centers = random.standard_normal((CLOUDS, columns), dtype=np.float32)
    X = random.standard_normal((rows, columns), dtype=np.float32)
    X += centers[random.integers(0, CLOUDS, rows)]
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


MIXED = Mixed("W4", 50_000, 2_500, 10)


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
