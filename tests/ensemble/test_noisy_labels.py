"""Who is held out, and who is given a wrong label?"""

import numpy as np
import pytest

from medresample.ensemble import BalanceCascadeClassifier
from medresample.ensemble._noisy_labels import draw_trial, read_tables
from medresample.exceptions import SamplerInputError


@pytest.fixture(scope="module")
def table(blobs):
    """A table of overlapping classes, with words for labels."""
    X, y = blobs((240, 40), n_features=2)
    return X, np.array(["well", "ill"])[y]


class TestNoise:
    """Which labels go wrong."""

    @pytest.mark.parametrize("rate", [0.0, 0.04, 0.25, 0.5])
    def test_as_many_rows_of_each_class_exchange_their_labels(self, table, rate):
        trial = draw_trial(read_tables(*table, None, None, None), 0.3, 0, 0)
        codes = trial.tables.codes
        given, n_exchanged = trial.noisy(rate)
        positive = trial.tables.positive
        assert trial.tables.classes[positive] == "ill"
        assert n_exchanged == round(rate * (codes == positive).sum())
        for code in (0, 1):
            assert (given[codes == code] != code).sum() == n_exchanged
        assert np.bincount(given).tolist() == np.bincount(codes).tolist()

    def test_a_row_that_is_wrong_at_a_low_rate_is_wrong_at_a_higher_one(self, table):
        trial = draw_trial(read_tables(*table, None, None, None), 0.3, 0, 0)
        wrong = [trial.noisy(rate)[0] != trial.tables.codes for rate in (0.1, 0.2, 0.5)]
        assert (wrong[0] <= wrong[1]).all()
        assert (wrong[1] <= wrong[2]).all()
        assert wrong[0].sum() < wrong[1].sum() < wrong[2].sum()

    def test_repeats_have_other_rows_noise_and_seeds(self, table):
        tables = read_tables(*table, None, None, None)
        first, second = (draw_trial(tables, 0.3, 0, number) for number in (0, 1))
        assert not np.array_equal(first.tables.X, second.tables.X)
        assert first.seed != second.seed
        given = read_tables(*table, None, *table)
        first, second = (draw_trial(given, 0.3, 0, number) for number in (0, 1))
        assert first.tables.X is second.tables.X
        assert not np.array_equal(first.noisy(0.3)[0], second.noisy(0.3)[0])

    def test_every_row_is_wrong_as_often_as_the_others_of_its_class(self, table):
        tables, often = read_tables(*table, None, *table), np.zeros(280)
        for number in range(400):
            often += draw_trial(tables, 0.3, 0, number).noisy(0.25)[0] != tables.codes
        for code, share in enumerate([0.25, 10 / 240]):  # 'ill', 'well'
            expected = 400 * share
            deviation = np.sqrt(expected * (1 - share))
            assert np.abs(often[tables.codes == code] - expected).max() < 4.5 * deviation


class TestSplit:
    """Which rows are held out."""

    def test_the_same_share_of_each_class_and_every_row_once(self, table):
        X, y = np.arange(280)[:, None], table[1]
        parts = draw_trial(read_tables(X, y, None, None, None), 0.3, 0, 0).tables
        assert sorted([*parts.X.ravel(), *parts.X_test.ravel()]) == list(range(280))
        assert np.bincount(parts.codes_test).tolist() == [12, 72]
        assert (parts.classes[parts.codes] == y[parts.X.ravel()]).all()
        assert (parts.classes[parts.codes_test] == y[parts.X_test.ravel()]).all()

    def test_patients_are_held_out_as_a_whole(self, table):
        X, y = np.arange(280)[:, None], table[1]
        patients = np.random.default_rng(0).integers(0, 60, 280).astype(str)
        for number in range(5):
            parts = draw_trial(read_tables(X, y, patients, None, None), 0.3, 0, number).tables
            assert not set(parts.groups) & set(patients[parts.X_test.ravel()])
            assert (parts.groups == patients[parts.X.ravel()]).all()
            assert len(parts.X) + len(parts.X_test) == 280
            for code, n in enumerate([40, 240]):
                assert (parts.codes_test == code).sum() / n == pytest.approx(0.3, abs=0.08)

    def test_patients_are_passed_on_to_the_methods(self, table):
        cascade = BalanceCascadeClassifier(3, n_rounds=3, draw_by="group")
        with pytest.raises(SamplerInputError, match="draw_by='group' needs to know the groups"):
            cascade.error_propagation(*table, n_repeats=1)
        found = cascade.error_propagation(*table, n_repeats=1, groups=np.arange(280) // 3)
        assert len(found.runs_) == 2 * 4 * 3
