"""For root the server runs as somebody else; nobody's folders are opened for that."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from facialis_clinic import database
from facialis_clinic.postgres import account, binaries
from tests.clinic.database.conftest import as_root, processes_of, value

Run = Callable[[str, Path], subprocess.CompletedProcess[str]]
STARTS = """
import os, sys
from pathlib import Path
import psycopg
from facialis_clinic import database
try:
    server = database.start(Path(sys.argv[1]))
except database.DatabaseError as error:
    sys.exit(f"one line: {error}")
with psycopg.connect(server.url()) as connection:
    print(connection.execute("SELECT current_user").fetchone()[0])
server.stop()
"""


def owners(home: Path) -> set[str]:
    """Return the users whose processes work in the data folder of `home`."""
    inside = home / "database" / "cluster"
    users = set()
    for number in processes_of(home):
        if Path(f"/proc/{number}/cwd").readlink() == inside:
            users.add(pwd.getpwuid(Path(f"/proc/{number}").stat().st_uid).pw_name)
    return users


def test_an_ordinary_user_starts_the_database_as_themselves(place: Path, as_ordinary_user: Run) -> None:
    done = as_ordinary_user(STARTS, place / "home")
    assert done.stdout == "facialis_app\n", done.stderr
    assert (place / "home").stat().st_uid == (place / "home" / "database" / "cluster").stat().st_uid
    assert not processes_of(place / "home")


@as_root
def test_roots_database_runs_as_the_named_user(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(account.SETTING, "nobody")
    server = database.start(place / "home")
    assert owners(place / "home") == {"nobody"}
    server.stop()


@as_root
def test_without_a_name_it_is_the_first_of_the_usual_users_that_is_there(server: database.Server, home: Path) -> None:
    names = {entry.pw_name for entry in pwd.getpwall()}
    assert owners(home) == {next(name for name in account.USUAL if name in names)}


@as_root
def test_a_home_keeps_its_user_when_the_setting_is_gone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(account.SETTING, "nobody")
    database.start(place / "home").stop()
    monkeypatch.delenv(account.SETTING)
    server = database.start(place / "home")
    assert owners(place / "home") == {"nobody"}
    server.stop()


@as_root
@pytest.mark.parametrize(
    ("name", "words"), [("root", "does not run as root"), ("no-such-user", "no such user"), ("daemon", "belongs to")]
)
def test_a_user_that_will_not_do_is_refused_in_one_line(
    name: str, words: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name != "daemon":
        shutil.rmtree(home / "database" / "cluster")
    monkeypatch.setenv(account.SETTING, name)
    with pytest.raises(database.DatabaseError, match=words) as told:
        database.start(home)
    assert "\n" not in str(told.value)


@as_root
def test_a_folder_above_that_bars_the_user_is_named_and_left_as_it_is(place: Path) -> None:
    barred = place / "private"
    barred.mkdir(mode=0o700)
    (barred / "below").mkdir()
    before = barred.stat()
    with pytest.raises(database.DatabaseError, match=rf"cannot enter {barred}: .*/var/lib/facialis"):
        database.start(barred / "below" / "home")
    after = barred.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


@as_root
def test_a_private_home_of_root_lets_the_user_pass_and_list_nothing(place: Path) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    (home / "files").mkdir(mode=0o700)
    server = database.start(home)
    assert value(server.url(), "SELECT 1") == 1
    assert stat.S_IMODE(home.stat().st_mode) == 0o710
    server.stop()


@as_root
def test_programs_that_the_user_cannot_reach_are_copied_into_the_home(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = place / "site"
    site.mkdir(mode=0o700)
    found = binaries.installed()
    shutil.copytree(found.parent, site / binaries.PACKAGE / binaries.TREE, symlinks=True)
    for libraries in found.parents[2].glob(f"{binaries.PACKAGE}.libs"):
        shutil.copytree(libraries, site / libraries.name)
    monkeypatch.setattr(binaries, "installed", lambda: site / binaries.PACKAGE / binaries.TREE / "bin")
    server = database.start(place / "home")
    postmaster = int((place / "home" / "database" / "cluster" / "postmaster.pid").read_text().split()[0])
    assert Path(f"/proc/{postmaster}/exe").readlink().is_relative_to(place / "home" / "database")
    assert value(server.url(), "SELECT 1") == 1
    server.stop()
    assert stat.S_IMODE(site.stat().st_mode) == 0o700
    began = os.stat(place / "home" / "database").st_mtime_ns
    assert binaries.reachable(server._places, account.account(server._places.cluster)).is_relative_to(place / "home")
    assert os.stat(place / "home" / "database").st_mtime_ns == began  # the copy is there and is taken as it is


def test_a_machine_without_the_programs_is_told_what_to_install(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    with pytest.raises(database.DatabaseError, match=r"facialis\[clinic\].*DATABASE_URL"):
        database.start(place / "home")
