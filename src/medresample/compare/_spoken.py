"""How are methods spoken of? Which ones a sentence is about, and their numbers in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medresample.compare._notes import listed

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult


class Treated(NamedTuple):
    """The methods that a sentence is about, and how to speak of them."""

    rows: Any
    how: str = "after resampling"
    noun: str = "sampler"
    nouns: str = "samplers"


def _treated(result: ComparisonResult, table: Any) -> Treated:
    """The methods that resample and ran; class weights where no sampler ran."""
    effort = result.settings_["effort"]
    ran = table[table["difference"].notna()]
    done = np.array([effort[name] for name in ran["sampler"]], dtype=float)
    if (done == 3).any() or not (done == 2).any():
        return Treated(ran[done == 3])
    return Treated(ran[done == 2], "with class weights", "class weights", "class weights")


def rows_and_control(
    result: ComparisonResult, metric: str, estimator: str
) -> tuple[Treated, Any, Any]:
    """The methods spoken of, the control's row, and all rows."""
    table = result.summary(metric)
    table = table[table["estimator"] == estimator]
    control = table[table["sampler"] == result.settings_["control"]].iloc[0]
    return _treated(result, table), control, table


def span(values: Any, form: str = "{:.2f}") -> str:
    """The least and the greatest of some numbers, or the one that they are."""
    low, high = form.format(np.min(values)), form.format(np.max(values))
    return low if low == high else f"{low} to {high}"


def between(values: Any, form: str = "{:.2f}") -> str:
    """The same with words around it."""
    text = span(values, form)
    return f"between {text.replace(' to ', ' and ')}" if " to " in text else text


def differences(rows: Any) -> str:
    """The differences to the control of some methods."""
    word = "difference" if len(rows) == 1 else "differences"
    return f"{word} {span(rows['difference'], '{:+.3f}')}"


def names(rows: Any) -> str:
    """The methods by name, if they are few."""
    every = [str(name) for name in rows["sampler"]]
    return listed([*every[:3], f"{len(every) - 3} more"] if len(every) > 4 else every)


def where(result: ComparisonResult) -> str:
    """At which threshold cases are called positive."""
    if len(result.classes) > 1:
        return "for the most probable class"
    at = result.settings_["threshold"]
    return f"at a threshold of {at}" if at[0].isdigit() else "at the tuned threshold"


def paid(brier: Any) -> Any:
    """Methods whose risks were found to be worse."""
    return brier[(brier["p_holm"] < 0.05) & (brier["difference"] > 0)]
