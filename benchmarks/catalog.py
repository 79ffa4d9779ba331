"""What is measured? The cases, by section; those that are quick are measured in both modes."""

from __future__ import annotations

from functools import partial

import cold
import comparison_costs
import ensemble_costs
import fuzzy_clusters
import large
from cases import OtherCase, PairedCase
from workloads import CODED, HARD, MIXED, NOMINAL, SMALL, WORKLOADS, Workload, overlapping

DTYPES = ("float32", "float64")
SEARCH_ROWS = (1_000, 6_000, 20_000)
SEARCH_COLUMNS = (8, 20, 32, 128, 512, 2048)
# Seconds for rounds where a call of the peer takes from one second to half a minute.
PATIENCE = 10.0
# The same where one of them takes ten seconds or more.
LONG_PATIENCE = 60.0


def all_cases(quick: bool) -> list[PairedCase | OtherCase]:
    return [*paired_cases(quick), *other_cases(quick)]


def paired_cases(quick: bool) -> list[PairedCase]:
    cases = [
        *_smote(),
        *_over_sampling(),
        *_mixed(),
        *_clusters(),
        *_cleaning(),
        *_searches(),
        *_hard_searches(),
        *_growth(),
    ]
    return [case for case in cases if case.quick or not quick]


def other_cases(quick: bool) -> list[OtherCase]:
    cases = [
        *_fuzzy_clusters(),
        *_ensembles(),
        OtherCase("cold", "import to the first table, 200 x 10", cold.first_table, quick=True),
        OtherCase("cold", "the same, 60,000 x 50", cold.first_middling_table),
        OtherCase("cold", "the same, 150,000 x 50: kernels are loaded", cold.first_large_table),
        OtherCase("cold", "the same, and none in the cache", cold.nothing_cached),
        OtherCase("cold", "the same, and no cache can be written", cold.read_only),
        OtherCase("cold", "two joblib workers, against one thread each", cold.workers),
        OtherCase("large", "interpolation alone, W1 float32", large.interpolation),
        OtherCase("large", "200,000 x 512 float32 from a memory map", large.memory_map),
        OtherCase("comparison", "12 methods, 2 models", comparison_costs.comparison),
    ]
    return [case for case in cases if case.quick or not quick]


def _smote() -> list[PairedCase]:
    return [
        PairedCase(
            "smote", "SMOTE", workload, dtype, quick=name == "W3" or dtype == "float32", memory=True
        )
        for name, workload in WORKLOADS.items()
        for dtype in DTYPES
    ]


def _over_sampling() -> list[PairedCase]:
    """Methods that look beyond the class, on classes that overlap.

    float64 where it is another case, and not only twice the memory; a support vector machine only
    where it ends.
    """
    tables = {name: overlapping(workload) for name, workload in WORKLOADS.items()}
    some = {"float32": ("W1", "W2", "W3", "W5"), "float64": ("W1", "W3")}
    chosen = [
        (method, tables[name], dtype)
        for method in ("BorderlineSMOTE", "ADASYN")
        for dtype in DTYPES
        for name in some[dtype]
    ]
    chosen += [("KMeansSMOTE", tables[name], "float32") for name in some["float32"]]
    chosen += [("SVMSMOTE", overlapping(workload), "float32") for workload in SMALL]
    return [
        PairedCase(
            "over_sampling",
            method,
            workload,
            dtype,
            quick=(method, workload.name, dtype) == ("BorderlineSMOTE", "W1", "float32"),
            memory=_has_memory(method, workload),
            patience=PATIENCE,
        )
        for method, workload, dtype in chosen
    ]


def _has_memory(method: str, workload: Workload) -> bool:
    """Leave out the cache of a support vector machine, and all calls of half a minute but one."""
    return method != "SVMSMOTE" and (workload.name != "W5" or method == "BorderlineSMOTE")


