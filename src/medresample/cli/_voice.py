"""How much is said on stderr? Errors alone, what a user needs to know, or all that is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer

Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        help="Only errors on stderr: no progress, no warnings.",
        rich_help_panel="Messages",
    ),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        help="Say what is done, with seconds; every warning as it comes; where an error arose.",
        rich_help_panel="Messages",
    ),
]


@dataclass(frozen=True)
class Voice:
    """What goes to stderr beside errors, which always do; stdout has results alone."""

    quiet: bool = False
    verbose: bool = False

    def say(self, text: str) -> None:
        """A line that a user should read."""
        if not self.quiet:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    def detail(self, text: str) -> None:
        """A line for those who asked what is done."""
        if self.verbose:
            self.say(text)

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Say what is done, and afterwards how long it took."""
        self.detail(f"{what} ...")
        start = time.perf_counter()
        yield
        self.detail(f"{what}: {time.perf_counter() - start:.2f} s")
