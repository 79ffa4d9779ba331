"""Who is in which cluster, and what is the mean of its rows? Labels in, lists and means out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._core.loading import compiled_pays
from .._core.threads import for_each_chunk

# Clusters that one thread works on at a time.
CHUNK = 64
# Seconds per cell that adding up rows by NumPy takes.
BY_NUMPY = 4e-9


@dataclass(frozen=True, eq=False)
class Members:
    """The rows of each cluster, in the order of the table.

    Attributes
    ----------
    labels : ndarray of int of shape (n_rows,)
        Cluster of each row, from 0.
    order : ndarray of int of shape (n_rows,)
        Row numbers, cluster by cluster.
    start : ndarray of int of shape (n_clusters + 1,)
        The rows of cluster ``c`` are ``order[start[c]:start[c + 1]]``.
    """

    labels: np.ndarray
    order: np.ndarray
    start: np.ndarray

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def sizes(self) -> np.ndarray:
        """Rows of each cluster."""
        return np.diff(self.start)

    def of(self, cluster: int) -> np.ndarray:
        """Row numbers of a cluster."""
        return self.order[self.start[cluster] : self.start[cluster + 1]]

    def sorted_by(self, *values: np.ndarray) -> np.ndarray:
        """List the rows cluster by cluster, the smallest first value first, then by the next.

        Rows with equal values come in the order of the table.
        """
        return np.lexsort((*values[::-1], self.labels))

    def ends(self, order: np.ndarray, front: np.ndarray, back: np.ndarray | int = 0) -> np.ndarray:
        """Take some rows of each cluster from the front of its part of a list, some from the back.

        Parameters
        ----------
        order : ndarray of int of shape (n_rows,)
            Rows cluster by cluster.
        front, back : ndarray of int of shape (n_clusters,)
            How many; not more than there are.

        Returns
        -------
        rows : ndarray of int
        """
        sizes = self.sizes
        place = np.arange(len(order)) - np.repeat(self.start[:-1], sizes)
        chosen = (place < np.repeat(front, sizes)) | (place >= np.repeat(sizes - back, sizes))
        return order[chosen]

    def means(self, X: np.ndarray, out: np.ndarray | None = None, threads: int = 1) -> np.ndarray:
        """Average the rows of each cluster, summed in float64 in the order of the table.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_columns)
            Numbers.
        out : ndarray of shape (n_clusters, n_columns), default=None
            Where to write; the mean of an empty cluster is left as it was. By default a new array
            of the type of `X`.
        threads : int, default=1
            Threads to use; they change no bit.

        Returns
        -------
        means : ndarray of shape (n_clusters, n_columns)
        """
        out = np.zeros((len(self), X.shape[1]), X.dtype) if out is None else out
        if not compiled_pays(X.size * BY_NUMPY):
            full = np.flatnonzero(self.sizes)
            for j in range(X.shape[1]):
                total = np.bincount(self.labels, weights=X[:, j], minlength=len(self))
                out[full, j] = total[full] / self.sizes[full]
            return out
        from .._kernels.centers import mean_rows

        def work(chunk: slice) -> None:
            clusters = np.arange(chunk.start, chunk.stop)
            mean_rows(X, self.order, self.start, clusters, out)

        for_each_chunk(work, len(self), CHUNK, threads)
        return out


def members_of(labels: np.ndarray, n_clusters: int) -> Members:
    """List the rows of each cluster."""
    start = np.zeros(n_clusters + 1, np.intp)
    np.cumsum(np.bincount(labels, minlength=n_clusters), out=start[1:])
    return Members(labels, np.argsort(labels, kind="stable"), start)
