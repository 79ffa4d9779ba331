"""How far is it? A line on a terminal, a line now and then elsewhere; always on stderr."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_LINE_EVERY = 15.0  # seconds between lines where there is no terminal


class Progress:
    """Counts jobs done and says so on stderr."""

    def __init__(self, total: int, show: bool | str = "auto", stream: TextIO | None = None) -> None:
        self.total, self.done = total, 0
        self.stream = sys.stderr if stream is None else stream
        self.shown = bool(show)
        self.terminal = self.stream.isatty()
        self.start = self.last = time.monotonic()

    def say_found(self, n: int) -> None:
        """So many jobs were done before, and are none of those counted here."""
        if n and self.shown:
            self.stream.write(f"{n} of {n + self.total} jobs were in the store\n")
            self.stream.flush()

    def step(self) -> None:
        """One more job is done."""
        self.done += 1
        if not self.shown:
            return
        now = time.monotonic()
        finished = self.done == self.total
        pause = 0.1 if self.terminal else _LINE_EVERY
        if finished or now - self.last >= pause:
            self.last = now
            self._write(now - self.start, finished)

    def _write(self, seconds: float, finished: bool) -> None:
        text = f"compared {self.done} of {self.total} (method x split) jobs, {seconds:.0f} s"
        if not finished:
            left = seconds / self.done * (self.total - self.done)
            text += f", about {left:.0f} s left"
        if self.terminal:
            text = f"\r{text:<78}" + ("\n" if finished else "")
        else:
            text += "\n"
        self.stream.write(text)
        self.stream.flush()
