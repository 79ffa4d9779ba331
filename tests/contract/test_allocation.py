"""Seeds serve equally often where that is asked for, and as chance has it where it is not."""

import numpy as np
import pytest

from .samplers import OVER_SAMPLERS, has_parameter, make_for_all_rows

ALLOCATORS = [each for each in OVER_SAMPLERS if has_parameter(each, "allocation")]


@pytest.mark.parametrize("allocator_class", ALLOCATORS, ids=lambda each: each.__name__)
def test_every_seed_serves_equally_often_where_that_is_asked_for(allocator_class, blobs):
    X, y = blobs((210, 20))
    gaps = {}
    for allocation in ("even", "random"):
        sampler = make_for_all_rows(allocator_class, allocation=allocation)
        sampler.fit_resample(X, y)
        times = np.unique(sampler.provenance_["seed"][len(X) :], return_counts=True)[1]
        gaps[allocation] = np.ptp(times)
    assert gaps["even"] <= 1 < gaps["random"]
