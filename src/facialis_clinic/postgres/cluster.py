"""One cluster of the embedded server: make it, start it, stop it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from facialis_clinic.postgres import DatabaseError, binaries, folders, roles, watch
from facialis_clinic.postgres.account import LOCALE, Account, account, environment
from facialis_clinic.postgres.folders import Folders

ADMIN = "facialis_admin"
READY_SECONDS = 60.0
STATUS_LINE = 7  # of postmaster.pid

# For a small machine that also measures recordings. They stand in postgresql.conf, where an operator may change them.
SIZES = {
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "max_connections": "80",
    "max_wal_size": "512MB",
    "min_wal_size": "64MB",
    "jit": "off",
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_senders": "0",
    "dynamic_shared_memory_type": "mmap",  # nothing in /dev/shm, which is small in a container and outlives kill -9
}
# These keep the server private, whatever postgresql.conf says: no statement and no value of one gets into the log.
FIXED = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0600",
    "password_encryption": "scram-sha-256",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] %q%u ",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "restart_after_crash": "on",
}


def start(places: Folders) -> tuple[subprocess.Popen[bytes], Path]:
    """Start the server of a home and return its watcher and the folder of its socket, once it takes connections."""
    who = account(places.cluster)
    folders.prepare(places, who)
    programs = binaries.reachable(places, who)
    lock = folders.take_lock(places)
    try:
        if not places.cluster.is_dir():
            _initialise(places, who, programs, lock)
        _same_major(places)
        # The lock says that no process of this cluster lives, so what the last one left is nobody's.
        (places.cluster / "postmaster.pid").unlink(missing_ok=True)
        socket_folder = folders.socket_folder(places, who)
        begun = places.log.stat().st_size if places.log.exists() else 0
        watcher = _launch(places, who, programs, lock, socket_folder)
    except OSError as error:
        raise DatabaseError(f"the database of {places.home}: {error.filename}: {error.strerror}") from error
    finally:
        os.close(lock)
    _await(places, watcher, begun)
    return watcher, socket_folder


def _initialise(places: Folders, who: Account, programs: Path, lock: int) -> None:
    """Make an empty cluster beside its place and move it there when it is whole."""
    beside, secret = places.base / "cluster.new", places.base / "password"
    shutil.rmtree(beside, ignore_errors=True)
    command: list[str | Path] = [programs / "initdb", "--pgdata", beside, "--username", ADMIN, "--pwfile", secret]
    command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--data-checksums", "--no-instructions"]
    command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", LOCALE]
    command += [f"--set={name}={value}" for name, value in SIZES.items()]
    if sys.platform == "linux":
        command += ["--sync-method", "syncfs"]  # one call in place of a thousand
    try:
        folders.write_private(secret, folders.password(places.secret("admin"), fresh=True))
        if who.other:
            os.chown(secret, who.uid, who.gid)
        made = who.run(command, lock=lock)
    finally:
        secret.unlink(missing_ok=True)
    if made.returncode:
        shutil.rmtree(beside, ignore_errors=True)
        raise DatabaseError(f"making the database in {places.base}: {_reason(made.stderr)}")
    (beside / "pg_hba.conf").write_text("local all all scram-sha-256\n", encoding="ascii")
    beside.replace(places.cluster)
    _sync_folder(places.base)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _same_major(places: Folders) -> None:
    try:
        found = (places.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except OSError as error:
        raise DatabaseError(
            f"{places.cluster} is no database (no PG_VERSION): restore a backup into a new home"
        ) from error
    if found != str(binaries.MAJOR):
        raise DatabaseError(
            f"{places.cluster} is of PostgreSQL {found}, this release brings {binaries.MAJOR}: "
            "back up with the release that made it, then restore into a new home"
        )


def _launch(places: Folders, who: Account, programs: Path, lock: int, socket_folder: Path) -> subprocess.Popen[bytes]:
    listed = '"' + os.fspath(socket_folder).replace('"', '""') + '"'
    command = [os.fspath(programs / "postgres"), "-D", os.fspath(places.cluster)]
    for name, value in {**FIXED, "unix_socket_directories": listed}.items():
        command += ["-c", f"{name}={value}"]
    temporary = socket_folder.parent != places.base
    order = {
        "command": command,
        "environment": environment(),
        "lock": lock,
        "user": who.user,
        "group": who.group,
        "log": os.fspath(places.log),
        "leftovers": [os.fspath(places.running), *([os.fspath(socket_folder)] if temporary else [])],
        "parent": os.getpid(),
    }
    return subprocess.Popen(
        [sys.executable, "-I", "-S", watch.__file__, json.dumps(order)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        pass_fds=[lock],
        start_new_session=True,  # Ctrl-C is for the site, which stops the server when it has finished with it
    )


def _await(places: Folders, watcher: subprocess.Popen[bytes], begun: int) -> None:
    """Wait until the server says in its pid file that it takes connections."""
    until = time.monotonic() + READY_SECONDS
    try:
        while watcher.poll() is None and time.monotonic() < until:
            with contextlib.suppress(FileNotFoundError):
                lines = (places.cluster / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
                if len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready":
                    return
            time.sleep(0.01)
    except BaseException:
        stop(watcher)
        raise
    stop(watcher)
    try:
        said = places.log.read_bytes()[begun:].decode("utf-8", "replace")
    except OSError:
        said = ""
    raise DatabaseError(
        f"the database of {places.home} did not start: {_reason(said) or 'no word from it'} "
        f"(more in {places.log}; if it is damaged, restore a backup into a new home)"
    )


def _reason(said: str) -> str:
    """Return the line of a program's words that tells why it gave up."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for word in ("PANIC:", "FATAL:", "error:", "postgres: "):
        for line in lines:
            if word in line:
                return line.partition(word)[2].strip()
    return lines[-1] if lines else ""


def stop(watcher: subprocess.Popen[bytes]) -> None:
    """Order the watcher to end the server and wait for both."""
    assert watcher.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        watcher.stdin.close()
    watcher.wait()


def provision_once(places: Folders, admin_url: str) -> None:
    """Make the roles and the database where that was not done, or where a password of theirs got lost."""
    done = places.cluster / "facialis.provisioned"
    files = {name: places.secret(name) for name in ("owner", "app")}
    whole = done.exists() and all(path.exists() for path in files.values())
    passwords = {name: folders.password(path, fresh=True) for name, path in files.items()}
    if whole:
        return
    roles.provision(admin_url, owner_password=passwords["owner"], app_password=passwords["app"])
    roles.seclude(admin_url)
    done.touch(mode=0o600)
