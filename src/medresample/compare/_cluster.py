"""Who does the jobs on a Dask cluster? Workers of the same versions, each keeping to its job."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import metadata
from itertools import islice
from typing import Any

from joblib import parallel_config
from joblib.parallel import ThreadingBackend
from threadpoolctl import threadpool_limits

from medresample._core.extras import load_extra
from medresample.compare._record import versions

# Seconds that a scheduler may take to answer, and the first worker to come up.
PATIENCE = 10.0
PATIENCE_WITH_WORKERS = 10.0


@contextmanager
def dask_cluster(address: str) -> Iterator[None]:
    """Let joblib, and with it a comparison, use the workers of a Dask cluster that is there.

    Parameters
    ----------
    address : str
        Where its scheduler listens, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    ConnectionError
        If no scheduler answers there, or no worker is with it.
    MissingExtraError
        Without the packages of the extra ``dask``.
    """
    distributed = load_extra("distributed", "a Dask cluster", extra="dask")
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ConnectionError(
            f"No Dask scheduler answers at {address!r} ({_first_line(error)}). Start one with "
            "'dask scheduler'; it prints its address, such as tcp://10.0.0.5:8786."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_WITH_WORKERS)
        except TimeoutError as error:
            raise ConnectionError(
                f"The Dask scheduler at {address!r} has no workers. Start some "
                f"with 'dask worker {address}'."
            ) from error
        with parallel_config(backend="dask", client=client):
            yield


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def is_cluster(backend: Any) -> bool:
    """Whether a backend of joblib is a way to a Dask cluster."""
    return hasattr(backend, "client")


def call_on_cluster(
    backend: Any, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]], *shared: Any
) -> Iterator[Any]:
    """Results of a function, in the order in which they arrive.

    With the client and the settings of joblib's backend, but by Dask's own means: joblib waits for
    ever for a job whose worker was killed. What is ``shared`` by the calls is sent once, not with
    every call; workers pass it on among themselves, so that it stays if one of them is lost.
    """
    from distributed import as_completed

    client, settings = backend.client, getattr(backend, "submit_kwargs", {})
    n_workers = backend.effective_n_jobs(None)  # waits for the first worker
    check_workers(client)
    there = {
        id(thing): client.scatter(thing, broadcast=True, hash=False)
        for thing in shared
        if thing is not None
    }
    waiting = iter(calls)
    underway = as_completed(loop=client.loop, with_results=True)

    def begin(n: int) -> None:
        for call in islice(waiting, n):
            parts = [there.get(id(part), part) for part in call]
            underway.add(client.submit(_keep_to_itself, function, *parts, pure=False, **settings))

    try:
        begin(2 * n_workers)
        for _, result in underway:
            begin(1)
            yield result
    finally:
        client.cancel(list(underway.futures))


def _keep_to_itself(function: Callable[..., Any], *parts: Any) -> Any:
    """Call a function in a worker of a cluster as in a process of this machine.

    What is parallel inside of a job goes to no other worker. BLAS has one thread, and keeps it: its
    limit belongs to the process, and would be lifted for the jobs of other threads of the worker.
    """
    threadpool_limits(limits=1, user_api="blas")
    with parallel_config(backend=ThreadingBackend(nesting_level=1), n_jobs=1):
        return function(*parts)


def check_workers(client: Any) -> None:
    """Refuse workers that would compute something else: those of other versions.

    The scheduler unpickles what it hands on, and is asked too.
    """
    differing: dict[str, list[str]] = {}
    for package, ours in versions().items():
        # Functions of the standard library, so that a worker without this package can answer.
        asked = (platform.python_version,) if package == "python" else (metadata.version, package)
        answers = client.run(*asked, on_error="return")
        answers["the scheduler"] = _answer_of_scheduler(client, *asked)
        for machine, theirs in answers.items():
            if theirs != ours:
                found = theirs if isinstance(theirs, str) else "none"
                differing.setdefault(machine, []).append(f"{package} {found} (here {ours})")
    if differing:
        machine, what = next(iter(differing.items()))
        others = f", and {len(differing) - 1} more have others too" if len(differing) > 1 else ""
        raise RuntimeError(
            "The cluster has other versions, and would compute something else: "
            f"{machine} has {', '.join(what)}{others}. Install the same versions on every machine."
        )


def _answer_of_scheduler(client: Any, function: Callable[..., Any], *parts: Any) -> Any:
    try:
        return client.run_on_scheduler(function, *parts)
    except metadata.PackageNotFoundError as error:
        return error
