"""Which options has `medresample compare`? Their names, what they take, and in which group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medresample.cli._names import CONTROLS, ENSEMBLES, SAMPLERS

_DATA, _COMPARISON, _WORK, _FILES = "Data", "Comparison", "Work", "Results"

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="Feature table: CSV, Parquet, Feather or NPZ (arrays X, y, groups). Left out: "
        "embedded data of cell nuclei, malignant cases thinned to 10 %.",
    ),
]
Target = Annotated[
    str | None,
    typer.Option(metavar="COL", help="Column with the label.", rich_help_panel=_DATA),
]
Positive = Annotated[
    str | None,
    typer.Option(
        metavar="LABEL",
        help="Positive label; default: the rarer one. With more than two labels: this one "
        "against the rest; default: each of them.",
        rich_help_panel=_DATA,
    ),
]
Groups = Annotated[
    str | None,
    typer.Option(
        metavar="COL",
        help="Column with the patient: patients are never split.",
        rich_help_panel=_DATA,
    ),
]
Test = Annotated[
    Path | None,
    typer.Option(
        "--test",
        metavar="FILE",
        show_default=False,
        help="An external test set with the same columns, of other patients: each method is also "
        "fitted to all of the first FILE, once per repeat, and scored here. Nothing is learned "
        "from it.",
        rich_help_panel=_DATA,
    ),
]
Samplers = Annotated[
    str,
    typer.Option(
        metavar="A,B,C",
        help=f"From: {CONTROLS}, {SAMPLERS}. The first three are always shown. Also the balanced "
        f"ensembles {ENSEMBLES}, which take the place of the estimators.",
        rich_help_panel=_COMPARISON,
    ),
]
Estimators = Annotated[
    str,
    typer.Option(
        metavar="A,B", help="From: logistic, boosting, forest.", rich_help_panel=_COMPARISON
    ),
]
Calibrate = Annotated[
    str | None,
    typer.Option(
        metavar="WAY",
        help="Recalibrate the risks of every method and show both: prior, sigmoid, logistic, "
        "isotonic, beta or temperature. All but prior keep a fifth of each training fold out.",
        rich_help_panel=_COMPARISON,
    ),
]
Folds = Annotated[int, typer.Option(min=2, help="Folds.", rich_help_panel=_COMPARISON)]
Repeats = Annotated[
    int, typer.Option(min=1, help="Repeats of the folds.", rich_help_panel=_COMPARISON)
]
Seed = Annotated[
    int,
    typer.Option(
        min=0, help="The same seed repeats the same numbers.", rich_help_panel=_COMPARISON
    ),
]
Jobs = Annotated[int, typer.Option(help="Parallel jobs; -1: one per core.", rich_help_panel=_WORK)]
Dask = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Let the workers of a Dask cluster do the jobs, in place of this machine. ADDRESS is "
        "that of its scheduler, such as tcp://10.0.0.5:8786. The numbers are the same.",
        rich_help_panel=_WORK,
    ),
]
Store = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Keep every finished job in this folder. After an interruption the same command does "
        "what is missing, and gives the same numbers. No cell of the table is written there.",
        rich_help_panel=_WORK,
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Print the plan (splits, counts, jobs, memory) and stop; nothing is run or written.",
        rich_help_panel=_WORK,
    ),
]
Output = Annotated[Path, typer.Option(metavar="HTML", help="The report.", rich_help_panel=_FILES)]
Scores = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Also write every score, a row per method, estimator, repeat and fold: CSV, Parquet, "
        "Feather or NPZ.",
        rich_help_panel=_FILES,
    ),
]
Predictions = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Also write the risks predicted for rows left out, by row number, in such a file.",
        rich_help_panel=_FILES,
    ),
]
