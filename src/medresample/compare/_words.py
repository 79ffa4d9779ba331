"""What a reader should learn at a glance, in sentences computed from the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from medresample.compare._notes import replacements
from medresample.compare._spoken import (
    between,
    differences,
    names,
    paid,
    rows_and_control,
    span,
    where,
)

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
        steps = (_ranking, _decisions, _risks, _recalibrated, _tuned, _outside, _replacing)
        said = [finding for step in steps if (finding := step(result, estimator))]
        found[estimator] = said
    return found


def _ranking(result: ComparisonResult, estimator: str) -> Finding | None:
    metric = next((name for name in ("auroc", "average_precision") if name in result.metrics_), "")
    if not metric:
        return None
    treated, control, _ = rows_and_control(result, metric, estimator)
    rows = treated.rows
    if not len(rows):
        return None
    label, rope = result.score(metric).label, result.ropes_[metric]
    better = rows[(rows["p_holm"] < 0.05) & (rows["difference"] > 0)]
    worse = rows[(rows["p_holm"] < 0.05) & (rows["difference"] < 0)]
    moved = (
        f"{label} was {control['value']:.3f} with '{control['sampler']}' and "
        f"{span(rows['value'], '{:.3f}')} {treated.how} ({differences(rows)})."
    )
    if len(better):
        return Finding(f"{label} improves.", f"{moved} {names(better)} ranked cases better.")
    if len(worse):
        return Finding(f"{label} falls.", f"{moved} {names(worse)} ranked cases worse.")
    same = rows[rows["p_equivalent"] >= _CONFIDENT]
    likely = rows[rows["p_equivalent"] > 0.5]
    small = np.abs(rows["difference"]).max() < 2 * rope and 2 * len(likely) > len(rows)
    headline = "hardly moves" if small else "is not shown to move"
    text = f"{moved} No difference stands out from chance (corrected t-test, Holm)."
    if len(same) == len(rows):
        text += (
            f" {'It is' if len(rows) == 1 else 'All are'} practically equivalent (within {rope:g})."
        )
    elif len(likely):
        text += (
            f" {names(likely)} {'is' if len(likely) == 1 else 'are'} more likely "
            f"than not practically equivalent (within {rope:g})."
        )
    else:
        text += f" The data are too few to call any of them equivalent (within {rope:g})."
    return Finding(f"{label} {headline}.", text)


def _decisions(result: ComparisonResult, estimator: str) -> Finding | None:
    if not {"sensitivity", "specificity"} <= set(result.metrics_):
        return None
    treated, control, _ = rows_and_control(result, "sensitivity", estimator)
    (spec, *_), spec_control, _ = rows_and_control(result, "specificity", estimator)
    rows = treated.rows
    if not len(rows):
        return None
    at = where(result)
    up = rows[rows["p_better"] >= _CONFIDENT]
    gain = float(rows["difference"].mean())
    if len(up) == len(rows):
        headline = f"Sensitivity {at} {'jumps' if gain >= 0.2 else 'rises'}."
    elif len(up):
        headline = f"Sensitivity {at} rises for {len(up)} of {len(rows)} {treated.nouns}."
    else:
        headline = f"Sensitivity {at} is not shown to rise."
    fall = float(spec["difference"].mean())
    text = (
        f"Sensitivity {at} was {control['value']:.2f} with '{control['sampler']}' and is "
        f"{span(rows['value'])} {treated.how}; specificity {'falls' if fall < 0 else 'goes'} "
        f"from {spec_control['value']:.2f} to {between(spec['value'])}."
    )
    return Finding(headline, text)


def _risks(result: ComparisonResult, estimator: str) -> Finding | None:
    if "brier" not in result.metrics_:
        return None
    (rows, *_), control, _ = rows_and_control(result, "brier", estimator)
    if not len(rows):
        return None
    worse = paid(rows)
    better = rows[(rows["p_holm"] < 0.05) & (rows["difference"] < 0)]
    text = (
        f"The Brier score (lower is better) goes from {control['value']:.3f} to "
        f"{between(rows['value'], '{:.3f}')}"
    )
    if "o_to_e" in result.metrics_ and len(result.classes) == 1:
        (ratios, *_), theirs, _ = rows_and_control(result, "o_to_e", estimator)
        announced = 1 / ratios["value"].to_numpy()
        text += (
            f"; the risks announce {span(announced, '{:.1f}')} times as many "
            f"{result.data_['positive']} cases as there are ({1 / theirs['value']:.1f} times with "
            f"'{control['sampler']}')"
        )
    if len(worse) == len(rows):
        headline = "The Brier score pays for it."
    elif len(worse):
        headline = f"The Brier score pays for it with {names(worse)}."
    elif len(better):
        headline = f"The Brier score improves with {names(better)}."
    else:
        headline = "The Brier score is not shown to change."
    return Finding(headline, text + ".")


def _recalibrated(result: ComparisonResult, estimator: str) -> Finding | None:
    """Say whether recalibrated risks are right again."""
    pairs = result.settings_["recalibrated"]
    if not pairs or "brier" not in result.metrics_:
        return None
    treated, control, table = rows_and_control(result, "brier", estimator)
    twins = {raw: name for name, raw in pairs.items()}
    mine = table[table["sampler"].isin([twins.get(name) for name in treated.rows["sampler"]])]
    mine = mine[mine["value"].notna()]
    if not len(mine):
        return None
    raw = treated.rows["value"].to_numpy()
    repaired = mine["value"] <= control["value"] + result.ropes_["brier"]
    if repaired.all():
        headline = "Recalibration brings the risks back."
    elif mine["value"].mean() < raw.mean():
        headline = "Recalibration repairs the risks in part."
    else:
        headline = "Recalibration does not repair the risks."
    return Finding(
        headline,
        f"With recalibrated risks ({result.settings_['calibrate']}) the Brier score is "
        f"{between(mine['value'], '{:.3f}')}, after {between(raw, '{:.3f}')} with raw ones and "
        f"{control['value']:.3f} with '{control['sampler']}'.",
    )


def _outside(result: ComparisonResult, estimator: str) -> Finding | None:
    """Say whether it holds on other patients."""
    metric = next((name for name in ("auroc", "average_precision") if name in result.metrics_), "")
    if result.external_ is None or not metric:
        return None
    treated, control, _ = rows_and_control(result, metric, estimator)
    rows = treated.rows[treated.rows["external_difference"].notna()]
    if not len(rows) or not np.isfinite(control["external"]):
        return None
    apart = rows[(rows["external_low"] > 0) | (rows["external_high"] < 0)]
    verdict = "no method stands out there" if not len(apart) else f"{names(apart)} differ there"
    label = result.score(metric).label
    return Finding(
        f"On the external test set {verdict}.",
        f"{label} was {control['external']:.3f} with '{control['sampler']}' and "
        f"{span(rows['external'], '{:.3f}')} {treated.how} (differences "
        f"{span(rows['external_difference'], '{:+.3f}')}, patient bootstrap).",
    )


def _tuned(result: ComparisonResult, estimator: str) -> Finding | None:
    tuned = [name for name, effort in result.settings_["effort"].items() if effort == 1]
    if not tuned or not {"sensitivity", "specificity", "brier"} <= set(result.metrics_):
        return None
    treated, _, sens = rows_and_control(result, "sensitivity", estimator)
    (specs, *_), _, spec = rows_and_control(result, "specificity", estimator)
    (risks, *_), control, brier = rows_and_control(result, "brier", estimator)
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
    if reaches and free and len(paid(risks)):
        headline = "A tuned threshold on the untouched data does the same without that price."
    elif reaches:
        headline = "A tuned threshold on the untouched data reaches as much."
    else:
        headline = "A tuned threshold on the untouched data reaches less here."
    text = (
        f"'{tuned[0]}' has a sensitivity of {mine['sens']:.2f} and a specificity of "
        f"{mine['spec']:.2f} (mean {ours:.2f}; {treated.nouns if len(rows) > 1 else treated.noun} "
        f"{span(balance)}) with a Brier score of "
        f"{mine['brier']:.3f}."
    )
    return Finding(headline, text)


def _replacing(result: ComparisonResult, estimator: str) -> Finding | None:
    metric = next((name for name in ("auroc", "average_precision") if name in result.metrics_), "")
    if not metric or not replacements(result):
        return None
    _, control, table = rows_and_control(result, metric, estimator)
    others = table["sampler"].isin(replacements(result))
    rows = table[others & table["difference"].notna()]
    if not len(rows):
        return None
    clear = rows["p_holm"] < 0.05
    better, worse = rows[clear & (rows["difference"] > 0)], rows[clear & (rows["difference"] < 0)]
    if len(better):
        headline = f"{names(better)} ranked cases better, in place of the estimator."
    elif len(worse):
        headline = f"{names(worse)} ranked cases worse, in place of the estimator."
    else:
        verb = "is" if len(rows) == 1 else "are"
        headline = f"{names(rows)} {verb} not shown to rank cases better or worse."
    ours = list(rows["sampler"])
    said = [
        f"an {result.score(metric).label} of {span(rows['value'], '{:.3f}')} "
        f"('{control['sampler']}' {control['value']:.3f}, {differences(rows)})"
    ]
    decided = [name for name in ("sensitivity", "specificity") if name in result.metrics_]
    if decided:
        values = [f"a {name} of {_moved(result, name, estimator, ours)}" for name in decided]
        said.append(f"{where(result)} {' and '.join(values)}")
    if "brier" in result.metrics_:
        said.append(f"a Brier score of {_moved(result, 'brier', estimator, ours, '{:.3f}')}")
    reach = "it reaches" if len(rows) == 1 else "they reach"
    return Finding(headline, f"In place of the estimator {reach} {'; '.join(said)}.")


def _moved(
    result: ComparisonResult, metric: str, estimator: str, ours: list[str], form: str = "{:.2f}"
) -> str:
    """A score of some methods, and that of the control."""
    _, control, table = rows_and_control(result, metric, estimator)
    values = table[table["sampler"].isin(ours)]["value"]
    return f"{span(values, form)} ({form.format(control['value'])})"
