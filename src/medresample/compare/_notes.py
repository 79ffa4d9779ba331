"""What must a reader know beside the scores? What did not run, and what took whose place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medresample.compare._methods import REPLACES

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult


def failures(result: ComparisonResult) -> list[str]:
    """One sentence per method and estimator that did not run on every fold.

    A classifier in place of the estimators that failed alike for all is named once.
    """
    folds = result.folds_[result.folds_["status"] != "ok"]
    said = []
    for sampler in folds["sampler"].unique():
        mine = folds[folds["sampler"] == sampler]
        parts = dict(iter(mine.groupby("estimator", sort=False)))
        texts = {str(name): _failed(result, part) for name, part in parts.items()}
        alike = set(texts) == set(result.estimators) and len(set(texts.values())) == 1
        if sampler in replacements(result) and alike:
            said.append(f"{sampler} {texts[result.estimators[0]]}")
        else:
            said += [f"{sampler} with {estimator} {text}" for estimator, text in texts.items()]
    return said


def _failed(result: ComparisonResult, part: Any) -> str:
    texts = part["error"].unique()
    status = "was not available" if set(part["status"]) == {"unavailable"} else "failed"
    more = f" (and {len(texts) - 1} other messages)" if len(texts) > 1 else ""
    return f"{status} on {len(part)} of {result.data_['n_splits']} folds: {texts[0]}{more}"


def replacements(result: ComparisonResult) -> list[str]:
    """The classifiers that took the place of the estimators, by name."""
    return [name for name, effort in result.settings_["effort"].items() if effort == REPLACES]


def replacing(result: ComparisonResult) -> str:
    """What to know when reading the rows of such classifiers; nothing if there are none."""
    names = replacements(result)
    if not names:
        return ""
    is_one, their = ("is a classifier", "its") if len(names) == 1 else ("are classifiers", "their")
    takes = "takes" if len(names) == 1 else "take"
    text = f"{listed(names)} {is_one} that {takes} the place of the estimator"
    if len(result.estimators) == 1:
        return f"{text}."
    return (
        f"{text}: {their} scores are the same beside every estimator, unless pipelines prepare the "
        "table differently. Only what they are compared with differs."
    )


def listed(names: list[str]) -> str:
    """Names in a sentence."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
