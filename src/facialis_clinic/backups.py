"""Backup and restore: the whole practice in one archive, taken while the site runs, put back into an empty home."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from facialis.commands import CallError
from facialis.version import __version__
from facialis_clinic import archive, database
from facialis_clinic.home import prepare as prepare_home
from facialis_clinic.postgres import dumps
from facialis_clinic.processes import environment

FORMAT = "facialis backup 1"
DUMP = "database.dump"
MANIFEST = frozenset({"format", "facialis", "made_at", "files_in", "rows", "migrations", "parts"})
# The seals of the log and the list of the forgotten lie outside the database, so that neither goes with it.
OWN_FILES = ("practice.toml", "forgotten.jsonl", "audit/checkpoints.jsonl")
# Nothing else has a place in a home: a part under another name could be a database, with programs that it starts.
_OURS = re.compile(rf"{re.escape(DUMP)}|{'|'.join(map(re.escape, OWN_FILES))}|secrets/(?!database_)[^/]+|files/.+")
# Files on their way in; they have no row yet.
COMING = "coming"


@dataclass(frozen=True)
class Told:
    """What an archive holds."""

    made_at: datetime
    version: str
    rows: int
    files: int
    bytes: int
    files_in: str


def backup(file: Path, home: Path, *, now: datetime) -> Told:
    """Write everything that a practice would miss into one archive, whole or not at all.

    Parameters
    ----------
    file : Path
        The archive; it must not exist yet.
    home : Path
        The folder of the state. The site may run.
    now : datetime
        The moment that the archive bears.

    Returns
    -------
    Told
        What the archive holds.

    Raises
    ------
    CallError
        When it cannot be done; nothing is left then.
    """
    if os.path.lexists(file):
        raise CallError(f"{file} is there already: give another name")
    if not file.parent.is_dir():
        raise CallError(f"{file.parent} is no folder: make it first")
    if not (home / "secrets").is_dir():
        raise CallError(f"{home} is no home of a practice: give one with --home")
    try:
        with _workplace(file.parent) as work, _address(home) as url:
            with _private(work / "archive") as stream:
                writer = archive.Writer(stream)
                facts = {"format": FORMAT, "facialis": __version__, "made_at": now.isoformat(), "files_in": _files_in()}
                # A seal that is younger than the rows would read as a log that was cut off; an older one is none.
                _add_own(writer, home)
                facts |= dumps.write(url, work / DUMP)
                with (work / DUMP).open("rb") as source:
                    writer.add(DUMP, source, os.fstat(source.fileno()).st_size)
                (work / DUMP).unlink()
                # The files come after the rows: each bears a name of its own and is never written again, so every
                # row finds its file, unless somebody deleted it meanwhile.
                _add_files(writer, home)
                writer.finish(facts)
                stream.flush()
                os.fsync(stream.fileno())
            _publish(work / "archive", file)
            return _told({**facts, "parts": [vars(part) for part in writer.parts]})
    except OSError as error:
        raise CallError(f"{error.filename or file}: {error.strerror}; nothing was written") from error
    except (archive.ArchiveError, database.DatabaseError) as error:
        raise CallError(f"{file}: {error}; nothing was written") from error


def check(file: Path) -> Told:
    """Read an archive from end to end, hold every byte against its hash, and say what it holds."""
    return _told(_read(file))


def restore(file: Path, home: Path, forgotten: Path | None = None) -> Told:
    """Check an archive, put it into an empty home, and bring its tables up to this release.

    Parameters
    ----------
    file : Path
        The archive.
    home : Path
        A folder that is not there yet, or is empty.
    forgotten : Path or None
        ``forgotten.jsonl`` of the home that was lost or left: whom the archive brings back although they were
        forgotten since it was made, is forgotten again.

    Returns
    -------
    Told
        What was restored.

    Raises
    ------
    CallError
        When the archive is damaged or newer than this release, the home is not empty, or it cannot be done; nothing
        is left in the home then.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise CallError(f"{home} is not empty: restore into a new home, --home FOLDER")
    if forgotten is not None and not forgotten.is_file():
        raise CallError(f"--forgotten {forgotten}: there is no such file; it lies in the home that was lost or left")
    manifest = _read(file)
    _check_migrations(manifest, home)
    given = _given_url()
    was_there = home.exists()
    try:
        if given is not None:
            dumps.check_empty(given)
        _take_apart(file, home)
        prepare_home(home)
        with _own_server(home, given) as url:
            dumps.load(url, home / DUMP, manifest["rows"])
            (home / DUMP).unlink()
            _migrate(home)
            _forget_again(home, forgotten)
    except BaseException as error:
        _clear(home, keep=was_there)
        if isinstance(error, OSError):
            raise CallError(f"{error.filename or home}: {error.strerror}; nothing was restored") from error
        if isinstance(error, (archive.ArchiveError, database.DatabaseError)):
            raise CallError(f"{file}: {error}; nothing was restored") from error
        raise
    return _told(manifest)


def _add_own(writer: archive.Writer, home: Path) -> None:
    for path in (home / name for name in OWN_FILES):
        if path.is_file():
            # Such a file grows at its end: what is told of its length is what is taken.
            told = path.read_bytes()
            writer.add(path.relative_to(home).as_posix(), BytesIO(told), len(told))


def _add_files(writer: archive.Writer, home: Path) -> None:
    secrets = sorted(path for path in (home / "secrets").iterdir() if not path.name.startswith(("database_", ".")))
    for path in [*secrets, *_stored(home / "files")]:
        # One that was deleted since the list was read is gone for good reason.
        with suppress(FileNotFoundError), path.open("rb") as source:
            writer.add(path.relative_to(home).as_posix(), source, os.fstat(source.fileno()).st_size)


