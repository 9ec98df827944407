"""A backup brings everything back, and what is damaged brings nothing."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from facialis.commands import CallError, main
from facialis_clinic import archive, backups, database
from facialis_clinic.postgres import dumps
from tests.clinic.backups.conftest import CHAINS_ARE_WHOLE, FILMS, NOW, contents, files, rights, run
from tests.clinic.database.conftest import as_root, change, processes_of, until, value

RELEASES = Path(__file__).parent / "releases"


def loose(home: Path) -> list[Path]:
    """Return what of a home somebody else could read."""
    kept = [home / name for name in ("files", "secrets", "database", "practice.toml")]
    paths = [path for top in kept for path in (top, *top.rglob("*"))]
    return [path for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def refusal(call: Callable[[], object]) -> str:
    """Return the one line with which a call is refused."""
    with pytest.raises(CallError) as told:
        call()
    assert "\n" not in str(told.value)
    return str(told.value)


def remade(file: Path, to: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """Write an archive anew with other parts or other facts, every hash right."""
    parts: dict[str, io.BytesIO] = {}

    class Kept(io.BytesIO):
        def close(self) -> None:
            pass

    manifest = archive.read(file, lambda name: parts.setdefault(name, Kept()))
    contents = {name: part.getvalue() for name, part in parts.items()}
    del manifest["parts"]
    change(manifest, contents)
    with to.open("wb") as stream:
        writer = archive.Writer(stream)
        for name, content in contents.items():
            writer.add(name, io.BytesIO(content), len(content))
        writer.finish(manifest)
    return to


@pytest.fixture(scope="session")
def archived(made_practice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of the practice, made while it did not run."""
    file = tmp_path_factory.mktemp("archive") / "practice.facialis"
    backups.backup(file, made_practice, now=NOW)
    assert not processes_of(made_practice)
    return file


def test_a_practice_comes_back_as_it_was(practice: Path, place: Path) -> None:
    server = database.start(practice)
    before, may = contents(server.url("owner")), rights(server.url("owner"))
    told = backups.backup(place / "one.facialis", practice, now=NOW)
    assert server.alive()
    server.stop()
    assert (told.made_at, told.files, told.files_in) == (NOW, len(FILMS), "archive")
    assert stat.S_IMODE((place / "one.facialis").stat().st_mode) == 0o600
    assert sorted(os.listdir(place)) == ["one.facialis", "practice"]

    assert backups.restore(place / "one.facialis", place / "new") == told
    assert not processes_of(place / "new")
    assert not (place / "new" / backups.DUMP).exists()
    assert files(place / "new") == files(practice)
    assert not loose(place / "new")
    assert (place / "new" / "secrets" / "database_app").read_text() != (
        practice / "secrets" / "database_app"
    ).read_text()
    again = database.start(place / "new")
    after = contents(again.url("owner"))
    for passing in ("django_session", "facialis_cache"):
        before.pop(passing)
        after.pop(passing)
    assert after == before
    assert after["accounts_user"] != ""
    assert rights(again.url("owner")) == may
    assert value(again.url("app"), "SELECT count(*) FROM django_session") == 0
    run(place / "new", "-c", CHAINS_ARE_WHOLE)
    again.stop()


def test_who_was_forgotten_since_the_backup_is_forgotten_again(practice: Path, place: Path) -> None:
    server = database.start(practice)
    backups.backup(place / "old.facialis", practice, now=NOW)
    who = value(server.url("owner"), "SELECT id FROM people_person WHERE name = 'Charlie Example'")
    server.stop()
    (place / "forgotten.jsonl").write_text(json.dumps({"person": str(who), "user": None, "at": NOW.isoformat()}) + "\n")

    backups.restore(place / "old.facialis", place / "new", place / "forgotten.jsonl")

    again = database.start(place / "new")
    assert value(again.url("app"), "SELECT count(*) FROM people_person WHERE name = 'Charlie Example'") == 0
    assert value(again.url("app"), "SELECT count(*) FROM people_person WHERE name = 'Alice Example'") == 1
    assert value(again.url("app"), "SELECT count(*) FROM people_tombstone") == 1
    run(place / "new", "-c", CHAINS_ARE_WHOLE)
    again.stop()


def test_a_list_of_the_forgotten_that_is_not_there_is_told_before_anything_is_done(archived: Path, place: Path) -> None:
    assert "--forgotten" in refusal(lambda: backups.restore(archived, place / "new", place / "nowhere.jsonl"))
    assert not (place / "new").exists()


