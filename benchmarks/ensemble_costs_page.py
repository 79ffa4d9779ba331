"""What does the reader see of the costs of balanced ensembles? One table for each size."""

from __future__ import annotations

from cells import Row, duration, megabytes, ratio_of, size_of
from markdown_table import table

OPENING = """\
`EasyEnsembleClassifier` and `BalanceCascadeClassifier` against imbalanced-learn's
`EasyEnsembleClassifier`, and against what one would write by hand. Each contestant fits on 70 % of
a table, in float32, and predicts the other 30 %, in a process of its own, after a call on 400 rows;
where there are two rounds, contestants take turns. What is equal is the number of weak
learners and their depth, which is 1.

- *weights* and *drawn rows* are `boost_by="weight"` and `"drawing"`; threads are `n_jobs`.
- *imbalanced-learn* is its EasyEnsemble of as many `AdaBoostClassifier`, which weighs rows; the two
  processes of `n_jobs=2` were started before the clock.
- *histograms* is `estimator=HistGradientBoostingClassifier(max_leaf_nodes=2, learning_rate=0.5)`:
  as many stumps, but **another learner**, gradient boosting of binned columns, with threads of its
  own. Read its scores beside its time.
- *copies*, on one thread, fits an `AdaBoostClassifier` for each member on a copy of the table, and
  *cascade of copies* on a copy of what the members before left.

*Peak* is the largest resident memory above the loaded table while fitting, worker processes
included, of which each counts the pages that it shares. *AUROC* and *average precision* are those
of the 30 %: they say that both did the work, not which is better.
"""
HEAD = "ours|against|fit, ours|the other's|ratio|predict, ours|the other's|peak, ours|the other's"
HEAD += "|AUROC, ours|the other's|average precision, ours|the other's"


def ensembles(rows: list[Row]) -> str:
    """Write a table for each table that was fitted."""
    parts = [OPENING]
    for name in dict.fromkeys(row["workload"] for row in rows):
        mine = [row for row in rows if row["workload"] == name]
        parts.append(_title(mine[0]) + table(HEAD, [_cells(row) for row in mine]))
    return "\n".join(parts)


def _title(row: Row) -> str:
    return (
        f"{row['workload']}: {size_of(row)}; {row['members']} members of {row['stumps']} weak "
        "learners:\n\n"
    )


def _cells(row: Row) -> list[str]:
    return [
        row["ours"],
        row["peer"],
        duration(row["ours_s"]),
        duration(row["peer_s"]),
        ratio_of(row),
        duration(row["predict_s"]),
        duration(row["peer_predict_s"]),
        megabytes(row["peak_mb"]),
        megabytes(row["peer_peak_mb"]),
        *(
            f"{row[prefix + score]:.3f}"
            for score in ("auroc", "average_precision")
            for prefix in ("", "peer_")
        ),
    ]
