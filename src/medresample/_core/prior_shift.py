"""Does a sampler only shift the prior? Then what it does to risks can be undone exactly."""

from __future__ import annotations

from typing import Any


def shifts_prior_only(sampler: Any) -> bool:
    """Say whether a sampler leaves every class spread as it was: random copies, random omission.

    Ours say so themselves (`prior_shift_only`). Of other packages' samplers, imbalanced-learn's two
    random ones are known; of any other it is not known, and the answer is no.
    """
    said = getattr(sampler, "prior_shift_only", None)
    if said is not None:
        return bool(said)
    kind = type(sampler)
    if not kind.__module__.startswith("imblearn."):
        return False
    if kind.__name__ == "RandomOverSampler":
        given = sampler.shrinkage
        return not (any(given.values()) if hasattr(given, "values") else given)
    return kind.__name__ == "RandomUnderSampler"
