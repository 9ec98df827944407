"""Who measures: workers in this process, or those of a cluster that is already there.

Here nothing listens, not even on the loopback: scheduler and workers talk within the process, and each worker has its
clips measured by a process of its own. A scheduler elsewhere is spoken to over TLS with certificates on both sides,
because it unpickles what it is sent: who can speak to it can run programs on it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facialis.cohort import CohortError, worker

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

CONNECT_S = 15
WORKERS_S = 60


@dataclass(frozen=True)
class Cluster:
    """A cluster that is already there.

    Attributes
    ----------
    address : str
        ``tls://HOST:PORT``; ``tcp://HOST:PORT`` only where ``insecure``.
    ca, cert, key : Path or None
        The authority that both sides trust, and the certificate and key of this side (PEM); those of dask's own
        configuration where not given.
    insecure : bool
        Speak to a scheduler without encryption.
    """

    address: str
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    insecure: bool = False


@contextmanager
def engine(workers: int, cluster: Cluster | None = None) -> Iterator[Client]:
    """Connect to the cluster, or without one set up so many workers here.

    Parameters
    ----------
    workers : int
        How many clips are measured at once here.
    cluster : Cluster, optional
        Where to measure instead.

    Yields
    ------
    Client
        With at least one worker that is ready to measure.

    Raises
    ------
    CohortError
        If the engine is not installed, the scheduler does not answer or must not be trusted, or a worker is not ready.
    NetsMissing
        If the nets are not here, where they are needed.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise CohortError("many recordings need dask: pip install 'facialis[cohort]'") from error
    with _quiet(), _here(workers) if cluster is None else _there(cluster) as client:
        yield client


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _here(workers: int) -> Iterator[Client]:
    import dask
    from distributed import Client, Scheduler, SpecCluster, Worker

    from facialis.face import nets

    nets.check()

    class Silent:
        """Even with its dashboard off dask answers HTTP on every interface; here nothing listens."""

        def start_http_server(self, *words: Any, **options: Any) -> None:
            pass

    class SilentScheduler(Silent, Scheduler):
        pass

    class SilentWorker(Silent, Worker):
        pass

    within = {"protocol": "inproc://", "dashboard": False}
    each = {"cls": SilentWorker, "options": within | {"nthreads": 1, "memory_limit": None}}
    usual = {"distributed.worker.profile.enabled": False, "distributed.worker.daemon": True}
    worker.begin()
    with (
        dask.config.set(usual),
        SpecCluster(
            workers=dict.fromkeys(range(workers), each), scheduler={"cls": SilentScheduler, "options": within}
        ) as cluster,
        Client(cluster) as client,
    ):
        try:
            yield client
        finally:
            worker.stop()


@contextmanager
def _there(cluster: Cluster) -> Iterator[Client]:
    from distributed import Client

    security = _security(cluster)
    try:
        client = Client(cluster.address, security=security, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        why = f"the scheduler {cluster.address} does not answer ({error.__cause__ or error})"
        raise CohortError(f"{why}; is it started, and does it know these certificates?") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WORKERS_S)
        except TimeoutError as error:
            raise CohortError(f"the scheduler {cluster.address} has no workers; start some") from error
        _check(client)
        yield client


def _check(client: Client) -> None:
    """Refuse workers that could not measure, or would measure otherwise."""
    here = version("facialis")
    for name, (there, missing) in client.run(worker.ready).items():
        if there != here:
            raise CohortError(f"the worker {name} has Facialis {there}, here it is {here}; use one version")
        if missing:
            raise CohortError(f"the worker {name} cannot measure: {missing}")


def _security(cluster: Cluster) -> Security:
    from distributed.security import Security

    kind = cluster.address.partition("://")[0]
    if kind == "tcp" and cluster.insecure:
        return Security(require_encryption=False)
    if kind != "tls":
        raise CohortError(f"--scheduler {cluster.address}: give tls://HOST:PORT; tcp:// only with --insecure")
    given = {"tls_ca_file": cluster.ca, "tls_client_cert": cluster.cert, "tls_client_key": cluster.key}
    for path in given.values():
        if path is not None and not path.is_file():
            raise CohortError(f"{path}: no such file; give a certificate or key in PEM")
    named = {name: str(path) for name, path in given.items() if path is not None}
    security = Security(require_encryption=True, **named)
    if not all(getattr(security, name) for name in given):
        raise CohortError("a scheduler is spoken to over TLS: give --tls-ca, --tls-cert and --tls-key")
    return security


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the engine's own log off standard error: what went wrong is said in one line, or in the clip's row."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    before = {logger: logger.level for logger in map(logging.getLogger, names)}
    for logger in before:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before.items():
            logger.setLevel(level)
