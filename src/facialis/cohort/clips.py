"""Which recordings a folder holds, and what is known of each: from a manifest, or from the call."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING

from facialis.cohort import CohortError

if TYPE_CHECKING:
    from facialis.face.guided.protocol import Protocol

# What people call a video. Some of these cannot be read: they become a row with the reason, not a gap.
SUFFIXES = frozenset(
    (
        *(".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".gif"),
        *(".wmv", ".asf", ".flv", ".mpg", ".mpeg", ".vob", ".mts", ".m2ts", ".ogv"),
    )
)
COLUMNS = ("file", "mirrored", "protocol", "protocol_offset_s", "days_since_toxin", "subject", "visit")
"""The columns of a manifest; only ``file`` must be there."""
MIRRORED = ("unknown", "no", "yes")


@dataclass(frozen=True)
class Options:
    """How a clip is examined; with its content this decides whether it has been measured already.

    Attributes
    ----------
    mirrored : str
        ``unknown``, ``no`` or ``yes``.
    protocol : Protocol or None
        What the person was asked to do.
    """

    mirrored: str = "unknown"
    protocol: Protocol | None = None

    @property
    def mark(self) -> str:
        """Eight letters that differ where the options differ; empty for the usual ones."""
        if self == Options():
            return ""
        return hashlib.sha256(repr(self).encode("utf-8", "backslashreplace")).hexdigest()[:8]


@dataclass(frozen=True)
class Clip:
    r"""One recording of the cohort.

    Attributes
    ----------
    file : str
        Its path below the folder, with ``/``; bytes that are no UTF-8 are written as ``\udcXX``.
    path : Path
        Where it lies, absolute.
    options : Options
        How it is examined.
    subject, visit : str
        From the manifest; empty where not given.
    """

    file: str
    path: Path
    options: Options = field(default_factory=Options)
    subject: str = ""
    visit: str = ""


@dataclass(frozen=True)
class Found:
    """What a folder holds.

    Attributes
    ----------
    clips : tuple of Clip
        In the order of their names.
    others : int
        Files that are no video by their name, and links that lead out of the folder.
    """

    clips: tuple[Clip, ...]
    others: int


def find(folder: Path, options: Options | None = None, manifest: Path | None = None) -> Found:
    """Find the recordings of a folder and of those below it.

    Hidden files are left out. A link to a folder is not followed, nor a link to a file outside.

    Parameters
    ----------
    folder : Path
        Where to look.
    options : Options, optional
        For the clips of which the manifest says nothing else.
    manifest : Path, optional
        A CSV file with the columns :data:`COLUMNS`.

    Returns
    -------
    Found
        Also the count of what was left out.

    Raises
    ------
    CohortError
        If the folder is none, or something in the manifest is wrong.
    DocumentError
        If a protocol that the manifest names is wrong.
    """
    if not folder.is_dir():
        what = "not a folder" if folder.exists() else "no such folder"
        raise CohortError(f"{folder}: {what}; give a folder of videos")
    root = folder.resolve()
    files = list(_files(root))
    clips = [_clip(root, path, options or Options()) for path in files if _is_video(root, path)]
    if manifest is not None:
        clips = _told(clips, manifest, options or Options())
    return Found(tuple(sorted(clips, key=lambda clip: clip.file)), len(files) - len(clips))


def _files(root: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(here, name) for name in sorted(names) if not name.startswith("."))


def _is_video(root: Path, path: Path) -> bool:
    if path.suffix.lower() not in SUFFIXES:
        return False
    return not path.is_symlink() or path.resolve().is_relative_to(root)


def _clip(root: Path, path: Path, options: Options) -> Clip:
    name = path.relative_to(root).as_posix()
    return Clip(name.encode("utf-8", "backslashreplace").decode(), path, options)


def _told(clips: list[Clip], manifest: Path, options: Options) -> list[Clip]:
    """Return the clips with what a manifest says of them."""
    by_file = {clip.file: clip for clip in clips}
    told: dict[str, Clip] = {}
    for line, row in _rows(manifest):
        where = f"{manifest}, line {line}"
        clip = by_file.get(row["file"])
        if clip is None:
            raise CohortError(f"{where}: no video {row['file']!r} in the folder; give its path below the folder")
        if clip.file in told:
            raise CohortError(f"{where}: {clip.file} is there twice; leave one out")
        mirrored = row["mirrored"] or options.mirrored
        if mirrored not in MIRRORED:
            raise CohortError(f"{where}: mirrored is {mirrored!r}; write yes, no, unknown or nothing")
        asked = protocol(row["protocol"], manifest.parent) if row["protocol"] else options.protocol
        asked = _placed(asked, row, where)
        told[clip.file] = Clip(clip.file, clip.path, Options(mirrored, asked), row["subject"], row["visit"])
    return [told.get(clip.file, clip) for clip in clips]


def _placed(asked: Protocol | None, row: dict[str, str], where: str) -> Protocol | None:
    """Return the protocol with where it begins in this clip, and how long ago toxin was given."""
    from facialis.face.guided.protocol import untasked

    for column in ("protocol_offset_s", "days_since_toxin"):
        if not row[column]:
            continue
        if asked is None and column == "protocol_offset_s":
            raise CohortError(f"{where}: {column} goes with a protocol; name it, or leave the cell empty")
        try:
            number = float(row[column])
        except ValueError:
            number = nan
        if not isfinite(number) or (number < 0 and column == "days_since_toxin"):
            raise CohortError(f"{where}: {column} is {row[column]!r}; write a number")
        if column == "days_since_toxin":
            asked = replace(asked or untasked(None), days_since_toxin=number)
        elif asked is not None:
            asked = asked.later(number)
    return asked


def _rows(manifest: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line and the cells of each row, by column; missing ones are empty."""
    try:
        text = manifest.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CohortError(f"{manifest}: not UTF-8; save it as CSV in UTF-8") from error
    except OSError as error:
        raise CohortError(f"{manifest}: {error.strerror}; give a CSV file") from error
    reader = csv.DictReader(io.StringIO(text), restval="")
    named = [name.strip() for name in reader.fieldnames or ()]
    unknown = [name for name in named if name not in COLUMNS]
    if "file" not in named or unknown or len(set(named)) < len(named):
        what = f"column {unknown[0]!r} is not known" if unknown else "a column is there twice"
        what = what if "file" in named else "there is no column file"
        raise CohortError(f"{manifest}, line 1: {what}; the columns are {', '.join(COLUMNS)}, parted by commas")
    reader.fieldnames = named
    for row in reader:
        if None in row:
            what = "more cells than columns; put a text with commas in quotes"
            raise CohortError(f"{manifest}, line {reader.line_num}: {what}")
        yield reader.line_num, dict.fromkeys(COLUMNS, "") | {name: cell.strip() for name, cell in row.items()}


def protocol(name: str, beside: Path = Path()) -> Protocol:
    """Return the protocol of that name, or of that file, which may lie beside the manifest.

    Raises
    ------
    DocumentError
        If there is none, or it is wrong.
    """
    from facialis.face.guided.protocol import load, shipped

    return load(name if name in shipped() else beside / name)
