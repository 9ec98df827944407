"""The database: an embedded PostgreSQL of the home, or a server of the practice by ``DATABASE_URL``.

The embedded server listens on a socket in a private folder and nowhere else, asks every role for its password, and ends
with the process that started it, however that one ends.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from facialis_clinic.postgres import DatabaseError, cluster, folders
from facialis_clinic.postgres.folders import Folders
from facialis_clinic.postgres.roles import APP, DATABASE, OWNER, check_server, first_line, provision, provision_sql

__all__ = ["DatabaseError", "Server", "check_server", "provision", "provision_sql", "running", "settings_of", "start"]

Role = Literal["app", "owner", "admin"]
ROLES: dict[Role, str] = {"app": APP, "owner": OWNER, "admin": cluster.ADMIN}
EXAMPLE = "postgresql://facialis_app:password@host:5432/facialis?sslmode=verify-full"
OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
ENCRYPTED = ("require", "verify-ca", "verify-full")

_servers: dict[Path, Server] = {}
_starting = threading.Lock()


class Server:
    """An embedded server that this process started."""

    def __init__(self, places: Folders, watcher: subprocess.Popen[bytes], socket_folder: Path) -> None:
        self._places = places
        self._watcher = watcher
        self._socket = socket_folder
        self._process = os.getpid()

    def url(self, role: Role = "app") -> str:
        """Return the address for ``app``, which serves, ``owner``, which migrates, or ``admin``, the superuser."""
        return _url(self._places, self._socket, role)

    def alive(self) -> bool:
        """Tell whether the server still runs."""
        if self._process != os.getpid():  # a forked child cannot wait for it
            return running(self._places.home) is not None
        return self._watcher.poll() is None

    def stop(self) -> None:
        """Shut the server down and wait until it is gone. In a forked child of the starting process nothing happens."""
        if self._process != os.getpid():
            return
        cluster.stop(self._watcher)
        atexit.unregister(self.stop)
        if _servers.get(self._places.home) is self:
            del _servers[self._places.home]


def start(home: Path) -> Server:
    """Start the embedded server of a home, making its database first where there is none.

    Parameters
    ----------
    home : Path
        The folder of the state.

    Returns
    -------
    Server
        The running server; the same one when this process has started it already.

    Raises
    ------
    DatabaseError
        When it cannot be had; the text is one line.
    """
    places = Folders(home.expanduser().resolve())
    with _starting:
        there = _servers.get(places.home)
        if there is not None and there.alive():
            return there
        server = Server(places, *cluster.start(places))
        try:
            cluster.provision_once(places, server.url("admin"))
            folders.write_private(places.running, os.fspath(server._socket))
        except BaseException:
            server.stop()
            raise
        _servers[places.home] = server
        atexit.register(server.stop)
        return server


def running(home: Path, role: Role = "app") -> str | None:
    """Return the address of the embedded server that another process runs for `home`; None where none runs."""
    places = Folders(home.expanduser().resolve())
    try:
        folder = Path(places.running.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DatabaseError(f"{places.running}: {error.strerror}: use the account that started the site") from error
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fspath(folder / folders.SOCKET))
        except OSError:
            return None
    return _url(places, folder, role)


def settings_of(url: str) -> dict[str, Any]:
    """Return Django's entry in ``DATABASES`` for the address of a PostgreSQL database, all its options included."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise DatabaseError(f"DATABASE_URL: only PostgreSQL will do: {EXAMPLE}")
    try:
        parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    except (psycopg.Error, UnicodeError) as error:
        # libpq cites the part that it cannot read, and that may be the password. The name of an option is safe to tell.
        said = first_line(error)
        reason = (
            said if said.startswith("invalid URI query parameter:") else "signs such as % and spaces as %25 and %20"
        )
        raise DatabaseError(f"DATABASE_URL cannot be read: {reason}: {EXAMPLE}") from None
    name = parts.pop("dbname", None)
    if not name:
        raise DatabaseError(f"DATABASE_URL: the name of the database is missing: {EXAMPLE}")
    _check_transport(parts)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": parts,
    }


def _check_transport(parts: dict[str, Any]) -> None:
    """Refuse to send patients' data over a network in the open: libpq would, where the server offers no TLS."""
    told = f"{parts.get('host', '')},{parts.get('hostaddr', '')}"
    away = [one for one in told.split(",") if one and not one.startswith(("/", "@")) and one not in OWN_MACHINE]
    if away and parts.get("sslmode") not in ENCRYPTED and parts.get("gssencmode") != "require":
        raise DatabaseError(
            f"DATABASE_URL: {away[0]} is another machine and may be asked without TLS: add ?sslmode=verify-full"
        )


def _url(places: Folders, socket_folder: Path, role: Role) -> str:
    secret = folders.password(places.secret(role), fresh=False)
    name = "postgres" if role == "admin" else DATABASE
    return f"postgresql://{ROLES[role]}:{quote(secret)}@/{name}?host={quote(os.fspath(socket_folder), safe='')}"
