"""One fixture per family of samplers: a test that takes it runs on every member."""

from pathlib import Path

import numpy as np
import pytest

from .samplers import (
    CLEANERS,
    COMBINED,
    COPIERS,
    COUNTED,
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
FALLING_BACK = [
    pytest.mark.filterwarnings(f"ignore::medresample.exceptions.{name}")
    for name in ("FallbackWarning", "CollapsedCentersWarning")
]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == HERE:
            for mark in FALLING_BACK:
                item.add_marker(mark)


def _family(members):
    return pytest.fixture(params=members, ids=[each.__name__ for each in members])


@_family(SAMPLERS)
def sampler_class(request):
    """Every sampler of the package."""
    return request.param


@_family(COUNTED)
def counted_class(request):
    """Samplers that are asked for counts."""
    return request.param


@_family(COMBINED)
def combined_class(request):
    """Samplers made of samplers."""
    return request.param


@_family(CLEANERS)
def cleaner_class(request):
    """Samplers that remove what looks wrong, however much that is."""
    return request.param


@_family(OVER_SAMPLERS)
def over_sampler_class(request):
    """Samplers that only add rows."""
    return request.param


@_family(UNDER_SAMPLERS)
def under_sampler_class(request):
    """Samplers that are asked for fewer rows than they are given."""
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


@pytest.fixture
def overlapping(blobs):
    """Three classes that overlap, so that each cleaner removes rows of each."""
    X, y = blobs((70, 40, 25), n_features=3)
    return X - 0.6 * y[:, None], y
