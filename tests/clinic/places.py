"""Where the tests put what they make and throw away again."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
# A few clusters stand side by side, of 50 MB each; a container that was not told otherwise gives 64 MB.
ROOM_BYTES = 2 << 30


def passing() -> str:
    """Return a folder for homes that last as long as a test, in memory where there is room.

    A cluster is a thousand small files. A disk writes them, and ext4 without a journal goes through all that were
    deleted in the last minutes for each new one: most of the time of a test went there.
    """
    try:
        there = os.statvfs(MEMORY)
        roomy = shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    except OSError:
        return "/tmp"
    # The server's programs may be copied into a home, and run there.
    runs = not there.f_flag & (os.ST_NOEXEC | os.ST_RDONLY)
    return str(MEMORY) if roomy and runs and os.access(MEMORY, os.W_OK | os.X_OK) else "/tmp"


def folder(begin: str) -> Path:
    """Make a folder of one's own for a home."""
    return Path(tempfile.mkdtemp(prefix=begin, dir=passing()))
