"""Open a video file safely: local files only, known containers only, whole files only, one line for every refusal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

# Demuxers that read one file and nothing else. Playlists and scripts (hls, concat, dash, sdp, image2) can make
# libav open other files or addresses, so they are not on the list; the protocol list says the same once more.
OPTIONS = {"format_whitelist": "mov,matroska,avi,gif", "protocol_whitelist": "file"}
KINDS = "mp4, mov, mkv, webm, avi or gif"
LARGEST_PIXELS = 8192 * 4352  # 8K; a larger claim is a damaged header
SMALLEST_SIDE = 16
MISSING_ALLOWED = 0.01  # a lost tail of an index or of padding does not spoil a recording
UNFINISHED = "it was cut off before the camera finished it"
_ENCRYPTED_TAGS = ("encv", "drmi")  # ISO/IEC 14496-12 protected video; FairPlay
_NOT_THE_FILM = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image


class RecordingError(Exception):
    """A recording that cannot be read; ``str()`` is one line that says what, which file and what to do."""

    def __init__(self, name: str, what: str, advice: str) -> None:
        line = f"{name} {what}: {advice}"
        super().__init__("".join(letter if letter.isprintable() else "?" for letter in line))


def encrypted(name: str) -> RecordingError:
    """Return the refusal of an encrypted file."""
    return RecordingError(name, "is encrypted (DRM)", "send the recording as the camera made it")


def open_video(path: Path, threads: int) -> tuple[InputContainer, VideoStream]:
    """Open the film in a file, ready to decode.

    Parameters
    ----------
    path : Path
        An ordinary local file.
    threads : int
        Threads, and so pictures in flight, of the decoder.

    Returns
    -------
    container : InputContainer
        To be closed by the caller.
    stream : VideoStream
        The film: never a cover picture or a thumbnail track.

    Raises
    ------
    RecordingError
        If the file is missing, is none of the known kinds, is cut short, or holds no film that can be decoded.
    """
    check_file(path)
    try:
        container = av.open("file:" + os.path.abspath(path), options=dict(OPTIONS))
    except (FFmpegError, OSError, ValueError) as error:
        raise _refused(path, error) from error
    try:
        return container, _film(container, path, threads)
    except BaseException:
        container.close()
        raise


def check_file(path: Path) -> None:
    """Check that a path is a readable file that is all there.

    Raises
    ------
    RecordingError
        If it is not.
    """
    try:
        if path.is_dir():
            raise RecordingError(str(path), "is a folder", f"name one {KINDS} file in it")
        if not path.exists():
            raise RecordingError(str(path), "does not exist", "check the spelling and the folder")
        if not path.is_file():
            raise RecordingError(str(path), "is not an ordinary file", f"name a {KINDS} file")
        size = path.stat().st_size
        if size == 0:
            raise RecordingError(path.name, "is empty", "copy it from the camera again")
        with path.open("rb") as file:
            missing = missing_fraction(file, size)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not one a file can have"
        raise RecordingError(str(path), f"cannot be read ({reason})", "check the path and your permission") from error
    if missing > MISSING_ALLOWED:
        share = f"{100 * (1 - missing):.0f} % of its bytes are here" if missing < 1 else UNFINISHED
        raise RecordingError(path.name, f"is truncated ({share})", "copy it from the camera again, or record again")


def _refused(path: Path, error: Exception) -> RecordingError:
    """Say why libav would not open a file."""
    if isinstance(error, PermissionError):
        return RecordingError(path.name, "cannot be read", "you lack the permission; ask its owner")
    return RecordingError(path.name, f"is damaged, or is no {KINDS} file whatever its name says", "export it again")


def _film(container: InputContainer, path: Path, threads: int) -> VideoStream:
    """Choose the film among the streams and set up its decoder."""
    films = [stream for stream in container.streams.video if not stream.disposition & _NOT_THE_FILM]
    if not films:
        what = "holds sound only" if container.streams.audio else "holds no moving picture"
        raise RecordingError(path.name, what, "send the video, not its sound track or a still")
    stream = next((film for film in films if film.disposition & Disposition.default), films[0])
    context = stream.codec_context
    if context is not None and context.codec_tag in _ENCRYPTED_TAGS:
        raise encrypted(path.name)
    if context is None:
        raise RecordingError(path.name, "uses a video codec that is not known here", "convert it to H.264 (mp4)")
    width, height = context.width, context.height
    if width * height > LARGEST_PIXELS:
        raise RecordingError(path.name, f"claims pictures of {width} x {height}", "export it again at 4K or less")
    if 0 < min(width, height) < SMALLEST_SIDE:
        raise RecordingError(path.name, f"has pictures of {width} x {height}", "record at 640 x 480 or more")
    context.thread_type = "AUTO"
    context.thread_count = threads
    context.options = {"max_pixels": str(LARGEST_PIXELS)}
    return stream


def missing_fraction(file: BinaryIO, size: int) -> float:
    """Return which part of a file is missing by its own outer structure.

    libav reads a truncated file up to the cut and says nothing, so the structure is asked instead: the boxes of
    ISO/IEC 14496-12, the segment of RFC 9559 (Matroska), the RIFF size of AVI, the trailer of GIF89a.

    Parameters
    ----------
    file : binary file
        At its start.
    size : int
        Its size, bytes.

    Returns
    -------
    float
        0 when whole or unknown; 1 when the file lacks what would make it readable at all.
    """
    head = file.read(12)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _beyond(_matroska_end(file), size)
    if head[:4] == b"RIFF" and head[8:] == b"AVI ":
        return _beyond(8 + int.from_bytes(head[4:8], "little"), size)
    if head[:3] == b"GIF":
        file.seek(max(0, size - 64))
        return 0.0 if file.read().rstrip(b"\x00\r\n").endswith(b"\x3b") else 1.0
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return _mp4_missing(file, size)
    return 0.0


def _beyond(end: int | None, size: int) -> float:
    """Return the fraction of ``end`` bytes that lies beyond ``size``."""
    return 0.0 if not end else max(0.0, 1 - size / end)


def _mp4_missing(file: BinaryIO, size: int) -> float:
    """Walk the outer boxes: without ``moov`` there is no index, and a box may not end after the file."""
    ends = dict(_boxes(file, size))
    return _beyond(max(ends.values()), size) if b"moov" in ends else 1.0


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Yield the kind and the end of each outer box."""
    start = 0
    while start + 8 <= size:
        file.seek(start)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0:
            length = size - start
        if length < 8:
            return  # padding or damage: libav will judge it
        start += length
        yield head[4:8], start


def _matroska_end(file: BinaryIO) -> int | None:
    """Return where the segment ends, or None where a live recorder left it open."""
    file.seek(4)
    header = _vint(file)
    if header is None:
        return None
    file.seek(header, os.SEEK_CUR)
    if file.read(4) != b"\x18\x53\x80\x67":
        return None
    length = _vint(file)
    return None if length is None else file.tell() + length


def _vint(file: BinaryIO) -> int | None:
    """Read a variable-length size of EBML (RFC 8794); None where it says unknown."""
    first = file.read(1)
    if not first or first[0] == 0:
        return None
    extra = 8 - first[0].bit_length()
    value = int.from_bytes(bytes([first[0] ^ (0x80 >> extra)]) + file.read(extra), "big")
    return None if value == (1 << 7 * (extra + 1)) - 1 else value
