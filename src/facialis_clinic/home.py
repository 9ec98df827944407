"""The one folder that holds the practice's state: database, recordings, secrets, mail, backups (``FACIALIS_HOME``)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FOLDERS = ("secrets", "files", "mail", "logs")


def default_home() -> Path:
    """Return where the state lies when nobody says: the system's folder for root, the user's own for everybody else."""
    if told := os.environ.get("FACIALIS_HOME"):
        return Path(told).expanduser().absolute()
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/facialis")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share").absolute() / "facialis"


def prepare(home: Path) -> None:
    """Make the folders and the secrets that are missing; nobody but the owner can read them."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in FOLDERS:
        (home / name).mkdir(mode=0o700, exist_ok=True)
    for name in ("django", "fields"):
        path = home / "secrets" / name
        if not path.exists():
            _write_secret(path, secrets.token_urlsafe(48))


def secret(home: Path, name: str) -> str:
    """Return a secret of this home; one that holds for this process alone where the home is not prepared."""
    try:
        return (home / "secrets" / name).read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_urlsafe(48)


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
