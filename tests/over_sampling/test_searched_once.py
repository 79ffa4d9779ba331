"""What two steps of a method need to know of the same rows is searched once."""

import numpy as np
import pytest

from medresample._core.neighbors import Neighbors
from medresample.over_sampling import ADASYN, SVMSMOTE, BorderlineSMOTE, SafeLevelSMOTE

METHODS = [
    ADASYN(),
    BorderlineSMOTE(),
    BorderlineSMOTE(kind="borderline-2"),
    SafeLevelSMOTE(),
    SVMSMOTE(),
]


@pytest.fixture
def overlapping(blobs):
    """Two classes that overlap, so that rows of the rarer one are in danger."""
    X, y = blobs((90, 30), n_features=3)
    X[y == 1] -= 0.9
    return X, y


@pytest.mark.parametrize("sampler", METHODS, ids=str)
def test_partners_and_surroundings_come_from_one_search(sampler, overlapping, monkeypatch):
    times = []

    def count(self, *args):
        times.append(1)
        return once(self, *args)

    def refuse(self, *args):
        raise AssertionError("searched again")

    once = Neighbors.search_both
    monkeypatch.setattr(Neighbors, "search_both", count)
    monkeypatch.setattr(Neighbors, "search", refuse)
    _, y_res = sampler.fit_resample(*overlapping)
    assert len(times) == 1
    assert np.bincount(y_res).tolist() == [90, 90]


@pytest.mark.parametrize("k", [2, 5, 9])
def test_enemies_known_already_are_those_of_a_search_of_their_own(k, overlapping, monkeypatch):
    """With k = 2 all are known, with k = 9 they are not; one group for all makes no difference."""
    X, y = overlapping
    request = {"kind": "borderline-2", "k_neighbors": k, "random_state": 0}
    sampler = BorderlineSMOTE(**request)
    sampler.fit_resample(X, y)
    searched = BorderlineSMOTE(partner_groups="same", **request)
    searched.fit_resample(X, y, groups=np.zeros(len(y)))
    assert np.any(y[sampler.provenance_["partner"][len(y) :]] == 0)
    assert sampler.provenance_.tobytes() == searched.provenance_.tobytes()


def test_partners_of_any_class_are_those_by_which_levels_are_told(overlapping):
    X, y = overlapping
    sampler = SafeLevelSMOTE(partner="all", random_state=0)
    sampler.fit_resample(X, y)
    searched = SafeLevelSMOTE(partner="all", partner_groups="same", random_state=0)
    searched.fit_resample(X, y, groups=np.zeros(len(y)))
    assert sampler.provenance_.tobytes() == searched.provenance_.tobytes()
