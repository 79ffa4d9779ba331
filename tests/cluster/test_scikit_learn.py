"""Fuzzy c-means is a clusterer and a transformer by all of scikit-learn's rules."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from medresample.cluster import FuzzyCMeans


@pytest.mark.filterwarnings("ignore::medresample.exceptions.CollapsedCentersWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore:.*:sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks([FuzzyCMeans(), FuzzyCMeans(n_clusters=2, m=1.3, init="k-means++")])
def test_keeps_the_rules_of_scikit_learn(estimator, check):
    check(estimator)


def test_memberships_serve_as_columns_in_a_pipeline():
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(30, 2)), rng.normal(size=(30, 2)) + 8])
    frame = pd.DataFrame(X, columns=["age", "dose"])
    pipeline = make_pipeline(StandardScaler(), FuzzyCMeans(2, random_state=0))
    shares = pipeline.set_output(transform="pandas").fit_transform(frame)
    assert list(shares.columns) == ["fuzzycmeans0", "fuzzycmeans1"]
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares.max(axis=1) > 0.9).mean() > 0.9
