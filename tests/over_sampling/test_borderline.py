"""Borderline-SMOTE: who is in danger, who starts new rows, and how far they go."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.neighborhood import kind_of_place
from scipy import stats
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from medresample.exceptions import FallbackWarning
from medresample.over_sampling import SMOTE, BorderlineSMOTE

# a to i of the worked example, on a line
LINE = np.array([[0.0], [1.0], [2.0], [2.3], [2.7], [4.0], [5.0], [5.4], [7.0]])
RARE = np.array([0, 0, 1, 0, 1, 1, 0, 0, 0])


@st.composite
def tables(draw):
    """Two or three classes that overlap, the third cell of some rows missing."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = [16, draw(st.integers(4, 9)), draw(st.integers(0, 1)) * 5]
    y = random.permutation(np.repeat(np.arange(3), sizes))
    X = random.normal(size=(len(y), 3)) + 0.5 * y[:, None]
    X[random.random(len(y)) < draw(st.sampled_from([0, 0.2])), 2] = np.nan
    return X, y, draw(st.integers(2, 12))


def _made(sampler, X, y, **metadata):
    X_res, _ = sampler.fit_resample(X, y, **metadata)
    return X_res[len(X) :], sampler.provenance_[len(X) :]


def test_the_worked_example():
    sampler = BorderlineSMOTE(m_neighbors=3, k_neighbors=2, random_state=0)
    _, made = _made(sampler, LINE, RARE)
    words = ["", "", "danger", "", "safe", "danger", "", "", ""]
    assert sampler.surroundings_.tolist() == words
    assert set(made["seed"]) <= {2, 5}


@pytest.mark.parametrize(
    ("n_enemies", "word"), [(0, "safe"), (2, "safe"), (3, "danger"), (4, "danger"), (5, "noise")]
)
def test_the_limits_of_danger(n_enemies, word):
    """Five neighbors around a rare row at 0, of which some are enemies."""
    y = np.r_[1, np.repeat([0, 1], [n_enemies, 5 - n_enemies]), [0] * 9, 1, 1, 1, 1, 1, 1]
    X = np.r_[0, 1 + np.arange(5) / 10, 100 + np.arange(9), 200 + np.arange(6)][:, None]
    sampler = BorderlineSMOTE(m_neighbors=5, k_neighbors=1, random_state=0)
    sampler.set_params(sampling_strategy={1: 40})
    _fit_quietly(sampler, X, y)
    assert sampler.surroundings_[0] == word


def _fit_quietly(sampler, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FallbackWarning)
        return sampler.fit_resample(X, y)


@given(data=tables())
def test_every_row_is_judged_as_by_hand(data):
    X, y, m = data
    sampler = BorderlineSMOTE(m_neighbors=m, k_neighbors=2, random_state=0)
    _fit_quietly(sampler, X, y)
    growing = [each for each, n_new in sampler.sampling_strategy_.items() if n_new]
    expected = [kind_of_place(X, y, row, m) if y[row] in growing else "" for row in range(len(X))]
    assert sampler.surroundings_.tolist() == expected


@given(data=tables(), kind=st.sampled_from(["borderline-1", "borderline-2"]))
def test_only_rows_in_danger_are_seeds(data, kind):
    X, y, m = data
    sampler = BorderlineSMOTE(kind=kind, m_neighbors=m, k_neighbors=2, random_state=0)
    _, y_res = _fit_quietly(sampler, X, y)
    made = sampler.provenance_[len(X) :]
    for each in np.unique(made["label"]):
        seeds = made["seed"][made["label"] == each]
        danger = np.flatnonzero((y == each) & (sampler.surroundings_ == "danger"))
        assert (
            set(seeds) <= set(danger) if len(danger) else set(seeds) <= set(np.where(y == each)[0])
        )
    assert np.all(np.bincount(y_res)[np.unique(y)] == np.bincount(y).max())


def test_noise_may_be_a_partner():
    """Row 0 lies among the common class; it starts no row, but rows may lead to it."""
    X = np.r_[0, 0.1, -0.1, 0.2, -0.2, 5, 6, 5.5, 5.6, 9, 10, 11, 12][:, None]
    y = np.array([1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0])
    sampler = BorderlineSMOTE(
        m_neighbors=3, k_neighbors=2, sampling_strategy={1: 100}, random_state=0
    )
    _, made = _made(sampler, X, y)
    assert sampler.surroundings_[[0, 5, 6]].tolist() == ["noise", "danger", "danger"]
    assert 0 not in made["seed"]
    assert 0 in made["partner"]


