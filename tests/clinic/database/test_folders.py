"""Everything lies in the home, private; a home that will not do is refused in one line."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from facialis_clinic import database
from facialis_clinic.postgres import folders
from tests.clinic.database.conftest import as_root, value
from tests.clinic.database.test_account import STARTS

Run = Callable[[str, Path], subprocess.CompletedProcess[str]]


def refusal(home: Path) -> str:
    """Return the one line with which a start is refused."""
    with pytest.raises(database.DatabaseError) as told:
        database.start(home)
    assert "\n" not in str(told.value)
    return str(told.value)


def modes(folder: Path) -> dict[str, int]:
    """Return the permission bits of all that lies in a folder."""
    return {
        os.fspath(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode)
        for path in folder.rglob("*")
        if not path.is_symlink()
    }


def test_nobody_else_can_read_anything_of_a_running_home(server: database.Server, home: Path) -> None:
    open_to_others = {name: oct(mode) for name, mode in modes(home).items() if mode & 0o077}
    # The account of the server owns its own folder; sockets are judged by the folder that they lie in.
    assert not open_to_others
    assert modes(home)["secrets"] == 0o700
    assert modes(home)["secrets/database_app"] == 0o600
    assert modes(home)["database/run"] == 0o700
    assert modes(home)["logs/database.log"] == 0o600


def test_a_new_home_is_private_even_with_an_open_umask(place: Path) -> None:
    before = os.umask(0)
    try:
        database.start(place / "home").stop()
    finally:
        os.umask(before)
    assert not {name: oct(mode) for name, mode in modes(place / "home").items() if mode & 0o077}
    assert not stat.S_IMODE((place / "home").stat().st_mode) & 0o067


def test_no_folder_above_the_home_is_touched(place: Path) -> None:
    above = place / "above"
    above.mkdir(mode=0o751)
    (above / "beside").touch()
    home = above / "home"
    home.mkdir(mode=0o755)
    watched = [*home.parents, above / "beside"]

    def seen() -> list[tuple[int, ...]]:
        states = [path.stat() for path in watched]
        return [(state.st_mode, state.st_uid, state.st_gid) for state in states]

    before, times = seen(), [path.stat().st_ctime_ns for path in (above, above / "beside")]
    database.start(home).stop()
    assert seen() == before
    assert [path.stat().st_ctime_ns for path in (above, above / "beside")] == times
    assert sorted(os.listdir(above)) == ["beside", "home"]


@pytest.mark.parametrize(
    "name", ["two words", "Übung Ελλάδα 東京", 'it\'s "quoted", with a comma', "100%", "a" * 200 + "/" + "ü" * 100]
)
def test_a_home_may_have_any_name_and_a_very_long_one(name: str, made: Path, place: Path) -> None:
    home = place / name
    home.mkdir(parents=True)
    subprocess.run(["cp", "-a", f"{made}/.", home], check=True)
    server = database.start(home)
    try:
        assert value(server.url("app"), "SELECT 1") == 1
        assert database.running(home) == server.url("app")
        socket = Path(database.settings_of(server.url())["HOST"])
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert len(os.fsencode(socket / folders.SOCKET)) <= folders.SOCKET_BYTES
    finally:
        server.stop()
    assert socket.is_relative_to(home) or not socket.exists()


def test_a_temporary_folder_that_somebody_else_made_is_not_taken(made: Path, place: Path) -> None:
    home = place / ("a" * 100)
    subprocess.run(["cp", "-a", made, home], check=True)
    server = database.start(home)
    socket = Path(database.settings_of(server.url())["HOST"])
    server.stop()
    socket.symlink_to(place)
    try:
        server = database.start(home)
        other = Path(database.settings_of(server.url())["HOST"])
        server.stop()
        assert other != socket
        assert socket.is_symlink()
    finally:
        socket.unlink()


def test_a_home_with_an_endless_name_is_refused(place: Path) -> None:
    assert f"at most {folders.LONGEST_HOME} bytes" in refusal(place.joinpath(*["a" * 200] * 5))
    assert "control characters" in refusal(place / "two\nlines")


def test_a_home_that_is_a_file_is_refused(place: Path) -> None:
    (place / "home").write_text("mine")
    assert "choose a FACIALIS_HOME that can be written" in refusal(place / "home")
    assert (place / "home").read_text() == "mine"


def test_a_home_that_cannot_be_written_is_refused(place: Path, as_ordinary_user: Run) -> None:
    place.chmod(0o555)
    done = as_ordinary_user(STARTS, place / "home")
    assert done.stderr == f"one line: {place}/home: Permission denied: choose a FACIALIS_HOME that can be written\n"


@as_root
def test_a_home_of_another_user_is_refused(home: Path, as_ordinary_user: Run) -> None:
    done = as_ordinary_user(STARTS, home)
    assert done.stderr.startswith("one line: ")
    assert done.stderr.count("\n") == 1
    assert "Permission denied" in done.stderr or "belongs to" in done.stderr


@as_root
def test_a_full_disk_is_told_in_one_line_and_leaves_no_half_database(place: Path) -> None:
    small = place / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", small], capture_output=True).returncode:
        pytest.skip("this machine allows no small disk to be mounted")
    try:
        assert "No space left on device" in refusal(small / "home")
        assert not (small / "home" / "database" / "cluster").exists()
        assert not (small / "home" / "database" / "cluster.new").exists()
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_database_of_another_major_version_is_refused(home: Path) -> None:
    (home / "database" / "cluster" / "PG_VERSION").write_text("17\n")
    assert "is of PostgreSQL 17, this release brings 18" in refusal(home)


def test_a_folder_that_is_no_database_is_refused(home: Path) -> None:
    (home / "database" / "cluster" / "PG_VERSION").unlink()
    assert "is no database" in refusal(home)


@pytest.mark.parametrize(
    ("file", "words"),
    [("global/pg_control", "pg_control"), ("pg_wal", "pg_wal"), ("postgresql.conf", "contains errors")],
)
def test_a_damaged_database_is_told_in_one_line(file: str, words: str, home: Path) -> None:
    path = home / "database" / "cluster" / file
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.write_text("this_is_wrong = 1\n")
    said = refusal(home)
    assert "did not start" in said
    assert words in said
    assert "restore a backup into a new home" in said
    assert database.running(home) is None


def test_a_lost_password_of_the_administrator_is_told(home: Path) -> None:
    (home / "secrets" / "database_admin").unlink()
    assert "secrets/database_admin is missing: put it back" in refusal(home)
