"""What every strategy of k-means under-sampling promises, and where clusters are found."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.cluster import DBSCAN, KMeans
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import get_tags

from medresample.exceptions import ColumnTypeError, SamplerInputError, ScaleWarning
from medresample.under_sampling import KMeansUnderSampler

KEEPING = ["quota", "nearest", "sbc"]
ALL = [*KEEPING, "centroid"]
pytestmark = pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning")


@pytest.mark.parametrize("strategy", ALL)
class TestEveryStrategy:
    """What all of them promise."""

    def test_counts_are_met_and_small_classes_are_not_touched(self, strategy, blobs):
        X, y = blobs((120, 60, 20))
        for wanted in ({0: 33, 1: 60}, {0: 119}, {0: 1, 1: 7}):
            sampler = KMeansUnderSampler(
                strategy=strategy, sampling_strategy=wanted, random_state=0
            )
            X_res, y_res = sampler.fit_resample(X, y)
            assert np.bincount(y_res).tolist() == [wanted[0], wanted.get(1, 60), 20]
            np.testing.assert_array_equal(X_res[y_res == 2], X[y == 2])
            assert set(sampler.clusters_) == {
                code for code, n in wanted.items() if n < 60 or not code
            }
            for label, found in sampler.clusters_.items():
                assert found["kept"].sum() == wanted[label]

    def test_rows_are_kept_once_and_the_tag_follows_the_strategy(self, strategy, blobs):
        X, y = blobs((120, 20))
        sampler = KMeansUnderSampler(strategy=strategy, random_state=0)
        X_res, _ = sampler.fit_resample(X, y)
        keeps = strategy in KEEPING
        assert get_tags(sampler).sampler_tags.sample_indices is keeps
        assert hasattr(sampler, "sample_indices_") is keeps
        if keeps:
            assert len(np.unique(sampler.sample_indices_)) == 40
            np.testing.assert_array_equal(X_res, X[sampler.sample_indices_])

    def test_the_number_of_threads_changes_no_bit(self, strategy, blobs):
        X, y = blobs((2500, 400), n_features=20)
        for dtype in ("f4", "f8"):
            tables = {
                KMeansUnderSampler(strategy=strategy, random_state=0, n_jobs=n_jobs)
                .fit_resample(X.astype(dtype), y)[0]
                .tobytes()
                for n_jobs in (1, 2, None)
            }
            assert len(tables) == 1

    def test_clusters_are_found_in_the_space(self, strategy, blobs):
        X, y = blobs((120, 20))
        scaled = StandardScaler().fit_transform(X)
        inside = KMeansUnderSampler(
            strategy=strategy, cluster_space=StandardScaler(), random_state=0
        )
        outside = KMeansUnderSampler(strategy=strategy, random_state=0)
        X_res, _ = inside.fit_resample(X, y)
        outside.fit_resample(scaled, y)
        np.testing.assert_array_equal(inside.provenance_["seed"], outside.provenance_["seed"])
        np.testing.assert_allclose(X_res, outside.plan_.operator() @ X, rtol=1e-12)

    def test_a_sparse_table_is_clustered_as_a_dense_one(self, strategy, blobs):
        X, y = blobs((120, 20))
        X[X < 0.3] = 0
        sampler = KMeansUnderSampler(strategy=strategy, random_state=0)
        X_res, _ = sampler.fit_resample(sparse.csr_array(X), y)
        expected, _ = sampler.fit_resample(X, y)
        assert sparse.issparse(X_res)
        np.testing.assert_allclose(X_res.toarray(), expected, rtol=1e-12)

    def test_the_order_of_the_columns_does_not_matter(self, strategy, blobs):
        X, y = blobs((120, 20))
        sampler = KMeansUnderSampler(strategy=strategy, random_state=0)
        expected, _ = sampler.fit_resample(X, y)
        turned, _ = sampler.fit_resample(X[:, ::-1], y)
        np.testing.assert_allclose(turned[:, ::-1], expected, rtol=1e-12)

    def test_new_names_change_nothing(self, strategy, blobs):
        X, y = blobs((120, 20))
        sampler = KMeansUnderSampler(strategy=strategy, random_state=0)
        expected, _ = sampler.fit_resample(X, y)
        renamed, _ = sampler.fit_resample(X, np.array(["a", "b"])[y])
        np.testing.assert_array_equal(renamed, expected)
        assert list(sampler.clusters_) == ["a"]

    def test_columns_on_uneven_scales_are_named_with_the_answer(self, strategy, blobs):
        X, y = blobs((120, 20))
        X[:, 2] *= 1e6
        with pytest.warns(ScaleWarning, match=r"Column 2 .*cluster_space=StandardScaler\(\)"):
            KMeansUnderSampler(strategy=strategy, random_state=0).fit_resample(X, y)


def _mixed(blobs):
    X, y = blobs((60, 9))
    table = pd.DataFrame({"age": X[:, 0], "dose": X[:, 1], "ward": np.where(X[:, 2] > 1, "a", "b")})
    table.loc[::7, "dose"] = np.nan
    return table, y


NUMBERS = make_column_transformer(
    (OneHotEncoder(), ["ward"]), remainder=make_pipeline(SimpleImputer(), StandardScaler())
)


@pytest.mark.parametrize("strategy", KEEPING)
def test_a_space_lets_words_and_missing_values_in(strategy, blobs):
    table, y = _mixed(blobs)
    sampler = KMeansUnderSampler(strategy=strategy, cluster_space=NUMBERS, random_state=0)
    X_res, _ = sampler.fit_resample(table, y)
    pd.testing.assert_frame_equal(X_res, table.iloc[sampler.sample_indices_])
    assert get_tags(sampler).input_tags.allow_nan


@pytest.mark.parametrize("strategy", ALL)
def test_without_a_space_words_and_missing_values_are_refused_by_name(strategy, blobs):
    table, y = _mixed(blobs)
    sampler = KMeansUnderSampler(strategy=strategy)
    with pytest.raises(ColumnTypeError, match="ward"):
        sampler.fit_resample(table, y)
    with pytest.raises(SamplerInputError, match="NaN in column dose"):
        sampler.fit_resample(table.drop(columns="ward"), y)


def test_averages_of_words_are_refused_in_any_space(blobs):
    table, y = _mixed(blobs)
    sampler = KMeansUnderSampler(strategy="centroid", cluster_space=NUMBERS)
    with pytest.raises(ColumnTypeError, match="ward"):
        sampler.fit_resample(table, y)
    with pytest.raises(SamplerInputError, match="NaN in column dose"):
        sampler.fit_resample(table.drop(columns="ward"), y)


def test_a_space_that_leaves_holes_is_refused(blobs):
    X, y = blobs((60, 9))
    X[3, 1] = np.nan
    sampler = KMeansUnderSampler(cluster_space=StandardScaler())
    with pytest.raises(SamplerInputError, match=re.escape("cluster_space leaves values missing")):
        sampler.fit_resample(X, y)


def test_noise_is_a_cluster_of_its_own(blobs):
    X, y = blobs((60, 9), n_features=2)
    sampler = KMeansUnderSampler(estimator=DBSCAN(eps=0.5), random_state=0)
    sampler.fit_resample(X, y)
    found = sampler.clusters_[0]
    assert found["cluster"][0] == -1
    assert found["size"].sum() == 60
    assert found["kept"][0] >= 1


def test_a_constant_column_stays_constant_where_centers_replace_rows(blobs):
    X, y = blobs((200, 20), n_features=3)
    X[:, 1], X[:, 2] = 0.1, 3.7
    for dtype in ("f4", "f8"):
        sampler = KMeansUnderSampler(strategy="centroid", random_state=0)
        X_res, _ = sampler.fit_resample(X.astype(dtype), y)
        np.testing.assert_array_equal(X_res[:, 1:], X[:40, 1:].astype(dtype))


def test_the_nearest_row_is_one_of_the_cluster_itself():
    """The center between rows 0 and 1 is nearer to rows 2 to 4, which are of the other cluster."""
    X = np.array([[0.0, 3], [0, -3], [1.9, 0], [2, 0], [2.1, 0], [9, 9], [9, 8]])
    clusterer = KMeans(init=np.array([[0.0, 0], [2, 0]]), n_init=1)
    sampler = KMeansUnderSampler(strategy="nearest", estimator=clusterer)
    sampler.fit_resample(X, np.array([0, 0, 0, 0, 0, 1, 1]))
    assert sampler.sample_indices_.tolist() == [0, 3, 5, 6]


def test_the_parts_of_a_pipeline_that_clusters_are_seeded(blobs):
    X, y = blobs((60, 9))
    clusterer = make_pipeline(StandardScaler(), KMeans(n_clusters=4, n_init=1, init="random"))
    sampler = KMeansUnderSampler(estimator=clusterer, random_state=3)
    tables = {sampler.fit_resample(X, y)[0].tobytes() for _ in range(5)}
    assert len(tables) == 1
    assert clusterer[-1].random_state is None


def test_a_clusterer_that_is_a_class_is_refused_in_plain_words(blobs):
    for strategy in ALL:
        sampler = KMeansUnderSampler(strategy=strategy, estimator=KMeans)
        with pytest.raises(TypeError, match="instance of scikit-learn estimator"):
            sampler.fit_resample(*blobs((30, 9)))


def test_a_clusterer_is_cloned_and_seeded(blobs):
    X, y = blobs((60, 9))
    clusterer = KMeans(n_clusters=4, n_init=1)
    for strategy in ALL:
        sampler = KMeansUnderSampler(strategy=strategy, estimator=clusterer, random_state=3)
        first, _ = sampler.fit_resample(X, y)
        np.testing.assert_array_equal(sampler.fit_resample(X, y)[0], first)
    assert not hasattr(clusterer, "labels_")
    assert (clusterer.n_clusters, clusterer.random_state) == (4, None)


def test_what_other_classes_lose_does_not_change_what_one_does(blobs):
    X, y = blobs((90, 60, 9))
    for strategy in ALL:
        alone = KMeansUnderSampler(strategy=strategy, sampling_strategy={1: 20}, random_state=0)
        both = KMeansUnderSampler(
            strategy=strategy, sampling_strategy={0: 20, 1: 20}, random_state=0
        )
        seeds = []
        for sampler in (alone, both):
            sampler.fit_resample(X, y)
            made = sampler.provenance_
            seeds.append(made["seed"][made["label"] == 1].tolist())
        assert seeds[0] == seeds[1]
