"""Read a video frame by frame by its own time stamps, upright, and refuse in one line what cannot be read.

A frame number is never turned into seconds: phones vary their rate, drop frames and repeat them, and a twitch lasts
three frames.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from facialis.face.clock import Clock
from facialis.face.container import RecordingError, encrypted, open_video
from facialis.face.frame import Frame, Upright, from_picture

__all__ = ["Frame", "Recording", "RecordingError", "Source", "frames_between"]

MEMORY_FRAMES = 4
DAMAGED_ALLOWED = 0.05  # more lost pictures than this, or more time missing at the end, and the recording is refused
END_TOLERANCE_S = 0.5  # sound may outlast the picture by this much in containers that know one duration only
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Source:
    """Where measurements come from; the ``source`` of the public JSON.

    Attributes
    ----------
    name : str
        File name without its folder.
    sha256 : str
        Of the file.
    duration_s : float
        From the first frame to the end of the last one, which is given the usual step.
    frames : int
        Frames that were read.
    fps_median : float
        One over the usual step: the median one, averaged over those that differ by the millisecond to which some
        containers round, so that 33 and 34 by turns still give 30.
    variable_rate : bool
        Whether more than 1 % of the steps are over a quarter longer or shorter than the median step; a dropped
        frame counts, a millisecond of rounding in the container does not.
    width, height : int
        Upright, in square pixels.
    rotation : int
        Degrees clockwise that the stored picture was turned: 0, 90, 180 or 270.
    """

    name: str
    sha256: str
    duration_s: float
    frames: int
    fps_median: float
    variable_rate: bool
    width: int
    height: int
    rotation: int

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form; times to the microsecond, as no camera knows them better."""
        return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(self).items()}


class Recording:
    """A video file as a stream of upright frames; memory does not grow with its length.

    Parameters
    ----------
    path : Path
        An mp4, mov, mkv, webm, avi or gif file.
    memory_frames : int, optional
        How many pictures the decoder may work on at once; 4 when not given. More is faster on many cores, at up to
        12 MB a picture in 4K.

    Raises
    ------
    RecordingError
        If the file cannot be read; while iterating, if it turns out to be encrypted, damaged or cut short.
    """

    def __init__(self, path: Path, *, memory_frames: int | None = None) -> None:
        self._path = Path(path)
        self._threads = max(1, memory_frames or min(MEMORY_FRAMES, os.cpu_count() or 1))
        self._source: Source | None = None
        self._running: Generator[Frame, None, None] | None = None
        container, stream = open_video(self._path, self._threads)
        with closing(container):
            self.estimated_duration_s = _estimated_duration(container, stream)

    @property
    def name(self) -> str:
        """File name without its folder."""
        return self._path.name

    @property
    def source(self) -> Source:
        """What was read; complete only after iteration.

        Raises
        ------
        RuntimeError
            If the frames have not been read to the end yet.
        """
        if self._source is None:
            raise RuntimeError("the source is known only after all frames have been read")
        return self._source

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; frames that were handed out stay valid."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def __iter__(self) -> Iterator[Frame]:
        self.close()
        self._running = self._read()
        return self._running

    def _read(self) -> Generator[Frame, None, None]:
        container, stream = open_video(self._path, self._threads)
        with closing(container):
            decoder = _Decoder(container, stream, self._path.name)
            clock = Clock(stream)
            frame = None
            for frame in _frames(decoder, clock):
                yield frame
            decoder.check(clock)
        assert frame is not None  # check() refuses a recording without a frame
        step, variable = clock.rhythm()
        height, width = frame.luma.shape
        self._source = Source(
            name=self._path.name,
            sha256=_sha256(self._path),
            duration_s=clock.times[-1] + step,
            frames=len(clock.times),
            fps_median=1 / step,
            variable_rate=variable,
            width=width,
            height=height,
            rotation=90 * decoder.upright.quarter_turns,
        )


def frames_between(path: Path, start_s: float, end_s: float) -> Iterator[Frame]:
    """Yield the frames of a stretch of a recording without reading all that comes before.

    Parameters
    ----------
    path : Path
        As for :class:`Recording`.
    start_s, end_s : float
        On the time base of :class:`Recording`; both ends belong to the stretch.

    Yields
    ------
    Frame
        ``index`` counts from the first frame read after the jump, not from the recording's start.

    Raises
    ------
    RecordingError
        If the file cannot be read.
    """
    path = Path(path)
    for jump in (True, False):
        container, stream = open_video(path, MEMORY_FRAMES)
        with closing(container):
            clock = Clock(stream)
            decoder = _Decoder(container, stream, path.name)
            if jump and not _jump(container, stream, clock, start_s):
                continue
            for number, frame in enumerate(_frames(decoder, clock)):
                if number == 0 and jump and frame.time_s > max(0.0, start_s):
                    break  # some files land late: read them from the start
                if frame.time_s > end_s:
                    return
                if frame.time_s >= start_s:
                    yield frame
            else:
                return


