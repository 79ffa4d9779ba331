"""Breast-cancer cell nuclei with a rare malignant class: the data of the default comparison."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.utils import Bunch

TEXTURE_COLUMNS = ("mean texture", "mean smoothness", "mean symmetry", "mean fractal dimension")

_TITLE = "Wisconsin diagnostic breast cancer, features of cell nuclei (thinned)"

_SUMMARY = """\
Features computed from digitized images of fine needle aspirates of breast masses, one row per
patient (Street, Wolberg and Mangasarian, 1993; the copy that scikit-learn ships).
{n_benign} benign rows; {n_malignant} of the {n_malignant_all} malignant rows, drawn for a
prevalence of {prevalence:.1%}."""

# The number is computed again in tests/datasets/test_nuclei.py.
_WHY_FOUR = """\
Four texture-like columns and not all thirty: with all thirty there is nothing left to learn (a
logistic regression on the standardized columns, without resampling, has an AUROC of 0.9995 in 5
times repeated 5-fold cross-validation, seed 0)."""

_DETAILS = """\
Columns kept: {columns}.
Positive class: 'malignant'. Malignant rows are drawn without replacement
(random_state={random_state}); the original order of the rows is kept.
'row_numbers' holds the place of each row in scikit-learn's table.
"""


def load_nuclei(
    *,
    prevalence: float | None = 0.10,
    columns: Sequence[str] | str = TEXTURE_COLUMNS,
    random_state: int | np.random.Generator | None = 0,
    as_frame: bool = True,
) -> Bunch:
    """Cell nuclei of breast masses, with malignant cases as rare as you ask.

    The Wisconsin diagnostic breast cancer set of scikit-learn: 357 benign and 212 malignant
    masses. Malignant rows are thinned at random, and reproducibly, to the prevalence asked for.
    By default only four texture-like columns are kept: with all thirty there is nothing left to
    learn, see ``DESCR``.

    Parameters
    ----------
    prevalence : float or None, default=0.10
        Share of malignant rows wanted, above 0 and at most 212/569 = 0.3726. The number of
        malignant rows is rounded to the nearest whole row. None keeps all of them.
    columns : sequence of str or "all", default=the four texture-like columns
        Names of the columns to keep, in the order wanted.
    random_state : int, Generator or None, default=0
        Which malignant rows are kept.
    as_frame : bool, default=True
        Return a pandas DataFrame and Series; False returns arrays. Needs the extra ``report``.

    Returns
    -------
    bunch : Bunch
        ``data`` (n, d), ``target`` (n,) with the labels "benign" and "malignant",
        ``feature_names``, ``target_names``, ``row_numbers``, ``title``, ``summary`` (a few
        sentences) and ``DESCR``.

    Raises
    ------
    ValueError
        For a prevalence that thinning can not reach, or an unknown column.
    MissingExtraError
        If ``as_frame`` is True and pandas is not installed.

    Notes
    -----
    Thinning by outcome keeps the class-conditional distributions and changes the prevalence
    only. The rows are a teaching example, not a population sample: do not read clinical
    performance from them.

    References
    ----------
    W. N. Street, W. H. Wolberg, O. L. Mangasarian, "Nuclear feature extraction for breast tumor
    diagnosis", IS&T/SPIE 1905, 861-870, 1993.

    Examples
    --------
    >>> from medresample.datasets import load_nuclei
    >>> nuclei = load_nuclei(as_frame=False)
    >>> nuclei.data.shape
    (397, 4)
    >>> int((nuclei.target == "malignant").sum())
    40
    """
    source = load_breast_cancer()
    names = [str(name) for name in source.feature_names]
    wanted = names if isinstance(columns, str) and columns == "all" else _known(columns, names)
    malignant = np.asarray(source.target) == 0
    rows = _thinned_rows(malignant, prevalence, random_state)
    places = np.array([names.index(name) for name in wanted])
    data = source.data[np.ix_(rows, places)]
    target = np.where(malignant[rows], "malignant", "benign").astype(object)
    summary = _SUMMARY.format(
        n_benign=int((~malignant).sum()),
        n_malignant=int(malignant[rows].sum()),
        n_malignant_all=int(malignant.sum()),
        prevalence=malignant[rows].mean(),
    )
    if tuple(wanted) == TEXTURE_COLUMNS:
        summary = f"{summary}\n{_WHY_FOUR}"
    details = _DETAILS.format(columns=", ".join(wanted), random_state=random_state)
    bunch: dict[str, Any] = {"data": data, "target": target}
    if as_frame:
        bunch = _framed(data, target, wanted)
    return Bunch(
        **bunch,
        feature_names=list(wanted),
        target_names=["benign", "malignant"],
        row_numbers=rows,
        title=_TITLE,
        summary=" ".join(summary.split()),
        DESCR=f"{_TITLE}\n{'-' * len(_TITLE)}\n{summary}\n{details}",
    )


def _known(columns: Sequence[str] | str, names: list[str]) -> list[str]:
    columns = [columns] if isinstance(columns, str) else list(columns)
    if not columns:
        raise ValueError("columns is empty: name at least one, or pass 'all'.")
    for column in columns:
        if column not in names:
            near = difflib.get_close_matches(str(column), names, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"There is no column {column!r} in this data set.{hint}")
    return columns


def _thinned_rows(
    malignant: np.ndarray, prevalence: float | None, random_state: int | np.random.Generator | None
) -> np.ndarray:
    if prevalence is None:
        return np.arange(len(malignant))
    n_all, n_benign = int(malignant.sum()), int((~malignant).sum())
    highest = n_all / len(malignant)
    if not 0 < prevalence <= highest + 1e-12:
        raise ValueError(
            f"prevalence must be above 0 and at most {highest:.4f} (all {n_all} malignant rows); "
            f"got {prevalence!r}."
        )
    n_kept = min(n_all, round(prevalence * n_benign / (1 - prevalence)))
    if n_kept < 1:
        raise ValueError(f"A prevalence of {prevalence!r} leaves no malignant row at all.")
    rng = np.random.default_rng(random_state)
    kept = rng.choice(np.flatnonzero(malignant), size=n_kept, replace=False)
    return np.sort(np.concatenate([np.flatnonzero(~malignant), kept]))


def _framed(data: np.ndarray, target: np.ndarray, columns: list[str]) -> dict[str, Any]:
    try:
        import pandas as pd
    except ImportError as error:
        from medresample.exceptions import MissingExtraError

        raise MissingExtraError(
            "load_nuclei(as_frame=True) needs the extra 'report': "
            'pip install "medresample[report]". as_frame=False works without it.'
        ) from error
    return {
        "data": pd.DataFrame(data, columns=columns),
        "target": pd.Series(target, name="diagnosis"),
    }
