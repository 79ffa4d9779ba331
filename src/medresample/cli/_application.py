"""Which commands are there? `compare` and `resample`, under one name."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from medresample.cli._compare import compare
from medresample.cli._resample import resample

_WELCOME = """Resampling for class-imbalanced medical tables, and honest comparisons.

Start with `medresample compare`: without a file it runs on embedded data of breast-cancer
cell nuclei and writes a report that opens in any browser.
"""


def application() -> typer.Typer:
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
