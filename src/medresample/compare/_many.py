"""Does balancing help on data like these? One comparison for each of several data sets."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from medresample._core.extras import load_extra
from medresample.compare._data_sets import check_data_sets
from medresample.compare._evaluate import compare_samplers
from medresample.compare._many_result import ManyComparisons
from medresample.compare._result import ComparisonResult
from medresample.compare._seeds import state
from medresample.compare._work import check_seed

# What compare_samplers takes and this function gives it, for each data set its own.
_OWN = (
    "X",
    "y",
    "groups",
    "X_test",
    "y_test",
    "groups_test",
    "pos_label",
    "random_state",
    "title",
    "description",
)


def compare_samplers_many(
    data_sets: Mapping[str, Any],
    samplers: Mapping[str, Any],
    estimator: Any,
    *,
    pos_label: Any = None,
    random_state: int | None = 0,
    progress: bool | str = "auto",
    **settings: Any,
) -> ManyComparisons:
    """Compare samplers on several data sets: a result for each, ranks and tests over all.

    Each data set is compared by :func:`compare_samplers`, with a seed of its own that depends on
    its name: another data set more changes nothing for the others. A data set counts as one, by its
    mean scores. Tests need at least 10 of them; below, there are ranks only.

    Parameters
    ----------
    data_sets : mapping of str to (X, y) or (X, y, groups)
        Tables, labels (of two classes everywhere, or of more everywhere), and the patient of each
        row, as for :func:`compare_samplers`. No two may be parts of one table.
    samplers : mapping of str to sampler or classifier
        What to compare; the controls are added.
    estimator : classifier, mapping of str to classifier, or Pipeline
        What learns from the resampled rows.
    pos_label : label or mapping of str to label, default=None
        The positive class: of all data sets, or by the name of each; None, also for a data set
        that is not named, takes the rarer one.
    random_state : int or None, default=0
        The seeds of the data sets depend on it and on their names; None draws one.
    progress : "auto", "jobs" or bool, default="auto"
        Say on stderr how far it is; "jobs" says a line for each job.
    **settings
        Anything else that :func:`compare_samplers` takes, the same for all data sets: ``cv``,
        ``n_repeats``, ``scoring``, ``control``, ``calibrate``, ``threshold``, ``rope``, ``n_jobs``,
        ``store``, ``resume``.

    Returns
    -------
    many : ManyComparisons
        ``results_``, ``sets_``, ``summary(metric)``, ``ranks(metric)``, ``friedman(metric)``,
        ``pairwise(metric)``, ``plot_ranks(metric)``.

    Raises
    ------
    ValueError
        If two data sets are parts of one table, or folds of a comparison; with fewer than two; if
        ``pos_label`` names a data set that is not there.
        Where no data set could be compared, what went wrong with the first.
    TypeError
        For anything else than such a mapping, and for settings that do not exist.
    MissingExtraError
        Without the packages of the extra ``report``.

    Warns
    -----
    UserWarning
        What :func:`compare_samplers` warns of, with the name of the data set before it.

    Notes
    -----
    A data set that can not be compared is a row of ``sets_`` with its error, and enters no mean, no
    rank and no test. Two tables are taken for parts of one if more than half of the rows of the
    smaller one are rows of the other, unless most of its rows repeat within it, as in a table of a
    few categories. Parts without common rows, such as the test folds of one table, can not be told
    from different data sets: that they are different is for you to know.

    References
    ----------
    J. Demšar, "Statistical comparisons of classifiers over multiple data sets", Journal of Machine
    Learning Research 7, 2006.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from medresample.compare import compare_samplers_many
    >>> from medresample.over_sampling import RandomOverSampler
    >>> data_sets = {
    ...     f"center {i}": make_classification(80, weights=[0.7], random_state=i) for i in range(3)
    ... }
    >>> many = compare_samplers_many(
    ...     data_sets, {"over": RandomOverSampler()}, LogisticRegression(),
    ...     cv=3, n_repeats=1, scoring=["auroc", "brier"], progress=False,
    ... )
    >>> many
    ManyComparisons(3 data sets, 4 methods, 1 estimator)
    >>> many.friedman("brier").loc[0, "note"]
    'ranks only: 3 data sets are too few for tests, which need 10; below, ...'
    """
    load_extra("pandas", "compare_samplers_many")
    _check_settings(settings)
    checked = check_data_sets(data_sets)
    if isinstance(pos_label, Mapping):
        _check_names(pos_label, checked)
    root = np.random.SeedSequence(check_seed(random_state))
    settings = {"samplers": samplers, "estimator": estimator, "progress": progress, **settings}
    results: dict[str, ComparisonResult] = {}
    errors: dict[str, Exception] = {}
    rows = []
    for number, (name, data_set) in enumerate(checked.items(), 1):
        if progress:
            sys.stderr.write(f"data set {number} of {len(checked)}: {name}\n")
        seed = seed_of(name, root)
        positive = pos_label.get(name) if isinstance(pos_label, Mapping) else pos_label
        own: dict[str, Any] = {"pos_label": positive, "random_state": seed, "title": name}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = compare_samplers(**data_set._asdict(), **settings, **own)
                _check_alike(result, next(iter(results.values()), result))
                results[name] = result
            except Exception as error:
                errors[name] = error
        for warning in caught:
            warnings.warn(f"{name}: {warning.message}", warning.category, stacklevel=2)
        said = [str(warning.message) for warning in caught]
        rows.append(_row(name, seed, results.get(name), errors.get(name), said))
    if not results:
        name, first = next(iter(errors.items()))
        raise ValueError(f"No data set could be compared. {name!r}: {first}") from first
    return ManyComparisons(results, load_extra("pandas", "a table").DataFrame(rows))


def seed_of(name: str, root: np.random.SeedSequence) -> int:
    """The seed of a data set, by its name alone."""
    return state(np.random.SeedSequence(root.entropy, spawn_key=tuple(name.encode())))


def _check_settings(settings: Mapping[str, Any]) -> None:
    known = [name for name in inspect.signature(compare_samplers).parameters if name not in _OWN]
    for name in settings:
        if name not in known:
            raise TypeError(
                f"compare_samplers_many() has no setting {name!r}. There are: {', '.join(known)}."
            )


def _check_alike(result: ComparisonResult, first: ComparisonResult) -> None:
    """With two classes there are other methods and scores than with more."""
    n, of_first = (len(one.data_["classes"]) for one in (result, first))
    if (n > 2) != (of_first > 2):
        raise ValueError(
            f"it has {n} classes, and the first data set {of_first}: two classes and more are not "
            "compared together. pos_label= names one to compare against the rest."
        )


def _check_names(pos_label: Mapping[str, Any], data_sets: Mapping[str, Any]) -> None:
    unknown = [name for name in pos_label if name not in data_sets]
    if unknown:
        raise ValueError(
            f"pos_label names data sets that are not there: {unknown}. There are: "
            f"{', '.join(data_sets)}."
        )


def _row(
    name: str,
    seed: int,
    result: ComparisonResult | None,
    error: Exception | None,
    said: list[str],
) -> dict[str, Any]:
    data = {} if result is None else result.data_
    facts = ("n_rows", "n_features", "n_patients", "n_positive", "prevalence", "positive")
    return {
        "data_set": name,
        "status": "failed" if result is None else "ok",
        "error": "" if error is None else f"{type(error).__name__}: {' '.join(str(error).split())}",
        "warnings": " | ".join(said),
        **{fact: data.get(fact, np.nan) for fact in facts},
        "seed": seed,
    }
