"""One fixture per family of samplers: a test that takes it runs on every member."""

from pathlib import Path

import numpy as np
import pytest

from .samplers import (
    COPIERS,
    INTERPOLATORS,
    LABELERS,
    NUMERIC_SEARCHERS,
    OVER_SAMPLERS,
    SAMPLERS,
    SEARCHERS,
    SELECTORS,
    UNDER_SAMPLERS,
)

HERE = Path(__file__).parent


# The tables of these tests suit no method in particular, so that some have to fall back on a
# plainer one, which they say. The tests of each method look at that.
FALLING_BACK = pytest.mark.filterwarnings("ignore::medresample.exceptions.FallbackWarning")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(FALLING_BACK)


def _family(members):
    return pytest.fixture(params=members, ids=[each.__name__ for each in members])


@_family(SAMPLERS)
def sampler_class(request):
    """Every sampler of the package."""
    return request.param


@_family(OVER_SAMPLERS)
def over_sampler_class(request):
    """Samplers that only add rows."""
    return request.param


@_family(UNDER_SAMPLERS)
def under_sampler_class(request):
    """Samplers that leave fewer rows than they were given."""
    return request.param


@_family(SELECTORS)
def selector_class(request):
    """Samplers whose output rows are rows of the input."""
    return request.param


@_family(SEARCHERS)
def searcher_class(request):
    """Samplers that look for neighbors."""
    return request.param


@_family(NUMERIC_SEARCHERS)
def numeric_searcher_class(request):
    """Samplers that look for neighbors, and take nothing but numbers."""
    return request.param


@_family(INTERPOLATORS)
def interpolator_class(request):
    """Samplers that interpolate between a row and a neighbor."""
    return request.param


@_family(LABELERS)
def labeler_class(request):
    """Samplers that take categories."""
    return request.param


@_family(COPIERS)
def copier_class(request):
    """Samplers that only copy rows, and so take columns of any kind."""
    return request.param


@pytest.fixture
def patients():
    """X, y, groups: ten patients of class 0 and four of class 1, six rows each, in mixed order."""
    random = np.random.default_rng(5)
    y = np.repeat([0, 1], [60, 24])
    X = random.normal(size=(84, 3)) + y[:, None]
    groups = np.array([f"patient {number // 6}" for number in range(84)])
    order = random.permutation(84)
    return X[order], y[order], groups[order]
