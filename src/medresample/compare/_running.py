"""Who does the jobs? Whatever joblib is told; with a store, only what is not done yet."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from joblib import Parallel, delayed
from joblib.parallel import get_active_backend
from threadpoolctl import threadpool_limits

from medresample.compare._cluster import call_on_cluster, is_cluster
from medresample.compare._input import Data
from medresample.compare._jobs import Job, JobResult, Manner, run_job
from medresample.compare._progress import Progress
from medresample.compare._recording import hold_filters
from medresample.compare._store import Store, is_kept, load_job, open_folder, save_job
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
    # One thread per job; the limit is also held here, around all jobs, because in the threading
    # backend the first job to end would lift it for the others.
    with threadpool_limits(limits=1), hold_filters():
        for number, result in _arriving(work, left, n_jobs, paths, again):
            results[number] = result
            _keep_here(paths[number], result)
            meter.step(work.jobs[number], result)
    return [result for result in results if result is not None]


def _arriving(
    work: Work, left: list[int], n_jobs: int | None, paths: list[Path | None], resume: bool
) -> Iterable[tuple[int, JobResult]]:
    """Jobs with their numbers, as they are done, or all at the end if joblib's backend is so."""
    data, outside = _as_sent(work.data, work), _as_sent(work.outside, work)
    calls = (
        (
            number,
            work.jobs[number],
            work.manner,
            data,
            outside if work.jobs[number].external else None,
            paths[number],
            resume,
        )
        for number in left
    )
    backend, _ = get_active_backend()
    if not left:
        return ()
    if is_cluster(backend):
        return call_on_cluster(backend, _do_job, calls, data, outside)
    streams = getattr(backend, "supports_return_generator", False)
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered" if streams else "list")
    return parallel(delayed(_do_job)(*call) for call in calls)


def _as_sent(table: Data | None, work: Work) -> Data | None:
    """A table once, and not also in the form that pipelines are given, unless there are some."""
    leads = [method.classifier for method in work.methods if method.classifier is not None]
    routes = [*work.routes, *(route.led_by(lead) for route in work.routes for lead in leads)]
    if table is None or any(route.own for route in routes):
        return table
    return replace(table, raw=table.values)


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
    manner: Manner,
    data: Data,
    outside: Data | None,
    path: Path | None,
    resume: bool,
) -> tuple[int, JobResult]:
    """Do a job where the worker is, and keep its result if the folder is there too."""
    if path is None:
        return number, run_job(job, manner, data, outside)
    found = _found_meanwhile(path) if resume else None
    if found is not None:
        return number, found
    result = run_job(job, manner, data, outside)
    if is_kept(result):
        with contextlib.suppress(OSError):  # the main process tries again
            save_job(path, result)
    return number, result


def _found_meanwhile(path: Path) -> JobResult | None:
    """What another process may have done by now, if the folder can be read here."""
    try:
        return load_job(path)
    except OSError:
        return None


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
