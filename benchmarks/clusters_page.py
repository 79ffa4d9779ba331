"""What does the reader see of clusters and cleaning? Tables of their times and memory."""

from __future__ import annotations

from cells import Row, duration, megabytes, memory_of, size_of, times_of
from markdown_table import table

# The output, which may be small, is nothing that peaks of these methods could be compared with.
PEAKS = "peak above input|imbalanced-learn's peak"

FUZZY = """\
### Fuzzy c-means

`FuzzyCMeans` on 100,000 rows of 20 columns, a normal cloud for each cluster, with m = 2. Both sides
begin with the same memberships and do the same number of iterations: as many as it takes to come
within 0.1 % of the objective that 300 iterations reach. The times and their ratio are those of the
whole call, in which ours finds labels and measures of validity, too; *an iteration* takes what a
call with twice as many takes longer, the quickest of each. The peers compute in float64, whatever
the type of the table; the memberships that they begin with are not part of their peak.

"""

K_MEANS = """\
### K-means under-sampling

`KMeansUnderSampler` against `ClusterCentroids`, with a cluster for each row wanted, which are as
many as the minority has: `strategy="centroid"` against `voting="soft"`, and `"nearest"` against
`"hard"`. *Inertia* is the sum of the squared distances, computed in float64, from the rows of the
majority to the nearest row that stands for them, as a share of what `ClusterCentroids` reaches.

"""

CLEANING = """\
`TomekLinks` and `EditedNearestNeighbours` clean the majority, `SMOTETomek` and `SMOTEENN` all rows
of the balanced table, which has nearly twice as many. Half of the clouds belong to both classes.
Edited nearest neighbors take the same vote on both sides, `kind_sel="all"`, which is
imbalanced-learn's default; ours is `"mode"`.

"""


def clusters(rows: list[Row]) -> str:
    """Write a table for fuzzy c-means and one for K-means, as far as they were measured."""
    fuzzy = [row for row in rows if "iterations" in row]
    k_means = [row for row in rows if "iterations" not in row]
    parts = [_fuzzy(fuzzy)] if fuzzy else []
    return "\n".join([*parts, _k_means(k_means)] if k_means else parts)


def _fuzzy(rows: list[Row]) -> str:
    head = "peer|clusters|type of ours|iterations|ours|the peer|ratio|an iteration, ours|the peer's"
    return FUZZY + table(
        head + "|ratio|peak above input|the peer's peak",
        [
            [
                row["peer"],
                f"{row['clusters']}",
                row["dtype"],
                f"{row['iterations']}",
                *times_of(row),
                duration(row["ours_iteration_s"]),
                duration(row["peer_iteration_s"]),
                f"{row['peer_iteration_s'] / row['ours_iteration_s']:.1f}",
                megabytes(row["peak_mb"]),
                megabytes(row["peer_peak_mb"]),
            ]
            for row in rows
        ],
    )


def _k_means(rows: list[Row]) -> str:
    head = (
        "strategy|table (majority / minority x columns)|type|ours|imbalanced-learn|ratio|inertia|"
    )
    return K_MEANS + table(
        head + PEAKS,
        [
            [
                row["method"].split()[-1],
                f"{row['workload']}: {size_of(row)}",
                row["dtype"],
                *times_of(row),
                f"{row['loss_of_peer']:.3f}" if "loss_of_peer" in row else "",
                *memory_of(row)[::2],
            ]
            for row in rows
        ],
    )


def cleaning(rows: list[Row]) -> str:
    """Write one table."""
    return CLEANING + table(
        "method|table (majority / minority x columns)|type|ours|imbalanced-learn|ratio|" + PEAKS,
        [
            [
                row["method"],
                f"{row['workload']}: {size_of(row)}",
                row["dtype"],
                *times_of(row),
                *memory_of(row)[::2],
            ]
            for row in rows
        ],
    )
