"""What do reporting guidelines ask about unequal classes? Topics, and what the record answers.

Questions are quoted by topic, without item numbers. What the record does not hold is said to be
missing, not guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from medresample.compare._notes import listed
from medresample.compare.report._numbers import number

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

TRIPOD = "TRIPOD+AI 2024"
PROBAST = "PROBAST+AI 2025"
CLAIM = "CLAIM 2024"
METRICS = "METRICS 2024"

SOURCES = (
    (TRIPOD, "Collins and others, BMJ 385 (2024), e078378"),
    (PROBAST, "Moons and others, BMJ 388 (2025), e082505"),
    (CLAIM, "Tejani and others, Radiology: Artificial Intelligence 6 (2024), e240300"),
    (METRICS, "Kocak and others, Insights into Imaging 15 (2024), 8"),
)


class Answer(NamedTuple):
    """A topic, the guidelines that ask about it, and what the record says."""

    topic: str
    guidelines: str
    text: str


def answers(result: ComparisonResult) -> list[Answer]:
    """The answers that the record of a comparison gives, topic by topic."""
    both = f"{TRIPOD}, {PROBAST}"
    return [
        Answer("Class imbalance: how unequal, and what was done", TRIPOD, _imbalance(result)),
        Answer("Recalibration after balancing", both, _recalibration(result)),
        Answer("Level at which partitions are disjoint", CLAIM, _disjoint(result)),
        Answer("Splitting by patient", METRICS, _by_patient(result)),
        Answer("Balancing blind to the test part", METRICS, _blind(result)),
        Answer("Preparation of the columns, missing values", both, _preparation(result)),
        Answer("Sample size and events", both, _size(result)),
        Answer("Performance measures and their uncertainty", both, _measures(result)),
        Answer("Decision thresholds", f"{TRIPOD}, {CLAIM}", _threshold(result)),
        Answer("External test data", f"{CLAIM}, {TRIPOD}", _external(result)),
        Answer("Fits that did not run", "good practice", _failed(result)),
        Answer("Software, settings and seed", f"{TRIPOD}, {CLAIM}", _software(result)),
        Answer(
            "Not in the record, to be written by the authors",
            f"{TRIPOD}, {PROBAST}, {CLAIM}",
            "Where, when and how patients were included; how predictors and outcome were defined "
            "and measured, and blind to what; the intended use and its users; fairness across "
            "groups of patients; ethics, registration, funding, and access to data and model.",
        ),
    ]


def _imbalance(result: ComparisonResult) -> str:
    data = result.data_
    counts = ", ".join(
        f"{n:,} {name} ({100 * n / data['n_rows']:.1f} %)" for name, n in data["classes"].items()
    )
    settings = result.settings_
    again = settings["recalibrated"]
    names = [name for name, n in settings["effort"].items() if n >= 3 and name not in again]
    tried = listed(names) if names else "no sampler"
    return (
        f"{data['n_rows']:,} rows: {counts}. Compared were {tried}, beside the data as they are, "
        f"on the same {data['n_splits']} splits."
    )


def _recalibration(result: ComparisonResult) -> str:
    settings = result.settings_
    way, pairs = settings["calibrate"], settings["recalibrated"]
    if way is None:
        return (
            "Risks were not recalibrated in this comparison. Calibration was measured after "
            "balancing (intercept, slope, O:E, ICI, ECE where asked for). If a model trained on "
            "balanced rows is to give risks, recalibrate it on rows that were not balanced."
        )
    if way == "prior":
        exact = settings["correction_exact"]
        loose = [pairs[name] for name, is_exact in exact.items() if not is_exact]
        text = (
            "Risks were corrected for the share of cases that the model was shown (calibrate="
            "'prior'), beside the raw ones; no row was kept out for it."
        )
        return text + (f" The correction is an approximation for {listed(loose)}." if loose else "")
    least, most = settings["n_calibrate"]
    span = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    unit = "of whole patients, " if result.data_["groups_disjoint"] else ""
    return (
        f"Every method was recalibrated by '{way}' on {span} rows of each training fold, {unit}"
        "kept out before balancing and at their natural prevalence, the same for all methods. Raw "
        "and recalibrated risks stand side by side."
    )


def _disjoint(result: ComparisonResult) -> str:
    data = result.data_
    if data["groups_disjoint"]:
        text = (
            f"Patient: none of the {data['n_patients']:,} patients is on both sides of a split, "
            f"which was checked on all {data['n_splits']} splits."
        )
    else:
        text = (
            "Row: no patient column was given, so that every row counts as a patient of its own. "
            "If patients have several rows, the scores here are too good."
        )
    share = data["share_repeated_rows"]
    if share > 0:
        text += f" {100 * share:.1f} % of the test rows have a twin among their training rows."
    return text


def _by_patient(result: ComparisonResult) -> str:
    if result.data_["groups_disjoint"]:
        return "Yes. Splits, bootstrap and any rows kept out for calibration take patients whole."
    return "Not by a patient column; see above."


def _blind(result: ComparisonResult) -> str:
    return (
        "Yes. Preparation and balancing saw the training rows of each split alone; test rows kept "
        "their natural prevalence and were never balanced."
    )


def _preparation(result: ComparisonResult) -> str:
    said = dict.fromkeys(result.settings_["preprocessing"].values())
    ways = "; ".join(
        f"{listed([name for name, own in result.settings_['preprocessing'].items() if own == way])}"
        f": {way}"
        for way in said
    )
    return f"Fitted anew in each training fold. {ways}."


def _size(result: ComparisonResult) -> str:
    data = result.data_
    least, most = data["test_positives_min"], data["test_positives_max"]
    span = f"{least}" if least == most else f"{least} to {most}"
    return (
        f"{data['n_positive']:,} cases of “{data['rarest']}” among {data['n_rows']:,} rows, {span} "
        f"in each test fold; {data['n_features']:,} columns, "
        f"{number(data['events_per_variable'], 1)} training cases per column. No sample size "
        "was calculated in advance by this software."
    )


def _measures(result: ComparisonResult) -> str:
    labels = [result.score(name).label for name in result.metrics_]
    return (
        f"{listed(labels)}. Differences to “{result.settings_['control']}” with 95 % intervals: "
        "corrected repeated k-fold t-test for scores per fold, bootstrap over "
        f"{result.data_['unit']} for scores of pooled predictions, Holm's adjustment; "
        "probabilities of being worse, equivalent and better."
    )


def _threshold(result: ComparisonResult) -> str:
    settings = result.settings_
    if len(result.classes) > 1:
        return "None: a case is called what is most probable."
    return (
        f"{settings['threshold']}; where tuned, {settings['tuned_threshold']}, from out-of-fold "
        "risks of training rows alone."
    )


def _external(result: ComparisonResult) -> str:
    outside = result.data_["external"]
    if outside is None:
        return "None was given: every score is of the same source of data by cross-validation."
    patients = "" if outside["n_patients"] is None else f" of {outside['n_patients']:,} patients"
    apart = (
        " No patient of it is in the training table, which was checked."
        if outside["groups_disjoint"]
        else " Whether its patients are in the training table can not be checked without groups."
    )
    return (
        f"{outside['n_rows']:,} rows{patients}, scored by models of the whole training table, and "
        f"never used to tune or calibrate.{apart}"
    )


def _failed(result: ComparisonResult) -> str:
    folds = result.folds_
    failed = folds[folds["status"] != "ok"]
    if not len(failed):
        return f"None: all {len(folds):,} fits ran."
    names = listed([str(name) for name in failed["sampler"].unique()])
    return (
        f"{len(failed):,} of {len(folds):,} fits did not run ({names}). They are listed with their "
        "reasons and enter no average."
    )


def _software(result: ComparisonResult) -> str:
    versions = result.settings_["versions"]
    return (
        f"medresample {versions['medresample']}, scikit-learn {versions['scikit-learn']}, Python "
        f"{versions['python']}; seed {result.settings_['seed']}. The settings below repeat the "
        "comparison bit for bit."
    )
