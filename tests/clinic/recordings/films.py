"""Films for tests: short, some of them broken on purpose."""

from __future__ import annotations

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

PIXELS = {"mjpeg": "yuvj420p"}


def write_film(
    path: Path,
    *,
    seconds: float = 2.0,
    fps: int = 30,
    size: tuple[int, int] = (160, 120),
    codec: str = "libx264",
    format: str | None = None,
    films: int = 1,
    step_s: float | None = None,
) -> Path:
    """Write a film of moving grey; ``step_s`` puts the pictures further apart than the rate says."""
    width, height = size
    step = Fraction(step_s or 1 / fps).limit_denominator(90_000)
    with av.open(str(path), "w", format=format) as out:
        streams = []
        for _ in range(films):
            stream = out.add_stream(codec, rate=fps, options={"preset": "ultrafast"} if codec == "libx264" else {})
            stream.width, stream.height, stream.pix_fmt = width, height, PIXELS.get(codec, "yuv420p")
            stream.codec_context.time_base = Fraction(1, 90_000)
            streams.append(stream)
        for index in range(round(seconds * fps)):
            grey = np.full((height, width, 3), 60 + index % 100, np.uint8)
            for stream in streams:
                frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
                frame.pts, frame.time_base = round(index * step * 90_000), Fraction(1, 90_000)
                out.mux(stream.encode(frame))
        for stream in streams:
            out.mux(stream.encode(None))
    return path


def repeated(source: Path, target: Path, times: int) -> Path:
    """Write the packets of a film over and over: hardly a byte more work to make, much to decode."""
    with av.open(str(source)) as film:
        pictures = film.streams.video[0]
        length = round(1 / pictures.time_base)
        with av.open(str(target), "w") as out:
            copied = out.add_stream_from_template(pictures)
            copied.time_base = pictures.time_base
            for turn in range(times):
                film.seek(0)
                for packet in film.demux(pictures):
                    if packet.size:
                        packet.pts, packet.dts = packet.pts + turn * length, packet.dts + turn * length
                        packet.stream = copied
                        out.mux(packet)
    return target


def write_sound(path: Path, *, seconds: float = 2.0) -> Path:
    """Write sound without a picture."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=16_000)
        _put_sound(out, stream, seconds)
    return path


def _put_sound(out: Any, stream: Any, seconds: float) -> None:
    for start in range(0, round(seconds * 16_000), 1024):
        wave = (np.sin(np.arange(start, start + 1024) / 12)[None] / 2).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16_000, start
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


PLACE = "+48.8577+002.2950+035.000/"


def as_by_phone(source: Path, target: Path, *, turned: bool = True) -> Path:
    """Dress a film as a phone would: a mov with sound, the place, the phone's name, the day; turned by a quarter."""
    with (
        av.open(str(source)) as film,
        av.open(str(target), "w", format="mov", options={"movflags": "use_metadata_tags"}) as out,
    ):
        out.metadata.update({
            "com.apple.quicktime.location.ISO6709": PLACE,
            "location": PLACE,
            "com.apple.quicktime.model": "Phone of Alice",
            "creation_time": "2026-05-04T10:11:12.000000Z",
        })  # fmt: skip
        pictures = out.add_stream_from_template(film.streams.video[0])
        sound = out.add_stream("aac", rate=16_000)
        for packet in film.demux(film.streams.video[0]):
            if packet.size:
                packet.stream = pictures
                out.mux(packet)
        _put_sound(out, sound, 2.0)
    if turned:
        data = bytearray(target.read_bytes())
        turn_quarter(data)
        target.write_bytes(data)
    return target


def turn_quarter(data: bytearray) -> None:
    """Write a quarter turn into the first track header's matrix (ISO/IEC 14496-12, 8.3.2)."""
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)


def huge_frames(source: Path, target: Path) -> Path:
    """Make a film claim pictures of a million by a million."""
    data = bytearray(source.read_bytes())
    at = data.index(b"avc1") + 4 + 24
    data[at : at + 4] = struct.pack(">HH", 65535, 65535)
    at = data.index(b"tkhd") + 4 + 76
    data[at : at + 8] = struct.pack(">II", 1_000_000 << 16 & 0xFFFFFFFF, 1_000_000 << 16 & 0xFFFFFFFF)
    target.write_bytes(data)
    return target


def packets(path: Path) -> list[tuple[float | None, float | None, bytes]]:
    """Return when each packet of a film is, and what it holds."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        return [
            (_seconds(packet.pts, packet), _seconds(packet.dts, packet), bytes(packet))
            for packet in film.demux(stream)
            if packet.size
        ]


def _seconds(stamp: int | None, packet: Any) -> float | None:
    return None if stamp is None else float(stamp * packet.time_base)


Maker = Callable[[Path], Path]
