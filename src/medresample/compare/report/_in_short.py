"""What came out, for a reader who knows no score? People out of a hundred, and risks as they read.

The sentences are about the methods that resample (or, where none ran, class weights), beside the
control.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medresample.compare._spoken import paid, rows_and_control, span, where

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult


def in_short(result: ComparisonResult, estimator: str) -> list[str]:
    """A few sentences without the names of scores; none where these were not computed."""
    steps = (_alarms, _ranking, _risks, _advice)
    return [text for step in steps if (text := step(result, estimator))]


def _out_of_hundred(values: Any) -> str:
    return span(100 * np.asarray(values, dtype=float), "{:.0f}")


def _are(n: str) -> str:
    return f"{n} is" if n == "1" else f"{n} are"


def _alarms(result: ComparisonResult, estimator: str) -> str:
    if len(result.classes) > 1 or not {"sensitivity", "specificity"} <= set(result.metrics_):
        return ""
    treated, control, _ = rows_and_control(result, "sensitivity", estimator)
    others, control_too, _ = rows_and_control(result, "specificity", estimator)
    if not len(treated.rows) or not np.isfinite([control["value"], control_too["value"]]).all():
        return ""
    positive, negative = result.data_["positive"], result.data_["negative"]
    found = _out_of_hundred([control["value"]]), _out_of_hundred(treated.rows["value"])
    false = (
        _out_of_hundred([1 - control_too["value"]]),
        _out_of_hundred(1 - others.rows["value"].to_numpy()),
    )
    return (
        f"Of 100 “{positive}” cases {where(result)}, {_are(found[0])} found with the data as they "
        f"are (“{control['sampler']}”), and {found[1]} {treated.how}. Of 100 “{negative}” cases, "
        f"{_are(false[0])} called “{positive}” by mistake, and {false[1]} {treated.how}."
    )


def _ranking(result: ComparisonResult, estimator: str) -> str:
    if "auroc" not in result.metrics_:
        return ""
    treated, control, _ = rows_and_control(result, "auroc", estimator)
    if not len(treated.rows) or not np.isfinite(control["value"]):
        return ""
    clear = treated.rows["p_holm"] < 0.05
    up, down = clear & (treated.rows["difference"] > 0), clear & (treated.rows["difference"] < 0)
    before, after = _out_of_hundred([control["value"]]), _out_of_hundred(treated.rows["value"])
    verdict = (
        "The order of the cases gets better with some methods, and worse with others."
        if up.any() and down.any()
        else "The order of the cases gets better with some methods."
        if up.any()
        else "The order of the cases gets worse with some methods."
        if down.any()
        else "The order of the cases is not shown to change."
    )
    return (
        f"{verdict} Of two cases of different classes, the right one has the higher risk in "
        f"{before} of 100 pairs with the data as they are, and in {after} {treated.how}."
    )


def _risks(result: ComparisonResult, estimator: str) -> str:
    if len(result.classes) > 1 or "o_to_e" not in result.metrics_:
        return ""
    treated, control, _ = rows_and_control(result, "o_to_e", estimator)
    values = treated.rows["value"].to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    if not len(values) or not np.isfinite(control["value"]):
        return ""
    cases = 1000 * float(result.data_["prevalence"])
    announced = span(cases / values, "{:.0f}")
    return (
        f"Among 1,000 such cases, {cases:.0f} are “{result.data_['positive']}”. The risks add up "
        f"to {cases / control['value']:.0f} with the data as they are, and to {announced} "
        f"{treated.how}."
    )


def _advice(result: ComparisonResult, estimator: str) -> str:
    """What follows, where two findings point one way."""
    if not {"auroc", "brier"} <= set(result.metrics_):
        return ""
    ranking, _, _ = rows_and_control(result, "auroc", estimator)
    risks, _, _ = rows_and_control(result, "brier", estimator)
    if not len(ranking.rows) or not len(risks.rows):
        return ""
    better = (ranking.rows["p_holm"] < 0.05) & (ranking.rows["difference"] > 0)
    worse = paid(risks.rows)
    if better.any():
        return (
            "Whether the better order is worth it depends on the risks: recalibrate them before "
            "they are shown to anybody."
        )
    if len(worse) == len(risks.rows):
        return (
            f"In short: {risks.nouns if len(risks.rows) > 1 else risks.noun} did not make the "
            "model tell the classes apart better here, and made its risks worse. To find more "
            "cases, try a lower threshold on the untouched data first."
        )
    return ""
