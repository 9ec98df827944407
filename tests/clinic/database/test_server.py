"""An embedded server starts, stops and comes back, whatever ends it."""

from __future__ import annotations

import os
import signal
import stat
import threading
import time
from pathlib import Path

import psycopg
import pytest

from facialis_clinic import database
from facialis_clinic.postgres import watch
from tests.clinic.database.conftest import change, processes_of, until, value


def test_a_new_home_gets_a_database_that_both_roles_can_use(place: Path) -> None:
    server = database.start(place / "home")
    try:
        assert (
            value(server.url("app"), "SELECT current_user || ' in ' || current_database()")
            == "facialis_app in facialis"
        )
        assert value(server.url("owner"), "SELECT current_user") == "facialis_owner"
        assert value(server.url("owner"), "SELECT lower('ÄÉŁ') || ('Z' < 'a')::text") == "äéłtrue"
        assert value(server.url("owner"), "SHOW data_checksums") == "on"
        assert value(server.url("owner"), "SHOW listen_addresses") == ""
    finally:
        server.stop()


def test_stopping_leaves_no_process_and_no_socket_and_keeps_the_rows(home: Path) -> None:
    server = database.start(home)
    change(server.url("owner"), "CREATE TABLE visit (n int); INSERT INTO visit VALUES (7)")
    server.stop()
    assert not server.alive()
    assert not processes_of(home)
    assert not list((home / "database" / "run").iterdir())
    assert database.running(home) is None
    again = database.start(home)
    assert value(again.url("app"), "SELECT n FROM visit") == 7
    again.stop()


def test_a_second_start_is_quick(home: Path) -> None:
    began = time.monotonic()
    server = database.start(home)
    took = time.monotonic() - began
    server.stop()
    assert took < 3


def test_starting_a_home_twice_in_one_process_gives_the_same_server(server: database.Server, home: Path) -> None:
    assert database.start(home) is server
    assert database.start(home / ".." / home.name) is server


def test_two_homes_run_side_by_side_and_share_nothing(server: database.Server, place: Path) -> None:
    other = database.start(place / "other")
    try:
        change(server.url("owner"), "CREATE TABLE only_here (n int)")
        assert value(other.url("owner"), "SELECT to_regclass('only_here')") is None
        secret = server.url("app").split(":")[2].split("@")[0]
        assert secret not in other.url("app")
    finally:
        other.stop()
    assert server.alive()


def test_threads_that_start_one_home_at_once_get_one_server(home: Path) -> None:
    found: list[database.Server] = []
    threads = [threading.Thread(target=lambda: found.append(database.start(home))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    time.sleep(2 * watch.PARENT_EVERY)  # the thread that started the server is gone by now; the process is not
    assert found[0].alive()
    found[0].stop()


def test_a_killed_postgres_is_noticed_and_started_again_with_what_was_committed(home: Path) -> None:
    server = database.start(home)
    change(server.url("owner"), "CREATE TABLE visit (n int); INSERT INTO visit VALUES (7)")
    postmaster = int((home / "database" / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    assert until(lambda: not server.alive())
    assert database.running(home) is None
    again = database.start(home)
    assert again is not server
    assert value(again.url("app"), "SELECT n FROM visit") == 7
    server.stop()  # the dead one; the living one goes on
    assert again.alive()
    assert database.running(home) == again.url("app")
    again.stop()
    assert not processes_of(home)


def test_a_killed_watcher_takes_the_server_along(home: Path) -> None:
    server = database.start(home)
    server._watcher.send_signal(signal.SIGKILL)
    assert until(lambda: not processes_of(home))
    assert not server.alive()
    again = database.start(home)
    assert value(again.url("app"), "SELECT 1") == 1
    again.stop()


def test_a_forked_child_does_not_stop_the_server_of_its_parent(server: database.Server) -> None:
    child = os.fork()
    if child == 0:
        alive = server.alive()
        server.stop()
        os._exit(0 if alive else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert value(server.url("app"), "SELECT 1") == 1


def test_a_second_process_finds_the_running_server(server: database.Server, home: Path) -> None:
    assert database.running(home) == server.url("app")
    assert database.running(home, "owner") == server.url("owner")


def test_nothing_runs_for_a_home_that_is_not_there(place: Path) -> None:
    assert database.running(place / "none") is None


def test_a_lost_password_of_a_role_is_made_anew(home: Path) -> None:
    (home / "secrets" / "database_app").unlink()
    server = database.start(home)
    assert value(server.url("app"), "SELECT 1") == 1
    server.stop()


def test_a_wrong_password_is_refused(server: database.Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url("app"), password="wrong").close()


def test_the_log_is_turned_over_by_size_and_stays_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOG_BYTES", 1000)
    log = watch.Log(tmp_path / "database.log")
    for number in range(100):
        log.write(b"%099d\n" % number)
    log.close()
    kept = sorted(tmp_path.iterdir())
    assert [path.name for path in kept] == ["database.log", "database.log.1", "database.log.2", "database.log.3"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in kept)
    assert b"%099d\n" % 99 in (tmp_path / "database.log").read_bytes() + (tmp_path / "database.log.1").read_bytes()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    log = watch.Log(tmp_path / "no such folder" / "database.log")
    log.write(b"word\n")
    log.close()
    assert list(tmp_path.iterdir()) == []
