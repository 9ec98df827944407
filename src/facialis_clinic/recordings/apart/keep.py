"""Look into a file that was sent, and keep of it the film alone: the same pictures at the same times, nothing else.

Sound, places, names of cameras, chapters, further tracks and whatever was glued to the file are left behind. Nothing is
re-encoded: the packets and their time stamps are copied, read back and compared.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from facialis.face import container as room

SHORTEST_S = 1.0
FASTEST = 250  # pictures a second; more is no camera of a phone
LOOKED_AT = 300  # packets until the first picture must have come out
_NOT_THE_FILM = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0", b"8BPS")
_PICTURE_BRANDS = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"hevc")
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)
_SOUNDS = (b"ID3", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"#!AMR")


class NotTaken(Exception):
    """Why a file is not taken; ``code`` is a key of the sentences in ``words``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def keep(source: Path, target: Path, longest_s: float, progress: Callable[[float], None]) -> dict[str, Any]:
    """Check a file and write its film to ``target``.

    Parameters
    ----------
    source, target : Path
        Files on this machine.
    longest_s : float
        Longest film that is taken, seconds by its time stamps.
    progress : callable
        Called with the share that is done.

    Returns
    -------
    dict
        ``duration_s``, ``frames``, ``width``, ``height``, ``format`` and, where the camera wrote it down,
        ``filmed_on`` (ISO day).

    Raises
    ------
    NotTaken
        If the file will not do.
    """
    size = source.stat().st_size
    look(source, size)
    container = _open(source)
    with closing(container):
        stream = _film(container)
        kind = _kind(container)
        walk = _Walk(longest_s)
        day = _day(container, stream)
        with av.open(str(target), "w", format=kind, container_options={"fflags": "+bitexact"}) as out:
            out.metadata.clear()
            copied = out.add_stream_from_template(stream)
            copied.metadata.clear()
            copied.time_base = stream.time_base
            for number, packet in enumerate(_packets(container, stream)):
                walk.see(packet)
                if number % 500 == 0 and size:
                    progress(min(1.0, (packet.pos or 0) / size))
                packet.stream = copied
                out.mux(packet)
    walk.finish()
    _compare(target, walk)
    return {
        "duration_s": walk.duration_s,
        "frames": walk.packets,
        "width": stream.width,
        "height": stream.height,
        "format": kind,
        "filmed_on": day,
    }


def look(path: Path, size: int) -> None:
    """Refuse what is plainly something else, by its first bytes, and what is cut short, by its own structure."""
    if size == 0:
        raise NotTaken("empty")
    with path.open("rb") as file:
        head = file.read(4096)
        code = _other(head)
        if code:
            raise NotTaken(code)
        file.seek(0)
        if room.missing_fraction(file, size) > room.MISSING_ALLOWED:
            raise NotTaken("cut_off")


def _other(head: bytes) -> str:
    """Return what a file is that is no film, or nothing."""
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    if head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS:
        return "picture"
    if head.startswith(b"GIF8"):
        return "moving_picture"
    if head.startswith(_ARCHIVES):
        return "archive"
    if head.startswith(_SOUNDS) or (head[:4] == b"RIFF" and head[8:12] == b"WAVE"):
        return "sound"
    if head.startswith(b"%PDF") or head.startswith(b"\xd0\xcf\x11\xe0"):
        return "document"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") or _is_text(head):
        return "text"
    return ""


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\r\n\f\x1b" for byte in head) and not head.startswith(b"\x1a\x45")


def _open(path: Path) -> InputContainer:
    try:
        return av.open(f"file:{path.absolute()}", options=dict(room.OPTIONS))
    except (FFmpegError, OSError, ValueError) as error:
        raise NotTaken("unreadable") from error


