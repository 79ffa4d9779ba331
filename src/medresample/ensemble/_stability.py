"""Do the members of an ensemble agree, and are there enough of them? One record answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from ._judging import SCORES, asked, judge, true_codes, verdict
from ._members import TOGETHER, hear

if TYPE_CHECKING:
    from ._ensemble import BalancedEnsemble

# Timed predictions, of which the median is told.
TIMES = 5


@dataclass(frozen=True, eq=False, repr=False)
class StabilityReport:
    """How the members of a fitted ensemble do alone, beside one another, and together.

    It is what ``stability_report(X, y)`` of an ensemble gives. The tables are structured arrays,
    which ``pandas.DataFrame`` takes; printed, the report is a paragraph in plain words. The score
    of a member is its part of the flat sum, and it is said to predict a class by its own part of
    the threshold. Two classes are scored for the smaller one, the positive class; of more classes
    each is scored against the rest, and the means are told (macro averages).

    Attributes
    ----------
    members_ : structured ndarray of shape (n_members + 1,)
        Columns ``member`` (its number from "0", and "ensemble" in the last row), ``sensitivity``,
        ``specificity`` and ``auroc``.
    spread_ : structured ndarray of shape (3,)
        Columns ``score`` (of the three), ``mean``, ``standard_deviation`` (NaN for a single
        member), ``lowest`` and ``highest`` over the members alone.
    agreement_ : ndarray of shape (n_members, n_members)
        Share of the rows for which two members predict the same class.
    kappa_ : ndarray of shape (n_members, n_members)
        Cohen's kappa: agreement beyond that of two members who predict each class as often, but by
        chance; 1 is full agreement, 0 none beyond chance. Where a disease is rare the plain share
        is high for any two. NaN where both predict one and the same class for all rows.
    settling_ : structured ndarray of shape (n_members,)
        For the first ``n_members`` of the ensemble: ``auroc``, ``sensitivity``, ``specificity``;
        ``changed``, the share of the rows for which the last of them changed the predicted class;
        and ``moved``, the mean absolute change that it made to `predict_proba`. NaN for the first.
    seconds_per_row_ : float
        Seconds that `predict_proba` took for each row: the median of 5 calls on all rows, after all
        members were heard once, with the ensemble's `n_jobs`, on the machine at hand. A call on a
        single row takes longer than that.
    positive_class : label or None
        Class for which two classes were scored; None with more.
    n_rows : int
        Rows that it rests on.
    ensemble : str
        Name of the ensemble's class.

    See Also
    --------
    StabilityDisplay : Draws it.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from medresample.ensemble import EasyEnsembleClassifier
    >>> X, y = make_classification(1000, weights=[0.9], flip_y=0, random_state=0)
    >>> model = EasyEnsembleClassifier(random_state=0).fit(X[:600], y[:600])
    >>> report = model.stability_report(X[600:], y[600:])
    >>> report.members_["member"].tolist()
    ['0', '1', '2', '3', 'ensemble']
    >>> report.agreement_.shape
    (4, 4)
    """

    members_: np.ndarray
    spread_: np.ndarray
    agreement_: np.ndarray
    kappa_: np.ndarray
    settling_: np.ndarray
    seconds_per_row_: float
    positive_class: Any
    n_rows: int
    ensemble: str

    def __repr__(self) -> str:
        return f"StabilityReport({self.ensemble}, members={len(self.kappa_)}, rows={self.n_rows})"

    def __str__(self) -> str:
        together, members = self.members_[-1], len(self.kappa_)
        about = "macro averages" if self.positive_class is None else f"of {self.positive_class!r}"
        scores = ", ".join(f"{_WORDS[name]} {together[name]:.3f}" for name in SCORES)
        who = f"{self.ensemble} with {members} {'member' if members == 1 else 'members'}"
        said = [f"{who} on {self.n_rows} rows: {scores} ({about})."]
        if members > 1:
            said += self._comparison()
        said.append(f"A prediction takes {1e6 * self.seconds_per_row_:.3g} microseconds per row.")
        return " ".join(said)

    def _comparison(self) -> list[str]:
        pairs, last = np.triu_indices(len(self.kappa_), 1), self.settling_[-1]
        ranges = ", ".join(
            f"{_WORDS[row['score']]} {row['lowest']:.3f} to {row['highest']:.3f}"
            for row in self.spread_
        )
        kappa = self.kappa_[pairs]
        beyond = "" if np.isnan(kappa).all() else f" (kappa {np.nanmean(kappa):.2f})"
        return [
            f"Members alone: {ranges}.",
            f"Two of them predict the same class for {self.agreement_[pairs].mean():.1%} of the "
            f"rows on average{beyond}.",
            f"The last member changed the class of {last['changed']:.1%} of the rows, and moved "
            f"predict_proba by {last['moved']:.3f} on average.",
        ]


_WORDS = {"sensitivity": "sensitivity", "specificity": "specificity", "auroc": "AUROC"}


def report_stability(ensemble: BalancedEnsemble, X: Any, y: Any) -> StabilityReport:
    """Hear the members in turn, and judge each alone and the sum so far."""
    check_is_fitted(ensemble)
    check_consistent_length(X, y)
    truth, classes = true_codes(ensemble.classes_, y), asked(ensemble)
    table = ensemble._table(X, reset=False)
    alone, said_alone, settling = [], [], []
    total, before = np.zeros((len(truth), len(ensemble.classes_))), None
    for number, member in enumerate(ensemble.members_):
        scores = hear([member], table, ensemble.classes_, ensemble.n_jobs)
        total = total + scores
        own = verdict(ensemble, scores, number, number + 1)
        together = verdict(ensemble, total, 0, number + 1)
        now = (together.codes, ensemble._probability(total, number + 1))
        alone.append(judge(truth, own, classes))
        said_alone.append(own.codes.astype(np.min_scalar_type(len(ensemble.classes_))))
        settling.append((number + 1, *judge(truth, together, classes), *_change(before, now)))
        before = now
    agreement, kappa = _agreement(np.array(said_alone), len(ensemble.classes_))
    return StabilityReport(
        _per_member(alone, settling[-1][1 : 1 + len(SCORES)]),
        _spread(np.array(alone)),
        agreement,
        kappa,
        np.array(settling, _columns(("n_members", np.int64), *SCORES, "changed", "moved")),
        _seconds(ensemble, X) / len(truth),
        ensemble.classes_.tolist()[ensemble._positive] if len(classes) == 1 else None,
        len(truth),
        type(ensemble).__name__,
    )


def _change(before: Any, now: tuple[np.ndarray, np.ndarray]) -> tuple[float, float]:
    """Give the share of rows whose class changed, and how far `predict_proba` moved on average."""
    if before is None:
        return np.nan, np.nan
    return float(np.mean(now[0] != before[0])), float(np.abs(now[1] - before[1]).mean())


def _columns(first: tuple[str, Any], *names: str) -> list[tuple[str, Any]]:
    """Name a first column and its type, and further columns of numbers."""
    return [first, *((name, np.float64) for name in names)]


def _per_member(alone: Sequence[tuple[float, ...]], together: tuple[float, ...]) -> np.ndarray:
    names = [*map(str, range(len(alone))), "ensemble"]
    rows = [(name, *scores) for name, scores in zip(names, [*alone, together], strict=True)]
    return np.array(rows, _columns(("member", np.array(names).dtype), *SCORES))


def _spread(alone: np.ndarray) -> np.ndarray:
    """Tell how far the scores of the members, of shape (n_members, 3), lie apart."""
    deviation = alone.std(axis=0, ddof=1) if len(alone) > 1 else np.full(len(SCORES), np.nan)
    numbers = zip(SCORES, alone.mean(0), deviation, alone.min(0), alone.max(0), strict=True)
    names = ("mean", "standard_deviation", "lowest", "highest")
    return np.array(list(numbers), _columns(("score", np.array(SCORES).dtype), *names))


def _agreement(said: np.ndarray, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Compare the codes that members name, of shape (n_members, n_rows): shares, and kappa."""
    n_members, n_rows = said.shape
    same, by_chance = np.zeros((n_members, n_members)), np.zeros((n_members, n_members))
    for code in range(n_classes):
        for start in range(0, n_rows, TOGETHER):
            named = (said[:, start : start + TOGETHER] == code).astype(np.float64)
            same += named @ named.T
        often = (said == code).mean(axis=1)
        by_chance += np.outer(often, often)
    same /= n_rows
    kappa = np.full_like(same, np.nan)
    np.divide(same - by_chance, 1 - by_chance, out=kappa, where=by_chance < 1)
    return same, kappa


def _seconds(ensemble: BalancedEnsemble, X: Any) -> float:
    """Median time of a prediction; the members have been heard already."""
    taken = []
    for _ in range(TIMES):
        start = perf_counter()
        ensemble.predict_proba(X)
        taken.append(perf_counter() - start)
    return float(np.median(taken))
