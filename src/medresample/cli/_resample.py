"""`medresample resample`: a resampled copy of a table, for training only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medresample.cli._columns import Categorical, feature_columns, with_categories
from medresample.cli._mistakes import (
    check_output,
    known_names,
    one_line_errors,
    refuse_same_file,
)
from medresample.cli._names import SAMPLERS
from medresample.cli._voice import Quiet, Verbose, Voice

if TYPE_CHECKING:
    from medresample.datasets import TableFile

_DATA, _METHOD, _FILES = "Data", "Method", "Results"

Source = Annotated[Path, typer.Argument(metavar="IN", help="CSV, Parquet, Feather or NPZ table.")]
Destination = Annotated[Path, typer.Argument(metavar="OUT", help="Same kind of file.")]
Sampler = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help=f"One of: {SAMPLERS}. Beside the random ones, smote_enc, smote_nc and smote_n take "
        "categories.",
        rich_help_panel=_METHOD,
    ),
]
Target = Annotated[
    str | None,
    typer.Option(metavar="COL", help="Column with the label (NPZ: y).", rich_help_panel=_DATA),
]
Groups = Annotated[
    str | None,
    typer.Option(
        metavar="COL", help="Column with the patient: travels along.", rich_help_panel=_DATA
    ),
]
Discrete = Annotated[
    str | None,
    typer.Option(
        metavar="COL[,COL]",
        help="Columns whose new values are rounded to whole numbers, such as a 0/1 flag stored "
        "as 0.0 and 1.0.",
        rich_help_panel=_DATA,
    ),
]
Provenance = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Also write where each row came from: CSV, Parquet, Feather or NPZ.",
        rich_help_panel=_FILES,
    ),
]
Strategy = Annotated[
    str,
    typer.Option(
        metavar="WORD|NUMBER",
        help="auto balances; a number is the ratio wanted; for cleaning, which classes lose rows: "
        "auto (all but the smallest), majority or all.",
        rich_help_panel=_METHOD,
    ),
]
Seed = Annotated[
    int,
    typer.Option(min=0, help="The same seed makes the same rows.", rich_help_panel=_METHOD),
]
_WORDS = ("auto", "minority", "not minority", "majority", "not majority", "all")


def resample(
    source: Source,
    destination: Destination,
    sampler: Sampler,
    target: Target = None,
    groups: Groups = None,
    categorical: Categorical = None,
    discrete: Discrete = None,
    provenance: Provenance = None,
    strategy: Strategy = "auto",
    seed: Seed = 0,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write a resampled copy of a table, columns and types kept.

    For training only: never split the result into training and test parts, and never compare
    models on it. To find out whether resampling helps, use `medresample compare` on the
    original table.

    Examples
    --------
    - `medresample resample train.csv smote.csv --target diagnosis --sampler smote`

    - `medresample resample train.csv under.csv --target diagnosis --sampler random_under --strategy
      0.5`

    - `medresample resample train.csv enc.csv --target diagnosis --sampler smote_enc --categorical
      stage,ward`

    - `medresample resample train.csv smote.csv --target diagnosis --groups patient --sampler smote
      --provenance parents.csv`

    Exit codes
    ----------
    0: done. 1: it ran, but failed. 2: wrong input or usage, or a file that
    can not be written. 130: interrupted.
    """
    with one_line_errors(quiet, verbose, "Written files may not be complete.") as voice:
        refuse_same_file(IN=source, OUT=destination, **{"--provenance": provenance})
        from medresample.datasets._files import ENDINGS, file_kind

        file_kind(source)
        check_output(destination, (source.suffix.lower(),))
        if provenance is not None:
            check_output(provenance, ENDINGS)
        with voice.doing("Loading packages"):
            from medresample.compare import _registry
            from medresample.datasets import read_table

        if sampler in _registry.ENSEMBLES:
            raise ValueError(
                f"{sampler} is a classifier that draws rows inside: it makes no table, and can "
                f"only be compared: medresample compare --samplers {sampler}."
            )
        (name,) = known_names(sampler, "sampler", _registry.SAMPLERS, one=True)
        with voice.doing(f"Reading {source}"):
            table = read_table(source, target=target, groups=groups)
        _check_labels(source, table)
        maker = _registry.make_sampler(name)
        _set_strategy(maker, name, _strategy(strategy))
        if "random_state" in maker.get_params():  # a sampler that cleans draws nothing
            maker.set_params(random_state=seed)
        if discrete is not None:
            _set_discrete(maker, name, discrete, table)
        seen = with_categories(table, categorical)
        _write_resampled(table, seen, maker, destination, provenance, voice)


def _check_labels(source: Path, table: TableFile) -> None:
    from medresample.datasets._hints import looks_continuous

    labels = table.y.unique().tolist()
    if len(labels) < 2:
        raise ValueError(f"{source}: the target holds one class only ({labels[0]!r}).")
    if looks_continuous(labels, most=float("inf")):
        raise ValueError(
            f"{source}: the target looks continuous: it holds {len(labels)} different numbers. "
            "Classes are resampled; cut it into classes first."
        )


def _strategy(text: str) -> str | float:
    if text in _WORDS:
        return text
    try:
        return float(text)
    except ValueError:
        raise ValueError(
            f"--strategy must be auto or a number, or one of: {', '.join(_WORDS[1:])}; got "
            f"{text!r}."
        ) from None


def _set_strategy(maker: Any, name: str, strategy: str | float) -> None:
    if strategy == "auto":
        return
    if "sampling_strategy" not in maker.get_params():
        raise ValueError(f"--strategy: {name} sets the size of every class by itself.")
    maker.set_params(sampling_strategy=strategy)


def _set_discrete(maker: Any, name: str, columns: str, table: TableFile) -> None:
    parameters = maker.get_params(deep=False)
    if "discrete_features" not in parameters and "smote" not in parameters:
        raise ValueError(f"--discrete: {name} makes no new values that could be rounded.")
    named = feature_columns("--discrete", columns, table)
    if "smote" in parameters:  # a combination, whose first step makes them
        from medresample.over_sampling import SMOTE

        maker.set_params(smote=SMOTE(discrete_features=named))
    else:
        maker.set_params(discrete_features=named)


def _write_resampled(
    table: TableFile,
    seen: TableFile,
    maker: Any,
    destination: Path,
    provenance: Path | None,
    voice: Voice,
) -> None:
    """Resample the table as it is `seen`, and write it in the types it was read with."""
    import pandas as pd

    from medresample.datasets import write_table
    from medresample.datasets._frames import write_frame

    with voice.doing(f"Resampling {len(seen.X)} rows with {type(maker).__name__}"):
        X, y = maker.fit_resample(seen.X, seen.y, groups=seen.groups)
    plan = maker.plan_
    groups = None if table.groups is None else plan.carry(table.groups)
    with voice.doing(f"Writing {destination}"):
        write_table(destination, table, X, y, groups, plan=plan, mark=type(maker).__name__)
    if provenance is not None:
        write_frame(provenance, pd.DataFrame(maker.provenance_))
    before, after = plan.counts["before"], plan.counts["after"]
    sys.stdout.write(f"{destination}: {plan.n_rows_in} -> {plan.n_rows_out} rows\n")
    for label, n in before.items():
        sys.stdout.write(f"  {label}: {n} -> {after.get(label, 0)}\n")
    if provenance is not None:
        sys.stdout.write(f"Provenance: {provenance}\n")
    voice.say(
        "Train on this table only. Never split it into training and test parts: copies and "
        "mixtures of a row would be on both sides."
    )
