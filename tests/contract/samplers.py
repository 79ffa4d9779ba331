"""Every public sampler, found by walking the public rooms, and what it says of itself."""

import importlib
import importlib.util
import inspect

from sklearn.utils import get_tags

ROOMS = ("medresample.over_sampling", "medresample.under_sampling", "medresample.combine")


def _classes_in(room):
    module = importlib.import_module(room)
    public = (getattr(module, name) for name in module.__all__)
    return [
        each
        for each in public
        if inspect.isclass(each) and hasattr(each, "fit_resample") and not inspect.isabstract(each)
    ]


def make(sampler_class, **parameters):
    """Return ``sampler_class(**parameters)``, seeded with 0 where it draws and no seed is given."""
    if "random_state" in inspect.signature(sampler_class).parameters:
        parameters.setdefault("random_state", 0)
    return sampler_class(**parameters)


def has_parameter(sampler_class, name):
    """Say whether the constructor takes ``name``."""
    return name in inspect.signature(sampler_class).parameters


def allows_strings(sampler_class):
    """Say whether rows are only copied, so that a column may hold anything."""
    return get_tags(sampler_class()).input_tags.string


SAMPLERS = [
    each
    for room in ROOMS
    if importlib.util.find_spec(room) is not None
    for each in _classes_in(room)
]
OVER_SAMPLERS = [each for each in SAMPLERS if each.__module__.startswith("medresample.over_")]
UNDER_SAMPLERS = [each for each in SAMPLERS if each.__module__.startswith("medresample.under_")]
# Samplers whose output rows are all rows of the input.
SELECTORS = [each for each in UNDER_SAMPLERS if get_tags(each()).sampler_tags.sample_indices]
# Samplers that look for neighbors, and so compute with the cells they are given.
SEARCHERS = [each for each in SAMPLERS if has_parameter(each, "k_neighbors")]
COPIERS = [each for each in SAMPLERS if allows_strings(each)]
