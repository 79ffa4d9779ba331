"""Which samplers only shift the prior? Those for which all rows of a class are alike."""

import numpy as np
import pytest
from imblearn import combine as peer_combine
from imblearn import over_sampling as peer_over
from imblearn import under_sampling as peer_under

from medresample._core.prior_shift import shifts_prior_only
from medresample.combine import SMOTEIPF, Chain, SMOTETomek
from medresample.over_sampling import SMOTE, RandomOverSampler
from medresample.under_sampling import RandomUnderSampler, TomekLinks

from .samplers import make

N_DRAWS = 300
BLOCK = 10  # after so many draws it is looked whether there is more to find out


def is_a_shift_of_the_prior(sampler, X, y):
    """Say whether rows of a class come out alike often, as they were, over many draws.

    How often each row of the table comes out is counted in each draw; a row that comes out and is
    none of its class ends the question. The mean of a row may be five standard errors off that of
    its class in the end, and twelve at any look before.
    """
    found = np.zeros((N_DRAWS, len(y)))
    for draw in range(N_DRAWS):
        if "random_state" in sampler.get_params():
            sampler.set_params(random_state=draw)
        plan = sampler.plan(X, y)
        if set(plan.provenance()["origin"]) - {"original", "copy"}:
            return False
        source = plan.sample_indices
        if not np.array_equal(plan.apply(X), X[source]):
            return False
        np.add.at(found[draw], source, 1)
        if draw % BLOCK == BLOCK - 1 and _off(found[: draw + 1], y) > 12:
            return False
    return bool(_off(found, y) < 5)


def _off(found, y):
    """Largest distance of a row's mean from that of its class, in standard errors of the class."""
    off = []
    for label in (0, 1):
        own = found[:, y == label]
        error = np.sqrt(own.var(axis=0, ddof=1).mean() / len(own)) + 1e-12
        off.append(np.abs(own.mean(axis=0) - own.mean()) / error)
    return np.concatenate(off).max()


# By default it draws from clusters in the shares that they have, which comes close to a plain draw.
AS_ITSELF = {"KMeansUnderSampler": {"n_clusters": 3, "selection": "nearest"}}


@pytest.fixture
def small():
    """X, y: 24 rows of class 0 in three places, and 12 rows of class 1 that overlap with each."""
    random = np.random.default_rng(0)
    places, y = np.array([[0, 0], [20, 0], [0, 20]]), np.repeat([0, 1], [24, 12])
    return places[np.arange(36) % 3] + y[:, np.newaxis] + random.normal(size=(36, 2)), y


# Columns of numbers are columns of labels to SMOTEN, each label on its own.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_flag_says_what_happens(sampler_class, small):
    sampler = make(sampler_class, **AS_ITSELF.get(sampler_class.__name__, {}))
    assert sampler.prior_shift_only is is_a_shift_of_the_prior(sampler, *small)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("sampler", "exact"),
    [
        (RandomUnderSampler(replacement=True), True),
        (RandomOverSampler(shrinkage=0), True),
        (RandomOverSampler(shrinkage={0: 0, 1: 0}), True),
        (RandomOverSampler(shrinkage=1.0), False),
        (RandomOverSampler(shrinkage={0: 0, 1: 0.5}), False),
        (SMOTETomek(smote=RandomOverSampler(), tomek=RandomUnderSampler()), True),
        (SMOTETomek(smote=RandomOverSampler()), False),
        (SMOTEIPF(smote=RandomOverSampler(), n_partitions=3, patience=1), False),
    ],
)
def test_the_flag_depends_on_parameters(sampler, exact, small):
    assert sampler.prior_shift_only is exact
    assert is_a_shift_of_the_prior(sampler, *small) is exact


def test_a_chain_is_what_its_steps_are():
    under, over = RandomUnderSampler(), RandomOverSampler()
    assert Chain(under, over).prior_shift_only
    assert Chain(Chain(under), peer_over.RandomOverSampler()).prior_shift_only
    assert not Chain(under, TomekLinks()).prior_shift_only
    assert not Chain(under, peer_over.SMOTE()).prior_shift_only


def test_it_is_known_of_imbalanced_learns_samplers():
    exact = {
        name
        for room in (peer_over, peer_under, peer_combine)
        for name in room.__all__
        if shifts_prior_only(
            getattr(room, name)(categorical_features=[0])
            if name == "SMOTENC"
            else getattr(room, name)()
        )
    }
    assert exact == {"RandomOverSampler", "RandomUnderSampler"}
    assert not shifts_prior_only(peer_over.RandomOverSampler(shrinkage=0.1))
    assert not shifts_prior_only(peer_over.RandomOverSampler(shrinkage={1: 0.1}))


def test_nothing_is_known_of_other_samplers():
    class Unknown:
        def fit_resample(self, X, y):
            return X, y

    assert not shifts_prior_only(Unknown())
    assert not shifts_prior_only(type("Own", (peer_under.RandomUnderSampler,), {})())


def test_the_flag_can_not_be_set_by_accident():
    with pytest.raises(AttributeError):
        SMOTE().prior_shift_only = True
