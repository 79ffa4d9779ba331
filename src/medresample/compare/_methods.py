"""What is compared: samplers, classifiers of their own, and the three controls beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

NONE = "none"
CLASS_WEIGHT = "class_weight"
TUNED = "none, threshold tuned"
TUNED_MARK = "threshold_tuned"
ONE_CLASS = "To compare one class against the rest, name it: pos_label=..."
# The effort of a classifier that takes the place of the estimators.
REPLACES = 4
RECALIBRATED = ", recalibrated"  # ends the name of a method whose risks were brought back
# A control is known by its name, so that nothing else may stand under it.
_RESERVED: dict[str, str | None] = {
    NONE: None,
    CLASS_WEIGHT: CLASS_WEIGHT,
    TUNED: TUNED_MARK,
    TUNED_MARK: TUNED_MARK,
}


@dataclass(frozen=True)
class Method:
    """One line of the comparison: what is done to the training rows, or learns in their place.

    A sampler, a classifier that takes the place of the estimators, or neither, with or without
    weights and tuning.
    """

    name: str
    sampler: Any = None
    classifier: Any = None
    weighted: bool = False
    tuned: bool = False
    calibrate: str | None = None

    @property
    def effort(self) -> float:
        """How much is done: 0 nothing, 1 a threshold, 2 weights, 3 resampling, 4 another model.

        One half more with risks that are recalibrated.
        """
        extra = 0.5 if self.calibrate is not None else 0
        if self.classifier is not None:
            return REPLACES + extra
        if self.sampler is not None:
            return 3 + extra
        return (2 if self.weighted else int(self.tuned)) + extra


def lines_of(methods: tuple[Method, ...], calibrate: str | None) -> tuple[Method, ...]:
    """The lines of the comparison: each method and, after it, the same with other risks.

    A tuned threshold leaves the risks as they are, so that there is nothing of its own to bring
    back.
    """
    if calibrate is None:
        return methods
    return tuple(
        line
        for method in methods
        for line in (method, replace(method, name=method.name + RECALIBRATED, calibrate=calibrate))
        if line.calibrate is None or not method.tuned
    )


def check_methods(
    samplers: Mapping[str, Any],
    control: str,
    threshold_is_tuned: bool,
    n_classes: int = 2,
    calibrate: str | None = None,
) -> tuple[Method, ...]:
    """Methods in the order given, the missing controls first."""
    if not isinstance(samplers, Mapping):
        raise TypeError(
            "samplers must be a mapping from names to samplers (or classifiers that balance by "
            f"themselves), such as {{'smote': SMOTE()}}; "
            f"got {type(samplers).__name__}."
        )
    controls = [NONE, CLASS_WEIGHT]
    if not threshold_is_tuned and n_classes == 2:  # otherwise "none" is tuned, or there is none
        controls.append(TUNED)
    added = {name: _RESERVED[name] for name in controls if name not in samplers}
    methods = tuple(_method(name, value) for name, value in {**added, **samplers}.items())
    if n_classes > 2 and any(method.tuned for method in methods):
        raise ValueError(f"A tuned threshold needs two classes; y has {n_classes}. {ONE_CLASS}")
    lines = [line.name for line in lines_of(methods, calibrate)]
    if len(set(lines)) < len(lines):
        raise ValueError(f"With calibrate= no name may end in {RECALIBRATED!r}: rename the method.")
    if control not in lines:
        names = ", ".join(map(repr, lines))
        raise ValueError(f"control={control!r} is none of the methods compared: {names}.")
    return methods


def _method(name: str, value: Any) -> Method:
    if not isinstance(name, str) or not name:
        raise TypeError(f"Methods are named by strings; got {name!r}.")
    if name in _RESERVED and not _is_mark(value, _RESERVED[name]):
        raise ValueError(
            f"{name!r} is the name of a control, and only {_RESERVED[name]!r} may stand under it; "
            f"give {value!r} another name."
        )
    if value is None:
        return Method(name)
    if isinstance(value, str) and value == CLASS_WEIGHT:
        return Method(name, weighted=True)
    if isinstance(value, str) and value == TUNED_MARK:
        return Method(name, tuned=True)
    if _can(value, "fit_resample"):
        return Method(name, sampler=value)
    if _can(value, "fit", "predict_proba"):
        return Method(name, classifier=value)
    if _can(value, "fit", "predict"):
        raise TypeError(
            f"{name!r} has no predict_proba: risks are needed to score it. "
            "CalibratedClassifierCV(classifier) adds one."
        )
    raise TypeError(
        f"{name!r} must be a sampler with fit_resample, a classifier with predict_proba, None "
        f"(leave as is), 'class_weight' or 'threshold_tuned'; got {value!r}."
    )


def _can(value: Any, *methods: str) -> bool:
    return not isinstance(value, type) and all(hasattr(value, method) for method in methods)


def _is_mark(value: Any, mark: str | None) -> bool:
    return value is None if mark is None else isinstance(value, str) and value == mark
