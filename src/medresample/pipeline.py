"""imbalanced-learn's Pipeline, made to carry weights, groups and metadata through samplers."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from imblearn.pipeline import Pipeline as _Pipeline
from joblib import Memory
from sklearn.base import clone
from sklearn.pipeline import Pipeline as AnyPipeline
from sklearn.utils.metaestimators import available_if

from ._compat import (
    name_estimators,
    num_samples,
    pipeline_parts,
    routing_enabled,
)
from ._core.table import is_per_row, take_rows
from .exceptions import SamplerInputError

__all__ = ["Pipeline", "make_pipeline"]


class Pipeline(_Pipeline):
    """Chain transformers, samplers and a model; what a sampler does to rows, it does to metadata.

    imbalanced-learn's pipeline with one thing more: `sample_weight`, `groups` and any other value
    per row that later steps receive are resampled along with the rows. Kept rows keep their
    value, new rows take their seed's. Everything else, prediction without resampling included, is
    inherited.

    Parameters
    ----------
    steps : list of (str, estimator) tuples
        Transformers, samplers and, last, usually a model.
    transform_input : list of str, default=None
        Metadata to be transformed by the steps before it is passed on; these are not resampled.
    memory : str or joblib.Memory, default=None
        Where to cache fitted steps.
    verbose : bool, default=False
        Print the seconds of each step.

    Raises
    ------
    SamplerInputError
        When there is metadata to carry through a sampler that does not tell where its rows come
        from.

    See Also
    --------
    make_pipeline : Names the steps by itself.
    imblearn.pipeline.Pipeline : What this is made of.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from medresample.over_sampling import SMOTE
    >>> from medresample.pipeline import Pipeline
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(40, 2)), np.repeat([0, 1], [30, 10])
    >>> weight = rng.uniform(1, 2, size=40)
    >>> model = Pipeline([("smote", SMOTE(random_state=0)), ("model", LogisticRegression())])
    >>> model.fit(X, y, model__sample_weight=weight).predict(X).shape
    (40,)
    """

    def _check_method_params(self, method: str, props: Any, **kwargs: Any) -> Any:
        if not routing_enabled():
            self._refuse_unknown_steps(props)
        routed = super()._check_method_params(method, props, **kwargs)
        if not routing_enabled():
            # Without routing the parent gives ``step__parameter`` to fit alone, which samplers
            # in the middle of a pipeline never see.
            for name, step in self.steps:
                if _is_sampler(step):
                    routed[name]["fit_resample"].update(routed[name]["fit"])
        return routed

    def _refuse_unknown_steps(self, props: Any) -> None:
        names = [name for name, _ in self.steps]
        for key in props:
            step, separator, _ = key.partition("__")
            if separator and step not in names:
                raise ValueError(
                    f"Pipeline was given {key!r}, but has no step {step!r}. Its steps are: "
                    f"{', '.join(names)}."
                )

    def _validate_steps(self) -> None:
        # The parent refuses every pipeline in the middle; one that only transforms does no harm.
        checked = copy(self)
        checked.steps = [
            (name, "passthrough" if _only_transforms(step) else step)
            for name, step in self.steps[:-1]
        ] + self.steps[-1:]
        super(Pipeline, checked)._validate_steps()

    def _fit(
        self, X: Any, y: Any = None, routed_params: Any = None, raw_params: Any = None
    ) -> tuple[Any, Any]:
        # As in the parent class, and after each sampler: carry what the later steps will receive.
        self.steps: list[tuple[str, Any]] = list(self.steps)
        self._validate_steps()
        memory = _memory(self.memory)
        fit_transform_one, fit_resample_one, timed = pipeline_parts()
        transform_one = memory.cache(fit_transform_one)
        resample_one = memory.cache(fit_resample_one)
        for index, name, step in self._iter(
            with_final=False, filter_passthrough=False, filter_resample=False
        ):
            message = self._log_message(index)
            if step is None or step == "passthrough":
                with timed("Pipeline", message):
                    continue
            fresh = step if memory.location is None else clone(step)
            if hasattr(fresh, "transform") or hasattr(fresh, "fit_transform"):
                params = self._get_metadata_for_step(
                    step_idx=index, step_params=routed_params[name], all_params=raw_params
                )
                X, fitted = transform_one(
                    fresh,
                    X,
                    y,
                    weight=None,
                    message_clsname="Pipeline",
                    message=message,
                    params=params,
                )
            else:
                n_rows = num_samples(X)
                X, y, fitted = resample_one(
                    fresh,
                    X,
                    y,
                    message_clsname="Pipeline",
                    message=message,
                    params=routed_params[name],
                )
                self._carry(fitted, name, index, n_rows, routed_params)
            self.steps[index] = (name, fitted)
        return X, y

    @available_if(_Pipeline._can_fit_resample)
    def fit_resample(self, X: Any, y: Any = None, **params: Any) -> tuple[Any, Any]:
        """Fit every step and give the table and labels that come out of the last sampler.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows, n_columns)
            The table.
        y : array-like of shape (n_rows,)
            The labels.
        **params : dict
            Metadata for the steps, as in `fit`.

        Returns
        -------
        X_resampled, y_resampled
            Also from a pipeline that ends in "passthrough", where the parent gives X alone.
        """
        if self._final_estimator == "passthrough":
            routed = self._check_method_params(method="fit_resample", props=params)
            return self._fit(X, y, routed, raw_params=params)
        return super().fit_resample(X, y, **params)

    def _carry(self, sampler: Any, name: str, index: int, n_rows: int, routed: Any) -> None:
        """Resample every value per row that the steps after a sampler are going to receive."""
        kept_as_is = self.transform_input or ()
        for later, _ in self.steps[index + 1 :]:
            for params in routed.get(later, {}).values():
                for key, value in params.items():
                    if key not in kept_as_is and is_per_row(value, n_rows):
                        params[key] = carry_through(sampler, value, name, key)


def carry_through(sampler: Any, value: Any, name: str, key: str) -> Any:
    """Do to a value per row what a fitted sampler did to the rows."""
    if hasattr(sampler, "plan_"):
        return sampler.plan_.carry(value)
    if hasattr(sampler, "sample_indices_"):
        return take_rows(value, np.asarray(sampler.sample_indices_), renumber=True)
    raise SamplerInputError(
        f"Step {name!r} ({type(sampler).__name__}) does not tell where its rows come from, so "
        f"{key!r} can not follow them to the later steps. Use a sampler of medresample there, or "
        f"do not pass {key!r}."
    )


def _only_transforms(step: Any) -> bool:
    """Say whether a step is a pipeline of transformers, without a sampler at any depth."""
    if not isinstance(step, AnyPipeline) or not hasattr(step, "transform"):
        return False
    return all(
        _only_transforms(inner) if isinstance(inner, AnyPipeline) else not _is_sampler(inner)
        for _, inner in step.steps
    )


def _is_sampler(step: Any) -> bool:
    return hasattr(step, "fit_resample")


def _memory(memory: Any) -> Any:
    return (
        Memory(location=memory, verbose=0) if memory is None or isinstance(memory, str) else memory
    )


def make_pipeline(
    *steps: Any, memory: Any = None, transform_input: list[str] | None = None, verbose: bool = False
) -> Pipeline:
    """Chain steps that are named after their classes, in lower case.

    Parameters
    ----------
    *steps : estimators
        Transformers, samplers and, last, usually a model.
    memory : str or joblib.Memory, default=None
        Where to cache fitted steps.
    transform_input : list of str, default=None
        Metadata to be transformed by the steps before it is passed on.
    verbose : bool, default=False
        Print the seconds of each step.

    Returns
    -------
    pipeline : Pipeline

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from medresample.over_sampling import SMOTE
    >>> from medresample.pipeline import make_pipeline
    >>> [name for name, _ in make_pipeline(SMOTE(), LogisticRegression()).steps]
    ['smote', 'logisticregression']
    """
    return Pipeline(
        name_estimators(steps), memory=memory, transform_input=transform_input, verbose=verbose
    )
