"""How far is it? A line on a terminal, a line now and then elsewhere; always on stderr.

Those who ask for "jobs" get a line for each, with its seconds and its warnings.
"""

from __future__ import annotations

import sys
import time
from typing import TextIO

from medresample.compare._jobs import Job, JobResult

_LINE_EVERY = 15.0  # seconds between lines where there is no terminal


class Progress:
    """Counts jobs done and says so on stderr."""

    def __init__(self, total: int, show: bool | str = "auto", stream: TextIO | None = None) -> None:
        self.total, self.done = total, 0
        self.stream = sys.stderr if stream is None else stream
        self.shown, self.each = bool(show), show == "jobs"
        self.terminal = self.stream.isatty()
        self.start = self.last = time.monotonic()

    def say_found(self, n: int) -> None:
        """So many jobs were done before, and are none of those counted here."""
        if n and self.shown:
            self.stream.write(f"{n} of {n + self.total} jobs were in the store\n")
            self.stream.flush()

    def step(self, job: Job, result: JobResult) -> None:
        """One more job is done."""
        self.done += 1
        if not self.shown:
            return
        if self.each:
            self._say_job(job, result)
            return
        now = time.monotonic()
        finished = self.done == self.total
        pause = 0.1 if self.terminal else _LINE_EVERY
        if finished or now - self.last >= pause:
            self.last = now
            self._write(now - self.start, finished)

    def _say_job(self, job: Job, result: JobResult) -> None:
        part = "external test set" if job.external else f"fold {job.split.fold}"
        outcomes = result.outcomes.values()
        seconds = sum(sum(outcome.seconds.values()) for outcome in outcomes)
        lines = [
            f"{self.done} of {self.total}: {job.method.name}, repeat {job.split.repeat}, {part}: "
            f"{seconds:.2f} s",
            *(f"  {text}" for text in dict.fromkeys(outcome.error for outcome in outcomes) if text),
            *(f"  {text}" for text in result.warnings.split(" | ") if text),
        ]
        self.stream.write("".join(f"{line}\n" for line in lines))
        self.stream.flush()

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
