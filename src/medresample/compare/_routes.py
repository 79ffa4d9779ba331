"""The way of a training fold to a classifier: prepare, resample, encode, learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline as _SklearnPipeline
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from medresample.compare._input import Data
from medresample.ensemble._ensemble import BalancedEnsemble

RAW = "none: the table as it is"
RARE = 5  # categories seen less often than this in the training rows share one column


@dataclass(frozen=True)
class Route:
    """One estimator's way: ``before`` sees the natural training fold, ``after`` the resampled one.

    Routes with the same ``before`` (``own`` is False) share one resampled fold. Those with the same
    ``preparation``, before and after, would show a learner the same table.
    """

    name: str
    before: Any
    after: Any
    learner: Any
    own: bool
    preparation: str = ""

    def seeded(self, seed: int) -> Route:
        """Unfitted copies whose random parts draw from ``seed``."""
        return replace(
            self,
            before=seeded_clone(self.before, seed),
            after=seeded_clone(self.after, seed),
            learner=seeded_clone(self.learner, seed),
        )

    def led_by(self, classifier: Any) -> Route:
        """The same way to another classifier; a pipeline prepares the raw table by itself."""
        if isinstance(classifier, _SklearnPipeline):
            return Route(self.name, None, None, classifier, own=True, preparation=RAW)
        return replace(self, learner=classifier)


def seeded_clone(estimator: Any, seed: int) -> Any:
    """An unfitted copy; every ``random_state`` in it is set to ``seed``.

    Not so inside our ensembles: with one seed for all, their members would be alike. They seed
    their parts, member by member.
    """
    if estimator is None:
        return None
    copy = clone(estimator)
    parts = copy.get_params(deep=True)
    inside = tuple(
        name and f"{name}__"
        for name, part in [("", copy), *parts.items()]
        if isinstance(part, BalancedEnsemble)
    )
    states = {
        name: seed
        for name in parts
        if name.rpartition("__")[2] == "random_state"
        and not any(name.startswith(part) and name != f"{part}random_state" for part in inside)
    }
    return copy.set_params(**states) if states else copy


def check_routes(estimator: Any, data: Data, outside: Data | None = None) -> tuple[Route, ...]:
    """Read ``classifier | {name: classifier} | Pipeline with a step named "sampler"``.

    The external test set tells nothing but whether it has holes.
    """
    holes = data.has_holes or (outside is not None and outside.has_holes)
    estimators = estimator if isinstance(estimator, Mapping) else {_name(estimator): estimator}
    if not estimators:
        raise ValueError("No estimator was given.")
    routes = []
    for name, model in estimators.items():
        if isinstance(model, type) or not hasattr(model, "fit"):
            raise TypeError(f"Estimator {name!r} must be a classifier instance; got {model!r}.")
        steps = getattr(model, "steps", [])
        if any(step == "sampler" for step, _ in steps):
            route = _own_route(str(name), model)
        elif any(hasattr(part, "fit_resample") for _, part in steps):
            raise ValueError(
                f"Estimator {name!r} holds a sampler in a step of another name; call that step "
                "'sampler', so that the comparison can exchange it."
            )
        else:
            route = _standard_route(str(name), model, data, holes)
        if not is_classifier(route.learner) or not hasattr(route.learner, "predict_proba"):
            raise TypeError(
                f"Estimator {name!r} has no predict_proba: risks are needed to score it. "
                "CalibratedClassifierCV(estimator) adds one."
            )
        routes.append(route)
    return tuple(routes)


def _name(estimator: Any) -> str:
    steps = getattr(estimator, "steps", None)
    return type(steps[-1][1] if steps else estimator).__name__


def _standard_route(name: str, learner: Any, data: Data, holes: bool) -> Route:
    if data.kind == "numeric":
        scale = filled_and_scaled(holes)
        if data.columns is not None:
            scale.set_output(transform="pandas")
        return Route(name, scale, None, learner, own=False)
    return Route(name, None, mixed_encoder(data.values), learner, own=False)


def filled_and_scaled(holes: bool = True) -> Any:
    """Fill holes, if there can be any, and scale: what a sampler sees of a numeric table.

    Without an imputer, which takes most of the time where nothing is missing, the rows passed on
    are overwritten.
    """
    if not holes:
        return make_pipeline(StandardScaler(copy=False))
    fill = SimpleImputer(strategy="median", keep_empty_features=True)
    return make_pipeline(fill, StandardScaler(copy=False))


def mixed_encoder(frame: Any) -> ColumnTransformer:
    """Fill, encode and scale the columns of a data frame: what a learner sees of a mixed table."""
    from pandas.api.types import is_numeric_dtype

    dtypes = frame.dtypes
    numbers = [column for column in dtypes.index if is_numeric_dtype(dtypes[column])]
    words = [column for column in dtypes.index if column not in set(numbers)]
    numeric = make_pipeline(
        FunctionTransformer(_as_floats),
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
    )
    categories = make_pipeline(
        FunctionTransformer(_as_words),
        OneHotEncoder(
            handle_unknown="infrequent_if_exist", min_frequency=RARE, sparse_output=False
        ),
    )
    return ColumnTransformer([("numbers", numeric, numbers), ("categories", categories, words)])


def _as_floats(frame: Any) -> np.ndarray:
    return frame.to_numpy(dtype=np.float64, na_value=np.nan)


def _as_words(frame: Any) -> np.ndarray:
    """Categories as text; a hole is a category of its own."""
    words = frame.astype(object).where(frame.notna(), "missing")
    return words.astype(str).to_numpy(dtype=object)


def _own_route(name: str, pipeline: Any) -> Route:
    """Cut a pipeline at its step named "sampler"."""
    steps = pipeline.steps
    place = [step for step, _ in steps].index("sampler")
    others = [part for i, (_, part) in enumerate(steps) if i != place]
    if any(hasattr(part, "fit_resample") for part in others):
        raise ValueError(f"Pipeline {name!r} has a second sampler besides the step 'sampler'.")
    if place == len(steps) - 1:
        raise ValueError(f"Pipeline {name!r} ends with its sampler; a classifier must follow.")
    parts = steps[:place], steps[place + 1 : -1]
    before, after = (_SklearnPipeline(part) if part else None for part in parts)
    return Route(name, before, after, steps[-1][1], True, _preparation(name, before, after))


def _preparation(name: str, before: Any, after: Any) -> str:
    """A text that is the same for the same steps; steps that can not be compared are others."""
    # By their pickles, not by ``fingerprint``: these refuse classes that only share their name.
    try:
        steps = [None if stage is None else clone(stage) for stage in (before, after)]
        return f"steps {joblib.hash(steps)}"
    except Exception:  # what can not be pickled: a lambda, a class made in a function
        return f"steps of {name}"
