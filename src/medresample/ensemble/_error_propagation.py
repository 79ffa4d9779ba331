"""What do wrong labels do to each stage of a cascade? They move on, since they look hard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.metrics import roc_auc_score

from .._core.randomness import draw_entropy
from ._balance_cascade import BalanceCascadeClassifier
from ._draws import Draw, Training
from ._easy_ensemble import EasyEnsembleClassifier
from ._members import hear
from ._noisy_labels import Tables, Trial, draw_trial

CASCADE, EASY = "BalanceCascade", "EasyEnsemble"
MEASURES = (
    "auroc_member",
    "auroc_ensemble",
    "threshold",
    "threshold_moved",
    "mislabeled_remaining",
    "mislabeled_given",
)


@dataclass(frozen=True, eq=False, repr=False)
class ErrorPropagation:
    """How wrong labels in the training rows move each stage of a cascade.

    It is what ``error_propagation(X, y)`` of a :class:`BalanceCascadeClassifier` gives. For each
    repeat, part of the rows is held out with its labels as they are. Among the others, a share of
    the smallest class and as many rows of the larger one, drawn by chance, exchange their labels,
    so that the numbers of the classes stay, and with them the sizes of the stages. A cascade and an
    :class:`EasyEnsembleClassifier` are fitted on the same wrong labels and judged on the rows held
    out. The rows that are wrong at a low rate are wrong at a higher one too, and both methods have
    the same seed at every rate, so that rates are compared on the same course of chance. The tables
    are structured arrays, which ``pandas.DataFrame`` takes; printed, the record is a paragraph.

    Attributes
    ----------
    runs_ : structured ndarray
        A row for each ``method`` ("BalanceCascade", "EasyEnsemble"), ``noise_rate``, ``repeat`` and
        ``stage`` (the member, from 0), with ``random_state``, the seed that the method was given;
        ``n_exchanged``, the rows of each class whose label is wrong; and the measures

        - ``auroc_member`` of the member of the stage alone, and ``auroc_ensemble`` of the sum of
          the members so far, on the rows held out;
        - ``threshold`` of the stage in the unit of the votes, as in ``cascade_report_``, and
          ``threshold_moved``, its difference to the one without noise in the same repeat (NaN for
          EasyEnsemble, which has none);
        - ``mislabeled_remaining``, the share of wrong labels among the rows of the larger class
          that are left before the stage: constant in EasyEnsemble, while the cascade keeps what
          is hard, and an ill patient who was labeled well is hard;
        - ``mislabeled_given``, the share of wrong labels among the rows that the member learned
          from (NaN where a sampler made them all).
    summary_ : structured ndarray
        A row for each ``method``, ``noise_rate`` and ``stage``, with the mean (``..._mean``) and
        the standard deviation (``..._sd``, NaN for a single repeat) of each measure over the
        repeats.
    positive_class : label
        The smallest class, for which AUROC is told.
    negative_class : label
        The larger class.
    n_repeats : int
        Repeats.

    See Also
    --------
    ErrorPropagationDisplay : Draws it.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from medresample.ensemble import BalanceCascadeClassifier
    >>> X, y = make_classification(500, weights=[0.9], flip_y=0, random_state=0)
    >>> cascade = BalanceCascadeClassifier()
    >>> found = cascade.error_propagation(
    ...     X, y, noise_rates=(0, 0.2), n_repeats=2, random_state=0
    ... )
    >>> noisy = found.summary_[found.summary_["noise_rate"] == 0.2]
    >>> of_cascade = noisy["method"] == "BalanceCascade"
    >>> left = noisy["mislabeled_remaining_mean"]
    >>> bool((left[of_cascade] > left[~of_cascade])[1:].all())
    True
    """

    runs_: np.ndarray
    summary_: np.ndarray
    positive_class: Any
    negative_class: Any
    n_repeats: int

    def __repr__(self) -> str:
        rates = ", ".join(f"{rate:g}" for rate in np.unique(self.summary_["noise_rate"]))
        return f"ErrorPropagation(noise_rates=[{rates}], n_repeats={self.n_repeats})"

    def __str__(self) -> str:
        table = self.summary_
        highest, last = table["noise_rate"].max(), table["stage"].max()
        ends = table[table["stage"] == last]
        falls = []
        for method in (CASCADE, EASY):
            own = ends[ends["method"] == method]["auroc_ensemble_mean"]
            falls.append(f"the AUROC of {method} went from {own[0]:.3f} to {own[-1]:.3f}")
        worst = ends[ends["noise_rate"] == highest]["mislabeled_remaining_mean"]
        return (
            f"With labels of {highest:.0%} of the rows of {self.positive_class!r}, and of as many "
            f"of {self.negative_class!r}, exchanged in training, {' and '.join(falls)} (means of "
            f"{self.n_repeats} {'repeat' if self.n_repeats == 1 else 'repeats'}). Of the rows "
            f"labeled {self.negative_class!r}, {worst[1]:.1%} were mislabeled; of those that the "
            f"cascade had left for its last stage, {worst[0]:.1%}."
        )


class _Watched(BalanceCascadeClassifier):
    """A cascade that notes which rows each stage found."""

    def _learn(
        self, training: Training, lessons: Iterable[tuple[Draw, np.random.Generator]]
    ) -> None:
        self.found_ = [*getattr(self, "found_", []), list(self.remaining_)]
        super()._learn(training, lessons)


_Watched.__name__ = BalanceCascadeClassifier.__name__  # it stands in for it in messages


def propagate(
    cascade: BalanceCascadeClassifier,
    tables: Tables,
    *,
    noise_rates: Sequence[float],
    n_repeats: int,
    test_size: float,
    random_state: Any,
    n_jobs: int | None,
) -> ErrorPropagation:
    """Fit both methods on every noise rate and repeat, and judge them on clean rows."""
    rates, entropy = _read_rates(noise_rates), draw_entropy(random_state)
    if n_repeats < 1:
        raise ValueError(f"n_repeats must be at least 1, got {n_repeats}.")
    if not 0 < test_size < 1:
        raise ValueError(f"test_size must lie between 0 and 1, got {test_size}.")

    def jobs() -> Iterator[Any]:
        for repeat in range(n_repeats):
            trial = draw_trial(tables, test_size, entropy, repeat)
            for method, rate in product((CASCADE, EASY), rates):
                yield delayed(_run)(cascade, trial, method, rate)

    found = list(Parallel(n_jobs=n_jobs, prefer="threads")(jobs()))
    runs = np.array(found, _columns()).reshape(n_repeats, 2, len(rates), -1)
    runs = runs.transpose(1, 2, 0, 3)  # by method, rate, repeat and stage
    runs["threshold_moved"] = runs["threshold"] - runs["threshold"][:, :1]
    positive, negative = tables.classes[[tables.positive, 1 - tables.positive]].tolist()
    return ErrorPropagation(runs.ravel(), _summary(runs).ravel(), positive, negative, n_repeats)


def _read_rates(noise_rates: Sequence[float]) -> list[float]:
    """Sort the rates, with 0 among them."""
    rates = np.unique(np.asarray(noise_rates, np.float64))
    if not len(rates) or not ((rates >= 0) & (rates <= 0.5)).all():
        raise ValueError(
            f"noise_rates must hold shares from 0 to 0.5 of the smallest class, got {noise_rates}: "
            "beyond a half, most labels of the class would be wrong."
        )
    return np.union1d([0.0], rates).tolist()


def _run(
    cascade: BalanceCascadeClassifier, trial: Trial, method: str, rate: float
) -> list[tuple[Any, ...]]:
    """Fit one method at one rate, and describe each of its stages."""
    tables = trial.tables
    model = _unfitted(cascade, method, trial.seed)
    given, n_exchanged = trial.noisy(rate)
    model.fit(tables.X, tables.classes[given], groups=tables.groups)
    return [
        (method, rate, trial.number, stage, trial.seed, n_exchanged, *measures)
        for stage, measures in enumerate(_stages(model, tables, given))
    ]


def _stages(
    model: _Watched | EasyEnsembleClassifier, tables: Tables, given: np.ndarray
) -> Iterator[tuple[float, ...]]:
    """Give the measures of each stage of a model that was fitted on the given labels."""
    wrong, larger, n_members = given != tables.codes, 1 - tables.positive, len(model.members_)
    left, thresholds = [np.flatnonzero(given == larger)] * n_members, np.full(n_members, np.nan)
    if isinstance(model, _Watched):
        left = [rows[larger] for rows in model.found_]
        thresholds[: len(model.cascade_report_)] = model.cascade_report_["threshold"]
    table = model._table(tables.X_test, reset=False)
    ill = np.asarray(tables.codes_test) == tables.positive
    total = np.zeros(len(ill))
    for stage, member in enumerate(model.members_):
        scores = hear([member], table, model.classes_, None)[:, tables.positive]
        total = total + scores
        learned = model.estimators_samples_[stage]
        learned = learned[learned >= 0]
        yield (
            roc_auc_score(ill, scores),
            roc_auc_score(ill, total),
            thresholds[stage],
            np.nan,  # how far it moved is not known yet
            wrong[left[stage]].mean(),
            wrong[learned].mean() if len(learned) else np.nan,
        )


def _unfitted(
    cascade: BalanceCascadeClassifier, method: str, seed: int
) -> _Watched | EasyEnsembleClassifier:
    """Give one of the two methods with the parameters of the cascade."""
    settings = clone(cascade).get_params(deep=False)
    settings |= {"random_state": seed, "warm_start": False}
    if method == CASCADE:
        return _Watched(**settings)
    del settings["threshold"]
    return EasyEnsembleClassifier(**settings)


def _columns() -> list[tuple[str, Any]]:
    """Give the columns of the runs."""
    address = [("method", f"U{len(CASCADE)}"), ("noise_rate", np.float64)]
    numbers = ("repeat", "stage", "random_state", "n_exchanged")
    address += [(name, np.int64) for name in numbers]
    return address + [(name, np.float64) for name in MEASURES]


def _summary(runs: np.ndarray) -> np.ndarray:
    """Average the measures over the repeats, which the third axis of the runs counts."""
    address = ["method", "noise_rate", "stage"]
    columns: list[tuple[str, Any]] = [(name, runs.dtype[name]) for name in address]
    columns += [(f"{name}_{what}", np.float64) for name in MEASURES for what in ("mean", "sd")]
    table = np.empty(runs[:, :, 0].shape, columns)
    for name in address:
        table[name] = runs[name][:, :, 0]
    for name in MEASURES:
        table[f"{name}_mean"] = runs[name].mean(axis=2)
        several = runs.shape[2] > 1
        table[f"{name}_sd"] = runs[name].std(axis=2, ddof=1) if several else np.nan
    return table
