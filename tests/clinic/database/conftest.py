"""Homes in a folder that every user of the machine can pass, and processes that start the database and die."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from facialis_clinic import database
from tests.clinic import places

PARENT = """
import signal, sys, time
from pathlib import Path
from facialis_clinic import database
from tests.clinic import places
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs behind it deaf to Ctrl-C
server = database.start(Path(sys.argv[1]))
print(server.url("owner"), flush=True)
time.sleep(600)
"""
ROOT = os.geteuid() == 0
DEBIAN = Path("/usr/lib/postgresql/15/bin")
as_root = pytest.mark.skipif(not ROOT, reason="needs root: the server runs as another user")


def processes_of(home: Path) -> list[int]:
    """Return the processes whose command line or folder lies in `home`; backends show it by their folder alone."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes() + os.fsencode((entry / "cwd").readlink())
            except OSError:
                continue
            if os.fsencode(home) in words and int(entry.name) != os.getpid():
                found.append(int(entry.name))
    return found


def until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait for a condition and tell whether it came."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def value(url: str, query: str) -> object:
    """Return the one value that a query gives."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def change(url: str, statement: str) -> None:
    """Run one statement."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def place() -> Iterator[Path]:
    """Return an empty folder that other users can pass, which pytest's own is not."""
    folder = places.folder("facialis-test-")
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """Return a home whose database was made and stopped; the homes of the tests are copies of it."""
    folder = places.folder("facialis-made-")
    folder.chmod(0o755)
    database.start(folder / "home").stop()
    yield folder / "home"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(made: Path, place: Path) -> Path:
    """Return a stopped home with a database."""
    subprocess.run(["cp", "-a", made, place / "home"], check=True)
    return place / "home"


@pytest.fixture
def server(home: Path) -> Iterator[database.Server]:
    """Return a running server."""
    running = database.start(home)
    yield running
    running.stop()


@pytest.fixture
def parent() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return a function that starts the database of a home in a process of its own and waits until it runs."""
    begun: list[subprocess.Popen[str]] = []

    def begin(home: Path, script: str = PARENT) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", script, home], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        begun.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://"), process.communicate()[1]
        return process

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def as_ordinary_user(place: Path) -> Callable[[str, Path], subprocess.CompletedProcess[str]]:
    """Return a function that runs a script with a folder as an ordinary user; for root that is ``nobody``."""
    options: dict[str, object] = {}
    python = sys.executable
    if ROOT:
        nobody = pwd.getpwnam("nobody")
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        environment = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        usual = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
        for python in (sys.executable, usual):
            try:
                words = [python, "-c", "import facialis_clinic.database"]
                if not subprocess.run(words, cwd="/", env=environment, capture_output=True, **options).returncode:
                    break
            except OSError:
                continue
        else:
            pytest.skip("no Python that an ordinary user of this machine can run")
        os.chown(place, nobody.pw_uid, -1)
        options["env"] = environment

    def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
        words = [python, "-c", script, folder]
        return subprocess.run(words, cwd="/", capture_output=True, text=True, timeout=60, **options)

    return run


@pytest.fixture
def debian(place: Path) -> Iterator[str]:
    """Return the address of a superuser on a running PostgreSQL 15 of the machine."""
    if not (DEBIAN / "initdb").exists():
        pytest.skip("PostgreSQL 15 is not installed on this machine")
    options: dict[str, object] = {}
    if ROOT:
        user = pwd.getpwnam("postgres")
        os.chown(place, user.pw_uid, -1)
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data = place / "data"
    words = [DEBIAN / "initdb", "-D", data, "-U", "chief", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run(words, check=True, capture_output=True, cwd="/", **options)
    words = [DEBIAN / "pg_ctl", "-D", data, "-w", "-o", f"-k {place} -c listen_addresses= -c fsync=off"]
    subprocess.run([*words, "-l", data / "log", "start"], check=True, capture_output=True, cwd="/", **options)
    yield f"postgresql://chief@/postgres?host={place}"
    subprocess.run([*words[:4], "-m", "immediate", "stop"], check=True, capture_output=True, cwd="/", **options)
