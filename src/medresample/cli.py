"""`medresample compare` and `medresample resample`: parses, calls, prints."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

# The annotations of the two commands are read by typer alone, so that this file can be imported,
# and can say what is missing, without the extra.
if TYPE_CHECKING or find_spec("typer"):
    import typer

if TYPE_CHECKING:
    from medresample.datasets import TableFile

EXTRA = ("pandas", "matplotlib", "jinja2", "typer", "rich", "pyarrow")
DEFAULT_SAMPLERS = "none,class_weight,threshold_tuned,random_over,random_under,smote"
DEFAULT_ESTIMATORS = "logistic,boosting"
_WELCOME = """Resampling for class-imbalanced medical tables, and honest comparisons.

Start with `medresample compare`: without a file it runs on embedded data of breast-cancer
cell nuclei and writes a report that opens in any browser.
"""


def main() -> None:
    """Run the command line; without the extra 'report' say so in one line and exit with 2."""
    if not all(find_spec(name) for name in EXTRA):
        command = next((arg for arg in sys.argv[1:] if not arg.startswith("-")), "")
        what = f"medresample {command}".strip()
        sys.stderr.write(f"{what} needs the extra 'report': pip install \"medresample[report]\"\n")
        raise SystemExit(2)
    application()()


def application() -> Any:
    """The typer application with its commands."""
    app = typer.Typer(
        name="medresample",
        help=_WELCOME,
        no_args_is_help=True,
        rich_markup_mode="markdown",
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    app.command("compare")(compare)
    app.command("resample")(resample)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        from medresample import __version__

        sys.stdout.write(f"medresample {__version__}\n")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Options before the command."""


def compare(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="Feature table: CSV, Parquet or NPZ (arrays X, y, groups). Left out: embedded "
            "data of cell nuclei, malignant cases thinned to 10 %.",
        ),
    ] = None,
    target: Annotated[
        str | None, typer.Option(metavar="COL", help="Column with the label (two classes).")
    ] = None,
    positive: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Positive label; default: the rarer one.")
    ] = None,
    groups: Annotated[
        str | None,
        typer.Option(metavar="COL", help="Column with the patient: patients are never split."),
    ] = None,
    samplers: Annotated[
        str,
        typer.Option(
            metavar="A,B,C",
            help="From: none, class_weight, threshold_tuned, random_over, random_under, smote. "
            "The first three are always shown.",
        ),
    ] = DEFAULT_SAMPLERS,
    estimators: Annotated[
        str, typer.Option(metavar="A,B", help="From: logistic, boosting, forest.")
    ] = DEFAULT_ESTIMATORS,
    cv: Annotated[int, typer.Option(min=2, help="Folds.")] = 5,
    repeats: Annotated[int, typer.Option(min=1, help="Repeats of the folds.")] = 5,
    output: Annotated[Path, typer.Option(metavar="HTML", help="The report.")] = Path(
        "medresample-report.html"
    ),
    jobs: Annotated[int, typer.Option(help="Parallel jobs; -1: one per core.")] = -1,
    seed: Annotated[int, typer.Option(min=0, help="The same seed repeats the same numbers.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")] = False,
) -> None:
    """Compare samplers under repeated cross-validation: a table here, a report in HTML.

    Samplers and preprocessing see training folds only; test folds keep their natural prevalence.
    Beside every sampler stand the untouched data, class weights, and the untouched data with a
    threshold tuned on training rows.

    Examples
    --------
    - `medresample compare`

    - `medresample compare lesions.csv --target diagnosis --positive malignant --groups patient`
    """
    with _one_line_errors():
        _check_output(output, (".html", ".htm"))
        from medresample.compare import _registry, compare_samplers
        from medresample.compare._terminal import print_result

        chosen = _registry.named_samplers(
            _known(samplers, "sampler", {**_registry.CONTROLS, **_registry.SAMPLERS})
        )
        models = _registry.named_estimators(_known(estimators, "estimator", _registry.ESTIMATORS))
        table = _comparison_table(file, target, groups)
        result = compare_samplers(
            chosen,
            models,
            table.X,
            table.y,
            table.groups,
            pos_label=_label(positive, table),
            cv=cv,
            n_repeats=repeats,
            n_jobs=jobs,
            random_state=seed,
            progress=not quiet,
        )
        print_result(result, sys.stdout)
        result.report(output)
        sys.stdout.write(f"Report: {output}\n")


