"""Where the embedded server keeps what it has, all below the home: its data, its socket, its passwords, its log."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from facialis_clinic.postgres import DatabaseError
from facialis_clinic.postgres.account import Account

SOCKET = ".s.PGSQL.5432"
SOCKET_BYTES = 103  # the shorter limit of a socket's path, macOS's; Linux has 107
LONGEST_HOME = 800  # PostgreSQL takes paths of 1023 bytes, its own files included


@dataclass(frozen=True)
class Folders:
    """The places of one home.

    Parameters
    ----------
    home : Path
        The folder of the state, absolute and without links.
    """

    home: Path

    @property
    def base(self) -> Path:
        """The folder that belongs to the account of the server."""
        return self.home / "database"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data folder."""
        return self.base / "cluster"

    @property
    def lock(self) -> Path:
        """The file that is locked as long as any process of the server lives; it names the process that started it."""
        return self.home / "database.lock"

    @property
    def running(self) -> Path:
        """The file that names the folder of the socket, there while the server takes connections."""
        return self.home / "database.running"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "logs" / "database.log"

    def secret(self, name: str) -> Path:
        """Return the file of a role's password."""
        return self.home / "secrets" / f"database_{name}"


def prepare(folders: Folders, account: Account) -> None:
    """Make the folders of a home that are missing; touch no folder above it."""
    path = os.fspath(folders.home)
    if not path.isprintable() or len(os.fsencode(path)) > LONGEST_HOME:
        raise DatabaseError(
            f"{path!r:.80}: choose a FACIALIS_HOME of at most {LONGEST_HOME} bytes without control characters"
        )
    try:
        folders.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for below in (folders.home / "secrets", folders.log.parent, folders.base):
            below.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"{error.filename}: {error.strerror}: choose a FACIALIS_HOME that can be written"
        ) from error
    if account.other:
        _let_through(folders.home, account)
        os.chown(folders.base, account.uid, account.gid)
        if barred := account.barred_by(folders.base):
            raise DatabaseError(
                f"{account.name}, who runs the database, cannot enter {barred}: "
                "choose a FACIALIS_HOME outside it, such as /var/lib/facialis"
            )


def _let_through(home: Path, account: Account) -> None:
    """Let the server's account pass a home of root's towards its own folder below; it may list nothing."""
    state = home.stat()
    if state.st_uid != 0 or account.barred_by(home) != home:
        return
    mode = stat.S_IMODE(state.st_mode)
    if mode & 0o070:
        home.chmod(mode | 0o001)  # the group has rights here already and keeps them
    else:
        os.chown(home, -1, account.gid)
        home.chmod(mode | 0o010)


def password(path: Path, *, fresh: bool) -> str:
    """Return the password in a file of the owner's alone; make one where there is none and `fresh` says so."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        if not fresh:
            raise DatabaseError(f"{path} is missing: put it back, the database cannot be opened without it") from None
    except OSError as error:
        raise DatabaseError(
            f"{path}: {error.strerror}: only the account that started the server may read it"
        ) from error
    text = secrets.token_urlsafe(32)
    write_private(path, text + "\n")
    return text


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def take_lock(folders: Folders, *, patience: float = 30.0) -> int:
    """Return the descriptor of the home's lock: wait for one that is ending, refuse beside a living one."""
    try:
        handle = os.open(folders.lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseError(f"{folders.lock}: {error.strerror}") from error
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            alive = holder.isdigit() and int(holder) != os.getpid() and _lives(int(holder))
            if alive or time.monotonic() > until:
                os.close(handle)
                raise DatabaseError(
                    f"the database of {folders.home} already runs (process {holder or 'unknown'}): stop that one first"
                ) from None
            time.sleep(0.05)
        else:
            os.pwrite(handle, f"{os.getpid():<20}".encode(), 0)
            return handle


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def socket_folder(folders: Folders, account: Account) -> Path:
    """Return the private, empty folder of the socket: in the home, or below /tmp where the home's path will not do.

    It will not do when it is too long for a socket, or has a comma, which parts the hosts of an address.
    """
    folder = folders.base / "run"
    if len(os.fsencode(folder / SOCKET)) > SOCKET_BYTES or "," in os.fspath(folder):
        folder = _temporary(folders.home, account)
    else:
        folder.mkdir(mode=0o700, exist_ok=True)
    if account.other:
        os.chown(folder, account.uid, account.gid)
    for stale in folder.iterdir():
        stale.unlink()
    return folder


def _temporary(home: Path, account: Account) -> Path:
    """Return the folder that this home always takes, or a fresh one where somebody else sits on its name."""
    name = f"facialis-{account.uid}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    folder = Path("/tmp", name)  # noqa: S108 - private by its mode, and short wherever TMPDIR lies
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        there = folder.lstat()
        if not stat.S_ISDIR(there.st_mode) or there.st_uid != account.uid or there.st_mode & 0o077:
            return Path(tempfile.mkdtemp(prefix="facialis-", dir="/tmp"))
    return folder
