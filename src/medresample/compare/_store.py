"""Where do finished jobs stay? A file per job, named by all that its result depends on.

A file is written aside and moved into place, so that a killed process leaves none that is half
written, and two processes that do the same job write the same. Files hold risks and counts, but no
cell of the table: row numbers are known from the splits. A job in which something failed is not
kept: it is tried again, and an exception may quote a cell.
"""

from __future__ import annotations

import json
import os
import time
import uuid
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from medresample.compare._fingerprint import fingerprint
from medresample.compare._jobs import Job, JobResult
from medresample.compare._learning import Outcome
from medresample.compare._methods import Method
from medresample.compare._record import versions
from medresample.compare._work import Work

# Counts up when files are written in another way, or a job gives something else.
_FORMAT = 2
_DAY = 86_400  # seconds after which what was written aside belongs to nobody
_KINDS = ("risk", "recalibrated")
_FACTS = ("status", "error", "threshold", "counts", "seconds")


@dataclass(frozen=True)
class Store:
    """A folder of finished jobs.

    Parameters
    ----------
    folder : Path
        Where the files are.
    everything : str
        Fingerprint of what all jobs depend on: data, estimators, threshold rule, calibration,
        versions.
    outside : str
        Fingerprint of the external test set, on which the jobs that test there depend.
    resume : bool
        Whether files of an earlier run are read.
    """

    folder: Path
    everything: str
    outside: str
    resume: bool

    def path(self, job: Job) -> Path:
        """Say where the result of a job is kept; its name is not part of the question."""
        method = job.method
        learns = (method.sampler, method.classifier, method.weighted, method.tuned)
        rows = (job.split.train, job.split.test, job.split.held)
        where = self.outside if job.external else ""
        return self.folder / f"{fingerprint(self.everything, where, learns, rows, job.seed)}.npz"


def find_store(folder: str | os.PathLike[str], resume: bool, work: Work) -> Store:
    """Name the store of a comparison; nothing is read or written yet."""
    _refuse_namesakes(work.methods)
    everything = fingerprint(_FORMAT, versions(), work.manner, work.data)
    outside = "" if work.outside is None else fingerprint(work.outside)
    return Store(Path(folder).expanduser().resolve(), everything, outside, resume)


def _refuse_namesakes(methods: tuple[Method, ...]) -> None:
    """Refuse two classes that a hash, which knows classes by name, would take for one."""
    seen: dict[str, tuple[str, list[type]]] = {}
    for method in methods:
        learns = method.sampler if method.classifier is None else method.classifier
        name, classes = method.name, _classes_of(learns)
        first, theirs = seen.setdefault(fingerprint(learns), (name, classes))
        if classes != theirs:
            raise TypeError(
                f"store= knows a class by its name, and {first!r} and {name!r} hold two classes of "
                "one name, made by a function or defined twice. Rename one, or compare without "
                "store=."
            )


def _classes_of(estimator: Any) -> list[type]:
    parts = estimator.get_params(deep=True).values() if hasattr(estimator, "get_params") else ()
    return [type(part) for part in (estimator, *parts) if hasattr(part, "get_params")]


def open_folder(folder: Path) -> None:
    """Make the folder, and clear away what killed processes left half written a day ago."""
    folder.mkdir(parents=True, exist_ok=True)
    for aside in folder.glob(".*.part"):
        try:
            if time.time() - aside.stat().st_mtime > _DAY:
                aside.unlink()
        except OSError:  # another process was faster
            continue


def load_job(path: Path) -> JobResult | None:
    """Give the result of a job, if it was finished before; a damaged file is warned of."""
    if not path.exists():
        return None
    try:
        # np.load leaves a damaged file open that it opened itself
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            record = json.loads(str(kept["record"]))
            outcomes = {}
            for number, (name, both) in enumerate(record["outcomes"].items()):
                found = [
                    _outcome(facts, kept, f"{kind}_{number}")
                    for kind, facts in zip(_KINDS, both, strict=False)
                ]
                outcomes[name] = replace(found[0], recalibrated=found[1] if found[1:] else None)
            return JobResult(outcomes, record["warnings"])
    except Exception as error:  # whatever a damaged archive makes of itself
        warnings.warn(
            f"{path} can not be read ({type(error).__name__}: {error}): the job is done again.",
            UserWarning,
            stacklevel=5,
        )
        return None


def _outcome(facts: dict[str, Any], kept: Any, address: str) -> Outcome:
    risk = kept[address] if facts["status"] == "ok" else None
    return Outcome(risk=risk, **facts)


def is_kept(result: JobResult) -> bool:
    """Whether nothing failed in a job."""
    return all(one.status != "failed" for both in result.outcomes.values() for one in both.both)


def save_job(path: Path, result: JobResult) -> None:
    """Keep the result of a job in a folder that is there."""
    risks: dict[str, Any] = {}
    facts = {}
    for number, (name, outcome) in enumerate(result.outcomes.items()):
        facts[name] = [{fact: getattr(one, fact) for fact in _FACTS} for one in outcome.both]
        for kind, one in zip(_KINDS, outcome.both, strict=False):
            if one.risk is not None:
                risks[f"{kind}_{number}"] = one.risk
    record = json.dumps({"outcomes": facts, "warnings": result.warnings})
    aside = path.with_name(f".{path.stem}-{uuid.uuid4().hex}.part")
    try:
        with aside.open("wb") as file:
            np.savez(file, record=np.array(record), **risks)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
