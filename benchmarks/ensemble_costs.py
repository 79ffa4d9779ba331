"""What do balanced ensembles cost? Ours, imbalanced-learn's and naive ones, each call on its own.

A call has a process of its own, which fits on 70 % of a table and predicts the other 30 %, and
tells times, memory and scores. Contestants take turns, and a call stands in all rows that it
belongs to. Equal work is as many weak learners, of the same depth.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from measure import Times, fresh
from workloads import SMALL, WORKLOADS, Workload

MB = 2**20
TRAINED = 0.7
Found = dict[str, float]


@dataclass(frozen=True)
class Course:
    """A table, and the size of the ensembles that are fitted on it.

    Parameters
    ----------
    workload : Workload
        The table.
    members, stumps : int
        Members of an ensemble, and weak learners of each.
    rounds : int
        How often contestants are called; those that are held against copies are called once.
    """

    workload: Workload
    members: int
    stumps: int
    rounds: int


COURSES = {
    "W3": Course(WORKLOADS["W3"], members=10, stumps=50, rounds=2),
    "W2": Course(WORKLOADS["W2"], members=10, stumps=5, rounds=1),
    "W3 cut": Course(SMALL[1], members=4, stumps=10, rounds=1),
}
EASY, CASCADE = "EasyEnsemble, weights, 2 threads", "BalanceCascade, weights, 2 threads"
DRAWN = "EasyEnsemble, drawn rows, 2 threads"
HISTOGRAMS = "EasyEnsemble, histograms, 2 threads"
PEER, PEERS = "imbalanced-learn, 1 process", "imbalanced-learn, 2 processes"
COPIES, CASCADE_OF_COPIES = "copies", "cascade of copies"
# What is held against what.
ROWS = (
    (EASY, PEER),
    (EASY, PEERS),
    (DRAWN, PEERS),
    (HISTOGRAMS, PEER),
    (EASY, COPIES),
    (CASCADE, CASCADE_OF_COPIES),
    (CASCADE, EASY),
)
ONCE = {COPIES, CASCADE, CASCADE_OF_COPIES}


def against(course: str, ours: str, peer: str, quick: bool) -> dict[str, Any]:
    """Hold one contestant against another: a row of results."""
    what = COURSES[course]
    rounds = 1 if {ours, peer} & ONCE else what.rounds
    calls = [(call(course, ours, i), call(course, peer, i)) for i in range(rounds)]
    seconds = [tuple(each["fit"] for each in side) for side in zip(*calls, strict=True)]
    workload = what.workload
    row: dict[str, Any] = {
        "ours": ours,
        "peer": peer,
        "workload": workload.name,
        "majority": workload.majority,
        "minority": workload.minority,
        "columns": workload.columns,
        "members": what.members,
        "stumps": what.stumps,
        **Times(*seconds).summary(),
    }
    for prefix, side in zip(("", "peer_"), zip(*calls, strict=True), strict=True):
        row[f"{prefix}peak_mb"] = side[0]["peak"] / MB
        row[f"{prefix}predict_s"] = float(np.median([each["predict"] for each in side]))
        for score in ("auroc", "average_precision"):
            row[f"{prefix}{score}"] = side[0][score]
    return row


@cache
def call(course: str, who: str, number: int) -> Found:
    """Let a contestant fit and predict in a process of its own, for the n-th time."""
    what = COURSES[course]
    with tempfile.TemporaryDirectory() as folder:
        X, y = what.workload.table("float32")
        n_train = round(TRAINED * len(y))
        for name, part in (("train", slice(None, n_train)), ("test", slice(n_train, None))):
            np.save(f"{folder}/X_{name}.npy", X[part])
            np.save(f"{folder}/y_{name}.npy", y[part])
        del X
        found: Found = fresh(
            "ensemble", who=who, folder=folder, members=what.members, stumps=what.stumps
        )
    return found


def contestants(members: int, stumps: int) -> dict[str, Callable[[], Any]]:
    """Give what makes each contestant, unfitted."""
    from imblearn.ensemble import EasyEnsembleClassifier as Peer
    from sklearn.ensemble import AdaBoostClassifier, HistGradientBoostingClassifier
    from sklearn.tree import DecisionTreeClassifier

    from medresample.ensemble import BalanceCascadeClassifier, EasyEnsembleClassifier

    stump = DecisionTreeClassifier(max_depth=1)
    boosted = AdaBoostClassifier(stump, n_estimators=stumps)
    peer = partial(Peer, members, estimator=boosted, random_state=0)
    histograms = HistGradientBoostingClassifier(
        max_iter=stumps, max_leaf_nodes=2, learning_rate=0.5, early_stopping=False
    )
    shared = {"n_rounds": stumps, "weak_learner": stump, "random_state": 0}
    easy = partial(EasyEnsembleClassifier, members, **shared)
    cascade = partial(BalanceCascadeClassifier, members, **shared)
    return {
        EASY: partial(easy, boost_by="weight", n_jobs=2),
        DRAWN: partial(easy, boost_by="drawing", n_jobs=2),
        HISTOGRAMS: partial(
            EasyEnsembleClassifier, members, estimator=histograms, n_jobs=2, random_state=0
        ),
        CASCADE: partial(cascade, boost_by="weight", n_jobs=2),
        PEER: peer,
        PEERS: partial(peer, n_jobs=2),
        COPIES: partial(Copies, boosted, members),
        CASCADE_OF_COPIES: partial(Copies, boosted, members, drops=True),
    }


class Copies:
    """What one would write: each member has a copy of the table, or of what is left of it."""

    def __init__(self, boosted: Any, members: int, drops: bool = False) -> None:
        self.boosted, self.members, self.drops = boosted, members, drops

    def fit(self, X: np.ndarray, y: np.ndarray) -> Copies:
        from sklearn.base import clone

        random, smallest = np.random.default_rng(0), int(y.sum())
        share = (smallest / (len(y) - smallest)) ** (1 / (self.members - 1))
        self.models = []
        for i in range(self.members):
            X, y = X.copy(), y.copy()
            negative = np.flatnonzero(y == 0)
            some = np.r_[np.flatnonzero(y), random.choice(negative, smallest, replace=False)]
            model = clone(self.boosted).set_params(random_state=i).fit(X[some], y[some])
            self.models.append(model)
            if self.drops and i < self.members - 1:
                n_kept = max(smallest, round(share * len(negative)))
                order = np.argsort(-model.decision_function(X[negative]), kind="stable")
                left = np.r_[np.flatnonzero(y), negative[order[:n_kept]]]
                X, y = X[left], y[left]
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(np.mean([model.predict_proba(X) for model in self.models], axis=0))


def observe(
    who: str, members: int, stumps: int, parts: dict[str, np.ndarray], watch: Callable[..., Any]
) -> Found:
    """Fit and predict after a call on few rows; `watch` tells the seconds and memory of a work."""
    from medresample.metrics import auroc, average_precision

    X, y = parts["X_train"], parts["y_train"]
    some = np.r_[np.flatnonzero(y == 0)[:300], np.flatnonzero(y == 1)[:100]]
    make = contestants(members, stumps)[who]
    contestants(members, 2)[who]().fit(X[some], y[some]).predict_proba(X[some])
    model, seen = watch(lambda: make().fit(X, y))
    begun = time.perf_counter()
    risk = model.predict_proba(parts["X_test"])[:, 1]
    return {
        "fit": seen["seconds"],
        "peak": seen["peak"],
        "predict": time.perf_counter() - begun,
        "auroc": auroc(parts["y_test"], risk, pos_label=1),
        "average_precision": average_precision(parts["y_test"], risk, pos_label=1),
    }
