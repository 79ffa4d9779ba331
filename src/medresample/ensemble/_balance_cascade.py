"""BalanceCascade: each member makes room for the next by dropping what it is sure about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .._compat import StrOptions
from ._draws import Training
from ._ensemble import TIES, BalancedEnsemble
from ._members import hear
from ._scores import ROUNDING, levels

if TYPE_CHECKING:
    from ._error_propagation import ErrorPropagation


class BalanceCascadeClassifier(BalancedEnsemble):
    """Boost on balanced parts of a shrinking table, and add up the votes of all trees.

    Each member is given all rows of the smallest class and as many of every other, drawn without
    replacement, and boosts trees on them, as in :class:`EasyEnsembleClassifier`. It then looks at
    all remaining rows of the larger classes, and those that it is surest about are dropped before
    the next member draws: so later members see the difficult rows, until as many are left as the
    smallest class has. A row that is dropped never returns, and the smallest class is never
    touched.

    Not for noisy labels: an ill patient who was labeled well looks difficult, stays to the end, and
    is given ever more weight. `error_propagation` shows how much, and `EasyEnsembleClassifier` is
    the alternative. Nor for calibrated risks as they come.

    Parameters
    ----------
    n_estimators : int, default=4
        Members (T). The share of a class that each leaves to the next is
        ``(n_smallest / n_class) ** (1 / (T - 1))``; with one member nothing is dropped.
    n_rounds : int, default=10
        Weak learners that a member boosts (s); not used with `estimator`.
    threshold : {"half_alpha", "sum_theta"}, default="half_alpha"
        What the sum of the votes is compared with: half of all votes, as in the code that the
        authors released, or the sum of the thresholds at which each member passed its share on, as
        in their article (two classes only; half of all votes where nothing is passed on, as with
        one member). The order of the scores is the same.
    weak_learner : classifier, default=None
        What is boosted, unfitted; None is a decision tree grown to the end, as published. It is
        fitted on the numbers of the classes, and votes for the class that it predicts.
    boost_by : {"drawing", "weight"}, default="drawing"
        How weak learners are shown the weights of the boosting: by rows drawn with replacement, as
        published, or as ``sample_weight``, which is for pruned learners.
    estimator : classifier, default=None
        An unfitted classifier to be fitted on each part instead of the boosting. The score of a
        class is its ``decision_function``, or its probability where it has none.
    sampler : object, default=None
        An unfitted under-sampler that balances the remaining rows instead of a random draw. One
        whose `random_state` is None is given one from ours, and a number for its `n_clusters` grows
        by one from member to member.
    draw_by : {"row", "group"}, default="row"
        What is drawn of the larger classes: rows, or whole groups (patients), of the last of which
        only as many rows are taken as are still needed. Rows are dropped one by one in any case.
    n_jobs : int, default=None
        Blocks of rows looked at or predicted at a time, by joblib; None is 1 unless in a
        ``joblib.parallel_config``. Members follow one another. The result is the same for any
        number.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same ensemble at every call. Each member has
        independent generators of its own.
    warm_start : bool, default=False
        Keep the members of the fit before, and add those that are missing up to `n_estimators`, on
        the rows that were left. The shares stay those of the first fit with several members.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Sorted labels.
    positive_class_ : label
        The smallest class, for which the score speaks.
    cascade_report_ : structured ndarray
        For each ``stage`` (from 0) and each ``label`` of a larger class: ``negatives_before``, its
        rows before the stage; ``threshold``, the score from which the member takes a row for one
        that is passed on (with more than two classes: how much another class is ahead);
        ``rate_wanted`` and ``rate_reached``, the share of rows at or above it; and
        ``rows_removed``. ``pandas.DataFrame`` takes it. Empty with a single member.
    remaining_ : list of ndarray
        For each class, its rows that are left in the end.
    members_ : list
        The fitted members; ``member.scores(X, classes_)`` gives what each adds to the score.
    estimators_ : list
        What each member is: a boosting, with its ``learners`` and their weights ``alphas``, or the
        fitted estimator.
    estimators_samples_ : list of ndarray
        Rows of the table that each member was given, -1 for rows that a sampler made.
    feature_importances_ : ndarray of shape (n_columns,)
        Mean of the members' importances of the columns, where their learners tell them.
    n_features_in_ : int
        Columns of the table.
    feature_names_in_ : ndarray of str
        Names of the columns, where all are strings.

    Warns
    -----
    RepeatedMembersWarning
        When members came out with the same rows.
    SilentMembersWarning
        When members give all rows that they were fitted on the same score.
    NothingToDoWarning
        When the classes are balanced already: one member is fitted, and nothing dropped.

    See Also
    --------
    EasyEnsembleClassifier : Draws anew from all rows for each member.

    Notes
    -----
    Rows are kept by count: ``max(n_smallest, share * n)`` of those that score highest, ties drawn
    by chance. The authors' code keeps all rows at its threshold, so that ties keep too many, and it
    breaks off where none is to be dropped. Of classes that are nearly even, each stage drops at
    least one row, as long as one is left to be dropped. With more than two classes, each larger
    class shrinks at its own rate, by how much another class is ahead of it; the article has two
    classes only.

    References
    ----------
    .. [1] X.-Y. Liu, J. Wu, Z.-H. Zhou, "Exploratory undersampling for class-imbalance learning",
       IEEE Transactions on Systems, Man, and Cybernetics B 39(2), 539-550, 2009.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from medresample.ensemble import BalanceCascadeClassifier
    >>> X, y = make_classification(500, weights=[0.9], flip_y=0, random_state=0)
    >>> model = BalanceCascadeClassifier(random_state=0).fit(X, y)
    >>> model.cascade_report_["negatives_before"]
    array([451, 215, 103,  49])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BalancedEnsemble._parameter_constraints,
        "threshold": [StrOptions({"half_alpha", "sum_theta"})],
    }

    def __init__(
        self,
        n_estimators: int = 4,
        *,
        n_rounds: int = 10,
        threshold: str = "half_alpha",
        weak_learner: Any = None,
        boost_by: str = "drawing",
        estimator: Any = None,
        sampler: Any = None,
        draw_by: str = "row",
        n_jobs: int | None = None,
        random_state: Any = None,
        warm_start: bool = False,
    ) -> None:
        self.n_estimators = n_estimators
        self.n_rounds = n_rounds
        self.threshold = threshold
        self.weak_learner = weak_learner
        self.boost_by = boost_by
        self.estimator = estimator
        self.sampler = sampler
        self.draw_by = draw_by
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.warm_start = warm_start

    def error_propagation(
        self,
        X: Any,
        y: Any,
        *,
        noise_rates: Sequence[float] = (0.0, 0.05, 0.1, 0.2),
        n_repeats: int = 5,
        test_size: float = 0.3,
        X_test: Any = None,
        y_test: Any = None,
        groups: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> ErrorPropagation:
        """Say how wrong labels in training move each stage, beside an EasyEnsemble's members.

        In each repeat part of the rows is held out. Of the others, a share of the smallest class
        and as many rows of the larger one, drawn by chance, exchange their labels. Clones of this
        cascade and an :class:`EasyEnsembleClassifier` with the same parameters are fitted on them,
        and judged on the rows held out, whose labels stay as they are. The cascade itself need not
        be fitted, and is not changed.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,)
            The labels, of two classes.
        noise_rates : sequence of float, default=(0.0, 0.05, 0.1, 0.2)
            Shares of the smallest class, from 0 to 0.5, whose labels are exchanged; the number is
            rounded to the nearest. 0 is added where it is missing.
        n_repeats : int, default=5
            Repeats, each with other rows held out and other labels exchanged.
        test_size : float, default=0.3
            Share of each class to hold out; not used with `X_test`.
        X_test, y_test : table and labels, default=None
            Rows to be judged on in every repeat, so that all of `X` is there to train on.
        groups : array-like of shape (n_rows,), default=None
            Groups (patients). They are held out as a whole, so that the share of each class is only
            about `test_size`, and are passed on to ``fit``.
        random_state : int, RandomState, Generator or None, default=None
            Source of chance of the split, the noise and the methods; this cascade's own is not
            used.
        n_jobs : int, default=None
            Fits at a time, by joblib. The result is the same for any number.

        Returns
        -------
        found : ErrorPropagation
            Tables by method, noise rate, repeat and stage, and their means; ``print(found)`` says
            it in words.

        Raises
        ------
        SamplerInputError
            With more than two classes, classes of one size, or a class that is not in both parts.
        ValueError
            For noise rates below 0 or above 0.5, or only one of `X_test` and `y_test`.

        Examples
        --------
        >>> from sklearn.datasets import make_classification
        >>> from medresample.ensemble import BalanceCascadeClassifier
        >>> X, y = make_classification(500, weights=[0.9], flip_y=0, random_state=0)
        >>> found = BalanceCascadeClassifier().error_propagation(
        ...     X, y, noise_rates=(0, 0.2), n_repeats=2, random_state=0
        ... )
        >>> found
        ErrorPropagation(noise_rates=[0, 0.2], n_repeats=2)
        """
        from ._error_propagation import propagate
        from ._noisy_labels import read_tables

        return propagate(
            self,
            read_tables(X, y, groups, X_test, y_test),
            noise_rates=noise_rates,
            n_repeats=n_repeats,
            test_size=test_size,
            random_state=random_state,
            n_jobs=n_jobs,
        )

    def _extend(self, training: Training, first: int) -> None:
        sizes = np.array([len(rows) for rows in training.rows])
        if self.threshold == "sum_theta" and len(sizes) > 2:
            raise ValueError(
                f"threshold='sum_theta' is defined for two classes, found {len(sizes)}: use "
                "threshold='half_alpha'."
            )
        last = 1 if (sizes == sizes.min()).all() else self.n_estimators
        if first == 0:
            self.remaining_ = list(training.rows)
            self.cascade_report_ = np.empty(0, _report_of(training.classes))
            self._thetas: list[float] = []
            self._n_rows = len(training.target.codes)
        elif len(training.target.codes) != self._n_rows:
            raise ValueError(
                f"warm_start=True goes on with the rows that are left of a table of {self._n_rows} "
                f"rows, but this one has {len(training.target.codes)}: fit on the same table."
            )
        elif any((training.codes[rows] != code).any() for code, rows in enumerate(self.remaining_)):
            raise ValueError(
                "warm_start=True goes on with the rows that are left of the table of the first "
                "fit, but in this one they are of other classes: fit on the same table."
            )
        if last > 1 and not self._thetas:
            self._rates = (sizes.min() / sizes) ** (1 / (last - 1))
        for number in range(first, last):
            if number:
                self._pass_on(training, number - 1)
            self._learn(training, [self._draw(training, self.remaining_, number)])
        if last > 1:
            self._pass_on(training, last - 1)

    def _pass_on(self, training: Training, stage: int) -> None:
        """Drop the rows that the member of a stage is surest about, if that is not yet done."""
        if stage < len(self._thetas):
            return
        smallest, chance = min(map(len, training.rows)), self._chance(stage, TIES)
        theta = np.nan
        for code, rows in enumerate(self.remaining_):
            if len(training.rows[code]) == smallest:
                continue
            hardness = self._hardness(training, stage, code)
            order = np.lexsort((chance.random(len(rows)), -levels(hardness)))
            rate, n = self._rates[code], len(rows)
            n_wrong = int(np.clip(np.floor(rate * n + 0.5), 1, n - 1))
            theta = float(hardness[order[n_wrong - 1 : n_wrong + 1]].mean())
            n_kept = max(smallest, n_wrong)
            reached = np.mean(hardness >= theta - ROUNDING * np.abs(hardness).max())
            label = training.classes[code]
            record = (stage, label, n, theta, rate, reached, n - n_kept)
            line = np.array([record], self.cascade_report_.dtype)
            self.cascade_report_ = np.concatenate([self.cascade_report_, line])
            self.remaining_[code] = np.sort(rows[order[:n_kept]])
        self._thetas.append(theta)

    def _hardness(self, training: Training, stage: int, code: int) -> np.ndarray:
        """Say how far the remaining rows of a class are taken for another one."""
        rows = self.remaining_[code]
        member = self.members_[stage]
        scores = hear([member], training.X, training.classes, self.n_jobs, rows)
        if len(training.classes) == 2:
            return scores[:, 1 - code]
        own = scores[:, code].copy()
        scores[:, code] = -np.inf
        return np.asarray(scores.max(axis=1) - own)

    def _cuts(self) -> np.ndarray:
        if self.threshold == "sum_theta" and self._thetas:
            return np.array(self._thetas)
        return super()._cuts()


def _report_of(classes: np.ndarray) -> list[tuple[str, Any]]:
    """Give the columns of the report."""
    return [
        ("stage", np.int64),
        ("label", classes.dtype),
        ("negatives_before", np.int64),
        ("threshold", np.float64),
        ("rate_wanted", np.float64),
        ("rate_reached", np.float64),
        ("rows_removed", np.int64),
    ]
