"""What is finished of a long recording, kept piece by piece, so that a run that is killed goes on where it was.

The folder of a run lies in ``facialis/emg`` of the user's cache, or where the caller says. It is named after all that
the result depends on: the file, how its channels were read, and the program. Only its owner may look into it, it holds
no more than the result does, and it goes when the run is done; what a killed run has left goes after a week.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.model import Recording, RecordingError
from facialis.paper.files import locked, write_whole
from facialis.version import __version__

ENDS = 1_000_000
"""So many bytes of each end of a file are read to know it again: its size and its time tell the rest."""
LEFT_S = 7 * 86400.0
"""What a killed run has left is thrown away after a week by the next run."""
MEASURING = (
    *("artefacts", "baseline", "bursts", "cells", "colour", "conditioning", "discharges", "lines", "measure"),
    *("pyramid", "quality", "recording", "resume", "risen"),
)
"""The modules that a part depends on."""
_CRC = 4
_RUN = re.compile("[0-9a-f]{32}")

Arrays = Mapping[str, npt.NDArray[Any]]


class Parts(Protocol):
    """Finished parts of one run by number."""

    def keep(self, number: int, arrays: Arrays) -> None:
        """Keep a part, whole or not at all."""

    def read(self, number: int) -> dict[str, npt.NDArray[Any]] | None:
        """Return a part; None where there is none, or a damaged one."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """Parts of a short recording: begun anew is as quick as going on."""

    parts: dict[int, dict[str, npt.NDArray[Any]]] = field(default_factory=dict)

    def keep(self, number: int, arrays: Arrays) -> None:
        """Keep a part."""
        self.parts[number] = dict(arrays)

    def read(self, number: int) -> dict[str, npt.NDArray[Any]] | None:
        """Return a part; None where there is none."""
        return self.parts.get(number)


@dataclass(frozen=True, slots=True)
class InFolder:
    """Parts of a long recording: a file each, which appears when it is whole."""

    folder: Path

    def keep(self, number: int, arrays: Arrays) -> None:
        """Keep a part.

        Raises
        ------
        RecordingError
            If it cannot be written.
        """
        try:
            write_whole(self._path(number), packed(arrays))
        except OSError as error:
            raise RecordingError(
                f"what is finished cannot be kept in {self.folder} ({error.strerror}): make room or name another"
            ) from error

    def read(self, number: int) -> dict[str, npt.NDArray[Any]] | None:
        """Return a part; None where there is none, or a damaged one."""
        try:
            return unpacked(self._path(number).read_bytes())
        except (OSError, ValueError):
            return None

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.part"


def packed(arrays: Arrays) -> bytes:
    """Return arrays as bytes: a line of JSON, their content, and a checksum of all of it."""
    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    head = json.dumps([[name, array.dtype.str, array.shape] for name, array in whole.items()]).encode()
    body = b"".join([head, b"\n", *(array.tobytes() for array in whole.values())])
    return body + zlib.crc32(body).to_bytes(_CRC, "little")


def unpacked(data: bytes) -> dict[str, npt.NDArray[Any]]:
    """Return what :func:`packed` packed.

    Raises
    ------
    ValueError
        If a bit of it is another one.
    """
    body, check = memoryview(data)[:-_CRC], data[-_CRC:]
    if len(data) <= _CRC or zlib.crc32(body).to_bytes(_CRC, "little") != check:
        raise ValueError("damaged")
    end = data.index(b"\n")
    arrays, at = {}, end + 1
    for name, dtype, shape in json.loads(data[:end]):
        kind = np.dtype(dtype)
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(data, kind, count, at).reshape(shape)
        at += count * kind.itemsize
    return arrays


@contextmanager
def parts(recording: Recording, keep: Path | None, *, long: bool, now: float, about: str) -> Iterator[Parts]:
    """Give the parts of a run of this recording, those that are finished with them; throw them away when it is done.

    Where another run works on the same, this one keeps to itself: both are right, neither goes on from the other.

    Parameters
    ----------
    recording : Recording
    keep : Path or None
        Folder in which the run's own folder is made; by default the user's cache, for long recordings of files.
    long : bool
        Whether it is worth it.
    now : float
        The time, as that of files: for what is to be thrown away.
    about : str
        What else the parts depend on.
    """
    if keep is None and not (long and recording.files):
        yield InMemory()
        return
    folder = (keep or cache_folder()) / fingerprint(recording, about)
    try:
        forget_left(folder.parent, now)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise RecordingError(
            f"what is finished cannot be kept in {folder.parent} ({error.strerror}): name another folder"
        ) from error
    with held(folder / "lock") as mine:
        if mine:
            yield InFolder(folder)
            shutil.rmtree(folder, ignore_errors=True)
            return
    with tempfile.TemporaryDirectory(prefix="facialis-") as own:
        yield InFolder(Path(own))


@contextmanager
def held(lock: Path) -> Iterator[bool]:
    """Hold a lock until the end; False if another run has it, or has just thrown its folder away.

    The operating system lets go of it with the process, however that ends.
    """
    try:
        file = lock.open("a+b")
    except OSError:
        yield False
        return
    with file:
        yield locked(file) and lock.exists() and os.path.samestat(os.fstat(file.fileno()), lock.stat())


def forget_left(folder: Path, now: float) -> None:
    """Throw away what runs that were killed have left, if nobody has gone on with it for a week."""
    for run in folder.iterdir() if folder.is_dir() else ():
        lock = run / "lock"
        # A folder that the caller named may hold anything: only what has the name of a run is thrown away.
        if not _RUN.fullmatch(run.name) or not lock.is_file() or now - run.stat().st_mtime < LEFT_S:
            continue
        with held(lock) as mine:
            if mine:
                shutil.rmtree(run, ignore_errors=True)


def cache_folder() -> Path:
    """Return where parts are kept: ``facialis/emg`` in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "facialis" / "emg"


def fingerprint(recording: Recording, about: str) -> str:
    """Return a hash of all that the result of a recording depends on.

    Of its files the size, the time and both ends are looked at, for to read all of them takes as long as to measure;
    a recording without files is read.
    """
    whole = hashlib.sha256()
    for path in recording.files:
        stat = path.stat()
        whole.update(f"{path.name} {stat.st_size} {stat.st_mtime_ns}\0".encode())
        with path.open("rb") as file:
            whole.update(file.read(ENDS))
            file.seek(max(stat.st_size - ENDS, 0))
            whole.update(file.read(ENDS))
    if not recording.files:
        whole.update(recording.sha256().encode())
    source = recording.source
    whole.update(repr([asdict(channel) for channel in source.channels]).encode())
    whole.update(repr((source.duration_s, source.spans, about, __version__, program())).encode())
    return whole.hexdigest()[:32]


@cache
def program() -> str:
    """Return a hash of the program text that measures: another program begins anew."""
    here = Path(__file__).parent
    files = sorted(path for name in MEASURING for path in (here / name).rglob("*.py"))
    files += [path for name in MEASURING if (path := here / f"{name}.py").is_file()]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
