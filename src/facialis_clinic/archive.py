"""One file that holds many parts, each with its SHA-256: a plain tar that any system can open, read back byte by byte.

The last two parts are the manifest, which lists the others, and the manifest's own SHA-256. Every header can be
computed from the name and the size, and what fills up a block is zero, so no byte in the file could change unseen.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
BLOCK = tarfile.BLOCKSIZE
PIECE = 1024 * 1024
LONGEST_MANIFEST = 512 * 1024 * 1024
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


class ArchiveError(Exception):
    """The archive is damaged, or no archive of ours; the text says which part."""


@dataclass(frozen=True)
class Part:
    """What the manifest says of one part."""

    name: str
    bytes: int
    sha256: str


class Writer:
    """Write parts one after the other, and at last the manifest."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.parts: list[Part] = []

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Write the first `size` bytes of `source` as a part; memory does not grow with it."""
        self._stream.write(_header(name, size))
        digest, left = hashlib.sha256(), size
        while left:
            piece = source.read(min(PIECE, left))
            if not piece:
                raise ArchiveError(f"{name} became shorter while it was read")
            digest.update(piece)
            self._stream.write(piece)
            left -= len(piece)
        self._stream.write(bytes(-size % BLOCK))
        self.parts.append(Part(name, size, digest.hexdigest()))

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest with `facts` and all parts, its SHA-256, and the end."""
        manifest = {**facts, "parts": [asdict(part) for part in self.parts]}
        text = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
        seal = (hashlib.sha256(text).hexdigest() + "\n").encode()
        for name, content in ((MANIFEST, text), (SEAL, seal)):
            self._stream.write(_header(name, len(content)) + content + bytes(-len(content) % BLOCK))
        self._stream.write(bytes(2 * BLOCK))


def read(path: Path, into: Callable[[str], IO[bytes]] | None = None) -> dict[str, Any]:
    """Read an archive once from end to end, hold every byte against its hash and return the manifest.

    Parameters
    ----------
    path : Path
        The archive.
    into : callable
        Is asked with the name of each part and returns where to write it; without it the archive is only looked at.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    ArchiveError
        At the first byte that is wrong. What was written by then is not to be used.
    """
    parts: list[Part] = []
    kept: dict[str, bytes] = {}
    with path.open("rb") as stream:
        for name, size in _headers(stream):
            digest, content = hashlib.sha256(), bytearray()
            ours = name in (MANIFEST, SEAL)
            if ours and size > LONGEST_MANIFEST:
                raise ArchiveError("its manifest is too long")
            with nullcontext(None) if ours or into is None else into(name) as sink:
                for piece in _pieces(stream, name, size):
                    digest.update(piece)
                    if ours:
                        content += piece
                    elif sink is not None:
                        sink.write(piece)
            if ours:
                kept[name] = bytes(content)
            parts.append(Part(name, size, digest.hexdigest()))
    return _compared(parts, kept)


def _compared(parts: list[Part], kept: dict[str, bytes]) -> dict[str, Any]:
    """Hold what was read against the manifest and return that."""
    if [part.name for part in parts[-2:]] != [MANIFEST, SEAL]:
        raise ArchiveError("it has no manifest at its end: it is cut short, or no backup of Facialis")
    if kept[SEAL] != f"{parts[-2].sha256}\n".encode():
        raise ArchiveError("its manifest is not as it was written")
    manifest: dict[str, Any] = json.loads(kept[MANIFEST])
    told = [Part(**part) for part in manifest["parts"]]
    for there, said in zip(parts, told, strict=False):
        if there != said:
            raise ArchiveError(f"{there.name} is not as it was written")
    if len(told) != len(parts) - 2:
        raise ArchiveError("it has other parts than its manifest says")
    return manifest


def _header(name: str, size: int) -> bytes:
    """Return the header of a part: the same for the same name and size, whoever writes it and when."""
    if not _SAFE.fullmatch(name) or len(name) > tarfile.LENGTH_NAME:
        raise ArchiveError(f"{name!r:.120} cannot be the name of a part")
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


def _headers(stream: IO[bytes]) -> Iterator[tuple[str, int]]:
    """Yield name and size of each part; whoever takes them reads the part itself before the next."""
    while True:
        header = stream.read(BLOCK)
        if header == bytes(BLOCK):
            if stream.read() != bytes(BLOCK):
                raise ArchiveError("its end is not as it was written")
            return
        try:
            info = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeError) as error:
            raise ArchiveError("it is cut short or damaged, or no backup of Facialis") from error
        if info.size < 0 or _header(info.name, info.size) != header:
            raise ArchiveError(f"the head of {info.name!r:.120} is not as it was written")
        yield info.name, info.size


def _pieces(stream: IO[bytes], name: str, size: int) -> Iterator[bytes]:
    left = size
    while left:
        piece = stream.read(min(PIECE, left))
        if not piece:
            raise ArchiveError(f"it is cut short in {name}")
        yield piece
        left -= len(piece)
    filled = -size % BLOCK
    if stream.read(filled) != bytes(filled):
        raise ArchiveError(f"what follows {name} is not as it was written")