def _jump(container: InputContainer, stream: VideoStream, clock: Clock, start_s: float) -> bool:
    """Move to the last key frame before ``start_s``, with the clock still counting from the first frame."""
    try:
        first = next(picture for picture in container.decode(stream) if clock.stamp(picture) is not None)
        clock.place(first)
        clock.times = array("d")
        container.seek(clock.stamp_at(start_s), stream=stream)
    except (FFmpegError, StopIteration):
        return False
    return True


@dataclass
class _Decoder:
    """Pictures in order of presentation, and a tally of what was lost on the way."""

    container: InputContainer
    stream: VideoStream
    name: str
    upright: Upright = field(default_factory=Upright)
    packets: int = 0
    lost: int = 0
    end: int = 0

    def __iter__(self) -> Iterator[VideoFrame]:
        shape = None
        for packet in self._packets():
            for picture in self._decode(packet):
                if shape is None:
                    shape = (picture.width, picture.height)
                    self.upright = Upright.of(picture, _pixel_aspect(self.stream))
                if shape != (picture.width, picture.height):
                    what = f"changes from {shape[0]} x {shape[1]} to {picture.width} x {picture.height} pixels midway"
                    raise RecordingError(self.name, what, "export it again at one size")
                yield picture

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        """Yield packets until the end, or until the container itself is broken."""
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):
                return
            if packet.size and packet.has_sidedata("encryption_info"):
                raise encrypted(self.name)
            self.packets += bool(packet.size)
            stamp = packet.dts if packet.pts is None else packet.pts
            if stamp is not None:
                self.end = max(self.end, stamp + (packet.duration or 0))
            yield packet

    def _decode(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        """Decode one packet; a damaged one leaves a gap, which the time stamps show."""
        try:
            pictures = packet.decode()
        except (FFmpegError, ValueError):
            self.lost += 1
            return []
        whole = [picture for picture in pictures if not picture.is_corrupt]
        self.lost += len(pictures) - len(whole)
        return whole

    def check(self, clock: Clock) -> None:
        """Refuse a recording of which too much is missing; called after the last picture."""
        if not clock.times:
            what = "holds no picture that can be decoded" if self.packets else "holds no picture"
            raise RecordingError(self.name, what, "record it again, or export it as H.264 (mp4)")
        if not clock.stamped:
            raise RecordingError(self.name, "holds no time stamps", "send the recording as the camera made it")
        read, claimed = clock.seconds(self.end), _claimed_duration(self.container, self.stream) or 0.0
        if read < (1 - DAMAGED_ALLOWED) * claimed - END_TOLERANCE_S:
            what = f"ends before its time ({read:.1f} of {claimed:.1f} s could be read)"
            raise RecordingError(self.name, what, "copy it from the camera again, or record again")
        if self.lost > DAMAGED_ALLOWED * self.packets:
            what = f"is damaged ({self.lost} of {self.packets} pictures could not be decoded)"
            raise RecordingError(self.name, what, "copy it from the camera again")


def _frames(decoder: _Decoder, clock: Clock) -> Iterator[Frame]:
    """Yield the frames of a decoder, placed in time."""
    frame = None
    for picture in decoder:
        time_s = clock.place(picture)
        if time_s is not None:
            frame = from_picture(picture, decoder.upright, frame.index + 1 if frame else 0, time_s, frame)
            yield frame


def _pixel_aspect(stream: VideoStream) -> float:
    """Return the width of a pixel over its height; 1 where it is not said, nearly 1, or nonsense."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if 0.2 < aspect < 5 and abs(aspect - 1) > 0.01 else 1.0


def _estimated_duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Return how long the container says it is, picture or sound; None where it does not say."""
    claimed = _claimed_duration(container, stream)
    if claimed is None and container.duration and container.duration > 0:
        return container.duration / 1e6
    return claimed


def _claimed_duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Return how long the container says the film is; None where it does not say, or only of film and sound together.

    MP4 and AVI say it of each track. Matroska says it of the whole, and its writers add a tag for each track.
    """
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    start = float((stream.start_time or 0) * (stream.time_base or 0))
    try:
        hours, minutes, seconds = stream.metadata["DURATION"].split(":")
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds) - start
    except (KeyError, ValueError):
        if len(container.streams) > 1 or not container.duration or container.duration < 0:
            return None
        return container.duration / 1e6 - start


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
