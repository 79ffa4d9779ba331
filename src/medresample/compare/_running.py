"""Who does the jobs? Whatever joblib is told; with a store, only what is not done yet."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path

from joblib import Parallel, delayed
from joblib.parallel import get_active_backend
from threadpoolctl import threadpool_limits

from medresample.compare._input import Data
from medresample.compare._jobs import Job, JobResult, run_job
from medresample.compare._progress import Progress
from medresample.compare._recording import hold_filters
from medresample.compare._routes import Route
from medresample.compare._store import Store, is_kept, load_job, open_folder, save_job
from medresample.compare._thresholds import ThresholdRule
from medresample.compare._work import Work


def run_jobs(
    work: Work, n_jobs: int | None, progress: bool | str, store: Store | None
) -> list[JobResult]:
    """Results in the order of the jobs, whatever the order in which they arrive."""
    paths = [None if store is None else store.path(job) for job in work.jobs]
    again = store is not None and store.resume
    if store is not None:
        open_folder(store.folder)
    results = [_found(path, again) for path in paths]
    left = [number for number, result in enumerate(results) if result is None]
    meter = Progress(len(left), progress)
    meter.say_found(len(paths) - len(left))
    calls = (
        delayed(_do_job)(i, work.jobs[i], work.routes, work.rule, work.data, paths[i], again)
        for i in left
    )
    backend, _ = get_active_backend()
    streams = getattr(backend, "supports_return_generator", False)
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered" if streams else "list")
    # One thread per job; the limit is also held here, around all jobs, because in the threading
    # backend the first job to end would lift it for the others.
    with threadpool_limits(limits=1), hold_filters():
        arriving: Iterator[tuple[int, JobResult]] = iter(parallel(calls) if left else ())
        for number, result in arriving:
            results[number] = result
            _keep_here(paths[number], result)
            meter.step()
    return [result for result in results if result is not None]


def find_done(work: Work, store: Store) -> list[bool]:
    """Say which jobs a run would find in the store; their files are not opened."""
    return [store.resume and store.path(job).exists() for job in work.jobs]


def _found(path: Path | None, resume: bool) -> JobResult | None:
    """A job that was finished before; a file that is damaged or not wanted goes."""
    if path is None:
        return None
    result = load_job(path) if resume else None
    if result is None:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    return result


def _do_job(
    number: int,
    job: Job,
    routes: tuple[Route, ...],
    rule: ThresholdRule,
    data: Data,
    path: Path | None,
    resume: bool,
) -> tuple[int, JobResult]:
    """Do a job where the worker is, and keep its result if the folder is there too."""
    if path is None:
        return number, run_job(job, routes, rule, data)
    found = load_job(path) if resume else None  # another process may have been faster
    if found is not None:
        return number, found
    result = run_job(job, routes, rule, data)
    if is_kept(result):
        with contextlib.suppress(OSError):  # the main process tries again
            save_job(path, result)
    return number, result


def _keep_here(path: Path | None, result: JobResult) -> None:
    """Keep what a worker could not: it may be on a machine without the folder."""
    if path is None or path.exists() or not is_kept(result):
        return
    try:
        save_job(path, result)
    except OSError as error:
        warnings.warn(
            f"A finished job could not be kept in store= ({error}); it will be done again.",
            UserWarning,
            stacklevel=4,
        )
