"""What does a classifier around another one tell of it? The columns it knows, and what it takes."""

from __future__ import annotations

from typing import Any

from sklearn.utils import get_tags

COLUMNS = ("n_features_in_", "feature_names_in_")


def tell_columns(model: Any, fitted: Any) -> None:
    """Copy the number and the names of the columns from the fitted estimator, where it has them."""
    for name in COLUMNS:
        if hasattr(fitted, name):
            setattr(model, name, getattr(fitted, name))
        elif hasattr(model, name):
            delattr(model, name)  # of an earlier table


def tags_around(tags: Any, estimator: Any) -> Any:
    """Say that what is taken is what the estimator takes."""
    inner = get_tags(estimator)
    tags.input_tags = inner.input_tags
    if tags.classifier_tags is not None and inner.classifier_tags is not None:
        tags.classifier_tags.multi_class = inner.classifier_tags.multi_class
    return tags
