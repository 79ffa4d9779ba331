"""The suite sees every sampler, so that no promise passes for want of a subject."""

import medresample

from .samplers import (
    CLEANERS,
    LABELERS,
    OVER_SAMPLERS,
    SAMPLERS,
    SEARCHERS,
    SELECTORS,
    UNDER_SAMPLERS,
)


def test_every_sampler_is_found():
    names = {each.__name__ for each in SAMPLERS}
    assert {"SMOTE", "RandomOverSampler", "RandomUnderSampler"} <= names


def test_every_family_has_members():
    assert all([OVER_SAMPLERS, UNDER_SAMPLERS, SELECTORS, SEARCHERS])
    assert {"TomekLinks", "EditedNearestNeighbours"} <= {each.__name__ for each in CLEANERS}
    assert {"SMOTEENC", "SMOTENC", "SMOTEN"} <= {each.__name__ for each in LABELERS}


def test_the_best_known_samplers_stand_at_the_top_level():
    assert medresample.SMOTE in SAMPLERS
    assert medresample.RandomOverSampler in SAMPLERS
    assert medresample.RandomUnderSampler in SAMPLERS
