"""One mixed table in every container, and how to look at its cells."""

import numpy as np
import pandas as pd
import polars as pl

NAMES = ["age", "stage", "dose", "site"]
LABELS = (1, 3)
STAGES = ["I", "II", "III", "IV"]
SITES = ["left", "right", "both"]


def rows_of(sizes=(40, 14, 9), *, seed=0, missing=False):
    """Return rows of two numbers and two labels (lists of Python values), and their classes."""
    random = np.random.default_rng(seed)
    y = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    rows = []
    for label in y:
        row = [
            float(random.normal(50 + 5 * label, 10)),
            STAGES[min(3, random.poisson(0.5 + 0.5 * label))],
            float(random.normal(3 * label, 8)),
            SITES[random.integers(0, 3)],
        ]
        if missing:
            gone = random.random(4) < 0.15
            row = [None if lost else cell for cell, lost in zip(row, gone, strict=True)]
        rows.append(row)
    return rows, y


def _frame(rows):
    frame = pd.DataFrame(rows, columns=NAMES)
    return frame.astype({"age": float, "dose": float})


def _categories(rows):
    return _frame(rows).assign(
        stage=lambda X: pd.Categorical(X["stage"], categories=[*STAGES, "V"], ordered=True),
        site=lambda X: pd.Categorical(X["site"], categories=["none", *SITES]),
    )


def _polars(rows, stage, site):
    schema = {"age": pl.Float64, "stage": stage, "dose": pl.Float64, "site": site}
    return pl.DataFrame(rows, schema=schema, orient="row")


CONTAINERS = {
    "array of objects": lambda rows: np.array(rows, dtype=object),
    "list": lambda rows: [list(row) for row in rows],
    "pandas str": _frame,
    "pandas string": lambda rows: _frame(rows).astype({"stage": "string", "site": "string"}),
    "pandas arrow": lambda rows: _frame(rows).astype({"stage": "string[pyarrow]"}),
    "pandas object": lambda rows: _frame(rows).astype({"stage": object, "site": object}),
    "pandas category": _categories,
    "polars String": lambda rows: _polars(rows, pl.String, pl.String),
    "polars Categorical": lambda rows: _polars(rows, pl.Categorical, pl.Categorical),
    "polars Enum": lambda rows: _polars(rows, pl.Enum([*STAGES, "V"]), pl.Enum(["no", *SITES])),
}


def cells_of(X):
    """Give the cells of any container as lists of Python values, None where missing."""
    if isinstance(X, pl.DataFrame):
        rows = [list(row) for row in X.rows()]
    elif isinstance(X, pd.DataFrame):
        columns = [X.iloc[:, j].astype(object).tolist() for j in range(X.shape[1])]
        rows = [list(row) for row in zip(*columns, strict=True)]
    else:
        rows = np.asarray(X, dtype=object).tolist()
    return [[None if cell is pd.NA or cell != cell else cell for cell in row] for row in rows]


def labels_only(X):
    """Keep the columns of labels."""
    if isinstance(X, np.ndarray):
        return X[:, list(LABELS)]
    if isinstance(X, list):
        return [[row[j] for j in LABELS] for row in X]
    return X[[NAMES[j] for j in LABELS]]
