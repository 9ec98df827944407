"""Whose process the server is. PostgreSQL refuses to run as root, so root names somebody else."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from facialis_clinic.postgres import DatabaseError

SETTING = "FACIALIS_DATABASE_USER"
USUAL = ("postgres", "nobody")
LOCALE = "C" if sys.platform == "darwin" else "C.UTF-8"  # the system's own; the database sorts by PostgreSQL's C.UTF-8


@dataclass(frozen=True)
class Account:
    """The user whose process the server is.

    Parameters
    ----------
    name : str
        The name of the user.
    uid, gid : int
        The numbers of the user and of its first group.
    other : bool
        Whether that is somebody else than this process.
    """

    name: str
    uid: int
    gid: int
    other: bool

    @property
    def user(self) -> int | None:
        """What ``subprocess`` takes as `user`."""
        return self.uid if self.other else None

    @property
    def group(self) -> int | None:
        """What ``subprocess`` takes as `group`."""
        return self.gid if self.other else None

    def run(self, command: Sequence[str | Path], *, lock: int | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as this user; while it runs it holds `lock` too."""
        return subprocess.run(
            command,
            cwd="/",
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
            umask=0o077,
            pass_fds=() if lock is None else (lock,),
            user=self.user,
            group=self.group,
            extra_groups=[] if self.other else None,
        )

    def barred_by(self, path: Path) -> Path | None:
        """Return the first folder on the way to `path` (itself the last) that this user cannot enter."""
        script = 'for one; do cd -- "$one" 2>/dev/null || { printf %s "$one"; exit 1; }; done'
        way = [*reversed(path.parents), path]
        found = self.run(["/bin/sh", "-c", script, "sh", *way])
        return Path(found.stdout) if found.returncode else None


def environment() -> dict[str, str]:
    """Return an environment without the caller's own PGHOST, PGDATA and the like."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": LOCALE, "TZ": "UTC"}


def account(cluster: Path) -> Account:
    """Return the user that runs the server of `cluster`: this process's own, or for root the named unprivileged one."""
    uid = os.geteuid()
    try:
        owner = cluster.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        owner = None
    except OSError as error:
        raise DatabaseError(f"{error.filename}: {error.strerror}: start as the user whose database it is") from error
    if uid != 0:
        if owner is not None and owner != uid:
            raise DatabaseError(f"{cluster} belongs to {_called(owner)}: start as that user")
        return Account(_called(uid), uid, os.getegid(), other=False)
    entry = _named(owner)
    if entry.pw_uid == 0:
        raise DatabaseError(f"{SETTING}={entry.pw_name}: the database does not run as root, name another user")
    if owner is not None and owner != entry.pw_uid:
        raise DatabaseError(
            f"{cluster} belongs to {_called(owner)}, not to {entry.pw_name}: set {SETTING}={_called(owner)}"
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, other=True)


def _named(owner: int | None) -> pwd.struct_passwd:
    """Return the user that the setting names; else the owner of what is there; else the first of the usual ones."""
    told = os.environ.get(SETTING)
    if told:
        try:
            return pwd.getpwnam(told)
        except KeyError:
            raise DatabaseError(f"{SETTING}={told}: there is no such user on this machine") from None
    if owner:
        try:
            return pwd.getpwuid(owner)
        except KeyError:
            raise DatabaseError(f"the database belongs to user {owner}, whom this machine does not know") from None
    for name in USUAL:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DatabaseError(f"the database does not run as root: make an ordinary user and name it in {SETTING}")


def _called(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
