"""What a reader should learn at a glance, in sentences computed from the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medresample.compare._notes import listed, replacements
from medresample.metrics import CLINICAL

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

_CONFIDENT = 0.95


class Finding(NamedTuple):
    """A few words to remember, and the sentence with the numbers behind them."""

    headline: str
    sentence: str


def findings(result: ComparisonResult) -> dict[str, list[Finding]]:
    """The findings of each estimator: ranking, decisions, risks, tuned threshold, other models."""
    found = {}
    for estimator in result.estimators:
        steps = (_ranking, _decisions, _risks, _tuned, _replacing)
        said = [finding for step in steps if (finding := step(result, estimator))]
        found[estimator] = said
    return found


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
    done = np.array([effort[name] for name in ran["sampler"]], dtype=int)
    if (done == 3).any() or not (done == 2).any():
        return Treated(ran[done == 3])
    return Treated(ran[done == 2], "with class weights", "class weights", "class weights")


def _table(result: ComparisonResult, metric: str, estimator: str) -> tuple[Treated, Any, Any]:
    """The methods spoken of, the control's row, and all rows."""
    table = result.summary(metric)
    table = table[table["estimator"] == estimator]
    control = table[table["sampler"] == result.settings_["control"]].iloc[0]
    return _treated(result, table), control, table


def _span(values: Any, form: str = "{:.2f}") -> str:
    low, high = form.format(np.min(values)), form.format(np.max(values))
    return low if low == high else f"{low} to {high}"


def _between(values: Any, form: str = "{:.2f}") -> str:
    text = _span(values, form)
    return f"between {text.replace(' to ', ' and ')}" if " to " in text else text


def _differences(rows: Any) -> str:
    word = "difference" if len(rows) == 1 else "differences"
    return f"{word} {_span(rows['difference'], '{:+.3f}')}"


def _names(rows: Any) -> str:
    names = [str(name) for name in rows["sampler"]]
    return listed([*names[:3], f"{len(names) - 3} more"] if len(names) > 4 else names)


def _where(result: ComparisonResult) -> str:
    at = result.settings_["threshold"]
    return f"at a threshold of {at}" if at[0].isdigit() else "at the tuned threshold"


def _ranking(result: ComparisonResult, estimator: str) -> Finding | None:
    metric = next((name for name in ("auroc", "average_precision") if name in result.metrics_), "")
    if not metric:
        return None
    treated, control, _ = _table(result, metric, estimator)
    rows = treated.rows
    if not len(rows):
        return None
    label, rope = CLINICAL[metric].label, result.ropes_[metric]
    better = rows[(rows["p_holm"] < 0.05) & (rows["difference"] > 0)]
    worse = rows[(rows["p_holm"] < 0.05) & (rows["difference"] < 0)]
    span = (
        f"{label} was {control['value']:.3f} with '{control['sampler']}' and "
        f"{_span(rows['value'], '{:.3f}')} {treated.how} ({_differences(rows)})."
    )
    if len(better):
        return Finding(f"{label} improves.", f"{span} {_names(better)} ranked cases better.")
    if len(worse):
        return Finding(f"{label} falls.", f"{span} {_names(worse)} ranked cases worse.")
    same = rows[rows["p_equivalent"] >= _CONFIDENT]
    likely = rows[rows["p_equivalent"] > 0.5]
    small = np.abs(rows["difference"]).max() < 2 * rope and 2 * len(likely) > len(rows)
    headline = "hardly moves" if small else "is not shown to move"
    text = f"{span} No difference stands out from chance (corrected t-test, Holm)."
    if len(same) == len(rows):
        text += (
            f" {'It is' if len(rows) == 1 else 'All are'} practically equivalent (within {rope:g})."
        )
    elif len(likely):
        text += (
            f" {_names(likely)} {'is' if len(likely) == 1 else 'are'} more likely "
            f"than not practically equivalent (within {rope:g})."
        )
    else:
        text += f" The data are too few to call any of them equivalent (within {rope:g})."
    return Finding(f"{label} {headline}.", text)


def _decisions(result: ComparisonResult, estimator: str) -> Finding | None:
    if not {"sensitivity", "specificity"} <= set(result.metrics_):
        return None
    treated, control, _ = _table(result, "sensitivity", estimator)
    (spec, *_), spec_control, _ = _table(result, "specificity", estimator)
    rows = treated.rows
    if not len(rows):
        return None
    where = _where(result)
    up = rows[rows["p_better"] >= _CONFIDENT]
    gain = float(rows["difference"].mean())
    if len(up) == len(rows):
        headline = f"Sensitivity {where} {'jumps' if gain >= 0.2 else 'rises'}."
    elif len(up):
        headline = f"Sensitivity {where} rises for {len(up)} of {len(rows)} {treated.nouns}."
    else:
        headline = f"Sensitivity {where} is not shown to rise."
    fall = float(spec["difference"].mean())
    text = (
        f"Sensitivity {where} was {control['value']:.2f} with '{control['sampler']}' and is "
        f"{_span(rows['value'])} {treated.how}; specificity {'falls' if fall < 0 else 'goes'} "
        f"from {spec_control['value']:.2f} to {_between(spec['value'])}."
    )
    return Finding(headline, text)


