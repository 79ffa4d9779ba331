"""On which real tables do samplers meet? Small published ones, one of each family.

A table becomes numbers: labels are coded by rank, the positive class is 1, and rows with a missing
cell are left out unless asked for, because imbalanced-learn's samplers take none. The folder of
tables has a ``meta.json`` that says, for each name, the ``file``, its ``num_cols`` and
``cat_cols``, the name of the ``target`` column and its ``positive`` label.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

CONTINUOUS = (
    "keel_appendicitis",
    "keel_ecoli3",
    "keel_new_thyroid1",
    "keel_haberman",
    "wpbc",
    "keel_page_blocks_1_3_vs_4",
    "keel_ionosphere",
    "blood_transfusion",
    "keel_pima",
    "keel_vehicle1",
    "keel_wisconsin",
    "keel_yeast4",
    "keel_shuttle_c2_vs_c4",
)
MIXED = (
    "low_birth_weight",
    "backache",
    "keel_abalone9_18",
    "keel_saheart",
    "heart_statlog",
    "german_credit",
    "stroke",
)
NOMINAL = (
    "keel_flare_F",
    "keel_car_good",
    "breast_cancer_ljubljana",
    "vote",
    "keel_kr_vs_k_zero_one_vs_draw",
    "keel_zoo_3",
)


@dataclass(frozen=True, eq=False)
class RealTable:
    """A table of two classes, as numbers.

    Parameters
    ----------
    name : str
        What it is called.
    X : ndarray of float of shape (n, d)
        Numbers, and labels coded 0, 1, ... by rank.
    y : ndarray of int of shape (n,)
        1 for the positive class, else 0.
    labels : tuple of int
        Positions of the columns of labels.
    train : ndarray of bool of shape (n,), default=None
        Rows that a published study trained on, where that is known.
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    labels: tuple[int, ...] = ()
    train: np.ndarray | None = None

    @property
    def numbers(self) -> list[int]:
        """Positions of the columns of numbers."""
        return [j for j in range(self.X.shape[1]) if j not in self.labels]

    @property
    def kind(self) -> str:
        if not self.labels:
            return "continuous"
        return "mixed" if self.numbers else "nominal"


def read_table(
    folder: Path, name: str, positive: str | None = None, holes: bool = False
) -> RealTable:
    """Read a table that the folder's ``meta.json`` describes.

    Parameters
    ----------
    folder : Path
        Where the tables are.
    name : str
        Its name there.
    positive : str, default=None
        Another label to be the positive one.
    holes : bool, default=False
        Whether rows with missing cells stay: numbers are NaN there, and labels one more label.
    """
    import pandas as pd

    facts = json.loads((folder / "meta.json").read_text())[name]
    frame = pd.read_csv(
        folder / facts["file"], dtype=str, keep_default_na=False, na_values=[""]
    ).replace({np.nan: None})
    columns = [*facts["num_cols"], *facts["cat_cols"]]
    if not holes:
        frame = frame[frame[columns].notna().all(axis=1)]
    n_numbers = len(facts["num_cols"])
    cells: list[Any] = [frame[column].astype(float) for column in facts["num_cols"]]
    cells += [coded(frame[column].fillna("")) for column in facts["cat_cols"]]
    train = (frame["aux__split"] == "train").to_numpy() if "aux__split" in frame else None
    return RealTable(
        name,
        np.column_stack(cells),
        (frame[facts["target"]] == (positive or facts["positive"])).to_numpy().astype(int),
        tuple(range(n_numbers, len(columns))),
        train,
    )


def coded(words: Any) -> np.ndarray:
    """Code labels 0, 1, ... in the order of the words."""
    return np.unique(np.asarray(words, dtype=str), return_inverse=True)[1]