def test_rows_that_are_written_meanwhile_are_all_in_or_all_out(practice: Path, place: Path) -> None:
    server = database.start(practice)
    change(server.url("owner"), "CREATE TABLE one (n int); CREATE TABLE two (n int)")
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with psycopg.connect(server.url("app")) as connection:
            while not done.is_set():
                connection.execute("INSERT INTO one VALUES (1)")
                connection.execute("INSERT INTO two VALUES (1)")
                connection.commit()
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(20)
    try:
        backups.backup(place / "one.facialis", practice, now=NOW)
    finally:
        done.set()
        writer.join()
        server.stop()
    manifest = archive.read(place / "one.facialis", lambda name: (place / name.replace("/", "-")).open("wb"))
    again = database.start(place / "new")
    dumps.load(again.url("owner"), place / backups.DUMP, manifest["rows"])
    assert value(again.url("app"), "SELECT (SELECT count(*) FROM one) - (SELECT count(*) FROM two)") == 0
    assert value(again.url("app"), "SELECT count(*) FROM one") != 0
    again.stop()


def test_a_film_that_is_deleted_meanwhile_is_left_out(
    practice: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = list(backups._stored(practice / "files"))
    monkeypatch.setattr(backups, "_stored", lambda top: [*listed, top / "originals" / "gone"])
    assert backups.backup(place / "one.facialis", practice, now=NOW).files == len(FILMS)


def test_a_film_on_its_way_in_is_left_out(practice: Path, place: Path) -> None:
    (practice / "files" / backups.COMING).mkdir(exist_ok=True)
    (practice / "files" / backups.COMING / "half").write_bytes(b"half")
    assert backups.backup(place / "one.facialis", practice, now=NOW).files == len(FILMS)


def test_films_in_a_bucket_are_named_and_not_copied(
    practice: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACIALIS_STORAGE", "s3://films?endpoint=https://store.example")
    assert backups.backup(place / "one.facialis", practice, now=NOW).files_in == "s3://films"


def test_an_archive_that_is_there_is_never_written_over(practice: Path, place: Path) -> None:
    (place / "one.facialis").write_text("mine")
    assert "is there already" in refusal(lambda: backups.backup(place / "one.facialis", practice, now=NOW))
    assert (place / "one.facialis").read_text() == "mine"


def test_a_backup_that_fails_leaves_nothing(practice: Path, place: Path) -> None:
    server = database.start(practice)
    change(server.url("owner"), "DROP TABLE django_migrations")
    server.stop()
    assert "django_migrations" in refusal(lambda: backups.backup(place / "one.facialis", practice, now=NOW))
    assert os.listdir(place) == ["practice"]
    assert not processes_of(practice)


def test_a_backup_that_is_ended_leaves_nothing(practice: Path, place: Path) -> None:
    with (practice / "files" / "originals" / "ab" / "long").open("wb") as film:
        film.truncate(4_000_000_000)
    words = [sys.executable, "-m", "facialis", "backup", place / "one.facialis", "--home", practice]
    process = subprocess.Popen(words)
    assert until(lambda: any(path.stat().st_size > 2_000_000 for path in place.glob(".facialis-backup-*/archive")), 60)
    process.terminate()
    assert process.wait(30) == 128 + signal.SIGTERM
    assert os.listdir(place) == ["practice"]
    assert until(lambda: not processes_of(practice))


@as_root
def test_a_full_disk_leaves_no_half_archive(practice: Path, place: Path) -> None:
    (place / "small").mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", place / "small"]
    if subprocess.run(words, capture_output=True).returncode:
        pytest.skip("this machine allows no small disk to be mounted")
    try:
        said = refusal(lambda: backups.backup(place / "small" / "one", practice, now=NOW))
        assert "No space left on device" in said
        assert not os.listdir(place / "small")
    finally:
        subprocess.run(["umount", place / "small"], check=True)


@pytest.mark.parametrize(("home", "words"), [("none", "is no home of a practice"), ("empty", "has no database")])
def test_a_home_without_a_practice_has_nothing_to_back_up(home: str, words: str, place: Path) -> None:
    (place / "empty" / "secrets").mkdir(parents=True)
    assert words in refusal(lambda: backups.backup(place / "one.facialis", place / home, now=NOW))
    assert os.listdir(place) == ["empty"]


def test_a_home_that_is_not_empty_is_left_alone(archived: Path, practice: Path) -> None:
    before = sorted(practice.rglob("*"))
    assert "is not empty" in refusal(lambda: backups.restore(archived, practice))
    assert sorted(practice.rglob("*")) == before


@pytest.mark.parametrize("way", ["cut", "flipped", "another kind", "missing"])
def test_a_damaged_archive_is_refused_and_nothing_is_written(way: str, archived: Path, place: Path) -> None:
    content = bytearray(archived.read_bytes())
    if way == "cut":
        del content[len(content) // 2 :]
    elif way == "flipped":
        content[len(content) // 2] ^= 1
    elif way == "another kind":
        content[:] = b"something else"
    if way != "missing":
        (place / "one").write_bytes(content)
    assert str(place / "one") in refusal(lambda: backups.restore(place / "one", place / "new"))
    refusal(lambda: backups.check(place / "one"))
    assert not (place / "new").exists()


def test_an_archive_of_a_newer_release_is_refused_and_nothing_is_written(archived: Path, place: Path) -> None:
    def newer(manifest: dict[str, Any], parts: dict[str, bytes]) -> None:
        manifest["facialis"] = "99.1"
        manifest["migrations"].append("people.9999_of_the_future")

    file = remade(archived, place / "one", newer)
    said = refusal(lambda: backups.restore(file, place / "new"))
    assert "was made by Facialis 99.1" in said
    assert "people.9999_of_the_future" in said
    assert not (place / "new").exists()


def test_an_archive_of_another_layout_is_refused(archived: Path, place: Path) -> None:
    file = remade(archived, place / "one", lambda manifest, parts: manifest.update(format="facialis backup 2"))
    assert "facialis backup 2" in refusal(lambda: backups.check(file))


def test_an_archive_whose_manifest_lacks_something_is_refused(archived: Path, place: Path) -> None:
    file = remade(archived, place / "one", lambda manifest, parts: manifest.pop("migrations"))
    assert "lacks migrations" in refusal(lambda: backups.check(file))


@pytest.mark.parametrize("way", ["rows", "dump"])
def test_a_restore_that_fails_half_way_leaves_nothing(way: str, archived: Path, place: Path) -> None:
    def spoil(manifest: dict[str, Any], parts: dict[str, bytes]) -> None:
        if way == "rows":
            manifest["rows"]["accounts_user"] += 1
        else:
            parts[backups.DUMP] = parts[backups.DUMP][: len(parts[backups.DUMP]) // 2]

    file = remade(archived, place / "one", spoil)
    if way == "rows":
        (place / "new").mkdir()
    said = refusal(lambda: backups.restore(file, place / "new"))
    assert ("accounts_user has" if way == "rows" else "pg_restore: ") in said
    assert not list((place / "new").glob("*"))
    assert (place / "new").exists() == (way == "rows")  # a folder that was there stays, empty
    assert not processes_of(place)


@pytest.mark.slow
def test_a_practice_moves_to_a_server_of_its_own_and_back(
    archived: Path, made_practice: Path, place: Path, debian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = database.start(made_practice)
    may = rights(server.url("owner"))
    server.stop()
    database.provision(debian, owner_password="owner", app_password="app")
    owner, app = (debian.replace("chief@/postgres", f"facialis_{role}:{role}@/facialis") for role in ("owner", "app"))
    monkeypatch.setenv("DATABASE_URL", app)
    monkeypatch.setenv("DATABASE_OWNER_URL", owner)
    backups.restore(archived, place / "moved")
    assert not (place / "moved" / "database").exists()
    assert value(app, "SELECT count(*) FROM accounts_user") == 8
    assert value(app, "SELECT count(*) FROM audit_event") != 0
    assert rights(owner) == may
    assert "holds tables already" in refusal(lambda: backups.restore(archived, place / "again"))
    assert not (place / "again").exists()
    backups.backup(place / "back.facialis", place / "moved", now=NOW)
    before = contents(owner)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("DATABASE_OWNER_URL")
    backups.restore(place / "back.facialis", place / "back")
    server = database.start(place / "back")
    after = contents(server.url("owner"))
    for passing in ("django_session", "facialis_cache"):
        before.pop(passing)
        after.pop(passing)
    assert after == before
    assert rights(server.url("owner")) == may
    server.stop()


def test_the_commands_say_what_they_did_in_a_line(
    practice: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(place / "one.facialis")
    for words in (["backup", file, "--home", str(practice)], ["restore", file, "--check"]):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == 0, capsys.readouterr().err
        assert f"{len(FILMS)} files" in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        main(["restore", file, "--home", str(practice)])
    assert left.value.code == 2
    assert capsys.readouterr().err == f"facialis: {practice} is not empty: restore into a new home, --home FOLDER\n"


@pytest.mark.parametrize("file", sorted(RELEASES.glob("*.gz")), ids=lambda file: file.name)
def test_an_archive_of_an_older_release_is_brought_up_to_this_one(file: Path, place: Path) -> None:
    (place / "old").write_bytes(gzip.decompress(file.read_bytes()))
    told = backups.restore(place / "old", place / "new")
    assert file.name == f"{told.version}.facialis.gz"
    server = database.start(place / "new")
    url = server.url("owner")
    known = subprocess.run(
        [sys.executable, "-m", "facialis_clinic.backups"],
        env=backups.environment(place / "new"), capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    with psycopg.connect(url) as connection:
        done = {row[0] for row in connection.execute("SELECT app || '.' || name FROM django_migrations")}
        installed = {row.split(".")[0] for row in done}
    assert {name for name in known if name.split(".")[0] in installed} <= done
    assert value(url, "SELECT count(*) FROM accounts_user WHERE email LIKE '%@example.org'") == 8
    run(place / "new", "-c", CHAINS_ARE_WHOLE)
    server.stop()


def test_there_is_an_archive_of_a_release_to_upgrade_from() -> None:
    assert list(RELEASES.glob("*.facialis.gz"))