def _paid(brier: Any) -> Any:
    """Methods whose risks were found to be worse."""
    return brier[(brier["p_holm"] < 0.05) & (brier["difference"] > 0)]


def _risks(result: ComparisonResult, estimator: str) -> Finding | None:
    if "brier" not in result.metrics_:
        return None
    (rows, *_), control, _ = _table(result, "brier", estimator)
    if not len(rows):
        return None
    worse = _paid(rows)
    better = rows[(rows["p_holm"] < 0.05) & (rows["difference"] < 0)]
    text = (
        f"The Brier score (lower is better) goes from {control['value']:.3f} to "
        f"{_between(rows['value'], '{:.3f}')}"
    )
    if "o_to_e" in result.metrics_:
        (ratios, *_), theirs, _ = _table(result, "o_to_e", estimator)
        announced = 1 / ratios["value"].to_numpy()
        text += (
            f"; the risks announce {_span(announced, '{:.1f}')} times as many "
            f"{result.data_['positive']} cases as there are ({1 / theirs['value']:.1f} times with "
            f"'{control['sampler']}')"
        )
    if len(worse) == len(rows):
        headline = "The Brier score pays for it."
    elif len(worse):
        headline = f"The Brier score pays for it with {_names(worse)}."
    elif len(better):
        headline = f"The Brier score improves with {_names(better)}."
    else:
        headline = "The Brier score is not shown to change."
    return Finding(headline, text + ".")


def _tuned(result: ComparisonResult, estimator: str) -> Finding | None:
    tuned = [name for name, effort in result.settings_["effort"].items() if effort == 1]
    if not tuned or not {"sensitivity", "specificity", "brier"} <= set(result.metrics_):
        return None
    treated, _, sens = _table(result, "sensitivity", estimator)
    (specs, *_), _, spec = _table(result, "specificity", estimator)
    (risks, *_), control, brier = _table(result, "brier", estimator)
    rows = treated.rows
    mine = {
        name: table.set_index("sampler").loc[tuned[0], "value"]
        for name, table in (("sens", sens), ("spec", spec), ("brier", brier))
    }
    if not len(rows) or not all(np.isfinite(list(mine.values()))):
        return None
    balance = (rows["value"].to_numpy() + specs["value"].to_numpy()) / 2
    ours = (mine["sens"] + mine["spec"]) / 2
    reaches = ours >= balance.max() - 0.03
    free = mine["brier"] <= control["value"] + result.ropes_["brier"]
    if reaches and free and len(_paid(risks)):
        headline = "A tuned threshold on the untouched data does the same without that price."
    elif reaches:
        headline = "A tuned threshold on the untouched data reaches as much."
    else:
        headline = "A tuned threshold on the untouched data reaches less here."
    text = (
        f"'{tuned[0]}' has a sensitivity of {mine['sens']:.2f} and a specificity of "
        f"{mine['spec']:.2f} (mean {ours:.2f}; {treated.nouns if len(rows) > 1 else treated.noun} "
        f"{_span(balance)}) with a Brier score of "
        f"{mine['brier']:.3f}."
    )
    return Finding(headline, text)


def _replacing(result: ComparisonResult, estimator: str) -> Finding | None:
    metric = next((name for name in ("auroc", "average_precision") if name in result.metrics_), "")
    if not metric or not replacements(result):
        return None
    _, control, table = _table(result, metric, estimator)
    others = table["sampler"].isin(replacements(result))
    rows = table[others & table["difference"].notna()]
    if not len(rows):
        return None
    clear = rows["p_holm"] < 0.05
    better, worse = rows[clear & (rows["difference"] > 0)], rows[clear & (rows["difference"] < 0)]
    if len(better):
        headline = f"{_names(better)} ranked cases better, in place of the estimator."
    elif len(worse):
        headline = f"{_names(worse)} ranked cases worse, in place of the estimator."
    else:
        verb = "is" if len(rows) == 1 else "are"
        headline = f"{_names(rows)} {verb} not shown to rank cases better or worse."
    names = list(rows["sampler"])
    said = [
        f"an {CLINICAL[metric].label} of {_span(rows['value'], '{:.3f}')} "
        f"('{control['sampler']}' {control['value']:.3f}, {_differences(rows)})"
    ]
    decided = [name for name in ("sensitivity", "specificity") if name in result.metrics_]
    if decided:
        values = [f"a {name} of {_moved(result, name, estimator, names)}" for name in decided]
        said.append(f"{_where(result)} {' and '.join(values)}")
    if "brier" in result.metrics_:
        said.append(f"a Brier score of {_moved(result, 'brier', estimator, names, '{:.3f}')}")
    reach = "it reaches" if len(rows) == 1 else "they reach"
    return Finding(headline, f"In place of the estimator {reach} {'; '.join(said)}.")


def _moved(
    result: ComparisonResult, metric: str, estimator: str, names: list[str], form: str = "{:.2f}"
) -> str:
    """A score of some methods, and that of the control."""
    _, control, table = _table(result, metric, estimator)
    values = table[table["sampler"].isin(names)]["value"]
    return f"{_span(values, form)} ({form.format(control['value'])})"
