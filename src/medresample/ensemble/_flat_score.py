"""What does an ensemble say? What its members say, added up, and compared with a threshold."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from ._boosting import Boosting
from ._members import Member, hear, hear_in_turn
from ._scores import decisions, probabilities, shares

if TYPE_CHECKING:
    from ._stability import StabilityReport


class FlatScore(ClassifierMixin, BaseEstimator, metaclass=ABCMeta):
    """A classifier that adds up the scores of its members.

    A subclass fits `members_`, `classes_` and `_positive`, the place of the smallest class.
    """

    members_: list[Member]
    classes_: np.ndarray
    n_jobs: int | None
    _positive: int

    @abstractmethod
    def _table(self, X: Any, *, reset: bool) -> Any:
        """Check a table."""

    @property
    def positive_class_(self) -> Any:
        """Label of the smallest class, for which a score above the threshold speaks."""
        check_is_fitted(self, "members_")
        label = self.classes_[self._positive]
        return label.item() if isinstance(label, np.generic) else label

    @property
    def estimators_(self) -> list[Any]:
        """What each member is: a boosting with `learners` and `alphas`, or the fitted estimator."""
        check_is_fitted(self, "members_")
        return [member.estimator for member in self.members_]

    def _cuts(self) -> np.ndarray:
        """Threshold of each member, whose sum is the final one."""
        return np.array([member.neutral for member in self.members_])

    def decision_function(self, X: Any) -> np.ndarray:
        """Give the flat score, as a distance from the threshold.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Returns
        -------
        decision : ndarray of shape (n_rows,) or (n_rows, n_classes)
            With two classes, the sum of the scores of all members less the threshold, positive
            where the second of `classes_` is predicted. With more, the score of each class less
            that of an even vote, or the score itself where it has no bounds.
        """
        return self._decision(self._heard(X), len(self.members_))

    def predict_proba(self, X: Any) -> np.ndarray:
        """Give numbers from 0 to 1 in the order of the scores; they are not calibrated risks.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Returns
        -------
        shares : ndarray of shape (n_rows, n_classes)
            With two classes, F / (2t) below the threshold t and 1/2 + (F - t) / (2 (A - t)) above,
            where F is the score and A the largest one; with more, the share of each class of all
            votes. Scores without bounds, such as those of an `estimator` with a
            ``decision_function``, give ``1/2 + D / (2 (n + |D|))``, where D is the distance from
            the threshold and n the number of members; with more than two classes D is how far a
            class is ahead of the others in the mean, n is 1, and the shares are made to sum to 1.
        """
        return self._probability(self._heard(X), len(self.members_))

    def predict(self, X: Any) -> np.ndarray:
        """Give the class of each row; a tie goes to the smaller of two classes.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Returns
        -------
        labels : ndarray of shape (n_rows,)
        """
        return self._label(self._heard(X), len(self.members_))

    def staged_decision_function(self, X: Any) -> Iterator[np.ndarray]:
        """Give what `decision_function` would, after each member.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Yields
        ------
        decision : ndarray of shape (n_rows,) or (n_rows, n_classes)
        """
        for n, scores in enumerate(self._heard_in_turn(X), start=1):
            yield self._decision(scores, n)

    def staged_predict_proba(self, X: Any) -> Iterator[np.ndarray]:
        """Give what `predict_proba` would, after each member.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Yields
        ------
        shares : ndarray of shape (n_rows, n_classes)
        """
        for n, scores in enumerate(self._heard_in_turn(X), start=1):
            yield self._probability(scores, n)

    def staged_predict(self, X: Any) -> Iterator[np.ndarray]:
        """Give what `predict` would, after each member.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.

        Yields
        ------
        labels : ndarray of shape (n_rows,)
        """
        for n, scores in enumerate(self._heard_in_turn(X), start=1):
            yield self._label(scores, n)

    def stability_report(self, X: Any, y: Any) -> StabilityReport:
        """Say how the members do alone, how far they agree, and how the score settles.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            Rows that the ensemble was not fitted on: on its own training rows every member looks
            right, and all agree.
        y : array-like of shape (n_rows,)
            Their labels; every class must occur.

        Returns
        -------
        report : StabilityReport
            Tables of sensitivity, specificity and AUROC, of agreement, and of what each further
            member changed; ``print(report)`` says it in words.

        Raises
        ------
        SamplerInputError
            When a class does not occur in `y`, where the scores are undefined, or an unknown one
            does.

        Examples
        --------
        >>> from sklearn.datasets import make_classification
        >>> from medresample.ensemble import EasyEnsembleClassifier
        >>> X, y = make_classification(1000, weights=[0.9], flip_y=0, random_state=0)
        >>> model = EasyEnsembleClassifier(2, random_state=0).fit(X[:600], y[:600])
        >>> report = model.stability_report(X[600:], y[600:])
        >>> report.settling_["n_members"]
        array([1, 2])
        """
        from ._stability import report_stability

        return report_stability(self, X, y)

    def _heard(self, X: Any) -> np.ndarray:
        check_is_fitted(self, "members_")
        return hear(self.members_, self._table(X, reset=False), self.classes_, self.n_jobs)

    def _heard_in_turn(self, X: Any) -> Iterator[np.ndarray]:
        check_is_fitted(self, "members_")
        return hear_in_turn(self.members_, self._table(X, reset=False), self.classes_, self.n_jobs)

    def _limits(self, n: int) -> tuple[float, float]:
        """Threshold and largest score of the first members."""
        return float(self._cuts()[:n].sum()), sum(member.ceiling for member in self.members_[:n])

    def _distance(self, scores: np.ndarray, n: int) -> np.ndarray:
        """Distance from the threshold in favor of the positive of two classes."""
        return decisions(scores[:, self._positive], *self._limits(n))

    def _decision(self, scores: np.ndarray, n: int) -> np.ndarray:
        if len(self.classes_) == 2:
            distance = self._distance(scores, n)
            return distance if self._positive == 1 else -distance
        _, ceiling = self._limits(n)
        return scores - ceiling / len(self.classes_) if np.isfinite(ceiling) else scores

    def _probability(self, scores: np.ndarray, n: int) -> np.ndarray:
        threshold, ceiling = self._limits(n)
        if len(self.classes_) > 2:
            return shares(scores / n, ceiling / n)
        positive = probabilities(self._distance(scores, n), threshold, ceiling, n)
        both = np.column_stack([1 - positive, positive])
        return both if self._positive == 1 else both[:, ::-1]

    def _label(self, scores: np.ndarray, n: int) -> np.ndarray:
        if len(self.classes_) > 2:
            return self.classes_[scores.argmax(axis=1)]
        said = (self._distance(scores, n) > 0).astype(np.intp)
        return self.classes_[said if self._positive == 1 else 1 - said]

    @property
    def feature_importances_(self) -> np.ndarray:
        """Importances of the columns, the mean over members, as their learners tell them."""
        check_is_fitted(self, "members_")
        for each in self.estimators_:
            voices = each.learners if isinstance(each, Boosting) else [each]
            if not all(hasattr(voice, "feature_importances_") for voice in voices):
                raise AttributeError(
                    f"{type(voices[0]).__name__} does not tell the importances of columns, so that "
                    f"{type(self).__name__} has no 'feature_importances_'."
                )
        return np.mean([each.feature_importances_ for each in self.estimators_], axis=0)
