"""Files that are whole or not there: written beside their place and moved into it."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any


def write_whole(path: Path, content: bytes | Iterable[bytes]) -> Path:
    """Write `content` to `path` so that nobody ever sees half of it.

    Folders above are made. What was there before stays until the new file is complete.

    Parameters
    ----------
    path : Path
        Where to.
    content : bytes or iterable of bytes
        The whole file, or its pieces one after the other where it is long.

    Returns
    -------
    Path
        The same path.

    Raises
    ------
    OSError
        If the folder or the file cannot be written; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return path


def locked(file: IO[Any]) -> bool:
    """Lock an open file against other processes; False if one has it.

    The lock goes when the file is closed, or with the process, however that ends.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
