"""Tables that are hard to clean: ties, twins of different classes, missing values."""

import numpy as np
from hypothesis import strategies as st

# a to i of the worked example, on a line
LINE = np.array([[0.0], [1.0], [2.0], [2.3], [2.7], [4.0], [5.0], [5.4], [7.0]])
RARE = np.array([0, 0, 1, 0, 1, 1, 0, 0, 0])


@st.composite
def tables(draw, *, holes=True):
    """Draw X and y; the cells are multiples of 1/4, so that distances are exact."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = [draw(st.integers(6, 20)), draw(st.integers(3, 10)), draw(st.sampled_from([0, 0, 6]))]
    y = random.permutation(np.repeat([0, 1, 2], sizes))
    spread = draw(st.sampled_from([1, 4, 1000]))  # few, some, and hardly any ties
    X = np.rint(random.normal(size=(len(y), draw(st.integers(1, 5)))) * spread + y[:, None]) / 4
    if holes and draw(st.booleans()):
        X[random.random(X.shape) < 0.2] = np.nan
    return X, y
