"""Every public sampler, found by walking the public rooms, and what it says of itself."""

import importlib
import importlib.util
import inspect
from functools import partial

from sklearn.utils import get_tags

from medresample.under_sampling import FuzzyCMeansUnderSampler, KMeansUnderSampler

ROOMS = ("medresample.over_sampling", "medresample.under_sampling", "medresample.combine")


def _classes_in(room):
    module = importlib.import_module(room)
    public = (getattr(module, name) for name in module.__all__)
    return [
        each
        for each in public
        if inspect.isclass(each) and hasattr(each, "fit_resample") and not inspect.isabstract(each)
    ]


def neighbors_parameter(sampler_class):
    """Name of the parameter that says how many neighbors; None for a class that needs none."""
    names = (name for name in ("k_neighbors", "n_neighbors") if has_parameter(sampler_class, name))
    return next(names, None)


# Parameters with which samplers that would try nine numbers of clusters, or grow a hundred trees,
# do the same in a tenth of the time: there are three clusters, and few parts of a table.
CHEAPLY = {
    "FuzzyCMeansUnderSampler": {"n_clusters": 3},
    "KMeansUnderSampler": {"n_clusters": 3},
    "SMOTEFuzzyCMeans": {"fuzzy_c_means": FuzzyCMeansUnderSampler(n_clusters=3)},
    "SMOTEKMeans": {"k_means": KMeansUnderSampler(n_clusters=3)},
    "SMOTEIPF": {"n_partitions": 3, "patience": 1},
}


def make(sampler_class, **parameters):
    """Return ``sampler_class(**parameters)``, seeded with 0 where it draws and no seed is given.

    What is not given is as in `CHEAPLY`, for samplers that are named there.

    `k_neighbors` is passed under the name that the class gives it.
    """
    if "k_neighbors" in parameters:
        parameters[neighbors_parameter(sampler_class)] = parameters.pop("k_neighbors")
    if "random_state" in inspect.signature(sampler_class).parameters:
        parameters.setdefault("random_state", 0)
    return sampler_class(**{**CHEAPLY.get(sampler_class.__name__, {}), **parameters})


def make_as_it_comes(sampler_class):
    """Return a sampler with all its defaults, but for a seed of 0 where it draws."""
    draws = has_parameter(sampler_class, "random_state")
    return sampler_class(**({"random_state": 0} if draws else {}))


def strategy_parameter(sampler_class):
    """Name of the parameter that says how many rows each class is to have."""
    return "sampling_strategy" if has_parameter(sampler_class, "sampling_strategy") else "target"


# Parameters with which a sampler draws seeds and partners from all rows of a class.
FROM_ALL_ROWS = {"KMeansSMOTE": {"kmeans_estimator": 1, "imbalance_ratio_threshold": 1000.0}}


def make_for_all_rows(sampler_class, **parameters):
    """Return a sampler as :func:`make` does, one that leaves no row of a class out."""
    return make(sampler_class, **FROM_ALL_ROWS.get(sampler_class.__name__, {}), **parameters)


# Parameters with which chance decides more than the start of a search, and the order of ties.
DRAWING = {"FuzzyCMeansUnderSampler": {"strategy": "weighted"}}


def drawing(sampler_class):
    """Return what :func:`make` does for this class, with parameters by which rows are drawn."""
    return partial(make, sampler_class, **DRAWING.get(sampler_class.__name__, {}))


def allows_holes(sampler_class):
    """Say whether missing values are worked with."""
    return get_tags(sampler_class()).input_tags.allow_nan


def has_parameter(sampler_class, name):
    """Say whether the constructor takes ``name``."""
    return name in inspect.signature(sampler_class).parameters


def takes_labels(sampler_class):
    """Say whether columns of words are allowed though cells are computed with."""
    tags = get_tags(sampler_class())
    return tags.input_tags.string and not tags.sampler_tags.sample_indices


# A chain is nothing without its steps, so that it has tests of its own, in tests/combine.
SAMPLERS = [
    each
    for room in ROOMS
    if importlib.util.find_spec(room) is not None
    for each in _classes_in(room)
    if each.__name__ != "Chain"
]
OVER_SAMPLERS = [each for each in SAMPLERS if each.__module__.startswith("medresample.over_")]
# Samplers that remove what looks wrong, however much that is, and those that are asked for counts.
CLEANERS = [each for each in SAMPLERS if each._sampling_type == "clean-sampling"]
# Samplers made of samplers: they add rows, and then remove some, or aim at a size in the middle.
COMBINED = [each for each in SAMPLERS if each.__module__.startswith("medresample.combine.")]
COUNTED = [each for each in SAMPLERS if each not in CLEANERS + COMBINED]
UNDER_SAMPLERS = [each for each in COUNTED if each.__module__.startswith("medresample.under_")]
# Samplers that leave out rows, and whose output rows are all rows of the input.
SELECTORS = [
    each for each in UNDER_SAMPLERS + CLEANERS if get_tags(each()).sampler_tags.sample_indices
]
# Samplers that look for neighbors in a class, and so compute with the cells they are given.
SEARCHERS = [each for each in COUNTED if neighbors_parameter(each)]
# Samplers that only copy rows, so that a column may hold anything.
COPIERS = [
    each
    for each in SAMPLERS
    if get_tags(each()).sampler_tags.sample_indices and get_tags(each()).input_tags.string
]
# Samplers that take categories, beside numbers or alone, and those that search and take none.
LABELERS = [each for each in SAMPLERS if takes_labels(each)]
NUMERIC_SEARCHERS = [each for each in SEARCHERS if each not in LABELERS]
# Samplers that interpolate between numbers.
INTERPOLATORS = [each for each in SEARCHERS if has_parameter(each, "discrete_features")]
