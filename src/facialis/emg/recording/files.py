"""An ordinary file, read at any place by any thread; what is no ordinary file is refused before it can hang."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.model import RecordingError

Bytes = npt.NDArray[np.uint8]

_CHUNK = 1 << 20

_STRIDE = 1 << 13
"""Bytes between two wanted parts from which on skipping them is quicker than reading them."""


class File:
    """A file that is open for reading.

    It is read by ``pread`` and never mapped: the pages of a mapped file count as memory of the process, and a mapped
    file that another program cuts kills it.

    Parameters
    ----------
    path : Path

    Raises
    ------
    RecordingError
        If it is a folder, a device or a pipe, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name or str(path)
        self._open = False
        try:
            # A pipe without a writer would hold the caller for ever; so it is looked at before it is opened.
            self._check(os.stat(path).st_mode)
            self._fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
            self._open = True
            about = os.fstat(self._fd)
            self._check(about.st_mode)
        except (OSError, ValueError) as error:
            self.close()
            why = (getattr(error, "strerror", None) or "is no name of a file").lower()
            raise RecordingError(f"{self.name}: {why}; give a file that can be read") from error
        except RecordingError:
            self.close()
            raise
        self.size = about.st_size

    def _check(self, mode: int) -> None:
        if stat.S_ISDIR(mode):
            raise RecordingError(f"{self.name}: is a folder; give the file in it")
        if not stat.S_ISREG(mode):
            raise RecordingError(
                f"{self.name}: is a device or a pipe and no file; save the recording and give the file"
            )

    def read(self, start: int, count: int) -> bytes:
        """Return up to `count` bytes from a place; fewer where the file ends."""
        count = max(0, min(count, self.size - start))
        return self.fill(np.empty(count, np.uint8), start).tobytes()

    def fill(self, into: Bytes, start: int) -> Bytes:
        """Fill an array of bytes from a place in the file, and return it.

        Raises
        ------
        RecordingError
            If the file ends before, or cannot be read any more.
        """
        view = into.data.cast("B")
        done = 0
        while done < len(view):
            if not self._open:
                raise RecordingError(f"{self.name}: is closed already; open it again")
            try:
                got = os.preadv(self._fd, [view[done:]], start + done)
            except OSError as error:
                why = (error.strerror or "error").lower()
                raise RecordingError(f"{self.name}: cannot be read any more ({why}); copy it again") from error
            if not got:
                raise RecordingError(f"{self.name}: became shorter while it was read; copy it again")
            done += got
        return into

    def rows(self, start: int, stride: int, count: int, low: int, high: int) -> Bytes:
        """Return bytes `low` to `high` of `count` rows of `stride` bytes, the first of which begins at `start`.

        Returns
        -------
        array of uint8, shape (count, high - low)
        """
        if stride - (high - low) < _STRIDE:
            whole = self.fill(np.empty(count * stride, np.uint8), start).reshape(count, stride)
            return whole[:, low:high]
        parts = np.empty((count, high - low), np.uint8)
        # All are asked for before the first is waited for: one by one, a disk that holds days takes half an hour.
        for row in range(count):
            self._soon(start + row * stride + low, high - low)
        for row in range(count):
            self.fill(parts[row], start + row * stride + low)
        return parts

    def at_once(self, stride: int, low: int, high: int, room: int) -> int:
        """Return how many rows :meth:`rows` takes into so many bytes, at least one."""
        return max(1, room // min(stride, high - low + _STRIDE))

    def _soon(self, start: int, count: int) -> None:
        """Let the system begin to read some bytes, where it can be told to."""
        advise = getattr(os, "posix_fadvise", None)
        if advise is not None and self._open:
            with suppress(OSError):
                advise(self._fd, start, count, os.POSIX_FADV_WILLNEED)

    def close(self) -> None:
        """Close it; closing twice is no error."""
        if self._open:
            self._open = False
            os.close(self._fd)


def sha256(files: Sequence[File]) -> str:
    """Return the hash of what files hold, one after the other."""
    digest = hashlib.sha256()
    buffer = np.empty(_CHUNK, np.uint8)
    for file in files:
        for start in range(0, file.size, _CHUNK):
            digest.update(file.fill(buffer[: min(_CHUNK, file.size - start)], start).data)
    return digest.hexdigest()


def text_of(raw: bytes) -> str:
    """Return the text of some bytes: UTF-8, or what older programs wrote."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
