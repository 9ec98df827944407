"""A cluster is spoken to over TLS or not at all, and every trouble with it is one line."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from distributed import Scheduler, SpecCluster, Worker
from distributed.security import Security

from facialis.cohort import CohortError, engine, worker
from facialis.cohort.clips import find
from facialis.cohort.engine import Cluster
from facialis.cohort.parts import Parts
from facialis.cohort.run import Run


class Quiet:
    """No HTTP."""

    def start_http_server(self, *words: Any, **options: Any) -> None:
        pass


class QuietScheduler(Quiet, Scheduler):
    pass


class QuietWorker(Quiet, Worker):
    pass


@pytest.fixture(scope="module")
def security() -> Security:
    return Security.temporary()


def papers(security: Security, folder: Path) -> dict[str, Path]:
    """Write authority, certificate and key as files."""
    folder.mkdir()
    files = {}
    for name, kept in (("ca", "tls_ca_file"), ("cert", "tls_client_cert"), ("key", "tls_client_key")):
        files[name] = folder / f"{name}.pem"
        files[name].write_text(getattr(security, kept))
    return files


@contextmanager
def cluster(security: Security, workers: int = 1) -> Iterator[SpecCluster]:
    """Serve a cluster on the loopback, over TLS."""
    within = {"protocol": "tls://", "host": "127.0.0.1", "security": security, "dashboard": False}
    each = {"cls": QuietWorker, "options": within | {"nthreads": 1, "memory_limit": None}}
    scheduler = {"cls": QuietScheduler, "options": within | {"port": 0}}
    worker.begin()
    try:
        with SpecCluster(dict.fromkeys(range(workers), each), scheduler, security=security) as made:
            yield made
            worker.stop()
    finally:
        worker.stop()


def test_a_cohort_is_measured_on_a_cluster(
    security: Security, cohort: Callable[..., Path], measured: object, nets: object, tmp_path: Path
) -> None:
    run = Run(find(cohort("a.mp4", "crash.mp4", "z.mp4")).clips, Parts(tmp_path / "table.parts"))
    run.parts.folder.mkdir()
    with cluster(security, workers=2) as there:
        address = there.scheduler_address
        assert address.startswith("tls://127.0.0.1:")
        with engine.engine(1, Cluster(address, **papers(security, tmp_path / "papers"))) as client:
            run.go(client)
    assert [run.part(clip) is not None for clip in run.clips] == [True, False, True]


def test_a_stranger_is_not_let_in(security: Security, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CONNECT_S", 1)
    stranger = papers(Security.temporary(), tmp_path / "papers")
    with cluster(security, workers=0) as there, pytest.raises(CohortError, match="does not answer") as refused:
        engine.engine(1, Cluster(there.scheduler_address, **stranger)).__enter__()
    assert "\n" not in str(refused.value)


def test_a_cluster_without_workers_is_said(security: Security, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WORKERS_S", 0.2)
    with cluster(security, workers=0) as there, pytest.raises(CohortError, match="has no workers"):
        engine.engine(1, Cluster(there.scheduler_address, **papers(security, tmp_path / "papers"))).__enter__()


def test_a_cluster_with_another_version_is_refused(
    security: Security, tmp_path: Path, nets: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "version", lambda name: "0.0.1")
    with cluster(security) as there, pytest.raises(CohortError, match=r"has Facialis 0\.0\.1, here it is 0\.1\.0"):
        engine.engine(1, Cluster(there.scheduler_address, **papers(security, tmp_path / "papers"))).__enter__()


# dask leaves the socket of its last try to reconnect for the garbage collector, which runs here, where it is expected.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
def test_a_cluster_that_is_lost_ends_the_run_and_leaves_what_is_finished(
    security: Security, cohort: Callable[..., Path], measured: Callable[[], list[str]], nets: object, tmp_path: Path
) -> None:
    run = Run(find(cohort("a.mp4", "slow.mp4")).clips, Parts(tmp_path / "table.parts"))
    run.parts.folder.mkdir()
    with cluster(security, workers=2) as there:
        given = Cluster(there.scheduler_address, **papers(security, tmp_path / "papers"))
        timer = threading.Timer(1.5, lambda: (worker.stop(), there.close()))
        with engine.engine(1, given) as client:
            timer.start()
            with pytest.raises(CohortError, match="the cluster was lost"):
                run.go(client)
        timer.join()
    gc.collect()
    assert run.part(run.clips[0])


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "inproc://a", "http://127.0.0.1:9", "tls:"])
def test_only_tls_is_spoken_unless_asked_otherwise(address: str) -> None:
    with pytest.raises(CohortError, match=r"--insecure|--tls-ca"):
        engine.engine(1, Cluster(address)).__enter__()


def test_insecure_allows_tcp_and_silence_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CONNECT_S", 0.3)
    with pytest.raises(CohortError, match="does not answer") as refused:
        engine.engine(1, Cluster("tcp://127.0.0.1:9", insecure=True)).__enter__()
    assert "\n" not in str(refused.value)


def test_certificates_must_be_files(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match="no such file"):
        engine.engine(1, Cluster("tls://127.0.0.1:9", ca=tmp_path / "ca.pem")).__enter__()
    with pytest.raises(CohortError, match="--tls-ca, --tls-cert and --tls-key"):
        engine.engine(1, Cluster("tls://127.0.0.1:9")).__enter__()


def test_without_dask_it_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(CohortError, match=r"facialis\[cohort\]"):
        engine.engine(1).__enter__()
