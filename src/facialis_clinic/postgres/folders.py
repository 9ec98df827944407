"""Where the embedded server keeps what it has, all below the home: its data, its socket, its passwords, its log."""

from __future__ import annotations

import fcntl
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
SOCKET_BYTES = 103  # the shortest limit of a socket's path among the systems that we run on (macOS); Linux has 107


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
    try:
        folders.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (folders.home / "secrets", folders.home / "logs", folders.base):
            path.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError as error:
        raise DatabaseError(f"{error.filename} is no folder: choose another FACIALIS_HOME") from error
    except OSError as error:
        raise DatabaseError(
            f"{error.filename}: {error.strerror}: choose a FACIALIS_HOME that can be written to"
        ) from error
    if account.other:
        _let_through(folders.home, account)
        os.chown(folders.base, account.uid, account.gid)


def _let_through(home: Path, account: Account) -> None:
    """Let the server's account pass the home towards its own folder below; it may list nothing."""
    state = home.stat()
    if state.st_uid == 0 and not account.passes(home) and account.passes(home.parent):
        os.chown(home, -1, account.gid)
        home.chmod(stat.S_IMODE(state.st_mode) | 0o010)


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
    """Return the descriptor of the home's lock; wait for the server of a process that has ended, refuse beside a living one."""
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
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
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
    """Return the private folder of the socket: in the home, or a temporary one where the home's path is too long for it."""
    inside = folders.base / "run"
    if len(os.fsencode(inside / SOCKET)) <= SOCKET_BYTES:
        inside.mkdir(mode=0o700, exist_ok=True)
        folder = inside
    else:
        folder = Path(tempfile.mkdtemp(prefix="facialis-", dir="/tmp"))
    if account.other:
        os.chown(folder, account.uid, account.gid)
    for stale in folder.iterdir():
        stale.unlink()
    return folder
