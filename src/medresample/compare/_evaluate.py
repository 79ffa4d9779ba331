"""Run every method on the same folds and score it on rows that no step has seen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from medresample.compare._input import Data
from medresample.compare._record import describe_data, describe_settings
from medresample.compare._result import ComparisonResult
from medresample.compare._running import run_jobs
from medresample.compare._store import find_store
from medresample.compare._tables import result_tables
from medresample.compare._work import check_work


def compare_samplers(
    samplers: Mapping[str, Any],
    estimator: Any,
    X: Any,
    y: Any,
    groups: Any = None,
    *,
    X_test: Any = None,
    y_test: Any = None,
    groups_test: Any = None,
    pos_label: Any = None,
    cv: Any = 5,
    n_repeats: int | None = None,
    scoring: Any = "clinical",
    control: str = "none",
    calibrate: str | None = None,
    threshold: Any = None,
    rope: float | Mapping[str, float] | None = None,
    n_jobs: int | None = None,
    random_state: int | None = 0,
    store: str | os.PathLike[str] | None = None,
    resume: bool = True,
    progress: bool | str = "auto",
    title: str | None = None,
    description: str | None = None,
) -> ComparisonResult:
    """Compare samplers on the same repeated folds, honestly: a result with tables and a report.

    Preprocessing and method see the training fold alone, test folds keep their natural
    prevalence, every method gets the same splits and seeds, patients stay whole. Three controls
    are always there: the data as they are ("none"), balanced class weights ("class_weight"), and
    the data as they are with a threshold tuned on training rows ("none, threshold tuned").

    Parameters
    ----------
    samplers : mapping of str to sampler or classifier
        What to compare: objects with ``fit_resample``; None leaves the data as they are;
        "class_weight" and "threshold_tuned" stand for the controls, whose names nothing else may
        take. A classifier that balances by itself, such as ``EasyEnsembleClassifier()``, takes the
        place of the estimators: see the notes. What has a ``random_state`` gets a seed of its
        split, the same one for all.
    estimator : classifier, mapping of str to classifier, or Pipeline
        Classifiers with ``predict_proba``. Numeric tables are imputed (median), scaled and then
        sampled; tables with words or categories are sampled as they are, then imputed, one-hot
        encoded and scaled. A Pipeline with a step named "sampler" brings its own preprocessing:
        that step is exchanged.
    X : array-like of shape (n, d)
        Array or data frame (pandas, polars), dense.
    y : array-like of shape (n,)
        Labels of two classes, or of more: see the notes.
    groups : array-like of shape (n,), default=None
        Patient of each row; a patient is never on both sides of a split.
    X_test, y_test, groups_test : array-like, default=None
        An external test set: the same columns, labels of every class, and with ``groups`` the
        patients, none of whom may be in ``X``. Each method is fitted to all of ``X`` once per
        repeat and scored there (``external_``). Nothing is tuned or calibrated on it.
    pos_label : label, default=None
        The positive class; None takes the rarer of two, or tells each of more from the rest. A
        label of several is told from all others together.
    cv : int, splitter or list of (train, test), default=5
        A number of folds is stratified (by patient with ``groups``) and repeated.
    n_repeats : int, default=None
        Repeats for a number of folds; None means 5.
    scoring : str, callable, or list or mapping of these, default="clinical"
        "clinical" is the preset :data:`medresample.metrics.CLINICAL`. Names are those in it, of
        scikit-learn's scorers (``"f1_macro"``), or of :func:`medresample.metrics.get_scorer`;
        a scorer or function ``score(estimator, X, y)``, of which more is better; a mapping gives
        them other names. See the notes.
    control : str, default="none"
        The method that differences are taken to.
    calibrate : str, default=None
        Bring risks back, and show both: each method is followed by the same ", recalibrated".
        "sigmoid", "logistic", "isotonic", "beta" or "temperature" learn a map (see
        :mod:`medresample.calibration`) from a fifth of the training fold, of whole patients, that
        is neither resampled nor trained on, the same for every method. "prior" corrects for the
        classes that the learner was shown, and keeps no rows out.
    threshold : None, float, "youden" or {"min_sensitivity": s}, default=None
        From which risk on a case is called positive, of two classes: None is 0.5; the last two
        are tuned for every method by cross-validation inside its training folds.
    rope : float or mapping of str to float, default=None
        Half-width of the region within which a difference does not matter, for all scores or by
        name; None takes the width of each score, 0.01 for one whose scale is not known.
    n_jobs : int, default=None
        Parallel jobs (joblib). The result does not depend on it, nor on the backend: within
        ``joblib.parallel_config(backend="dask")`` the workers of a Dask cluster do the jobs.
    random_state : int or None, default=0
        Seed of splits, samplers and estimators; None draws one and records it.
    store : path, default=None
        A folder where each finished job (a method on a split) is kept. After an interruption the
        same call does what is missing, and gives the same result: see the notes.
    resume : bool, default=True
        Whether jobs found in ``store`` are taken from there; False forgets
        them and does all anew.
    progress : "auto", "jobs" or bool, default="auto"
        Say on stderr how far it is; "jobs" says a line for each job, with its warnings.
    title, description : str, default=None
        What the data are, in a line and in a few sentences, for the head of the report.

    Returns
    -------
    result : ComparisonResult
        ``folds_``, ``predictions_``, ``external_``, ``classes_``, ``summary()``,
        ``plot_differences()``, ``report(path)``.

    Raises
    ------
    ValueError, TypeError
        If the input can not be compared; also for tables that were resampled before, and with
        ``store`` for a method or estimator whose content can not be hashed, and for two methods of
        different classes of one name.
    MissingExtraError
        Without the packages of the extra ``report``.

    Warns
    -----
    UserWarning
        Below 5 positive cases in a test fold, for rows that repeat across a split, for a file in
        ``store`` that is damaged (its job is done again), and for a result that can not be kept.
    UnreliableCalibrationWarning
        Below 20 cases (patients) of a class to calibrate on; below 5 it is an error.

    Notes
    -----
    A method or estimator that fails on a fold becomes a row of ``folds_`` with status "failed"
    and its exception; it is counted, and never averaged in.

    A classifier among the samplers is fitted on the training fold in place of the estimators, after
    the same preprocessing, with ``groups`` if its ``fit`` names them. It is fitted once for all
    estimators whose preprocessing is the same, and its scores stand beside each of them, as
    differences to the control are taken per estimator. A Pipeline that ends in a classifier is
    given the table as it is: one of a single step is for classifiers that take missing values and
    categories themselves.

    With more than two classes a row is decided for the most probable one, and every score of the
    preset is the mean over the classes, each against the rest (``classes_`` has them one by one);
    of calibration scores the mean distance from the ideal, as errors in opposite directions would
    cancel out. A threshold needs two classes, so that the third control is left out.

    A scorer is asked about each test fold, and answered from the predictions that were made: the
    threshold and the recalibration hold for it, too. It may look at the test rows alone, as they
    were given (a polars table as one of pandas). By name, scorers of two classes see the positive
    one as 1; others see the labels as they are. Where it fails or gives no number, the score is
    NaN, and ``unscored`` says why. Such scores are taken per fold, with the corrected t-test.

    With ``calibrate="prior"`` what SMOTE and other samplers do to the risks is undone in part only:
    the warnings of the row and ``settings_["correction_exact"]`` say so. A tuned threshold leaves
    risks as they are and has no recalibrated line of its own.

    A file in ``store`` is named by a hash of the content of all that a job depends on: data, rows
    of the split, parameters, seed, threshold rule, calibration, versions. More methods, more
    repeats or other scores only add jobs; another estimator does all anew, as estimators share a
    resampled fold. Files hold risks, counts, thresholds, seconds and the words of warnings, but no
    cell of the table. Jobs in which something failed are tried again. Several processes may share a
    folder. The hash does not see a change in code of your own (a class, or what a function calls):
    use another folder, or ``resume=False``. With ``random_state=None`` nothing is found again.

    References
    ----------
    C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning 52, 2003.
    G. Corani, A. Benavoli, "A Bayesian approach for comparing cross-validated algorithms",
    Machine Learning 100, 2015.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from medresample.compare import compare_samplers
    >>> from medresample.datasets import load_nuclei
    >>> from medresample.over_sampling import SMOTE
    >>> nuclei = load_nuclei()
    >>> result = compare_samplers(
    ...     {"smote": SMOTE()}, LogisticRegression(), nuclei.data, nuclei.target,
    ...     n_repeats=1, progress=False,
    ... )
    >>> result
    ComparisonResult(4 methods, 1 estimator, 5 splits of 397 rows, positive 'malignant', 0 failed)
    """
    work = check_work(
        samplers,
        estimator,
        X,
        y,
        groups,
        X_test=X_test,
        y_test=y_test,
        groups_test=groups_test,
        pos_label=pos_label,
        cv=cv,
        n_repeats=n_repeats,
        scoring=scoring,
        control=control,
        calibrate=calibrate,
        threshold=threshold,
        rope=rope,
        random_state=random_state,
    )
    kept = None if store is None else find_store(store, resume, work)
    results = run_jobs(work, n_jobs, progress, kept)
    with threadpool_limits(limits=1):
        tables = result_tables(work, results)
        outside = None if work.outside is None else result_tables(work, results, external=True)
    return ComparisonResult(
        folds_=tables.folds,
        predictions_=tables.predictions,
        data_=describe_data(work, title, description),
        settings_=describe_settings(work, cv, control),
        metrics_=tuple(work.scores),
        ropes_=work.ropes,
        row_groups_=_patients(work.data),
        classes_=tables.classes,
        external_=None if outside is None else outside.folds,
        external_predictions_=None if outside is None else outside.predictions,
        external_groups_=None if work.outside is None else _patients(work.outside),
    )


def _patients(data: Data) -> np.ndarray:
    """A code for the patient of each row; a row is a patient where none are known."""
    return np.arange(len(data.y)) if data.groups is None else data.groups
