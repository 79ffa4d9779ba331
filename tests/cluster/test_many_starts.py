"""Centers start far from each other: k-means++ among all rows, or part by part."""

import numpy as np
import pytest
from reference.clusters import naive_inertia, naive_spread
from sklearn.cluster import kmeans_plusplus

from medresample._kernels.centers import spread_starts
from medresample.cluster import _many_starts
from medresample.cluster._k2_means import k2_means
from medresample.cluster._many_starts import many_starts
from medresample.cluster._members import members_of


def _rng(seed=0):
    return np.random.default_rng(seed)


def _islands(n, d, islands=40, dtype="f4"):
    random = _rng(3)
    X = random.normal(size=(islands, d))[random.integers(0, islands, n)]
    X += random.normal(scale=0.2, size=(n, d))
    return (X / (2 * np.abs(X).max())).astype(dtype)


@pytest.fixture
def in_parts(monkeypatch):
    monkeypatch.setattr(_many_starts, "CAREFUL", 0)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("sizes", [(64, 1, 130, 0, 65), (5, 40, 63, 2, 90)])
@pytest.mark.parametrize("d", [1, 5, 8])
def test_each_part_is_k_means_plus_plus(sizes, d, dtype):
    # Whole numbers, so that every sum is exact; few of them, so that rows repeat.
    random = _rng(d)
    X = random.integers(0, 4 if d == 1 else 6, (sum(sizes), d)).astype(dtype)
    parts = members_of(random.permutation(np.repeat(np.arange(5), sizes)), 5)
    wanted = np.minimum(sizes, (7, 1, 12, 3, 5))
    first = np.concatenate([[0], np.cumsum(wanted)])
    chance = random.random((first[-1], 2 + int(np.log(first[-1]))))
    start, labels = np.full(first[-1], -1), np.full(len(X), -1)
    spread_starts(X, parts.order, parts.start, np.arange(5), first, chance, start, labels)
    for p in range(5):
        if sizes[p]:
            some = slice(first[p], first[p + 1])
            chosen, label = naive_spread(X.tolist(), parts.of(p).tolist(), wanted[p], chance[some])
            assert start[some].tolist() == chosen
            assert (labels[parts.of(p)] - first[p]).tolist() == label


@pytest.mark.usefixtures("in_parts")
def test_each_part_starts_centers_in_proportion_to_its_rows(monkeypatch):
    X, seen = _islands(3000, 4), []
    split = _many_starts._parts
    monkeypatch.setattr(_many_starts, "_parts", lambda *a: seen.append(split(*a)) or seen[-1])
    start, labels = many_starts(X, 250, _rng(), 2)
    (parts,) = seen
    assert len(parts) == 16
    assert np.bincount(labels, minlength=250).min() >= 1
    np.testing.assert_array_equal(labels[start], np.arange(250))
    given = np.bincount(parts.labels[start], minlength=16)
    assert given.sum() == 250
    share = 1 + (250 - 16) * parts.sizes / parts.sizes.sum()  # one each, and the rest by size
    assert np.all(np.abs(given - share) <= 1)


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("sizes", [(400, 1, 1), (397, 2, 3)])
def test_a_part_with_fewer_rows_than_centers_has_one_at_each(sizes, monkeypatch):
    X = _islands(sum(sizes), 2)
    labels = np.repeat(np.arange(3), sizes)
    monkeypatch.setattr(_many_starts, "_parts", lambda *a: members_of(labels, 3))
    start, _ = many_starts(X, 390, _rng(), 1)
    given = np.bincount(labels[start], minlength=3)
    assert given.sum() == 390
    assert len(np.unique(start)) == 390
    assert np.all(given <= sizes)
    assert np.all(given >= 1)


def _loss(X, start):
    gaps = np.linalg.norm(X[:, None].astype(float) - X[start][None], axis=2)
    return (gaps.min(axis=1) ** 2).sum()


def test_starts_in_parts_are_as_good_as_among_all_rows_and_better_than_random(in_parts):
    X, losses = _islands(2000, 6), []
    for seed in range(4):
        parts, _ = many_starts(X, 150, _rng(seed), 1)
        whole = kmeans_plusplus(X, 150, random_state=seed)[1]
        random = _rng(seed).choice(2000, 150, replace=False)
        losses.append([_loss(X, start) for start in (parts, whole, random)])
    parts, whole, random = np.mean(losses, axis=0)
    assert parts < 1.05 * whole
    assert parts < 0.9 * random


def test_clusters_from_starts_in_parts_are_tighter(in_parts, monkeypatch):
    X = _islands(2000, 6)
    losses = {}
    for part in (2**24, 1):  # one byte is too little for a part: random rows
        monkeypatch.setattr(_many_starts, "PART", part)
        found = [k2_means(X, 150, _rng(seed)) for seed in range(3)]
        losses[part] = np.mean([naive_inertia(X.tolist(), each.tolist()) for each in found])
    assert losses[2**24] < 0.98 * losses[1]


@pytest.mark.usefixtures("in_parts")
def test_the_number_of_threads_changes_no_bit():
    X = _islands(4000, 5, dtype="f8")
    first, second = (many_starts(X, 300, _rng(), threads) for threads in (1, 3))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_parts_of_a_wide_table_stay_small(in_parts, monkeypatch):
    monkeypatch.setattr(_many_starts, "PART", 4000)
    seen = []
    split = _many_starts._parts
    monkeypatch.setattr(_many_starts, "_parts", lambda X, n, *a: seen.append(n) or split(X, n, *a))
    X = _islands(500, 40)
    many_starts(X, 60, _rng(), 1)
    assert seen == [20]  # 80,000 bytes
    assert len(np.unique(many_starts(X, 30, _rng(), 1)[0])) == 30  # too few for so many parts
    assert seen == [20]