class TestBorderlineTwo:
    """Partners of other classes."""

    @pytest.fixture
    def wide(self):
        """A rare row in danger at 0 has its own class to the left and enemies to the right."""
        X = np.r_[0, -1, -2, -3, 1, 2, 3, 50 + np.arange(20)][:, None]
        return X, np.r_[1, 1, 1, 1, np.zeros(23, int)]

    def _sampler(self, **more):
        request = {"kind": "borderline-2", "m_neighbors": 6, "k_neighbors": 3}
        return BorderlineSMOTE(**request, sampling_strategy={1: 10_004}, random_state=0, **more)

    def test_half_of_the_partners_are_enemies_and_steps_to_them_are_uniform_to_a_half(self, wide):
        X, y = wide
        _, made = _made(self._sampler(), X, y)
        toward = y[made["partner"]] == 0
        assert np.mean(toward) == pytest.approx(0.5, abs=0.02)
        assert stats.kstest(made["step"][toward], stats.uniform(0, 0.5).cdf).pvalue > 0.01
        assert stats.kstest(made["step"][~toward], stats.uniform(0, 1).cdf).pvalue > 0.01
        assert set(made["partner"][toward & (made["seed"] == 0)]) == {4, 5, 6}

    @pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
    def test_the_share_of_enemies_is_the_one_asked_for(self, share, wide):
        X, y = wide
        _, made = _made(self._sampler(negative_share=share), X, y)
        assert np.mean(y[made["partner"]] == 0) == pytest.approx(share, abs=0.02)

    def test_without_enemies_it_is_the_first_kind_to_the_bit(self, wide):
        X, y = wide
        two, _ = _made(self._sampler(negative_share=0.0), X, y)
        one, _ = _made(self._sampler().set_params(kind="borderline-1"), X, y)
        np.testing.assert_array_equal(two, one)

    def test_a_new_row_is_of_the_class_of_its_seed(self, wide):
        X, y = wide
        _, made = _made(self._sampler(), X, y)
        assert set(made["label"]) == {1}
        assert set(y[made["seed"]]) == {1}

    def test_whose_rows_may_be_mixed_holds_for_enemies_too(self, wide):
        X, y = wide
        groups = np.where(np.isin(np.arange(27), [0, 1, 2, 3, 6]), "ours", "theirs")
        sampler = self._sampler(partner_groups="same")
        _, made = _made(sampler, X, y, groups=groups)
        assert set(made["partner"]) == {0, 1, 2, 3, 6}


class TestNoDanger:
    """Classes that do not touch."""

    @pytest.fixture
    def apart(self, blobs):
        X, y = blobs((40, 12))
        return X + 100 * y[:, None], np.array(["well", "ill"])[y]

    def test_all_rows_are_seeds_as_in_smote_and_this_is_said(self, apart):
        X, y = apart
        with pytest.warns(FallbackWarning, match="Class 'ill' has no row in danger") as caught:
            ours, _ = BorderlineSMOTE(random_state=0).fit_resample(X, y)
        assert len(caught) == 1
        expected, _ = SMOTE(random_state=0).fit_resample(X, y)
        np.testing.assert_array_equal(ours, expected)

    def test_the_second_kind_falls_back_to_smote_too(self, apart):
        X, y = apart
        sampler = BorderlineSMOTE(kind="borderline-2", random_state=0)
        with pytest.warns(FallbackWarning):
            ours, _ = sampler.fit_resample(X, y)
        expected, _ = SMOTE(random_state=0).fit_resample(X, y)
        np.testing.assert_array_equal(ours, expected)

    def test_it_may_be_refused_instead(self, apart):
        with pytest.raises(ValueError, match=r"Class 'ill' has no row in danger.*m_neighbors"):
            BorderlineSMOTE(on_no_danger="raise").fit_resample(*apart)

    def test_a_row_in_danger_without_a_partner_is_no_seed(self):
        """Row 2 alone has a partner in its group, and it is safe; so all with a partner serve."""
        groups = np.array(list("abccdefgh"))
        groups[[2, 4]] = "c"
        sampler = BorderlineSMOTE(
            m_neighbors=3, k_neighbors=1, partner_groups="same", random_state=0
        )
        with pytest.warns(UserWarning, match="1 of them have none"):
            _, made = _made(sampler, LINE, RARE, groups=groups)
        assert set(made["seed"]) == {2}


def test_surroundings_are_those_of_the_whole_table_whoever_may_be_a_partner(blobs):
    X, y = blobs((40, 12), n_features=2)
    X[y == 1] -= 0.7
    free = BorderlineSMOTE(random_state=0)
    free.fit_resample(X, y)
    bound = BorderlineSMOTE(partner_groups="different", random_state=0)
    bound.fit_resample(X, y, groups=np.arange(52) // 2)
    assert np.any(free.surroundings_ == "danger")
    np.testing.assert_array_equal(free.surroundings_, bound.surroundings_)


def test_each_number_of_neighbors_may_be_an_object_of_its_own(blobs):
    X, y = blobs((40, 12), n_features=2)
    X[y == 1] -= 0.7
    numbers = BorderlineSMOTE(m_neighbors=6, k_neighbors=3, random_state=0)
    expected, _ = numbers.fit_resample(X, y)
    for objects in (
        {"m_neighbors": NearestNeighbors(n_neighbors=6)},
        {"k_neighbors": NearestNeighbors(n_neighbors=3)},
        {
            "m_neighbors": NearestNeighbors(n_neighbors=6),
            "k_neighbors": NearestNeighbors(n_neighbors=3),
        },
    ):
        sampler = clone(numbers).set_params(**objects)
        X_res, _ = sampler.fit_resample(X, y)
        np.testing.assert_allclose(X_res, expected, rtol=1e-12)


def test_twins_of_another_class_are_seen():
    """Every rare row has an enemy at its own place, which by position would pass for itself."""
    X = np.r_[np.arange(4), np.arange(4), 50 + np.arange(9)].astype(float)[:, None]
    y = np.repeat([1, 0], [4, 13])
    sampler = BorderlineSMOTE(m_neighbors=1, k_neighbors=1, random_state=0)
    with pytest.warns(FallbackWarning):
        sampler.fit_resample(X, y)
    assert sampler.surroundings_[:4].tolist() == ["noise"] * 4