def resample(
    source: Annotated[Path, typer.Argument(metavar="IN", help="CSV, Parquet or NPZ table.")],
    destination: Annotated[Path, typer.Argument(metavar="OUT", help="Same kind of file.")],
    sampler: Annotated[
        str, typer.Option(metavar="NAME", help="smote, random_over or random_under.")
    ],
    target: Annotated[
        str | None, typer.Option(metavar="COL", help="Column with the label (NPZ: y).")
    ] = None,
    groups: Annotated[
        str | None, typer.Option(metavar="COL", help="Column with the patient: travels along.")
    ] = None,
    provenance: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write where each row came from (CSV or Parquet)."),
    ] = None,
    strategy: Annotated[
        str,
        typer.Option(metavar="auto|NUMBER", help="auto balances; a number is the ratio wanted."),
    ] = "auto",
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same rows.")] = 0,
) -> None:
    """Write a resampled copy of a table, columns and types kept.

    For training only: never split the result into training and test parts, and never compare
    models on it. To find out whether resampling helps, use `medresample compare` on the
    original table.

    Example: `medresample resample train.csv train-smote.csv --target diagnosis --sampler smote`
    """
    with _one_line_errors():
        from medresample.compare import _registry
        from medresample.datasets import read_table

        (name,) = _known(sampler, "sampler", _registry.SAMPLERS, one=True)
        _check_output(destination, (source.suffix.lower(),))
        if provenance is not None:
            _check_output(provenance, (".csv", ".parquet"))
        table = read_table(source, target=target, groups=groups)
        if table.y.nunique() < 2:
            raise ValueError(f"{source}: the target holds one class only ({table.y.iloc[0]!r}).")
        maker = _registry.make_sampler(
            name, sampling_strategy=_strategy(strategy), random_state=seed
        )
        _write_resampled(table, maker, destination, provenance)


def _write_resampled(
    table: TableFile, sampler: Any, destination: Path, provenance: Path | None
) -> None:
    from medresample.datasets import write_table

    X, y = sampler.fit_resample(table.X, table.y)
    plan = sampler.plan_
    carried = None if table.groups is None else plan.carry(table.groups)
    write_table(destination, table, X, y, carried, mark=type(sampler).__name__)
    if provenance is not None:
        import pandas as pd

        record = pd.DataFrame(sampler.provenance_)
        if provenance.suffix.lower() == ".csv":
            record.to_csv(provenance, index=False)
        else:
            record.to_parquet(provenance, index=False)
        sys.stdout.write(f"Provenance: {provenance}\n")
    before, after = plan.counts["before"], plan.counts["after"]
    sys.stdout.write(f"{destination}: {plan.n_rows_in} -> {plan.n_rows_out} rows\n")
    for label, n in before.items():
        sys.stdout.write(f"  {label}: {n} -> {after.get(label, 0)}\n")
    sys.stderr.write(
        "Train on this table only. Never split it into training and test parts: copies and "
        "mixtures of a row would be on both sides.\n"
    )


def _strategy(text: str) -> str | float:
    if text == "auto":
        return text
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"--strategy must be auto or a number, got {text!r}.") from None


def _known(text: str, noun: str, known: Mapping[str, Any], one: bool = False) -> list[str]:
    """Names of a comma-separated list, each of them known."""
    from medresample.datasets._files import nearest

    names = [text] if one else [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise ValueError(f"No {noun} was named. There are: {', '.join(known)}.")
    for name in names:
        if name not in known:
            raise ValueError(f"Unknown {noun} {name!r}.{nearest(name, list(known))}")
    return list(dict.fromkeys(names))


def _comparison_table(file: Path | None, target: str | None, groups: str | None) -> TableFile:
    from medresample.datasets import TableFile, load_nuclei, read_table

    if file is None:
        if target or groups:
            raise ValueError("--target and --groups name columns of a FILE; no FILE was given.")
        nuclei = load_nuclei()
        return TableFile(X=nuclei.data, y=nuclei.target)
    table = read_table(file, target=target, groups=groups)
    if table.resampled:
        raise ValueError(
            f"{file} was written by 'medresample resample': its rows can not be split into "
            "training and test parts any more. Compare on the original table."
        )
    return table


def _label(positive: str | None, table: TableFile) -> Any:
    """The label that was typed, as the value the target holds."""
    from medresample.datasets._files import nearest

    if positive is None:
        return None
    labels = {str(label): label for label in table.y.unique().tolist()}
    for label in labels.values():
        with contextlib.suppress(TypeError, ValueError):
            if float(label) == float(positive):  # 1 typed for 1.0
                return label
    if positive not in labels:
        raise ValueError(f"No row has the label {positive!r}.{nearest(positive, list(labels))}")
    return labels[positive]


def _check_output(path: Path, endings: tuple[str, ...]) -> None:
    """Find out before the work starts, not after it, that the result can not be written."""
    if path.suffix.lower() not in endings:
        raise ValueError(f"{path}: the name must end in {' or '.join(endings)}.")
    if not path.parent.is_dir():
        raise ValueError(f"{path}: the folder {path.parent} does not exist.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder.")
    existed = path.exists()
    with path.open("ab"):
        pass
    if not existed:
        path.unlink()


@contextlib.contextmanager
def _one_line_errors() -> Iterator[None]:
    """Warnings and errors of the user's making in one line each; errors exit with 2."""

    def show(message: Warning | str, *rest: Any, **named: Any) -> None:
        sys.stderr.write(f"Warning: {' '.join(str(message).split())}\n")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("default", UserWarning)
        warnings.showwarning = show
        try:
            yield
        except OSError as error:
            words = f"{error.filename}: {error.strerror}" if error.strerror else str(error)
            _fail(words)
        except (ValueError, TypeError, ImportError, MemoryError) as error:
            _fail(" ".join(str(error).split()) or type(error).__name__)


def _fail(words: str) -> None:
    sys.stderr.write(f"Error: {words}\n")
    raise SystemExit(2)
