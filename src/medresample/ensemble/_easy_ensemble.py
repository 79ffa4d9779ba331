"""EasyEnsemble: boosted trees on several balanced parts of the table, in one flat sum."""

from __future__ import annotations

from typing import Any

from ._draws import Training
from ._ensemble import BalancedEnsemble


class EasyEnsembleClassifier(BalancedEnsemble):
    """Boost on several balanced parts of the table, and add up the votes of all trees.

    Each member is given all rows of the smallest class and as many of every other, drawn without
    replacement, and boosts `n_rounds` trees on them. What the ensemble says is no average of the
    members' answers: the weighted votes of all trees are added up and compared with one threshold.

    Not for calibrated risks as they come: every member sees balanced classes, so that the numbers
    of `predict_proba` are far above the risks of a rare disease. Correct or recalibrate them.

    Parameters
    ----------
    n_estimators : int, default=4
        Members (T), each with a balanced part of its own.
    n_rounds : int, default=10
        Weak learners that a member boosts (s); not used with `estimator`.
    weak_learner : classifier, default=None
        What is boosted, unfitted; None is a decision tree grown to the end, as published. It is
        fitted on the numbers of the classes, and votes for the class that it predicts.
    boost_by : {"drawing", "weight"}, default="drawing"
        How weak learners are shown the weights of the boosting: by rows drawn with replacement, as
        published, or as ``sample_weight``. The latter is for pruned learners, such as trees of
        depth 1: a tree grown to the end makes no mistake on rows that it all sees.
    estimator : classifier, default=None
        An unfitted classifier to be fitted on each part instead of the boosting, such as
        ``HistGradientBoostingClassifier()``, which is the modern setting: quicker, and taking
        missing values and categories as it does. (Its ``min_samples_leaf`` of 20 rows is for parts
        of 40 and more: lower it where the smallest class has fewer than 20.) The score of a class
        is its ``decision_function``, or its probability where it has none.
    sampler : object, default=None
        An unfitted under-sampler that balances each part instead of a random draw, such as
        ``KMeansUnderSampler()``. One whose `random_state` is None is given one from ours, and a
        number for its `n_clusters` grows by one from member to member.
    draw_by : {"row", "group"}, default="row"
        What is drawn of the larger classes: rows, or whole groups (patients), of the last of which
        only as many rows are taken as are still needed.
    n_jobs : int, default=None
        Members fitted at a time, by joblib, and blocks of rows predicted at a time; None is 1
        unless in a ``joblib.parallel_config``. The result is the same for any number and backend.
    random_state : int, RandomState, Generator or None, default=None
        Source of chance; an integer gives the same ensemble at every call. Each member has
        independent generators of its own.
    warm_start : bool, default=False
        Keep the members of the fit before, and add those that are missing up to `n_estimators`.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Sorted labels.
    positive_class_ : label
        The smallest class, for which the score speaks.
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
        When the classes are balanced already.

    See Also
    --------
    BalanceCascadeClassifier : Drops rows that are already understood, from member to member.

    Notes
    -----
    With more than two classes, every part has as many rows of each as the smallest has, the votes
    are those of SAMME, and the class with most votes is predicted.

    References
    ----------
    .. [1] X.-Y. Liu, J. Wu, Z.-H. Zhou, "Exploratory undersampling for class-imbalance learning",
       IEEE Transactions on Systems, Man, and Cybernetics B 39(2), 539-550, 2009.

    Examples
    --------
    >>> from medresample.datasets import load_nuclei
    >>> from medresample.ensemble import EasyEnsembleClassifier
    >>> nuclei = load_nuclei()
    >>> model = EasyEnsembleClassifier(random_state=0).fit(nuclei.data, nuclei.target)
    >>> model.positive_class_
    'malignant'
    >>> [len(rows) for rows in model.estimators_samples_]
    [80, 80, 80, 80]
    """

    def __init__(
        self,
        n_estimators: int = 4,
        *,
        n_rounds: int = 10,
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
        self.weak_learner = weak_learner
        self.boost_by = boost_by
        self.estimator = estimator
        self.sampler = sampler
        self.draw_by = draw_by
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.warm_start = warm_start

    def _extend(self, training: Training, first: int) -> None:
        numbers = range(first, self.n_estimators)
        self._learn(training, (self._draw(training, training.rows, number) for number in numbers))