def _film(container: InputContainer) -> VideoStream:
    """Return the one film of a file, one that can be decoded and has a size that a camera makes."""
    films = [stream for stream in container.streams.video if not stream.disposition & _NOT_THE_FILM]
    if not films:
        raise NotTaken("sound" if container.streams.audio else "unreadable")
    if len(films) > 1:
        raise NotTaken("several")
    stream = films[0]
    context = stream.codec_context
    if context is None:
        raise NotTaken("codec")
    if context.codec_tag in ("encv", "drmi"):
        raise NotTaken("encrypted")
    if context.width * context.height > room.LARGEST_PIXELS:
        raise NotTaken("too_many_pixels")
    if min(context.width, context.height) < room.SMALLEST_SIDE:
        raise NotTaken("too_few_pixels")
    context.thread_count = 1
    context.options = {"max_pixels": str(room.LARGEST_PIXELS)}
    return stream


def _kind(container: InputContainer) -> str:
    """Return the container that the film is kept in: its own kind, so that its times stay as exact as they are."""
    name = container.format.name
    return next((kind for kind in ("matroska", "avi") if kind in name), "mov")


def _day(container: InputContainer, stream: VideoStream) -> str | None:
    """Return the day that the camera wrote into the file; some write none, and some the beginning of their time."""
    for told in (container.metadata, stream.metadata):
        for name in ("com.apple.quicktime.creationdate", "creation_time", "DATE"):
            try:
                day = datetime.fromisoformat(told[name].replace("Z", "+00:00")).date()
            except (KeyError, ValueError):
                continue
            if day >= date(1990, 1, 1):
                return day.isoformat()
    return None


def _packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    try:
        for packet in container.demux(stream):
            if packet.size:
                if packet.has_sidedata("encryption_info"):
                    raise NotTaken("encrypted")
                yield packet
    except FFmpegError as error:
        raise NotTaken("broken") from error


@dataclass(eq=False)
class _Walk:
    """What was seen of a film's packets on the way."""

    longest_s: float
    packets: int = 0
    first_s: float | None = None
    last_s: float = 0.0
    digest: int = 0
    shown: bool = False
    last_dts_s: float = field(default=float("-inf"))

    @property
    def duration_s(self) -> float:
        """From the first picture that is shown to the end of the last, by time stamps."""
        return max(0.0, self.last_s - (self.first_s or 0.0))

    def see(self, packet: Packet[VideoStream]) -> None:
        """Count a packet; the first picture is decoded, to know that it can be."""
        if not self.shown and self.packets < LOOKED_AT:
            self.shown = _decodes(packet)
        self.digest = _mark(packet, self.digest)
        self.packets += 1
        if packet.pts is None and packet.dts is None:
            raise NotTaken("no_times")
        if not packet.is_discard:
            stamp = packet.dts if packet.pts is None else packet.pts
            at = float((stamp or 0) * (packet.time_base or 0))
            lasts = float((packet.duration or 0) * (packet.time_base or 0))
            self.first_s = at if self.first_s is None else min(self.first_s, at)
            self.last_s = max(self.last_s, at + lasts)
        if self.duration_s > self.longest_s or self.packets > FASTEST * self.longest_s:
            raise NotTaken("too_long")

    def finish(self) -> None:
        """Refuse a film in which nothing can be seen."""
        if not self.packets or not self.shown:
            raise NotTaken("broken")
        if self.duration_s < SHORTEST_S - 0.05:
            raise NotTaken("too_short")


def _decodes(packet: Packet[VideoStream]) -> bool:
    try:
        return bool(packet.decode())
    except (FFmpegError, ValueError):
        return False


def _mark(packet: Packet[VideoStream], before: int) -> int:
    """Return a checksum of a packet, its place in time to the microsecond, and all that came before."""
    unit = packet.time_base or 0
    times = [None if stamp is None else round(float(stamp * unit) * 1e6) for stamp in (packet.pts, packet.dts)]
    told = f"{times} {packet.is_keyframe} {packet.is_discard}".encode()
    return zlib.crc32(bytes(packet), zlib.crc32(told, before))


def _compare(target: Path, walk: _Walk) -> None:
    """Read back what was written: a film that would not come out the same is not taken."""
    digest, count = 0, 0
    with av.open(f"file:{target.absolute()}", options=dict(room.OPTIONS)) as written:
        for packet in written.demux(written.streams.video[0]):
            if packet.size:
                digest, count = _mark(packet, digest), count + 1
        tracks = len(written.streams)
    if (digest, count, tracks) != (walk.digest, walk.packets, 1):
        raise NotTaken("not_the_same")
