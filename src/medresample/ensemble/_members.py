"""What is a member of an ensemble? A fitted classifier, of which one can ask scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from sklearn.tree import DecisionTreeClassifier

from .._core.randomness import seeded
from .._core.table import take_rows
from .._core.threads import n_threads, openmp_threads
from ._boosting import WHISPER, Boosting, boost
from ._draws import Draw
from ._refusals import refuse_columns

# Rows that members are heard about together.
TOGETHER = 16_384
# Scores that differ by less than this share of the largest are the same.
SILENCE = 1e-9
# Rows that tell whether a member says anything.
ENOUGH = 1_000


@dataclass(frozen=True, eq=False)
class Member:
    """A fitted classifier, and what its scores are.

    Parameters
    ----------
    estimator : Boosting or classifier
        What was fitted.
    ceiling : float
        The largest score of a class; infinite where it has no bound.
    silent : bool, default=False
        Whether it gives all rows that it was fitted on the same score.
    """

    estimator: Any
    ceiling: float
    silent: bool = False

    @property
    def neutral(self) -> float:
        """Score of two classes that stand equal."""
        return self.ceiling / 2 if np.isfinite(self.ceiling) else 0.0

    def scores(self, X: Any, classes: np.ndarray) -> np.ndarray:
        """Give the score of each class, of shape (n_rows, n_classes): see `fit_member`.

        A boosting takes an array or a sparse matrix, with the columns in the order of the fit.
        """
        if isinstance(self.estimator, Boosting):
            learner = self.estimator.learners[0]
            refuse_columns(X, learner)
            return self.estimator.votes(_for_trees(learner, X))
        if np.isfinite(self.ceiling):
            return np.asarray(self.estimator.predict_proba(X), np.float64)
        margins = np.asarray(self.estimator.decision_function(X), np.float64)
        return margins if margins.ndim == 2 else np.column_stack([-margins, margins])


@dataclass(frozen=True, eq=False)
class Schooling:
    """How each member is fitted.

    Parameters
    ----------
    estimator : classifier or None
        What is fitted; None for a boosting of weak learners.
    weak_learner : classifier or None
        What is boosted; None for a tree grown to the end.
    n_rounds : int
        Rounds of the boosting.
    by_weight : bool
        Whether weak learners see weighted rows instead of drawn ones.
    """

    estimator: Any
    weak_learner: Any
    n_rounds: int
    by_weight: bool

    def unfitted(self) -> Any:
        """Give what is fitted, or what is boosted, before it is."""
        if self.estimator is not None:
            return self.estimator
        return DecisionTreeClassifier() if self.weak_learner is None else self.weak_learner

    def fit_member(
        self,
        X: Any,
        rows: np.ndarray | None,
        codes: np.ndarray,
        classes: np.ndarray,
        weights: np.ndarray | None,
        rng: np.random.Generator,
        threads: int,
    ) -> Member:
        """Fit one member on some rows of a table.

        The score of a class is the sum of the votes for it, for a boosting of ours; for any other
        classifier it is what ``decision_function`` says, or the probability where there is none.
        """
        own = X if rows is None else take_rows(X, rows, renumber=True)
        if self.estimator is None:
            learner = self.unfitted()
            own = _for_trees(learner, own)
            if weights is None:
                weights = np.ones(len(codes))
            boosting = boost(
                learner, own, codes, weights, len(classes), self.n_rounds, self.by_weight, rng
            )
            return Member(boosting, boosting.ceiling, boosting.ceiling <= WHISPER)
        fitted = seeded(self.estimator, rng)
        given = {} if weights is None else {"sample_weight": weights}
        with openmp_threads(threads):
            fitted.fit(own, classes[codes], **given)
            member = Member(fitted, np.inf if hasattr(fitted, "decision_function") else 1.0)
            said = member.scores(_some_of(own), classes)
        spread, size = np.ptp(said, axis=0).max(), np.abs(said).max()
        return replace(member, silent=bool(spread <= SILENCE * size))


def fit_members(
    school: Schooling,
    X: Any,
    classes: np.ndarray,
    lessons: Iterable[tuple[Draw, np.random.Generator]],
    n_jobs: int | None,
) -> list[Member]:
    """Fit a member on each draw; workers are given row numbers, and all share one table."""
    threads = max(1, n_threads(-1) // effective_n_jobs(n_jobs))

    def job(draw: Draw, chance: np.random.Generator) -> Any:
        table, rows = (X, draw.rows) if draw.table is None else (draw.table, None)
        if rows is not None and not isinstance(X, np.ndarray):
            # processes do not share it: its part is sent
            table, rows = take_rows(X, rows, renumber=True), None
        fit = delayed(school.fit_member)
        return fit(table, rows, draw.codes, classes, draw.weights, chance, threads)

    jobs = (job(draw, chance) for draw, chance in lessons)
    return list(Parallel(n_jobs=n_jobs, prefer="threads")(jobs))


def _some_of(X: Any) -> Any:
    """Take some rows of a table, at equal distances."""
    if X.shape[0] <= ENOUGH:
        return X
    return take_rows(X, np.linspace(0, X.shape[0] - 1, ENOUGH).astype(np.intp), renumber=True)


def _for_trees(learner: Any, X: Any) -> Any:
    """Give a table in the type that trees look at, once for all of them."""
    if isinstance(X, np.ndarray) and type(learner) is DecisionTreeClassifier:
        return np.ascontiguousarray(X, np.float32)
    return X


def hear(
    members: Sequence[Member],
    X: Any,
    classes: np.ndarray,
    n_jobs: int | None,
    rows: np.ndarray | None = None,
) -> np.ndarray:
    """Add up the scores of the members for some rows, of shape (n_rows, n_classes).

    The blocks are the same for any number of jobs, and so are the sums.
    """

    def total(block: Any) -> np.ndarray:
        scores = np.zeros((block.shape[0], len(classes)))
        for member in members:
            scores += member.scores(block, classes)
        return scores

    parts = (delayed(total)(block) for block in _blocks(X, rows))
    return np.concatenate(Parallel(n_jobs=n_jobs, require="sharedmem")(parts))


def _blocks(X: Any, rows: np.ndarray | None) -> Iterator[Any]:
    """Cut some rows of a table into blocks."""
    if rows is None and X.shape[0] <= TOGETHER:
        yield X
        return
    n_rows = X.shape[0] if rows is None else len(rows)
    for start in range(0, n_rows, TOGETHER):
        piece = slice(start, min(start + TOGETHER, n_rows))
        if rows is None and isinstance(X, np.ndarray):
            yield X[piece]
        else:
            some = np.arange(piece.start, piece.stop) if rows is None else rows[piece]
            yield take_rows(X, some, renumber=True)


def hear_in_turn(
    members: Sequence[Member], X: Any, classes: np.ndarray, n_jobs: int | None
) -> Iterator[np.ndarray]:
    """Give the sum of the scores after each member."""
    scores = np.zeros((X.shape[0], len(classes)))
    for member in members:
        scores = scores + hear([member], X, classes, n_jobs)
        yield scores