def _mixed() -> list[PairedCase]:
    tables = ((MIXED, ("words", "category", "objects")), (CODED, ("words", "category")))
    chosen = [
        (method, workload, dtype)
        for workload, dtypes in tables
        for method in ("SMOTENC", "SMOTEENC")
        for dtype in dtypes
    ]
    chosen += [("SMOTEN", NOMINAL, dtype) for dtype in ("words", "category")]
    return [
        PairedCase(
            "mixed",
            method,
            workload,
            dtype,
            quick=(method, workload, dtype) == ("SMOTENC", MIXED, "words"),
            memory=True,
            patience=PATIENCE,
        )
        for method, workload, dtype in chosen
    ]


def _clusters() -> list[PairedCase]:
    """K-means under-sampling with as many clusters as there are rows of the minority."""
    thin = Workload("W3 quarter", 50_000, 2_500, 20)
    cases = [
        PairedCase("clusters", method, thin, "float32", memory=True, patience=PATIENCE)
        for method in ("KMeansUnderSampler centroid", "KMeansUnderSampler nearest")
    ]
    wide = PairedCase(
        "clusters", "KMeansUnderSampler centroid", WORKLOADS["W2"], "float32", apart=True
    )
    return [*cases, wide]


def _fuzzy_clusters() -> list[OtherCase]:
    chosen = [
        (peer, clusters, dtype)
        for peer, dtypes in (("scikit-fuzzy", DTYPES), ("fuzzy-c-means", ("float64",)))
        for clusters in (10, 50)
        for dtype in dtypes
    ]
    return [
        OtherCase(
            "clusters",
            f"{clusters} fuzzy clusters {dtype}, {peer}",
            partial(fuzzy_clusters.against, peer, clusters, dtype),
        )
        for peer, clusters, dtype in chosen
    ]


def _ensembles() -> list[OtherCase]:
    """One short case, and all that are held against each other on two tables."""
    chosen = [("W3 cut", *ensemble_costs.ROWS[1])]
    chosen += [(course, *row) for course in ("W3", "W2") for row in ensemble_costs.ROWS]
    return [
        OtherCase(
            "ensembles",
            f"{course}: {ours}, against {peer}",
            partial(ensemble_costs.against, course, ours, peer),
            quick=course == "W3 cut",
        )
        for course, ours, peer in chosen
    ]


def _cleaning() -> list[PairedCase]:
    tables = (Workload("W3 half", 95_000, 5_000, 20), WORKLOADS["W3"])
    cases = [
        PairedCase(
            "cleaning", method, overlapping(table), "float32", patience=LONG_PATIENCE, apart=True
        )
        for table in tables
        for method in ("TomekLinks", "EditedNearestNeighbours", "SMOTETomek", "SMOTEENN")
    ]
    short = PairedCase("cleaning", "SMOTETomek", overlapping(SMALL[1]), "float32", quick=True)
    return [short, *cases]


def _searches() -> list[PairedCase]:
    return [
        PairedCase(
            "search",
            "search",
            _square(rows, columns),
            "float32",
            quick=rows == 6_000 and columns <= 512,
        )
        for rows in SEARCH_ROWS
        for columns in SEARCH_COLUMNS
    ]


def _hard_searches() -> list[PairedCase]:
    return [
        PairedCase("hard", "search", _square(6_000, columns), dtype, kind, quick=quick)
        for kind in HARD
        for columns, dtype, quick in (
            (20, "float32", True),
            (20, "float64", False),
            (512, "float32", False),
        )
    ]


def _growth() -> list[PairedCase]:
    tables = [
        *[Workload(f"rows {n:,}", n, 5_000, 32) for n in (10_000, 40_000, 160_000, 640_000)],
        *[Workload(f"columns {d}", 30_000, 3_000, d) for d in (8, 32, 128, 512, 2048)],
        *[Workload(f"minority {n:,}", 100_000, n, 32) for n in (500, 2_000, 8_000, 32_000)],
    ]
    return [PairedCase("growth", "SMOTE", table, "float32") for table in tables]


def _square(rows: int, columns: int) -> Workload:
    return Workload(f"{rows:,} x {columns}", rows - rows // 10, rows // 10, columns, columns >= 128)