def _stored(top: Path) -> Iterator[Path]:
    """Yield the files of the patients in the order of their names, a folder at a time."""
    for folder, below, names in os.walk(top):
        below[:] = sorted(name for name in below if Path(folder, name) != top / COMING)
        yield from (Path(folder, name) for name in sorted(names))


def _files_in() -> str:
    """Return where the recordings lie: in the archive, or in a bucket that is backed up by itself."""
    return os.environ.get("FACIALIS_STORAGE", "").split("?")[0] or "archive"


def _publish(whole: Path, file: Path) -> None:
    """Give the finished archive its name; an archive that came there meanwhile stays."""
    try:
        os.link(whole, file)
    except FileExistsError:
        raise CallError(f"{file} is there already: give another name") from None
    except OSError:  # a file system without hard links
        whole.replace(file)
    handle = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(file: Path) -> dict[str, Any]:
    try:
        manifest = archive.read(file)
    except OSError as error:
        raise CallError(f"{file}: {error.strerror}") from error
    except archive.ArchiveError as error:
        raise CallError(f"{file} cannot be used: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CallError(f"{file} cannot be used: its manifest cannot be read") from error
    if not manifest.keys() >= MANIFEST:
        raise CallError(f"{file} cannot be used: its manifest lacks {min(MANIFEST - manifest.keys())}")
    if manifest["format"] != FORMAT:
        raise CallError(f"{file} is of another kind ({manifest.get('format')}): this release reads {FORMAT!r}")
    for part in manifest["parts"]:
        if not _OURS.fullmatch(part["name"]):
            raise CallError(f"{file} cannot be used: {part['name']} is no part of a backup")
    return manifest


def _take_apart(file: Path, home: Path) -> None:
    """Write the parts to their places, private."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)

    def place(name: str) -> IO[bytes]:
        path = home / name
        for folder in reversed(path.relative_to(home).parents[:-1]):
            (home / folder).mkdir(mode=0o700, exist_ok=True)
        return _private(path)

    archive.read(file, place)
    os.sync()


def _private(path: Path) -> IO[bytes]:
    """Open a new file that nobody else can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _check_migrations(manifest: dict[str, Any], home: Path) -> None:
    """Refuse an archive whose tables this release does not know."""
    words = [sys.executable, "-m", "facialis_clinic.backups"]
    done = subprocess.run(words, env=environment(home), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CallError(f"the migrations of this release cannot be read: {_last_line(done.stderr)}")
    unknown = sorted(set(manifest["migrations"]) - set(done.stdout.split()))
    if unknown:
        raise CallError(
            f"the archive was made by Facialis {manifest['facialis']}, this is {__version__}, which does not know "
            f"{unknown[0]}: restore with that release or a later one"
        )


def _migrate(home: Path) -> None:
    words = [sys.executable, "-m", "facialis_clinic.config.prepare"]
    around = environment(home, FACIALIS_ROLE="owner")
    done = subprocess.run(words, env=around, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CallError(f"the tables could not be brought up to this release: {_last_line(done.stderr)}")


def _forget_again(home: Path, forgotten: Path | None) -> None:
    words = [sys.executable, "-m", "facialis_clinic.people.again", *([str(forgotten)] if forgotten else [])]
    done = subprocess.run(words, env=environment(home), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CallError(f"those who were forgotten could not be forgotten again: {_last_line(done.stderr)}")


@contextmanager
def orderly() -> Iterator[None]:
    """Let SIGTERM end what runs inside as an error would, so that whatever was begun is taken away."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _address(home: Path) -> Iterator[str]:
    """Give the owner's address of the database: the practice's own server, the one that runs, or one for this while."""
    there = _given_url() or database.running(home, "owner")
    if there is not None:
        yield there
        return
    if not (home / "database" / "cluster").is_dir():
        raise CallError(f"{home} has no database: give the home of a practice with --home, or set DATABASE_URL")
    with _own_server(home, None) as url:
        yield url


@contextmanager
def _own_server(home: Path, given: str | None) -> Iterator[str]:
    """Give the owner's address of the given server, or of an embedded one that runs meanwhile."""
    if given is not None:
        yield given
        return
    server = database.start(home)
    try:
        yield server.url("owner")
    finally:
        server.stop()


def _given_url() -> str | None:
    given = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL") or None
    if given is not None:
        try:
            database.settings_of(given)
        except database.DatabaseError as error:
            raise CallError(str(error)) from error
    return given


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """Give a private folder beside the archive, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix=".facialis-backup-", dir=folder) as place:
        yield Path(place)


def _clear(home: Path, *, keep: bool) -> None:
    """Take away what a restore that failed has written."""
    if not home.is_dir():
        return
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if not keep:
        home.rmdir()


def _told(manifest: dict[str, Any]) -> Told:
    parts = manifest["parts"]
    return Told(
        made_at=datetime.fromisoformat(manifest["made_at"]),
        version=manifest["facialis"],
        rows=sum(manifest["rows"].values()),
        files=sum(part["name"].startswith("files/") for part in parts),
        bytes=sum(part["bytes"] for part in parts),
        files_in=manifest["files_in"],
    )


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no word"])[-1]


def _print_migrations() -> None:
    """Print the names of all migrations that this release brings."""
    import django

    django.setup()
    from django.db.migrations.loader import MigrationLoader

    names = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    sys.stdout.write("".join(f"{app}.{name}\n" for app, name in sorted(names)))


if __name__ == "__main__":
    _print_migrations()
