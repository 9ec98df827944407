"""A recording that is several files (BrainVision, WFDB) comes as an archive: its files are laid side by side."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

HEADERS: Final = (".vhdr", ".hea")
MOST_FILES: Final = 64
_PIECE: Final = 1 << 20


class NoSet(Exception):
    """The archive holds no recording that can be read; the text is one line."""


def header_of(archive: Path, folder: Path) -> Path:
    """Unpack an archive and return the file that says how the others are read.

    Parameters
    ----------
    archive : Path
        A zip file.
    folder : Path
        Where its files go, without the folders that they lay in; made if it is missing.

    Raises
    ------
    NoSet
        If it is no archive, is damaged, or holds none or several recordings.
    """
    folder.mkdir(exist_ok=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            rows = [row for row in opened.infolist() if not row.is_dir() and _plain(row.filename)]
            if len(rows) > MOST_FILES:
                raise NoSet(f"the archive holds {len(rows)} files; send one recording alone")
            if sum(row.file_size for row in rows) > _room(archive):
                raise NoSet("the archive grows too large when it is unpacked; send the files of one recording alone")
            for row in rows:
                with opened.open(row) as packed, (folder / _plain(row.filename)).open("xb") as file:
                    shutil.copyfileobj(packed, file, _PIECE)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise NoSet(
            "the archive is damaged or locked, or names a file twice; pack it again, without a password"
        ) from error
    headers = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in HEADERS]
    if len(headers) != 1:
        found = "no" if not headers else f"{len(headers)}"
        raise NoSet(f"the archive holds {found} header files; send a .vhdr or .hea with the files that belong to it")
    return headers[0]


def _plain(name: str) -> str:
    """Return the name alone; nothing for what systems put into archives themselves."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "" if last.startswith(".") or name.startswith("__MACOSX") else last


def _room(archive: Path) -> int:
    """Return how much the files may take up: signals seldom shrink to less than a tenth."""
    return 64 * _PIECE + 20 * archive.stat().st_size
