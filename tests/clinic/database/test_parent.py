"""The server ends with the process that started it, and the next start cleans up."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from facialis_clinic import database
from tests.clinic.database.conftest import PARENT, change, processes_of, until, value

Begin = Callable[..., subprocess.Popen[str]]
FORKS_A_CHILD = PARENT.replace(
    "time.sleep(600)",
    "import os\nif os.fork() == 0: time.sleep(4); os._exit(0)\nprint('forked', flush=True)\ntime.sleep(600)",
)


@pytest.mark.parametrize("order", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda order: order.name)
def test_the_server_ends_with_its_parent(order: signal.Signals, home: Path, parent: Begin) -> None:
    process = parent(home)
    url = database.running(home, "owner")
    assert url
    change(url, "CREATE TABLE visit (n int); INSERT INTO visit VALUES (7)")
    process.send_signal(order)
    process.wait(10)
    assert until(lambda: not processes_of(home))
    assert not (home / "database.running").exists()
    assert not (home / "database" / "cluster" / "postmaster.pid").exists()
    server = database.start(home)
    assert value(server.url("app"), "SELECT n FROM visit") == 7
    server.stop()


def test_a_forked_child_that_holds_the_pipe_does_not_keep_the_server_alive(home: Path, parent: Begin) -> None:
    process = parent(home, FORKS_A_CHILD)
    assert process.stdout is not None
    assert process.stdout.readline() == "forked\n"
    process.kill()
    process.wait(10)
    assert until(lambda: database.running(home) is None, 3)


def test_the_next_start_waits_for_the_server_of_a_killed_parent(home: Path, parent: Begin) -> None:
    process = parent(home)
    process.kill()
    process.wait(10)
    server = database.start(home)  # at once: the old one is still shutting down
    assert value(server.url("app"), "SELECT 1") == 1
    server.stop()


def test_everything_killed_at_once_leaves_a_home_that_starts(home: Path, parent: Begin) -> None:
    process = parent(home)
    # In one breath: the server ends properly within milliseconds of its parent.
    subprocess.run(["kill", "-9", *map(str, processes_of(home))], check=False)
    process.wait(10)
    assert until(lambda: not processes_of(home))
    # The numbers of processes come again: this one's in the stale file must not stop the next start.
    stale = home / "database" / "cluster" / "postmaster.pid"
    words = stale.read_text().splitlines()
    stale.write_text("\n".join(["1", *words[1:]]) + "\n")
    server = database.start(home)
    assert value(server.url("app"), "SELECT 1") == 1
    server.stop()


def test_a_second_process_is_told_that_the_database_runs_already(home: Path, parent: Begin) -> None:
    process = parent(home)
    with pytest.raises(database.DatabaseError, match=rf"already runs \(process {process.pid}\)") as told:
        database.start(home)
    assert "\n" not in str(told.value)
    assert database.running(home)


def test_a_kill_while_the_database_is_being_made_leaves_a_home_that_starts(place: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", PARENT, place / "home"], stdout=subprocess.PIPE)
    assert until(lambda: (place / "home" / "database" / "cluster.new" / "base").is_dir())
    process.kill()
    process.communicate()
    server = database.start(place / "home")
    assert value(server.url("app"), "SELECT 1") == 1
    server.stop()
    assert not (place / "home" / "database" / "cluster.new").exists()
    assert not (place / "home" / "database" / "password").exists()
